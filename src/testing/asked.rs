//! [`Asked`]: the rows that ask a question, and the fields that such rows have in common.
//!
//! Something other than the engine can answer these questions too, a host's own queries for one:
//! so they are given out as [cases](super::Case).

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::cases::Question;
use super::row::{Mismatch, Row};
use crate::engine::Target;
use crate::facts::Snapshot;
use crate::model::Permission;
use crate::time::Instant;

/// A row that asks a question: `[[expect]]`, `[[who]]`, `[[where]]` or `[[what]]`.
pub(super) trait Asked: DeserializeOwned {
    /// The table's name in the scenario's text.
    const TABLE: &'static str;

    /// The instant that the row names; `None` if the scenario's own instant counts.
    fn at(&self) -> Option<Instant>;

    /// The channel that the row names; `None` stands for the policy's first.
    fn channel(&self) -> Option<&str>;

    /// The question with the expected answer.
    ///
    /// # Errors
    /// A text that says why, when the row asks for what can't be asked.
    fn question(&self) -> Result<Question<'_>, String>;
}

impl<R: Asked> Row for R {
    const TABLE: &'static str = R::TABLE;

    fn at(&self) -> Option<Instant> {
        Asked::at(self)
    }

    fn mismatch(&self, snapshot: &Snapshot, at: Instant) -> Result<Option<Mismatch>, String> {
        self.question()?.mismatch(snapshot, at, self.channel())
    }
}

/// Reads a permission; the error is a text, as [`Asked::question`] gives it.
pub(super) fn permission(text: &str) -> Result<Permission<'_>, String> {
    Permission::parse(text).map_err(|error| error.to_string())
}

/// The fields of a row that name its target; a row of none of them asks about everywhere.
#[derive(Clone, Copy)]
pub(super) struct Aim<'a> {
    pub(super) in_unit: &'a Option<String>,
    pub(super) about: &'a Option<String>,
    pub(super) tenant: &'a Option<String>,
    pub(super) anywhere: bool,
}

impl<'a> Aim<'a> {
    /// The target, or an error if the fields name more than one.
    pub(super) fn target(self) -> Result<Target<'a>, String> {
        match (self.in_unit, self.about, self.tenant, self.anywhere) {
            (Some(unit), None, None, false) => Ok(Target::InUnit(unit)),
            (Some(unit), Some(person), None, false) => Ok(Target::Record { unit, person }),
            (None, Some(person), tenant, false) => Ok(Target::About(person, tenant.as_deref())),
            (None, None, None, true) => Ok(Target::Anywhere),
            (None, None, None, false) => Ok(Target::Everywhere),
            _ => Err("the target is named in ways that don't go together".into()),
        }
    }
}

/// One part of an expected answer: a name with the instant at which it stops being an answer, or
/// a name alone, if that never comes.
#[derive(Clone, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(super) enum Item {
    Name(String),
    Until { name: String, until: Instant },
}
