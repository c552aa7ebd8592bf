//! `[[who]]`, `[[where]]`, `[[what]]`: a question with one part left open, and its whole answer,
//! each part with the instant at which it stops being an answer.

use serde::Deserialize;

use super::asked::{Aim, Asked, Item, permission};
use super::cases::{Expected, Question};
use crate::time::Instant;

/// A row of `[[who]]`: the people who may do something.
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

/// A row of `[[where]]`: the units in which a principal may do something.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Where {
    who: String,
    to: String,
    channel: Option<String>,
    at: Option<Instant>,
    units: Vec<Item>,
}

/// A row of `[[what]]`: the permissions that a principal has at a target.
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

impl Asked for Who {
    const TABLE: &'static str = "who";

    fn at(&self) -> Option<Instant> {
        self.at
    }

    fn channel(&self) -> Option<&str> {
        self.channel.as_deref()
    }

    fn question(&self) -> Result<Question<'_>, String> {
        let Who { in_unit, about, tenant, anywhere, .. } = self;
        let target = Aim { in_unit, about, tenant, anywhere: *anywhere }.target()?;
        Ok(Question::Who { to: permission(&self.to)?, target, people: all(&self.people)? })
    }
}

impl Asked for Where {
    const TABLE: &'static str = "where";

    fn at(&self) -> Option<Instant> {
        self.at
    }

    fn channel(&self) -> Option<&str> {
        self.channel.as_deref()
    }

    fn question(&self) -> Result<Question<'_>, String> {
        Ok(Question::Where { who: &self.who, to: permission(&self.to)?, units: all(&self.units)? })
    }
}

impl Asked for What {
    const TABLE: &'static str = "what";

    fn at(&self) -> Option<Instant> {
        self.at
    }

    fn channel(&self) -> Option<&str> {
        self.channel.as_deref()
    }

    fn question(&self) -> Result<Question<'_>, String> {
        let What { who, in_unit, about, tenant, anywhere, .. } = self;
        let target = Aim { in_unit, about, tenant, anywhere: *anywhere }.target()?;
        Ok(Question::What { who, target, permissions: all(&self.permissions)? })
    }
}

/// The parts of an expected answer by name; an error if a name is listed twice.
fn all(items: &[Item]) -> Result<Expected<'_>, String> {
    let mut expected = Expected::new();
    for item in items {
        let (name, until) = match item {
            Item::Name(name) => (name, None),
            Item::Until { name, until } => (name, Some(*until)),
        };
        if expected.insert(name, until).is_some() {
            return Err(format!("`{name}` is listed twice"));
        }
    }
    Ok(expected)
}
