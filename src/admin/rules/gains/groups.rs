//! What people gain when members join or leave groups, and when groups get another leader or
//! another parent.

use std::collections::BTreeSet;

use super::{Gains, held_grants};
use crate::admin::rules::area::Area;
use crate::facts::{Lookup, Person, ScopeId, State};
use crate::model::Name;
use crate::store::{GroupId, PersonId, TenantId};

impl Gains<'_> {
    /// Adds the gains around a group: its leaders may lead more, and its people may have more
    /// leaders.
    pub(super) fn group_changed(&mut self, tenant: &Name, group: &Name) {
        let Some(tenant) = self.after.tenant(tenant) else { return };
        let Ok(group) = Lookup::of(self.after).group(tenant, group) else { return };
        if !self.groups.insert(group) {
            return;
        }
        let below: Vec<GroupId> = self.groups_below(tenant, group);
        // The grants over a group's people that a leader holds begin to count when the leader leads
        // it.
        let mut leading: BTreeSet<PersonId> = BTreeSet::new();
        for above in self.after.groups.path(group) {
            leading.extend(self.after.group_facts.get(above).and_then(|facts| facts.leader));
        }
        for id in leading {
            let (Some(person), old) = (self.after.person(id), self.before.person(id)) else {
                continue;
            };
            for held in held_grants(self.after, person) {
                let ScopeId::Members(over) = held.scope else { continue };
                let led = |state: &State, person: Option<Person<'_>>| {
                    person.is_some_and(|person| state.leads(person, over))
                };
                if led(self.after, Some(person)) && !led(self.before, old) {
                    let intervals = self.after.grant_intervals(person, held.word, held.detail);
                    self.add(
                        Some(id),
                        held.role,
                        self.permissions(&held),
                        Area::Scope(held.scope),
                        held.channel,
                        intervals,
                    );
                }
            }
        }
        // A person who comes under more groups is reached by their leaders.
        let mut people: BTreeSet<PersonId> = BTreeSet::new();
        for &group in &below {
            for state in [self.before, self.after] {
                if let Some(facts) = state.group_facts.get(group) {
                    people.extend(facts.members.iter().copied().chain(facts.leader));
                }
            }
        }
        for person in people {
            self.memberships_changed(person, tenant);
        }
    }

    fn groups_below(&self, tenant: TenantId, group: GroupId) -> Vec<GroupId> {
        let groups =
            self.after.tenants.get(tenant).map(|tenant| tenant.groups.clone()).unwrap_or_default();
        groups.values().copied().filter(|&below| self.after.groups.covers(group, below)).collect()
    }

    /// The groups that a person belongs to, and the groups above them.
    fn groups_of(state: &State, person: PersonId) -> BTreeSet<GroupId> {
        let memberships =
            state.person(person).map(|person| person.memberships()).unwrap_or_default();
        memberships.iter().flat_map(|membership| state.groups.path(membership.group)).collect()
    }

    pub(super) fn memberships_changed(&mut self, id: PersonId, tenant: TenantId) {
        let (old, new) = (Gains::groups_of(self.before, id), Gains::groups_of(self.after, id));
        let area = Area::AboutPerson { person: id, tenant };
        for &group in new.difference(&old) {
            let named = self
                .after
                .group_facts
                .get(group)
                .map(|facts| facts.named_by.clone())
                .unwrap_or_default();
            for &holder in &named {
                let Some(person) =
                    self.after.person(holder).filter(|person| self.after.leads(*person, group))
                else {
                    continue;
                };
                for held in held_grants(self.after, person)
                    .filter(|held| held.scope == ScopeId::Members(group))
                {
                    let intervals = self.after.grant_intervals(person, held.word, held.detail);
                    self.add(
                        Some(holder),
                        held.role,
                        self.permissions(&held),
                        area,
                        held.channel,
                        intervals,
                    );
                }
            }
        }
        let left: Vec<GroupId> = old.difference(&new).copied().collect();
        if !left.is_empty() {
            let escaped =
                |scope: ScopeId| matches!(scope, ScopeId::Members(group) if left.contains(&group));
            self.restrictions_escaped(tenant, escaped, area);
        }
    }

    /// Adds the gains of a deleted group: restrictions scoped to it end with it.
    pub(super) fn group_deleted(&mut self, tenant: &Name, group: &Name) {
        let Some(tenant) = self.before.tenant(tenant) else { return };
        let Ok(group) = Lookup::of(self.before).group(tenant, group) else { return };
        let people = self.before.group_facts.get(group).cloned();
        let people: Vec<PersonId> = people
            .iter()
            .flat_map(|facts| facts.members.iter().copied().chain(facts.leader))
            .collect();
        for person in people {
            self.memberships_changed(person, tenant);
        }
    }
}
