//! [`Misfit`]: why an event does not fit the facts.

use std::fmt;

/// Why an event does not fit. The text names what is wrong in backticks, people
/// masked, and `help` says what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    pub(crate) cause: Cause,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// What sort of misfit it is: callers ask [`Error`](crate::Error)'s predicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// It names something that is not there.
    Absent,
    /// It adds something that is there already.
    Present,
    /// It would close a circle.
    Cycle,
    /// It passes a documented limit.
    Limit,
    /// It is not of a shape that the policy or the facts allow.
    Shape,
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
