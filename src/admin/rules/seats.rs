//! Seats: how many people hold a seated role at once, against the number contracted (U1, R32).

use std::collections::{BTreeMap, BTreeSet};

use super::intervals::Intervals;
use crate::admin::refusal::Rule;
use crate::facts::{NEVER, ScopeId, SeatId, State};
use crate::model::Name;
use crate::policy::Extent;
use crate::store::{EffectiveRoleId, PersonId, RoleId, TenantId, UnitId};
use crate::time::Instant;

/// Seats that are counted together: of a role in a tenant, or at one unit of it. `unit` is
/// [`UnitId::NONE`] for a role seated by tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SeatPool {
    pub(crate) tenant: TenantId,
    pub(crate) role: RoleId,
    pub(crate) unit: UnitId,
}

impl State {
    /// The pools in which a grant of a role at a scope takes a seat: of the role, and of each role
    /// it includes.
    pub(crate) fn seats_of(
        &self,
        role: RoleId,
        scope: ScopeId,
    ) -> impl Iterator<Item = SeatPool> + '_ {
        let tenant = self.tenant_of(scope);
        let closure = self.role(role).map(|rules| rules.closure.as_slice()).unwrap_or_default();
        closure.iter().filter_map(move |&role| {
            let unit = match (self.policy.seats(role)?, scope) {
                (Extent::Tenant, _) => UnitId::NONE,
                (Extent::Unit, ScopeId::Unit(unit) | ScopeId::Subtree(unit)) => unit,
                (Extent::Unit, _) => return None,
            };
            Some(SeatPool { tenant, role, unit })
        })
    }

    fn contracted(&self, pool: SeatPool) -> u32 {
        let tenant = self.tenants.get(pool.tenant);
        tenant
            .and_then(|tenant| {
                tenant.seats.get(&SeatId { role: pool.role, unit: pool.unit }).copied()
            })
            .unwrap_or(0)
    }

    /// Everybody who takes a seat of the pool at some instant.
    fn pool_holders(&self, pool: SeatPool) -> BTreeSet<PersonId> {
        let tenant = self.tenants.get(pool.tenant);
        if pool.unit == UnitId::NONE {
            let tracked = tenant.and_then(|tenant| tenant.tracked.get(&pool.role));
            return tracked.into_iter().flatten().copied().collect();
        }
        let scopes = [ScopeId::Unit(pool.unit), ScopeId::Subtree(pool.unit)];
        let held = scopes
            .into_iter()
            .flat_map(|scope| self.by_scope.roles_at(scope).map(move |held| (scope, held)));
        let counts = |effective: EffectiveRoleId| {
            let rules =
                self.rights.effective(effective).and_then(|effective| self.role(effective.role));
            rules.is_some_and(|rules| rules.closure.binary_search(&pool.role).is_ok())
        };
        let counted = held.filter(|(_, (effective, _))| counts(*effective));
        counted
            .flat_map(|(scope, (effective, channel))| {
                self.by_scope.holders(scope, effective, channel)
            })
            .collect()
    }

    /// An upper bound on the holders at any one instant, from indexes alone.
    fn most_holders(&self, pool: SeatPool) -> usize {
        match self.tenants.get(pool.tenant).and_then(|tenant| tenant.tracked.get(&pool.role)) {
            Some(holders) if pool.unit == UnitId::NONE => holders.len(),
            Some(_) => self.pool_holders(pool).len(),
            None => 0,
        }
    }

    /// The number of holders from each instant on at which it changes. Dated and dormant grants
    /// count over their intervals; suspended holders count.
    fn holders_by_instant(&self, pool: SeatPool, at: i64) -> BTreeMap<i64, i64> {
        let mut edges: BTreeMap<i64, i64> = BTreeMap::new();
        for id in self.pool_holders(pool) {
            let Some(person) = self.person(id) else { continue };
            let held = person.grants().filter(|(word, _)| {
                let role = self
                    .rights
                    .effective(word.role())
                    .map_or(RoleId::NONE, |effective| effective.role);
                self.seats_of(role, word.scope()).any(|seat| seat == pool)
            });
            let held = Intervals::union(held.map(|(_, detail)| (detail.from, detail.until)))
                .within(at, NEVER);
            for (from, until) in held.iter() {
                let begin = edges.entry(from).or_default();
                *begin = begin.saturating_add(1);
                let end = edges.entry(until).or_default();
                *end = end.saturating_sub(1);
            }
        }
        let mut now = 0i64;
        edges.values_mut().for_each(|change| {
            now = now.saturating_add(*change);
            *change = now;
        });
        edges
    }

    /// Refuses a change after which more people hold a seated role than seats are contracted,
    /// unless at every instant as many held it before.
    ///
    /// # Complexity
    /// O(holders) where no more people hold the role than there are seats, otherwise O(holders log
    /// holders).
    pub(in crate::admin) fn keeps_seats(
        before: &State,
        after: &State,
        pool: SeatPool,
        at: i64,
    ) -> Result<(), Rule> {
        State::beyond_seats(Some(before), after, pool, at).map_or(Ok(()), Err)
    }

    /// The rule that a pool with too many holders breaks at `at` or later, whoever gave the grants
    /// (R5).
    pub(crate) fn seats_exceeded(&self, pool: SeatPool, at: i64) -> Option<Rule> {
        State::beyond_seats(None, self, pool, at)
    }

    fn beyond_seats(
        before: Option<&State>,
        after: &State,
        pool: SeatPool,
        at: i64,
    ) -> Option<Rule> {
        let contracted = after.contracted(pool);
        if after.most_holders(pool) <= contracted as usize {
            return None;
        }
        let lowered = before.is_some_and(|before| contracted < before.contracted(pool));
        let was = before.map(|before| before.holders_by_instant(pool, at)).unwrap_or_default();
        let is = after.holders_by_instant(pool, at);
        let held = |over: &BTreeMap<i64, i64>, then: i64| {
            over.range(..=then).next_back().map_or(0, |(_, held)| *held)
        };
        let beyond = was.keys().chain(is.keys()).filter_map(|&then| {
            let held_then = held(&is, then);
            let more = lowered || held_then > held(&was, then);
            (held_then > i64::from(contracted) && more)
                .then_some((held_then, std::cmp::Reverse(then)))
        });
        // The most holders at once, and among equals the earliest instant.
        let (needed, std::cmp::Reverse(first)) = beyond.max()?;
        let needed = u32::try_from(needed).unwrap_or(u32::MAX);
        let role = after
            .role(pool.role)
            .map_or_else(|| Name::trusted("?".into()), |rules| rules.name.clone());
        Some(Rule::Seats {
            role,
            tenant: after.tenant_name(pool.tenant).unwrap_or_else(|| Name::trusted("?".into())),
            unit: (pool.unit != UnitId::NONE).then(|| Box::new(after.unit_names.name(pool.unit))),
            contracted,
            needed,
            at: Instant::from_micros(first),
        })
    }
}
