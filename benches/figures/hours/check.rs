//! What a grid costs a check: as many questions of people who are enrolled in a grid and of others, as many
//! of them allowed; beside an offset looked up in chrono-tz.

use alcada::{
    Authority, Event, Name, Permission, Policy, Request, ResolvedRequest, Snapshot, hours::Grid,
};
use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

use crate::support::city::{Ask, Ids, NOW, Terms, World};
use crate::support::measure::{Board, Contestant, Effort, Goal, race, size};

const PEOPLE: u32 = 1_000_000;
const QUESTIONS: usize = 200_000;
/// Grids, each open at noon: as many as a city has desks and shifts.
const GRIDS: u32 = 40;

pub fn run(board: &mut Board, effort: Effort) {
    let world = World::city(PEOPLE, Ids::Short);
    let policy = Policy::from_document(world.policy()).expect("the world's policy is valid");
    let authority = Authority::in_memory(policy);
    authority
        .apply_all(&world.events(Terms::Plain).collect::<Vec<Event>>())
        .expect("the world's facts fit");
    authority.apply_all(&grids(&world)).expect("the grids fit");
    let snapshot = authority.snapshot();
    let at = size(PEOPLE as usize);
    let asks = world.asks(8 * QUESTIONS, 61);
    let rounds = effort.pick(11, 5);
    let difference = |name: &str, denied: usize| {
        // Of the same snapshot, so that nothing but the grid tells the two apart.
        let [gridded, plain] = [true, false].map(|enrolled| {
            let asks = some(&world, &asks, enrolled, denied);
            let resolved = resolved(&world, &snapshot, &asks);
            for (request, &ask) in resolved.iter().zip(&asks) {
                assert_eq!(
                    snapshot.check_resolved(request, NOW).is_allow(),
                    world.allows(ask),
                    "{ask:?}"
                );
            }
            resolved
        });
        let contestants = vec![
            pass("plain", &snapshot, &plain),
            pass("grid", &snapshot, &gridded),
            offsets(gridded.len()),
        ];
        let race = race(rounds, gridded.len(), contestants);
        race.notes(board, &format!("{name}/{at}"));
        (race.difference("grid", "plain"), race.nanos("chrono-tz-offset"))
    };
    let (less, offset) = difference("half-allowed", QUESTIONS / 2);
    let (allowed, _) = difference("all-allowed", 0);
    board.figure(&format!("grid-less-plain/{at}"), less, "ns", Goal::AtMost(offset.min(15.0)));
    board.note(&format!("grid-less-plain-allowed/{at}"), allowed, "ns");
}

/// Questions of people who are enrolled or are not, in their order, so many of which are denied.
fn some(world: &World, asks: &[Ask], enrolled: bool, denied: usize) -> Vec<Ask> {
    let mut left = [denied, QUESTIONS - denied];
    let of_these = asks.iter().copied().filter(|ask| is_enrolled(ask.person) == enrolled);
    let some: Vec<Ask> = of_these
        .filter(|&ask| {
            let left = &mut left[usize::from(world.allows(ask))];
            let wanted = *left > 0;
            *left = left.saturating_sub(1);
            wanted
        })
        .collect();
    assert_eq!(some.len(), QUESTIONS);
    some
}

fn is_enrolled(person: u32) -> bool {
    person.is_multiple_of(2)
}

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

fn grids(world: &World) -> Vec<Event> {
    let tenant = Some(name(&world.units[0].code));
    let grid = |number: u32| {
        // Monday noon in UTC is nine in São Paulo.
        let (opens, closes) = (4 + number % 5, 12 + number / 5);
        let hours =
            format!("mon-fri {opens:02}:00-{closes:02}:30, sat 08:00-12:00; America/Sao_Paulo");
        let hours = hours.parse().expect("hours");
        let name = name(&format!("grid-{number}"));
        Event::GridCreated(Grid {
            tenant: tenant.clone(),
            name,
            hours,
            allow_outside: false,
            hand_over: false,
        })
    };
    let enrolled =
        (0..world.people.len() as u32).filter(|&person| is_enrolled(person)).map(|person| {
            Event::Enrolled {
                tenant: tenant.clone(),
                grid: name(&format!("grid-{}", person / 2 % GRIDS)),
                person: world.people.get(person).try_into().expect("an identifier"),
            }
        });
    (0..GRIDS).map(grid).chain(enrolled).collect()
}

fn resolved(world: &World, snapshot: &Snapshot, asks: &[Ask]) -> Vec<ResolvedRequest> {
    let resolve = |ask: &Ask| {
        let permission =
            Permission::parse(&world.permissions[ask.permission as usize]).expect("a permission");
        let request = Request::by(world.people.get(ask.person)).to(permission);
        let request = request.in_unit(&world.units[ask.unit as usize].code);
        snapshot.resolve(&request).expect("all names are known")
    };
    asks.iter().map(resolve).collect()
}

fn pass<'a>(name: &str, snapshot: &'a Snapshot, resolved: &'a [ResolvedRequest]) -> Contestant<'a> {
    Contestant::new(name, || {
        resolved
            .iter()
            .map(|request| u64::from(snapshot.check_resolved(request, NOW).is_allow()))
            .sum()
    })
}

/// As many offsets, each of another instant of the year.
fn offsets<'a>(count: usize) -> Contestant<'a> {
    let zone: Tz = "America/Sao_Paulo".parse().expect("a zone");
    Contestant::aside("chrono-tz-offset", move || {
        let second = |number: usize| 1_772_452_800 + number as i64 * 157;
        let offset = |second| {
            let at = DateTime::from_timestamp(second, 0).expect("an instant").naive_utc();
            zone.offset_from_utc_datetime(&at).fix().local_minus_utc() as u64
        };
        (0..count).map(|number| offset(second(number))).fold(0, u64::wrapping_add)
    })
}
