//! Questions: who can, where, what; what changed; ten million people.

mod diffing;

use crate::support::measure::{Board, Effort};

pub fn run(board: &mut Board, effort: Effort) {
    diffing::run(board, effort);
}
