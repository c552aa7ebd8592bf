//! [`Checkpoint`]: the facts at a revision, so that opening a journal need not read every record.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::JournalError;
use crate::facts::{Facts, Revision, Snapshot};
use crate::form;
use crate::policy::Policy;
use crate::time::Instant;

/// The version of the encoding of checkpoints that this crate writes.
pub const CHECKPOINT_VERSION: u32 = 1;

/// The facts at a revision, with people by number, and the policy that they are under.
///
/// A checkpoint holds no names of people and no text that somebody wrote, so that erasing somebody
/// need not change it. A checkpoint can be thrown away: everything is in the records. Its serde
/// form is meant for formats that name their fields, like JSON.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Checkpoint {
    checkpoint: u32,
    revision: Revision,
    at: Instant,
    pub(crate) people: u32,
    pub(crate) policy: Arc<str>,
    pub(crate) facts: Facts,
}

/// How much the checkpoint holds, and nothing of what it holds.
impl std::fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Checkpoint(revision {}, {} people)", self.revision, self.people)
    }
}

impl Checkpoint {
    /// The checkpoint of a snapshot; `at` is the instant of the snapshot's last entry.
    pub(crate) fn of(snapshot: &Snapshot, at: Instant) -> Checkpoint {
        Checkpoint {
            checkpoint: CHECKPOINT_VERSION,
            revision: snapshot.revision(),
            at,
            people: u32::try_from(snapshot.people()).unwrap_or(u32::MAX),
            policy: text_of(snapshot.policy()),
            facts: snapshot.facts_by_number(),
        }
    }

    /// The revision of the facts in the checkpoint.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The instant of the last entry that the facts in the checkpoint include.
    #[must_use]
    pub fn at(&self) -> Instant {
        self.at
    }

    /// An error if the checkpoint is of a version that this crate can't read.
    pub(crate) fn check_version(&self) -> Result<(), JournalError> {
        if self.checkpoint == CHECKPOINT_VERSION {
            return Ok(());
        }
        let message = format!(
            "the checkpoint is of version {}, which this program can't read",
            self.checkpoint
        );
        Err(JournalError::damaged(self.revision, message))
    }
}

/// The text of a policy, as records and checkpoints hold it: its document, as JSON.
pub(crate) fn text_of(policy: &Policy) -> Arc<str> {
    form::to_json(policy.document()).unwrap_or_default().into()
}
