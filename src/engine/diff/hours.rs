//! Whose hours changed: told as such, and not week by week.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::person::Pair;
use super::sides::{Side, Sides};
use super::{HoursDifference, People};
use crate::facts::Snapshot;
use crate::model::{Grid, Name};

/// The hours of a grid as they bind: where, when, and whether outside of them too.
type Bound = (Option<String>, String, bool);
/// The grids on both sides, and who is in them.
type Changed = ([Vec<Grid>; 2], Vec<u32>);

impl Sides<'_> {
    pub(super) fn hours(&self, snapshots: &Arc<[Snapshot; 2]>) -> Vec<HoursDifference> {
        let mut found: BTreeMap<[Vec<(Bound, Name)>; 2], Changed> = BTreeMap::new();
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
            let Some(who) = number(pair) else { continue };
            let named = |grids: &Vec<Grid>| {
                grids.iter().map(|grid| (bound(grid), grid.name.clone())).collect()
            };
            let key = [&before, &after].map(named);
            found.entry(key).or_insert_with(|| ([before, after], Vec::new())).1.push(who);
        }
        let rows = found.into_values();
        rows.map(|([before, after], people)| HoursDifference {
            before,
            after,
            people: People::of(snapshots, people),
        })
        .collect()
    }

    /// The grids that a person is enrolled in, in the order of what they bind to.
    fn grids(&self, side: Side, (before, after): Pair) -> Vec<Grid> {
        let state = self.state(side);
        let id = match side {
            Side::Before => before,
            Side::After => after,
        };
        let person = id.and_then(|id| state.person(id)).filter(|person| person.is_known());
        let mut grids: Vec<Grid> = person
            .into_iter()
            .flat_map(|person| state.grids_of(person))
            .map(|facts| facts.grid.clone())
            .collect();
        grids.sort_by_cached_key(|grid| (bound(grid), grid.name.clone()));
        // Two grids of the same hours bind as one does.
        grids.dedup_by_key(|grid| bound(grid));
        grids
    }
}

fn number((before, after): Pair) -> Option<u32> {
    let now = after.map(|id| People::number(Side::After, id));
    now.or_else(|| before.map(|id| People::number(Side::Before, id)))
}

fn bound(grid: &Grid) -> Bound {
    (grid.tenant.as_ref().map(ToString::to_string), grid.hours.to_string(), grid.allow_outside)
}
