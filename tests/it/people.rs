//! People, known and named: R1, R2, R12, A5, O3.

use alcada::{Event, Grant, Name, Registration};

use crate::given::{Given, ask, day, members, name, on_person, person, subtree};
use crate::oracle::Reason;

const POLICY: &str = r#"
    affiliations = ["exercise"]
    functions.notes = { actions = ["read"] }
    roles.reader = { permissions = ["notes:read"] }
"#;

fn two() -> Given {
    Given::policy(POLICY).tenant("one").tenant("two").person("ana", "one").person("bo", "one")
}

#[test]
fn r2_about_one_registered_in_several_tenants_a_tenant_is_named() {
    let given = two().grant(Grant::role("reader").to("ana").in_and_below("one"));
    given.allows(ask("ana", "notes:read").about("bo"), day(1));
    let given = given.person("bo", "two");
    given.denies(ask("ana", "notes:read").about("bo"), day(1), Reason::AmbiguousPerson);
    given.allows(ask("ana", "notes:read").about_in("bo", "one"), day(1));
    given.denies(ask("ana", "notes:read").about_in("bo", "two"), day(1), Reason::OtherScope);
    given.denies(ask("ana", "notes:read").about_in("ana", "two"), day(1), Reason::UnknownPerson);
    // A record names its tenant by its unit.
    given.allows(ask("ana", "notes:read").record("one", "bo"), day(1));
}

#[test]
fn r2_the_platform_is_meant_for_one_registered_there_alone() {
    let given = two().platform("bo").grant(Grant::role("reader").to("ana").in_and_below("one"));
    given.allows(ask("ana", "notes:read").about("bo"), day(1));
    let removed =
        given.and(Event::PersonRemoved { person: person("bo"), tenant: Some(name("one")) });
    removed.denies(ask("ana", "notes:read").about("bo"), day(1), Reason::OtherScope);
}

#[test]
fn o3_only_the_registered_are_granted_anything() {
    let given = two();
    given.refuses(Event::Granted(Grant::role("reader").to("zed").only_in("one").unwrap()));
    given.refuses(Event::Granted(Grant::role("reader").to("ana").only_in("two").unwrap()));
    given.refuses(Event::MemberAdded {
        tenant: name("one"),
        group: name("team"),
        person: person("ana"),
    });
    given.refuses(Event::PersonSuspended { person: person("ana"), tenant: Some(name("two")) });
    given.refuses(Event::PersonSuspended { person: person("zed"), tenant: None });
}

#[test]
fn r12_a_person_removed_loses_what_they_had_in_that_tenant() {
    let register = |tenant: Option<&str>| {
        let tenant: Option<Name> = tenant.map(name);
        Event::PersonRegistered(Registration {
            person: person("ana"),
            tenant,
            kind: None,
            unit: None,
        })
    };
    let given = two()
        .and(register(Some("two")))
        .group("one", "team", "", "ana", &["bo"])
        .and(Event::Granted(
            Grant::role("reader").to("ana").scoped(members("one", "team")).unwrap(),
        ))
        .grant(Grant::role("reader").to("ana").in_and_below("one"))
        .grant(Grant::role("reader").to("ana").in_and_below("two"))
        .restrict(on_person("x", "ana", &["*:*"], subtree("one")))
        .suspend("ana", "one");
    let remove =
        |tenant: &str| Event::PersonRemoved { person: person("ana"), tenant: Some(name(tenant)) };
    let given = given.and(remove("one"));
    given.refuses(remove("one"));
    given.denies(ask("ana", "notes:read").in_unit("one"), day(1), Reason::OtherScope);
    given.allows(ask("ana", "notes:read").in_unit("two"), day(1));
    // Registered anew, they begin with nothing, and with nothing against them.
    let given = given.and(register(Some("one")));
    given.denies(ask("ana", "notes:read").in_unit("one"), day(1), Reason::OtherScope);
    let given = given.grant(Grant::role("reader").to("ana").only_in("one"));
    given.allows(ask("ana", "notes:read").in_unit("one"), day(1));
    // They lead no longer.
    let given = given.and(Event::Granted(
        Grant::role("reader").to("ana").scoped(members("one", "team")).unwrap(),
    ));
    given.clone().unit("one/a", "one").allows(ask("ana", "notes:read").about("bo"), day(1));
    let led = given.and(Event::Revoked(Grant::role("reader").to("ana").only_in("one").unwrap()));
    led.denies(ask("ana", "notes:read").about("bo"), day(1), Reason::OtherScope);
}

#[test]
fn r12_with_the_last_registration_the_person_is_unknown() {
    let given = two().grant(Grant::role("reader").to("bo").only_in("one")).suspend("bo", None);
    given.denies(ask("bo", "notes:read").in_unit("one"), day(1), Reason::Suspended);
    let gone = given.and(Event::PersonRemoved { person: person("bo"), tenant: Some(name("one")) });
    gone.denies(ask("bo", "notes:read").in_unit("one"), day(1), Reason::UnknownPrincipal);
    gone.denies(ask("ana", "notes:read").about("bo"), day(1), Reason::UnknownPerson);
    // D2: whoever may register in a tenant does not lift what the platform imposed.
    let back = gone.person("bo", "one");
    back.denies(ask("bo", "notes:read").in_unit("one"), day(1), Reason::Suspended);
    let resumed = back.and(Event::PersonResumed { person: person("bo"), tenant: None });
    resumed.denies(ask("bo", "notes:read").in_unit("one"), day(1), Reason::NotPermitted);
}

#[test]
fn a5_deactivated_and_reactivated_at_once() {
    let given = two().grant(Grant::role("reader").to("bo").only_in("one"));
    let read = || ask("bo", "notes:read").in_unit("one");
    let suspended = given.suspend("bo", "one").suspend("bo", "one");
    suspended.denies(read(), day(1), Reason::Suspended);
    suspended.changes_at(read(), day(1), None);
    let resumed =
        suspended.and(Event::PersonResumed { person: person("bo"), tenant: Some(name("one")) });
    resumed.allows(read(), day(1));
}

#[test]
fn a_grant_is_all_its_parts() {
    let grant = || Grant::role("reader").to("bo");
    let given = two()
        .grant(grant().only_in("one"))
        .grant(grant().only_in("one"))
        .grant(grant().on_channel("standard").only_in("one"))
        .grant(grant().until(day(3)).only_in("one"));
    let revoke = |grant: Result<Grant, _>| Event::Revoked(grant.unwrap());
    let read = || ask("bo", "notes:read").in_unit("one");
    // The one given three times goes in one revocation; the other stands.
    let given = given.and(revoke(grant().only_in("one")));
    given.allows(read(), day(1));
    given.changes_at(read(), day(1), day(3));
    given.refuses(revoke(grant().on_channel("standard").only_in("one")));
    given.and(revoke(grant().until(day(3)).only_in("one"))).denies(
        read(),
        day(1),
        Reason::NotPermitted,
    );
}

#[test]
fn own_without_a_tenant_is_of_the_only_one() {
    let own = || Grant::role("reader").to("bo").own().unwrap();
    let given = two().and(Event::Granted(own())).person("bo", "two");
    given.allows(ask("bo", "notes:read").about_in("bo", "one"), day(1));
    given.denies(ask("bo", "notes:read").about_in("bo", "two"), day(1), Reason::OtherScope);
    given.refuses(Event::Granted(own()));
    given.refuses(Event::Revoked(own()));
    let gone = given.and(Event::PersonRemoved { person: person("bo"), tenant: Some(name("two")) });
    gone.and(Event::Revoked(own())).denies(
        ask("bo", "notes:read").about("bo"),
        day(1),
        Reason::NotPermitted,
    );
}

#[test]
fn r12_one_who_is_erased_is_nobody_and_the_name_is_free_for_somebody_else() {
    let given =
        Given::policy(POLICY).tenant("one").tenant("two").person("ana", "one").person("ana", "two");
    let given = given.person("bo", "one").group("one", "g", "", "ana", &["ana", "bo"]);
    let given = given.grant(Grant::role("reader").to("ana").in_and_below("one"));
    let given = given.suspend("ana", None).suspend("bo", "one");
    let resolved = given
        .snapshot
        .resolve(
            &alcada::Request::by("ana").to(alcada::Permission::new("notes:read")).in_unit("one"),
        )
        .unwrap();
    let erase = |who: &str| Event::PersonErased { person: person(who) };
    let erased = given.clone().and(erase("ana"));
    let facts = serde_json::to_string(&erased.snapshot.facts()).unwrap();
    assert!(!facts.contains("ana"), "{facts}");
    erased.denies(ask("ana", "notes:read").in_unit("one"), day(1), Reason::UnknownPrincipal);
    erased.refuses(erase("ana"));
    erased.refuses(erase("nobody"));

    // A new principal with a number of its own: nothing is left, not even the suspension.
    let again = erased.person("ana", "one");
    assert_eq!(again.snapshot.people(), 3);
    again.denies(ask("ana", "notes:read").in_unit("one"), day(1), Reason::NotPermitted);
    let held = again.grant(Grant::role("reader").to("ana").in_and_below("one"));
    held.allows(ask("ana", "notes:read").in_unit("one"), day(1));
    let old = held.snapshot.check_resolved(&resolved, day(1));
    assert_eq!(
        old.reason(),
        Some(alcada::DenyReason::UnknownPrincipal),
        "who was resolved before is no more"
    );

    // One who left before can be erased.
    let left = held.and(Event::PersonRemoved { person: person("bo"), tenant: Some(name("one")) });
    left.and(erase("bo")).refuses(erase("bo"));
}
