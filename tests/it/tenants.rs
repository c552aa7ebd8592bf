//! Tenants and the platform: D14, A6, U5, R1, R3, R12.

use alcada::{Event, Grant, Registration, Scope, Unit, policy::Role};

use crate::given::{
    Given, ask, day, members, name, on_person, on_role, own, patterns, person, subtree,
};
use crate::oracle::Reason;

const POLICY: &str = r#"
    functions.notes = { actions = ["read", "write"] }
    roles.reader = { permissions = ["notes:read"] }
"#;

/// Two tenants, of two units each; Ana is registered in both, Bo in the first.
fn two() -> Given {
    Given::policy(POLICY)
        .tenant("one")
        .unit("one/a", "one")
        .tenant("two")
        .unit("two/a", "two")
        .person("ana", "one")
        .person("ana", "two")
        .person("bo", "one")
}

fn role(permission: &str) -> Role {
    Role { permissions: patterns(&[permission]), ..Role::default() }
}

#[test]
fn d14_a6_u5_a_grant_reaches_nothing_in_another_tenant() {
    let given = two().grant(Grant::role("reader").to("ana").in_and_below("one"));
    given.allows(ask("ana", "notes:read").in_unit("one/a"), day(1));
    given.denies(ask("ana", "notes:read").in_unit("two/a"), day(1), Reason::OtherScope);
    given.allows(ask("ana", "notes:read").about_in("ana", "one"), day(1));
    given.denies(ask("ana", "notes:read").about_in("ana", "two"), day(1), Reason::OtherScope);
}

#[test]
fn d14_roles_are_named_within_their_tenant() {
    let given = two()
        .role("one", "own", role("notes:read"))
        .role("two", "own", role("notes:write"))
        .role("one", "other", role("notes:write"))
        .grant(Grant::role("own").to("ana").only_in("one"))
        .grant(Grant::role("own").to("ana").only_in("two"));
    given.allows(ask("ana", "notes:read").in_unit("one"), day(1));
    // Each is permitted only by the other tenant's role of that name.
    given.denies(ask("ana", "notes:write").in_unit("one"), day(1), Reason::OtherScope);
    given.denies(ask("ana", "notes:read").in_unit("two"), day(1), Reason::OtherScope);
    given.allows(ask("ana", "notes:write").in_unit("two"), day(1));
    given.refuses(Event::Granted(Grant::role("other").to("ana").only_in("two").unwrap()));
    // A restriction on one tenant's role is not on the other's of that name.
    let given = given.restrict(on_role("x", "own", &["*:*"], subtree("one")));
    given.denies(ask("ana", "notes:read").in_unit("one"), day(1), Reason::RoleRestricted);
    given.allows(ask("ana", "notes:write").in_unit("two"), day(1));
    // Nor does deleting it touch the other.
    let given = given.and(Event::RoleDeleted { tenant: name("one"), role: name("own") });
    given.denies(ask("ana", "notes:read").in_unit("one"), day(1), Reason::NotPermitted);
    given.allows(ask("ana", "notes:write").in_unit("two"), day(1));
}

#[test]
fn d14_groups_are_named_within_their_tenant() {
    let given = two()
        .person("bo", "two")
        .group("one", "team", "", "ana", &["bo"])
        .group("two", "team", "", "bo", &["ana"])
        .and(Event::Granted(
            Grant::role("reader").to("ana").scoped(members("one", "team")).unwrap(),
        ))
        .and(Event::Granted(
            Grant::role("reader").to("ana").scoped(members("two", "team")).unwrap(),
        ));
    given.allows(ask("ana", "notes:read").about_in("bo", "one"), day(1));
    given.denies(ask("ana", "notes:read").about_in("bo", "two"), day(1), Reason::OtherScope);
}

#[test]
fn d14_own_is_within_a_tenant() {
    let given =
        two().and(Event::Granted(Grant::role("reader").to("ana").scoped(own("one")).unwrap()));
    given.allows(ask("ana", "notes:read").about_in("ana", "one"), day(1));
    given.denies(ask("ana", "notes:read").about_in("ana", "two"), day(1), Reason::OtherScope);
    given.denies(ask("ana", "notes:read").record("two", "ana"), day(1), Reason::OtherScope);
}

#[test]
fn d14_restrictions_of_one_tenant_leave_the_other() {
    let given = two()
        .grant(Grant::role("reader").to("ana").in_and_below("one"))
        .grant(Grant::role("reader").to("ana").in_and_below("two"))
        .restrict(on_person("x", "ana", &["*:*"], subtree("one")));
    given.denies(ask("ana", "notes:read").about_in("ana", "one"), day(1), Reason::Restricted);
    given.allows(ask("ana", "notes:read").about_in("ana", "two"), day(1));
    given.allows(ask("ana", "notes:read").anywhere(), day(1));
    // The name is taken in its tenant alone.
    given.refuses(Event::RestrictionImposed(on_person("x", "bo", &["*:*"], subtree("one"))));
    let given = given.restrict(on_person("x", "ana", &["*:*"], subtree("two")));
    given.denies(ask("ana", "notes:read").anywhere(), day(1), Reason::Restricted);
    let given = given.and(Event::RestrictionLifted { tenant: Some(name("one")), name: name("x") });
    given.allows(ask("ana", "notes:read").in_unit("one"), day(1));
    given.denies(ask("ana", "notes:read").in_unit("two"), day(1), Reason::Restricted);
}

#[test]
fn r1_kind_suspension_and_affiliations_belong_to_the_registration() {
    let given = Given::policy(
        r#"
        functions.notes = { actions = ["read", "write"] }
        kinds.staff = {}
        kinds.guest = {}
        roles.writer = { permissions = ["notes:*"] }
        [[ceilings]]
        kinds = ["guest"]
        permissions = ["*:read"]
        "#,
    )
    .tenant("one")
    .tenant("two")
    .person_of("staff", "ana", "one")
    .person_of("guest", "ana", "two")
    .grant(Grant::role("writer").to("ana").only_in("one"))
    .grant(Grant::role("writer").to("ana").only_in("two"));
    given.allows(ask("ana", "notes:write").in_unit("one"), day(1));
    // Of the two grants, the one that names the unit is cut; the other reaches elsewhere.
    given.denies(ask("ana", "notes:write").in_unit("two"), day(1), Reason::OtherScope);
    given.allows(ask("ana", "notes:read").in_unit("two"), day(1));
}

#[test]
fn r1_unit_codes_are_unique_on_the_platform() {
    let given = two();
    let unit = |code: &str, parent: Option<&str>, tenant: Option<&str>| {
        Event::UnitAdded(Unit {
            code: name(code),
            kind: None,
            parent: parent.map(name),
            tenant: tenant.map(name),
        })
    };
    given.refuses(unit("one/a", Some("two"), None));
    given.refuses(unit("one/a", None, None));
    given.refuses(unit("new", Some("one"), Some("two")));
    given.refuses(unit("new", None, Some("one")));
    given.refuses(unit("new", Some("nowhere"), None));
    given.and(unit("new", Some("one/a"), Some("one"))).and(unit("three", None, Some("three")));
}

#[test]
fn d14_units_and_groups_stay_in_their_tenant() {
    let given = two().group("one", "team", "", "", &[]).group("two", "crew", "", "", &[]);
    given.refuses(Event::UnitMoved { unit: name("one/a"), parent: name("two") });
    given.refuses(Event::UnitMoved { unit: name("one"), parent: name("two") });
    given.refuses(Event::UnitMoved { unit: name("one"), parent: name("one/a") });
    given.refuses(Event::GroupMoved {
        tenant: name("one"),
        group: name("team"),
        parent: Some(name("crew")),
    });
    given.refuses(Event::GroupMoved {
        tenant: name("one"),
        group: name("team"),
        parent: Some(name("team")),
    });
}

#[test]
fn r3_everywhere_takes_built_in_roles_and_a_registration_on_the_platform() {
    let given = two().role("one", "own", role("notes:write")).platform("sol");
    given.refuses(Event::Granted(Grant::role("own").to("sol").everywhere().unwrap()));
    given.refuses(Event::Granted(Grant::role("own").to("sol").own().unwrap()));
    given.refuses(Event::Granted(Grant::role("reader").to("ana").everywhere().unwrap()));
    given.refuses(Event::RestrictionImposed(on_person("x", "ana", &["*:*"], Scope::Everywhere)));
    let given = given
        .grant(Grant::role("reader").to("sol").everywhere())
        .grant(Grant::role("reader").to("sol").own());
    given.allows(ask("sol", "notes:read").in_unit("one/a"), day(1));
}

#[test]
fn r3_on_the_platform_a_person_has_no_place() {
    let given = two()
        .platform("sol")
        .platform("pam")
        .grant(Grant::role("reader").to("ana").in_and_below("one"))
        .grant(Grant::role("reader").to("sol").own());
    given.denies(ask("ana", "notes:read").about("sol"), day(1), Reason::OtherScope);
    given.allows(ask("sol", "notes:read").about("sol"), day(1));
    given.denies(ask("sol", "notes:read").about("pam"), day(1), Reason::OtherScope);
    let at =
        Registration { person: person("lee"), tenant: None, kind: None, unit: Some(name("one")) };
    given.refuses(Event::PersonRegistered(at));
}

#[test]
fn r12_a_closed_unit_takes_nothing_new_and_keeps_what_stands() {
    let given = two()
        .unit("one/b", "one")
        .grant(Grant::role("reader").to("bo").only_in("one/a"))
        .and(Event::UnitClosed { unit: name("one/a") });
    given.allows(ask("bo", "notes:read").in_unit("one/a"), day(1));
    let unit =
        Unit { code: name("one/a/x"), kind: None, parent: Some(name("one/a")), tenant: None };
    given.refuses(Event::UnitAdded(unit));
    given.refuses(Event::UnitMoved { unit: name("one/b"), parent: name("one/a") });
    given.refuses(Event::Granted(Grant::role("reader").to("ana").only_in("one/a").unwrap()));
    given.refuses(Event::Granted(Grant::role("reader").to("ana").in_and_below("one/a").unwrap()));
    let at = Registration {
        person: person("lee"),
        tenant: Some(name("one")),
        kind: None,
        unit: Some(name("one/a")),
    };
    given.refuses(Event::PersonRegistered(at));
    // A grant from above still reaches it.
    given
        .grant(Grant::role("reader").to("ana").in_and_below("one"))
        .allows(ask("ana", "notes:read").in_unit("one/a"), day(1));
}
