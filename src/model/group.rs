//! [`Group`]: people under a leader, in a hierarchy of groups.

use serde::{Deserialize, Serialize};

use super::{Identifier, Name};

/// A group of people, named within its tenant. The people of a group are its
/// members and its leader, and those of the groups below (ruling R17).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Group {
    /// The tenant it belongs to.
    pub tenant: Name,
    /// Its name within the tenant.
    pub name: Name,
    /// The group above, of the same tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Name>,
    /// Who leads it, and through it the groups below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader: Option<Identifier>,
    /// Who belongs to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Identifier>,
}
