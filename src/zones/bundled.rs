//! The time zones that chrono-tz ships, as tables of offsets.

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

use super::table::{FIRST_SECOND, LAST_SECOND, ZoneTable};

pub(super) const SOURCE: &str = "chrono-tz";
pub(super) const VERSION: &str = chrono_tz::IANA_TZDB_VERSION;

/// chrono-tz tells an offset but not when it changes, so that changes are searched for in steps of
/// this many seconds. Two changes must not be within one step: the nearest two in its years are a
/// week less an hour apart.
const STEP: i64 = 3 * 24 * 3600;

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
}

/// The table of a zone. `None` if chrono-tz has no such zone. Some thousand look-ups.
pub(super) fn table(zone: &str) -> Option<ZoneTable> {
    let zone: Tz = zone.parse().ok()?;
    let first = offset(zone, FIRST_SECOND);
    let mut changes = Vec::new();
    let (mut from, mut before) = (FIRST_SECOND, first);
    while from < LAST_SECOND {
        let until = from.saturating_add(STEP).min(LAST_SECOND);
        let now = offset(zone, until);
        if now != before {
            changes.push((change(zone, from, until), now));
        }
        (from, before) = (until, now);
    }
    Some(ZoneTable::new(first, changes))
}

/// The second after `from`, up to `until`, at which the offset changes, found by halving.
fn change(zone: Tz, mut from: i64, mut until: i64) -> i64 {
    let before = offset(zone, from);
    while until.saturating_sub(from) > 1 {
        let middle = from.midpoint(until);
        if offset(zone, middle) == before {
            from = middle;
        } else {
            until = middle;
        }
    }
    until
}

fn offset(zone: Tz, second: i64) -> i32 {
    let at = DateTime::from_timestamp(second, 0).unwrap_or_default().naive_utc();
    zone.offset_from_utc_datetime(&at).fix().local_minus_utc()
}

#[cfg(test)]
mod tests {
    use chrono_tz::TZ_VARIANTS;

    use super::*;

    /// The step misses no change: no two are so near. Between changes, tables and chrono-tz are
    /// compared at instants that the search did not look at.
    #[test]
    fn g5_the_tables_are_those_of_chrono_tz() {
        let nearest = std::sync::atomic::AtomicI64::new(i64::MAX);
        let check = &|zone: Tz, place: usize| {
            let table = table(zone.name()).unwrap();
            let changes = table.changes();
            let gaps = changes.windows(2).map(|pair| pair[1].0 - pair[0].0);
            nearest.fetch_min(gaps.min().unwrap_or(i64::MAX), std::sync::atomic::Ordering::Relaxed);
            // A stride that comes through all hours of the day, beginning elsewhere for each zone.
            let stride = if place.is_multiple_of(3) { DENSE } else { 3 * DENSE };
            let dense = (FIRST_SECOND + place as i64 * 3_607..LAST_SECOND).step_by(stride);
            let beside = changes.iter().flat_map(|&(second, _)| [second - 1, second, second + 1]);
            for second in dense.chain(beside).chain([FIRST_SECOND, LAST_SECOND - 1]) {
                let expected = i64::from(offset(zone, second)) * 1_000_000;
                assert_eq!(
                    table.segment(second * 1_000_000).offset,
                    expected,
                    "{zone} at {second}"
                );
            }
        };
        std::thread::scope(|scope| {
            for half in 0..2 {
                scope.spawn(move || {
                    for (place, &zone) in
                        TZ_VARIANTS.iter().enumerate().filter(|(place, _)| place % 2 == half)
                    {
                        check(zone, place);
                    }
                });
            }
        });
        let nearest = nearest.into_inner();
        assert!(nearest >= 2 * STEP, "two changes are {nearest} s apart");
    }

    const DENSE: usize = 35 * 3_600 + 60;
}
