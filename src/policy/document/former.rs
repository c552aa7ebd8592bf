//! Words of earlier policies: what they are called now, and which are no more.
//!
//! Facts name the words of the policy under which they were recorded. What becomes of those facts
//! when a later policy is adopted is the matter of `journal`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Name;

/// What words of earlier policies are called in this one, as `old = new`.
///
/// Facts that were recorded under an old word are read with the new one. Validation refuses an old
/// word that this policy still declares, and a new word that it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Renamed {
    /// Built-in roles that were renamed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<Name, Name>,
    /// Permissions that were renamed, each written `function:action`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub permissions: BTreeMap<Name, Name>,
    /// Kinds of principal that were renamed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<Name, Name>,
    /// Kinds of unit that were renamed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unit_kinds: BTreeMap<Name, Name>,
    /// Kinds of affiliation that were renamed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub affiliations: BTreeMap<Name, Name>,
    /// Channels that were renamed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub channels: BTreeMap<Name, Name>,
    /// Sets of units that were renamed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unit_sets: BTreeMap<Name, Name>,
    /// Visions that were renamed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub visions: BTreeMap<Name, Name>,
}

/// Words of earlier policies that this policy no longer has, under any name.
///
/// The facts that name a retired word end when the policy is adopted. Validation refuses a word
/// that the policy still declares, and one that is listed under [`Renamed`] as well.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Retired {
    /// Built-in roles that are no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Name>,
    /// Permissions that are no more, each written `function:action`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<Name>,
    /// Kinds of affiliation that are no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affiliations: Vec<Name>,
    /// Channels that are no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Name>,
}

impl Renamed {
    pub(crate) fn is_empty(&self) -> bool {
        self.lists().iter().all(|(_, list)| list.is_empty())
    }

    /// Every list, with its key in the document.
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

    /// Every list, with its key in the document.
    pub(crate) fn lists(&self) -> [(&'static str, &[Name]); 4] {
        [
            ("roles", &self.roles),
            ("permissions", &self.permissions),
            ("affiliations", &self.affiliations),
            ("channels", &self.channels),
        ]
    }
}
