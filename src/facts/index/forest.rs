//! [`Forest`]: the trees of units, and those of groups.
//!
//! Each node knows its position in the pre-order of its owner's nodes and how many nodes its
//! subtree has, so that "is below" is one comparison. A tree that changes renumbers its own nodes
//! and touches nothing else.
//!
//! [`Path`] answers the question that checks ask even faster, without reading the nodes above.

use crate::store::{Full, Id, Table, TenantId};

/// The deepest that a node may be, its root being at depth 1.
pub const MAX_DEPTH: usize = 64;

/// One node; twenty bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node<K> {
    /// The tenant whose tree it is.
    pub(crate) owner: TenantId,
    /// `NONE` for a root.
    pub(crate) parent: K,
    /// The place of the node in the pre-order of its owner's nodes.
    position: u32,
    /// How many nodes its subtree has, the node included. 0 if the node was removed: it then covers
    /// nothing.
    width: u32,
    /// The depth of the node when it was added, modulo six: see [`Path`].
    lane: u32,
}

/// How many lanes a path has for the node and those above it.
const LANES: usize = 6;

/// What covers a node, laid out so that a check, which has only the ids that grants name, looks at
/// one place for each kind of scope.
///
/// Every node keeps for life a lane: its depth when it was added, modulo six. Places 0 to 5 hold
/// the node and those above it, each in its lane. Place 6 holds the node itself, for scopes of one
/// unit. Place 7 holds [`ANYWHERE`], for scopes without a unit. Where a lane would be taken twice,
/// in a tree of more than six levels or after moves, place 6 is left empty: the path is not whole,
/// and the caller compares positions instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(32))]
pub(crate) struct Path([u32; 8]);

/// The place of a scope of one unit.
pub(crate) const ALONE: u32 = 6;
/// The place of a scope without a unit.
pub(crate) const UNPLACED: u32 = 7;
/// The id that a scope of everything names. No unit has it, as no tree has that many nodes.
pub(crate) const ANYWHERE: u32 = u32::MAX - 1;
/// The content of an empty place: the number of every id's `NONE`, which no grant names.
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

    /// The id at one place of the path.
    #[inline(always)]
    pub(crate) fn at(&self, place: u32) -> u32 {
        self.0.get(place as usize & 7).copied().unwrap_or(EMPTY)
    }

    /// Whether the path says all there is to know of the node: no lane is taken twice.
    #[inline(always)]
    pub(crate) fn is_whole(&self, id: impl Id) -> bool {
        self.at(ALONE) == id.get()
    }
}

impl<K: Id> Node<K> {
    /// A node that covers nothing and is covered by nothing.
    pub(crate) const NOWHERE: Node<K> =
        Node { owner: TenantId::NONE, parent: K::NONE, position: 0, width: 0, lane: 0 };

    /// Whether `below` is this node or is below it. A position before this one wraps to a large
    /// number, so that one comparison checks both ends.
    #[inline]
    pub(crate) fn covers(&self, below: &Node<K>) -> bool {
        (self.owner == below.owner) & (below.position.wrapping_sub(self.position) < self.width)
    }

    /// The place of the node in the order of the tree, each node before those below it.
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

/// The trees of all owners, whose nodes have ids of one kind.
#[derive(Clone, Debug)]
pub(crate) struct Forest<K> {
    nodes: Table<K, Node<K>>,
    paths: Table<K, Path>,
    /// The node that ids which were never given are taken for.
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

    /// The node with an id. An id that was never given has the node that covers nothing.
    #[inline]
    pub(crate) fn node(&self, id: K) -> &Node<K> {
        self.nodes.get(id).unwrap_or(&self.nowhere)
    }

    /// The path of a node. An id that was never given has none, or one that is not whole.
    #[inline(always)]
    pub(crate) fn path_at(&self, id: K) -> Option<&Path> {
        self.paths.at(id)
    }

    fn path_of(&self, id: K) -> &Path {
        self.path_at(id).unwrap_or(&Path::NOWHERE)
    }

    /// Whether `below` is `above` or is below it.
    #[inline]
    pub(crate) fn covers(&self, above: K, below: K) -> bool {
        self.node(above).covers(self.node(below))
    }

    /// Adds a node and returns its id. The owner must be renumbered afterwards.
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

    /// Moves a node under another. The owner must be renumbered afterwards.
    pub(crate) fn set_parent(&mut self, id: K, parent: K) {
        if let Some(node) = self.nodes.get_mut(id) {
            node.parent = parent;
        }
    }

    /// Removes a node. Its id is not given again.
    pub(crate) fn remove(&mut self, id: K) {
        if let Some(node) = self.nodes.get_mut(id) {
            *node = Node::NOWHERE;
        }
        if let Some(path) = self.paths.get_mut(id) {
            *path = Path::NOWHERE;
        }
    }

    /// The node and those above it, from the node to its root. It ends after [`MAX_DEPTH`] steps
    /// even if damaged parents form a circle.
    pub(crate) fn path(&self, id: K) -> impl Iterator<Item = K> + '_ {
        let step = |&id: &K| Some(self.node(id).parent).filter(|&parent| parent != K::NONE);
        std::iter::successors(Some(id).filter(|&id| id != K::NONE), step)
            .take(MAX_DEPTH.saturating_add(1))
    }

    /// Numbers the nodes of one owner anew. `ids` must be all of them.
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
        // Each entry is a node to enter, or one to leave with the position it got. No recursion: a
        // tree may be 64 deep.
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

    /// The nodes that have another parent or owner in another forest of the same lineage, or that
    /// only one of the two has.
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
