//! The record: what changed, when, by whom and why; where it is kept, and how the
//! facts come back from it.

mod adopt;
mod checkpoint;
mod entry;
mod error;
mod memory;
mod record;
mod replay;
mod touched;

use std::sync::Arc;

use crate::facts::Revision;
use crate::model::Identifier;

pub use checkpoint::{CHECKPOINT_VERSION, Checkpoint};
#[doc(hidden)] // The crate's root shows it.
pub use entry::Entry;
pub use entry::{RoleOf, Touched};
pub use error::JournalError;
pub use memory::MemoryJournal;
pub use record::{Addition, RECORD_VERSION, Record};

pub(crate) use adopt::adopted;
pub(crate) use checkpoint::text_of;
pub(crate) use record::{Heading, Sealed};
pub(crate) use replay::{Line, Reader, Until};

/// Where records are kept: the truth, of which the facts are the fold.
///
/// A journal keeps four things: the records in the order of their revisions, which
/// begin at 1 and have no gap; one table of names, by number; of each record, apart,
/// what somebody wrote; and checkpoints. Records are only ever added; names and
/// texts can be forgotten. [`MemoryJournal`] is one, and the pattern for others.
///
/// Several authorities may work on one journal, in one program or in many: that the
/// revision of an addition must be the next one is what keeps them in order.
/// Nothing is called inside a check.
pub trait Journal: Send + Sync {
    /// Adds a record, the names it brings, and forgets whom it erases: all in one
    /// step, kept when this returns, or nothing.
    ///
    /// # Errors
    /// [`JournalError::Conflict`] when the record's revision is not the one after the newest.
    fn append(&self, addition: &Addition) -> Result<(), JournalError>;

    /// The records from a revision on, itself included, in order and at most so many.
    /// A journal may give fewer at a time; none: there are no more. What was written in them stays with them until forgotten.
    ///
    /// # Errors
    /// When they can't be read.
    fn read_from(
        &self,
        revision: Revision,
        at_most: usize,
    ) -> Result<Vec<Arc<Record>>, JournalError>;

    /// The names of people from a number on, in order, all of them; none in the place
    /// of one that was forgotten.
    ///
    /// # Errors
    /// When they can't be read.
    fn names_from(&self, number: u32) -> Result<Vec<Option<Identifier>>, JournalError>;

    /// Keeps a checkpoint. A journal may keep as many as it likes, or none.
    ///
    /// # Errors
    /// When it can't be written.
    fn put_checkpoint(&self, checkpoint: Arc<Checkpoint>) -> Result<(), JournalError>;

    /// The newest checkpoint that is not after a revision, if there is one.
    ///
    /// # Errors
    /// When it can't be read.
    fn checkpoint(&self, at_most: Revision) -> Result<Option<Arc<Checkpoint>>, JournalError>;
}
