//! Ten million people with twenty million grants: built, weighed, asked and changed.

use alcada::{Authority, Event};

use crate::core_group::change::micros_until_visible;
use crate::core_group::{
    QUESTIONS, Questions, assert_equal, authority, empty, floor_pass, resolved_pass,
};
use crate::live_bytes;
use crate::support::city::{Ids, Terms, World};
use crate::support::floor::Floor;
use crate::support::measure::{Board, Goal, median, race, size, timed};

const PEOPLE: u32 = 10_000_000;
/// The size that the larger one is compared to.
const BASE: u32 = 1_000_000;
const CHANGES: usize = 10_000;

pub fn run(board: &mut Board) {
    let base = {
        let world = World::city(BASE, Ids::Short);
        let authority = authority(&world, Terms::Plain);
        median(&micros_until_visible(&world, &authority, CHANGES))
    };
    let at = size(PEOPLE as usize);
    let before = live_bytes();
    let world = World::city(PEOPLE, Ids::Short);
    let generator = live_bytes() - before;
    let (seconds, authority) = timed(|| build(&world));
    let bytes = live_bytes() - before - generator;
    board.note(&format!("build-with-events/{at}"), seconds, "s");
    board.figure(
        &format!("ten-million/{at}"),
        bytes as f64 / (1u64 << 30) as f64,
        "GiB",
        Goal::AtMost(4.0),
    );

    let snapshot = authority.snapshot();
    let questions = Questions::new(&world, QUESTIONS, 73);
    assert_equal(&world, &questions, &snapshot);
    let resolved = questions.resolved(&snapshot);
    let floor = Floor::new(&world);
    let contestants =
        vec![resolved_pass("resolved", &snapshot, &resolved), floor_pass(&floor, &questions)];
    let race = race(11, questions.len(), contestants);
    race.notes(board, &at);
    board.figure(
        &format!("resolved-to-floor/{at}"),
        race.ratio("resolved", "floor"),
        "times",
        Goal::AtMost(2.5),
    );
    drop((floor, snapshot));

    let visible = median(&micros_until_visible(&world, &authority, CHANGES));
    board.note(&format!("grant-visible-median/{}", size(BASE as usize)), base, "us");
    board.note(&format!("grant-visible-median/{at}"), visible, "us");
    board.figure(&format!("grant-visible-to-1m/{at}"), visible / base, "times", Goal::AtMost(4.0));
}

/// By and by, so that the events of all are never there at once.
fn build(world: &World) -> Authority {
    let authority = empty(world);
    let mut events = world.events(Terms::Plain);
    loop {
        let batch: Vec<Event> = events.by_ref().take(500_000).collect();
        if batch.is_empty() {
            return authority;
        }
        authority.apply_all(&batch).expect("the world's facts fit its policy");
    }
}
