//! Roles of tenants: created, edited, deleted.

use std::collections::BTreeSet;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::Writer;
use crate::facts::error::{Cause, Fault};
use crate::facts::rows::SubjectId;
use crate::model::{CustomRole, Name, Pattern, Role};
use crate::policy::RoleRules;
use crate::store::{EffectiveRoleId, IntoSet, Order, RoleId, TREE_MAX, TenantId};

/// The most roles a tenant may have of its own.
pub const MAX_TENANT_ROLES: usize = 1024;

/// The most roles that a tenant's role may list as included.
pub const MAX_INCLUDES: usize = 256;
/// The most permissions and exceptions that a tenant's role may list.
pub const MAX_ROLE_PATTERNS: usize = 4096;

impl Writer<'_> {
    pub(super) fn create_role(&mut self, custom: &CustomRole) -> Result<(), Fault> {
        let CustomRole { tenant, name, role } = custom;
        let tenant = self.lookup().tenant(tenant)?;
        if self.lookup().role(tenant, name).is_ok() {
            return Err(Fault::present("role", name));
        }
        let includes = self.included(tenant, role)?;
        let count = self.state.tenants.get(tenant).map_or(0, |tenant| tenant.roles.len());
        if count >= MAX_TENANT_ROLES {
            return Err(Fault::limit("roles of one tenant", MAX_TENANT_ROLES));
        }
        if self.state.roles.len() >= TREE_MAX {
            return Err(Fault::limit("roles", TREE_MAX));
        }
        let id = self.state.roles.next_key()?;
        let rules = self.worked_out(id, tenant, name, role, includes);
        self.state.roles.push(Arc::new(rules))?;
        self.write_tenant(tenant, |tenant| {
            tenant.roles.insert(name.clone(), id);
        });
        Ok(())
    }

    pub(super) fn edit_role(&mut self, custom: &CustomRole) -> Result<(), Fault> {
        let CustomRole { tenant, name, role } = custom;
        let tenant = self.lookup().tenant(tenant)?;
        let id = self.own_role(tenant, name)?;
        let includes = self.included(tenant, role)?;
        if includes
            .iter()
            .filter_map(|&included| self.state.role(included))
            .any(|included| included.closure.binary_search(&id).is_ok())
        {
            return Err(Fault::new(
                Cause::Cycle,
                format!("the role `{name}` would include itself"),
            ));
        }
        // The roles that include this one are worked out anew, each after what it includes: a role
        // has more in its closure than any role it includes.
        let mut changed = self.including(id, tenant);
        changed.order_by_key(|&role| self.state.role(role).map_or(0, |rules| rules.closure.len()));
        let before: Vec<BTreeSet<RoleId>> =
            changed.iter().map(|&role| self.state.tracked_by(role).collect()).collect();
        let rules = self.worked_out(id, tenant, name, role, includes);
        self.put_role(id, rules);
        for &role in changed.iter().filter(|&&role| role != id) {
            if let Some(old) = self.state.role(role).cloned() {
                let rules =
                    self.worked_out(role, tenant, &old.name, &old.role, old.includes.clone());
                self.put_role(role, rules);
            }
        }
        for (role, before) in changed.into_iter().zip(before) {
            self.settle_role(role);
            let after: BTreeSet<RoleId> = self.state.tracked_by(role).into_set();
            if before != after {
                self.track_again(tenant, role, &before.union(&after).copied().collect());
            }
        }
        Ok(())
    }

    pub(super) fn delete_role(&mut self, tenant: &Name, name: &Name) -> Result<(), Fault> {
        let tenant = self.lookup().tenant(tenant)?;
        let id = self.own_role(tenant, name)?;
        let others = self.including(id, tenant);
        if let Some(other) =
            others.iter().filter(|&&other| other != id).find_map(|&other| self.state.role(other))
        {
            let message = format!("the role `{name}` is included by `{}`", other.name);
            return Err(Fault::shape(message).help("take it out there first"));
        }
        let held: Vec<EffectiveRoleId> =
            self.state.rights.of_role(id).into_iter().map(|(_, effective)| effective).collect();
        for person in self.state.holders_in(tenant, id) {
            self.keep_grants(person, |_, word| !held.contains(&word.role()));
        }
        self.drop_restrictions(tenant, |restriction| restriction.subject == SubjectId::Role(id));
        self.end_requests(tenant, |request| request.role == id);
        self.write_tenant(tenant, |tenant| {
            tenant.roles.remove(name);
        });
        self.put_role(
            id,
            self.state.policy.work_out(id, tenant, name, &Role::default(), Vec::new(), |_| None),
        );
        self.settle_role(id);
        Ok(())
    }

    fn own_role(&self, tenant: TenantId, name: &Name) -> Result<RoleId, Fault> {
        if self.state.policy.role(name).is_some() {
            return Err(Fault::shape(format!(
                "the role `{name}` is built in and can't be changed"
            )));
        }
        self.lookup().role(tenant, name)
    }

    /// The roles that a tenant's own role includes. A fault if one of its words is unknown, or one
    /// of its patterns has a `*` ([ruling R11](crate::docs::contract#r11)).
    fn included(&self, tenant: TenantId, role: &Role) -> Result<Vec<RoleId>, Fault> {
        if role.includes.len() > MAX_INCLUDES {
            return Err(Fault::limit("roles included by one", MAX_INCLUDES));
        }
        if role.permissions.len().saturating_add(role.except.len()) > MAX_ROLE_PATTERNS {
            return Err(Fault::limit("permissions listed by one role", MAX_ROLE_PATTERNS));
        }
        if let Some(wild) =
            role.permissions.iter().chain(&role.except).find(|pattern| !pattern.is_exact())
        {
            let message = format!("the pattern `{wild}` is not allowed in a role of a tenant");
            return Err(Fault::shape(message).help("list the permissions themselves"));
        }
        role.permissions
            .iter()
            .chain(&role.except)
            .try_for_each(|pattern| self.known_permission(pattern))?;
        let document = self.state.policy.document();
        if let Some(vision) = role.visions.iter().find(|vision| !document.visions.contains(vision))
        {
            return Err(Fault::absent("vision", vision));
        }
        if let Some(kind) = role.kinds.iter().find(|kind| !document.kinds.contains_key(*kind)) {
            return Err(Fault::absent("kind of principal", kind));
        }
        role.includes.iter().map(|name| self.lookup().role(tenant, name)).collect()
    }

    /// Refuses an exact pattern that names no permission of the catalogue.
    pub(super) fn known_permission(&self, pattern: &Pattern) -> Result<(), Fault> {
        let policy = &self.state.policy;
        if !pattern.is_exact() || policy.permission_names().find(pattern.as_str()).is_some() {
            return Ok(());
        }
        let fault = Fault::absent("permission", pattern);
        Err(
            match crate::policy::nearest(
                pattern.as_str(),
                policy.permissions().map(|(_, name)| name),
            ) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault,
            },
        )
    }

    fn worked_out(
        &self,
        id: RoleId,
        tenant: TenantId,
        name: &Name,
        role: &Role,
        includes: Vec<RoleId>,
    ) -> RoleRules {
        self.state
            .policy
            .work_out(id, tenant, name, role, includes, |id| self.state.role(id).cloned())
    }

    fn put_role(&mut self, id: RoleId, rules: RoleRules) {
        if let Some(place) = self.state.roles.get_mut(id) {
            *place = Arc::new(rules);
        }
    }

    /// This role and the roles that include it. A tenant's own role can be included by roles of
    /// that tenant alone, a built-in one by any.
    pub(super) fn including(&self, id: RoleId, tenant: TenantId) -> Vec<RoleId> {
        let includes = |&role: &RoleId| {
            self.state.role(role).is_some_and(|rules| rules.closure.binary_search(&id).is_ok())
        };
        let built_in = self.state.role(id).is_some_and(|rules| rules.tenant == TenantId::PLATFORM);
        if built_in {
            return self.state.roles.keys().filter(includes).collect();
        }
        let own =
            self.state.tenants.get(tenant).map(|tenant| tenant.roles.clone()).unwrap_or_default();
        own.values().copied().filter(includes).collect()
    }

    /// Writes the rows of a role's effective roles. The rows of a restricted role are left empty: a
    /// check that finds nothing then looks at restrictions.
    pub(super) fn settle_role(&mut self, id: RoleId) {
        let Some(rules) = self.state.role(id).cloned() else { return };
        let restricted = self.state.is_restricted(&rules);
        for (effective, row) in self.state.rights.of_role(id) {
            let permissions = if restricted {
                FixedBitSet::new()
            } else {
                self.state.policy.cut(&rules.uncut, effective.kind, effective.vision)
            };
            self.state.rights.set(row, &permissions);
        }
    }
}
