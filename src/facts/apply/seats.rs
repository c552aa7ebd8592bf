//! Seats: how many are contracted; and the people who hold the roles that the policy counts.

use std::collections::BTreeSet;

use super::Writer;
use crate::facts::error::Fault;
use crate::facts::index::people::Person;
use crate::facts::index::person::Word;
use crate::facts::rows::{ScopeId, SeatId};
use crate::facts::state::State;
use crate::model::Name;
use crate::policy::Extent;
use crate::store::{EffectiveRoleId, PersonId, RoleId, TenantId, UnitId};

impl Writer<'_> {
    pub(super) fn contract(
        &mut self,
        tenant_name: &Name,
        role_name: &Name,
        unit: Option<&Name>,
        seats: u32,
    ) -> Result<(), Fault> {
        let tenant = self.lookup().tenant(tenant_name)?;
        let role = self.lookup().role(tenant, role_name)?;
        let unit = match (self.state.policy.seats(role), unit) {
            (None, _) => {
                let message = format!("the role `{role_name}` has no seats to contract");
                return Err(Fault::shape(message)
                    .help("the policy lists seated roles under `administration.seats`"));
            }
            (Some(Extent::Tenant), None) => UnitId::NONE,
            (Some(Extent::Tenant), Some(unit)) => {
                let message = format!(
                    "the seats of `{role_name}` are counted per tenant, not at the unit `{unit}`"
                );
                return Err(Fault::shape(message).help("remove `unit`"));
            }
            (Some(Extent::Unit), None) => {
                return Err(Fault::shape(format!(
                    "the seats of `{role_name}` are counted per unit"
                ))
                .help("add `unit`"));
            }
            (Some(Extent::Unit), Some(unit)) => {
                let id = self.lookup().unit(unit)?;
                if self.state.units.node(id).owner != tenant {
                    return Err(Fault::shape(format!(
                        "the unit `{unit}` is not of tenant `{tenant_name}`"
                    )));
                }
                id
            }
        };
        self.write_tenant(tenant, |tenant| {
            match seats {
                0 => tenant.seats.remove(&SeatId { role, unit }),
                seats => tenant.seats.insert(SeatId { role, unit }, seats),
            };
        });
        Ok(())
    }

    /// Lists a person as a holder of the counted roles that a role is or includes.
    pub(super) fn track(&mut self, tenant: TenantId, role: RoleId, person: PersonId) {
        for tracked in self.state.tracked_by(role).collect::<Vec<_>>() {
            self.set_tracked(tenant, tracked, person, true);
        }
    }

    pub(super) fn set_tracked(
        &mut self,
        tenant: TenantId,
        role: RoleId,
        person: PersonId,
        on: bool,
    ) {
        self.write_tenant(tenant, |tenant| match on {
            true => {
                if let Some(holders) = tenant.tracked.get_or_default(role) {
                    holders.insert(person);
                }
            }
            false => {
                let Some(people) = tenant.tracked.get_mut(&role) else { return };
                people.remove(&person);
                if people.is_empty() {
                    tenant.tracked.remove(&role);
                }
            }
        });
    }

    /// Lists anew the holders of a tenant's role, after what the role includes has changed.
    pub(super) fn track_again(
        &mut self,
        tenant: TenantId,
        role: RoleId,
        tracked: &BTreeSet<RoleId>,
    ) {
        for person in self.state.holders_in(tenant, role) {
            let held = self.state.tracked_of(person);
            for &tracked in tracked {
                self.set_tracked(tenant, tracked, person, held.contains(&(tenant, tracked)));
            }
        }
    }
}

impl State {
    /// The counted roles that a role is or includes.
    pub(crate) fn tracked_by(&self, role: RoleId) -> impl Iterator<Item = RoleId> + '_ {
        let closure = self.role(role).map(|rules| rules.closure.as_slice()).unwrap_or_default();
        closure.iter().copied().filter(|&role| self.policy.is_tracked(role))
    }

    /// The counted roles that are held by effective roles at scopes, each with its tenant.
    pub(super) fn tracked_in(
        &self,
        held: impl Iterator<Item = (ScopeId, EffectiveRoleId)>,
    ) -> BTreeSet<(TenantId, RoleId)> {
        let mut tracked = BTreeSet::new();
        for (scope, effective) in held {
            if let Some(effective) = self.rights.effective(effective) {
                let tenant = self.tenant_of(scope);
                tracked.extend(self.tracked_by(effective.role).map(|role| (tenant, role)));
            }
        }
        tracked
    }

    /// The counted roles that a person holds, each with its tenant.
    pub(crate) fn tracked_of(&self, person: PersonId) -> BTreeSet<(TenantId, RoleId)> {
        let words = self.person(person).into_iter().flat_map(Person::words);
        self.tracked_in(words.map(|word: Word| (word.scope(), word.role())))
    }
}
