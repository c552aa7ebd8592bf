//! The rules by which commands are decided, one file a rule; `decide` asks them in their order.

pub(super) mod administrators;
pub(super) mod constraints;
pub(super) mod eligibility;
pub(super) mod escalation;
pub(super) mod gains;
pub(super) mod letting;
pub(super) mod places;
pub(super) mod reach;
pub(super) mod seats;
pub(super) mod spans;
pub(super) mod standing;
pub(super) mod support;

pub(crate) use administrators::Administrators;
pub(crate) use eligibility::fits;
pub(crate) use seats::Counted;
