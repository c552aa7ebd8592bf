//! The words that a policy declares with a body: functions, kinds of unit, sets of units and kinds
//! of principal.
//!
//! Visions, channels and affiliations are plain names, lists of [`Document`] itself.
//!
//! [`Document`]: super::Document

use serde::{Deserialize, Serialize};

use crate::model::{IdentifierScheme, Name};

/// A function of the catalogue, with the actions that can be permitted on it.
///
/// The function's name, as those of its actions, holds neither `:` nor `*`, or validation refuses
/// it: permissions and patterns are written with these characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Function {
    /// The actions, each of which makes a permission `function:action`. Validation refuses a
    /// function without actions, and a permission of more than 256 bytes.
    pub actions: Vec<Name>,
    /// The name of the function that people read. Nothing is decided by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The visions that a host shows the function at. Nothing is decided by them, so that an
    /// unknown vision is a warning here, not an error.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visions: Vec<Name>,
    /// Whether a unit scope does not reach this function when the target is a person: then only
    /// grants with the scope `members`, `own` or `everywhere` do. `false` if left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub leader_only: bool,
}

/// A kind of unit, such as `school`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UnitKind {
    /// The vision that units of this kind work at. Validation refuses a kind without a vision in a
    /// policy that has visions, and one with a vision in a policy that has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vision: Option<Name>,
}

/// A set of units, told by their kind, by what their code begins with, or by both.
///
/// A unit is in the set if it satisfies every list that is not empty. Validation refuses a set of
/// which both lists are empty: it would be all units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct UnitSet {
    /// The kinds of which a unit must have one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Name>,
    /// The beginnings of which a unit's code must have one. Upper and lower case differ.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prefixes: Vec<Name>,
}

/// A kind of principal, such as `staff` or `device`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Kind {
    /// How identifiers of this kind are written. [`IdentifierScheme::Any`] if left out. Validation
    /// refuses a scheme of 0 digits.
    #[serde(default, skip_serializing_if = "is_any")]
    pub identifier: IdentifierScheme,
    /// The channels that principals of this kind act on: grants on other channels are never in
    /// effect for them. All channels if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Name>,
}

fn is_any(scheme: &IdentifierScheme) -> bool {
    *scheme == IdentifierScheme::Any
}
