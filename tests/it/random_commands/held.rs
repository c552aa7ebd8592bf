//! What a person holds, by the plainest reading of the facts: lists and scans, and the oracle's
//! words. Nothing here knows how the library does it.

use std::collections::BTreeSet;

use alcada::{
    Grant, Instant, Name, Scope,
    facts::{Basis, Enrolment, Subject},
    hours::Day,
};

use crate::oracle::{World, has, within};

/// A role and all that it includes.
pub fn closure(world: &World, tenant: Option<&str>, role: &Name) -> BTreeSet<Name> {
    let mut all = BTreeSet::from([role.clone()]);
    for included in world.role(tenant, role).into_iter().flat_map(|role| &role.includes) {
        all.extend(closure(world, tenant, included));
    }
    all
}

pub fn runs(grant: &Grant, at: Instant) -> bool {
    within(grant.from, grant.until, at)
}

/// The instants from now on at which anything can change, in either world.
pub fn instants(worlds: &[&World], now: Instant) -> Vec<Instant> {
    let mut all: Vec<Instant> =
        worlds.iter().flat_map(|world| world.boundaries()).filter(|&at| at > now).collect();
    all.push(now);
    all.sort_unstable();
    all.dedup();
    all
}

/// The permissions that a grant's role has.
pub fn uncut(world: &World, grant: &Grant) -> Vec<(String, String)> {
    let tenant = world.tenant_of(&grant.scope);
    let all = world.catalogue().into_iter();
    all.filter(|(function, action)| has(world, tenant, &grant.role, function, action))
        .map(|(function, action)| (function.to_owned(), action.to_owned()))
        .collect()
}

/// Whether a ceiling takes this away from the grant.
pub fn is_cut(world: &World, grant: &Grant, (function, action): (&str, &str)) -> bool {
    let kind = world
        .registration(grant.person.as_str(), world.tenant_of(&grant.scope))
        .and_then(|r| r.kind.as_ref());
    let vision = world.vision_of(&grant.scope);
    world.policy.ceilings.iter().any(|ceiling| {
        (ceiling.kinds.is_empty() || kind.is_some_and(|kind| ceiling.kinds.contains(kind)))
            && (ceiling.visions.is_empty()
                || ceiling.visions.iter().any(|of| Some(of.as_str()) == vision))
            && !ceiling.permissions.iter().any(|pattern| pattern.matches(function, action))
    })
}

/// Whether the kind of the holder acts on the grant's channel.
pub fn acts(world: &World, grant: &Grant) -> bool {
    let kind = world
        .registration(grant.person.as_str(), world.tenant_of(&grant.scope))
        .and_then(|r| r.kind.as_ref());
    let channels = kind.and_then(|kind| world.policy.kinds.get(kind)).map(|kind| &kind.channels);
    channels.is_none_or(|channels| {
        channels.is_empty() || channels.iter().any(|of| Some(of) == grant.channel.as_ref())
    })
}

/// Whether every grid that binds somebody in a tenant, if any does, is never open.
fn is_locked_out(world: &World, who: &str, tenant: &Name) -> bool {
    let theirs = world.enrolments.iter().filter(|e| e.person.as_str() == who);
    let mut binding = theirs.filter(|e| e.tenant.as_ref().is_none_or(|of| of == tenant)).peekable();
    let opens = |e: &Enrolment| {
        let grid =
            world.grids.iter().find(|grid| grid.tenant == e.tenant && grid.name == e.grid).unwrap();
        grid.allow_outside || grid.hours.week().iter().any(Day::is_on)
    };
    binding.peek().is_some() && !binding.any(opens)
}

/// Whether somebody administers a tenant at an instant (ruling R31).
pub fn administers(world: &World, who: &str, tenant: &Name, at: Instant) -> bool {
    let Some(role) = &world.policy.administration.administrator else { return false };
    if world.is_suspended(who, None)
        || world.is_suspended(who, Some(tenant))
        || is_locked_out(world, who, tenant)
    {
        return false;
    }
    let whole = Scope::Subtree(tenant.clone());
    let holds = world
        .grants
        .iter()
        .filter(|grant| grant.person.as_str() == who && grant.role == *role)
        .any(|grant| {
            grant.scope == whole
                && !matches!(grant.basis, Basis::Affiliation { .. })
                && runs(grant, at)
                && acts(world, grant)
                && !uncut(world, grant)
                    .iter()
                    .any(|(function, action)| is_cut(world, grant, (function, action)))
        });
    let roles = closure(world, Some(tenant), role);
    let restricted = world.restrictions.iter().any(|restriction| {
        let there = world.tenant_of(&restriction.scope).is_none_or(|of| of == tenant.as_str());
        let on = match &restriction.subject {
            Subject::Person(person) => person.as_str() == who,
            Subject::Role(of) => roles.contains(of),
        };
        let any = world.catalogue().into_iter().any(|(function, action)| {
            has(world, Some(tenant), role, function, action)
                && restriction.permissions.iter().any(|pattern| pattern.matches(function, action))
        });
        there && on && any && within(restriction.from, restriction.until, at)
    });
    holds && !restricted
}

/// How many hold a seated role in a tenant, or at a unit of it, at an instant.
pub fn seated(
    world: &World,
    role: &Name,
    tenant: &Name,
    unit: Option<&Name>,
    at: Instant,
) -> usize {
    let holders = world.grants.iter().filter(|grant| {
        world.tenant_of(&grant.scope) == Some(tenant.as_str())
            && runs(grant, at)
            && closure(world, Some(tenant), &grant.role).contains(role)
            && unit
                .is_none_or(|unit| matches!(&grant.scope, Scope::Unit(named) | Scope::Subtree(named) if named == unit))
    });
    holders.map(|grant| grant.person.as_str()).collect::<BTreeSet<_>>().len()
}
