//! Who can, where and what, at a million people; and what the index behind them weighs.

use alcada::{Authority, Permission, Request, ResolvedRequest, Snapshot, Target};

use crate::core_group::{QUESTIONS, Questions, authority, empty, resolved_pass};
use crate::live_bytes;
use crate::support::city::{Ask, Ids, NOW, Terms, World};
use crate::support::measure::{Board, Contestant, Effort, Goal, Race, race, size};

const PEOPLE: u32 = 1_000_000;

pub fn run(board: &mut Board, effort: Effort) {
    let world = World::city(PEOPLE, Ids::Short);
    let authority = weighed(board, &world);
    let snapshot = authority.snapshot();
    who_can(board, effort, &world, &snapshot);
    let asks = allowed(&world, effort.pick(20_000, 4_000));
    where_can(board, effort, &world, &snapshot, &asks);
    what_can(board, effort, &world, &snapshot, &asks);
}

/// The world, and what its grants weigh beside those who hold them: up to three stand in
/// a person's record, which is there without them, so that all they add is the index by scope.
fn weighed(board: &mut Board, world: &World) -> Authority {
    let before = live_bytes();
    let bare = empty(world);
    bare.apply_all(&world.structure_events().collect::<Vec<_>>()).expect("the structure fits");
    for first in (0..PEOPLE).step_by(50_000) {
        let people: Vec<_> =
            (first..first + 50_000).map(|person| world.registration(person)).collect();
        bare.apply_all(&people).expect("everybody fits");
    }
    let without = live_bytes() - before;
    drop(bare);
    let before = live_bytes();
    let full = authority(world, Terms::Plain);
    let with = live_bytes() - before;
    let bytes = (with as f64 - without as f64) / f64::from(PEOPLE);
    board.figure(
        &format!("reverse-index/{}", size(PEOPLE as usize)),
        bytes,
        "bytes a person",
        Goal::AtMost(20.0),
    );
    full
}

fn permission(world: &World, ask: Ask) -> Permission<'_> {
    Permission::parse(&world.permissions[ask.permission as usize])
        .expect("a permission of the catalogue")
}

fn unit(world: &World, ask: Ask) -> &str {
    &world.units[ask.unit as usize].code
}

/// Everyone who can, of some questions about schools; beside a resolved check for each
/// of them, in the same order, and one for people at random, as the core has it.
fn who_can(board: &mut Board, effort: Effort, world: &World, snapshot: &Snapshot) {
    let asks: Vec<Ask> = allowed(world, 4_000)
        .into_iter()
        .filter(|ask| world.units[ask.unit as usize].width == 1)
        .collect();
    let asks = &asks[..effort.pick(24, 8)];
    let ask =
        |ask: Ask| snapshot.who_can(permission(world, ask), Target::InUnit(unit(world, ask)), NOW);
    let mut holders: Vec<ResolvedRequest> = Vec::new();
    for &asked in asks {
        for answer in ask(asked) {
            let person = answer.name();
            let request = Request::by(person.as_str())
                .to(permission(world, asked))
                .in_unit(unit(world, asked));
            holders.push(snapshot.resolve(&request).expect("all names are known"));
        }
        let expected = (0..PEOPLE).filter(|&person| world.allows(Ask { person, ..asked })).count();
        assert_eq!(ask(asked).count(), expected, "who can is everyone who may");
    }
    let random = Questions::new(world, QUESTIONS, 71);
    let random = random.resolved(snapshot);
    let scale = holders.len() as f64 / random.len() as f64;
    let contestants = vec![
        Contestant::new("who-can", || asks.iter().map(|&asked| ask(asked).count() as u64).sum()),
        resolved_pass("resolved-same-people", snapshot, &holders),
        Contestant::aside("resolved-at-random", || {
            random
                .iter()
                .map(|request| u64::from(snapshot.check_resolved(request, NOW).is_allow()))
                .sum()
        }),
    ];
    let race = race(effort.pick(11, 5), holders.len(), contestants);
    let at = size(PEOPLE as usize);
    board.note(
        &format!("holders-a-question/{at}"),
        holders.len() as f64 / asks.len() as f64,
        "people",
    );
    board.note(&format!("who-can-a-holder/{at}"), race.nanos("who-can"), "ns");
    board.note(&format!("resolved-same-people/{at}"), race.nanos("resolved-same-people"), "ns");
    board.note(&format!("resolved-at-random/{at}"), race.nanos("resolved-at-random") * scale, "ns");
    board.note(
        &format!("who-can-to-same-people/{at}"),
        race.ratio("who-can", "resolved-same-people"),
        "times",
    );
    let ratio = race.ratio("who-can", "resolved-at-random") / scale;
    board.figure(&format!("who_can_per_holder/{at}"), ratio, "times", Goal::AtMost(1.5));
}

/// Questions that are allowed, by people at random.
fn allowed(world: &World, count: usize) -> Vec<Ask> {
    world.asks(2 * count, 72).into_iter().filter(|&ask| world.allows(ask)).collect()
}

fn where_can(board: &mut Board, effort: Effort, world: &World, snapshot: &Snapshot, asks: &[Ask]) {
    let ask = |asked: Ask| {
        snapshot.where_can(world.people.get(asked.person), permission(world, asked), NOW)
    };
    for &asked in asks.iter().take(200) {
        let units =
            (0..world.units.len() as u32).filter(|&unit| world.allows(Ask { unit, ..asked }));
        assert_eq!(ask(asked).count(), units.count(), "where can is wherever they may");
    }
    let answers: usize = asks.iter().map(|&asked| ask(asked).count()).sum();
    let race = race(
        effort.pick(11, 5),
        asks.len(),
        vec![
            Contestant::new("where-can", || {
                asks.iter().map(|&asked| ask(asked).count() as u64).sum()
            }),
            Contestant::new("where-can-named", || {
                asks.iter()
                    .map(|&asked| {
                        ask(asked).filter(|answer| !answer.name().is_empty()).count() as u64
                    })
                    .sum()
            }),
        ],
    );
    figure(board, &race, "where", asks.len(), answers);
}

fn what_can(board: &mut Board, effort: Effort, world: &World, snapshot: &Snapshot, asks: &[Ask]) {
    let ask = |asked: Ask| {
        snapshot.what_can(world.people.get(asked.person), Target::InUnit(unit(world, asked)), NOW)
    };
    for &asked in asks.iter().take(200) {
        let all = (0..world.permissions.len() as u32)
            .filter(|&permission| world.allows(Ask { permission, ..asked }));
        assert_eq!(ask(asked).count(), all.count(), "what can is whatever they may");
    }
    let answers: usize = asks.iter().map(|&asked| ask(asked).count()).sum();
    let race = race(
        effort.pick(11, 5),
        asks.len(),
        vec![
            Contestant::new("what-can", || {
                asks.iter().map(|&asked| ask(asked).count() as u64).sum()
            }),
            Contestant::new("what-can-named", || {
                asks.iter()
                    .map(|&asked| {
                        ask(asked).filter(|answer| !answer.name().is_empty()).count() as u64
                    })
                    .sum()
            }),
        ],
    );
    figure(board, &race, "what", asks.len(), answers);
}

/// What a question takes, beside the two microseconds and two nanoseconds an answer that
/// it may take. Making the names of the answers is beside it.
fn figure(board: &mut Board, race: &Race, what: &str, questions: usize, answers: usize) {
    let at = size(PEOPLE as usize);
    let each = answers as f64 / questions as f64;
    let allowance = 2_000.0 + 2.0 * each;
    let lane = format!("{what}-can");
    board.note(&format!("{lane}-answers/{at}"), each, "a question");
    board.note(&format!("{lane}/{at}"), race.nanos(&lane), "ns");
    board.note(&format!("{lane}-named/{at}"), race.nanos(&format!("{lane}-named")), "ns");
    let share = race.nanos(&lane) / allowance;
    board.figure(&format!("{what}_can/{at}"), share, "of 2 us + 2 ns an answer", Goal::AtMost(1.0));
}
