//! [`Restriction`]: a rule that denies whatever grants allow.

use serde::{Deserialize, Serialize};

use super::{Identifier, Name, Pattern, Scope};
use crate::time::Instant;

/// A rule that denies ([contract D3](crate::docs::contract#d3)). On a principal it denies outright;
/// on a role it cuts the grants of that role and of the roles that include it ([ruling
/// R10](crate::docs::contract#r10)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Restriction {
    /// The name by which the restriction is lifted, unique in the tenant of its scope.
    pub name: Name,
    /// The principal or the role restricted.
    pub subject: Subject,
    /// The permissions denied.
    pub permissions: Vec<Pattern>,
    /// Where they are denied.
    pub scope: Scope,
    /// The first instant, in UTC, at which the restriction is in force. `None` if it always was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// The first instant, in UTC, at which the restriction is over. `None` if it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

/// The principal or the role that a [`Restriction`] restricts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// One principal, registered in the tenant of the scope.
    Person(Identifier),
    /// Every holder of a role, be it built in or of the scope's tenant.
    Role(Name),
}
