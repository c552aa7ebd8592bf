//! The journal: what changed, when, by whom and why; where that is kept, and how the facts are read
//! back.
//!
//! A [`Journal`] keeps [`Record`]s. An [`Entry`] is a record as it is told, with
//! people by name. [`Authority::open`](crate::Authority::open) reads the facts from a journal and
//! adds a record to it with every change. [`docs::journal`](crate::docs::journal) walks through it
//! all.

mod adopt;
mod affected;
mod checkpoint;
mod entry;
mod error;
mod memory;
mod record;
mod replay;

use std::sync::Arc;

use crate::facts::Revision;
use crate::model::Identifier;

pub use checkpoint::{CHECKPOINT_VERSION, Checkpoint};
#[doc(hidden)] // The crate's root shows it.
pub use entry::Entry;
pub use entry::{Affected, RoleOf};
pub use error::JournalError;
pub use memory::MemoryJournal;
pub use record::{Addition, RECORD_VERSION, Record};

pub(crate) use adopt::adopted;
pub(crate) use checkpoint::text_of;
pub(crate) use record::{Heading, Sealed};
pub(crate) use replay::{Line, Reader, Until};

/// A place where records are kept. The records are the truth: the facts are computed from them.
///
/// A journal keeps four things: the records in the order of their revisions, which begin at 1 and
/// have no gap; one table of people's names, by number; the texts that people wrote, apart from the
/// records; and checkpoints. Records are only ever added; names and texts can be forgotten.
/// [`MemoryJournal`] is an implementation, and the pattern for others.
///
/// Several authorities may work on one journal, in one program or in many. An addition is refused
/// unless its revision is the next one: this keeps the authorities in order. No method of a journal
/// is called inside a check.
pub trait Journal: Send + Sync {
    /// Adds a record and the names that the record brings, and forgets the people whom the record
    /// erases: all in one step, durable when this returns, or nothing at all.
    ///
    /// # Errors
    /// [`JournalError::Conflict`] when the record's revision is not the one after the newest.
    fn append(&self, addition: &Addition) -> Result<(), JournalError>;

    /// The records from `revision` on, that revision included, in order, `at_most` of them. A
    /// journal may give fewer at a time; an empty list means that there are no more. Records come
    /// with their texts, unless the texts were forgotten.
    ///
    /// # Errors
    /// When the records can't be read.
    fn read_from(
        &self,
        revision: Revision,
        at_most: usize,
    ) -> Result<Vec<Arc<Record>>, JournalError>;

    /// The names of all people from `number` on, in order, with `None` in the place of a name that
    /// was forgotten.
    ///
    /// # Errors
    /// When the names can't be read.
    fn names_from(&self, number: u32) -> Result<Vec<Option<Identifier>>, JournalError>;

    /// Keeps a checkpoint. A journal may keep as many checkpoints as it likes, or none.
    ///
    /// # Errors
    /// When the checkpoint can't be written.
    fn put_checkpoint(&self, checkpoint: Arc<Checkpoint>) -> Result<(), JournalError>;

    /// The newest kept checkpoint whose revision is `at_most` or lower; `None` if there is none.
    ///
    /// # Errors
    /// When the checkpoint can't be read.
    fn checkpoint(&self, at_most: Revision) -> Result<Option<Arc<Checkpoint>>, JournalError>;
}
