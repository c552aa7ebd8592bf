//! Lints about tenants: administrators, seats, groups, grids and restrictions.

use std::collections::BTreeSet;

use super::finding::{Idle, Lint};
use super::linter::Linter;
use crate::admin::{Administrators, Command, SeatPool};
use crate::facts::PLATFORM;
use crate::store::{RoleId, TenantId};
use crate::time::Instant;

impl<'s> Linter<'s> {
    /// Looks at each tenant, and at the platform.
    pub(super) fn tenants(&mut self) {
        let state = self.state;
        for (id, tenant) in state.tenants.entries() {
            if !self.looks_at(id) {
                continue;
            }
            self.administrators(id);
            self.seats(id);
            self.groups(id);
            for (name, &grid) in &tenant.grids {
                if state.grid(grid).is_some_and(|facts| facts.people.is_empty()) {
                    self.add(id, |state| {
                        let mend = Command::DeleteGrid {
                            tenant: state.tenant_name(id),
                            grid: name.clone(),
                        };
                        (Lint::GridUnused { grid: name.clone() }, Some(mend))
                    });
                }
            }
            for restriction in tenant.restrictions.values() {
                let idle = match (restriction.until <= self.at, restriction.permissions.is_clear())
                {
                    (true, _) => Idle::Over,
                    (_, true) => Idle::Empty,
                    _ => continue,
                };
                self.add(id, |state| {
                    let name = restriction.name.clone();
                    let mend = Command::LiftRestriction {
                        tenant: state.tenant_name(id),
                        name: name.clone(),
                    };
                    (Lint::RestrictionIdle { restriction: name, idle }, Some(mend))
                });
            }
        }
    }

    /// Adds a finding for a tenant that is, or will be, without an administrator, or that has only
    /// one.
    fn administrators(&mut self, tenant: TenantId) {
        if tenant == PLATFORM || self.state.policy.administrator().is_none() {
            return;
        }
        let administrators = Administrators::of(self.state, tenant, self.at);
        if let Some(from) = administrators.gap(self.at) {
            let from = Instant::from_micros(from);
            self.add(tenant, |_| (Lint::TenantWithoutAdministrator { from }, None));
        } else if administrators.people().len() == 1 {
            for only in administrators.people() {
                self.add(tenant, |state| {
                    (Lint::OneAdministrator { person: state.identifier(only) }, None)
                });
            }
        }
    }

    /// Adds a finding for each limit of seats in a tenant that is exceeded.
    fn seats(&mut self, tenant: TenantId) {
        let state = self.state;
        let Some(facts) = state.tenants.get(tenant) else { return };
        let mut pools: BTreeSet<SeatPool> = BTreeSet::new();
        for (&role, holders) in
            facts.tracked.iter().filter(|(role, _)| state.policy.seats(**role).is_some())
        {
            for person in holders.iter().filter_map(|&holder| state.person(holder)) {
                for word in person.words() {
                    let held = state
                        .rights
                        .effective(word.role())
                        .map_or(RoleId::NONE, |effective| effective.role);
                    let seats = state.seats_of(held, word.scope());
                    pools.extend(seats.filter(|seat| seat.role == role && seat.tenant == tenant));
                }
            }
        }
        for pool in pools {
            if let Some(rule) = state.seats_exceeded(pool, self.at) {
                self.add(tenant, |_| (Lint::SeatsExceeded { rule }, None));
            }
        }
    }

    /// Adds a finding for each group of a tenant that nobody leads.
    fn groups(&mut self, tenant: TenantId) {
        let state = self.state;
        let Some(facts) = state.tenants.get(tenant) else { return };
        for (name, &group) in &facts.groups {
            let Some(found) = state.group_facts.get(group).filter(|found| found.leader.is_none())
            else {
                continue;
            };
            let members = found.members.len();
            let bare =
                members == 0 && found.named_by.is_empty() && state.groups.node(group).width() == 1;
            self.add(tenant, |state| {
                let tenant = state.tenant_name(tenant).filter(|_| bare);
                let mend =
                    tenant.map(|tenant| Command::DeleteGroup { tenant, group: name.clone() });
                (Lint::GroupWithoutLeader { group: name.clone(), members }, mend)
            });
        }
    }
}
