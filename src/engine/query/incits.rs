//! The review functions of INCITS 359: who is assigned to a role, and what roles and users have
//! permission for, whatever the dates, scopes and channels of the grants.

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;

use crate::facts::{PLATFORM, Snapshot, State};
use crate::model::{Identifier, Name};
use crate::policy::RoleRules;
use crate::store::{IntoSet, PermissionId, PersonId, RoleId, TenantId};

/// Whether the permissions of a role count with those of the roles that it includes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inheritance {
    /// A role with all roles that it includes, directly or not.
    #[default]
    With,
    /// A role's own patterns alone, without its exceptions.
    Without,
}

/// The review functions of INCITS 359. They are about the assignment of roles, whether a grant is
/// in force or not, at any scope, on any channel. Whether something may be done is answered by
/// [`check`](Snapshot::check), [`who_can`](Snapshot::who_can) and the other questions.
///
/// A tenant is named by the code of its root unit; `None` is the platform. The roles are those of
/// the policy and the tenant's own. If a name is unknown, the answer is empty.
impl Snapshot {
    /// *AssignedUsers*: the people who hold a grant of exactly this role in a tenant, in the order
    /// in which they were first registered.
    ///
    /// # Complexity
    /// O(units and groups of the tenant + holders).
    #[must_use]
    pub fn assigned_users(&self, role: &str, tenant: Option<&str>) -> Vec<Identifier> {
        let state = &*self.0;
        let Some((tenant, role)) = state.role_in(role, tenant) else { return Vec::new() };
        state.holders_in(tenant, role).into_iter().map(|id| state.identifier(id)).collect()
    }

    /// *AuthorizedUsers*: the people who hold this role, or a role that includes it, in a tenant,
    /// in the order in which they were first registered.
    ///
    /// # Complexity
    /// O(roles × units and groups of the tenant + holders).
    #[must_use]
    pub fn authorized_users(&self, role: &str, tenant: Option<&str>) -> Vec<Identifier> {
        let state = &*self.0;
        let Some((tenant, role)) = state.role_in(role, tenant) else { return Vec::new() };
        let holders: BTreeSet<PersonId> = state.holders_through(tenant, role).collect();
        holders.into_iter().map(|id| state.identifier(id)).collect()
    }

    /// *AssignedRoles*: the roles of a person's grants in a tenant, sorted by name.
    ///
    /// # Complexity
    /// O(grants).
    #[must_use]
    pub fn assigned_roles(&self, person: &str, tenant: Option<&str>) -> Vec<Name> {
        self.0
            .roles_held(person, tenant)
            .map(|(rules, ..)| rules.name.clone())
            .into_set()
            .into_iter()
            .collect()
    }

    /// *AuthorizedRoles*: the roles of a person's grants in a tenant and all roles that these
    /// include, sorted by name.
    ///
    /// # Complexity
    /// O(grants × included roles).
    #[must_use]
    pub fn authorized_roles(&self, person: &str, tenant: Option<&str>) -> Vec<Name> {
        let state = &*self.0;
        let closures = state.roles_held(person, tenant).flat_map(|(rules, ..)| &rules.closure);
        let roles: BTreeSet<RoleId> = closures.copied().into_set();
        let names =
            roles.into_iter().filter_map(|role| state.role(role)).map(|rules| rules.name.clone());
        names.into_set().into_iter().collect()
    }

    /// *RolePermissions*: the permissions of a role before ceilings, in the order of the
    /// catalogue.
    ///
    /// # Complexity
    /// O(permissions).
    #[must_use]
    pub fn role_permissions(
        &self,
        role: &str,
        tenant: Option<&str>,
        inheritance: Inheritance,
    ) -> Vec<Name> {
        let state = &*self.0;
        let rules = state.role_in(role, tenant).and_then(|(_, role)| state.role(role));
        rules.map_or_else(Vec::new, |rules| {
            state.permission_list(&state.permissions_of(rules, inheritance))
        })
    }

    /// *UserPermissions*: the permissions that a person's roles in a tenant give, in the order of
    /// the catalogue. The ceilings on the person's kind in the tenant and on the vision of each
    /// grant apply.
    ///
    /// # Complexity
    /// O(grants × permissions).
    #[must_use]
    pub fn user_permissions(
        &self,
        person: &str,
        tenant: Option<&str>,
        inheritance: Inheritance,
    ) -> Vec<Name> {
        let state = &*self.0;
        let mut all = FixedBitSet::with_capacity(state.policy.permission_count());
        for (rules, kind, vision) in state.roles_held(person, tenant) {
            all.union_with(&state.policy.cut(
                &state.permissions_of(rules, inheritance),
                kind,
                vision,
            ));
        }
        state.permission_list(&all)
    }

    /// *RoleOperationsOnObject*: the actions of a function that a role permits before ceilings, in
    /// the order of the policy.
    ///
    /// # Complexity
    /// O(permissions).
    #[must_use]
    pub fn role_operations_on_object(
        &self,
        role: &str,
        tenant: Option<&str>,
        function: &str,
        inheritance: Inheritance,
    ) -> Vec<Name> {
        actions_of(function, self.role_permissions(role, tenant, inheritance))
    }

    /// *UserOperationsOnObject*: the actions of a function that a person's roles in a tenant
    /// permit, in the order of the policy. If the object is a unit or a person's record, ask
    /// [`what_can`](Snapshot::what_can) instead.
    ///
    /// # Complexity
    /// O(grants × permissions).
    #[must_use]
    pub fn user_operations_on_object(
        &self,
        person: &str,
        tenant: Option<&str>,
        function: &str,
        inheritance: Inheritance,
    ) -> Vec<Name> {
        actions_of(function, self.user_permissions(person, tenant, inheritance))
    }
}

/// The actions of a function among some permissions.
fn actions_of(function: &str, permissions: Vec<Name>) -> Vec<Name> {
    let split = |permission: Name| {
        let (of, action) = permission.split_once(':')?;
        (of == function).then(|| Name::trusted(action.into()))
    };
    permissions.into_iter().filter_map(split).collect()
}

impl State {
    /// The ids of a tenant, or of the platform, and of a role of the policy or the tenant's own.
    fn role_in(&self, role: &str, tenant: Option<&str>) -> Option<(TenantId, RoleId)> {
        let tenant = tenant.map_or(Some(PLATFORM), |tenant| self.tenant(tenant))?;
        let own = || self.tenants.get(tenant)?.roles.get(role).copied();
        Some((tenant, self.policy.role(role).or_else(own)?))
    }

    /// The roles of a person's grants in a tenant, each with the person's kind and the grant's
    /// vision, which the ceilings are about.
    fn roles_held(
        &self,
        person: &str,
        tenant: Option<&str>,
    ) -> impl Iterator<Item = (&RoleRules, u16, u8)> {
        let tenant = tenant.map_or(Some(PLATFORM), |tenant| self.tenant(tenant));
        let person = self.person_names.find(person).and_then(|id| self.person(id));
        let words = person.into_iter().flat_map(|person| person.words());
        words.filter(move |word| Some(self.tenant_of(word.scope())) == tenant).filter_map(|word| {
            let effective = self.rights.effective(word.role())?;
            Some((&**self.role(effective.role)?, effective.kind, effective.vision))
        })
    }

    /// The permissions of a role before ceilings.
    fn permissions_of(&self, rules: &RoleRules, inheritance: Inheritance) -> FixedBitSet {
        match inheritance {
            Inheritance::With => rules.uncut.clone(),
            Inheritance::Without => {
                let mut own = self.policy.expand(&rules.role.permissions);
                own.difference_with(&self.policy.expand(&rules.role.except));
                own
            }
        }
    }

    /// The names of permissions, in the order of the catalogue.
    fn permission_list(&self, permissions: &FixedBitSet) -> Vec<Name> {
        let ids = permissions.ones().filter_map(PermissionId::from_index);
        ids.map(|id| self.policy.permission_names().name(id)).collect()
    }
}
