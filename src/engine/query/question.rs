//! [`Question`]: a request with one part left open, and the checks that answer it.

use super::candidates::{CandidateId, Candidates};
use super::span::Span;
use super::{what_can, where_can, who_can};
use crate::engine::check::aim::Aim;
use crate::engine::decision::{Decision, DenyReason};
use crate::engine::request::{ResolvedRequest, Target, TargetId};
use crate::facts::State;
use crate::model::Permission;
use crate::store::{ChannelId, PermissionId, PersonId, TenantId, UnitId};
use crate::time::{Instant, Interval};

/// The part of a request that is left open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Open {
    Principal,
    /// The person whom the request is about: in this tenant, or, if `None`, in the only tenant in
    /// which the person is registered.
    Person(Option<TenantId>),
    Unit,
    Permission,
}

/// A request with one part left open.
#[derive(Clone, Copy)]
pub(super) struct Question<'s> {
    pub(super) state: &'s State,
    pub(super) open: Open,
    /// The request, with a placeholder in its open part; why there is no answer, if a name is
    /// unknown.
    pub(super) request: Result<ResolvedRequest, DenyReason>,
}

impl<'s> Question<'s> {
    /// Resolves the names of a request. The open part, and only that, is `None`.
    pub(super) fn ask(
        state: &'s State,
        open: Open,
        principal: Option<&str>,
        permission: Option<Permission<'_>>,
        target: Option<Target<'_>>,
    ) -> Question<'s> {
        let request = || {
            let permission = permission
                .map_or(Some(PermissionId::default()), |it| state.policy.permission(it))
                .ok_or(DenyReason::UnknownPermission)?;
            let principal = principal.map_or(Some(PersonId::default()), |name| {
                state.person_names.find(name).filter(|&principal| state.is_known(principal))
            });
            let principal = principal.ok_or(DenyReason::UnknownPrincipal)?;
            let target =
                target.map_or(Ok(TargetId::Everywhere), |target| state.resolve_target(target))?;
            Aim::of(state, target)?;
            Ok(ResolvedRequest {
                lineage: state.lineage,
                principal,
                permission,
                channel: ChannelId::FIRST,
                target,
            })
        };
        Question { state, open, request: request() }
    }

    /// This question on a channel, instead of the policy's first.
    pub(super) fn on_channel(mut self, channel: &str) -> Question<'s> {
        if let Ok(request) = &mut self.request {
            match self.state.policy.channel(channel) {
                Some(channel) => request.channel = channel,
                None => self.request = Err(DenyReason::UnknownChannel),
            }
        }
        self
    }

    /// The candidates within a span of time: those after the candidate with the bare id `after`, or
    /// all of them.
    pub(super) fn candidates(&self, span: Span, after: Option<u32>) -> Candidates<'s> {
        let Ok(request) = &self.request else { return Candidates::None };
        match self.open {
            Open::Principal => {
                who_can::candidates(self.state, request, span, after.map(PersonId::from_raw))
            }
            Open::Person(tenant) => {
                who_can::people_seen(self.state, request, tenant, after.map(PersonId::from_raw))
            }
            Open::Unit => where_can::candidates(self.state, request, after.map(UnitId::from_raw)),
            Open::Permission => what_can::candidates(self.state, request, after),
        }
    }

    /// Checks a candidate at an instant; `None` if a name of the question is unknown.
    #[inline]
    pub(super) fn verdict(&self, candidate: CandidateId, at: Instant) -> Option<Decision> {
        let mut request = self.request.ok()?;
        match (candidate, self.open) {
            (CandidateId::Person(id), Open::Person(tenant)) => {
                request.target = TargetId::About(id, tenant)
            }
            (CandidateId::Person(id), _) => request.principal = id,
            (CandidateId::Unit(id), _) => request.target = TargetId::InUnit(id),
            (CandidateId::Permission(id), _) => request.permission = id,
        }
        Some(self.state.check_resolved(&request, at))
    }

    /// The intervals within a span in which a candidate is allowed, in order.
    pub(super) fn stretches(&self, candidate: CandidateId, span: Span) -> Vec<Interval> {
        let mut stretches = Vec::new();
        let (mut at, end) = (Instant::from_micros(span.from), Instant::from_micros(span.until));
        while at < end {
            let Some(decision) = self.verdict(candidate, at) else { break };
            // `until` always comes after the instant checked, so the loop ends.
            let until = decision.until().map_or(end, |until| until.min(end));
            if decision.is_allow() {
                stretches.extend(Interval::new(at, until));
            }
            at = until;
        }
        stretches
    }
}
