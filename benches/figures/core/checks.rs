//! A check beside the floor, by names beside the named floor and the afternoon, many
//! at once; at every size. With the largest world still there: threads, and the longer answers.

use alcada::{Request, Snapshot};

use super::{LARGE, QUESTIONS, Questions, SIZES, answers, assert_equal, authority, floor_pass, resolved_pass, threads};
use crate::live_bytes;
use crate::support::city::{Ids, NOW, Terms, World};
use crate::support::floor::{Afternoon, Floor, NamedFloor};
use crate::support::measure::{Board, Contestant, Effort, Goal, race, size};

pub fn run(board: &mut Board, effort: Effort) {
    for people in SIZES {
        short_names(board, effort, people);
        uuids(board, effort, people);
    }
}

fn short_names(board: &mut Board, effort: Effort, people: u32) {
    let world = World::city(people, Ids::Short);
    let authority = authority(&world, Terms::Plain);
    let snapshot = authority.snapshot();
    for (questions, at) in questions(&world, effort) {
        resolved(board, effort, &world, &snapshot, &questions, &at);
        let authority_too = |request: &Request<'_>| authority.check(request, NOW).is_allow();
        by_names(board, effort, &world, &snapshot, &questions, &at, Some(&authority_too));
    }
    threads::run(board, effort, &world, &authority, people);
    answers::run(board, effort, &world, &snapshot, people);
}

fn uuids(board: &mut Board, effort: Effort, people: u32) {
    let world = World::city(people, Ids::Uuid);
    let before = live_bytes();
    let authority = authority(&world, Terms::Plain);
    if people == LARGE {
        let bytes = (live_bytes() - before) as f64 / f64::from(people);
        board.note(&format!("bytes-a-person-uuids/{}", size(LARGE as usize)), bytes, "bytes");
    }
    let snapshot = authority.snapshot();
    for (questions, at) in questions(&world, effort) {
        by_names(board, effort, &world, &snapshot, &questions, &at, None);
    }
}

/// The questions, and where the figures go: at the largest size also many more
/// questions, so that no cache holds the people they are about.
fn questions(world: &World, effort: Effort) -> Vec<(Questions, String)> {
    let people = world.people.len();
    let mut all = vec![(Questions::new(world, QUESTIONS, 21), size(people))];
    if people == LARGE as usize && !effort.quick {
        all.push((Questions::new(world, 4_000_000, 22), format!("{}/4m-questions", size(people))));
    }
    all
}

fn resolved(board: &mut Board, effort: Effort, world: &World, snapshot: &Snapshot, questions: &Questions, at: &str) {
    let floor = Floor::new(world);
    for &ask in &questions.asks {
        let expected = world.allows(ask);
        assert_eq!(floor.check(ask), expected, "the floor");
        assert_eq!(floor.check_branch_free(ask), expected, "the floor, branch-free");
    }
    assert_equal(world, questions, snapshot);
    let resolved = questions.resolved(snapshot);
    let twin = || questions.asks.iter().map(|&ask| u64::from(floor.check_branch_free(ask))).sum();
    let contestants = vec![
        resolved_pass("resolved", snapshot, &resolved),
        floor_pass(&floor, questions),
        Contestant::new("floor-branch-free", twin),
    ];
    let race = race(effort.pick(11, 5), questions.len(), contestants);
    race.notes(board, at);
    let goal = if world.people.len() == LARGE as usize { 1.5 } else { 1.2 };
    board.figure(&format!("resolved-to-floor/{at}"), race.ratio("resolved", "floor"), "times", Goal::AtMost(goal));
}

fn by_names(
    board: &mut Board,
    effort: Effort,
    world: &World,
    snapshot: &Snapshot,
    questions: &Questions,
    at: &str,
    authority: Option<&dyn Fn(&Request<'_>) -> bool>,
) {
    let short = authority.is_some();
    let named_floor = NamedFloor::new(world);
    let requests = questions.by_names();
    for (index, names) in questions.named.iter().enumerate() {
        let expected = world.allows(questions.asks[index]);
        assert_eq!(named_floor.check(names), expected, "the named floor");
        assert_eq!(snapshot.check(&requests.get(index), NOW).is_allow(), expected, "{names:?}");
    }
    let kind = if short { "names" } else { "uuids" };
    let floor = format!("named-floor-{kind}");
    let mut contestants = vec![
        Contestant::new(kind, || requests.iter().map(|r| u64::from(snapshot.check(&r, NOW).is_allow())).sum()),
        Contestant::new(&*floor, || questions.named.iter().map(|names| u64::from(named_floor.check(names))).sum()),
    ];
    if let Some(check) = authority {
        contestants.push(Contestant::new("authority-names", || requests.iter().map(|r| u64::from(check(&r))).sum()));
    }
    let large = world.people.len() == LARGE as usize;
    if large {
        let mut chunk = Vec::with_capacity(1_024);
        let requests = &requests;
        contestants.push(Contestant::new(format!("check-all-{kind}"), move || {
            let mut allowed = 0;
            for start in (0..questions.len()).step_by(1_024) {
                chunk.clear();
                chunk.extend((start..questions.len().min(start + 1_024)).map(|index| requests.get(index)));
                allowed += snapshot.check_all(&chunk, NOW).iter().filter(|decision| decision.is_allow()).count() as u64;
            }
            allowed
        }));
    }
    let result = race(effort.pick(9, 3), questions.len(), contestants);
    result.notes(board, at);
    let goal = if short { 0.9 } else { 1.5 };
    board.figure(&format!("{kind}-to-named-floor/{at}"), result.ratio(kind, &floor), "times", Goal::AtMost(goal));
    if large && short {
        let ratio = result.ratio("check-all-names", &floor);
        board.figure(&format!("check-all-to-named-floor/{at}"), ratio, "times", Goal::AtMost(0.45));
    } else if large {
        board.note(&format!("check-all-uuids-to-named-floor/{at}"), result.ratio("check-all-uuids", &floor), "times");
    }
    if short {
        afternoon(board, effort, world, snapshot, questions, at);
    }
}

/// Apart from the others: a pass of it is as long as all of theirs.
fn afternoon(board: &mut Board, effort: Effort, world: &World, snapshot: &Snapshot, questions: &Questions, at: &str) {
    let afternoon = Afternoon::new(world);
    let requests = questions.by_names();
    for (index, names) in questions.named.iter().enumerate() {
        assert_eq!(afternoon.check(names), world.allows(questions.asks[index]), "the afternoon");
    }
    let contestants = vec![
        Contestant::new("names-beside-afternoon", || {
            requests.iter().map(|request| u64::from(snapshot.check(&request, NOW).is_allow())).sum()
        }),
        Contestant::new("afternoon", || questions.named.iter().map(|names| u64::from(afternoon.check(names))).sum()),
    ];
    let race = race(effort.pick(5, 3), questions.len(), contestants);
    race.notes(board, at);
    let ratio = race.ratio("names-beside-afternoon", "afternoon");
    board.figure(&format!("names-to-afternoon/{at}"), ratio, "times", Goal::AtMost(0.4));
}
