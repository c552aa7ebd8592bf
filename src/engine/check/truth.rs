//! [`Truth`]: whether something holds at an instant, and until when.

use crate::facts::{Affiliated, NEVER};

/// A week in microseconds.
pub(in crate::engine) const WEEK: i64 = 7 * 24 * 3600 * 1_000_000;

/// Whether something holds at an instant `t`: `holds` is the answer on all of `[t, until)`.
///
/// The answer may stay longer than `until`, since each part of a rule knows only its own end.
/// [`Truth::extended`] finds the exact end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Truth {
    pub(crate) holds: bool,
    /// In microseconds, [`NEVER`] if the answer never changes.
    pub(crate) until: i64,
}

impl Truth {
    pub(crate) const YES: Truth = Truth { holds: true, until: NEVER };
    pub(crate) const NO: Truth = Truth { holds: false, until: NEVER };

    /// An answer that time does not change.
    pub(crate) const fn always(holds: bool) -> Truth {
        Truth { holds, until: NEVER }
    }

    /// Whether `[from, until)` contains the instant `at`.
    pub(crate) const fn within(from: i64, until: i64, at: i64) -> Truth {
        if at < from {
            Truth { holds: false, until: from }
        } else if at < until {
            Truth { holds: true, until }
        } else {
            Truth::NO
        }
    }

    /// Whether an affiliation is in force at the instant `at`.
    pub(crate) const fn affiliated(affiliated: &Affiliated, at: i64) -> Truth {
        Truth::within(affiliated.from, affiliated.until, at)
    }

    /// Whether either holds. Where both hold, the later end counts.
    pub(crate) fn or(self, other: Truth) -> Truth {
        let until = match (self.holds, other.holds) {
            (true, true) => self.until.max(other.until),
            (true, false) => self.until,
            (false, true) => other.until,
            (false, false) => self.until.min(other.until),
        };
        Truth { holds: self.holds || other.holds, until }
    }

    /// Whether both hold. Where neither holds, the later end counts.
    pub(crate) fn and(self, other: Truth) -> Truth {
        !(!self).or(!other)
    }

    /// Extends this answer of the instant `at` to its exact end, stepping from one possible flip to
    /// the next.
    ///
    /// `ask` gives the answer at an instant. `edge` gives the next instant after its argument at
    /// which anything but the hour of the week matters ([`NEVER`] if there is none): the offset of
    /// a time zone changes, a dated fact begins or ends. Between two edges everything repeats
    /// weekly, so that an answer which has lasted a week lasts until the next edge: the walk is
    /// bounded by the edges, not by the weeks between them.
    pub(in crate::engine) fn extended(
        self,
        at: i64,
        mut ask: impl FnMut(i64) -> Truth,
        edge: impl Fn(i64) -> i64,
    ) -> Truth {
        let (mut start, mut until) = (at, self.until);
        while until < NEVER {
            if until.saturating_sub(start) >= WEEK {
                // An edge that the walk has passed already proves nothing: `until` stays, and the
                // next week is counted from there.
                until = edge(start).max(until);
                start = until;
                if until == NEVER {
                    break;
                }
            }
            let next = ask(until);
            if next.holds != self.holds {
                break;
            }
            until = next.until;
        }
        Truth { holds: self.holds, until }
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;
    fn not(self) -> Truth {
        Truth { holds: !self.holds, until: self.until }
    }
}
