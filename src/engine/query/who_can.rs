//! The candidates of `who_can`: the holders at each scope that can cover the target; and those of
//! `records_visible_to`: the people whom the principal's grants can reach.

use std::collections::BTreeSet;

use super::candidates::Candidates;
use super::merge::Merge;
use super::span::Span;
use crate::engine::check::aim::Aim;
use crate::engine::request::ResolvedRequest;
use crate::facts::{Person, ScopeId, State};
use crate::store::{PersonId, TenantId, UnitId};

/// The people after `after` who hold a grant of a role with the permission, on the request's
/// channel, at a scope that can cover the target within the span.
pub(super) fn candidates<'s>(
    state: &'s State,
    request: &ResolvedRequest,
    span: Span,
    after: Option<PersonId>,
) -> Candidates<'s> {
    let Ok(aim) = Aim::of(state, request.target) else { return Candidates::None };
    let permission = request.permission;
    let by_unit = !state.policy.is_leader_only(permission);
    let mut scopes = BTreeSet::from([ScopeId::Everywhere]);
    let mut own = None;
    match aim {
        Aim::Anywhere => return everyone(state, after),
        Aim::Everywhere => {}
        Aim::Unit(unit) => scopes_around(state, unit, &mut scopes),
        Aim::Record { unit, person, id, tenant } => {
            if by_unit {
                scopes_around(state, unit, &mut scopes);
            }
            scopes_by_groups(state, person, tenant, &mut scopes);
            own = Some(id);
        }
        Aim::About { person, id, tenant } => {
            if by_unit {
                let around = |unit| scopes_around(state, unit, &mut scopes);
                units_of(state, person, tenant, span, around);
            }
            scopes_by_groups(state, person, tenant, &mut scopes);
            own = Some(id);
        }
    }
    let lists =
        scopes.into_iter().flat_map(|scope| state.by_scope.lists_at(scope, request.channel));
    let lists =
        lists.filter(|&(role, _)| state.permits(role, permission)).map(|(_, people)| people);
    Candidates::Holders(Box::new(Merge::new(lists, own, after)))
}

/// All people after `after`.
fn everyone<'s>(state: &State, after: Option<PersonId>) -> Candidates<'s> {
    let first = after.map_or(0, |after| after.index().saturating_add(1));
    Candidates::All(first..state.people.len())
}

/// Adds the scopes of single units and subtrees that cover a unit.
fn scopes_around(state: &State, unit: UnitId, scopes: &mut BTreeSet<ScopeId>) {
    scopes.insert(ScopeId::Unit(unit));
    scopes.extend(state.units.path(unit).map(ScopeId::Subtree));
}

/// Adds the scopes over the people of a group that cover a person in a tenant.
fn scopes_by_groups(
    state: &State,
    person: Person<'_>,
    tenant: TenantId,
    scopes: &mut BTreeSet<ScopeId>,
) {
    let groups = person.memberships().iter().map(|membership| membership.group);
    let groups = groups.filter(|&group| state.groups.node(group).owner == tenant);
    scopes.extend(groups.flat_map(|group| state.groups.path(group)).map(ScopeId::Members));
}

/// Passes to `each` the units of a tenant that a person is registered or affiliated at, at some
/// instant of the span.
fn units_of(
    state: &State,
    person: Person<'_>,
    tenant: TenantId,
    span: Span,
    mut each: impl FnMut(UnitId),
) {
    let Span { from, until } = span;
    let registered = person.registration(tenant).map(|registered| registered.place);
    let affiliations = person.affiliations().iter().filter(|it| it.from < until && from < it.until);
    let units = registered.into_iter().chain(affiliations.map(|it| it.unit));
    units.filter(|&unit| state.units.node(unit).owner == tenant).for_each(&mut each);
}

/// The people after `after` about whom some grant of the principal's, in `tenant` if it is given,
/// may allow the request.
pub(super) fn people_seen<'s>(
    state: &'s State,
    request: &ResolvedRequest,
    tenant: Option<TenantId>,
    after: Option<PersonId>,
) -> Candidates<'s> {
    let Some(principal) = state.known(request.principal) else { return Candidates::None };
    let by_unit = !state.policy.is_leader_only(request.permission);
    let mut seen = BTreeSet::new();
    for word in principal.words().filter(|&word| state.may_reach(principal, request, word)) {
        let scope = word.scope();
        match scope {
            ScopeId::Everywhere => return everyone(state, after),
            _ if tenant.is_some_and(|tenant| tenant != state.tenant_of(scope)) => {}
            ScopeId::Unit(_) | ScopeId::Subtree(_) if by_unit => return everyone(state, after),
            ScopeId::Unit(_) | ScopeId::Subtree(_) => {}
            ScopeId::Own(_) => {
                seen.insert(request.principal);
            }
            ScopeId::Members(group) => {
                let facts = state.tenants.get(state.tenant_of(scope));
                let groups = facts.into_iter().flat_map(|facts| facts.groups.values().copied());
                let below = groups.filter(|&below| state.groups.covers(group, below));
                for facts in below.filter_map(|below| state.group_facts.get(below)) {
                    seen.extend(facts.members.iter().chain(&facts.leader));
                }
            }
        }
    }
    let rest = |&id: &PersonId| after.is_none_or(|after| id > after);
    let seen: Vec<PersonId> = seen.into_iter().filter(rest).collect();
    Candidates::Listed(seen.into_iter())
}
