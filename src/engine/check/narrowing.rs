//! [`Narrowing`]: what a session leaves of a person's grants ([contract
//! R27](crate::docs::contract#r27)): of each grant the part that lies where the session is, or
//! nothing.

use crate::facts::{ScopeId, State, Word};
use crate::model::Name;
use crate::store::{TenantId, UnitId};

/// What was chosen when signing in, with its names resolved. A field without a choice narrows
/// nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Narrowing<'n> {
    /// The tenant chosen; where a unit was chosen, the unit's tenant.
    pub(crate) tenant: Option<TenantId>,
    pub(crate) vision: Option<u8>,
    pub(crate) unit: Option<UnitId>,
    /// The roles chosen. Empty: every role counts.
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

    /// The unit below which the session lies: the one chosen, or the root of the tenant chosen.
    /// `None` if neither was chosen.
    pub(crate) fn top(self, state: &State) -> Option<UnitId> {
        self.unit.or_else(|| {
            let root = state.tenants.get(self.tenant?)?.root;
            (root != UnitId::NONE).then_some(root)
        })
    }

    /// The part of a grant's scope that lies where the session is. `None` if the grant does not
    /// count in the session.
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
