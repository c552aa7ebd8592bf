//! Former words

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Name;

/// What words of earlier policies are called now, `old = new`: facts recorded under
/// such a policy are read with the new ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Renamed {
    /// Built-in roles.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<Name, Name>,
    /// Permissions, `function:action`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub permissions: BTreeMap<Name, Name>,
    /// Kinds of principal.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<Name, Name>,
    /// Kinds of unit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unit_kinds: BTreeMap<Name, Name>,
    /// Kinds of affiliation.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub affiliations: BTreeMap<Name, Name>,
    /// Channels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub channels: BTreeMap<Name, Name>,
    /// Sets of units.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unit_sets: BTreeMap<Name, Name>,
    /// Visions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub visions: BTreeMap<Name, Name>,
}

/// Words of earlier policies that are no more: the facts that name them end when
/// this policy is adopted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Retired {
    /// Built-in roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Name>,
    /// Permissions, `function:action`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<Name>,
    /// Kinds of affiliation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affiliations: Vec<Name>,
    /// Channels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Name>,
}

impl Renamed {
    pub(crate) fn is_empty(&self) -> bool {
        self.lists().iter().all(|(_, list)| list.is_empty())
    }

    /// Each list with its key.
    pub(crate) fn lists(&self) -> [(&'static str, &BTreeMap<Name, Name>); 8] {
        [
            ("roles", &self.roles),
            ("permissions", &self.permissions),
            ("kinds", &self.kinds),
            ("unit-kinds", &self.unit_kinds),
            ("affiliations", &self.affiliations),
            ("channels", &self.channels),
            ("unit-sets", &self.unit_sets),
            ("visions", &self.visions),
        ]
    }
}

impl Retired {
    pub(crate) fn is_empty(&self) -> bool {
        self.lists().iter().all(|(_, list)| list.is_empty())
    }

    /// Each list with its key.
    pub(crate) fn lists(&self) -> [(&'static str, &[Name]); 4] {
        [
            ("roles", &self.roles),
            ("permissions", &self.permissions),
            ("affiliations", &self.affiliations),
            ("channels", &self.channels),
        ]
    }
}
