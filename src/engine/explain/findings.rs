//! The parts of an explanation: what it says of each grant, restriction and grid.

use serde::Serialize;

use super::wall::on_the_wall;
use crate::facts::{GridFacts, NEVER};
use crate::model::{Basis, Name, Scope};
use crate::time::Instant;

/// The stage at which a grant failed, or that it passes; in the order of the stages
/// ([contract R22](crate::docs::contract#r22)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Stage {
    /// The grant's role does not have the permission.
    NotPermitted,
    /// A ceiling cuts the permission from the role.
    Ceiling,
    /// The grant's scope does not cover the target.
    OtherScope,
    /// The grant does not answer on the channel.
    WrongChannel,
    /// The grant is not in force at the instant.
    NotInForce,
    /// The grant does not count in the session, or the target lies outside of the session.
    Session,
    /// A restriction on the grant's role cuts it.
    RoleRestricted,
    /// The grant is of a tenant in which the principal is suspended.
    Suspended,
    /// A restriction on the principal takes in the whole scope of the grant.
    Restricted,
    /// The instant lies outside the principal's hours in the grant's tenant.
    OutOfHours,
    /// The grant passes every stage: it alone suffices, unless a suspension, a restriction or hours
    /// deny the principal.
    Passes,
}

/// A grant of the principal's, and the stage at which it failed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct GrantFinding {
    /// The role granted.
    pub role: Name,
    /// The way from the role granted to the role that lists the permission: the role granted alone,
    /// or the roles included one in another. Empty if the role granted does not have the
    /// permission.
    pub through: Vec<Name>,
    /// The grant's scope.
    pub scope: Scope,
    /// The channel on which the grant answers.
    pub channel: Name,
    /// The fact that the grant rests on.
    pub basis: Basis,
    /// The instant from which the grant is given. `None` if it has no beginning.
    pub from: Option<Instant>,
    /// The instant until which the grant is given. `None` if it has no end.
    pub until: Option<Instant>,
    /// The stage at which the grant failed, or [`Stage::Passes`].
    pub stage: Stage,
}

/// A restriction that denies the request, or cuts a grant.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RestrictionFinding {
    /// The restriction's name.
    pub name: Name,
    /// The tenant that the restriction belongs to. `None` if it belongs to the platform.
    pub tenant: Option<Name>,
    /// The role restricted. `None` if the principal is restricted.
    pub role: Option<Name>,
    /// The scope in which the restriction denies.
    pub scope: Scope,
    /// The instant from which the restriction is in force. `None` if it has no beginning.
    pub from: Option<Instant>,
    /// The instant until which the restriction is in force. `None` if it has no end.
    pub until: Option<Instant>,
}

/// A grid that binds the principal, at the instant asked about.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct GridFinding {
    /// The grid's tenant. `None` if the grid is of the platform, whose grids bind everywhere.
    pub tenant: Option<Name>,
    /// The grid's name.
    pub grid: Name,
    /// Whether the grid is open.
    pub open: bool,
    pub(crate) until: Option<Instant>,
    /// The instant of [`until`](GridFinding::until) by the grid's local time: the weekday and the
    /// time of day, like `Monday 07:00`.
    pub local: Option<String>,
    /// The grid's time zone.
    pub zone: Name,
}

impl GridFinding {
    /// The first instant at which the grid turns from open to closed, or from closed to open.
    /// `None` if it never turns.
    #[must_use]
    pub const fn until(&self) -> Option<Instant> {
        self.until
    }

    /// The finding for a grid at an instant.
    pub(in crate::engine) fn of(facts: &GridFacts, at: i64) -> GridFinding {
        let (open, until) = facts.clock.at(at);
        let until = (until < NEVER).then_some(until);
        GridFinding {
            tenant: facts.grid.tenant.clone(),
            grid: facts.grid.name.clone(),
            open,
            until: until.map(Instant::from_micros),
            local: until.map(|until| on_the_wall(facts.clock.local(until))),
            zone: facts.grid.hours.zone().clone(),
        }
    }
}
