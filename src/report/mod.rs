//! What people read of the facts: lints, pictures and tables.
//!
//! Nothing here decides or changes anything: a lint that has a remedy names the
//! [`Command`](crate::Command) for it, which is decided as every other.

mod covered;
mod finding;
mod lints;

pub use finding::{Finding, Findings, Idle, Lint};
pub use lints::Lints;
