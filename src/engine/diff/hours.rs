//! Whose hours changed: told as such, and not week by week.

use std::collections::BTreeMap;

use super::HoursDifference;
use super::person::Pair;
use super::sides::{Side, Sides};
use crate::model::{Grid, Identifier, Name};

/// The hours of a grid as they bind: where, when, and whether outside of them too.
type Bound = (Option<String>, String, bool);

impl Sides<'_> {
    pub(super) fn hours(&self) -> Vec<HoursDifference> {
        let mut found: BTreeMap<[Vec<(Bound, Name)>; 2], HoursDifference> = BTreeMap::new();
        let enforced = Side::BOTH.map(|side| self.state(side).policy.enforces_hours());
        for pair in self.within_hours() {
            let [before, after] = Side::BOTH.map(|side| self.grids(side, pair));
            if before.is_empty() && after.is_empty() {
                continue;
            }
            let bounds = [&before, &after].map(|grids| grids.iter().map(bound).collect::<Vec<_>>());
            let [old, new] = &bounds;
            let [old_enforced, new_enforced] = enforced;
            if old == new && old_enforced == new_enforced {
                continue;
            }
            let Some(who) = self.identifier(pair) else { continue };
            let named = |grids: &Vec<Grid>| grids.iter().map(|grid| (bound(grid), grid.name.clone())).collect();
            let row = found.entry([&before, &after].map(named)).or_insert_with(|| HoursDifference {
                before,
                after,
                people: Vec::new(),
            });
            row.people.push(who);
        }
        let mut rows: Vec<HoursDifference> = found.into_values().collect();
        rows.iter_mut().for_each(|row| row.people.sort_unstable());
        rows
    }

    /// The grids that a person is enrolled in, in the order of what they bind to.
    fn grids(&self, side: Side, (before, after): Pair) -> Vec<Grid> {
        let state = self.state(side);
        let id = match side {
            Side::Before => before,
            Side::After => after,
        };
        let person = id.and_then(|id| state.person(id)).filter(|person| person.is_known());
        let mut grids: Vec<Grid> =
            person.into_iter().flat_map(|person| state.grids_of(person)).map(|facts| facts.grid.clone()).collect();
        grids.sort_by_cached_key(|grid| (bound(grid), grid.name.clone()));
        // Two grids of the same hours bind as one does.
        grids.dedup_by_key(|grid| bound(grid));
        grids
    }

    fn identifier(&self, (before, after): Pair) -> Option<Identifier> {
        let now = after.map(|id| self.after.identifier(id));
        now.or_else(|| before.map(|id| self.before.identifier(id)))
    }
}

fn bound(grid: &Grid) -> Bound {
    (grid.tenant.as_ref().map(ToString::to_string), grid.hours.to_string(), grid.allow_outside)
}
