//! [`Affiliation`]: a dated fact that ties a person to a unit.

use serde::{Deserialize, Serialize};

use super::{Identifier, Name};
use crate::time::Instant;

/// A dated fact about a person: in exercise at a unit, member of its association.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Affiliation {
    /// Who; registered in the unit's tenant.
    pub person: Identifier,
    /// One of the policy's affiliation kinds.
    pub kind: Name,
    /// Where.
    pub unit: Name,
    /// From when, `[from, until)` in UTC. It may lie in the past (ruling R19).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// The first instant at which it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

/// Where the affiliation that a grant rests on must be (ruling R14).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// At this unit.
    Unit(Name),
    /// At this unit or at any below it.
    Subtree(Name),
    /// At any unit of the grant's tenant that lies in this set of the policy.
    Set(Name),
}
