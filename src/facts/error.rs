//! [`FactsError`]: why an event, a row or a document does not fit the facts. [`Misfit`]: the part of it that is
//! known where the event is applied.

use std::fmt;

/// Why an event, a row of a document or the document itself does not fit the facts: nothing has changed.
///
/// Its text names the row and the event, what is wrong and what would be right, with people masked. Its `Debug`
/// form is what it displays: what `main` prints is for people.
#[derive(Clone, PartialEq, Eq)]
pub struct FactsError(Box<Unfit>);

#[derive(Clone, PartialEq, Eq)]
struct Unfit {
    row: Option<String>,
    /// The event's word, or what was asked for; empty where the message says all there is to say.
    event: &'static str,
    misfit: Misfit,
}

impl FactsError {
    pub(crate) fn new(row: Option<String>, event: &'static str, misfit: Misfit) -> FactsError {
        FactsError(Box::new(Unfit { row, event, misfit }))
    }

    /// What kind of error this is, as a word that stays the same in every version: that of its [`Cause`].
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.cause() {
            Cause::Absent => "facts-absent",
            Cause::Present => "facts-present",
            Cause::Cycle => "facts-cycle",
            Cause::Limit => "facts-limit",
            Cause::Shape => "facts-shape",
            Cause::UnknownWord => "facts-unknown-word",
        }
    }

    /// The row at fault, of a list of events or a document of facts: `grants[3]`. `None` if there is only one event.
    #[must_use]
    pub fn row(&self) -> Option<&str> {
        self.0.row.as_deref()
    }

    /// In which way the event or the row does not fit.
    #[must_use]
    pub fn cause(&self) -> Cause {
        self.0.misfit.cause
    }

    /// What would be right, if more can be said than what is wrong.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.0.misfit.help.as_deref()
    }

    /// Whether the event or the row names something that does not exist.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.cause() == Cause::Absent
    }

    /// Whether the event or the row adds something that exists already.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.cause() == Cause::Present
    }

    /// Whether units, groups or roles would stand in a circle.
    #[must_use]
    pub fn is_cycle(&self) -> bool {
        self.cause() == Cause::Cycle
    }

    /// Whether one of the [limits](crate::limits) would be passed.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        self.cause() == Cause::Limit
    }
}

impl fmt::Display for FactsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Unfit { row, event, misfit: Misfit { message, help, .. } } = &*self.0;
        if let Some(row) = row {
            write!(f, "{row}: ")?;
        }
        if !event.is_empty() {
            write!(f, "{event}: ")?;
        }
        f.write_str(message)?;
        help.as_ref().map_or(Ok(()), |help| write!(f, " ({help})"))
    }
}

impl fmt::Debug for FactsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for FactsError {}

/// Why an event does not fit. The text names what is wrong in backticks, people
/// masked, and `help` says what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    pub(crate) cause: Cause,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// In which way something does not fit the facts: see [`FactsError::cause`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// Something that it names does not exist.
    Absent,
    /// Something that it adds exists already.
    Present,
    /// Units, groups or roles would stand in a circle.
    Cycle,
    /// One of the [limits](crate::limits) would be passed.
    Limit,
    /// The policy or the facts do not allow something of that shape.
    Shape,
    /// Facts name words that a policy they are carried over to does not know.
    UnknownWord,
}

impl Misfit {
    pub(crate) fn new(cause: Cause, message: impl Into<String>) -> Misfit {
        Misfit { cause, message: message.into(), help: None }
    }

    pub(crate) fn absent(what: &str, name: impl fmt::Display) -> Misfit {
        Misfit::new(Cause::Absent, format!("there is no {what} `{name}`"))
    }

    pub(crate) fn present(what: &str, name: impl fmt::Display) -> Misfit {
        Misfit::new(Cause::Present, format!("there is a {what} `{name}` already"))
    }

    pub(crate) fn shape(message: impl Into<String>) -> Misfit {
        Misfit::new(Cause::Shape, message)
    }

    pub(crate) fn limit(what: &str, most: usize) -> Misfit {
        Misfit::new(Cause::Limit, format!("too many {what}; at most {most} are allowed"))
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Misfit {
        self.help = Some(help.into());
        self
    }
}
