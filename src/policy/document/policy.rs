//! [`PolicyDocument`]: the constitution as the developer writes it, a serde mirror
//! of the TOML or JSON text. Whether it makes sense is said in `validate`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::administration::{Administration, Eligibility, Guard, Separation};
use super::former::{Renamed, Retired};
use super::hours::HoursRules;
use super::support::SupportRules;
use super::upkeep::{Reviews, Revocation};
use super::words::{Function, Kind, UnitKind, UnitSet};
use crate::model::{Ceiling, Name, Role};

/// The version of the document format this crate reads and writes.
pub const DOCUMENT_VERSION: u32 = 1;

/// The channel of a policy that lists none.
pub(in crate::policy) const STANDARD_CHANNEL: &str = "standard";

/// A policy as it is written; [`Policy`](super::Policy) is one that is valid.
///
/// Maps are in the order of their names; what has an order of its own (visions,
/// channels) is a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicyDocument {
    /// Always 1.
    pub version: u32,
    /// What people call this policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The levels one works at, widest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visions: Vec<Name>,
    /// The doors requests come by, the standard one first. None listed: one, `standard`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Name>,
    /// The kinds of affiliation people have with units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affiliations: Vec<Name>,
    /// The catalogue: what can be done.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub functions: BTreeMap<Name, Function>,
    /// The kinds of unit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unit_kinds: BTreeMap<Name, UnitKind>,
    /// Sets of units that a basis can name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unit_sets: BTreeMap<Name, UnitSet>,
    /// The kinds of principal.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<Name, Kind>,
    /// The built-in roles.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub roles: BTreeMap<Name, Role>,
    /// What kinds can never exceed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ceilings: Vec<Ceiling>,
    /// Which permission each command takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guards: Vec<Guard>,
    /// Who may be given what by a command; no row: all that the other rules allow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub eligibility: Vec<Eligibility>,
    /// What nobody may hold together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub separation: Vec<Separation>,
    /// Roles and permissions that have a part in administration itself.
    #[serde(default, skip_serializing_if = "Administration::is_empty")]
    pub administration: Administration,
    /// When access grids bind, and what follows a sign-out.
    #[serde(default, skip_serializing_if = "HoursRules::is_usual")]
    pub hours: HoursRules,
    /// The door by which units are reached in support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support: Option<SupportRules>,
    /// What access is taken back that no longer holds, and how much of it at once.
    #[serde(default, skip_serializing_if = "Revocation::is_empty")]
    pub revocation: Revocation,
    /// How review campaigns go.
    #[serde(default, skip_serializing_if = "Reviews::is_empty")]
    pub review: Reviews,
    /// What words of earlier policies are called now.
    #[serde(default, skip_serializing_if = "Renamed::is_empty")]
    pub renamed: Renamed,
    /// Words of earlier policies that are no more.
    #[serde(default, skip_serializing_if = "Retired::is_empty")]
    pub retired: Retired,
}
