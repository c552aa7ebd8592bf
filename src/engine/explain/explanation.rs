//! [`Explanation`]: a decision with all that led to it, for people.

use std::fmt;

use serde::Serialize;

use super::findings::{GrantFinding, GridFinding, RestrictionFinding};
use crate::engine::decision::Decision;
use crate::facts::Event;
use crate::model::Name;
use crate::time::Instant;

/// A decision with what led to it. `Display` tells it in sentences that can be read aloud; serde
/// gives it as data. Both name people in full: show them only to those who may know, and keep them
/// out of logs.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The principal who asked.
    pub principal: String,
    /// The permission asked for.
    pub permission: String,
    /// The target, in words.
    pub target: String,
    /// The channel of the request.
    pub channel: String,
    /// The instant asked about.
    pub at: Instant,
    /// The decision, as `check` gives it.
    pub decision: Decision,
    /// The principal's kind in the target's tenant; in their first tenant, if the target has none
    /// or they are not registered there.
    pub kind: Option<Name>,
    /// Every grant of the principal's, those that passed the most stages first.
    pub grants: Vec<GrantFinding>,
    /// The restrictions that deny.
    pub restrictions: Vec<RestrictionFinding>,
    /// The grids that bind the principal in the target's tenant; for anywhere and everywhere, all
    /// grids that bind the principal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grids: Vec<GridFinding>,
    /// For a denial, a smallest set of changes after which the request would be allowed
    /// ([contract R22](crate::docs::contract#r22)): the end of everything that blocks it, and one
    /// repair. `None` if no change of facts alone would do. At most eight are listed;
    /// [`changes_left_out`](Explanation::changes_left_out) says how many more it takes.
    pub changes: Option<Vec<Event>>,
    /// How many changes are needed beside those listed.
    #[serde(skip_serializing_if = "is_zero")]
    pub changes_left_out: usize,
}

/// The principal is masked, unlike in `Display`, since this is what ends in logs.
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
