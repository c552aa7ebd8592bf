//! Decisions within a session.

use super::Session;
use crate::engine::check::narrowing::Narrowing;
use crate::engine::{Decision, DenyReason, Explanation, Request, ResolvedRequest};
use crate::facts::{NEVER, Snapshot, State};
use crate::store::TenantId;
use crate::time::Instant;

impl Snapshot {
    /// Whether whoever is in may do this, there, now: by the session's door, with what was chosen when signing in.
    ///
    /// A grant counts as far as it lies where the session is: with a unit, one whose scope covers the unit, for targets in it
    /// or below (ruling R27); with a vision, one of that vision; with roles, one of those roles. What would be allowed but for
    /// that is denied with [`DenyReason::Session`]; so is everything to somebody else, by another channel, and in a session
    /// that names what is no more. With nothing chosen it is [`check`](Snapshot::check) on the session's channel.
    /// `until` is exact as ever (contract D11). Allocates nothing.
    ///
    /// # Complexity
    /// As [`check`](Snapshot::check), times the roles chosen.
    pub fn check_in(
        &self,
        session: &Session,
        request: &Request<'_>,
        now: impl Into<Instant>,
    ) -> Decision {
        self.0.check_in(session, request, now.into())
    }

    /// Why the answer of [`check_in`](Snapshot::check_in) is what it is, and what would make it Allow within the session.
    #[must_use]
    pub fn explain_in(
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
    pub(crate) fn check_in(
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

    /// A request as it comes by a session's door, and what the session narrows.
    fn entered<'a>(
        &self,
        session: &'a Session,
        request: &Request<'_>,
    ) -> Result<(ResolvedRequest, Narrowing<'a>), DenyReason> {
        let same_door = request.channel.is_none_or(|named| named == session.channel.as_str());
        if !same_door || request.principal != session.person.as_str() {
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
    /// What it narrows, its names resolved; none: one of them is no more.
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
