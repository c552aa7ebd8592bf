//! `[[expect]]`: the decision that a check gives.

use serde::Deserialize;

use super::asked::{Aim, Asked, permission};
use super::cases::Question;
use crate::engine::DenyReason;
use crate::time::Instant;

/// A row of `[[expect]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Expected {
    who: String,
    to: String,
    channel: Option<String>,
    in_unit: Option<String>,
    about: Option<String>,
    tenant: Option<String>,
    #[serde(default)]
    anywhere: bool,
    at: Option<Instant>,
    answer: Answer,
    reason: Option<DenyReason>,
    until: Option<Instant>,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    Allow,
    Deny,
}

impl Asked for Expected {
    const TABLE: &'static str = "expect";

    fn at(&self) -> Option<Instant> {
        self.at
    }

    fn channel(&self) -> Option<&str> {
        self.channel.as_deref()
    }

    fn question(&self) -> Result<Question<'_>, String> {
        let Expected { who, in_unit, about, tenant, anywhere, answer, reason, until, .. } = self;
        match (answer, reason) {
            (Answer::Allow, Some(_)) => return Err("an `allow` has no `reason`".into()),
            (Answer::Deny, None) => return Err("a `deny` takes a `reason`".into()),
            (Answer::Allow, None) | (Answer::Deny, Some(_)) => {}
        }
        let target = Aim { in_unit, about, tenant, anywhere: *anywhere }.target()?;
        Ok(Question::Check {
            who,
            to: permission(&self.to)?,
            target,
            reason: *reason,
            until: *until,
        })
    }
}
