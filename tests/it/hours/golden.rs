//! Cases by hand, each with its reasoning.

use alcada::Instant;

use super::{assert_stretches, hours, instant, is_open, next_change, second};
use crate::oracle::hours as naive;

/// A weekday window in a zone three hours behind UTC: local 07:00 is 10:00 UTC. From
/// Friday 19:00 until Monday 07:00 nothing opens.
#[test]
fn g1_a_window_is_of_its_weekday_in_local_time_and_half_open() {
    assert_stretches(
        "mon-fri 07:00-19:00; America/Sao_Paulo",
        "2026-03-06T12:00:00Z", // a Friday
        &[
            (true, "2026-03-06T22:00:00Z"),
            (false, "2026-03-09T10:00:00Z"),
            (true, "2026-03-09T22:00:00Z"),
        ],
    );
    let hours = hours("mon-fri 07:00-19:00; America/Sao_Paulo");
    let opens = instant("2026-03-09T10:00:00Z");
    assert!(!is_open(&hours, Instant::from_micros(opens.as_micros() - 1)));
    assert!(is_open(&hours, opens));
    assert!(!is_open(&hours, instant("2026-03-09T22:00:00Z")));
}

/// 24:00 is the midnight at its end: where the next day opens at 00:00 nothing changes.
#[test]
fn g1_a_day_until_midnight_joins_the_next() {
    assert_stretches(
        "mon 20:00-24:00, tue 00:00-04:00; UTC",
        "2026-03-02T20:00:00Z",
        &[(true, "2026-03-03T04:00:00Z"), (false, "2026-03-09T20:00:00Z")],
    );
    assert_stretches(
        "mon 20:00-24:00, wed 00:00-04:00; UTC",
        "2026-03-02T20:00:00Z",
        &[(true, "2026-03-03T00:00:00Z"), (false, "2026-03-04T00:00:00Z")],
    );
}

/// Sunday's night runs into Monday, over the end of the week: 2026-03-01 is a Sunday.
#[test]
fn g1_a_night_runs_over_the_end_of_the_week() {
    assert_stretches(
        "sun 22:00-06:00; UTC",
        "2026-03-01T22:00:00Z",
        &[(true, "2026-03-02T06:00:00Z"), (false, "2026-03-08T22:00:00Z")],
    );
    // Without a change, where Monday goes on from it.
    assert_stretches(
        "sun 22:00-06:00, mon 06:00-07:00; UTC",
        "2026-03-01T23:00:00Z",
        &[(true, "2026-03-02T07:00:00Z")],
    );
}

/// Friday's night runs into Saturday, which is off: the tail is Friday's. Saturday's
/// own night opens on a day that is off, so that its tail on Sunday is closed too.
#[test]
fn g2_a_day_that_is_off_admits_no_tail_of_its_own_and_keeps_that_of_the_day_before() {
    assert_stretches(
        "fri 22:00-06:00, sat off 22:00-06:00, sun 12:00-13:00; UTC",
        "2026-03-06T22:00:00Z", // a Friday
        &[
            (true, "2026-03-07T06:00:00Z"),
            (false, "2026-03-08T12:00:00Z"),
            (true, "2026-03-08T13:00:00Z"),
        ],
    );
}

#[test]
fn o5_a_day_that_is_off_admits_nothing_even_where_hours_are_set() {
    let off = hours("sat-sun 08:00-12:00, sun off; Europe/Lisbon");
    assert!(is_open(&off, instant("2026-03-07T09:00:00Z")));
    assert!(!is_open(&off, instant("2026-03-08T09:00:00Z")));
    assert_eq!(off.week()[6].windows().len(), 1);
}

/// On 2018-11-04, a Sunday, São Paulo's clocks went from 00:00 (-03) to 01:00 (-02), at
/// 03:00 UTC: the first hour of that Sunday never was.
#[test]
fn o8_sao_paulos_midnight_that_did_not_exist() {
    // A window in that hour is not open that Sunday; the next one is at 02:00 UTC.
    assert_stretches(
        "sun 00:00-01:00; America/Sao_Paulo",
        "2018-11-01T00:00:00Z",
        &[(false, "2018-11-11T02:00:00Z"), (true, "2018-11-11T03:00:00Z")],
    );
    // One that begins within it begins when it would have ended: at 01:00 local.
    assert_stretches(
        "sun 00:30-02:00; America/Sao_Paulo",
        "2018-11-01T00:00:00Z",
        &[(false, "2018-11-04T03:00:00Z"), (true, "2018-11-04T04:00:00Z")],
    );
    // Saturday until 24:00 closes as Saturday ends, at 03:00 UTC.
    assert_stretches(
        "sat 20:00-24:00; America/Sao_Paulo",
        "2018-11-03T23:00:00Z",
        &[(true, "2018-11-04T03:00:00Z"), (false, "2018-11-10T22:00:00Z")],
    );
    // Saturday's night until 00:30 closes then too: 00:30 never comes.
    assert_stretches(
        "sat 20:00-00:30; America/Sao_Paulo",
        "2018-11-03T23:00:00Z",
        &[(true, "2018-11-04T03:00:00Z")],
    );
}

/// Lord Howe's clocks move half an hour: on 2026-04-05 from 02:00 (+11) back to 01:30
/// (+10:30), at 15:00 UTC of the 4th; on 2026-10-04 from 02:00 (+10:30) to 02:30 (+11), at
/// 15:30 UTC of the 3rd.
#[test]
fn o8_lord_howes_half_hour() {
    // 01:30 to 02:00 comes twice, without a gap: an hour from 14:30 to 15:30 UTC.
    assert_stretches(
        "sun 01:30-02:00; Australia/Lord_Howe",
        "2026-04-04T00:00:00Z",
        &[(false, "2026-04-04T14:30:00Z"), (true, "2026-04-04T15:30:00Z")],
    );
    // 01:45 to 02:00 twice, with 01:30 to 01:45 between.
    assert_stretches(
        "sun 01:45-02:00; Australia/Lord_Howe",
        "2026-04-04T00:00:00Z",
        &[
            (false, "2026-04-04T14:45:00Z"),
            (true, "2026-04-04T15:00:00Z"),
            (false, "2026-04-04T15:15:00Z"),
            (true, "2026-04-04T15:30:00Z"),
        ],
    );
    // 02:00 to 02:30 does not come in October: the next Sunday, at 15:00 UTC of Saturday.
    assert_stretches(
        "sun 02:00-02:30; Australia/Lord_Howe",
        "2026-10-02T00:00:00Z",
        &[(false, "2026-10-10T15:00:00Z"), (true, "2026-10-10T15:30:00Z")],
    );
}

/// Samoa had no Friday 2011-12-30: Thursday 24:00 (-10) was Saturday 00:00 (+14), at
/// 10:00 UTC of the 30th.
#[test]
fn g3_apias_missing_friday() {
    // The next Friday is 2012-01-06, whose 08:00 is 18:00 UTC of the 5th.
    assert_stretches(
        "fri 08:00-18:00; Pacific/Apia",
        "2011-12-25T00:00:00Z",
        &[(false, "2012-01-05T18:00:00Z"), (true, "2012-01-06T04:00:00Z")],
    );
    // Thursday's night would close on Friday at 06:00, and closes as Thursday ends.
    assert_stretches(
        "thu 22:00-06:00; Pacific/Apia",
        "2011-12-30T09:00:00Z",
        &[(true, "2011-12-30T10:00:00Z"), (false, "2012-01-05T08:00:00Z")],
    );
    // Friday's night never began, and yet Saturday before 06:00 is open: its tail is in the
    // weekly set, and yesterday is still the previous weekday.
    assert_stretches(
        "fri 22:00-06:00; Pacific/Apia",
        "2011-12-30T09:00:00Z",
        &[(false, "2011-12-30T10:00:00Z"), (true, "2011-12-30T16:00:00Z")],
    );
}

/// Morocco's clocks, at +01, go back to +00 for Ramadan: in 2024 from Sunday 03-10 at 03:00
/// until Sunday 04-14 at 02:00, both 02:00 UTC.
#[test]
fn o8_casablancas_ramadan() {
    let text = "sun-mon 09:00-17:00; Africa/Casablanca";
    assert_stretches(
        text,
        "2024-03-04T12:00:00Z", // a Monday before: 09:00 is 08:00 UTC
        &[
            (true, "2024-03-04T16:00:00Z"),
            (false, "2024-03-10T09:00:00Z"),
            (true, "2024-03-10T17:00:00Z"),
        ],
    );
    assert_stretches(
        text,
        "2024-04-08T12:00:00Z", // a Monday within: 09:00 is 09:00 UTC
        &[
            (true, "2024-04-08T17:00:00Z"),
            (false, "2024-04-14T08:00:00Z"),
            (true, "2024-04-14T16:00:00Z"),
        ],
    );
    // 02:00 to 03:00 comes twice as it begins, and not at all as it ends.
    assert_stretches(
        "sun 02:00-03:00; Africa/Casablanca",
        "2024-03-09T12:00:00Z",
        &[(false, "2024-03-10T01:00:00Z"), (true, "2024-03-10T03:00:00Z")],
    );
    assert_stretches(
        "sun 02:00-03:00; Africa/Casablanca",
        "2024-04-08T00:00:00Z",
        &[(false, "2024-04-21T01:00:00Z")],
    );
}

/// On 2026-11-01 Toronto's clocks go from 02:00 (-04) back to 01:00 (-05), at 06:00 UTC: the
/// hour from 01:00 comes twice, from 05:00 and from 06:00 UTC.
#[test]
fn o8_the_repeated_hour_in_toronto() {
    assert_stretches(
        "sun 01:00-02:00; America/Toronto",
        "2026-10-31T12:00:00Z",
        &[(false, "2026-11-01T05:00:00Z"), (true, "2026-11-01T07:00:00Z")],
    );
    // A part of it is open twice.
    assert_stretches(
        "sun 01:15-01:30; America/Toronto",
        "2026-10-31T12:00:00Z",
        &[
            (false, "2026-11-01T05:15:00Z"),
            (true, "2026-11-01T05:30:00Z"),
            (false, "2026-11-01T06:15:00Z"),
            (true, "2026-11-01T06:30:00Z"),
        ],
    );
    // A night over it lasts nine hours.
    assert_stretches(
        "sat 22:00-06:00; America/Toronto",
        "2026-11-01T02:00:00Z",
        &[(true, "2026-11-01T11:00:00Z")],
    );
}

/// Monrovia was 44 min 30 s behind UTC until 1972-01-07: local 08:00 was 08:44:30 UTC.
#[test]
fn r37_offsets_with_odd_seconds_are_exact() {
    assert_stretches(
        "mon-sun 08:00-09:00; Africa/Monrovia",
        "1971-12-31T00:00:00Z",
        &[(false, "1971-12-31T08:44:30Z"), (true, "1971-12-31T09:44:30Z")],
    );
    // The clocks went from 00:00:00 to 00:44:30 on the 7th, a Friday, at 00:44:30 UTC.
    assert_stretches(
        "fri 00:00-00:45; Africa/Monrovia",
        "1972-01-06T12:00:00Z",
        &[
            (false, "1972-01-07T00:44:30Z"),
            (true, "1972-01-07T00:45:00Z"),
            (false, "1972-01-14T00:00:00Z"),
        ],
    );
}

#[test]
fn g4_windows_that_overlap_are_one() {
    assert_stretches(
        "mon 08:00-12:00, mon 11:00-15:00, mon 15:00-16:00, mon 09:00-10:00; UTC",
        "2026-03-02T08:00:00Z",
        &[(true, "2026-03-02T16:00:00Z"), (false, "2026-03-09T08:00:00Z")],
    );
}

#[test]
fn r20_a_week_that_is_always_or_never_open_never_changes() {
    for zone in ["UTC", "America/Toronto", "Pacific/Apia"] {
        for (text, open) in [
            ("mon-sun 00:00-24:00", true),
            ("mon-sun 12:00-11:59, mon-sun 11:00-13:00", true), // overlapping all around the week
            ("mon-sun off", false),
            ("mon-sun off 08:00-12:00", false),
        ] {
            let hours = hours(&format!("{text}; {zone}"));
            for at in [Instant::MIN, instant("2026-03-08T07:00:00Z"), Instant::MAX] {
                assert_eq!(is_open(&hours, at), open, "{hours}");
                assert_eq!(next_change(&hours, at), None, "{hours}");
            }
        }
    }
}

/// Toronto's first offset is held before 1900 (-05, since 1895), and the last (-05) after 2100.
#[test]
fn r20_the_first_offset_holds_before_1900_and_the_last_after_2100() {
    let text = "mon-sun 08:00-09:00; America/Toronto";
    assert_stretches(
        text,
        "0000-07-01T13:00:00Z",
        &[(true, "0000-07-01T14:00:00Z"), (false, "0000-07-02T13:00:00Z")],
    );
    assert_stretches(
        text,
        "2500-07-01T13:00:00Z",
        &[(true, "2500-07-01T14:00:00Z"), (false, "2500-07-02T13:00:00Z")],
    );
    // Summer time in 2099, at -04.
    assert_stretches(text, "2099-07-01T12:00:00Z", &[(true, "2099-07-01T13:00:00Z")]);
    assert_eq!(
        naive::next_transition(chrono_tz::America::Toronto, second("2099-11-02T00:00:00Z"), 2),
        None
    );
}

#[test]
fn r20_what_lies_past_the_last_instant_never_comes() {
    let hours = hours("mon-sun 08:00-09:00; UTC");
    assert_eq!(
        next_change(&hours, instant("9999-12-31T08:30:00Z")),
        Some(instant("9999-12-31T09:00:00Z"))
    );
    assert_eq!(next_change(&hours, instant("9999-12-31T09:00:00Z")), None);
    assert_eq!(next_change(&hours, Instant::MAX), None);
    assert_eq!(next_change(&hours, Instant::MIN), Some(instant("0000-01-01T08:00:00Z")));
}
