//! When a week of hours changes next, beside the look-up of one offset by chrono-tz.

use alcada::{
    Instant,
    hours::{Hours, Zones},
};
use chrono::{DateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

use crate::support::city::NOW;
use crate::support::measure::{Board, Contestant, Effort, Goal, race};
use crate::support::rng::Rng;

/// Grids as they are in use: a school's, a help desk's in three shifts, a clinic's, an office's
/// in a zone that keeps summer time, one that is always open but for a pause.
const GRIDS: [&str; 5] = [
    "mon-fri 07:00-19:00, sat 08:00-12:00; America/Sao_Paulo",
    "mon-fri 06:00-14:00, mon-fri 14:30-22:00, mon-fri 22:30-06:00, sat-sun 08:00-20:00; America/Toronto",
    "mon-fri 08:00-12:00, mon-fri 13:00-17:00, sat 08:00-12:00, fri 22:00-06:00; Europe/Lisbon",
    "mon-thu 09:00-17:30, fri 09:00-15:00; Australia/Lord_Howe",
    "mon-sun 04:00-03:45; Africa/Casablanca",
];

const DECADE: u32 = 10 * 365 * 24 * 3_600;

pub fn run(board: &mut Board, effort: Effort) {
    let zones = Zones::bundled();
    let grids = GRIDS.map(|text| text.parse::<Hours>().expect("hours"));
    let offsets = GRIDS.map(|text| {
        text.rsplit("; ").next().and_then(|zone| zone.parse::<Tz>().ok()).expect("a zone")
    });
    let mut rng = Rng::new(41);
    let asks: Vec<(usize, Instant)> = (0..effort.pick(100_000, 20_000))
        .map(|index| (index % GRIDS.len(), NOW.plus_seconds(rng.below(DECADE).into())))
        .collect();
    let instants: Vec<DateTime<Utc>> = asks.iter().map(|&(_, at)| at.into()).collect();
    let next_change = || {
        let changes =
            asks.iter().map(|&(grid, at)| grids[grid].next_change(at, &zones).expect("a zone"));
        changes.map(|change| u64::from(change.is_some())).sum()
    };
    let offset = || {
        let all = asks.iter().zip(&instants);
        all.map(|(&(grid, _), at)| {
            offsets[grid].offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc() as u64
        })
        .fold(0, u64::wrapping_add)
    };
    let contestants = vec![
        Contestant::new("next-change", next_change),
        Contestant::aside("chrono-tz-offset", offset),
    ];
    let race = race(effort.pick(11, 5), asks.len(), contestants);
    board.note("chrono-tz-offset", race.nanos("chrono-tz-offset"), "ns");
    board.figure("next_change", race.nanos("next-change"), "ns", Goal::AtMost(1_000.0));
}
