//! What ends by itself, or should: plans of revocation, hand-over, campaigns of review.

mod plan;
mod plan_worlds;
