//! `[[accept]]` and `[[refuse]]`: what is decided about a command, which changes nothing here.

use serde::Deserialize;

use super::{Mismatch, Row};
use crate::admin::{Command, Rule};
use crate::facts::Snapshot;
use crate::form::Form;
use crate::model::Actor;
use crate::model::Identifier;
use crate::time::Instant;

/// A command that is carried out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Accepted {
    actor: Actor,
    command: Command,
    /// Why it is issued; left out: for no reason.
    #[serde(default)]
    reason: String,
    at: Option<Instant>,
    /// How many events it comes to.
    events: Option<usize>,
}

/// A command that is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Refused {
    actor: Actor,
    command: Command,
    /// Why it is issued; left out: for no reason.
    #[serde(default)]
    reason: String,
    at: Option<Instant>,
    /// The rule's word.
    rule: String,
    /// Whom it concerns; left out: it is not asked.
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

/// What a rule is called in its serde form.
fn word_of(rule: &Rule) -> Result<String, String> {
    let form = Form::of(rule).map_err(|error| error.to_string())?;
    let word = form.get("rule").and_then(Form::as_text);
    word.map(str::to_owned).ok_or_else(|| "the rule has no word".into())
}
