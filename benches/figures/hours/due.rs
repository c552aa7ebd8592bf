//! Hand-over with a hundred thousand sign-outs on the book.

use std::hint::black_box;

use alcada::{
    Event, Facts, Identifier, Instant, Policy, Snapshot,
    hours::{HandOver, Work},
};

use crate::support::measure::{Board, CpuClock, Effort, Goal, median};

/// A shift a person in so many, each of which ends a minute after another.
const SHIFTS: usize = 600;

pub fn run(board: &mut Board, effort: Effort) {
    const PEOPLE: usize = 100_000;
    let morning: Instant = "2026-03-02T12:00:00Z".parse().expect("an instant");
    let policy = Policy::from_toml("version = 1\nunit-kinds.site = {}").expect("a policy");
    let mut snapshot = Snapshot::new(policy);
    let grids: String = (0..SHIFTS)
        .map(|n| {
            let closes = 13 * 60 + n;
            format!(
                "{{ tenant = \"cc\", name = \"g{n}\", hours = \"mon-sun 08:00-{:02}:{:02}; Etc/UTC\", hand-over = true }},",
                closes / 60,
                closes % 60
            )
        })
        .collect();
    let facts =
        format!("version = 1\nunits = [{{ code = \"cc\", kind = \"site\" }}]\ngrids = [{grids}]");
    snapshot.import(&Facts::from_toml(&facts).expect("facts")).expect("the facts fit");
    let who = |n: usize| Identifier::new(format!("p{n}")).expect("a name");
    let mut events: Vec<Event> = Vec::with_capacity(2 * PEOPLE);
    for n in 0..PEOPLE {
        let registered =
            format!(r#"{{"event":"person-registered/1","person":"p{n}","tenant":"cc"}}"#);
        let enrolled = format!(
            r#"{{"event":"enrolled/1","tenant":"cc","grid":"g{}","person":"p{n}"}}"#,
            n % SHIFTS
        );
        events.extend(
            [registered, enrolled].map(|event| serde_json::from_str(&event).expect("an event")),
        );
    }
    snapshot.apply_all(&events).expect("the events fit");
    let mut millis = Vec::new();
    let mut nothing = Vec::new();
    for _ in 0..effort.pick(7, 3) {
        let hand_over = HandOver::new();
        for n in 0..PEOPLE {
            hand_over.signed_in(&who(n), morning).expect("there is room");
            hand_over.signed_out(&who(n), morning).expect("there is room");
        }
        let first = hand_over.next_due(&snapshot).expect("somebody is outside hours one day");
        let calls = 10_000u32;
        let start = CpuClock::start();
        for _ in 0..calls {
            black_box(hand_over.due(&snapshot, morning, |_| Vec::new(), |_| true));
            black_box(hand_over.next_due(&snapshot));
        }
        nothing.push(start.elapsed().as_nanos() as f64 / f64::from(2 * calls));
        // The worker comes ten minutes late: those of ten shifts and one are due.
        let start = CpuClock::start();
        let given = hand_over.due(
            &snapshot,
            first.plus_seconds(600),
            |who| vec![Work::new(who.as_str(), "queue").expect("names")],
            |_| true,
        );
        millis.push(start.elapsed().as_secs_f64() * 1e3);
        assert_eq!(given.len(), (0..PEOPLE).filter(|n| n % SHIFTS <= 10).count());
    }
    board.figure("due/100k", median(&millis), "ms", Goal::AtMost(5.0));
    board.figure("due-nothing/100k", median(&nothing), "ns", Goal::AtMost(1_000.0));
}
