//! [`Inquiry`]: a request in the second evaluator, looked into at one instant after another.

use crate::engine::check::aim::only_tenant;
use crate::engine::check::narrowing::Narrowing;
use crate::engine::decision::DenyReason;
use crate::engine::request::{ResolvedRequest, TargetId};
use crate::facts::{Effective, Head, Person, ScopeId, State, Word};
use crate::policy::RoleRules;
use crate::store::{PersonId, TenantId, UnitId};

/// A request whose names are known. Every question of an inquiry is about one instant.
pub(super) struct Inquiry<'s> {
    pub(super) state: &'s State,
    pub(super) request: ResolvedRequest,
    pub(super) principal: Person<'s>,
    /// The unit in the target. `None` if there is none.
    pub(super) unit: Option<UnitId>,
    /// The person in the target. `None` if there is none.
    pub(super) person: Option<(PersonId, Person<'s>)>,
    /// The tenant of the target. `None` for anywhere and everywhere.
    pub(super) tenant: Option<TenantId>,
    /// The session in which the request is made. `None` outside of a session.
    pub(super) session: Option<Narrowing<'s>>,
}

impl<'s> Inquiry<'s> {
    pub(super) fn open(
        state: &'s State,
        request: ResolvedRequest,
        session: Option<Narrowing<'s>>,
    ) -> Result<Inquiry<'s>, DenyReason> {
        let person = |id: PersonId| {
            let found = state.person(id).filter(|person| !person.registrations().is_empty());
            found.map(|person| (id, person)).ok_or(DenyReason::UnknownPerson)
        };
        let principal = state.person(request.principal).ok_or(DenyReason::UnknownPrincipal)?;
        let mut inquiry =
            Inquiry { state, request, principal, unit: None, person: None, tenant: None, session };
        match request.target {
            TargetId::InUnit(unit) => inquiry.unit = Some(unit),
            TargetId::Record { unit, person: id } => {
                (inquiry.unit, inquiry.person) = (Some(unit), Some(person(id)?))
            }
            TargetId::About(id, tenant) => {
                let (id, found) = person(id)?;
                let tenant = tenant.map_or_else(|| only_tenant(found), Ok)?;
                if found.registration(tenant).is_none() {
                    return Err(DenyReason::UnknownPerson);
                }
                (inquiry.person, inquiry.tenant) = (Some((id, found)), Some(tenant));
            }
            TargetId::Anywhere | TargetId::Everywhere => {}
        }
        if let Some(unit) = inquiry.unit {
            inquiry.tenant = Some(state.units.node(unit).owner);
        }
        Ok(inquiry)
    }

    pub(super) fn is_anywhere(&self) -> bool {
        self.request.target == TargetId::Anywhere
    }

    pub(super) fn is_leader_only(&self) -> bool {
        self.state.policy.is_leader_only(self.request.permission)
    }

    pub(super) fn is_suspended(&self) -> bool {
        let somewhere =
            || self.principal.registrations().iter().any(|registered| registered.suspended);
        self.principal.index.head.has(Head::SUSPENDED)
            || self.tenant.is_some_and(|tenant| self.is_suspended_in(tenant))
            || (self.request.target == TargetId::Everywhere && somewhere())
    }

    pub(super) fn is_suspended_in(&self, tenant: TenantId) -> bool {
        self.principal.registration(tenant).is_some_and(|registered| registered.suspended)
    }

    pub(super) fn effective(&self, word: Word) -> Option<(Effective, &'s RoleRules)> {
        let effective = self.state.rights.effective(word.role())?;
        Some((effective, self.state.role(effective.role)?))
    }

    /// Whether the target lies in a scope, a grant's or a restriction's.
    pub(super) fn takes_in(&self, scope: ScopeId, at: i64) -> bool {
        let of_tenant = self.tenant == Some(self.state.tenant_of(scope));
        match scope {
            ScopeId::Everywhere => true,
            ScopeId::Own(_) => {
                of_tenant && self.person.is_some_and(|(id, _)| id == self.request.principal)
            }
            ScopeId::Members(group) => {
                of_tenant
                    && self.person.is_some_and(|(_, person)| self.state.is_in_group(person, group))
            }
            ScopeId::Unit(_) | ScopeId::Subtree(_) => match (self.unit, self.person) {
                (Some(unit), _) => self.state.covers_unit(scope, unit),
                (None, Some((_, person))) => {
                    let tenant = self.tenant.unwrap_or(TenantId::NONE);
                    let registered = person.registration(tenant).map(|registered| registered.place);
                    let affiliated =
                        person.affiliations().iter().filter(|a| a.contains(at)).map(|a| a.unit);
                    of_tenant
                        && registered
                            .into_iter()
                            .chain(affiliated)
                            .any(|place| self.state.covers_unit(scope, place))
                }
                (None, None) => false,
            },
        }
    }
}
