//! The facts.
mod event;
pub use event::Event;
