//! Whether hours close a place to the principal, in the second evaluator.

use super::inquiry::Inquiry;
use crate::engine::request::TargetId;
use crate::facts::{GridFacts, PLATFORM};
use crate::store::TenantId;

impl<'s> Inquiry<'s> {
    /// The grids that bind the principal in a tenant, those of the platform among them; without a
    /// tenant, all grids in which the principal is enrolled. Empty if the policy does not enforce
    /// hours.
    pub(super) fn binding(&self, tenant: Option<TenantId>) -> impl Iterator<Item = &'s GridFacts> {
        let binds = move |facts: &&GridFacts| {
            tenant.is_none_or(|tenant| [tenant, PLATFORM].contains(&facts.tenant))
        };
        let grids =
            if self.state.policy.enforces_hours() { self.principal.enrolments() } else { &[] };
        grids.iter().filter_map(|&grid| self.state.grid(grid)).map(|facts| &**facts).filter(binds)
    }

    /// Whether some grid binds the principal in a tenant, and no such grid is open.
    pub(super) fn is_closed_in(&self, tenant: TenantId, at: i64) -> bool {
        let mut binding = self.binding(Some(tenant)).peekable();
        binding.peek().is_some() && !binding.any(|facts| facts.clock.at(at).0)
    }

    /// Whether hours deny the request whatever the grants are. False for a target anywhere: there
    /// hours are asked grant by grant.
    pub(super) fn is_out_of_hours(&self, at: i64) -> bool {
        match self.request.target {
            TargetId::Anywhere => false,
            TargetId::Everywhere => {
                let mut tenants = self.binding(None).map(|facts| facts.tenant).chain([PLATFORM]);
                tenants.any(|tenant| self.is_closed_in(tenant, at))
            }
            _ => self.tenant.is_some_and(|tenant| self.is_closed_in(tenant, at)),
        }
    }

    /// Where hours are closed to the principal, a bit for each place: the platform, and every
    /// tenant in whose grids the principal is enrolled.
    pub(super) fn closed_at(&self, at: i64) -> u32 {
        let tenants = self.binding(None).map(|facts| facts.tenant).enumerate();
        let first =
            tenants.filter(|&(n, of)| self.binding(None).take(n).all(|facts| facts.tenant != of));
        let tenants = first.map(|(_, tenant)| tenant).chain([PLATFORM]);
        tenants.fold(0, |closed, tenant| closed << 1 | u32::from(self.is_closed_in(tenant, at)))
    }
}
