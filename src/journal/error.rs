//! [`JournalError`]: why a journal did not do what it was asked, or what it holds can't be used.

use std::fmt;

use crate::facts::Revision;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a journal did not do what it was asked, or why what it holds can't be used.
///
/// A [`Journal`](crate::journal::Journal) of the host's own returns [`Conflict`](JournalError::Conflict) and
/// [`failed`](JournalError::failed); the rest is found by this crate. The `Debug` form is what it displays:
/// what `main` prints is for people.
#[non_exhaustive]
pub enum JournalError {
    /// Another authority was first: the revision is taken, or not the next one.
    Conflict,
    /// The journal can't be read or written, for this reason.
    Failed(Source),
    /// What the journal holds can't be read, or does not fit what it holds before.
    Damaged {
        /// Whose record it is, if that can be told.
        revision: Option<Revision>,
        /// What is wrong.
        message: String,
        /// Why, if something else stands behind it.
        source: Option<Source>,
    },
    /// A change can't be recorded: it and the facts, or it and the journal, do not belong together.
    Mismatch(&'static str),
}

impl JournalError {
    /// The journal can't be read or written, for this reason.
    pub fn failed(reason: impl Into<Source>) -> JournalError {
        JournalError::Failed(reason.into())
    }

    pub(crate) fn damaged(
        revision: impl Into<Option<Revision>>,
        message: impl Into<String>,
    ) -> JournalError {
        JournalError::Damaged { revision: revision.into(), message: message.into(), source: None }
    }

    /// This error, with what stands behind it, if it is of something damaged.
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

    /// The revision whose record is damaged, if one is and it can be told.
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
