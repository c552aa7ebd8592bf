//! Change: one grant until the next reader sees it, and what a million of them,
//! one at a time, leave behind.

use std::collections::VecDeque;
use std::time::Instant as Clock;

use alcada::{Authority, Event, Permission, Request};

use super::build::{Built, a_person};
use super::{LARGE, QUESTIONS, Questions, assert_equal, empty, resolved_pass};
use crate::live_bytes;
use crate::support::city::{Ask, Held, NOW, Terms, World};
use crate::support::measure::{
    Board, Contestant, Effort, Goal, median, percentile, race, size, timed,
};
use crate::support::rng::Rng;

pub fn run(board: &mut Board, effort: Effort, world: &World, fresh: &Built) {
    after_singles(board, effort, world, fresh);
    visible(board, effort, world, &fresh.authority);
}

/// One grant, from the call that makes it to the check that sees it, while readers
/// keep the last 64 revisions.
fn visible(board: &mut Board, effort: Effort, world: &World, authority: &Authority) {
    let micros = micros_until_visible(world, authority, effort.pick(20_000, 4_000));
    let at = size(LARGE as usize);
    board.note(&format!("grant-visible-max/{at}"), percentile(&micros, 100.0), "us");
    board.figure(&format!("grant-visible-median/{at}"), median(&micros), "us", Goal::AtMost(15.0));
    board.figure(
        &format!("grant-visible-p99/{at}"),
        percentile(&micros, 99.0),
        "us",
        Goal::AtMost(50.0),
    );
}

/// So many grants, one at a time: how long each took to be seen.
pub fn micros_until_visible(world: &World, authority: &Authority, count: usize) -> Vec<f64> {
    let changes = changes(world, 64 + count);
    let mut old = VecDeque::new();
    let mut micros = Vec::new();
    for (ask, event) in changes {
        old.push_back(authority.snapshot());
        if old.len() > 64 {
            old.pop_front();
        }
        let permission = Permission::parse(&world.permissions[ask.permission as usize])
            .expect("of the catalogue");
        let unit = world.units[ask.unit as usize].code.as_str();
        let request = Request::by(world.people.get(ask.person)).to(permission).in_unit(unit);
        let start = Clock::now();
        authority.apply(&event).expect("the grant fits");
        let seen = authority.check(&request, NOW).is_allow();
        let taken = start.elapsed();
        assert!(seen, "the next reader does not see the grant");
        // What an old snapshot answers stays what it was.
        assert!(
            old.iter().all(|old| !old.check(&request, NOW).is_allow()),
            "an old snapshot has changed"
        );
        if old.len() == 64 {
            micros.push(taken.as_nanos() as f64 / 1e3);
        }
    }
    micros
}

/// Grants that turn a denial into an Allow, each of someone else: nobody is asked
/// about before, so that no cache knows them.
fn changes(world: &World, count: usize) -> Vec<(Ask, Event)> {
    let mut rng = Rng::new(0xC4A);
    let mut touched = vec![false; world.people.len()];
    let mut changes = Vec::with_capacity(count);
    while changes.len() < count {
        let ask = world.draw_denied(&mut rng);
        let role = rng.below(world.roles.len() as u32) as u16;
        let fresh = !std::mem::replace(&mut touched[ask.person as usize], true);
        if fresh && world.lists(role, ask.permission) {
            let held = Held { role, below: rng.chance(1, 5), unit: ask.unit };
            changes.push((ask, Event::Granted(world.grant_of(ask.person, held))));
        }
    }
    changes
}

/// The same facts twice: all at once; and with a million grants, drawn at random,
/// given one by one afterwards.
fn after_singles(board: &mut Board, effort: Effort, world: &World, fresh: &Built) {
    let singles = effort.pick(1_000_000, 200_000);
    let before = live_bytes();
    let (nanos, grown) = grown(world, singles);
    let grown_bytes = live_bytes() - before;
    let questions = Questions::new(world, QUESTIONS, 61);
    let (fresh, grown) = (fresh.authority.snapshot(), grown.snapshot());
    let resolved = [questions.resolved(&fresh), questions.resolved(&grown)];
    let requests = questions.by_names();
    assert_equal(world, &questions, &fresh);
    assert_equal(world, &questions, &grown);
    let contestants = vec![
        resolved_pass("resolved-fresh", &fresh, &resolved[0]),
        resolved_pass("resolved-grown", &grown, &resolved[1]),
        Contestant::new("names-fresh", || {
            requests.iter().map(|r| u64::from(fresh.check(&r, NOW).is_allow())).sum()
        }),
        Contestant::new("names-grown", || {
            requests.iter().map(|r| u64::from(grown.check(&r, NOW).is_allow())).sum()
        }),
    ];
    let race = race(effort.pick(11, 5), questions.len(), contestants);
    let at = size(singles);
    race.notes(board, &format!("{at}-singles"));
    board.note("a-single-grant", nanos / 1e3, "us");
    board.note("bytes-a-person-grown", a_person(grown_bytes), "bytes");
    let (resolved, names) =
        (race.ratio("resolved-grown", "resolved-fresh"), race.ratio("names-grown", "names-fresh"));
    board.figure(&format!("resolved-after-{at}-singles"), resolved, "times", Goal::AtMost(1.2));
    board.figure(&format!("names-after-{at}-singles"), names, "times", Goal::AtMost(1.2));
}

/// Everything but so many grants at once, those then one at a time in random order;
/// and the nanoseconds that one of them took.
fn grown(world: &World, singles: usize) -> (f64, Authority) {
    let mut rng = Rng::new(0x51);
    let mut order: Vec<u32> = (0..world.grants.len() as u32).collect();
    rng.shuffle(&mut order);
    order.truncate(singles);
    let mut single = vec![false; world.grants.len()];
    for &index in &order {
        single[index as usize] = true;
    }
    let mut first: Vec<Event> = world.structure_events().collect();
    let mut holder = vec![0; world.grants.len()];
    for person in 0..world.people.len() as u32 {
        first.push(world.registration(person));
        for index in world.offsets[person as usize]..world.offsets[person as usize + 1] {
            holder[index as usize] = person;
            if !single[index as usize] {
                first.push(Event::Granted(world.grant(person, index, Terms::Plain)));
            }
        }
    }
    let authority = empty(world);
    authority.apply_all(&first).expect("the facts fit");
    let (seconds, ()) = timed(|| {
        for &index in &order {
            let grant = world.grant(holder[index as usize], index, Terms::Plain);
            authority.apply(Event::Granted(grant)).expect("the grant fits");
        }
    });
    (seconds * 1e9 / singles as f64, authority)
}
