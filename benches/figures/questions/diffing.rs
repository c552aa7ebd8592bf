//! What changed: two snapshots of a million people, a hundred events apart, and one edit
//! of a role that a hundred thousand hold.

use alcada::{
    Authority, Event, Name, Policy,
    facts::CustomRole,
    policy::{Pattern, Role},
};

use crate::support::city::{Held, Ids, NOW, Terms, World};
use crate::support::measure::{Board, Effort, Goal, median, timed};
use crate::support::rng::Rng;

const PEOPLE: u32 = 1_000_000;
const EVENTS: usize = 100;
const HOLDERS: u32 = 100_000;

pub fn run(board: &mut Board, effort: Effort) {
    let world = World::city(PEOPLE, Ids::Short);
    let policy = Policy::from_document(world.policy()).expect("the world's policy is valid");
    let authority = Authority::in_memory(policy);
    let tenant = world.units[0].code.clone();
    authority
        .apply_all(&world.events(Terms::Plain).collect::<Vec<Event>>())
        .expect("the facts fit");
    hundred_events(board, effort, &world, &authority);
    role_edit(board, effort, &world, &authority, &tenant);
}

/// A hundred grants, registrations and revocations, each of somebody else.
fn hundred_events(board: &mut Board, effort: Effort, world: &World, authority: &Authority) {
    let before = authority.snapshot();
    let mut rng = Rng::new(0xD1F);
    let mut changed = 0;
    while changed < EVENTS {
        let ask = world.draw_denied(&mut rng);
        let held = Held {
            role: rng.below(world.roles.len() as u32) as u16,
            below: rng.chance(1, 5),
            unit: ask.unit,
        };
        let event = match (changed % 4, world.held(ask.person).first()) {
            (0, Some(first)) => Event::Revoked(world.grant_of(ask.person, *first)),
            _ => Event::Granted(world.grant_of(ask.person, held)),
        };
        changed += usize::from(authority.apply(&event).is_ok());
    }
    let after = authority.snapshot();
    let mut micros = Vec::new();
    for _ in 0..effort.pick(400, 100) {
        let (seconds, diff) = timed(|| before.diff(&after, NOW));
        micros.push(seconds * 1e6);
        assert!(diff.gained.len() + diff.lost.len() > EVENTS / 2, "{diff}");
    }
    board.figure("diff_100_events", median(&micros) / 1e3, "ms", Goal::AtMost(1.0));
}

/// A role of the city's own, held by one person in ten at a unit of theirs, gains two permissions and loses one.
fn role_edit(
    board: &mut Board,
    effort: Effort,
    world: &World,
    authority: &Authority,
    tenant: &str,
) {
    let name = |text: &str| Name::new(text).expect("a name");
    let role = |permissions: &[usize]| {
        let pattern = |&n: &usize| Pattern::parse(&world.permissions[n]).expect("a pattern");
        let role =
            Role { permissions: permissions.iter().map(pattern).collect(), ..Role::default() };
        CustomRole { tenant: name(tenant), name: name("errand"), role }
    };
    let mut events = vec![Event::RoleCreated(role(&[0, 1, 2]))];
    let mut rng = Rng::new(0xD1E);
    for n in 0..HOLDERS {
        let person = n * (PEOPLE / HOLDERS);
        let unit = world
            .held(person)
            .first()
            .map_or_else(|| rng.below(world.units.len() as u32), |held| held.unit);
        let mut grant = world.grant_of(person, Held { role: 0, below: false, unit });
        grant.role = name("errand");
        events.push(Event::Granted(grant));
    }
    authority.apply_all(&events).expect("the grants fit");
    let before = authority.snapshot();
    authority.apply(Event::RoleEdited(role(&[1, 2, 3, 4]))).expect("the edit fits");
    let after = authority.snapshot();
    let (mut millis, mut named) = (Vec::new(), Vec::new());
    for _ in 0..effort.pick(21, 7) {
        let (seconds, diff) = timed(|| before.diff(&after, NOW));
        let rows = || diff.gained.iter().chain(&diff.lost);
        let name = || {
            rows().flat_map(|row| row.people.iter()).map(|who| who.as_str().len()).sum::<usize>()
        };
        let (naming, bytes) = timed(name);
        millis.push(seconds * 1e3);
        named.push((seconds + naming) * 1e3);
        assert!(
            rows().map(|row| row.people.len()).sum::<usize>() > HOLDERS as usize
                && bytes > HOLDERS as usize
        );
    }
    board.figure("diff_role_edit", median(&millis), "ms", Goal::AtMost(50.0));
    board.note("diff-role-edit-everybody-named", median(&named), "ms");
}
