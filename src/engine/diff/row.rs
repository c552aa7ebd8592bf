//! [`Row`]: one difference, in shared ids.

use std::rc::Rc;

use fixedbitset::FixedBitSet;

use crate::facts::ScopeId;
use crate::store::RoleId;

/// A scope, and the scopes within it that are left out; in shared ids.
pub(super) type ReachId = (ScopeId, Vec<ScopeId>);

/// Permissions that somebody has on one side and not on the other. Rows that are equal are one
/// row of the diff, about several people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Row {
    /// The roles that give the permissions, sorted; ids of the side that has them.
    pub(super) roles: Vec<RoleId>,
    /// A shared number.
    pub(super) channel: usize,
    /// Where the permissions are had, sorted.
    pub(super) reaches: Vec<ReachId>,
    /// Whether a request for every place at once is allowed too.
    pub(super) everywhere: bool,
    /// `[from, until)` in microseconds. `from` is never before the instant of the diff.
    pub(super) span: (i64, i64),
    /// Shared numbers.
    pub(super) permissions: Rc<FixedBitSet>,
}
