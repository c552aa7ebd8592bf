//! Erasing somebody: the name and the texts about them are gone, the entries stay.

use alcada::{
    Authority, Change, Event, Policy, Revision,
    facts::Attestation,
    history::AsOf,
    journal::{Journal, MemoryJournal},
};

use super::authority::{at, may_read, open, reader, register};

fn erase(person: &str) -> Event {
    Event::PersonErased { person: person.try_into().unwrap() }
}

/// All that the journal holds, as text.
fn whole(journal: &MemoryJournal) -> String {
    let records = journal.read_from(Revision(1), usize::MAX).unwrap();
    let mut text: String =
        records.iter().map(|record| serde_json::to_string(&**record).unwrap() + "\n").collect();
    text += &format!(
        "{:?}",
        journal
            .names_from(0)
            .unwrap()
            .iter()
            .flatten()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    );
    text + &serde_json::to_string(&journal.checkpoint(Revision(u64::MAX)).unwrap()).unwrap()
}

#[test]
fn erasing_forgets_the_name_and_the_texts_and_keeps_the_entries() {
    let journal = MemoryJournal::new();
    let authority = open(&journal);
    authority
        .apply(
            Change::of(&[register("ana"), reader("ana")])
                .because("ana is hired by the head")
                .at(at(1)),
        )
        .unwrap();
    authority.apply(Change::of(&[register("bo")]).because("bo is hired").at(at(2))).unwrap();
    authority.checkpoint().unwrap();
    let follower = open(&journal);
    assert!(whole(&journal).contains("ana"));
    authority.apply(Change::of(&[erase("ana")]).because("ana asks for it").at(at(3))).unwrap();
    let text = whole(&journal);
    assert!(!text.contains("ana") && text.contains("bo is hired"), "{text}");

    follower.catch_up().unwrap();
    for authority in [&authority, &follower, &open(&journal)] {
        assert_eq!(authority.snapshot().facts().people.len(), 1);
        assert_eq!(authority.snapshot().people(), 2);
        authority.snapshot().verify().unwrap();
        let entries = authority.read_from(Revision(2), 9).unwrap();
        assert_eq!(entries.len(), 3);
        assert_eq!((entries[0].reason.as_str(), entries[1].reason.as_str()), ("", "bo is hired"));
        assert_eq!(entries[0].events.len(), 2, "the entry stays");
        assert_eq!(entries[0].events[0], register("#0"));
        assert_eq!(entries[0].affected.people, ["#0".try_into().unwrap()]);
        // What was then stays answerable, of somebody without a name.
        let then = authority.as_of(AsOf::Revision(Revision(2))).unwrap();
        assert!(!may_read(&then, "ana") && !may_read(&then, "#0"));
        assert_eq!(then.facts().grants[0].person.as_str(), "#0");
    }

    // Who comes with the name afterwards is somebody else, with another number.
    authority.apply(Change::of(&[register("ana")]).because("a namesake").at(at(4))).unwrap();
    let again = open(&journal);
    assert!(!may_read(&again.snapshot(), "ana"));
    assert_eq!(again.snapshot().people(), 3);
    let last = journal.read_from(Revision(5), 1).unwrap();
    assert_eq!(last[0].people(), [2, 2]);
}

#[test]
fn one_who_is_erased_and_comes_again_in_one_change_is_two_people() {
    let journal = MemoryJournal::new();
    let authority = open(&journal);
    authority
        .apply(
            Change::of(&[register("ana"), reader("ana"), erase("ana"), register("ana")]).at(at(1)),
        )
        .unwrap();
    assert!(!may_read(&authority.snapshot(), "ana"));
    assert_eq!(journal.names_from(0).unwrap(), [None, Some("ana".try_into().unwrap())]);
    let again = open(&journal);
    assert_eq!(again.snapshot().facts(), authority.snapshot().facts());
    assert_eq!(again.snapshot().people(), 2);
}

#[test]
fn u6_the_texts_of_an_attestation_are_kept_apart() {
    let policy = || Policy::from_toml("version = 1\nfunctions.notes.actions = [\"read\"]").unwrap();
    let journal = MemoryJournal::new();
    let authority = Authority::open(journal.clone(), policy(), at(0)).unwrap();
    let attested = Event::Attested(Attestation {
        tenant: "t".try_into().unwrap(),
        about: "ana".try_into().unwrap(),
        given_by: "Rosa".into(),
        capacity: "head".into(),
        verified_by: "by phone".into(),
        document: "42/2026".into(),
    });
    let unit = Event::UnitAdded(alcada::Unit {
        code: "t".try_into().unwrap(),
        kind: None,
        parent: None,
        tenant: None,
    });
    let ana =
        Event::PersonRegistered(alcada::Registration::of("ana").unwrap().in_tenant("t").unwrap());
    authority.apply(Change::of([&unit, &ana, &attested]).at(at(1))).unwrap();
    let record = journal.read_from(Revision(2), 1).unwrap().remove(0);
    assert!(record.has_texts());
    assert_eq!(authority.read_from(Revision(2), 1).unwrap()[0].events[2], attested);
    authority.apply(Change::of([&erase("ana")]).at(at(2))).unwrap();
    assert!(!whole(&journal).contains("Rosa"));
    let Event::Attested(forgotten) = &authority.read_from(Revision(2), 1).unwrap()[0].events[2]
    else {
        panic!()
    };
    assert_eq!((forgotten.given_by.as_str(), forgotten.about.as_str()), ("", "#0"));
    let again = Authority::open(journal, policy(), at(3)).unwrap();
    assert_eq!(again.snapshot().facts(), authority.snapshot().facts());
}

/// O5, U7: nor does the name stay with the grids and the reviews that somebody was in.
#[test]
fn x4_erasing_forgets_who_was_enrolled_and_who_was_under_review() {
    let policy = || {
        let text = "version = 1\nfunctions.notes.actions = [\"read\"]\nroles.reader.permissions = [\"notes:read\"]";
        Policy::from_toml(text).unwrap()
    };
    let journal = MemoryJournal::new();
    let authority = Authority::open(journal.clone(), policy(), at(0)).unwrap();
    let grant =
        |who: &str| format!(r#"{{"person":"{who}","role":"reader","scope":{{"unit":"t"}}}}"#);
    let item = |who: &str| format!(r#"{{"grant":{}}}"#, grant(who));
    let with = |kind: &str, rest: &str| -> Event {
        serde_json::from_str(&format!(r#"{{"event":"{kind}/1",{rest}}}"#))
            .unwrap_or_else(|e| panic!("{kind}: {e}"))
    };
    let mut events = vec![with("unit-added", r#""code":"t""#)];
    events
        .push(with("grid-created", r#""tenant":"t","name":"day","hours":"mon 08:00-18:00; UTC""#));
    for who in ["anabel", "bo"] {
        events.push(with("person-registered", &format!(r#""person":"{who}","tenant":"t""#)));
        events.push(with(
            "granted",
            &format!(r#""person":"{who}","role":"reader","scope":{{"unit":"t"}}"#),
        ));
        events.push(with("enrolled", &format!(r#""tenant":"t","grid":"day","person":"{who}""#)));
    }
    let about = format!(
        r#""tenant":"t","name":"spring","scope":{{"unit":"t"}},"reviewers":"leaders","deadline":"2027-01-01T00:00:00Z","items":[{},{}]"#,
        item("anabel"),
        item("bo")
    );
    events.push(with("campaign-opened", &about));
    authority.apply(Change::of(&events).because("a review begins").at(at(1))).unwrap();
    let answer = format!(
        r#""answers":[{{"grant":{},"verdict":"keep","reason":"anabel stays"}}]"#,
        grant("anabel")
    );
    let answered =
        with("review-answered", &format!(r#""tenant":"t","campaign":"spring",{answer}"#));
    authority.apply(Change::of([&answered]).at(at(2))).unwrap();
    authority.checkpoint().unwrap();
    assert!(whole(&journal).contains("anabel"));
    authority.apply(Change::of(&[erase("anabel")]).at(at(3))).unwrap();
    assert!(!whole(&journal).contains("anabel"));
    authority.checkpoint().unwrap();
    assert!(!whole(&journal).contains("anabel"));
    let again = Authority::open(journal, policy(), at(4)).unwrap();
    again.snapshot().verify().unwrap();
    assert_eq!(again.snapshot().facts(), authority.snapshot().facts());
    let facts = again.snapshot().facts();
    assert_eq!(
        (facts.enrolments.len(), facts.campaigns[0].items.len(), facts.campaigns[0].gone),
        (1, 1, 1)
    );
}
