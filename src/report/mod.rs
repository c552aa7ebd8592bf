//! Reports on the facts for people to read: lints, pictures and tables.
//!
//! Reports decide and change nothing. A finding may propose the [`Command`](crate::Command) that
//! mends it, which is decided like any other command when somebody issues it.

mod access;
mod dot;
mod lints;
mod table;

pub use dot::Dot;
pub use lints::{Finding, Findings, Idle, Lint, Lints};
pub use table::Table;
