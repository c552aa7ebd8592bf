//! [`People`]: what the store knows of each principal, in leaves of 256.
//!
//! A leaf has two halves. The hot half is what a check reads: a record of 32
//! aligned bytes a person, with a head and up to three grants; further grants and
//! the terms of dated ones stand behind it. The cold half holds the facts that a
//! check needs only in rare cases, and from which the terms are derived.

use std::sync::Arc;

use super::facts::{Affiliated, BasisId, Membership, Registered, RestrictionFacts, ScopeId};
use super::forest::{ALONE, ANYWHERE, NONE, UNPLACED};
use super::rights::block;
use crate::store::{CHUNK, Full, Ragged, Tree};

/// The most grants a person may hold at a time.
pub const MAX_GRANTS: usize = 512;
/// The most affiliations a person may have on record at a time.
pub const MAX_AFFILIATIONS: usize = 128;
/// The most restrictions on one person at a time.
pub const MAX_RESTRICTIONS: usize = 64;
/// The most groups a person may be in at a time.
pub const MAX_MEMBERSHIPS: usize = 256;
/// The most tenants a person may be registered in at a time, the platform included.
pub const MAX_REGISTRATIONS: usize = 256;

/// The bare beginning of time, where an interval has none.
pub(crate) const EVER: i64 = i64::MIN;
/// Past the end of time, where an interval has none.
pub(crate) const NEVER: i64 = i64::MAX;

/// A grant in one word: what its scope names, the effective role, what kind of scope
/// it is, the channel, and where in a target's [`Path`] the id is looked for.
///
/// The zero word is no grant: the first effective role of each block has no permissions.
///
/// [`Path`]: super::forest::Path
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word(pub(crate) u64);

impl Word {
    const ROLE: u32 = 32;
    const MEMBERS: u64 = 1 << 52;
    const OWN: u64 = 1 << 53;
    /// From here on: the channel, and what keeps a grant from answering on it.
    const DOOR: u32 = 54;
    /// The holder's kind does not act on the grant's channel (contract D13).
    const BARRED: u64 = 1 << 58;
    /// It has an interval or a basis: whether it is in force is written in its term.
    const DATED: u64 = 1 << 59;
    const PLACE: u32 = 61;
    /// Effective roles are numbered below this.
    pub(crate) const ROLES: usize = 1 << 20;

    /// `lane` is that of the unit of a `Subtree` scope.
    pub(crate) fn new(role: u32, scope: ScopeId, lane: u32, channel: u8, barred: bool, dated: bool) -> Word {
        let (id, place, flag) = match scope {
            ScopeId::Unit(unit) => (unit, ALONE, 0),
            ScopeId::Subtree(unit) => (unit, lane, 0),
            ScopeId::Members(group) => (group, UNPLACED, Word::MEMBERS),
            ScopeId::Own(tenant) => (tenant, UNPLACED, Word::OWN),
            ScopeId::Everywhere => (ANYWHERE, UNPLACED, 0),
        };
        let barred = if barred { Word::BARRED } else { 0 };
        let dated = if dated { Word::DATED } else { 0 };
        let role = u64::from(role & 0xf_ffff) << Word::ROLE;
        let channel = u64::from(channel & 15) << Word::DOOR;
        Word(u64::from(id) | u64::from(place & 7) << Word::PLACE | role | channel | flag | barred | dated)
    }

    /// The id that the scope names: of a unit, a group or a tenant.
    #[inline(always)]
    pub(crate) fn id(self) -> u32 {
        self.0 as u32
    }

    /// Where in a target's path the id is looked for.
    #[inline(always)]
    pub(crate) fn place(self) -> u32 {
        (self.0 >> Word::PLACE) as u32
    }

    #[inline(always)]
    pub(crate) fn role(self) -> u32 {
        (self.0 >> Word::ROLE) as u32 & 0xf_ffff
    }

    pub(crate) fn channel(self) -> u8 {
        (self.0 >> Word::DOOR) as u8 & 15
    }

    /// Whether it answers on this channel, its dates apart.
    #[inline(always)]
    pub(crate) fn answers_on(self, channel: u8) -> bool {
        (self.0 >> Word::DOOR) as u8 & 31 == channel
    }

    #[inline(always)]
    pub(crate) fn is_dated(self) -> bool {
        self.0 & Word::DATED != 0
    }

    pub(crate) fn scope(self) -> ScopeId {
        match (self.place(), self.0 & (Word::MEMBERS | Word::OWN)) {
            (ALONE, _) => ScopeId::Unit(self.id()),
            (UNPLACED, Word::MEMBERS) => ScopeId::Members(self.id()),
            (UNPLACED, Word::OWN) => ScopeId::Own(self.id()),
            (UNPLACED, _) => ScopeId::Everywhere,
            _ => ScopeId::Subtree(self.id()),
        }
    }
}

/// What a check must know of a person beside the grants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head(u64);

impl Head {
    const COUNT: u64 = 0x3ff;
    /// Where a leaf's rows begin: 256 of them, of at most 512.
    const BASE: u64 = 0x1_ffff;
    const MORE: u32 = 10;
    const TERMS: u32 = 27;
    /// From here on: the flags.
    const FLAGS: u32 = 44;
    /// Registered somewhere.
    pub(crate) const KNOWN: u64 = 1 << Head::FLAGS;
    /// Suspended altogether: the fact itself, not an index.
    pub(crate) const SUSPENDED: u64 = 1 << 45;
    /// Suspended in some tenant.
    pub(crate) const SUSPENDED_SOMEWHERE: u64 = 1 << 46;
    /// Some restriction names the person.
    pub(crate) const RESTRICTED: u64 = 1 << 47;
    /// Some term says less than the truth, which stands in the cold half.
    pub(crate) const COMPLEX: u64 = 1 << 48;
    /// Some grant has dates or a basis.
    pub(crate) const DATED: u64 = 1 << 49;
    /// Some grant does not answer on the policy's first channel.
    pub(crate) const ASIDE: u64 = 1 << 50;
    /// The effective roles stand in different blocks.
    pub(crate) const SPREAD: u64 = 1 << 51;
    /// There are more grants than the record holds.
    pub(crate) const MANY: u64 = 1 << 52;
    /// From here on: the number of the set of grids that bind; 0: none.
    const GRIDS: u32 = 53;
    const BELOW_GRIDS: u64 = (1 << Head::GRIDS) - 1;
    /// Some set that has no number: it stands in the cold half.
    pub(crate) const MANY_SETS: u16 = 0x7ff;
    /// Flags of which all but the first must be off for grants alone to decide.
    const PLAIN_MASK: u64 = Head::KNOWN | Head::SUSPENDED | Head::SUSPENDED_SOMEWHERE | Head::RESTRICTED;

    #[inline]
    pub(crate) fn has(self, flag: u64) -> bool {
        self.0 & flag != 0
    }

    /// Whether nothing but grants decides.
    #[inline(always)]
    pub(crate) fn is_plain(self) -> bool {
        self.0 & Head::PLAIN_MASK == Head::KNOWN
    }

    /// Whether nothing but the grants in the record decides, each of them of the
    /// first one's block, in force, and for the policy's first channel.
    #[inline(always)]
    pub(crate) fn is_plainest(self) -> bool {
        self.0 >> Head::FLAGS == 1
    }

    /// Whether the same holds, but that grids bind.
    #[inline(always)]
    pub(crate) fn is_plainest_within_hours(self) -> bool {
        (self.0 & Head::BELOW_GRIDS) >> Head::FLAGS == 1
    }

    /// The number of the set of grids that bind the person; 0: none do.
    #[inline(always)]
    pub(crate) fn grids(self) -> usize {
        (self.0 >> Head::GRIDS) as usize
    }

    fn with_grids(self, set: u16) -> Head {
        Head(self.0 & Head::BELOW_GRIDS | u64::from(set) << Head::GRIDS)
    }

    /// The flags that one more grant calls for, the first one being another or itself.
    fn with_grant(self, first: Word, word: Word) -> Head {
        Head::flags_of(first, word)
            .into_iter()
            .filter(|(_, on)| *on)
            .fold(self, |head, (flag, _)| head.with_flag(flag, true))
    }

    /// What a grant says of each of these flags.
    fn flags_of(first: Word, word: Word) -> [(u64, bool); 3] {
        [
            (Head::DATED, word.is_dated()),
            (Head::ASIDE, !word.answers_on(0)),
            (Head::SPREAD, block(word.role()) != block(first.role())),
        ]
    }

    /// How many grants there are.
    #[inline]
    pub(crate) fn count(self) -> usize {
        (self.0 & Head::COUNT) as usize
    }

    fn more_base(self) -> usize {
        (self.0 >> Head::MORE & Head::BASE) as usize
    }

    fn terms_base(self) -> usize {
        (self.0 >> Head::TERMS & Head::BASE) as usize
    }

    fn with_flag(self, flag: u64, on: bool) -> Head {
        Head(if on { self.0 | flag } else { self.0 & !flag })
    }

    fn with_count(self, count: usize) -> Head {
        Head(self.0 & !Head::COUNT | (count as u64 & Head::COUNT)).with_flag(Head::MANY, count > INLINE)
    }

    /// What it says of the person, and not where the rest stands, the set of grids included.
    fn without_bases(self) -> Head {
        self.with_bases(0, 0).with_grids(0)
    }

    fn with_bases(self, more: usize, terms: usize) -> Head {
        let kept = self.0 & !(Head::BASE << Head::MORE | Head::BASE << Head::TERMS);
        Head(kept | (more as u64 & Head::BASE) << Head::MORE | (terms as u64 & Head::BASE) << Head::TERMS)
    }
}

/// Grants that stand in the record itself.
pub(crate) const INLINE: usize = 3;

/// One person, half a cache line.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(32))]
pub(crate) struct Record {
    pub(crate) head: Head,
    pub(crate) grants: [Word; INLINE],
}

/// When a grant is in force, as far as one interval and one place can say it:
/// within `[from, until)`, and while `via` lies in the subtree of `place`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) from: i64,
    pub(crate) until: i64,
    /// The unit of a basis "at it or below"; [`NONE`]: no more is asked.
    pub(crate) place: u32,
    /// The unit of the affiliation.
    pub(crate) via: u32,
}

impl Term {
    pub(crate) const ALWAYS: Term = Term { from: EVER, until: NEVER, place: NONE, via: NONE };
    pub(crate) const NOT: Term = Term { from: NEVER, until: NEVER, place: NONE, via: NONE };
}

/// What a grant's word does not say: the facts its term is derived from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Detail {
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) basis: Option<BasisId>,
    /// Given without the affiliation that others need (ruling R16).
    pub(crate) direct: bool,
}

impl Detail {
    pub(crate) const PLAIN: Detail = Detail { from: EVER, until: NEVER, basis: None, direct: false };
}

/// Always of full length, so that no length is to be looked up: that would be one
/// more line, and often one more page.
#[derive(Clone, Debug)]
pub(crate) struct HotLeaf {
    pub(crate) records: [Record; CHUNK],
    more: Ragged<Word>,
    terms: Ragged<Term>,
}

impl Default for HotLeaf {
    fn default() -> HotLeaf {
        HotLeaf { records: [Record::default(); CHUNK], more: Ragged::default(), terms: Ragged::default() }
    }
}

impl HotLeaf {
    /// The grants beyond those in the record.
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
    /// For a person with any dated grant, one for every grant; otherwise none.
    pub(crate) details: Ragged<Detail>,
    pub(crate) affiliations: Ragged<Affiliated>,
    pub(crate) memberships: Ragged<Membership>,
    pub(crate) restrictions: Ragged<Arc<RestrictionFacts>>,
    /// The grids that each is enrolled in, in order.
    pub(crate) enrolments: Ragged<u32>,
}

/// The people, by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    hot: Tree<Arc<HotLeaf>>,
    cold: Tree<Arc<ColdLeaf>>,
    len: usize,
}

/// One person's rows in both halves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person<'s> {
    pub(crate) hot: &'s HotLeaf,
    pub(crate) cold: &'s ColdLeaf,
    pub(crate) record: &'s Record,
    row: usize,
}

impl<'s> Person<'s> {
    pub(crate) fn registrations(self) -> &'s [Registered] {
        self.cold.registrations.row(self.row)
    }

    pub(crate) fn registration(self, tenant: u32) -> Option<&'s Registered> {
        self.registrations().iter().find(|registered| registered.tenant == tenant)
    }

    pub(crate) fn affiliations(self) -> &'s [Affiliated] {
        self.cold.affiliations.row(self.row)
    }

    pub(crate) fn memberships(self) -> &'s [Membership] {
        self.cold.memberships.row(self.row)
    }

    /// The grids that the person is enrolled in.
    pub(crate) fn enrolments(self) -> &'s [u32] {
        self.cold.enrolments.row(self.row)
    }

    /// The head says whether there are any: for most people the cold half is not touched.
    pub(crate) fn restrictions(self) -> &'s [Arc<RestrictionFacts>] {
        if self.record.head.has(Head::RESTRICTED) { self.cold.restrictions.row(self.row) } else { &[] }
    }

    /// Every grant, with what its word does not say.
    pub(crate) fn grants(self) -> impl Iterator<Item = (Word, Detail)> + 's {
        let dated = self.record.head.has(Head::DATED);
        let details = if dated { self.cold.details.row(self.row) } else { &[] };
        let words = self.words();
        words.enumerate().map(|(n, word)| (word, details.get(n).copied().unwrap_or(Detail::PLAIN)))
    }

    pub(crate) fn words(self) -> impl Iterator<Item = Word> + 's {
        let inline = self.record.grants.iter().take(self.record.head.count());
        inline.chain(self.hot.more(self.record.head)).copied()
    }

    pub(crate) fn is_known(self) -> bool {
        self.record.head.has(Head::KNOWN)
    }

    /// Whether the hot rows say the same: where they stand in their leaves aside.
    fn is_as_hot(self, other: Person<'_>) -> bool {
        let (one, two) = (self.record, other.record);
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

    /// The leaf and the record of a person: what a check starts from. Of an id that
    /// was never given there is none, or one of whom nothing is known.
    #[inline(always)]
    pub(crate) fn hot(&self, id: u32) -> Option<(&HotLeaf, &Record)> {
        let leaf = self.hot.at(id as usize / CHUNK)?;
        Some((leaf, leaf.records.get(id as usize % CHUNK)?))
    }

    pub(crate) fn person(&self, id: u32) -> Option<Person<'_>> {
        let (hot, record) = self.hot(id)?;
        let cold = self.cold.get(id as usize / CHUNK)?;
        Some(Person { hot, cold, record, row: id as usize % CHUNK })
    }

    /// Those of whom the two say different things, both being of one line. Leaves that
    /// they share are not looked at.
    ///
    /// # Complexity
    /// O(people / 16384 + 256 for each leaf that somebody has changed).
    pub(crate) fn changed(&self, other: &People) -> Vec<u32> {
        let mut leaves = std::collections::BTreeMap::new();
        self.hot.differing(&other.hot, Arc::ptr_eq, |leaf| leaves.entry(leaf).or_insert((false, false)).0 = true);
        self.cold.differing(&other.cold, Arc::ptr_eq, |leaf| leaves.entry(leaf).or_insert((false, false)).1 = true);
        let mut found = Vec::new();
        for (leaf, (hot, cold)) in leaves {
            let first = leaf.saturating_mul(CHUNK);
            let records = self.hot.at(leaf).zip(other.hot.at(leaf));
            for id in (first..first.saturating_add(CHUNK)).filter_map(|id| u32::try_from(id).ok()) {
                // Most are the same word by word, with nothing of theirs elsewhere.
                let row = id as usize % CHUNK;
                let both = records.and_then(|(one, two)| one.records.get(row).zip(two.records.get(row)));
                let same = |(one, two): (&Record, &Record)| {
                    one.head == two.head && one.grants == two.grants && !one.head.has(Head::MANY)
                };
                if !cold && both.is_some_and(same) {
                    continue;
                }
                let same = match (self.person(id), other.person(id)) {
                    (Some(one), Some(two)) => (!hot || one.is_as_hot(two)) && (!cold || one.is_as_cold(two)),
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

    /// Adds a person with the next id, of whom nothing is known.
    pub(crate) fn push(&mut self) -> Result<(), Full> {
        if self.len.is_multiple_of(CHUNK) {
            self.hot.push(Arc::default())?;
            self.cold.push(Arc::default())?;
        }
        self.len = self.len.saturating_add(1);
        Ok(())
    }

    /// Writes a person's cold facts. [`People::settle`] follows.
    pub(crate) fn write<R>(&mut self, id: u32, write: impl FnOnce(&mut ColdLeaf, usize) -> R) -> Option<R> {
        let leaf = self.cold.get_mut(id as usize / CHUNK)?;
        Some(write(Arc::make_mut(leaf), id as usize % CHUNK))
    }

    /// Appends a grant. A plain one touches the record alone; after a dated one
    /// [`People::settle`] follows.
    pub(crate) fn add_grant(&mut self, id: u32, word: Word, detail: Detail) {
        let row = id as usize % CHUNK;
        let Some(leaf) = self.hot.get_mut(id as usize / CHUNK) else { return };
        let leaf = Arc::make_mut(leaf);
        let Some(record) = leaf.records.get_mut(row) else { return };
        let count = record.head.count();
        let [first, ..] = record.grants;
        let first = if count == 0 { word } else { first };
        record.head = record.head.with_count(count.saturating_add(1)).with_grant(first, word);
        match record.grants.get_mut(count) {
            Some(place) => *place = word,
            None => {
                leaf.more.push(row, word);
                leaf.rebase(row);
            }
        }
        let dated = self.cold.get(id as usize / CHUNK).is_some_and(|cold| !cold.details.row(row).is_empty());
        if word.is_dated() || dated {
            self.write(id, |cold, row| {
                let missing = count.saturating_sub(cold.details.row(row).len());
                (0..missing).for_each(|_| cold.details.push(row, Detail::PLAIN));
                cold.details.push(row, detail);
            });
        }
    }

    /// Puts other grants in place of a person's. [`People::settle`] follows.
    pub(crate) fn set_grants(&mut self, id: u32, grants: &[(Word, Detail)]) {
        let row = id as usize % CHUNK;
        if let Some(leaf) = self.hot.get_mut(id as usize / CHUNK) {
            let leaf = Arc::make_mut(leaf);
            leaf.more.set(row, grants.iter().skip(INLINE).map(|(word, _)| *word).collect());
            if let Some(record) = leaf.records.get_mut(row) {
                let bare =
                    record.head.with_count(grants.len()).with_flag(Head::DATED | Head::ASIDE | Head::SPREAD, false);
                let first = grants.first().map(|(word, _)| *word).unwrap_or_default();
                record.head = grants.iter().fold(bare, |head, (word, _)| head.with_grant(first, *word));
                for (n, place) in record.grants.iter_mut().enumerate() {
                    *place = grants.get(n).map_or(Word::default(), |(word, _)| *word);
                }
            }
            leaf.rebase(row);
        }
        let dated = grants.iter().any(|(word, _)| word.is_dated());
        let had = self.cold.get(id as usize / CHUNK).is_some_and(|cold| !cold.details.row(row).is_empty());
        if dated || had {
            let details = if dated { grants.iter().map(|(_, detail)| *detail).collect() } else { Vec::new() };
            self.write(id, |cold, row| cold.details.set(row, details));
        }
    }

    /// Puts other enrolments in place of a person's, and the number of that set of grids.
    pub(crate) fn set_enrolments(&mut self, id: u32, grids: Vec<u32>, set: u16) {
        self.write(id, |cold, row| cold.enrolments.set(row, grids));
        if let Some(leaf) = self.hot.get_mut(id as usize / CHUNK)
            && let Some(record) = Arc::make_mut(leaf).records.get_mut(id as usize % CHUNK)
        {
            record.head = record.head.with_grids(set);
        }
    }

    /// Sets or clears the fact that a person is suspended altogether.
    pub(crate) fn set_suspended(&mut self, id: u32, suspended: bool) {
        if let Some(leaf) = self.hot.get_mut(id as usize / CHUNK)
            && let Some(record) = Arc::make_mut(leaf).records.get_mut(id as usize % CHUNK)
        {
            record.head = record.head.with_flag(Head::SUSPENDED, suspended);
        }
    }

    /// The flags that a person's facts call for.
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
            (Head::SUSPENDED_SOMEWHERE, person.registrations().iter().any(|registered| registered.suspended)),
            (Head::RESTRICTED, !person.cold.restrictions.row(person.row).is_empty()),
        ]
    }

    /// Derives the hot half from the cold facts: flags, and the terms given, one
    /// for each grant or none at all; a missing term is one that is too complex.
    pub(crate) fn settle(&mut self, id: u32, terms: Vec<Option<Term>>) {
        let Some(person) = self.person(id) else { return };
        let flags = People::flags(person);
        let row = id as usize % CHUNK;
        let Some(leaf) = self.hot.get_mut(id as usize / CHUNK) else { return };
        let leaf = Arc::make_mut(leaf);
        if let Some(record) = leaf.records.get_mut(row) {
            record.head = flags.iter().fold(record.head, |head, &(flag, on)| head.with_flag(flag, on));
            record.head = record.head.with_flag(Head::COMPLEX, terms.iter().any(Option::is_none));
        }
        let terms: Vec<Term> = terms.into_iter().map(|term| term.unwrap_or(Term::NOT)).collect();
        if leaf.terms.row(row) != terms {
            leaf.terms.set(row, terms);
            leaf.rebase(row);
        }
    }
}

impl HotLeaf {
    /// Tells the heads from this row on where their grants and terms begin now.
    fn rebase(&mut self, row: usize) {
        for (row, record) in self.records.iter_mut().enumerate().skip(row) {
            record.head = record.head.with_bases(self.more.base(row), self.terms.base(row));
        }
    }

    /// Checks the rows, and that every head knows where its own begin.
    pub(crate) fn verify(&self) -> Result<(), String> {
        self.more.verify()?;
        self.terms.verify()?;
        for (row, record) in self.records.iter().enumerate() {
            let head = record.head;
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
            let filled = record.grants.iter().filter(|word| **word != Word::default()).count();
            if filled != head.count().min(INLINE) {
                return Err(format!("row {row} counts {} grants and has {filled} inline", head.count()));
            }
        }
        Ok(())
    }

    pub(crate) fn terms(&self, row: usize) -> &[Term] {
        self.terms.row(row)
    }
}
