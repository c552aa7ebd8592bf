//! Access grids: created, edited, deleted; and the enrolments of people in them.

use std::sync::Arc;

use super::Writer;
use crate::facts::error::Fault;
use crate::facts::index::grids::{GridFacts, MAX_ENROLMENTS, MAX_TENANT_GRIDS, next_stamp};
use crate::model::{Grid, Identifier, Name};
use crate::store::{GridId, PersonId, Set, TREE_MAX, TenantId};
use crate::zones::Clock;

impl Writer<'_> {
    pub(super) fn create_grid(&mut self, grid: &Grid) -> Result<(), Fault> {
        let tenant = self.lookup().tenant_or_platform(grid.tenant.as_ref())?;
        let here =
            self.state.tenants.get(tenant).map(|tenant| tenant.grids.clone()).unwrap_or_default();
        if here.contains_key(&grid.name) {
            return Err(Fault::present("grid", &grid.name));
        }
        if here.len() >= MAX_TENANT_GRIDS {
            return Err(Fault::limit("grids of one tenant", MAX_TENANT_GRIDS));
        }
        if self.state.grids.len() >= TREE_MAX {
            return Err(Fault::limit("grids", TREE_MAX));
        }
        let clock = self.clock(grid)?;
        let id = self.state.grids.push(Some(Arc::new(GridFacts {
            tenant,
            grid: grid.clone(),
            clock,
            people: Set::new(),
        })))?;
        self.write_tenant(tenant, |tenant| {
            tenant.grids.insert(grid.name.clone(), id);
        });
        self.state.hours_stamp = next_stamp();
        Ok(())
    }

    pub(super) fn edit_grid(&mut self, grid: &Grid) -> Result<(), Fault> {
        let tenant = self.lookup().tenant_or_platform(grid.tenant.as_ref())?;
        let id = self.lookup().grid(tenant, &grid.name)?;
        let clock = self.clock(grid)?;
        self.write_grid(id, |facts| (facts.grid, facts.clock) = (grid.clone(), clock));
        self.state.renew_sets(Some(id));
        Ok(())
    }

    pub(super) fn delete_grid(&mut self, tenant: Option<&Name>, name: &Name) -> Result<(), Fault> {
        let tenant = self.lookup().tenant_or_platform(tenant)?;
        let id = self.lookup().grid(tenant, name)?;
        if let Some(facts) = self.state.grid(id).filter(|facts| !facts.people.is_empty()) {
            let message =
                format!("in the grid `{name}` {} people are enrolled", facts.people.len());
            return Err(Fault::shape(message).help("end their enrolments first"));
        }
        if let Some(place) = self.state.grids.get_mut(id) {
            *place = None;
        }
        self.write_tenant(tenant, |tenant| {
            tenant.grids.remove(name);
        });
        self.state.hours_stamp = next_stamp();
        Ok(())
    }

    pub(super) fn enrol(
        &mut self,
        tenant: Option<&Name>,
        grid: &Name,
        person: &Identifier,
    ) -> Result<(), Fault> {
        let tenant = self.lookup().tenant_or_platform(tenant)?;
        let id = self.lookup().grid(tenant, grid)?;
        let who = self.lookup().registered(person, tenant)?;
        let mut grids = self.enrolments(who);
        let Err(place) = grids.binary_search(&id) else { return Ok(()) };
        if grids.len() >= MAX_ENROLMENTS {
            return Err(Fault::limit("grids of one person", MAX_ENROLMENTS));
        }
        grids.insert(place, id);
        self.write_grid(id, |facts| {
            facts.people.insert(who);
        });
        self.set_enrolments(who, grids);
        Ok(())
    }

    pub(super) fn unenrol(
        &mut self,
        tenant: Option<&Name>,
        grid: &Name,
        person: &Identifier,
    ) -> Result<(), Fault> {
        let tenant = self.lookup().tenant_or_platform(tenant)?;
        let id = self.lookup().grid(tenant, grid)?;
        let who = self.lookup().registered(person, tenant)?;
        let mut grids = self.enrolments(who);
        let Ok(place) = grids.binary_search(&id) else {
            let fault = Fault::absent("enrolment of", person.masked());
            return Err(fault.help(format!("the grid `{grid}` has no such person")));
        };
        grids.remove(place);
        self.write_grid(id, |facts| {
            facts.people.remove(&who);
        });
        self.set_enrolments(who, grids);
        Ok(())
    }

    /// Ends a person's enrolments in the grids of a tenant, or of the platform ([ruling
    /// R12](crate::docs::contract#r12)).
    pub(super) fn end_enrolments(&mut self, person: PersonId, tenant: TenantId) {
        let grids = self.enrolments(person);
        let of_tenant =
            |id: &GridId| self.state.grid(*id).is_some_and(|facts| facts.tenant == tenant);
        let (gone, kept): (Vec<GridId>, Vec<GridId>) = grids.into_iter().partition(of_tenant);
        if gone.is_empty() {
            return;
        }
        for id in gone {
            self.write_grid(id, |facts| {
                facts.people.remove(&person);
            });
        }
        self.set_enrolments(person, kept);
    }

    fn enrolments(&self, person: PersonId) -> Vec<GridId> {
        self.state.person(person).map(|person| person.enrolments().to_vec()).unwrap_or_default()
    }

    fn set_enrolments(&mut self, person: PersonId, grids: Vec<GridId>) {
        let before = self.enrolments(person);
        let had = self.state.person(person).map_or(0, |person| person.index.head.grids());
        let set = self.state.move_set((&before, had), &grids);
        self.state.people.set_enrolments(person, grids, set);
        self.state.hours_stamp = next_stamp();
    }

    fn write_grid(&mut self, id: GridId, write: impl FnOnce(&mut GridFacts)) {
        if let Some(Some(facts)) = self.state.grids.get_mut(id) {
            write(Arc::make_mut(facts));
        }
        self.state.hours_stamp = next_stamp();
    }

    /// The week of a grid, laid out in its time zone.
    fn clock(&self, grid: &Grid) -> Result<Arc<Clock>, Fault> {
        crate::facts::index::grids::clock(grid, &self.state.zones)
    }
}
