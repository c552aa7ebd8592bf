//! The review functions of INCITS 359: who is assigned to a role, and what roles and
//! users have permission for, dates, scopes and channels apart.

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;

use crate::facts::{PLATFORM, Snapshot, State};
use crate::model::{Identifier, Name};
use crate::policy::RoleRules;
use crate::store::{IntoSet, PermissionId, PersonId, RoleId, TenantId};

/// Whether what a role includes counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inheritance {
    /// A role with all that it includes, directly or not.
    #[default]
    With,
    /// A role's own patterns alone, less its exceptions.
    Without,
}

/// The review functions of INCITS 359. They are about the assignment of roles, in force
/// or not, at whatever scope, on whatever channel: whether something may be done is
/// what [`check`](Snapshot::check), [`who_can`](Snapshot::who_can) and their like say.
///
/// A tenant is named by the code of its root; none is the platform. Roles are the
/// policy's and the tenant's own. Where a name is unknown, the answer is empty.
impl Snapshot {
    /// *AssignedUsers*: who holds a grant of exactly this role in a tenant, in the order
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

    /// *AuthorizedUsers*: who holds this role in a tenant, or one that includes it.
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

    /// *AssignedRoles*: the roles of a person's grants in a tenant, by name.
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

    /// *AuthorizedRoles*: the same with all the roles that those include.
    ///
    /// # Complexity
    /// O(grants × roles included).
    #[must_use]
    pub fn authorized_roles(&self, person: &str, tenant: Option<&str>) -> Vec<Name> {
        let state = &*self.0;
        let closures = state.roles_held(person, tenant).flat_map(|(rules, ..)| &rules.closure);
        let roles: BTreeSet<RoleId> = closures.copied().into_set();
        let names =
            roles.into_iter().filter_map(|role| state.role(role)).map(|rules| rules.name.clone());
        names.into_set().into_iter().collect()
    }

    /// *RolePermissions*: what a role permits, ceilings apart, in the order of the catalogue.
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

    /// *UserPermissions*: what the roles of a person in a tenant permit, each cut by the
    /// ceilings on the kind they are there and on the vision of the grant; in the order of
    /// the catalogue.
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

    /// *RoleOperationsOnObject*: the actions of a function that a role permits, in the
    /// order of the policy.
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

    /// *UserOperationsOnObject*: the actions of a function that the roles of a person in
    /// a tenant permit, in the order of the policy. Where the object is a unit, or a
    /// person's record, ask [`what_can`](Snapshot::what_can).
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

fn actions_of(function: &str, permissions: Vec<Name>) -> Vec<Name> {
    let split = |permission: Name| {
        let (of, action) = permission.split_once(':')?;
        (of == function).then(|| Name::trusted(action.into()))
    };
    permissions.into_iter().filter_map(split).collect()
}

impl State {
    /// The numbers of a tenant, or the platform, and of a role there.
    fn role_in(&self, role: &str, tenant: Option<&str>) -> Option<(TenantId, RoleId)> {
        let tenant = tenant.map_or(Some(PLATFORM), |tenant| self.tenant(tenant))?;
        let own = || self.tenants.get(tenant)?.roles.get(role).copied();
        Some((tenant, self.policy.role(role).or_else(own)?))
    }

    /// The roles of a person's grants in a tenant, each with the kind and the vision that count.
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

    fn permission_list(&self, permissions: &FixedBitSet) -> Vec<Name> {
        let ids = permissions.ones().filter_map(PermissionId::from_index);
        ids.map(|id| self.policy.permission_names().name(id)).collect()
    }
}
