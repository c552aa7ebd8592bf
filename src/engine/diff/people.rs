//! [`People`]: who a row of a diff is about.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::sides::Side;
use crate::facts::Snapshot;
use crate::model::Identifier;
use crate::store::PersonId;

/// Marks the number of somebody whom the earlier snapshot names; numbers are below 2^27.
const BEFORE: u32 = 1 << 31;
/// So many names are fetched ahead of the one that is asked for.
const AHEAD: usize = 32;

/// People, each once, in the order in which they were first registered.
///
/// Names and order are those of the snapshot before for people who lost something, and those of the one after for
/// all others. People whose hours changed and whom only the one before knows come last.
///
/// They are named when that is asked for: the list itself takes four bytes a person, and
/// keeps the two snapshots that it came from. Two lists are equal if they name the same
/// people, in whatever order. In serde form it is a list of names. Its `Debug` form masks them.
///
/// ```
/// # use alcada::{Event, Grant, Identifier, Instant, Policy, Registration, Snapshot};
/// # let policy = Policy::from_toml("version = 1\nfunctions.notes.actions = [\"read\"]\nroles.reader.permissions = [\"notes:*\"]")?;
/// # let mut before = Snapshot::new(policy);
/// # before.apply(&Event::PersonRegistered(Registration::of("rui")?))?;
/// # before.apply(&Event::PersonRegistered(Registration::of("ana")?))?;
/// # let mut after = before.clone();
/// # after.apply(&Event::Granted(Grant::role("reader").to("ana").everywhere()?))?;
/// # after.apply(&Event::Granted(Grant::role("reader").to("rui").everywhere()?))?;
/// # let diff = before.diff(&after, Instant::now());
/// let people = &diff.gained[0].people;
/// assert_eq!(people.to_string(), "2 people: `rui`, `ana`");
/// for who in people {
///     println!("{who} gained something");
/// }
/// let mut names: Vec<Identifier> = people.iter().collect();
/// names.sort_unstable();
/// # assert_eq!(names[0].as_str(), "ana");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct People {
    snapshots: Arc<[Snapshot; 2]>,
    /// In order, each once.
    numbers: Vec<u32>,
}

impl People {
    pub(super) fn of(snapshots: &Arc<[Snapshot; 2]>, mut numbers: Vec<u32>) -> People {
        numbers.sort_unstable();
        People { snapshots: Arc::clone(snapshots), numbers }
    }

    /// The number that stands in a list for somebody whom a side names.
    pub(super) fn number(side: Side, id: PersonId) -> u32 {
        match side {
            Side::Before => id.get() | BEFORE,
            Side::After => id.get(),
        }
    }

    pub(super) fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    fn named_by(&self, number: u32) -> (&Snapshot, PersonId) {
        let [before, after] = &*self.snapshots;
        let snapshot = if number & BEFORE == 0 { after } else { before };
        (snapshot, PersonId::from_raw(number & !BEFORE))
    }

    /// How many: nobody is named for that.
    #[must_use]
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there is nobody; never so in a row of a diff.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Each of them by name. Somebody without a name any more is a number, `#17`.
    ///
    /// # Complexity
    /// A look-up of a name for each.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Identifier> + '_ {
        self.numbers.iter().enumerate().map(|(n, &number)| {
            if n.is_multiple_of(AHEAD) {
                self.touch(n);
            }
            let (snapshot, id) = self.named_by(number);
            snapshot.0.identifier(id)
        })
    }

    /// A bare load of the places of the next names, none waiting for another.
    fn touch(&self, from: usize) {
        let touched = self.numbers.iter().skip(from).take(AHEAD).map(|&number| {
            let (snapshot, id) = self.named_by(number);
            snapshot.0.person_names.prefetch_text(id)
        });
        std::hint::black_box(touched.fold(0, |seen, touched| seen ^ touched));
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
