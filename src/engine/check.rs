//! The check: by names, by resolved names, and its fast lane.
//!
//! The fast lane answers what almost every request is: something in a unit, asked
//! by a principal about whom nothing but grants is to be known. It reads one
//! record, the target's node, and for each grant a row of rights and a node; it has
//! no branch that depends on a grant. All else goes to [`Case`].

use super::case::Case;
use super::decision::{Decision, DenyReason};
use super::request::{Request, ResolvedRequest, Target, TargetId};
use crate::state::{Column, Head, HotLeaf, INLINE, NEVER, NONE, Node, Record, Snapshot, State, Term, Word};
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
        self.decision(quick.unwrap_or_else(|| self.decide(request, at)))
    }

    #[inline]
    pub(super) fn decision(&self, (outcome, until): Verdict) -> Decision {
        let until = (until < NEVER).then(|| Instant::from_micros(until));
        match outcome {
            Ok(()) => Decision::Allow { until, revision: self.revision },
            Err(reason) => Decision::Deny { reason, until, revision: self.revision },
        }
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
    #[inline]
    pub(super) fn quick(&self, request: &ResolvedRequest, leaf: &HotLeaf, record: &Record, at: i64) -> Option<Verdict> {
        let TargetId::InUnit(unit) = request.target else { return None };
        let head = record.head;
        let target = self.units.node(unit);
        if !head.is_plain() || target.owner == NONE {
            return None;
        }
        let column = self.rights.column(request.permission.into());
        let weigh = |word: Word| self.weigh(word, request, column, unit, target);
        let [first, second, third] = record.grants.map(weigh);
        let mut seen = Seen { reached: first | second | third, ..Seen::default() };
        let dated = [first, second, third].map(|reached| reached / Seen::DATED);
        seen.dated = dated.iter().rev().fold(0, |bits, bit| bits << 1 | bit);
        if head.count() > INLINE {
            leaf.more(head).iter().zip(INLINE as u32..).for_each(|(word, n)| seen.add(weigh(*word), n));
        }
        if seen.reached & Seen::ALLOWED != 0 {
            return Some((Ok(()), NEVER));
        }
        // The rows of restricted roles are empty: what they hide is not seen here.
        if !self.role_restrictions.is_empty() {
            return None;
        }
        if seen.dated != 0 {
            return if seen.dated.is_power_of_two() && !seen.beyond && !head.has(Head::COMPLEX) {
                Some(self.in_force(leaf.term(head, seen.dated.trailing_zeros() as usize), at))
            } else {
                None
            };
        }
        if seen.reached & Seen::COVERED != 0 {
            Some((Err(DenyReason::WrongChannel), NEVER))
        } else if seen.reached & Seen::PERMITTED != 0 {
            Some((Err(DenyReason::OtherScope), NEVER))
        } else if self.policy.has_ceilings() {
            None
        } else {
            Some((Err(DenyReason::NotPermitted), NEVER))
        }
    }

    /// How far one grant gets: a mask of [`Seen`], without a branch that depends on it.
    #[inline(always)]
    fn weigh(&self, word: Word, request: &ResolvedRequest, column: &Column, unit: u32, target: &Node) -> u32 {
        let permitted = self.rights.has_in(column, word.role(), request.permission.into());
        let mut below = target.is_near_below(word.id());
        if target.is_deep() {
            below |= self.units.node(word.id()).covers(target);
        }
        let inside = (word.id() == unit) | (word.is_subtree() & below);
        let covered = permitted & (word.is_everywhere() | (word.is_of_units() & inside));
        let open = covered & word.answers_on(request.channel);
        u32::from(permitted) * Seen::PERMITTED
            | u32::from(covered) * Seen::COVERED
            | u32::from(open & !word.is_dated()) * Seen::ALLOWED
            | u32::from(open & word.is_dated()) * Seen::DATED
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
    pub(super) fn decide(&self, request: &ResolvedRequest, at: i64) -> Verdict {
        match Case::open(self, request) {
            Ok(case) => case.decide(at),
            Err(reason) => (Err(reason), NEVER),
        }
    }
}

/// What the grants reached.
#[derive(Clone, Copy, Default)]
struct Seen {
    reached: u32,
    /// One bit for each of the first 32 grants for which nothing but its dates is in question.
    dated: u32,
    /// There is such a grant beyond those.
    beyond: bool,
}

impl Seen {
    const PERMITTED: u32 = 1;
    const COVERED: u32 = 2;
    const ALLOWED: u32 = 4;
    const DATED: u32 = 8;

    #[inline]
    fn add(&mut self, reached: u32, grant: u32) {
        self.reached |= reached;
        let dated = reached / Seen::DATED;
        self.dated |= dated << (grant & 31);
        self.beyond |= dated != 0 && grant > 31;
    }
}
