//! Changing things: who issues a command, what it would do, and whether it is accepted.
//!
//! A [`Command`] says what is wanted, an [`Actor`](crate::Actor) who wants it, a [`Refusal`] which
//! rule stands against it. `draft` works out a command's events and where its guard must be held;
//! `decide` asks the rules of the folder `rules` in their order.

mod command;
mod decide;
mod draft;
mod offers;
pub(crate) mod plan;
mod refusal;
mod review;
mod rules;
mod what_if;

pub use command::SupportBuilder;
pub use offers::{NotOffered, Offers, RoleOffer, UnitOffer};
pub use refusal::{Rule, Uncovered, Wanting};
pub use what_if::WhatIf;
#[doc(hidden)] // The crate's root and `review` show them.
pub use {command::Command, refusal::Refusal, review::Progress};

pub use crate::model::CommandWord;

pub(crate) use decide::{Judged, judge};
pub(crate) use refusal::Listed;
pub(crate) use rules::{Administrators, SeatPool, grant_fits};
