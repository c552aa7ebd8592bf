//! The rules by which commands are decided, one file each. `decide` asks them in their order.

pub(super) mod administrators;
pub(super) mod area;
pub(super) mod authorizing_grants;
pub(super) mod constraints;
pub(super) mod eligibility;
pub(super) mod escalation;
pub(super) mod gains;
pub(super) mod in_force;
pub(super) mod intervals;
pub(super) mod issuer;
pub(super) mod named_scopes;
pub(super) mod seats;
pub(super) mod support;

pub(crate) use administrators::Administrators;
pub(crate) use eligibility::grant_fits;
pub(crate) use seats::SeatPool;
