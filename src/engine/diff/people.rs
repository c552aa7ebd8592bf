//! [`People`]: the people whom a row of a diff is about.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::sides::Side;
use crate::facts::Snapshot;
use crate::model::Identifier;
use crate::store::PersonId;

/// The bit that marks the id of a person whom the earlier snapshot names. Ids are below 2^27.
const BEFORE: u32 = 1 << 31;
/// How many names are prefetched at a time.
const AHEAD: usize = 32;

/// People, each once, in the order in which they were first registered.
///
/// People who lost something have the names and the order of the earlier snapshot, all others those
/// of the later one. People whose hours changed and whom only the earlier snapshot knows come last.
///
/// Names are looked up when they are asked for: the list itself takes four bytes for each person,
/// and keeps the two snapshots that it came from alive. Two lists are equal if they name equal
/// people, in any order. The serde form is a list of names. The `Debug` form masks them.
///
/// ```
/// # use alcada::{Event, Grant, Identifier, Instant, Policy, Registration, Snapshot};
/// # let policy = Policy::from_toml(
/// #     "version = 1
/// #      functions.notes.actions = ['read']
/// #      roles.reader.permissions = ['notes:*']",
/// # )?;
/// # let mut before = Snapshot::new(policy);
/// # before.apply(&Event::PersonRegistered(Registration::of("rui")?))?;
/// # before.apply(&Event::PersonRegistered(Registration::of("ana")?))?;
/// # let mut after = before.clone();
/// # after.apply(&Event::Granted(Grant::role("reader").to("ana").everywhere()?))?;
/// # after.apply(&Event::Granted(Grant::role("reader").to("rui").everywhere()?))?;
/// # let diff = before.diff(&after, Instant::now());
/// let people = &diff.gained[0].people;
/// assert_eq!(people.to_string(), "2 people: `rui`, `ana`");
/// for name in people {
///     println!("{name} gained something");
/// }
/// let mut names: Vec<Identifier> = people.iter().collect();
/// names.sort_unstable();
/// # assert_eq!(names[0].as_str(), "ana");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct People {
    snapshots: Arc<[Snapshot; 2]>,
    /// The ids of the people, those of the earlier snapshot with the bit [`BEFORE`]; sorted, each
    /// once.
    numbers: Vec<u32>,
}

impl People {
    /// The people with these [numbers](Self::number), each of which must be given once.
    pub(super) fn of(snapshots: &Arc<[Snapshot; 2]>, mut numbers: Vec<u32>) -> People {
        numbers.sort_unstable();
        People { snapshots: Arc::clone(snapshots), numbers }
    }

    /// The number of a person in a list: the id, marked with the side whose names it is of.
    pub(super) fn number(side: Side, id: PersonId) -> u32 {
        match side {
            Side::Before => id.get() | BEFORE,
            Side::After => id.get(),
        }
    }

    /// The numbers of the people, sorted.
    pub(super) fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// The snapshot that names the person with a number, and the person's id there.
    fn named_by(&self, number: u32) -> (&Snapshot, PersonId) {
        let [before, after] = &*self.snapshots;
        let snapshot = if number & BEFORE == 0 { after } else { before };
        (snapshot, PersonId::from_raw(number & !BEFORE))
    }

    /// How many people these are. No name is looked up for it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether these are no people at all, which is never so in a row of a diff.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The names of the people. A person whose name was erased is given as a number, `#17`.
    ///
    /// # Complexity
    /// One look-up of a name for each person.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Identifier> + '_ {
        self.numbers.iter().enumerate().map(|(n, &number)| {
            if n.is_multiple_of(AHEAD) {
                self.prefetch(n);
            }
            let (snapshot, id) = self.named_by(number);
            snapshot.0.identifier(id)
        })
    }

    /// Loads where the names from a position on are stored into the cache. The loads do not depend
    /// on each other, so the memory latency is paid once for all of them.
    fn prefetch(&self, from: usize) {
        let loaded = self.numbers.iter().skip(from).take(AHEAD).map(|&number| {
            let (snapshot, id) = self.named_by(number);
            snapshot.0.person_names.prefetch_text(id)
        });
        // The compiler must not drop the loads, although nobody needs their values.
        std::hint::black_box(loaded.fold(0, |seen, loaded| seen ^ loaded));
    }
}

impl<'p> IntoIterator for &'p People {
    type Item = Identifier;
    type IntoIter = Box<dyn ExactSizeIterator<Item = Identifier> + 'p>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

impl PartialEq for People {
    fn eq(&self, other: &People) -> bool {
        let sorted = |people: &People| {
            let mut names: Vec<Identifier> = people.iter().collect();
            names.sort_unstable();
            names
        };
        self.len() == other.len() && (self.iter().eq(other.iter()) || sorted(self) == sorted(other))
    }
}

impl Eq for People {}

impl fmt::Debug for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl Serialize for People {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
