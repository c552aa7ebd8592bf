//! [`Role`]: a set of permissions; [`CustomRole`]: a role that a tenant made; [`Ceiling`]: what a
//! kind of principal can never exceed.

use serde::{Deserialize, Serialize};

use super::{Name, Pattern};

/// The most roles that one session may choose.
pub const MAX_SESSION_ROLES: usize = 64;

/// A role: its own patterns, the roles it includes, and its exceptions ([contract
/// D5](crate::docs::contract#d5)).
///
/// Effective permissions = (own patterns ∪ what included roles are effectively) − exceptions. The
/// exceptions of an included role cut only what that role contributes ([ruling
/// R7](crate::docs::contract#r7)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Role {
    /// A label for people to read. alcada does not read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The permissions of the role itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<Pattern>,
    /// The roles whose effective permissions this one has too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<Name>,
    /// The permissions that the role has not, wherever they come from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<Pattern>,
    /// The visions at which the role can be granted. Empty: at every vision ([contract
    /// D13](crate::docs::contract#d13)).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visions: Vec<Name>,
    /// The kinds of principal that may hold the role. Empty: every kind ([ruling
    /// R8](crate::docs::contract#r8)).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Name>,
}

/// A role that a tenant made at run time, named within that tenant ([contract
/// D14](crate::docs::contract#d14)). Its permissions and exceptions hold no `*` ([ruling
/// R11](crate::docs::contract#r11)), so that a function added to the policy later does not slip in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CustomRole {
    /// The tenant to which the role belongs.
    pub tenant: Name,
    /// The name of the role, which no built-in role has.
    pub name: Name,
    /// The role itself. Its `includes` may name built-in roles and those of the tenant.
    pub role: Role,
}

/// An upper bound on what a kind of principal can do, whatever is granted: effective permissions
/// are cut to `permissions` ([contract D5](crate::docs::contract#d5)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ceiling {
    /// The kinds of principal to which the ceiling applies. Empty: every kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Name>,
    /// The visions of the grants to which the ceiling applies. Empty: all grants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visions: Vec<Name>,
    /// The permissions that may be left; all others are cut.
    pub permissions: Vec<Pattern>,
}
