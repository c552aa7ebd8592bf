//! [`Clock`]: a week of local time laid over the offsets of a zone. A check asks it whether a grid
//! is open.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::source::Zones;
use super::table::{ORIGIN, Segment, ZoneTable};
use crate::model::{Hours, MINUTES_A_WEEK};
use crate::time::Instant;

/// The instant that never comes.
pub(crate) const NEVER: i64 = i64::MAX;

const MINUTE: i64 = 60_000_000;
const WEEK: i64 = MINUTES_A_WEEK as i64 * MINUTE;
/// 1970-01-01 was a Thursday, which is this long after the beginning of its week, in µs.
const THURSDAY: i64 = 3 * 24 * 60 * MINUTE;

/// Hours in their zone, laid out for questions. Instants are µs of UTC. A question allocates
/// nothing and takes a few look-ups: the segment of the zone, the place in the week, and both again
/// where the offset changes first.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    table: Arc<ZoneTable>,
    /// The minutes of the week at which the hours open or close.
    toggles: Box<[u16]>,
    /// Whether the last minute of the week is open.
    before: bool,
    allow_outside: bool,
    latest: Latest,
}

/// The stretch of time found last, in one word: most questions are about now, and asking about one
/// stretch again is then a comparison. No answer depends on it, so that relaxed loads and stores
/// suffice.
///
/// From the lowest bit: whether it is open, its length in minutes, and its beginning in minutes
/// after 1900.
#[derive(Debug, Default)]
struct Latest(AtomicU64);

impl Latest {
    const BITS: u32 = 27;
    /// The length that stands for a stretch that never ends.
    const FOR_GOOD: u64 = (1 << Latest::BITS) - 1;

    /// The answer kept, if the instant is in its stretch: whether it is open, and until when.
    #[inline(always)]
    fn get(&self, at: i64) -> Option<(bool, i64)> {
        let word = self.0.load(Ordering::Relaxed);
        let length = word >> 1 & Latest::FOR_GOOD;
        // Neither number has more than 36 bits, so that the products do not overflow.
        let begin = ((word >> (Latest::BITS + 1)) as i64).wrapping_mul(MINUTE).wrapping_add(ORIGIN);
        let end = begin.wrapping_add((length as i64).wrapping_mul(MINUTE));
        let end = if length == Latest::FOR_GOOD { NEVER } else { end };
        (begin <= at && at < end).then_some((word & 1 == 1, end))
    }

    /// Keeps an answer, from the next full minute on. A stretch without a full minute is not kept.
    fn keep(&self, at: i64, (open, until): (bool, i64)) {
        let minutes = |at: i64| at.checked_sub(ORIGIN).and_then(|since| u64::try_from(since).ok());
        let (Some(since), Some(end)) = (minutes(at), minutes(until)) else { return };
        let begin = since.div_ceil(MINUTE as u64);
        let length = match until {
            NEVER => Some(Latest::FOR_GOOD),
            _ if end.is_multiple_of(MINUTE as u64) => {
                end.checked_div(MINUTE as u64).and_then(|end| end.checked_sub(begin))
            }
            _ => None,
        };
        let Some(length) = length.filter(|&length| until == NEVER || length < Latest::FOR_GOOD)
        else {
            return;
        };
        if begin <= Latest::FOR_GOOD {
            self.0.store(
                begin << (Latest::BITS + 1) | length << 1 | u64::from(open),
                Ordering::Relaxed,
            );
        }
    }
}

/// A clone begins empty: what was kept is found again.
impl Clone for Latest {
    fn clone(&self) -> Latest {
        Latest::default()
    }
}

impl Clock {
    /// The clock of hours. `None` if `zones` has no zone of the name that the hours give.
    pub(crate) fn new(hours: &Hours, allow_outside: bool, zones: &Zones) -> Option<Clock> {
        let table = zones.table(hours.zone())?;
        let spans = hours.open_spans();
        let before = spans.last().is_some_and(|&(_, until)| until == MINUTES_A_WEEK);
        let after = spans.first().is_some_and(|&(from, _)| from == 0);
        let ends = spans.into_iter().flat_map(|(from, until)| [from, until]);
        let within = ends.filter(|&end| end != 0 && end != MINUTES_A_WEEK);
        let toggles = (before != after).then_some(0).into_iter().chain(within).collect();
        Some(Clock { table, toggles, before, allow_outside, latest: Latest::default() })
    }

    /// Whether the clock admits at an instant, and the first instant after it at which that
    /// changes, or [`NEVER`].
    #[inline]
    pub(crate) fn at(&self, at: i64) -> (bool, i64) {
        if self.allow_outside { (true, NEVER) } else { self.windows_at(at) }
    }

    /// Like [`Clock::at`], for questions most of which are about one instant after the other.
    #[inline(always)]
    pub(crate) fn at_present(&self, at: i64) -> (bool, i64) {
        self.latest.get(at).unwrap_or_else(|| self.found(at))
    }

    #[cold]
    #[inline(never)]
    fn found(&self, at: i64) -> (bool, i64) {
        let found = self.at(at);
        self.latest.keep(at, found);
        found
    }

    /// Whether the windows alone are open at an instant, and the first instant after it at which
    /// that changes, or [`NEVER`]; whatever is allowed outside of them ([ruling
    /// R35](crate::docs::contract#r35)).
    #[inline]
    pub(crate) fn windows_at(&self, at: i64) -> (bool, i64) {
        if self.toggles.is_empty() {
            return (self.before, NEVER);
        }
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
        // What is past the last instant never comes.
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
    pub(crate) fn never_opens(&self) -> bool {
        !self.allow_outside && self.toggles.is_empty() && !self.before
    }

    /// Whether the windows are open at an instant, and when next they would not be if the offset of
    /// the segment held on.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(text: &str, allow_outside: bool) -> Clock {
        Clock::new(&text.parse().unwrap(), allow_outside, &Zones::bundled()).unwrap()
    }

    fn micros(text: &str) -> i64 {
        text.parse::<Instant>().unwrap().as_micros()
    }

    #[test]
    fn o6_a_grid_may_admit_outside_its_hours_whose_windows_stay() {
        let saturday = micros("2026-03-07T12:00:00Z");
        let monday = micros("2026-03-09T10:00:00Z");
        for text in [
            "mon-fri 07:00-19:00; America/Sao_Paulo",
            "mon-sun off; UTC",
            "mon off 07:00-19:00; UTC",
        ] {
            assert_eq!(clock(text, true).at(saturday), (true, NEVER), "{text}");
            assert!(!clock(text, true).never_opens(), "{text}");
        }
        let clock = clock("mon-fri 07:00-19:00; America/Sao_Paulo", true);
        assert_eq!(clock.windows_at(saturday), (false, monday));
    }

    #[test]
    fn d11_what_is_kept_of_the_latest_question_changes_no_answer() {
        // Windows at odd minutes; an offset with odd seconds; a week that is always open, and one
        // that never is.
        let texts = [
            "mon-fri 07:13-19:01, sat 22:30-05:07; America/Sao_Paulo",
            "mon-sun 08:00-12:00; Africa/Monrovia",
            "mon-sun 00:00-24:00; UTC",
            "mon-sun off; Asia/Kathmandu",
        ];
        for (text, allow_outside) in
            texts.into_iter().flat_map(|text| [(text, false), (text, true)])
        {
            let (asked, fresh) = (clock(text, allow_outside), clock(text, allow_outside));
            let mut at = micros("1899-12-25T00:00:00Z");
            for step in 0..60_000i64 {
                assert_eq!(asked.at_present(at), fresh.at(at), "{text} at {at}");
                // Mostly a little later; now and then years away, also back.
                at += match step % 97 {
                    96 => (step % 31 - 12) * 200 * 24 * 3600 * 1_000_000,
                    _ => step * 7_919_333 % (40 * MINUTE),
                };
            }
            for at in
                [i64::MIN, Instant::MIN.as_micros(), 0, -1, Instant::MAX.as_micros(), i64::MAX]
            {
                assert_eq!(asked.at_present(at), fresh.at(at), "{text} at {at}");
                assert_eq!(asked.at_present(at), fresh.at(at), "{text} at {at}, again");
            }
        }
    }

    #[test]
    fn r31_hours_of_which_nothing_is_on_never_open() {
        assert!(clock("mon-sun off; UTC", false).never_opens());
        assert!(clock("mon-sun off 07:00-19:00; UTC", false).never_opens());
        assert!(!clock("mon-sun 00:00-24:00; UTC", false).never_opens());
        assert!(!clock("sun 23:59-24:00; UTC", false).never_opens());
    }

    #[test]
    fn no_clock_of_an_unknown_zone() {
        assert!(
            Clock::new(&"mon off; Atlantic/Atlantis".parse().unwrap(), false, &Zones::bundled())
                .is_none()
        );
    }

    /// Numbers that are no [`Instant`] are answered too.
    #[test]
    fn g3_no_number_is_too_much() {
        let clock = clock("mon-fri 07:00-19:00; Pacific/Apia", false);
        for at in [i64::MIN, i64::MIN + 1, i64::MAX - 1, i64::MAX] {
            let (_, until) = clock.at(at);
            assert!(until >= at);
        }
    }
}
