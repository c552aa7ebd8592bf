//! [`Writer`]: events to facts. Each event is checked in full before anything is written ([ruling
//! R5](crate::docs::contract#r5)), so that a refused event changes nothing.
//!
//! The rules for granting bind commands, not events: none of them is here.

mod campaigns;
mod grants;
mod grids;
mod groups;
mod people;
mod requests;
mod restrictions;
mod roles;
mod seats;
mod units;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::event::Event;
use super::lookup::{Lookup, Reading};
use super::state::State;
use crate::facts::error::{Cause, Fault};
use crate::facts::rows::{GroupFacts, ScopeId, Tenant};
use crate::model::Identifier;
use crate::store::{ChannelId, EffectiveRoleId, Full, GroupId, PersonId, TenantId, UnitId};

pub use campaigns::MAX_CAMPAIGNS;
pub use requests::MAX_REQUESTS;
pub use restrictions::{MAX_RESTRICTION_PATTERNS, MAX_ROLE_RESTRICTIONS};
pub use roles::{MAX_INCLUDES, MAX_ROLE_PATTERNS, MAX_TENANT_ROLES};

/// Writes events into a state. Trees are renumbered once, by [`Writer::finish`].
pub(crate) struct Writer<'s> {
    state: &'s mut State,
    changed_units: BTreeSet<TenantId>,
    changed_groups: BTreeSet<TenantId>,
    reading: Reading,
    newcomers: Newcomers<'s>,
    /// The grants that the index by scope does not have yet: scope, effective role, channel,
    /// person.
    unlisted: Vec<(ScopeId, EffectiveRoleId, ChannelId, PersonId)>,
}

/// The names of the people whom events bring that name people by number. The first name is that of
/// the person `first`, and so on. `None` if a name has been forgotten since.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Newcomers<'s> {
    pub(crate) first: PersonId,
    pub(crate) names: &'s [Option<Identifier>],
}

/// The most grants that are listed together, which bounds the memory they take.
const TOGETHER: usize = 1 << 18;

impl From<Full> for Fault {
    fn from(_: Full) -> Fault {
        Fault::new(Cause::Limit, "the store is full; it takes no more of these")
    }
}

impl<'s> Writer<'s> {
    pub(crate) fn new(state: &'s mut State) -> Writer<'s> {
        Writer::reading(state, Reading::default(), Newcomers::default())
    }

    pub(crate) fn reading(
        state: &'s mut State,
        reading: Reading,
        newcomers: Newcomers<'s>,
    ) -> Writer<'s> {
        let (changed_units, changed_groups) = (BTreeSet::new(), BTreeSet::new());
        Writer { state, changed_units, changed_groups, reading, newcomers, unlisted: Vec::new() }
    }

    /// Says whether the events that follow restore what was in force already.
    pub(crate) fn restores(&mut self, already_in_force: bool) {
        self.reading.already_in_force = already_in_force;
    }

    /// Loads what applying a grant will read, so that the loads of many run at once. The result
    /// means nothing.
    pub(crate) fn prefetch(&self, event: &Event) -> u32 {
        let (Event::Granted(grant) | Event::Revoked(grant)) = event else { return 0 };
        let Some(person) = self.lookup().find(&grant.person).and_then(|id| self.state.person(id))
        else {
            return 0;
        };
        let registered =
            person.registrations().first().map_or(0, |registered| registered.tenant.get());
        registered ^ person.words().next().map_or(0, |word| word.id())
    }

    /// Writes one event. On a fault nothing is written.
    pub(crate) fn apply(&mut self, event: &Event) -> Result<(), Fault> {
        // These events, which most facts are, read no list of holders; all others must find the
        // lists whole.
        let adds = matches!(
            event,
            Event::Granted(_)
                | Event::PersonRegistered(_)
                | Event::UnitAdded(_)
                | Event::AffiliationRecorded(_)
                | Event::Enrolled { .. }
        );
        if !adds || self.unlisted.len() >= TOGETHER {
            self.list();
        }
        match event {
            Event::UnitAdded(unit) => self.add_unit(unit),
            Event::UnitMoved { unit, parent } => self.move_unit(unit, parent),
            Event::UnitClosed { unit } => self.close_unit(unit),
            Event::PersonRegistered(registration) => self.register(registration),
            Event::PersonKindChanged { person, tenant, kind } => {
                self.change_kind(person, tenant.as_ref(), kind)
            }
            Event::PersonPlaced { person, tenant, unit } => self.place(person, tenant, unit),
            Event::PersonRemoved { person, tenant } => self.remove_person(person, tenant.as_ref()),
            Event::PersonErased { person } => self.erase_person(person),
            Event::PersonSuspended { person, tenant } => {
                self.set_suspended(person, tenant.as_ref(), true)
            }
            Event::PersonResumed { person, tenant } => {
                self.set_suspended(person, tenant.as_ref(), false)
            }
            Event::AffiliationRecorded(affiliation) => self.record_affiliation(affiliation),
            Event::AffiliationEnded { person, kind, unit, at } => {
                self.end_affiliation(person, kind, unit, *at)
            }
            Event::GroupCreated(group) => self.create_group(group),
            Event::GroupMoved { tenant, group, parent } => {
                self.move_group(tenant, group, parent.as_ref())
            }
            Event::GroupDeleted { tenant, group } => self.delete_group(tenant, group),
            Event::LeaderSet { tenant, group, leader } => {
                self.set_leader(tenant, group, leader.as_ref())
            }
            Event::MemberAdded { tenant, group, person } => self.add_member(tenant, group, person),
            Event::MemberRemoved { tenant, group, person } => {
                self.remove_member(tenant, group, person)
            }
            Event::GridCreated(grid) => self.create_grid(grid),
            Event::GridEdited(grid) => self.edit_grid(grid),
            Event::GridDeleted { tenant, grid } => self.delete_grid(tenant.as_ref(), grid),
            Event::Enrolled { tenant, grid, person } => self.enrol(tenant.as_ref(), grid, person),
            Event::Unenrolled { tenant, grid, person } => {
                self.unenrol(tenant.as_ref(), grid, person)
            }
            Event::RoleCreated(role) => self.create_role(role),
            Event::RoleEdited(role) => self.edit_role(role),
            Event::RoleDeleted { tenant, role } => self.delete_role(tenant, role),
            Event::Granted(grant) => self.grant(grant),
            Event::Revoked(grant) => self.revoke(grant),
            Event::RestrictionImposed(restriction) => self.impose(restriction),
            Event::RestrictionLifted { tenant, name } => self.lift(tenant.as_ref(), name),
            Event::SeatsContracted { tenant, role, unit, seats } => {
                self.contract(tenant, role, unit.as_ref(), *seats)
            }
            Event::RoleRequested(request) => self.request(request),
            Event::RequestClosed { tenant, request, .. } => self.close_request(tenant, request),
            Event::Attested(attestation) => self.attest(attestation),
            Event::CampaignOpened(campaign) => self.open_campaign(campaign),
            Event::ReviewAnswered { tenant, campaign, answers } => {
                self.answer_review(tenant, campaign, answers)
            }
            Event::CampaignClosed { tenant, campaign } => self.close_campaign(tenant, campaign),
        }
    }

    /// Adds the new grants to the index by scope, sorted, so that the lists of one scope are loaded
    /// once.
    fn list(&mut self) {
        self.unlisted.sort_by_key(|&(scope, ..)| scope);
        for (scope, effective, channel, person) in self.unlisted.drain(..) {
            // The index has room for a list at every unit there can be.
            let _ = self.state.by_scope.add(scope, effective, channel, person);
        }
    }

    /// Renumbers the trees that changed, and lists the new grants. The state must not be read
    /// before.
    pub(crate) fn finish(mut self) {
        self.list();
        for tenant in self.changed_units {
            let ids = self.state.tenants.get(tenant).map(|tenant| tenant.units.clone());
            let mut order: Vec<UnitId> = ids.iter().flatten().copied().collect();
            self.state.units.renumber(order.iter().copied());
            order.sort_unstable_by_key(|&unit| self.state.units.node(unit).order());
            if let Some(facts) = self.state.tenants.get_mut(tenant) {
                Arc::make_mut(facts).order = order.into();
            }
        }
        for tenant in self.changed_groups {
            let ids = self.state.tenants.get(tenant).map(|tenant| tenant.groups.clone());
            self.state.groups.renumber(ids.iter().flatten().map(|(_, &id)| id));
        }
    }

    /// Resolves names as the events name things.
    fn lookup(&self) -> Lookup<'_> {
        Lookup(self.state, self.reading)
    }

    fn write_tenant(&mut self, tenant: TenantId, write: impl FnOnce(&mut Tenant)) {
        if let Some(tenant) = self.state.tenants.get_mut(tenant) {
            write(Arc::make_mut(tenant));
        }
    }

    fn write_group(&mut self, group: GroupId, write: impl FnOnce(&mut GroupFacts)) {
        if let Some(group) = self.state.group_facts.get_mut(group) {
            write(Arc::make_mut(group));
        }
    }
}
