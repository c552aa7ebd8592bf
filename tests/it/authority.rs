//! [`Authority`]: changes one after the other, and readers that never wait and never see a part of
//! a change.

use std::sync::atomic::{AtomicBool, Ordering};

use alcada::{
    Authority, DenyReason, Event, Facts, Grant, Instant, Permission, Policy, Request, Revision,
};

const READ: Permission = Permission::new("notes:read");

fn authority() -> Authority {
    let policy = Policy::from_toml(
        r#"
        version = 1
        functions.notes.actions = ["read", "write"]
        roles.reader.permissions = ["notes:read"]
        "#,
    );
    let authority = Authority::in_memory(policy.unwrap());
    let facts: Facts =
        toml::from_str("version = 1\nunits = [{ code = \"t\" }]\npeople = [{ person = \"ana\", tenant = \"t\" }, { person = \"bo\", tenant = \"t\" }]").unwrap();
    authority.import(&facts).unwrap();
    authority
}

fn now() -> Instant {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

fn reader(person: &str) -> Grant {
    Grant::role("reader").to(person).in_and_below("t").unwrap()
}

#[test]
fn every_change_returns_a_revision_that_readers_can_ask_for() {
    let authority = authority();
    let before = authority.snapshot();
    let revision = authority.apply(Event::Granted(reader("ana"))).unwrap();
    assert!(revision > before.revision());
    assert_eq!(authority.snapshot_at_least(revision).unwrap().revision(), revision);
    assert!(authority.snapshot_at_least(Revision(revision.0 + 1)).is_none());
    let request = Request::by("ana").to(READ).in_unit("t");
    assert!(authority.check(&request, now()).is_allow());
    assert!(!before.check(&request, now()).is_allow(), "a snapshot never changes");
    assert_eq!(authority.check(&request, now()).revision(), revision);
}

#[test]
fn a_decision_is_current_until_its_time_or_a_change() {
    let authority = authority();
    let until = now().plus_seconds(60);
    authority.apply(Event::Granted(Grant { until: Some(until), ..reader("ana") })).unwrap();
    let decision = authority.check(&Request::by("ana").to(READ).in_unit("t"), now());
    assert_eq!(decision.until(), Some(until));
    assert!(decision.is_current(&authority, now()));
    assert!(!decision.is_current(&authority, until));
    authority.apply(Event::Granted(reader("bo"))).unwrap();
    assert!(!decision.is_current(&authority, now()));
}

/// R5: an event that does not fit changes nothing.
#[test]
fn a_refused_change_leaves_no_trace() {
    let authority = authority();
    let before = authority.revision();
    let events = [Event::Granted(reader("ana")), Event::Granted(reader("nobody"))];
    let error = authority.apply_all(&events).unwrap_err();
    assert_eq!(error.row(), Some("events[1]"));
    assert!(error.is_fact() && error.is_absent());
    assert_eq!(authority.revision(), before);
    let denied = authority.require(&Request::by("ana").to(READ).in_unit("t"), now()).unwrap_err();
    assert_eq!(denied.reason, DenyReason::NotPermitted);
    assert!(!denied.to_string().contains("ana"));
}

#[test]
fn a_request_resolved_by_another_authority_is_refused() {
    let (one, other) = (authority(), authority());
    let resolved = one.resolve(&Request::by("ana").to(READ).in_unit("t")).unwrap();
    assert_eq!(other.check_resolved(&resolved, now()).reason(), Some(DenyReason::ForeignHandle));
    one.apply(Event::Granted(reader("ana"))).unwrap();
    assert!(one.check_resolved(&resolved, now()).is_allow(), "it stays right in a newer snapshot");
}

/// The writer gives to both and takes from both, each time as one change; whoever
/// reads finds both or neither.
#[test]
fn readers_on_other_threads_see_whole_changes_only() {
    let authority = authority();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let (mut looks, mut allowed) = (0u32, 0u32);
                    while !done.load(Ordering::Relaxed) || looks < 1000 {
                        let snapshot = authority.snapshot();
                        let of = |person| {
                            snapshot
                                .check(&Request::by(person).to(READ).in_unit("t"), now())
                                .is_allow()
                        };
                        assert_eq!(of("ana"), of("bo"));
                        looks += 1;
                        allowed += u32::from(of("ana"));
                    }
                    (looks, allowed)
                })
            })
            .collect();
        for _ in 0..500 {
            authority
                .apply_all(&[Event::Granted(reader("ana")), Event::Granted(reader("bo"))])
                .unwrap();
            authority
                .apply_all(&[Event::Revoked(reader("bo")), Event::Revoked(reader("ana"))])
                .unwrap();
        }
        done.store(true, Ordering::Relaxed);
        for reader in readers {
            reader.join().unwrap();
        }
    });
    authority.snapshot().verify().unwrap();
}

/// Two that went on from the same facts give the same numbers to different people.
#[test]
fn a_request_resolved_on_one_branch_is_refused_on_the_other() {
    let base = authority().snapshot();
    let register = |person: &str| {
        Event::PersonRegistered(alcada::Registration::of(person).unwrap().in_tenant("t").unwrap())
    };
    let (mut one, mut other) = (base.clone(), base);
    one.apply(&register("guest")).unwrap();
    other.apply(&register("boss")).unwrap();
    other.apply(&Event::Granted(reader("boss"))).unwrap();
    let guest = one.resolve(&Request::by("guest").to(READ).in_unit("t")).unwrap();
    assert_eq!(other.check_resolved(&guest, now()).reason(), Some(DenyReason::ForeignHandle));

    // What is tried on a copy is not what the authority does next.
    let authority = authority();
    let mut copy = authority.snapshot();
    copy.apply(&register("guest")).unwrap();
    let guest = copy.resolve(&Request::by("guest").to(READ).in_unit("t")).unwrap();
    let ana = authority.resolve(&Request::by("ana").to(READ).in_unit("t")).unwrap();
    authority
        .apply_all(&[
            register("boss"),
            Event::Granted(reader("boss")),
            Event::Granted(reader("ana")),
        ])
        .unwrap();
    assert_eq!(authority.check_resolved(&guest, now()).reason(), Some(DenyReason::ForeignHandle));
    assert!(authority.check_resolved(&ana, now()).is_allow());
    let two = Authority::from(authority.snapshot());
    assert_eq!(two.check_resolved(&ana, now()).reason(), Some(DenyReason::ForeignHandle));
}

#[test]
fn facts_do_not_end_in_logs() {
    let authority = authority();
    let long = "maria.da.silva@school.example";
    authority
        .apply(Event::PersonRegistered(
            alcada::Registration::of(long).unwrap().in_tenant("t").unwrap(),
        ))
        .unwrap();
    let explanation = authority.explain(&Request::by(long).to(READ).in_unit("t"), now());
    for debug in [
        format!("{authority:?}"),
        format!("{:?}", authority.snapshot()),
        format!("{explanation:?}"),
    ] {
        assert!(!debug.contains("maria"), "{debug}");
    }
    let forged =
        authority.explain(&Request::by("x` asks\nALLOW: `boss").to(READ).in_unit("t"), now());
    assert!(!forged.to_string().contains("\nALLOW"), "{forged}");
    let error = alcada::Identifier::new("52998224725\n").unwrap_err();
    assert!(!error.to_string().contains("52998"), "{error}");
}
