//! The check: by names, by resolved names, and its fast lane.
//!
//! The fast lane answers what almost every request is: something in a unit, asked
//! by a principal about whom nothing but grants is to be known. It reads one
//! record, the target's node, and for each grant a row of rights and a node; it has
//! no branch that depends on a grant. All else goes to [`Case`].

use super::case::Case;
use super::decision::{Decision, DenyReason};
use super::request::{Request, ResolvedRequest, Target, TargetId};
use crate::state::{Column, Head, HotLeaf, INLINE, NEVER, NONE, Path, Record, Snapshot, State, Term, Word};
use crate::time::Instant;

/// An outcome and the first instant at which it differs, [`NEVER`] if at none.
pub(crate) type Verdict = (Result<(), DenyReason>, i64);

impl Snapshot {
    /// Whether the principal may do this, there, now.
    ///
    /// Takes about as long as the few cache lines it touches; allocates nothing.
    ///
    /// # Complexity
    /// O(grants of the principal); where dated facts decide, times the number of
    /// their edges in the worst case, each of them a person's own and bounded by the [limits](crate::limits).
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
    /// The reason why a check would deny it, when a name is unknown.
    pub fn resolve(&self, request: &Request<'_>) -> Result<ResolvedRequest, DenyReason> {
        let resolved = self.0.resolve(request)?;
        if self.0.is_known(resolved.principal) { Ok(resolved) } else { Err(DenyReason::UnknownPrincipal) }
    }
}

impl State {
    #[inline]
    pub(crate) fn check(&self, request: &Request<'_>, now: Instant) -> Decision {
        match self.resolve(request) {
            Ok(resolved) => self.check_resolved(&resolved, now),
            Err(reason) => self.decision((Err(reason), NEVER)),
        }
    }

    #[inline]
    pub(crate) fn check_resolved(&self, request: &ResolvedRequest, now: Instant) -> Decision {
        let at = now.as_micros();
        if request.lineage != self.lineage {
            return self.decision((Err(DenyReason::ForeignHandle), NEVER));
        }
        let quick = self.people.hot(request.principal).and_then(|(leaf, record)| self.quick(request, leaf, record, at));
        quick.unwrap_or_else(|| self.decide(request, at))
    }

    #[inline]
    pub(super) fn decision(&self, (outcome, until): Verdict) -> Decision {
        let until = (until < NEVER).then(|| Instant::from_micros(until));
        Decision::new(outcome.err(), until, self.revision)
    }

    /// Every name of a request that has ever been given an id; whether the
    /// principal is registered still is left to the check.
    #[inline]
    pub(crate) fn resolve(&self, request: &Request<'_>) -> Result<ResolvedRequest, DenyReason> {
        let permission = self.policy.permission(request.permission).ok_or(DenyReason::UnknownPermission)?;
        let principal = self.person_names.find(request.principal).ok_or(DenyReason::UnknownPrincipal)?;
        self.resolve_rest(request, permission, principal)
    }

    #[inline]
    pub(super) fn resolve_rest(
        &self,
        request: &Request<'_>,
        permission: u32,
        principal: u32,
    ) -> Result<ResolvedRequest, DenyReason> {
        let channel = match request.channel {
            None => Ok(0),
            Some(name) => self.policy.channel(name).ok_or(DenyReason::UnknownChannel),
        };
        let target = match request.target {
            Target::InUnit(unit) => self.find_unit(unit).map(TargetId::InUnit),
            _ => self.resolve_target(request.target),
        };
        match (channel, target) {
            (Ok(channel), Ok(target)) => {
                // A policy has at most 4096 permissions.
                let permission = permission as u16;
                Ok(ResolvedRequest { lineage: self.lineage, principal, permission, channel, target })
            }
            (Err(reason), _) | (_, Err(reason)) => {
                Err(if self.is_known(principal) { reason } else { DenyReason::UnknownPrincipal })
            }
        }
    }

    #[inline]
    fn find_unit(&self, unit: &str) -> Result<u32, DenyReason> {
        self.unit_names.find(unit).ok_or(DenyReason::UnknownUnit)
    }

    #[cold]
    fn resolve_target(&self, target: Target<'_>) -> Result<TargetId, DenyReason> {
        let person = |name: &str| self.person_names.find(name).ok_or(DenyReason::UnknownPerson);
        Ok(match target {
            Target::InUnit(unit) => TargetId::InUnit(self.find_unit(unit)?),
            Target::About(name, tenant) => {
                let tenant = tenant.map(|tenant| self.tenant(tenant).ok_or(DenyReason::UnknownTenant)).transpose()?;
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
    pub(crate) fn is_known(&self, principal: u32) -> bool {
        self.people.hot(principal).is_some_and(|(_, record)| record.head.has(Head::KNOWN))
    }

    /// The fast lane; none: the question is not for it.
    ///
    /// Whether it is Allow or Deny, and why, is a look-up by what the grants reached:
    /// as likely as not, no branch would be predicted.
    #[inline(always)]
    pub(super) fn quick(
        &self,
        request: &ResolvedRequest,
        leaf: &HotLeaf,
        record: &Record,
        at: i64,
    ) -> Option<Decision> {
        let TargetId::InUnit(unit) = request.target else { return None };
        let head = record.head;
        let path = self.units.path_of(unit);
        if !head.is_plain() || !path.is_whole(unit) {
            return None;
        }
        let permission = request.permission.into();
        let column = self.rights.column(permission);
        let weigh = |word: Word| self.weigh(word, permission, request.channel, column, path);
        let [first, second, third] = record.grants;
        let ((first, a), (second, b), (third, c)) = (weigh(first), weigh(second), weigh(third));
        let mut reached = first | second | third;
        let mut dated = a | b << 1 | c << 2;
        if head.count() > INLINE {
            for (word, n) in leaf.more(head).iter().zip(INLINE as u32..) {
                let (further, d) = weigh(*word);
                reached |= further;
                // Bit 31 stands for all from there on, and is never taken for one grant.
                dated |= d << n.min(31);
            }
        }
        if dated != 0 && reached & ALLOWED == 0 {
            return self.quick_dated(leaf, head, dated, at);
        }
        if self.unclear >> reached & 1 == 1 {
            return None;
        }
        let reason = REASONS.get(reached as usize & 7).copied().flatten();
        Some(Decision::new(reason, None, self.revision))
    }

    /// How far one grant gets, and whether nothing but its dates is in question.
    #[inline(always)]
    fn weigh(&self, word: Word, permission: u32, channel: u8, column: &Column, path: &Path) -> (u32, u32) {
        let permitted = u32::from(self.rights.has_in(column, word.role(), permission));
        let covered = permitted & u32::from(path.at(word.place()) == word.id());
        let open = covered & u32::from(word.answers_on(channel));
        let dated = u32::from(word.is_dated());
        (permitted * PERMITTED | covered * COVERED | (open & (dated ^ 1)) * ALLOWED, open & dated)
    }

    /// Where grants with dates decide: at once if it is a single one.
    #[inline]
    fn quick_dated(&self, leaf: &HotLeaf, head: Head, dated: u32, at: i64) -> Option<Decision> {
        if !dated.is_power_of_two()
            || dated > u32::MAX / 4
            || head.has(Head::COMPLEX)
            || !self.role_restrictions.is_empty()
        {
            return None;
        }
        Some(self.decision(self.in_force(leaf.term(head, dated.trailing_zeros() as usize), at)))
    }

    /// What a single dated grant, all else given, decides.
    #[inline]
    fn in_force(&self, term: &Term, at: i64) -> Verdict {
        let placed = term.place == NONE || self.units.covers(term.place, term.via);
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

// What grants reached, as bits.
const PERMITTED: u32 = 1;
const COVERED: u32 = 2;
const ALLOWED: u32 = 4;

/// The reason for each mask of what grants reached; none: Allow.
const REASONS: [Option<DenyReason>; 8] = [
    Some(DenyReason::NotPermitted),
    Some(DenyReason::OtherScope),
    Some(DenyReason::WrongChannel),
    Some(DenyReason::WrongChannel),
    None,
    None,
    None,
    None,
];
