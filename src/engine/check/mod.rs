//! The check: by names, by resolved names, and its fast lanes.
//!
//! Almost every request is about something in a unit, asked by a principal about whom only grants
//! matter. The plain lane answers those: it reads the principal's entry in the person index, the
//! target's path, and for each grant a column of rights; it has no branch that depends on a grant.
//! The lane of hours adds one clock, the dated lane other channels and one dated grant. All other
//! requests go to [`Case`].

pub(super) mod aim;
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
use case::{Case, Outcome};
use narrowing::Narrowing;

impl Snapshot {
    /// Decides whether the principal may do what the request says, at the instant `now`.
    ///
    /// The time it takes is that of a few cache lines. It allocates nothing.
    ///
    /// # Complexity
    /// O(grants of the principal). Where dated facts decide, O(edges × grants × (affiliations +
    /// restrictions)) in the worst case: those of the people named and of the roles granted, all
    /// bounded by the [limits](crate::facts::limits).
    pub fn check(&self, request: &Request<'_>, now: impl Into<Instant>) -> Decision {
        self.0.check(request, now.into())
    }

    /// Decides a request whose names were resolved by [`resolve`](Snapshot::resolve), as
    /// [`check`](Snapshot::check) decides one by names.
    pub fn check_resolved(&self, request: &ResolvedRequest, now: impl Into<Instant>) -> Decision {
        self.0.check_resolved(request, now.into())
    }

    /// Resolves the names of a request, so that it can be checked many times.
    ///
    /// # Errors
    /// [`Denied`], as a check would deny the request, if a name is unknown.
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
            return self.check_any(request, now);
        };
        let Some(principal) = self.person_names.find(request.principal) else {
            return self.check_any(request, now);
        };
        let Some(permission) = self.policy.permission(request.permission) else {
            return self.check_any(request, now);
        };
        let Some(unit) = self.unit_names.find(unit) else { return self.check_any(request, now) };
        match self.plain_lane(principal, permission, unit) {
            Some(stage) => self.by_stage(stage),
            None => self.check_in_unit(principal, permission, unit, now),
        }
    }

    /// Decides a request in a unit, on the first channel, that the plain lane leaves.
    #[inline(never)]
    fn check_in_unit(
        &self,
        principal: PersonId,
        permission: PermissionId,
        unit: UnitId,
        now: Instant,
    ) -> Decision {
        let (lineage, target) = (self.lineage, TargetId::InUnit(unit));
        self.check_past_plain_lane(
            &ResolvedRequest { lineage, principal, permission, channel: ChannelId::FIRST, target },
            now,
        )
    }

    /// Decides a request of any form by its names, or denies it because one is unknown.
    // Apart from `check` and never inlined, so that the plain lane stays small.
    #[inline(never)]
    fn check_any(&self, request: &Request<'_>, now: Instant) -> Decision {
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
                if let Some(stage) = self.plain_stage(record, path, permission) {
                    return self.by_stage(stage);
                }
            } else if record.head.is_plainest_within_hours() {
                return self.check_within_hours(request, record, path, now);
            }
        }
        self.check_past_plain_lane(request, now)
    }

    /// Decides a resolved request that the plain lane and the lane of hours leave.
    #[inline(never)]
    pub(super) fn check_past_plain_lane(
        &self,
        request: &ResolvedRequest,
        now: Instant,
    ) -> Decision {
        let at = now.as_micros();
        if request.lineage != self.lineage {
            return self.decision((Err(DenyReason::ForeignHandle), NEVER));
        }
        self.dated_lane(request, at).unwrap_or_else(|| self.decide(request, at))
    }

    /// Decides a resolved request within a session.
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

    /// An outcome as a decision of this state of the facts.
    #[inline]
    pub(crate) fn decision(&self, (outcome, until): Outcome) -> Decision {
        let until = (until < NEVER).then(|| Instant::from_micros(until));
        Decision::new(outcome.err(), until, self.revision)
    }

    /// Resolves the names of a request. A name that once had an id keeps it: whether the principal
    /// is still registered is left to the check.
    ///
    /// # Errors
    /// The reason of the denial, if a name never had an id.
    #[inline]
    pub(crate) fn resolve(&self, request: &Request<'_>) -> Result<ResolvedRequest, DenyReason> {
        let permission =
            self.policy.permission(request.permission).ok_or(DenyReason::UnknownPermission)?;
        let principal =
            self.person_names.find(request.principal).ok_or(DenyReason::UnknownPrincipal)?;
        self.resolve_rest(request, permission, principal)
    }

    /// Resolves the channel and the target of a request whose permission and principal are found.
    ///
    /// # Errors
    /// The reason of the denial, if a name is unknown: that of the principal comes first.
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

    /// Resolves the names in a target.
    ///
    /// # Errors
    /// The reason of the denial, if a name is unknown.
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

    /// Whether the principal with this id is registered somewhere.
    pub(crate) fn is_known(&self, principal: PersonId) -> bool {
        self.people.hot(principal).is_some_and(|(_, record)| record.head.has(Head::KNOWN))
    }

    /// The plain lane, which almost every request takes: the stage that the principal's grants
    /// reached. `None` if the request needs another lane.
    ///
    /// Whether the stage means Allow or Deny, and why, is a look-up in [`BY_STAGE`]: a branch on it
    /// would be mispredicted as often as not.
    #[inline(always)]
    fn plain_lane(
        &self,
        principal: PersonId,
        permission: PermissionId,
        unit: UnitId,
    ) -> Option<PlainStage> {
        let (_, record) = self.people.hot(principal)?;
        self.plain_lane_of(record, permission, unit)
    }

    /// The plain lane for a principal whose entry in the person index is at hand.
    #[inline(always)]
    pub(super) fn plain_lane_of(
        &self,
        record: &PersonIndex,
        permission: PermissionId,
        unit: UnitId,
    ) -> Option<PlainStage> {
        let path = self.units.path_at(unit).filter(|path| path.is_whole(unit))?;
        if !record.head.is_plainest() {
            return None;
        }
        self.plain_stage(record, path, permission)
    }

    /// The stage that the grants in an entry of the person index reached; all of them must be
    /// plain. `None` as for [`State::if_clear`].
    #[inline(always)]
    fn plain_stage(
        &self,
        record: &PersonIndex,
        path: &Path,
        permission: PermissionId,
    ) -> Option<PlainStage> {
        let [first, ..] = record.grants;
        let column = self.rights.column(block(first.role()), permission);
        let (mut permitted, mut open) = (0, 0);
        for word in record.grants {
            // Only the lowest bit means something, until the mask below.
            let has = Rights::bits(column, word.role());
            permitted |= has;
            open |= has & u64::from(path.at(word.place()) == word.id());
        }
        // A scope counts where the permission is had as well: the bits are 0, 1 or 3, and 3 is all,
        // since plain grants answer on the first channel.
        self.if_clear(PlainStage((permitted & 1 | open << 1) as usize))
    }

    /// The stage, if its reason is certain. `None` where rows of restricted roles are empty, or
    /// ceilings are cut in advance, so that the stage may hide a later one: that takes a [`Case`].
    #[inline(always)]
    fn if_clear(&self, stage: PlainStage) -> Option<PlainStage> {
        (self.unclear >> (stage.0 & 3) & 1 == 0).then_some(stage)
    }

    /// The decision for the last stage that plain grants passed.
    #[inline(always)]
    pub(super) fn by_stage(&self, stage: PlainStage) -> Decision {
        // The mask is beyond every stage, and spares the look-up its branch.
        BY_STAGE.get(stage.0 & 7).unwrap_or(&NOTHING).at_revision(self.revision)
    }

    /// The dated lane: for other channels, and for principals with more than three grants, with a
    /// dated one, with some for other channels, or with roles of several blocks. `None` if the
    /// request needs a [`Case`].
    #[inline(never)]
    fn dated_lane(&self, request: &ResolvedRequest, at: i64) -> Option<Decision> {
        let TargetId::InUnit(unit) = request.target else { return None };
        let path = self.units.path_at(unit).filter(|path| path.is_whole(unit))?;
        let (leaf, record) = self.people.hot(request.principal)?;
        let head = record.head;
        if head.grids() != 0 {
            let plainest = head.is_plainest_within_hours() && request.channel == ChannelId::FIRST;
            let found =
                plainest.then(|| self.stage_within_hours(record, path, request.permission, at));
            return found.flatten().map(|(stage, until)| self.by_stage(stage).until_instant(until));
        }
        if !head.is_plain() {
            return None;
        }
        let permission = request.permission;
        let mut stage = PlainStage::NOTHING;
        let mut dated = None;
        for (n, word) in record.grants.iter().chain(leaf.more(head)).enumerate() {
            if !self.rights.has(word.role(), permission) {
                continue;
            }
            let covers = path.at(word.place()) == word.id();
            let answers = covers && word.answers_on(request.channel);
            if answers && word.is_dated() {
                // A second one may be in force when the first is not: that takes the full walk.
                if dated.replace(n).is_some() {
                    return None;
                }
                continue;
            }
            let passed = PlainStage::PERMISSION.and(covers).and(answers);
            stage = stage.max(passed);
        }
        match dated {
            Some(n) if stage < PlainStage::ALL => {
                let simple = !head.has(Head::COMPLEX) && self.role_restrictions.is_empty();
                simple.then(|| self.decision(self.in_force(leaf.term(head, n), at)))
            }
            _ => self.if_clear(stage).map(|stage| self.by_stage(stage)),
        }
    }

    /// The lane of hours: decides for a principal whom grids bind and who is plain besides.
    #[inline(never)]
    fn check_within_hours(
        &self,
        request: &ResolvedRequest,
        record: &PersonIndex,
        path: &Path,
        now: Instant,
    ) -> Decision {
        match self.stage_within_hours(record, path, request.permission, now.as_micros()) {
            Some((stage, until)) => self.by_stage(stage).until_instant(until),
            None => self.check_past_plain_lane(request, now),
        }
    }

    /// The stage that plain grants reached, one past [`PlainStage::ALL`] where only the clock
    /// denies, and until when. `None` if several grids bind, or as for [`State::if_clear`].
    ///
    /// The clock is read whatever the grants say: a branch on them would be mispredicted as often
    /// as not, and would keep the next principal from being fetched meanwhile.
    #[inline(always)]
    fn stage_within_hours(
        &self,
        record: &PersonIndex,
        path: &Path,
        permission: PermissionId,
        at: i64,
    ) -> Option<(PlainStage, i64)> {
        let bindings = self.grid_sets.get(record.head.grids())?;
        let stage = self.plain_stage(record, path, permission)?;
        let (open, until) = State::single_clock(bindings, path, at)?;
        let passes = stage == PlainStage::ALL;
        Some((stage.and(passes & !open), if passes { until } else { NEVER }))
    }

    /// The outcome where a single dated grant decides: its role, scope and channel pass.
    #[inline]
    fn in_force(&self, term: &Term, at: i64) -> Outcome {
        let placed = term.place == UnitId::NONE || self.units.covers(term.place, term.via);
        if placed && term.from <= at && at < term.until {
            (Ok(()), term.until)
        } else if placed && at < term.from {
            (Err(DenyReason::NotInForce), term.from)
        } else {
            (Err(DenyReason::NotInForce), NEVER)
        }
    }

    /// Decides a request as a [`Case`], where the fast lanes leave it.
    #[cold]
    #[inline(never)]
    pub(super) fn decide(&self, request: &ResolvedRequest, at: i64) -> Decision {
        self.decision(match Case::open(self, request) {
            Ok(case) => case.decide(at),
            Err(reason) => (Err(reason), NEVER),
        })
    }
}

/// The last stage that plain grants passed.
///
/// A number with names, and not an enum: the stage is computed from bits, and an enum could be made
/// of them only by a branch, which would be mispredicted as often as not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PlainStage(usize);

impl PlainStage {
    /// No role granted has the permission.
    const NOTHING: PlainStage = PlainStage(0);
    /// A role granted has the permission, at another scope. One more: a grant covers the target,
    /// but answers on another channel.
    const PERMISSION: PlainStage = PlainStage(1);
    /// A grant passes every stage. One more: no grid is open.
    const ALL: PlainStage = PlainStage(3);

    /// The next stage if `passed`, by addition and not by a branch.
    #[inline(always)]
    fn and(self, passed: bool) -> PlainStage {
        PlainStage(self.0.wrapping_add(passed.into()))
    }
}

const NOTHING: Decision = denied(DenyReason::NotPermitted);

const fn denied(reason: DenyReason) -> Decision {
    Decision::new(Some(reason), None, Revision(0))
}

/// The decision for each [`PlainStage`], at its number. The table has as many rows as three bits
/// have values, so that a masked look-up needs no check of its bounds.
static BY_STAGE: [Decision; 8] = [
    NOTHING,
    denied(DenyReason::OtherScope),
    denied(DenyReason::WrongChannel),
    Decision::new(None, None, Revision(0)),
    denied(DenyReason::OutOfHours),
    NOTHING,
    NOTHING,
    NOTHING,
];
