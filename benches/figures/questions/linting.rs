//! Lints over the facts of a million people: how long one walk through all of them takes.

use alcada::{Event, Policy, Snapshot, report::Lints};

use crate::support::city::{Ids, NOW, Terms, World};
use crate::support::measure::{Board, timed};

const PEOPLE: u32 = 1_000_000;

pub fn run(board: &mut Board) {
    for (terms, name) in [(Terms::Plain, "lint_1m"), (Terms::Affiliated, "lint_1m_affiliated")] {
        let world = World::city(PEOPLE, Ids::Short);
        let mut snapshot = Snapshot::new(
            Policy::from_document(world.policy()).expect("the world's policy is valid"),
        );
        snapshot.apply_all(&world.events(terms).collect::<Vec<Event>>()).expect("the facts fit");
        let (seconds, found) = timed(|| snapshot.lint(&Lints::default(), NOW));
        let counted = found.listed.len() + found.more.values().sum::<usize>();
        board.note(name, seconds, "s");
        board.note(&format!("{name}_findings"), counted as f64, "findings");
    }
}
