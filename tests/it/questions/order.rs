//! The stated orders; closed tenants, late roots and moved units included.

use alcada::{Event, Facts, Instant, Name, Permission, Policy, Snapshot, Target, Unit};
use proptest::prelude::*;

use crate::arbitrary::bytes;
use crate::engine::fold;
use crate::oracle::apply;
use crate::properties::worlds;
use crate::worlds::world_from_bytes;

const READ: Permission = Permission::new("notes:read");

fn names(answers: alcada::query::Answers<'_, Name>) -> Vec<String> {
    answers.map(|answer| answer.name().to_string()).collect()
}

/// Units with what they stand under, in the order in which they are added.
const UNITS: [(&str, &str); 8] = [
    ("t", ""),
    ("b", "t"),
    ("a", "t"),
    ("b1", "b"),
    ("u", ""),
    ("a1", "a"),
    ("b2", "b"),
    ("u1", "u"),
];

fn added(code: &str, parent: &str) -> Event {
    let parent = Some(parent).filter(|parent| !parent.is_empty());
    let name = |text: &str| Name::new(text).unwrap();
    Event::UnitAdded(Unit { code: name(code), kind: None, parent: parent.map(name), tenant: None })
}

fn facts(rows: &str) -> Snapshot {
    let policy = r#"
        version = 1
        functions.notes.actions = ["write", "read"]
        functions.cars.actions = ["read"]
        roles.reader.permissions = ["*:read"]
        roles.clerk.permissions = ["notes:*"]
    "#;
    let mut facts = Snapshot::new(Policy::from_toml(policy).unwrap());
    for (code, parent) in UNITS {
        facts.apply(&added(code, parent)).unwrap();
    }
    facts.import(&Facts::from_toml(rows).unwrap()).unwrap();
    facts
}

const NETWORK: &str = r#"
    version = 1
    people = [
        { person = "zoe", tenant = "t" }, { person = "ana", tenant = "t" }, { person = "ana" },
        { person = "rui", tenant = "t" },
    ]
    grants = [
        { person = "rui", role = "reader", scope = { subtree = "b" } },
        { person = "ana", role = "reader", scope = "everywhere" },
        { person = "ana", role = "clerk", scope = { unit = "b1" } },
        { person = "zoe", role = "clerk", scope = { subtree = "t" } },
    ]
"#;

#[test]
fn where_can_follows_the_tree_of_each_tenant_in_turn() {
    let mut facts = facts(NETWORK);
    let now = Instant::from_micros(0);
    assert_eq!(
        names(facts.where_can("ana", READ, now)),
        ["t", "b", "b1", "b2", "a", "a1", "u", "u1"]
    );
    assert_eq!(names(facts.where_can("rui", READ, now)), ["b", "b1", "b2"]);
    let code = |text: &str| Name::new(text).unwrap();
    facts.apply(&Event::UnitMoved { unit: code("a"), parent: code("b") }).unwrap();
    facts.apply(&added("a2", "a")).unwrap();
    // Of units below the same one, those added first come first.
    assert_eq!(names(facts.where_can("rui", READ, now)), ["b", "a", "a1", "a2", "b1", "b2"]);
    facts.verify().unwrap();
}

#[test]
fn who_can_follows_the_order_of_registration_and_what_can_that_of_the_catalogue() {
    let facts = facts(NETWORK);
    let now = Instant::from_micros(0);
    let who: Vec<String> = facts
        .who_can(READ, Target::InUnit("b1"), now)
        .map(|answer| answer.name().to_string())
        .collect();
    assert_eq!(who, ["zoe", "ana", "rui"]);
    assert_eq!(
        names(facts.what_can("ana", Target::InUnit("b1"), now)),
        ["cars:read", "notes:write", "notes:read"]
    );
    assert_eq!(
        names(facts.what_can("ana", Target::InUnit("b2"), now)),
        ["cars:read", "notes:read"]
    );
    assert_eq!(names(facts.what_can("ana", Target::Everywhere, now)), ["cars:read", "notes:read"]);
}

proptest! {
    #![proptest_config(worlds(48))]

    #[test]
    fn the_order_is_the_same_whatever_is_asked(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let mut log = made.log.clone();
        for n in 0..16 {
            let event = made.change(n);
            if apply(&mut made.world, &event).is_ok() {
                log.push(event);
            }
        }
        let snapshot = fold(&made.world, &log);
        // Whoever is erased comes back as somebody else.
        let erases = log.iter().any(|event| matches!(event, Event::PersonErased { .. }));
        let mut first: Vec<String> = Vec::new();
        for event in &log {
            if let Event::PersonRegistered(registration) = event
                && !first.contains(&registration.person.to_string())
            {
                first.push(registration.person.to_string());
            }
        }
        let world = made.world.clone();
        let above = |code: &str| world.unit(code).and_then(|unit| unit.parent.clone());
        for n in 0..12 {
            let (ask, at) = made.ask(n);
            let permission = Permission::parse(&ask.permission).unwrap();
            let who = snapshot.who_can(permission, crate::asking::target(&ask.target), at);
            let places: Vec<usize> =
                who.map(|answer| first.iter().position(|name| *name == answer.name().to_string()).unwrap()).collect();
            prop_assert!(erases || places.is_sorted(), "{:?} {:?}", ask, places);
            let mut units = names(snapshot.where_can(&ask.who, permission, at));
            while let Some(unit) = units.pop() {
                // Whatever comes before a unit is not below it.
                let mut up = units.last().cloned();
                while let Some(code) = up {
                    prop_assert_ne!(&code, &unit);
                    up = above(&code).map(|code| code.to_string());
                }
            }
            let what = names(snapshot.what_can(&ask.who, crate::asking::target(&ask.target), at));
            let catalogue: Vec<String> = made.world.catalogue().iter().map(|(f, a)| format!("{f}:{a}")).collect();
            let places: Vec<usize> =
                what.iter().map(|name| catalogue.iter().position(|known| known == name).unwrap()).collect();
            prop_assert!(places.is_sorted(), "{:?}", what);
        }
    }
}
