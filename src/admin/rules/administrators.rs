//! [`Administrators`]: who administers a tenant, and when (X3, R31).

use super::intervals::Intervals;
use crate::admin::refusal::Rule;
use crate::facts::{Detail, Head, NEVER, PLATFORM, Person, ScopeId, State, Word};
use crate::store::{PersonId, RoleId, TenantId, UnitId};
use crate::time::Instant;

/// The administrators of one tenant, from an instant on.
pub(crate) struct Administrators {
    people: Vec<(PersonId, Intervals)>,
}

impl Administrators {
    /// Everybody who holds the administrator's role over the whole tenant by a grant that rests on
    /// nothing, with no restriction or ceiling that takes any of it away. Access grids do not
    /// count, unless all of a person's grids never open.
    pub(crate) fn of(state: &State, tenant: TenantId, at: i64) -> Administrators {
        let mut people = Vec::new();
        let role = state.policy.administrator().filter(|_| tenant != PLATFORM);
        if let Some((role, facts)) = role.zip(state.tenants.get(tenant)) {
            for &id in facts.tracked.get(&role).into_iter().flatten() {
                let Some(person) = state.person(id) else { continue };
                let intervals =
                    state.administers(person, tenant, role, facts.root).within(at, NEVER);
                if !intervals.is_empty() {
                    people.push((id, intervals));
                }
            }
        }
        Administrators { people }
    }

    pub(in crate::admin) fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    pub(in crate::admin) fn holds(&self, person: PersonId) -> bool {
        self.people.iter().any(|(id, _)| *id == person)
    }

    /// Everybody who administers the tenant at some instant.
    pub(crate) fn people(&self) -> impl ExactSizeIterator<Item = PersonId> + '_ {
        self.people.iter().map(|(id, _)| *id)
    }

    /// The first instant (microseconds) at or after `at` without an administrator. `None` if there
    /// is always one.
    pub(crate) fn gap(&self, at: i64) -> Option<i64> {
        Intervals::of(at, NEVER).minus(&self.covered()).first().map(|(from, _)| from)
    }

    fn covered(&self) -> Intervals {
        Intervals::union(self.people.iter().flat_map(|(_, intervals)| intervals.iter()))
    }
}

impl State {
    /// The intervals in which a person administers a tenant.
    fn administers(
        &self,
        person: Person<'_>,
        tenant: TenantId,
        role: RoleId,
        root: UnitId,
    ) -> Intervals {
        let registered = person.registration(tenant);
        if person.index.head.has(Head::SUSPENDED)
            || registered.is_none_or(|registered| registered.suspended)
        {
            return Intervals::default();
        }
        let mut grids = self.binding_grids(person, tenant).peekable();
        if grids.peek().is_some() && grids.all(|facts| facts.clock.never_opens()) {
            return Intervals::default();
        }
        let Some(rules) = self.role(role) else { return Intervals::default() };
        let counts = |word: Word, detail: Detail| {
            let effective =
                self.rights.effective(word.role()).filter(|effective| effective.role == role);
            effective.is_some_and(|effective| {
                detail.basis.is_none()
                    && word.scope() == ScopeId::Subtree(root)
                    && self.policy.acts_on(effective.kind, word.channel())
                    && self.policy.cut(&rules.uncut, effective.kind, effective.vision)
                        == rules.uncut
            })
        };
        let held = person.grants().filter(|(word, detail)| counts(*word, *detail));
        let held = Intervals::union(held.map(|(_, detail)| (detail.from, detail.until)));
        let restrictions = self.restrictions_on(person, &rules.closure).filter(|restriction| {
            (restriction.tenant == tenant || restriction.tenant == PLATFORM)
                && !restriction.permissions.is_disjoint(&rules.uncut)
        });
        held.minus(&Intervals::union(
            restrictions.map(|restriction| (restriction.from, restriction.until)),
        ))
    }

    /// Refuses a change after which some instant from `at` on has no administrator of the tenant,
    /// although it had one before.
    pub(in crate::admin) fn keeps_administrator(
        before: &State,
        after: &State,
        tenant: TenantId,
        at: i64,
    ) -> Result<(), Rule> {
        let lost = Administrators::of(before, tenant, at)
            .covered()
            .minus(&Administrators::of(after, tenant, at).covered());
        let Some((from, _)) = lost.first() else { return Ok(()) };
        let tenant =
            before.tenant_name(tenant).unwrap_or_else(|| crate::model::Name::trusted("?".into()));
        Err(Rule::LastAdministrator { tenant, from: Instant::from_micros(from) })
    }
}
