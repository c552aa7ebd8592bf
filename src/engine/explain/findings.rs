//! What an explanation says of each grant, restriction and grid.

use serde::Serialize;

use super::wall::on_the_wall;
use crate::facts::{GridFacts, NEVER};
use crate::model::{Basis, Name, Scope};
use crate::time::Instant;

/// How far a grant got; the order is that of ruling R22.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Stage {
    /// Its role does not have the permission.
    NotPermitted,
    /// A ceiling cuts the permission.
    Ceiling,
    /// Its scope does not cover the target.
    OtherScope,
    /// It does not answer on the channel.
    WrongChannel,
    /// It is not in force at the instant.
    NotInForce,
    /// It does not count in the session for what is asked.
    Session,
    /// A restriction on its role cuts it.
    RoleRestricted,
    /// It is of a tenant in which the principal is suspended.
    Suspended,
    /// A restriction on the principal takes in all that it reaches.
    Restricted,
    /// It is outside the principal's hours in its tenant.
    OutOfHours,
    /// It passes: it alone suffices, unless the principal is held back otherwise.
    Passes,
}

/// One grant and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct GrantFinding {
    /// The role granted.
    pub role: Name,
    /// The way from that role to the one that has the permission of its own: the
    /// role alone, or the roles included one in another. Empty if none has it.
    pub through: Vec<Name>,
    /// Where it reaches.
    pub scope: Scope,
    /// On which channel it answers.
    pub channel: Name,
    /// What it rests on.
    pub basis: Basis,
    /// From when it is given.
    pub from: Option<Instant>,
    /// Until when it is given.
    pub until: Option<Instant>,
    /// What became of it.
    pub stage: Stage,
}

/// One restriction that stands in the way.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RestrictionFinding {
    /// Its name.
    pub name: Name,
    /// The tenant it belongs to; none: the platform.
    pub tenant: Option<Name>,
    /// The role it restricts; none: the principal.
    pub role: Option<Name>,
    /// Where it denies.
    pub scope: Scope,
    /// From when.
    pub from: Option<Instant>,
    /// Until when.
    pub until: Option<Instant>,
}

/// A grid that binds the principal where the request is aimed, at the instant asked about.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct GridFinding {
    /// Its tenant; none: the platform, whose grids bind everywhere.
    pub tenant: Option<Name>,
    /// Its name.
    pub grid: Name,
    /// Whether it admits.
    pub open: bool,
    pub(crate) until: Option<Instant>,
    /// That instant on the grid's own wall: the weekday and the time of day, like `Monday 07:00`.
    pub local: Option<String>,
    /// The grid's time zone.
    pub zone: Name,
}

impl GridFinding {
    /// The first instant at which the grid turns from open to closed, or from closed to open. `None` if
    /// it never turns.
    #[must_use]
    pub const fn until(&self) -> Option<Instant> {
        self.until
    }

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
