//! [`Forest`]: the trees of units, and those of groups. Each node knows its
//! position in its owner's pre-order and how many stand from there to the end of its
//! subtree, so that "is below" is one comparison. A tree that changes renumbers
//! its own nodes and touches nothing else.

use crate::store::{Full, Table};

/// No node: the parent of a root.
pub(crate) const NONE: u32 = u32::MAX;
/// The deepest a node may stand, its root being at depth 1.
pub const MAX_DEPTH: usize = 64;

/// How many of the nodes above it a node knows by itself.
const NEAR: usize = 4;

/// One node; half a cache line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// Whose tree it is: the tenant's id.
    pub(crate) owner: u32,
    pub(crate) parent: u32,
    /// Its place in the pre-order of its owner's nodes.
    position: u32,
    /// How many nodes its subtree has, itself included; 0: it is no more.
    width: u32,
    /// The parent and those above it, nearest first: enough for a check in a tree
    /// of usual depth to see what covers the node without looking at any other.
    near: [u32; NEAR],
}

impl Node {
    /// A node that covers nothing and is covered by nothing but itself.
    pub(crate) const NOWHERE: Node = Node { owner: NONE, parent: NONE, position: 0, width: 0, near: [NONE; NEAR] };

    /// Whether `below` is this node or stands below it.
    #[inline]
    pub(crate) fn covers(&self, below: &Node) -> bool {
        (self.owner == below.owner) & (below.position.wrapping_sub(self.position) < self.width)
    }

    /// Whether a node is among the nearest above this one.
    #[inline]
    pub(crate) fn is_near_below(&self, id: u32) -> bool {
        self.near.iter().fold(false, |found, &above| found | (above == id))
    }

    /// Whether there are more nodes above than the nearest it knows.
    #[inline]
    pub(crate) fn is_deep(&self) -> bool {
        let [.., last] = self.near;
        last != NONE
    }

    pub(crate) fn width(&self) -> u32 {
        self.width
    }

    pub(crate) fn position(&self) -> u32 {
        self.position
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Forest {
    nodes: Table<Node>,
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

    /// Whether `below` is `above` or stands below it.
    #[inline]
    pub(crate) fn covers(&self, above: u32, below: u32) -> bool {
        self.node(above).covers(self.node(below))
    }

    /// Adds a node with the next id. Its owner is to be renumbered afterwards.
    pub(crate) fn push(&mut self, owner: u32, parent: u32) -> Result<(), Full> {
        self.nodes.push(Node { owner, parent, position: 0, width: 1, near: [NONE; NEAR] })
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
                    let [first, second, third, ..] = self.near_of(old.parent);
                    let new = Node { position, width, near: [old.parent, first, second, third], ..old };
                    if old != new
                        && let Some(node) = self.nodes.get_mut(id)
                    {
                        *node = new;
                    }
                }
            }
        }
    }

    fn near_of(&self, id: u32) -> [u32; NEAR] {
        let mut near = [NONE; NEAR];
        let above = self.path(id).skip(1);
        near.iter_mut().zip(above).for_each(|(place, above)| *place = above);
        near
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
            if node.near != self.near_of(id) {
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
                    let node = forest.node(b);
                    prop_assert!(node.is_deep() || (a == b || node.is_near_below(a)) == above);
                }
            }
        }
    }
}
