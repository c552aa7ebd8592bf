//! [`Error`]: every error of this crate in one type, for hosts that need not tell the parts of the
//! crate apart.

use std::fmt;

use crate::admin::Refusal;
use crate::engine::{Denied, NoPage, session};
use crate::facts::{Cause, Damage, FactsError, Fault, Revision};
use crate::journal::JournalError;
use crate::model::{InvalidHours, InvalidName};
use crate::policy::{Diagnostic, PolicyError};
use crate::time::InvalidTime;
use crate::zones::ZonesError;

/// Something that could not be done, with a text that names the input and what would be right.
///
/// Every part of the crate has its own error, and `?` turns each of them into this one. Methods of
/// an [`Authority`](crate::Authority) fail for reasons of several parts, so they give this error.
/// The `Debug` form is the displayed text, because `main` prints errors in that form, and people
/// read them.
///
/// ```
/// use alcada::{Authority, Error, Event, Grant, Policy, Registration};
///
/// fn hire(authority: &Authority, who: &str) -> Result<(), Error> {
///     authority.apply(&Event::PersonRegistered(Registration::of(who)?))?;
///     authority.apply(&Event::Granted(Grant::role("editor").to(who).everywhere()?))?;
///     Ok(())
/// }
///
/// let authority = Authority::in_memory(Policy::from_toml("version = 1")?);
/// let error = hire(&authority, "ana").unwrap_err();
/// assert!(error.is_absent() && error.code() == "facts-absent"); // there is no role `editor`
/// # Ok::<(), Error>(())
/// ```
#[non_exhaustive]
pub enum Error {
    /// A policy cannot be used.
    Policy(PolicyError),
    /// An event, a row or a document does not fit the facts, or something asked for is not in them.
    Facts(FactsError),
    /// A command was refused, because the policy or the facts stand against it.
    Refused(Refusal),
    /// The facts have changed since the change was decided.
    Conflict {
        /// The revision on which it was decided.
        expected: Revision,
        /// The newest revision.
        newest: Revision,
    },
    /// The journal can't be read or written, or what it holds can't be used.
    Journal(JournalError),
    /// What was asked for is in a journal, and the authority has none.
    NoJournal,
    /// A proposal was committed to another authority than the one that made it.
    ForeignProposal,
    /// A text is not a name, a permission or an identifier.
    Name(InvalidName),
    /// A text is not access hours.
    Hours(InvalidHours),
    /// A text is not an instant, or two instants are not the ends of an interval.
    Time(InvalidTime),
    /// A time zone cannot be had.
    Zones(ZonesError),
    /// A request was denied.
    Denied(Denied),
    /// Somebody may not sign in.
    SignIn(session::Refused),
    /// A page of answers cannot be had.
    Page(NoPage),
    /// The indexes of a snapshot do not agree with one another.
    Damage(Damage),
}

impl Error {
    /// What kind of error this is, as a word that stays the same in every version:
    ///
    /// | code | the error |
    /// |---|---|
    /// | `policy-invalid`, `policy-lacking` | [`PolicyError::code`] |
    /// | `facts-absent`, `facts-present`, `facts-cycle`, `facts-limit`, `facts-shape`, `facts-unknown-word` | [`FactsError::code`] |
    /// | `journal-conflict`, `journal-failed`, `journal-damaged`, `journal-mismatch` | [`JournalError::code`] |
    /// | `refused` | [`Error::Refused`]: the rule is in the refusal |
    /// | `conflict` | [`Error::Conflict`] |
    /// | `no-journal` | [`Error::NoJournal`] |
    /// | `foreign-proposal` | [`Error::ForeignProposal`] |
    /// | `invalid-name` | [`Error::Name`] |
    /// | `invalid-hours` | [`Error::Hours`] |
    /// | `invalid-time` | [`Error::Time`] |
    /// | `no-zone` | [`Error::Zones`] |
    /// | `denied` | [`Error::Denied`]: the reason is in it |
    /// | `sign-in-refused` | [`Error::SignIn`]: the reason is in it |
    /// | `no-page` | [`Error::Page`] |
    /// | `damage` | [`Error::Damage`] |
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Error::Policy(error) => error.code(),
            Error::Facts(error) => error.code(),
            Error::Refused(_) => "refused",
            Error::Conflict { .. } => "conflict",
            Error::Journal(error) => error.code(),
            Error::NoJournal => "no-journal",
            Error::ForeignProposal => "foreign-proposal",
            Error::Name(_) => "invalid-name",
            Error::Hours(_) => "invalid-hours",
            Error::Time(_) => "invalid-time",
            Error::Zones(_) => "no-zone",
            Error::Denied(_) => "denied",
            Error::SignIn(_) => "sign-in-refused",
            Error::Page(_) => "no-page",
            Error::Damage(_) => "damage",
        }
    }

    /// Every problem of a policy document that is not valid, warnings included. Empty for other
    /// errors.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match self {
            Error::Policy(error) => error.diagnostics(),
            _ => &[],
        }
    }

    /// The row at fault, of a list of events or a document of facts: `grants[3]`. `None` if no row
    /// is.
    #[must_use]
    pub fn row(&self) -> Option<&str> {
        match self {
            Error::Facts(error) => error.row(),
            _ => None,
        }
    }

    /// Why a command was refused. `None` if it was not refused, but failed otherwise.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Error::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The revision whose record is damaged. `None` if no record is, or its revision can't be told.
    #[must_use]
    pub fn revision(&self) -> Option<Revision> {
        match self {
            Error::Journal(error) => error.revision(),
            _ => None,
        }
    }

    /// Whether a policy document is not valid, or lacks what the host requires, or lacks words that
    /// facts name.
    #[must_use]
    pub fn is_policy(&self) -> bool {
        matches!(self, Error::Policy(_)) || self.cause() == Some(Cause::UnknownWord)
    }

    /// Whether an event or a row does not fit the facts.
    #[must_use]
    pub fn is_fact(&self) -> bool {
        self.cause().is_some_and(|cause| cause != Cause::UnknownWord)
    }

    /// Whether an event or a row names something that does not exist, or something that does not
    /// exist was asked for.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.cause() == Some(Cause::Absent)
    }

    /// Whether an event or a row adds something that exists already.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.cause() == Some(Cause::Present)
    }

    /// Whether units, groups or roles would stand in a circle.
    #[must_use]
    pub fn is_cycle(&self) -> bool {
        self.cause() == Some(Cause::Cycle)
    }

    /// Whether a policy or facts exceed one of the [limits](crate::facts::limits).
    #[must_use]
    pub fn is_limit(&self) -> bool {
        match self {
            Error::Policy(error) => error.is_limit(),
            other => other.cause() == Some(Cause::Limit),
        }
    }

    /// Whether the facts have changed since the change was decided: decide it again.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        matches!(self, Error::Conflict { .. })
    }

    /// Whether the journal can't be read or written, what it holds can't be used, or there is none.
    #[must_use]
    pub fn is_journal(&self) -> bool {
        matches!(self, Error::Journal(_) | Error::NoJournal | Error::ForeignProposal)
    }

    /// The error of something asked for that does not exist; `question` is what was asked.
    pub(super) fn absent(question: &'static str, message: String) -> Error {
        FactsError::new(None, question, Fault::new(Cause::Absent, message)).into()
    }

    fn cause(&self) -> Option<Cause> {
        match self {
            Error::Facts(error) => Some(error.cause()),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Policy(error) => error.fmt(f),
            Error::Facts(error) => error.fmt(f),
            Error::Refused(refusal) => refusal.fmt(f),
            Error::Conflict { expected, newest } => {
                write!(
                    f,
                    "the change was decided at revision {expected}, and the facts are at revision {newest}"
                )?;
                f.write_str(" (decide it again)")
            }
            // The text of a host's own journal need not mention the journal, so this text does.
            Error::Journal(error @ (JournalError::Conflict | JournalError::Failed(_))) => {
                write!(f, "the journal can't be read or written: {error}")
            }
            Error::Journal(error) => error.fmt(f),
            Error::NoJournal => {
                f.write_str("this authority keeps no record (open it on a journal)")
            }
            Error::ForeignProposal => f.write_str("the proposal is of another authority"),
            Error::Name(error) => error.fmt(f),
            Error::Hours(error) => error.fmt(f),
            Error::Time(error) => error.fmt(f),
            Error::Zones(error) => error.fmt(f),
            Error::Denied(error) => error.fmt(f),
            Error::SignIn(error) => error.fmt(f),
            Error::Page(error) => error.fmt(f),
            Error::Damage(error) => error.fmt(f),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Only an error of the journal has a source: every other error says all in its own text.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Journal(error) => std::error::Error::source(error),
            _ => None,
        }
    }
}

/// `From` for every variant that holds an error of a part of the crate.
macro_rules! from {
    ($($variant:ident($error:ty)),* $(,)?) => {
        $(
            impl From<$error> for Error {
                fn from(error: $error) -> Error {
                    Error::$variant(error)
                }
            }
        )*
    };
}

from!(
    Policy(PolicyError),
    Facts(FactsError),
    Refused(Refusal),
    Journal(JournalError),
    Name(InvalidName),
    Hours(InvalidHours),
    Time(InvalidTime),
    Zones(ZonesError),
    Denied(Denied),
    SignIn(session::Refused),
    Page(NoPage),
    Damage(Damage),
);
