//! Seats: how many are contracted.

use super::super::forest::NONE;
use super::super::misfit::Misfit;
use super::Writer;
use crate::model::Name;

impl Writer<'_> {
    pub(super) fn contract(
        &mut self,
        tenant: &Name,
        role: &Name,
        unit: Option<&Name>,
        seats: u32,
    ) -> Result<(), Misfit> {
        let tenant = self.lookup().tenant(tenant)?;
        let role = self.lookup().role(tenant, role)?;
        let unit = unit.map_or(Ok(NONE), |unit| self.lookup().unit(unit))?;
        self.write_tenant(tenant, |tenant| {
            match seats {
                0 => tenant.seats.remove(&(role, unit)),
                seats => tenant.seats.insert((role, unit), seats),
            };
        });
        Ok(())
    }
}
