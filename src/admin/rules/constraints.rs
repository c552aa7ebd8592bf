//! What may not be held together: exclusive roles and separation of duty, static,
//! over assignments, per tenant, wherever intervals overlap (requirement T4, ruling R33).

use std::collections::{BTreeMap, BTreeSet};

use super::intervals::Intervals;
use crate::admin::refusal::Rule;
use crate::facts::{ScopeId, State};
use crate::model::Name;
use crate::policy::{Extent, RoleRules, SeparationRules};
use crate::store::{PersonId, RoleId, TenantId, UnitId};

/// A grant as constraints see it: the role with all it includes, where, and when.
#[derive(Clone, Copy)]
struct HeldRole<'s> {
    id: RoleId,
    rules: &'s RoleRules,
    scope: ScopeId,
    from: i64,
    until: i64,
}

impl HeldRole<'_> {
    fn has(&self, role: RoleId) -> bool {
        self.rules.closure.binary_search(&role).is_ok()
    }

    fn meets(&self, other: &HeldRole<'_>) -> bool {
        self.from < other.until && other.from < self.until
    }
}

impl State {
    /// What a person holds in a tenant, as far as it is not over.
    fn roles_held_in(&self, person: PersonId, tenant: TenantId, at: i64) -> Vec<HeldRole<'_>> {
        let grants = self.person(person).into_iter().flat_map(|person| person.grants());
        let held = grants
            .filter(|(word, detail)| detail.until > at && self.tenant_of(word.scope()) == tenant);
        let held = held.filter_map(|(word, detail)| {
            let id = self.rights.effective(word.role())?.role;
            let rules = self.role(id)?;
            Some(HeldRole {
                id,
                rules,
                scope: word.scope(),
                from: detail.from.max(at),
                until: detail.until,
            })
        });
        held.collect()
    }

    /// Whether a command leaves a person with nothing in a tenant that may not be held
    /// together, or with nothing more of it than before.
    pub(in crate::admin) fn keeps_apart(
        before: &State,
        after: &State,
        person: PersonId,
        tenant: TenantId,
        at: i64,
    ) -> Result<(), Rule> {
        let held = after.roles_held_in(person, tenant, at);
        if !after.may_clash(&held) {
            return Ok(());
        }
        let had = before.roles_held_in(person, tenant, at);
        State::clashing(before, &had, after, &held).into_iter().next().map_or(Ok(()), Err)
    }

    /// All that a person holds in a tenant, now or later, and may not hold together,
    /// however it came to be (ruling R5).
    pub(crate) fn clashes(&self, person: PersonId, tenant: TenantId, at: i64) -> Vec<Rule> {
        let held = self.roles_held_in(person, tenant, at);
        if self.may_clash(&held) { State::clashing(self, &[], self, &held) } else { Vec::new() }
    }

    /// Most people hold too little of anything for it to matter when and where.
    fn may_clash(&self, held: &[HeldRole<'_>]) -> bool {
        let policy = &self.policy;
        let excluding = held.len() > 1
            && held.iter().any(|h| h.rules.closure.iter().any(|&r| policy.is_exclusive(r)));
        excluding || policy.separations().iter().any(|set| is_crowding(set, held))
    }

    /// Each rule that stands against what is held, as far as it was not so before.
    fn clashing(
        before: &State,
        had: &[HeldRole<'_>],
        after: &State,
        held: &[HeldRole<'_>],
    ) -> Vec<Rule> {
        let mut rules = exclusive(after, held, &exclusions(before, had));
        for set in after.policy.separations().iter().filter(|set| is_crowding(set, held)) {
            for unit in separation_units(set, held) {
                // The most are held at an instant at which one of them begins.
                let crowded = held.iter().filter_map(|first| {
                    let roles = after.together(set, held, unit, first.from);
                    let more = roles.len() > set.at_most
                        && !before.together(set, had, unit, first.from).is_superset(&roles);
                    more.then_some(roles)
                });
                if let Some(roles) = crowded.max_by_key(BTreeSet::len) {
                    let roles = roles.iter().filter_map(|&role| after.role(role));
                    rules.push(Rule::Separation {
                        set: set.name.clone(),
                        roles: roles.map(|rules| rules.name.clone()).collect(),
                        at_most: set.at_most,
                        unit: unit.map(|unit| after.unit_names.name(unit)),
                    });
                }
            }
        }
        rules
    }

    /// Which roles of a set are held at an instant, in the tenant or at a unit.
    fn together(
        &self,
        set: &SeparationRules,
        held: &[HeldRole<'_>],
        unit: Option<UnitId>,
        then: i64,
    ) -> BTreeSet<RoleId> {
        let here = held.iter().filter(|held| {
            held.from <= then
                && then < held.until
                && unit.is_none_or(|unit| {
                    held.scope == ScopeId::Everywhere || self.covers_unit(held.scope, unit)
                })
        });
        here.flat_map(|held| set.roles.iter().copied().filter(|&role| held.has(role))).collect()
    }
}

/// Where a set is kept apart: in the tenant, or at each unit that a grant of one of its roles names.
fn separation_units(set: &SeparationRules, held: &[HeldRole<'_>]) -> BTreeSet<Option<UnitId>> {
    let relevant = held.iter().filter(|held| roles_of_set(set, held) > 0);
    match set.per {
        Extent::Tenant => BTreeSet::from([None]),
        Extent::Unit => {
            let units = relevant.filter_map(|held| match held.scope {
                ScopeId::Unit(unit) | ScopeId::Subtree(unit) => Some(Some(unit)),
                _ => None,
            });
            units.collect()
        }
    }
}

/// Whether the grants bring more of a set than may be, if all were held at one place and time.
fn is_crowding(set: &SeparationRules, held: &[HeldRole<'_>]) -> bool {
    held.iter().map(|held| roles_of_set(set, held)).fold(0, usize::saturating_add) > set.at_most
}

/// How many roles of a set one grant brings.
fn roles_of_set(set: &SeparationRules, held: &HeldRole<'_>) -> usize {
    set.roles.iter().filter(|&&role| held.has(role)).count()
}

/// An exclusive role and another one that it meets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Clash {
    role: RoleId,
    with: RoleId,
}

/// Each pair of an exclusive role and another role that it meets, and when.
fn exclusions(state: &State, held: &[HeldRole<'_>]) -> BTreeMap<Clash, Vec<(i64, i64)>> {
    let mut pairs: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for one in held {
        let exclusive =
            one.rules.closure.iter().copied().filter(|&role| state.policy.is_exclusive(role));
        for role in exclusive {
            // A role that includes an exclusive one is not in its own way.
            for other in held
                .iter()
                .filter(|other| other.id != role && other.id != one.id && one.meets(other))
            {
                let together = (one.from.max(other.from), one.until.min(other.until));
                pairs.entry(Clash { role, with: other.id }).or_default().push(together);
            }
        }
    }
    pairs
}

fn exclusive(
    after: &State,
    held: &[HeldRole<'_>],
    before: &BTreeMap<Clash, Vec<(i64, i64)>>,
) -> Vec<Rule> {
    let name = |role: RoleId| {
        after.role(role).map_or_else(|| Name::trusted("?".into()), |rules| rules.name.clone())
    };
    let more = exclusions(after, held).into_iter().filter(|(pair, intervals)| {
        let had = Intervals::union(before.get(pair).into_iter().flatten().copied());
        !Intervals::union(intervals.iter().copied()).minus(&had).is_empty()
    });
    more.map(|(clash, _)| Rule::Exclusive { role: name(clash.role), with: name(clash.with) })
        .collect()
}
