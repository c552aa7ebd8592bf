//! [`Sorted`]: a persistent list in the order of keys, in chunks. A clone is one
//! reference count; a write copies the chunk it touches if somebody else holds it.

use std::sync::Arc;

use imbl::OrdMap;

/// An item with the key it is sorted and found by.
pub(crate) trait Keyed: Clone {
    /// The most items of a chunk.
    const MOST: usize;

    fn key(&self) -> u32;
}

impl Keyed for u32 {
    const MOST: usize = 512;

    fn key(&self) -> u32 {
        *self
    }
}

type Chunk<T> = Arc<Vec<T>>;

/// Items by key, each key once. Keys that come in ascending order fill the last
/// chunk and leave the ones before it full.
#[derive(Clone, Debug)]
pub(crate) struct Sorted<T>(Shape<T>);

#[derive(Clone, Debug)]
enum Shape<T> {
    /// As long as one chunk holds them all.
    Few(Chunk<T>),
    /// By the lowest key that may stand in a chunk: the first is under 0, each holds
    /// what lies between its own and the next one's.
    Many(Arc<OrdMap<u32, Chunk<T>>>),
}

impl<T: Keyed> Sorted<T> {
    pub(crate) fn new(item: T) -> Sorted<T> {
        Sorted(Shape::Few(Arc::new(vec![item])))
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(&self.0, Shape::Few(chunk) if chunk.is_empty())
    }

    /// The chunk where a key stands, or would stand.
    fn chunk(&self, key: u32) -> Option<&Chunk<T>> {
        match &self.0 {
            Shape::Few(chunk) => Some(chunk),
            Shape::Many(chunks) => chunks.get_prev(&key).map(|(_, chunk)| chunk),
        }
    }

    pub(crate) fn get(&self, key: u32) -> Option<&T> {
        let chunk = self.chunk(key)?;
        chunk.get(place(chunk, key).ok()?)
    }

    pub(crate) fn get_mut(&mut self, key: u32) -> Option<&mut T> {
        let chunk = match &mut self.0 {
            Shape::Few(chunk) => chunk,
            Shape::Many(chunks) => Arc::make_mut(chunks).get_prev_mut(&key)?.1,
        };
        let place = place(chunk, key).ok()?;
        Arc::make_mut(chunk).get_mut(place)
    }

    /// Adds an item; one whose key is there already changes nothing.
    pub(crate) fn insert(&mut self, item: T) {
        let key = item.key();
        let (low, chunk) = match &mut self.0 {
            Shape::Few(chunk) => (0, chunk),
            Shape::Many(chunks) => match Arc::make_mut(chunks).get_prev_mut(&key) {
                Some((low, chunk)) => (*low, chunk),
                None => return,
            },
        };
        let Err(place) = place(chunk, key) else { return };
        if chunk.len() < T::MOST {
            return room(chunk).insert(place, item);
        }
        // What comes at the end begins a chunk; otherwise the full one is halved.
        let cut = if place >= chunk.len() { place } else { chunk.len() / 2 };
        let upper: Vec<T> = chunk.iter().skip(cut).cloned().collect();
        let lowest = upper.first().map_or(key, Keyed::key);
        if !upper.is_empty() {
            *chunk = Arc::new(chunk.iter().take(cut).cloned().collect());
        }
        let mut upper = Arc::new(upper);
        if upper.is_empty() || place > cut {
            room(&mut upper).insert(place.saturating_sub(cut), item);
        } else {
            room(chunk).insert(place, item);
        }
        match &mut self.0 {
            Shape::Few(chunk) => {
                let chunks = OrdMap::from_iter([(low, Arc::clone(chunk)), (lowest, upper)]);
                self.0 = Shape::Many(Arc::new(chunks));
            }
            Shape::Many(chunks) => {
                Arc::make_mut(chunks).insert(lowest, upper);
            }
        }
    }

    /// Takes an item out; a chunk that is left with little is joined to its neighbour.
    pub(crate) fn remove(&mut self, key: u32) {
        let chunk = match &mut self.0 {
            Shape::Few(chunk) => chunk,
            Shape::Many(chunks) => match Arc::make_mut(chunks).get_prev_mut(&key) {
                Some((_, chunk)) => chunk,
                None => return,
            },
        };
        let Ok(place) = place(chunk, key) else { return };
        Arc::make_mut(chunk).remove(place);
        let left = chunk.len();
        if let Shape::Many(chunks) = &mut self.0
            && left <= T::MOST / 4
        {
            let chunks = Arc::make_mut(chunks);
            let Some(low) = chunks.get_prev(&key).map(|(low, _)| *low) else { return };
            let next = low.checked_add(1).and_then(|above| chunks.get_next(&above)).map(|(low, _)| *low);
            let before = low.checked_sub(1).and_then(|below| chunks.get_prev(&below)).map(|(low, _)| *low);
            if !next.is_some_and(|next| join(chunks, low, next))
                && let Some(before) = before
            {
                join(chunks, before, low);
            }
            if chunks.len() == 1
                && let Some((_, chunk)) = chunks.get_min()
            {
                self.0 = Shape::Few(Arc::clone(chunk));
            }
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.from(0)
    }

    /// The items from a key on.
    pub(crate) fn from(&self, key: u32) -> impl Iterator<Item = &T> {
        let first = self.chunk(key).map(|chunk| (chunk, place(chunk, key).unwrap_or_else(|place| place)));
        let rest = match &self.0 {
            Shape::Few(_) => None,
            Shape::Many(chunks) => chunks.get_prev(&key).map(|(&low, _)| chunks.range(low..).skip(1)),
        };
        let first = first.into_iter().flat_map(|(chunk, place)| chunk.iter().skip(place));
        first.chain(rest.into_iter().flatten().flat_map(|(_, chunk)| chunk.iter()))
    }

    pub(crate) fn verify(&self) -> Result<(), &'static str> {
        if let Shape::Many(chunks) = &self.0 {
            if chunks.len() < 2 || chunks.get_min().is_none_or(|(low, _)| *low != 0) {
                return Err("a list in chunks does not begin at 0, or has one");
            }
            for (low, chunk) in chunks.iter() {
                let fits = |item: &T| chunks.get_prev(&item.key()).is_some_and(|(other, _)| other == low);
                if chunk.is_empty() || chunk.len() > T::MOST || !chunk.iter().all(fits) {
                    return Err("a chunk holds nothing, too much, or what is another's");
                }
            }
        }
        let mut keys = self.iter().map(Keyed::key);
        let ascend =
            keys.next().is_none_or(|first| keys.try_fold(first, |before, key| (before < key).then_some(key)).is_some());
        if ascend { Ok(()) } else { Err("a list is out of order") }
    }
}

/// Where a key stands in a chunk, or would stand.
fn place<T: Keyed>(chunk: &[T], key: u32) -> Result<usize, usize> {
    match chunk.last() {
        Some(last) if last.key() >= key => chunk.binary_search_by_key(&key, Keyed::key),
        _ => Err(chunk.len()),
    }
}

/// A chunk to write one more item to. It grows by half, so that little stands empty.
fn room<T: Keyed>(chunk: &mut Chunk<T>) -> &mut Vec<T> {
    let more = (chunk.len() / 2).clamp(1, T::MOST.saturating_sub(chunk.len()).max(1));
    if Arc::get_mut(chunk).is_none() {
        let mut copy = Vec::with_capacity(chunk.len().saturating_add(more));
        copy.extend(chunk.iter().cloned());
        *chunk = Arc::new(copy);
    }
    let items = Arc::make_mut(chunk);
    if items.len() == items.capacity() {
        items.reserve_exact(more);
    }
    items
}

/// Puts a chunk's items behind those of the one before it, if there is room to spare.
fn join<T: Keyed>(chunks: &mut OrdMap<u32, Chunk<T>>, low: u32, next: u32) -> bool {
    let (Some(lower), Some(upper)) = (chunks.get(&low), chunks.get(&next)) else { return false };
    let total = lower.len().saturating_add(upper.len());
    if total > T::MOST / 4 * 3 && !lower.is_empty() && !upper.is_empty() {
        return false;
    }
    let joined: Vec<T> = lower.iter().chain(upper.iter()).cloned().collect();
    chunks.remove(&next);
    chunks.insert(low, Arc::new(joined));
    true
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Item(u32, usize);

    impl Keyed for Item {
        const MOST: usize = 4;

        fn key(&self) -> u32 {
            self.0
        }
    }

    fn same(sorted: &Sorted<Item>, plain: &BTreeMap<u32, usize>) {
        sorted.verify().unwrap();
        assert!(sorted.iter().map(|item| (item.0, item.1)).eq(plain.iter().map(|(&key, &n)| (key, n))));
        assert_eq!(sorted.is_empty(), plain.is_empty());
        for key in 0..70 {
            assert_eq!(sorted.get(key).map(|item| item.1), plain.get(&key).copied());
            assert!(sorted.from(key).map(|item| item.0).eq(plain.range(key..).map(|(&key, _)| key)));
        }
    }

    proptest! {
        #[test]
        fn a_list_behaves_like_a_map_and_old_clones_stay(
            steps in prop::collection::vec((0u32..64, 0u8..5), 0..200), share in any::<bool>(),
        ) {
            let mut sorted = Sorted::new(Item(7, 0));
            let mut plain = BTreeMap::from([(7, 0)]);
            let mut kept = Vec::new();
            for (n, (key, what)) in steps.into_iter().enumerate() {
                match what {
                    0..=2 => { sorted.insert(Item(key, n)); plain.entry(key).or_insert(n); }
                    3 => { sorted.remove(key); plain.remove(&key); }
                    _ => if let Some(item) = sorted.get_mut(key) { item.1 = n; plain.insert(key, n); }
                }
                same(&sorted, &plain);
                if share && n % 16 == 0 {
                    kept.push((sorted.clone(), plain.clone()));
                }
            }
            kept.iter().for_each(|(sorted, plain)| same(sorted, plain));
            for key in 0..64 {
                sorted.remove(key);
                plain.remove(&key);
                same(&sorted, &plain);
            }
        }
    }

    #[test]
    fn ascending_keys_fill_their_chunks() {
        let mut sorted = Sorted::new(0u32);
        (1..5000u32).for_each(|key| sorted.insert(key));
        sorted.verify().unwrap();
        let Shape::Many(chunks) = &sorted.0 else { panic!("one chunk") };
        assert_eq!(chunks.len(), 5000usize.div_ceil(512));
        assert!(sorted.get(u32::MAX).is_none());
        sorted.insert(u32::MAX);
        sorted.remove(0);
        assert_eq!((sorted.iter().next(), sorted.iter().last()), (Some(&1), Some(&u32::MAX)));
        sorted.verify().unwrap();
    }
}
