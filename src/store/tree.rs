//! [`Tree`]: a persistent vector. A clone is one reference count; a write copies the nodes on one
//! path that a clone shares, and none otherwise. [`Table`]: small values in chunks that are the
//! leaves of such a tree.

use std::marker::PhantomData;
use std::sync::Arc;

use super::ids::{Index, ids};

/// How many elements a node has.
const FAN: usize = 64;
/// How many values a chunk of a [`Table`] has, and how many people a leaf has.
pub(crate) const CHUNK: usize = 256;
/// The most tenants, groups and roles that there can ever have been, each. Their numbers are not
/// given again.
pub const TREE_MAX: usize = FAN * FAN * FAN;

/// The error of a container that is full. The caller says what there are too many of.
#[derive(Debug)]
pub(crate) struct Full;

/// A node. The elements are inside the counted allocation, so that one load leads from a node to
/// its element; a node always has all of them, so that no length is looked up.
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
/// The places past the end, in the last node, hold a filler.
#[derive(Clone, Debug)]
pub(crate) struct Tree<K, E> {
    root: Arc<[Node<E>]>,
    len: usize,
    filler: E,
    key: PhantomData<K>,
}

impl<K: Index, E: Clone + Default> Default for Tree<K, E> {
    fn default() -> Tree<K, E> {
        Tree::filled_with(E::default())
    }
}

impl<K: Index, E: Clone> Tree<K, E> {
    /// An empty tree whose free places hold this filler.
    pub(crate) fn filled_with(filler: E) -> Tree<K, E> {
        Tree { root: Arc::default(), len: 0, filler, key: PhantomData }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn get(&self, key: K) -> Option<&E> {
        self.at(key).filter(|_| key.index() < self.len)
    }

    /// The element with a key. Past the end, a filler or `None`: for callers that know the index to
    /// be good, or that recognise a filler.
    #[inline(always)]
    pub(crate) fn at(&self, key: K) -> Option<&E> {
        let index = key.index();
        self.root.get(index / FAN)?.0.get(index % FAN)
    }

    pub(crate) fn get_mut(&mut self, key: K) -> Option<&mut E> {
        let index = key.index();
        if index >= self.len {
            return None;
        }
        let node = Arc::make_mut(&mut self.root).get_mut(index / FAN)?;
        Arc::make_mut(&mut node.0).get_mut(index % FAN)
    }

    /// The key of the next element.
    pub(crate) fn next_key(&self) -> Result<K, Full> {
        if self.len >= TREE_MAX {
            return Err(Full);
        }
        K::from_index(self.len).ok_or(Full)
    }

    /// Appends an element and returns its key.
    pub(crate) fn push(&mut self, element: E) -> Result<K, Full> {
        let key = self.next_key()?;
        if self.len.is_multiple_of(FAN) {
            let node = Node(Arc::new(std::array::from_fn(|_| self.filler.clone())));
            self.root = self.root.iter().cloned().chain([node]).collect();
        }
        self.len = self.len.saturating_add(1);
        let place = self.get_mut(key).ok_or(Full)?;
        *place = element;
        Ok(key)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &E> {
        self.entries().map(|(_, element)| element)
    }

    /// Every element with its key.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (K, &E)> {
        self.keys().filter_map(|key| Some((key, self.get(key)?)))
    }

    /// The key of every element, in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = K> + Clone + use<K, E> {
        ids(self.len)
    }

    /// Calls `each` with the keys at which two trees may differ. Nodes that both share are not
    /// read, and `same` says which elements count as equal.
    pub(crate) fn differing(
        &self,
        other: &Tree<K, E>,
        same: impl Fn(&E, &E) -> bool,
        mut each: impl FnMut(K),
    ) {
        for place in 0..self.root.len().max(other.root.len()) {
            let (one, two) = (self.root.get(place), other.root.get(place));
            if let (Some(one), Some(two)) = (one, two)
                && Arc::ptr_eq(&one.0, &two.0)
            {
                continue;
            }
            let first = place.saturating_mul(FAN);
            for key in (first..first.saturating_add(FAN)).map_while(K::from_index) {
                let differ = match (self.get(key), other.get(key)) {
                    (Some(one), Some(two)) => !same(one, two),
                    (None, None) => false,
                    _ => true,
                };
                if differ {
                    each(key);
                }
            }
        }
    }
}

/// A persistent vector of small values. Chunks are always of full length; the places past the end
/// hold the default.
#[derive(Debug)]
pub(crate) struct Table<K, T> {
    chunks: Tree<usize, Arc<[T; CHUNK]>>,
    len: usize,
    key: PhantomData<K>,
}

impl<K, T> Clone for Table<K, T> {
    fn clone(&self) -> Table<K, T> {
        Table { chunks: self.chunks.clone(), len: self.len, key: PhantomData }
    }
}

impl<K: Index, T: Copy + Default> Default for Table<K, T> {
    fn default() -> Table<K, T> {
        Table {
            chunks: Tree::filled_with(Arc::new([T::default(); CHUNK])),
            len: 0,
            key: PhantomData,
        }
    }
}

impl<K: Index, T: Copy + Default> Table<K, T> {
    /// The keys at which two tables differ, those that only one of them has included. Chunks that
    /// both share are not read.
    pub(crate) fn differing(&self, other: &Table<K, T>, same: impl Fn(&T, &T) -> bool) -> Vec<K> {
        let mut found = Vec::new();
        self.chunks.differing(&other.chunks, Arc::ptr_eq, |chunk| {
            let first = chunk.saturating_mul(CHUNK);
            for key in (first..first.saturating_add(CHUNK)).map_while(K::from_index) {
                let differ = match (self.get(key), other.get(key)) {
                    (Some(one), Some(two)) => !same(one, two),
                    (None, None) => false,
                    _ => true,
                };
                if differ {
                    found.push(key);
                }
            }
        });
        found
    }

    /// The key of every value, in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = K> + Clone + use<K, T> {
        ids(self.len)
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(crate) fn get(&self, key: K) -> Option<&T> {
        self.at(key).filter(|_| key.index() < self.len)
    }

    /// The value with a key. Past the end, the default or `None`.
    #[inline(always)]
    pub(crate) fn at(&self, key: K) -> Option<&T> {
        self.chunks.at(key.index() / CHUNK)?.get(key.index() % CHUNK)
    }

    pub(crate) fn get_mut(&mut self, key: K) -> Option<&mut T> {
        let (index, len) = (key.index(), self.len);
        Arc::make_mut(self.chunks.get_mut(index / CHUNK)?)
            .get_mut(index % CHUNK)
            .filter(|_| index < len)
    }

    /// Appends a value and returns its key.
    pub(crate) fn push(&mut self, value: T) -> Result<K, Full> {
        let key = K::from_index(self.len).ok_or(Full)?;
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Arc::new([T::default(); CHUNK]))?;
        }
        self.len = self.len.saturating_add(1);
        let place = self.get_mut(key).ok_or(Full)?;
        *place = value;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_grows_through_its_depths_and_old_clones_keep_their_content() {
        let mut tree = Tree::<usize, _>::default();
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
        assert_eq!(
            (tree.get(3), tree.get(FAN * FAN + 3), tree.get(tree.len())),
            (Some(&999), Some(&999), None)
        );
    }

    #[test]
    fn a_full_tree_refuses_and_keeps_its_content() {
        let mut tree = Tree::<usize, _>::default();
        for n in 0..TREE_MAX {
            tree.push(n as u32).unwrap();
        }
        assert!(tree.push(0).is_err());
        assert_eq!(tree.get(TREE_MAX - 1), Some(&(TREE_MAX as u32 - 1)));
    }

    #[test]
    fn a_table_keeps_values_in_order() {
        let mut table = Table::<usize, _>::default();
        for n in 0..1000u32 {
            table.push(n).unwrap();
        }
        let old = table.clone();
        *table.get_mut(700).unwrap() = 1;
        assert_eq!((old.get(700), table.get(700), table.get(1000)), (Some(&700), Some(&1), None));
    }
}
