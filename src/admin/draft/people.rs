//! Commands about principals: register, edit, suspend, resume, remove; and their affiliations.

use super::drafter::Drafter;
use crate::admin::refusal::{Objection, unattributed};
use crate::admin::rules::area::Area;
use crate::facts::{Event, Fault, PLATFORM, Person, ScopeId, Word};
use crate::model::{Identifier, Name, Registration};
use crate::store::{PersonId, TenantId};

impl Drafter<'_> {
    pub(super) fn register(&mut self, registration: &Registration) -> Result<(), Objection> {
        let Registration { person, tenant, kind, unit } = registration;
        let tenant = self.names().tenant_or_platform(tenant.as_ref()).map_err(unattributed)?;
        let place = match (unit, self.root(tenant)) {
            (Some(unit), _) => ScopeId::Unit(self.unit(unit)?),
            (None, ScopeId::Subtree(root)) => ScopeId::Unit(root),
            (None, scope) => scope,
        };
        let kind = kind.as_ref().and_then(|kind| self.state.policy.kind(kind));
        self.demand(kind, Area::Scope(place), Some(person))
            .event(Event::PersonRegistered(registration.clone()));
        Ok(())
    }

    pub(super) fn edit(
        &mut self,
        person: &Identifier,
        tenant_name: Option<&Name>,
        kind: Option<&Name>,
        unit: Option<&Name>,
    ) -> Result<(), Objection> {
        let tenant = self.names().tenant_or_platform(tenant_name).map_err(unattributed)?;
        let id = self.registered(person, tenant)?;
        let old = self.kind_in(id, tenant);
        let new = kind.and_then(|kind| self.state.policy.kind(kind)).or(old);
        // Guards may differ by kind: the actor must hold the one for the old kind and the one for
        // the new.
        for kind in [old, new] {
            self.demand_over_registration(person, id, tenant, kind);
            if old != new {
                self.demand_over_grants(person, id, tenant, kind);
            }
            if let Some(unit) = unit {
                let unit = self.unit(unit)?;
                self.demand(kind, Area::Scope(ScopeId::Unit(unit)), Some(person));
            }
        }
        if let Some(kind) = kind {
            let (person, tenant) = (person.clone(), tenant_name.cloned());
            self.event(Event::PersonKindChanged { person, tenant, kind: kind.clone() });
        }
        if let Some(unit) = unit {
            let Some(tenant) = tenant_name.cloned() else {
                return Err(unattributed(
                    Fault::shape("the platform has no units").help("name the tenant"),
                ));
            };
            self.event(Event::PersonPlaced { person: person.clone(), tenant, unit: unit.clone() });
        }
        Ok(())
    }

    /// Demands the guard over a registration's place and everything that the person was granted in
    /// the tenant; without a tenant, everywhere. `suspends`: a suspension in one tenant also takes
    /// away what the person holds everywhere.
    pub(super) fn demand_over_person(
        &mut self,
        person: &Identifier,
        tenant: Option<&Name>,
        suspends: bool,
    ) -> Result<(), Objection> {
        let Some(tenant) = tenant else {
            let known = |fault: Fault| (Some(person.clone()), fault.into());
            let id = match suspends {
                true => self.names().person(person).map_err(known)?,
                false => self.registered(person, PLATFORM)?,
            };
            let kind = self.kind_in(id, PLATFORM);
            self.demand(kind, Area::Scope(ScopeId::Everywhere), Some(person));
            return Ok(());
        };
        let tenant = self.names().tenant(tenant).map_err(unattributed)?;
        let id = self.registered(person, tenant)?;
        let kind = self.kind_in(id, tenant);
        self.demand_over_registration(person, id, tenant, kind);
        self.demand_over_grants(person, id, tenant, kind);
        if suspends {
            self.demand_if_held_everywhere(person, id, kind);
        }
        Ok(())
    }

    /// Demands the guard everywhere if the person holds anything everywhere: what is denied in one
    /// tenant is also denied to requests about everywhere (R21).
    pub(super) fn demand_if_held_everywhere(
        &mut self,
        person: &Identifier,
        id: PersonId,
        kind: Option<u16>,
    ) {
        let words =
            |person: Person<'_>| person.words().any(|word| word.scope() == ScopeId::Everywhere);
        if self.person(id).is_some_and(words) {
            self.demand(kind, Area::Scope(ScopeId::Everywhere), Some(person));
        }
    }

    /// Whether anybody holds the role, or one that includes it, everywhere.
    pub(super) fn is_held_everywhere(&self, tenant: TenantId, role: &Name) -> bool {
        let Ok(role) = self.names().role(tenant, role) else { return false };
        let mut held = self.state.by_scope.roles_at(ScopeId::Everywhere);
        held.any(|(effective, _)| {
            let rules = self
                .state
                .rights
                .effective(effective)
                .and_then(|effective| self.state.role(effective.role));
            rules.is_some_and(|rules| rules.closure.binary_search(&role).is_ok())
        })
    }

    pub(super) fn demand_over_registration(
        &mut self,
        person: &Identifier,
        id: PersonId,
        tenant: TenantId,
        kind: Option<u16>,
    ) {
        let area = self.registration_area(id, tenant);
        self.demand(kind, area, Some(person));
    }

    pub(super) fn registration_area(&self, id: PersonId, tenant: TenantId) -> Area {
        let place = self
            .person(id)
            .and_then(|person| person.registration(tenant))
            .map(|registered| registered.place);
        Area::Scope(match place {
            Some(place) if tenant != PLATFORM => ScopeId::Unit(place),
            _ => ScopeId::Everywhere,
        })
    }

    pub(super) fn demand_over_grants(
        &mut self,
        person: &Identifier,
        id: PersonId,
        tenant: TenantId,
        kind: Option<u16>,
    ) {
        let scopes: Vec<ScopeId> =
            self.person(id).into_iter().flat_map(Person::words).map(Word::scope).collect();
        for scope in scopes {
            if self.state.tenant_of(scope) == tenant {
                self.demand(kind, Area::of(scope, id), Some(person));
            }
        }
    }

    pub(super) fn demand_for_affiliation(
        &mut self,
        person: &Identifier,
        unit: &Name,
    ) -> Result<(), Objection> {
        let unit = self.unit(unit)?;
        let tenant = self.state.units.node(unit).owner;
        let id = self.registered(person, tenant)?;
        self.not_oneself(id, person)?;
        let kind = self.kind_in(id, tenant);
        self.demand(kind, Area::Scope(ScopeId::Unit(unit)), Some(person));
        Ok(())
    }
}
