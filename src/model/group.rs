//! [`Group`]: people under a leader, in a hierarchy of groups.

use serde::{Deserialize, Serialize};

use super::{Identifier, Name};

/// A group of people, named within its tenant. The people of a group are its members, its leader,
/// and the people of the groups below ([ruling R17](crate::docs::contract#r17)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Group {
    /// The tenant to which the group belongs.
    pub tenant: Name,
    /// The name of the group, within the tenant.
    pub name: Name,
    /// The group directly above, in that tenant. `None` if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Name>,
    /// The leader, who leads the groups below too. `None` if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader: Option<Identifier>,
    /// The members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Identifier>,
}
