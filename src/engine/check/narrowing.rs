//! [`Narrowing`]: what a session leaves of what somebody holds (ruling R27): of each grant
//! the part that lies where the session is, or nothing.

use super::case::{Aim, Case};
use super::truth::Truth;
use crate::facts::{PLATFORM, ScopeId, State, Word};
use crate::model::Name;
use crate::store::{TenantId, UnitId};

/// What was chosen when signing in; what was not chosen narrows nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Narrowing<'n> {
    /// That of the unit, where one was chosen.
    pub(crate) tenant: Option<TenantId>,
    pub(crate) vision: Option<u8>,
    pub(crate) unit: Option<UnitId>,
    /// None listed: all.
    pub(crate) roles: &'n [Name],
}

impl Narrowing<'_> {
    /// Whether nothing was chosen.
    pub(crate) const fn is_open(self) -> bool {
        self.tenant.is_none()
            && self.vision.is_none()
            && self.unit.is_none()
            && self.roles.is_empty()
    }

    /// The unit with all below it in which the session is, if it is in any.
    fn top(self, state: &State) -> Option<UnitId> {
        self.unit.or_else(|| {
            let root = state.tenants.get(self.tenant?)?.root;
            (root != UnitId::NONE).then_some(root)
        })
    }

    /// What of a grant's scope lies where the session is; none: the grant does not count.
    pub(crate) fn left_of(self, state: &State, word: Word) -> Option<ScopeId> {
        let scope = word.scope();
        if !self.roles.is_empty() {
            let rules = state
                .rights
                .effective(word.role())
                .and_then(|effective| state.role(effective.role))?;
            if !self.roles.contains(&rules.name) {
                return None;
            }
        }
        if self.vision.is_some_and(|vision| state.vision_of(scope) != vision) {
            return None;
        }
        let Some(top) = self.top(state) else { return Some(scope) };
        match scope {
            ScopeId::Everywhere => Some(ScopeId::Subtree(top)),
            _ if Some(state.tenant_of(scope)) != self.tenant => None,
            ScopeId::Members(_) | ScopeId::Own(_) => Some(scope),
            ScopeId::Unit(_) | ScopeId::Subtree(_) if self.unit.is_none() => Some(scope),
            ScopeId::Unit(_) => state.covers_unit(scope, top).then_some(ScopeId::Unit(top)),
            ScopeId::Subtree(_) => state.covers_unit(scope, top).then_some(ScopeId::Subtree(top)),
        }
    }
}

impl Case<'_> {
    /// The part of a grant's scope that counts: all of it without a session.
    pub(in crate::engine) fn left_of(&self, word: Word) -> Option<ScopeId> {
        self.session.map_or(Some(word.scope()), |session| session.left_of(self.state, word))
    }

    /// Whether the target lies where the session is, for a grant of which this is left.
    pub(in crate::engine) fn lies_in_session(&self, left: ScopeId, at: i64) -> Truth {
        let state = self.state;
        let Some(session) = self.session else { return Truth::YES };
        let Some(top) = session.top(state) else { return Truth::YES };
        match self.target {
            Aim::Anywhere => Truth::YES,
            Aim::Everywhere => Truth::NO,
            Aim::Unit(unit) | Aim::Record { unit, .. } => {
                Truth::always(state.units.covers(top, unit))
            }
            Aim::About { tenant, .. } if tenant == PLATFORM || Some(tenant) != session.tenant => {
                Truth::NO
            }
            // What is held over a group's people or about oneself lies in no unit.
            Aim::About { .. } if session.unit.is_none() => Truth::YES,
            Aim::About { .. } if matches!(left, ScopeId::Members(_) | ScopeId::Own(_)) => {
                Truth::YES
            }
            Aim::About { person, tenant, .. } => {
                self.placed(person, tenant, ScopeId::Subtree(top), at)
            }
        }
    }
}
