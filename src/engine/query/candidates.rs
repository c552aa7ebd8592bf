//! [`Candidates`]: who or what might be an answer, in order and each once.

use super::where_can::Cells;
use crate::facts::State;
use crate::model::Name;
use crate::store::{PermissionId, PersonId, Sorted, UnitId};

/// Who or what might be an answer.
#[derive(Clone, Copy, Debug)]
pub(super) enum CandidateId {
    Person(PersonId),
    Unit(UnitId),
    Permission(PermissionId),
}

impl CandidateId {
    /// The number of the id.
    pub(super) fn get(self) -> u32 {
        match self {
            CandidateId::Person(id) => id.get(),
            CandidateId::Unit(id) => id.get(),
            CandidateId::Permission(id) => id.get(),
        }
    }

    pub(super) fn name(self, state: &State) -> Name {
        match self {
            CandidateId::Person(id) => state.person_names.name(id),
            CandidateId::Unit(id) => state.unit_names.name(id),
            CandidateId::Permission(id) => state.policy.permission_names().name(id),
        }
    }
}

/// A candidate, and the units after it of which the same is true.
pub(super) struct Run<'s> {
    pub(super) first: CandidateId,
    pub(super) rest: &'s [UnitId],
    /// It is an answer, for ever: nothing is to be decided.
    pub(super) sure: bool,
}

pub(super) enum Candidates<'s> {
    None,
    /// Everyone there is.
    All(std::ops::Range<usize>),
    Listed(std::vec::IntoIter<PersonId>),
    Holders(Box<Merge<'s>>),
    Cells(Cells<'s>),
    Permissions {
        all: fixedbitset::IntoOnes,
        sure: fixedbitset::FixedBitSet,
    },
}

impl<'s> Candidates<'s> {
    pub(super) fn next(&mut self, state: &'s State) -> Option<Run<'s>> {
        let alone = |first| Run { first, rest: &[], sure: false };
        let person = |id| alone(CandidateId::Person(id));
        match self {
            Candidates::None => None,
            Candidates::All(people) => people.next().and_then(PersonId::from_index).map(person),
            Candidates::Listed(people) => people.next().map(person),
            Candidates::Holders(merge) => merge.next(state).map(person),
            Candidates::Cells(cells) => {
                let (&first, rest) = cells.next(state)?.split_first()?;
                Some(Run { first: CandidateId::Unit(first), rest, sure: false })
            }
            Candidates::Permissions { all, sure } => {
                let permission = all.next()?;
                let first = CandidateId::Permission(PermissionId::from_index(permission)?);
                Some(Run { sure: sure.contains(permission), ..alone(first) })
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
    found: Vec<PersonId>,
    taken: usize,
}

struct List<'s> {
    people: Option<&'s Sorted<PersonId>>,
    /// What has been found of it and not been taken yet; empty: it is at its end.
    run: &'s [PersonId],
    /// A list of one.
    alone: Option<PersonId>,
}

impl<'s> Merge<'s> {
    /// `own` is a number beside the lists.
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

    #[inline]
    fn next(&mut self, state: &State) -> Option<PersonId> {
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
    fn next_window(&mut self, state: &State) -> Option<PersonId> {
        self.fill();
        self.touch(state);
        self.taken = 1;
        self.found.first().copied()
    }

    /// A bare load of each of the next records, none waiting for another: their decisions
    /// find them there.
    fn touch(&self, state: &State) {
        let ahead =
            self.found.iter().skip(self.taken).take(AHEAD).filter_map(|&id| state.people.hot(id));
        std::hint::black_box(ahead.fold(0, |seen, (_, record)| seen ^ record.head.count()));
    }

    /// Takes the window at the lowest number that is left; at the end there is none.
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
                *word &= word.wrapping_sub(1);
            }
        }
    }
}

impl List<'_> {
    fn lowest(&self) -> Option<PersonId> {
        self.run.first().copied().or(self.alone)
    }

    /// Takes what lies in the window, each as an offset from its first number.
    #[inline]
    fn take_window(&mut self, base: u32, mut each: impl FnMut(u32)) {
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

    proptest! {
        #[test]
        fn merged_lists_are_their_union_in_order(
            lists in prop::collection::vec(prop::collection::btree_set((0u32..30_000).prop_map(PersonId::from_raw), 0..900), 0..5),
            own in prop::option::of((0u32..30_000).prop_map(PersonId::from_raw)), after in prop::option::of(0u32..30_000),
        ) {
            let kept: Vec<Sorted<PersonId>> = lists.iter().filter_map(sorted).collect();
            let merged: Vec<PersonId> = {
                let state = Snapshot::new(Policy::from_toml("version = 1\nfunctions.f.actions = ['a']").unwrap());
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
