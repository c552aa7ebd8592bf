//! Commands about people: registered, edited, suspended, removed, affiliated.

use super::{Against, Drafting, shape};
use crate::admin::rules::reach::Reach;
use crate::facts::{Event, Fault, PLATFORM, Person, ScopeId, Word};
use crate::model::{Identifier, Name, Registration};
use crate::store::{PersonId, TenantId};

impl Drafting<'_> {
    pub(super) fn register(&mut self, registration: &Registration) -> Result<(), Against> {
        let Registration { person, tenant, kind, unit } = registration;
        let tenant = self.names().tenant_or_platform(tenant.as_ref()).map_err(shape)?;
        let place = match (unit, self.root(tenant)) {
            (Some(unit), _) => ScopeId::Unit(self.unit(unit)?),
            (None, ScopeId::Subtree(root)) => ScopeId::Unit(root),
            (None, scope) => scope,
        };
        let kind = kind.as_ref().and_then(|kind| self.state.policy.kind(kind));
        self.demand(kind, Reach::Scope(place), Some(person))
            .event(Event::PersonRegistered(registration.clone()));
        Ok(())
    }

    pub(super) fn edit(
        &mut self,
        person: &Identifier,
        tenant_name: Option<&Name>,
        kind: Option<&Name>,
        unit: Option<&Name>,
    ) -> Result<(), Against> {
        let tenant = self.names().tenant_or_platform(tenant_name).map_err(shape)?;
        let id = self.registered(person, tenant)?;
        let old = self.kind_in(id, tenant);
        let new = kind.and_then(|kind| self.state.policy.kind(kind)).or(old);
        // Guards may depend on the kind: both that of before and that of afterwards.
        for kind in [old, new] {
            self.over_registration(person, id, tenant, kind);
            if old != new {
                self.over_grants(person, id, tenant, kind);
            }
            if let Some(unit) = unit {
                let unit = self.unit(unit)?;
                self.demand(kind, Reach::Scope(ScopeId::Unit(unit)), Some(person));
            }
        }
        if let Some(kind) = kind {
            let (person, tenant) = (person.clone(), tenant_name.cloned());
            self.event(Event::PersonKindChanged { person, tenant, kind: kind.clone() });
        }
        if let Some(unit) = unit {
            let Some(tenant) = tenant_name.cloned() else {
                return Err(shape(
                    Fault::shape("the platform has no units").help("name the tenant"),
                ));
            };
            self.event(Event::PersonPlaced { person: person.clone(), tenant, unit: unit.clone() });
        }
        Ok(())
    }

    /// Over a registration's place and all that the person was granted in the tenant;
    /// where none is named: everywhere. What suspends also takes away what is held everywhere.
    pub(in crate::admin) fn over_person(
        &mut self,
        person: &Identifier,
        tenant: Option<&Name>,
        suspends: bool,
    ) -> Result<(), Against> {
        let Some(tenant) = tenant else {
            let known = |fault: Fault| (Some(person.clone()), fault.into());
            let id = match suspends {
                true => self.names().person(person).map_err(known)?,
                false => self.registered(person, PLATFORM)?,
            };
            let kind = self.kind_in(id, PLATFORM);
            self.demand(kind, Reach::Scope(ScopeId::Everywhere), Some(person));
            return Ok(());
        };
        let tenant = self.names().tenant(tenant).map_err(shape)?;
        let id = self.registered(person, tenant)?;
        let kind = self.kind_in(id, tenant);
        self.over_registration(person, id, tenant, kind);
        self.over_grants(person, id, tenant, kind);
        if suspends {
            self.over_everywhere(person, id, kind);
        }
        Ok(())
    }

    /// Over everything, where somebody holds anything everywhere: what is denied in one
    /// tenant denies what is asked for everywhere (ruling R21).
    pub(super) fn over_everywhere(&mut self, person: &Identifier, id: PersonId, kind: Option<u16>) {
        let words =
            |person: Person<'_>| person.words().any(|word| word.scope() == ScopeId::Everywhere);
        if self.person(id).is_some_and(words) {
            self.demand(kind, Reach::Scope(ScopeId::Everywhere), Some(person));
        }
    }

    /// Whether somebody holds a role, or one that includes it, everywhere.
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

    pub(super) fn over_registration(
        &mut self,
        person: &Identifier,
        id: PersonId,
        tenant: TenantId,
        kind: Option<u16>,
    ) {
        let reach = self.registration_reach(id, tenant);
        self.demand(kind, reach, Some(person));
    }

    pub(super) fn registration_reach(&self, id: PersonId, tenant: TenantId) -> Reach {
        let place = self
            .person(id)
            .and_then(|person| person.registration(tenant))
            .map(|registered| registered.place);
        Reach::Scope(match place {
            Some(place) if tenant != PLATFORM => ScopeId::Unit(place),
            _ => ScopeId::Everywhere,
        })
    }

    pub(super) fn over_grants(
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
                self.demand(kind, Reach::of(scope, id), Some(person));
            }
        }
    }

    pub(super) fn about_affiliation(
        &mut self,
        person: &Identifier,
        unit: &Name,
    ) -> Result<(), Against> {
        let unit = self.unit(unit)?;
        let tenant = self.state.units.node(unit).owner;
        let id = self.registered(person, tenant)?;
        self.not_oneself(id, person)?;
        let kind = self.kind_in(id, tenant);
        self.demand(kind, Reach::Scope(ScopeId::Unit(unit)), Some(person));
        Ok(())
    }
}
