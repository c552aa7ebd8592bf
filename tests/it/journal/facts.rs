//! [`Snapshot::facts`]: a document that gives the same facts again.

use alcada::{Event, Facts, Instant, Snapshot};
use proptest::prelude::*;

use crate::arbitrary::bytes;
use crate::engine::{answer, empty, fold, request};
use crate::given::{Given, own, person};
use crate::oracle::{Ask, apply};
use crate::properties::worlds;
use crate::worlds::world_from_bytes;

/// A row a line, people in clear, for a comparison that can be read.
fn json(facts: &Facts) -> String {
    serde_json::to_string(facts).unwrap().replace("},{", "},\n{")
}

proptest! {
    #![proptest_config(worlds(96))]

    #[test]
    fn x4_the_facts_as_a_document_are_the_facts(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let mut snapshot = fold(&made.world, &made.log);
        for n in 0..60 {
            let event = made.change(n);
            if apply(&mut made.world, &event).is_ok() {
                snapshot.apply(&event).unwrap();
            }
        }
        let facts = snapshot.facts();
        let mut again = empty(&made.world);
        again.import(&facts).unwrap();
        again.verify().unwrap();
        prop_assert_eq!(json(&again.facts()), json(&facts));
        let written = serde_json::to_string(&facts).unwrap();
        prop_assert_eq!(&Facts::from_json(&written).unwrap(), &facts);
        let asks: Vec<(Ask, Instant)> = (0..80).map(|n| made.ask(n)).collect();
        for (ask, at) in &asks {
            prop_assert_eq!(answer(again.check(&request(ask), *at)), answer(snapshot.check(&request(ask), *at)));
        }
        // By the fold of other events to the same facts, where the oracle knows of any.
        if made.world.suspended.iter().all(|(person, _)| made.world.is_known(person.as_str())) {
            prop_assert_eq!(json(&fold(&made.world, &made.world.events()).facts()), json(&facts));
        }
    }
}

fn again(given: &Given) -> Snapshot {
    let mut again = empty(&given.world);
    again.import(&given.snapshot.facts()).unwrap();
    again.verify().unwrap();
    assert_eq!(again.facts(), given.snapshot.facts());
    again
}

#[test]
fn what_a_role_says_today_takes_nothing_that_stood_already() {
    let given = Given::policy(
        r#"
        visions = ["city", "school"]
        functions.notes.actions = ["read"]
        kinds = { staff = {}, guest = {} }
        unit-kinds = { city = { vision = "city" }, school = { vision = "school" } }
        roles.reader = { permissions = ["notes:read"], kinds = ["staff"] }
        "#,
    );
    let given = given.unit_of("city", "sp", "").person_of("staff", "ana", "sp");
    let given = given.grant(alcada::Grant::role("reader").to("ana").in_and_below("sp")).and(
        Event::PersonKindChanged {
            person: person("ana"),
            tenant: Some("sp".try_into().unwrap()),
            kind: "guest".try_into().unwrap(),
        },
    );
    again(&given);
    let mut strict = given.snapshot.facts();
    assert!(strict.already_in_force);
    strict.already_in_force = false;
    assert_eq!(empty(&given.world).import(&strict).unwrap_err().row(), Some("grants[0]"));
}

#[test]
fn a_suspension_outlives_the_last_registration_in_the_document_too() {
    let given =
        Given::policy("functions.notes.actions = [\"read\"]").tenant("t").person("ana", "t");
    let given = given.suspend("ana", None);
    let given = given
        .and(Event::PersonRemoved { person: person("ana"), tenant: Some("t".try_into().unwrap()) });
    let mut again = again(&given);
    let registration = alcada::Registration::of("ana").unwrap().in_tenant("t").unwrap();
    again.apply(&Event::PersonRegistered(registration)).unwrap();
    let request = alcada::Request::by("ana").to(alcada::Permission::new("notes:read")).in_unit("t");
    assert_eq!(again.check(&request, Instant::MIN).reason(), Some(alcada::DenyReason::Suspended));
}

#[test]
fn what_is_ones_own_on_the_platform_stays_there() {
    let given = Given::policy(
        "functions.notes.actions = [\"read\"]\nroles.reader.permissions = [\"notes:read\"]",
    );
    let given = given.tenant("t").platform("ana");
    let given = given.grant(alcada::Grant::role("reader").to("ana").own());
    let given = given.person("ana", "t");
    let again = again(&given);
    assert_eq!(again.facts().grants[0].scope, alcada::Scope::Own { tenant: None });
    assert_ne!(again.facts().grants[0].scope, own("t"));
}
