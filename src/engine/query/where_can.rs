//! The candidates of `where_can`: units, in cells within which one check decides for all of them.

use super::candidates::Candidates;
use super::cells::{Cells, Cut};
use crate::engine::request::ResolvedRequest;
use crate::facts::{ScopeId, State};
use crate::store::UnitId;

/// The units after `after`, cut where the scope of a grant or of a restriction begins or ends that
/// may bear on the request. A cell that no grant reaches is denied by its one check.
pub(super) fn candidates<'s>(
    state: &'s State,
    request: &ResolvedRequest,
    after: Option<UnitId>,
) -> Candidates<'s> {
    let Some(principal) = state.known(request.principal) else { return Candidates::None };
    let permission = request.permission.index();
    let mut cuts = Vec::new();
    let mut everywhere = false;
    let mut cut = |scope: ScopeId| {
        let (unit, width) = match scope {
            ScopeId::Unit(unit) => (unit, 1),
            ScopeId::Subtree(unit) => (unit, state.units.node(unit).width()),
            ScopeId::Members(_) | ScopeId::Own(_) | ScopeId::Everywhere => return,
        };
        // The units of a subtree stand next to each other in the order of the tree.
        let node = state.units.node(unit);
        let (tenant, position) = (node.owner, node.order());
        let end = position.saturating_add(width);
        cuts.extend([Cut { tenant, position }, Cut { tenant, position: end }]);
    };
    for word in principal.words().filter(|&word| state.may_reach(principal, request, word)) {
        everywhere |= word.scope() == ScopeId::Everywhere;
        cut(word.scope());
        if state.role_restrictions.is_empty() {
            continue;
        }
        let rules =
            state.rights.effective(word.role()).and_then(|effective| state.role(effective.role));
        let closure = rules.into_iter().flat_map(|rules| &rules.closure);
        let on_role = closure.filter_map(|role| state.role_restrictions.get(role)).flatten();
        on_role.filter(|it| it.permissions.contains(permission)).for_each(|it| cut(it.scope));
    }
    let restrictions = principal.restrictions().iter();
    restrictions.filter(|it| it.permissions.contains(permission)).for_each(|it| cut(it.scope));
    Candidates::Cells(Cells::new(state, cuts, everywhere, after))
}
