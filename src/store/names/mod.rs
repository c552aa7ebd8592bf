//! [`Names`]: the append-only interner. A name gets a dense id and keeps it.
//!
//! A name of up to sixteen bytes, or a UUID as it is usually written, is held whole inside the hash
//! table, three names to a cache line, so that a look-up reads one line and compares two words.
//! Longer names are in the text of their shard. There is one copy of every name; from an id the way
//! back leads over its hash.
//!
//! The table grows by linear hashing: one shard at a time is split in two, so that no insertion
//! pays for all. The hash is keyed at random for each interner, so that nobody can choose names
//! that collide.

mod key;

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use smol_str::SmolStr;

use self::key::{GONE, Key, LONG, UUID, short_key, short_text, uuid_key, uuid_text};
use super::ids::Id;
use super::tree::{Full, Table, Tree};
use crate::model::Name;

/// How many names a shard has on average when one is split.
const SHARD: usize = 192;

/// A key and its id. For a long name `a` is a hash of the name and `b` says where it is in the
/// text.
#[derive(Clone, Copy, Debug)]
struct Slot {
    key: Key,
    /// The id, by its number.
    id: u32,
}

/// How many names a line has.
const SLOTS: usize = 3;
/// How many bits a form takes. Ids are below 2^27, as no [`Table`] is longer, so that both fit in
/// one word.
const FORM: u32 = 5;

/// Three slots in one cache line, filled from the first on.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
struct Line {
    a: [u64; SLOTS],
    b: [u64; SLOTS],
    /// The id and the form of each name.
    ids: [u32; SLOTS],
}

const EMPTY: Line = Line { a: [0; SLOTS], b: [0; SLOTS], ids: [0; SLOTS] };

impl Line {
    /// The id of a name in this line. Comparing the first words says in which slot the name would
    /// be, without a branch for each slot: lines of a large table are not in the cache, and a
    /// branch that waits for one is mispredicted as often as not. If two names share their first
    /// word, [`Shard::search`] finds the other.
    #[inline(always)]
    fn find(&self, key: Key) -> Option<u32> {
        let [_, second, third] = self.a;
        let place = if third == key.a { 2 } else { usize::from(second == key.a) };
        let (a, b, id) = (self.a.get(place)?, self.b.get(place)?, self.ids.get(place)?);
        let other = (a ^ key.a) | (b ^ key.b) | u64::from(id & ((1 << FORM) - 1) ^ key.form);
        (other == 0).then_some(id >> FORM)
    }

    fn slot(&self, place: usize) -> Option<Slot> {
        let (a, b, id) = (*self.a.get(place)?, *self.b.get(place)?, *self.ids.get(place)?);
        let form = id & ((1 << FORM) - 1);
        (form != 0).then_some(Slot { key: Key { a, b, form }, id: id >> FORM })
    }

    fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        (0..SLOTS).map_while(|place| self.slot(place))
    }

    fn is_full(&self) -> bool {
        self.slot(SLOTS - 1).is_some()
    }

    fn put(&mut self, place: usize, Slot { key, id }: Slot) {
        if let (Some(a), Some(b), Some(to)) =
            (self.a.get_mut(place), self.b.get_mut(place), self.ids.get_mut(place))
        {
            (*a, *b, *to) = (key.a, key.b, id << FORM | key.form);
        }
    }
}

/// An open-addressed table, never more than half full.
#[derive(Clone, Debug)]
struct Shard {
    lines: Arc<[Line]>,
    text: Option<Arc<str>>,
    used: u32,
}

impl Default for Shard {
    fn default() -> Shard {
        Shard { lines: Arc::new([EMPTY; 2]), text: None, used: 0 }
    }
}

/// The key of a name, and the hash of that key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hashed {
    key: Key,
    hash: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Names<K> {
    shards: Tree<usize, Shard>,
    /// The hash of each name, by id. It leads from an id to the name.
    hashes: Table<K, u32>,
    /// The mask of the bits of a hash that choose among the next power of two of shards.
    mask: usize,
    /// The secret of this interner.
    seed: [u64; 2],
    long_seed: foldhash::fast::RandomState,
}

impl<K: Id> Default for Names<K> {
    fn default() -> Names<K> {
        let mut shards = Tree::default();
        // One element always fits.
        let _ = shards.push(Shard::default());
        // The hasher of the standard library is keyed by the randomness of the operating system.
        let secret = || std::hash::RandomState::new().build_hasher().finish();
        let long_seed = foldhash::fast::RandomState::default();
        Names { shards, hashes: Table::default(), mask: 0, seed: [secret(), secret()], long_seed }
    }
}

impl<K: Id> Names<K> {
    pub(crate) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Every id given, in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = K> + Clone + use<K> {
        self.hashes.keys()
    }

    /// The id of a name.
    #[inline(always)]
    pub(crate) fn find(&self, name: &str) -> Option<K> {
        self.find_hashed(name, self.hash(name))
    }

    /// The first half of [`Names::find`]. It reads no memory but the name, so that many can be
    /// hashed before one is looked up.
    #[inline(always)]
    pub(crate) fn hash(&self, name: &str) -> Hashed {
        let key = short_key(name.as_bytes()).unwrap_or_else(|| self.long_key(name));
        Hashed { key, hash: self.hash_key(key) }
    }

    #[inline(never)]
    fn long_key(&self, name: &str) -> Key {
        uuid_key(name.as_bytes()).unwrap_or_else(|| Key {
            a: self.long_seed.hash_one(name.as_bytes()),
            b: 0,
            form: LONG,
        })
    }

    /// The second half of [`Names::find`]: the look-up.
    #[inline(always)]
    pub(crate) fn find_hashed(&self, name: &str, hashed: Hashed) -> Option<K> {
        let (shard, line) = self.home(hashed.hash)?;
        // Nineteen of twenty names are in the line their hash points at.
        match line.find(hashed.key) {
            Some(id) => Some(id),
            None => shard.search(name, hashed),
        }
        .map(K::from_raw)
    }

    /// Loads the line where the look-up of a name begins. The result means nothing.
    #[inline]
    pub(crate) fn prefetch(&self, Hashed { hash, .. }: Hashed) -> u64 {
        self.home(hash).map_or(0, |(_, line)| line.a.first().copied().unwrap_or(0))
    }

    /// The shard of a hash, and the line in it that the hash points at.
    #[inline(always)]
    fn home(&self, hash: u32) -> Option<(&Shard, &Line)> {
        let shard = self.shards.at(self.shard_of(hash))?;
        Some((shard, shard.lines.get(home(hash, shard.lines.len()))?))
    }

    /// The id of a name, which gets the next id if it is new.
    pub(crate) fn intern(&mut self, name: &str) -> Result<K, Full> {
        let hashed = self.hash(name);
        if let Some(id) = self.find_hashed(name, hashed) {
            return Ok(id);
        }
        let id = self.hashes.push(hashed.hash)?;
        if self.len() > self.shards.len().saturating_mul(SHARD) {
            self.split();
        }
        let at = self.shard_of(hashed.hash);
        let shard = self.shards.get_mut(at).ok_or(Full)?;
        let full = (shard.used as usize).saturating_add(1).saturating_mul(2)
            > shard.lines.len().saturating_mul(SLOTS);
        if full {
            let mut lines = lines_for(shard.used as usize);
            for slot in shard.slots() {
                put(&mut lines, slot, self.hashes.get(K::from_raw(slot.id)).copied().unwrap_or(0));
            }
            shard.lines = lines.into();
        }
        let mut key = hashed.key;
        if key.form == LONG {
            let old = shard.text.as_deref().unwrap_or("");
            key.b = place_in_text(old.len(), name.len());
            shard.text = Some([old, name].concat().into());
        }
        put(Arc::make_mut(&mut shard.lines), Slot { key, id: id.get() }, hashed.hash);
        shard.used = shard.used.saturating_add(1);
        Ok(id)
    }

    /// Forgets the name with this id: the name is no longer found, the id has no text, and the id
    /// is not given again. O(one shard). Clones made before still have the name.
    pub(crate) fn forget(&mut self, id: K) {
        let Some(&hash) = self.hashes.get(id) else { return };
        let at = self.shard_of(hash);
        let Some(shard) = self.shards.get_mut(at) else { return };
        for line in Arc::make_mut(&mut shard.lines) {
            let live = |slot: Slot| slot.key.form != GONE && slot.id == id.get();
            let Some(place) = line.slots().position(live) else { continue };
            let Some(old) = line.slot(place) else { continue };
            line.put(place, Slot { key: Key { a: 0, b: 0, form: GONE }, id: id.get() });
            if old.key.form == LONG {
                // Blanks keep the length of the text, so that the other names keep their places.
                let kept = shard.text.as_deref().unwrap_or("");
                let (start, len) = ((old.key.b >> 32) as usize, old.key.b as u32 as usize);
                let blank = " ".repeat(len);
                let around = kept.get(..start).zip(kept.get(start.saturating_add(len)..));
                shard.text = around.map(|(head, tail)| [head, &blank, tail].concat().into());
            }
            return;
        }
    }

    /// Gives the next id to a name that is forgotten already.
    pub(crate) fn pass(&mut self) -> Result<K, Full> {
        // No name holds a control character, so that this text is no name.
        let id = self.intern(&format!("\0{}", self.len()))?;
        self.forget(id);
        Ok(id)
    }

    /// The name with this id. `None` if it is forgotten or was never given.
    pub(crate) fn text(&self, id: K) -> Option<SmolStr> {
        let hash = *self.hashes.get(id)?;
        let (shard, line) = self.home(hash)?;
        let is_it = |slot: &Slot| slot.id == id.get();
        let slot = line.slots().find(is_it).or_else(|| shard.from(hash).find(is_it))?;
        Some(match slot.key.form {
            GONE => return None,
            LONG => SmolStr::from(shard.long(slot.key)),
            UUID => uuid_text(slot.key.a, slot.key.b),
            _ => short_text(slot.key),
        })
    }

    /// Loads the line where the name of an id is looked for. The result means nothing.
    pub(crate) fn prefetch_text(&self, id: K) -> u32 {
        let home = self.hashes.get(id).and_then(|&hash| self.home(hash));
        home.map_or(0, |(_, line)| line.ids.first().copied().unwrap_or(0))
    }

    /// The name with this id, or `?` if the id has none.
    pub(crate) fn name(&self, id: K) -> Name {
        self.text(id).map_or_else(|| Name::trusted(SmolStr::new_static("?")), Name::trusted)
    }

    /// The hash of a key: each word is XORed with a secret, the two are multiplied, and the halves
    /// of the product folded into each other. Names whose words are equal collide: there are a
    /// dozen at most, of different lengths, like `aaaaaaaa` and `aaaaaaaaa`.
    #[inline(always)]
    fn hash_key(&self, key: Key) -> u32 {
        let [first, second] = self.seed;
        let product = u128::from(key.a ^ first).wrapping_mul(u128::from(key.b ^ second));
        (product >> 64) as u32 ^ product as u32
    }

    /// The shard of a hash. With `n` shards the low bits choose among the next power of two; a
    /// shard that does not exist yet is still part of its lower twin.
    #[inline(always)]
    fn shard_of(&self, hash: u32) -> usize {
        let wide = hash as usize & self.mask;
        if wide < self.shards.len() { wide } else { wide & self.mask >> 1 }
    }

    /// Splits the next shard in turn in two.
    fn split(&mut self) {
        let new = self.shards.len();
        let twin = new
            .checked_sub(new.next_power_of_two() / 2)
            .filter(|_| !new.is_power_of_two())
            .unwrap_or(0);
        let Some(old) = self.shards.get(twin).cloned() else { return };
        // The new shard must exist before hashes are led to it.
        if self.shards.push(Shard::default()).is_err() {
            return;
        }
        self.mask = self.shards.len().next_power_of_two().wrapping_sub(1);
        let hash_of = |slot: &Slot| self.hashes.get(K::from_raw(slot.id)).copied().unwrap_or(0);
        let (moved, kept): (Vec<Slot>, Vec<Slot>) =
            old.slots().partition(|slot| self.shard_of(hash_of(slot)) == new);
        let rebuild = |entries: Vec<Slot>| {
            let mut lines = lines_for(entries.len());
            let mut text = String::new();
            let used = u32::try_from(entries.len()).unwrap_or(u32::MAX);
            for mut slot in entries {
                if slot.key.form == LONG {
                    let name = old.long(slot.key);
                    slot.key.b = place_in_text(text.len(), name.len());
                    text.push_str(name);
                }
                put(&mut lines, slot, hash_of(&slot));
            }
            Shard { lines: lines.into(), text: (!text.is_empty()).then(|| text.into()), used }
        };
        let (moved, kept) = (rebuild(moved), rebuild(kept));
        for (at, shard) in [(new, moved), (twin, kept)] {
            if let Some(place) = self.shards.get_mut(at) {
                *place = shard;
            }
        }
    }

    /// Whether the name with this id is forgotten.
    fn is_gone(&self, id: K) -> bool {
        let hash = self.hashes.get(id).copied().unwrap_or(0);
        let shard = self.shards.get(self.shard_of(hash));
        shard.is_some_and(|shard| {
            shard.slots().any(|slot| slot.key.form == GONE && slot.id == id.get())
        })
    }

    pub(crate) fn verify(&self) -> Result<(), String> {
        let mut used = 0usize;
        for (at, shard) in self.shards.iter().enumerate() {
            let live = shard.slots().count();
            if self.mask != self.shards.len().next_power_of_two().wrapping_sub(1) {
                return Err("the names do not know how many shards there are".into());
            }
            if live != shard.used as usize || shard.lines.iter().all(Line::is_full) {
                return Err(format!(
                    "shard {at} of the names says {} and holds {live}",
                    shard.used
                ));
            }
            used = used.saturating_add(live);
        }
        if used != self.len() {
            return Err(format!("{} names have ids and {used} stand in the table", self.len()));
        }
        for id in self.keys() {
            match self.text(id) {
                None if self.is_gone(id) => {}
                None => return Err(format!("name {id} is not found by its hash")),
                Some(text) if self.find(&text) != Some(id) => {
                    return Err(format!("name {id} is not found by its text"));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

impl Shard {
    /// Every slot in use.
    fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        self.lines.iter().flat_map(Line::slots)
    }

    /// The slots in the order of a search, up to the first empty one. There always is one, as a
    /// shard is at most half full.
    fn from(&self, hash: u32) -> impl Iterator<Item = Slot> + '_ {
        let (before, from) =
            self.lines.split_at_checked(home(hash, self.lines.len())).unwrap_or_default();
        from.iter()
            .chain(before)
            .flat_map(|line| (0..SLOTS).map(|place| line.slot(place)))
            .map_while(std::convert::identity)
    }

    #[inline(never)]
    fn search(&self, name: &str, Hashed { key, hash }: Hashed) -> Option<u32> {
        let long = |other: Key| {
            key.form == LONG && other.form == LONG && other.a == key.a && self.long(other) == name
        };
        self.from(hash).find(|slot| slot.key == key || long(slot.key)).map(|slot| slot.id)
    }

    fn long(&self, key: Key) -> &str {
        let (start, len) = ((key.b >> 32) as usize, key.b as u32 as usize);
        self.text
            .as_deref()
            .and_then(|text| text.get(start..start.saturating_add(len)))
            .unwrap_or("")
    }
}

/// Empty lines for a number of names, with room for more.
fn lines_for(names: usize) -> Vec<Line> {
    vec![EMPTY; names.saturating_mul(14).div_ceil(15).max(2)]
}

fn place_in_text(start: usize, len: usize) -> u64 {
    (start as u64) << 32 | len as u64
}

/// The line that a hash points at, by its high bits: the low ones chose the shard.
#[inline(always)]
fn home(hash: u32, lines: usize) -> usize {
    (u64::from(hash).wrapping_mul(lines as u64) >> 32) as usize
}

fn put(lines: &mut [Line], slot: Slot, hash: u32) {
    let start = home(hash, lines.len());
    let has_room = |line: &Line| !line.is_full();
    let place =
        lines.iter().skip(start).position(has_room).map(|ahead| start.saturating_add(ahead));
    let place = place.or_else(|| lines.iter().position(has_room));
    if let Some(line) = place.and_then(|place| lines.get_mut(place)) {
        line.put(line.slots().count(), slot);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::store::PersonId;

    fn id(n: usize) -> PersonId {
        PersonId::from_index(n).unwrap()
    }

    fn uuid(n: u64) -> String {
        let x = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            x as u32,
            x >> 48,
            x & 0xfff,
            n & 0xfff,
            x >> 16
        )
    }

    #[test]
    fn thousands_of_names_of_every_form_keep_their_ids() {
        let mut names = Names::<PersonId>::default();
        let name = |n: u64| match n % 5 {
            0 => format!("{n}"),
            1 => uuid(n),
            2 => format!("ana.maria.{n}@escola.example"),
            3 => format!("{:011}", n * 7),
            _ => format!("日本{n}"),
        };
        for n in 0..20_000 {
            assert_eq!(names.intern(&name(n)).unwrap(), id(n as usize));
        }
        names.verify().unwrap();
        let old = names.clone();
        for n in 0..20_000 {
            assert_eq!(names.find(&name(n)), Some(id(n as usize)));
            assert_eq!(names.intern(&name(n)).unwrap(), id(n as usize));
            assert_eq!(names.text(id(n as usize)).unwrap(), name(n));
        }
        for n in 20_000..21_000 {
            assert_eq!(names.find(&name(n)), None);
            names.intern(&name(n)).unwrap();
        }
        old.verify().unwrap();
        assert_eq!(old.find(&name(20_000)), None);
    }

    #[test]
    fn a_uuid_in_another_spelling_is_another_name() {
        let mut names = Names::<PersonId>::default();
        let lower = uuid(77);
        let spellings = [
            lower.to_uppercase(),
            lower.replace('-', ""),
            format!("{{{lower}}}"),
            lower.replace('-', ":"),
        ];
        let ids: Vec<_> =
            spellings.iter().chain([&lower]).map(|name| names.intern(name).unwrap()).collect();
        assert_eq!(ids, [0, 1, 2, 3, 4].map(id));
        names.verify().unwrap();
    }

    /// Names of every length, with characters that repeat within the name, at its ends, and across
    /// the place where its halves overlap.
    #[test]
    fn a_short_name_comes_back_letter_for_letter() {
        let letters = ["a", "b", "\u{7f}", "é", "日", "🙂"];
        let mut names = Names::<PersonId>::default();
        let mut words = std::collections::BTreeSet::new();
        for len in 1..=18 {
            for one in letters {
                for other in letters {
                    // All characters equal but one; and two characters by turns.
                    for place in 0..len {
                        words.insert(
                            (0..len)
                                .map(|n| if n == place { other } else { one })
                                .collect::<String>(),
                        );
                    }
                    words.insert((0..len).map(|n| if n % 2 == 0 { one } else { other }).collect());
                }
            }
            words.insert("abcdefghijklmnopqr".chars().take(len).collect());
        }
        let lengths: std::collections::BTreeSet<usize> = words.iter().map(String::len).collect();
        assert!((1..=36).all(|len| lengths.contains(&len)), "{lengths:?}");
        let ids: Vec<PersonId> = words.iter().map(|word| names.intern(word).unwrap()).collect();
        for (word, id) in words.iter().zip(ids) {
            assert_eq!(
                (names.text(id).as_deref(), names.find(word)),
                (Some(word.as_str()), Some(id))
            );
            names.prefetch_text(id);
        }
        // An id that was never given has no name.
        let next = id(words.len());
        assert_eq!(
            (names.text(next), names.prefetch_text(next), names.text(PersonId::NONE)),
            (None, 0, None)
        );
    }

    proptest! {
        #[test]
        fn a_forgotten_name_is_gone_and_its_id_is_never_given_again(
            steps in prop::collection::vec((0usize..120, any::<bool>()), 1..700)
        ) {
            let word = |n: usize| match n % 3 {
                0 => format!("{n}"),
                1 => uuid(n as u64),
                _ => format!("somebody.with.a.long.name.{n}"),
            };
            let mut names = Names::<PersonId>::default();
            let mut ids: Vec<Option<usize>> = Vec::new();
            for (n, forget) in steps {
                let known = ids.iter().position(|held| *held == Some(n)).map(id);
                prop_assert_eq!(names.find(&word(n)), known);
                match known {
                    Some(id) if forget => {
                        names.forget(id);
                        ids[id.index()] = None;
                    }
                    None if forget => {
                        prop_assert_eq!(names.pass().unwrap(), id(ids.len()));
                        ids.push(None);
                    }
                    Some(id) => prop_assert_eq!(names.intern(&word(n)).unwrap(), id),
                    None => {
                        prop_assert_eq!(names.intern(&word(n)).unwrap(), id(ids.len()));
                        ids.push(Some(n));
                    }
                }
            }
            names.verify().unwrap();
            for (place, held) in ids.iter().enumerate() {
                let text = names.text(id(place));
                prop_assert_eq!(text.map(String::from), held.map(word));
            }
        }

        #[test]
        fn names_are_found_exactly(words in prop::collection::vec("[a-c\\-0-9fg]{1,5}|[0-9a-g]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\\PC{1,40}", 1..80)) {
            let mut names = Names::<PersonId>::default();
            let mut plain = std::collections::HashMap::new();
            for word in &words {
                let next = id(plain.len());
                let id = *plain.entry(word.clone()).or_insert(next);
                prop_assert_eq!(names.intern(word).unwrap(), id);
            }
            names.verify().unwrap();
            for (word, id) in &plain {
                let text = names.text(*id).unwrap();
                prop_assert_eq!(text.as_str(), word.as_str());
                let near = format!("{word}x");
                prop_assert_eq!(names.find(&near), plain.get(&near).copied());
            }
        }
    }
}
