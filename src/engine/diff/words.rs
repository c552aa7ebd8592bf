//! Diffs as text for people to read.

use std::fmt;

use super::difference::{Diff, Difference, HoursDifference};
use super::people::People;
use crate::engine::coverage::Reach;
use crate::model::{Grid, Identifier, Name};
use crate::time::Interval;

/// How many items of a list are named; the others are counted.
const NAMED: usize = 20;

/// A list of items in backquotes.
struct Listed<'a, T>(&'a [T]);

impl<T: fmt::Display> fmt::Display for Listed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, item) in self.0.iter().take(NAMED).enumerate() {
            write!(f, "{}`{item}`", if n == 0 { "" } else { ", " })?;
        }
        match self.0.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// The number of some people, and the names of the first of them.
pub(crate) struct PeopleInWords {
    len: usize,
    first: Vec<Identifier>,
}

impl PeopleInWords {
    pub(crate) fn of(len: usize, people: impl Iterator<Item = Identifier>) -> PeopleInWords {
        PeopleInWords { len, first: people.take(NAMED).collect() }
    }
}

impl fmt::Display for PeopleInWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PeopleInWords { len, first } = self;
        write!(f, "{len} {}: {}", if *len == 1 { "person" } else { "people" }, Listed(first))?;
        match len.saturating_sub(first.len()) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// The number of people, and the names of the first twenty.
impl fmt::Display for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        PeopleInWords::of(self.len(), self.iter()).fmt(f)
    }
}

/// A scope and its exceptions.
struct ReachInWords<'a>(&'a Reach);

impl fmt::Display for ReachInWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reach { scope, except } = self.0;
        write!(f, "{}", scope)?;
        for (n, scope) in except.iter().take(NAMED).enumerate() {
            write!(f, "{} {}", if n == 0 { ", but not" } else { " or" }, scope)?;
        }
        match except.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => write!(f, " or in {more} more places"),
        }
    }
}

/// A [`Difference`], or what a test expects of one, as text.
pub(crate) struct DifferenceInWords<'a> {
    pub(crate) roles: &'a [Name],
    pub(crate) reaches: &'a [Reach],
    pub(crate) everywhere: bool,
    pub(crate) permissions: &'a [Name],
    pub(crate) channel: &'a Name,
    pub(crate) interval: Interval,
    pub(crate) people: PeopleInWords,
}

impl fmt::Display for DifferenceInWords<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DifferenceInWords {
            roles,
            reaches,
            everywhere,
            permissions,
            channel,
            interval,
            people,
        } = self;
        write!(f, "{}", Listed(permissions))?;
        for (n, reach) in reaches.iter().take(NAMED).enumerate() {
            write!(f, "{} {}", if n == 0 { "" } else { "," }, ReachInWords(reach))?;
        }
        match reaches.len().saturating_sub(NAMED) {
            0 if *everywhere && reaches.is_empty() => f.write_str(" for every place at once")?,
            0 => {}
            more => write!(f, ", and in {more} more places")?,
        }
        match roles {
            [] => {}
            [role] => write!(f, ", by the role `{role}`")?,
            roles => write!(f, ", by the roles {}", Listed(roles))?,
        }
        write!(f, ", on channel `{channel}`")?;
        interval.from().iter().try_for_each(|from| write!(f, ", from {from}"))?;
        interval.until().iter().try_for_each(|until| write!(f, ", until {until}"))?;
        write!(f, "\n    {people}")
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { roles, reaches, everywhere, permissions, channel, interval, people } =
            self;
        let (everywhere, interval) = (*everywhere, *interval);
        let people = PeopleInWords::of(people.len(), people.iter());
        DifferenceInWords { roles, reaches, everywhere, permissions, channel, interval, people }
            .fmt(f)
    }
}

/// A list of grids.
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
        write!(f, "{}, before: {}\n    {people}", Hours(after), Hours(before))
    }
}

impl Diff {
    /// The text of a diff without differences, below its heading.
    pub(crate) const NOTHING: &'static str = "  nobody gained or lost anything\n";

    /// The first line, which says which snapshots are compared.
    pub(crate) fn heading(&self) -> String {
        let Diff { before, after, at, .. } = self;
        format!("from revision {before} to {after}, at {at}\n")
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Diff { gained, lost, hours, .. } = self;
        f.write_str(&self.heading())?;
        for (word, differences) in [("gained", gained), ("lost", lost)] {
            differences.iter().try_for_each(|difference| writeln!(f, "  {word} {difference}"))?;
        }
        hours.iter().try_for_each(|hours| writeln!(f, "  hours {hours}"))?;
        if self.is_empty() {
            f.write_str(Diff::NOTHING)?;
        }
        Ok(())
    }
}
