//! A: an alert line, worked by teams that know nothing of one another.

use alcada::{
    Actor, Command, DenyReason, Event, Grant, Permission, Request, Scope, admin::Rule,
    facts::CustomRole, policy::Role,
};

use super::{At, System, given, named, registration, remove, resume, role, suspend, tenant, whole};
use crate::given::{day, name, patterns, person};

const POLICY: &str = include_str!("../../../examples/alert_line.toml");
/// Two people with the app, by their CPF.
const IRIS: &str = "52998224725";
const INES: &str = "11144477735";

const ATTENDANT: [&str; 10] = [
    "alerts:close",
    "alerts:watch",
    "app-users:deactivate",
    "app-users:register",
    "app-users:reset-password",
    "app-users:view",
    "app:customise",
    "call-report:view",
    "period-report:view",
    "recordings:play",
];
const TEAM: [&str; 5] =
    ["team:assign", "team:deactivate", "team:register", "team:reset-password", "team:view"];

/// Two teams with their first administrators: ada of `guarda`, and aldo of `hospital`.
fn opened() -> System {
    let system = System::under(POLICY);
    let platform = alcada::Registration { tenant: None, ..registration("paula", "-", "platform") };
    system.does(Actor::host(), platform);
    system.does(Actor::host(), given(Grant::role("platform").to("paula").everywhere()));
    for (team, administrator) in [("guarda", "ada"), ("hospital", "aldo")] {
        system.does("paula", tenant(team, None));
        system.does("paula", Command::Bootstrap(registration(administrator, team, "operator")));
    }
    system
}

/// With an attendant, and somebody who has the app, in each.
fn working() -> System {
    let system = opened();
    for (team, administrator, attendant, app_user) in
        [("guarda", "ada", "tania", IRIS), ("hospital", "aldo", "telmo", INES)]
    {
        system.does(administrator, registration(attendant, team, "operator"));
        system.does(administrator, role("attendant", attendant, team));
        system.does(attendant, registration(app_user, team, "app-user"));
        system.does(attendant, app(app_user, team));
    }
    system
}

/// The app: about oneself, by its own channel.
fn app(who: &str, team: &str) -> Grant {
    given(
        Grant::role("monitored")
            .to(who)
            .on_channel("app")
            .scoped(Scope::Own { tenant: Some(name(team)) }),
    )
}

fn unit(code: &str) -> Scope {
    Scope::Unit(name(code))
}

#[test]
fn a1_the_platform_registers_the_first_administrator_who_adds_users() {
    let system = opened();
    system.is_not_permitted(
        "ada",
        Command::Bootstrap(registration("ana", "guarda", "operator")),
        "platform:appoint",
        Scope::Everywhere,
        DenyReason::NotPermitted,
    );
    assert_eq!(
        system.refuses("paula", Command::Bootstrap(registration("ana", "guarda", "operator"))),
        Rule::HasAdministrator { tenant: name("guarda") }
    );
    // The platform opens teams and appoints; it is not of the team.
    assert!(
        system.held("paula", At::Unit("guarda")).iter().all(|held| held.starts_with("platform:"))
    );
    let expected: Vec<&str> = ATTENDANT.iter().chain(&TEAM).copied().collect();
    assert_eq!(system.held("ada", At::Unit("guarda")), expected);
    // As administrator or as attendant.
    for (who, given) in [("ana", "administrator"), ("tania", "attendant")] {
        system.does("ada", registration(who, "guarda", "operator"));
        assert!(system.held(who, At::Anywhere).is_empty());
        system.does("ada", role(given, who, "guarda"));
    }
    assert_eq!(system.held("ana", At::Unit("guarda")), expected);
    assert_eq!(system.held("tania", At::Unit("guarda")), ATTENDANT);
    // The one registered by the platform is an administrator like any other, but the last stays.
    system.does("ana", remove("ada", "guarda"));
    let last = Rule::LastAdministrator { tenant: name("guarda"), from: day(1) };
    assert_eq!(system.refuses("ana", suspend("ana", "guarda")), last);
    assert_eq!(
        system.refuses("ana", Command::revoke(role("administrator", "ana", "guarda"))),
        last
    );
    assert_eq!(system.refuses("ana", remove("ana", "guarda")), last);
}

#[test]
fn a2_an_attendant_has_all_of_the_administrator_but_the_team() {
    let system = working();
    let administrator = system.held("ada", At::Unit("guarda"));
    let attendant = system.held("tania", At::Unit("guarda"));
    assert_eq!(attendant, ATTENDANT);
    let missing: Vec<&str> = administrator
        .iter()
        .map(String::as_str)
        .filter(|held| !attendant.iter().any(|a| a == held))
        .collect();
    assert_eq!(missing, TEAM);
    for permission in TEAM {
        system.denies("tania", permission, At::Unit("guarda"), DenyReason::NotPermitted);
        system.denies("tania", permission, At::About("ada"), DenyReason::NotPermitted);
    }
    // They watch who called, play the recordings, and see the profile.
    for permission in ["alerts:watch", "recordings:play", "app-users:view"] {
        system.allows("tania", permission, At::About(IRIS));
    }
}

#[test]
fn a2_a_function_that_comes_later_reaches_attendants_by_itself() {
    let later = POLICY
        .replace(
            "[functions.app]",
            "[functions.map]\nactions = [\"view\", \"print\"]\n\n[functions.app]",
        )
        .replace(r#"permissions = ["team:*", "#, r#"permissions = ["map:*", "team:*", "#)
        .replace(
            r#""deactivate", "reset-password"]"#,
            r#""deactivate", "reset-password", "rota"]"#,
        );
    let before = working();
    let after = System::under(&later);
    after.authority.import(&before.facts()).unwrap();
    assert_eq!(before.facts(), after.facts(), "nobody was given anything");
    for permission in ["map:print", "map:view"] {
        before.denies("tania", permission, At::Unit("guarda"), DenyReason::UnknownPermission);
        after.allows("tania", permission, At::Unit("guarda"));
        after.allows("ada", permission, At::Unit("guarda"));
    }
    // But what comes to the team's own function does not.
    after.allows("ada", "team:rota", At::Unit("guarda"));
    after.denies("tania", "team:rota", At::Unit("guarda"), DenyReason::NotPermitted);
    let mut expected: Vec<&str> = ATTENDANT.to_vec();
    expected.extend(["app-users:rota", "map:print", "map:view"]);
    expected.sort_unstable();
    assert_eq!(after.held("tania", At::Unit("guarda")), expected);
}

#[test]
fn a7_each_kind_of_report_is_seen_by_those_who_have_its_function_alone() {
    let system = working();
    let reports = ["call-report:view", "period-report:view"];
    for who in ["ada", "tania"] {
        for report in reports {
            system.allows(who, report, At::Unit("guarda"));
        }
    }
    // One kind without the other, and the team's other work without any.
    for (who, profile, held) in [
        ("clara", "reads calls", "call-report:view"),
        ("petra", "reads periods", "period-report:view"),
        ("vito", "watches", "alerts:watch"),
    ] {
        let of = Role { permissions: patterns(&[held]), ..Role::default() };
        let made = CustomRole { tenant: name("guarda"), name: name(profile), role: of };
        system.does(Actor::host(), Command::CreateRole(made));
        system.does("ada", registration(who, "guarda", "operator"));
        system.does("ada", role(profile, who, "guarda"));
        assert_eq!(system.held(who, At::Unit("guarda")), [held]);
        for report in reports.into_iter().filter(|report| *report != held) {
            system.denies(who, report, At::Unit("guarda"), DenyReason::NotPermitted);
            system.denies(who, report, At::Anywhere, DenyReason::NotPermitted);
        }
    }
    // Nor do those with the app see any, not even about themselves.
    for report in reports {
        system.denies(IRIS, report, At::On("app", &At::About(IRIS)), DenyReason::NotPermitted);
    }
}

#[test]
fn a4_attendants_register_app_users_and_reset_their_passwords() {
    let system = working();
    assert_eq!(system.held(IRIS, At::On("app", &At::About(IRIS))), ["alerts:trigger"]);
    system.allows("tania", "app-users:reset-password", At::About(IRIS));
    // Which permission a reset takes depends on the kind: that of the team's is another.
    system.denies("tania", "team:reset-password", At::About("ada"), DenyReason::NotPermitted);
    system.allows("ada", "team:reset-password", At::About("tania"));
    // A new app user, deactivated, reactivated, removed: all by the attendant.
    let ivo = "15350946056";
    system.does("tania", registration(ivo, "guarda", "app-user"));
    system.denies(ivo, "alerts:trigger", At::On("app", &At::About(ivo)), DenyReason::NotPermitted);
    system.does("tania", app(ivo, "guarda"));
    system.allows(ivo, "alerts:trigger", At::On("app", &At::About(ivo)));
    system.does("tania", suspend(ivo, "guarda"));
    system.denies(ivo, "alerts:trigger", At::On("app", &At::About(ivo)), DenyReason::Suspended);
    system.does("tania", resume(ivo, "guarda"));
    system.allows(ivo, "alerts:trigger", At::On("app", &At::About(ivo)));
    system.does("tania", remove(ivo, "guarda"));
    system.denies(
        ivo,
        "alerts:trigger",
        At::On("app", &At::Anywhere),
        DenyReason::UnknownPrincipal,
    );
    // Whoever is registered for the app has a CPF.
    let rule = system.refuses("tania", registration("52998224724", "guarda", "app-user"));
    assert!(
        matches!(&rule, Rule::Misfit { message, .. } if message.contains("*********24")),
        "{rule:?}"
    );
}

#[test]
fn a4_attendants_never_touch_the_team() {
    let system = working();
    system.does("ada", registration("tomas", "guarda", "operator"));
    let edit = |who, kind| Command::EditPerson {
        person: person(who),
        tenant: Some(name("guarda")),
        kind: Some(name(kind)),
        unit: None,
    };
    for (command, permission, scope) in [
        (registration("turma", "guarda", "operator").into(), "team:register", unit("guarda")),
        (role("attendant", "tomas", "guarda").into(), "team:assign", whole("guarda")),
        (role("administrator", "tania", "guarda").into(), "team:assign", whole("guarda")),
        (Command::revoke(role("administrator", "ada", "guarda")), "team:assign", whole("guarda")),
        (suspend("ada", "guarda"), "team:deactivate", unit("guarda")),
        (suspend("tomas", "guarda"), "team:deactivate", unit("guarda")),
        (remove("tomas", "guarda"), "team:deactivate", unit("guarda")),
        (edit("tomas", "app-user"), "team:register", unit("guarda")),
    ] {
        system.is_not_permitted("tania", command, permission, scope, DenyReason::NotPermitted);
    }
    // Not by way of an app user either: of what kind somebody is from then on counts as well.
    system.is_not_permitted(
        "tania",
        edit(IRIS, "operator"),
        "team:register",
        unit("guarda"),
        DenyReason::NotPermitted,
    );
    // An attendant who is an app user besides is one person of one kind: there is no second
    // channel.
    assert!(matches!(
        system.refuses("tania", registration("tania", "guarda", "app-user")),
        Rule::Misfit { .. }
    ));
    // And app users command nothing at all.
    for (command, permission) in [
        (registration("11144477735", "guarda", "app-user").into(), "app-users:register"),
        (suspend(IRIS, "guarda"), "app-users:deactivate"),
    ] {
        let command: Command = command;
        let by = |actor: Actor| system.refuses(actor, command.clone());
        for actor in [Actor::user(IRIS), Actor::user(IRIS).on_channel("app")] {
            let refused = by(actor);
            let says = matches!(&refused, Rule::NotPermitted { permission: p, reason: DenyReason::NotPermitted, .. } if *p == name(permission));
            assert!(says, "{refused:?}");
        }
    }
}

#[test]
fn a4_an_app_user_reaches_the_app_only() {
    let system = working();
    let own = At::About(IRIS);
    system.allows(IRIS, "alerts:trigger", At::On("app", &own));
    system.denies(IRIS, "alerts:trigger", own, DenyReason::WrongChannel);
    system.denies(IRIS, "alerts:watch", At::On("app", &own), DenyReason::NotPermitted);
    assert!(system.held(IRIS, At::Anywhere).is_empty(), "nothing of the panel");
    // Nor can anybody give it on the panel: it would never be in effect (D13).
    let panel = given(
        Grant::role("monitored").to(IRIS).scoped(Scope::Own { tenant: Some(name("guarda")) }),
    );
    let expected = Rule::Channel {
        role: name("monitored"),
        channel: name("panel"),
        channels: named(&["app"]),
    };
    assert_eq!(system.refuses("tania", panel), expected);
    // Roles of the team are not for them, whoever gives them.
    for role_name in ["attendant", "administrator"] {
        let kinds = named(&["operator"]);
        let expected = Rule::Kind { role: name(role_name), kind: Some(name("app-user")), kinds };
        assert_eq!(system.refuses(Actor::host(), role(role_name, IRIS, "guarda")), expected);
    }
    // And the team does not come by the app.
    system.denies(
        "tania",
        "alerts:watch",
        At::On("app", &At::Unit("guarda")),
        DenyReason::WrongChannel,
    );
    let by_app = Actor::user("ada").on_channel("app");
    system.is_not_permitted(
        by_app,
        registration("tomas", "guarda", "operator"),
        "team:register",
        unit("guarda"),
        DenyReason::WrongChannel,
    );
}

#[test]
fn a5_whoever_is_deactivated_can_do_nothing_anywhere_at_once() {
    let system = working();
    let request = Request::by("tania").to(Permission::new("alerts:watch")).in_unit("guarda");
    let kept = system.authority.check(&request, system.now);
    assert!(kept.is_allow() && kept.is_current(&system.authority, system.now));
    let events = system.does("ada", suspend("tania", "guarda"));
    assert_eq!(
        events,
        [Event::PersonSuspended { person: person("tania"), tenant: Some(name("guarda")) }]
    );
    assert!(
        !kept.is_current(&system.authority, system.now),
        "a kept answer is worth nothing any more"
    );
    for permission in ATTENDANT {
        for target in [At::Unit("guarda"), At::Anywhere, At::About(IRIS), At::About("ada")] {
            system.denies("tania", permission, target, DenyReason::Suspended);
        }
    }
    // Nor command.
    for (command, permission, scope) in [
        (suspend(IRIS, "guarda"), "app-users:deactivate", unit("guarda")),
        (
            registration("15350946056", "guarda", "app-user").into(),
            "app-users:register",
            unit("guarda"),
        ),
    ] {
        system.is_not_permitted("tania", command, permission, scope, DenyReason::Suspended);
    }
    // What was granted is there still, and with the reactivation it is all back.
    assert_eq!(system.grants_of("tania").len(), 1);
    system.does("ada", resume("tania", "guarda"));
    assert_eq!(system.held("tania", At::Unit("guarda")), ATTENDANT);
    system.does("tania", suspend(IRIS, "guarda"));
    system.denies(IRIS, "alerts:trigger", At::On("app", &At::About(IRIS)), DenyReason::Suspended);
}

#[test]
fn a6_nothing_crosses_from_one_team_to_another() {
    let system = working();
    for (team, others) in
        [("guarda", ["aldo", "telmo", INES]), ("hospital", ["ada", "tania", IRIS])]
    {
        for other in others {
            for channel in ["panel", "app"] {
                assert!(
                    system.held(other, At::On(channel, &At::Unit(team))).is_empty(),
                    "{other} in {team}"
                );
            }
        }
    }
    for target in [At::Unit("hospital"), At::About(INES), At::About("aldo")] {
        system.denies("tania", "alerts:watch", target, DenyReason::OtherScope);
        system.denies("ada", "team:view", target, DenyReason::OtherScope);
    }
    for (command, permission, scope) in [
        (registration("tomas", "hospital", "operator").into(), "team:register", unit("hospital")),
        (
            registration("15350946056", "hospital", "app-user").into(),
            "app-users:register",
            unit("hospital"),
        ),
        // Of what kind somebody is there is not told either.
        (role("attendant", "aldo", "hospital").into(), "app-users:register", whole("hospital")),
        (suspend("telmo", "hospital"), "app-users:deactivate", unit("hospital")),
        (suspend(INES, "hospital"), "app-users:deactivate", unit("hospital")),
        (remove("aldo", "hospital"), "app-users:deactivate", unit("hospital")),
    ] {
        system.is_not_permitted("ada", command, permission, scope, DenyReason::OtherScope);
    }
    // One who works for both has in each what was given there.
    system.does("aldo", registration("tania", "hospital", "operator"));
    assert!(system.held("tania", At::Unit("hospital")).is_empty());
    system.does("aldo", role("administrator", "tania", "hospital"));
    system.allows("tania", "team:view", At::Unit("hospital"));
    system.denies("tania", "team:view", At::Unit("guarda"), DenyReason::OtherScope);
    system.does("ada", suspend("tania", "guarda"));
    system.denies("tania", "alerts:watch", At::Unit("guarda"), DenyReason::Suspended);
    system.allows("tania", "alerts:watch", At::Unit("hospital"));
}

#[test]
fn a6_the_same_answer_for_somebody_unknown_and_somebody_of_another_team() {
    let system = working();
    let register = |who: &str| {
        system.authority.snapshot().decide(
            &Actor::user("ada"),
            &registration(who, "guarda", "operator").into(),
            "",
            system.now,
        )
    };
    let (known, unknown) = (register("telmo").unwrap(), register("nobody").unwrap());
    assert!(matches!(known.as_slice(), [Event::PersonRegistered(_)]), "{known:?}");
    assert!(matches!(unknown.as_slice(), [Event::PersonRegistered(_)]), "{unknown:?}");
}
