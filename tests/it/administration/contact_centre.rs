//! O: a contact-centre suite: profiles made at run time, groups with leaders.

use alcada::{
    Actor, Command, DenyReason, Event, Grant, Permission, Request, Scope,
    admin::{Rule, Uncovered},
    facts::{CustomRole, Group},
    policy::Role,
};

use super::{At, System, given, named, registration, role, tenant, whole};
use crate::given::{day, name, patterns, person};

const POLICY: &str = include_str!("../../../examples/contact_centre.toml");

/// The company `acme`, administered by alice, with a supervisor and some agents.
fn company() -> System {
    let system = System::under(POLICY);
    let vendor = alcada::Registration { tenant: None, ..registration("vera", "-", "vendor") };
    system.does(Actor::host(), vendor);
    system.does(Actor::host(), given(Grant::role("vendor").to("vera").everywhere()));
    for (company, administrator) in [("acme", "alice"), ("bolt", "boris")] {
        system.does("vera", tenant(company, None));
        system.does("vera", Command::Bootstrap(registration(administrator, company, "employee")));
    }
    for who in ["sergio", "bruna", "caio", "dora"] {
        system.does("alice", registration(who, "acme", "employee"));
    }
    system.does("alice", role("supervisor", "sergio", "acme"));
    system
}

fn profile(name_of: &str, permissions: &[&str]) -> CustomRole {
    let role = Role {
        label: Some(format!("the profile {name_of}")),
        permissions: patterns(permissions),
        ..Role::default()
    };
    CustomRole { tenant: name("acme"), name: name(name_of), role }
}

fn delete(profile: &str) -> Command {
    Command::DeleteRole { tenant: name("acme"), role: name(profile) }
}

fn assign(profiles: &[&str], people: &[&str]) -> Command {
    Command::assign(profiles.iter().copied(), people.iter().copied(), &whole("acme")).unwrap()
}

#[test]
fn o1_there_are_fifteen_families_each_with_permissions_of_its_own() {
    let system = company();
    let snapshot = system.authority.snapshot();
    let functions = &snapshot.policy().document().functions;
    assert_eq!(functions.len(), 15);
    // A profile takes one permission of a function without the others.
    for (function, actions) in functions.iter().map(|(name, function)| (name, &function.actions)) {
        if matches!(function.as_str(), "reports" | "system") {
            continue;
        }
        for action in actions {
            let only = format!("{function}:{action}");
            let named = format!("only {only}").replace(':', " ");
            system.does("alice", Command::CreateRole(profile(&named, &[&only])));
            system.does("alice", role(&named, "bruna", "acme"));
            assert_eq!(system.held("bruna", At::Unit("acme")), [only.as_str()]);
            system.does("alice", delete(&named));
            assert!(system.held("bruna", At::Anywhere).is_empty(), "its grants end with it");
        }
    }
}

#[test]
fn o1_profiles_are_made_edited_and_deleted_at_run_time() {
    let system = company();
    let campaigns = profile("campaigns", &["contacts:view", "contacts:import", "dashboards:view"]);
    let events = system.does("alice", Command::CreateRole(campaigns.clone()));
    assert_eq!(events, [Event::RoleCreated(campaigns.clone())]);
    assert!(matches!(
        system.refuses("alice", Command::CreateRole(campaigns.clone())),
        Rule::Misfit { .. }
    ));
    system.does("alice", role("campaigns", "bruna", "acme"));
    assert_eq!(
        system.held("bruna", At::Unit("acme")),
        ["contacts:import", "contacts:view", "dashboards:view"]
    );
    // Edited, it is at once another for whoever has it.
    system.does(
        "alice",
        Command::EditRole(profile("campaigns", &["contacts:view", "channels:edit"])),
    );
    assert_eq!(system.held("bruna", At::Unit("acme")), ["channels:edit", "contacts:view"]);
    system.denies("bruna", "contacts:import", At::Unit("acme"), DenyReason::NotPermitted);
    // Deleted, it is nobody's, and nobody can be given it.
    system.does("alice", delete("campaigns"));
    assert!(system.grants_of("bruna").is_empty());
    assert!(matches!(
        system.refuses("alice", role("campaigns", "bruna", "acme")),
        Rule::Misfit { .. }
    ));
    // What is not in the catalogue, or is written with a star, is in no profile.
    for wrong in ["contacts:vew", "contact:view", "contacts:*"] {
        let rule = system.refuses("alice", Command::CreateRole(profile("wrong", &[wrong])));
        assert!(
            matches!(&rule, Rule::Misfit { message, .. } if message.contains(wrong)),
            "{rule:?}"
        );
    }
}

#[test]
fn o1_built_in_profiles_can_neither_be_edited_nor_deleted() {
    let system = company();
    for built_in in ["administrator", "supervisor", "agent", "report-reader"] {
        for command in [
            delete(built_in),
            Command::EditRole(profile(built_in, &["contacts:view"])),
            Command::CreateRole(profile(built_in, &["contacts:view"])),
        ] {
            for actor in [Actor::user("alice"), Actor::host()] {
                let rule = system.refuses(actor, command.clone());
                let says = matches!(&rule, Rule::Misfit { message, .. } if message.contains(&format!("`{built_in}`")));
                assert!(says, "{rule:?}");
            }
        }
    }
    assert_eq!(system.held("sergio", At::Unit("acme")).len(), 16);
}

#[test]
fn o1_who_may_make_profiles_is_in_the_profile_and_nobody_makes_more_than_they_hold() {
    let system = company();
    let mine = Command::CreateRole(profile("mine", &["contacts:view"]));
    system.is_not_permitted(
        "sergio",
        mine,
        "profile:create",
        whole("acme"),
        DenyReason::NotPermitted,
    );
    system.does(
        "alice",
        Command::CreateRole(profile(
            "profiles",
            &["profile:create", "profile:edit", "contacts:view"],
        )),
    );
    system.does("alice", role("profiles", "bruna", "acme"));
    // Each permission by itself: she creates and edits, and does not delete.
    system.does("bruna", Command::CreateRole(profile("mine", &["contacts:view"])));
    system.is_not_permitted(
        "bruna",
        delete("mine"),
        "profile:delete",
        whole("acme"),
        DenyReason::NotPermitted,
    );
    let missing = |permissions: &[&str], through: &str| Rule::Escalation {
        remainder: vec![Uncovered {
            role: name(through),
            permissions: named(permissions),
            scope: whole("acme"),
            about: None,
            channel: name("standard"),
            from: day(1),
            until: None,
        }],
    };
    // Not even into the one that she has herself.
    let wider = Command::EditRole(profile(
        "profiles",
        &["profile:create", "profile:edit", "contacts:view", "contacts:delete", "export:create"],
    ));
    assert_eq!(
        system.refuses("bruna", wider.clone()),
        missing(&["contacts:delete", "export:create"], "profiles")
    );
    assert_eq!(
        system.refuses("bruna", wider).to_string(),
        "it gives more than you hold: `contacts:delete`, `export:create` in `acme` and below on channel `standard`, \
         through `profiles`, from 2026-03-01T00:00:00Z; ask somebody who holds it"
    );
    let with_supervisor = CustomRole {
        role: Role { includes: named(&["agent"]), ..Role::default() },
        ..profile("mine", &[])
    };
    let expected = missing(
        &[
            "contacts:edit",
            "onescreen:attend",
            "onescreen:transfer",
            "onescreen:close",
            "softphone:call",
            "softphone:record",
        ],
        "mine",
    );
    assert_eq!(system.refuses("bruna", Command::EditRole(with_supervisor)), expected);
    // Taking away is no gain.
    system
        .does("bruna", Command::EditRole(profile("profiles", &["profile:create", "profile:edit"])));
    // And a company's profiles are its own.
    let theirs = CustomRole { tenant: name("bolt"), ..profile("theirs", &["contacts:view"]) };
    system.is_not_permitted(
        "alice",
        Command::CreateRole(theirs.clone()),
        "profile:create",
        whole("bolt"),
        DenyReason::OtherScope,
    );
    system.does("boris", Command::CreateRole(theirs));
    assert!(matches!(
        system.refuses("alice", role("theirs", "bruna", "acme")),
        Rule::Misfit { .. }
    ));
}

#[test]
fn o2_profiles_are_assigned_to_a_selection_and_to_nobody_else() {
    let system = company();
    system.does("alice", Command::CreateRole(profile("campaigns", &["contacts:import"])));
    let events = system.does("alice", assign(&["agent", "campaigns"], &["bruna", "caio"]));
    assert_eq!(events.len(), 4);
    for who in ["bruna", "caio"] {
        assert_eq!(
            system.grants_of(who),
            [role("agent", who, "acme"), role("campaigns", who, "acme")]
        );
        system.allows(who, "contacts:import", At::Unit("acme"));
    }
    system.denies("dora", "contacts:import", At::Unit("acme"), DenyReason::NotPermitted);
    assert!(system.grants_of("dora").is_empty());
    assert_eq!(system.grants_of("sergio"), [role("supervisor", "sergio", "acme")]);
}

#[test]
fn o2_one_refusal_names_its_user_and_nothing_changes() {
    let system = company();
    system.does("alice", registration("r2", "acme", "robot"));
    let before = system.facts();
    // One who is not registered.
    let (subject, rule) =
        system.refuses_of("alice", assign(&["agent"], &["bruna", "nobody", "caio"]));
    assert_eq!(subject, Some(person("nobody")));
    let message = "`****dy` is not registered in tenant `acme`".to_owned();
    let help = Some("register the person there first".to_owned());
    assert_eq!(rule, Rule::Misfit { message, help });
    // One of another company.
    let (subject, rule) = system.refuses_of("alice", assign(&["agent"], &["bruna", "boris"]));
    assert_eq!(subject, Some(person("boris")));
    assert!(matches!(rule, Rule::Misfit { .. }));
    // One of the wrong kind.
    let (subject, rule) =
        system.refuses_of("alice", assign(&["agent", "supervisor"], &["bruna", "r2", "caio"]));
    assert_eq!(subject, Some(person("r2")));
    let kinds = named(&["employee"]);
    assert_eq!(rule, Rule::Kind { role: name("supervisor"), kind: Some(name("robot")), kinds });
    // One profile that the actor does not hold: of the first who would have got it.
    let (subject, rule) =
        system.refuses_of("sergio", assign(&["agent", "administrator"], &["bruna", "caio"]));
    assert_eq!(subject, Some(person("bruna")));
    assert!(
        matches!(&rule, Rule::Escalation { remainder } if remainder.len() == 1 && remainder[0].role == name("administrator"))
    );
    assert_eq!(system.facts(), before, "nothing changed");
    system.does("sergio", assign(&["agent"], &["bruna", "caio"]));
    system.does("alice", assign(&["agent"], &["r2"]));
}

#[test]
fn o2_taking_away_from_a_selection_is_all_or_nothing_too() {
    let system = company();
    system.does("alice", assign(&["agent"], &["bruna", "caio"]));
    let take = |people: &[&str]| Command::Revoke {
        grants: people.iter().map(|who| role("agent", who, "acme")).collect(),
    };
    let (_, rule) = system.refuses_of("alice", take(&["bruna", "dora"]));
    assert!(matches!(rule, Rule::Misfit { .. }));
    system.allows("bruna", "onescreen:attend", At::Unit("acme"));
    system.does("alice", take(&["bruna", "caio"]));
    assert!(system.grants_of("bruna").is_empty() && system.grants_of("caio").is_empty());
}

#[test]
fn o3_a_user_is_registered_before_a_profile_is_given() {
    let system = company();
    let (subject, rule) = system.refuses_of("alice", role("agent", "edu", "acme"));
    assert_eq!(subject, Some(person("edu")));
    assert!(
        matches!(&rule, Rule::Misfit { message, .. } if message.contains("is not registered in tenant `acme`"))
    );
    // Registering is the Administrative module's, not Security's.
    system.is_not_permitted(
        "sergio",
        registration("edu", "acme", "employee"),
        "administrative:create",
        Scope::Unit(name("acme")),
        DenyReason::NotPermitted,
    );
    system.does("alice", registration("edu", "acme", "employee"));
    assert!(system.held("edu", At::Anywhere).is_empty());
    system.does("sergio", role("agent", "edu", "acme"));
    system.allows("edu", "onescreen:attend", At::Unit("acme"));
}

/// Above all `operations`, led by olga; below it `sales`, led by sandra, and
/// `support`, led by samir; below that `night`, led by nilo.
fn grouped() -> System {
    let system = company();
    for who in ["olga", "sandra", "samir", "nilo", "sofia", "saulo", "nina"] {
        system.does("alice", registration(who, "acme", "employee"));
    }
    for (group, parent, leader, members) in [
        ("operations", None, "olga", &[] as &[&str]),
        ("sales", Some("operations"), "sandra", &["sofia"]),
        ("support", Some("operations"), "samir", &["saulo"]),
        ("night", Some("support"), "nilo", &["nina"]),
    ] {
        let group = Group {
            tenant: name("acme"),
            name: name(group),
            parent: parent.map(name),
            leader: Some(person(leader)),
            members: members.iter().map(|who| person(who)).collect(),
        };
        system.does("alice", group.clone());
        system.does("alice", reads(leader, group.name.as_str()));
    }
    for who in ["sofia", "saulo", "nina"] {
        system.does("alice", given(Grant::role("report-reader").to(who).scoped(own())));
    }
    system
}

fn own() -> Scope {
    Scope::Own { tenant: Some(name("acme")) }
}

fn members(group: &str) -> Scope {
    Scope::Members { group: name(group), tenant: Some(name("acme")) }
}

fn reads(leader: &str, group: &str) -> Grant {
    given(Grant::role("report-reader").to(leader).scoped(members(group)))
}

/// Whose reports somebody sees.
fn seen(system: &System, who: &str) -> Vec<&'static str> {
    let people = ["alice", "nilo", "nina", "olga", "samir", "sandra", "saulo", "sergio", "sofia"];
    let sees = |person: &&str| {
        let request = Request::by(who).to(Permission::new("reports:view")).about(person);
        system.authority.check(&request, system.now).is_allow()
    };
    people.into_iter().filter(sees).collect()
}

#[test]
fn o4_the_leader_alone_sees_the_group_and_the_groups_below() {
    let system = grouped();
    assert_eq!(
        seen(&system, "olga"),
        ["nilo", "nina", "olga", "samir", "sandra", "saulo", "sofia"]
    );
    assert_eq!(seen(&system, "sandra"), ["sandra", "sofia"]);
    assert_eq!(seen(&system, "samir"), ["nilo", "nina", "samir", "saulo"]);
    assert_eq!(seen(&system, "nilo"), ["nilo", "nina"]);
    // Two siblings see nothing of each other.
    system.denies("sandra", "reports:view", At::About("samir"), DenyReason::OtherScope);
    system.denies("samir", "reports:view", At::About("sofia"), DenyReason::OtherScope);
    // A member sees their own and no more.
    for who in ["sofia", "saulo", "nina"] {
        assert_eq!(seen(&system, who), [who]);
    }
    // Not even the administrator, who holds everything else over the whole company, does;
    // nor does anybody who would be given the function there.
    assert!(seen(&system, "alice").is_empty());
    system.does("alice", role("report-reader", "sergio", "acme"));
    assert!(seen(&system, "sergio").is_empty());
    system.denies("sergio", "reports:view", At::About("sofia"), DenyReason::OtherScope);
    assert!(seen(&system, "boris").is_empty());
}

#[test]
fn o4_what_a_leader_sees_follows_the_groups() {
    let system = grouped();
    let (tenant, night) = (name("acme"), name("night"));
    // A group hung elsewhere is seen from there.
    let parent = Some(name("sales"));
    system
        .does("alice", Command::MoveGroup { tenant: tenant.clone(), group: night.clone(), parent });
    assert_eq!(seen(&system, "samir"), ["samir", "saulo"]);
    assert_eq!(seen(&system, "sandra"), ["nilo", "nina", "sandra", "sofia"]);
    // Who leads no longer sees no longer, though the profile is held still.
    let leader = Some(person("sergio"));
    system
        .does("alice", Command::SetLeader { tenant: tenant.clone(), group: night.clone(), leader });
    assert!(seen(&system, "nilo").is_empty());
    assert_eq!(system.grants_of("nilo").len(), 1);
    assert!(seen(&system, "sergio").is_empty(), "leading alone gives nothing");
    system.does("alice", reads("sergio", "night"));
    assert_eq!(seen(&system, "sergio"), ["nina", "sergio"]);
    // People come and go.
    let people = vec![person("saulo"), person("nilo")];
    system.does(
        "alice",
        Command::AddMembers {
            tenant: tenant.clone(),
            group: night.clone(),
            people: people.clone(),
        },
    );
    assert_eq!(seen(&system, "sergio"), ["nilo", "nina", "saulo", "sergio"]);
    system.does(
        "alice",
        Command::RemoveMembers { tenant: tenant.clone(), group: night.clone(), people },
    );
    assert_eq!(seen(&system, "sergio"), ["nina", "sergio"]);
    // A group with others below is not deleted; one without is, and with it what was given over it.
    let sales = Command::DeleteGroup { tenant: tenant.clone(), group: name("sales") };
    assert!(matches!(system.refuses("alice", sales), Rule::Misfit { .. }));
    system.does("alice", Command::DeleteGroup { tenant, group: night });
    assert!(seen(&system, "sergio").is_empty());
    assert!(system.grants_of("nilo").is_empty());
}

#[test]
fn o4_groups_are_the_administrators_to_make_and_no_leader_reaches_further_by_them() {
    let system = grouped();
    let (tenant, support) = (name("acme"), name("support"));
    let group = |parent: Option<&str>| Group {
        tenant: name("acme"),
        name: name("mine"),
        parent: parent.map(name),
        leader: Some(person("sandra")),
        members: vec![person("saulo")],
    };
    system.is_not_permitted(
        "sandra",
        group(Some("sales")),
        "security:create",
        members("sales"),
        DenyReason::NotPermitted,
    );
    system.is_not_permitted(
        "sandra",
        group(None),
        "security:create",
        whole("acme"),
        DenyReason::NotPermitted,
    );
    // Somebody who may edit groups, but holds no reports, does not let others see.
    system.does(
        "alice",
        Command::CreateRole(profile(
            "groups",
            &["security:edit", "security:assign", "security:view"],
        )),
    );
    system.does("alice", role("groups", "dora", "acme"));
    let people = vec![person("sofia")];
    let about_sofia = Uncovered {
        role: name("report-reader"),
        permissions: named(&["reports:view", "reports:schedule"]),
        scope: own(),
        about: Some(person("sofia")),
        channel: name("standard"),
        from: day(1),
        until: None,
    };
    let command = Command::AddMembers { tenant: tenant.clone(), group: support.clone(), people };
    let (subject, rule) = system.refuses_of("dora", command.clone());
    assert_eq!(subject, Some(person("samir")), "who would see");
    assert_eq!(rule, Rule::Escalation { remainder: vec![about_sofia] });
    system.does("alice", command);
    assert_eq!(seen(&system, "samir"), ["nilo", "nina", "samir", "saulo", "sofia"]);
    let lead = |leader: &str| Command::SetLeader {
        tenant: tenant.clone(),
        group: support.clone(),
        leader: Some(person(leader)),
    };
    system.does("alice", reads("dora", "support"));
    assert!(matches!(system.refuses("dora", lead("dora")), Rule::Escalation { .. }));
    assert!(seen(&system, "dora").is_empty());
    // Of another company nobody is a member.
    let boris = Command::AddMembers {
        tenant: tenant.clone(),
        group: support.clone(),
        people: vec![person("boris")],
    };
    let (subject, rule) = system.refuses_of("alice", boris);
    assert_eq!(subject, Some(person("boris")));
    assert!(matches!(rule, Rule::Misfit { .. }));
}
