//! Whether a grant is held, when it is in force, and which restrictions stand against it.

use super::intervals::Intervals;
use crate::facts::{Detail, GrantId, Person, RestrictionFacts, State, Word};
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

    /// The grant of a person that equals `wanted` in all its parts. `None` if it is not held.
    pub(in crate::admin) fn held_as(&self, wanted: GrantId) -> Option<(Word, Detail)> {
        self.person(wanted.person)?.grants().find(|(word, detail)| {
            word.scope() == wanted.scope
                && word.channel() == wanted.channel
                && *detail == wanted.detail
                && self.rights.effective(word.role()).is_some_and(|held| held.role == wanted.role)
        })
    }
}
