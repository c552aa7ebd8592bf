//! An authority on a journal: what is recorded, who is told, and what happens to the second of two
//! authorities that change the facts at once.

use std::sync::{Arc, Mutex};

use alcada::{
    Authority, Change, Event, Facts, Grant, Instant, Permission, Policy, Registration, Request,
    Revision,
    history::AsOf,
    journal::{Journal, MemoryJournal},
};

pub const POLICY: &str = r#"
    version = 1
    functions.notes.actions = ["read", "write"]
    roles.reader.permissions = ["notes:read"]
    roles.writer.permissions = ["notes:*"]
"#;

pub fn policy(text: &str) -> Policy {
    Policy::from_toml(text).unwrap_or_else(|error| panic!("{error}"))
}

pub fn open(journal: &MemoryJournal) -> Authority {
    Authority::open(journal.clone(), policy(POLICY), at(0)).unwrap()
}

pub fn at(hours: i64) -> Instant {
    "2026-03-02T12:00:00Z".parse::<Instant>().unwrap().plus_seconds(3600 * hours)
}

pub fn register(person: &str) -> Event {
    Event::PersonRegistered(Registration::of(person).unwrap())
}

pub fn reader(person: &str) -> Event {
    Event::Granted(Grant::role("reader").to(person).everywhere().unwrap())
}

pub fn may_read(snapshot: &alcada::Snapshot, person: &str) -> bool {
    snapshot.check(&Request::by(person).to(Permission::new("notes:read")), at(0)).is_allow()
}

#[test]
fn x4_every_change_is_an_entry_with_actor_instant_and_reason() {
    let journal = MemoryJournal::new();
    let authority = open(&journal);
    assert_eq!(authority.revision(), Revision(1), "the policy is adopted");
    let given = authority
        .apply(Change::of(&[register("ana"), reader("ana")]).because("hired").at(at(1)))
        .unwrap();
    assert_eq!(given, Revision(2));
    let entries = authority.read_from(Revision(1), 10).unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!((entries[0].command.as_str(), entries[0].at), ("adopt-policy", at(0)));
    let adopted = Policy::from_json(entries[0].policy.as_deref().unwrap()).unwrap();
    assert_eq!(adopted.document(), policy(POLICY).document());
    let entry = &entries[1];
    assert_eq!(
        (entry.command.as_str(), entry.reason.as_str(), entry.at),
        ("apply", "hired", at(1))
    );
    assert!(entry.actor.is_host());
    assert_eq!(entry.events, [register("ana"), reader("ana")]);
    assert_eq!(authority.snapshot().people_affected(&entry.affected), ["ana".try_into().unwrap()]);
    let again: alcada::Entry =
        serde_json::from_str(&serde_json::to_string(entry).unwrap()).unwrap();
    assert_eq!(&again, entry);
    assert!(!format!("{entry:?}").contains("hired"));
    assert_eq!(authority.read_from(Revision(2), 10).unwrap().len(), 1);
    assert_eq!(authority.read_from(Revision(1), 1).unwrap().len(), 1);
    assert!(authority.read_from(Revision(3), 10).unwrap().is_empty());
}

#[test]
fn a_refused_change_is_not_recorded() {
    let authority = open(&MemoryJournal::new());
    let error =
        authority.apply(Change::of(&[register("ana"), reader("bo")]).at(at(1))).unwrap_err();
    assert_eq!(error.row(), Some("events[1]"));
    assert_eq!(authority.revision(), Revision(1));
    assert_eq!(authority.read_from(Revision(1), 10).unwrap().len(), 1);
    let long = "x".repeat(alcada::facts::limits::MAX_REASON_BYTES + 1);
    assert!(
        authority
            .apply(Change::of(&[register("ana")]).because(&long).at(at(1)))
            .unwrap_err()
            .is_limit()
    );
    authority.apply(Change::of(&[register("ana")]).because(&long[1..]).at(at(1))).unwrap();
}

#[test]
fn r34_an_entry_is_never_before_the_one_before_it() {
    let journal = MemoryJournal::new();
    let authority = open(&journal);
    authority.apply(Change::of(&[register("ana")]).at(at(5))).unwrap();
    authority.apply(Change::of(&[register("bo")]).at(at(3))).unwrap();
    authority.apply(register("cleo")).unwrap();
    authority
        .import(&Facts::from_toml("version = 1\npeople = [{ person = \"dina\" }]").unwrap())
        .unwrap();
    let instants: Vec<Instant> =
        open(&journal).read_from(Revision(1), 9).unwrap().iter().map(|e| e.at).collect();
    assert_eq!(instants, [at(0), at(5), at(5), at(5), at(5)]);
}

#[test]
fn x4_who_could_do_this_on_that_day_can_be_answered() {
    let authority = open(&MemoryJournal::new());
    authority.apply(Change::of(&[register("ana"), reader("ana")]).at(at(1))).unwrap();
    let Event::Granted(grant) = reader("ana") else { unreachable!() };
    authority.apply(Change::of(&[Event::Revoked(grant)]).because("left").at(at(3))).unwrap();
    for (hour, could) in [(0, false), (1, true), (2, true), (3, false), (9, false)] {
        let then = authority.as_of(AsOf::Instant(at(hour))).unwrap();
        assert_eq!(may_read(&then, "ana"), could, "{hour}");
    }
    assert!(may_read(&authority.as_of(AsOf::Revision(Revision(2))).unwrap(), "ana"));
    for then in [AsOf::Revision(Revision(4)), AsOf::Revision(Revision(0)), AsOf::Instant(at(-1))] {
        assert!(authority.as_of(then).unwrap_err().is_absent(), "{then:?}");
    }
}

#[test]
fn without_a_journal_nothing_is_recorded_and_all_else_is_the_same() {
    let authority = Authority::in_memory(policy(POLICY));
    authority
        .apply(Change::of(&[register("ana"), reader("ana")]).because("hired").at(at(1)))
        .unwrap();
    assert!(may_read(&authority.snapshot(), "ana"));
    assert_eq!(authority.catch_up().unwrap(), Revision(1));
    assert!(authority.read_from(Revision(1), 1).unwrap_err().is_journal());
    assert!(authority.checkpoint().unwrap_err().is_journal());
    assert!(authority.as_of(AsOf::Revision(Revision(1))).unwrap_err().is_journal());
}

#[test]
fn listeners_hear_of_each_entry_once_it_can_be_seen() {
    let journal = MemoryJournal::new();
    let (one, other) = (Arc::new(open(&journal)), open(&journal));
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (list, authority) = (Arc::clone(&heard), Arc::downgrade(&one));
    one.on_entry(move |entry| {
        let authority = authority.upgrade().unwrap();
        assert!(authority.revision() >= entry.revision);
        // What is told may change something in turn.
        if entry.revision == Revision(2) {
            authority
                .apply(Change::of(&[register("bo")]).because("because of the other").at(at(1)))
                .unwrap();
        }
        list.lock().unwrap().push((entry.revision.0, entry.reason.clone()));
    });
    one.apply(Change::of(&[register("ana")]).because("first").at(at(1))).unwrap();
    other.apply(Change::of(&[register("cleo")]).because("elsewhere").at(at(2))).unwrap();
    assert_eq!(heard.lock().unwrap().len(), 2);
    one.catch_up().unwrap();
    let heard = heard.lock().unwrap().clone();
    let expected = [(3, "because of the other"), (2, "first"), (4, "elsewhere")];
    assert_eq!(heard, expected.map(|(revision, reason)| (revision, reason.to_owned())));

    // In memory alone too.
    let alone = Authority::in_memory(policy(POLICY));
    let count = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&count);
    alone.on_entry(move |entry| *counted.lock().unwrap() += entry.events.len());
    alone.apply_all(&[register("ana"), register("bo")]).unwrap();
    alone.apply(register("cleo")).unwrap();
    assert_eq!(*count.lock().unwrap(), 3);
}

#[test]
fn who_comes_second_is_decided_again_on_the_newest_facts() {
    let journal = MemoryJournal::new();
    let (one, other) = (open(&journal), open(&journal));
    one.apply(Change::of(&[register("ana")]).at(at(1))).unwrap();
    // It does not know of her yet, and learns of her by coming second.
    let error = other.apply(Change::of(&[register("bo"), reader("ana")]).at(at(1))).unwrap_err();
    assert!(error.is_absent(), "{error}");
    assert_eq!(other.apply(Change::of(&[register("bo")]).at(at(1))).unwrap(), Revision(3));
    assert!(
        other.apply(Change::of(&[register("ana")]).at(at(1))).unwrap_err().is_fact(),
        "she is there already"
    );
    other.apply(Change::of(&[reader("ana")]).at(at(1))).unwrap();
    assert_eq!(one.catch_up().unwrap(), Revision(4));
    assert_eq!(one.snapshot().facts(), other.snapshot().facts());
}

#[test]
fn many_writers_on_one_journal_leave_one_record() {
    let journal = MemoryJournal::new();
    let authorities: Vec<Authority> = (0..4).map(|_| open(&journal)).collect();
    std::thread::scope(|scope| {
        for (n, authority) in authorities.iter().enumerate() {
            scope.spawn(move || {
                for k in 0..50 {
                    let person = format!("p{n}-{k}");
                    authority
                        .apply(Change::of(&[register(&person), reader(&person)]).at(at(k)))
                        .unwrap();
                    if k % 16 == 0 {
                        authority.checkpoint().unwrap();
                    }
                }
            });
        }
    });
    let fresh = open(&journal).snapshot();
    assert_eq!((fresh.people(), fresh.revision()), (200, Revision(201)));
    for authority in &authorities {
        authority.catch_up().unwrap();
        assert_eq!(authority.snapshot().facts(), fresh.facts());
        authority.snapshot().verify().unwrap();
    }
    assert_eq!(journal.read_from(Revision(1), usize::MAX).unwrap().len(), 201);
}

#[test]
fn what_stood_already_is_recorded_as_such() {
    let journal = MemoryJournal::new();
    let source = Authority::in_memory(policy(POLICY));
    source
        .apply_all(&[
            register("ana"),
            Event::PersonSuspended { person: "ana".try_into().unwrap(), tenant: None },
        ])
        .unwrap();
    source
        .apply(&Event::PersonRemoved { person: "ana".try_into().unwrap(), tenant: None })
        .unwrap();
    source.apply(register("bo")).unwrap();
    let authority = open(&journal);
    authority.import(&source.snapshot().facts()).unwrap();
    assert_eq!(open(&journal).snapshot().facts(), source.snapshot().facts());
    assert_eq!(authority.read_from(Revision(2), 1).unwrap()[0].command, "import");
}
