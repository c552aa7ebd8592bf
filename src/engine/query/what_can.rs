//! The candidates of `what_can`: the permissions of the grants that can answer the request.

use fixedbitset::FixedBitSet;

use super::candidates::Candidates;
use crate::engine::request::{ResolvedRequest, TargetId};
use crate::facts::{ScopeId, State};
use crate::store::PermissionId;

/// The permissions, after the one with the bare id `after`, of the principal's grants on the
/// request's channel that can cover the target. Those that need no check are marked as sure.
pub(super) fn candidates<'s>(
    state: &'s State,
    request: &ResolvedRequest,
    after: Option<u32>,
) -> Candidates<'s> {
    let Some(principal) = state.known(request.principal) else { return Candidates::None };
    let unit = match request.target {
        TargetId::InUnit(unit) => Some(unit),
        _ => None,
    };
    let mut all = FixedBitSet::with_capacity(state.policy.permission_count());
    let mut sure = FixedBitSet::new();
    let head = principal.index.head;
    let plain = head.is_plain() && head.grids() == 0;
    for word in principal.words().filter(|word| word.answers_on(request.channel)) {
        let covers =
            |unit| word.scope() == ScopeId::Everywhere || state.covers_unit(word.scope(), unit);
        if !unit.is_none_or(covers) {
            continue;
        }
        let rules =
            state.rights.effective(word.role()).and_then(|effective| state.role(effective.role));
        let Some(rules) = rules else { continue };
        all.union_with(&rules.uncut);
        // Sure are the permissions of a grant that covers the unit at all times, if the principal
        // has no suspension, restriction or grid that could deny them.
        if unit.is_none() || !plain || word.is_dated() {
            continue;
        }
        if state.is_uncut() {
            sure.union_with(&rules.uncut);
        } else {
            sure.grow(all.len());
            let has = |&it: &usize| {
                PermissionId::from_index(it).is_some_and(|it| state.rights.has(word.role(), it))
            };
            rules.uncut.ones().filter(has).for_each(|permission| sure.insert(permission));
        }
    }
    if let Some(after) = after {
        let past = (after as usize).saturating_add(1).min(all.len());
        all.remove_range(..past);
    }
    Candidates::Permissions { all: all.into_ones(), sure }
}
