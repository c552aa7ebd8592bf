//! What is wrong with a policy, and where.

mod problem;

pub use problem::{Diagnostic, Position, Severity};

pub(crate) use problem::{Report, code, quoted};
