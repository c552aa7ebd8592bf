//! [`Administrators`]: who administers a tenant, and when (contract X3, ruling R31).

use super::spans::Spans;
use crate::admin::refusal::Rule;
use crate::facts::{Detail, Head, NEVER, PLATFORM, Person, ScopeId, State, Word};
use crate::store::{PersonId, RoleId, TenantId, UnitId};
use crate::time::Instant;

/// The administrators of one tenant from an instant on.
pub(crate) struct Administrators {
    people: Vec<(PersonId, Spans)>,
}

impl Administrators {
    /// Those who hold the policy's role for it over the whole tenant, on a Standing
    /// grant that nothing takes anything away from, never-open grids included; hours do not count otherwise.
    pub(crate) fn of(state: &State, tenant: TenantId, at: i64) -> Administrators {
        let mut people = Vec::new();
        let role = state.policy.administrator().filter(|_| tenant != PLATFORM);
        if let Some((role, facts)) = role.zip(state.tenants.get(tenant)) {
            for &id in facts.tracked.get(&role).into_iter().flatten() {
                let Some(person) = state.person(id) else { continue };
                let spans = state.administers(person, tenant, role, facts.root).within(at, NEVER);
                if !spans.is_empty() {
                    people.push((id, spans));
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

    /// Who they are, at whatever instant.
    pub(crate) fn people(&self) -> impl ExactSizeIterator<Item = PersonId> + '_ {
        self.people.iter().map(|(id, _)| *id)
    }

    /// The first instant from this one on at which there is none, if there is one.
    pub(crate) fn gap(&self, at: i64) -> Option<i64> {
        Spans::of(at, NEVER).minus(&self.covered()).first().map(|(from, _)| from)
    }

    fn covered(&self) -> Spans {
        Spans::union(self.people.iter().flat_map(|(_, spans)| spans.iter()))
    }
}

impl State {
    /// When somebody administers a tenant.
    fn administers(
        &self,
        person: Person<'_>,
        tenant: TenantId,
        role: RoleId,
        root: UnitId,
    ) -> Spans {
        let registered = person.registration(tenant);
        if person.index.head.has(Head::SUSPENDED)
            || registered.is_none_or(|registered| registered.suspended)
        {
            return Spans::default();
        }
        let mut grids = self.binding_grids(person, tenant).peekable();
        if grids.peek().is_some() && grids.all(|facts| facts.clock.never_opens()) {
            return Spans::default();
        }
        let Some(rules) = self.role(role) else { return Spans::default() };
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
        let held = Spans::union(held.map(|(_, detail)| (detail.from, detail.until)));
        let restrictions = self.restrictions_on(person, &rules.closure).filter(|restriction| {
            (restriction.tenant == tenant || restriction.tenant == PLATFORM)
                && !restriction.permissions.is_disjoint(&rules.uncut)
        });
        held.minus(&Spans::union(
            restrictions.map(|restriction| (restriction.from, restriction.until)),
        ))
    }

    /// Whether no instant from `at` on that had an administrator of the tenant before is left without one.
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
