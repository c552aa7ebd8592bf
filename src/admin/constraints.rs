//! What may not be held together: exclusive roles and separation of duty, static,
//! over assignments, per tenant, wherever intervals overlap (requirement T4, ruling R33).

use std::collections::BTreeSet;

use super::refusal::Rule;
use crate::model::Name;
use crate::policy::{Extent, RoleRules, SeparationRules};
use crate::state::{ScopeId, State};

/// A grant as constraints see it: the role with all it includes, where, and when.
#[derive(Clone, Copy)]
struct Held<'s> {
    id: u32,
    rules: &'s RoleRules,
    scope: ScopeId,
    from: i64,
    until: i64,
}

impl Held<'_> {
    fn has(&self, role: u32) -> bool {
        self.rules.closure.binary_search(&role).is_ok()
    }

    fn meets(&self, other: &Held<'_>) -> bool {
        self.from < other.until && other.from < self.until
    }
}

impl State {
    /// What a person holds in a tenant, as far as it is not over.
    fn held_in(&self, person: u32, tenant: u32, at: i64) -> Vec<Held<'_>> {
        let grants = self.person(person).into_iter().flat_map(|person| person.grants());
        let held = grants.filter(|(word, detail)| detail.until > at && self.tenant_of(word.scope()) == tenant);
        let held = held.filter_map(|(word, detail)| {
            let id = self.rights.effective(word.role())?.role;
            let rules = self.role(id)?;
            Some(Held { id, rules, scope: word.scope(), from: detail.from.max(at), until: detail.until })
        });
        held.collect()
    }

    /// Whether a command leaves a person with nothing in a tenant that may not be held
    /// together, or with nothing more of it than before.
    pub(super) fn keeps_apart(before: &State, after: &State, person: u32, tenant: u32, at: i64) -> Result<(), Rule> {
        let policy = &after.policy;
        let held = after.held_in(person, tenant, at);
        if held.len() < 2 && policy.separations().iter().all(|set| held.iter().all(|h| count(set, h) <= set.at_most)) {
            return Ok(());
        }
        let had = before.held_in(person, tenant, at);
        exclusive(after, &held, &exclusions(before, &had))?;
        for set in policy.separations() {
            for (unit, roles) in after.crowded(set, &held) {
                let was =
                    before.crowded(set, &had).into_iter().any(|(place, old)| place == unit && old.is_superset(&roles));
                if !was {
                    return Err(Rule::Separation {
                        set: set.name.clone(),
                        roles: roles
                            .iter()
                            .filter_map(|&role| after.role(role))
                            .map(|rules| rules.name.clone())
                            .collect(),
                        at_most: set.at_most,
                        unit: unit.map(|unit| after.unit_names.name(unit)),
                    });
                }
            }
        }
        Ok(())
    }

    /// Where, and with which roles, more of a set is held at some instant than may be.
    fn crowded(&self, set: &SeparationRules, held: &[Held<'_>]) -> Vec<(Option<u32>, BTreeSet<u32>)> {
        let relevant: Vec<&Held<'_>> = held.iter().filter(|held| count(set, held) > 0).collect();
        let places: BTreeSet<Option<u32>> = match set.per {
            Extent::Tenant => BTreeSet::from([None]),
            Extent::Unit => {
                let units = relevant.iter().filter_map(|held| match held.scope {
                    ScopeId::Unit(unit) | ScopeId::Subtree(unit) => Some(Some(unit)),
                    _ => None,
                });
                units.collect()
            }
        };
        let mut crowded = Vec::new();
        for place in places {
            let here: Vec<&&Held<'_>> = relevant
                .iter()
                .filter(|held| {
                    place.is_none_or(|unit| held.scope == ScopeId::Everywhere || self.covers_unit(held.scope, unit))
                })
                .collect();
            // The most are held at an instant at which one of them begins.
            let worst = here.iter().map(|first| {
                let then = here.iter().filter(|other| other.from <= first.from && first.from < other.until);
                then.flat_map(|held| set.roles.iter().copied().filter(|&role| held.has(role)))
                    .collect::<BTreeSet<u32>>()
            });
            if let Some(roles) = worst.max_by_key(BTreeSet::len).filter(|roles| roles.len() > set.at_most) {
                crowded.push((place, roles));
            }
        }
        crowded
    }
}

/// How many roles of a set one grant brings.
fn count(set: &SeparationRules, held: &Held<'_>) -> usize {
    set.roles.iter().filter(|&&role| held.has(role)).count()
}

/// Each pair of an exclusive role and another role that it meets.
fn exclusions(state: &State, held: &[Held<'_>]) -> BTreeSet<(u32, u32)> {
    let mut pairs = BTreeSet::new();
    for one in held {
        let exclusive = one.rules.closure.iter().copied().filter(|&role| state.policy.is_exclusive(role));
        for role in exclusive {
            // A role that includes an exclusive one is not in its own way.
            let others = held.iter().filter(|other| other.id != role && other.id != one.id && one.meets(other));
            pairs.extend(others.map(|other| (role, other.id)));
        }
    }
    pairs
}

fn exclusive(after: &State, held: &[Held<'_>], before: &BTreeSet<(u32, u32)>) -> Result<(), Rule> {
    let name = |role: u32| after.role(role).map_or_else(|| Name::trusted("?".into()), |rules| rules.name.clone());
    match exclusions(after, held).difference(before).next() {
        Some(&(role, with)) => Err(Rule::Exclusive { role: name(role), with: name(with) }),
        None => Ok(()),
    }
}
