//! Random requests, about half of which are allowed.

use alcada::{Grant, Instant, Registration, Scope, Unit};

use super::changes::{registration, unit};
use super::{INSTANTS, Source, instant};
use crate::oracle::{Ask, Target, World, has, within};

pub fn ask(world: &World, s: &mut Source) -> (Ask, Instant) {
    let near = s.pick(&world.grants).filter(|_| s.percent(93));
    let catalogue = world.catalogue();
    let any = |s: &mut Source| s.pick(&catalogue).copied().unwrap_or(("f0", "view"));
    let mut who = registration(world, s).0.as_str().to_owned();
    let mut permission = any(s);
    let mut channel =
        if s.percent(20) { s.pick(&world.channels()).map(|c| (*c).to_owned()) } else { None };
    let mut target = target(world, s, &who);
    let mut at = instant(s.below(INSTANTS + 1));
    if let Some(grant) = near {
        who = grant.person.as_str().to_owned();
        let tenant = world.tenant_of(&grant.scope);
        let held: Vec<(&str, &str)> = catalogue
            .iter()
            .filter(|(f, a)| has(world, tenant, &grant.role, f, a))
            .copied()
            .collect();
        if !s.percent(4) {
            permission = s.pick(&held).copied().unwrap_or(permission);
        }
        if !s.percent(4) {
            channel = grant.channel.as_deref().map(str::to_owned);
        }
        if !s.percent(6) {
            target = target_in(world, s, grant);
        }
        // Where it is in force, more often than not.
        if s.percent(80) {
            let ends = grant.until.map(|until| Instant::from_micros(until.as_micros() - 1));
            at = grant.from.or(ends).unwrap_or(at);
        }
    }
    // Within hours more often than not, and where grids open and close.
    let tenant = near.and_then(|grant| world.tenant_of(&grant.scope));
    let in_force = |t: &Instant| near.is_none_or(|grant| within(grant.from, grant.until, *t));
    if !world.is_within_hours(&who, tenant, at) && s.percent(90) {
        let open = |t: &Instant| in_force(t) && world.is_within_hours(&who, tenant, *t);
        at = (0..=INSTANTS).map(instant).find(open).unwrap_or(at);
    } else if s.percent(20) {
        let turns = world.openings(&who, at, world.next_offset(&who, at));
        let turns: Vec<Instant> = turns.into_iter().filter(in_force).collect();
        at = s.pick(&turns).copied().unwrap_or(at);
    }
    if s.percent(40) {
        at = Instant::from_micros(at.as_micros() + [-1, 1, 1][s.below(3)]);
    }
    if s.percent(2) {
        at = [Instant::MIN, Instant::MAX][s.below(2)];
    }
    let mut permission = format!("{}:{}", permission.0, permission.1);
    match s.below(100) {
        0 => "nobody".clone_into(&mut who),
        1 => "f0:paint".clone_into(&mut permission),
        2 => channel = Some("telex".to_owned()),
        3 => {
            target = Target::About {
                person: who.clone(),
                tenant: Some(unit(world, s, None).to_string()),
            }
        }
        4 => target = Target::InUnit("nowhere".to_owned()),
        5 => target = Target::About { person: "nobody".to_owned(), tenant: None },
        _ => {}
    }
    (Ask { who, permission, channel, target }, at)
}

fn target(world: &World, s: &mut Source, who: &str) -> Target {
    let (person, tenant) = registration(world, s);
    let person = if s.percent(15) { who } else { person.as_str() }.to_owned();
    let tenant = tenant.filter(|_| s.percent(60)).map(String::from);
    let unit = String::from(unit(world, s, None));
    match s.below(12) {
        0..4 => Target::InUnit(unit),
        4..7 => Target::About { person, tenant },
        7..9 => Target::Record { unit, person },
        9 | 10 => Target::Anywhere,
        _ => Target::Everywhere,
    }
}

/// A target that the grant's scope is likely to cover.
fn target_in(world: &World, s: &mut Source, grant: &Grant) -> Target {
    let who = grant.person.as_str();
    if s.percent(12) {
        return Target::Anywhere;
    }
    let tenant = world.tenant_of(&grant.scope).map(str::to_owned);
    let people: Vec<&Registration> = world
        .registrations
        .iter()
        .filter(|r| r.tenant.is_some() && r.tenant.as_deref() == tenant.as_deref())
        .collect();
    match &grant.scope {
        Scope::Unit(_) | Scope::Subtree(_) => {
            let inside: Vec<&Unit> =
                world.units.iter().filter(|u| world.in_scope(&u.code, &grant.scope)).collect();
            let unit = s.pick(&inside).map_or("nowhere", |u| u.code.as_str()).to_owned();
            let person = s.pick(&people).map_or(who, |r| r.person.as_str()).to_owned();
            match s.below(4) {
                0 => Target::About { person, tenant },
                1 => Target::Record { unit, person },
                _ => Target::InUnit(unit),
            }
        }
        Scope::Members { group, .. } => {
            let of_group = |r: &&&Registration| {
                tenant.as_ref().is_some_and(|t| world.is_of(r.person.as_str(), t, group))
            };
            let of_group: Vec<&&Registration> = people.iter().filter(of_group).collect();
            let person = s.pick(&of_group).map_or(who, |r| r.person.as_str()).to_owned();
            Target::About { person, tenant: tenant.filter(|_| s.percent(80)) }
        }
        Scope::Own { .. } => {
            let unit = unit(world, s, tenant.as_deref()).to_string();
            match s.below(3) {
                0 => Target::Record { unit, person: who.to_owned() },
                _ => Target::About {
                    person: who.to_owned(),
                    tenant: tenant.filter(|_| s.percent(80)),
                },
            }
        }
        Scope::Everywhere => {
            if s.percent(30) {
                Target::Everywhere
            } else {
                target(world, s, who)
            }
        }
    }
}
