//! [`Writer`]: events to facts. Each event is checked for its shape in full before
//! anything is written (ruling R5); the rules for granting bind commands, not events.

mod grants;
mod groups;
mod people;
mod requests;
mod restrictions;
mod roles;
mod seats;
mod units;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Event;
use super::facts::{GroupFacts, PLATFORM, ScopeId, Tenant};
use super::misfit::{Cause, Misfit};
use super::people::{EVER, NEVER};
use super::snapshot::State;
use crate::model::{Identifier, Name, Scope};
use crate::store::Full;
use crate::time::{Instant, Interval};

pub use requests::MAX_REQUESTS;
pub use restrictions::{MAX_RESTRICTION_PATTERNS, MAX_ROLE_RESTRICTIONS};
pub use roles::{MAX_INCLUDES, MAX_ROLE_PATTERNS, MAX_TENANT_ROLES};

/// Writes events into a state. Trees are renumbered once, by [`Writer::finish`].
pub(crate) struct Writer<'s> {
    state: &'s mut State,
    changed_units: BTreeSet<u32>,
    changed_groups: BTreeSet<u32>,
}

impl From<Full> for Misfit {
    fn from(_: Full) -> Misfit {
        Misfit::new(Cause::Limit, "the store is full; it takes no more of these")
    }
}

impl<'s> Writer<'s> {
    pub(crate) fn new(state: &'s mut State) -> Writer<'s> {
        Writer { state, changed_units: BTreeSet::new(), changed_groups: BTreeSet::new() }
    }

    /// Writes one event, or says why it does not fit and writes nothing.
    pub(crate) fn apply(&mut self, event: &Event) -> Result<(), Misfit> {
        match event {
            Event::UnitAdded(unit) => self.add_unit(unit),
            Event::UnitMoved { unit, parent } => self.move_unit(unit, parent),
            Event::UnitClosed { unit } => self.close_unit(unit),
            Event::PersonRegistered(registration) => self.register(registration),
            Event::PersonKindChanged { person, tenant, kind } => self.change_kind(person, tenant.as_ref(), kind),
            Event::PersonPlaced { person, tenant, unit } => self.place(person, tenant, unit),
            Event::PersonRemoved { person, tenant } => self.remove_person(person, tenant.as_ref()),
            Event::PersonSuspended { person, tenant } => self.set_suspended(person, tenant.as_ref(), true),
            Event::PersonResumed { person, tenant } => self.set_suspended(person, tenant.as_ref(), false),
            Event::AffiliationRecorded(affiliation) => self.record_affiliation(affiliation),
            Event::AffiliationEnded { person, kind, unit, at } => self.end_affiliation(person, kind, unit, *at),
            Event::GroupCreated(group) => self.create_group(group),
            Event::GroupMoved { tenant, group, parent } => self.move_group(tenant, group, parent.as_ref()),
            Event::GroupDeleted { tenant, group } => self.delete_group(tenant, group),
            Event::LeaderSet { tenant, group, leader } => self.set_leader(tenant, group, leader.as_ref()),
            Event::MemberAdded { tenant, group, person } => self.add_member(tenant, group, person),
            Event::MemberRemoved { tenant, group, person } => self.remove_member(tenant, group, person),
            Event::RoleCreated(role) => self.create_role(role),
            Event::RoleEdited(role) => self.edit_role(role),
            Event::RoleDeleted { tenant, role } => self.delete_role(tenant, role),
            Event::Granted(grant) => self.grant(grant),
            Event::Revoked(grant) => self.revoke(grant),
            Event::RestrictionImposed(restriction) => self.impose(restriction),
            Event::RestrictionLifted { tenant, name } => self.lift(tenant.as_ref(), name),
            Event::SeatsContracted { tenant, role, unit, seats } => self.contract(tenant, role, unit.as_ref(), *seats),
            Event::RoleRequested(request) => self.request(request),
            Event::RequestClosed { tenant, request, .. } => self.close_request(tenant, request),
            Event::Attested(attestation) => self.attest(attestation),
        }
    }

    /// Renumbers the trees that changed. The state is not to be read before.
    pub(crate) fn finish(self) {
        for tenant in self.changed_units {
            let ids = self.state.tenants.get(tenant as usize).map(|tenant| tenant.units.clone());
            self.state.units.renumber(ids.into_iter().flatten());
        }
        for tenant in self.changed_groups {
            let ids = self.state.tenants.get(tenant as usize).map(|tenant| tenant.groups.clone());
            self.state.groups.renumber(ids.into_iter().flatten().map(|(_, id)| id));
        }
    }

    fn tenant(&self, name: &Name) -> Result<u32, Misfit> {
        self.state
            .tenant(name)
            .ok_or_else(|| Misfit::absent("tenant", name).help("a tenant is named by its root unit's code"))
    }

    /// The tenant named, or the platform.
    fn tenant_or_platform(&self, name: Option<&Name>) -> Result<u32, Misfit> {
        name.map_or(Ok(PLATFORM), |name| self.tenant(name))
    }

    fn unit(&self, name: &Name) -> Result<u32, Misfit> {
        self.state.unit_names.find(name).ok_or_else(|| Misfit::absent("unit", name))
    }

    fn open_unit(&self, name: &Name) -> Result<u32, Misfit> {
        let unit = self.unit(name)?;
        match self.state.unit_facts.get(unit) {
            Some(facts) if facts.closed => {
                Err(Misfit::shape(format!("the unit `{name}` is closed and takes nothing new")))
            }
            _ => Ok(unit),
        }
    }

    fn person(&self, person: &Identifier) -> Result<u32, Misfit> {
        self.state.find_person(person.as_str()).ok_or_else(|| Misfit::absent("registered person", person.masked()))
    }

    /// A person registered in a tenant.
    fn registered(&self, person: &Identifier, tenant: u32) -> Result<u32, Misfit> {
        let known = self.state.find_person(person.as_str());
        let here = known.filter(|&id| self.state.person(id).is_some_and(|p| p.registration(tenant).is_some()));
        here.ok_or_else(|| {
            let place =
                self.state.tenant_name(tenant).map_or("on the platform".into(), |name| format!("in tenant `{name}`"));
            Misfit::new(Cause::Absent, format!("`{}` is not registered {place}", person.masked()))
        })
    }

    fn group(&self, tenant: u32, name: &Name) -> Result<u32, Misfit> {
        let tenant = self.state.tenants.get(tenant as usize);
        tenant.and_then(|tenant| tenant.groups.get(name).copied()).ok_or_else(|| Misfit::absent("group", name))
    }

    /// A built-in role, or one of the tenant.
    fn role(&self, tenant: u32, name: &Name) -> Result<u32, Misfit> {
        let own = || self.state.tenants.get(tenant as usize)?.roles.get(name).copied();
        self.state.policy.role(name).or_else(own).ok_or_else(|| {
            let built_in = self.state.policy.roles().iter().map(|role| role.name.clone());
            let misfit = Misfit::absent("role", name);
            match crate::policy::nearest(name, built_in) {
                Some(near) => misfit.help(format!("did you mean `{near}`?")),
                None => misfit,
            }
        })
    }

    /// A scope's names resolved; `person` is whose registration a scope without a
    /// tenant means.
    fn scope(&self, scope: &Scope, person: Option<&Identifier>) -> Result<ScopeId, Misfit> {
        Ok(match scope {
            Scope::Unit(unit) => ScopeId::Unit(self.unit(unit)?),
            Scope::Subtree(unit) => ScopeId::Subtree(self.unit(unit)?),
            Scope::Members { group, tenant } => {
                let tenant = match tenant {
                    Some(name) => self.tenant(name)?,
                    None => self.only_tenant(person)?,
                };
                ScopeId::Members(self.group(tenant, group)?)
            }
            Scope::Own { tenant: Some(name) } => ScopeId::Own(self.tenant(name)?),
            Scope::Own { tenant: None } => ScopeId::Own(self.only_tenant(person)?),
            Scope::Everywhere => ScopeId::Everywhere,
        })
    }

    /// The only tenant a person is registered in; the platform, if there alone.
    fn only_tenant(&self, person: Option<&Identifier>) -> Result<u32, Misfit> {
        let Some(person) = person else {
            return Err(Misfit::shape("the scope names no tenant, and a role has none of its own").help("add `tenant`"));
        };
        let id = self.person(person)?;
        let registrations = self.state.person(id).map(|person| person.registrations()).unwrap_or_default();
        let mut tenants = registrations.iter().map(|r| r.tenant).filter(|&tenant| tenant != PLATFORM);
        match (tenants.next(), tenants.next()) {
            (None, _) => Ok(PLATFORM),
            (Some(tenant), None) => Ok(tenant),
            (Some(_), Some(_)) => {
                let message =
                    format!("`{}` is registered in several tenants, and the scope names none", person.masked());
                Err(Misfit::shape(message).help("add `tenant`"))
            }
        }
    }

    fn write_tenant(&mut self, tenant: u32, write: impl FnOnce(&mut Tenant)) {
        if let Some(tenant) = self.state.tenants.get_mut(tenant as usize) {
            write(Arc::make_mut(tenant));
        }
    }

    fn write_group(&mut self, group: u32, write: impl FnOnce(&mut GroupFacts)) {
        if let Some(group) = self.state.group_facts.get_mut(group as usize) {
            write(Arc::make_mut(group));
        }
    }
}

/// The bounds of an interval that holds something, open sides at the ends of time.
fn bounds(from: Option<Instant>, until: Option<Instant>) -> Result<(i64, i64), Misfit> {
    Interval::new(from, until).map_err(|error| Misfit::shape(error.to_string()))?;
    Ok((from.map_or(EVER, Instant::as_micros), until.map_or(NEVER, Instant::as_micros)))
}
