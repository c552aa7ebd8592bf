//! [`Explanation`]: a decision with all that led to it, for people.

use std::fmt;

use serde::Serialize;

use super::findings::{GrantFinding, GridFinding, RestrictionFinding};
use crate::engine::decision::Decision;
use crate::facts::Event;
use crate::model::Name;
use crate::time::Instant;

/// A decision with what led to it. `Display` tells it in sentences that can be
/// read aloud; serde gives the same as data. It names people in full: it is for
/// those who may know, not for logs.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// Who asked.
    pub principal: String,
    /// For what.
    pub permission: String,
    /// Aimed at what, in words.
    pub target: String,
    /// By which channel.
    pub channel: String,
    /// When.
    pub at: Instant,
    /// The answer: the same as `check` gives.
    pub decision: Decision,
    /// What the principal is in the target's tenant.
    pub kind: Option<Name>,
    /// Every grant of the principal's, those that got farthest first.
    pub grants: Vec<GrantFinding>,
    /// The restrictions that deny.
    pub restrictions: Vec<RestrictionFinding>,
    /// The grids that bind where it is aimed; for anywhere and everywhere all of the principal's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grids: Vec<GridFinding>,
    /// For a denial, a smallest set of changes after which it would be Allow
    /// (ruling R22): every blocker, and one repair. None if no change of facts alone
    /// would do. At most eight are listed; [`changes_left_out`](Explanation::changes_left_out)
    /// says how many more it takes.
    pub changes: Option<Vec<Event>>,
    /// How many changes it takes beside those listed.
    #[serde(skip_serializing_if = "is_zero")]
    pub changes_left_out: usize,
}

/// Masked, unlike `Display`: this is what ends in logs.
impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Explanation { principal, permission, at, decision, .. } = self;
        write!(
            f,
            "Explanation(`{}` to {permission} at {at}: {decision:?})",
            crate::model::mask(principal)
        )
    }
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}
