//! Questions: who can, where, what; what changed; ten million people.

mod asking;
mod diffing;
mod linting;
mod ten_million;

use crate::support::measure::{Board, Effort};

pub fn run(board: &mut Board, effort: Effort) {
    asking::run(board, effort);
    diffing::run(board, effort);
    if !effort.quick {
        linting::run(board);
        ten_million::run(board);
    }
}
