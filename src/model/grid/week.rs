//! [`Hours`], [`Day`] and [`Window`]: when, in a week of local time, something is open.

use serde::{Deserialize, Serialize};

use super::invalid::{InvalidHours, MAX_WINDOWS};
use crate::model::Name;

/// The longest name of a time zone, in bytes. Those of IANA have 32 at most.
const MAX_ZONE_BYTES: usize = 64;

pub(crate) const MINUTES_A_DAY: u16 = 1_440;
pub(crate) const MINUTES_A_WEEK: u16 = 7 * MINUTES_A_DAY;

/// A window of local time, `[opens, closes)`, on the weekday on which it opens ([contract
/// G1](crate::docs::contract#g1)).
///
/// A window that closes at an earlier minute than it opens runs past midnight into the next
/// weekday.
///
/// ```
/// use alcada::hours::Window;
/// let night = Window::new(22 * 60, 6 * 60)?;
/// assert_eq!(night.to_string(), "22:00-06:00");
/// assert!(Window::new(9 * 60, 9 * 60).is_err()); // nothing, or a whole day?
/// # Ok::<(), alcada::hours::InvalidHours>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Window {
    pub(super) opens: u16,
    pub(super) closes: u16,
}

impl Window {
    /// A window from the minute of the day at which it opens, 0 to 1439, and the one at which it
    /// closes, 1 to 1440. 1440 is 24:00, the midnight at the end of the day.
    ///
    /// # Errors
    /// When a minute is outside of its range, or when both are equal, which may mean nothing or a
    /// whole day.
    pub fn new(opens: u16, closes: u16) -> Result<Window, InvalidHours> {
        if opens >= MINUTES_A_DAY || closes > MINUTES_A_DAY {
            return Err(InvalidHours::NoSuchTime { opens, closes });
        }
        if opens == closes {
            return Err(InvalidHours::EqualEnds { opens });
        }
        if closes == 0 {
            return Err(InvalidHours::EndsAtZero { opens });
        }
        Ok(Window { opens, closes })
    }

    /// The minute of the day at which the window opens, 0 to 1439.
    #[must_use]
    pub const fn opens(self) -> u16 {
        self.opens
    }

    /// The minute at which the window closes, 1 to 1440: of that day, or of the next if it does not
    /// come after [`Window::opens`].
    #[must_use]
    pub const fn closes(self) -> u16 {
        self.closes
    }
}

/// A weekday: its windows, and whether it is on.
///
/// A day that is off admits nothing of the windows that open on it, their parts after midnight
/// included ([contract G2](crate::docs::contract#g2)), and keeps the windows for when it is on
/// again. A day without windows is off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Day {
    pub(super) on: bool,
    pub(super) windows: Vec<Window>,
}

impl Day {
    /// A weekday with these windows, in any order. Windows that overlap act as one ([contract
    /// G4](crate::docs::contract#g4)), and equal windows are kept once.
    ///
    /// # Errors
    /// When there are more than [`MAX_WINDOWS`].
    pub fn new(on: bool, windows: impl IntoIterator<Item = Window>) -> Result<Day, InvalidHours> {
        let mut day = Day { on, windows: Vec::new() };
        for window in windows {
            day.add(window)?;
        }
        day.on &= !day.windows.is_empty();
        Ok(day)
    }

    /// Whether the windows that open on this weekday admit.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.on
    }

    /// The windows in the order in which they open, whether the weekday is on or off.
    #[must_use]
    pub fn windows(&self) -> &[Window] {
        &self.windows
    }

    pub(super) fn add(&mut self, window: Window) -> Result<(), InvalidHours> {
        if let Err(place) = self.windows.binary_search(&window) {
            if self.windows.len() == MAX_WINDOWS {
                return Err(InvalidHours::TooManyWindows);
            }
            self.windows.insert(place, window);
        }
        Ok(())
    }
}

/// Hours: when, in a week of local time in a time zone, access is open (contracts
/// [G1](crate::docs::contract#g1) to [G4](crate::docs::contract#g4)).
///
/// The text form, which serde uses too, is compact:
///
/// ```
/// use alcada::hours::Hours;
/// let text = "mon-fri 07:00-19:00, sat 08:00-12:00, fri 22:00-06:00; America/Sao_Paulo";
/// let hours: Hours = text.parse()?;
/// assert_eq!(hours.to_string(), text);
/// assert_eq!(hours.zone(), "America/Sao_Paulo");
/// # Ok::<(), alcada::hours::InvalidHours>(())
/// ```
///
/// Whether the zone exists is for a [`Zones`](crate::hours::Zones) to say, which also knows when
/// the hours change: [`Hours::is_open`], [`Hours::next_change`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    pub(super) zone: Name,
    pub(super) week: [Day; 7],
}

impl Hours {
    /// Hours from the name of a time zone and the weekdays, Monday first.
    ///
    /// # Errors
    /// When no time zone can have that name.
    pub fn new(zone: impl AsRef<str>, week: [Day; 7]) -> Result<Hours, InvalidHours> {
        let zone = zone.as_ref();
        let name = Name::new(zone).ok().filter(|_| is_zone_name(zone));
        let zone = name.ok_or_else(|| InvalidHours::zone(zone))?;
        Ok(Hours { zone, week })
    }

    /// The time zone in whose local time the windows are.
    #[must_use]
    pub const fn zone(&self) -> &Name {
        &self.zone
    }

    /// The weekdays, Monday first.
    #[must_use]
    pub const fn week(&self) -> &[Day; 7] {
        &self.week
    }

    /// The open stretches of the week, in minutes from Monday 00:00: half-open, in order, and apart
    /// from each other.
    pub(crate) fn open_spans(&self) -> Vec<(u16, u16)> {
        let mut spans = Vec::new();
        let midnights = (0..MINUTES_A_WEEK).step_by(MINUTES_A_DAY.into());
        for (midnight, day) in midnights.zip(&self.week).filter(|(_, day)| day.on) {
            for window in &day.windows {
                let tail = if window.closes < window.opens { MINUTES_A_DAY } else { 0 };
                let from = midnight.saturating_add(window.opens);
                let until = midnight.saturating_add(window.closes).saturating_add(tail);
                spans.push((from, until.min(MINUTES_A_WEEK)));
                if until > MINUTES_A_WEEK {
                    spans.push((0, until.saturating_sub(MINUTES_A_WEEK)));
                }
            }
        }
        spans.sort_unstable();
        spans.dedup_by(|next, kept| {
            let joined = next.0 <= kept.1;
            if joined {
                kept.1 = kept.1.max(next.1);
            }
            joined
        });
        spans
    }
}

/// Whether a time zone can have this name: words of ASCII letters, digits, `_`, `-` and `+`, joined
/// by `/`. No path that leaves a directory has that form.
pub(crate) fn is_zone_name(name: &str) -> bool {
    let of_a_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+');
    name.len() <= MAX_ZONE_BYTES
        && name.split('/').all(|word| !word.is_empty() && word.bytes().all(of_a_word))
}
