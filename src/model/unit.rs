//! [`Unit`]: a place in the tree of units; the tree's root is a tenant.

use serde::{Deserialize, Serialize};

use super::Name;

/// A unit: a school, a district, a city. Codes are unique on the platform (ruling R1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Unit {
    /// The unit's code, as the host writes it.
    pub code: Name,
    /// One of the policy's unit kinds, which gives the unit its vision.
    /// Left out exactly when the policy has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Name>,
    /// The unit above. None: this unit is the root of a tenant of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Name>,
    /// The tenant this unit is meant for, if the host wants that checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Name>,
}
