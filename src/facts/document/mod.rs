//! [`Facts`]: the facts as a document, how a document is taken in, and how a snapshot is written as one.

mod export;
mod import;

pub use import::{Enrolment, EnrolmentBuilder, FACTS_VERSION, Facts, SeatContract, Suspension};

pub(crate) use import::Row;
