//! The outcome of a request at one instant, in the second evaluator: what becomes of each grant.

use super::findings::Stage;
use super::inquiry::Inquiry;
use crate::engine::decision::DenyReason;
use crate::engine::request::TargetId;
use crate::facts::{BasisId, Detail, ScopeId, Word};
use crate::store::TenantId;

impl Inquiry<'_> {
    /// The outcome at an instant.
    ///
    /// # Errors
    /// The reason of the denial.
    pub(super) fn allowed(&self, at: i64) -> Result<(), DenyReason> {
        if self.is_suspended() {
            return Err(DenyReason::Suspended);
        }
        let (mut furthest, mut suspended) = (Stage::NotPermitted, false);
        for (word, detail) in self.principal.grants() {
            let stage = self.stage(word, detail, at);
            let counts = self
                .effective(word)
                .is_some_and(|(_, rules)| self.counts(&rules.name, word.scope(), at));
            let scope = if counts { self.left(word.scope()) } else { word.scope() };
            if self.is_anywhere() && self.is_suspended_in(self.state.tenant_of(scope)) {
                suspended |= stage == Stage::Suspended;
            } else {
                furthest = furthest.max(stage);
            }
        }
        let denied = !self.is_anywhere() && !self.restrictions_on_principal(at).is_empty();
        match furthest {
            Stage::Passes if denied => Err(DenyReason::Restricted),
            Stage::Passes if self.is_out_of_hours(at) => Err(DenyReason::OutOfHours),
            Stage::Passes => Ok(()),
            Stage::OutOfHours => Err(DenyReason::OutOfHours),
            Stage::Restricted => Err(DenyReason::Restricted),
            _ if suspended => Err(DenyReason::Suspended),
            Stage::NotPermitted | Stage::Suspended => Err(DenyReason::NotPermitted),
            Stage::Ceiling => Err(DenyReason::Ceiling),
            Stage::OtherScope => Err(DenyReason::OtherScope),
            Stage::WrongChannel => Err(DenyReason::WrongChannel),
            Stage::NotInForce => Err(DenyReason::NotInForce),
            Stage::Session => Err(DenyReason::Session),
            Stage::RoleRestricted => Err(DenyReason::RoleRestricted),
        }
    }

    /// The stage at which a grant fails at an instant, or [`Stage::Passes`].
    pub(super) fn stage(&self, word: Word, detail: Detail, at: i64) -> Stage {
        let Some((effective, rules)) = self.effective(word) else { return Stage::NotPermitted };
        let (scope, left) = (word.scope(), self.left(word.scope()));
        let permission = self.request.permission.index();
        if !rules.uncut.contains(permission) {
            Stage::NotPermitted
        } else if !self.state.policy.under_ceilings(
            self.request.permission,
            effective.kind,
            effective.vision,
        ) {
            Stage::Ceiling
        } else if !self.is_covered(scope, at) {
            Stage::OtherScope
        } else if word.channel() != self.request.channel
            || !self.state.policy.acts_on(effective.kind, word.channel())
        {
            Stage::WrongChannel
        } else if !self.is_in_force(word, detail, at) {
            Stage::NotInForce
        } else if !self.counts(&rules.name, scope, at) {
            Stage::Session
        } else if !self.restrictions_on_role(rules, scope, at).is_empty() {
            Stage::RoleRestricted
        } else if self.is_anywhere() && self.is_suspended_in(self.state.tenant_of(left)) {
            Stage::Suspended
        } else if self.is_anywhere() && !self.restrictions_around(scope, at).is_empty() {
            Stage::Restricted
        } else if self.is_anywhere() && self.is_closed_in(self.state.tenant_of(left), at) {
            Stage::OutOfHours
        } else {
            Stage::Passes
        }
    }

    /// Whether the scope of a grant covers the target, and its holder leads the group it names.
    fn is_covered(&self, scope: ScopeId, at: i64) -> bool {
        let leads = |group| self.state.leads(self.principal, group);
        match (self.request.target, scope) {
            (_, ScopeId::Everywhere) => true,
            (TargetId::Everywhere, _) => false,
            (TargetId::Anywhere, ScopeId::Members(group)) => leads(group),
            (TargetId::Anywhere, _) => true,
            (_, ScopeId::Members(group)) => leads(group) && self.takes_in(scope, at),
            (_, ScopeId::Unit(_) | ScopeId::Subtree(_))
                if self.person.is_some() && self.is_leader_only() =>
            {
                false
            }
            _ => self.takes_in(scope, at),
        }
    }

    /// Whether a grant is in its interval, and its basis in force if it rests on one.
    fn is_in_force(&self, word: Word, Detail { from, until, basis, .. }: Detail, at: i64) -> bool {
        let tenant = self.state.tenant_of(word.scope());
        from <= at && at < until && basis.is_none_or(|basis| self.rests(basis, tenant, at))
    }

    /// Whether an affiliation of the principal's that a basis asks for is in force.
    fn rests(&self, basis: BasisId, tenant: TenantId, at: i64) -> bool {
        self.principal
            .affiliations()
            .iter()
            .any(|a| a.contains(at) && self.state.rests_on(basis, tenant, a))
    }
}
