//! "Did you mean": the known name nearest to an unknown one.

use std::cell::Cell;

/// Looks for near names until its budget of work is spent. To compare thousands of long unknown
/// names with thousands of known ones would take minutes, and a hostile text can ask for that.
#[derive(Debug)]
pub(crate) struct Suggestions(Cell<usize>);

/// How many letters are compared with letters: some tens of milliseconds of work.
const BUDGET: usize = 10_000_000;

/// The known name nearest to `unknown`, for callers with a single unknown name. `None` if no known
/// name is near.
pub(crate) fn nearest<N: AsRef<str>>(
    unknown: &str,
    known: impl IntoIterator<Item = N>,
) -> Option<N> {
    Suggestions::new().nearest(unknown, known)
}

impl Suggestions {
    pub(crate) fn new() -> Suggestions {
        Suggestions(Cell::new(BUDGET))
    }

    /// The help of a diagnostic, which names the known name nearest to `unknown`. `None` if no
    /// known name is near.
    pub(crate) fn help<N: AsRef<str>>(
        &self,
        unknown: &str,
        known: impl IntoIterator<Item = N>,
    ) -> Option<String> {
        self.nearest(unknown, known).map(|name| format!("did you mean `{}`?", name.as_ref()))
    }

    /// The known name nearest to `unknown`; of several equally near, the first. `None` if no known
    /// name is near, or if the budget is spent.
    pub(crate) fn nearest<N: AsRef<str>>(
        &self,
        unknown: &str,
        known: impl IntoIterator<Item = N>,
    ) -> Option<N> {
        let length = unknown.len();
        let far = length.div_ceil(3).min(4);
        let mut best: Option<(usize, N)> = None;
        for candidate in known {
            let name = candidate.as_ref();
            if name.eq_ignore_ascii_case(unknown) {
                return Some(candidate);
            }
            // Lengths in bytes stand in for lengths in characters. This is only a filter, and a
            // character has at most four bytes.
            let comparable = name.len().abs_diff(length) <= far.saturating_mul(4);
            let cost =
                if comparable { name.len().saturating_mul(length).saturating_add(1) } else { 1 };
            // A candidate that costs more than is left ends the search without an answer. `take`
            // has emptied the budget by then, so that later searches end at once as well.
            let left = self.0.take().checked_sub(cost)?;
            self.0.set(left);
            if !comparable {
                continue;
            }
            let distance = strsim::osa_distance(unknown, name);
            // A word that shares no letter is not near, however short it is.
            let near = distance <= far && distance < name.chars().count();
            if near && best.as_ref().is_none_or(|(least, _)| distance < *least) {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, name)| name)
    }
}
