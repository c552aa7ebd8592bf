//! Zones from a directory of TZif files, which these tests write themselves (G5).

use std::fs;
use std::path::PathBuf;

use alcada::{
    Actor, Authority, Instant, Name, Policy, Registration,
    hours::{Hours, Zones, ZonesError},
};

use super::{hours, instant};

/// A TZif file of version 2 (RFC 9636): its offsets, from when on each but the first holds, and
/// the rule for the time after them.
fn tzif(offsets: &[i32], changes: &[(i64, u8)], rule: &str) -> Vec<u8> {
    let header = |transitions: usize, types: usize| {
        let mut bytes = b"TZif2".to_vec();
        bytes.extend([0; 15]);
        for count in [0, 0, 0, transitions, types, 4] {
            bytes.extend((count as u32).to_be_bytes());
        }
        bytes
    };
    let kind = |offset: i32| [offset.to_be_bytes().as_slice(), &[0, 0]].concat();
    // What a reader of version 1 would see: one offset.
    let mut bytes = header(0, 1);
    bytes.extend(kind(0));
    bytes.extend(b"EET\0");
    bytes.extend(header(changes.len(), offsets.len()));
    bytes.extend(changes.iter().flat_map(|(at, _)| at.to_be_bytes()));
    bytes.extend(changes.iter().map(|(_, index)| *index));
    bytes.extend(offsets.iter().flat_map(|&offset| kind(offset)));
    bytes.extend(b"EET\0");
    bytes.extend(format!("\n{rule}\n").bytes());
    bytes
}

/// A directory of one test's own, empty.
fn directory(test: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("zones").join(test);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(path.join("Atlantic")).unwrap();
    path.canonicalize().unwrap()
}

#[track_caller]
fn assert_changes(hours: &Hours, zones: &Zones, from: &str, expected: &[&str]) {
    let mut at = instant(from);
    for expected in expected {
        let next = hours.next_change(at, zones).unwrap().unwrap();
        assert_eq!(next.to_string(), *expected, "after {at}");
        assert_ne!(hours.is_open(at, zones), hours.is_open(next, zones));
        at = next;
    }
}

/// Atlantis was an hour and ten seconds behind until 2026-01-01T01:00:00Z, and has since been
/// two hours ahead, three in summer: from the last Sunday of March to that of October, 01:00 UTC.
#[test]
fn g5_zones_are_read_from_a_directory_future_rules_included() {
    let path = directory("atlantis");
    let turn = instant("2026-01-01T01:00:00Z").as_micros() / 1_000_000;
    let file = tzif(&[-3_610, 7_200], &[(turn, 1)], "EET-2EEST,M3.5.0/3,M10.5.0/4");
    fs::write(path.join("Atlantic/Atlantis"), file).unwrap();
    let zones = Zones::from_directory(&path).unwrap();
    assert_eq!((zones.source(), zones.version()), (path.to_str().unwrap(), None));
    let hours = hours("mon-sun 08:00-09:00; Atlantic/Atlantis");
    assert_changes(
        &hours,
        &zones,
        "2025-12-30T12:00:00Z",
        &["2025-12-31T09:00:10Z", "2025-12-31T10:00:10Z"],
    );
    // 01:00 UTC is 23:59:50 on the old clock and 03:00 on the new.
    assert_changes(
        &hours,
        &zones,
        "2025-12-31T12:00:00Z",
        &["2026-01-01T06:00:00Z", "2026-01-01T07:00:00Z"],
    );
    // 2099-07-01 in summer time, by the rule; after 2100 the winter's offset holds.
    assert_changes(
        &hours,
        &zones,
        "2099-07-01T00:00:00Z",
        &["2099-07-01T05:00:00Z", "2099-07-01T06:00:00Z"],
    );
    assert_changes(&hours, &zones, "2100-07-01T00:00:00Z", &["2100-07-01T06:00:00Z"]);
    // The last Sunday of March 2026 is the 29th.
    assert_changes(&hours, &zones, "2026-03-28T12:00:00Z", &["2026-03-29T05:00:00Z"]);
    assert_changes(&hours, &zones, "2026-03-27T12:00:00Z", &["2026-03-28T06:00:00Z"]);
}

#[test]
fn g5_the_version_is_that_of_the_directory() {
    let path = directory("version");
    fs::write(path.join("tzdata.zi"), "# version 2026c\n# This zic input file\nR d 1916\n")
        .unwrap();
    assert_eq!(Zones::from_directory(&path).unwrap().version(), Some("2026c"));
    fs::write(path.join("+VERSION"), "2026d\n").unwrap();
    assert_eq!(Zones::from_directory(&path).unwrap().version(), Some("2026d"));
    fs::write(path.join("+VERSION"), "no version\n").unwrap();
    assert_eq!(Zones::from_directory(&path).unwrap().version(), None);
}

#[test]
fn g5_a_zone_is_read_once() {
    let path = directory("once");
    let file = path.join("Here");
    let hours = hours("mon-sun 08:00-09:00; Here");
    let zones = Zones::from_directory(&path).unwrap();
    assert!(matches!(hours.is_open(Instant::MIN, &zones), Err(ZonesError::Unknown { .. })));
    // What was not there is looked for again; what was is kept.
    fs::write(&file, tzif(&[3_600], &[], "<+01>-1")).unwrap();
    assert_changes(&hours, &zones, "2026-03-02T00:00:00Z", &["2026-03-02T07:00:00Z"]);
    fs::write(&file, tzif(&[7_200], &[], "<+02>-2")).unwrap();
    assert_changes(&hours, &zones, "2026-03-02T00:00:00Z", &["2026-03-02T07:00:00Z"]);
    let anew = Zones::from_directory(&path).unwrap();
    assert_changes(&hours, &anew, "2026-03-02T00:00:00Z", &["2026-03-02T06:00:00Z"]);
}

#[test]
fn g5_no_name_leads_out_of_the_directory() {
    let outside = directory("outside");
    let path = outside.join("Atlantic");
    let file = tzif(&[0], &[], "UTC0");
    fs::write(outside.join("Secret"), &file).unwrap();
    fs::write(path.join("Here"), &file).unwrap();
    let zones = Zones::from_directory(&path).unwrap();
    let has = |zone: &str| zones.has(&Name::new(zone).unwrap());
    assert!(has("Here"));
    let absolute = outside.join("Secret");
    for zone in ["../Secret", "./Here", "Here/", "/Here", "..", ".", absolute.to_str().unwrap()] {
        assert!(!has(zone), "{zone}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("Here", path.join("Alias")).unwrap();
        std::os::unix::fs::symlink("../Secret", path.join("Leak")).unwrap();
        assert!(has("Alias"));
        assert!(!has("Leak"));
    }
}

#[test]
fn g5_what_is_no_file_of_a_zone_is_none() {
    let path = directory("garbage");
    let good = tzif(&[0], &[], "UTC0");
    fs::write(path.join("Good"), &good).unwrap();
    fs::write(path.join("Empty"), "").unwrap();
    fs::write(path.join("Text"), "Zone Text 0:00 - UTC\n").unwrap();
    fs::write(path.join("Cut"), &good[..60]).unwrap();
    // Whatever is appended to a file is not looked at, and yet it is too large.
    let large = [good.as_slice(), &vec![0; 65_536]].concat();
    fs::write(path.join("Large"), &large).unwrap();
    fs::write(path.join("Padded"), &large[..65_536]).unwrap();
    let zones = Zones::from_directory(&path).unwrap();
    let has = |zone: &str| zones.has(&Name::new(zone).unwrap());
    assert!(has("Good") && has("Padded"));
    for zone in ["Empty", "Text", "Cut", "Large", "Atlantic"] {
        assert!(!has(zone), "{zone}");
    }
    let missing = path.join("missing");
    let error = Zones::from_directory(&missing).unwrap_err();
    assert!(
        matches!(&error, ZonesError::Directory { directory, .. } if *directory == missing.display().to_string())
    );
    assert!(Zones::from_directory(path.join("Good")).is_err());
}

#[test]
fn a_proposal_does_not_bring_back_the_zones_of_before() {
    let path = directory("proposal");
    fs::write(path.join("Atlantic/Atlantis"), tzif(&[3600], &[], "EET-1")).unwrap();
    let authority = Authority::in_memory(Policy::from_toml("version = 1").unwrap());
    let now = instant("2026-03-02T12:00:00Z");
    let hired = Registration::of("ana").unwrap();
    let proposal = authority.propose(&Actor::host(), hired, "hired", now).unwrap();
    authority.use_zones(Zones::from_directory(&path).unwrap()).unwrap();
    let source = authority.snapshot().zones().source().to_owned();
    authority.commit(proposal).unwrap();
    assert_eq!(authority.snapshot().people(), 1);
    assert_eq!(authority.snapshot().zones().source(), source);
    assert_ne!(source, Zones::bundled().source());
}
