//! Restrictions: imposed and lifted.

use std::sync::Arc;

use super::Writer;
use crate::facts::error::Fault;
use crate::facts::index::people::MAX_RESTRICTIONS;
use crate::facts::lookup::Lookup;
use crate::facts::rows::{RestrictionFacts, ScopeId, SubjectId};
use crate::model::{Name, Restriction, Subject};
use crate::store::TenantId;

/// The most patterns of one restriction.
pub const MAX_RESTRICTION_PATTERNS: usize = 256;
/// The most restrictions on one role by one tenant at a time.
pub const MAX_ROLE_RESTRICTIONS: usize = 256;

impl Writer<'_> {
    pub(super) fn impose(&mut self, restriction: &Restriction) -> Result<(), Fault> {
        let Restriction { name, subject, permissions, scope, from, until } = restriction;
        let (from, until) = Lookup::bounds(*from, *until)?;
        let person = match subject {
            Subject::Person(person) => Some(person),
            Subject::Role(_) => None,
        };
        let scope = self.lookup().scope(scope, person)?;
        let tenant = self.state.tenant_of(scope);
        if self
            .state
            .tenants
            .get(tenant)
            .is_some_and(|tenant| tenant.restrictions.contains_key(name))
        {
            return Err(Fault::present("restriction", name));
        }
        if permissions.len() > MAX_RESTRICTION_PATTERNS {
            return Err(Fault::limit("patterns of one restriction", MAX_RESTRICTION_PATTERNS));
        }
        permissions.iter().try_for_each(|pattern| self.known_permission(pattern))?;
        let subject = match subject {
            Subject::Person(person) => {
                let id = self.lookup().registered(person, tenant)?;
                if self
                    .state
                    .person(id)
                    .is_some_and(|person| person.restrictions().len() >= MAX_RESTRICTIONS)
                {
                    return Err(Fault::limit("restrictions on one person", MAX_RESTRICTIONS));
                }
                SubjectId::Person(id)
            }
            Subject::Role(role) => {
                let id = self.lookup().role(tenant, role)?;
                let listed = self.state.role_restrictions.get(&id).into_iter().flatten();
                if listed.filter(|other| other.tenant == tenant).count() >= MAX_ROLE_RESTRICTIONS {
                    return Err(Fault::limit("restrictions on one role", MAX_ROLE_RESTRICTIONS));
                }
                SubjectId::Role(id)
            }
        };
        let facts = Arc::new(RestrictionFacts {
            name: name.clone(),
            tenant,
            subject,
            patterns: permissions.clone(),
            permissions: self.state.policy.expand(permissions),
            scope,
            from,
            until,
        });
        self.write_tenant(tenant, |tenant| {
            tenant.restrictions.insert(name.clone(), Arc::clone(&facts));
        });
        match subject {
            SubjectId::Person(id) => {
                self.state.people.write(id, |cold, row| cold.restrictions.push(row, facts));
                if let ScopeId::Members(group) = scope {
                    self.write_group(group, |facts| {
                        facts.named_by.insert(id);
                    });
                }
                self.settle(id);
            }
            SubjectId::Role(id) => {
                let first = !self.state.role_restrictions.contains_key(&id);
                if let Some(list) = self.state.role_restrictions.get_or_default(id) {
                    list.push(facts);
                }
                self.state.settle_unclear();
                if first {
                    self.including(id, tenant).into_iter().for_each(|role| self.settle_role(role));
                }
            }
        }
        Ok(())
    }

    pub(super) fn lift(&mut self, tenant: Option<&Name>, name: &Name) -> Result<(), Fault> {
        let tenant = self.lookup().tenant_or_platform(tenant)?;
        let tenant_facts = self.state.tenants.get(tenant);
        let found = tenant_facts.and_then(|tenant| tenant.restrictions.get(name)).cloned();
        self.drop_restriction(&found.ok_or_else(|| Fault::absent("restriction", name))?);
        Ok(())
    }

    /// Ends the restrictions of a tenant that the predicate accepts.
    pub(super) fn drop_restrictions(
        &mut self,
        tenant: TenantId,
        gone: impl Fn(&RestrictionFacts) -> bool,
    ) {
        let all = self
            .state
            .tenants
            .get(tenant)
            .map(|tenant| tenant.restrictions.clone())
            .unwrap_or_default();
        all.values()
            .filter(|restriction| gone(restriction))
            .for_each(|restriction| self.drop_restriction(restriction));
    }

    fn drop_restriction(&mut self, restriction: &Arc<RestrictionFacts>) {
        let tenant = restriction.tenant;
        self.write_tenant(tenant, |tenant| {
            tenant.restrictions.remove(&restriction.name);
        });
        match restriction.subject {
            SubjectId::Person(id) => {
                self.state.people.write(id, |cold, row| {
                    cold.restrictions.retain(row, |other| !Arc::ptr_eq(other, restriction))
                });
                self.forget_name(id, restriction.scope);
                self.settle(id);
            }
            SubjectId::Role(id) => {
                let mut left = self.state.role_restrictions.get(&id).cloned().unwrap_or_default();
                left.retain(|other| !Arc::ptr_eq(other, restriction));
                if left.is_empty() {
                    self.state.role_restrictions.remove(&id);
                    self.state.settle_unclear();
                    self.including(id, tenant).into_iter().for_each(|role| self.settle_role(role));
                } else {
                    self.state.role_restrictions.insert(id, left);
                }
            }
        }
    }
}
