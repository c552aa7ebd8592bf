//! The revocation rules, asked about one grant or registration. Drawing a plan and carrying it out
//! ask them alike. A source's silence ends nothing, and an end on record needs no source (R36).

use std::collections::HashSet;

use super::document::{Ended, Grounds, Link, RevocationRule, Row};
use crate::facts::{
    Affiliated, Detail, EVER, Head, NEVER, PLATFORM, Person, PlaceId, ScopeId, State, Word,
};
use crate::model::{Affiliation, Identifier, Name};
use crate::policy::Revocation;
use crate::store::{ChannelId, Order, PersonId, RoleId, TenantId, UnitId};
use crate::time::Instant;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// What is known of one person beside the facts: from the host's sources, or kept in a row of a
/// plan.
pub(crate) trait PersonEvidence {
    /// The name of a source that covers an affiliation and does not list it. `None` if there is no
    /// such source.
    fn not_listed(&self, affiliated: &Affiliated) -> Option<Name>;
    /// Whether a source lists an affiliation whose kind and unit are wanted.
    fn lists_any(&self, wanted: &dyn Fn(u16, UnitId) -> bool) -> bool;
    /// The name of a source that is complete for all affiliations of a range. `None` if there is no
    /// such source.
    fn covering_source(&self, range: AffiliationRange) -> Option<Name>;
    /// The last sighting of the person, if it is before `cutoff` and a source would know of a later
    /// one. `place` is the unit of the registration.
    fn unseen(&self, place: UnitId, cutoff: i64) -> Option<LastSighting>;
    /// Whether the same plan takes the grant back.
    fn is_taken_back(&self, word: Word, detail: Detail) -> bool;
    /// The last use of a grant, if it is before `cutoff` and a source would know of a later one.
    /// `place` is the unit of the grant's scope.
    fn unused(&self, word: Word, place: UnitId, cutoff: i64) -> Option<LastSighting>;
}

/// Where affiliations that count could be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AffiliationRange {
    /// The kind that counts. `None`: any kind.
    pub(crate) kind: Option<u16>,
    /// The unit at or below which they count.
    pub(crate) top: UnitId,
}

/// When a person was last seen or a grant last used, by a source that would know from `since` on.
/// `last` is `None` if not once.
#[derive(Clone, Debug)]
pub(crate) struct LastSighting {
    pub(crate) source: Name,
    pub(crate) since: i64,
    pub(crate) last: Option<i64>,
}

impl From<LastSighting> for Grounds {
    fn from(LastSighting { source, since, last }: LastSighting) -> Grounds {
        let last = last.map(Instant::from_micros);
        Grounds::NotSince { source, since: Instant::from_micros(since), last }
    }
}

/// The rule that draws a link, and the evidence for it.
type Drawn = (RevocationRule, Grounds);

/// The policy's revocation rules at an instant, with names resolved to ids.
pub(crate) struct RevocationRules<'s> {
    pub(crate) state: &'s State,
    pub(crate) at: i64,
    rules: &'s Revocation,
    visit_roles: Vec<RoleId>,
    visit_kinds: Vec<u16>,
    visit: Option<u16>,
}

impl<'s> RevocationRules<'s> {
    pub(crate) fn of(state: &'s State, at: Instant) -> RevocationRules<'s> {
        let policy = &state.policy;
        let rules = &policy.document().revocation;
        let visit = rules.visit.as_ref();
        let roles = visit.into_iter().flat_map(|visit| &visit.roles);
        let kinds = visit.into_iter().flat_map(|visit| &visit.kinds);
        RevocationRules {
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

    /// The first rule that draws a grant. `None` if no rule does.
    pub(crate) fn grant(
        &self,
        person: (PersonId, Person<'_>),
        grant: (Word, Detail),
        evidence: &impl PersonEvidence,
    ) -> Option<Drawn> {
        use RevocationRule::{AffiliationEnded, SupportOld, Unused, VisionLost, VisitOver};
        let drawn = |rule| Some((rule, self.grant_by(rule, person, grant, evidence)?));
        [AffiliationEnded, VisitOver, VisionLost, Unused, SupportOld].into_iter().find_map(drawn)
    }

    /// The evidence by which a rule draws a grant. `None` if the rule does not. `SupportOld` is
    /// asked about support grants alone, and about them no other rule is (S12).
    pub(crate) fn grant_by(
        &self,
        rule: RevocationRule,
        (id, person): (PersonId, Person<'_>),
        (word, detail): (Word, Detail),
        evidence: &impl PersonEvidence,
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
                        let range = AffiliationRange {
                            kind: Some(basis.kind),
                            top: self.top(basis.place, tenant),
                        };
                        let rests = |kind: u16, unit: UnitId| {
                            state.rests_on(
                                basis,
                                tenant,
                                &Affiliated { from: EVER, until: NEVER, unit, kind },
                            )
                        };
                        self.all_ended((id, person), rests, Some(range), evidence)
                    }
                    (None, scope @ (ScopeId::Unit(top) | ScopeId::Subtree(top)))
                        if self.rules.standing_too && !detail.direct =>
                    {
                        let there = |_: u16, unit: UnitId| state.covers_unit(scope, unit);
                        self.all_ended(
                            (id, person),
                            there,
                            Some(AffiliationRange { kind: None, top }),
                            evidence,
                        )
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
                self.all_ended((id, person), of, None, evidence)
            }
            RevocationRule::VisionLost if self.rules.vision_lost => {
                self.vision_lost((id, person), (word, detail), evidence)
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
                evidence.unused(word, place, cutoff).map(Grounds::from)
            }
            RevocationRule::SupportOld => {
                let cutoff = self.cutoff(self.rules.support_days?);
                let old = detail.from != EVER && detail.from <= cutoff;
                old.then(|| Grounds::Began { from: Instant::from_micros(detail.from) })
            }
            _ => None,
        }
    }

    /// The evidence that a person lost a vision (S13). It takes a grant that rests on nothing, at a
    /// unit of a vision at which its role is given. Every affiliation of the person at units of the
    /// role's visions must be over, one of them at the grant's vision, and nothing may be held
    /// directly at such units.
    fn vision_lost(
        &self,
        (id, person): (PersonId, Person<'_>),
        (word, detail): (Word, Detail),
        evidence: &impl PersonEvidence,
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
            .directly(person, evidence)
            .any(|word| {
                matches!(word.scope(), ScopeId::Unit(unit) | ScopeId::Subtree(unit) if there(unit))
            });
        let lost = person
            .affiliations()
            .iter()
            .any(|affiliated| there(affiliated.unit) && vision(affiliated.unit) == vision(unit));
        if directly || !lost {
            return None;
        }
        self.all_ended((id, person), |_, unit| there(unit), None, evidence)
    }

    /// The first rule that draws a registration in a tenant. `None` if no rule does.
    pub(crate) fn registration(
        &self,
        person: (PersonId, Person<'_>),
        tenant: TenantId,
        evidence: &impl PersonEvidence,
    ) -> Option<Drawn> {
        let drawn = |rule| Some((rule, self.registration_by(rule, person, tenant, evidence)?));
        [RevocationRule::Left, RevocationRule::Unseen].into_iter().find_map(drawn)
    }

    /// The evidence by which a rule draws a registration in a tenant. `None` if the rule does not,
    /// or if the person is suspended there already.
    pub(crate) fn registration_by(
        &self,
        rule: RevocationRule,
        (id, person): (PersonId, Person<'_>),
        tenant: TenantId,
        evidence: &impl PersonEvidence,
    ) -> Option<Grounds> {
        let registered = person.registration(tenant).filter(|registered| !registered.suspended)?;
        if tenant == PLATFORM || person.index.head.has(Head::SUSPENDED) {
            return None;
        }
        match rule {
            RevocationRule::Left if self.rules.left => {
                let here = |unit: UnitId| self.state.units.node(unit).owner == tenant;
                // A person with a direct grant was never asked for an affiliation.
                let directly = self
                    .directly(person, evidence)
                    .any(|word| self.state.tenant_of(word.scope()) == tenant);
                if directly {
                    None
                } else {
                    self.all_ended((id, person), |_, unit| here(unit), None, evidence)
                }
            }
            RevocationRule::Unseen => {
                let cutoff = self.cutoff(self.rules.unseen_days?);
                evidence.unseen(registered.place, cutoff).map(Grounds::from)
            }
            _ => None,
        }
    }

    /// The direct grants of a person that are neither over nor taken back: they need no
    /// affiliation.
    fn directly<'p>(
        &'p self,
        person: Person<'p>,
        evidence: &'p impl PersonEvidence,
    ) -> impl Iterator<Item = Word> + 'p {
        let goes_on = |(word, detail): &(Word, Detail)| {
            self.is_direct(*word, *detail)
                && detail.until > self.at
                && !evidence.is_taken_back(*word, *detail)
        };
        person.grants().filter(goes_on).map(|(word, _)| word)
    }

    /// Whether a grant was given directly and is not support.
    pub(crate) fn is_direct(&self, word: Word, detail: Detail) -> bool {
        detail.direct && !self.state.is_support(word.channel())
    }

    /// The evidence that every affiliation that counts is over. `None` if one of them is not. No
    /// source may list one, and each on record must have ended, or be missing from a source that
    /// would list it. A person with none on record needs a source that covers all of `range`.
    fn all_ended(
        &self,
        (id, person): (PersonId, Person<'_>),
        counts: impl Fn(u16, UnitId) -> bool,
        range: Option<AffiliationRange>,
        evidence: &impl PersonEvidence,
    ) -> Option<Grounds> {
        let on_record = || {
            person
                .affiliations()
                .iter()
                .filter(|affiliated| counts(affiliated.kind, affiliated.unit))
        };
        // An affiliation that begins later is in nobody's list yet. `count` asks every affiliation,
        // where `any` would stop early: how often a source stayed silent must not depend on their
        // order.
        let under_way = on_record().filter(|affiliated| affiliated.until > self.at);
        let upheld =
            under_way.filter(|a| a.from > self.at || evidence.not_listed(a).is_none()).count();
        if upheld > 0 {
            return None;
        }
        let none = on_record().next().is_none();
        let source = if none { Some(evidence.covering_source(range?)?) } else { None };
        if evidence.lists_any(&counts) {
            return None;
        }
        let ended = on_record().map(|affiliated| Ended {
            affiliation: self.state.affiliation_named(affiliated, self.state.identifier(id)),
            source: if affiliated.until > self.at { evidence.not_listed(affiliated) } else { None },
        });
        let mut ended: Vec<Ended> = ended.collect();
        let part = |ended: &Ended| (ended.affiliation.from, ended.affiliation.until);
        ended.order_by(|a, b| {
            (&a.affiliation.unit, &a.affiliation.kind, part(a)).cmp(&(
                &b.affiliation.unit,
                &b.affiliation.kind,
                part(b),
            ))
        });
        Some(Grounds::Over { ended, source })
    }

    /// The topmost unit of a place. For a set of units, the tenant's root.
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

impl RevocationRules<'_> {
    /// Whether the rule of a row would draw it again, by the evidence that the row keeps.
    pub(in crate::admin) fn still_draws(&self, row: &Row, links: &HashSet<&Link>) -> bool {
        let names = crate::facts::Lookup::of(self.state);
        let evidence =
            RowEvidence { state: self.state, person: row.person(), finding: &row.evidence, links };
        match &row.link {
            Link::Grant(grant) => {
                let Ok(wanted) = names.grant(grant) else { return false };
                let Some(person) = self.state.person(wanted.person) else { return false };
                self.state.held_as(wanted).is_some_and(|found| {
                    self.grant_by(row.rule, (wanted.person, person), found, &evidence).is_some()
                })
            }
            Link::Registration { person, tenant } => {
                let Ok(tenant) = names.tenant(tenant) else { return false };
                let Ok(id) = names.registered(person, tenant) else { return false };
                self.state.person(id).is_some_and(|person| {
                    self.registration_by(row.rule, (id, person), tenant, &evidence).is_some()
                })
            }
        }
    }
}

/// The evidence that a row of a plan keeps.
pub(super) struct RowEvidence<'r> {
    pub(super) state: &'r State,
    pub(super) person: &'r Identifier,
    pub(super) finding: &'r Grounds,
    /// Everything that the plan takes back.
    pub(super) links: &'r HashSet<&'r Link>,
}

impl RowEvidence<'_> {
    fn ended(&self) -> &[Ended] {
        match self.finding {
            Grounds::Over { ended, .. } => ended,
            _ => &[],
        }
    }

    fn not_since(&self, cutoff: i64) -> Option<LastSighting> {
        let Grounds::NotSince { source, since, last } = self.finding else { return None };
        let (since, last) = (since.as_micros(), last.map(Instant::as_micros));
        let long = since <= cutoff && last.is_none_or(|last| last < cutoff);
        long.then(|| LastSighting { source: source.clone(), since, last })
    }
}

impl PersonEvidence for RowEvidence<'_> {
    fn not_listed(&self, affiliated: &Affiliated) -> Option<Name> {
        let on_record: Affiliation = self.state.affiliation_named(affiliated, self.person.clone());
        self.ended().iter().find(|ended| ended.affiliation == on_record)?.source.clone()
    }

    fn lists_any(&self, _: &dyn Fn(u16, UnitId) -> bool) -> bool {
        false
    }

    fn covering_source(&self, _: AffiliationRange) -> Option<Name> {
        match self.finding {
            Grounds::Over { source, .. } => source.clone(),
            _ => None,
        }
    }

    fn is_taken_back(&self, word: Word, detail: Detail) -> bool {
        let grant = self.state.grant_named(word, detail, self.person.clone());
        self.links.contains(&Link::Grant(grant))
    }

    fn unseen(&self, _: UnitId, cutoff: i64) -> Option<LastSighting> {
        self.not_since(cutoff)
    }

    fn unused(&self, _: Word, _: UnitId, cutoff: i64) -> Option<LastSighting> {
        self.not_since(cutoff)
    }
}

impl State {
    /// Whether a channel is the support channel.
    fn is_support(&self, channel: ChannelId) -> bool {
        self.policy.support_channel() == Some(channel)
    }
}
