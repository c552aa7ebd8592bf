//! [`Document`]: the whole document, and the two constants that belong to its form.
//!
//! The parts of the document live in the files beside this one, and the roles and ceilings in
//! `model`, as tenants have roles too. What makes a document valid must not be here: that is the
//! matter of `validate`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::administration::{Administration, Eligibility, Guard, Separation};
use super::former::{Renamed, Retired};
use super::hours::HoursRules;
use super::support::SupportRules;
use super::upkeep::{Reviews, Revocation};
use super::words::{Function, Kind, UnitKind, UnitSet};
use crate::model::{Ceiling, Name, Role};

/// The version of the document format that this crate reads and writes.
pub const DOCUMENT_VERSION: u32 = 1;

/// The one channel of a policy that lists no channels.
pub(in crate::policy) const STANDARD_CHANNEL: &str = "standard";

/// A policy as its author writes it: a mirror of the TOML or JSON text.
///
/// A document may be wrong in any way; [`Policy::from_document`](crate::Policy::from_document)
/// checks it, and a [`Policy`](crate::Policy) is a document that is valid. Parts with names are
/// maps, in the order of the names. Parts whose order means something (visions, channels, guards)
/// are lists. Every part but `version` may be left out of a text.
///
/// Each list and map has a greatest length, in [`limits`](crate::facts::limits). Validation refuses
/// a longer one, a name listed twice in one list, and a name that the document declares nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Document {
    /// The version of the format. Anything but [`DOCUMENT_VERSION`] is refused.
    pub version: u32,
    /// What people call this policy. Nothing is decided by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The levels that units work at, widest first: grants with the scope `everywhere`, `own` or
    /// `members` have the first one. Empty in a policy that knows no levels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visions: Vec<Name>,
    /// The channels that requests come by. A request or a grant that names no channel means the
    /// first one. If the list is empty, the policy has one channel, `standard`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Name>,
    /// The kinds of dated tie between people and units on which grants can rest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affiliations: Vec<Name>,
    /// The catalogue: what can be done at all. An empty one is valid, with a warning, and denies
    /// everything.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub functions: BTreeMap<Name, Function>,
    /// The kinds of unit. Without any, units have neither kinds nor visions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unit_kinds: BTreeMap<Name, UnitKind>,
    /// The sets of units that the basis of a grant, or a row of eligibility, can name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unit_sets: BTreeMap<Name, UnitSet>,
    /// The kinds of principal.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<Name, Kind>,
    /// The built-in roles, which every tenant has. Inclusions in a circle are refused.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<Name, Role>,
    /// What grants of certain kinds of principal, or at certain visions, can never exceed. The
    /// ceilings that apply to a grant cut its role one after another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ceilings: Vec<Ceiling>,
    /// The permission that each command takes. A command that no row names is refused to every
    /// actor but the host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guards: Vec<Guard>,
    /// The rows of which a grant by a command must match one. If the list is empty, a command may
    /// grant all that the other rules allow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub eligibility: Vec<Eligibility>,
    /// The sets of roles of which one person may hold only so many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub separation: Vec<Separation>,
    /// The roles and permissions that have a part in administration itself.
    #[serde(default, skip_serializing_if = "Administration::is_empty")]
    pub administration: Administration,
    /// When access grids bind, and when open work is handed over after a sign-out.
    #[serde(default, skip_serializing_if = "HoursRules::is_usual")]
    pub hours: HoursRules,
    /// How units are reached in support. `None` in a policy without support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support: Option<SupportRules>,
    /// By which rules access that no longer holds is taken back.
    #[serde(default, skip_serializing_if = "Revocation::is_empty")]
    pub revocation: Revocation,
    /// How review campaigns go.
    #[serde(default, skip_serializing_if = "Reviews::is_empty")]
    pub review: Reviews,
    /// What words of earlier policies are called in this one.
    #[serde(default, skip_serializing_if = "Renamed::is_empty")]
    pub renamed: Renamed,
    /// Words of earlier policies that this one no longer has, under any name.
    #[serde(default, skip_serializing_if = "Retired::is_empty")]
    pub retired: Retired,
}
