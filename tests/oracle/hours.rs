//! Hours by the naive way: chrono-tz alone, the windows of the weekday one by one, and
//! walking.

use alcada::hours::Hours;
use chrono::{DateTime, Datelike, NaiveDateTime, Offset, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;

/// 1900-01-01T00:00:00Z: before, the offset is the one that holds then (ruling R20).
pub const FIRST: i64 = -2_208_988_800;
/// 2100-01-01T00:00:00Z: from then on it is the one that held before.
pub const LAST: i64 = 4_102_444_800;

fn utc(second: i64) -> NaiveDateTime {
    DateTime::from_timestamp(second, 0).expect("a second that chrono knows").naive_utc()
}

/// Local time less UTC, in seconds.
pub fn offset(zone: Tz, second: i64) -> i32 {
    zone.offset_from_utc_datetime(&utc(second.clamp(FIRST, LAST - 1))).fix().local_minus_utc()
}

/// Whether the hours are open at a second of UTC (contracts G1 to G4).
pub fn is_open(hours: &Hours, second: i64) -> bool {
    let zone: Tz = hours.zone().parse().expect("a zone that chrono-tz ships");
    let local = utc(second) + TimeDelta::seconds(offset(zone, second).into());
    let minute = (local.hour() * 60 + local.minute()) as u16;
    let today = local.weekday().num_days_from_monday() as usize;
    let yesterday = (today + 6) % 7;
    let opened_today = hours.week()[today].is_on()
        && hours.week()[today].windows().iter().any(|window| {
            let overnight = window.closes() < window.opens();
            window.opens() <= minute && (overnight || minute < window.closes())
        });
    let opened_yesterday = hours.week()[yesterday].is_on()
        && hours.week()[yesterday].windows().iter().any(|window| {
            let overnight = window.closes() < window.opens();
            overnight && minute < window.closes()
        });
    opened_today || opened_yesterday
}

/// The first second after `second`, up to `last`, at which the hours are otherwise
/// than at it. Walks in strides of a minute: while the offset holds, nothing opens or
/// closes for less. Where it does not, or something differs, second by second.
pub fn next_change(hours: &Hours, second: i64, last: i64) -> Option<i64> {
    let zone: Tz = hours.zone().parse().expect("a zone that chrono-tz ships");
    let open = is_open(hours, second);
    for stride in (second..last).step_by(60) {
        let end = last.min(stride + 60);
        if is_open(hours, end) != open || offset(zone, stride) != offset(zone, end) {
            let differs = (stride + 1..=end).find(|&second| is_open(hours, second) != open);
            if differs.is_some() {
                return differs;
            }
        }
    }
    None
}

/// The first second after `second` from which the offset is another, within some
/// years. Walks day by day, then second by second, halving.
pub fn next_transition(zone: Tz, second: i64, years: i64) -> Option<i64> {
    const DAY: i64 = 24 * 3_600;
    let before = offset(zone, second);
    let mut days = (second..LAST).step_by(DAY as usize).take((years * 366) as usize);
    let mut from = days.find(|&day| offset(zone, day + DAY) != before)?;
    let mut until = from + DAY;
    while until - from > 1 {
        let middle = from + (until - from) / 2;
        if offset(zone, middle) == before { from = middle } else { until = middle }
    }
    (offset(zone, until) != before).then_some(until)
}
