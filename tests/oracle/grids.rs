//! "Hours": which grids bind somebody, and whether they are open, by chrono-tz alone.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use alcada::{Instant, hours::Grid};
use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

use super::World;

/// The years that zones know, in seconds: from 1900, and before 2100.
const YEARS: (i64, i64) = (-2_208_988_800, 4_102_444_800);
const DAY: i64 = 86_400;

pub fn has_zone(grid: &Grid) -> bool {
    grid.hours.zone().parse::<Tz>().is_ok()
}

fn zone(grid: &Grid) -> Tz {
    grid.hours.zone().parse().unwrap()
}

fn seconds(at: Instant) -> i64 {
    at.as_micros().div_euclid(1_000_000)
}

fn offset(zone: Tz, second: i64) -> i64 {
    let at = DateTime::from_timestamp(second.clamp(YEARS.0, YEARS.1 - 1), 0).unwrap().naive_utc();
    zone.offset_from_utc_datetime(&at).fix().local_minus_utc().into()
}

/// Every second at which the offset is another than before, searched for day by day.
fn changes(zone: Tz) -> Vec<i64> {
    static KNOWN: Mutex<BTreeMap<&str, Vec<i64>>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let search = || {
        let mut changes = Vec::new();
        for day in (YEARS.0..YEARS.1).step_by(DAY as usize) {
            let (mut low, mut high) = (day, day + DAY);
            if offset(zone, low) == offset(zone, high) {
                continue;
            }
            while high - low > 1 {
                let middle = (low + high) / 2;
                if offset(zone, middle) == offset(zone, day) { low = middle } else { high = middle }
            }
            changes.push(high);
        }
        changes
    };
    known.entry(zone.name()).or_insert_with(search).clone()
}

/// Whether a grid admits (G1 to G4).
pub fn admits(grid: &Grid, at: Instant) -> bool {
    let local = seconds(at) + offset(zone(grid), seconds(at));
    let minute = local.rem_euclid(DAY) / 60;
    // 1970-01-01 was a Thursday.
    let today = (local.div_euclid(DAY) + 3).rem_euclid(7) as usize;
    let windows = |day: usize| {
        grid.hours.week()[day].windows().iter().filter(move |_| grid.hours.week()[day].is_on())
    };
    let bounds =
        |window: &alcada::hours::Window| (i64::from(window.opens()), i64::from(window.closes()));
    let opened_today = windows(today).map(bounds).any(|(opens, closes)| {
        if opens < closes { (opens..closes).contains(&minute) } else { opens <= minute }
    });
    let opened_yesterday = windows((today + 6) % 7)
        .map(bounds)
        .any(|(opens, closes)| closes < opens && minute < closes);
    grid.allow_outside || opened_today || opened_yesterday
}

impl World {
    fn grids_of<'w>(&'w self, who: &'w str) -> impl Iterator<Item = &'w Grid> {
        let theirs = self.enrolments.iter().filter(move |e| e.person.as_str() == who);
        let bind = self.policy.hours.enforced == alcada::policy::Enforced::Always;
        theirs.filter(move |_| bind).map(|e| {
            let is_it = |g: &&Grid| g.tenant == e.tenant && g.name == e.grid;
            self.grids.iter().find(is_it).unwrap()
        })
    }

    /// Those of them that are not always open.
    fn turning<'w>(&'w self, who: &'w str) -> impl Iterator<Item = &'w Grid> {
        self.grids_of(who).filter(|grid| !grid.allow_outside)
    }

    /// Whether no grid binds a person in a tenant (none: on the platform), or one that does is open.
    pub fn is_within_hours(&self, who: &str, tenant: Option<&str>, at: Instant) -> bool {
        let binding: Vec<&Grid> = self
            .grids_of(who)
            .filter(|g| g.tenant.is_none() || g.tenant.as_deref() == tenant)
            .collect();
        binding.is_empty() || binding.iter().any(|grid| admits(grid, at))
    }

    /// The next instant at which the offset of one of a person's grids changes.
    pub fn next_offset(&self, who: &str, at: Instant) -> Option<Instant> {
        let next = |grid| {
            changes(zone(grid))
                .into_iter()
                .map(|s| Instant::from_micros(s * 1_000_000))
                .find(|&t| t > at)
        };
        self.turning(who).filter_map(next).min()
    }

    /// The instants in the week and a day after this one, and before the next, at which
    /// a window of a person's grids opens or closes; the offset does not change meanwhile.
    pub fn openings(&self, who: &str, from: Instant, next: Option<Instant>) -> Vec<Instant> {
        let mut all = Vec::new();
        for grid in self.turning(who) {
            let offset = offset(zone(grid), seconds(from));
            let first = (seconds(from) + offset).div_euclid(DAY) - 1;
            for day in first..first + 10 {
                let weekday = &grid.hours.week()[(day + 3).rem_euclid(7) as usize];
                for window in weekday.windows().iter().filter(|_| weekday.is_on()) {
                    let (opens, closes) = (i64::from(window.opens()), i64::from(window.closes()));
                    let closes = if closes < opens { closes + 24 * 60 } else { closes };
                    for minute in [opens, closes] {
                        let micros = i128::from(day * DAY + minute * 60 - offset) * 1_000_000;
                        all.extend(i64::try_from(micros).map(Instant::from_micros));
                    }
                }
            }
        }
        all.retain(|&t| t > from && t <= Instant::MAX && next.is_none_or(|next| t < next));
        all.sort_unstable();
        all.dedup();
        all
    }
}
