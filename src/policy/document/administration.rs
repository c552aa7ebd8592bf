//! How access is administered: which permission a command takes, who may be given
//! what, what nobody may hold together. Here are the parts of the document; how
//! they are read, judged and numbered stands beside.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{Name, Pattern};

/// Which permission a command takes (ruling R26). Of several that name the command,
/// the first that fits the subject's kind counts; a command that none fits is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Guard {
    /// The commands, by the words of [`CommandWord`](crate::CommandWord).
    pub commands: Vec<Name>,
    /// What it takes, `function:action`.
    pub permission: Name,
    /// The kinds of the subject it fits; none listed: any, and commands without a subject.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Name>,
}

/// Who may be given what, and on the strength of what (ruling R16). With any such
/// row in a policy, a grant by a command needs one that it matches in every list.
///
/// ```
/// # let document: alcada::PolicyDocument = toml::from_str(r#"
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
    /// The visions of the unit the operator works at; none listed: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub working_at: Vec<Name>,
    /// The kinds of the subject; none listed: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Name>,
    /// The visions of the unit that the grant's scope names; none listed: any scope,
    /// those that name no unit included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<Name>,
    /// Built-in roles; none listed: any role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Name>,
    /// What the subject must have, which becomes the basis of the grant; left out:
    /// nothing, and the grant is Standing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires: Option<Requirement>,
    /// Whether it is for grants that ask to be given directly, and only for those: they
    /// are marked so. Not together with `requires`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub direct: bool,
}

/// The affiliation on the strength of which something may be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Requirement {
    /// One of the policy's affiliation kinds.
    pub affiliation: Name,
    /// Where it must be.
    pub at: RequirementPlace,
}

/// Where a required affiliation must be, as seen from the unit that is given.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequirementPlace {
    /// At that unit.
    Unit,
    /// At that unit or at any below it.
    UnitOrBelow,
    /// At any unit of the tenant that lies in this set of the policy.
    Set(Name),
}

/// Roles of which nobody may hold too many at once (static separation of duty,
/// ruling R33). What a role includes counts as held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Separation {
    /// What a refusal calls it.
    pub name: Name,
    /// At least two built-in roles.
    pub roles: Vec<Name>,
    /// How many of them one person may hold: at least 1, and fewer than there are.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub at_most: u32,
    /// Within what they are counted together.
    #[serde(default, skip_serializing_if = "Extent::is_tenant")]
    pub per: Extent,
}

/// Within what something is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// In the tenant as a whole.
    #[default]
    Tenant,
    /// In each unit by itself.
    Unit,
}

/// Roles and permissions that have a part in administration itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Administration {
    /// The built-in role of which each tenant keeps a holder (requirement X3, ruling
    /// R31); left out: there is no such rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrator: Option<Name>,
    /// The permission that, where it is held, lifts the rule that nobody gives what
    /// they do not hold (requirement X2); left out: nobody is above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate: Option<Name>,
    /// The permissions that no custom role may contain (ruling R11).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reserved: Vec<Pattern>,
    /// The built-in roles whose holders may hold no other in the tenant (requirement T4).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusive: Vec<Name>,
    /// The built-in roles whose holders are counted against a contract, and within
    /// what (ruling R32).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub seats: BTreeMap<Name, Extent>,
    /// For a built-in role, the built-in roles that its holders may give at their
    /// scope without holding what is in them (ruling R28).
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
