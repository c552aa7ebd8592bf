//! [`Forest`]: the trees of units, and those of groups. Each node knows its
//! position in its owner's pre-order and how many stand from there to the end of its
//! subtree, so that "is below" is one comparison. A tree that changes renumbers
//! its own nodes and touches nothing else.

use crate::store::{Full, Table};

/// No node: the parent of a root.
pub(crate) const NONE: u32 = u32::MAX;
/// The deepest a node may stand, its root being at depth 1.
pub const MAX_DEPTH: usize = 64;

/// One node; twenty bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// Whose tree it is: the tenant's id.
    pub(crate) owner: u32,
    pub(crate) parent: u32,
    /// Its place in the pre-order of its owner's nodes.
    position: u32,
    /// How many nodes its subtree has, itself included; 0: it is no more.
    width: u32,
    /// Its depth when it was added, in six lanes: see [`Path`].
    lane: u32,
}

/// Lanes for the nodes above.
const LANES: usize = 6;

/// Where a node stands, for a check that has only the ids that grants name: what
/// covers the node, laid out so that each kind of scope looks at one place.
///
/// Every node keeps, for life, a lane: its depth when it was added. Places 0 to 5
/// hold the node and those above it, each in its lane; place 6 the node itself, for
/// scopes of one unit; place 7 [`ANYWHERE`], for scopes without a unit. Where a lane
/// would be taken twice, in a tree of more than six levels or after moves, place 6
/// is left empty, and whoever looks compares positions instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(32))]
pub(crate) struct Path([u32; 8]);

/// The place of a scope of one unit.
pub(crate) const ALONE: u32 = 6;
/// The place of a scope without a unit.
pub(crate) const UNPLACED: u32 = 7;
/// The id that a scope of everything names.
pub(crate) const ANYWHERE: u32 = u32::MAX - 1;

impl Default for Path {
    fn default() -> Path {
        Path::NOWHERE
    }
}

impl Default for Node {
    fn default() -> Node {
        Node::NOWHERE
    }
}

impl Path {
    const NOWHERE: Path = Path([NONE; 8]);

    /// The id that covers the node from a place.
    #[inline(always)]
    pub(crate) fn at(&self, place: u32) -> u32 {
        self.0.get(place as usize & 7).copied().unwrap_or(NONE)
    }

    /// Whether this is all there is to know of the node.
    #[inline(always)]
    pub(crate) fn is_whole(&self, id: u32) -> bool {
        self.at(ALONE) == id
    }
}

impl Node {
    /// A node that covers nothing and is covered by nothing but itself.
    pub(crate) const NOWHERE: Node = Node { owner: NONE, parent: NONE, position: 0, width: 0, lane: 0 };

    /// Whether `below` is this node or stands below it.
    #[inline]
    pub(crate) fn covers(&self, below: &Node) -> bool {
        (self.owner == below.owner) & (below.position.wrapping_sub(self.position) < self.width)
    }

    /// Its place in the order of the tree: each node before those below it.
    pub(crate) fn order(&self) -> u32 {
        self.position
    }

    pub(crate) fn width(&self) -> u32 {
        self.width
    }

    /// The place in a [`Path`] for the subtree of this node.
    pub(crate) fn lane(&self) -> u32 {
        self.lane
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Forest {
    nodes: Table<Node>,
    paths: Table<Path>,
}

impl Forest {
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// A node; an id that was never given stands nowhere.
    #[inline]
    pub(crate) fn node(&self, id: u32) -> &Node {
        self.nodes.get(id).unwrap_or(&Node::NOWHERE)
    }

    /// What covers a node. An id that was never given has none, or one that is not whole.
    #[inline(always)]
    pub(crate) fn path_at(&self, id: u32) -> Option<&Path> {
        self.paths.at(id)
    }

    fn path_of(&self, id: u32) -> &Path {
        self.path_at(id).unwrap_or(&Path::NOWHERE)
    }

    /// Whether `below` is `above` or stands below it.
    #[inline]
    pub(crate) fn covers(&self, above: u32, below: u32) -> bool {
        self.node(above).covers(self.node(below))
    }

    /// Adds a node with the next id. Its owner is to be renumbered afterwards.
    pub(crate) fn push(&mut self, owner: u32, parent: u32) -> Result<(), Full> {
        let lane = self.path(parent).count().checked_rem(LANES).and_then(|lane| u32::try_from(lane).ok()).unwrap_or(0);
        self.nodes.push(Node { owner, parent, position: 0, width: 1, lane })?;
        self.paths.push(Path::NOWHERE)
    }

    /// Hangs a node under another. Its owner is to be renumbered afterwards.
    pub(crate) fn set_parent(&mut self, id: u32, parent: u32) {
        if let Some(node) = self.nodes.get_mut(id) {
            node.parent = parent;
        }
    }

    /// Takes a node out for good.
    pub(crate) fn remove(&mut self, id: u32) {
        if let Some(node) = self.nodes.get_mut(id) {
            *node = Node::NOWHERE;
        }
        if let Some(path) = self.paths.get_mut(id) {
            *path = Path::NOWHERE;
        }
    }

    /// The node and those above it, from the node to its root. Bounded, whatever
    /// the parents say.
    pub(crate) fn path(&self, id: u32) -> impl Iterator<Item = u32> + '_ {
        let step = |&id: &u32| Some(self.node(id).parent).filter(|&parent| parent != NONE);
        std::iter::successors(Some(id).filter(|&id| id != NONE), step).take(MAX_DEPTH.saturating_add(1))
    }

    /// Numbers one owner's nodes anew; `ids` are all of them.
    ///
    /// # Complexity
    /// O(n log n) in the owner's nodes.
    pub(crate) fn renumber(&mut self, ids: impl IntoIterator<Item = u32>) {
        let mut children: Vec<(u32, u32)> = ids.into_iter().map(|id| (self.node(id).parent, id)).collect();
        children.sort_unstable();
        let of = |parent: u32| {
            let start = children.partition_point(|&(p, _)| p < parent);
            let end = children.partition_point(|&(p, _)| p <= parent);
            children.get(start..end).unwrap_or_default()
        };
        // Each entry: a node to enter, or one to leave with the position it got.
        let mut pending: Vec<(u32, Option<u32>)> = of(NONE).iter().rev().map(|&(_, id)| (id, None)).collect();
        let mut next = 0u32;
        while let Some((id, entered)) = pending.pop() {
            match entered {
                None => {
                    pending.push((id, Some(next)));
                    next = next.saturating_add(1);
                    pending.extend(of(id).iter().rev().map(|&(_, child)| (child, None)));
                }
                Some(position) => {
                    let width = next.saturating_sub(position);
                    let old = *self.node(id);
                    if (old.position, old.width) != (position, width)
                        && let Some(node) = self.nodes.get_mut(id)
                    {
                        (node.position, node.width) = (position, width);
                    }
                    let path = self.path_for(id);
                    if *self.path_of(id) != path
                        && let Some(place) = self.paths.get_mut(id)
                    {
                        *place = path;
                    }
                }
            }
        }
    }

    fn path_for(&self, id: u32) -> Path {
        let mut path = [NONE; 8];
        let mut crowded = false;
        for above in self.path(id) {
            if let Some(place) = path.get_mut(self.node(above).lane as usize) {
                crowded |= *place != NONE;
                *place = above;
            }
        }
        let [a, b, c, d, e, f, ..] = path;
        Path([a, b, c, d, e, f, if crowded { NONE } else { id }, ANYWHERE])
    }

    /// The nodes that hang elsewhere in the other forest of the same line, or are only in one of them.
    pub(crate) fn hung_elsewhere(&self, other: &Forest) -> Vec<u32> {
        self.nodes.differing(&other.nodes, |one, two| (one.owner, one.parent) == (two.owner, two.parent))
    }

    /// Checks the numbering against the parents.
    pub(crate) fn verify(&self) -> Result<(), String> {
        for id in 0..u32::try_from(self.len()).unwrap_or(u32::MAX) {
            let node = self.node(id);
            if node.width == 0 {
                continue;
            }
            if self.path(id).count() > MAX_DEPTH {
                return Err(format!("node {id} stands deeper than {MAX_DEPTH}, or in a cycle"));
            }
            if *self.path_of(id) != self.path_for(id) {
                return Err(format!("node {id} does not know what is above it"));
            }
            if node.parent == NONE {
                continue;
            }
            let parent = self.node(node.parent);
            let inside = node.position > parent.position
                && u64::from(node.position).saturating_add(node.width.into())
                    <= u64::from(parent.position).saturating_add(parent.width.into());
            if parent.owner != node.owner || !inside {
                return Err(format!("node {id} is numbered outside of its parent {}", node.parent));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn covers_agrees_with_walking_up(parents in prop::collection::vec(0u32..40, 1..60)) {
            let mut forest = Forest::default();
            for (id, parent) in parents.iter().enumerate() {
                let id = id as u32;
                let parent = if *parent < id && forest.path(*parent).count() < MAX_DEPTH { *parent } else { NONE };
                forest.push(7, parent).unwrap();
            }
            forest.renumber(0..parents.len() as u32);
            forest.verify().unwrap();
            for a in 0..parents.len() as u32 {
                for b in 0..parents.len() as u32 {
                    let above = forest.path(b).any(|above| above == a);
                    prop_assert_eq!(forest.covers(a, b), above);
                    let (path, top) = (forest.path_of(b), forest.node(a));
                    prop_assert!(!path.is_whole(b) || (path.at(top.lane()) == a) == above);
                }
            }
        }
    }
}
