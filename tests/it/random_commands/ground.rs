//! Where every run of random commands begins: two trees of units, people, groups, and first grants.

use alcada::{
    Command, Grant, Identifier, Registration, Scope, Unit,
    facts::{CustomRole, Group},
    policy::{Extent, Pattern, Role},
};

use super::{name, whole};
use crate::oracle::World;

/// Two trees of units, and people.
pub fn ground() -> Vec<Command> {
    let unit = |code: &str, kind: &str| {
        let parent = code.rsplit_once('/').map(|(parent, _)| name(parent));
        Command::AddUnit(Unit { code: name(code), kind: Some(name(kind)), parent, tenant: None })
    };
    let person = |who: &str, tenant: &str, kind: &str, unit: &str| {
        let there = |text: &str| (!text.is_empty()).then(|| name(text));
        let registration = Registration {
            person: Identifier::new(who).unwrap(),
            tenant: there(tenant),
            kind: Some(name(kind)),
            unit: there(unit),
        };
        Command::Register(registration)
    };
    let group = |group: &str, parent: &str, leader: &str, members: &[&str]| {
        Command::CreateGroup(Group {
            tenant: name("a"),
            name: name(group),
            parent: (!parent.is_empty()).then(|| name(parent)),
            leader: Some(Identifier::new(leader).unwrap()),
            members: members.iter().map(|member| Identifier::new(member).unwrap()).collect(),
        })
    };
    vec![
        unit("a", "city"),
        unit("a/1", "district"),
        unit("a/2", "district"),
        unit("a/1/1", "school"),
        unit("a/1/2", "school"),
        unit("a/2/1", "school"),
        unit("b", "city"),
        unit("b/1", "district"),
        unit("b/2", "school"),
        person("root", "", "staff", ""),
        person("ana", "a", "staff", ""),
        person("bia", "a", "staff", "a/1"),
        person("caio", "a", "visitor", "a/1/1"),
        person("duda", "a", "staff", "a/2/1"),
        person("eva", "a", "staff", "a/2"),
        person("eva", "b", "staff", ""),
        person("gil", "a", "staff", ""),
        person("fabio", "b", "visitor", "b/1"),
        group("north", "", "bia", &["duda"]),
        group("south", "north", "caio", &["eva"]),
        Command::CreateRole(CustomRole {
            tenant: name("a"),
            name: name("own"),
            role: Role {
                permissions: vec![Pattern::parse("spend:view").unwrap()],
                ..Role::default()
            },
        }),
    ]
}

/// What the host gives at first, as far as the policy lets it.
pub fn first_grants(world: &World) -> Vec<Command> {
    let mut commands = Vec::new();
    for (role, per) in &world.policy.administration.seats {
        for unit in &world.units {
            let unit = match per {
                Extent::Tenant if unit.parent.is_some() => continue,
                Extent::Tenant => None,
                Extent::Unit => Some(unit.code.clone()),
            };
            for tenant in ["a", "b"] {
                let (tenant, role, unit) = (name(tenant), role.clone(), unit.clone());
                commands.push(Command::ContractSeats { tenant, role, unit, seats: 2 });
            }
        }
    }
    let mut give = |role: &str, who: &str, scope: Scope, channel: Option<&str>| {
        let grant = Grant::role(role).to(who);
        let grant = if let Some(channel) = channel { grant.on_channel(channel) } else { grant };
        commands.push(grant.scoped(scope).unwrap().into());
    };
    give("boss", "root", Scope::Everywhere, None);
    for channel in
        std::iter::once(None).chain(world.channels().get(1).map(|channel| Some(*channel)))
    {
        give("boss", "ana", whole("a"), channel);
        give("boss", "eva", whole("b"), channel);
        give("chief", "bia", whole("a/1"), channel);
    }
    give("dean", "duda", whole("a"), None);
    // Who may issue much and holds little: what escalation is about.
    give("clerk", "gil", whole("a"), None);
    give("clerk", "fabio", whole("b"), None);
    give("payer", "gil", whole("a/1"), None);
    give("payer", "eva", whole("a/2"), None);
    give("clerk", "caio", whole("a/1"), None);
    give("reader", "fabio", whole("b/1"), None);
    // Over a unit alone, over a group's people, and by a role of the tenant's own.
    give("clerk", "eva", Scope::Unit(name("a/2")), None);
    give("payer", "eva", Scope::Unit(name("a/2")), None);
    give("clerk", "bia", Scope::Members { group: name("north"), tenant: Some(name("a")) }, None);
    give("own", "eva", whole("a/1"), None);
    give("own", "gil", Scope::Members { group: name("north"), tenant: Some(name("a")) }, None);
    give("listener", "bia", Scope::Members { group: name("north"), tenant: Some(name("a")) }, None);
    give(
        "listener",
        "caio",
        Scope::Members { group: name("south"), tenant: Some(name("a")) },
        None,
    );
    for (n, (role, who, scope)) in [
        ("reader", "duda", Scope::Subtree(name("a/2"))),
        ("payer", "caio", Scope::Unit(name("a/1/1"))),
        ("clerk", "eva", whole("a")),
        ("reader", "fabio", whole("b")),
    ]
    .into_iter()
    .enumerate()
    {
        let tenant = name(scope_tenant(&scope));
        let grant = Grant::role(role).to(who).scoped(scope).unwrap();
        let until = (n % 2 == 1).then(|| super::minute(120));
        commands.push(Command::AskRole { name: name(format!("q{n}")), tenant, grant, until });
    }
    commands
}

fn scope_tenant(scope: &Scope) -> String {
    match scope {
        Scope::Unit(unit) | Scope::Subtree(unit) => unit.as_str()[..1].to_owned(),
        _ => "a".to_owned(),
    }
}
