//! [`Restriction`]: what denies whatever grants say.

use serde::{Deserialize, Serialize};

use super::{Identifier, Name, Pattern, Scope};
use crate::time::Instant;

/// A rule that denies (contract D3): of a principal, outright; of a role, by
/// cutting its grants and those of the roles that include it (ruling R10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Restriction {
    /// Its name, by which it is lifted: unique in the tenant of its scope.
    pub name: Name,
    /// Whom it restricts.
    pub subject: Subject,
    /// Which permissions it denies.
    pub permissions: Vec<Pattern>,
    /// Where it denies them.
    pub scope: Scope,
    /// From when, `[from, until)` in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// The first instant at which it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

/// Whom a [`Restriction`] restricts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// One principal, registered in the tenant of the scope.
    Person(Identifier),
    /// Every holder of a role: a built-in one, or one of the scope's tenant.
    Role(Name),
}
