//! Where the offsets come from (G5).

use alcada::{
    Name,
    hours::{Zones, ZonesError},
};
use chrono_tz::TZ_VARIANTS;

use super::{hours, instant};

#[test]
fn g5_the_source_and_its_version_can_be_asked_for() {
    let zones = Zones::default();
    assert_eq!(zones.source(), "chrono-tz");
    assert_eq!(zones.version(), Some(chrono_tz::IANA_TZDB_VERSION));
    assert!(format!("{zones:?}").contains(chrono_tz::IANA_TZDB_VERSION));
}

#[test]
fn g5_a_zone_that_is_none_is_said_to_be_none() {
    let zones = Zones::bundled();
    let unknown = hours("mon 08:00-12:00; America/Sao_Paolo");
    assert!(!zones.has(unknown.zone()));
    let error = unknown.is_open(instant("2026-03-02T12:00:00Z"), &zones).unwrap_err();
    assert!(matches!(&error, ZonesError::Unknown { zone, .. } if zone == "America/Sao_Paolo"));
    let expected = format!(
        "`chrono-tz` ({}) has no time zone `America/Sao_Paolo` that can be read; write a name of IANA's, like \
         `America/Sao_Paulo`",
        chrono_tz::IANA_TZDB_VERSION
    );
    assert_eq!(error.to_string(), expected);
}

#[test]
fn g5_every_zone_that_is_shipped_can_be_named() {
    for zone in TZ_VARIANTS {
        assert!(Zones::bundled().has(&Name::new(zone.name()).unwrap()), "{zone}");
        let text = format!("mon off; {zone}");
        assert_eq!(hours(&text).zone(), zone.name());
    }
}
