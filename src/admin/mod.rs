//! Changing things: who issues a command, what it would do, and whether it may.
//!
//! [`Command`] says what is wanted, [`Actor`](crate::Actor) who wants it, [`Refusal`] what stands
//! against it. `decide` asks the questions in their order; each has a file of its own.

mod command;
mod decide;
mod draft;
mod offers;
mod plan;
mod refusal;
mod review;
mod rules;
mod what_if;

pub use command::SupportBuilder;
pub use offers::{NotOffered, Offers, RoleOffer, UnitOffer};
pub use refusal::{Rule, Uncovered, Wanting};
pub use what_if::WhatIf;
#[doc(hidden)] // The crate's root, `plan` and `review` show them.
pub use {
    command::Command,
    plan::{
        Covers, Current, Ended, Evidence, Grounds, LastSeen, LastUse, MAX_PLAN_ROWS, Mass, Plan,
        PlanLink, PlanRow, RevocationRule, SilentSource, Source, Tells,
    },
    refusal::Refusal,
    review::Progress,
};

pub use crate::model::CommandWord;

pub(crate) use decide::{Judged, judge};
pub(crate) use plan::{Routine, Sighted, Told, Whole, held_back, mass};
pub(crate) use refusal::Listed;
pub(crate) use rules::{Administrators, Counted, fits};
