//! Administration: what deciding and recording a command takes, every rule on.

mod commands;
mod replay;

use alcada::{
    Actor, Authority, Event, Grant, Instant, Name, Policy,
    facts::Affiliation,
    journal::MemoryJournal,
    policy::{
        self, Administration, Eligibility, Extent, Function, Guard, Requirement, RequirementPlace,
        Role, Separation,
    },
};

use crate::support::city::{Ids, NOW, POSTING, Terms, World};
use crate::support::measure::{Board, Effort, timed};

const LARGE: u32 = 1_000_000;

pub fn run(board: &mut Board, effort: Effort) {
    part("replay", || replay::run(board, effort));
    let world = World::city(LARGE, Ids::Short);
    let authority = part("build", || office(&world));
    part("commands", || commands::run(board, effort, &world, &authority));
}

fn part<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let (seconds, result) = timed(work);
    eprintln!("admin: {name} took {seconds:.1} s of processor time");
    result
}

/// Who administers the city, and who a district: names that no generated person has.
pub const MAYOR: &str = "mayor";
pub const ASSIGN: &str = "users:assign";

pub fn operator(district: &str) -> String {
    format!("operator-{district}")
}

pub fn working_at(person: &str, unit: &str) -> Actor {
    Actor::user(person).working_at(unit)
}

/// The city's policy with every rule of administration in it.
pub fn policy(world: &World) -> policy::Document {
    let mut policy = world.policy();
    let actions = ["assign", "roles"].iter().map(name).collect();
    policy.functions.insert(name("users"), Function { actions, ..Function::default() });
    let all = ["*:*"]
        .iter()
        .map(|text| alcada::policy::Pattern::parse(text).expect("a pattern"))
        .collect();
    policy.roles.insert(name("administrator"), Role { permissions: all, ..Role::default() });
    policy.roles.insert(
        name("visitor"),
        Role { permissions: vec![pattern("meals:view")], ..Role::default() },
    );
    let guard = |commands: &[&str], permission: &str| Guard {
        commands: commands.iter().map(name).collect(),
        permission: name(permission),
        kinds: Vec::new(),
    };
    policy.guards = vec![
        guard(&["grant", "revoke", "set-validity"], ASSIGN),
        guard(&["create-role", "edit-role", "delete-role"], "users:roles"),
    ];
    let row = |working_at: &[&str],
               kinds: &[&str],
               units: &[&str],
               requires: Option<Requirement>| Eligibility {
        working_at: working_at.iter().map(name).collect(),
        kinds: kinds.iter().map(name).collect(),
        units: units.iter().map(name).collect(),
        roles: Vec::new(),
        direct: false,
        requires,
    };
    let posted = |at| Some(Requirement { affiliation: name(POSTING), at });
    policy.eligibility = vec![
        row(&["school"], &["staff"], &["school"], posted(RequirementPlace::Unit)),
        row(&["district"], &["staff"], &["district"], posted(RequirementPlace::UnitOrBelow)),
        row(&["district"], &["staff", "non-staff"], &["school"], posted(RequirementPlace::Unit)),
        row(&["city"], &["staff"], &["city", "district"], posted(RequirementPlace::UnitOrBelow)),
        row(&["city"], &[], &[], None),
    ];
    let set = |set: &str, roles: &[&str], per| Separation {
        name: name(set),
        roles: roles.iter().map(name).collect(),
        at_most: 2,
        per,
    };
    policy.separation = vec![
        set("pay-and-approve", &["profile-28", "profile-29", "profile-30"], Extent::Unit),
        set("audit", &["profile-25", "profile-26", "profile-27"], Extent::Tenant),
    ];
    policy.administration = Administration {
        administrator: Some(name("administrator")),
        exclusive: vec![name("visitor")],
        seats: [(name("profile-01"), Extent::Tenant), (name("profile-02"), Extent::Unit)].into(),
        ..Administration::default()
    };
    policy
}

/// The city with its people, an administrator and an operator in each district, keeping a record.
fn office(world: &World) -> Authority {
    let policy = Policy::from_document(policy(world)).expect("the policy is valid");
    let authority =
        Authority::open(MemoryJournal::new(), policy, NOW).expect("a new journal opens");
    let mut events: Vec<Event> = world.events(Terms::Plain).collect();
    let root = world.units[0].code.as_str();
    let mut staff = vec![(MAYOR.to_owned(), root.to_owned())];
    staff.extend(
        world
            .units
            .iter()
            .filter(|u| u.kind == "district")
            .map(|u| (operator(&u.code), u.code.clone())),
    );
    for (person, unit) in &staff {
        let registration = alcada::Registration::of(person)
            .and_then(|r| r.in_tenant(root))
            .and_then(|r| r.of_kind("staff"));
        events.push(Event::PersonRegistered(registration.expect("names")));
        events.push(Event::Granted(
            Grant::role("administrator").to(person).in_and_below(unit).expect("names"),
        ));
    }
    // Contracts that hold what the generator gave, and room beside.
    let contract = |role: &str, unit: Option<&str>, seats| Event::SeatsContracted {
        tenant: name(root),
        role: name(role),
        unit: unit.map(name),
        seats,
    };
    events.push(contract("profile-01", None, LARGE));
    events.extend(world.units.iter().map(|unit| contract("profile-02", Some(&unit.code), LARGE)));
    authority.apply_all(&events).expect("the facts fit");
    authority
}

pub fn posting(person: &str, unit: &str) -> Event {
    Event::AffiliationRecorded(Affiliation {
        person: person.try_into().expect("a name"),
        kind: name(POSTING),
        unit: name(unit),
        from: Some(NOW.plus_seconds(-86_400)),
        until: None,
    })
}

pub fn name(text: impl AsRef<str>) -> Name {
    Name::new(text).expect("names only")
}

pub fn pattern(text: &str) -> alcada::policy::Pattern {
    alcada::policy::Pattern::parse(text).expect("a pattern")
}

/// An instant a little later with every command, as time passes.
pub fn later(seconds: usize) -> Instant {
    NOW.plus_seconds(seconds as i64)
}
