//! Decisions within a session.

use super::Session;
use crate::engine::check::narrowing::Narrowing;
use crate::engine::{Decision, DenyReason, Explanation, Request, ResolvedRequest};
use crate::facts::{NEVER, Snapshot, State};
use crate::store::TenantId;
use crate::time::Instant;

impl Snapshot {
    /// Decides a request within a session: on its channel, and with what was chosen when signing
    /// in.
    ///
    /// A grant counts as far as it lies where the session is ([contract
    /// R27](crate::docs::contract#r27)). With a unit, grants whose scope covers the unit count, for
    /// targets in it or below; with a vision, grants of that vision; with roles, grants of those
    /// roles. A request that only the session keeps from being allowed is denied with
    /// [`DenyReason::Session`]; so is every request of another principal, by another channel, and
    /// in a session that names something that no longer exists. If nothing was chosen, the decision
    /// is that of [`check`](Snapshot::check) on the session's channel. `until` is exact ([contract
    /// D11](crate::docs::contract#d11)). Nothing is allocated.
    ///
    /// # Complexity
    /// As [`check`](Snapshot::check), times the roles chosen.
    pub fn check_session(
        &self,
        session: &Session,
        request: &Request<'_>,
        now: impl Into<Instant>,
    ) -> Decision {
        self.0.check_session(session, request, now.into())
    }

    /// Explains the decision of [`check_session`](Snapshot::check_session): what led to it, and
    /// what would make it Allow within the session.
    #[must_use]
    pub fn explain_session(
        &self,
        session: &Session,
        request: &Request<'_>,
        now: impl Into<Instant>,
    ) -> Explanation {
        let (resolved, narrowing) = match self.0.entered(session, request) {
            Ok((resolved, narrowing)) => (Ok(resolved), Some(narrowing)),
            Err(reason) => (Err(reason), None),
        };
        let told = match request.channel {
            None => request.on_channel(&session.channel),
            Some(_) => *request,
        };
        self.explained(&told, resolved, narrowing, now.into())
    }
}

impl State {
    pub(crate) fn check_session(
        &self,
        session: &Session,
        request: &Request<'_>,
        now: Instant,
    ) -> Decision {
        match self.entered(session, request) {
            Ok((resolved, narrowing)) => self.check_narrowed(&resolved, narrowing, now),
            Err(reason) => self.decision((Err(reason), NEVER)),
        }
    }

    /// The request on the session's channel with its names resolved, and what the session narrows.
    ///
    /// # Errors
    /// The reason of the denial, if the request is not of this session or a name is unknown.
    fn entered<'a>(
        &self,
        session: &'a Session,
        request: &Request<'_>,
    ) -> Result<(ResolvedRequest, Narrowing<'a>), DenyReason> {
        let is_of_channel = request.channel.is_none_or(|named| named == session.channel.as_str());
        if !is_of_channel || request.principal != session.person.as_str() {
            return Err(DenyReason::Session);
        }
        let narrowing = session.narrowing(self).ok_or(DenyReason::Session)?;
        let channel = self.policy.channel(&session.channel).ok_or(DenyReason::Session)?;
        let resolved = self.resolve(request)?;
        if !self.is_known(resolved.principal) {
            return Err(DenyReason::UnknownPrincipal);
        }
        Ok((ResolvedRequest { channel, ..resolved }, narrowing))
    }
}

impl Session {
    /// What the session narrows, with its names resolved. `None` if one of them no longer exists.
    fn narrowing(&self, state: &State) -> Option<Narrowing<'_>> {
        let vision = match &self.vision {
            Some(name) => Some(state.policy.vision(name)?),
            None => None,
        };
        let tenant = match &self.tenant {
            Some(name) => Some(state.tenant(name)?),
            None => None,
        };
        let unit = match &self.unit {
            Some(name) => Some(state.unit_names.find(name)?),
            None => None,
        };
        let of_unit = unit.map(|unit| state.units.node(unit).owner);
        let apart = of_unit == Some(TenantId::NONE)
            || tenant.is_some() && of_unit.is_some_and(|owner| Some(owner) != tenant);
        (!apart).then_some(Narrowing {
            tenant: of_unit.or(tenant),
            vision,
            unit,
            roles: &self.roles,
        })
    }
}
