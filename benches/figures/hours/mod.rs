//! Hours, doors and endings: what a check under a grid costs, signing in, plans, hand-over.

mod check;
mod clock;

use crate::support::measure::{Board, Effort};

pub fn run(board: &mut Board, effort: Effort) {
    clock::run(board, effort);
    check::run(board, effort);
}
