//! [`Instant`] and [`Interval`]: points and stretches of time.
//!
//! Only [`Instant::now`] reads a clock. Local time and its zones are in [`hours`](crate::hours).

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant: whole microseconds of UTC, from 0000-01-01 to the end of 9999.
///
/// Conversions from finer or wider clocks round down to the microsecond and stop at
/// [`Instant::MIN`] and [`Instant::MAX`]. The text form is RFC 3339.
///
/// ```
/// use alcada::Instant;
/// let noon: Instant = "2026-03-02T12:00:00Z".parse()?;
/// assert_eq!(noon.to_string(), "2026-03-02T12:00:00Z");
/// # Ok::<(), alcada::hours::InvalidTime>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant(i64);

/// Why a text is not an [`Instant`], or two instants are not the ends of an [`Interval`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTime {
    /// The text is not an instant in the form of RFC 3339.
    #[error("`{text}` is not an instant; write it as RFC 3339, like `2026-03-02T12:00:00Z`")]
    Instant {
        /// The text that was read.
        text: String,
    },
    /// The interval ends before it begins, or when it begins, and so holds nothing.
    #[error("the interval from {from} until {until} holds nothing; `until` must come after `from`")]
    Empty {
        /// The instant at which the interval would begin.
        from: Instant,
        /// The instant at which the interval would end.
        until: Instant,
    },
}

impl Instant {
    /// The first instant: 0000-01-01T00:00:00Z.
    pub const MIN: Instant = Instant(-62_167_219_200_000_000);
    /// The last instant: 9999-12-31T23:59:59.999999Z.
    pub const MAX: Instant = Instant(253_402_300_799_999_999);

    /// The instant so many microseconds after 1970-01-01T00:00:00Z, held within [`Instant::MIN`]
    /// and [`Instant::MAX`].
    #[must_use]
    pub const fn from_micros(micros: i64) -> Instant {
        if micros < Instant::MIN.0 {
            Instant::MIN
        } else if micros > Instant::MAX.0 {
            Instant::MAX
        } else {
            Instant(micros)
        }
    }

    /// The microseconds from 1970-01-01T00:00:00Z to this instant.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The instant that the system's clock says. Only the host calls this: the engine takes every
    /// instant as an argument.
    #[must_use]
    pub fn now() -> Instant {
        SystemTime::now().into()
    }

    /// The instant so many seconds after this one, held within [`Instant::MIN`] and
    /// [`Instant::MAX`].
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Instant {
        Instant::from_micros(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(at: DateTime<Utc>) -> Instant {
        Instant::from_micros(at.timestamp_micros())
    }
}

impl From<SystemTime> for Instant {
    fn from(at: SystemTime) -> Instant {
        let micros = match at.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
            // Rounding down means away from the epoch before 1970.
            Err(before) => {
                let nanos = before.duration().as_nanos();
                i64::try_from(nanos.div_ceil(1000)).map_or(i64::MIN, i64::saturating_neg)
            }
        };
        Instant::from_micros(micros)
    }
}

impl From<Instant> for DateTime<Utc> {
    fn from(at: Instant) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(at.0).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

impl std::str::FromStr for Instant {
    type Err = InvalidTime;
    fn from_str(text: &str) -> Result<Instant, InvalidTime> {
        DateTime::parse_from_rfc3339(text)
            .map(|at| Instant::from(at.with_timezone(&Utc)))
            .map_err(|_| InvalidTime::Instant { text: text.to_owned() })
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&DateTime::<Utc>::from(*self).to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Instant, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// A half-open stretch of time, `[from, until)` in UTC ([contract D7](crate::docs::contract#d7)). A
/// side that is left out is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Interval {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Instant>,
}

impl Interval {
    /// The interval that holds every instant.
    pub const ALWAYS: Interval = Interval { from: None, until: None };

    /// The interval `[from, until)`. A side given as `None` is open.
    ///
    /// # Errors
    /// When `until` does not come after `from`.
    pub fn new(
        from: impl Into<Option<Instant>>,
        until: impl Into<Option<Instant>>,
    ) -> Result<Interval, InvalidTime> {
        let (from, until) = (from.into(), until.into());
        match (from, until) {
            (Some(from), Some(until)) if until <= from => Err(InvalidTime::Empty { from, until }),
            _ => Ok(Interval { from, until }),
        }
    }

    /// The first instant inside. `None` if the interval has no beginning.
    #[must_use]
    pub const fn from(self) -> Option<Instant> {
        self.from
    }

    /// The first instant after the interval. `None` if the interval never ends.
    #[must_use]
    pub const fn until(self) -> Option<Instant> {
        self.until
    }

    /// Whether an instant is inside.
    #[must_use]
    pub fn contains(self, at: Instant) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.until) {
            (None, None) => f.write_str("always"),
            (Some(from), None) => write!(f, "from {from}"),
            (None, Some(until)) => write!(f, "until {until}"),
            (Some(from), Some(until)) => write!(f, "from {from} until {until}"),
        }
    }
}

impl<'de> Deserialize<'de> for Interval {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Interval, D::Error> {
        #[derive(Deserialize)]
        struct Raw {
            #[serde(default)]
            from: Option<Instant>,
            #[serde(default)]
            until: Option<Instant>,
        }
        let raw = Raw::deserialize(deserializer)?;
        Interval::new(raw.from, raw.until).map_err(D::Error::custom)
    }
}
