//! Hours, doors and endings: what a check under a grid costs, signing in, plans, hand-over.

mod check;

use crate::support::measure::{Board, Effort};

pub fn run(board: &mut Board, effort: Effort) {
    check::run(board, effort);
}
