//! What ends by itself, or should: the plan of what no longer holds, work handed over
//! when its owner has gone, and campaigns of review under way.

mod campaign;
mod hand_over;
mod plan;

pub use campaign::Progress;
pub use hand_over::{HandOver, HandOverBook, HandOverFull, MAX_HAND_OVERS, SignedOut, Transfer, Work};
pub use plan::{Covers, Current, Evidence, LastSeen, LastUse, Source, Tells};
