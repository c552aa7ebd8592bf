//! [`JournalError`]: why a journal can't be read or written, or why what it holds can't be used.

use std::fmt;

use crate::facts::Revision;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a journal can't be read or written, or why what it holds can't be used.
///
/// A host's own [`Journal`](crate::journal::Journal) returns [`Conflict`](JournalError::Conflict)
/// and [`failed`](JournalError::failed); the other errors are this crate's. The `Debug` form is the
/// displayed text, because `main` prints errors in that form, and people read them.
#[non_exhaustive]
pub enum JournalError {
    /// Another authority was first: the addition's revision is taken already, or is not the next
    /// one.
    Conflict,
    /// The journal can't be read or written, for the reason given.
    Failed(Source),
    /// A record or checkpoint can't be read, or does not fit the records before it.
    Damaged {
        /// The revision of the damaged record; `None` if that can't be told.
        revision: Option<Revision>,
        /// What is wrong.
        message: String,
        /// The error that was met in reading; `None` if there is no other.
        source: Option<Source>,
    },
    /// A change can't be recorded, because it does not belong to the facts or to the journal. The
    /// text says which.
    Mismatch(&'static str),
}

impl JournalError {
    /// The error of a journal that can't be read or written, for the reason given.
    pub fn failed(reason: impl Into<Source>) -> JournalError {
        JournalError::Failed(reason.into())
    }

    /// The error of a damaged record or checkpoint.
    pub(crate) fn damaged(
        revision: impl Into<Option<Revision>>,
        message: impl Into<String>,
    ) -> JournalError {
        JournalError::Damaged { revision: revision.into(), message: message.into(), source: None }
    }

    /// Adds the error that was met in reading to an error about damage; other errors stay as they
    /// are.
    pub(crate) fn because(self, behind: impl Into<Source>) -> JournalError {
        match self {
            JournalError::Damaged { revision, message, .. } => {
                JournalError::Damaged { revision, message, source: Some(behind.into()) }
            }
            other => other,
        }
    }

    /// What kind of error this is, as a word that stays the same in every version:
    ///
    /// | code | |
    /// |---|---|
    /// | `journal-conflict` | [`Conflict`](JournalError::Conflict) |
    /// | `journal-failed` | [`Failed`](JournalError::Failed) |
    /// | `journal-damaged` | [`Damaged`](JournalError::Damaged) |
    /// | `journal-mismatch` | [`Mismatch`](JournalError::Mismatch) |
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            JournalError::Conflict => "journal-conflict",
            JournalError::Failed(_) => "journal-failed",
            JournalError::Damaged { .. } => "journal-damaged",
            JournalError::Mismatch(_) => "journal-mismatch",
        }
    }

    /// The revision of the damaged record; `None` if no record is damaged, or its revision can't be
    /// told.
    #[must_use]
    pub fn revision(&self) -> Option<Revision> {
        match self {
            JournalError::Damaged { revision, .. } => *revision,
            _ => None,
        }
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JournalError::Conflict => {
                f.write_str("the revision is not the next one of the journal")
            }
            JournalError::Failed(reason) => reason.fmt(f),
            JournalError::Damaged { revision, message, source } => {
                if let Some(revision) = revision {
                    write!(f, "the record of revision {revision} is damaged: ")?;
                }
                f.write_str(message)?;
                source.as_ref().map_or(Ok(()), |source| write!(f, ": {source}"))
            }
            JournalError::Mismatch(what) => f.write_str(what),
        }
    }
}

impl fmt::Debug for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for JournalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            JournalError::Failed(source) | JournalError::Damaged { source: Some(source), .. } => {
                Some(&**source)
            }
            JournalError::Conflict | JournalError::Damaged { .. } | JournalError::Mismatch(_) => {
                None
            }
        }
    }
}
