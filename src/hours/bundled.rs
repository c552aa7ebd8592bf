//! The zones that chrono-tz ships.

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

use super::table::{FIRST_SECOND, LAST_SECOND, ZoneTable};

pub(super) const SOURCE: &str = "chrono-tz";
pub(super) const VERSION: &str = chrono_tz::IANA_TZDB_VERSION;

/// chrono-tz tells an offset but not when it changes, so that is searched for: two
/// changes must not lie within one step. The nearest two in its years are a week
/// less an hour apart.
const STEP: i64 = 3 * 24 * 3600;

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
}

/// The table of a zone; none when chrono-tz has no such zone. Some thousand look-ups.
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

/// The second after `from`, up to `until`, at which the offset changes.
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
