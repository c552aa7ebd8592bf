//! [`Map`] and [`Set`]: persistent, in the order of keys. A clone is one reference count; a write
//! copies the nodes on the way to one entry that a clone shares.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Bound;
use std::slice;
use std::sync::Arc;

/// The most entries of a leaf, and the most children of a branch.
const MOST: usize = if cfg!(test) { 8 } else { 32 }; // few in tests: a tree of many levels
/// A node that has so few elements left is joined with a neighbour.
const LITTLE: usize = MOST / 4;

/// A node of a B+ tree: entries in leaves, and branches above them, with as many levels as needed.
#[derive(Clone)]
enum Node<K, V> {
    Leaf(Vec<(K, V)>),
    /// The children, each under a key that is above all keys of the child before it and not above
    /// any key of its own. No child is empty.
    Branch(Vec<(K, Arc<Node<K, V>>)>),
}
use Node::{Branch, Leaf};

/// The node that is made beside a node that was full, under its lowest key. `None` if nothing was
/// full.
type Split<K, V> = Option<(K, Arc<Node<K, V>>)>;

/// The place of the child that holds a key or would hold it.
fn child_place<Q: Ord + ?Sized, K: Borrow<Q>, C>(children: &[(K, C)], key: &Q) -> usize {
    children.partition_point(|(low, _)| low.borrow() <= key).saturating_sub(1)
}

fn leaf_place<Q: Ord + ?Sized, K: Borrow<Q>, V>(
    entries: &[(K, V)],
    key: &Q,
) -> Result<usize, usize> {
    entries.binary_search_by(|(other, _)| other.borrow().cmp(key))
}

/// Takes the elements that move to a new node: the upper half of a full one, or the last element
/// alone, so that keys in ascending order leave full nodes behind.
fn upper_part<E>(elements: &mut Vec<E>, last: bool) -> Vec<E> {
    let cut = if last { elements.len().saturating_sub(1) } else { elements.len() / 2 };
    elements.split_off(cut)
}

impl<K, V> Node<K, V> {
    fn len(&self) -> usize {
        match self {
            Leaf(entries) => entries.len(),
            Branch(children) => children.len(),
        }
    }

    /// A key that is not above any key of the node. `None` if the node is empty.
    fn low(&self) -> Option<&K> {
        match self {
            Leaf(entries) => entries.first().map(|(key, _)| key),
            Branch(children) => children.first().map(|(key, _)| key),
        }
    }

    fn first_leaf(&self) -> &[(K, V)] {
        let mut node = self;
        loop {
            match node {
                Leaf(entries) => return entries,
                Branch(children) => match children.first() {
                    Some((_, child)) => node = child,
                    None => return &[],
                },
            }
        }
    }

    fn last_leaf(&self) -> &[(K, V)] {
        let mut node = self;
        loop {
            match node {
                Leaf(entries) => return entries,
                Branch(children) => match children.last() {
                    Some((_, child)) => node = child,
                    None => return &[],
                },
            }
        }
    }
}

impl<K: Ord + Clone, V: Clone> Node<K, V> {
    fn put(&mut self, key: K, value: V) -> (Option<V>, Split<K, V>) {
        match self {
            Leaf(entries) => match leaf_place(entries, &key) {
                Ok(place) => {
                    (entries.get_mut(place).map(|(_, old)| std::mem::replace(old, value)), None)
                }
                Err(place) => {
                    let last = place == entries.len();
                    entries.insert(place, (key, value));
                    if entries.len() <= MOST {
                        return (None, None);
                    }
                    let upper = upper_part(entries, last);
                    let low = upper.first().map(|(key, _)| key.clone());
                    (None, low.map(|low| (low, Arc::new(Leaf(upper)))))
                }
            },
            Branch(children) => {
                // A key below all others comes to the first child, whose own key has to stay no
                // higher: a join puts that key behind other children, where it decides.
                if let Some((low, _)) = children.first_mut().filter(|(low, _)| key < *low) {
                    *low = key.clone();
                }
                let place = child_place(children, &key);
                let Some((_, child)) = children.get_mut(place) else { return (None, None) };
                let (old, split) = Arc::make_mut(child).put(key, value);
                let Some(new) = split else { return (old, None) };
                let place = place.saturating_add(1);
                let last = place == children.len();
                children.insert(place, new);
                if children.len() <= MOST {
                    return (old, None);
                }
                let upper = upper_part(children, last);
                let low = upper.first().map(|(low, _)| low.clone());
                (old, low.map(|low| (low, Arc::new(Branch(upper)))))
            }
        }
    }

    fn take<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        match self {
            Leaf(entries) => leaf_place(entries, key).ok().map(|place| entries.remove(place).1),
            Branch(children) => {
                let place = child_place(children, key);
                let (_, child) = children.get_mut(place)?;
                let taken = Arc::make_mut(child).take(key)?;
                match child.len() {
                    0 => {
                        children.remove(place);
                    }
                    1..=LITTLE => {
                        // With the child behind it, or else with the one before it.
                        let joined = Node::join(children, place);
                        if let (false, Some(before)) = (joined, place.checked_sub(1)) {
                            Node::join(children, before);
                        }
                    }
                    _ => {}
                }
                Some(taken)
            }
        }
    }

    /// Joins the child at a place with the one behind it, if there is room to spare. The keys of
    /// the children that move stay right: none is above a key of its own, the first one included.
    fn join(children: &mut Vec<(K, Arc<Node<K, V>>)>, place: usize) -> bool {
        let next = place.saturating_add(1);
        let (Some((_, lower)), Some((_, upper))) = (children.get(place), children.get(next)) else {
            return false;
        };
        if lower.len().saturating_add(upper.len()) > MOST.saturating_sub(LITTLE) {
            return false;
        }
        let (_, upper) = children.remove(next);
        if let Some((_, lower)) = children.get_mut(place) {
            match (Arc::make_mut(lower), Arc::unwrap_or_clone(upper)) {
                (Leaf(lower), Leaf(upper)) => lower.extend(upper),
                (Branch(lower), Branch(upper)) => lower.extend(upper),
                // All leaves have one depth, so that neighbours are of one kind.
                _ => {}
            }
        }
        true
    }
}

/// A persistent map in the order of its keys.
pub(crate) struct Map<K, V> {
    root: Option<Arc<Node<K, V>>>,
    len: usize,
}

impl<K, V> Clone for Map<K, V> {
    fn clone(&self) -> Map<K, V> {
        Map { root: self.root.clone(), len: self.len }
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Map<K, V> {
        Map::new()
    }
}

impl<K, V> Map<K, V> {
    pub(crate) const fn new() -> Map<K, V> {
        Map { root: None, len: 0 }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }
}

impl<K: Ord, V> Map<K, V> {
    /// The leaf that holds a key or would hold it, with the nodes nearest to it before and behind.
    fn leaf<Q: Ord + ?Sized>(&self, key: &Q) -> Option<Found<'_, K, V>>
    where
        K: Borrow<Q>,
    {
        let (mut before, mut behind) = (None, None);
        let mut node = &**self.root.as_ref()?;
        loop {
            match node {
                Leaf(entries) => return Some(Found { entries, before, behind }),
                Branch(children) => {
                    let place = child_place(children, key);
                    before = place
                        .checked_sub(1)
                        .and_then(|place| children.get(place))
                        .map(|(_, n)| &**n)
                        .or(before);
                    behind = children.get(place.saturating_add(1)).map(|(_, n)| &**n).or(behind);
                    node = &children.get(place)?.1;
                }
            }
        }
    }

    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let mut node = &**self.root.as_ref()?;
        loop {
            match node {
                Leaf(entries) => {
                    return entries.get(leaf_place(entries, key).ok()?).map(|(_, value)| value);
                }
                Branch(children) => node = &children.get(child_place(children, key))?.1,
            }
        }
    }

    pub(crate) fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.get(key).is_some()
    }

    /// The entry with the greatest key that is not above this one.
    pub(crate) fn get_prev(&self, key: &K) -> Option<(&K, &V)> {
        let found = self.leaf(key)?;
        let place = found.entries.partition_point(|(other, _)| other <= key);
        let entry = match place.checked_sub(1) {
            Some(place) => found.entries.get(place),
            None => found.before?.last_leaf().last(),
        };
        entry.map(|(key, value)| (key, value))
    }

    /// The entry with the least key that is not below this one.
    pub(crate) fn get_next(&self, key: &K) -> Option<(&K, &V)> {
        self.range_from(Bound::Included(key)).next()
    }

    /// The entries from a key on.
    pub(crate) fn range_from(&self, from: Bound<&K>) -> Iter<'_, K, V> {
        let nothing = Iter { map: self, leaf: [].iter(), last: None };
        let (Bound::Included(key) | Bound::Excluded(key)) = from else { return self.iter() };
        let Some(found) = self.leaf(key) else { return nothing };
        let place = match (leaf_place(found.entries, key), from) {
            (Ok(place), Bound::Excluded(_)) => place.saturating_add(1),
            (Ok(place) | Err(place), _) => place,
        };
        match found.entries.get(place..) {
            Some(leaf @ [.., (last, _)]) => Iter { map: self, leaf: leaf.iter(), last: Some(last) },
            _ => self.leaf_iter(found.behind.map_or(&[], Node::first_leaf)),
        }
    }

    fn leaf_iter<'m>(&'m self, leaf: &'m [(K, V)]) -> Iter<'m, K, V> {
        Iter { map: self, leaf: leaf.iter(), last: leaf.last().map(|(key, _)| key) }
    }

    pub(crate) fn iter(&self) -> Iter<'_, K, V> {
        self.leaf_iter(self.root.as_ref().map_or(&[], |root| root.first_leaf()))
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }
}

impl<K: Ord + Clone, V: Clone> Map<K, V> {
    pub(crate) fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        // The key is looked up first, so that nothing is copied if it is not there.
        self.get(key)?;
        let mut node = Arc::make_mut(self.root.as_mut()?);
        loop {
            match node {
                Leaf(entries) => {
                    let place = leaf_place(entries, key).ok()?;
                    return entries.get_mut(place).map(|(_, value)| value);
                }
                Branch(children) => {
                    let place = child_place(children, key);
                    node = Arc::make_mut(&mut children.get_mut(place)?.1);
                }
            }
        }
    }

    /// The value under a key. The default is put there if there is none.
    pub(crate) fn get_or_default(&mut self, key: K) -> Option<&mut V>
    where
        V: Default,
    {
        if self.get(&key).is_none() {
            self.insert(key.clone(), V::default());
        }
        self.get_mut(&key)
    }

    /// Puts a value under a key, and returns the value that was there.
    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        let Some(root) = &mut self.root else {
            self.root = Some(Arc::new(Leaf(vec![(key, value)])));
            self.len = 1;
            return None;
        };
        let (old, split) = Arc::make_mut(root).put(key, value);
        if let Some(new) = split {
            let low = root.low().unwrap_or(&new.0).clone();
            let first = (low, Arc::clone(root));
            self.root = Some(Arc::new(Branch(vec![first, new])));
        }
        if old.is_none() {
            self.len = self.len.saturating_add(1);
        }
        old
    }

    /// Removes the entry with a key, and returns its value.
    pub(crate) fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        // The key is looked up first, so that nothing is copied if it is not there.
        self.get(key)?;
        let taken = Arc::make_mut(self.root.as_mut()?).take(key);
        self.len = self.len.saturating_sub(1);
        while let Some(root) = &self.root {
            let only = match &**root {
                Leaf(entries) if !entries.is_empty() => break,
                Branch(children) if children.len() > 1 => break,
                Leaf(_) => None,
                Branch(children) => children.first().map(|(_, child)| Arc::clone(child)),
            };
            self.root = only;
        }
        taken
    }

    /// The value under the greatest key that is not above this one.
    pub(crate) fn get_prev_mut(&mut self, key: &K) -> Option<&mut V> {
        let key = self.get_prev(key)?.0.clone();
        self.get_mut(&key)
    }
}

/// The place of a key, or where it would be inserted.
struct Found<'m, K, V> {
    entries: &'m [(K, V)],
    before: Option<&'m Node<K, V>>,
    behind: Option<&'m Node<K, V>>,
}

/// The entries in the order of keys. It keeps no path down the tree: the next leaf is found by the
/// last key of this one, so that an iterator is small.
pub(crate) struct Iter<'m, K, V> {
    map: &'m Map<K, V>,
    leaf: slice::Iter<'m, (K, V)>,
    last: Option<&'m K>,
}

impl<'m, K: Ord, V> Iterator for Iter<'m, K, V> {
    type Item = (&'m K, &'m V);

    #[inline]
    fn next(&mut self) -> Option<(&'m K, &'m V)> {
        if let Some((key, value)) = self.leaf.next() {
            return Some((key, value));
        }
        *self = self.map.leaf_iter(self.map.leaf(self.last?)?.behind.map_or(&[], Node::first_leaf));
        self.leaf.next().map(|(key, value)| (key, value))
    }
}

impl<'m, K: Ord, V> IntoIterator for &'m Map<K, V> {
    type Item = (&'m K, &'m V);
    type IntoIter = Iter<'m, K, V>;

    fn into_iter(self) -> Iter<'m, K, V> {
        self.iter()
    }
}

impl<K: Ord + fmt::Debug, V: fmt::Debug> fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<K: Ord, V: PartialEq> PartialEq for Map<K, V> {
    fn eq(&self, other: &Map<K, V>) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl<K: Ord + Clone, V: Clone> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Map<K, V> {
        let mut map = Map::new();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

/// A persistent set in the order of its items.
#[derive(Clone, PartialEq)]
pub(crate) struct Set<T: Ord + Clone>(Map<T, ()>);

impl<T: Ord + Clone> Default for Set<T> {
    fn default() -> Set<T> {
        Set::new()
    }
}

impl<T: Ord + Clone> Set<T> {
    pub(crate) const fn new() -> Set<T> {
        Set(Map::new())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn contains(&self, item: &T) -> bool {
        self.0.contains_key(item)
    }

    pub(crate) fn insert(&mut self, item: T) {
        self.0.insert(item, ());
    }

    pub(crate) fn remove(&mut self, item: &T) {
        self.0.remove(item);
    }

    pub(crate) fn iter(&self) -> Items<'_, T> {
        Items(self.0.iter())
    }
}

/// The items of a set in their order.
pub(crate) struct Items<'m, T>(Iter<'m, T, ()>);

impl<'m, T: Ord + Clone> Iterator for Items<'m, T> {
    type Item = &'m T;

    #[inline]
    fn next(&mut self) -> Option<&'m T> {
        self.0.next().map(|(item, ())| item)
    }
}

impl<'m, T: Ord + Clone> IntoIterator for &'m Set<T> {
    type Item = &'m T;
    type IntoIter = Items<'m, T>;

    fn into_iter(self) -> Items<'m, T> {
        self.iter()
    }
}

impl<T: Ord + Clone> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Set<T> {
        let mut set = Set::new();
        for item in items {
            set.insert(item);
        }
        set
    }
}

impl<T: Ord + Clone + fmt::Debug> fmt::Debug for Set<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Checks what the doc of [`Node::Branch`] says, that all leaves have one depth, and that no
    /// node has too many elements.
    fn depth(node: &Node<u16, u32>, low: Option<u16>, below: Option<u16>) -> usize {
        let fits =
            |key: u16| low.is_none_or(|low| low <= key) && below.is_none_or(|below| key < below);
        assert!((1..=MOST).contains(&node.len()));
        match node {
            Leaf(entries) => {
                assert!(
                    entries.is_sorted_by_key(|(key, _)| *key)
                        && entries.iter().all(|(key, _)| fits(*key))
                );
                0
            }
            Branch(children) => {
                let depths = children.iter().enumerate().map(|(n, (key, child))| {
                    let next = children.get(n + 1).map(|(key, _)| *key).or(below);
                    assert!(low.is_none_or(|low| low <= *key), "{n}");
                    depth(child, Some(*key), next)
                });
                let depths: Vec<usize> = depths.collect();
                assert!(depths.iter().all(|depth| *depth == depths[0]));
                depths[0] + 1
            }
        }
    }

    fn same(map: &Map<u16, u32>, model: &BTreeMap<u16, u32>) {
        map.root.iter().for_each(|root| _ = depth(root, None, None));
        assert_eq!((map.len(), map.is_empty()), (model.len(), model.is_empty()));
        assert!(map.iter().eq(model.iter()));
    }

    proptest! {
        #[test]
        fn a_map_is_like_that_of_the_standard_library(
            steps in proptest::collection::vec((0u16..600, 0u8..8), 1..3000),
            asked in proptest::collection::vec(0u16..600, 20),
        ) {
            let (mut map, mut model) = (Map::new(), BTreeMap::new());
            let mut kept = Vec::new();
            // First it mostly grows, then it mostly shrinks.
            let half = steps.len() / 2;
            for (n, (key, choice)) in steps.iter().enumerate() {
                let grows = if n < half { *choice > 1 } else { *choice > 5 };
                match (grows, choice) {
                    (true, 7) => {
                        *map.get_or_default(*key).unwrap() += 1;
                        *model.entry(*key).or_default() += 1;
                    }
                    (true, _) => prop_assert_eq!(map.insert(*key, n as u32), model.insert(*key, n as u32)),
                    (false, 0) => {
                        let (one, other) = (map.get_mut(key), model.get_mut(key));
                        prop_assert_eq!(&one, &other);
                        if let (Some(one), Some(other)) = (one, other) { (*one, *other) = (7, 7); }
                    }
                    _ => prop_assert_eq!(map.remove(key), model.remove(key)),
                }
                if n % 100 == 0 {
                    kept.push((map.clone(), model.clone()));
                    same(&map, &model);
                }
            }
            kept.push((map, model));
            for (map, model) in &kept {
                same(map, model);
                for key in &asked {
                    prop_assert_eq!(map.get(key), model.get(key));
                    prop_assert_eq!(map.get_prev(key), model.range(..=key).next_back());
                    prop_assert_eq!(map.clone().get_prev_mut(key).copied(), model.range(..=key).next_back().map(|(_, v)| *v));
                    prop_assert_eq!(map.get_next(key), model.range(key..).next());
                    for from in [Bound::Included(key), Bound::Excluded(key), Bound::Unbounded] {
                        prop_assert!(map.range_from(from).eq(model.range((from, Bound::Unbounded))));
                    }
                }
            }
        }
    }

    #[test]
    fn keys_in_ascending_order_fill_the_leaves() {
        let mut map = Map::new();
        for n in 0..10_000u16 {
            map.insert(n, 0);
        }
        let (mut leaves, mut at) = (0usize, Some(0));
        while let Some(key) = at {
            let found = map.leaf(&key).unwrap();
            leaves += 1;
            at = found.behind.and_then(|node| node.first_leaf().first()).map(|(key, _)| *key);
        }
        assert!(leaves <= 10_000usize.div_ceil(MOST));
        for n in (0..10_000u16).rev() {
            assert_eq!(map.remove(&n), Some(0));
        }
        assert!(map.root.is_none() && map.is_empty());
    }
}
