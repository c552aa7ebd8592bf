//! [`Failure`]: why a scenario failed.

use std::fmt;

/// Why a scenario failed.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The text is not a scenario, or a row asks for what can't be asked.
    #[error("the scenario can't be run: {0}")]
    Unreadable(String),
    /// These expectations do not hold; the text lists each.
    #[error("{} expectations do not hold{}", .0.len(), listed(.0))]
    Missed(Vec<Missed>),
}

/// One expectation that does not hold.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Missed {
    /// The name of the table that the expectation stands in: `expect`, `who`, ….
    pub table: &'static str,
    /// The row's place in that table, from 0.
    pub row: usize,
    /// What was expected, in words.
    pub expected: String,
    /// What the engine said, in words.
    pub got: String,
    /// The engine's explanation of its answer; `None` where it has no more to say.
    pub explanation: Option<String>,
}

fn listed(missed: &[Missed]) -> String {
    let rows = missed.iter().map(|Missed { table, row, expected, got, explanation }| {
        let why =
            explanation.as_ref().map_or(String::new(), |explanation| format!("\n{explanation}"));
        format!("\n{table}[{row}]: expected {expected}\n  got {got}{why}")
    });
    rows.collect()
}

/// The failure of a text that can't be read as a scenario.
pub(super) fn unreadable(error: &dyn fmt::Display) -> Failure {
    Failure::Unreadable(error.to_string())
}

/// The failure of a row that asks for what can't be asked.
pub(super) fn wrong_row(table: &str, row: usize, error: &dyn fmt::Display) -> Failure {
    unreadable(&format!("{table}[{row}]: {error}"))
}
