//! What is held in support (requirement S10).

use crate::facts::{Person, Snapshot};
use crate::model::Grant;
use crate::time::Instant;

impl Snapshot {
    /// What somebody holds on the channel of support: each a role at a unit, since when and
    /// until when, and what it rests on; in the order in which it was given. What is over at `now` is left out, and
    /// what rests on an affiliation that is not in force is not: it is held, and comes back with it (ruling R15).
    ///
    /// Nothing, of a person who is not known or under a policy without [support](crate::policy::SupportRules).
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
