//! Changing things: who issues a command.

mod actor;

pub use actor::Actor;
