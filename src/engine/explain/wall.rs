//! Local times in words, as a clock on the wall shows them.

use std::fmt;

/// The weekday and the time of day of a local time in microseconds, like `Monday 07:00`.
pub(super) fn on_the_wall(local: i64) -> String {
    const WEEKDAYS: [&str; 7] =
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    // 1970-01-01 was a Thursday.
    let day = local.div_euclid(DAY).saturating_add(3).rem_euclid(7);
    let weekday = usize::try_from(day).ok().and_then(|day| WEEKDAYS.get(day)).unwrap_or(&"");
    format!("{weekday} {}", TimeOfDay(local))
}

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// Displays the hour and the minute of an instant in microseconds.
pub(super) struct TimeOfDay(pub(super) i64);

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minute = self.0.rem_euclid(DAY).div_euclid(MINUTE);
        write!(f, "{:02}:{:02}", minute.div_euclid(60), minute.rem_euclid(60))
    }
}
