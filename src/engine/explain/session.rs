//! What a session leaves of a grant, in the second evaluator.

use super::inquiry::Inquiry;
use crate::engine::request::TargetId;
use crate::facts::ScopeId;
use crate::model::Name;
use crate::store::UnitId;

impl Inquiry<'_> {
    /// The unit below which the session lies. `None` if neither a unit nor a tenant was chosen.
    fn whereabouts(&self) -> Option<UnitId> {
        let session = self.session?;
        let root = || self.state.tenants.get(session.tenant?).map(|tenant| tenant.root);
        session.unit.or_else(root).filter(|&top| top != UnitId::NONE)
    }

    /// Whether a grant of a role at a scope counts in the session for the target. The grant need
    /// not exist: a repair asks this of grants that could be given.
    pub(super) fn counts(&self, role: &Name, scope: ScopeId, at: i64) -> bool {
        let Some(session) = self.session else { return true };
        let is_chosen =
            session.roles.is_empty() || session.roles.iter().any(|chosen| chosen == role);
        if !is_chosen || session.vision.is_some_and(|vision| vision != self.state.vision_of(scope))
        {
            return false;
        }
        let Some(top) = self.whereabouts() else { return true };
        let is_of_units = matches!(scope, ScopeId::Unit(_) | ScopeId::Subtree(_));
        let is_of_tenant =
            scope == ScopeId::Everywhere || session.tenant == Some(self.state.tenant_of(scope));
        let is_above =
            !is_of_units || session.unit.is_none_or(|unit| self.state.covers_unit(scope, unit));
        let lies_in = match self.request.target {
            TargetId::Anywhere => true,
            TargetId::Everywhere => false,
            TargetId::About(..) if !is_of_units && scope != ScopeId::Everywhere => true,
            _ => self.takes_in(ScopeId::Subtree(top), at),
        };
        is_of_tenant && is_above && lies_in
    }

    /// The part of a scope that lies where the session is, for a grant that counts in the session.
    pub(super) fn left(&self, scope: ScopeId) -> ScopeId {
        match (self.whereabouts(), scope) {
            (Some(top), ScopeId::Everywhere) => ScopeId::Subtree(top),
            (Some(top), ScopeId::Subtree(_)) if self.state.covers_unit(scope, top) => {
                ScopeId::Subtree(top)
            }
            _ => scope,
        }
    }
}
