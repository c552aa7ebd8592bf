//! [`Truth`]: whether something holds, and until when that is certain to stay so.

use crate::facts::{Affiliated, NEVER};

/// A fact at an instant: `holds` stays as it is on `[then, until)`. It may stay so
/// longer; whoever needs to know exactly asks again at `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Truth {
    pub(crate) holds: bool,
    pub(crate) until: i64,
}

impl Truth {
    pub(crate) const YES: Truth = Truth { holds: true, until: NEVER };
    pub(crate) const NO: Truth = Truth { holds: false, until: NEVER };

    pub(crate) const fn always(holds: bool) -> Truth {
        Truth { holds, until: NEVER }
    }

    /// Whether `[from, until)` contains the instant.
    pub(crate) const fn within(from: i64, until: i64, at: i64) -> Truth {
        if at < from {
            Truth { holds: false, until: from }
        } else if at < until {
            Truth { holds: true, until }
        } else {
            Truth::NO
        }
    }

    pub(crate) const fn affiliated(affiliated: &Affiliated, at: i64) -> Truth {
        Truth::within(affiliated.from, affiliated.until, at)
    }

    /// While either holds, so does this: the later end counts.
    pub(crate) fn or(self, other: Truth) -> Truth {
        let until = match (self.holds, other.holds) {
            (true, true) => self.until.max(other.until),
            (true, false) => self.until,
            (false, true) => other.until,
            (false, false) => self.until.min(other.until),
        };
        Truth { holds: self.holds || other.holds, until }
    }

    pub(crate) fn and(self, other: Truth) -> Truth {
        !(!self).or(!other)
    }
}

impl std::ops::Not for Truth {
    type Output = Truth;
    fn not(self) -> Truth {
        Truth { holds: !self.holds, until: self.until }
    }
}
