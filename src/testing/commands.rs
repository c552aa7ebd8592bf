//! `[[accept]]` and `[[refuse]]`: how a command is decided. The scenario's facts stay as they are.

use serde::Deserialize;

use super::row::{Mismatch, Row};
use crate::admin::{Command, Rule};
use crate::facts::Snapshot;
use crate::form::Form;
use crate::model::{Actor, Identifier};
use crate::time::Instant;

/// A row of `[[accept]]`: a command that would be carried out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Accepted {
    actor: Actor,
    command: Command,
    /// The reason that is given with the command; empty if left out.
    #[serde(default)]
    reason: String,
    at: Option<Instant>,
    /// How many events the command makes; not compared if left out.
    events: Option<usize>,
}

/// A row of `[[refuse]]`: a command that would be refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Refused {
    actor: Actor,
    command: Command,
    /// The reason that is given with the command; empty if left out.
    #[serde(default)]
    reason: String,
    at: Option<Instant>,
    /// The word of the rule that stands against the command, as in the rule's serde form.
    rule: String,
    /// The person whom the refusal concerns; not compared if left out.
    subject: Option<Identifier>,
}

impl Row for Accepted {
    const TABLE: &'static str = "accept";

    fn at(&self) -> Option<Instant> {
        self.at
    }

    fn mismatch(&self, snapshot: &Snapshot, at: Instant) -> Result<Option<Mismatch>, String> {
        let expected = match self.events {
            None => "it to be carried out".to_owned(),
            Some(events) => counted(events),
        };
        let got = match snapshot.decide(&self.actor, &self.command, &self.reason, at) {
            Ok(events) if self.events.is_none_or(|count| count == events.len()) => return Ok(None),
            Ok(events) => counted(events.len()),
            Err(refusal) => refusal.to_string(),
        };
        Ok(Some(Mismatch { expected, got, explanation: None }))
    }
}

impl Row for Refused {
    const TABLE: &'static str = "refuse";

    fn at(&self) -> Option<Instant> {
        self.at
    }

    fn mismatch(&self, snapshot: &Snapshot, at: Instant) -> Result<Option<Mismatch>, String> {
        let expected = match &self.subject {
            None => format!("the rule `{}`", self.rule),
            Some(subject) => format!("the rule `{}`, for `{subject}`", self.rule),
        };
        let (got, explanation) = match snapshot.decide(&self.actor, &self.command, &self.reason, at)
        {
            Ok(events) => (counted(events.len()), None),
            Err(refusal) => {
                let word = word_of(&refusal.rule)?;
                let same = self.subject.is_none() || self.subject == refusal.subject;
                if word == self.rule && same {
                    return Ok(None);
                }
                let whom = refusal
                    .subject
                    .as_ref()
                    .map_or(String::new(), |subject| format!(", for `{subject}`"));
                (format!("the rule `{word}`{whom}"), Some(refusal.to_string()))
            }
        };
        Ok(Some(Mismatch { expected, got, explanation }))
    }
}

fn counted(events: usize) -> String {
    format!("it carried out, by {events} {}", if events == 1 { "event" } else { "events" })
}

/// The word of a rule, as in its serde form.
fn word_of(rule: &Rule) -> Result<String, String> {
    let form = Form::of(rule).map_err(|error| error.to_string())?;
    let word = form.get("rule").and_then(Form::as_text);
    word.map(str::to_owned).ok_or_else(|| "the rule has no word".into())
}
