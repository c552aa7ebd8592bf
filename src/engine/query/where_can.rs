//! Where it might be done: the trees cut into cells, in each of which one answer holds.

use super::candidates::Candidates;
use crate::engine::request::ResolvedRequest;
use crate::facts::{ScopeId, State};
use crate::store::{TenantId, UnitId};

/// The units in the order of the tree, cut wherever a grant's scope or that of a
/// restriction begins or ends: a check of one unit of a cell is a check of all.
pub(super) struct Cells<'s> {
    /// Sorted.
    cuts: Vec<Cut>,
    /// Some grant reaches every tenant, not only those that are cut.
    everywhere: bool,
    /// The next cell to look at.
    tenant: TenantId,
    place: u32,
    order: &'s [UnitId],
}

/// Where a cell begins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cut {
    tenant: TenantId,
    /// In the order of the tenant's units.
    place: u32,
}

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
        let node = state.units.node(unit);
        let (tenant, place) = (node.owner, node.order());
        cuts.extend([Cut { tenant, place }, Cut { tenant, place: place.saturating_add(width) }]);
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
    cuts.sort_unstable();
    cuts.dedup();
    let mut cells = Cells { cuts, everywhere, tenant: TenantId::PLATFORM, place: 0, order: &[] };
    match after.map(|unit| state.units.node(unit)) {
        Some(node) => cells.enter(state, node.owner, node.order().saturating_add(1)),
        None => cells.enter(state, TenantId::PLATFORM, 0),
    }
    Candidates::Cells(cells)
}

impl<'s> Cells<'s> {
    fn enter(&mut self, state: &'s State, tenant: TenantId, place: u32) {
        (self.tenant, self.place) = (tenant, place);
        self.order = state.tenants.get(tenant).map_or(&[], |facts| &facts.order);
    }

    /// The next cell.
    pub(super) fn next(&mut self, state: &'s State) -> Option<&'s [UnitId]> {
        loop {
            let place = self.place as usize;
            let next = self
                .cuts
                .partition_point(|&cut| cut <= Cut { tenant: self.tenant, place: self.place });
            let cut = self.cuts.get(next);
            if place >= self.order.len() {
                match cut {
                    _ if self.everywhere => {
                        let tenant = TenantId::from_index(self.tenant.index().saturating_add(1))?;
                        state.tenants.get(tenant)?;
                        self.enter(state, tenant, 0);
                    }
                    Some(&Cut { tenant, place }) => self.enter(state, tenant, place),
                    None => return None,
                }
                continue;
            }
            let end = cut
                .filter(|cut| cut.tenant == self.tenant)
                .map_or(self.order.len(), |cut| cut.place as usize);
            let end = end.min(self.order.len());
            let cell = self.order.get(place..end);
            self.place = u32::try_from(end).unwrap_or(u32::MAX);
            return cell;
        }
    }
}
