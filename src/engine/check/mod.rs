//! The check: by names, by resolved names, and its fast lane.
//!
//! The fast lane answers what almost every request is: something in a unit, asked
//! by a principal about whom nothing but grants is to be known. It reads one
//! record, the target's node, and for each grant a row of rights and a node; it has
//! no branch that depends on a grant. All else goes to [`Case`].

mod batch;
pub(super) mod case;
pub(super) mod hours;
pub(super) mod narrowing;
pub(super) mod truth;

use super::decision::{Decision, Denied, DenyReason};
use super::request::{Request, ResolvedRequest, Target, TargetId};
use crate::facts::{
    Head, NEVER, Path, PersonIndex, Revision, Rights, Snapshot, State, Term, block,
};
use crate::store::{ChannelId, PermissionId, PersonId, UnitId};
use crate::time::Instant;
use case::Case;
use narrowing::Narrowing;

/// An outcome and the first instant at which it differs, [`NEVER`] if at none.
pub(crate) type Verdict = (Result<(), DenyReason>, i64);

impl Snapshot {
    /// Whether the principal may do this, there, now.
    ///
    /// Takes about as long as the few cache lines it touches; allocates nothing.
    ///
    /// # Complexity
    /// O(grants of the principal). Where dated facts decide: O(edges × grants ×
    /// (affiliations + restrictions)) in the worst case, of the people named and of the
    /// restrictions on the roles held, all bounded by the [limits](crate::facts::limits).
    pub fn check(&self, request: &Request<'_>, now: impl Into<Instant>) -> Decision {
        self.0.check(request, now.into())
    }

    /// The same for a request whose names are resolved.
    pub fn check_resolved(&self, request: &ResolvedRequest, now: impl Into<Instant>) -> Decision {
        self.0.check_resolved(request, now.into())
    }

    /// Resolves the names of a request, for asking it again and again.
    ///
    /// # Errors
    /// [`Denied`], as a check would deny it, when a name is unknown.
    pub fn resolve(&self, request: &Request<'_>) -> Result<ResolvedRequest, Denied> {
        let denied = |reason| Denied { reason, until: None };
        let resolved = self.0.resolve(request).map_err(denied)?;
        if self.0.is_known(resolved.principal) {
            Ok(resolved)
        } else {
            Err(denied(DenyReason::UnknownPrincipal))
        }
    }
}

impl State {
    #[inline]
    pub(crate) fn check(&self, request: &Request<'_>, now: Instant) -> Decision {
        let (Target::InUnit(unit), None) = (request.target, request.channel) else {
            return self.check_less(request, now);
        };
        let Some(principal) = self.person_names.find(request.principal) else {
            return self.check_less(request, now);
        };
        let Some(permission) = self.policy.permission(request.permission) else {
            return self.check_less(request, now);
        };
        let Some(unit) = self.unit_names.find(unit) else { return self.check_less(request, now) };
        match self.quick(principal, permission, unit) {
            Some(reach) => self.by_reach(reach),
            None => self.check_ids(principal, permission, unit, now),
        }
    }

    /// The same for a request in a unit whose names are found, and which is not of the quickest.
    #[inline(never)]
    fn check_ids(
        &self,
        principal: PersonId,
        permission: PermissionId,
        unit: UnitId,
        now: Instant,
    ) -> Decision {
        let (lineage, target) = (self.lineage, TargetId::InUnit(unit));
        self.check_resolved_less(
            &ResolvedRequest { lineage, principal, permission, channel: ChannelId::FIRST, target },
            now,
        )
    }

    #[inline(never)]
    fn check_less(&self, request: &Request<'_>, now: Instant) -> Decision {
        match self.resolve(request) {
            Ok(resolved) => self.check_resolved(&resolved, now),
            Err(reason) => self.decision((Err(reason), NEVER)),
        }
    }

    #[inline]
    pub(crate) fn check_resolved(&self, request: &ResolvedRequest, now: Instant) -> Decision {
        if request.lineage == self.lineage
            && request.channel == ChannelId::FIRST
            && let TargetId::InUnit(unit) = request.target
            && let Some((_, record)) = self.people.hot(request.principal)
            && let Some(path) = self.units.path_at(unit).filter(|path| path.is_whole(unit))
        {
            let permission = request.permission;
            if record.head.is_plainest() {
                if let Some(reach) = self.reach(record, path, permission) {
                    return self.by_reach(reach);
                }
            } else if record.head.is_plainest_within_hours() {
                return self.check_within_hours(request, record, path, now);
            }
        }
        self.check_resolved_less(request, now)
    }

    /// The same for a request that is not of the quickest.
    #[inline(never)]
    pub(super) fn check_resolved_less(&self, request: &ResolvedRequest, now: Instant) -> Decision {
        let at = now.as_micros();
        if request.lineage != self.lineage {
            return self.decision((Err(DenyReason::ForeignHandle), NEVER));
        }
        self.quick_less(request, at).unwrap_or_else(|| self.decide(request, at))
    }

    /// Within a session.
    pub(crate) fn check_narrowed(
        &self,
        request: &ResolvedRequest,
        session: Narrowing<'_>,
        now: Instant,
    ) -> Decision {
        if session.is_open() {
            return self.check_resolved(request, now);
        }
        self.decision(match Case::open(self, request) {
            Ok(case) => Case { session: Some(session), ..case }.decide(now.as_micros()),
            Err(reason) => (Err(reason), NEVER),
        })
    }

    #[inline]
    pub(crate) fn decision(&self, (outcome, until): Verdict) -> Decision {
        let until = (until < NEVER).then(|| Instant::from_micros(until));
        Decision::new(outcome.err(), until, self.revision)
    }

    /// Every name of a request that has ever been given an id; whether the
    /// principal is registered still is left to the check.
    #[inline]
    pub(crate) fn resolve(&self, request: &Request<'_>) -> Result<ResolvedRequest, DenyReason> {
        let permission =
            self.policy.permission(request.permission).ok_or(DenyReason::UnknownPermission)?;
        let principal =
            self.person_names.find(request.principal).ok_or(DenyReason::UnknownPrincipal)?;
        self.resolve_rest(request, permission, principal)
    }

    #[inline]
    pub(super) fn resolve_rest(
        &self,
        request: &Request<'_>,
        permission: PermissionId,
        principal: PersonId,
    ) -> Result<ResolvedRequest, DenyReason> {
        let channel = match request.channel {
            None => Ok(ChannelId::FIRST),
            Some(name) => self.policy.channel(name).ok_or(DenyReason::UnknownChannel),
        };
        let target = match request.target {
            Target::InUnit(unit) => self.find_unit(unit).map(TargetId::InUnit),
            _ => self.resolve_target(request.target),
        };
        match (channel, target) {
            (Ok(channel), Ok(target)) => Ok(ResolvedRequest {
                lineage: self.lineage,
                principal,
                permission,
                channel,
                target,
            }),
            (Err(reason), _) | (_, Err(reason)) => {
                Err(if self.is_known(principal) { reason } else { DenyReason::UnknownPrincipal })
            }
        }
    }

    #[inline]
    fn find_unit(&self, unit: &str) -> Result<UnitId, DenyReason> {
        self.unit_names.find(unit).ok_or(DenyReason::UnknownUnit)
    }

    #[cold]
    pub(super) fn resolve_target(&self, target: Target<'_>) -> Result<TargetId, DenyReason> {
        let person = |name: &str| self.person_names.find(name).ok_or(DenyReason::UnknownPerson);
        Ok(match target {
            Target::InUnit(unit) => TargetId::InUnit(self.find_unit(unit)?),
            Target::About(name, tenant) => {
                let tenant = tenant
                    .map(|tenant| self.tenant(tenant).ok_or(DenyReason::UnknownTenant))
                    .transpose()?;
                TargetId::About(person(name)?, tenant)
            }
            Target::Record { unit, person: name } => {
                TargetId::Record { unit: self.find_unit(unit)?, person: person(name)? }
            }
            Target::Anywhere => TargetId::Anywhere,
            Target::Everywhere => TargetId::Everywhere,
        })
    }

    /// Whether the id is of a principal who is registered somewhere.
    pub(crate) fn is_known(&self, principal: PersonId) -> bool {
        self.people.hot(principal).is_some_and(|(_, record)| record.head.has(Head::KNOWN))
    }

    /// The quickest lane, for what almost every request is: how far the grants got, 0
    /// nothing, 1 the permission, 2 the scope as well, 3 all; none: the request is not for it.
    ///
    /// Whether that is Allow or Deny, and why, is then a look-up: as likely as not, no
    /// branch would be predicted.
    #[inline(always)]
    fn quick(&self, principal: PersonId, permission: PermissionId, unit: UnitId) -> Option<usize> {
        let (_, record) = self.people.hot(principal)?;
        self.quick_found(record, permission, unit)
    }

    /// The same for a principal whose record is at hand.
    #[inline(always)]
    pub(super) fn quick_found(
        &self,
        record: &PersonIndex,
        permission: PermissionId,
        unit: UnitId,
    ) -> Option<usize> {
        let path = self.units.path_at(unit).filter(|path| path.is_whole(unit))?;
        if !record.head.is_plainest() {
            return None;
        }
        self.reach(record, path, permission)
    }

    /// How far the grants in a record got, all of them plain.
    #[inline(always)]
    fn reach(&self, record: &PersonIndex, path: &Path, permission: PermissionId) -> Option<usize> {
        let [first, ..] = record.grants;
        let column = self.rights.column(block(first.role()), permission);
        let (mut permitted, mut open) = (0, 0);
        for word in record.grants {
            // Only the lowest bit means something, to the end.
            let has = Rights::bits(column, word.role());
            permitted |= has;
            open |= has & u64::from(path.at(word.place()) == word.id());
        }
        self.clear((permitted & 1 | open << 1) as usize)
    }

    /// A reach of which the fast lane can tell the reason.
    #[inline(always)]
    fn clear(&self, reach: usize) -> Option<usize> {
        (self.unclear >> (reach & 3) & 1 == 0).then_some(reach)
    }

    /// The decision by the farthest that grants got.
    #[inline(always)]
    pub(super) fn by_reach(&self, reach: usize) -> Decision {
        BY_REACH.get(reach & 7).unwrap_or(&NOTHING).at_revision(self.revision)
    }

    /// The fast lane for other channels, and for principals with more than three grants,
    /// with dated ones, with some for other channels, or with roles of several blocks.
    #[inline(never)]
    fn quick_less(&self, request: &ResolvedRequest, at: i64) -> Option<Decision> {
        let TargetId::InUnit(unit) = request.target else { return None };
        let path = self.units.path_at(unit).filter(|path| path.is_whole(unit))?;
        let (leaf, record) = self.people.hot(request.principal)?;
        let head = record.head;
        if head.grids() != 0 {
            let plainest = head.is_plainest_within_hours() && request.channel == ChannelId::FIRST;
            let found =
                plainest.then(|| self.reach_within_hours(record, path, request.permission, at));
            return found.flatten().map(|(reach, until)| self.by_reach(reach).until_instant(until));
        }
        if !head.is_plain() {
            return None;
        }
        let permission = request.permission;
        let mut reach = 0;
        let mut dated = None;
        for (n, word) in record.grants.iter().chain(leaf.more(head)).enumerate() {
            if !self.rights.has(word.role(), permission) {
                continue;
            }
            let covers = path.at(word.place()) == word.id();
            let answers = covers && word.answers_on(request.channel);
            if answers && word.is_dated() {
                // A second one may be in force when the first is not: that takes the whole truth.
                if dated.replace(n).is_some() {
                    return None;
                }
                continue;
            }
            reach = reach.max(1usize.wrapping_add(covers.into()).wrapping_add(answers.into()));
        }
        match dated {
            Some(n) if reach < 3 => {
                let simple = !head.has(Head::COMPLEX) && self.role_restrictions.is_empty();
                simple.then(|| self.decision(self.in_force(leaf.term(head, n), at)))
            }
            _ => self.clear(reach).map(|reach| self.by_reach(reach)),
        }
    }

    /// The quickest lane for somebody whom a grid binds and about whom nothing else is to
    /// be known.
    #[inline(never)]
    fn check_within_hours(
        &self,
        request: &ResolvedRequest,
        record: &PersonIndex,
        path: &Path,
        now: Instant,
    ) -> Decision {
        match self.reach_within_hours(record, path, request.permission, now.as_micros()) {
            Some((reach, until)) => self.by_reach(reach).until_instant(until),
            None => self.check_resolved_less(request, now),
        }
    }

    /// How far the grants got, one more where all but the clock allows it, and until when.
    ///
    /// The clock is read whatever the grants say: a branch on that would be mispredicted as
    /// often as not, and keep the next record from being fetched meanwhile.
    #[inline(always)]
    fn reach_within_hours(
        &self,
        record: &PersonIndex,
        path: &Path,
        permission: PermissionId,
        at: i64,
    ) -> Option<(usize, i64)> {
        let bindings = self.grid_sets.get(record.head.grids())?;
        let reach = self.reach(record, path, permission)?;
        let (open, until) = State::single_clock(bindings, path, at)?;
        let passes = reach == 3;
        Some((reach.wrapping_add(usize::from(passes & !open)), if passes { until } else { NEVER }))
    }

    /// What a single dated grant, all else given, decides.
    #[inline]
    fn in_force(&self, term: &Term, at: i64) -> Verdict {
        let placed = term.place == UnitId::NONE || self.units.covers(term.place, term.via);
        if placed && term.from <= at && at < term.until {
            (Ok(()), term.until)
        } else if placed && at < term.from {
            (Err(DenyReason::NotInForce), term.from)
        } else {
            (Err(DenyReason::NotInForce), NEVER)
        }
    }

    /// The whole truth, for requests that the fast lane leaves.
    #[cold]
    #[inline(never)]
    pub(super) fn decide(&self, request: &ResolvedRequest, at: i64) -> Decision {
        self.decision(match Case::open(self, request) {
            Ok(case) => case.decide(at),
            Err(reason) => (Err(reason), NEVER),
        })
    }
}

const NOTHING: Decision = Decision::new(Some(DenyReason::NotPermitted), None, Revision(0));
/// The decision for each reach; past the farthest, where a clock is not open.
static BY_REACH: [Decision; 8] = [
    NOTHING,
    Decision::new(Some(DenyReason::OtherScope), None, Revision(0)),
    Decision::new(Some(DenyReason::WrongChannel), None, Revision(0)),
    Decision::new(None, None, Revision(0)),
    Decision::new(Some(DenyReason::OutOfHours), None, Revision(0)),
    NOTHING,
    NOTHING,
    NOTHING,
];
