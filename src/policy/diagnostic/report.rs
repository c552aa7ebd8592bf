//! [`Report`]: the diagnostics of one stage, without growing past a bound.

use super::code;
use super::problem::Diagnostic;
use crate::policy::limits::MAX_DIAGNOSTICS;

/// Collects diagnostics up to [`MAX_DIAGNOSTICS`], and counts the rest: a hostile text has as many
/// problems as it has bytes.
#[derive(Debug, Default)]
pub(crate) struct Report {
    listed: Vec<Diagnostic>,
    hidden_errors: usize,
    hidden_warnings: usize,
}

impl Report {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if self.listed.len() < MAX_DIAGNOSTICS {
            self.listed.push(diagnostic);
        } else if diagnostic.is_error() {
            self.hidden_errors = self.hidden_errors.saturating_add(1);
        } else {
            self.hidden_warnings = self.hidden_warnings.saturating_add(1);
        }
    }

    /// Counts an error and returns `true` if the report is full, so that the caller need not write
    /// a message that nobody would see.
    pub(crate) fn hides_error(&mut self) -> bool {
        let full = self.listed.len() >= MAX_DIAGNOSTICS;
        if full {
            self.hidden_errors = self.hidden_errors.saturating_add(1);
        }
        full
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.hidden_errors > 0 || self.listed.iter().any(Diagnostic::is_error)
    }

    /// The diagnostics in the order in which they came. If there were more, the last ones say how
    /// many errors and warnings are left out.
    pub(crate) fn finish(self) -> Vec<Diagnostic> {
        let mut listed = self.listed;
        let more = |n: usize, what: &str| format!("{n} more {what} not shown");
        if self.hidden_errors > 0 {
            listed.push(Diagnostic::error(
                code::MORE_PROBLEMS,
                "",
                more(self.hidden_errors, "errors are"),
            ));
        }
        if self.hidden_warnings > 0 {
            listed.push(Diagnostic::warning(
                code::MORE_PROBLEMS,
                "",
                more(self.hidden_warnings, "warnings are"),
            ));
        }
        listed
    }
}

/// Quotes text of the document for a message: in backticks, with control characters escaped so that
/// it stays on one line, and cut after 80 characters.
pub(crate) fn quoted(text: &str) -> String {
    const SHOWN: usize = 80;
    let mut out = String::from("`");
    for (count, character) in text.chars().enumerate() {
        if count == SHOWN {
            out.push('…');
            break;
        }
        if character.is_control() {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out.push('`');
    out
}
