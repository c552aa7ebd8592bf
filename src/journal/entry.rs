//! [`Entry`]: one change of the facts, as it is told; [`Touched`]: whose access it touched.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::facts::{Event, Revision, Snapshot};
use crate::model::Actor;
use crate::model::{Identifier, Name};
use crate::store::Order;
use crate::time::Instant;

/// One change of the facts: who made it, when, why, and what it was (requirement X4).
///
/// It names people in clear, but for those who were erased since, who are a number,
/// `#17`, and whose reason is empty. What a journal keeps is a
/// [`Record`](crate::journal::Record). The `Debug` form leaves the reason out, which may be about people.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Entry {
    /// The state of the facts that it made; they grow by one, without a gap.
    pub revision: Revision,
    /// When: the later of what the caller said and the last entry's (ruling R34).
    pub at: Instant,
    /// Who.
    pub actor: Actor,
    /// The command's word; `apply`, `import` and `adopt-policy` are the host's own.
    pub command: String,
    /// Why, as the actor put it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
    /// Whose access it touched.
    #[serde(default, skip_serializing_if = "Touched::is_empty")]
    pub touched: Touched,
    /// The text of the policy that was adopted, as JSON; none: it stays as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Arc<str>>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Entry { revision, at, actor, command, events, touched, .. } = self;
        f.debug_struct("Entry")
            .field("revision", revision)
            .field("at", at)
            .field("actor", actor)
            .field("command", command)
            .field("events", events)
            .field("touched", touched)
            .finish_non_exhaustive()
    }
}

/// Whose access a change touched: gave, took or moved; and whose request it answered. A host
/// that keeps sessions looks at these anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Touched {
    /// These people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Identifier>,
    /// Everyone who holds one of these roles, however many that are:
    /// [`Snapshot::people_touched`] lists them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<RoleOf>,
}

/// A role as it is held in a tenant, itself or by a role that includes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RoleOf {
    /// The tenant; none: the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Name>,
    /// The role.
    pub role: Name,
}

impl Touched {
    /// Whether nobody's was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.holders.is_empty()
    }
}

impl Snapshot {
    /// Everyone whose access a change touched, those who hold a role in this snapshot
    /// included; sorted, each once.
    ///
    /// # Complexity
    /// For each role listed: the units and groups of its tenant, and its holders.
    #[must_use]
    pub fn people_touched(&self, touched: &Touched) -> Vec<Identifier> {
        let state = &*self.0;
        let mut people = touched.people.clone();
        for RoleOf { tenant, role } in &touched.holders {
            people.extend(
                state
                    .holders_of(tenant.as_ref(), role)
                    .into_iter()
                    .map(|person| state.identifier(person)),
            );
        }
        people.order();
        people.dedup();
        people
    }
}
