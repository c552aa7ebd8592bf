//! [`Snapshot::lint`]: looks through the facts for what somebody should look at.
//!
//! `linter.rs` gathers the findings; `people.rs`, `tenants.rs` and `roles.rs` look for them.

mod clash;
mod covered;
mod finding;
mod linter;
mod options;
mod people;
mod roles;
mod tenants;

use crate::facts::Snapshot;
use crate::time::Instant;
pub use finding::{Finding, Findings, Idle, Lint};
use linter::Linter;
pub use options::Lints;

impl Snapshot {
    /// What somebody should look at in the facts, from an instant on: rules of the policy that the
    /// facts break, since a feed is not held to them ([R5](crate::docs::contract#r5)), and facts
    /// that have no effect. Empty for a tenant that does not exist.
    ///
    /// [Reports](crate::docs::reports) describes each lint.
    ///
    /// # Complexity
    /// O(people + their grants + tenants, groups, roles and restrictions), plus O(grants²) for each
    /// person, which the [limit](crate::facts::limits::MAX_GRANTS) of grants bounds, and
    /// O(holders log holders) for seats.
    #[must_use]
    pub fn lint(&self, lints: &Lints, now: impl Into<Instant>) -> Findings {
        let state = &*self.0;
        let tenant = match lints.tenant.as_ref().map(|name| state.tenant(name)) {
            Some(None) => return Findings::default(),
            Some(found) => found,
            None => None,
        };
        let mut linter = Linter::new(state, lints, tenant, now.into().as_micros());
        linter.people();
        linter.tenants();
        // After people, since which roles somebody holds is known by then.
        linter.roles();
        linter.found.sort();
        linter.found
    }
}
