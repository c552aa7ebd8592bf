//! [`Tree`]: a persistent vector. A clone is one reference count; a write copies
//! the nodes on one path that somebody else still holds, and none otherwise.
//! [`Table`]: small values in chunks that are the leaves of such a tree.

use std::sync::Arc;

/// Elements of a node.
const FAN: usize = 64;
/// Values in a chunk of a [`Table`], and people in a leaf.
pub(crate) const CHUNK: usize = 256;
/// The most tenants, groups and roles that there can ever have been, each: their
/// numbers are not given again.
pub const TREE_MAX: usize = FAN * FAN * FAN;

/// The structure is full; the caller says of what.
#[derive(Debug)]
pub(crate) struct Full;

/// The elements stand inside the counted allocation, so that one load leads from
/// a node to its element; it always has all of them, so that no length is looked up.
#[derive(Debug)]
struct Node<E>(Arc<[E; FAN]>);

impl<E> Clone for Node<E> {
    fn clone(&self) -> Node<E> {
        Node(Arc::clone(&self.0))
    }
}

/// A persistent vector of up to [`TREE_MAX`] elements, in nodes of 64 below a root of
/// as many nodes as there are. Reading is two loads; writing copies the root, which
/// is at most 4096 pointers, and one node.
///
/// What is past the end, in the last node, is a filler.
#[derive(Clone, Debug)]
pub(crate) struct Tree<E> {
    root: Arc<[Node<E>]>,
    len: usize,
    filler: E,
}

impl<E: Clone + Default> Default for Tree<E> {
    fn default() -> Tree<E> {
        Tree::filled_with(E::default())
    }
}

impl<E: Clone> Tree<E> {
    /// An empty one with such a filler.
    pub(crate) fn filled_with(filler: E) -> Tree<E> {
        Tree { root: Arc::default(), len: 0, filler }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<&E> {
        self.at(index).filter(|_| index < self.len)
    }

    /// The same, and past the end a filler or nothing: for whoever knows the index to
    /// be good, or a filler when he sees one.
    #[inline(always)]
    pub(crate) fn at(&self, index: usize) -> Option<&E> {
        self.root.get(index / FAN)?.0.get(index % FAN)
    }

    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut E> {
        if index >= self.len {
            return None;
        }
        let node = Arc::make_mut(&mut self.root).get_mut(index / FAN)?;
        Arc::make_mut(&mut node.0).get_mut(index % FAN)
    }

    pub(crate) fn push(&mut self, element: E) -> Result<(), Full> {
        if self.len >= TREE_MAX {
            return Err(Full);
        }
        if self.len.is_multiple_of(FAN) {
            let node = Node(Arc::new(std::array::from_fn(|_| self.filler.clone())));
            self.root = self.root.iter().cloned().chain([node]).collect();
        }
        self.len = self.len.saturating_add(1);
        let place = self.get_mut(self.len.saturating_sub(1)).ok_or(Full)?;
        *place = element;
        Ok(())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &E> {
        (0..self.len).filter_map(|index| self.get(index))
    }

    /// Calls back with the places at which the two may differ; what they share is not
    /// looked at, and `same` says what else counts as the same.
    pub(crate) fn differing(&self, other: &Tree<E>, same: impl Fn(&E, &E) -> bool, mut each: impl FnMut(usize)) {
        for place in 0..self.root.len().max(other.root.len()) {
            let (one, two) = (self.root.get(place), other.root.get(place));
            if let (Some(one), Some(two)) = (one, two)
                && Arc::ptr_eq(&one.0, &two.0)
            {
                continue;
            }
            let first = place.saturating_mul(FAN);
            for index in first..first.saturating_add(FAN) {
                let differ = match (self.get(index), other.get(index)) {
                    (Some(one), Some(two)) => !same(one, two),
                    (None, None) => false,
                    _ => true,
                };
                if differ {
                    each(index);
                }
            }
        }
    }
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
        Table { chunks: Tree::filled_with(Arc::new([T::default(); CHUNK])), len: 0 }
    }
}

impl<T: Copy + Default> Table<T> {
    /// The places at which the two differ, those that only one of them has included; what
    /// they share is not looked at.
    pub(crate) fn differing(&self, other: &Table<T>, same: impl Fn(&T, &T) -> bool) -> Vec<u32> {
        let mut found = Vec::new();
        self.chunks.differing(&other.chunks, Arc::ptr_eq, |chunk| {
            let first = chunk.saturating_mul(CHUNK);
            for index in first..first.saturating_add(CHUNK) {
                let Ok(index) = u32::try_from(index) else { return };
                let differ = match (self.get(index), other.get(index)) {
                    (Some(one), Some(two)) => !same(one, two),
                    (None, None) => false,
                    _ => true,
                };
                if differ {
                    found.push(index);
                }
            }
        });
        found
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(crate) fn get(&self, index: u32) -> Option<&T> {
        self.at(index).filter(|_| (index as usize) < self.len)
    }

    /// The same, and past the end the default or nothing.
    #[inline(always)]
    pub(crate) fn at(&self, index: u32) -> Option<&T> {
        self.chunks.at(index as usize / CHUNK)?.get(index as usize % CHUNK)
    }

    pub(crate) fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        let (index, len) = (index as usize, self.len);
        Arc::make_mut(self.chunks.get_mut(index / CHUNK)?).get_mut(index % CHUNK).filter(|_| index < len)
    }

    pub(crate) fn push(&mut self, value: T) -> Result<(), Full> {
        let index = u32::try_from(self.len).map_err(|_| Full)?;
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Arc::new([T::default(); CHUNK]))?;
        }
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
