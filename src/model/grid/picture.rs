//! A week of hours as a picture for the terminal.

use std::fmt;

use super::text;
use super::week::{Hours, MINUTES_A_DAY, MINUTES_A_WEEK};

/// A week as rows of weekdays and columns of hours: `█` open, `·` closed, and `▌`, `▐` or `▒` if
/// only the beginning, only the end, or another part of the hour is open. Made by
/// [`Hours::picture`], shown with [`Display`](fmt::Display).
#[derive(Clone, Debug)]
pub struct Picture {
    spans: Vec<(u16, u16)>,
}

impl Hours {
    /// A picture of the week in local time: seven rows of twenty-four hours.
    #[must_use]
    pub fn picture(&self) -> Picture {
        Picture { spans: self.open_spans() }
    }
}

impl Picture {
    fn sign(&self, begin: u16) -> char {
        let end = begin.saturating_add(60);
        let parts = self.spans.iter().map(|&(from, until)| (from.max(begin), until.min(end)));
        let parts: Vec<_> = parts.filter(|(from, until)| from < until).collect();
        match *parts.as_slice() {
            [] => '·',
            [(from, until)] if from == begin && until == end => '█',
            [(from, _)] if from == begin => '▌',
            [(_, until)] if until == end => '▐',
            _ => '▒',
        }
    }
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("    0     3     6     9     12    15    18    21")?;
        for midnight in (0..MINUTES_A_WEEK).step_by(MINUTES_A_DAY.into()) {
            write!(f, "\n{}", text::weekday(usize::from(midnight / MINUTES_A_DAY)))?;
            for begin in (midnight..midnight.saturating_add(MINUTES_A_DAY)).step_by(60) {
                write!(f, " {}", self.sign(begin))?;
            }
        }
        Ok(())
    }
}
