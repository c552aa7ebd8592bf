//! [`Aim`]: the target of a request, with the people in it looked up.

use crate::engine::decision::DenyReason;
use crate::engine::request::TargetId;
use crate::facts::{PLATFORM, Person, State};
use crate::store::{PersonId, TenantId, UnitId};

/// The target of a request, with the facts of the person in it.
#[derive(Clone, Copy)]
pub(in crate::engine) enum Aim<'s> {
    Unit(UnitId),
    About {
        person: Person<'s>,
        id: PersonId,
        /// Never absent: the only tenant of the person, where the request names none.
        tenant: TenantId,
    },
    Record {
        unit: UnitId,
        person: Person<'s>,
        id: PersonId,
        /// The tenant of the unit.
        tenant: TenantId,
    },
    Anywhere,
    Everywhere,
}

impl<'s> Aim<'s> {
    /// Looks a target up.
    ///
    /// # Errors
    /// The reason for which the request is denied, if the unit or the person is not there, or if
    /// the request does not say which of several tenants it means.
    pub(in crate::engine) fn of(state: &'s State, target: TargetId) -> Result<Aim<'s>, DenyReason> {
        let tenant_of = |unit: UnitId| {
            Some(state.units.node(unit).owner).filter(|&tenant| tenant != TenantId::NONE)
        };
        Ok(match target {
            TargetId::InUnit(unit) => {
                tenant_of(unit).ok_or(DenyReason::UnknownUnit)?;
                Aim::Unit(unit)
            }
            TargetId::About(id, tenant) => {
                let person = state.known(id).ok_or(DenyReason::UnknownPerson)?;
                let tenant = match tenant {
                    Some(tenant) => person
                        .registration(tenant)
                        .map(|_| tenant)
                        .ok_or(DenyReason::UnknownPerson)?,
                    None => only_tenant(person)?,
                };
                Aim::About { person, id, tenant }
            }
            TargetId::Record { unit, person: id } => {
                let tenant = tenant_of(unit).ok_or(DenyReason::UnknownUnit)?;
                Aim::Record {
                    unit,
                    person: state.known(id).ok_or(DenyReason::UnknownPerson)?,
                    id,
                    tenant,
                }
            }
            TargetId::Anywhere => Aim::Anywhere,
            TargetId::Everywhere => Aim::Everywhere,
        })
    }
}

/// The only tenant in which a person is registered; the platform, if they are registered there
/// alone ([contract R2](crate::docs::contract#r2)).
pub(in crate::engine) fn only_tenant(person: Person<'_>) -> Result<TenantId, DenyReason> {
    let mut tenants =
        person.registrations().iter().map(|r| r.tenant).filter(|&tenant| tenant != PLATFORM);
    match (tenants.next(), tenants.next()) {
        (None, _) => Ok(PLATFORM),
        (Some(tenant), None) => Ok(tenant),
        (Some(_), Some(_)) => Err(DenyReason::AmbiguousPerson),
    }
}

impl State {
    /// The facts of a person who is registered somewhere.
    pub(in crate::engine) fn known(&self, id: PersonId) -> Option<Person<'_>> {
        self.person(id).filter(|person| person.is_known())
    }
}
