//! What ends by itself, or should: the plan of what no longer holds, work handed over
//! when its owner has gone, and campaigns of review under way.

mod plan;

pub use plan::{Covers, Current, Evidence, LastSeen, LastUse, Source, Tells};
