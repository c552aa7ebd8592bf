//! [`People`]: what the store knows of each person, in leaves of 256.
//!
//! A leaf has two halves. The hot half is what a check reads: a [`PersonIndex`] of 32 aligned bytes
//! for each person, with a head and up to three grants; further grants and the terms of dated ones
//! are in rows behind it. The cold half holds the facts that a check needs only in rare cases, and
//! from which the terms are derived.

use std::sync::Arc;

use crate::facts::index::person::{Detail, Head, INLINE, PersonIndex, Term, Word};
use crate::facts::rows::{Affiliated, Membership, Registered, RestrictionFacts};
use crate::store::{CHUNK, Full, GridId, PersonId, Ragged, TenantId, Tree, ids};

/// The most grants a person may hold at a time.
pub const MAX_GRANTS: usize = 512;
/// The most affiliations a person may have at a time, past and future ones included.
pub const MAX_AFFILIATIONS: usize = 128;
/// The most restrictions on one person at a time.
pub const MAX_RESTRICTIONS: usize = 64;
/// The most groups a person may be in at a time.
pub const MAX_MEMBERSHIPS: usize = 256;
/// The most tenants a person may be registered in at a time, the platform included.
pub const MAX_REGISTRATIONS: usize = 256;

/// The hot half of a leaf. `indexes` is always of full length, so that no length is looked up: that
/// would be one more cache line, and often one more page.
#[derive(Clone, Debug)]
pub(crate) struct HotLeaf {
    pub(crate) indexes: [PersonIndex; CHUNK],
    more: Ragged<Word>,
    terms: Ragged<Term>,
}

impl Default for HotLeaf {
    fn default() -> HotLeaf {
        HotLeaf {
            indexes: [PersonIndex::default(); CHUNK],
            more: Ragged::default(),
            terms: Ragged::default(),
        }
    }
}

impl HotLeaf {
    /// The grants beyond those in the person index.
    #[inline]
    pub(crate) fn more(&self, head: Head) -> &[Word] {
        self.more.at(head.more_base(), head.count().saturating_sub(INLINE))
    }

    /// The term of one of a person's grants.
    #[inline]
    pub(crate) fn term(&self, head: Head, grant: usize) -> &Term {
        self.terms.at(head.terms_base().saturating_add(grant), 1).first().unwrap_or(&Term::NOT)
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct ColdLeaf {
    pub(crate) registrations: Ragged<Registered>,
    /// For a person with a dated grant, one for every grant of the person's. Otherwise none.
    pub(crate) details: Ragged<Detail>,
    pub(crate) affiliations: Ragged<Affiliated>,
    pub(crate) memberships: Ragged<Membership>,
    pub(crate) restrictions: Ragged<Arc<RestrictionFacts>>,
    /// The grids that a person is enrolled in, in order.
    pub(crate) enrolments: Ragged<GridId>,
}

/// The people, by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    hot: Tree<usize, Arc<HotLeaf>>,
    cold: Tree<usize, Arc<ColdLeaf>>,
    len: usize,
}

/// The rows of one person in both halves of a leaf.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person<'s> {
    pub(crate) hot: &'s HotLeaf,
    pub(crate) cold: &'s ColdLeaf,
    pub(crate) index: &'s PersonIndex,
    row: usize,
}

impl<'s> Person<'s> {
    pub(crate) fn registrations(self) -> &'s [Registered] {
        self.cold.registrations.row(self.row)
    }

    pub(crate) fn registration(self, tenant: TenantId) -> Option<&'s Registered> {
        self.registrations().iter().find(|registered| registered.tenant == tenant)
    }

    pub(crate) fn affiliations(self) -> &'s [Affiliated] {
        self.cold.affiliations.row(self.row)
    }

    pub(crate) fn memberships(self) -> &'s [Membership] {
        self.cold.memberships.row(self.row)
    }

    /// The grids that the person is enrolled in, in order.
    pub(crate) fn enrolments(self) -> &'s [GridId] {
        self.cold.enrolments.row(self.row)
    }

    /// The restrictions on the person. The head says whether there are any, so that the cold half
    /// of most people is never loaded.
    pub(crate) fn restrictions(self) -> &'s [Arc<RestrictionFacts>] {
        if self.index.head.has(Head::RESTRICTED) {
            self.cold.restrictions.row(self.row)
        } else {
            &[]
        }
    }

    /// Every grant of the person: its word, with the detail that the word does not hold.
    pub(crate) fn grants(self) -> impl Iterator<Item = (Word, Detail)> + 's {
        let dated = self.index.head.has(Head::DATED);
        let details = if dated { self.cold.details.row(self.row) } else { &[] };
        let words = self.words();
        words.enumerate().map(|(n, word)| (word, details.get(n).copied().unwrap_or(Detail::PLAIN)))
    }

    pub(crate) fn words(self) -> impl Iterator<Item = Word> + 's {
        let head = self.index.head;
        // The head says whether there are further grants, so that the rows of most people are never
        // loaded.
        let more = if head.has(Head::MANY) { self.hot.more(head) } else { &[] };
        self.index.grants.iter().take(head.count()).chain(more).copied()
    }

    pub(crate) fn is_known(self) -> bool {
        self.index.head.has(Head::KNOWN)
    }

    /// Whether the hot rows of two people are equal, apart from where they begin in their leaves.
    fn is_as_hot(self, other: Person<'_>) -> bool {
        let (one, two) = (self.index, other.index);
        one.head.without_bases() == two.head.without_bases()
            && one.grants == two.grants
            && self.hot.more(one.head) == other.hot.more(two.head)
    }

    fn is_as_cold(self, other: Person<'_>) -> bool {
        self.registrations() == other.registrations()
            && self.affiliations() == other.affiliations()
            && self.memberships() == other.memberships()
            && self.enrolments() == other.enrolments()
            && self.cold.details.row(self.row) == other.cold.details.row(other.row)
            && self.cold.restrictions.row(self.row) == other.cold.restrictions.row(other.row)
    }
}

impl People {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Every id given, in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = PersonId> + Clone + use<> {
        ids(self.len)
    }

    /// The leaf and the index of a person: what a check starts from. For an id that was never
    /// given, `None` or an index of which nothing is known.
    #[inline(always)]
    pub(crate) fn hot(&self, id: PersonId) -> Option<(&HotLeaf, &PersonIndex)> {
        let leaf = self.hot.at(id.index() / CHUNK)?;
        Some((leaf, leaf.indexes.get(id.index() % CHUNK)?))
    }

    /// Loads the grants of many people, no load waiting for another, so that reading them one by
    /// one finds them in the cache.
    pub(crate) fn prefetch(&self, ids: &[PersonId]) {
        let hot = || ids.iter().filter_map(|&id| self.hot(id));
        std::hint::black_box(hot().fold(0, |seen, (_, index)| seen ^ index.head.count()));
        let more = hot().filter(|(_, index)| index.head.has(Head::MANY));
        let first = more.filter_map(|(leaf, index)| leaf.more(index.head).first());
        std::hint::black_box(first.fold(0, |seen, word| seen ^ word.0));
    }

    pub(crate) fn person(&self, id: PersonId) -> Option<Person<'_>> {
        let (hot, index) = self.hot(id)?;
        let cold = self.cold.get(id.index() / CHUNK)?;
        Some(Person { hot, cold, index, row: id.index() % CHUNK })
    }

    /// The people about whom two states of one lineage differ. Leaves that both share are not read.
    ///
    /// # Complexity
    /// O(people / 16384 + 256 for each leaf that somebody has changed).
    pub(crate) fn changed(&self, other: &People) -> Vec<PersonId> {
        let mut leaves = std::collections::BTreeMap::new();
        self.hot.differing(&other.hot, Arc::ptr_eq, |leaf| {
            leaves.entry(leaf).or_insert((false, false)).0 = true
        });
        self.cold.differing(&other.cold, Arc::ptr_eq, |leaf| {
            leaves.entry(leaf).or_insert((false, false)).1 = true
        });
        let mut found = Vec::new();
        for (leaf, (hot, cold)) in leaves {
            let first = leaf.saturating_mul(CHUNK);
            let indexes = self.hot.at(leaf).zip(other.hot.at(leaf));
            for id in (first..first.saturating_add(CHUNK)).filter_map(PersonId::from_index) {
                // Most people are equal word by word and have nothing elsewhere.
                let row = id.index() % CHUNK;
                let both =
                    indexes.and_then(|(one, two)| one.indexes.get(row).zip(two.indexes.get(row)));
                let same = |(one, two): (&PersonIndex, &PersonIndex)| {
                    one.head == two.head && one.grants == two.grants && !one.head.has(Head::MANY)
                };
                if !cold && both.is_some_and(same) {
                    continue;
                }
                let same = match (self.person(id), other.person(id)) {
                    (Some(one), Some(two)) => {
                        (!hot || one.is_as_hot(two)) && (!cold || one.is_as_cold(two))
                    }
                    (None, None) => true,
                    (one, two) => !one.or(two).is_some_and(Person::is_known),
                };
                if !same {
                    found.push(id);
                }
            }
        }
        found
    }

    /// Adds a person of whom nothing is known, and returns the id.
    pub(crate) fn push(&mut self) -> Result<PersonId, Full> {
        let id = PersonId::from_index(self.len).ok_or(Full)?;
        if self.len.is_multiple_of(CHUNK) {
            self.hot.push(Arc::default())?;
            self.cold.push(Arc::default())?;
        }
        self.len = self.len.saturating_add(1);
        Ok(id)
    }

    /// Writes a person's cold facts. [`People::settle`] must follow.
    pub(crate) fn write<R>(
        &mut self,
        id: PersonId,
        write: impl FnOnce(&mut ColdLeaf, usize) -> R,
    ) -> Option<R> {
        let leaf = self.cold.get_mut(id.index() / CHUNK)?;
        Some(write(Arc::make_mut(leaf), id.index() % CHUNK))
    }

    /// Appends a grant. A plain one touches the person index alone; after a dated one
    /// [`People::settle`] must follow.
    pub(crate) fn add_grant(&mut self, id: PersonId, word: Word, detail: Detail) {
        let row = id.index() % CHUNK;
        let Some(leaf) = self.hot.get_mut(id.index() / CHUNK) else { return };
        let leaf = Arc::make_mut(leaf);
        let Some(index) = leaf.indexes.get_mut(row) else { return };
        let count = index.head.count();
        let [first, ..] = index.grants;
        let first = if count == 0 { word } else { first };
        index.head = index.head.with_count(count.saturating_add(1)).with_grant(first, word);
        match index.grants.get_mut(count) {
            Some(place) => *place = word,
            None => {
                leaf.more.push(row, word);
                leaf.rebase(row);
            }
        }
        let dated =
            self.cold.get(id.index() / CHUNK).is_some_and(|cold| !cold.details.row(row).is_empty());
        if word.is_dated() || dated {
            self.write(id, |cold, row| {
                let missing = count.saturating_sub(cold.details.row(row).len());
                (0..missing).for_each(|_| cold.details.push(row, Detail::PLAIN));
                cold.details.push(row, detail);
            });
        }
    }

    /// Replaces a person's grants. [`People::settle`] must follow.
    pub(crate) fn set_grants(&mut self, id: PersonId, grants: &[(Word, Detail)]) {
        let row = id.index() % CHUNK;
        if let Some(leaf) = self.hot.get_mut(id.index() / CHUNK) {
            let leaf = Arc::make_mut(leaf);
            leaf.more.set(row, grants.iter().skip(INLINE).map(|(word, _)| *word).collect());
            if let Some(index) = leaf.indexes.get_mut(row) {
                let bare = index
                    .head
                    .with_count(grants.len())
                    .with_flag(Head::DATED | Head::ASIDE | Head::SPREAD, false);
                let first = grants.first().map(|(word, _)| *word).unwrap_or_default();
                index.head =
                    grants.iter().fold(bare, |head, (word, _)| head.with_grant(first, *word));
                for (n, place) in index.grants.iter_mut().enumerate() {
                    *place = grants.get(n).map_or(Word::default(), |(word, _)| *word);
                }
            }
            leaf.rebase(row);
        }
        let dated = grants.iter().any(|(word, _)| word.is_dated());
        let had =
            self.cold.get(id.index() / CHUNK).is_some_and(|cold| !cold.details.row(row).is_empty());
        if dated || had {
            let details =
                if dated { grants.iter().map(|(_, detail)| *detail).collect() } else { Vec::new() };
            self.write(id, |cold, row| cold.details.set(row, details));
        }
    }

    /// Replaces the grids that a person is enrolled in, and the number of that set of grids.
    pub(crate) fn set_enrolments(&mut self, id: PersonId, grids: Vec<GridId>, set: u16) {
        self.write(id, |cold, row| cold.enrolments.set(row, grids));
        if let Some(leaf) = self.hot.get_mut(id.index() / CHUNK)
            && let Some(index) = Arc::make_mut(leaf).indexes.get_mut(id.index() % CHUNK)
        {
            index.head = index.head.with_grids(set);
        }
    }

    /// Sets whether a person is suspended altogether.
    pub(crate) fn set_suspended(&mut self, id: PersonId, suspended: bool) {
        if let Some(leaf) = self.hot.get_mut(id.index() / CHUNK)
            && let Some(index) = Arc::make_mut(leaf).indexes.get_mut(id.index() % CHUNK)
        {
            index.head = index.head.with_flag(Head::SUSPENDED, suspended);
        }
    }

    /// The flags that the facts of a person call for, each with whether it is on.
    pub(crate) fn flags(person: Person<'_>) -> [(u64, bool); 6] {
        let first = person.words().next().unwrap_or_default();
        let [dated, aside, spread] = person.words().fold([false; 3], |found, word| {
            let [(_, dated), (_, aside), (_, spread)] = Head::flags_of(first, word);
            let [a, b, c] = found;
            [a | dated, b | aside, c | spread]
        });
        [
            (Head::DATED, dated),
            (Head::ASIDE, aside),
            (Head::SPREAD, spread),
            (Head::KNOWN, !person.registrations().is_empty()),
            (
                Head::SUSPENDED_SOMEWHERE,
                person.registrations().iter().any(|registered| registered.suspended),
            ),
            (Head::RESTRICTED, !person.cold.restrictions.row(person.row).is_empty()),
        ]
    }

    /// Derives the hot half from the cold facts: the flags, and the terms, of which `terms` has one
    /// for each grant, or none if no grant is dated. A term is `None` if it is too complex for
    /// [`Term`].
    pub(crate) fn settle(&mut self, id: PersonId, terms: Vec<Option<Term>>) {
        let Some(person) = self.person(id) else { return };
        let flags = People::flags(person);
        let row = id.index() % CHUNK;
        let Some(leaf) = self.hot.get_mut(id.index() / CHUNK) else { return };
        let leaf = Arc::make_mut(leaf);
        if let Some(index) = leaf.indexes.get_mut(row) {
            index.head =
                flags.iter().fold(index.head, |head, &(flag, on)| head.with_flag(flag, on));
            index.head = index.head.with_flag(Head::COMPLEX, terms.iter().any(Option::is_none));
        }
        let terms: Vec<Term> = terms.into_iter().map(|term| term.unwrap_or(Term::NOT)).collect();
        if leaf.terms.row(row) != terms {
            leaf.terms.set(row, terms);
            leaf.rebase(row);
        }
    }
}

impl HotLeaf {
    /// Writes into the heads from this row on where their grants and terms begin now. Rows lie end
    /// to end, so that a longer row moves all that follow.
    fn rebase(&mut self, row: usize) {
        for (row, index) in self.indexes.iter_mut().enumerate().skip(row) {
            index.head = index.head.with_bases(self.more.base(row), self.terms.base(row));
        }
    }

    /// Checks the rows, and that every head knows where its rows begin.
    pub(crate) fn verify(&self) -> Result<(), String> {
        self.more.verify()?;
        self.terms.verify()?;
        for (row, index) in self.indexes.iter().enumerate() {
            let head = index.head;
            let more = self.more.row(row);
            if more.len() != head.count().saturating_sub(INLINE) || self.more(head) != more {
                return Err(format!("row {row} does not find its further grants"));
            }
            let terms = self.terms.row(row);
            if !terms.iter().enumerate().all(|(n, term)| self.term(head, n) == term) {
                return Err(format!("row {row} does not find its terms"));
            }
            if head.has(Head::MANY) != (head.count() > INLINE) {
                return Err(format!("row {row} does not say whether it has further grants"));
            }
            let filled = index.grants.iter().filter(|word| **word != Word::default()).count();
            if filled != head.count().min(INLINE) {
                return Err(format!(
                    "row {row} counts {} grants and has {filled} inline",
                    head.count()
                ));
            }
        }
        Ok(())
    }

    pub(crate) fn terms(&self, row: usize) -> &[Term] {
        self.terms.row(row)
    }
}
