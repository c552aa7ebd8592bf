//! The support that a person has open (S10).

use crate::facts::{Person, Snapshot};
use crate::model::Grant;
use crate::time::Instant;

impl Snapshot {
    /// A person's grants on the support channel that are not over at `now`, in the order in which
    /// they were given: role, unit, interval and basis. A grant that rests on an affiliation not in
    /// force is listed too, because it comes back with the affiliation ([contract
    /// R15](crate::docs::contract#r15)).
    ///
    /// Empty for an unknown person, and under a policy without
    /// [support](crate::policy::SupportRules).
    ///
    /// # Complexity
    /// O(grants of the person).
    #[must_use]
    pub fn support_of(&self, person: &str, now: impl Into<Instant>) -> Vec<Grant> {
        let (state, at) = (&*self.0, now.into().as_micros());
        let Some(channel) = state.policy.support_channel() else { return Vec::new() };
        let Some(id) = state.person_names.find(person) else { return Vec::new() };
        let held = state.person(id).into_iter().flat_map(Person::grants);
        held.filter(|(word, detail)| word.channel() == channel && at < detail.until)
            .map(|(word, detail)| state.grant_named(word, detail, state.identifier(id)))
            .collect()
    }
}
