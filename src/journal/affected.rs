//! [`AffectedSets`]: the people whose access a change affects, worked out from its events and from
//! the facts before and after.

use std::collections::BTreeSet;

use super::entry::RoleOf;
use crate::facts::{
    BasisId, Event, Lookup, PLATFORM, PlaceId, Reading, RestrictionFacts, ScopeId, State,
    SubjectId, number_of,
};
use crate::model::{Name, Restriction, Scope, Subject};
use crate::store::{GroupId, IntoSet, PersonId, TenantId, UnitId};

/// The people whose access a change affects, by number, and the roles whose holders it affects.
#[derive(Debug, Default)]
pub(crate) struct AffectedSets {
    pub(crate) people: BTreeSet<PersonId>,
    pub(crate) holders: BTreeSet<RoleOf>,
}

impl AffectedSets {
    /// Works out who is affected; `events` name people by number, as a record does.
    pub(crate) fn of(events: &[Event], before: &State, after: &State) -> AffectedSets {
        let mut affected = AffectedSets::default();
        events.iter().for_each(|event| affected.add(event, before, after));
        affected
    }

    /// Adds the people and roles whom one event affects.
    fn add(&mut self, event: &Event, before: &State, after: &State) {
        match event {
            Event::UnitAdded(_)
            | Event::UnitClosed { .. }
            | Event::GridCreated(_)
            | Event::GridDeleted { .. }
            | Event::RoleCreated(_)
            | Event::SeatsContracted { .. }
            | Event::RoleRequested(_)
            | Event::CampaignOpened(_)
            | Event::CampaignClosed { .. }
            | Event::Attested(_) => {}
            // An answer changes nobody's access by itself. The people whom it names count as
            // affected because its reasons are about them: so their histories show it.
            Event::ReviewAnswered { .. } => self.named(event),
            // The event names nobody: the people are those of the request that it closes.
            Event::RequestClosed { tenant, request, .. } => {
                let tenant = before.tenant(tenant).and_then(|tenant| before.tenants.get(tenant));
                if let Some(request) = tenant.and_then(|tenant| tenant.requests.get(request)) {
                    self.people.extend([request.person, request.by]);
                }
            }
            Event::PersonRegistered(_)
            | Event::PersonKindChanged { .. }
            | Event::PersonPlaced { .. }
            | Event::PersonRemoved { .. }
            | Event::PersonErased { .. }
            | Event::PersonSuspended { .. }
            | Event::PersonResumed { .. }
            | Event::AffiliationRecorded(_)
            | Event::AffiliationEnded { .. }
            | Event::Enrolled { .. }
            | Event::Unenrolled { .. }
            | Event::Granted(_)
            | Event::Revoked(_) => self.named(event),
            Event::GridEdited(grid) => {
                let names = Lookup(after, Reading::default());
                let id = names
                    .tenant_or_platform(grid.tenant.as_ref())
                    .and_then(|tenant| names.grid(tenant, &grid.name));
                let facts = id.ok().and_then(|id| after.grid(id));
                self.people
                    .extend(facts.into_iter().flat_map(|facts| facts.people.iter().copied()));
            }
            Event::RestrictionImposed(Restriction { subject, scope, .. }) => match subject {
                Subject::Person(_) => self.named(event),
                Subject::Role(role) => self.role(tenant_of(after, scope), role.clone()),
            },
            Event::RestrictionLifted { tenant, name } => {
                let id = tenant.as_ref().map_or(Some(PLATFORM), |tenant| before.tenant(tenant));
                let found =
                    id.and_then(|id| before.tenants.get(id)).and_then(|t| t.restrictions.get(name));
                if let Some(restriction) = found {
                    self.restricted(restriction, before);
                }
            }
            Event::RoleEdited(custom) => {
                self.role(Some(custom.tenant.clone()), custom.name.clone())
            }
            Event::RoleDeleted { tenant, role } => {
                self.people.extend(before.holders_of(Some(tenant), role));
            }
            Event::GroupCreated(group) => {
                self.named(event);
                self.leaders(&group.tenant, &group.name, after);
            }
            Event::GroupMoved { tenant, group, .. }
            | Event::LeaderSet { tenant, group, .. }
            | Event::MemberAdded { tenant, group, .. }
            | Event::MemberRemoved { tenant, group, .. } => {
                self.named(event);
                self.leaders(tenant, group, before);
                self.leaders(tenant, group, after);
            }
            Event::GroupDeleted { tenant, group } => {
                self.leaders(tenant, group, before);
                let facts =
                    group_of(before, tenant, group).and_then(|id| before.group_facts.get(id));
                if let Some(facts) = facts {
                    self.people.extend(facts.members.iter().chain(&facts.named_by));
                }
            }
            Event::UnitMoved { unit, .. } => self.moved(unit, before, after),
        }
    }

    /// Adds everybody whom an event names.
    fn named(&mut self, event: &Event) {
        event.each_person(&mut |person| self.people.extend(number_of(person)));
    }

    /// Adds the holders of a role, without looking up who they are.
    fn role(&mut self, tenant: Option<Name>, role: Name) {
        self.holders.insert(RoleOf { tenant, role });
    }

    /// Adds the leaders of a group and of all groups above it: a leader's access covers the members
    /// of the groups below.
    fn leaders(&mut self, tenant: &Name, group: &Name, state: &State) {
        let Some(group) = group_of(state, tenant, group) else { return };
        let above = state.groups.path(group).filter_map(|group| state.group_facts.get(group));
        self.people.extend(above.filter_map(|facts| facts.leader));
    }

    /// Adds the person, or the holders of the role, whom a restriction restricts.
    fn restricted(&mut self, restriction: &RestrictionFacts, state: &State) {
        match restriction.subject {
            SubjectId::Person(person) => {
                self.people.insert(person);
            }
            SubjectId::Role(role) => {
                if let Some(rules) = state.role(role) {
                    self.role(state.tenant_name(restriction.tenant), rules.name.clone());
                }
            }
        }
    }

    /// Adds the people affected by a unit that moved: other units lie above it now, so it has come
    /// under other grants and restrictions in subtrees, and under other bases that look for an
    /// affiliation at a unit or below it.
    fn moved(&mut self, unit: &Name, before: &State, after: &State) {
        let Some(unit) = after.unit_names.find(unit) else { return };
        let above =
            |state: &State| state.units.path(unit).filter(|&above| above != unit).into_set();
        let changed: BTreeSet<UnitId> =
            above(before).symmetric_difference(&above(after)).copied().into_set();
        for &unit in &changed {
            let scope = ScopeId::Subtree(unit);
            for (effective, channel) in after.by_scope.roles_at(scope) {
                self.people.extend(after.by_scope.holders(scope, effective, channel));
            }
        }
        let tenant = after.units.node(unit).owner;
        let restrictions =
            after.tenants.get(tenant).into_iter().flat_map(|tenant| tenant.restrictions.values());
        for restriction in restrictions {
            if matches!(restriction.scope, ScopeId::Subtree(top) if changed.contains(&top)) {
                self.restricted(restriction, after);
            }
        }
        if tenant == TenantId::NONE || after.policy.document().affiliations.is_empty() {
            return;
        }
        for id in after.people.keys() {
            let Some(person) = after.person(id) else { continue };
            let rests = |basis: BasisId| matches!(basis.place, PlaceId::Subtree(top) if changed.contains(&top));
            if person
                .affiliations()
                .iter()
                .any(|affiliated| after.units.covers(unit, affiliated.unit))
                && person.grants().any(|(_, detail)| detail.basis.is_some_and(rests))
            {
                self.people.insert(id);
            }
        }
    }
}

fn group_of(state: &State, tenant: &Name, group: &Name) -> Option<GroupId> {
    let tenant = state.tenant(tenant)?;
    state.tenants.get(tenant)?.groups.get(group).copied()
}

fn tenant_of(state: &State, scope: &Scope) -> Option<Name> {
    let scope = Lookup(state, Reading::default()).scope(scope, None).ok()?;
    state.tenant_name(state.tenant_of(scope))
}
