//! [`Facts`]: the facts as a document, how its rows become events, and how a state is written as
//! one.
//!
//! A document knows nothing of snapshots: applying its events is for those.

mod export;
mod import;

pub use import::{Enrolment, EnrolmentBuilder, FACTS_VERSION, Facts, SeatContract, Suspension};

pub(crate) use import::Row;
