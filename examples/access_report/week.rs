//! A week of an access grid as a picture: seven rows of a day each, in the grid's own time.

use alcada::hours::Hours;
use maud::{Markup, html};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MIDNIGHT: u16 = 1440;
/// In the units of the picture: of an hour, of a row, of what stands before and above them.
const HOUR: f32 = 12.0;
const ROW: f32 = 15.0;
const LEFT: f32 = 28.0;
const TOP: f32 = 12.0;

/// A stretch of a day, in minutes of it: a window that runs past midnight is two.
struct Stretch {
    day: usize,
    from: u16,
    until: u16,
}

fn stretches(hours: &Hours) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    for (day, of_day) in hours.week().iter().enumerate().filter(|(_, of_day)| of_day.is_on()) {
        for window in of_day.windows() {
            let (from, until) = (window.opens(), window.closes());
            if from < until {
                stretches.push(Stretch { day, from, until });
            } else {
                stretches.push(Stretch { day, from, until: MIDNIGHT });
                stretches.push(Stretch { day: (day + 1) % 7, from: 0, until });
            }
        }
    }
    stretches
}

pub fn picture(hours: &Hours) -> Markup {
    let across = |minutes: u16| LEFT + f32::from(minutes) / 60.0 * HOUR;
    let down = |day: usize| TOP + day as f32 * ROW;
    let (width, height) = (across(MIDNIGHT) + 8.0, down(7));
    html! {
        svg viewBox={ "0 0 " (width) " " (height) } role="img" aria-label={ "Open " (hours) } {
            @for hour in (0..=24).step_by(6) {
                text x=(across(hour * 60)) y="8" text-anchor="middle" { (hour) }
            }
            @for (day, name) in DAYS.iter().enumerate() {
                text x="0" y=(down(day) + 10.5) { (name) }
                rect.closed x=(LEFT) y=(down(day)) width=(24.0 * HOUR) height=(ROW - 2.0) {}
            }
            @for Stretch { day, from, until } in stretches(hours) {
                rect.open x=(across(from)) y=(down(day)) width=(across(until) - across(from)) height=(ROW - 2.0) {}
            }
        }
    }
}
