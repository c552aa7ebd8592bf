//! Random worlds, changes and requests, drawn from bytes so that a property test
//! and a fuzz target share them. Work is bounded by the sizes, whatever the bytes.

mod asks;
mod changes;
mod grids;
mod policy;
mod sessions;
mod source;

use alcada::{Event, Instant, Name};

pub use source::Source;

use crate::oracle::{Ask, Chosen, World, apply};

/// How much of everything comes first, a byte each, taken modulo its bound; then
/// eight bytes of seed; then choices, and when they end, what the seed gives.
pub const SIZES: usize = 18;

fn name(text: impl AsRef<str>) -> Name {
    Name::new(text).unwrap()
}

fn names(texts: &[&str]) -> Vec<Name> {
    texts.iter().map(name).collect()
}

/// The n-th of the few instants at which things begin and end.
pub fn instant(n: usize) -> Instant {
    Instant::from_micros(1_772_409_600_000_000).plus_seconds(3600 * n as i64)
}

/// How many such instants there are.
const INSTANTS: usize = 9;

/// A world and the events that led to it.
pub struct Made<'a> {
    pub world: World,
    pub log: Vec<Event>,
    pub source: Source<'a>,
}

/// A world from any bytes at all.
pub fn world_from_bytes(bytes: &[u8]) -> Made<'_> {
    let size = |i: usize, bound: u8| usize::from(bytes.get(i).copied().unwrap_or(0) % (bound + 1));
    let rest = bytes.get(SIZES..).unwrap_or(&[]);
    let (seed, raw) = rest.split_at(rest.len().min(8));
    let seed = seed.iter().rev().fold(0, |sum, &b| sum << 8 | u64::from(b));
    let mut source = Source { raw, seed, state: seed };
    let policy = policy::policy(&mut source, &size);
    let mut made = Made { world: World::new(policy), log: Vec::new(), source };

    made.draw(1, 1 + size(4, 2), changes::tenant_added);
    made.draw(2, size(5, 24), changes::unit_added);
    made.draw(3, 2 + size(6, 10), changes::person_registered);
    made.draw(4, size(7, 6), changes::group_created);
    made.draw(5, size(8, 6), changes::role_created);
    made.draw(6, size(9, 12), changes::affiliation_recorded);
    made.draw(7, size(10, 3), changes::membership);
    // Where there are fewest people, now and then with more grants than are looked at in one go.
    let many = if size(6, 10) == 0 { 40 } else { 0 };
    made.draw(8, 3 + size(11, 25) + many, changes::granted);
    made.draw(9, size(12, 4), changes::restriction_on_person);
    made.draw(10, size(13, 2), changes::restriction_on_role);
    made.draw(11, size(14, 5).saturating_sub(4) + size(14, 30) / 30, changes::suspended);
    made.draw(13, size(2, 3), changes::seats_contracted);
    made.draw(14, size(7, 6), changes::role_requested);
    made.draw(15, size(16, 5), grids::grid_created);
    made.draw(16, size(17, 5), grids::enrolled);
    made.draw(12, size(15, 2), changes::unit_closed);
    made
}

impl Made<'_> {
    /// Draws so many events that fit; each is tried a few times.
    fn draw(&mut self, tag: u64, count: usize, event: fn(&World, &mut Source) -> Option<Event>) {
        for item in 0..count {
            self.source.section(tag, item as u64);
            for _ in 0..4 {
                let Some(event) = event(&self.world, &mut self.source) else { continue };
                if apply(&mut self.world, &event).is_ok() {
                    self.log.push(event);
                    break;
                }
            }
        }
    }

    /// The n-th request drawn for this world, and the instant of asking.
    pub fn ask(&mut self, n: usize) -> (Ask, Instant) {
        self.source.section(20, n as u64);
        asks::ask(&self.world, &mut self.source)
    }

    /// What whoever asks that may have chosen at signing in.
    pub fn chosen(&mut self, n: usize, ask: &Ask) -> Chosen {
        self.source.section(24, n as u64);
        sessions::chosen(&self.world, &mut self.source, ask)
    }

    /// The n-th change drawn for this world as it now is; it may not fit.
    pub fn change(&mut self, n: usize) -> Event {
        self.source.section(21, n as u64);
        changes::change(&self.world, &mut self.source)
    }

    /// The n-th grant drawn for this world as it now is; it may not fit.
    pub fn grant(&mut self, n: usize) -> Option<Event> {
        self.source.section(22, n as u64);
        changes::granted(&self.world, &mut self.source)
    }

    /// A number below a bound, the n-th.
    pub fn below(&mut self, n: usize, bound: usize) -> usize {
        self.source.section(23, n as u64);
        self.source.below(bound)
    }
}
