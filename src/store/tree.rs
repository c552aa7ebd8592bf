//! [`Tree`]: a persistent vector. A clone is one reference count; a write copies
//! the nodes on one path that somebody else still holds, and none otherwise.
//! [`Table`]: small values in chunks that are the leaves of such a tree.

use std::sync::Arc;

use arrayvec::ArrayVec;

/// Children of a node.
const FAN: usize = 64;
/// Values in a chunk of a [`Table`], and people in a leaf.
pub(crate) const CHUNK: usize = 256;
/// The most tenants, groups and roles that there can ever have been, each: their
/// numbers are not given again. (Three levels of 64.)
pub const TREE_MAX: usize = FAN * FAN * FAN;

/// The structure is full; the caller says of what.
#[derive(Debug)]
pub(crate) struct Full;

/// The children stand inside the counted allocation, so that one load leads from
/// a node to its child.
#[derive(Debug)]
struct Node<E>(Arc<ArrayVec<E, FAN>>);

impl<E> Clone for Node<E> {
    fn clone(&self) -> Node<E> {
        Node(Arc::clone(&self.0))
    }
}

impl<E: Clone> Node<E> {
    fn of(element: E) -> Node<E> {
        let mut children = ArrayVec::new();
        children.push(element);
        Node(Arc::new(children))
    }

    /// Appends, or gives the element back when there is no room.
    fn push(&mut self, element: E) -> Result<(), E> {
        if self.0.is_full() {
            return Err(element);
        }
        Arc::make_mut(&mut self.0).try_push(element).map_err(|full| full.element())
    }
}

/// As deep as its size takes: the match on the depth is always predicted.
#[derive(Debug)]
enum Root<E> {
    One(Node<E>),
    Two(Node<Node<E>>),
    Three(Node<Node<Node<E>>>),
}

/// A persistent vector of up to [`TREE_MAX`] elements. Reading is at most three
/// loads; writing copies at most three nodes of 64 children.
#[derive(Debug)]
pub(crate) struct Tree<E> {
    root: Root<E>,
    len: usize,
}

impl<E> Clone for Tree<E> {
    fn clone(&self) -> Tree<E> {
        let root = match &self.root {
            Root::One(node) => Root::One(node.clone()),
            Root::Two(node) => Root::Two(node.clone()),
            Root::Three(node) => Root::Three(node.clone()),
        };
        Tree { root, len: self.len }
    }
}

impl<E: Clone> Default for Tree<E> {
    fn default() -> Tree<E> {
        Tree { root: Root::One(Node(Arc::default())), len: 0 }
    }
}

impl<E: Clone> Tree<E> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<&E> {
        match &self.root {
            Root::One(node) => node.0.get(index),
            Root::Two(node) => node.0.get(index / FAN)?.0.get(index % FAN),
            Root::Three(node) => node.0.get(index / (FAN * FAN))?.0.get(index / FAN % FAN)?.0.get(index % FAN),
        }
    }

    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut E> {
        match &mut self.root {
            Root::One(node) => Arc::make_mut(&mut node.0).get_mut(index),
            Root::Two(node) => {
                let child = Arc::make_mut(&mut node.0).get_mut(index / FAN)?;
                Arc::make_mut(&mut child.0).get_mut(index % FAN)
            }
            Root::Three(node) => {
                let child = Arc::make_mut(&mut node.0).get_mut(index / (FAN * FAN))?;
                let child = Arc::make_mut(&mut child.0).get_mut(index / FAN % FAN)?;
                Arc::make_mut(&mut child.0).get_mut(index % FAN)
            }
        }
    }

    pub(crate) fn push(&mut self, element: E) -> Result<(), Full> {
        if self.len >= TREE_MAX {
            return Err(Full);
        }
        self.len = self.len.saturating_add(1);
        let element = match &mut self.root {
            Root::One(node) => match node.push(element) {
                Ok(()) => return Ok(()),
                Err(element) => {
                    self.root = Root::Two(Node::of(node.clone()));
                    element
                }
            },
            _ => element,
        };
        let element = match &mut self.root {
            Root::Two(node) => match push_below(node, element) {
                Ok(()) => return Ok(()),
                Err(element) => {
                    self.root = Root::Three(Node::of(node.clone()));
                    element
                }
            },
            _ => element,
        };
        match &mut self.root {
            Root::Three(node) => {
                let last = Arc::make_mut(&mut node.0).last_mut();
                let Some(Err(element)) = last.map(|last| push_below(last, element)) else { return Ok(()) };
                node.push(Node::of(Node::of(element))).map_err(|_| Full)
            }
            Root::One(_) | Root::Two(_) => Err(Full),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &E> {
        (0..self.len).filter_map(|index| self.get(index))
    }
}

/// Appends to the last child of a node, or to a new child.
fn push_below<E: Clone>(node: &mut Node<Node<E>>, element: E) -> Result<(), E> {
    let element = match node.0.last().is_some_and(|last| !last.0.is_full()) {
        true => match Arc::make_mut(&mut node.0).last_mut() {
            Some(last) => match last.push(element) {
                Ok(()) => return Ok(()),
                Err(element) => element,
            },
            None => element,
        },
        false => element,
    };
    if node.0.is_full() {
        return Err(element);
    }
    // There is room, so that nothing is lost here.
    let _ = node.push(Node::of(element));
    Ok(())
}

/// A persistent vector of small values. Chunks are always of full length: what is
/// past the end has its default.
#[derive(Debug)]
pub(crate) struct Table<T> {
    chunks: Tree<Arc<[T; CHUNK]>>,
    len: usize,
}

impl<T> Clone for Table<T> {
    fn clone(&self) -> Table<T> {
        Table { chunks: self.chunks.clone(), len: self.len }
    }
}

impl<T: Copy + Default> Default for Table<T> {
    fn default() -> Table<T> {
        Table { chunks: Tree::default(), len: 0 }
    }
}

impl<T: Copy + Default> Table<T> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(crate) fn get(&self, index: u32) -> Option<&T> {
        let index = index as usize;
        self.chunks.get(index / CHUNK)?.get(index % CHUNK).filter(|_| index < self.len)
    }

    pub(crate) fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        let (index, len) = (index as usize, self.len);
        Arc::make_mut(self.chunks.get_mut(index / CHUNK)?).get_mut(index % CHUNK).filter(|_| index < len)
    }

    pub(crate) fn push(&mut self, value: T) -> Result<(), Full> {
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Arc::new([T::default(); CHUNK]))?;
        }
        let index = u32::try_from(self.len).map_err(|_| Full)?;
        self.len = self.len.saturating_add(1);
        let place = self.get_mut(index).ok_or(Full)?;
        *place = value;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_grows_through_its_depths_and_old_clones_keep_their_content() {
        let mut tree = Tree::default();
        let mut kept = Vec::new();
        for n in 0..(FAN * FAN * 2 + 70) {
            tree.push(n).unwrap();
            if n == 5 || n == FAN || n == FAN * FAN {
                kept.push(tree.clone());
            }
        }
        assert!(tree.iter().copied().eq(0..tree.len()));
        *tree.get_mut(3).unwrap() = 999;
        *tree.get_mut(FAN * FAN + 3).unwrap() = 999;
        for old in &kept {
            assert!(old.iter().copied().eq(0..old.len()));
        }
        assert_eq!((tree.get(3), tree.get(FAN * FAN + 3), tree.get(tree.len())), (Some(&999), Some(&999), None));
    }

    #[test]
    fn a_full_tree_refuses_and_keeps_its_content() {
        let mut tree = Tree::default();
        for n in 0..TREE_MAX {
            tree.push(n as u32).unwrap();
        }
        assert!(tree.push(0).is_err());
        assert_eq!(tree.get(TREE_MAX - 1), Some(&(TREE_MAX as u32 - 1)));
    }

    #[test]
    fn a_table_keeps_values_in_order() {
        let mut table = Table::default();
        for n in 0..1000u32 {
            table.push(n).unwrap();
        }
        let old = table.clone();
        *table.get_mut(700).unwrap() = 1;
        assert_eq!((old.get(700), table.get(700), table.get(1000)), (Some(&700), Some(&1), None));
    }
}
