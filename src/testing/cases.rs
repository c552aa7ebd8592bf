//! [`Case`]: one question of a scenario, with the whole answer that is expected.

use std::collections::BTreeMap;

use super::row::{Mismatch, ending};
use crate::engine::{Answers, DenyReason, Request, Target};
use crate::facts::Snapshot;
use crate::model::{Name, Permission};
use crate::time::Instant;

/// The names that answer a question, each with the first instant at which the name stops being an
/// answer; `None` if that never comes.
pub type Expected<'a> = BTreeMap<&'a str, Option<Instant>>;

/// A question of a scenario and the answer that is expected of it: one row of `[[expect]]`,
/// `[[who]]`, `[[where]]` or `[[what]]`. See [`Scenario::cases`](super::Scenario::cases).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Case<'a> {
    /// The name of the table that the row stands in.
    pub table: &'static str,
    /// The row's place in that table, from 0.
    pub row: usize,
    /// The instant that the question is about.
    pub at: Instant,
    /// The channel that the question names; `None` stands for the policy's first.
    pub channel: Option<&'a str>,
    /// What is asked, and what is expected.
    pub question: Question<'a>,
}

/// What a [`Case`] asks, and what it expects.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Question<'a> {
    /// `[[expect]]`: may this principal do this?
    Check {
        /// The principal.
        who: &'a str,
        /// What the principal wants to do.
        to: Permission<'a>,
        /// Where, or about whom.
        target: Target<'a>,
        /// Why the request is denied; `None` if it is allowed.
        reason: Option<DenyReason>,
        /// The first instant at which the answer may be another; `None` if there is none.
        until: Option<Instant>,
    },
    /// `[[who]]`: which people may do this?
    Who {
        /// What the people may do.
        to: Permission<'a>,
        /// Where, or about whom.
        target: Target<'a>,
        /// All people who may.
        people: Expected<'a>,
    },
    /// `[[where]]`: in which units may this principal do this?
    Where {
        /// The principal.
        who: &'a str,
        /// What the principal wants to do.
        to: Permission<'a>,
        /// All units in which it is allowed.
        units: Expected<'a>,
    },
    /// `[[what]]`: which permissions does this principal have there?
    What {
        /// The principal.
        who: &'a str,
        /// Where, or about whom.
        target: Target<'a>,
        /// All permissions that the principal has there.
        permissions: Expected<'a>,
    },
}

impl Question<'_> {
    /// Compares the engine's answer with the expected one; `None` if they agree.
    ///
    /// # Errors
    /// A text that says why, when the question names something unknown.
    pub(super) fn mismatch(
        &self,
        snapshot: &Snapshot,
        at: Instant,
        channel: Option<&str>,
    ) -> Result<Option<Mismatch>, String> {
        match self {
            Question::Check { who, to, target, reason, until } => {
                let request = Request { principal: who, permission: *to, target: *target, channel };
                Ok(decided(snapshot, &request, at, (*reason, *until)))
            }
            Question::Who { to, target, people } => {
                answered(snapshot.who_can(*to, *target, at), channel, people)
            }
            Question::Where { who, to, units } => {
                answered(snapshot.where_can(who, *to, at), channel, units)
            }
            Question::What { who, target, permissions } => {
                answered(snapshot.what_can(who, *target, at), channel, permissions)
            }
        }
    }
}

/// Why a request is denied, `None` if it is allowed, and until when.
type Decided = (Option<DenyReason>, Option<Instant>);

fn decided(
    snapshot: &Snapshot,
    request: &Request<'_>,
    at: Instant,
    expected: Decided,
) -> Option<Mismatch> {
    let decision = snapshot.check(request, at);
    let got = (decision.reason(), decision.until());
    let words = |(reason, until): Decided| {
        reason.map_or("allow".to_owned(), |reason| format!("deny, because {reason}"))
            + &ending(until)
    };
    (got != expected).then(|| Mismatch {
        expected: words(expected),
        got: words(got),
        explanation: Some(snapshot.explain(request, at).to_string()),
    })
}

fn answered<T: From<Name> + ToString>(
    answers: Answers<'_, T>,
    channel: Option<&str>,
    expected: &Expected<'_>,
) -> Result<Option<Mismatch>, String> {
    let answers = match channel {
        Some(channel) => answers.on_channel(channel),
        None => answers,
    };
    if let Some(reason) = answers.unknown() {
        return Err(format!("nothing can be asked so: {reason}"));
    }
    let got: BTreeMap<String, Option<Instant>> =
        answers.map(|answer| (answer.name().to_string(), answer.until())).collect();
    let got: Expected<'_> = got.iter().map(|(name, until)| (name.as_str(), *until)).collect();
    let words = |answered: &Expected<'_>| match answered.len() {
        0 => "nothing".into(),
        _ => answered
            .iter()
            .map(|(name, until)| format!("`{name}`{}", ending(*until)))
            .collect::<Vec<_>>()
            .join("; "),
    };
    let mismatch = || Mismatch { expected: words(expected), got: words(&got), explanation: None };
    Ok((got != *expected).then(mismatch))
}
