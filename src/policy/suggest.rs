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
        let mut best: Option<(usize, N)> = None;
        for candidate in known {
            let least = best.as_ref().map(|(least, _)| *least);
            match self.look_at(unknown, candidate.as_ref(), least)? {
                Some(0) => return Some(candidate),
                Some(distance) => best = Some((distance, candidate)),
                None => {}
            }
        }
        best.map(|(_, name)| name)
    }

    /// How far a candidate is, if it is near and nearer than `least`; 0 if it is another way to
    /// write `unknown`. `None` if the budget is spent.
    fn look_at(&self, unknown: &str, name: &str, least: Option<usize>) -> Option<Option<usize>> {
        if name.eq_ignore_ascii_case(unknown) {
            return Some(Some(0));
        }
        let length = unknown.len();
        let far = length.div_ceil(3).min(4);
        // Lengths in bytes stand in for lengths in characters. This is only a filter, and a
        // character has at most four bytes.
        let comparable = name.len().abs_diff(length) <= far.saturating_mul(4);
        let cost = if comparable { name.len().saturating_mul(length).saturating_add(1) } else { 1 };
        // A candidate that costs more than is left ends the search without an answer. `take`
        // has emptied the budget by then, so that later searches end at once as well.
        let left = self.0.take().checked_sub(cost)?;
        self.0.set(left);
        if !comparable {
            return Some(None);
        }
        let distance = strsim::osa_distance(unknown, name);
        // A word that shares no letter is not near, however short it is.
        let near = distance <= far && distance < name.chars().count();
        Some(Some(distance).filter(|_| near && least.is_none_or(|least| distance < least)))
    }
}
