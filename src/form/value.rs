//! [`Form`] itself.

/// What a text says, whatever it is written in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    Null,
    Truth(bool),
    /// A number that is not negative.
    Natural(u64),
    /// A negative number.
    Negative(i64),
    Real(f64),
    Text(String),
    /// A date or a time of TOML. No type here is read from one.
    Date,
    List(Vec<Form>),
    Table(Entries),
}

/// In the order of the text. A key may come twice: the type that is read says what then.
pub(crate) type Entries = Vec<(String, Form)>;

impl Form {
    /// What stands under a key, if this is a table and has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Form> {
        match self {
            Form::Table(entries) => {
                entries.iter().find(|(other, _)| other == key).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    pub(crate) fn as_natural(&self) -> Option<u64> {
        match self {
            Form::Natural(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Form::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl From<i64> for Form {
    fn from(number: i64) -> Form {
        u64::try_from(number).map_or(Form::Negative(number), Form::Natural)
    }
}
