//! [`Decision`]: the answer to a request; [`DenyReason`]: why a request is denied.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::facts::Revision;
use crate::time::Instant;

/// The answer to a request.
///
/// `until` is exact ([contract D11](crate::docs::contract#d11)): the first instant after the one
/// asked about at which the outcome differs if nobody changes anything. A host that keeps a
/// decision must drop it at `until` *and* when anything changes, since time alone is not enough:
/// see [`Decision::is_current`](crate::Decision::is_current).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
#[must_use = "a decision that nobody looks at protects nothing"]
// The fields that both variants have stand at the same place in both: the fast lane makes either
// without a branch, which would be mispredicted as often as not.
#[repr(u8)]
pub enum Decision {
    /// The principal may do what was asked.
    Allow {
        /// The first instant at which it is denied if nobody changes anything. `None` if time alone
        /// never changes the answer.
        until: Option<Instant>,
        /// The revision of the facts from which the decision was made.
        revision: Revision,
    },
    /// The principal may not do what was asked.
    Deny {
        /// The stage nearest to Allow that any grant reached
        /// ([contract D15](crate::docs::contract#d15)).
        reason: DenyReason,
        /// The first instant at which it is allowed if nobody changes anything. `None` if time alone
        /// never changes the answer.
        until: Option<Instant>,
        /// The revision of the facts from which the decision was made.
        revision: Revision,
    },
}

impl Decision {
    /// Deny with a reason, or Allow without one.
    #[inline(always)]
    pub(super) const fn new(
        reason: Option<DenyReason>,
        until: Option<Instant>,
        revision: Revision,
    ) -> Decision {
        match reason {
            None => Decision::Allow { until, revision },
            Some(reason) => Decision::Deny { reason, until, revision },
        }
    }

    /// This decision as of another revision.
    #[inline(always)]
    pub(super) const fn at_revision(mut self, at: Revision) -> Decision {
        match &mut self {
            Decision::Allow { revision, .. } | Decision::Deny { revision, .. } => *revision = at,
        }
        self
    }

    /// This decision until an instant in microseconds; `i64::MAX` means for good.
    #[inline(always)]
    pub(super) fn until_instant(mut self, micros: i64) -> Decision {
        let instant = (micros < i64::MAX).then_some(Instant::from_micros(micros));
        match &mut self {
            Decision::Allow { until, .. } | Decision::Deny { until, .. } => *until = instant,
        }
        self
    }

    /// Whether the decision is Allow.
    #[must_use]
    pub const fn is_allow(&self) -> bool {
        matches!(self, Decision::Allow { .. })
    }

    /// The first instant at which the outcome differs if nobody changes anything. `None` if time
    /// alone never changes it.
    #[must_use]
    pub const fn until(&self) -> Option<Instant> {
        match self {
            Decision::Allow { until, .. } | Decision::Deny { until, .. } => *until,
        }
    }

    /// Why the request is denied. `None` for Allow.
    #[must_use]
    pub const fn reason(&self) -> Option<DenyReason> {
        match self {
            Decision::Allow { .. } => None,
            Decision::Deny { reason, .. } => Some(*reason),
        }
    }

    /// The revision of the facts from which the decision was made.
    #[must_use]
    pub const fn revision(&self) -> Revision {
        match self {
            Decision::Allow { revision, .. } | Decision::Deny { revision, .. } => *revision,
        }
    }

    /// Turns Deny into an error, for use with `?`.
    ///
    /// # Errors
    /// [`Denied`] for Deny.
    pub fn require(self) -> Result<(), Denied> {
        match self {
            Decision::Allow { .. } => Ok(()),
            Decision::Deny { reason, until, .. } => Err(Denied { reason, until }),
        }
    }
}

/// Why a request is denied: the stage nearest to Allow that any grant reached
/// ([contract D15](crate::docs::contract#d15)). [`docs::semantics`](crate::docs::semantics) says
/// when each reason is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DenyReason {
    /// The policy has no such permission.
    UnknownPermission,
    /// The principal is not registered anywhere.
    UnknownPrincipal,
    /// The policy has no such channel.
    UnknownChannel,
    /// There is no such unit.
    UnknownUnit,
    /// There is no such tenant.
    UnknownTenant,
    /// The person the request is about is not registered there.
    UnknownPerson,
    /// The person is registered in several tenants, and the request names none.
    AmbiguousPerson,
    /// The request was resolved by another authority.
    ForeignHandle,
    /// The principal is suspended.
    Suspended,
    /// A restriction on the principal denies it.
    Restricted,
    /// The instant lies outside the hours of every grid that binds the principal.
    OutOfHours,
    /// No role granted to the principal has the permission.
    NotPermitted,
    /// A role granted has the permission, but a ceiling cuts it.
    Ceiling,
    /// The permission is granted, but not over the target.
    OtherScope,
    /// The permission is granted over the target, but on another channel.
    WrongChannel,
    /// The permission is granted over the target, but not yet or no longer, or the fact that the
    /// grant rests on is not in force.
    NotInForce,
    /// The permission is granted over the target and in force, but not within what was chosen when
    /// signing in; or the session belongs to another person, is of another channel, or names
    /// something that no longer exists.
    Session,
    /// The permission is granted over the target and in force, but a restriction on the role cuts
    /// it.
    RoleRestricted,
}

impl fmt::Display for DenyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DenyReason::UnknownPermission => "the permission is not in the policy",
            DenyReason::UnknownPrincipal => "the principal is not registered",
            DenyReason::UnknownChannel => "the channel is not in the policy",
            DenyReason::UnknownUnit => "the unit does not exist",
            DenyReason::UnknownTenant => "the tenant does not exist",
            DenyReason::UnknownPerson => "the person it is about is not registered there",
            DenyReason::AmbiguousPerson => {
                "the person it is about is registered in several tenants, and none is named"
            }
            DenyReason::ForeignHandle => "the request was resolved by another authority",
            DenyReason::Suspended => "the principal is suspended",
            DenyReason::Restricted => "a restriction on the principal denies it",
            DenyReason::OutOfHours => "it is outside the principal's hours",
            DenyReason::NotPermitted => "no role held has the permission",
            DenyReason::Ceiling => "a ceiling on the principal's kind cuts the permission",
            DenyReason::OtherScope => "the permission is held elsewhere, not here",
            DenyReason::WrongChannel => "the permission is held here, on another channel",
            DenyReason::NotInForce => {
                "the permission is granted here, but not in force at this time"
            }
            DenyReason::Session => "the session does not take it in",
            DenyReason::RoleRestricted => "a restriction on the role cuts it",
        })
    }
}

/// The error of a request that was denied: a 403, safe to show to the principal. It contains
/// nothing but the reason and an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("denied: {reason}")]
#[non_exhaustive]
pub struct Denied {
    /// Why the request is denied.
    pub reason: DenyReason,
    pub(crate) until: Option<Instant>,
}

impl Denied {
    /// The first instant at which the request would be allowed if nobody changes anything. `None`
    /// if time alone never allows it.
    #[must_use]
    pub const fn until(&self) -> Option<Instant> {
        self.until
    }
}
