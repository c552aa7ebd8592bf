//! [`Snapshot::why_all`]: every grant that suffices for a request.

use crate::engine::check::case::Case;
use crate::engine::request::Request;
use crate::facts::Snapshot;
use crate::model::Grant;
use crate::time::Instant;

impl Snapshot {
    /// Every grant of the principal's that suffices for the request at this instant, in the order
    /// in which the grants were given: with any one of them alone, the check would allow the
    /// request. To take the access away, revoke all of them. Empty if the check denies the request.
    ///
    /// # Complexity
    /// O(grants × (restrictions + affiliations)) of the people whom the request names.
    #[must_use]
    pub fn why_all(&self, request: &Request<'_>, at: impl Into<Instant>) -> Vec<Grant> {
        let state = &*self.0;
        let Ok(resolved) = state.resolve(request) else { return Vec::new() };
        let Ok(case) = Case::open(state, &resolved) else { return Vec::new() };
        let person = state.identifier(resolved.principal);
        let sufficient = case.sufficient(at.into().as_micros());
        sufficient.map(|(word, detail)| state.grant_named(word, detail, person.clone())).collect()
    }
}
