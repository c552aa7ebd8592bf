//! [`Merge`]: ascending lists of people as one ascending list, each person once.

use crate::facts::State;
use crate::store::{PersonId, Sorted};

/// How many ids one window spans. A power of two, so that a mask finds the base of a window.
const WINDOW: u32 = 4096;
/// How many ids one word of the window's bitmap spans.
const BITS: u32 = u64::BITS;
/// How many person indexes are loaded ahead of their decisions.
const AHEAD: usize = 64;

/// The union of ascending lists of people, in ascending order, each person once.
///
/// The lists are merged one window of ids at a time: each list sets its bits in a bitmap, which is
/// then read in order. Unlike with a heap, the cost of a person does not depend on the number of
/// lists, nor on how the lists interleave.
pub(super) struct Merge<'s> {
    lists: Vec<List<'s>>,
    /// The bitmap of the window; all zero between calls of `fill`.
    window: [u64; (WINDOW / BITS) as usize],
    /// The people of the window, in order.
    found: Vec<PersonId>,
    /// How many of `found` have been returned.
    taken: usize,
}

/// What is left of one of the merged lists.
struct List<'s> {
    /// The whole list; `None` if the list is the one person in `alone`.
    people: Option<&'s Sorted<PersonId>>,
    /// The next stretch of `people` in memory. Empty at the end of the list.
    run: &'s [PersonId],
    /// The person of a list of one, until taken.
    alone: Option<PersonId>,
}

impl<'s> Merge<'s> {
    /// Merges the lists and, as a list of one, `own`; only people after `after`, if it is given.
    pub(super) fn new(
        lists: impl Iterator<Item = &'s Sorted<PersonId>>,
        own: Option<PersonId>,
        after: Option<PersonId>,
    ) -> Merge<'s> {
        let from = after.map_or(0, |after| after.get().saturating_add(1));
        let lists =
            lists.map(|people| List { people: Some(people), run: people.run(from), alone: None });
        let own = own.filter(|&own| own.get() >= from).map(|own| List {
            people: None,
            run: &[],
            alone: Some(own),
        });
        let window = [0; (WINDOW / BITS) as usize];
        Merge { lists: lists.chain(own).collect(), window, found: Vec::new(), taken: 0 }
    }

    /// The next person of the union. Each batch of [`AHEAD`] people is prefetched when it begins.
    #[inline]
    pub(super) fn next(&mut self, state: &State) -> Option<PersonId> {
        if self.taken.is_multiple_of(AHEAD) {
            if self.taken >= self.found.len() {
                self.fill();
            }
            self.prefetch(state);
        }
        let next = self.found.get(self.taken).copied();
        self.taken = self.taken.saturating_add(1);
        match next {
            None => self.next_window(state),
            next => next,
        }
    }

    /// The first person of the next window. Apart from `next`, because it is rare: a window whose
    /// length is a multiple of [`AHEAD`] is refilled by `next` itself.
    #[cold]
    fn next_window(&mut self, state: &State) -> Option<PersonId> {
        self.fill();
        self.prefetch(state);
        self.taken = 1;
        self.found.first().copied()
    }

    /// Loads the heads of the next people's indexes into the cache. The loads do not depend on each
    /// other, so the memory latency is paid once for all of them and not in each decision.
    fn prefetch(&self, state: &State) {
        let ahead =
            self.found.iter().skip(self.taken).take(AHEAD).filter_map(|&id| state.people.hot(id));
        std::hint::black_box(ahead.fold(0, |seen, (_, record)| seen ^ record.head.count()));
    }

    /// Moves the window to the lowest id that is left and reads its people into `found`, which
    /// stays empty at the end of all lists.
    fn fill(&mut self) {
        self.found.clear();
        self.taken = 0;
        self.lists.retain(|list| list.lowest().is_some());
        let Some(lowest) = self.lists.iter().filter_map(List::lowest).min() else { return };
        let base = lowest.get() & !WINDOW.wrapping_sub(1);
        let window = &mut self.window;
        for list in &mut self.lists {
            list.take_window(base, |offset| {
                if let Some(word) = window.get_mut((offset / BITS) as usize) {
                    *word |= 1 << (offset % BITS);
                }
            });
        }
        for (word, first) in self.window.iter_mut().zip((base..).step_by(BITS as usize)) {
            while *word != 0 {
                self.found.push(PersonId::from_raw(first.saturating_add(word.trailing_zeros())));
                // Clears the lowest bit that is set.
                *word &= word.wrapping_sub(1);
            }
        }
    }
}

impl List<'_> {
    /// The next person of this list.
    fn lowest(&self) -> Option<PersonId> {
        self.run.first().copied().or(self.alone)
    }

    /// Takes all people of this list that lie in the window at `base`, and passes each to `each`
    /// as an offset from `base`.
    #[inline]
    fn take_window(&mut self, base: u32, mut each: impl FnMut(u32)) {
        // An id below `base` wraps around to an offset beyond the window.
        let inside =
            |id: PersonId| Some(id.get().wrapping_sub(base)).filter(|&offset| offset < WINDOW);
        if let Some(offset) = self.alone.and_then(inside) {
            self.alone = None;
            each(offset);
        }
        while let Some((&id, rest)) = self.run.split_first() {
            let Some(offset) = inside(id) else { return };
            each(offset);
            self.run = rest;
            if rest.is_empty() {
                let next = self.people.zip(id.get().checked_add(1));
                self.run = next.map_or(&[], |(people, next)| people.run(next));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::facts::Snapshot;
    use crate::policy::Policy;

    fn sorted(ids: &BTreeSet<PersonId>) -> Option<Sorted<PersonId>> {
        let mut ids = ids.iter();
        let mut sorted = Sorted::new(*ids.next()?);
        ids.for_each(|&id| sorted.insert(id));
        Some(sorted)
    }

    fn id() -> impl Strategy<Value = PersonId> {
        (0u32..30_000).prop_map(PersonId::from_raw)
    }

    proptest! {
        #[test]
        fn merged_lists_are_their_union_in_order(
            lists in prop::collection::vec(prop::collection::btree_set(id(), 0..900), 0..5),
            own in prop::option::of(id()),
            after in prop::option::of(0u32..30_000),
        ) {
            let kept: Vec<Sorted<PersonId>> = lists.iter().filter_map(sorted).collect();
            let merged: Vec<PersonId> = {
                let policy = Policy::from_toml("version = 1\nfunctions.f.actions = ['a']").unwrap();
                let state = Snapshot::new(policy);
                let mut merge = Merge::new(kept.iter(), own, after.map(PersonId::from_raw));
                std::iter::from_fn(|| merge.next(&state.0)).collect()
            };
            let mut union: BTreeSet<PersonId> = lists.into_iter().flatten().chain(own).collect();
            if let Some(after) = after {
                union = union.split_off(&PersonId::from_raw(after + 1));
            }
            prop_assert!(union.into_iter().eq(merged));
        }
    }
}
