//! Eight threads after the last seat: exactly one of them gets it, and readers meanwhile see the
//! facts before a command or after it, never in between (contract U1).

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use alcada::{
    Actor, Authority, Change, Command, Event, Grant, Instant, Policy, Registration, Request, Scope,
    Snapshot, Unit, admin::Rule, journal::MemoryJournal,
};

use crate::given::{day, name, person};

const THREADS: usize = 8;
const ROUNDS: usize = 20;

fn policy() -> Policy {
    Policy::from_toml(
        "version = 1
         functions.f.actions = [\"a\", \"b\"]
         functions.users.actions = [\"assign\"]
         roles.seated.permissions = [\"f:a\"]
         roles.beside.permissions = [\"f:b\"]
         roles.chief = { permissions = [\"users:*\"], includes = [\"seated\", \"beside\"] }
         guards = [{ commands = [\"grant\"], permission = \"users:assign\" }]
         administration.seats.seated = \"tenant\"",
    )
    .unwrap()
}

/// One seat is the chief's, and one is free.
fn facts() -> Vec<Event> {
    let tenant = Unit { code: name("t"), kind: None, parent: None, tenant: None };
    let people = (0..THREADS).map(who).chain(["chief".to_owned()]);
    let registered = people
        .map(|who| Event::PersonRegistered(Registration::of(who).unwrap().in_tenant("t").unwrap()));
    let seats =
        Event::SeatsContracted { tenant: name("t"), role: name("seated"), unit: None, seats: 2 };
    let chief = Event::Granted(Grant::role("chief").to("chief").in_and_below("t").unwrap());
    std::iter::once(Event::UnitAdded(tenant)).chain(registered).chain([seats, chief]).collect()
}

fn who(n: usize) -> String {
    format!("p{n}")
}

/// How many of the eight hold the seat; whoever does holds what was given with it.
fn holders(snapshot: &Snapshot, at: Instant) -> usize {
    let holds = |n: &usize| {
        let who = who(*n);
        let [seated, beside] = ["f:a", "f:b"].map(|permission| {
            let permission = alcada::Permission::parse(permission).unwrap();
            snapshot.check(&Request::by(&who).to(permission).in_unit("t"), at).is_allow()
        });
        assert_eq!(seated, beside, "half a command is seen");
        seated
    };
    (0..THREADS).filter(holds).count()
}

/// Thread n works on the n-th of the authorities, round about.
fn race(authorities: &[Authority]) {
    let at = day(1);
    let (start, over) = (Barrier::new(THREADS + 2), AtomicBool::new(false));
    let wins = thread::scope(|scope| {
        let execute = |n: usize| {
            let command = Command::assign(
                ["seated", "beside"],
                [who(n).as_str()],
                &Scope::Subtree(name("t")),
            )
            .unwrap();
            start.wait();
            match authorities[n % authorities.len()].execute(&Actor::user("chief"), command, "", at)
            {
                Ok(entry) => {
                    assert_eq!(entry.affected.people, [person(&who(n))]);
                    true
                }
                Err(error) => {
                    let rule = &error.refusal().unwrap_or_else(|| panic!("{error}")).rule;
                    assert!(matches!(rule, Rule::Seats { contracted: 2, needed: 3, .. }), "{rule}");
                    false
                }
            }
        };
        let read = |n: usize| {
            start.wait();
            let mut last = 0;
            while !over.load(Ordering::Relaxed) {
                let now = holders(&authorities[n % authorities.len()].snapshot(), at);
                assert!(last <= now && now <= 1, "{last} held it, then {now}");
                last = now;
            }
        };
        let writers: Vec<_> = (0..THREADS).map(|n| scope.spawn(move || execute(n))).collect();
        let readers: Vec<_> = (0..2).map(|n| scope.spawn(move || read(n))).collect();
        let outcomes: Vec<_> = writers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        over.store(true, Ordering::Relaxed);
        readers.into_iter().for_each(|reader| reader.join().unwrap());
        outcomes.into_iter().map(Result::unwrap).filter(|&won| won).count()
    });
    assert_eq!(wins, 1);
    for authority in authorities {
        authority.catch_up().unwrap();
        assert_eq!(holders(&authority.snapshot(), at), 1);
        assert_eq!(authority.revision(), authorities[0].revision());
        authority.snapshot().verify().unwrap();
    }
}

#[test]
fn u1_of_eight_threads_one_gets_the_last_seat() {
    for _ in 0..ROUNDS {
        let authority = Authority::in_memory(policy());
        authority.apply_all(&facts()).unwrap();
        race(&[authority]);
    }
}

#[test]
fn u1_of_eight_threads_on_two_authorities_one_gets_the_last_seat() {
    for _ in 0..ROUNDS {
        let journal = MemoryJournal::new();
        let open = || Authority::open(journal.clone(), policy(), day(0)).unwrap();
        let one = open();
        one.apply(Change::of(&facts()).at(day(0))).unwrap();
        race(&[one, open()]);
    }
}
