//! Administrators whom a supplier installs and replaces (U2, U6).

use super::drafter::Drafter;
use crate::admin::refusal::{Objection, Rule, unattributed};
use crate::admin::rules::administrators::Administrators;
use crate::facts::{Detail, Event, Fault, Person, Word};
use crate::model::{Basis, Grant, Identifier, Registration, Scope};
use crate::store::TenantId;

impl Drafter<'_> {
    /// The tenant of a registration, and the grant that makes its person the administrator there
    /// (R31).
    pub(super) fn administration(
        &self,
        registration: &Registration,
    ) -> Result<(TenantId, Grant), Objection> {
        let Some(tenant_name) = &registration.tenant else {
            return Err(unattributed(
                Fault::shape("the platform has no administrator of this kind")
                    .help("name the tenant"),
            ));
        };
        let tenant = self.names().tenant(tenant_name).map_err(unattributed)?;
        let policy = &self.state.policy;
        let role = policy
            .administrator()
            .and_then(|role| policy.roles().get(role.index()))
            .ok_or_else(|| {
                let fault = Fault::shape("the policy names no administrator's role");
                unattributed(fault.help("add `administration.administrator`"))
            })?;
        let grant = Grant {
            person: registration.person.clone(),
            role: role.name.clone(),
            scope: Scope::Subtree(tenant_name.clone()),
            channel: None,
            basis: Basis::Standing,
            from: None,
            until: None,
        };
        Ok((tenant, grant))
    }

    pub(super) fn bootstrap(&mut self, registration: &Registration) -> Result<(), Objection> {
        self.demand_everywhere();
        let (tenant, grant) = self.administration(registration)?;
        if !Administrators::of(self.state, tenant, self.issuer.at).is_empty()
            && let Some(tenant) = registration.tenant.clone()
        {
            return Err((None, Rule::HasAdministrator { tenant }));
        }
        self.install(registration, tenant, grant)
    }

    pub(super) fn replace(
        &mut self,
        old: &Identifier,
        new: &Registration,
    ) -> Result<(), Objection> {
        self.demand_everywhere();
        let (tenant, grant) = self.administration(new)?;
        let id = self.registered(old, tenant)?;
        if *old == new.person {
            return Err((
                Some(old.clone()),
                unattributed(Fault::shape("the old administrator and the new one are the same")).1,
            ));
        }
        let state = self.state;
        let administrator = state.policy.administrator();
        let held: Vec<(Word, Detail)> =
            self.person(id).into_iter().flat_map(Person::grants).collect();
        let mut any = false;
        for (word, detail) in held {
            let role = state.rights.effective(word.role()).map(|effective| effective.role);
            if role == administrator && state.tenant_of(word.scope()) == tenant {
                self.event(Event::Revoked(state.grant_named(word, detail, old.clone())));
                any |= word.scope() == self.root(tenant) && detail.basis.is_none();
            }
        }
        if !any {
            let tenant = new.tenant.clone().unwrap_or_else(|| grant.role.clone());
            return Err((Some(old.clone()), Rule::NotAdministrator { tenant }));
        }
        self.install(new, tenant, grant)
    }

    /// Registers a person if need be and grants the administrator's role. Refused for the actor's
    /// own person.
    pub(super) fn install(
        &mut self,
        registration: &Registration,
        tenant: TenantId,
        grant: Grant,
    ) -> Result<(), Objection> {
        let person = &registration.person;
        if let Ok(id) = self.names().person(person) {
            self.not_oneself(id, person)?;
        }
        if self.names().registered(person, tenant).is_err() {
            self.event(Event::PersonRegistered(registration.clone()));
        }
        self.event(Event::Granted(grant));
        Ok(())
    }
}
