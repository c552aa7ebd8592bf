//! [`Role`]: a named set of permissions; [`Ceiling`]: what a kind can never exceed.

use serde::{Deserialize, Serialize};

use super::{Name, Pattern};

/// The most roles that one session may choose.
pub const MAX_SESSION_ROLES: usize = 64;

/// A role: own patterns, included roles, exceptions (contract D5).
///
/// Effective permissions = (own patterns ∪ what included roles are effectively)
/// − exceptions. The exceptions of an included role cut only what that role
/// contributes (ruling R7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Role {
    /// What people read; alcada does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The permissions of the role itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<Pattern>,
    /// Roles whose effective permissions this one has too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<Name>,
    /// Permissions it has not, wherever they come from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<Pattern>,
    /// The visions it can be granted at; none listed: at all (contract D13).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visions: Vec<Name>,
    /// The principal kinds that may hold it; none listed: all (ruling R8).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Name>,
}

/// A role made at run time, named within its tenant (contract D14). Its
/// permissions and exceptions hold no `*` (ruling R11), so that a function added
/// to the policy later does not slip in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CustomRole {
    /// The tenant it belongs to.
    pub tenant: Name,
    /// Its name, unlike that of any built-in role.
    pub name: Name,
    /// What it is; `includes` may name built-in roles and those of the tenant.
    pub role: Role,
}

/// An upper bound on what a kind of principal can do, whatever is granted
/// (contract D5): effective permissions are cut to `permissions`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ceiling {
    /// The kinds it applies to; none listed: every kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Name>,
    /// The visions of the grants it applies to; none listed: every grant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visions: Vec<Name>,
    /// All that is left.
    pub permissions: Vec<Pattern>,
}
