//! When a grant is in force, and which restrictions stand against it.

use super::intervals::Intervals;
use crate::facts::{Detail, Person, RestrictionFacts, State, Word};
use crate::store::RoleId;

impl State {
    /// The intervals in which a grant is in force: its own interval, cut down to those of the
    /// affiliations that it rests on.
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

    /// The restrictions that apply to a person's grant of a role: those on the person, and those on
    /// the role or a role it includes (`closure`).
    pub(in crate::admin) fn restrictions_on<'s>(
        &'s self,
        person: Person<'s>,
        closure: &'s [RoleId],
    ) -> impl Iterator<Item = &'s RestrictionFacts> {
        let on_roles = closure.iter().filter_map(|role| self.role_restrictions.get(role)).flatten();
        person.restrictions().iter().chain(on_roles).map(std::sync::Arc::as_ref)
    }
}
