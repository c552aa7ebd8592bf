//! `[[who]]`, `[[where]]`, `[[what]]`: the whole answer to a question, each part with its end.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Aim, Item, Mismatch, Row, ending};
use crate::engine::Answers;
use crate::facts::Snapshot;
use crate::model::{Name, Permission};
use crate::time::Instant;

/// Who may do this.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Who {
    to: String,
    channel: Option<String>,
    in_unit: Option<String>,
    about: Option<String>,
    tenant: Option<String>,
    #[serde(default)]
    anywhere: bool,
    at: Option<Instant>,
    people: Vec<Item>,
}

/// Where somebody may do this.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Where {
    who: String,
    to: String,
    channel: Option<String>,
    at: Option<Instant>,
    units: Vec<Item>,
}

/// What somebody may do there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct What {
    who: String,
    channel: Option<String>,
    in_unit: Option<String>,
    about: Option<String>,
    tenant: Option<String>,
    #[serde(default)]
    anywhere: bool,
    at: Option<Instant>,
    permissions: Vec<Item>,
}

impl Row for Who {
    const TABLE: &'static str = "who";

    fn at(&self) -> Option<Instant> {
        self.at
    }

    fn mismatch(&self, snapshot: &Snapshot, at: Instant) -> Result<Option<Mismatch>, String> {
        let Who { in_unit, about, tenant, anywhere, .. } = self;
        let target = Aim { in_unit, about, tenant, anywhere: *anywhere }.target()?;
        let answers = snapshot.who_can(permission(&self.to)?, target, at);
        compared(answers, self.channel.as_deref(), &self.people)
    }
}

impl Row for Where {
    const TABLE: &'static str = "where";

    fn at(&self) -> Option<Instant> {
        self.at
    }

    fn mismatch(&self, snapshot: &Snapshot, at: Instant) -> Result<Option<Mismatch>, String> {
        let answers = snapshot.where_can(&self.who, permission(&self.to)?, at);
        compared(answers, self.channel.as_deref(), &self.units)
    }
}

impl Row for What {
    const TABLE: &'static str = "what";

    fn at(&self) -> Option<Instant> {
        self.at
    }

    fn mismatch(&self, snapshot: &Snapshot, at: Instant) -> Result<Option<Mismatch>, String> {
        let What { in_unit, about, tenant, anywhere, .. } = self;
        let target = Aim { in_unit, about, tenant, anywhere: *anywhere }.target()?;
        compared(snapshot.what_can(&self.who, target, at), self.channel.as_deref(), &self.permissions)
    }
}

fn permission(text: &str) -> Result<Permission<'_>, String> {
    Permission::parse(text).map_err(|error| error.to_string())
}

type Answered = BTreeMap<String, Option<Instant>>;

fn compared<T: From<Name> + ToString>(
    answers: Answers<'_, T>,
    channel: Option<&str>,
    items: &[Item],
) -> Result<Option<Mismatch>, String> {
    let answers = match channel {
        Some(channel) => answers.on_channel(channel),
        None => answers,
    };
    if let Some(reason) = answers.unknown() {
        return Err(format!("nothing can be asked so: {reason}"));
    }
    let got: Answered = answers.map(|answer| (answer.name().to_string(), answer.until())).collect();
    let mut expected = Answered::new();
    for item in items {
        let (name, until) = match item {
            Item::Name(name) => (name, None),
            Item::Until { name, until } => (name, Some(*until)),
        };
        if expected.insert(name.clone(), until).is_some() {
            return Err(format!("`{name}` is listed twice"));
        }
    }
    let words = |answered: &Answered| match answered.len() {
        0 => "nothing".into(),
        _ => answered.iter().map(|(name, until)| format!("`{name}`{}", ending(*until))).collect::<Vec<_>>().join("; "),
    };
    let mismatch = || Mismatch { expected: words(&expected), got: words(&got), explanation: None };
    Ok((got != expected).then(mismatch))
}
