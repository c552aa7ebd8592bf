//! What people read of the facts: lints, pictures and tables.
//!
//! Nothing here decides or changes anything: a lint that has a remedy names the
//! [`Command`](crate::Command) for it, which is decided as every other.

mod access;
mod covered;
mod dot;
mod finding;
mod lints;
mod table;

pub use dot::Dot;
pub use finding::{Finding, Findings, Idle, Lint};
pub use lints::Lints;
pub use table::Table;
