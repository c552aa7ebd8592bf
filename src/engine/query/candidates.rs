//! [`Candidates`]: who or what might be an answer, in order and each once.

use super::where_can::Cells;
use crate::facts::State;
use crate::store::Sorted;

/// A candidate, and those after it of which the same is true.
pub(super) struct Run<'s> {
    pub(super) first: u32,
    pub(super) rest: &'s [u32],
    /// It is an answer, for ever: nothing is to be decided.
    pub(super) sure: bool,
}

pub(super) enum Candidates<'s> {
    None,
    /// Everyone there is.
    All(std::ops::Range<u32>),
    Listed(std::vec::IntoIter<u32>),
    Holders(Box<Merge<'s>>),
    Cells(Cells<'s>),
    Permissions {
        all: fixedbitset::IntoOnes,
        sure: fixedbitset::FixedBitSet,
    },
}

impl<'s> Candidates<'s> {
    pub(super) fn next(&mut self, state: &'s State) -> Option<Run<'s>> {
        let alone = |first: u32| Run { first, rest: &[], sure: false };
        match self {
            Candidates::None => None,
            Candidates::All(people) => people.next().map(alone),
            Candidates::Listed(people) => people.next().map(alone),
            Candidates::Holders(merge) => merge.next(state).map(alone),
            Candidates::Cells(cells) => {
                let (&first, rest) = cells.next(state)?.split_first()?;
                Some(Run { first, rest, sure: false })
            }
            Candidates::Permissions { all, sure } => {
                let permission = all.next()?;
                Some(Run { sure: sure.contains(permission), ..alone(u32::try_from(permission).ok()?) })
            }
        }
    }
}

/// How many numbers a window takes in.
const WINDOW: u32 = 4096;
const BITS: u32 = u64::BITS;
/// So many people are looked at before the first of them is decided.
const AHEAD: usize = 64;

/// The numbers of many ascending lists, in ascending order, each once: a window at a
/// time, a bit for each number. What one of them costs does not depend on how many
/// lists it stands in, nor on how they lie to each other.
pub(super) struct Merge<'s> {
    lists: Vec<List<'s>>,
    window: [u64; (WINDOW / BITS) as usize],
    /// The numbers of the window, and how many of them are taken.
    found: Vec<u32>,
    taken: usize,
}

struct List<'s> {
    people: Option<&'s Sorted<u32>>,
    /// What has been found of it and not been taken yet; empty: it is at its end.
    run: &'s [u32],
    /// A list of one.
    alone: Option<u32>,
}

impl<'s> Merge<'s> {
    /// `own` is a number beside the lists.
    pub(super) fn new(lists: impl Iterator<Item = &'s Sorted<u32>>, own: Option<u32>, after: Option<u32>) -> Merge<'s> {
        let from = after.map_or(0, |after| after.saturating_add(1));
        let lists = lists.map(|people| List { people: Some(people), run: people.run(from), alone: None });
        let own = own.filter(|&own| own >= from).map(|own| List { people: None, run: &[], alone: Some(own) });
        let window = [0; (WINDOW / BITS) as usize];
        Merge { lists: lists.chain(own).collect(), window, found: Vec::new(), taken: 0 }
    }

    #[inline]
    fn next(&mut self, state: &State) -> Option<u32> {
        if self.taken.is_multiple_of(AHEAD) {
            if self.taken >= self.found.len() {
                self.fill();
            }
            self.touch(state);
        }
        let next = self.found.get(self.taken).copied();
        self.taken = self.taken.saturating_add(1);
        match next {
            None => self.next_window(state),
            next => next,
        }
    }

    /// Past the end of a window that does not end with a batch.
    #[cold]
    fn next_window(&mut self, state: &State) -> Option<u32> {
        self.fill();
        self.touch(state);
        self.taken = 1;
        self.found.first().copied()
    }

    /// A bare load of each of the next records, none waiting for another: their decisions
    /// find them there.
    fn touch(&self, state: &State) {
        let ahead = self.found.iter().skip(self.taken).take(AHEAD).filter_map(|&id| state.people.hot(id));
        std::hint::black_box(ahead.fold(0, |seen, (_, record)| seen ^ record.head.count()));
    }

    /// Takes the window at the lowest number that is left; at the end there is none.
    fn fill(&mut self) {
        self.found.clear();
        self.taken = 0;
        self.lists.retain(|list| list.lowest().is_some());
        let Some(lowest) = self.lists.iter().filter_map(List::lowest).min() else { return };
        let base = lowest & !WINDOW.wrapping_sub(1);
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
                self.found.push(first.saturating_add(word.trailing_zeros()));
                *word &= word.wrapping_sub(1);
            }
        }
    }
}

impl List<'_> {
    fn lowest(&self) -> Option<u32> {
        self.run.first().copied().or(self.alone)
    }

    /// Takes what lies in the window, each as an offset from its first number.
    #[inline]
    fn take_window(&mut self, base: u32, mut each: impl FnMut(u32)) {
        let inside = |id: u32| Some(id.wrapping_sub(base)).filter(|&offset| offset < WINDOW);
        if let Some(offset) = self.alone.and_then(inside) {
            self.alone = None;
            each(offset);
        }
        while let Some((&id, rest)) = self.run.split_first() {
            let Some(offset) = inside(id) else { return };
            each(offset);
            self.run = rest;
            if rest.is_empty() {
                let next = self.people.zip(id.checked_add(1));
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

    fn sorted(ids: &BTreeSet<u32>) -> Option<Sorted<u32>> {
        let mut ids = ids.iter();
        let mut sorted = Sorted::new(*ids.next()?);
        ids.for_each(|&id| sorted.insert(id));
        Some(sorted)
    }

    proptest! {
        #[test]
        fn merged_lists_are_their_union_in_order(
            lists in prop::collection::vec(prop::collection::btree_set(0u32..30_000, 0..900), 0..5),
            own in prop::option::of(0u32..30_000), after in prop::option::of(0u32..30_000),
        ) {
            let kept: Vec<Sorted<u32>> = lists.iter().filter_map(sorted).collect();
            let merged: Vec<u32> = {
                let state = Snapshot::new(Policy::from_toml("version = 1\nfunctions.f.actions = ['a']").unwrap());
                let mut merge = Merge::new(kept.iter(), own, after);
                std::iter::from_fn(|| merge.next(&state.0)).collect()
            };
            let mut union: BTreeSet<u32> = lists.into_iter().flatten().chain(own).collect();
            if let Some(after) = after {
                union = union.split_off(&(after + 1));
            }
            prop_assert!(union.into_iter().eq(merged));
        }
    }
}
