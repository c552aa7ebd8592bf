//! Hand-over of open work (contract O7, R35), by cases and as a state machine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;

use alcada::{
    Event, Facts, Identifier, Instant, Policy, Snapshot,
    hours::{HandOver, HandOverBook, Transfer, Work},
};
use proptest::prelude::*;

use crate::given::{name, person};
use crate::oracle::hours::is_open;
use crate::properties::worlds;

/// A contact centre: a day shift that hands over, a late one, one that may be left when one likes,
/// and one that keeps its work.
const FACTS: &str = r#"
    version = 1
    units = [{ code = "cc", kind = "site" }]
    people = [
        { person = "day", tenant = "cc" }, { person = "late", tenant = "cc" }, { person = "both", tenant = "cc" },
        { person = "keeps", tenant = "cc" }, { person = "free", tenant = "cc" }, { person = "always", tenant = "cc" },
    ]
    grids = [
        { tenant = "cc", name = "day", hours = "mon-fri 08:00-18:00; America/Sao_Paulo", hand-over = true, allow-outside = true },
        { tenant = "cc", name = "late", hours = "mon-fri 16:00-23:00; America/Sao_Paulo", hand-over = false },
        { tenant = "cc", name = "always", hours = "mon-sun 00:00-24:00; Etc/UTC", hand-over = true },
    ]
    enrolments = [
        { tenant = "cc", grid = "day", person = "day" }, { tenant = "cc", grid = "late", person = "keeps" },
        { tenant = "cc", grid = "day", person = "both" }, { tenant = "cc", grid = "late", person = "both" },
        { tenant = "cc", grid = "always", person = "always" }, { tenant = "cc", grid = "late", person = "late" },
    ]
"#;

fn centre(minutes: u32) -> Snapshot {
    let policy =
        format!("version = 1\nunit-kinds.site = {{}}\nhours.hand-over-minutes = {minutes}");
    let mut snapshot = Snapshot::new(Policy::from_toml(&policy).unwrap());
    snapshot.import(&Facts::from_toml(FACTS).unwrap()).unwrap();
    snapshot
}

/// Local time of Monday, 2 March 2026, in São Paulo, three hours behind UTC.
fn monday(clock: &str) -> Instant {
    format!("2026-03-02T{clock}-03:00").parse().unwrap()
}

fn one(who: &Identifier) -> Vec<Work> {
    vec![Work::new(format!("chat-of-{who}"), "billing").unwrap()]
}

fn due(hand_over: &HandOver, snapshot: &Snapshot, now: Instant) -> Vec<Transfer> {
    hand_over.due(snapshot, now, one, |_| true)
}

/// Somebody who was in and went, at an instant of that Monday.
fn left(who: &str, at: Instant) -> HandOver {
    let hand_over = HandOver::new();
    hand_over.signed_in(&person(who), monday("07:00:00")).unwrap();
    assert!(hand_over.signed_out(&person(who), at).unwrap());
    hand_over
}

#[test]
fn o7_work_is_due_five_minutes_after_a_sign_out_outside_hours() {
    let snapshot = centre(5);
    let hand_over = left("day", monday("20:00:00"));
    assert_eq!(hand_over.next_due(&snapshot), Some(monday("20:05:00")));
    assert!(due(&hand_over, &snapshot, monday("20:04:59")).is_empty());
    let given = due(&hand_over, &snapshot, monday("20:05:00"));
    assert_eq!((given.len(), &given[0].work), (1, &one(&person("day"))));
    assert_eq!((given[0].signed_out, given[0].due), (monday("20:00:00"), monday("20:05:00")));
    assert_eq!(hand_over.next_due(&snapshot), None);
    // The policy may say otherwise.
    assert_eq!(left("day", monday("20:00:00")).next_due(&centre(30)), Some(monday("20:30:00")));
    assert_eq!(left("day", monday("20:00:00")).next_due(&centre(0)), Some(monday("20:00:00")));
}

#[test]
fn r35_within_hours_it_waits_for_their_end_whatever_is_allowed_outside() {
    let snapshot = centre(5);
    assert_eq!(left("day", monday("12:00:00")).next_due(&snapshot), Some(monday("18:00:00")));
    assert_eq!(left("day", monday("17:56:00")).next_due(&snapshot), Some(monday("18:01:00")));
    // Every grid counts for what is outside, and one that hands over suffices to be due.
    assert_eq!(left("both", monday("12:00:00")).next_due(&snapshot), Some(monday("23:00:00")));
    // Without such a grid, or without any, nothing is ever due; nor where it is never outside.
    for who in ["late", "keeps", "free", "always", "stranger"] {
        assert_eq!(left(who, monday("23:30:00")).next_due(&snapshot), None, "{who}");
    }
    // On the Friday, until Monday comes and goes, if they left within hours of a minute before the
    // end.
    let friday: Instant = "2026-03-06T17:59:30-03:00".parse().unwrap();
    assert_eq!(
        left("day", friday).next_due(&snapshot),
        Some("2026-03-06T18:04:30-03:00".parse().unwrap())
    );
}

#[test]
fn o7_signing_in_again_cancels_it_and_the_last_of_several_sessions_counts() {
    let snapshot = centre(5);
    let hand_over = left("day", monday("20:00:00"));
    hand_over.signed_in(&person("day"), monday("20:03:00")).unwrap();
    assert_eq!(hand_over.next_due(&snapshot), None);
    assert!(due(&hand_over, &snapshot, monday("23:59:00")).is_empty());
    hand_over.signed_in(&person("day"), monday("21:00:00")).unwrap();
    assert!(
        !hand_over.signed_out(&person("day"), monday("21:10:00")).unwrap(),
        "another session is open"
    );
    assert!(hand_over.signed_out(&person("day"), monday("21:20:00")).unwrap());
    assert_eq!(hand_over.next_due(&snapshot), Some(monday("21:25:00")));
    // Told twice, it is still one.
    assert!(!hand_over.signed_out(&person("day"), monday("21:20:00")).unwrap());
    assert_eq!(due(&hand_over, &snapshot, monday("22:00:00")).len(), 1);
    assert!(!hand_over.signed_out(&person("day"), monday("21:20:00")).unwrap());
    assert!(due(&hand_over, &snapshot, monday("23:00:00")).is_empty());
}

#[test]
fn o7_late_by_hours_or_by_two_workers_at_once_it_is_handed_out_once() {
    let snapshot = centre(5);
    let hand_over = HandOver::new();
    let count = 500;
    let mut with_many = snapshot.clone();
    for n in 0..count {
        let who = person(&format!("p{n}"));
        let json = format!(r#"{{"event":"person-registered/1","person":"{who}","tenant":"cc"}}"#);
        with_many.apply(&serde_json::from_str::<Event>(&json).unwrap()).unwrap();
        let json =
            format!(r#"{{"event":"enrolled/1","tenant":"cc","grid":"day","person":"{who}"}}"#);
        with_many.apply(&serde_json::from_str::<Event>(&json).unwrap()).unwrap();
        hand_over.signed_in(&who, monday("09:00:00")).unwrap();
        hand_over.signed_out(&who, monday("19:00:00")).unwrap();
    }
    let both = Barrier::new(2);
    let all: Vec<Transfer> = std::thread::scope(|scope| {
        let worker = || {
            both.wait();
            due(&hand_over, &with_many, monday("23:59:00"))
        };
        let workers = [scope.spawn(worker), scope.spawn(worker)];
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert_eq!(all.len(), count);
    assert_eq!(all.iter().map(|transfer| transfer.id).collect::<BTreeSet<_>>().len(), count);
    assert_eq!(hand_over.unconfirmed().len(), count);
    assert!(
        all.iter()
            .all(|transfer| hand_over.confirm(transfer.id) && !hand_over.confirm(transfer.id))
    );
    assert!(hand_over.unconfirmed().is_empty() && hand_over.book().signed_out.is_empty());
}

#[test]
fn o7_work_whose_queue_is_gone_is_reported_and_who_has_none_is_done_with() {
    let snapshot = centre(5);
    let hand_over = left("day", monday("20:00:00"));
    let two = |_: &Identifier| {
        vec![Work::new("a", "billing").unwrap(), Work::new("b", "closed").unwrap()]
    };
    let given =
        hand_over.due(&snapshot, monday("21:00:00"), two, |queue| *queue == name("billing"));
    assert_eq!(given[0].work, [Work::new("a", "billing").unwrap()]);
    assert_eq!(given[0].stranded, [Work::new("b", "closed").unwrap()]);
    assert_eq!(hand_over.unconfirmed()[0].1.handed_out, Some(monday("21:00:00")));
    let idle = left("day", monday("20:00:00"));
    assert!(idle.due(&snapshot, monday("21:00:00"), |_| Vec::new(), |_| true).is_empty());
    assert!(idle.unconfirmed().is_empty() && idle.book().signed_out.is_empty());
    // A host that panics over its work has it in the list of what is unconfirmed.
    let broken = left("day", monday("20:00:00"));
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        broken.due(
            &snapshot,
            monday("21:00:00"),
            |_| panic!("the list of work is not there"),
            |_| true,
        )
    }));
    assert!(failed.is_err());
    assert_eq!(broken.unconfirmed().len(), 1);
}

#[test]
fn r35_grids_count_as_they_are_now() {
    let mut snapshot = centre(5);
    let hand_over = left("day", monday("12:00:00"));
    assert_eq!(hand_over.next_due(&snapshot), Some(monday("18:00:00")));
    let edited = r#"{"event":"grid-edited/1","tenant":"cc","name":"day","hours":"mon-fri 08:00-13:00; America/Sao_Paulo","hand-over":true}"#;
    let before = snapshot.clone();
    snapshot.apply(&serde_json::from_str::<Event>(edited).unwrap()).unwrap();
    assert_eq!(hand_over.next_due(&snapshot), Some(monday("13:00:00")));
    assert_eq!(hand_over.next_due(&before), Some(monday("18:00:00")));
    let off = r#"{"event":"unenrolled/1","tenant":"cc","grid":"day","person":"day"}"#;
    snapshot.apply(&serde_json::from_str::<Event>(off).unwrap()).unwrap();
    assert_eq!(hand_over.next_due(&snapshot), None);
    // It still waits: enrolled again, it is due.
    let on = r#"{"event":"enrolled/1","tenant":"cc","grid":"day","person":"day"}"#;
    snapshot.apply(&serde_json::from_str::<Event>(on).unwrap()).unwrap();
    assert_eq!(due(&hand_over, &snapshot, monday("14:00:00")).len(), 1);
}

/// A book comes from outside: what it says of numbers, and of who is in, may be wrong.
#[test]
fn o7_a_book_that_contradicts_itself_loses_nothing_and_hands_nothing_over_twice() {
    let snapshot = centre(5);
    let read = |text: &str| HandOver::from(serde_json::from_str::<HandOverBook>(text).unwrap());
    let out = |who: &str| format!(r#"{{"person":"{who}","at":"{}"}}"#, monday("19:00:00"));
    // The number of a sign-out that waits is given to no other.
    let reused =
        read(&format!(r#"{{"next":0,"open":{{"both":1}},"signed-out":{{"0":{}}}}}"#, out("day")));
    assert!(reused.signed_out(&person("both"), monday("20:00:00")).unwrap());
    let names = |given: Vec<Transfer>| {
        given.into_iter().map(|one| one.person.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(due(&reused, &snapshot, monday("23:50:00"))), ["day", "both"]);
    let last = u64::MAX;
    let spent = read(&format!(
        r#"{{"next":7,"open":{{"both":1}},"signed-out":{{"{last}":{}}}}}"#,
        out("day")
    ));
    assert!(spent.signed_out(&person("both"), monday("20:00:00")).is_err());
    assert_eq!(names(due(&spent, &snapshot, monday("23:50:00"))), ["day"]);
    // Of one person one sign-out waits, and none of whoever is in.
    let twice = read(&format!(r#"{{"next":2,"signed-out":{{"0":{0},"1":{0}}}}}"#, out("day")));
    assert_eq!(names(due(&twice, &snapshot, monday("23:50:00"))), ["day"]);
    let within =
        read(&format!(r#"{{"next":1,"open":{{"day":1}},"signed-out":{{"0":{}}}}}"#, out("day")));
    assert_eq!(within.next_due(&snapshot), None);
    assert!(due(&within, &snapshot, monday("23:50:00")).is_empty());
}

/// A hand-over as it might be written on a sheet of paper.
#[derive(Default)]
struct Sheet {
    open: BTreeMap<usize, usize>,
    /// Who waits, since when.
    waiting: BTreeMap<usize, Instant>,
    handed_out: BTreeSet<(usize, Instant)>,
}

const PEOPLE: [&str; 5] = ["day", "late", "both", "always", "free"];

/// Whether a sign-out is due: walked minute by minute.
fn is_due(snapshot: &Snapshot, who: usize, since: Instant, now: Instant) -> bool {
    let facts = snapshot.facts();
    let mine = facts.enrolments.iter().filter(|enrolment| enrolment.person.as_str() == PEOPLE[who]);
    let grids: Vec<_> =
        mine.filter_map(|e| facts.grids.iter().find(|grid| grid.name == e.grid)).collect();
    if !grids.iter().any(|grid| grid.hand_over) {
        return false;
    }
    let second = |at: Instant| at.as_micros().div_euclid(1_000_000);
    let minutes = i64::from(snapshot.policy().document().hours.hand_over_minutes);
    let earliest = second(since) + 60 * minutes;
    let mut walked =
        (earliest..=second(now)).filter(|second| *second == earliest || second % 60 == 0);
    walked.any(|second| grids.iter().all(|grid| !is_open(&grid.hours, second)))
}

#[derive(Clone, Debug)]
enum Step {
    In(usize),
    Out(usize),
    Due,
    Confirm,
    Grid(usize),
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<(Step, i64)>> {
    let step = prop_oneof![
        4 => (0usize..5).prop_map(Step::In),
        5 => (0usize..5).prop_map(Step::Out),
        4 => Just(Step::Due),
        1 => Just(Step::Confirm),
        1 => (0usize..4).prop_map(Step::Grid),
        1 => Just(Step::Restart),
    ];
    // Seconds gone by: some moments, some minutes, some hours.
    let gone = prop_oneof![0i64..400, 0i64..4_000, 0i64..30_000];
    prop::collection::vec((step, gone), 1..80)
}

proptest! {
    #![proptest_config(worlds(128))]

    #[test]
    fn o7_nothing_is_due_twice_and_nothing_is_lost(steps in steps(), minutes in prop::sample::select(vec![0u32, 1, 5, 90])) {
        let mut snapshot = centre(minutes);
        let mut hand_over = HandOver::new();
        let mut sheet = Sheet::default();
        let mut now = monday("07:30:00");
        for (step, gone) in steps {
            now = now.plus_seconds(gone);
            match step {
                Step::In(who) => {
                    hand_over.signed_in(&person(PEOPLE[who]), now).unwrap();
                    *sheet.open.entry(who).or_default() += 1;
                    sheet.waiting.remove(&who);
                }
                Step::Out(who) => {
                    let last = sheet.open.get(&who) == Some(&1);
                    if let Some(open) = sheet.open.get_mut(&who) {
                        *open -= 1;
                    }
                    sheet.open.retain(|_, open| *open > 0);
                    prop_assert_eq!(hand_over.signed_out(&person(PEOPLE[who]), now).unwrap(), last);
                    if last {
                        sheet.waiting.insert(who, now);
                    }
                }
                Step::Due => {
                    let expected: BTreeSet<(usize, Instant)> = sheet
                        .waiting
                        .iter()
                        .filter(|(who, since)| is_due(&snapshot, **who, **since, now))
                        .map(|(who, since)| (*who, *since))
                        .collect();
                    let next = hand_over.next_due(&snapshot);
                    prop_assert_eq!(next.is_some_and(|next| next <= now), !expected.is_empty());
                    let given = due(&hand_over, &snapshot, now);
                    let of = |t: &Transfer| (PEOPLE.iter().position(|p| *p == t.person.as_str()).unwrap(), t.signed_out);
                    prop_assert_eq!(given.iter().map(of).collect::<BTreeSet<_>>(), expected.clone());
                    prop_assert_eq!(given.len(), expected.len());
                    prop_assert!(given.is_sorted_by_key(|transfer| transfer.due));
                    prop_assert!(hand_over.next_due(&snapshot).is_none_or(|next| next > now));
                    for entry in expected {
                        sheet.waiting.remove(&entry.0);
                        prop_assert!(sheet.handed_out.insert(entry), "twice");
                    }
                }
                Step::Confirm => {
                    let listed = hand_over.unconfirmed();
                    let of = |(_, s): &(u64, alcada::hours::SignedOut)| {
                        (PEOPLE.iter().position(|p| *p == s.person.as_str()).unwrap(), s.at)
                    };
                    prop_assert_eq!(listed.iter().map(of).collect::<BTreeSet<_>>(), sheet.handed_out.clone());
                    if let Some(first) = listed.first() {
                        prop_assert!(hand_over.confirm(first.0));
                        sheet.handed_out.remove(&of(first));
                    }
                }
                Step::Grid(n) => {
                    let hours = ["mon-fri 08:00-12:00, sat 22:00-04:00", "mon-sun 00:00-24:00", "mon off 08:00-09:00", "mon-fri 08:00-18:00"][n];
                    let text = format!(r#"{{"event":"grid-edited/1","tenant":"cc","name":"day","hours":"{hours}; America/Sao_Paulo","hand-over":{}}}"#, n != 2);
                    snapshot.apply(&serde_json::from_str::<Event>(&text).unwrap()).unwrap();
                }
                Step::Restart => {
                    let kept = serde_json::to_string(&hand_over.book()).unwrap();
                    hand_over = HandOver::from(serde_json::from_str::<HandOverBook>(&kept).unwrap());
                }
            }
            let waits = hand_over.book().signed_out.values().filter(|s| s.handed_out.is_none()).count();
            prop_assert_eq!(waits, sheet.waiting.len(), "nothing is lost");
        }
    }
}
