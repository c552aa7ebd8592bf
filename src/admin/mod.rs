//! Changing things: who issues a command, what it would do, and whether it may.
//!
//! [`Command`] says what is wanted, [`Actor`] who wants it, [`Refusal`] what stands
//! against it. `decide` asks the questions in their order; each has a file of its own.

mod actor;
mod administrators;
mod command;
mod constraints;
mod decide;
mod draft;
mod eligibility;
mod escalation;
mod gains;
mod letting;
mod offers;
mod places;
mod plan;
mod reach;
mod refusal;
mod reviewers;
mod seats;
mod spans;
mod standing;
mod support;
mod what_if;

pub use actor::Actor;
pub use command::Command;
pub use offers::{NotOffered, Offers, RoleOffer, UnitOffer};
pub use plan::{Ended, Grounds, MAX_PLAN_ROWS, Mass, Plan, PlanLink, PlanRow, RevocationRule, SilentSource};
pub use refusal::{Refusal, Rule, Uncovered, Wanting};
pub use what_if::WhatIf;

pub(crate) use administrators::Administrators;
pub(crate) use decide::{Judged, judge};
pub(crate) use eligibility::fits;
pub(crate) use plan::{Routine, Sighted, Told, Whole, held_back, mass};
pub(crate) use refusal::{Listed, Where};
pub(crate) use seats::Counted;
