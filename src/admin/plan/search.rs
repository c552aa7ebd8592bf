//! [`Snapshot::plan`]: asks the revocation rules about everybody, one person after the other.

use std::collections::HashMap;

use super::blocked::blocked;
use super::document::{Link, MAX_ROWS, Plan, Row};
use super::evidence::Evidence;
use super::judge::RevocationRules;
use super::mass::mass_of;
use super::sources::Sources;
use crate::facts::{PLATFORM, ScopeId, Snapshot};
use crate::model::Grant;
use crate::store::{Order, TenantId, UnitId};
use crate::time::Instant;

impl Snapshot {
    /// Draws a plan: what access should be taken back at `now`, by the rules under `revocation` in
    /// the policy, the facts and the host's sources ([contract S12](crate::docs::contract#s12),
    /// [contract S13](crate::docs::contract#s13), [contract T5](crate::docs::contract#t5),
    /// [contract U7](crate::docs::contract#u7)). Nothing changes;
    /// [`Command::CarryOut`](crate::Command::CarryOut) carries a plan out.
    ///
    /// A source that is unreachable, or does not cover what it is asked about, ends nothing and is
    /// named in the plan. An end that is on record takes effect without any source ([contract
    /// R36](crate::docs::contract#r36)). Rows are in the order of people, then rules, then links.
    /// After a plan is carried out, the next one by the same evidence is empty.
    ///
    /// ```
    /// use alcada::{plan::Evidence, Facts, Instant, Policy, Snapshot};
    /// let policy = Policy::from_toml(r#"
    ///     version = 1
    ///     functions.doors.actions = ["configure"]
    ///     unit-kinds.centre = {}
    ///     roles.technician.permissions = ["doors:configure"]
    ///     revocation.visit.roles = ["technician"]
    /// "#)?;
    /// let mut facts = Snapshot::new(policy);
    /// facts.import(&Facts::from_toml(r#"
    ///     version = 1
    ///     units = [{ code = "centre", kind = "centre" }]
    ///     people = [{ person = "vera", tenant = "centre" }]
    ///     [[grants]]
    ///     person = "vera"
    ///     role = "technician"
    ///     scope.unit = "centre"
    ///     until = "2026-03-02T18:00:00Z"
    /// "#)?)?;
    /// let monday: Instant = "2026-03-02T12:00:00Z".parse()?;
    /// assert!(facts.plan(&Evidence::none(), monday).is_empty());
    /// let tuesday: Instant = "2026-03-03T12:00:00Z".parse()?;
    /// let plan = facts.plan(&Evidence::none(), tuesday);
    /// assert_eq!(plan.rows[0].reason(), "over since 2026-03-02T18:00:00Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Complexity
    /// O(people + links × sources + n log n) in what the sources list and in the rows.
    #[must_use]
    pub fn plan(&self, evidence: &Evidence, now: impl Into<Instant>) -> Plan {
        self.draw(None, evidence, now.into())
    }

    /// Draws a plan as [`plan`](Snapshot::plan) does, for one unit and all below it: grants at
    /// units there, and registrations placed there. Empty if the unit does not exist.
    #[must_use]
    pub fn plan_within(&self, unit: &str, evidence: &Evidence, now: impl Into<Instant>) -> Plan {
        let now = now.into();
        match self.0.unit_names.find(unit) {
            Some(top) => self.draw(Some(top), evidence, now),
            None => Plan { at: now, ..Plan::empty() },
        }
    }

    fn draw(&self, within: Option<UnitId>, evidence: &Evidence, now: Instant) -> Plan {
        let state = &*self.0;
        let rules = RevocationRules::of(state, now);
        let sources = Sources::of(state, evidence);
        let inside = |unit: UnitId| within.is_none_or(|top| state.units.covers(top, unit));
        let mut registered: HashMap<TenantId, usize> = HashMap::new();
        let mut rows = Vec::new();
        for id in state.people.keys() {
            let Some(person) = state.person(id).filter(|person| person.is_known()) else {
                continue;
            };
            let mut about = sources.about(state, id);
            let directly = person.grants().filter(|(word, detail)| rules.is_direct(*word, *detail));
            let taken_back = directly
                .filter(|grant| rules.grant((id, person), *grant, &about).is_some())
                .collect();
            about.taken_back = taken_back;
            let mut known_name = None;
            let mut name = || known_name.get_or_insert_with(|| state.identifier(id)).clone();
            for (word, detail) in person.grants() {
                let here = match word.scope() {
                    ScopeId::Unit(unit) | ScopeId::Subtree(unit) => inside(unit),
                    _ => within.is_none(),
                };
                if here
                    && let Some((rule, evidence)) =
                        rules.grant((id, person), (word, detail), &about)
                {
                    let link = Link::Grant(state.grant_named(word, detail, name()));
                    rows.push(Row { rule, link, evidence });
                }
            }
            for registration in person.registrations() {
                let count = registered.entry(registration.tenant).or_default();
                *count = count.saturating_add(1);
                if registration.tenant != PLATFORM
                    && inside(registration.place)
                    && let Some((rule, evidence)) =
                        rules.registration((id, person), registration.tenant, &about)
                    && let Some(tenant) = state.tenant_name(registration.tenant)
                {
                    rows.push(Row {
                        rule,
                        link: Link::Registration { person: name(), tenant },
                        evidence,
                    });
                }
            }
        }
        rows.order_by(|a, b| order(a).cmp(&order(b)));
        let rules_against = blocked(state, rows.iter().map(|row| &row.link), rules.at);
        let (mut kept, mut held_back) = (Vec::with_capacity(rows.len()), Vec::new());
        for (row, against) in rows.into_iter().zip(rules_against) {
            if against.is_some() { held_back.push(row) } else { kept.push(row) }
        }
        let beyond = kept.len().saturating_sub(MAX_ROWS);
        kept.truncate(MAX_ROWS);
        let mass = mass_of(state, &kept, || registered);
        Plan { at: now, rows: kept, held_back, silent: sources.silent(), mass, beyond }
    }
}

/// The sort key of rows. It is unique, because each link has one row.
fn order(row: &Row) -> impl Ord + '_ {
    let (grant, tenant) = match &row.link {
        Link::Grant(grant) => (Some(parts(grant)), None),
        Link::Registration { tenant, .. } => (None, Some(tenant)),
    };
    (row.person(), row.rule, tenant, grant)
}

fn parts(grant: &Grant) -> impl Ord + '_ {
    let Grant { person: _, role, scope, channel, basis, from, until } = grant;
    (role, scope, channel, basis, from, until)
}
