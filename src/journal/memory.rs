//! [`MemoryJournal`]: a journal in memory, for tests and for programs that keep records elsewhere.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Addition, Checkpoint, Journal, JournalError, Record};
use crate::facts::Revision;
use crate::model::Identifier;

/// A journal in memory. Clones share their records, so that several authorities can work on one
/// journal.
///
/// ```
/// use alcada::{journal::MemoryJournal, Authority, Change, Event, Instant, Policy, Registration};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let policy = || Policy::from_toml("version = 1").unwrap();
/// # let now = Instant::MIN;
/// let journal = MemoryJournal::new();
/// let one = Authority::open(journal.clone(), policy(), now)?;
/// one.apply(Change::of(&[Event::PersonRegistered(Registration::of("ana")?)]).because("hired").at(now))?;
/// let other = Authority::open(journal, policy(), now)?;
/// assert_eq!(other.snapshot().facts(), one.snapshot().facts());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct MemoryJournal(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    records: Vec<Arc<Record>>,
    /// By the people's numbers; `None` for a name that was forgotten.
    names: Vec<Option<Identifier>>,
    /// In the order of their revisions.
    checkpoints: Vec<Arc<Checkpoint>>,
}

/// How many records the journal holds, and nothing of what they hold.
impl std::fmt::Debug for MemoryJournal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MemoryJournal({} records)", self.kept().records.len())
    }
}

impl MemoryJournal {
    /// A journal without records.
    #[must_use]
    pub fn new() -> MemoryJournal {
        MemoryJournal::default()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // A thread that panicked while it held the lock had changed nothing yet, or everything.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal for MemoryJournal {
    /// Erasing somebody looks through all records, to forget the texts of those that name the
    /// person.
    fn append(&self, Addition { record, names, erased }: &Addition) -> Result<(), JournalError> {
        let mut kept = self.kept();
        let next = u64::try_from(kept.records.len()).unwrap_or(u64::MAX).saturating_add(1);
        let first = names.first().map_or(kept.names.len(), |(number, _)| *number as usize);
        if record.revision() != Revision(next) || first != kept.names.len() {
            return Err(JournalError::Conflict);
        }
        kept.records.push(Arc::clone(record));
        kept.names.extend(names.iter().map(|(_, name)| Some(name.clone())));
        for &person in erased {
            if let Some(name) = kept.names.get_mut(person as usize) {
                *name = None;
            }
        }
        if !erased.is_empty() {
            let of_them = |record: &&mut Arc<Record>| {
                record.has_texts() && record.people().iter().any(|person| erased.contains(person))
            };
            for record in kept.records.iter_mut().filter(of_them) {
                Arc::make_mut(record).forget_texts();
            }
        }
        Ok(())
    }

    fn read_from(
        &self,
        revision: Revision,
        at_most: usize,
    ) -> Result<Vec<Arc<Record>>, JournalError> {
        let first = usize::try_from(revision.0.saturating_sub(1)).unwrap_or(usize::MAX);
        Ok(self.kept().records.iter().skip(first).take(at_most).cloned().collect())
    }

    fn names_from(&self, number: u32) -> Result<Vec<Option<Identifier>>, JournalError> {
        Ok(self.kept().names.get(number as usize..).unwrap_or_default().to_vec())
    }

    fn put_checkpoint(&self, checkpoint: Arc<Checkpoint>) -> Result<(), JournalError> {
        let mut kept = self.kept();
        let place =
            kept.checkpoints.partition_point(|other| other.revision() < checkpoint.revision());
        kept.checkpoints.insert(place, checkpoint);
        Ok(())
    }

    fn checkpoint(&self, at_most: Revision) -> Result<Option<Arc<Checkpoint>>, JournalError> {
        Ok(self
            .kept()
            .checkpoints
            .iter()
            .rev()
            .find(|checkpoint| checkpoint.revision() <= at_most)
            .cloned())
    }
}
