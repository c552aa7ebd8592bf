//! The encoding of events: what was written once stays readable (`tests/data/events.v1.jsonl`
//! is never edited, only added to when a new encoding comes).

use alcada::{Event, Identifier, Policy, Snapshot};

const V1: &str = include_str!("../data/events.v1.jsonl");

#[test]
fn every_event_ever_written_reads_back_and_is_written_the_same() {
    let mut seen = std::collections::BTreeSet::new();
    for line in V1.lines() {
        let event: Event =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(serde_json::to_string(&event).unwrap(), line);
        seen.insert(serde_json::to_value(&event).unwrap()["event"].as_str().unwrap().to_owned());
    }
    assert_eq!(seen.len(), 37, "an event is missing: {seen:?}");
}

#[test]
fn the_events_written_once_still_apply_in_their_order() {
    let policy = r#"
        version = 1
        visions = ["city", "school"]
        channels = ["standard", "support"]
        affiliations = ["exercise"]
        functions.notes.actions = ["read", "write"]
        kinds.staff = {}
        kinds.guest = {}
        unit-kinds = { city = { vision = "city" }, school = { vision = "school" } }
        roles.reader.permissions = ["notes:read"]
        roles.clerk.permissions = ["notes:*"]
        administration.seats = { reader = "tenant", clerk = "unit" }
    "#;
    let mut snapshot = Snapshot::new(Policy::from_toml(policy).unwrap());
    for line in V1.lines() {
        let event: Event = serde_json::from_str(line).unwrap();
        snapshot.apply(&event).unwrap_or_else(|error| panic!("{line}: {error}"));
        snapshot.verify().unwrap();
    }
}

#[test]
fn an_event_of_an_unknown_version_or_with_an_unknown_key_is_refused() {
    for text in [
        r#"{"event":"unit-closed/2","unit":"a"}"#,
        r#"{"event":"granted/1","person":"p","role":"r","scope":"everywhere","note":"x"}"#,
    ] {
        assert!(serde_json::from_str::<Event>(text).is_err(), "{text}");
    }
    // A misspelt `tenant` must not turn one tenant's change into the platform's.
    for line in V1.lines() {
        let misspelt = line.replacen('{', "{\"tennant\":\"sp\",", 1);
        assert!(serde_json::from_str::<Event>(&misspelt).is_err(), "{misspelt}");
    }
    let scope = r#"{"event":"granted/1","person":"p","role":"r","scope":{"own":{"tennant":"sp"}}}"#;
    assert!(serde_json::from_str::<Event>(scope).is_err());
}

#[test]
fn s1_identifiers_are_masked_in_the_debug_form_of_events_and_requests() {
    let event: Event =
        serde_json::from_str(r#"{"event":"person-removed/1","person":"52998224725"}"#).unwrap();
    assert!(!format!("{event:?}").contains("52998"), "{event:?}");
    let request = alcada::Request::by("52998224725")
        .to(alcada::Permission::new("notes:read"))
        .about("7210418");
    let debug = format!("{request:?}");
    assert!(!debug.contains("52998") && !debug.contains("72104"), "{debug}");
}

#[test]
fn every_person_that_an_event_names_can_be_replaced() {
    const PEOPLE: [&str; 3] = ["ana", "bo", "root"];
    for line in V1.lines() {
        let mut event: Event = serde_json::from_str(line).unwrap();
        let mut named = 0;
        event.each_person(&mut |person| {
            assert!(PEOPLE.contains(&person.as_str()), "{person} in {line}");
            named += 1;
        });
        event.each_person_mut(&mut |person| {
            *person = Identifier::new("#7").unwrap();
            named -= 1;
        });
        assert_eq!(named, 0);
        let text = serde_json::to_string(&event).unwrap();
        assert!(PEOPLE.iter().all(|person| !text.contains(&format!("\"{person}\""))), "{text}");
    }
}
