//! Access hours: G1 to G5, O5, O6, O8, R20, R37, X4.

mod golden;
mod naive;
mod text;
#[cfg(feature = "tzif")]
mod tzif;
mod zones;

use alcada::{
    Instant,
    hours::{Hours, Zones},
};

fn hours(text: &str) -> Hours {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

fn second(text: &str) -> i64 {
    instant(text).as_micros() / 1_000_000
}

fn is_open(hours: &Hours, at: Instant) -> bool {
    hours.is_open(at, &Zones::bundled()).unwrap()
}

fn next_change(hours: &Hours, at: Instant) -> Option<Instant> {
    hours.next_change(at, &Zones::bundled()).unwrap()
}

/// Every stretch from an instant on, until another: whether open, and until when.
#[track_caller]
fn assert_stretches(text: &str, from: &str, expected: &[(bool, &str)]) {
    let hours = hours(text);
    let mut at = instant(from);
    for (place, &(open, until)) in expected.iter().enumerate() {
        assert_eq!(is_open(&hours, at), open, "stretch {place} of `{text}`, from {at}");
        let next = next_change(&hours, at).unwrap_or_else(|| panic!("`{text}` changes after {at}"));
        assert_eq!(next.to_string(), until, "stretch {place} of `{text}`, from {at}");
        at = next;
    }
}
