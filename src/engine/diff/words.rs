//! Diffs in words.

use std::fmt;

use super::{Diff, Difference, HoursDifference};
use crate::engine::coverage::Reach;
use crate::engine::words::Where;
use crate::model::Grid;

/// Of a list this many are named.
const TOLD: usize = 20;

struct Listed<'a, T>(&'a [T]);

impl<T: fmt::Display> fmt::Display for Listed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, item) in self.0.iter().take(TOLD).enumerate() {
            write!(f, "{}`{item}`", if n == 0 { "" } else { ", " })?;
        }
        match self.0.len().saturating_sub(TOLD) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

struct In<'a>(&'a Reach);

impl fmt::Display for In<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reach { scope, except } = self.0;
        write!(f, "{}", Where(scope))?;
        for (n, scope) in except.iter().take(TOLD).enumerate() {
            write!(f, "{} {}", if n == 0 { ", but not" } else { " or" }, Where(scope))?;
        }
        match except.len().saturating_sub(TOLD) {
            0 => Ok(()),
            more => write!(f, " or in {more} more places"),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { roles, reaches, everywhere, permissions, channel, interval, people } = self;
        write!(f, "{}", Listed(permissions))?;
        for (n, reach) in reaches.iter().take(TOLD).enumerate() {
            write!(f, "{} {}", if n == 0 { "" } else { "," }, In(reach))?;
        }
        match reaches.len().saturating_sub(TOLD) {
            0 if *everywhere && reaches.is_empty() => f.write_str(" for every place at once")?,
            0 => {}
            more => write!(f, ", and in {more} more places")?,
        }
        match roles.as_slice() {
            [] => {}
            [role] => write!(f, ", by the role `{role}`")?,
            roles => write!(f, ", by the roles {}", Listed(roles))?,
        }
        write!(f, ", on channel `{channel}`")?;
        interval.from().iter().try_for_each(|from| write!(f, ", from {from}"))?;
        interval.until().iter().try_for_each(|until| write!(f, ", until {until}"))?;
        let noun = if people.len() == 1 { "person" } else { "people" };
        write!(f, "\n    {} {noun}: {}", people.len(), Listed(people))
    }
}

struct Hours<'a>(&'a [Grid]);

impl fmt::Display for Hours<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, grid) in self.0.iter().enumerate() {
            write!(f, "{}`{}` ({})", if n == 0 { "" } else { " or " }, grid.name, grid.hours)?;
            if grid.allow_outside {
                f.write_str(", and outside of it")?;
            }
        }
        if self.0.is_empty() { f.write_str("at any hour") } else { Ok(()) }
    }
}

impl fmt::Display for HoursDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let HoursDifference { before, after, people } = self;
        let noun = if people.len() == 1 { "person" } else { "people" };
        write!(f, "{}, before: {}", Hours(after), Hours(before))?;
        write!(f, "\n    {} {noun}: {}", people.len(), Listed(people))
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Diff { before, after, at, gained, lost, hours } = self;
        writeln!(f, "from revision {before} to {after}, at {at}")?;
        for (word, differences) in [("gained", gained), ("lost", lost)] {
            differences.iter().try_for_each(|difference| writeln!(f, "  {word} {difference}"))?;
        }
        hours.iter().try_for_each(|hours| writeln!(f, "  hours {hours}"))?;
        if self.is_empty() {
            writeln!(f, "  nobody gained or lost anything")?;
        }
        Ok(())
    }
}
