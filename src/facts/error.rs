//! [`FactsError`]: why an event, a row or a document does not fit the facts; and [`Fault`], the
//! part of it that is known where an event is applied.
//!
//! Errors of policies, of the journal and of commands are made where those are.

use std::fmt;

/// Why an event, a row of a document or the document itself does not fit the facts. Nothing has
/// changed.
///
/// Its text names the row and the event, what is wrong and what would be right, with people masked.
/// `Debug` prints that text too, as it is what a `main` that returns the error shows to people.
#[derive(Clone, PartialEq, Eq)]
pub struct FactsError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    row: Option<String>,
    /// The word of the event, or of the question asked. Empty if the message is complete without
    /// one.
    event: &'static str,
    fault: Fault,
}

impl FactsError {
    pub(crate) fn new(row: Option<String>, event: &'static str, fault: Fault) -> FactsError {
        FactsError(Box::new(Inner { row, event, fault }))
    }

    /// A word for the [`Cause`] of the error, which stays the same in every version.
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

    /// The row at fault, in a list of events or a document of facts: `grants[3]`. `None` if there
    /// is only one event.
    #[must_use]
    pub fn row(&self) -> Option<&str> {
        self.0.row.as_deref()
    }

    /// In which way the event or the row does not fit.
    #[must_use]
    pub fn cause(&self) -> Cause {
        self.0.fault.cause
    }

    /// What would be right, if more can be said than what is wrong.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.0.fault.help.as_deref()
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

    /// Whether one of the [limits](crate::facts::limits) would be passed.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        self.cause() == Cause::Limit
    }
}

impl fmt::Display for FactsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { row, event, fault: Fault { message, help, .. } } = &*self.0;
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

/// Why an event, or a name in it, does not fit the facts: the cause with its words. The text names
/// what is wrong in backticks, with people masked, and `help` says what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) cause: Cause,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// In which way something does not fit the facts. See [`FactsError::cause`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The event or the row names something that does not exist.
    Absent,
    /// The event or the row adds something that exists already.
    Present,
    /// Units, groups or roles would stand in a circle.
    Cycle,
    /// One of the [limits](crate::facts::limits) would be passed.
    Limit,
    /// The policy or the facts do not allow what the event or the row says.
    Shape,
    /// The facts name words that are unknown to the policy they are carried over to.
    UnknownWord,
}

impl Fault {
    pub(crate) fn new(cause: Cause, message: impl Into<String>) -> Fault {
        Fault { cause, message: message.into(), help: None }
    }

    pub(crate) fn absent(what: &str, name: impl fmt::Display) -> Fault {
        Fault::new(Cause::Absent, format!("there is no {what} `{name}`"))
    }

    pub(crate) fn present(what: &str, name: impl fmt::Display) -> Fault {
        Fault::new(Cause::Present, format!("there is a {what} `{name}` already"))
    }

    pub(crate) fn shape(message: impl Into<String>) -> Fault {
        Fault::new(Cause::Shape, message)
    }

    pub(crate) fn limit(what: &str, most: usize) -> Fault {
        Fault::new(Cause::Limit, format!("too many {what}; at most {most} are allowed"))
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Fault {
        self.help = Some(help.into());
        self
    }
}
