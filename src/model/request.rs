//! [`RoleRequest`]: a request for a role; [`Outcome`]: what became of it.

use serde::{Deserialize, Serialize};

use super::{Grant, Identifier, Name};
use crate::time::Instant;

/// The longest reason that a journal entry may carry, in bytes of UTF-8.
pub const MAX_REASON_BYTES: usize = 4096;

/// A role that somebody asks for, for themselves or for another. The request gives nothing until it
/// is approved, and holds no seat ([ruling R12](crate::docs::contract#r12), [ruling
/// R32](crate::docs::contract#r32)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RoleRequest {
    /// The name by which the request is answered, unique among the open requests of the tenant.
    pub name: Name,
    /// The tenant, which must be that of the scope of the grant.
    pub tenant: Name,
    /// The one who asks, registered in the tenant or on the platform.
    pub by: Identifier,
    /// The grant that is asked for.
    pub grant: Grant,
    /// The first instant at which the request can no longer be approved. `None` if it stays open.
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
    /// The request was refused, with a reason in the journal.
    Denied,
    /// The one who asked withdrew the request.
    Withdrawn,
    /// The time of the request ran out.
    Expired,
}
