//! A city's school network: decisions with their explanations, a list turned into a `WHERE`
//! clause, the table of roles and functions, and what a question costs on this machine.
//! `cargo run --example school_network` makes a network up; with `-- --data DIR` it reads a real
//! one, and `--release` before it measures what a host's program would.

mod arguments;
mod constitution;
mod decisions;
mod listing;
mod network;
mod people;
mod questions;
mod random;
mod sample;
mod speed;
mod table;

use std::error::Error;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;
use std::time::Instant as Clock;

use alcada::{Authority, Facts, Instant, Policy, Snapshot};

use arguments::{Arguments, HELP};
use network::Network;
use people::Crowd;

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(wrong) => {
            eprintln!("school_network: {wrong}");
            return ExitCode::from(2);
        }
    };
    match run(&arguments, &mut BufWriter::new(io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has read enough.
        Err(error)
            if error
                .downcast_ref::<io::Error>()
                .is_some_and(|e| e.kind() == ErrorKind::BrokenPipe) =>
        {
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("school_network: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    if arguments.help {
        write!(out, "{HELP}")?;
        return Ok(out.flush()?);
    }
    // The host reads the clock, once; the library is told. Whole minutes are easier to read.
    let now = Instant::from_micros(Instant::now().as_micros() / 60_000_000 * 60_000_000);
    let network = match &arguments.data {
        Some(folder) => Network::read(folder)?,
        None => sample::network(),
    };

    writeln!(
        out,
        "May this person do this, here, now, and until when? alcada answers that for a city's school network."
    )?;
    shape(out, &network)?;
    let policy = Policy::from_document(constitution::document(&network)?)?;
    for warning in policy.warnings() {
        writeln!(out, "{warning}")?;
    }
    let mut empty = Snapshot::new(policy);
    empty.import(&people::units(&network)?)?;
    let authority = Authority::from(empty.clone());
    authority.import(&people::followed(&network, now)?)?;
    let crowd = fill(out, &authority, &network, arguments.people, now)?;
    out.flush()?;

    decisions::show(out, &authority, &network, now)?;
    listing::show(out, &authority, &network, now)?;
    table::show(out, &empty, &network, now)?;
    questions::show(out, &authority, &network, &crowd.people, now)?;
    out.flush()?;
    speed::show(out, &authority, &network, &crowd.people, now)?;
    Ok(out.flush()?)
}

/// What the network looks like.
fn shape(out: &mut dyn Write, network: &Network) -> io::Result<()> {
    heading(out, "The network")?;
    let smallest_and_largest = |counts: &[usize]| {
        format!("{} to {}", counts.iter().min().unwrap_or(&0), counts.iter().max().unwrap_or(&0))
    };
    let sizes: Vec<usize> =
        network.districts.iter().map(|district| network.schools_of(district).count()).collect();
    let kinds: Vec<String> =
        network.school_kinds().iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let functions: std::collections::HashSet<&str> =
        network.catalogue.iter().map(|entry| entry.function.as_str()).collect();
    writeln!(out, "vision SME     1 department, the root")?;
    writeln!(out, "vision DRE  {:>4} districts below it", network.districts.len())?;
    writeln!(
        out,
        "vision UE  {:>5} schools below those, {} a district",
        network.schools.len(),
        smallest_and_largest(&sizes)
    )?;
    let half = kinds.len().div_ceil(2);
    writeln!(
        out,
        "           {},\n           {}",
        kinds[..half].join(", "),
        kinds[half..].join(", ")
    )?;
    writeln!(
        out,
        "catalogue  {} permissions of {} functions; {} roles",
        network.catalogue.len(),
        functions.len(),
        constitution::PROFILES.len()
    )
}

/// Fills the network with people, a batch a change.
fn fill<'n>(
    out: &mut dyn Write,
    authority: &Authority,
    network: &'n Network,
    people: usize,
    now: Instant,
) -> Result<Crowd<'n>, Box<dyn Error>> {
    const BATCH: usize = 2_000;
    let mut crowd = Crowd::new(network, now);
    let (mut grants, mut affiliations) = (0, 0);
    let mut taken = std::time::Duration::ZERO;
    while crowd.people.len() < people {
        let batch: Facts = crowd.more(BATCH.min(people - crowd.people.len()))?;
        (grants, affiliations) =
            (grants + batch.grants.len(), affiliations + batch.affiliations.len());
        let start = Clock::now();
        authority.import(&batch)?;
        taken += start.elapsed();
    }
    let snapshot = authority.snapshot();
    snapshot.verify()?;
    writeln!(
        out,
        "people     {} with {} affiliations and {} grants, nearly all of which rest on those,",
        grouped(people),
        grouped(affiliations),
        grouped(grants)
    )?;
    writeln!(
        out,
        "           imported in {:.2} s as {} changes; every index agrees with every other",
        taken.as_secs_f64(),
        snapshot.revision()
    )?;
    Ok(crowd)
}

/// A number that is easy to read: `1,566`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn heading(out: &mut dyn Write, title: &str) -> io::Result<()> {
    writeln!(out, "\n{title}\n{}", "=".repeat(title.len()))
}
