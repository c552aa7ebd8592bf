//! Signing in, and a check within a session beside the plain one: a million people on
//! dated grants, each enrolled in a grid, half of them for one unit.

use alcada::{
    Facts, Identifier, Name, Permission, Request, Session, SignIn, Snapshot, facts::Enrolment,
    hours::Grid,
};

use crate::support::city::{Ids, NOW, Terms, World};
use crate::support::measure::{Board, Contestant, Effort, Goal, race};
use crate::support::rng::Rng;

const PEOPLE: u32 = 1_000_000;

/// Three shifts, each open at noon of a Monday by the clocks of São Paulo, one way or another.
const GRIDS: [&str; 3] = [
    "mon-fri 07:00-19:00, sat 08:00-12:00; America/Sao_Paulo",
    "mon-fri 06:00-14:00, mon-fri 14:30-22:00; America/Sao_Paulo",
    "mon-sun 04:00-03:45; America/Sao_Paulo",
];

pub fn run(board: &mut Board, effort: Effort) {
    let world = World::city(PEOPLE, Ids::Short);
    let mut facts = Snapshot::new(
        alcada::Policy::from_document(world.policy()).expect("the world's policy is valid"),
    );
    facts
        .apply_all(&world.events(Terms::Dated).collect::<Vec<_>>())
        .expect("the world's facts fit its policy");
    enrol(&world, &mut facts);

    let mut rng = Rng::new(43);
    let people: Vec<u32> = (0..effort.pick(200_000, 20_000)).map(|_| rng.below(PEOPLE)).collect();
    let sign_ins: Vec<SignIn<'_>> = people
        .iter()
        .enumerate()
        .map(|(n, &person)| {
            let sign_in = SignIn::of(world.people.get(person));
            match world.held(person).first() {
                Some(held) if n % 2 == 0 => sign_in.in_unit(&world.units[held.unit as usize].code),
                _ => sign_in,
            }
        })
        .collect();
    let sessions: Vec<Option<Session>> =
        sign_ins.iter().map(|sign_in| facts.sign_in(sign_in, NOW).ok()).collect();
    let inside: Vec<(&Session, Request<'_>)> = sessions
        .iter()
        .flatten()
        .zip(&people)
        .map(|(session, _)| {
            let permission = Permission::parse(
                &world.permissions[rng.below(world.permissions.len() as u32) as usize],
            )
            .expect("a permission");
            let unit = session.units.first().map_or("", |scope| match scope {
                alcada::Scope::Unit(unit) | alcada::Scope::Subtree(unit) => unit.as_str(),
                _ => "",
            });
            (session, Request::by(session.person.as_str()).to(permission).in_unit(unit))
        })
        .collect();
    assert!(
        inside.len() > people.len() * 9 / 10,
        "only {} of {} are let in",
        inside.len(),
        people.len()
    );

    let enter =
        || sign_ins.iter().map(|sign_in| u64::from(facts.sign_in(sign_in, NOW).is_ok())).sum();
    let check_session = || {
        inside
            .iter()
            .map(|(session, request)| {
                u64::from(facts.check_session(session, request, NOW).is_allow())
            })
            .sum()
    };
    let check =
        || inside.iter().map(|(_, request)| u64::from(facts.check(request, NOW).is_allow())).sum();
    let contestants = vec![
        Contestant::new("sign-in", enter),
        Contestant::aside("check-in", check_session),
        Contestant::aside("check", check),
    ];
    let race = race(effort.pick(11, 3), people.len(), contestants);
    board.note("check-in", race.nanos("check-in"), "ns");
    board.note("check-beside-check-in", race.nanos("check"), "ns");
    board.figure("sign_in", race.nanos("sign-in") / 1_000.0, "us", Goal::AtMost(10.0));
}

/// Everybody is in the grid of one of three shifts.
fn enrol(world: &World, facts: &mut Snapshot) {
    let tenant = Name::new(&world.units[0].code).expect("a code");
    let name = |n: usize| Name::new(format!("shift-{n}")).expect("a name");
    let grids = GRIDS.iter().enumerate().map(|(n, hours)| Grid {
        tenant: Some(tenant.clone()),
        name: name(n),
        hours: hours.parse().expect("hours"),
        allow_outside: false,
        hand_over: false,
    });
    let enrolments = (0..PEOPLE).map(|person| Enrolment {
        tenant: Some(tenant.clone()),
        grid: name(person as usize % GRIDS.len()),
        person: Identifier::new(world.people.get(person)).expect("an identifier"),
    });
    let more = Facts {
        version: alcada::facts::FACTS_VERSION,
        grids: grids.collect(),
        enrolments: enrolments.collect(),
        ..Facts::default()
    };
    facts.import(&more).expect("the grids fit");
}
