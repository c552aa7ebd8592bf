//! What a date or an affiliation costs: the same grants, the same answers, resting on
//! nothing, on dates, on postings; beside one dependent random read.

use alcada::Authority;

use super::build::{a_person, build};
use super::{LARGE, QUESTIONS, Questions, assert_equal, resolved_pass};
use crate::support::city::{Terms, World};
use crate::support::measure::{Board, Contestant, Effort, Goal, race, size};
use crate::support::rng::Rng;

pub fn run(board: &mut Board, effort: Effort, world: &World, plain: &Authority) {
    let questions = Questions::new(world, QUESTIONS, 51);
    let at = size(LARGE as usize);
    let [dated, affiliated] =
        [(Terms::Dated, "dated"), (Terms::Affiliated, "affiliated")].map(|(terms, name)| {
            let (built, _) = build(world, terms);
            board.note(&format!("bytes-a-person-{name}/{at}"), a_person(built.bytes), "bytes");
            built.authority.snapshot()
        });
    let snapshots = [plain.snapshot(), dated, affiliated];
    for snapshot in &snapshots {
        assert_equal(world, &questions, snapshot);
    }
    let resolved = [0, 1, 2].map(|terms: usize| questions.resolved(&snapshots[terms]));
    let cycle = random_cycle(16 << 20);
    let chase = || (0..questions.len()).fold(0, |at, _| cycle[at as usize]);
    let contestants = vec![
        resolved_pass("plain-grants", &snapshots[0], &resolved[0]),
        resolved_pass("dated-grants", &snapshots[1], &resolved[1]),
        resolved_pass("affiliated-grants", &snapshots[2], &resolved[2]),
        Contestant::aside("dependent-read-in-64-mb", || u64::from(chase())),
    ];
    let race = race(effort.pick(11, 5), questions.len(), contestants);
    race.notes(board, &at);
    let read = Goal::AtMost(race.nanos("dependent-read-in-64-mb").round());
    let more = |of: &str| race.difference(of, "plain-grants");
    board.figure(&format!("dated-less-plain/{at}"), more("dated-grants"), "ns", read);
    board.figure(&format!("affiliated-less-plain/{at}"), more("affiliated-grants"), "ns", read);
}

/// A permutation that is one single cycle (Sattolo): each place says where to read
/// next, and no read can begin before the one before it has ended.
fn random_cycle(length: u32) -> Vec<u32> {
    let mut rng = Rng::new(0xC7C1E);
    let mut cycle: Vec<u32> = (0..length).collect();
    for last in (1..length).rev() {
        cycle.swap(last as usize, rng.below(last) as usize);
    }
    cycle
}
