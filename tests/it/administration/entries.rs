//! X4: every change has an actor, an instant and a reason; the facts are what the events add up to;
//! who could do what on a past day, and who authorized it, can be answered.

use alcada::{
    Command, DenyReason, Entry, Event, Grant, Instant, Policy, Revision, Snapshot, history::AsOf,
};

use super::desk::{Desk, REASON, at};
use crate::engine::request;
use crate::given::{ask, day, name, person};
use crate::oracle::Ask;

const POLICY: &str = include_str!("../../../examples/school_finance/policy.toml");

/// A school whose registrar, Rosa, gives and takes on several days.
fn story() -> Desk {
    let rosa = at("7000001", "school");
    let clerk = Grant::role("ue-clerk").to("7210418").only_in("school").unwrap();
    let school = Desk::policy(POLICY)
        .unit("department", "SME", "")
        .unit("school", "school", "SME")
        .person("staff", "7000001", "SME")
        .person("staff", "7210418", "SME")
        .affiliated("7210418", "exercise", "school", None, None)
        .grant(Grant::role("ue-registrar").to("7000001").only_in("school"))
        .on(day(5));
    school.does(&rosa, clerk);
    let school = school.on(day(9));
    school.refuses(&rosa, Grant::role("sme-viewer").to("7210418").in_and_below("SME").unwrap());
    // It rests on an exercise by now, which the revocation names.
    let given = school
        .snapshot()
        .facts()
        .grants
        .into_iter()
        .find(|grant| grant.role == name("ue-clerk"))
        .unwrap();
    school.does(&rosa, Command::revoke(given));
    school
}

fn decides(facts: &Snapshot, question: &Ask, now: Instant) -> Option<DenyReason> {
    facts.check(&request(question), now).reason()
}

/// Who let somebody have a role, by the record: the entries that gave it, until a day.
fn who_let<'e>(entries: &'e [Entry], who: &str, role: &str, by: Instant) -> Vec<&'e Entry> {
    let gives = |event: &Event| matches!(event, Event::Granted(grant) if grant.person == person(who) && grant.role == name(role));
    entries.iter().filter(|entry| entry.at <= by && entry.events.iter().any(gives)).collect()
}

fn before_it(revision: Revision) -> Revision {
    Revision(revision.0 - 1)
}

#[test]
fn x4_who_could_do_this_on_that_day() {
    let school = story();
    let edit = ask("7210418", "expenses:edit").in_unit("school");
    let then =
        |n: u32| decides(&school.authority.as_of(AsOf::Instant(day(n))).unwrap(), &edit, day(n));
    assert_eq!(then(4), Some(DenyReason::NotPermitted));
    assert_eq!(then(5), None);
    assert_eq!(then(8), None);
    assert_eq!(then(9), Some(DenyReason::NotPermitted));
    // What was recorded on one day, asked about another.
    let recorded = school.authority.as_of(AsOf::Instant(day(8))).unwrap();
    assert_eq!(decides(&recorded, &edit, day(20)), None);
    assert!(school.authority.as_of(AsOf::Instant(Instant::MIN)).is_err());
}

#[test]
fn x4_and_who_let_them() {
    let school = story();
    let entries = school.authority.read_from(Revision(1), 1000).unwrap();
    let [entry] = who_let(&entries, "7210418", "ue-clerk", day(8))[..] else { panic!() };
    assert_eq!(entry.actor, at("7000001", "school"));
    assert_eq!(
        (entry.at, entry.reason.as_str(), entry.command.as_str()),
        (day(5), REASON, "grant")
    );
    // And who let Rosa: the host, who began it all.
    let [entry] = who_let(&entries, "7000001", "ue-registrar", entry.at)[..] else { panic!() };
    assert!(entry.actor.is_host());
    // As of just before it, she could not have.
    let before = school.authority.as_of(AsOf::Revision(before_it(entry.revision))).unwrap();
    let clerk = Grant::role("ue-clerk").to("7210418").only_in("school").unwrap();
    assert!(before.decide(&at("7000001", "school"), &clerk.into(), "", day(5)).is_err());
}

#[test]
fn x4_every_change_has_an_actor_an_instant_and_a_reason_and_nothing_else_does() {
    let school = story();
    let entries = school.authority.read_from(Revision(1), 1000).unwrap();
    // The first is the policy's adoption; then one entry for each command, none for the refused
    // one.
    let commands: Vec<&str> = entries.iter().map(|entry| entry.command.as_str()).collect();
    assert_eq!(
        commands,
        [
            "adopt-policy",
            "add-tenant",
            "add-unit",
            "register",
            "register",
            "record-affiliation",
            "grant",
            "grant",
            "revoke"
        ]
    );
    for (entry, next) in entries.iter().zip(entries.iter().skip(1)) {
        assert!(entry.at <= next.at);
        assert_eq!(entry.revision, before_it(next.revision));
        assert!(!next.events.is_empty() && next.reason == REASON, "{next:?}");
    }
}

#[test]
fn x4_the_state_is_the_fold_of_its_events() {
    let school = story();
    let entries = school.authority.read_from(Revision(1), 1000).unwrap();
    let mut folded = Snapshot::new(Policy::from_toml(POLICY).unwrap());
    for entry in &entries {
        for event in &entry.events {
            folded.apply(event).unwrap();
        }
        let then = school.authority.as_of(AsOf::Revision(entry.revision)).unwrap();
        assert_eq!(folded.facts(), then.facts(), "{entry:?}");
    }
    assert_eq!(folded.facts(), school.snapshot().facts());
}
