//! [`Entry`]: one change of the facts, as it is told; [`Affected`]: the people whose access
//! changed.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::facts::{Event, Revision, Snapshot};
use crate::model::{Actor, Identifier, Name};
use crate::store::Order;
use crate::time::Instant;

/// One change of the facts: who made it, when, why, and what changed
/// ([contract X4](crate::docs::contract#x4)).
///
/// An entry names people in clear. Somebody who was erased since is a number instead, `#17`, and
/// the reason of an entry that names them is empty. A journal keeps no entries but
/// [`Record`](crate::journal::Record)s. The `Debug` form leaves the reason out, because a reason
/// may be about people.
///
/// What a plan left out is no part of the entry, as nothing changed by it:
/// [`Executed`](crate::Executed) shows how a host reads that.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Entry {
    /// The revision of the facts that the change made. Revisions grow by one, without a gap.
    pub revision: Revision,
    /// When the change was made: the instant that the caller said, or the instant of the entry
    /// before, if that is later ([contract R34](crate::docs::contract#r34)).
    pub at: Instant,
    /// Who made the change.
    pub actor: Actor,
    /// The word of the command; `apply`, `import` and `adopt-policy` for changes that the host
    /// makes itself.
    pub command: String,
    /// Why the change was made, in the actor's words; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What changed; empty if another policy was adopted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
    /// The people whose access changed.
    #[serde(rename = "touched", default, skip_serializing_if = "Affected::is_empty")]
    pub affected: Affected,
    /// The text of the policy that was adopted, as JSON; `None` if the policy stayed as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Arc<str>>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Entry { revision, at, actor, command, events, affected, .. } = self;
        f.debug_struct("Entry")
            .field("revision", revision)
            .field("at", at)
            .field("actor", actor)
            .field("command", command)
            .field("events", events)
            .field("affected", affected)
            .finish_non_exhaustive()
    }
}

/// The people whose access a change gave, took or moved, and the people whose request for a role it
/// answered. A host that keeps sessions checks the sessions of these people again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Affected {
    /// People, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Identifier>,
    /// Roles whose holders are affected, however many people that are:
    /// [`Snapshot::people_affected`] lists them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<RoleOf>,
}

/// A role in a tenant, whether people hold it by itself or through a role that includes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RoleOf {
    /// The tenant; `None` stands for the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Name>,
    /// The role's name.
    pub role: Name,
}

impl Affected {
    /// Whether nobody's access changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.holders.is_empty()
    }
}

impl Snapshot {
    /// Everybody whose access a change affected: the people named in `affected`, and the people who
    /// hold one of its roles in this snapshot. Sorted, each once.
    ///
    /// # Complexity
    /// For each role listed: the units and groups of its tenant, and its holders.
    #[must_use]
    pub fn people_affected(&self, affected: &Affected) -> Vec<Identifier> {
        let state = &*self.0;
        let mut people = affected.people.clone();
        for RoleOf { tenant, role } in &affected.holders {
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
