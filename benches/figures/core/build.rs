//! From facts to an Authority that answers: how long, and how many bytes stay.

use alcada::{Authority, Event};

use super::{LARGE, empty};
use crate::live_bytes;
use crate::support::city::{Terms, World};
use crate::support::measure::{Board, Effort, Goal, median, size, timed};

/// An Authority with all the facts, and the bytes it keeps alive.
pub struct Built {
    pub authority: Authority,
    pub bytes: usize,
}

pub fn run(board: &mut Board, effort: Effort, world: &World) -> Built {
    let (mut built, first) = build(world, Terms::Plain);
    let mut seconds = vec![first];
    for _ in 1..effort.pick(5, 1) {
        let again;
        (built, again) = build(world, Terms::Plain);
        seconds.push(again);
    }
    let at = size(LARGE as usize);
    board.figure(&format!("build/{at}"), median(&seconds), "s", Goal::AtMost(1.5));
    board.figure(
        &format!("bytes-a-person/{at}"),
        a_person(built.bytes),
        "bytes",
        Goal::AtMost(150.0),
    );
    built
}

pub fn a_person(bytes: usize) -> f64 {
    bytes as f64 / f64::from(LARGE)
}

/// Builds it and says how many seconds that took. The events are made before the
/// clock starts, and are gone when what stays is weighed: everything the Authority
/// keeps alive, the policy and the names included. What the generator holds was
/// there before.
pub fn build(world: &World, terms: Terms) -> (Built, f64) {
    let before = live_bytes();
    let events: Vec<Event> = world.events(terms).collect();
    let authority = empty(world);
    let (seconds, result) = timed(|| authority.apply_all(&events));
    result.expect("the world's facts fit its policy");
    drop(events);
    (Built { authority, bytes: live_bytes() - before }, seconds)
}
