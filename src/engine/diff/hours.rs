//! Compares the access grids of people: which grids changed, not what that means week by week.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::difference::HoursDifference;
use super::people::People;
use super::sides::{Pair, Side, Sides};
use crate::facts::Snapshot;
use crate::model::{Grid, Name};

/// All of a grid that decides: the tenant, the hours, and whether sign-in outside of them is
/// allowed.
type Terms = (Option<String>, String, bool);
/// The grids on both sides, and the numbers of the people enrolled in them.
type Changed = ([Vec<Grid>; 2], Vec<u32>);

impl Sides<'_> {
    /// The changes of hours, each with all people whom it is about.
    pub(super) fn hours(&self, snapshots: &Arc<[Snapshot; 2]>) -> Vec<HoursDifference> {
        // Sorted by the terms and names of the grids, as `Grid` has no order of its own.
        let mut found: BTreeMap<[Vec<(Terms, Name)>; 2], Changed> = BTreeMap::new();
        let enforced = Side::BOTH.map(|side| self.state(side).policy.enforces_hours());
        for pair in self.affected_hours() {
            let [before, after] = Side::BOTH.map(|side| self.grids(side, pair));
            if before.is_empty() && after.is_empty() {
                continue;
            }
            let terms =
                [&before, &after].map(|grids| grids.iter().map(terms_of).collect::<Vec<_>>());
            let [old, new] = &terms;
            let [old_enforced, new_enforced] = enforced;
            if old == new && old_enforced == new_enforced {
                continue;
            }
            let Some(person) = number(pair) else { continue };
            let named = |grids: &Vec<Grid>| {
                grids.iter().map(|grid| (terms_of(grid), grid.name.clone())).collect()
            };
            let key = [&before, &after].map(named);
            found.entry(key).or_insert_with(|| ([before, after], Vec::new())).1.push(person);
        }
        let rows = found.into_values();
        rows.map(|([before, after], people)| HoursDifference {
            before,
            after,
            people: People::of(snapshots, people),
        })
        .collect()
    }

    /// The grids that a person is enrolled in on a side, sorted by their terms. Grids with equal
    /// terms are given once, since they bind as one grid does.
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
        grids.sort_by_cached_key(|grid| (terms_of(grid), grid.name.clone()));
        grids.dedup_by_key(|grid| terms_of(grid));
        grids
    }
}

/// The number of a person in [`People`]: named by the later snapshot, if it knows the person.
fn number((before, after): Pair) -> Option<u32> {
    let now = after.map(|id| People::number(Side::After, id));
    now.or_else(|| before.map(|id| People::number(Side::Before, id)))
}

/// What a grid binds to, whatever its name.
fn terms_of(grid: &Grid) -> Terms {
    (grid.tenant.as_ref().map(ToString::to_string), grid.hours.to_string(), grid.allow_outside)
}
