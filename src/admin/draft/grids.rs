//! Commands about access grids and enrolments (R23).

use super::drafter::Drafter;
use crate::admin::command::Command;
use crate::admin::refusal::{Objection, Rule, unattributed};
use crate::admin::rules::area::Area;
use crate::facts::{Event, PLATFORM};
use crate::model::{Identifier, Name};
use crate::store::TenantId;

impl Drafter<'_> {
    pub(super) fn grid_command(&mut self, command: &Command) -> Result<(), Objection> {
        match command {
            Command::CreateGrid(grid) => {
                self.demand_over_grids(grid.tenant.as_ref())?;
                self.event(Event::GridCreated(grid.clone()));
            }
            Command::EditGrid(grid) => {
                let tenant = self.demand_over_grids(grid.tenant.as_ref())?;
                let id = self.names().grid(tenant, &grid.name).map_err(unattributed)?;
                let actor = self.issuer.actor();
                if self
                    .state
                    .grid(id)
                    .zip(actor)
                    .is_some_and(|(facts, actor)| facts.people.contains(&actor))
                {
                    return Err((actor.map(|actor| self.state.identifier(actor)), Rule::Oneself));
                }
                self.event(Event::GridEdited(grid.clone()));
            }
            Command::DeleteGrid { tenant, grid } => {
                self.demand_over_grids(tenant.as_ref())?;
                self.event(Event::GridDeleted { tenant: tenant.clone(), grid: grid.clone() });
            }
            Command::Enrol { tenant, grid, people } => {
                self.demand_over_enrolled(tenant.as_ref(), people)?;
                for person in people.iter().cloned() {
                    self.event(Event::Enrolled {
                        tenant: tenant.clone(),
                        grid: grid.clone(),
                        person,
                    });
                }
            }
            Command::Unenrol { tenant, grid, people } => {
                self.demand_over_enrolled(tenant.as_ref(), people)?;
                for person in people.iter().cloned() {
                    self.event(Event::Unenrolled {
                        tenant: tenant.clone(),
                        grid: grid.clone(),
                        person,
                    });
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Refuses to let actors end their own registration where a grid of that tenant binds them: the
    /// enrolment would end with it (R23).
    pub(super) fn keeps_own_hours(
        &self,
        person: &Identifier,
        tenant: Option<&Name>,
    ) -> Result<(), Objection> {
        let tenant = self.names().tenant_or_platform(tenant).map_err(unattributed)?;
        let id = self.registered(person, tenant)?;
        let mut grids = self.person(id).into_iter().flat_map(|found| self.state.grids_of(found));
        if grids.any(|facts| facts.tenant == tenant) {
            self.not_oneself(id, person)
        } else {
            Ok(())
        }
    }

    /// Demands the guard over the whole tenant of a grid; for a grid of the platform, everywhere.
    fn demand_over_grids(&mut self, tenant: Option<&Name>) -> Result<TenantId, Objection> {
        match tenant {
            Some(tenant) => self.demand_over_tenant(tenant),
            None => {
                self.demand_everywhere();
                Ok(PLATFORM)
            }
        }
    }

    /// Demands the guard over the whole tenant for each person's kind, and refuses the actor's own
    /// enrolment.
    fn demand_over_enrolled(
        &mut self,
        tenant: Option<&Name>,
        people: &[Identifier],
    ) -> Result<(), Objection> {
        let tenant = self.names().tenant_or_platform(tenant).map_err(unattributed)?;
        let area = Area::Scope(self.root(tenant));
        for person in people {
            let id = self.registered(person, tenant)?;
            let kind = self.kind_in(id, tenant);
            self.demand(kind, area, Some(person));
            self.not_oneself(id, person)?;
        }
        Ok(())
    }
}
