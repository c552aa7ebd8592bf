//! [`RoleRequest`]: a role asked for; [`Outcome`]: what became of it.

use serde::{Deserialize, Serialize};

use super::{Grant, Identifier, Name};
use crate::time::Instant;

/// The longest reason that an entry of the record may carry, in bytes of UTF-8.
pub const MAX_REASON_BYTES: usize = 4096;

/// A role that somebody asks for, for themselves or for another. It gives nothing
/// until it is approved, and holds no seat (rulings R12, R32).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RoleRequest {
    /// Its name, by which it is answered: unique among the tenant's open requests.
    pub name: Name,
    /// The tenant, which is that of the grant's scope.
    pub tenant: Name,
    /// Who asks; registered in the tenant or on the platform.
    pub by: Identifier,
    /// What is asked for.
    pub grant: Grant,
    /// The first instant at which it can no longer be approved; none: it stays open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

/// What became of a [`RoleRequest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// The grant was given.
    Approved,
    /// It was refused, with a reason in the record.
    Denied,
    /// Whoever asked no longer asks.
    Withdrawn,
    /// Its time ran out.
    Expired,
}
