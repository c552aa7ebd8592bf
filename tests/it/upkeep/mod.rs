//! What ends by itself, or should: plans of revocation, hand-over, campaigns of review.

mod campaign;
mod hand_over;
mod plan;
mod plan_worlds;
mod reviewers;
