//! X3: the last administrator of a tenant stays, by whatever path they would go (contract R31).

use alcada::{
    Actor, Command, DenyReason, Grant, Instant, Refusal, Registration, Scope,
    admin::Rule,
    facts::{Attestation, Restriction},
};

use super::desk::{Desk, registration};
use crate::given::{ask, day, name, on_person, on_role, person, subtree, unit};

const POLICY: &str = r#"
    version = 1
    channels = ["desk", "phone"]
    functions.users.actions = ["keep"]
    functions.notes.actions = ["read", "write"]
    unit-kinds.house = {}
    kinds.staff = {}
    kinds.guest = {}
    kinds.caller.channels = ["phone"]
    roles.basic.permissions = ["notes:read"]
    roles.chief = { permissions = ["users:keep", "notes:write"], includes = ["basic"] }
    roles.visitor = { permissions = ["notes:read"], kinds = ["guest"] }
    roles.extra.permissions = ["notes:write"]
    ceilings = [{ kinds = ["guest"], permissions = ["notes:read"] }]

    [administration]
    administrator = "chief"
    exclusive = ["visitor"]

    [[guards]]
    commands = [
        "register", "grant", "revoke", "set-validity", "suspend", "resume", "remove-person", "erase-person",
        "edit-person", "impose-restriction", "lift-restriction", "bootstrap", "replace-administrator",
        "attest-administrator",
    ]
    permission = "users:keep"
"#;

/// A house of which Ada is the administrator, another of which Eve is; Zoe is the platform's.
fn house() -> Desk {
    Desk::policy(POLICY)
        .unit("house", "house", "")
        .unit("house", "room", "house")
        .unit("house", "other", "")
        .with(registration("staff", "zoe", None))
        .grant(Grant::role("chief").to("zoe").everywhere())
        .with(Command::Bootstrap(registration("staff", "ada", "house")))
        .with(Command::Bootstrap(registration("staff", "eve", "other")))
        .with(registration("staff", "ada", None))
        .person("staff", "bo", "house")
        .grant(Grant::role("chief").to("bo").in_and_below("room"))
}

fn zoe() -> Actor {
    Actor::user("zoe")
}

fn chief(who: &str) -> Grant {
    Grant::role("chief").to(who).in_and_below("house").unwrap()
}

fn here() -> Option<alcada::Name> {
    Some(name("house"))
}

fn without(tenant: &str, from: Instant) -> Rule {
    Rule::LastAdministrator { tenant: name(tenant), from }
}

fn suspend(tenant: Option<&str>) -> Command {
    Command::Suspend { person: person("ada"), tenant: tenant.map(name) }
}

fn kind(who: &str, kind: &str) -> Command {
    Command::EditPerson { person: person(who), tenant: here(), kind: Some(name(kind)), unit: None }
}

fn validity(grant: Grant, from: Option<Instant>, until: Option<Instant>) -> Command {
    Command::SetValidity { grant, from, until }
}

fn attested(about: &str) -> Attestation {
    Attestation {
        tenant: name("house"),
        about: person(about),
        given_by: "the director".into(),
        capacity: "general direction".into(),
        verified_by: "by phone".into(),
        document: "letter 7".into(),
    }
}

fn replace(old: &str, new: Registration) -> Command {
    let attestation = attested(new.person.as_str());
    Command::ReplaceAdministrator { old: person(old), new, attestation }
}

/// Every way to lose Ada that the house knows, each from today on.
fn ways() -> Vec<Command> {
    let on_ada =
        |permission: &str, scope: Scope| on_person("r", "ada", &[permission], scope).into();
    let on = |role: &str, permission: &str, scope: Scope| {
        on_role("r", role, &[permission], scope).into()
    };
    vec![
        Command::revoke(chief("ada")),
        suspend(Some("house")),
        suspend(None),
        Command::RemovePerson { person: person("ada"), tenant: here() },
        Command::ErasePerson { person: person("ada") },
        kind("ada", "guest"),
        kind("ada", "caller"),
        on_ada("users:keep", subtree("house")),
        on_ada("notes:read", unit("room")),
        on_ada("*:*", Scope::Everywhere),
        on("chief", "notes:write", subtree("house")),
        on("basic", "notes:read", subtree("room")),
        on("chief", "users:*", Scope::Everywhere),
        validity(chief("ada"), Some(day(5)), None),
        Command::from(Grant::role("visitor").to("ada").only_in("room").unwrap()).replacing(),
        validity(chief("ada"), None, Some(day(5))),
    ]
}

#[test]
fn x3_no_way_takes_the_last_administrator() {
    let house = house();
    for way in ways() {
        // Not even the host's, nor what is said to replace.
        for actor in [zoe(), Actor::host()] {
            let Refusal { rule, .. } = house.refuses(&actor, way.clone());
            assert_eq!(rule, without("house", gone_from(&way)), "{way:?}");
        }
    }
    house.allows(ask("ada", "users:keep").in_unit("room"));
}

#[test]
fn x3_any_of_two_may_go_and_then_the_other_stays() {
    for way in ways() {
        // What is on the role is on both.
        let on_the_role = matches!(
            &way,
            Command::ImposeRestriction(Restriction {
                subject: alcada::facts::Subject::Role(_),
                ..
            })
        );
        let house = house().grant(Ok(chief("bo")));
        if on_the_role {
            assert_eq!(house.refuses(&zoe(), way).rule, without("house", day(1)));
            continue;
        }
        let from = gone_from(&way);
        house.does(&zoe(), way);
        assert_eq!(
            house.refuses(&zoe(), Command::revoke(chief("bo"))).rule,
            without("house", from)
        );
    }
}

/// From when there is no Ada.
fn gone_from(way: &Command) -> Instant {
    match way {
        Command::SetValidity { until: Some(until), .. } => *until,
        _ => day(1),
    }
}

/// R31: unsuspended, over the root and all below, on a grant that rests on nothing.
#[test]
fn x3_only_an_administrator_of_the_whole_standing_and_unhindered_counts() {
    let at = |days: u32| Some(day(days));
    let dormant = Grant { until: at(9), ..chief("bo") };
    for (other, left_from) in [
        // Of a part; on the strength of a channel they do not act on; for a time; given directly.
        (Grant::role("chief").to("bo").only_in("house").unwrap(), Some(1)),
        (Grant::role("chief").to("bo").in_and_below("room").unwrap(), Some(1)),
        (Grant { from: at(3), ..chief("bo") }, Some(1)),
        (dormant, Some(9)),
        (chief("bo"), None),
        (Grant { channel: Some(name("phone")), ..chief("bo") }, None),
    ] {
        let house = house().grant(Ok(other.clone()));
        match left_from {
            Some(days) => {
                assert_eq!(
                    house.refuses(&zoe(), Command::revoke(chief("ada"))).rule,
                    without("house", day(days)),
                    "{other:?}"
                );
            }
            None => drop(house.does(&zoe(), Command::revoke(chief("ada")))),
        }
    }
    // One who is suspended, restricted or held down by a ceiling is none.
    for hindered in [
        Command::Suspend { person: person("bo"), tenant: here() },
        Command::Suspend { person: person("bo"), tenant: None },
        on_person("r", "bo", &["notes:read"], unit("room")).into(),
        kind("bo", "guest"),
        kind("bo", "caller"),
    ] {
        let house = house().grant(Ok(chief("bo"))).with(hindered.clone());
        assert_eq!(
            house.refuses(&zoe(), Command::revoke(chief("ada"))).rule,
            without("house", day(1)),
            "{hindered:?}"
        );
    }
}

/// R31: the intervals of all administrators together cover every instant from now on.
#[test]
fn x3_known_ends_count_today() {
    // Bo until the tenth, Cy from the twentieth: between them there is Ada alone.
    let house = house()
        .person("staff", "cy", "house")
        .grant(Ok(Grant { until: Some(day(10)), ..chief("bo") }))
        .grant(Ok(Grant { from: Some(day(20)), ..chief("cy") }));
    assert_eq!(
        house.refuses(&zoe(), Command::revoke(chief("ada"))).rule,
        without("house", day(10))
    );
    let restricted = Restriction {
        from: Some(day(12)),
        until: Some(day(14)),
        ..on_person("r", "ada", &["users:keep"], subtree("house"))
    };
    assert_eq!(house.refuses(&zoe(), restricted.clone()).rule, without("house", day(12)));
    // Together they cover all of time: Ada can go for the days on which there is another.
    house.does(&zoe(), validity(chief("ada"), None, Some(day(20))));
    let ada = Grant { until: Some(day(20)), ..chief("ada") };
    assert_eq!(
        house.refuses(&zoe(), validity(ada, None, Some(day(19)))).rule,
        without("house", day(19))
    );
    // On the fifteenth it is Ada; on the twenty-first Cy.
    let house = house.on(day(21));
    let cy = Grant { from: Some(day(20)), ..chief("cy") };
    assert_eq!(house.refuses(&zoe(), Command::revoke(cy)).rule, without("house", day(21)));
    house.does(&zoe(), Command::RemovePerson { person: person("ada"), tenant: here() });
}

#[test]
fn x3_one_act_may_take_one_and_give_one() {
    // Revoked and given anew in one command: the state it leaves is judged.
    let house = house();
    house.does(&zoe(), replace("ada", registration("staff", "kim", "house")));
    house.allows(ask("kim", "users:keep").in_unit("room"));
    house.denies(ask("ada", "users:keep").in_unit("room"), DenyReason::NotPermitted);
    // The new one is the last one now.
    assert_eq!(house.refuses(&zoe(), Command::revoke(chief("kim"))).rule, without("house", day(1)));
    // Whoever could not be one is no replacement.
    for kind in ["guest", "caller"] {
        let refusal = house.refuses(&zoe(), replace("kim", registration(kind, "lee", "house")));
        assert!(matches!(refusal.rule, Rule::Channel { .. } | Rule::Ceiling { .. }), "{refusal}");
    }
    let suspended = house.with(Command::Suspend { person: person("bo"), tenant: here() });
    assert_eq!(
        suspended.refuses(&zoe(), replace("kim", registration("staff", "bo", "house"))).rule,
        without("house", day(1))
    );
}

#[test]
fn x3_each_tenant_has_its_own() {
    let house = house().grant(Ok(chief("bo")));
    // Eve of the other house helps nobody here, and somebody of both is counted in each.
    let both = house
        .person("staff", "ada", "other")
        .grant(Grant::role("chief").to("ada").in_and_below("other"));
    let both =
        both.with(Command::revoke(Grant::role("chief").to("eve").in_and_below("other").unwrap()));
    assert_eq!(both.refuses(&zoe(), suspend(None)).rule, without("other", day(1)));
    assert_eq!(
        both.refuses(&zoe(), Command::ErasePerson { person: person("ada") }).rule,
        without("other", day(1))
    );
    both.does(&zoe(), suspend(Some("house")));
    // What takes nothing of it away is nobody's concern.
    both.does(&zoe(), on_person("r", "ada", &["notes:read"], unit("room")));
    both.does(&zoe(), on_role("s", "extra", &["notes:write"], subtree("other")));
    // On the role, it is on all who have it.
    let on_all = on_role("t", "chief", &["notes:write"], unit("room"));
    assert_eq!(both.refuses(&zoe(), on_all).rule, without("house", day(1)));
}

#[test]
fn x3_a_tenant_that_never_had_one_is_not_asked_for_one() {
    let bare = Desk::policy(POLICY).unit("house", "house", "").person("staff", "bo", "house");
    bare.does(&Actor::host(), Command::Suspend { person: person("bo"), tenant: here() });
    bare.does(&Actor::host(), Command::RemovePerson { person: person("bo"), tenant: here() });
    // Bootstrapped for a while by hand, it is without one again when that is over, as was known.
    let bare = bare
        .person("staff", "bo", "house")
        .grant(Ok(Grant { until: Some(day(9)), ..chief("bo") }))
        .on(day(9));
    bare.does(&Actor::host(), Command::RemovePerson { person: person("bo"), tenant: here() });
}
