//! The hours agree with the naive oracle, which walks: for every zone there is, around its
//! transitions, from 1900 to 2100 (G3, G5, R20, R37).

use alcada::{
    Instant,
    hours::{Day, Hours, Window},
};
use chrono_tz::{TZ_VARIANTS, Tz};
use proptest::prelude::*;

use super::{is_open, next_change};
use crate::oracle::hours as naive;

const MICROS: i64 = 1_000_000;
const WEEK: i64 = 7 * 24 * 3_600;

fn at(second: i64) -> Instant {
    Instant::from_micros(second * MICROS)
}

/// At a second and a little after it, within: open or not, and until when.
#[track_caller]
fn assert_naive(hours: &Hours, second: i64) {
    let open = naive::is_open(hours, second);
    let claimed = next_change(hours, at(second));
    let context = || format!("`{hours}` at {}", at(second));
    assert_eq!(is_open(hours, at(second)), open, "{}", context());
    let Some(claimed) = claimed else {
        // A week without a change, and a day that may be missing from it.
        assert_eq!(
            naive::next_change(hours, second, second + WEEK + 86_400),
            None,
            "{}",
            context()
        );
        return;
    };
    assert_eq!(claimed.as_micros() % MICROS, 0, "{}", context());
    // Whatever changes, changes within a week and what a transition takes out of it.
    let until = claimed.as_micros() / MICROS;
    assert!(second < until && until <= second + 2 * WEEK + 86_400, "{} until {claimed}", context());
    assert_eq!(naive::next_change(hours, second, until), Some(until), "{}", context());
    for micros in [1, MICROS - 1] {
        let within = Instant::from_micros(second * MICROS + micros);
        assert_eq!(
            (is_open(hours, within), next_change(hours, within)),
            (open, Some(claimed)),
            "{}",
            context()
        );
    }
}

fn zone() -> impl Strategy<Value = Tz> {
    (0..TZ_VARIANTS.len()).prop_map(|index| TZ_VARIANTS[index])
}

/// A minute of the day, more often one near those at which clocks are changed.
fn minute() -> impl Strategy<Value = u16> {
    prop_oneof![
        0..1_440_u16,
        0..240_u16,
        (0..24_u16).prop_map(|hour| hour * 60),
        Just(0),
        Just(1_439)
    ]
}

fn window() -> impl Strategy<Value = Window> {
    (minute(), prop_oneof![minute(), Just(1_440)])
        .prop_filter_map("a window", |(opens, closes)| Window::new(opens, closes).ok())
}

pub fn week() -> impl Strategy<Value = [Day; 7]> {
    let day = (prop::bool::weighted(0.8), prop::collection::vec(window(), 0..4));
    prop::array::uniform7(day.prop_map(|(on, windows)| Day::new(on, windows).unwrap()))
}

/// Seconds around a transition: at it, beside it, and up to two days off.
fn beside() -> impl Strategy<Value = i64> {
    prop_oneof![Just(-1), Just(0), Just(1), -7_200..7_200_i64, -172_800..172_800_i64]
}

proptest! {
    #[test]
    fn g3_the_hours_are_those_that_are_found_by_walking(
        zone in zone(),
        week in week(),
        from in naive::FIRST..naive::LAST,
        beside in prop::collection::vec(beside(), 3),
    ) {
        let hours = Hours::new(zone.name(), week).unwrap();
        let around = naive::next_transition(zone, from, 3).unwrap_or(from);
        for beside in beside {
            assert_naive(&hours, around + beside);
        }
    }

    #[test]
    fn r20_at_the_ends_of_the_tables_and_beyond(
        zone in zone(),
        week in week(),
        end in prop::sample::select(vec![naive::FIRST, naive::LAST, -60_000_000_000, 200_000_000_000]),
        beside in beside(),
    ) {
        let hours = Hours::new(zone.name(), week).unwrap();
        assert_naive(&hours, end + beside);
    }

    #[test]
    fn r37_no_instant_is_too_much(zone in zone(), week in week(), micros in any::<i64>()) {
        let hours = Hours::new(zone.name(), week).unwrap();
        let at = Instant::from_micros(micros);
        if let Some(next) = next_change(&hours, at) {
            assert!(at < next);
            assert_ne!(is_open(&hours, at), is_open(&hours, next));
            let before = Instant::from_micros(next.as_micros() - 1);
            assert_eq!(is_open(&hours, at), is_open(&hours, before));
        }
    }
}

/// Every zone, at transitions of years in which clocks changed for reasons of every kind.
#[test]
fn g5_every_zone_there_is_around_its_transitions() {
    const YEARS: [i64; 7] = [1900, 1917, 1940, 1969, 1994, 2011, 2026];
    let week = "mon-fri 00:10-01:10, mon-fri 02:00-02:30, mon-sun 22:30-23:59, sat-sun 00:00-03:00";
    let mut seen = 0;
    for (index, zone) in TZ_VARIANTS.iter().enumerate() {
        let hours: Hours = format!("{week}; {}", zone.name()).parse().unwrap();
        for (place, year) in YEARS.into_iter().enumerate() {
            // Other months and weekdays for every zone.
            let begin = (year - 1970) * 31_556_952 + (index as i64 % 97) * 86_400;
            let Some(transition) = naive::next_transition(*zone, begin, 2) else { continue };
            let beside = [-1, 0, -3_601, 1_799][(index + place) % 4];
            assert_naive(&hours, transition + beside);
            seen += 1;
        }
    }
    assert!(seen > 1_000, "only {seen} transitions were looked at");
}
