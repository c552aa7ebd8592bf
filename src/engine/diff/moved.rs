//! [`Moved`]: the units and groups that hang elsewhere in the trees of the other snapshot.

use std::collections::BTreeSet;

use super::sides::{Side, Sides};
use crate::facts::State;
use crate::store::{GroupId, Id, UnitId, ids};

/// The units and groups whose place in the tree differs between the snapshots, in shared ids.
#[derive(Debug, Default)]
pub(super) struct Moved {
    /// Units with another parent, and units that only one of the snapshots has. Of a subtree that
    /// only one of them has, the top alone.
    pub(super) units: Vec<UnitId>,
    /// Groups with another parent. Groups that only one of the snapshots has are left out, since a
    /// diff names the scopes over groups and does not list the groups below.
    pub(super) groups: Vec<GroupId>,
}

impl Moved {
    /// Compares the trees of the two snapshots.
    pub(super) fn between(sides: &Sides<'_>) -> Moved {
        let mut moved = Moved::default();
        for unit in sides.nodes_to_compare(
            |state| state.units.len(),
            |one, two| one.units.hung_elsewhere(&two.units),
            Sides::unit,
        ) {
            let on = Side::BOTH.map(|side| {
                let own = sides.unit_on(side, unit)?;
                let parent = sides.state(side).units.node(own).parent;
                Some((parent != UnitId::NONE).then(|| sides.unit(side, parent)))
            });
            let is_moved = match on {
                [Some(before), Some(after)] => before != after,
                // On one side alone. Below a parent that is on that side alone too, the unit is
                // part of a subtree whose top stands for it.
                [None, Some(parent)] => {
                    parent.is_none_or(|parent| sides.unit_on(Side::Before, parent).is_some())
                }
                [Some(parent), None] => {
                    parent.is_none_or(|parent| sides.unit_on(Side::After, parent).is_some())
                }
                [None, None] => false,
            };
            if is_moved {
                moved.units.push(unit);
            }
        }
        for group in sides.nodes_to_compare(
            |state| state.groups.len(),
            |one, two| one.groups.hung_elsewhere(&two.groups),
            Sides::group,
        ) {
            let on = Side::BOTH.map(|side| {
                let own = sides.group_on(side, group)?;
                let parent = sides.state(side).groups.node(own).parent;
                Some((parent != GroupId::NONE).then(|| sides.group(side, parent)))
            });
            if matches!(on, [Some(before), Some(after)] if before != after) {
                moved.groups.push(group);
            }
        }
        moved
    }
}

impl Sides<'_> {
    /// The nodes of a forest whose parent may differ, in shared ids, each once. `elsewhere` lists
    /// them for snapshots of one lineage; otherwise all nodes are given.
    fn nodes_to_compare<K: Id>(
        &self,
        len: impl Fn(&State) -> usize,
        elsewhere: impl Fn(&State, &State) -> Vec<K>,
        shared: impl Fn(&Self, Side, K) -> K,
    ) -> BTreeSet<K> {
        if self.same_lineage {
            let found = elsewhere(self.before, self.after);
            // The shared id of a group depends on whether the earlier snapshot has it, so each node
            // is translated for both sides.
            return found
                .into_iter()
                .flat_map(|own| Side::BOTH.map(|side| shared(self, side, own)))
                .collect();
        }
        let all = |side| ids::<K>(len(self.state(side))).map(move |own| (side, own));
        Side::BOTH.into_iter().flat_map(all).map(|(side, own)| shared(self, side, own)).collect()
    }
}
