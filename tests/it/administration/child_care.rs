//! T: child-care administration, where a technician comes from outside for a visit.

use alcada::{
    Actor, Command, DenyReason, Event, Grant, Identifier, Permission, Request, Scope, admin::Rule,
    facts::CustomRole, policy::Role,
};

use super::{At, System, given, named, registration, remove, role, suspend, tenant, whole};
use crate::given::{day, just_before, name, patterns, person};

const POLICY: &str = include_str!("../../../examples/child_care.toml");

const EQUIPMENT: [&str; 6] =
    ["boards:configure", "boards:view", "doors:configure", "doors:view", "tv:configure", "tv:view"];
const CONFIDENTIAL: [&str; 8] = [
    "attendance:record",
    "attendance:view",
    "billing:edit",
    "billing:view",
    "children:edit",
    "children:view",
    "employees:edit",
    "employees:view",
];

/// A centre, administered by anne, with an educator.
fn centre() -> System {
    let system = System::under(POLICY);
    let supplier = alcada::Registration { tenant: None, ..registration("amis", "-", "supplier") };
    system.does(Actor::host(), supplier);
    system.does(Actor::host(), given(Grant::role("supplier").to("amis").everywhere()));
    system.does("amis", tenant("lilas", None));
    system.does("amis", Command::Bootstrap(registration("anne", "lilas", "employee")));
    system.does("anne", registration("elise", "lilas", "employee"));
    system.does("anne", role("educator", "elise", "lilas"));
    system
}

/// With theo, a technician whose visit ends on the fifth.
fn visited() -> System {
    let system = centre();
    system.does("anne", registration("theo", "lilas", "technician"));
    system.does("anne", visit("theo", 5));
    system
}

fn visit(who: &str, until: u32) -> Grant {
    given(Grant::role("external-technician").to(who).until(day(until)).in_and_below("lilas"))
}

fn technicians_after_their_visit(system: &System) -> Vec<Identifier> {
    let facts = system.facts();
    let technicians =
        facts.people.iter().filter(|p| p.kind == Some(name("technician"))).map(|p| &p.person);
    let over = |who: &&Identifier| {
        facts
            .grants
            .iter()
            .filter(|grant| grant.person == **who)
            .all(|grant| grant.until.is_some_and(|u| u <= system.now))
    };
    technicians.filter(over).cloned().collect()
}

#[test]
fn t1_only_administration_adds_and_removes_users() {
    let system = centre();
    system.does("anne", role("accounting", "elise", "lilas"));
    let by_everyone_else = [
        (registration("emma", "lilas", "employee").into(), "users:add", Scope::Unit(name("lilas"))),
        (remove("anne", "lilas"), "users:remove", Scope::Unit(name("lilas"))),
        (suspend("anne", "lilas"), "users:edit", Scope::Unit(name("lilas"))),
        (role("educator", "elise", "lilas").into(), "users:assign", whole("lilas")),
        (Command::revoke(role("administration", "anne", "lilas")), "users:assign", whole("lilas")),
    ];
    for (command, permission, scope) in by_everyone_else {
        let command: Command = command;
        system.is_not_permitted("elise", command, permission, scope, DenyReason::NotPermitted);
    }
    system.does("anne", registration("emma", "lilas", "employee"));
    system.does("anne", role("administration", "emma", "lilas"));
    system.does("emma", remove("elise", "lilas"));
    system.denies("elise", "children:view", At::Unit("lilas"), DenyReason::UnknownPrincipal);
    // Somebody of Administration stays.
    system.does("emma", remove("anne", "lilas"));
    let last = Rule::LastAdministrator { tenant: name("lilas"), from: day(1) };
    assert_eq!(system.refuses("emma", remove("emma", "lilas")), last);
    // Not the supplier either: it opens the centre, and is not in it.
    system.is_not_permitted(
        "amis",
        registration("zoe", "lilas", "employee"),
        "users:add",
        Scope::Unit(name("lilas")),
        DenyReason::NotPermitted,
    );
}

#[test]
fn t2_a_user_is_created_in_steps_and_without_a_role_can_do_nothing() {
    let system = centre();
    let events = system.does("anne", registration("emma", "lilas", "employee"));
    assert_eq!(events, [Event::PersonRegistered(registration("emma", "lilas", "employee"))]);
    for target in [At::Unit("lilas"), At::Anywhere, At::About("emma"), At::About("elise")] {
        assert!(system.held("emma", target).is_empty());
    }
    system.denies("emma", "children:view", At::Unit("lilas"), DenyReason::NotPermitted);
    // A role is given to somebody who is there, and only once they are.
    let (subject, rule) = system.refuses_of("anne", role("educator", "eve", "lilas"));
    assert_eq!(subject, Some(person("eve")));
    assert!(matches!(rule, Rule::Misfit { .. }));
    system.does("anne", role("educator", "emma", "lilas"));
    assert_eq!(
        system.held("emma", At::Unit("lilas")),
        ["attendance:record", "attendance:view", "children:view"]
    );
    // Registered twice is a mistake.
    assert!(matches!(
        system.refuses("anne", registration("emma", "lilas", "employee")),
        Rule::Misfit { .. }
    ));
}

#[test]
fn t3_a_technician_reaches_what_configuring_equipment_takes_and_no_more() {
    let system = visited();
    assert_eq!(system.held("theo", At::Unit("lilas")), EQUIPMENT);
    for permission in CONFIDENTIAL {
        for target in [At::Unit("lilas"), At::Anywhere, At::About("elise")] {
            system.denies("theo", permission, target, DenyReason::NotPermitted);
        }
    }
}

#[test]
fn t3_no_grant_lifts_the_ceiling_when_it_is_given() {
    let system = centre();
    system.does("anne", registration("theo", "lilas", "technician"));
    let ceiling = |role: &str, cut: &[&str]| Rule::Ceiling { role: name(role), cut: named(cut) };
    for actor in [Actor::user("anne"), Actor::host()] {
        let kinds = named(&["employee"]);
        assert_eq!(
            system.refuses(actor.clone(), role("educator", "theo", "lilas")),
            Rule::Kind { role: name("educator"), kind: Some(name("technician")), kinds }
        );
        // Even where some of the role would be left.
        assert_eq!(
            system.refuses(actor, role("reception", "theo", "lilas")),
            ceiling("reception", &["attendance:view"])
        );
    }
    let text = system.refuses("anne", role("reception", "theo", "lilas")).to_string();
    assert_eq!(
        text,
        "a ceiling on the person's kind would cut `attendance:view` from `reception`; give a role without them"
    );
    // A role of the centre's own does not get round it.
    let own = |permissions: &[&str]| CustomRole {
        tenant: name("lilas"),
        name: name("helper"),
        role: Role { permissions: patterns(permissions), ..Role::default() },
    };
    system.does("anne", Command::CreateRole(own(&["children:view"])));
    assert_eq!(
        system.refuses("anne", role("helper", "theo", "lilas")),
        ceiling("helper", &["children:view"])
    );
    // Nor does one take what only the technician's role gives.
    assert_eq!(
        system.refuses(
            "anne",
            Command::CreateRole(CustomRole { name: name("copy"), ..own(&["tv:configure"]) })
        ),
        Rule::Reserved { role: name("copy"), permissions: named(&["tv:configure"]) }
    );
}

#[test]
fn t3_no_later_grant_lifts_the_ceiling_when_it_is_used() {
    let system = visited();
    // Brought in past the rules that bind people, by the host's own feed.
    let children = CustomRole {
        tenant: name("lilas"),
        name: name("children"),
        role: Role {
            permissions: patterns(&["children:view", "attendance:record"]),
            ..Role::default()
        },
    };
    system.does("anne", Command::CreateRole(children));
    system.authority.apply(Event::Granted(role("children", "theo", "lilas"))).unwrap();
    system.authority.apply(Event::Granted(role("reception", "theo", "lilas"))).unwrap();
    for permission in ["children:view", "attendance:view", "attendance:record"] {
        for target in [At::Unit("lilas"), At::About("elise"), At::Anywhere] {
            system.denies("theo", permission, target, DenyReason::Ceiling);
        }
    }
    assert_eq!(system.held("theo", At::Unit("lilas")), EQUIPMENT);
    // By a role that is edited after it was given.
    let system = centre();
    system.does("anne", registration("tom", "lilas", "technician"));
    let own = |permissions: &[&str]| CustomRole {
        tenant: name("lilas"),
        name: name("helper"),
        role: Role { permissions: patterns(permissions), ..Role::default() },
    };
    system.does("anne", Command::CreateRole(own(&[])));
    system.does("anne", role("helper", "tom", "lilas"));
    system.does("anne", Command::EditRole(own(&["children:view"])));
    system.denies("tom", "children:view", At::Unit("lilas"), DenyReason::Ceiling);
}

#[test]
fn t4_the_external_technician_excludes_every_other_role() {
    let system = visited();
    let exclusive = Rule::Exclusive { role: name("external-technician"), with: name("doorkeeper") };
    // One that the ceiling lets through, given to somebody who has it; and the other way round.
    let (subject, rule) = system.refuses_of("anne", role("doorkeeper", "theo", "lilas"));
    assert_eq!((subject, rule), (Some(person("theo")), exclusive.clone()));
    system.does("anne", registration("tom", "lilas", "technician"));
    system.does("anne", role("doorkeeper", "tom", "lilas"));
    let (subject, rule) = system.refuses_of("anne", visit("tom", 5));
    assert_eq!((subject, rule), (Some(person("tom")), exclusive.clone()));
    // Both at once, by whomever, is no way round.
    system.does("anne", registration("tess", "lilas", "technician"));
    let both: Command = vec![visit("tess", 5), role("doorkeeper", "tess", "lilas")].into();
    assert_eq!(system.refuses("anne", both.clone()), exclusive);
    assert_eq!(system.refuses(Actor::host(), both), exclusive);
    // After the visit there is no overlap.
    let later = given(Grant::role("doorkeeper").to("theo").from(day(5)).in_and_below("lilas"));
    system.does("anne", later);
}

/// R8: the kind changes, and the other roles are revoked in the same act.
#[test]
fn t4_it_replaces_the_others_when_that_is_said() {
    let system = centre();
    system.does("anne", role("accounting", "elise", "lilas"));
    // She is an employee, and has other roles: as it is, it is refused.
    let kinds = named(&["technician"]);
    let kind =
        Rule::Kind { role: name("external-technician"), kind: Some(name("employee")), kinds };
    assert_eq!(system.refuses("anne", visit("elise", 5)), kind);
    assert_eq!(system.held("elise", At::Unit("lilas")).len(), 6);
    let events = system.does("anne", Command::from(visit("elise", 5)).replacing());
    assert_eq!(
        events,
        [
            Event::Revoked(role("educator", "elise", "lilas")),
            Event::Revoked(role("accounting", "elise", "lilas")),
            Event::PersonKindChanged {
                person: person("elise"),
                tenant: Some(name("lilas")),
                kind: name("technician")
            },
            Event::Granted(visit("elise", 5)),
        ]
    );
    assert_eq!(system.held("elise", At::Unit("lilas")), EQUIPMENT);
    system.denies("elise", "children:view", At::About("anne"), DenyReason::NotPermitted);
    // Back again: the role is revoked, and she is an employee.
    let back = Command::from(role("educator", "elise", "lilas"));
    let kinds = named(&["employee"]);
    let kind = Rule::Kind { role: name("educator"), kind: Some(name("technician")), kinds };
    assert_eq!(system.refuses("anne", back.clone()), kind);
    system.does("anne", Command::revoke(visit("elise", 5)));
    let employee = Command::EditPerson {
        person: person("elise"),
        tenant: Some(name("lilas")),
        kind: Some(name("employee")),
        unit: None,
    };
    system.does("anne", employee);
    system.does("anne", back);
    system.allows("elise", "children:view", At::Unit("lilas"));
    // The last of Administration is not replaced away.
    let last = Rule::LastAdministrator { tenant: name("lilas"), from: day(1) };
    assert_eq!(system.refuses("anne", Command::from(visit("anne", 5)).replacing()), last);
}

#[test]
fn t5_access_ends_by_itself_when_the_visit_ends() {
    let mut system = visited();
    let request = Request::by("theo").to(Permission::new("doors:configure")).in_unit("lilas");
    let decision = system.authority.check(&request, system.now);
    assert!(decision.is_allow());
    assert_eq!(decision.until(), Some(day(5)));
    system.now = just_before(day(5));
    system.allows("theo", "doors:configure", At::Unit("lilas"));
    system.now = day(5);
    assert!(!decision.is_current(&system.authority, system.now));
    system.denies("theo", "doors:configure", At::Unit("lilas"), DenyReason::NotInForce);
    assert!(system.held("theo", At::Anywhere).is_empty());
    // A visit that takes longer is prolonged before it is over; one that is over is not prolonged backwards.
    let past = Command::SetValidity { grant: visit("theo", 5), from: None, until: Some(day(4)) };
    assert_eq!(system.refuses("anne", past), Rule::Past { now: day(5) });
    let mut system = visited();
    system.does(
        "anne",
        Command::SetValidity { grant: visit("theo", 5), from: None, until: Some(day(8)) },
    );
    system.now = day(6);
    system.allows("theo", "doors:configure", At::Unit("lilas"));
    system.now = day(8);
    system.denies("theo", "doors:configure", At::Unit("lilas"), DenyReason::NotInForce);
    // A visit is not given for yesterday.
    assert_eq!(system.refuses("anne", visit("theo", 7)), Rule::Past { now: day(8) });
}

#[test]
fn t5_access_is_ended_by_hand_and_the_user_deleted() {
    let mut system = visited();
    system.does("anne", Command::revoke(visit("theo", 5)));
    system.denies("theo", "doors:configure", At::Unit("lilas"), DenyReason::NotPermitted);
    assert!(system.facts().people.iter().any(|registered| registered.person == person("theo")));
    system.does("anne", visit("theo", 5));
    system.does("anne", registration("tom", "lilas", "technician"));
    system.does("anne", visit("tom", 9));
    assert!(technicians_after_their_visit(&system).is_empty());
    system.now = day(6);
    assert_eq!(technicians_after_their_visit(&system), [person("theo")]);
    // Deleting the user is another act, and takes all that there was with it.
    let events = system.does("anne", remove("theo", "lilas"));
    assert_eq!(
        events,
        [Event::PersonRemoved { person: person("theo"), tenant: Some(name("lilas")) }]
    );
    system.denies("theo", "doors:configure", At::Unit("lilas"), DenyReason::UnknownPrincipal);
    assert!(system.grants_of("theo").is_empty());
    assert!(technicians_after_their_visit(&system).is_empty());
    // Registered again, they have nothing of before.
    system.does("anne", registration("theo", "lilas", "technician"));
    assert!(system.held("theo", At::Anywhere).is_empty());
}

#[test]
fn t6_roles_are_added_to_one_another() {
    let system = centre();
    assert_eq!(
        system.held("elise", At::Unit("lilas")),
        ["attendance:record", "attendance:view", "children:view"]
    );
    system.does("anne", role("accounting", "elise", "lilas"));
    system.does("anne", role("reception", "elise", "lilas"));
    let all = [
        "attendance:record",
        "attendance:view",
        "billing:edit",
        "billing:view",
        "children:view",
        "doors:view",
        "employees:view",
    ];
    assert_eq!(system.held("elise", At::Unit("lilas")), all);
    // What two of them give stays while one of them does.
    system.does("anne", Command::revoke(role("educator", "elise", "lilas")));
    assert_eq!(
        system.held("elise", At::Unit("lilas")),
        ["attendance:view", "billing:edit", "billing:view", "doors:view", "employees:view"]
    );
    system.does("anne", Command::revoke(role("reception", "elise", "lilas")));
    assert_eq!(
        system.held("elise", At::Unit("lilas")),
        ["billing:edit", "billing:view", "employees:view"]
    );
    // Several boxes ticked are one act.
    let ticked = Command::assign(["educator", "reception"], ["elise"], &whole("lilas")).unwrap();
    system.does("anne", ticked);
    assert_eq!(system.held("elise", At::Unit("lilas")), all);
}
