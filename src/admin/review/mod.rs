//! Review campaigns under way: how far each has come, and who could answer about its open grants.

mod open_grants;
mod progress;
mod reviewers;

pub use progress::Progress;
