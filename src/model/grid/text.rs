//! The text form of [`Hours`]: `mon-fri 07:00-19:00, sun off 08:00-12:00; Europe/Lisbon`.

use std::fmt;
use std::str::FromStr;

use super::invalid::{InvalidHours, MAX_HOURS_BYTES, TimeOfDay, quoted};
use super::week::{Day, Hours, MINUTES_A_DAY, Window};

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

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

/// What is between two commas: weekdays, whether they are off, and a window or none.
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

/// Reads `mon`, or a range like `mon-fri`. A range like `sat-mon` goes past the end of the week.
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
        Some((opens, closes)) if opens < MINUTES_A_DAY => Window::new(opens, closes),
        _ => Err(InvalidHours::NotAWindow { piece: quoted(piece) }),
    }
}

/// Reads `HH:MM`, up to `24:00`, as a minute of the day.
fn read_time(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two_digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = |text: &str| two_digits(text).then(|| text.parse::<u16>().ok())?;
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let minute = hours.saturating_mul(60).saturating_add(minutes);
    (minutes < 60 && minute <= MINUTES_A_DAY).then_some(minute)
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
