//! [`Span`]: the stretch of time that a question looks at.

use crate::time::Instant;

/// The stretch of time `[from, until)` that a question looks at, in microseconds.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) from: i64,
    pub(super) until: i64,
}

impl Span {
    /// One instant: the shortest stretch, of one microsecond.
    pub(super) fn at(at: Instant) -> Span {
        Span { from: at.as_micros(), until: at.as_micros().saturating_add(1) }
    }

    /// The stretch `[from, until)`; empty unless `until` comes after `from`.
    pub(super) fn between(from: Instant, until: Instant) -> Span {
        Span { from: from.as_micros(), until: until.as_micros() }
    }
}
