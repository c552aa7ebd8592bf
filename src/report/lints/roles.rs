//! Lints about roles.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;

use super::finding::Lint;
use super::linter::Linter;
use crate::admin::{Command, Rule};
use crate::facts::PLATFORM;
use crate::model::{CustomRole, Name, Pattern};
use crate::store::{PermissionId, RoleId, TenantId};

impl<'s> Linter<'s> {
    /// Adds findings for roles that nobody holds, and for tenants' own roles with reserved
    /// permissions. Needs [`held`](Linter::held), which is filled while people are looked at.
    pub(super) fn roles(&mut self) {
        let state = self.state;
        let mut used = FixedBitSet::with_capacity(state.roles.len());
        for rules in
            self.held.ones().filter_map(RoleId::from_index).filter_map(|role| state.roles.get(role))
        {
            rules.closure.iter().for_each(|&role| used.grow_and_insert(role.index()));
        }
        if self.tenant.is_none() {
            for (_, rules) in
                (0..).zip(state.policy.roles()).filter(|&(role, _)| !used.contains(role))
            {
                self.add(PLATFORM, |_| {
                    (Lint::RoleUnheld { role: rules.name.clone(), included_by: Vec::new() }, None)
                });
            }
        }
        for (id, tenant) in state.tenants.entries() {
            if !self.looks_at(id) {
                continue;
            }
            let mut including: BTreeMap<RoleId, Vec<Name>> = BTreeMap::new();
            for (name, role) in &tenant.roles {
                for &included in
                    state.role(*role).map(|rules| rules.includes.as_slice()).unwrap_or_default()
                {
                    including.entry(included).or_default().push(name.clone());
                }
            }
            for (name, &role) in &tenant.roles {
                self.reserved(id, name, role);
                if used.contains(role.index()) {
                    continue;
                }
                let included_by = including.remove(&role).unwrap_or_default();
                let bare = included_by.is_empty() && !self.awaited.roles.contains(&role);
                self.add(id, |state| {
                    let tenant = state.tenant_name(id).filter(|_| bare);
                    let mend =
                        tenant.map(|tenant| Command::DeleteRole { tenant, role: name.clone() });
                    (Lint::RoleUnheld { role: name.clone(), included_by }, mend)
                });
            }
        }
    }

    /// Adds a finding if a tenant's own role has permissions that the policy reserves.
    fn reserved(&mut self, tenant: TenantId, name: &Name, role: RoleId) {
        let Some(rules) = self.state.role(role) else { return };
        let mut reserved = rules.uncut.clone();
        reserved.intersect_with(self.state.policy.reserved());
        if reserved.is_clear() {
            return;
        }
        self.add(tenant, |state| {
            let names = state.policy.permission_names();
            let permissions: Vec<Name> = reserved
                .ones()
                .filter_map(PermissionId::from_index)
                .map(|id| names.name(id))
                .collect();
            let mend = state.tenant_name(tenant).map(|tenant| {
                let mut role = rules.role.clone();
                role.except.extend(
                    permissions.iter().filter_map(|permission| Pattern::parse(permission).ok()),
                );
                Command::EditRole(CustomRole { tenant, name: name.clone(), role })
            });
            (Lint::RoleReserved { rule: Rule::Reserved { role: name.clone(), permissions } }, mend)
        });
    }
}
