//! A journal of a million grants, each an entry of its own, read from the start.

use alcada::{Authority, Event, Policy, journal::MemoryJournal};

use super::policy;
use crate::support::city::{Ids, NOW, Terms, World};
use crate::support::measure::{Board, Effort, Goal, median, timed};

pub fn run(board: &mut Board, effort: Effort) {
    let world = World::city(500_000, Ids::Short);
    let journal = MemoryJournal::new();
    let read = || Policy::from_document(policy(&world)).expect("the policy is valid");
    let authority = Authority::open(journal.clone(), read(), NOW).expect("a new journal opens");
    let mut first: Vec<Event> = world.structure_events().collect();
    first.extend((0..world.people.len() as u32).map(|person| world.registration(person)));
    authority.apply_all(&first).expect("the facts fit");
    let mut grants = 0usize;
    for person in 0..world.people.len() as u32 {
        for index in world.offsets[person as usize]..world.offsets[person as usize + 1] {
            authority
                .apply(Event::Granted(world.grant(person, index, Terms::Plain)))
                .expect("the grant fits");
            grants += 1;
        }
    }
    let facts = authority.snapshot();
    drop(authority);
    let seconds: Vec<f64> = (0..effort.pick(5, 1))
        .map(|_| {
            let (seconds, again) = timed(|| Authority::open(journal.clone(), read(), NOW));
            let again = again.expect("the journal is whole").snapshot();
            assert_eq!(again.revision(), facts.revision());
            assert_eq!(again.people(), facts.people());
            seconds
        })
        .collect();
    let events = (grants + first.len()) as f64;
    board.note("replay-of-entries", grants as f64, "entries");
    board.figure(
        "replay",
        events / median(&seconds),
        "events a second",
        Goal::AtLeast(1_000_000.0),
    );
}
