//! The words

use serde::{Deserialize, Serialize};

use crate::model::{IdentifierScheme, Name};

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
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
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

fn is_any(scheme: &IdentifierScheme) -> bool {
    *scheme == IdentifierScheme::Any
}
