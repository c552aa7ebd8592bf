//! placeholder tour

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod error;
mod model;
mod policy;
mod state;
mod time;

pub use error::Error;
pub use model::*;
pub use policy::*;
pub use state::Event;
pub use time::{EmptyInterval, Instant, Interval, InvalidInstant};
