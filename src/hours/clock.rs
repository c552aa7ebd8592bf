//! [`Clock`]: a week of local time laid over a zone's offsets.

use std::sync::Arc;

use super::Zones;
use super::table::{Segment, ZoneTable};
use crate::model::{Hours, MINUTES_A_WEEK};
use crate::time::Instant;

/// What stands for an instant that never comes.
pub(crate) const NEVER: i64 = i64::MAX;

const MINUTE: i64 = 60_000_000;
const WEEK: i64 = MINUTES_A_WEEK as i64 * MINUTE;
/// 1970-01-01 was a Thursday: so long after the beginning of its week.
const THURSDAY: i64 = 3 * 24 * 60 * MINUTE;

/// Hours in their zone, ready to be asked. Instants are µs of UTC. Asking allocates
/// nothing and takes a few look-ups: the segment of the zone, the place in the week,
/// and where the offset changes first, those again.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    table: Arc<ZoneTable>,
    /// The minutes of the week at which open becomes closed or the other way.
    toggles: Box<[u16]>,
    /// Whether the last minute of the week is open.
    before: bool,
    allow_outside: bool,
}

impl Clock {
    /// The clock of these hours; none when the zones lack theirs.
    pub(crate) fn new(hours: &Hours, allow_outside: bool, zones: &Zones) -> Option<Clock> {
        let table = zones.table(hours.zone())?;
        let open = hours.open_minutes();
        let before = open.contains(usize::from(MINUTES_A_WEEK.saturating_sub(1)));
        let mut last = before;
        let toggles = (0..MINUTES_A_WEEK).filter(|&minute| {
            let now = open.contains(minute.into());
            std::mem::replace(&mut last, now) != now
        });
        Some(Clock { table, toggles: toggles.collect(), before, allow_outside })
    }

    /// Whether it admits at an instant, and the first instant after it at which that
    /// is different, or [`NEVER`].
    #[inline]
    pub(crate) fn at(&self, at: i64) -> (bool, i64) {
        if self.allow_outside { (true, NEVER) } else { self.windows_at(at) }
    }

    /// The same of the windows alone, whatever is allowed outside them (ruling R35).
    #[inline]
    pub(crate) fn windows_at(&self, at: i64) -> (bool, i64) {
        let mut segment = self.table.segment(at);
        let (open, mut toggle) = self.within(segment, at);
        while toggle >= segment.end && segment.end != NEVER {
            let begin = segment.end;
            segment = self.table.after(segment);
            let (now, next) = self.within(segment, begin);
            if now != open {
                return (open, begin);
            }
            toggle = next;
        }
        // What lies past the last instant never comes.
        (open, if toggle > Instant::MAX.as_micros() { NEVER } else { toggle })
    }

    /// The first instant after `at` at which the zone's offset is another, or [`NEVER`]:
    /// until then every week is like the one before.
    pub(crate) fn steady_until(&self, at: i64) -> i64 {
        self.table.segment(at).end
    }

    /// The local time at an instant, in µs as if it were UTC.
    pub(crate) fn local(&self, at: i64) -> i64 {
        at.saturating_add(self.table.segment(at).offset)
    }

    /// Whether no instant is admitted.
    #[allow(dead_code)] // asked when grids are given to people
    pub(crate) fn never_opens(&self) -> bool {
        !self.allow_outside && self.toggles.is_empty() && !self.before
    }

    /// Whether it is open, and when next it would not be if the segment's offset held on.
    #[inline]
    fn within(&self, segment: Segment, at: i64) -> (bool, i64) {
        let place = at.saturating_add(segment.offset).saturating_add(THURSDAY).rem_euclid(WEEK);
        let minute = place.checked_div(MINUTE).unwrap_or(0);
        let passed = self.toggles.partition_point(|&toggle| i64::from(toggle) <= minute);
        let open = self.before ^ (passed & 1 == 1);
        let next = match (self.toggles.get(passed), self.toggles.first()) {
            (Some(&toggle), _) => i64::from(toggle).saturating_mul(MINUTE),
            (None, Some(&first)) => i64::from(first).saturating_mul(MINUTE).saturating_add(WEEK),
            (None, None) => return (open, NEVER),
        };
        (open, at.saturating_add(next.saturating_sub(place)))
    }
}
