//! Campaigns of review under way: how far each has come, and who could answer what is open.

mod progress;
mod reviewers;

pub use progress::Progress;
