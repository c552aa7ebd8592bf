//! The open grants of a review campaign, and who leads their holders.

use std::collections::BTreeSet;

use crate::facts::{CampaignFacts, GrantId, Lookup, State};
use crate::model::Grant;
use crate::store::{PersonId, TenantId};

impl State {
    /// The grants of a campaign that are still held and have no answer.
    pub(in crate::admin) fn open_grants<'s>(
        &'s self,
        facts: &'s CampaignFacts,
    ) -> impl Iterator<Item = &'s Grant> {
        let unanswered =
            facts.items.iter().filter(|item| item.answer.is_none()).map(|item| &item.grant);
        unanswered.filter(|grant| self.is_held(grant))
    }

    /// Whether a grant is held, in all its parts: role, scope, channel, basis and interval.
    pub(in crate::admin) fn is_held(&self, grant: &Grant) -> bool {
        Lookup::of(self).grant(grant).is_ok_and(|id| self.holds_grant(id))
    }

    pub(in crate::admin) fn holds_grant(&self, id: GrantId) -> bool {
        self.held_as(id).is_some()
    }

    /// Whether `leader` leads a group of the person's in the tenant, or a group above one.
    pub(in crate::admin) fn leads_person(
        &self,
        leader: PersonId,
        person: PersonId,
        tenant: TenantId,
    ) -> bool {
        let Some((leader, person)) = self.person(leader).zip(self.person(person)) else {
            return false;
        };
        let groups = person.memberships().iter().map(|membership| membership.group);
        let mut here = groups.filter(|&group| self.groups.node(group).owner == tenant);
        here.any(|group| self.leads(leader, group))
    }

    /// Everybody who leads a group of the person's in the tenant, or a group above one, apart from
    /// the person.
    pub(in crate::admin) fn leaders_of(
        &self,
        person: PersonId,
        tenant: TenantId,
    ) -> BTreeSet<PersonId> {
        let memberships =
            self.person(person).map(|person| person.memberships()).unwrap_or_default();
        let here = memberships
            .iter()
            .filter(|membership| self.groups.node(membership.group).owner == tenant);
        let groups = here.flat_map(|membership| self.groups.path(membership.group));
        let leaders = groups.filter_map(|group| self.group_facts.get(group)?.leader);
        leaders.filter(|&leader| leader != person).collect()
    }
}
