//! Random access grids, which open and close about when things begin and end.

use alcada::{
    Event, Name, Registration,
    facts::Enrolment,
    hours::{Day, Grid, Hours, Window},
};

use super::changes::tenant;
use super::{Source, name};
use crate::oracle::World;

/// Zones, and how many minutes each is before UTC when the worlds begin, a Monday:
/// some change their offset in the weeks after.
const ZONES: [(&str, i64); 5] = [
    ("UTC", 0),
    ("America/Sao_Paulo", -180),
    ("America/Toronto", -300),
    ("Australia/Lord_Howe", 660),
    ("Asia/Kolkata", 330),
];
const DAY: i64 = 24 * 60;

fn hours(s: &mut Source) -> Hours {
    let zones = if s.percent(50) { 1 } else { ZONES.len() };
    let (zone, offset) = ZONES[s.below(zones)];
    let mut windows: [Vec<Window>; 7] = Default::default();
    for _ in 0..[0, 1, 2, 2, 3, 4, 6][s.below(7)] {
        // Of the hours at which things begin and end, on the day of the world or on another.
        let day = if s.percent(70) { 0 } else { s.below(7) as i64 };
        let opens = day * DAY + 60 * (s.below(11) as i64 - 1) + offset;
        let longest = [6, 16, 47][s.below(3)];
        let closes = opens + 30 * (1 + s.below(longest) as i64);
        let minute = |at: i64| at.rem_euclid(DAY) as u16;
        let until = if minute(closes) == 0 { DAY as u16 } else { minute(closes) };
        let weekday = opens.div_euclid(DAY).rem_euclid(7) as usize;
        windows[weekday].extend(Window::new(minute(opens), until));
    }
    let week = windows.map(|windows| Day::new(!s.percent(8), windows).unwrap());
    let zone = if s.percent(1) { "Mars/Olympus" } else { zone };
    Hours::new(zone, week).unwrap()
}

fn grid_name(s: &mut Source) -> Name {
    name(["day", "night", "a"][s.below(3)])
}

/// Of a tenant, or of the platform.
fn owner(world: &World, s: &mut Source) -> Option<Name> {
    (!s.percent(20)).then(|| tenant(world, s))
}

pub fn grid_created(world: &World, s: &mut Source) -> Option<Event> {
    let tenant = owner(world, s);
    let (allow_outside, hand_over) = (s.percent(8), s.percent(50));
    Some(Event::GridCreated(Grid {
        tenant,
        name: grid_name(s),
        hours: hours(s),
        allow_outside,
        hand_over,
    }))
}

pub fn grid_edited(world: &World, s: &mut Source) -> Option<Event> {
    let old = s.pick(&world.grids)?;
    let name = if s.percent(5) { grid_name(s) } else { old.name.clone() };
    let allow_outside = s.percent(8);
    Some(Event::GridEdited(Grid { name, hours: hours(s), allow_outside, ..old.clone() }))
}

pub fn grid_deleted(world: &World, s: &mut Source) -> Option<Event> {
    let free =
        |g: &&Grid| !world.enrolments.iter().any(|e| e.tenant == g.tenant && e.grid == g.name);
    let free: Vec<&Grid> = world.grids.iter().filter(free).collect();
    let all: Vec<&Grid> = world.grids.iter().collect();
    let from = if s.percent(70) { &free } else { &all };
    let grid = s.pick(from)?;
    Some(Event::GridDeleted { tenant: grid.tenant.clone(), grid: grid.name.clone() })
}

pub fn enrolled(world: &World, s: &mut Source) -> Option<Event> {
    let grid = s.pick(&world.grids)?;
    let there = |r: &&Registration| r.tenant == grid.tenant;
    let there: Vec<&Registration> = world.registrations.iter().filter(there).collect();
    let person = match s.pick(&there) {
        Some(r) if !s.percent(3) => r.person.clone(),
        _ => s.pick(&world.registrations)?.person.clone(),
    };
    let name = if s.percent(2) { grid_name(s) } else { grid.name.clone() };
    Some(Event::Enrolled { tenant: grid.tenant.clone(), grid: name, person })
}

pub fn unenrolled(world: &World, s: &mut Source) -> Option<Event> {
    let Enrolment { tenant, grid, person } = s.pick(&world.enrolments)?.clone();
    let grid = if s.percent(5) { grid_name(s) } else { grid };
    Some(Event::Unenrolled { tenant, grid, person })
}
