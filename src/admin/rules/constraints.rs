//! What may not be held together: exclusive roles and static separation of duty. Both are asked of
//! assignments, within a tenant, wherever intervals overlap (T4, R33).

use std::collections::{BTreeMap, BTreeSet};

use super::intervals::Intervals;
use crate::admin::refusal::Rule;
use crate::facts::{ScopeId, State};
use crate::model::Name;
use crate::policy::{Extent, RoleRules, SeparationRules};
use crate::store::{PersonId, RoleId, TenantId, UnitId};

/// A grant as constraints see it: a role with all it includes, at a scope, in an interval.
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
    /// The grants of a person in a tenant that are not over at `at`.
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

    /// Refuses a change after which a person holds together what may not be held together, unless
    /// it was so before.
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

    /// All rules that a person's grants in a tenant break at `at` or later, whoever gave them (R5).
    pub(crate) fn clashes(&self, person: PersonId, tenant: TenantId, at: i64) -> Vec<Rule> {
        let held = self.roles_held_in(person, tenant, at);
        if self.may_clash(&held) { State::clashing(self, &[], self, &held) } else { Vec::new() }
    }

    /// A quick no for most people: too few grants to clash, wherever and whenever they hold.
    fn may_clash(&self, held: &[HeldRole<'_>]) -> bool {
        let policy = &self.policy;
        let excluding = held.len() > 1
            && held.iter().any(|h| h.rules.closure.iter().any(|&r| policy.is_exclusive(r)));
        excluding || policy.separations().iter().any(|set| is_crowding(set, held))
    }

    /// The rules that `held` breaks in the state after, as far as `had` did not break them before.
    fn clashing(
        before: &State,
        had: &[HeldRole<'_>],
        after: &State,
        held: &[HeldRole<'_>],
    ) -> Vec<Rule> {
        let mut rules = exclusive(after, held, &exclusions(before, had));
        for set in after.policy.separations().iter().filter(|set| is_crowding(set, held)) {
            for unit in separation_units(set, held) {
                // The set of roles held can only grow where an interval begins, so it is enough to
                // look there.
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

    /// The roles of a set that are held at an instant: in the tenant, or covering one unit.
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

/// Where a set is counted: once for the tenant (`None`), or at each unit named by a grant of one of
/// its roles.
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

/// Whether the grants would hold too many roles of a set if all held at one unit and one instant.
fn is_crowding(set: &SeparationRules, held: &[HeldRole<'_>]) -> bool {
    held.iter().map(|held| roles_of_set(set, held)).fold(0, usize::saturating_add) > set.at_most
}

/// The number of roles of a set that one grant brings.
fn roles_of_set(set: &SeparationRules, held: &HeldRole<'_>) -> usize {
    set.roles.iter().filter(|&&role| held.has(role)).count()
}

/// An exclusive role and another role held at the same time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Clash {
    role: RoleId,
    with: RoleId,
}

/// Every pair of an exclusive role and another role, with the intervals in which both are held.
fn exclusions(state: &State, held: &[HeldRole<'_>]) -> BTreeMap<Clash, Vec<(i64, i64)>> {
    let mut pairs: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for one in held {
        let exclusive =
            one.rules.closure.iter().copied().filter(|&role| state.policy.is_exclusive(role));
        for role in exclusive {
            // A role that includes an exclusive one is not excluded by it.
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
