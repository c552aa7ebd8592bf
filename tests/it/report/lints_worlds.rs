//! The lints in random worlds: a grant that is said to do nothing does nothing, and naive lists
//! find what the lints find.

use std::collections::BTreeSet;

use alcada::{
    Actor, Command, Event, Grant, Instant, Name, Policy, Scope, Snapshot,
    admin::Rule,
    facts::Basis,
    policy::{Extent, Role, Separation},
    report::{Lint, Lints},
};
use proptest::prelude::*;

use crate::arbitrary::bytes;
use crate::engine::request;
use crate::oracle::{Ask, Target, World, within};
use crate::properties::worlds;
use crate::worlds::{instant, world_from_bytes};

/// The same world under a policy that keeps some roles apart.
fn kept_apart(mut world: World, choice: usize) -> World {
    let roles: Vec<Name> = world.policy.roles.keys().cloned().collect();
    let pick = |n: usize| roles[(choice / 7 + n) % roles.len()].clone();
    let per = if choice.is_multiple_of(2) && !world.policy.unit_kinds.is_empty() {
        Extent::Unit
    } else {
        Extent::Tenant
    };
    if roles.len() > 2 {
        world.policy.separation = vec![Separation {
            name: pick(0),
            roles: vec![pick(0), pick(1), pick(2)],
            at_most: 1 + (choice / 2 % 2) as u32,
            per,
        }];
    }
    if choice.is_multiple_of(3) {
        world.policy.administration.exclusive = vec![pick(0)];
    }
    world
}

fn snapshot_of(world: &World) -> Snapshot {
    let mut snapshot = Snapshot::new(Policy::from_document(world.policy.clone()).unwrap());
    snapshot.apply_all(&world.events()).unwrap();
    snapshot
}

/// The first thing that can be asked of somebody, at this instant or at a later one at which
/// something begins or ends, of which two snapshots say otherwise.
fn differs(
    world: &World,
    one: &Snapshot,
    other: &Snapshot,
    who: &str,
    now: Instant,
) -> Option<String> {
    let mut targets = vec![Target::Anywhere, Target::Everywhere];
    targets.extend(world.units.iter().map(|unit| Target::InUnit(unit.code.to_string())));
    targets.extend(world.registrations.iter().map(|r| Target::About {
        person: r.person.to_string(),
        tenant: r.tenant.as_ref().map(Name::to_string),
    }));
    targets.extend(world.units.iter().zip(world.registrations.iter().cycle()).map(|(unit, r)| {
        Target::Record { unit: unit.code.to_string(), person: r.person.to_string() }
    }));
    let instants: Vec<Instant> = [now]
        .into_iter()
        .chain(world.boundaries().into_iter().filter(|&then| then > now))
        .collect();
    for (function, action) in world.catalogue() {
        for channel in world.channels() {
            for target in &targets {
                let permission = format!("{function}:{action}");
                let channel = Some(channel.to_owned());
                let ask = Ask { who: who.to_owned(), permission, channel, target: target.clone() };
                for &then in &instants {
                    let decided = [one, other].map(|snapshot| snapshot.check(&request(&ask), then));
                    if decided[0].is_allow() != decided[1].is_allow() {
                        return Some(format!("{ask:?} at {then}: {decided:?}"));
                    }
                }
            }
        }
    }
    None
}

/// The role and all that it includes.
fn closure(world: &World, tenant: Option<&str>, role: &Name) -> BTreeSet<Name> {
    let included: Vec<Name> =
        world.role(tenant, role).map(|role: &Role| role.includes.clone()).unwrap_or_default();
    let below = included.iter().flat_map(|role| closure(world, tenant, role));
    below.chain([role.clone()]).collect()
}

/// Whether somebody holds in a tenant what the policy keeps apart, at this instant or later.
fn clashes(world: &World, who: &str, tenant: Option<&str>, now: Instant) -> bool {
    let held: Vec<&Grant> = world
        .grants
        .iter()
        .filter(|g| g.person.as_str() == who && world.tenant_of(&g.scope) == tenant)
        .collect();
    let instants =
        [now].into_iter().chain(world.boundaries().into_iter().filter(|&then| then > now));
    instants.into_iter().any(|then| {
        let now: Vec<&&Grant> = held.iter().filter(|g| within(g.from, g.until, then)).collect();
        let roles_at = |unit: Option<&Name>| -> BTreeSet<Name> {
            let here = now.iter().filter(|g| {
                unit.is_none_or(|unit| {
                    g.scope == Scope::Everywhere || world.in_scope(unit, &g.scope)
                })
            });
            here.flat_map(|g| closure(world, tenant, &g.role)).collect()
        };
        let excluded = now.iter().any(|one| {
            world.policy.administration.exclusive.iter().any(|exclusive| {
                closure(world, tenant, &one.role).contains(exclusive)
                    && now.iter().any(|other| other.role != *exclusive && other.role != one.role)
            })
        });
        let crowded = world.policy.separation.iter().any(|set| {
            let crowd = |roles: BTreeSet<Name>| {
                set.roles.iter().filter(|role| roles.contains(*role)).collect::<BTreeSet<_>>().len()
                    > set.at_most as usize
            };
            match set.per {
                Extent::Tenant => crowd(roles_at(None)),
                Extent::Unit => held.iter().any(|grant| match &grant.scope {
                    Scope::Unit(unit) | Scope::Subtree(unit) => crowd(roles_at(Some(unit))),
                    _ => false,
                }),
            }
        });
        excluded || crowded
    })
}

/// Whether the second of two grants plainly says the same as the first, for no longer.
fn repeats(one: &Grant, other: &Grant, now: Instant) -> bool {
    let from = |grant: &Grant| grant.from.map_or(now, |from| from.max(now));
    (&one.person, &one.role, &one.scope, &one.channel, &one.basis)
        == (&other.person, &other.role, &other.scope, &other.channel, &other.basis)
        && from(one) <= from(other)
        && one.until.is_none_or(|until| other.until.is_some_and(|other| other <= until))
}

proptest! {
    #![proptest_config(worlds(96))]

    #[test]
    fn a_grant_that_is_said_to_add_nothing_can_go_and_no_answer_differs(bytes in bytes(), more in 0usize..64) {
        let mut made = world_from_bytes(&bytes);
        // Now and then a grant again, with other dates.
        if let Some(grant) = made.world.grants.get(more).cloned() {
            let again = Event::Granted(Grant { until: Some(instant(7)), ..grant });
            let _ = crate::oracle::apply(&mut made.world, &again);
        }
        let (world, now) = (made.world, instant(more % 5));
        let snapshot = snapshot_of(&world);
        let found = snapshot.lint(&Lints::default(), now);
        let idle = |lint: &Lint| match lint {
            Lint::GrantCovered { grant, .. } | Lint::GrantIdle { grant, .. } => Some(grant.clone()),
            Lint::GrantUnfit { grant, rule: Rule::Channel { .. } } => Some(grant.clone()),
            _ => None,
        };
        let voided = |finding: &alcada::report::Finding| match &finding.lint {
            Lint::GrantUnfit { grant, rule: Rule::Ceiling { .. } } if finding.mend.is_some() => Some(grant.clone()),
            lint => idle(lint),
        };
        let gone: Vec<Grant> = found.listed.iter().filter_map(voided).collect();
        let revoked: Vec<Event> = gone.iter().cloned().map(Event::Revoked).collect();
        let mut after = snapshot.clone();
        after.apply_all(&revoked).unwrap();
        let people: BTreeSet<&str> = gone.iter().map(|grant| grant.person.as_str()).collect();
        for who in people {
            let differs = differs(&world, &snapshot, &after, who, now);
            prop_assert!(differs.is_none(), "{:?}\n{}\n{}\n{}", differs, now, found, serde_json::to_string(&snapshot.facts()).unwrap());
        }
        // What is left repeats nothing of what is left.
        let left = after.facts().grants;
        let alive = |grant: &Grant| grant.until.is_none_or(|until| until > now);
        for (n, one) in left.iter().enumerate().filter(|(_, grant)| alive(grant)) {
            for other in left.iter().skip(n + 1).filter(|grant| alive(grant)) {
                let unfit = found.listed.iter().any(|finding| matches!(&finding.lint, Lint::GrantUnfit { grant, .. } if grant == other));
                prop_assert!(unfit || !(repeats(one, other, now) || repeats(other, one, now)), "{:?} {:?}", one, other);
            }
        }
    }

    #[test]
    fn r33_clashes_are_those_that_a_naive_walk_over_time_finds(bytes in bytes(), choice in 0usize..1000) {
        let world = kept_apart(world_from_bytes(&bytes).world, choice);
        let (snapshot, now) = (snapshot_of(&world), instant(choice % 5));
        let found = snapshot.lint(&Lints::default(), now);
        let mut expected = BTreeSet::new();
        for registration in &world.registrations {
            if clashes(&world, registration.person.as_str(), registration.tenant.as_deref(), now) {
                expected.insert((registration.person.clone(), registration.tenant.clone()));
            }
        }
        let clash = |finding: &alcada::report::Finding| match &finding.lint {
            Lint::RolesClash { person, .. } => Some((person.clone(), finding.tenant.clone())),
            _ => None,
        };
        let given: BTreeSet<_> = found.listed.iter().filter_map(clash).collect();
        prop_assert_eq!(given, expected);
    }

    #[test]
    fn people_groups_and_roles_of_no_use_are_those_of_naive_lists(bytes in bytes(), choice in 0usize..5) {
        let (world, now) = (world_from_bytes(&bytes).world, instant(choice));
        let found = snapshot_of(&world).lint(&Lints::default(), now);
        let codes = |code: &str| -> BTreeSet<String> {
            let of_code = found.listed.iter().filter(|finding| finding.lint.code() == code);
            of_code.map(|finding| {
                let name = match &finding.lint {
                    Lint::PersonWithoutRole { person } => person.to_string(),
                    Lint::GroupWithoutLeader { group, .. } => group.to_string(),
                    Lint::RoleUnheld { role, .. } => role.to_string(),
                    Lint::OneAdministrator { person } => person.to_string(),
                    Lint::TenantWithoutAdministrator { .. } => String::new(),
                    other => panic!("{other}"),
                };
                format!("{:?} {name}", finding.tenant.as_ref().map(Name::as_str))
            }).collect()
        };
        let line = |tenant: Option<&Name>, name: &str| format!("{:?} {name}", tenant.map(Name::as_str));
        let idle = world.registrations.iter().filter(|r| {
            let tenant = r.tenant.as_deref();
            let holds = world.grants.iter().any(|g| g.person == r.person && world.tenant_of(&g.scope) == tenant);
            let leads = world.groups.iter().any(|g| Some(g.tenant.as_str()) == tenant && g.leader.as_ref() == Some(&r.person));
            !holds && !leads
        });
        prop_assert_eq!(codes("person-without-role"), idle.map(|r| line(r.tenant.as_ref(), r.person.as_str())).collect());
        let leaderless = world.groups.iter().filter(|g| g.leader.is_none());
        prop_assert_eq!(codes("group-without-leader"), leaderless.map(|g| line(Some(&g.tenant), &g.name)).collect());
        let held = |tenant: Option<&str>, role: &Name| world.grants.iter().any(|g| {
            let alive = g.until.is_none_or(|until| until > now);
            let here = world.tenant_of(&g.scope);
            alive && (tenant.is_none() || here == tenant) && closure(&world, here, &g.role).contains(role)
        });
        let built_in = world.policy.roles.keys().filter(|role| !held(None, role)).map(|role| line(None, role));
        let own = world.roles.iter().filter(|r| !held(Some(&r.tenant), &r.name)).map(|r| line(Some(&r.tenant), &r.name));
        prop_assert_eq!(codes("role-unheld"), built_in.chain(own).collect());
    }

    #[test]
    fn each_remedy_is_decided_as_any_command_and_its_finding_is_gone(bytes in bytes(), choice in 0usize..1000) {
        let world = kept_apart(world_from_bytes(&bytes).world, choice);
        let (snapshot, now) = (snapshot_of(&world), instant(choice % 5));
        for finding in snapshot.lint(&Lints::default(), now).listed {
            let Some(mend) = &finding.mend else { continue };
            let events = match snapshot.decide(&Actor::host(), mend, "", now) {
                Ok(events) => events,
                // Whoever is registered and holds nothing may be the last administrator of another
                // tenant; not here.
                Err(refusal) => {
                    let last = matches!(refusal.rule, Rule::LastAdministrator { .. });
                    prop_assert!(last && matches!(mend, Command::Revoke { .. }), "{}: {}", finding, refusal);
                    continue;
                }
            };
            let mut after = snapshot.clone();
            after.apply_all(&events).unwrap();
            let left = after.lint(&Lints::default(), now).listed;
            prop_assert!(!left.iter().any(|left| left.tenant == finding.tenant && left.lint == finding.lint), "{}", finding);
        }
    }
}

#[test]
fn a_basis_is_part_of_what_a_grant_repeats() {
    let grant = Grant::role("r").to("p").only_in("u").unwrap();
    let direct = Grant { basis: Basis::Direct, ..grant.clone() };
    assert!(repeats(&grant, &grant, instant(0)) && !repeats(&grant, &direct, instant(0)));
}
