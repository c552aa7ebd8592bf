//! [`Error`]: the plumbing's one error.

use std::fmt;

use crate::admin::Refusal;
use crate::facts::{Cause, Misfit, Revision};
use crate::model::{InvalidName, InvalidPermission};
use crate::policy::Diagnostic;

/// Something that could not be done, with a text that names the input and what
/// would be right. Callers that must tell cases apart ask its predicates.
pub struct Error(Box<Kind>);

enum Kind {
    Policy(Vec<Diagnostic>),
    Lacking(Vec<(String, Option<String>)>),
    Fact {
        row: Option<String>,
        event: &'static str,
        misfit: Misfit,
    },
    Name(InvalidName),
    Permission(InvalidPermission),
    Refused(Refusal),
    /// Words that facts still name and the policy no longer knows, each with the list
    /// it stands in and how many rows name it.
    Words(Vec<(&'static str, String, usize)>),
    Conflict {
        expected: Revision,
        newest: Option<Revision>,
    },
    Journal {
        revision: Option<Revision>,
        message: String,
        source: Option<Source>,
    },
}

type Source = Box<dyn std::error::Error + Send + Sync>;

impl Error {
    pub(crate) fn policy(diagnostics: Vec<Diagnostic>) -> Error {
        Error(Box::new(Kind::Policy(diagnostics)))
    }

    pub(crate) fn lacking(lacking: &[(String, Option<String>)]) -> Error {
        Error(Box::new(Kind::Lacking(lacking.to_vec())))
    }

    pub(crate) fn misfit(row: Option<String>, event: &'static str, misfit: Misfit) -> Error {
        Error(Box::new(Kind::Fact { row, event, misfit }))
    }

    pub(crate) fn words(words: Vec<(&'static str, String, usize)>) -> Error {
        Error(Box::new(Kind::Words(words)))
    }

    pub(crate) fn conflict(expected: Revision, newest: Option<Revision>) -> Error {
        Error(Box::new(Kind::Conflict { expected, newest }))
    }

    /// Of a journal that can't be read or written, or whose record is damaged.
    pub(crate) fn journal(revision: Option<Revision>, message: impl Into<String>) -> Error {
        Error(Box::new(Kind::Journal { revision, message: message.into(), source: None }))
    }

    /// The same, with what was behind it.
    pub(crate) fn because(self, source: impl Into<Source>) -> Error {
        match *self.0 {
            Kind::Journal { revision, message, .. } => {
                Error(Box::new(Kind::Journal { revision, message, source: Some(source.into()) }))
            }
            other => Error(Box::new(other)),
        }
    }

    /// What is wrong with a policy document, warnings included; empty for other errors.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match &*self.0 {
            Kind::Policy(diagnostics) => diagnostics,
            _ => &[],
        }
    }

    /// The row at fault, of a list of events or a document of facts: `grants[3]`.
    #[must_use]
    pub fn row(&self) -> Option<&str> {
        match &*self.0 {
            Kind::Fact { row, .. } => row.as_deref(),
            _ => None,
        }
    }

    /// Whether a policy document is not valid, or lacks what the host requires, or
    /// words that facts still name.
    #[must_use]
    pub fn is_policy(&self) -> bool {
        matches!(&*self.0, Kind::Policy(_) | Kind::Lacking(_) | Kind::Words(_))
    }

    /// Whether an event or a row does not fit the facts.
    #[must_use]
    pub fn is_fact(&self) -> bool {
        matches!(&*self.0, Kind::Fact { .. })
    }

    /// Whether it names something that is not there.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.cause() == Some(Cause::Absent)
    }

    /// Whether it adds something that is there already.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.cause() == Some(Cause::Present)
    }

    /// Whether it would close a circle of units, groups or roles.
    #[must_use]
    pub fn is_cycle(&self) -> bool {
        self.cause() == Some(Cause::Cycle)
    }

    /// Whether it passes one of the [limits](crate::facts::limits).
    #[must_use]
    pub fn is_limit(&self) -> bool {
        self.cause() == Some(Cause::Limit)
    }

    /// Why a command was not carried out, where the policy or the facts stand against it.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match &*self.0 {
            Kind::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Whether the facts have changed since the change was decided: decide it again.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(&*self.0, Kind::Conflict { .. })
    }

    /// Whether the record can't be read or written, or is damaged, or there is none.
    #[must_use]
    pub fn is_journal(&self) -> bool {
        matches!(&*self.0, Kind::Journal { .. })
    }

    /// The revision whose record is damaged, where one is.
    #[must_use]
    pub fn revision(&self) -> Option<Revision> {
        match &*self.0 {
            Kind::Journal { revision, .. } => *revision,
            _ => None,
        }
    }

    fn cause(&self) -> Option<Cause> {
        match &*self.0 {
            Kind::Fact { misfit, .. } => Some(misfit.cause),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Policy(diagnostics) => {
                f.write_str("the policy is not valid")?;
                diagnostics.iter().try_for_each(|diagnostic| write!(f, "\n{diagnostic}"))
            }
            Kind::Lacking(lacking) => {
                f.write_str("the policy lacks permissions that the program requires:")?;
                lacking.iter().try_for_each(|(name, near)| match near {
                    Some(near) => write!(f, "\n  `{name}` (did you mean `{near}`?)"),
                    None => write!(f, "\n  `{name}`"),
                })
            }
            Kind::Fact { row, event, misfit: Misfit { message, help, .. } } => {
                if let Some(row) = row {
                    write!(f, "{row}: ")?;
                }
                write!(f, "{event}: {message}")?;
                help.as_ref().map_or(Ok(()), |help| write!(f, " ({help})"))
            }
            Kind::Name(error) => error.fmt(f),
            Kind::Permission(error) => error.fmt(f),
            Kind::Refused(refusal) => refusal.fmt(f),
            Kind::Words(words) => {
                f.write_str("the facts name words that the policy no longer knows:")?;
                words.iter().try_for_each(|(list, word, rows)| {
                    let plural = if *rows == 1 { "row" } else { "rows" };
                    write!(f, "\n  `{word}` of {list}, in {rows} {plural}")
                })?;
                f.write_str("\n  help: say under `renamed` what each is called now, or list it under `retired`")
            }
            Kind::Conflict { expected, newest } => {
                write!(f, "the change was decided at revision {expected}, and ")?;
                match newest {
                    Some(newest) => write!(f, "the facts are at revision {newest}")?,
                    None => f.write_str("the facts have changed since")?,
                }
                f.write_str(" (decide it again)")
            }
            Kind::Journal { revision, message, source } => {
                if let Some(revision) = revision {
                    write!(f, "the record of revision {revision} is damaged: ")?;
                }
                f.write_str(message)?;
                source.as_ref().map_or(Ok(()), |source| write!(f, ": {source}"))
            }
        }
    }
}

/// As it is displayed: what `main` prints is for people.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Kind::Journal { source, .. } => source.as_ref().map(|source| &**source as _),
            _ => None,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        Error(Box::new(Kind::Refused(refusal)))
    }
}

impl From<InvalidName> for Error {
    fn from(error: InvalidName) -> Error {
        Error(Box::new(Kind::Name(error)))
    }
}

impl From<InvalidPermission> for Error {
    fn from(error: InvalidPermission) -> Error {
        Error(Box::new(Kind::Permission(error)))
    }
}
