//! What a rule says of one link: the same for the search and for a plan that is carried
//! out later. Silence ends nothing, and a known end needs nobody's word (ruling R36).

use std::collections::HashSet;

use super::{Ended, Grounds, PlanLink, RevocationRule};
use crate::facts::{
    Affiliated, Detail, EVER, Head, NEVER, PLATFORM, Person, PlaceId, ScopeId, State, Word,
};
use crate::model::{Affiliation, Identifier, Name};
use crate::policy::Revocation;
use crate::store::{ChannelId, PersonId, RoleId, TenantId, UnitId};
use crate::time::Instant;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// What is known of one person beside the facts: by sources, or kept in a row.
pub(crate) trait Told {
    /// The source that covers an affiliation and does not list it.
    fn absent(&self, affiliated: &Affiliated) -> Option<Name>;
    /// Whether a source lists an affiliation of a kind at a unit that is wanted.
    fn lists(&self, wanted: &dyn Fn(u16, UnitId) -> bool) -> bool;
    /// The source that covers all of a place, for affiliations of a kind or of whatever kind.
    fn covers(&self, whole: Whole) -> Option<Name>;
    /// That somebody was not seen since an instant, by a source that would know.
    fn unseen(&self, place: UnitId, cutoff: i64) -> Option<Sighted>;
    /// Whether a grant is taken back by the same plan.
    fn goes(&self, word: Word, detail: Detail) -> bool;
    /// That a grant was not used since an instant, by a source that would know.
    fn unused(&self, word: Word, place: UnitId, cutoff: i64) -> Option<Sighted>;
}

/// Where an affiliation could be, in a tenant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whole {
    /// Of this kind; none: of any.
    pub(crate) kind: Option<u16>,
    /// The unit that it is at or below.
    pub(crate) top: UnitId,
}

/// When something was last, by a source that would know from an instant on.
#[derive(Clone, Debug)]
pub(crate) struct Sighted {
    pub(crate) source: Name,
    pub(crate) since: i64,
    pub(crate) last: Option<i64>,
}

impl From<Sighted> for Grounds {
    fn from(Sighted { source, since, last }: Sighted) -> Grounds {
        let last = last.map(Instant::from_micros);
        Grounds::NotSince { source, since: Instant::from_micros(since), last }
    }
}

/// A rule that draws a link, and why.
type Drawn = (RevocationRule, Grounds);

/// The policy's rules, numbered, at an instant.
pub(crate) struct Routine<'s> {
    pub(crate) state: &'s State,
    pub(crate) at: i64,
    rules: &'s Revocation,
    visit_roles: Vec<RoleId>,
    visit_kinds: Vec<u16>,
    visit: Option<u16>,
}

impl<'s> Routine<'s> {
    pub(crate) fn of(state: &'s State, at: Instant) -> Routine<'s> {
        let policy = &state.policy;
        let rules = &policy.document().revocation;
        let visit = rules.visit.as_ref();
        let roles = visit.into_iter().flat_map(|visit| &visit.roles);
        let kinds = visit.into_iter().flat_map(|visit| &visit.kinds);
        Routine {
            state,
            at: at.as_micros(),
            rules,
            visit_roles: roles.filter_map(|role| policy.role(role)).collect(),
            visit_kinds: kinds.filter_map(|kind| policy.kind(kind)).collect(),
            visit: visit.and_then(|visit| policy.affiliation(visit.affiliation.as_ref()?)),
        }
    }

    fn cutoff(&self, days: u32) -> i64 {
        self.at.saturating_sub(i64::from(days).saturating_mul(DAY))
    }

    /// The first rule that draws a grant.
    pub(crate) fn grant(
        &self,
        person: (PersonId, Person<'_>),
        grant: (Word, Detail),
        told: &impl Told,
    ) -> Option<Drawn> {
        use RevocationRule::{AffiliationEnded, SupportOld, Unused, VisionLost, VisitOver};
        let drawn = |rule| Some((rule, self.grant_by(rule, person, grant, told)?));
        [AffiliationEnded, VisitOver, VisionLost, Unused, SupportOld].into_iter().find_map(drawn)
    }

    /// Why a rule draws a grant, if it does. Support is no other rule's matter (requirement S12).
    pub(crate) fn grant_by(
        &self,
        rule: RevocationRule,
        (id, person): (PersonId, Person<'_>),
        (word, detail): (Word, Detail),
        told: &impl Told,
    ) -> Option<Grounds> {
        let state = self.state;
        if state.is_support(word.channel()) != (rule == RevocationRule::SupportOld) {
            return None;
        }
        let tenant = state.tenant_of(word.scope());
        match rule {
            RevocationRule::AffiliationEnded if self.rules.affiliation_ended => {
                match (detail.basis, word.scope()) {
                    (Some(basis), _) => {
                        let whole =
                            Whole { kind: Some(basis.kind), top: self.top(basis.place, tenant) };
                        let rests = |kind: u16, unit: UnitId| {
                            state.rests_on(
                                basis,
                                tenant,
                                &Affiliated { from: EVER, until: NEVER, unit, kind },
                            )
                        };
                        self.over((id, person), rests, Some(whole), told)
                    }
                    (None, scope @ (ScopeId::Unit(top) | ScopeId::Subtree(top)))
                        if self.rules.standing_too && !detail.direct =>
                    {
                        let there = |_: u16, unit: UnitId| state.covers_unit(scope, unit);
                        self.over((id, person), there, Some(Whole { kind: None, top }), told)
                    }
                    _ => None,
                }
            }
            RevocationRule::VisitOver => {
                let effective = state.rights.effective(word.role())?;
                if !self.visit_roles.contains(&effective.role)
                    && !self.visit_kinds.contains(&effective.kind)
                {
                    return None;
                }
                if detail.until <= self.at {
                    return Some(Grounds::PastEnd { until: Instant::from_micros(detail.until) });
                }
                let visit = self.visit.filter(|_| tenant != PLATFORM)?;
                let of = |kind: u16, unit: UnitId| {
                    kind == visit && state.units.node(unit).owner == tenant
                };
                self.over((id, person), of, None, told)
            }
            RevocationRule::VisionLost if self.rules.vision_lost => {
                self.vision_lost((id, person), (word, detail), told)
            }
            RevocationRule::Unused => {
                let cutoff = self.cutoff(self.rules.unused_days?);
                let fresh = detail.from != EVER && detail.from > cutoff;
                if fresh || detail.until <= self.at {
                    return None;
                }
                let place = match word.scope() {
                    ScopeId::Unit(unit) | ScopeId::Subtree(unit) => unit,
                    _ => self.root(tenant),
                };
                told.unused(word, place, cutoff).map(Grounds::from)
            }
            RevocationRule::SupportOld => {
                let cutoff = self.cutoff(self.rules.support_days?);
                let old = detail.from != EVER && detail.from <= cutoff;
                old.then(|| Grounds::Began { from: Instant::from_micros(detail.from) })
            }
            _ => None,
        }
    }

    /// A standing grant at a unit of a vision: every affiliation at units of the visions
    /// that its role is given at is over, one of them at this vision, and nothing is held
    /// directly at such a unit (requirement S13).
    fn vision_lost(
        &self,
        (id, person): (PersonId, Person<'_>),
        (word, detail): (Word, Detail),
        told: &impl Told,
    ) -> Option<Grounds> {
        let state = self.state;
        let (ScopeId::Unit(unit) | ScopeId::Subtree(unit)) = word.scope() else { return None };
        let rules = state.role(state.rights.effective(word.role())?.role)?;
        let tenant = state.units.node(unit).owner;
        let vision = |unit: UnitId| state.policy.vision_of(state.unit_kind(unit));
        if detail.basis.is_some() || detail.direct || !rules.visions.contains(&vision(unit)) {
            return None;
        }
        let there = |unit: UnitId| {
            state.units.node(unit).owner == tenant && rules.visions.contains(&vision(unit))
        };
        let directly = self
            .directly(person, told)
            .any(|word| matches!(word.scope(), ScopeId::Unit(unit) | ScopeId::Subtree(unit) if there(unit)));
        let lost = person
            .affiliations()
            .iter()
            .any(|affiliated| there(affiliated.unit) && vision(affiliated.unit) == vision(unit));
        if directly || !lost {
            return None;
        }
        self.over((id, person), |_, unit| there(unit), None, told)
    }

    /// The first rule that draws a registration in a tenant.
    pub(crate) fn registration(
        &self,
        person: (PersonId, Person<'_>),
        tenant: TenantId,
        told: &impl Told,
    ) -> Option<Drawn> {
        let drawn = |rule| Some((rule, self.registration_by(rule, person, tenant, told)?));
        [RevocationRule::Left, RevocationRule::Unseen].into_iter().find_map(drawn)
    }

    /// Why a rule draws a registration in a tenant, if it does; one that is suspended already is nobody's matter.
    pub(crate) fn registration_by(
        &self,
        rule: RevocationRule,
        (id, person): (PersonId, Person<'_>),
        tenant: TenantId,
        told: &impl Told,
    ) -> Option<Grounds> {
        let registered = person.registration(tenant).filter(|registered| !registered.suspended)?;
        if tenant == PLATFORM || person.index.head.has(Head::SUSPENDED) {
            return None;
        }
        match rule {
            RevocationRule::Left if self.rules.left => {
                let here = |unit: UnitId| self.state.units.node(unit).owner == tenant;
                // Whoever holds something directly was never asked for an affiliation.
                let directly = self
                    .directly(person, told)
                    .any(|word| self.state.tenant_of(word.scope()) == tenant);
                if directly {
                    None
                } else {
                    self.over((id, person), |_, unit| here(unit), None, told)
                }
            }
            RevocationRule::Unseen => {
                let cutoff = self.cutoff(self.rules.unseen_days?);
                told.unseen(registered.place, cutoff).map(Grounds::from)
            }
            _ => None,
        }
    }

    /// What somebody holds directly, and goes on holding: it takes no affiliation.
    fn directly<'p>(
        &'p self,
        person: Person<'p>,
        told: &'p impl Told,
    ) -> impl Iterator<Item = Word> + 'p {
        let goes_on = |(word, detail): &(Word, Detail)| {
            self.is_direct(*word, *detail) && detail.until > self.at && !told.goes(*word, *detail)
        };
        person.grants().filter(goes_on).map(|(word, _)| word)
    }

    /// Whether a grant was given directly, and is not support.
    pub(crate) fn is_direct(&self, word: Word, detail: Detail) -> bool {
        detail.direct && !self.state.is_support(word.channel())
    }

    /// That all affiliations of somebody that count are over, if they are: no source lists one, and each on
    /// record has ended or is missing where a source would list it. With none on record
    /// it takes a source that covers the whole.
    fn over(
        &self,
        (id, person): (PersonId, Person<'_>),
        counts: impl Fn(u16, UnitId) -> bool,
        whole: Option<Whole>,
        told: &impl Told,
    ) -> Option<Grounds> {
        let on_record = || {
            person
                .affiliations()
                .iter()
                .filter(|affiliated| counts(affiliated.kind, affiliated.unit))
        };
        // What is to come is in nobody's list yet. All are asked about, so that what sources
        // leave unanswered does not depend on an order.
        let under_way = on_record().filter(|affiliated| affiliated.until > self.at);
        let upheld = under_way.filter(|a| a.from > self.at || told.absent(a).is_none()).count();
        if upheld > 0 {
            return None;
        }
        let none = on_record().next().is_none();
        let source = if none { Some(told.covers(whole?)?) } else { None };
        if told.lists(&counts) {
            return None;
        }
        let ended = on_record().map(|affiliated| Ended {
            affiliation: self.state.affiliation_named(affiliated, self.state.identifier(id)),
            source: if affiliated.until > self.at { told.absent(affiliated) } else { None },
        });
        let mut ended: Vec<Ended> = ended.collect();
        let part = |ended: &Ended| (ended.affiliation.from, ended.affiliation.until);
        ended.sort_by(|a, b| {
            (&a.affiliation.unit, &a.affiliation.kind, part(a)).cmp(&(
                &b.affiliation.unit,
                &b.affiliation.kind,
                part(b),
            ))
        });
        Some(Grounds::Over { ended, source })
    }

    /// The unit that a place lies in; of a set the tenant's root.
    fn top(&self, place: PlaceId, tenant: TenantId) -> UnitId {
        match place {
            PlaceId::Unit(unit) | PlaceId::Subtree(unit) => unit,
            PlaceId::Set(_) => self.root(tenant),
        }
    }

    fn root(&self, tenant: TenantId) -> UnitId {
        self.state.tenants.get(tenant).map_or(UnitId::NONE, |tenant| tenant.root)
    }
}

/// What a row keeps of what was told when it was drawn.
pub(super) struct Kept<'r> {
    pub(super) state: &'r State,
    pub(super) person: &'r Identifier,
    pub(super) finding: &'r Grounds,
    /// All that the plan takes back.
    pub(super) links: &'r HashSet<&'r PlanLink>,
}

impl Kept<'_> {
    fn ended(&self) -> &[Ended] {
        match self.finding {
            Grounds::Over { ended, .. } => ended,
            _ => &[],
        }
    }

    fn not_since(&self, cutoff: i64) -> Option<Sighted> {
        let Grounds::NotSince { source, since, last } = self.finding else { return None };
        let (since, last) = (since.as_micros(), last.map(Instant::as_micros));
        let long = since <= cutoff && last.is_none_or(|last| last < cutoff);
        long.then(|| Sighted { source: source.clone(), since, last })
    }
}

impl Told for Kept<'_> {
    fn absent(&self, affiliated: &Affiliated) -> Option<Name> {
        let on_record: Affiliation = self.state.affiliation_named(affiliated, self.person.clone());
        self.ended().iter().find(|ended| ended.affiliation == on_record)?.source.clone()
    }

    fn lists(&self, _: &dyn Fn(u16, UnitId) -> bool) -> bool {
        false
    }

    fn covers(&self, _: Whole) -> Option<Name> {
        match self.finding {
            Grounds::Over { source, .. } => source.clone(),
            _ => None,
        }
    }

    fn goes(&self, word: Word, detail: Detail) -> bool {
        let grant = self.state.grant_named(word, detail, self.person.clone());
        self.links.contains(&PlanLink::Grant(grant))
    }

    fn unseen(&self, _: UnitId, cutoff: i64) -> Option<Sighted> {
        self.not_since(cutoff)
    }

    fn unused(&self, _: Word, _: UnitId, cutoff: i64) -> Option<Sighted> {
        self.not_since(cutoff)
    }
}

impl State {
    /// Whether a channel is that of support, which the rules on other grants leave alone.
    fn is_support(&self, channel: ChannelId) -> bool {
        self.policy.support_channel() == Some(channel)
    }
}
