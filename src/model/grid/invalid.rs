//! [`InvalidHours`]: why a text or its parts are not hours, with the limits that hours keep.

use std::fmt;

/// The longest text of hours, in bytes. All [`Hours`](super::Hours) that there can be fit in it.
pub const MAX_HOURS_BYTES: usize = 4_096;

/// The most windows of one weekday.
pub const MAX_WINDOWS: usize = 24;

/// How many characters of a text an error quotes.
const QUOTED: usize = 48;

/// Why something is not [`Hours`], a [`Day`] or a [`Window`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidHours {
    /// The text is longer than [`MAX_HOURS_BYTES`](crate::facts::limits::MAX_HOURS_BYTES).
    #[error("hours of {bytes} bytes are too long; at most {MAX_HOURS_BYTES} are allowed")]
    TooLong {
        /// How many bytes it has.
        bytes: usize,
    },
    /// No time zone follows a `;`.
    #[error("`{text}` names no time zone; end it with one, like `; America/Sao_Paulo`")]
    NoZone {
        /// The text, or its beginning.
        text: String,
    },
    /// No time zone can have that name.
    #[error("`{zone}` cannot be a time zone; write a name of IANA's, like `America/Sao_Paulo`")]
    Zone {
        /// The text in the place of the time zone.
        zone: String,
    },
    /// A piece that names no weekday.
    #[error(
        "`{piece}` begins with no weekday; begin it with one of `mon` to `sun`, or a range like `mon-fri`"
    )]
    NoWeekday {
        /// The piece of the text, or its beginning.
        piece: String,
    },
    /// A range of weekdays from one to itself.
    #[error("`{piece}` is ambiguous: a day or a week; write `{day}`, or `mon-sun` for all")]
    EqualDays {
        /// The piece of the text, or its beginning.
        piece: String,
        /// The weekday.
        day: &'static str,
    },
    /// A piece that says nothing of its weekdays.
    #[error(
        "`{piece}` has no hours; write them after the weekdays like `07:00-19:00`, or write `off`"
    )]
    NoWindow {
        /// The piece of the text, or its beginning.
        piece: String,
    },
    /// A piece in which something is not a window.
    #[error(
        "`{piece}` has hours that are none; write `HH:MM-HH:MM`, from `00:00` to `24:00`, one window a piece"
    )]
    NotAWindow {
        /// The piece of the text, or its beginning.
        piece: String,
    },
    /// A minute that no day has.
    #[error(
        "a window from minute {opens} to minute {closes} is in no day; it opens at 0 to 1439, and closes at 1 to 1440"
    )]
    NoSuchTime {
        /// The minute at which it would open.
        opens: u16,
        /// The minute at which it would close.
        closes: u16,
    },
    /// A window that closes when it opens ([contract G1](crate::docs::contract#g1)).
    #[error("`{0}-{0}` is ambiguous: nothing or a whole day; write `00:00-24:00` for a whole day, or `off`", TimeOfDay(*opens))]
    EqualEnds {
        /// The minute at which it would open and close.
        opens: u16,
    },
    /// A window that closes at minute 0 of the day after.
    #[error("`{0}-00:00` ends at midnight; write `{0}-24:00`", TimeOfDay(*opens))]
    EndsAtZero {
        /// The minute at which it would open.
        opens: u16,
    },
    /// A day with more than [`MAX_WINDOWS`](crate::facts::limits::MAX_WINDOWS).
    #[error("a weekday has more than {MAX_WINDOWS} windows; join some of them")]
    TooManyWindows,
}

impl InvalidHours {
    pub(super) fn zone(zone: &str) -> InvalidHours {
        InvalidHours::Zone { zone: quoted(zone) }
    }
}

pub(super) fn quoted(text: &str) -> String {
    let mut quoted: String = text.chars().take(QUOTED).collect();
    if quoted.len() < text.len() {
        quoted.push('…');
    }
    quoted
}

/// A minute of the day as `HH:MM`.
pub(super) struct TimeOfDay(pub(super) u16);

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}
