//! What ends by itself, or should: revocation plans, hand-over, review campaigns.

mod campaign;
mod hand_over;
mod plan;
mod plan_worlds;
mod reviewers;
