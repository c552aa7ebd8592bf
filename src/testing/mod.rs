//! Tests of a policy as data: scenario files, put to the engine by [`run`].
//!
//! A scenario holds a policy, facts, and tables of what is expected: decisions, whole answers to
//! questions, how commands are decided, and what changes would do. [`run`] describes the format.
//! A host whose own queries must agree with the engine reads the [cases](Scenario::cases) of a
//! scenario and puts them to its queries.

mod asked;
mod cases;
mod changes;
mod commands;
mod decisions;
mod failure;
mod questions;
mod row;
mod scenario;

pub use cases::{Case, Expected, Question};
pub use failure::{Failure, Missed};
pub use scenario::{Scenario, run};
