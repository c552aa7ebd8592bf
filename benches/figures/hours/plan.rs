//! The revocation plan over a million people with two links each, and a register that
//! covers all of them and no longer lists one in a hundred.

use std::hint::black_box;

use alcada::{
    Event, Identifier, Instant, Name, Policy, Registration, Snapshot, Unit,
    facts::Affiliation,
    plan::{Covers, Current, Evidence, LastSeen, Source},
};

use crate::support::measure::{Board, CpuClock, Effort, Goal, median};

const SCHOOLS: usize = 4_000;

fn name(text: impl AsRef<str>) -> Name {
    Name::new(text).expect("a name")
}

fn policy() -> Policy {
    Policy::from_toml(
        r#"
        version = 1
        affiliations = ["exercise"]
        functions.expenses.actions = ["view", "edit"]
        unit-kinds = { city = {}, school = {} }
        roles.clerk.permissions = ["expenses:*"]
        roles.viewer.permissions = ["expenses:view"]
        revocation = { affiliation-ended = true, left = true, unseen-days = 90 }
        "#,
    )
    .expect("a policy")
}

pub fn run(board: &mut Board, effort: Effort) {
    let people: usize = effort.pick(1_000_000, 200_000);
    let now: Instant = "2026-03-02T12:00:00Z".parse().expect("an instant");
    let unit = |n: usize| name(format!("s{}", n % SCHOOLS));
    let who = |n: usize| Identifier::new(format!("{:07}", 1_000_000 + n)).expect("a name");
    let mut snapshot = Snapshot::new(policy());
    let root = Unit { code: name("sp"), kind: Some(name("city")), parent: None, tenant: None };
    let mut events = vec![Event::UnitAdded(root)];
    events.extend((0..SCHOOLS).map(|n| {
        let (kind, parent) = (Some(name("school")), Some(name("sp")));
        Event::UnitAdded(Unit { code: unit(n), kind, parent, tenant: None })
    }));
    for n in 0..people {
        let registration = Registration {
            person: who(n),
            tenant: Some(name("sp")),
            kind: None,
            unit: Some(unit(n)),
        };
        events.push(Event::PersonRegistered(registration));
        for at in [n, n * 7 + 1] {
            let affiliation = Affiliation {
                person: who(n),
                kind: name("exercise"),
                unit: unit(at),
                from: None,
                until: None,
            };
            let role = if at == n { "clerk" } else { "viewer" };
            let rests = alcada::facts::Place::Unit(unit(at));
            let grant = alcada::Grant::role(role)
                .to(who(n).as_str())
                .while_affiliated(name("exercise"), rests);
            events.push(Event::AffiliationRecorded(affiliation));
            events.push(Event::Granted(grant.only_in(unit(at)).expect("names")));
        }
    }
    snapshot.apply_all(&events).expect("the facts fit");
    drop(events);
    let listed = (0..people).filter(|n| n % 100 != 0).flat_map(|n| {
        [n, n * 7 + 1].map(|at| Current { person: who(n), kind: name("exercise"), unit: unit(at) })
    });
    let register = Source::affiliations("register", ["exercise"], listed).expect("names");
    let seen = (0..people).map(|n| LastSeen { person: who(n), at: now.plus_seconds(-3_600) });
    let door = Source::seen("door", now.plus_seconds(-100 * 86_400), seen).expect("a name");
    let evidence = Evidence::of([
        register.covering(Covers::units(["sp"]).expect("a name")),
        door.covering(Covers::everything()),
    ]);
    let mut seconds = Vec::new();
    for _ in 0..effort.pick(5, 3) {
        let start = CpuClock::start();
        let plan = black_box(snapshot.plan(&evidence, now));
        seconds.push(start.elapsed().as_secs_f64());
        // Both grants of each who is listed no longer, and the person, who left.
        assert_eq!(plan.rows.len(), people / 100 * 3);
        assert!(plan.silent.is_empty());
    }
    board.figure(&format!("plan/{people}"), median(&seconds), "s", Goal::AtMost(2.0));
}
