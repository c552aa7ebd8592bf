//! The text form of [`Hours`]: `mon-fri 07:00-19:00, sun off 08:00-12:00; Europe/Lisbon`.

use std::fmt;
use std::str::FromStr;

use super::{Day, Hours, MAX_WINDOWS, Window};

/// The longest text of hours, in bytes. Whatever [`Hours`] there are fit in it.
pub const MAX_HOURS_BYTES: usize = 4_096;

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// What is quoted of a text that may be long.
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
    /// Nothing follows a `;`.
    #[error("`{text}` names no time zone; end it with one, like `; America/Sao_Paulo`")]
    NoZone {
        /// The text, or its beginning.
        text: String,
    },
    /// No time zone can have that name.
    #[error("`{zone}` cannot be a time zone; write a name of IANA's, like `America/Sao_Paulo`")]
    Zone {
        /// What is written.
        zone: String,
    },
    /// A piece that names no weekday.
    #[error(
        "`{piece}` begins with no weekday; begin it with one of `mon` to `sun`, or a range like `mon-fri`"
    )]
    NoWeekday {
        /// The piece, or its beginning.
        piece: String,
    },
    /// A range of weekdays from one to itself.
    #[error("`{piece}` is ambiguous: a day or a week; write `{day}`, or `mon-sun` for all")]
    EqualDays {
        /// The piece, or its beginning.
        piece: String,
        /// The weekday.
        day: &'static str,
    },
    /// A piece that says nothing of its weekdays.
    #[error(
        "`{piece}` has no hours; write them after the weekdays like `07:00-19:00`, or write `off`"
    )]
    NoWindow {
        /// The piece, or its beginning.
        piece: String,
    },
    /// A piece in which something is not a window.
    #[error(
        "`{piece}` has hours that are none; write `HH:MM-HH:MM`, from `00:00` to `24:00`, one window a piece"
    )]
    NotAWindow {
        /// The piece, or its beginning.
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
    /// A window that closes when it opens (contract G1).
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

fn quoted(text: &str) -> String {
    let mut quoted: String = text.chars().take(QUOTED).collect();
    if quoted.len() < text.len() {
        quoted.push('…');
    }
    quoted
}

/// A minute of the day as `HH:MM`.
struct TimeOfDay(u16);

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", TimeOfDay(self.opens), TimeOfDay(self.closes))
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut windows: Vec<(Window, usize, bool)> = Vec::new();
        for (index, day) in self.week.iter().enumerate() {
            windows.extend(day.windows.iter().map(|&window| (window, index, day.on)));
        }
        windows.sort_unstable();
        let runs = windows.chunk_by(|one, next| (one.0, one.1.saturating_add(1), one.2) == *next);
        let mut separator = "";
        for run in runs {
            let (Some(&(window, first, on)), Some(&(_, last, _))) = (run.first(), run.last())
            else {
                continue;
            };
            f.write_str(separator)?;
            f.write_str(weekday(first))?;
            if last != first {
                write!(f, "-{}", weekday(last))?;
            }
            write!(f, "{} {window}", if on { "" } else { " off" })?;
            separator = ", ";
        }
        if windows.is_empty() {
            f.write_str("mon-sun off")?;
        }
        write!(f, "; {}", self.zone)
    }
}

pub(super) fn weekday(index: usize) -> &'static str {
    WEEKDAYS.get(index).copied().unwrap_or_default()
}

impl FromStr for Hours {
    type Err = InvalidHours;

    /// Reads the text form; see [`docs::hours`](crate::docs::hours).
    fn from_str(text: &str) -> Result<Hours, InvalidHours> {
        if text.len() > MAX_HOURS_BYTES {
            return Err(InvalidHours::TooLong { bytes: text.len() });
        }
        let named = text.rsplit_once(';').filter(|(_, zone)| !zone.trim().is_empty());
        let (pieces, zone) = named.ok_or_else(|| InvalidHours::NoZone { text: quoted(text) })?;
        let mut week: [(Day, bool); 7] = Default::default();
        for piece in pieces.split(',') {
            let Piece { days, off, window } = piece.trim().parse()?;
            for ((day, switched_off), _) in week.iter_mut().zip(days).filter(|(_, named)| *named) {
                *switched_off |= off;
                window.map_or(Ok(()), |window| day.add(window))?;
            }
        }
        let week = week.map(|(day, off)| Day { on: !off && !day.windows.is_empty(), ..day });
        Hours::new(zone.trim(), week)
    }
}

/// What stands between two commas: weekdays, `off` or not, a window or none.
struct Piece {
    days: [bool; 7],
    off: bool,
    window: Option<Window>,
}

impl FromStr for Piece {
    type Err = InvalidHours;

    fn from_str(piece: &str) -> Result<Piece, InvalidHours> {
        let mut words = piece.split_ascii_whitespace();
        let days = words.next().ok_or_else(|| InvalidHours::NoWeekday { piece: String::new() })?;
        let days = read_days(days, piece)?;
        let mut word = words.next();
        let off = word == Some("off");
        if off {
            word = words.next();
        }
        let window = word.map(|word| read_window(word, piece)).transpose()?;
        if words.next().is_some() {
            return Err(InvalidHours::NotAWindow { piece: quoted(piece) });
        }
        if window.is_none() && !off {
            return Err(InvalidHours::NoWindow { piece: quoted(piece) });
        }
        Ok(Piece { days, off, window })
    }
}

/// `mon`, or a range like `mon-fri`; one like `sat-mon` goes past the end of the week.
fn read_days(text: &str, piece: &str) -> Result<[bool; 7], InvalidHours> {
    let find = |text: &str| {
        let found = WEEKDAYS.iter().position(|day| *day == text);
        found.ok_or_else(|| InvalidHours::NoWeekday { piece: quoted(piece) })
    };
    let (first, last) = match text.split_once('-') {
        None => find(text).map(|day| (day, day))?,
        Some((first, last)) => {
            let (first, last) = (find(first)?, find(last)?);
            if first == last {
                return Err(InvalidHours::EqualDays { piece: quoted(piece), day: weekday(first) });
            }
            (first, last)
        }
    };
    Ok(std::array::from_fn(|day| {
        if first <= last { (first..=last).contains(&day) } else { first <= day || day <= last }
    }))
}

fn read_window(text: &str, piece: &str) -> Result<Window, InvalidHours> {
    let ends = text
        .split_once('-')
        .and_then(|(opens, closes)| Some((read_time(opens)?, read_time(closes)?)));
    match ends {
        Some((opens, closes)) if opens < super::MINUTES_A_DAY => Window::new(opens, closes),
        _ => Err(InvalidHours::NotAWindow { piece: quoted(piece) }),
    }
}

/// `HH:MM`, up to `24:00`.
fn read_time(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two_digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |text: &str| two_digits(text).then(|| text.parse::<u16>().ok())?;
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let minute = hours.saturating_mul(60).saturating_add(minutes);
    (minutes < 60 && minute <= super::MINUTES_A_DAY).then_some(minute)
}

impl TryFrom<String> for Hours {
    type Error = InvalidHours;
    fn try_from(text: String) -> Result<Hours, InvalidHours> {
        text.parse()
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> String {
        hours.to_string()
    }
}
