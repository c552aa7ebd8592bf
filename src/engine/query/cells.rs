//! [`Cells`]: the units of the trees, grouped so that one check answers for a whole group.

use crate::facts::State;
use crate::store::{TenantId, UnitId};

/// The units of all tenants in the order of their trees, cut where the scope of a grant or of a
/// restriction begins or ends. Within a cell no scope begins or ends, so a check of one unit
/// decides for all of them.
pub(super) struct Cells<'s> {
    /// Sorted, each once.
    cuts: Vec<Cut>,
    /// Whether a grant is held everywhere: then tenants without a cut are visited too.
    everywhere: bool,
    /// The tenant that the next cell is in.
    tenant: TenantId,
    /// Where the next cell begins, as a position in `order`.
    position: u32,
    /// The units of `tenant`, in the order of its tree.
    order: &'s [UnitId],
}

/// The beginning of a cell.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cut {
    pub(super) tenant: TenantId,
    /// A position in the order of the tenant's units.
    pub(super) position: u32,
}

impl<'s> Cells<'s> {
    /// The cells between the cuts, beginning at the unit after `after`, or at the first one.
    pub(super) fn new(
        state: &'s State,
        mut cuts: Vec<Cut>,
        everywhere: bool,
        after: Option<UnitId>,
    ) -> Cells<'s> {
        cuts.sort_unstable();
        cuts.dedup();
        let tenant = TenantId::PLATFORM;
        let mut cells = Cells { cuts, everywhere, tenant, position: 0, order: &[] };
        match after.map(|unit| state.units.node(unit)) {
            Some(node) => cells.enter(state, node.owner, node.order().saturating_add(1)),
            None => cells.enter(state, TenantId::PLATFORM, 0),
        }
        cells
    }

    /// Goes to a position within the units of a tenant.
    fn enter(&mut self, state: &'s State, tenant: TenantId, position: u32) {
        (self.tenant, self.position) = (tenant, position);
        self.order = state.tenants.get(tenant).map_or(&[], |facts| &facts.order);
    }

    /// The units of the next cell.
    pub(super) fn next(&mut self, state: &'s State) -> Option<&'s [UnitId]> {
        loop {
            let position = self.position as usize;
            let here = Cut { tenant: self.tenant, position: self.position };
            let cut = self.cuts.get(self.cuts.partition_point(|&cut| cut <= here));
            if position >= self.order.len() {
                match cut {
                    _ if self.everywhere => {
                        let tenant = TenantId::from_index(self.tenant.index().saturating_add(1))?;
                        state.tenants.get(tenant)?;
                        self.enter(state, tenant, 0);
                    }
                    Some(&Cut { tenant, position }) => self.enter(state, tenant, position),
                    None => return None,
                }
                continue;
            }
            let end = cut
                .filter(|cut| cut.tenant == self.tenant)
                .map_or(self.order.len(), |cut| cut.position as usize);
            let end = end.min(self.order.len());
            let cell = self.order.get(position..end);
            self.position = u32::try_from(end).unwrap_or(u32::MAX);
            return cell;
        }
    }
}
