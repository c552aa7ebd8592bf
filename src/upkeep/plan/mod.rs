//! The revocation plan: what a host knows beside the facts, and the search for what no
//! longer holds. How a link is judged stands in `admin`, which judges it once more when
//! the plan is carried out.

mod evidence;
mod known;
mod search;

pub use evidence::{Covers, Current, Evidence, LastSeen, LastUse, Source, Tells};
