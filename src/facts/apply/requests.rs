//! Requests for roles: made and closed; and attestations.

use std::sync::Arc;

use super::Writer;
use crate::facts::error::Fault;
use crate::facts::lookup::GrantId;
use crate::facts::rows::{PLATFORM, RequestFacts};
use crate::model::{Attestation, Grant, MAX_ATTESTATION_BYTES, Name, RoleRequest};
use crate::store::{PersonId, TenantId};

/// The most requests that may be open in one tenant at a time.
pub const MAX_REQUESTS: usize = 65_536;

impl Writer<'_> {
    pub(super) fn request(&mut self, request: &RoleRequest) -> Result<(), Fault> {
        let RoleRequest { name, tenant: tenant_name, by, grant, .. } = request;
        let tenant = self.lookup().tenant(tenant_name)?;
        let open = self
            .state
            .tenants
            .get(tenant)
            .map(|tenant| tenant.requests.clone())
            .unwrap_or_default();
        if open.contains_key(name) {
            return Err(Fault::present("request", name));
        }
        if open.len() >= MAX_REQUESTS {
            return Err(Fault::limit("open requests of one tenant", MAX_REQUESTS));
        }
        let GrantId { person, role, kind, scope, channel, .. } = self.lookup().grant(grant)?;
        if self.state.tenant_of(scope) != tenant {
            let message = format!(
                "the request `{name}` is of tenant `{tenant_name}`, and the grant's scope is not"
            );
            return Err(Fault::shape(message).help("ask in the tenant of the scope"));
        }
        if !self.reading.already_in_force {
            self.takes_new(&grant.scope)?;
            self.fits(role, kind, scope, channel, grant)?;
        }
        let by = self
            .lookup()
            .registered(by, PLATFORM)
            .or_else(|_| self.lookup().registered(by, tenant))?;
        // The scope is named in full, as what is left out may mean something else by the time of
        // the answer; and people may be named by number.
        let grant = Grant {
            person: self.state.identifier(person),
            scope: self.state.scope_name(scope),
            channel: self.state.policy.channels().get(channel.index()).cloned(),
            ..grant.clone()
        };
        let request = RoleRequest { by: self.state.identifier(by), grant, ..request.clone() };
        let facts = Arc::new(RequestFacts { request, by, person, role, scope });
        self.write_tenant(tenant, |tenant| {
            tenant.requests.insert(name.clone(), facts);
        });
        Ok(())
    }

    pub(super) fn close_request(&mut self, tenant: &Name, request: &Name) -> Result<(), Fault> {
        let tenant = self.lookup().tenant(tenant)?;
        if !self
            .state
            .tenants
            .get(tenant)
            .is_some_and(|tenant| tenant.requests.contains_key(request))
        {
            return Err(Fault::absent("open request", request));
        }
        self.write_tenant(tenant, |tenant| {
            tenant.requests.remove(request);
        });
        Ok(())
    }

    /// Ends the open requests of a tenant that the predicate accepts ([ruling
    /// R12](crate::docs::contract#r12)).
    pub(super) fn end_requests(&mut self, tenant: TenantId, gone: impl Fn(&RequestFacts) -> bool) {
        let open = self
            .state
            .tenants
            .get(tenant)
            .map(|tenant| tenant.requests.clone())
            .unwrap_or_default();
        let ended: Vec<&Name> =
            open.iter().filter(|(_, facts)| gone(facts)).map(|(name, _)| name).collect();
        if !ended.is_empty() {
            self.write_tenant(tenant, |tenant| {
                ended.into_iter().for_each(|name| {
                    tenant.requests.remove(name);
                });
            });
        }
    }

    /// Ends the requests by a person and for a person whose registration in a tenant, or on the
    /// platform, ended. Staff of the platform may have asked in any tenant.
    pub(super) fn end_requests_of(&mut self, person: PersonId, tenant: TenantId) {
        if tenant != PLATFORM {
            return self
                .end_requests(tenant, |request| request.person == person || request.by == person);
        }
        for tenant in self.state.tenants.keys() {
            if self.state.person(person).is_none_or(|person| person.registration(tenant).is_none())
            {
                self.end_requests(tenant, |request| request.by == person);
            }
        }
    }

    /// Checks an attestation, which is for the journal alone and changes no fact: none of its texts
    /// may be missing.
    pub(super) fn attest(&self, attestation: &Attestation) -> Result<(), Fault> {
        let tenant = self.lookup().tenant(&attestation.tenant)?;
        self.lookup().registered(&attestation.about, tenant)?;
        // The journal keeps texts apart from events, and may have forgotten them.
        if self.reading.by_number {
            return Ok(());
        }
        for (word, text) in attestation.texts() {
            if text.is_empty() {
                return Err(Fault::shape(format!("the attestation says nothing as `{word}`")));
            }
            if text.len() > MAX_ATTESTATION_BYTES {
                return Err(Fault::limit(
                    &format!("bytes of `{word}` of an attestation"),
                    MAX_ATTESTATION_BYTES,
                ));
            }
        }
        Ok(())
    }
}
