//! When a grant is in force, and which restrictions stand against it.

use super::intervals::Intervals;
use crate::facts::{Detail, Person, RestrictionFacts, State, Word};
use crate::store::RoleId;

impl State {
    /// When a grant is in force: its interval, and its basis as far as affiliations are known.
    pub(crate) fn grant_intervals(
        &self,
        person: Person<'_>,
        word: Word,
        detail: Detail,
    ) -> Intervals {
        let Some(basis) = detail.basis else { return Intervals::of(detail.from, detail.until) };
        let tenant = self.tenant_of(word.scope());
        let resting = person
            .affiliations()
            .iter()
            .filter(|affiliated| self.rests_on(basis, tenant, affiliated));
        Intervals::union(resting.map(|affiliated| (affiliated.from, affiliated.until)))
            .within(detail.from, detail.until)
    }

    /// The restrictions that a grant of a role to a person is under: on the person,
    /// and on the role or one it includes.
    pub(in crate::admin) fn restrictions_on<'s>(
        &'s self,
        person: Person<'s>,
        closure: &'s [RoleId],
    ) -> impl Iterator<Item = &'s RestrictionFacts> {
        let on_roles = closure.iter().filter_map(|role| self.role_restrictions.get(role)).flatten();
        person.restrictions().iter().chain(on_roles).map(std::sync::Arc::as_ref)
    }
}
