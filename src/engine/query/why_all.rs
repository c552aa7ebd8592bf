//! [`Snapshot::why_all`]: every grant that suffices.

use super::super::case::Case;
use super::super::request::{Request, ResolvedRequest, TargetId};
use crate::model::{Grant, Permission, Scope};
use crate::state::Snapshot;
use crate::time::Instant;

impl Snapshot {
    /// Every grant of the principal's that suffices for the request at this instant, in
    /// the order in which they were given: with any of them alone the check would allow
    /// it. To take the access away, all of them are to be revoked. None if it is denied.
    ///
    /// # Complexity
    /// O(grants × (restrictions + affiliations)) of the people named.
    #[must_use]
    pub fn why_all(&self, request: &Request<'_>, at: impl Into<Instant>) -> Vec<Grant> {
        let state = &*self.0;
        let Ok(resolved) = state.resolve(request) else { return Vec::new() };
        let Ok(case) = Case::open(state, &resolved) else { return Vec::new() };
        let person = state.identifier(resolved.principal);
        let sufficient = case.sufficient(at.into().as_micros());
        sufficient.map(|(word, detail)| state.grant_named(word, detail, person.clone())).collect()
    }

    /// The grants by which somebody, by number, was allowed something over what a scope
    /// takes in: in the unit it names, in the tenant of its people, everywhere; or else
    /// anywhere at all, where the rules ask for less.
    pub(crate) fn by_which(
        &self,
        principal: u32,
        permission: Permission<'_>,
        channel: Option<&str>,
        over: &Scope,
        at: Instant,
    ) -> Vec<Grant> {
        let state = &*self.0;
        let ids = || {
            let channel = channel.map_or(Some(0), |channel| state.policy.channel(channel))?;
            Some((u16::try_from(state.policy.permission(permission)?).ok()?, channel))
        };
        let Some((permission, channel)) = ids() else { return Vec::new() };
        let target = match over {
            Scope::Unit(unit) | Scope::Subtree(unit) => state.unit_names.find(unit).map(TargetId::InUnit),
            Scope::Members { tenant: Some(root), .. } | Scope::Own { tenant: Some(root) } => {
                state.unit_names.find(root).map(TargetId::InUnit)
            }
            Scope::Members { tenant: None, .. } | Scope::Own { tenant: None } => None,
            Scope::Everywhere => Some(TargetId::Everywhere),
        };
        let person = state.identifier(principal);
        let asked = |target| {
            let request = ResolvedRequest { lineage: state.lineage, principal, permission, channel, target };
            let Ok(case) = Case::open(state, &request) else { return Vec::new() };
            let sufficient = case.sufficient(at.as_micros());
            sufficient.map(|(word, detail)| state.grant_named(word, detail, person.clone())).collect::<Vec<_>>()
        };
        let there = target.map(asked).unwrap_or_default();
        if there.is_empty() { asked(TargetId::Anywhere) } else { there }
    }
}
