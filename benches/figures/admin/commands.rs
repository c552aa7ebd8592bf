//! Commands on a million people: one grant, a role edited, many grants at once, offers.

use std::time::Instant as Clock;

use alcada::{Authority, Command, Event, Grant, Scope, facts::CustomRole, policy::Role};

use super::{LARGE, MAYOR, later, name, operator, pattern, posting, working_at};
use crate::support::city::{NOW, World};
use crate::support::measure::{Board, Effort, Goal, median, percentile, size, timed};
use crate::support::rng::Rng;

pub fn run(board: &mut Board, effort: Effort, world: &World, authority: &Authority) {
    one_grant(board, effort, world, authority);
    offers(board, effort, world, authority);
    bulk(board, effort, world, authority);
    role_edit(board, effort, world, authority);
    authority.snapshot().verify().expect("the store is whole");
}

/// A district's operator gives somebody who is posted at a school a role there.
fn one_grant(board: &mut Board, effort: Effort, world: &World, authority: &Authority) {
    let mut rng = Rng::new(0xAD1);
    let count = effort.pick(20_000, 3_000);
    let schools: Vec<usize> =
        (0..world.units.len()).filter(|&unit| world.units[unit].kind == "school").collect();
    let mut touched = vec![false; world.people.len()];
    let mut tasks = Vec::with_capacity(count);
    while tasks.len() < count {
        let person = rng.below(LARGE);
        if std::mem::replace(&mut touched[person as usize], true) {
            continue;
        }
        let school = &world.units[schools[rng.below(schools.len() as u32) as usize]];
        let district =
            &world.units[school.parent.expect("a school lies in a district") as usize].code;
        let role = &world.roles[rng.below(24) as usize].name;
        tasks.push((
            world.people.get(person),
            school.code.as_str(),
            operator(district),
            district.as_str(),
            role,
        ));
    }
    let postings: Vec<Event> =
        tasks.iter().map(|(person, unit, ..)| posting(person, unit)).collect();
    authority.apply_all(&postings).expect("the postings fit");
    let mut micros = Vec::with_capacity(count);
    for (n, (person, unit, operator, district, role)) in tasks.iter().enumerate() {
        let grant = Grant::role(role.as_str()).to(*person).only_in(unit).expect("names");
        let actor = working_at(operator, district);
        let reader = authority.snapshot();
        let start = Clock::now();
        let entry =
            authority.execute(&actor, grant, "hired", later(n)).expect("the grant is in order");
        micros.push(start.elapsed().as_nanos() as f64 / 1e3);
        assert_eq!(entry.events.len(), 1);
        drop(reader);
    }
    let at = size(LARGE as usize);
    board.note(&format!("execute-grant-max/{at}"), percentile(&micros, 100.0), "us");
    board.figure(&format!("execute-grant-median/{at}"), median(&micros), "us", Goal::AtMost(60.0));
    board.figure(
        &format!("execute-grant-p99/{at}"),
        percentile(&micros, 99.0),
        "us",
        Goal::AtMost(200.0),
    );
}

/// What the city's administrator may give to one person, over the whole city.
fn offers(board: &mut Board, effort: Effort, world: &World, authority: &Authority) {
    let root = world.units[0].code.as_str();
    let snapshot = authority.snapshot();
    let mut micros = Vec::new();
    let mut rng = Rng::new(0x0FE);
    for (unit, actor) in [(root, working_at(MAYOR, root))] {
        for _ in 0..effort.pick(400, 60) {
            let person = world.people.get(rng.below(LARGE));
            let start = Clock::now();
            let offers = snapshot.offers(&actor, person, unit, NOW).expect("all are known");
            micros.push(start.elapsed().as_nanos() as f64 / 1e3);
            assert_eq!(offers.units.len(), world.units.len());
            assert!(offers.roles.iter().any(|offer| offer.answer.is_ok()));
        }
    }
    board.figure("offers-city-wide", median(&micros) / 1e3, "ms", Goal::AtMost(1.0));
}

/// Three roles to ten thousand people, in one act.
fn bulk(board: &mut Board, effort: Effort, world: &World, authority: &Authority) {
    let root = world.units[0].code.as_str();
    let mut rates = Vec::new();
    for round in 0..effort.pick(9, 3) {
        let school = world
            .units
            .iter()
            .filter(|unit| unit.kind == "school")
            .nth(round * 7)
            .expect("a school");
        let people: Vec<&str> =
            (0..10_000).map(|n| world.people.get((n * 97 + round as u32 * 13) % LARGE)).collect();
        let scope = Scope::Unit(name(&school.code));
        let command = Command::assign(["profile-03", "profile-04", "profile-05"], people, &scope)
            .expect("names");
        let reader = authority.snapshot();
        let actor = working_at(MAYOR, root);
        let (seconds, entry) = timed(|| authority.execute(&actor, command, "a new year", NOW));
        assert_eq!(entry.expect("the grants are in order").events.len(), 30_000);
        drop(reader);
        rates.push(30_000.0 / seconds);
    }
    board.figure("bulk-grants", median(&rates), "a second", Goal::AtLeast(500_000.0));
}

/// A role of the city's own, held by a hundred thousand people, gets a permission more and loses it again.
fn role_edit(board: &mut Board, effort: Effort, world: &World, authority: &Authority) {
    let root = world.units[0].code.as_str();
    let holders = 100_000;
    let role = |more: bool| CustomRole {
        tenant: name(root),
        name: name("canteen"),
        role: Role {
            permissions: ["meals:view", "meals:add"]
                .iter()
                .map(|p| pattern(p))
                .chain(more.then(|| pattern("meals:change")))
                .collect(),
            ..Role::default()
        },
    };
    let mut events = vec![Event::RoleCreated(role(false))];
    events.extend((0..holders).map(|n| {
        let grant = Grant::role("canteen").to(world.people.get(n * 10));
        Event::Granted(
            grant
                .only_in(&world.units[1 + (n as usize) % (world.units.len() - 1)].code)
                .expect("names"),
        )
    }));
    authority.apply_all(&events).expect("the grants fit");
    let actor = working_at(MAYOR, root);
    let mut millis = Vec::new();
    for round in 0..effort.pick(60, 15) {
        let reader = authority.snapshot();
        let command = Command::EditRole(role(round % 2 == 0));
        let (seconds, entry) = timed(|| authority.execute(&actor, command, "the menu", NOW));
        let entry = entry.expect("the edit is covered");
        millis.push(seconds * 1e3);
        if round == 0 {
            let affected = authority.snapshot().people_affected(&entry.affected).len();
            assert_eq!(affected, holders as usize, "everybody who holds the role is affected");
        }
        drop(reader);
    }
    board.figure(
        &format!("role-edit/{}-holders", size(holders as usize)),
        median(&millis),
        "ms",
        Goal::AtMost(5.0),
    );
}
