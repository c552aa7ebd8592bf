//! Which grids bind a person, and the sets of grids that checks look up by number.
//!
//! The layout of grids and of their sets is [`index::grids`](super::index::grids).

use std::sync::Arc;

use super::index::forest::{ANYWHERE, UNPLACED};
use super::index::grids::{Binding, Bindings, GridFacts};
use super::index::people::Person;
use super::rows::PLATFORM;
use super::state::State;
use crate::store::{GridId, TenantId};

impl State {
    pub(crate) fn grid(&self, id: GridId) -> Option<&Arc<GridFacts>> {
        self.grids.get(id)?.as_ref()
    }

    /// The grids that a person is enrolled in.
    pub(crate) fn grids_of<'s>(
        &'s self,
        person: Person<'s>,
    ) -> impl Iterator<Item = &'s GridFacts> + Clone + 's {
        person.enrolments().iter().filter_map(|&grid| self.grid(grid)).map(|facts| &**facts)
    }

    /// The grids that bind the person in a tenant: those of the tenant and those of the platform.
    pub(crate) fn binding_grids<'s>(
        &'s self,
        person: Person<'s>,
        tenant: TenantId,
    ) -> impl Iterator<Item = &'s GridFacts> + Clone + 's {
        self.grids_of(person)
            .filter(move |facts| facts.tenant == tenant || facts.tenant == PLATFORM)
    }

    /// The grids of a set, laid out as they bind.
    pub(in crate::facts) fn bindings(&self, grids: &[GridId]) -> Bindings {
        let binding = |&id: &GridId| {
            let facts = self.grid(id)?;
            let root = self.tenants.get(facts.tenant).map(|tenant| tenant.root);
            let (place, root) = match root.filter(|_| facts.tenant != PLATFORM) {
                // The root of a tree stands in the first lane of every whole path in that tree.
                Some(root) => (0, root.get()),
                None => (UNPLACED, ANYWHERE),
            };
            Some(Binding { grid: id, place, root, clock: Arc::clone(&facts.clock) })
        };
        grids.iter().filter_map(binding).collect()
    }

    /// Counts a person under another set of grids than the one they had, `had` being its number,
    /// and gives the new number. 0 if the set is empty or the policy does not enforce hours in
    /// decisions.
    pub(in crate::facts) fn move_set(
        &mut self,
        (before, had): (&[GridId], usize),
        after: &[GridId],
    ) -> u16 {
        if !self.policy.enforces_hours() {
            return 0;
        }
        self.grid_sets.leave(before, had);
        if after.is_empty() {
            return 0;
        }
        let mut sets = std::mem::take(&mut self.grid_sets);
        let number = sets.enter(after, || self.bindings(after));
        self.grid_sets = sets;
        number
    }

    /// Lays out anew the sets that contain a grid, or all sets if `grid` is `None`.
    pub(in crate::facts) fn renew_sets(&mut self, grid: Option<GridId>) {
        let holds = |set: &Option<Bindings>| {
            set.as_ref().is_some_and(|set| {
                grid.is_none_or(|grid| set.iter().any(|binding| binding.grid == grid))
            })
        };
        if !self.grid_sets.sets.iter().any(holds) {
            return;
        }
        let renewed = self.grid_sets.sets.iter().map(|set| match set {
            Some(bindings) if holds(set) => {
                let grids: Vec<GridId> = bindings.iter().map(|binding| binding.grid).collect();
                Some(self.bindings(&grids))
            }
            same => same.clone(),
        });
        self.grid_sets.sets = renewed.collect();
    }
}
