//! [`Row`]: one row of a scenario's tables: what it expects, compared with what the engine says.

use serde::de::DeserializeOwned;

use crate::facts::Snapshot;
use crate::time::Instant;

/// An expectation that does not hold: what was expected and what the engine said, in words.
pub(super) struct Mismatch {
    pub(super) expected: String,
    pub(super) got: String,
    /// The engine's explanation, where the question has one.
    pub(super) explanation: Option<String>,
}

/// A row of a table of expectations.
pub(super) trait Row: DeserializeOwned {
    /// The table's name in the scenario's text.
    const TABLE: &'static str;

    /// The instant that the row names; `None` if the scenario's own instant counts.
    fn at(&self) -> Option<Instant>;

    /// Puts the row to the facts of a snapshot. `None` if what the row expects holds.
    ///
    /// # Errors
    /// A text that says why, when the row asks for what can't be asked.
    fn mismatch(&self, snapshot: &Snapshot, at: Instant) -> Result<Option<Mismatch>, String>;
}

/// The end of an answer, in words that follow the answer. `None` stands for an answer without end.
pub(super) fn ending(until: Option<Instant>) -> String {
    until.map_or(", for good".into(), |until| format!(", until {until}"))
}
