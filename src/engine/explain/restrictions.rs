//! The restrictions that stand in the way of a request, in the second evaluator.

use super::inquiry::Inquiry;
use crate::engine::request::TargetId;
use crate::facts::{RestrictionFacts, ScopeId};
use crate::policy::RoleRules;

impl<'s> Inquiry<'s> {
    /// Whether a restriction is in force for the permission.
    fn bears(&self, restriction: &RestrictionFacts, at: i64) -> bool {
        restriction.permissions.contains(self.request.permission.index())
            && restriction.from <= at
            && at < restriction.until
    }

    /// The restrictions on the principal that deny the request whatever the grants are.
    pub(super) fn restrictions_on_principal(&self, at: i64) -> Vec<&'s RestrictionFacts> {
        let everywhere = self.request.target == TargetId::Everywhere;
        let all = self.principal.restrictions().iter().map(|facts| &**facts);
        all.filter(|facts| self.bears(facts, at) && (everywhere || self.takes_in(facts.scope, at)))
            .collect()
    }

    /// For a target anywhere: the restrictions on the principal that take in a whole scope.
    pub(super) fn restrictions_around(&self, scope: ScopeId, at: i64) -> Vec<&'s RestrictionFacts> {
        let (all, left) =
            (self.principal.restrictions().iter().map(|facts| &**facts), self.left(scope));
        all.filter(|facts| {
            self.bears(facts, at) && self.state.scope_contains(facts.scope, left, self.principal)
        })
        .collect()
    }

    /// The restrictions on a role, or on a role it includes, that cut a grant of the role at this
    /// scope.
    pub(super) fn restrictions_on_role(
        &self,
        rules: &RoleRules,
        scope: ScopeId,
        at: i64,
    ) -> Vec<&'s RestrictionFacts> {
        let everywhere = self.request.target == TargetId::Everywhere;
        let state = self.state;
        let all = rules
            .closure
            .iter()
            .filter_map(|role| state.role_restrictions.get(role))
            .flatten()
            .map(|facts| &**facts);
        let cuts = |facts: &RestrictionFacts| match self.is_anywhere() {
            true => state.scope_contains(facts.scope, self.left(scope), self.principal),
            false => everywhere || self.takes_in(facts.scope, at),
        };
        all.filter(|facts| self.bears(facts, at) && cuts(facts)).collect()
    }
}
