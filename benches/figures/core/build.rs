//! From facts to an Authority that answers: how long, and how many bytes stay.

use alcada::{Event, Snapshot};

use super::{LARGE, empty, policy};
use crate::live_bytes;
use crate::support::city::{Ids, Terms, World};
use crate::support::measure::{Board, Effort, Goal, median, size, timed};

pub fn run(board: &mut Board, effort: Effort) {
    let world = World::city(LARGE, Ids::Short);
    let at = size(LARGE as usize);
    let events: Vec<Event> = world.events(Terms::Plain).collect();
    let seconds: Vec<f64> = (0..effort.pick(5, 1))
        .map(|_| {
            let mut snapshot = Snapshot::new(policy(&world));
            let (seconds, result) = timed(|| snapshot.apply_all(&events));
            result.expect("the facts fit");
            seconds
        })
        .collect();
    board.figure(&format!("build/{at}"), median(&seconds), "s", Goal::AtMost(1.5));
    drop(events);
    let (bytes, seconds) = weight(&world);
    board.note(&format!("build-through-the-authority/{at}"), seconds, "s");
    board.figure(&format!("bytes-a-person/{at}"), bytes, "bytes", Goal::AtMost(150.0));
}

/// The bytes a person that stay once the events are gone, policy and all, and the
/// seconds it took. What the generator holds was there before.
fn weight(world: &World) -> (f64, f64) {
    let before = live_bytes();
    let events: Vec<Event> = world.events(Terms::Plain).collect();
    let authority = empty(world);
    let (seconds, result) = timed(|| authority.apply_all(&events));
    result.expect("the facts fit");
    drop(events);
    let bytes = live_bytes() - before;
    drop(authority);
    (bytes as f64 / world.people.len() as f64, seconds)
}
