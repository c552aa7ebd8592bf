//! Hours, doors and endings: what a check under a grid costs, signing in, plans, hand-over.

mod check;
mod clock;
mod due;
mod plan;
mod sign_in;

use crate::support::measure::{Board, Effort};

pub fn run(board: &mut Board, effort: Effort) {
    clock::run(board, effort);
    due::run(board, effort);
    plan::run(board, effort);
    check::run(board, effort);
    sign_in::run(board, effort);
}
