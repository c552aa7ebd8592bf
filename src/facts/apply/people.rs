//! Registrations, suspensions, affiliations; and how the index of a person follows from the facts.

use super::Writer;
use crate::facts::error::Fault;
use crate::facts::index::people::{MAX_AFFILIATIONS, MAX_REGISTRATIONS};
use crate::facts::index::person::{Term, Word};
use crate::facts::lookup::Lookup;
use crate::facts::person_number::number_of;
use crate::facts::rows::{Affiliated, PLATFORM, Registered, ScopeId};
use crate::model::{Affiliation, Identifier, Name, Registration};
use crate::store::{GroupId, PersonId, TenantId, UnitId};
use crate::time::Instant;

impl Writer<'_> {
    pub(super) fn register(&mut self, registration: &Registration) -> Result<(), Fault> {
        let Registration { person, tenant: tenant_name, kind, unit } = registration;
        let tenant = self.lookup().tenant_or_platform(tenant_name.as_ref())?;
        let kind = self.kind(person, kind.as_ref())?;
        let place = match (unit, tenant) {
            (Some(unit), PLATFORM) => {
                return Err(Fault::shape(format!(
                    "`{}` is registered on the platform, which has no unit `{unit}`",
                    person.masked()
                )));
            }
            (Some(unit), tenant) => self.place_in(tenant, unit)?,
            (None, PLATFORM) => UnitId::NONE,
            (None, _) => tenant_name
                .as_ref()
                .map_or(Ok(UnitId::NONE), |root| self.lookup().open_unit(root))?,
        };
        let known = self.lookup().find(person);
        let registrations = known
            .and_then(|id| self.state.person(id))
            .map(|p| p.registrations())
            .unwrap_or_default();
        if registrations.iter().any(|registered| registered.tenant == tenant) {
            return Err(Fault::present("registration there of", person.masked()));
        }
        if registrations.len() >= MAX_REGISTRATIONS {
            return Err(Fault::limit("registrations of one person", MAX_REGISTRATIONS));
        }
        let id = match known {
            Some(id) => id,
            None => self.newcomer(person)?,
        };
        let registered = Registered { tenant, place, kind, suspended: false };
        self.state.people.write(id, |cold, row| cold.registrations.push(row, registered));
        self.settle(id);
        Ok(())
    }

    /// The unit at which a registration in a tenant is to be, if it is an open unit of that tenant.
    fn place_in(&self, tenant: TenantId, unit: &Name) -> Result<UnitId, Fault> {
        let place = self.lookup().open_unit(unit)?;
        if self.state.units.node(place).owner != tenant {
            return Err(Fault::shape(format!(
                "the unit `{unit}` is not of the tenant of the registration"
            )));
        }
        Ok(place)
    }

    pub(super) fn place(
        &mut self,
        person: &Identifier,
        tenant: &Name,
        unit: &Name,
    ) -> Result<(), Fault> {
        let tenant = self.lookup().tenant(tenant)?;
        let id = self.lookup().registered(person, tenant)?;
        let place = self.place_in(tenant, unit)?;
        self.state.people.write(id, |cold, row| {
            cold.registrations
                .row_mut(row)
                .iter_mut()
                .filter(|r| r.tenant == tenant)
                .for_each(|r| r.place = place);
        });
        Ok(())
    }

    /// Gives a new person the next id.
    fn newcomer(&mut self, person: &Identifier) -> Result<PersonId, Fault> {
        if !self.reading.by_number {
            return Ok(self.state.add_person(Some(person.as_str()))?);
        }
        let next = PersonId::from_index(self.state.people.len())
            .filter(|&next| number_of(person) == Some(next));
        let row = next.and_then(|next| next.index().checked_sub(self.newcomers.first.index()));
        let Some(name) = row.and_then(|row| self.newcomers.names.get(row)) else {
            return Err(Fault::absent("name for the number", person));
        };
        if name.as_ref().is_some_and(|name| self.state.person_names.find(name.as_str()).is_some()) {
            return Err(Fault::present("number for the name of", person));
        }
        Ok(self.state.add_person(name.as_ref().map(Identifier::as_str))?)
    }

    /// The number of the kind of a registration. A fault if the identifier is not written as those
    /// of the kind are.
    fn kind(&self, person: &Identifier, kind: Option<&Name>) -> Result<u16, Fault> {
        let policy = &self.state.policy;
        match (kind, policy.kinds().is_empty()) {
            (Some(name), false) => {
                let kind = policy.kind(name).ok_or_else(|| {
                    let fault = Fault::absent("kind of principal", name);
                    match crate::policy::nearest(
                        name,
                        policy.kinds().iter().map(|kind| kind.name.clone()),
                    ) {
                        Some(near) => fault.help(format!("did you mean `{near}`?")),
                        None => fault,
                    }
                })?;
                // A number is not written as the identifiers of a kind are.
                if let Some(rules) =
                    policy.kinds().get(usize::from(kind)).filter(|_| !self.reading.by_number)
                {
                    rules
                        .scheme
                        .check(person.as_str())
                        .map_err(|error| Fault::shape(error.to_string()))?;
                }
                Ok(kind)
            }
            (None, false) => {
                Err(Fault::shape(format!("`{}` is registered without a kind", person.masked()))
                    .help("add `kind`"))
            }
            (Some(name), true) => {
                Err(Fault::shape(format!("the policy has no kinds, and so no `{name}`"))
                    .help("remove `kind`"))
            }
            (None, true) => Ok(u16::MAX),
        }
    }

    pub(super) fn change_kind(
        &mut self,
        person: &Identifier,
        tenant: Option<&Name>,
        kind: &Name,
    ) -> Result<(), Fault> {
        let tenant = self.lookup().tenant_or_platform(tenant)?;
        let id = self.lookup().registered(person, tenant)?;
        let kind = self.kind(person, Some(kind))?;
        // New effective roles are numbered before anything is written, as that may fail.
        let old: Vec<_> = self.state.person(id).map(|p| p.grants().collect()).unwrap_or_default();
        let mut grants = Vec::with_capacity(old.len());
        for (word, detail) in old {
            let effective = self.state.rights.effective(word.role());
            match effective.filter(|_| self.state.tenant_of(word.scope()) == tenant) {
                Some(effective) => {
                    let word = self.word(
                        effective.role,
                        kind,
                        word.scope(),
                        word.channel(),
                        word.is_dated(),
                    )?;
                    grants.push((word, detail));
                }
                None => grants.push((word, detail)),
            }
        }
        self.state.people.write(id, |cold, row| {
            cold.registrations
                .row_mut(row)
                .iter_mut()
                .filter(|r| r.tenant == tenant)
                .for_each(|r| r.kind = kind);
        });
        self.replace_grants(id, &grants);
        self.settle(id);
        Ok(())
    }

    pub(super) fn remove_person(
        &mut self,
        person: &Identifier,
        tenant: Option<&Name>,
    ) -> Result<(), Fault> {
        let tenant = self.lookup().tenant_or_platform(tenant)?;
        let id = self.lookup().registered(person, tenant)?;
        self.unregister(id, tenant);
        Ok(())
    }

    /// Ends every registration of a person and forgets the name. The id stays and stands for
    /// nobody.
    pub(super) fn erase_person(&mut self, person: &Identifier) -> Result<(), Fault> {
        let id =
            self.lookup().find(person).ok_or_else(|| Fault::absent("person", person.masked()))?;
        let registrations =
            self.state.person(id).map(|person| person.registrations().to_vec()).unwrap_or_default();
        registrations.into_iter().for_each(|registered| self.unregister(id, registered.tenant));
        self.state.people.set_suspended(id, false);
        self.state.person_names.forget(id);
        Ok(())
    }

    /// Ends a registration and all that the person had in that tenant.
    fn unregister(&mut self, id: PersonId, tenant: TenantId) {
        let Some(found) = self.state.person(id) else { return };
        let of_tenant = |group: &GroupId| self.state.groups.node(*group).owner == tenant;
        let groups: Vec<GroupId> = found
            .memberships()
            .iter()
            .map(|membership| membership.group)
            .filter(of_tenant)
            .collect();
        let named: Vec<_> =
            found.restrictions().iter().filter(|r| r.tenant == tenant).cloned().collect();
        let grants: Vec<_> = found
            .grants()
            .filter(|(word, _)| self.state.tenant_of(word.scope()) != tenant)
            .collect();
        let mut scopes: Vec<ScopeId> = found.words().map(Word::scope).collect();
        scopes.extend(named.iter().map(|restriction| restriction.scope));
        let kept: Vec<Affiliated> = found
            .affiliations()
            .iter()
            .copied()
            .filter(|affiliated| self.state.units.node(affiliated.unit).owner != tenant)
            .collect();
        for &group in &groups {
            self.write_group(group, |facts| {
                facts.members.remove(&id);
                facts.leader = facts.leader.filter(|&leader| leader != id);
            });
        }
        for restriction in &named {
            self.write_tenant(tenant, |tenant| {
                tenant.restrictions.remove(&restriction.name);
            });
        }
        self.replace_grants(id, &grants);
        self.state.people.write(id, |cold, row| {
            cold.affiliations.set(row, kept);
            cold.memberships.retain(row, |membership| !groups.contains(&membership.group));
            cold.restrictions.retain(row, |restriction| restriction.tenant != tenant);
            cold.registrations.retain(row, |registered| registered.tenant != tenant);
        });
        scopes.into_iter().for_each(|scope| self.forget_name(id, scope));
        self.end_enrolments(id, tenant);
        self.settle(id);
        self.end_requests_of(id, tenant);
        self.end_reviews_of(id, tenant);
    }

    pub(super) fn set_suspended(
        &mut self,
        person: &Identifier,
        tenant: Option<&Name>,
        on: bool,
    ) -> Result<(), Fault> {
        let Some(tenant) = tenant else {
            let id = match self.lookup().find(person) {
                Some(id) if self.reading.already_in_force => id,
                None if self.reading.already_in_force => self.newcomer(person)?,
                _ => self.lookup().person(person)?,
            };
            self.state.people.set_suspended(id, on);
            return Ok(());
        };
        let tenant = self.lookup().tenant(tenant)?;
        let id = self.lookup().registered(person, tenant)?;
        self.state.people.write(id, |cold, row| {
            cold.registrations
                .row_mut(row)
                .iter_mut()
                .filter(|r| r.tenant == tenant)
                .for_each(|r| r.suspended = on);
        });
        self.settle(id);
        Ok(())
    }

    pub(super) fn record_affiliation(&mut self, affiliation: &Affiliation) -> Result<(), Fault> {
        let Affiliation { person, kind, unit, from, until } = affiliation;
        let (from, until) = Lookup::bounds(*from, *until)?;
        let kind = self.lookup().affiliation_kind(kind)?;
        let unit = self.lookup().open_unit(unit)?;
        let id = self.lookup().registered(person, self.state.units.node(unit).owner)?;
        let affiliated = Affiliated { from, until, unit, kind };
        let existing =
            self.state.person(id).map(|person| person.affiliations()).unwrap_or_default();
        if existing.contains(&affiliated) {
            return Ok(());
        }
        if existing.len() >= MAX_AFFILIATIONS {
            return Err(Fault::limit("affiliations of one person", MAX_AFFILIATIONS));
        }
        self.state.people.write(id, |cold, row| cold.affiliations.push(row, affiliated));
        self.settle_dated(id);
        Ok(())
    }

    pub(super) fn end_affiliation(
        &mut self,
        person: &Identifier,
        kind: &Name,
        unit: &Name,
        at: Instant,
    ) -> Result<(), Fault> {
        let at = at.as_micros();
        let kind_id = self.lookup().affiliation_kind(kind)?;
        let unit_id = self.lookup().unit(unit)?;
        let id = self.lookup().registered(person, self.state.units.node(unit_id).owner)?;
        let existing =
            self.state.person(id).map(|person| person.affiliations()).unwrap_or_default();
        let this =
            |affiliated: &Affiliated| affiliated.kind == kind_id && affiliated.unit == unit_id;
        if !existing.iter().any(this) {
            return Err(Fault::absent("affiliation on record", kind)
                .help(format!("`{}` has none at `{unit}`", person.masked())));
        }
        let mut left: Vec<Affiliated> = Vec::with_capacity(existing.len());
        for affiliated in existing {
            let ended = if this(affiliated) {
                Affiliated { until: affiliated.until.min(at), ..*affiliated }
            } else {
                *affiliated
            };
            if ended.from < ended.until && !left.contains(&ended) {
                left.push(ended);
            }
        }
        self.state.people.write(id, |cold, row| cold.affiliations.set(row, left));
        self.settle_dated(id);
        Ok(())
    }

    /// Derives the hot half of a person, which checks read, from the facts.
    pub(super) fn settle(&mut self, id: PersonId) {
        let state = &*self.state;
        let Some(person) = state.person(id) else { return };
        let dated = person.words().any(Word::is_dated);
        let terms: Vec<Option<Term>> = if dated {
            person.grants().map(|(word, detail)| state.term(person, word, detail)).collect()
        } else {
            Vec::new()
        };
        self.state.people.settle(id, terms);
    }

    /// Derives the hot half of a person after a change that can only change terms.
    fn settle_dated(&mut self, id: PersonId) {
        if self.state.person(id).is_some_and(|person| person.words().any(Word::is_dated)) {
            self.settle(id);
        }
    }

    /// Takes a person from a group's list of those whose scopes name it, unless another scope of
    /// the person still does.
    pub(super) fn forget_name(&mut self, id: PersonId, scope: ScopeId) {
        let ScopeId::Members(group) = scope else { return };
        let still = self.state.person(id).is_some_and(|person| {
            person.words().any(|word| word.scope() == scope)
                || person.restrictions().iter().any(|r| r.scope == scope)
        });
        if !still {
            self.write_group(group, |facts| {
                facts.named_by.remove(&id);
            });
        }
    }
}
