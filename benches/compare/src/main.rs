//! The same world in other authorization libraries: `cargo run --release -- [PEOPLE]`.
//!
//! Every peer's answers are checked against the generator's before anything is timed.
//! Where a peer is too slow for all the questions it gets fewer, and the table says how many.

mod peers;
#[path = "../../support/mod.rs"]
mod support;

use std::hint::black_box;
use std::time::Instant as Clock;

use alcada::Permission;
use peers::{Given, Peer};
use support::city::{Ask, Ids, World};
use support::floor::{Afternoon, NamedAsks, NamedFloor};
use support::measure::{CpuClock, median};
use support::rng::Rng;

/// Questions for those who answer in well under a microsecond.
const MANY: usize = 200_000;
/// For those who take some microseconds.
const SOME: usize = 20_000;
/// For those who take some hundreds.
const FEW: usize = 1_000;
const CHANGES: usize = 40;

struct Row {
    name: String,
    questions: usize,
    nanos: f64,
    change: Option<f64>,
}

fn main() {
    let people =
        std::env::args().nth(1).map_or(100_000, |text| text.parse().expect("a number of people"));
    let world = World::city(people, Ids::Short);
    let asks = world.asks(MANY, 11);
    let changes = changes(&world);
    let named = NamedAsks::new(&world, &asks);
    let permissions = named
        .iter()
        .map(|(_, text, _)| Permission::parse(text).expect("of the catalogue"))
        .collect();
    let field = Field { world: &world, asks: &asks, named: &named, permissions, changes };
    let rows = [
        field.row("**alcada**, by names", "alcada", MANY, true, peers::alcada::Alcada::new),
        field.row("floor behind three hash maps (cannot change)", "", MANY, false, NamedFloor::new),
        field.row("std hash maps, an afternoon's work", "", MANY, true, Afternoon::new),
        field.row(
            "gatehouse over the afternoon's maps",
            "gatehouse",
            MANY,
            true,
            peers::gatehouse::Gatehouse::new,
        ),
        field.row(
            "Cedar, roles, and units as attributes of the person",
            "cedar-policy",
            SOME,
            true,
            peers::cedar::Attributes::new,
        ),
        field.row(
            "Cedar, role-at-unit groups",
            "cedar-policy",
            SOME,
            true,
            peers::cedar::Groups::new,
        ),
        field.row("regorus, virtual machine", "regorus", SOME, true, peers::regorus::Machine::new),
        field.row("regorus, interpreter", "regorus", SOME, true, peers::regorus::Interpreter::new),
        field.row(
            "casbin, role manager of one's own",
            "casbin",
            SOME,
            true,
            peers::casbin::Managed::new,
        ),
        field.row("casbin, RBAC with domains", "casbin", FEW, true, peers::casbin::Domains::new),
    ];
    print(&world, &rows);
}

struct Field<'a> {
    world: &'a World,
    asks: &'a [Ask],
    named: &'a NamedAsks,
    permissions: Vec<Permission<'a>>,
    changes: Vec<(Given, Ask)>,
}

impl Field<'_> {
    fn row<P: Peer>(
        &self,
        name: &str,
        package: &str,
        questions: usize,
        changes: bool,
        make: impl Fn(&World) -> P,
    ) -> Row {
        eprintln!("{name} …");
        let mut peer = make(self.world);
        for (index, &ask) in self.asks[..questions].iter().enumerate() {
            assert_eq!(
                peer.check(self.names(index)),
                self.world.allows(ask),
                "{name}: {:?}",
                self.names(index)
            );
        }
        let mut pass = || (0..questions).filter(|&index| peer.check(self.names(index))).count();
        let samples: Vec<f64> = (0..5)
            .map(|_| {
                black_box((0..3).map(|_| pass()).sum::<usize>());
                let start = CpuClock::start();
                black_box(pass());
                start.elapsed().as_nanos() as f64 / questions as f64
            })
            .collect();
        let change = changes.then(|| self.change(name, &mut peer));
        let name = if package.is_empty() {
            name.to_owned()
        } else {
            format!("{name} ({package} {})", version(package))
        };
        Row { name, questions, nanos: median(&samples), change }
    }

    fn names(&self, index: usize) -> peers::Names<'_> {
        let (person, _, unit) = self.named.get(index);
        (person, self.permissions[index], unit)
    }

    /// From the grant to the next check, which must see it.
    fn change(&self, name: &str, peer: &mut impl Peer) -> f64 {
        let samples: Vec<f64> = self
            .changes
            .iter()
            .map(|(grant, ask)| {
                let names = (
                    self.world.people.get(ask.person),
                    Permission::parse(&self.world.permissions[ask.permission as usize])
                        .expect("of the catalogue"),
                    self.world.units[ask.unit as usize].code.as_str(),
                );
                assert!(!peer.check(names), "{name}: allowed before the grant");
                let (start, own) = (Clock::now(), CpuClock::start());
                peer.grant(grant);
                let seen = peer.check(names);
                // The clock on the wall counts what others run meanwhile, that of the
                // thread the two calls that read it: the smaller is nearer.
                let taken = own.elapsed().min(start.elapsed());
                assert!(seen, "{name}: the grant is not seen");
                taken.as_nanos() as f64
            })
            .collect();
        median(&samples)
    }
}

/// Grants that turn a denial into an Allow, of people who are all different.
fn changes(world: &World) -> Vec<(Given, Ask)> {
    let mut rng = Rng::new(0xC4A);
    let mut changes: Vec<(Given, Ask)> = Vec::new();
    while changes.len() < CHANGES {
        let ask = world.draw_denied(&mut rng);
        let fresh = changes.iter().all(|(_, other)| other.person != ask.person);
        let role = (0..world.roles.len() as u16).find(|&role| world.lists(role, ask.permission));
        if let (true, Some(role), "school") = (fresh, role, world.units[ask.unit as usize].kind) {
            let held = support::city::Held { role, below: false, unit: ask.unit };
            changes.push((Given::new(world, ask.person, held), ask));
        }
    }
    changes
}

fn print(world: &World, rows: &[Row]) {
    println!(
        "{} people, {} grants, {} units\n",
        world.people.len(),
        world.grants.len(),
        world.units.len()
    );
    println!(
        "| | one check | ÷ alcada | one grant, seen by the next check | ÷ alcada | questions |"
    );
    println!("|---|--:|--:|--:|--:|--:|");
    let ours = &rows[0];
    for row in rows {
        let change = row.change.map_or("–".to_owned(), time);
        let ratio = |of: f64, to: f64| {
            if of / to < 10.0 { format!("{:.1}", of / to) } else { format!("{:.0}", of / to) }
        };
        let changes = row
            .change
            .zip(ours.change)
            .map_or("–".to_owned(), |(theirs, ours)| ratio(theirs, ours));
        println!(
            "| {} | {} | {} | {change} | {changes} | {} |",
            row.name,
            time(row.nanos),
            ratio(row.nanos, ours.nanos),
            row.questions
        );
    }
    println!(
        "\nThe maps, gatehouse, casbin and regorus' machine change in place, and every reader waits meanwhile."
    );
    println!(
        "alcada's readers never wait; Cedar's entities are made anew, and its readers could keep the old ones."
    );
}

fn time(nanos: f64) -> String {
    match nanos {
        n if n >= 1e6 => format!("{:.1} ms", n / 1e6),
        n if n >= 1e4 => format!("{:.0} µs", n / 1e3),
        n if n >= 1e3 => format!("{:.1} µs", n / 1e3),
        n => format!("{n:.0} ns"),
    }
}

/// The version that was built, from the lock file.
fn version(package: &str) -> &'static str {
    let lock = include_str!("../Cargo.lock");
    let entry = lock
        .split("[[package]]")
        .find(|entry| entry.contains(&format!("\nname = \"{package}\"\n")));
    entry.and_then(|entry| entry.split("version = \"").nth(1)?.split('"').next()).unwrap_or("?")
}
