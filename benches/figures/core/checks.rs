//! A check beside the floor, by names beside the named floor and the afternoon, many
//! at once; at every size. With the largest world still there: threads, and the longer answers.

use alcada::{Authority, Snapshot};

use super::build::{a_person, build};
use super::{
    ByNames, LARGE, QUESTIONS, Questions, SIZES, answers, assert_equal, authority, floor_pass,
    resolved_pass, threads,
};
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
        by_names(board, effort, &world, &snapshot, &questions, &at, Some(&authority));
    }
    threads::run(board, effort, &world, &authority, people);
    answers::run(board, effort, &world, &snapshot, people);
}

fn uuids(board: &mut Board, effort: Effort, people: u32) {
    let world = World::city(people, Ids::Uuid);
    let (built, _) = build(&world, Terms::Plain);
    if people == LARGE {
        board.note(
            &format!("bytes-a-person-uuids/{}", size(LARGE as usize)),
            a_person(built.bytes),
            "bytes",
        );
    }
    let snapshot = built.authority.snapshot();
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

fn resolved(
    board: &mut Board,
    effort: Effort,
    world: &World,
    snapshot: &Snapshot,
    questions: &Questions,
    at: &str,
) {
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
    let race = race(
        effort.pick(if questions.len() > QUESTIONS { 5 } else { 11 }, 5),
        questions.len(),
        contestants,
    );
    race.notes(board, at);
    let goal = if world.people.len() == LARGE as usize { 1.5 } else { 1.2 };
    board.figure(
        &format!("resolved-to-floor/{at}"),
        race.ratio("resolved", "floor"),
        "times",
        Goal::AtMost(goal),
    );
}

/// Who is asked beside the snapshot, where the names are short: the Authority and the
/// afternoon. With UUIDs the named floor alone.
fn by_names(
    board: &mut Board,
    effort: Effort,
    world: &World,
    snapshot: &Snapshot,
    questions: &Questions,
    at: &str,
    authority: Option<&Authority>,
) {
    let kind = if authority.is_some() { "names" } else { "uuids" };
    let floor = format!("named-floor-{kind}");
    let check_all = format!("check-all-{kind}");
    let named_floor = NamedFloor::new(world);
    let afternoon = authority.map(|_| Afternoon::new(world));
    let requests = questions.by_names();
    for (index, names) in questions.named.iter().enumerate() {
        let expected = world.allows(questions.asks[index]);
        assert_eq!(named_floor.check(names), expected, "the named floor");
        assert!(afternoon.as_ref().is_none_or(|it| it.check(names) == expected), "the afternoon");
        assert_eq!(snapshot.check(&requests.get(index), NOW).is_allow(), expected, "{names:?}");
    }
    let mut contestants = vec![
        Contestant::new(kind, || {
            requests.iter().map(|r| u64::from(snapshot.check(&r, NOW).is_allow())).sum()
        }),
        Contestant::new(&*floor, || {
            // By index, so that the whole look-up is inlined here.
            (0..questions.len())
                .map(|index| u64::from(named_floor.check(questions.named.get(index))))
                .sum()
        }),
    ];
    if let Some(it) = &afternoon {
        let pass = || questions.named.iter().map(|names| u64::from(it.check(names))).sum();
        contestants.push(Contestant::new("afternoon", pass));
    }
    if let (Some(it), false) = (authority, effort.quick) {
        let pass =
            || requests.iter().map(|request| u64::from(it.check(&request, NOW).is_allow())).sum();
        contestants.push(Contestant::new("authority-names", pass));
    }
    let large = world.people.len() == LARGE as usize;
    if large {
        contestants.push(Contestant::new(&*check_all, all_at_once(snapshot, &requests)));
    }
    let long = questions.len() > QUESTIONS;
    let race = race(effort.pick(if long { 3 } else { 7 }, 3), questions.len(), contestants);
    race.notes(board, at);
    let goal = if authority.is_some() { 0.9 } else { 1.5 };
    board.figure(
        &format!("{kind}-to-named-floor/{at}"),
        race.ratio(kind, &floor),
        "times",
        Goal::AtMost(goal),
    );
    if afternoon.is_some() {
        let ratio = race.ratio(kind, "afternoon");
        board.figure(&format!("{kind}-to-afternoon/{at}"), ratio, "times", Goal::AtMost(0.4));
    }
    if large {
        let (name, ratio) =
            (format!("{check_all}-to-named-floor/{at}"), race.ratio(&check_all, &floor));
        match authority {
            Some(_) => board.figure(&name, ratio, "times", Goal::AtMost(0.45)),
            None => board.note(&name, ratio, "times"),
        }
    }
}

/// A pass by `check_all` of 1,024. Making the requests is part of it, as it is one by one.
fn all_at_once<'a>(snapshot: &'a Snapshot, requests: &'a ByNames<'a>) -> impl FnMut() -> u64 + 'a {
    let mut chunk = Vec::with_capacity(1_024);
    move || {
        let mut allowed = 0;
        for start in (0..requests.len()).step_by(1_024) {
            chunk.clear();
            chunk.extend(
                (start..requests.len().min(start + 1_024)).map(|index| requests.get(index)),
            );
            allowed += snapshot
                .check_all(&chunk, NOW)
                .iter()
                .filter(|decision| decision.is_allow())
                .count();
        }
        allowed as u64
    }
}
