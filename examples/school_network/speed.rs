//! What a question costs, on this machine, over random requests.

use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::time::Instant as Clock;

use alcada::{Authority, Decision, Instant, Permission, Request, ResolvedRequest};

use crate::network::Network;
use crate::people::Someone;
use crate::random::Random;
use crate::{grouped, heading};

/// Whether the compiler optimized: what it did not is slower by an order of magnitude, and is
/// asked less.
const OPTIMIZED: bool = !cfg!(debug_assertions);
const ROUNDS: usize = if OPTIMIZED { 7 } else { 5 };
const REQUESTS: usize = if OPTIMIZED { 200_000 } else { 10_000 };
/// Requests put to the slower questions.
const FEWER: usize = if OPTIMIZED { 5_000 } else { 500 };

pub fn show(
    out: &mut dyn Write,
    authority: &Authority,
    network: &Network,
    people: &[Someone],
    now: Instant,
) -> Result<(), Box<dyn Error>> {
    heading(out, "Speed")?;
    let permissions: Vec<String> =
        network.catalogue.iter().map(|entry| entry.permission()).collect();
    let mut random = Random::new(0x5eed);
    // At random over people; mostly about their own unit and what is done there, so that about half is allowed.
    let of_schools: Vec<&str> = permissions
        .iter()
        .zip(&network.catalogue)
        .filter(|(_, entry)| entry.vision == "UE")
        .map(|(permission, _)| permission.as_str())
        .collect();
    let questions: Vec<[&str; 3]> = (0..REQUESTS)
        .map(|_| {
            let someone = random.pick(people);
            let permission = if random.percent(85) {
                *random.pick(&of_schools)
            } else {
                random.pick(&permissions)
            };
            let unit = if random.percent(85) {
                &someone.unit
            } else {
                &random.pick(&network.schools).code
            };
            [&someone.person, permission, unit]
        })
        .collect();
    // Their texts lie side by side, as those of requests that have just come in; names hold no control characters.
    let received = questions.iter().map(|words| words.join("\t")).collect::<Vec<_>>().join("\n");
    let requests: Vec<Request<'_>> = received
        .lines()
        .map(|line| {
            let mut words = line.splitn(3, '\t');
            let mut word = || words.next().unwrap_or_default();
            let (person, permission, unit) = (word(), word(), word());
            Ok(Request::by(person).to(Permission::parse(permission)?).in_unit(unit))
        })
        .collect::<Result<_, alcada::facts::InvalidName>>()?;
    let snapshot = authority.snapshot();
    let resolved: Vec<ResolvedRequest> = requests
        .iter()
        .map(|request| snapshot.resolve(request).map_err(|denied| format!("{request:?}: {denied}")))
        .collect::<Result<_, _>>()?;

    let expected = authority.check_all(&requests, now);
    let allowed = expected.iter().filter(|decision| decision.is_allow()).count();
    let agree = |decisions: &mut dyn Iterator<Item = Decision>| {
        decisions.zip(&expected).all(|(a, b)| a == *b)
    };
    if !agree(&mut requests.iter().map(|request| authority.check(request, now)))
        || !agree(&mut resolved.iter().map(|request| authority.check_resolved(request, now)))
        || !agree(
            &mut requests
                .iter()
                .take(FEWER)
                .map(|request| authority.explain(request, now).decision),
        )
    {
        Err("the questions do not answer alike")?;
    }

    let questions: [(&str, usize, &dyn Fn()); 5] = [
        ("check, by names", REQUESTS, &|| {
            requests.iter().for_each(|request| {
                let _ = black_box(authority.check(request, now));
            });
        }),
        ("check, names resolved beforehand", REQUESTS, &|| {
            resolved.iter().for_each(|request| {
                let _ = black_box(authority.check_resolved(request, now));
            });
        }),
        ("check_all, by names, 1,024 at a time", REQUESTS, &|| {
            requests
                .chunks(1_024)
                .for_each(|requests| drop(black_box(authority.check_all(requests, now))));
        }),
        ("explain", FEWER, &|| {
            requests
                .iter()
                .take(FEWER)
                .for_each(|request| drop(black_box(authority.explain(request, now))));
        }),
        ("coverage", FEWER, &|| {
            for (n, someone) in people.iter().cycle().take(FEWER).enumerate() {
                let permission = Permission::new(of_schools[n % of_schools.len()]);
                drop(black_box(authority.coverage(&someone.person, permission, now)));
            }
        }),
    ];
    let mut nanoseconds = vec![Vec::new(); questions.len()];
    for _ in 0..ROUNDS {
        for ((_, count, ask), taken) in questions.iter().zip(&mut nanoseconds) {
            let start = Clock::now();
            ask();
            taken.push(start.elapsed().as_nanos() as f64 / *count as f64);
        }
    }

    let share = 100.0 * allowed as f64 / REQUESTS as f64;
    writeln!(
        out,
        "{} requests at random over {} people and {} units, {share:.0} % of them allowed;",
        grouped(REQUESTS),
        grouped(people.len()),
        grouped(network.schools.len() + network.districts.len() + 1)
    )?;
    writeln!(
        out,
        "medians of {ROUNDS} rounds on one thread ({} requests for explain and coverage).",
        grouped(FEWER)
    )?;
    writeln!(
        out,
        "Nearly all grants rest on dated facts here, which costs more than plain ones.\n"
    )?;
    for ((name, ..), mut taken) in questions.iter().zip(nanoseconds) {
        taken.sort_by(f64::total_cmp);
        let median = taken[taken.len() / 2];
        writeln!(out, "  {name:<38} {median:>8.0} ns {:>8.2} million a second", 1_000.0 / median)?;
    }
    if !OPTIMIZED {
        writeln!(
            out,
            "\nThis program was built without optimizations, as is quick to build: these are not the speeds of a"
        )?;
        writeln!(
            out,
            "host's program. `cargo run --release --example school_network -- --people 100000` measures those."
        )?;
    }
    Ok(())
}
