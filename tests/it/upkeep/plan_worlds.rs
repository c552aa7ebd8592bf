//! Plans over random worlds and random sources, against the rules as plain lists and loops.

use alcada::{
    Actor, Command, Event, Grant, Identifier, Instant, Name, Scope, Snapshot,
    admin::Rule,
    facts::{Affiliation, Basis, Place},
    plan::{
        self, Covers, Current, Evidence, LastSeen, LastUse, Plan, RevocationRule, Source, Tells,
    },
    policy::{Revocation, Visit},
};
use proptest::prelude::*;

use crate::arbitrary::bytes;
use crate::engine::{empty, fold};
use crate::oracle::World;
use crate::properties::worlds;
use crate::worlds::{Made, instant, world_from_bytes};

const DAY: i64 = 86_400;

/// Numbers for everything that is drawn here.
struct Dice<'m, 'b> {
    made: &'m mut Made<'b>,
    n: usize,
}

impl Dice<'_, '_> {
    fn below(&mut self, bound: usize) -> usize {
        self.n += 1;
        self.made.below(5_000 + self.n, bound.max(1))
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

fn revocation(dice: &mut Dice<'_, '_>) -> Revocation {
    let policy = dice.made.world.policy.clone();
    let roles: Vec<Name> = policy.roles.keys().filter(|_| dice.percent(30)).cloned().collect();
    let kinds: Vec<Name> = policy.kinds.keys().filter(|_| dice.percent(30)).cloned().collect();
    let visit = (!roles.is_empty() || !kinds.is_empty()).then(|| Visit {
        roles,
        kinds,
        affiliation: policy.affiliations.first().filter(|_| dice.percent(70)).cloned(),
    });
    let affiliation_ended = dice.percent(70);
    let days = |on: bool| on.then_some(2u32);
    Revocation {
        at_most: None,
        at_most_percent: None,
        affiliation_ended,
        standing_too: affiliation_ended && dice.percent(40),
        visit: visit.filter(|_| dice.percent(60)),
        vision_lost: dice.percent(60),
        unused_days: days(dice.percent(40)),
        support_days: days(dice.percent(50)),
        left: dice.percent(50),
        unseen_days: days(dice.percent(50)),
    }
}

fn covers(dice: &mut Dice<'_, '_>) -> Covers {
    let units: Vec<Name> = dice.made.world.units.iter().map(|unit| unit.code.clone()).collect();
    let people: Vec<Identifier> =
        dice.made.world.registrations.iter().map(|r| r.person.clone()).collect();
    match dice.below(4) {
        0 => Covers::everything(),
        1 => Covers {
            people: people.into_iter().filter(|_| dice.percent(40)).collect(),
            ..Covers::default()
        },
        _ => Covers {
            units: units.into_iter().filter(|_| dice.percent(25)).collect(),
            ..Covers::default()
        },
    }
}

fn evidence(dice: &mut Dice<'_, '_>, now: Instant) -> Evidence {
    let world = dice.made.world.clone();
    let name = |text: &str, n: usize| Name::new(format!("{text}{n}")).unwrap();
    let mut sources = Vec::new();
    for n in 0..dice.below(4) {
        let covers = covers(dice);
        let days = |dice: &mut Dice<'_, '_>| {
            now.plus_seconds(-DAY * dice.below(4) as i64 - dice.below(3) as i64)
        };
        let (name, tells) = match dice.below(7) {
            0 => (name("down", n), Tells::Nothing),
            1 => {
                let since = days(dice);
                let people: Vec<_> =
                    world.registrations.iter().filter(|_| dice.percent(40)).collect();
                let last = people
                    .into_iter()
                    .map(|r| LastSeen { person: r.person.clone(), at: days(dice) })
                    .collect();
                (name("seen", n), Tells::Seen { since, last })
            }
            2 => {
                let since = days(dice);
                let grants: Vec<Grant> =
                    world.grants.iter().filter(|_| dice.percent(40)).cloned().collect();
                let last =
                    grants.into_iter().map(|grant| LastUse { grant, at: days(dice) }).collect();
                (name("used", n), Tells::Used { since, last })
            }
            _ => {
                let kinds: Vec<Name> = world
                    .policy
                    .affiliations
                    .iter()
                    .filter(|_| dice.percent(75))
                    .cloned()
                    .collect();
                let mut current = Vec::new();
                for affiliation in &world.affiliations {
                    if kinds.contains(&affiliation.kind) && dice.percent(35) {
                        let Affiliation { person, kind, unit, .. } = affiliation.clone();
                        current.push(Current { person, kind, unit });
                    }
                }
                (name("list", n), Tells::Affiliations { kinds, current })
            }
        };
        sources.push(Source { name, covers, tells });
    }
    Evidence { sources }
}

/// The rules once more.
struct Naive<'w> {
    world: &'w World,
    evidence: &'w Evidence,
    now: Instant,
}

impl Naive<'_> {
    fn covered(&self, source: &Source, person: &Identifier, unit: &Name) -> bool {
        let Covers { everything, units, people } = &source.covers;
        *everything
            || people.contains(person)
            || units.iter().any(|top| self.world.at_or_below(unit, top))
    }

    fn lists(&self, person: &Identifier, counts: impl Fn(&Name, &Name) -> bool) -> bool {
        self.evidence.sources.iter().any(|source| match &source.tells {
            Tells::Affiliations { current, .. } => {
                current.iter().any(|row| row.person == *person && counts(&row.kind, &row.unit))
            }
            _ => false,
        })
    }

    fn knows(&self, source: &Source, kind: Option<&Name>) -> bool {
        let all = &self.world.policy.affiliations;
        match &source.tells {
            Tells::Affiliations { kinds, .. } => {
                !all.is_empty()
                    && all.iter().all(|k| kinds.contains(k) || kind.is_some_and(|kind| kind != k))
            }
            _ => false,
        }
    }

    /// Whether all that counts is over; with none on record, whether `whole` of it is known not to be.
    fn over(
        &self,
        who: &Identifier,
        counts: impl Fn(&Name, &Name) -> bool,
        whole: Option<(Option<&Name>, &Name)>,
    ) -> bool {
        let mine = |a: &&Affiliation| a.person == *who && counts(&a.kind, &a.unit);
        let on_record: Vec<&Affiliation> = self.world.affiliations.iter().filter(mine).collect();
        let gone = |a: &Affiliation| {
            let ended = a.until.is_some_and(|until| until <= self.now);
            let begun = a.from.is_none_or(|from| from <= self.now);
            let listed = self.lists(who, |kind, unit| *kind == a.kind && *unit == a.unit);
            let told = self
                .evidence
                .sources
                .iter()
                .any(|s| self.knows(s, Some(&a.kind)) && self.covered(s, who, &a.unit));
            ended || begun && !listed && told
        };
        let none_anywhere = || {
            whole.is_some_and(|(kind, top)| {
                self.evidence
                    .sources
                    .iter()
                    .any(|s| self.knows(s, kind) && self.covered(s, who, top))
            })
        };
        !self.lists(who, &counts)
            && on_record.iter().all(|a| gone(a))
            && (!on_record.is_empty() || none_anywhere())
    }

    fn long_ago(
        &self,
        who: &Identifier,
        place: &Name,
        cutoff: Instant,
        used: Option<&Grant>,
    ) -> bool {
        let mut known = false;
        for source in &self.evidence.sources {
            let (since, last): (Instant, Vec<Instant>) = match (&source.tells, used) {
                (Tells::Seen { since, last }, None) => (
                    *since,
                    last.iter().filter(|row| row.person == *who).map(|row| row.at).collect(),
                ),
                (Tells::Used { since, last }, Some(grant)) => {
                    let same = |g: &Grant| {
                        (&g.person, &g.role, &g.scope, &g.channel)
                            == (&grant.person, &grant.role, &grant.scope, &grant.channel)
                    };
                    (*since, last.iter().filter(|row| same(&row.grant)).map(|row| row.at).collect())
                }
                _ => continue,
            };
            if last.iter().any(|at| *at >= cutoff) {
                return false;
            }
            known |= since <= cutoff && self.covered(source, who, place);
        }
        known
    }

    fn vision(&self, unit: &Name) -> Option<&str> {
        self.world.vision_of(&Scope::Unit(unit.clone())).and_then(|_| {
            let kind = self.world.unit(unit)?.kind.as_ref()?;
            self.world.policy.unit_kinds.get(kind)?.vision.as_ref().map(Name::as_str)
        })
    }

    fn is_support(&self, grant: &Grant) -> bool {
        let channel = self.world.policy.support.as_ref().map(|support| support.channel.as_str());
        channel.is_some() && grant.channel.as_deref() == channel
    }

    /// Whether something is held directly, and neither over nor drawn.
    fn directly(&self, grant: &Grant) -> bool {
        grant.basis == Basis::Direct
            && !self.is_support(grant)
            && grant.until.is_none_or(|until| until > self.now)
            && self.grant(grant).is_none()
    }

    fn grant(&self, grant: &Grant) -> Option<RevocationRule> {
        let (world, who) = (self.world, &grant.person);
        let rules = &world.policy.revocation;
        let cutoff = |days: u32| self.now.plus_seconds(-DAY * i64::from(days));
        let tenant = world.tenant_of(&grant.scope).map(|tenant| Name::new(tenant).unwrap());
        let in_tenant = |unit: &Name| world.tenant_of_unit(unit) == tenant.as_ref();
        let over_by = |at: Option<Instant>| at.is_some_and(|at| at <= self.now);
        if self.is_support(grant) {
            let old = rules
                .support_days
                .is_some_and(|days| grant.from.is_some_and(|from| from <= cutoff(days)));
            return old.then_some(RevocationRule::SupportOld);
        }
        let unit = match &grant.scope {
            Scope::Unit(unit) | Scope::Subtree(unit) => Some(unit),
            _ => None,
        };
        if rules.affiliation_ended {
            let over = match &grant.basis {
                Basis::Affiliation { kind, place } => {
                    let top = match place {
                        Place::Unit(unit) | Place::Subtree(unit) => unit,
                        Place::Set(_) => tenant.as_ref().unwrap(),
                    };
                    let there = |unit: &Name| match place {
                        Place::Unit(only) => unit == only,
                        Place::Subtree(top) => world.at_or_below(unit, top),
                        Place::Set(set) => world.in_set(unit, set),
                    };
                    self.over(
                        who,
                        |k, u| k == kind && in_tenant(u) && there(u),
                        Some((Some(kind), top)),
                    )
                }
                Basis::Standing if rules.standing_too && unit.is_some() => self.over(
                    who,
                    |_, u| world.in_scope(u, &grant.scope),
                    Some((None, unit.unwrap())),
                ),
                _ => false,
            };
            if over {
                return Some(RevocationRule::AffiliationEnded);
            }
        }
        if let Some(visit) = &rules.visit {
            let kind =
                world.registration(who.as_str(), tenant.as_deref()).and_then(|r| r.kind.as_ref());
            if visit.roles.contains(&grant.role)
                || kind.is_some_and(|kind| visit.kinds.contains(kind))
            {
                let left = visit.affiliation.as_ref().filter(|_| tenant.is_some());
                if over_by(grant.until)
                    || left
                        .is_some_and(|left| self.over(who, |k, u| k == left && in_tenant(u), None))
                {
                    return Some(RevocationRule::VisitOver);
                }
            }
        }
        if rules.vision_lost
            && grant.basis == Basis::Standing
            && let Some(unit) = unit
            && let Some(vision) = self.vision(unit)
        {
            let visions: Vec<&str> = world
                .role(tenant.as_deref(), &grant.role)
                .unwrap()
                .visions
                .iter()
                .map(Name::as_str)
                .collect();
            let there = |unit: &Name| {
                in_tenant(unit) && self.vision(unit).is_some_and(|of| visions.contains(&of))
            };
            let had = world.affiliations.iter().any(|a| {
                a.person == *who && in_tenant(&a.unit) && self.vision(&a.unit) == Some(vision)
            });
            let directly = world.grants.iter().any(|g| {
                g.person == *who
                    && self.directly(g)
                    && matches!(&g.scope, Scope::Unit(unit) | Scope::Subtree(unit) if there(unit))
            });
            if visions.contains(&vision)
                && had
                && !directly
                && self.over(who, |_, unit| there(unit), None)
            {
                return Some(RevocationRule::VisionLost);
            }
        }
        let cutoff = cutoff(rules.unused_days?);
        let place =
            unit.or(tenant.as_ref()).cloned().unwrap_or_else(|| Name::new("nowhere").unwrap());
        let young = grant.from.is_some_and(|from| from > cutoff);
        (!young && !over_by(grant.until) && self.long_ago(who, &place, cutoff, Some(grant)))
            .then_some(RevocationRule::Unused)
    }

    fn registration(
        &self,
        who: &Identifier,
        tenant: &Name,
        place: &Name,
    ) -> Option<RevocationRule> {
        let (world, rules) = (self.world, &self.world.policy.revocation);
        if world.is_suspended(who.as_str(), None) || world.is_suspended(who.as_str(), Some(tenant))
        {
            return None;
        }
        let directly = world.grants.iter().any(|g| {
            g.person == *who && self.directly(g) && world.tenant_of(&g.scope) == Some(tenant)
        });
        if rules.left
            && !directly
            && self.over(who, |_, unit| world.tenant_of_unit(unit) == Some(tenant), None)
        {
            return Some(RevocationRule::Left);
        }
        let cutoff = self.now.plus_seconds(-DAY * i64::from(rules.unseen_days?));
        self.long_ago(who, place, cutoff, None).then_some(RevocationRule::Unseen)
    }

    /// Every link drawn, with its rule, in the order of a plan but for grants of one person and rule.
    fn plan(&self) -> Vec<(Identifier, RevocationRule, String)> {
        let grants = self.world.grants.iter().filter_map(|grant| {
            let grant_of = Grant {
                channel: grant.channel.clone().filter(|c| c.as_str() != self.world.channels()[0]),
                ..grant.clone()
            };
            Some((
                grant.person.clone(),
                self.grant(grant)?,
                serde_json::to_string(&plan::Link::Grant(grant_of)).unwrap(),
            ))
        });
        let people = self.world.registrations.iter().filter_map(|r| {
            let (tenant, place) = (r.tenant.as_ref()?, r.unit.as_ref()?);
            let link =
                plan::Link::Registration { person: r.person.clone(), tenant: tenant.clone() };
            Some((
                r.person.clone(),
                self.registration(&r.person, tenant, place)?,
                serde_json::to_string(&link).unwrap(),
            ))
        });
        let mut all: Vec<_> = grants.chain(people).collect();
        all.sort();
        all
    }
}

fn links(
    rows: impl IntoIterator<Item = alcada::plan::Row>,
) -> Vec<(Identifier, RevocationRule, String)> {
    let row = |row: alcada::plan::Row| {
        (row.person().clone(), row.rule, serde_json::to_string(&row.link).unwrap())
    };
    let mut all: Vec<_> = rows.into_iter().map(row).collect();
    all.sort();
    all
}

fn carried(
    snapshot: &Snapshot,
    plan: &Plan,
    now: Instant,
) -> Result<(Vec<Event>, Snapshot), alcada::Refusal> {
    let command = Command::CarryOut { plan: plan.clone(), confirmed: false };
    let events = snapshot.decide(&Actor::host(), &command, "", now)?;
    let mut after = snapshot.clone();
    after.apply_all(&events).unwrap();
    after.verify().unwrap();
    Ok((events, after))
}

proptest! {
    #![proptest_config(worlds(256))]

    #[test]
    fn s12_a_plan_is_the_rules_by_brute_force_and_is_carried_out_to_the_letter(bytes in bytes()) {
        let mut made = world_from_bytes(&bytes);
        let log = made.log.clone();
        let mut dice = Dice { made: &mut made, n: 0 };
        dice.made.world.policy.revocation = revocation(&mut dice);
        let now = instant(dice.below(9)).plus_seconds(DAY * dice.below(4) as i64);
        let evidence = evidence(&mut dice, now);
        let world = made.world.clone();
        let snapshot = fold(&world, &log);
        let plan = snapshot.plan(&evidence, now);
        prop_assert_eq!(&plan, &snapshot.plan(&evidence, now));
        let all = links(plan.rows.iter().chain(&plan.held_back).cloned());
        let naive = Naive { world: &world, evidence: &evidence, now };
        prop_assert_eq!(&all, &naive.plan());
        let people: Vec<&Identifier> = plan.rows.iter().map(|row| row.person()).collect();
        prop_assert!(people.is_sorted());
        // Silence ends nothing: without a word of any source, what remains is what the facts say.
        let silent: Vec<Source> =
            evidence.sources.iter().map(|source| Source::unreachable(&source.name).unwrap()).collect();
        let outage = snapshot.plan(&Evidence::of(silent), now);
        let alone = snapshot.plan(&Evidence::none(), now);
        prop_assert_eq!(&outage.rows, &alone.rows);
        prop_assert_eq!(outage.silent.len(), evidence.sources.len());
        for row in &alone.rows {
            prop_assert!(!serde_json::to_string(row).unwrap().contains("\"source\""), "{row:?}");
        }
        if plan.is_empty() {
            return Ok(());
        }
        // A plan that reads back is carried out as it was drawn, now or later.
        let read: Plan = serde_json::from_str(&serde_json::to_string(&plan).unwrap()).unwrap();
        let (events, after) = carried(&snapshot, &read, now).map_err(|refusal| TestCaseError::fail(refusal.to_string()))?;
        prop_assert_eq!(events.len(), plan.rows.len());
        let again = after.plan(&evidence, now);
        prop_assert!(again.rows.is_empty(), "{again}");
        let outdated = carried(&after, &plan, now).is_err_and(|refusal| matches!(refusal.rule, Rule::PlanOutdated { .. }));
        prop_assert!(outdated);
        let mut other = empty(&world);
        other.import(&snapshot.facts()).unwrap();
        prop_assert_eq!(other.plan(&evidence, now), plan);
    }
}
