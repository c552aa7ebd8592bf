//! [`Sorted`]: a persistent list in the order of keys, in chunks. A clone is one reference count; a
//! write copies the chunk it touches if a clone shares it.

use std::iter::repeat_n;
use std::sync::Arc;

use super::map::Map;

use super::ids::PersonId;

/// An item with the key by which it is sorted and found. The default value fills the free slots of
/// a chunk.
pub(crate) trait Keyed: Clone + Default {
    /// The most items of a chunk.
    const MOST: usize;

    fn key(&self) -> u32;
}

impl Keyed for PersonId {
    const MOST: usize = 512;

    fn key(&self) -> u32 {
        self.get()
    }
}

/// Items in one allocation, with some free slots behind them.
#[derive(Clone, Debug)]
struct Chunk<T> {
    slots: Arc<[T]>,
    len: u32,
}

impl<T> Default for Chunk<T> {
    fn default() -> Chunk<T> {
        Chunk { slots: Arc::default(), len: 0 }
    }
}

impl<T: Keyed> Chunk<T> {
    fn of(items: impl Iterator<Item = T>) -> Chunk<T> {
        let slots: Arc<[T]> = items.collect();
        let len = u32::try_from(slots.len()).unwrap_or(u32::MAX);
        Chunk { slots, len }
    }

    fn len(&self) -> usize {
        self.len as usize
    }

    fn items(&self) -> &[T] {
        self.slots.get(..self.len()).unwrap_or_default()
    }

    /// The place of a key: `Ok` if it is there, `Err` with where it would be inserted if not. Keys
    /// mostly come in ascending order, so that the end is tried first.
    fn place(&self, key: u32) -> Result<usize, usize> {
        match self.items().last() {
            Some(last) if last.key() >= key => self.items().binary_search_by_key(&key, Keyed::key),
            _ => Err(self.len()),
        }
    }

    fn insert(&mut self, place: usize, item: T) {
        let len = self.len();
        match Arc::get_mut(&mut self.slots) {
            Some(slots) if len < slots.len() => {
                if let Some(free) = slots.get_mut(len) {
                    *free = item;
                }
                if let Some(moved) = slots.get_mut(place..=len) {
                    moved.rotate_right(1);
                }
            }
            _ => {
                // It grows by half, so that few slots are free.
                let room =
                    (len / 2).clamp(1, T::MOST).min(T::MOST.saturating_sub(len).saturating_sub(1));
                let (before, behind) =
                    self.items().split_at_checked(place).unwrap_or((self.items(), &[]));
                let items = before.iter().cloned().chain([item]).chain(behind.iter().cloned());
                self.slots = items.chain(repeat_n(T::default(), room)).collect();
            }
        }
        self.len = self.len.saturating_add(1);
    }

    fn remove(&mut self, place: usize) {
        let len = self.len();
        match Arc::get_mut(&mut self.slots) {
            Some(slots) => {
                if let Some(moved) = slots.get_mut(place..len) {
                    moved.rotate_left(1);
                }
                if let Some(freed) = slots.get_mut(len.saturating_sub(1)) {
                    *freed = T::default();
                }
            }
            None => {
                let left = self.items().iter().enumerate().filter(|(n, _)| *n != place);
                self.slots = left.map(|(_, item)| item.clone()).collect();
            }
        }
        self.len = self.len.saturating_sub(1);
    }
}

/// Items by key, each key once. Keys that are added in ascending order fill the last chunk and
/// leave full chunks before it.
#[derive(Clone, Debug)]
pub(crate) struct Sorted<T>(Shape<T>);

#[derive(Clone, Debug)]
enum Shape<T> {
    /// One chunk, as long as it can hold all items.
    Few(Chunk<T>),
    Many(Arc<Long<T>>),
}

/// More than one chunk. The last one is apart, as most items are added there.
#[derive(Clone, Debug)]
struct Long<T> {
    /// All chunks but the last, by the lowest key that a chunk may hold. The first is under 0, and
    /// each holds keys from its own up to the next one.
    chunks: Map<u32, Chunk<T>>,
    /// The lowest key that the last chunk may hold.
    low: u32,
    last: Chunk<T>,
}

impl<T: Keyed> Long<T> {
    /// The chunk that holds a key or would hold it, with the lowest key that chunk may hold.
    fn chunk(&self, key: u32) -> Option<(u32, &Chunk<T>)> {
        if key >= self.low {
            return Some((self.low, &self.last));
        }
        self.chunks.get_prev(&key).map(|(low, chunk)| (*low, chunk))
    }

    fn chunk_mut(&mut self, key: u32) -> Option<&mut Chunk<T>> {
        if key >= self.low {
            return Some(&mut self.last);
        }
        self.chunks.get_prev_mut(&key)
    }

    /// Adds a chunk, all of whose keys follow those of the chunk that would hold its lowest key.
    fn split_off(&mut self, lowest: u32, upper: Chunk<T>) {
        if lowest >= self.low {
            let last = std::mem::replace(&mut self.last, upper);
            self.chunks.insert(self.low, last);
            self.low = lowest;
        } else {
            self.chunks.insert(lowest, upper);
        }
    }

    /// Joins the chunk under `low` with the one that follows, if there is room to spare. Says
    /// whether it did.
    fn join(&mut self, low: u32) -> bool {
        let Some(lower) = self.chunks.get(&low) else { return false };
        let next = low
            .checked_add(1)
            .and_then(|above| self.chunks.get_next(&above))
            .map(|(next, _)| *next);
        let Some(upper) = next.map_or(Some(&self.last), |next| self.chunks.get(&next)) else {
            return false;
        };
        let total = lower.len().saturating_add(upper.len());
        if total > T::MOST.saturating_sub(T::MOST / 4) && lower.len > 0 && upper.len > 0 {
            return false;
        }
        let joined = Chunk::of(lower.items().iter().chain(upper.items()).cloned());
        match next {
            Some(next) => {
                self.chunks.remove(&next);
                self.chunks.insert(low, joined);
            }
            None => {
                self.chunks.remove(&low);
                (self.low, self.last) = (low, joined);
            }
        }
        true
    }

    /// Joins the chunk of a key, which has few items left, with a neighbour.
    fn tidy(&mut self, key: u32) {
        let Some((low, _)) = self.chunk(key) else { return };
        if !self.join(low)
            && let Some(before) = low
                .checked_sub(1)
                .and_then(|below| self.chunks.get_prev(&below))
                .map(|(low, _)| *low)
        {
            self.join(before);
        }
    }
}

impl<T> Default for Sorted<T> {
    fn default() -> Sorted<T> {
        Sorted(Shape::Few(Chunk::default()))
    }
}

impl<T: Keyed> Sorted<T> {
    pub(crate) fn new(item: T) -> Sorted<T> {
        Sorted(Shape::Few(Chunk::of(std::iter::once(item))))
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(&self.0, Shape::Few(chunk) if chunk.len == 0)
    }

    /// The chunk that holds a key or would hold it.
    fn chunk(&self, key: u32) -> Option<&Chunk<T>> {
        match &self.0 {
            Shape::Few(chunk) => Some(chunk),
            Shape::Many(long) => long.chunk(key).map(|(_, chunk)| chunk),
        }
    }

    fn chunk_mut(&mut self, key: u32) -> Option<&mut Chunk<T>> {
        match &mut self.0 {
            Shape::Few(chunk) => Some(chunk),
            Shape::Many(long) => Arc::make_mut(long).chunk_mut(key),
        }
    }

    pub(crate) fn get(&self, key: u32) -> Option<&T> {
        let chunk = self.chunk(key)?;
        chunk.items().get(chunk.place(key).ok()?)
    }

    pub(crate) fn get_mut(&mut self, key: u32) -> Option<&mut T> {
        let chunk = self.chunk_mut(key)?;
        let place = chunk.place(key).ok()?;
        Arc::make_mut(&mut chunk.slots).get_mut(place)
    }

    /// Adds an item. Nothing changes if its key is in the list.
    pub(crate) fn insert(&mut self, item: T) {
        let key = item.key();
        let Some(chunk) = self.chunk_mut(key) else { return };
        let Err(place) = chunk.place(key) else { return };
        if chunk.len() < T::MOST {
            return chunk.insert(place, item);
        }
        // A key at the end begins a new chunk, so that the full one stays full. Otherwise the full
        // chunk is halved.
        let cut = if place >= chunk.len() { place } else { chunk.len() / 2 };
        let mut upper = Chunk::of(chunk.items().iter().skip(cut).cloned());
        let lowest = upper.items().first().map_or(key, Keyed::key);
        if upper.len > 0 {
            *chunk = Chunk::of(chunk.items().iter().take(cut).cloned());
        }
        if place > cut || upper.len == 0 {
            upper.insert(place.saturating_sub(cut), item);
        } else {
            chunk.insert(place, item);
        }
        match &mut self.0 {
            Shape::Few(chunk) => {
                let mut chunks = Map::new();
                chunks.insert(0, std::mem::take(chunk));
                self.0 = Shape::Many(Arc::new(Long { chunks, low: lowest, last: upper }));
            }
            Shape::Many(long) => Arc::make_mut(long).split_off(lowest, upper),
        }
    }

    /// Removes the item with a key.
    pub(crate) fn remove(&mut self, key: u32) {
        let Some(chunk) = self.chunk_mut(key) else { return };
        let Ok(place) = chunk.place(key) else { return };
        chunk.remove(place);
        let little = chunk.len() <= T::MOST / 4;
        if let Shape::Many(long) = &mut self.0
            && little
        {
            let long = Arc::make_mut(long);
            long.tidy(key);
            if long.chunks.is_empty() {
                self.0 = Shape::Few(std::mem::take(&mut long.last));
            }
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.from(0)
    }

    /// The items from a key on.
    pub(crate) fn from(&self, key: u32) -> impl Iterator<Item = &T> {
        let first =
            self.chunk(key).map(|chunk| (chunk, chunk.place(key).unwrap_or_else(|place| place)));
        let rest = match &self.0 {
            Shape::Many(long) if key < long.low => Some(long),
            _ => None,
        };
        let rest = rest.into_iter().flat_map(move |long| {
            let above = std::ops::Bound::Excluded(&key);
            long.chunks.range_from(above).map(|(_, chunk)| chunk).chain([&long.last])
        });
        let first = first.into_iter().flat_map(|(chunk, place)| chunk.items().iter().skip(place));
        first.chain(rest.flat_map(|chunk| chunk.items()))
    }

    /// The items from a key on, as far as they are in one chunk. Empty if there are no more.
    pub(crate) fn run(&self, key: u32) -> &[T] {
        let Some(chunk) = self.chunk(key) else { return &[] };
        let place = chunk.place(key).unwrap_or_else(|place| place);
        match (chunk.items().get(place..), &self.0) {
            (Some(run @ [_, ..]), _) => run,
            (_, Shape::Many(long)) if key < long.low => {
                // Chunks are never empty, so that the next item is the first of the next chunk.
                let next = key.checked_add(1).and_then(|above| long.chunks.get_next(&above));
                next.map_or(&long.last, |(_, chunk)| chunk).items()
            }
            _ => &[],
        }
    }

    pub(crate) fn verify(&self) -> Result<(), &'static str> {
        if let Shape::Many(long) = &self.0 {
            if long.chunks.iter().next().is_none_or(|(low, _)| *low != 0) {
                return Err("a list in chunks does not begin at 0");
            }
            for (low, chunk) in
                long.chunks.iter().map(|(low, chunk)| (*low, chunk)).chain([(long.low, &long.last)])
            {
                let fits = |item: &T| long.chunk(item.key()).is_some_and(|(other, _)| other == low);
                if chunk.len == 0 || chunk.len() > T::MOST || !chunk.items().iter().all(fits) {
                    return Err("a chunk holds nothing, too much, or what is another's");
                }
            }
        }
        let mut keys = self.iter().map(Keyed::key);
        let ascend = keys.next().is_none_or(|first| {
            keys.try_fold(first, |before, key| (before < key).then_some(key)).is_some()
        });
        if ascend { Ok(()) } else { Err("a list is out of order") }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    struct Item(u32, usize);

    impl Keyed for Item {
        const MOST: usize = 4;

        fn key(&self) -> u32 {
            self.0
        }
    }

    fn same(sorted: &Sorted<Item>, plain: &BTreeMap<u32, usize>) {
        sorted.verify().unwrap();
        assert!(
            sorted.iter().map(|item| (item.0, item.1)).eq(plain.iter().map(|(&key, &n)| (key, n)))
        );
        assert_eq!(sorted.is_empty(), plain.is_empty());
        for key in 0..70 {
            assert_eq!(sorted.get(key).map(|item| item.1), plain.get(&key).copied());
            assert!(
                sorted.from(key).map(|item| item.0).eq(plain.range(key..).map(|(&key, _)| key))
            );
            let run: Vec<u32> = sorted.run(key).iter().map(|item| item.0).collect();
            assert!(
                plain.range(key..).take(run.len()).map(|(&key, _)| key).eq(run.iter().copied())
            );
            assert_eq!(run.is_empty(), plain.range(key..).next().is_none());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 4 + 1))]

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
        let mut sorted = Sorted::new(PersonId::from_raw(0));
        (1..5000u32).for_each(|key| sorted.insert(PersonId::from_raw(key)));
        sorted.verify().unwrap();
        let Shape::Many(long) = &sorted.0 else { panic!("one chunk") };
        assert_eq!(long.chunks.len() + 1, 5000usize.div_ceil(512));
        assert!(sorted.get(u32::MAX).is_none());
        sorted.insert(PersonId::from_raw(u32::MAX));
        sorted.remove(0);
        assert_eq!(
            (sorted.iter().next(), sorted.iter().last()),
            (Some(&PersonId::from_raw(1)), Some(&PersonId::NONE))
        );
        sorted.verify().unwrap();
    }
}
