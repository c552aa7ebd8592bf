//! A week of hours as a picture for the terminal.

use std::fmt;

use fixedbitset::FixedBitSet;

use super::{Hours, MINUTES_A_DAY, text};

/// The week as rows of weekdays and columns of hours: `█` open, `·` closed, and
/// `▌`, `▐` or `▒` where only a part of the hour is open: its beginning, its end, else.
/// Made by [`Hours::picture`]; shown with [`Display`](fmt::Display).
#[derive(Clone, Debug)]
pub struct Picture {
    open: FixedBitSet,
}

impl Hours {
    /// The week, seven rows of twenty-four hours, local time.
    #[must_use]
    pub fn picture(&self) -> Picture {
        Picture { open: self.open_minutes() }
    }
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("    0     3     6     9     12    15    18    21    \n")?;
        let mut minute = 0_usize;
        for day in 0..7 {
            write!(f, "{} ", text::weekday(day))?;
            for _ in 0..MINUTES_A_DAY / 60 {
                let until = minute.saturating_add(60);
                let sign = match self.open.count_ones(minute..until) {
                    0 => '·',
                    60 => '█',
                    _ => {
                        let begins = self.open.contains(minute);
                        let ends = self.open.contains(until.saturating_sub(1));
                        match (begins, ends) {
                            (true, false) => '▌',
                            (false, true) => '▐',
                            _ => '▒',
                        }
                    }
                };
                write!(f, "{sign} ")?;
                minute = until;
            }
            f.write_str("\n")?;
        }
        Ok(())
    }
}
