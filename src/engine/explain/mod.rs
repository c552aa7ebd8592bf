//! Explanations of decisions, for people.
//!
//! This is a second evaluator beside the check, written for reasons and not for speed. It shares no
//! step with the check, so that the tests can hold the two against each other: it judges every
//! grant and restriction at one instant, in plain yes and no.

mod explanation;
mod findings;
mod hours;
mod inquiry;
mod remedy;
mod restrictions;
mod session;
mod stages;
mod tell;
mod until;
mod wall;
mod words;

use super::decision::{Decision, DenyReason};
use super::request::{Request, ResolvedRequest};
use crate::engine::check::narrowing::Narrowing;
use crate::facts::Snapshot;
use crate::time::Instant;
use inquiry::Inquiry;
use words::quoted;

pub use explanation::Explanation;
pub use findings::{GrantFinding, GridFinding, RestrictionFinding, Stage};

impl Snapshot {
    /// Explains the decision of [`check`](Snapshot::check): what led to it, and what would make it
    /// Allow.
    ///
    /// # Complexity
    /// O(grants × (affiliations + restrictions)) of the principal, times the dated facts that bear
    /// on the request.
    #[must_use]
    pub fn explain(&self, request: &Request<'_>, now: impl Into<Instant>) -> Explanation {
        self.explained(
            request,
            self.resolve(request).map_err(|denied| denied.reason),
            None,
            now.into(),
        )
    }

    /// Explains a request whose names were resolved, or why they could not be, within `session` if
    /// there is one.
    pub(crate) fn explained(
        &self,
        request: &Request<'_>,
        resolved: Result<ResolvedRequest, DenyReason>,
        session: Option<Narrowing<'_>>,
        at: Instant,
    ) -> Explanation {
        let state = &*self.0;
        let mut explanation = Explanation {
            principal: quoted(request.principal),
            permission: request.permission.to_string(),
            target: state.target_words(request),
            channel: quoted(
                request
                    .channel
                    .unwrap_or_else(|| state.policy.channels().first().map_or("", |c| c.as_str())),
            ),
            at,
            decision: Decision::Deny {
                reason: DenyReason::UnknownPermission,
                until: None,
                revision: state.revision,
            },
            kind: None,
            grants: Vec::new(),
            restrictions: Vec::new(),
            grids: Vec::new(),
            changes: None,
            changes_left_out: 0,
        };
        let opened = resolved.and_then(|resolved| Inquiry::open(state, resolved, session));
        match opened {
            Ok(inquiry) => inquiry.tell(&mut explanation),
            Err(reason) => {
                explanation.decision =
                    Decision::Deny { reason, until: None, revision: state.revision }
            }
        }
        explanation
    }
}
