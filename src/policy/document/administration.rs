//! How access is administered: which permission a command takes, who may be given what, and what
//! nobody may hold together.
//!
//! Only what the document says stands here. How a command is judged by it is the matter of `admin`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{Name, Pattern};

/// The permission that some commands take.
///
/// Several guards may name a command. The first one that fits the kind of the subject counts, so
/// that guards with `kinds` stand before those without. A command that no guard fits is refused.
/// The [contract](crate::docs::contract#r26) has the rule in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Guard {
    /// The commands, by the words of [`CommandWord`](crate::admin::CommandWord). Validation refuses
    /// an empty list.
    pub commands: Vec<Name>,
    /// The permission that the actor must hold, written `function:action` without a `*`.
    pub permission: Name,
    /// The kinds of subject that the guard fits. If empty, it fits every kind, and also commands
    /// that have no subject.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Name>,
}

/// One way in which a command may grant something, and what the grant then rests on.
///
/// As soon as a policy has one such row, a grant by a command must match a row in each of its
/// lists. The [contract](crate::docs::contract#r16) has the rule in full.
///
/// ```
/// # let document: alcada::policy::Document = toml::from_str(r#"
/// version = 1
/// [[eligibility]]
/// working-at = ["district"]
/// kinds = ["staff"]
/// units = ["district"]
/// requires = { affiliation = "exercise", at = "unit-or-below" }
/// # "#).unwrap();
/// # assert!(document.eligibility[0].requires.is_some());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Eligibility {
    /// The visions of the unit that the actor works at. Any vision if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub working_at: Vec<Name>,
    /// The kinds of the subject. Any kind if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Name>,
    /// The visions of the unit that the grant's scope names. If empty, the row matches any scope,
    /// also one that names no unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<Name>,
    /// The built-in roles that may be granted. Any role, also a tenant's own, if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Name>,
    /// The affiliation that the subject must have. It becomes the basis of the grant, which lapses
    /// with it. `None` if nothing is required: the grant is then standing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires: Option<Requirement>,
    /// Whether the row matches only grants that the command asks to give directly, which are then
    /// marked as direct. `false` if left out. Validation refuses it together with `requires`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub direct: bool,
}

/// The affiliation that a row of eligibility requires of the subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Requirement {
    /// The kind of the affiliation, one of the policy's.
    pub affiliation: Name,
    /// The place that the affiliation must be at.
    pub at: RequirementPlace,
}

/// Where a required affiliation must be, as seen from the unit that the grant's scope names.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequirementPlace {
    /// At the unit of the scope itself.
    Unit,
    /// At the unit of the scope or at any unit below it.
    UnitOrBelow,
    /// At any unit of the tenant that lies in this [set](super::UnitSet) of the policy.
    Set(Name),
}

/// Static separation of duty: roles of which one person may hold only so many at the same time.
///
/// A role that is held includes all that it includes, so that including two roles of a set counts
/// as holding both. The [contract](crate::docs::contract#r33) has the rule in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Separation {
    /// The name that refusals give this rule. Validation refuses a second rule of one name.
    pub name: Name,
    /// The built-in roles that are held apart. Validation refuses fewer than two.
    pub roles: Vec<Name>,
    /// How many of the roles one person may hold. 1 if left out. Validation refuses 0, and as many
    /// as there are roles.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub at_most: u32,
    /// Whether roles count together if held in one tenant, or only if held at one unit.
    /// [`Extent::Tenant`] if left out.
    #[serde(default, skip_serializing_if = "Extent::is_tenant")]
    pub per: Extent,
}

/// The part of a tenant within which holders or roles are counted together.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// The tenant as a whole: all of its units count together.
    #[default]
    Tenant,
    /// Each unit by itself. In a policy without unit kinds, seats per unit are an error and a
    /// separation per unit is a warning.
    Unit,
}

/// The roles and permissions that have a part in administration itself.
///
/// Roles here are built-in ones. These rules look at the role, so that a tenant's own role with
/// the permissions of a seated, exclusive or separated role would slip through: validation warns
/// of each such role that holds a permission which is not `reserved`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Administration {
    /// The role whose last holder in a tenant cannot lose it. `None` if there is no such rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrator: Option<Name>,
    /// The permission, `function:action`, whose holders may give what they do not hold themselves.
    /// `None` if nobody may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate: Option<Name>,
    /// The permissions that no role of a tenant's own making may contain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reserved: Vec<Pattern>,
    /// The roles whose holders may hold no other role in the tenant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusive: Vec<Name>,
    /// The roles whose distinct holders are counted against the seats that a tenant or a unit has
    /// contracted. Where nothing is contracted, there are no seats.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub seats: BTreeMap<Name, Extent>,
    /// For a role, the roles that its holders may give, at their own scope and time, without
    /// holding the permissions of what they give.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub assigns: BTreeMap<Name, Vec<Name>>,
}

impl Administration {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Administration::default()
    }
}

impl Extent {
    fn is_tenant(&self) -> bool {
        *self == Extent::Tenant
    }
}

fn one() -> u32 {
    1
}

fn is_one(number: &u32) -> bool {
    *number == 1
}
