//! "Did you mean": the known name nearest to an unknown one.

use std::cell::Cell;

/// Looks for near names until a budget of work is spent: thousands of long
/// unknown names against thousands of known ones must not take minutes.
#[derive(Debug)]
pub(crate) struct Suggestions(Cell<usize>);

/// Letters compared with letters: some tens of milliseconds.
const BUDGET: usize = 10_000_000;

/// The known name nearest to `unknown`, if one is near.
pub(crate) fn nearest<N: AsRef<str>>(unknown: &str, known: impl IntoIterator<Item = N>) -> Option<N> {
    Suggestions::new().nearest(unknown, known)
}

impl Suggestions {
    pub(crate) fn new() -> Suggestions {
        Suggestions(Cell::new(BUDGET))
    }

    /// A help that names the known name nearest to `unknown`, if one is near.
    pub(crate) fn help<N: AsRef<str>>(&self, unknown: &str, known: impl IntoIterator<Item = N>) -> Option<String> {
        self.nearest(unknown, known).map(|name| format!("did you mean `{}`?", name.as_ref()))
    }

    /// The known name nearest to `unknown`, if one is near; of several, the first.
    pub(crate) fn nearest<N: AsRef<str>>(&self, unknown: &str, known: impl IntoIterator<Item = N>) -> Option<N> {
        let length = unknown.len();
        let far = length.div_ceil(3).min(4);
        let mut best: Option<(usize, N)> = None;
        for candidate in known {
            let name = candidate.as_ref();
            if name.eq_ignore_ascii_case(unknown) {
                return Some(candidate);
            }
            // Bytes for characters: only a filter, and four times the distance covers UTF-8.
            let comparable = name.len().abs_diff(length) <= far.saturating_mul(4);
            let cost = if comparable { name.len().saturating_mul(length).saturating_add(1) } else { 1 };
            // What cannot be paid for is not looked at, and neither is anything after it.
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
