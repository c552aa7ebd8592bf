//! [`PolicyDocument`]: the constitution as the developer writes it, a serde mirror
//! of the TOML or JSON text. Whether it makes sense is said in `validate`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{Ceiling, IdentifierScheme, Name, Role};
use crate::policy::document::HoursRules;
use crate::policy::document::SupportRules;
use crate::policy::document::{Administration, Eligibility, Guard, Renamed, Retired, Separation};
use crate::policy::document::{Reviews, Revocation};

/// The version of the document format this crate reads and writes.
pub const DOCUMENT_VERSION: u32 = 1;

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

/// A function of the catalogue and its actions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Function {
    /// What can be done with it: each makes a permission `function:action`.
    pub actions: Vec<Name>,
    /// What people read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The visions it is shown at: a label for people (ruling R13).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visions: Vec<Name>,
    /// Whether, about a person, it is reached by `Members`, `Own` or `Everywhere`
    /// alone, never by a unit scope (ruling R17).
    #[serde(default, skip_serializing_if = "is_false")]
    pub leader_only: bool,
}

/// A kind of unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UnitKind {
    /// The vision one works at in such a unit. Left out exactly when the policy
    /// has no visions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vision: Option<Name>,
}

/// A set of units: those of one of the kinds, or whose code begins so (ruling R14).
/// Of the two lists, each that is not empty must be satisfied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UnitSet {
    /// The unit kinds taken in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Name>,
    /// What the code begins with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefixes: Vec<Name>,
}

/// A kind of principal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Kind {
    /// How its identifiers are written.
    #[serde(default, skip_serializing_if = "is_any")]
    pub identifier: IdentifierScheme,
    /// The channels it acts on; none listed: all (contract D13).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Name>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn is_any(scheme: &IdentifierScheme) -> bool {
    *scheme == IdentifierScheme::Any
}
