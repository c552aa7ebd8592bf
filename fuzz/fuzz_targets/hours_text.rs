//! Any text as hours: no panic; what is read survives being printed and read again; and
//! its changes agree with themselves, instant by instant.
#![no_main]

use alcada::{
    Instant,
    hours::{Hours, InvalidHours, Zones},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, i64)| {
    let (text, micros) = input;
    let read = |text: &str| text.parse::<Hours>();
    // A text seldom names a zone by chance.
    let hours = match read(text) {
        Err(InvalidHours::NoZone { .. } | InvalidHours::Zone { .. }) => {
            read(&format!("{text}; America/Toronto"))
        }
        read => read,
    };
    let hours = match hours {
        Ok(hours) => hours,
        Err(error) => return assert!(error.to_string().len() < 512, "{error}"),
    };
    assert_eq!(read(&hours.to_string()), Ok(hours.clone()));
    assert_eq!(hours.picture().to_string().lines().count(), 8);

    let zones = Zones::bundled();
    let mut at = Instant::from_micros(micros);
    let Ok(mut open) = hours.is_open(at, &zones) else { return };
    for _ in 0..8 {
        let Some(next) = hours.next_change(at, &zones).expect("the zone is there") else { return };
        assert!(at < next);
        let before = Instant::from_micros(next.as_micros() - 1);
        assert_eq!(hours.is_open(before, &zones), Ok(open));
        assert_eq!(hours.next_change(before, &zones), Ok(Some(next)));
        assert_eq!(hours.is_open(next, &zones), Ok(!open));
        (at, open) = (next, !open);
    }
});
