//! [`Names`]: the append-only interner. A name gets a dense id and keeps it.
//!
//! A name of up to sixteen bytes, or a UUID as it is usually written, stands
//! whole inside its slot of the hash table, so that a look-up touches one cache
//! line and compares two words. Longer names stand in the text of their shard.
//! There is one copy of every name; from an id the way back leads over its hash.
//!
//! The table grows by linear hashing: one shard at a time is split in two, so
//! that no insertion pays for all. The hash is keyed at random for each
//! interner, so that nobody can choose names that collide.

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use compact_str::CompactString;
use foldhash::fast::RandomState;

use super::tree::{Full, Table, Tree};
use crate::model::Name;

/// Names in a shard when it is split, on average.
const SHARD: usize = 192;
const UUID: u32 = 17;
const LONG: u32 = 18;
/// The form of a name that is forgotten: its slot keeps the id, matches nothing and
/// does not end a search.
const GONE: u32 = 19;

/// A name as it is compared: two words and how to read them. `form` is the length
/// of a short name, [`UUID`] or [`LONG`]; zero marks an empty slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    a: u64,
    b: u64,
    form: u32,
}

/// A key and its id, in 24 bytes. For a long name `a` is a hash of it and `b` says
/// where it stands in the text.
#[derive(Clone, Copy, Debug)]
struct Slot {
    a: u64,
    b: u64,
    form: u32,
    id: u32,
}

const EMPTY: Slot = Slot { a: 0, b: 0, form: 0, id: 0 };

impl Slot {
    #[inline(always)]
    fn is(&self, key: Key) -> bool {
        (self.a ^ key.a) | (self.b ^ key.b) | u64::from(self.form ^ key.form) == 0
    }
}

/// An open-addressed table of its own, never more than half full.
#[derive(Clone, Debug)]
struct Shard {
    slots: Arc<[Slot]>,
    text: Option<Arc<str>>,
    used: u32,
}

impl Default for Shard {
    fn default() -> Shard {
        Shard { slots: Arc::new([EMPTY; 8]), text: None, used: 0 }
    }
}

/// A name looked at: its key and the hash of that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hashed {
    key: Key,
    hash: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Names {
    shards: Tree<Shard>,
    /// The hash of each name, by id.
    hashes: Table<u32>,
    /// The bits of a hash that choose among the next power of two of shards.
    mask: usize,
    seed: RandomState,
}

impl Default for Names {
    fn default() -> Names {
        let mut shards = Tree::default();
        // One element always fits.
        let _ = shards.push(Shard::default());
        Names { shards, hashes: Table::default(), mask: 0, seed: RandomState::default() }
    }
}

impl Names {
    pub(crate) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// The id of a name.
    #[inline(always)]
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        self.find_hashed(name, self.hash(name))
    }

    /// The first half of [`Names::find`]: no memory but the name is touched.
    #[inline(always)]
    pub(crate) fn hash(&self, name: &str) -> Hashed {
        let key = short_key(name.as_bytes()).unwrap_or_else(|| self.long_key(name));
        Hashed { key, hash: self.hash_key(key) }
    }

    #[inline(never)]
    fn long_key(&self, name: &str) -> Key {
        uuid_key(name.as_bytes()).unwrap_or_else(|| Key { a: self.seed.hash_one(name.as_bytes()), b: 0, form: LONG })
    }

    /// The second half: the look-up.
    #[inline(always)]
    pub(crate) fn find_hashed(&self, name: &str, Hashed { key, hash }: Hashed) -> Option<u32> {
        let shard = self.shards.get(self.shard_of(hash))?;
        let place = home(hash, shard.slots.len());
        // Most names stand where they would like to, or right behind.
        if let Some([first, second, ..]) = shard.slots.get(place..) {
            if first.is(key) {
                return Some(first.id);
            }
            if second.is(key) {
                return Some(second.id);
            }
        }
        shard.search(name, key, place)
    }

    /// Loads the line where a look-up would begin; what comes back means nothing.
    #[inline]
    pub(crate) fn touch(&self, Hashed { hash, .. }: Hashed) -> u32 {
        let Some(shard) = self.shards.get(self.shard_of(hash)) else { return 0 };
        shard.slots.get(home(hash, shard.slots.len())).map_or(0, |slot| slot.id)
    }

    /// The id of a name that may be new.
    pub(crate) fn intern(&mut self, name: &str) -> Result<u32, Full> {
        let hashed = self.hash(name);
        if let Some(id) = self.find_hashed(name, hashed) {
            return Ok(id);
        }
        let id = u32::try_from(self.hashes.len()).map_err(|_| Full)?;
        self.hashes.push(hashed.hash)?;
        if self.len() > self.shards.len().saturating_mul(SHARD) {
            self.split();
        }
        let at = self.shard_of(hashed.hash);
        let shard = self.shards.get_mut(at).ok_or(Full)?;
        let full = (shard.used as usize).saturating_add(1).saturating_mul(2) > shard.slots.len();
        if full {
            let entries: Vec<Slot> = shard.slots.iter().filter(|slot| slot.form != 0).copied().collect();
            let text = shard.text.take();
            let bigger = (shard.used as usize).saturating_mul(5).div_ceil(2).max(8);
            let mut slots = vec![EMPTY; bigger];
            for slot in entries {
                put(&mut slots, slot, self.hashes.get(slot.id).copied().unwrap_or(0));
            }
            *shard = Shard { slots: slots.into(), text, used: shard.used };
        }
        let mut key = hashed.key;
        if key.form == LONG {
            let old = shard.text.as_deref().unwrap_or("");
            key.b = place_in_text(old.len(), name.len());
            shard.text = Some([old, name].concat().into());
        }
        put(Arc::make_mut(&mut shard.slots), Slot { a: key.a, b: key.b, form: key.form, id }, hashed.hash);
        shard.used = shard.used.saturating_add(1);
        Ok(id)
    }

    /// Forgets the name with this id: it is no longer found and has no text, and the id
    /// is not given again. O(one shard); who holds a clone from before still has it.
    pub(crate) fn forget(&mut self, id: u32) {
        let Some(&hash) = self.hashes.get(id) else { return };
        let at = self.shard_of(hash);
        let Some(shard) = self.shards.get_mut(at) else { return };
        let live = |slot: &&mut Slot| slot.form != 0 && slot.form != GONE && slot.id == id;
        let Some(slot) = Arc::make_mut(&mut shard.slots).iter_mut().find(live) else { return };
        let old = std::mem::replace(slot, Slot { a: 0, b: 0, form: GONE, id });
        if old.form == LONG {
            // The text keeps its length, so that the other names keep their places.
            let kept = shard.text.as_deref().unwrap_or("");
            let blank = " ".repeat(shard.long(&old).len());
            let start = (old.b >> 32) as usize;
            let end = start.saturating_add(blank.len());
            shard.text =
                kept.get(..start).zip(kept.get(end..)).map(|(head, tail)| [head, &blank, tail].concat().into());
        }
    }

    /// Gives the next id to a name that is forgotten already.
    pub(crate) fn pass(&mut self) -> Result<u32, Full> {
        // No name holds a control character.
        let id = self.intern(&format!("\0{}", self.len()))?;
        self.forget(id);
        Ok(id)
    }

    /// The name with this id.
    pub(crate) fn text(&self, id: u32) -> Option<CompactString> {
        let hash = *self.hashes.get(id)?;
        let shard = self.shards.get(self.shard_of(hash))?;
        let start = home(hash, shard.slots.len());
        let (before, from) = shard.slots.split_at_checked(start)?;
        let slot = from.iter().chain(before).take_while(|slot| slot.form != 0).find(|slot| slot.id == id)?;
        Some(match slot.form {
            GONE => return None,
            LONG => CompactString::from(shard.long(slot)),
            UUID => uuid_text(slot.a, slot.b),
            _ => short_text(slot),
        })
    }

    /// The name with this id; an id that was never given has none, and is shown so.
    pub(crate) fn name(&self, id: u32) -> Name {
        self.text(id).map_or_else(|| Name::trusted(CompactString::const_new("?")), Name::trusted)
    }

    #[inline(always)]
    fn hash_key(&self, key: Key) -> u32 {
        let mut hasher = self.seed.build_hasher();
        hasher.write_u64(key.a);
        hasher.write_u64(key.b ^ u64::from(key.form).rotate_right(8));
        let hash = hasher.finish();
        (hash >> 32) as u32 ^ hash as u32
    }

    /// Linear hashing: with `n` shards the low bits choose among the next power of
    /// two, and a shard that does not exist yet is still part of its lower twin.
    #[inline(always)]
    fn shard_of(&self, hash: u32) -> usize {
        let wide = hash as usize & self.mask;
        if wide < self.shards.len() { wide } else { wide & self.mask >> 1 }
    }

    /// Splits the next shard in turn.
    fn split(&mut self) {
        let new = self.shards.len();
        let twin = new.checked_sub(new.next_power_of_two() / 2).filter(|_| !new.is_power_of_two()).unwrap_or(0);
        let Some(old) = self.shards.get(twin).cloned() else { return };
        // The new shard must exist before hashes are led to it.
        if self.shards.push(Shard::default()).is_err() {
            return;
        }
        self.mask = self.shards.len().next_power_of_two().wrapping_sub(1);
        let hash_of = |slot: &Slot| self.hashes.get(slot.id).copied().unwrap_or(0);
        let live = old.slots.iter().filter(|slot| slot.form != 0);
        let (moved, kept): (Vec<Slot>, Vec<Slot>) = live.copied().partition(|slot| self.shard_of(hash_of(slot)) == new);
        let rebuild = |entries: Vec<Slot>| {
            let mut slots = vec![EMPTY; entries.len().saturating_mul(5).div_ceil(2).max(8)];
            let mut text = String::new();
            let used = u32::try_from(entries.len()).unwrap_or(u32::MAX);
            for mut slot in entries {
                if slot.form == LONG {
                    let name = old.long(&slot);
                    slot.b = place_in_text(text.len(), name.len());
                    text.push_str(name);
                }
                put(&mut slots, slot, hash_of(&slot));
            }
            Shard { slots: slots.into(), text: (!text.is_empty()).then(|| text.into()), used }
        };
        let (moved, kept) = (rebuild(moved), rebuild(kept));
        for (at, shard) in [(new, moved), (twin, kept)] {
            if let Some(place) = self.shards.get_mut(at) {
                *place = shard;
            }
        }
    }

    /// Whether the name with this id is forgotten.
    fn is_gone(&self, id: u32) -> bool {
        let hash = self.hashes.get(id).copied().unwrap_or(0);
        let shard = self.shards.get(self.shard_of(hash));
        shard.is_some_and(|shard| shard.slots.iter().any(|slot| slot.form == GONE && slot.id == id))
    }

    pub(crate) fn verify(&self) -> Result<(), String> {
        let mut used = 0usize;
        for (at, shard) in self.shards.iter().enumerate() {
            let live = shard.slots.iter().filter(|slot| slot.form != 0).count();
            if self.mask != self.shards.len().next_power_of_two().wrapping_sub(1) {
                return Err("the names do not know how many shards there are".into());
            }
            if live != shard.used as usize || live >= shard.slots.len() {
                return Err(format!("shard {at} of the names says {} and holds {live}", shard.used));
            }
            used = used.saturating_add(live);
        }
        if used != self.len() {
            return Err(format!("{} names have ids and {used} stand in the table", self.len()));
        }
        for id in 0..u32::try_from(self.len()).unwrap_or(u32::MAX) {
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
    /// From a place on, up to the first empty slot. There always is one.
    #[inline(never)]
    fn search(&self, name: &str, key: Key, place: usize) -> Option<u32> {
        let (mut place, last) = (place, self.slots.len().saturating_sub(1));
        loop {
            let slot = self.slots.get(place)?;
            if slot.is(key) || key.form == LONG && slot.form == LONG && slot.a == key.a && self.long(slot) == name {
                return Some(slot.id);
            }
            if slot.form == 0 {
                return None;
            }
            place = if place >= last { 0 } else { place.saturating_add(1) };
        }
    }

    fn long(&self, slot: &Slot) -> &str {
        let (start, len) = ((slot.b >> 32) as usize, slot.b as u32 as usize);
        self.text.as_deref().and_then(|text| text.get(start..start.saturating_add(len))).unwrap_or("")
    }
}

fn place_in_text(start: usize, len: usize) -> u64 {
    (start as u64) << 32 | len as u64
}

/// Where a hash would like to stand: its high bits, the low ones having chosen the shard.
#[inline(always)]
fn home(hash: u32, slots: usize) -> usize {
    (u64::from(hash).wrapping_mul(slots as u64) >> 32) as usize
}

fn put(slots: &mut [Slot], slot: Slot, hash: u32) {
    let start = home(hash, slots.len());
    let free = |slot: &Slot| slot.form == 0;
    let place = slots.iter().skip(start).position(free).map(|ahead| start.saturating_add(ahead));
    let place = place.or_else(|| slots.iter().position(free));
    if let Some(place) = place.and_then(|place| slots.get_mut(place)) {
        *place = slot;
    }
}

/// Two words that, with the length, say what a name of 1 to 16 bytes is: its first
/// and its last bytes, overlapping.
#[inline(always)]
fn short_key(bytes: &[u8]) -> Option<Key> {
    let form = bytes.len() as u32;
    let (a, b) = match bytes.len() {
        8..=16 => (u64::from_le_bytes(*bytes.first_chunk()?), u64::from_le_bytes(*bytes.last_chunk()?)),
        4..=7 => {
            let (a, b) = (u32::from_le_bytes(*bytes.first_chunk()?), u32::from_le_bytes(*bytes.last_chunk()?));
            (u64::from(a), u64::from(b))
        }
        1..=3 => {
            let (first, middle, last) = (bytes.first()?, bytes.get(bytes.len() / 2)?, bytes.last()?);
            (u64::from(u32::from_le_bytes([*first, *middle, *last, 0])), 0)
        }
        _ => return None,
    };
    Some(Key { a, b, form })
}

fn short_text(slot: &Slot) -> CompactString {
    let len = slot.form as usize;
    let mut bytes = [0u8; 16];
    let (a, b) = (slot.a.to_le_bytes(), slot.b.to_le_bytes());
    let width = match len {
        8.. => 8,
        4..=7 => 4,
        _ => 0,
    };
    if width == 0 {
        let [first, middle, last, ..] = a;
        let order = if len == 2 { [first, last, 0] } else { [first, middle, last] };
        bytes.iter_mut().zip(order).for_each(|(to, from)| *to = from);
    } else {
        bytes.iter_mut().zip(a.iter().take(width)).for_each(|(to, from)| *to = *from);
        bytes.iter_mut().skip(len.saturating_sub(width)).zip(b.iter().take(width)).for_each(|(to, from)| *to = *from);
    }
    CompactString::from_utf8_lossy(bytes.get(..len).unwrap_or_default())
}

const ONES: u64 = 0x0101_0101_0101_0101;

/// Sixteen hexadecimal digits, lower case, as the eight bytes they write; anything else: none.
/// Each byte of a word is a digit: all eight are read at once.
#[inline]
fn hex_word(text: u64) -> Option<u32> {
    let letter = text >> 6 & ONES;
    let digits = (text & (0x0f * ONES)).wrapping_add(letter.wrapping_mul(9));
    let above_nine = digits.wrapping_add(6 * ONES) >> 4 & ONES;
    let written = digits.wrapping_add(0x30 * ONES).wrapping_add(above_nine.wrapping_mul(0x27));
    // Beyond `f` a digit runs over its four bits, although it is written back as it was.
    if written != text || digits & (0xf0 * ONES) != 0 {
        return None;
    }
    let pairs = (digits << 4 | digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
    Some((fours | fours >> 16) as u32)
}

/// A UUID as it is usually written, in 36 characters of lower case.
#[inline]
fn uuid_key(bytes: &[u8]) -> Option<Key> {
    let bytes: &[u8; 36] = bytes.try_into().ok()?;
    let [
        a0,
        a1,
        a2,
        a3,
        a4,
        a5,
        a6,
        a7,
        b'-',
        b0,
        b1,
        b2,
        b3,
        b'-',
        c0,
        c1,
        c2,
        c3,
        b'-',
        d0,
        d1,
        d2,
        d3,
        b'-',
        e @ ..,
    ] = *bytes
    else {
        return None;
    };
    let [e0, e1, e2, e3, f @ ..] = e;
    let first = hex_word(u64::from_le_bytes([a0, a1, a2, a3, a4, a5, a6, a7]))?;
    let second = hex_word(u64::from_le_bytes([b0, b1, b2, b3, c0, c1, c2, c3]))?;
    let third = hex_word(u64::from_le_bytes([d0, d1, d2, d3, e0, e1, e2, e3]))?;
    let fourth = hex_word(u64::from_le_bytes(f))?;
    Some(Key {
        a: u64::from(first) | u64::from(second) << 32,
        b: u64::from(third) | u64::from(fourth) << 32,
        form: UUID,
    })
}

fn uuid_text(a: u64, b: u64) -> CompactString {
    let mut text = CompactString::default();
    for (n, byte) in a.to_le_bytes().into_iter().chain(b.to_le_bytes()).enumerate() {
        if matches!(n, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn uuid(n: u64) -> String {
        let x = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        format!("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", x as u32, x >> 48, x & 0xfff, n & 0xfff, x >> 16)
    }

    #[test]
    fn thousands_of_names_of_every_form_keep_their_ids() {
        let mut names = Names::default();
        let name = |n: u64| match n % 5 {
            0 => format!("{n}"),
            1 => uuid(n),
            2 => format!("ana.maria.{n}@escola.example"),
            3 => format!("{:011}", n * 7),
            _ => format!("日本{n}"),
        };
        for n in 0..20_000 {
            assert_eq!(names.intern(&name(n)).unwrap(), n as u32);
        }
        names.verify().unwrap();
        let old = names.clone();
        for n in 0..20_000 {
            assert_eq!(names.find(&name(n)), Some(n as u32));
            assert_eq!(names.intern(&name(n)).unwrap(), n as u32);
            assert_eq!(names.text(n as u32).unwrap(), name(n));
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
        let mut names = Names::default();
        let lower = uuid(77);
        let spellings = [lower.to_uppercase(), lower.replace('-', ""), format!("{{{lower}}}"), lower.replace('-', ":")];
        let ids: Vec<_> = spellings.iter().chain([&lower]).map(|name| names.intern(name).unwrap()).collect();
        assert_eq!(ids, [0, 1, 2, 3, 4]);
        names.verify().unwrap();
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
            let mut names = Names::default();
            let mut ids: Vec<Option<usize>> = Vec::new();
            for (n, forget) in steps {
                let known = ids.iter().position(|held| *held == Some(n));
                prop_assert_eq!(names.find(&word(n)), known.map(|id| id as u32));
                match known {
                    Some(id) if forget => {
                        names.forget(id as u32);
                        ids[id] = None;
                    }
                    None if forget => {
                        prop_assert_eq!(names.pass().unwrap(), ids.len() as u32);
                        ids.push(None);
                    }
                    Some(id) => prop_assert_eq!(names.intern(&word(n)).unwrap(), id as u32),
                    None => {
                        prop_assert_eq!(names.intern(&word(n)).unwrap(), ids.len() as u32);
                        ids.push(Some(n));
                    }
                }
            }
            names.verify().unwrap();
            for (id, held) in ids.iter().enumerate() {
                let text = names.text(id as u32);
                prop_assert_eq!(text.map(String::from), held.map(word));
            }
        }

        #[test]
        fn names_are_found_exactly(words in prop::collection::vec("[a-c\\-0-9fg]{1,5}|[0-9a-g]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\\PC{1,40}", 1..80)) {
            let mut names = Names::default();
            let mut plain = std::collections::HashMap::new();
            for word in &words {
                let next = plain.len() as u32;
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
