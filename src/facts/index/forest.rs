//! [`Forest`]: the trees of units, and those of groups. Each node knows its
//! position in its owner's pre-order and how many stand from there to the end of its
//! subtree, so that "is below" is one comparison. A tree that changes renumbers
//! its own nodes and touches nothing else.

use crate::store::{Full, Id, Table, TenantId};

/// The deepest a node may stand, its root being at depth 1.
pub const MAX_DEPTH: usize = 64;

/// One node; twenty bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node<K> {
    /// Whose tree it is: the tenant's id.
    pub(crate) owner: TenantId,
    /// `NONE` for a root.
    pub(crate) parent: K,
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
/// What stands in a place that nothing is looked for at: the number of every id's `NONE`.
const EMPTY: u32 = u32::MAX;

impl Default for Path {
    fn default() -> Path {
        Path::NOWHERE
    }
}

impl<K: Id> Default for Node<K> {
    fn default() -> Node<K> {
        Node::NOWHERE
    }
}

impl Path {
    const NOWHERE: Path = Path([EMPTY; 8]);

    /// The id that covers the node from a place.
    #[inline(always)]
    pub(crate) fn at(&self, place: u32) -> u32 {
        self.0.get(place as usize & 7).copied().unwrap_or(EMPTY)
    }

    /// Whether this is all there is to know of the node.
    #[inline(always)]
    pub(crate) fn is_whole(&self, id: impl Id) -> bool {
        self.at(ALONE) == id.get()
    }
}

impl<K: Id> Node<K> {
    /// A node that covers nothing and is covered by nothing but itself.
    pub(crate) const NOWHERE: Node<K> =
        Node { owner: TenantId::NONE, parent: K::NONE, position: 0, width: 0, lane: 0 };

    /// Whether `below` is this node or stands below it.
    #[inline]
    pub(crate) fn covers(&self, below: &Node<K>) -> bool {
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

/// Trees of things with such ids.
#[derive(Clone, Debug)]
pub(crate) struct Forest<K> {
    nodes: Table<K, Node<K>>,
    paths: Table<K, Path>,
    /// What an id that was never given is taken for.
    nowhere: Node<K>,
}

impl<K: Id> Default for Forest<K> {
    fn default() -> Forest<K> {
        Forest { nodes: Table::default(), paths: Table::default(), nowhere: Node::NOWHERE }
    }
}

impl<K: Id> Forest<K> {
    /// Every id given, in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = K> + Clone + use<K> {
        self.nodes.keys()
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// A node; an id that was never given stands nowhere.
    #[inline]
    pub(crate) fn node(&self, id: K) -> &Node<K> {
        self.nodes.get(id).unwrap_or(&self.nowhere)
    }

    /// What covers a node. An id that was never given has none, or one that is not whole.
    #[inline(always)]
    pub(crate) fn path_at(&self, id: K) -> Option<&Path> {
        self.paths.at(id)
    }

    fn path_of(&self, id: K) -> &Path {
        self.path_at(id).unwrap_or(&Path::NOWHERE)
    }

    /// Whether `below` is `above` or stands below it.
    #[inline]
    pub(crate) fn covers(&self, above: K, below: K) -> bool {
        self.node(above).covers(self.node(below))
    }

    /// Adds a node with the next id, which comes back. Its owner is to be renumbered afterwards.
    pub(crate) fn push(&mut self, owner: TenantId, parent: K) -> Result<K, Full> {
        let lane = self
            .path(parent)
            .count()
            .checked_rem(LANES)
            .and_then(|lane| u32::try_from(lane).ok())
            .unwrap_or(0);
        self.nodes.push(Node { owner, parent, position: 0, width: 1, lane })?;
        self.paths.push(Path::NOWHERE)
    }

    /// Hangs a node under another. Its owner is to be renumbered afterwards.
    pub(crate) fn set_parent(&mut self, id: K, parent: K) {
        if let Some(node) = self.nodes.get_mut(id) {
            node.parent = parent;
        }
    }

    /// Takes a node out for good.
    pub(crate) fn remove(&mut self, id: K) {
        if let Some(node) = self.nodes.get_mut(id) {
            *node = Node::NOWHERE;
        }
        if let Some(path) = self.paths.get_mut(id) {
            *path = Path::NOWHERE;
        }
    }

    /// The node and those above it, from the node to its root. Bounded, whatever
    /// the parents say.
    pub(crate) fn path(&self, id: K) -> impl Iterator<Item = K> + '_ {
        let step = |&id: &K| Some(self.node(id).parent).filter(|&parent| parent != K::NONE);
        std::iter::successors(Some(id).filter(|&id| id != K::NONE), step)
            .take(MAX_DEPTH.saturating_add(1))
    }

    /// Numbers one owner's nodes anew; `ids` are all of them.
    ///
    /// # Complexity
    /// O(n log n) in the owner's nodes.
    pub(crate) fn renumber(&mut self, ids: impl IntoIterator<Item = K>) {
        let mut children: Vec<(K, K)> =
            ids.into_iter().map(|id| (self.node(id).parent, id)).collect();
        children.sort_unstable();
        let of = |parent: K| {
            let start = children.partition_point(|&(p, _)| p < parent);
            let end = children.partition_point(|&(p, _)| p <= parent);
            children.get(start..end).unwrap_or_default()
        };
        // Each entry: a node to enter, or one to leave with the position it got.
        let mut pending: Vec<(K, Option<u32>)> =
            of(K::NONE).iter().rev().map(|&(_, id)| (id, None)).collect();
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

    fn path_for(&self, id: K) -> Path {
        let mut path = [EMPTY; 8];
        let mut crowded = false;
        for above in self.path(id) {
            if let Some(place) = path.get_mut(self.node(above).lane as usize) {
                crowded |= *place != EMPTY;
                *place = above.get();
            }
        }
        let [a, b, c, d, e, f, ..] = path;
        Path([a, b, c, d, e, f, if crowded { EMPTY } else { id.get() }, ANYWHERE])
    }

    /// The nodes that hang elsewhere in the other forest of the same line, or are only in one of them.
    pub(crate) fn hung_elsewhere(&self, other: &Forest<K>) -> Vec<K> {
        self.nodes
            .differing(&other.nodes, |one, two| (one.owner, one.parent) == (two.owner, two.parent))
    }

    /// Checks the numbering against the parents.
    pub(crate) fn verify(&self) -> Result<(), String> {
        for id in self.keys() {
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
            if node.parent == K::NONE {
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
    use crate::store::UnitId;

    proptest! {
        #[test]
        fn covers_agrees_with_walking_up(parents in prop::collection::vec(0u32..40, 1..60)) {
            let id = UnitId::from_raw;
            let mut forest = Forest::default();
            for (own, parent) in parents.iter().enumerate() {
                let fits = *parent < own as u32 && forest.path(id(*parent)).count() < MAX_DEPTH;
                let parent = if fits { id(*parent) } else { UnitId::NONE };
                prop_assert_eq!(forest.push(TenantId::from_raw(7), parent).unwrap(), id(own as u32));
            }
            forest.renumber(forest.keys());
            forest.verify().unwrap();
            for a in forest.keys() {
                for b in forest.keys() {
                    let above = forest.path(b).any(|above| above == a);
                    prop_assert_eq!(forest.covers(a, b), above);
                    let (path, top) = (forest.path_of(b), forest.node(a));
                    prop_assert!(!path.is_whole(b) || (path.at(top.lane()) == a.get()) == above);
                }
            }
        }
    }
}
