//! The text form: what is read, what is refused and with which words, and the picture.

use alcada::{
    facts::limits,
    hours::{Day, Hours, InvalidHours, Window},
};
use proptest::prelude::*;

use super::{hours, naive};

#[track_caller]
fn assert_printed(text: &str, expected: &str) {
    assert_eq!(hours(text).to_string(), expected);
    assert_eq!(hours(expected), hours(text));
}

#[track_caller]
fn assert_refused(text: &str, expected: &str) {
    assert_eq!(text.parse::<Hours>().unwrap_err().to_string(), expected);
}

#[test]
fn o5_hours_are_printed_as_they_are_written() {
    for text in [
        "mon-fri 07:00-19:00, sat 08:00-12:00, fri 22:00-06:00; America/Sao_Paulo",
        "mon 00:00-24:00; UTC",
        "mon-sun 00:00-24:00; Etc/GMT+5",
        "mon-sun off; America/Argentina/Buenos_Aires",
        "sat 08:00-12:00, sun off 08:00-12:00; Europe/Lisbon",
        "mon 08:00-12:00, wed 08:00-12:00, sat-sun 08:00-12:00; GB-Eire",
    ] {
        assert_printed(text, text);
    }
}

#[test]
fn o5_there_are_several_ways_to_write_the_same() {
    assert_printed("  tue  08:00-12:00,mon 08:00-12:00 ;UTC ", "mon-tue 08:00-12:00; UTC");
    // A range goes over the end of the week.
    assert_printed("sat-mon 08:00-12:00; UTC", "mon 08:00-12:00, sat-sun 08:00-12:00; UTC");
    // `off` switches a day off wherever it stands; its hours stay.
    assert_printed(
        "mon-sun 08:00-12:00, sun off; UTC",
        "mon-sat 08:00-12:00, sun off 08:00-12:00; UTC",
    );
    // A day without hours is off, said or not.
    assert_printed("mon 08:00-12:00, tue-sun off; UTC", "mon 08:00-12:00; UTC");
    assert_printed("mon 08:00-12:00, mon 08:00-12:00; UTC", "mon 08:00-12:00; UTC");
}

#[test]
fn g1_what_is_refused_names_the_piece_and_what_would_be_right() {
    assert_refused(
        "mon 09:00-09:00; UTC",
        "`09:00-09:00` is ambiguous: nothing or a whole day; write `00:00-24:00` for a whole day, or `off`",
    );
    assert_refused("mon 22:00-00:00; UTC", "`22:00-00:00` ends at midnight; write `22:00-24:00`");
    assert_refused(
        "mon 08:00-12:00",
        "`mon 08:00-12:00` names no time zone; end it with one, like `; America/Sao_Paulo`",
    );
    assert_refused(
        "mon 08:00-12:00; ",
        "`mon 08:00-12:00; ` names no time zone; end it with one, like `; America/Sao_Paulo`",
    );
    for zone in
        ["São Paulo", "../etc/passwd", "/etc/passwd", "America//Toronto", "America/", ".", "a b"]
    {
        let expected = format!(
            "`{zone}` cannot be a time zone; write a name of IANA's, like `America/Sao_Paulo`"
        );
        assert_refused(&format!("mon off; {zone}"), &expected);
    }
    for piece in [
        "",
        "monday 08:00-12:00",
        "Mon 08:00-12:00",
        "08:00-12:00",
        "mon-xyz off",
        "mon-tue-wed off",
    ] {
        let expected = format!(
            "`{piece}` begins with no weekday; begin it with one of `mon` to `sun`, or a range like `mon-fri`"
        );
        assert_refused(&format!("tue off, {piece}; UTC"), &expected);
    }
    assert_refused(
        "mon-mon off; UTC",
        "`mon-mon off` is ambiguous: a day or a week; write `mon`, or `mon-sun` for all",
    );
    assert_refused(
        "sat, mon off; UTC",
        "`sat` has no hours; write them after the weekdays like `07:00-19:00`, or write `off`",
    );
    for window in [
        "7:00-19:00",
        "07:00",
        "07:00-24:01",
        "24:00-08:00",
        "07:60-08:00",
        "08:00-12:00 13:00-14:00",
        "+7:00-09:00",
        "on",
    ] {
        let piece = format!("mon {window}");
        let expected = format!(
            "`{piece}` has hours that are none; write `HH:MM-HH:MM`, from `00:00` to `24:00`, one window a piece"
        );
        assert_refused(&format!("{piece}; UTC"), &expected);
    }
    // What is quoted is cut.
    let long = format!("{} 08:00-12:00; UTC", "é".repeat(200));
    assert!(
        long.parse::<Hours>()
            .unwrap_err()
            .to_string()
            .starts_with(&format!("`{}…` begins", "é".repeat(48)))
    );
}

#[test]
fn g1_windows_have_minutes_of_a_day() {
    assert_eq!(Window::new(0, 1_440).unwrap().to_string(), "00:00-24:00");
    assert_eq!(Window::new(0, 0), Err(InvalidHours::EqualEnds { opens: 0 }));
    assert_eq!(Window::new(1, 0), Err(InvalidHours::EndsAtZero { opens: 1 }));
    for (opens, closes) in [(1_440, 10), (0, 1_441), (u16::MAX, u16::MAX)] {
        assert_eq!(Window::new(opens, closes), Err(InvalidHours::NoSuchTime { opens, closes }));
    }
}

#[test]
fn hours_have_limits_and_the_largest_fit_in_the_text() {
    let windows =
        |count: u16| (0..count).map(|minute| Window::new(1_000 + minute, 1_439 - minute).unwrap());
    let most = limits::MAX_WINDOWS as u16;
    assert_eq!(Day::new(true, windows(most + 1)), Err(InvalidHours::TooManyWindows));
    // The same again is no more.
    let day = Day::new(true, windows(most).chain(windows(most))).unwrap();
    let off = Day::new(false, windows(most)).unwrap();
    // Every other day off: no two join in the text.
    let week = std::array::from_fn(|index| if index % 2 == 0 { off.clone() } else { day.clone() });
    let zone = "Z".repeat(64);
    let largest = Hours::new(&zone, week).unwrap();
    assert_eq!(hours(&largest.to_string()), largest);
    assert!(Hours::new(format!("{zone}Z"), Default::default()).is_err());
    let text = format!("mon off; {}", " ".repeat(limits::MAX_HOURS_BYTES));
    assert_refused(&text, "hours of 4105 bytes are too long; at most 4096 are allowed");
    let one_more = "mon 23:58-23:59, ";
    let full: String = windows(most).map(|window| format!("mon {window}, ")).collect();
    assert_refused(
        &format!("{full}{one_more}mon off; UTC"),
        "a weekday has more than 24 windows; join some of them",
    );
}

#[test]
fn hours_are_a_string_to_serde() {
    let text = "mon-fri 07:00-19:00; America/Sao_Paulo";
    assert_eq!(serde_json::to_value(hours(text)).unwrap(), text);
    assert_eq!(serde_json::from_value::<Hours>(text.into()).unwrap(), hours(text));
    assert!(serde_json::from_value::<Hours>("mon 09:00-09:00; UTC".into()).is_err());
}

proptest! {
    #[test]
    fn o5_what_is_printed_is_read_as_the_same(week in naive::week()) {
        let hours = Hours::new("America/Sao_Paulo", week).unwrap();
        prop_assert_eq!(super::hours(&hours.to_string()), hours);
    }
}

#[test]
fn o5_hours_as_a_picture() {
    let hours = hours(
        "mon-thu 07:00-19:00, fri 08:30-12:15, fri 22:00-06:00, sun 10:15-10:30, sun 11:00-11:20, sun 11:40-12:00, \
         wed off; America/Sao_Paulo",
    );
    let picture = "\
    0     3     6     9     12    15    18    21
mon · · · · · · · █ █ █ █ █ █ █ █ █ █ █ █ · · · · ·
tue · · · · · · · █ █ █ █ █ █ █ █ █ █ █ █ · · · · ·
wed · · · · · · · · · · · · · · · · · · · · · · · ·
thu · · · · · · · █ █ █ █ █ █ █ █ █ █ █ █ · · · · ·
fri · · · · · · · · ▐ █ █ █ ▌ · · · · · · · · · █ █
sat █ █ █ █ █ █ · · · · · · · · · · · · · · · · · ·
sun · · · · · · · · · · ▒ ▒ · · · · · · · · · · · ·";
    assert_eq!(hours.picture().to_string(), format!("    {}", picture.trim_start()));
}
