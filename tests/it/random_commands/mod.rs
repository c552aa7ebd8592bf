//! Random commands: a policy, a small world made by commands of the host, and then commands of
//! everybody, legal and not. They are drawn from numbers, so that property tests and a fuzz target
//! share them, and so that dropping one command leaves the others as they are.

mod draw;
mod ground;
pub mod held;
mod policy;
pub mod rules;

use alcada::{
    Actor, Authority, Command, Event, Executed, Facts, Grant, Instant, Name, Policy, Refusal,
    Registration, Scope, Snapshot,
    journal::{Journal, MemoryJournal},
    plan,
};

pub use policy::policy;

use crate::oracle::World;
use crate::worlds::Source;

/// Why every command of a run is issued.
pub const BECAUSE: &str = "because";

pub fn name(text: impl AsRef<str>) -> Name {
    Name::new(text).unwrap()
}

pub fn names(texts: &[&str]) -> Vec<Name> {
    texts.iter().map(name).collect()
}

/// Noon of a day, and so many minutes.
pub fn minute(n: i64) -> Instant {
    Instant::from_micros(1_772_409_600_000_000).plus_seconds(60 * n)
}

/// One command, who issues it, and when.
#[derive(Clone, Debug)]
pub struct Act {
    pub actor: Actor,
    pub command: Command,
    pub now: Instant,
}

/// A run of random commands, as far as it has come.
pub struct Run {
    pub world: World,
    pub facts: Facts,
    pub snapshot: Snapshot,
    pub authority: Authority,
    pub journal: MemoryJournal,
    pub now: Instant,
    minutes: i64,
}

/// What became of a command.
pub struct Turn {
    pub act: Act,
    pub outcome: Result<Accepted, Refusal>,
}

/// The events of a command, and everything before it.
pub struct Accepted {
    pub events: Vec<Event>,
    pub held_back: Vec<plan::Row>,
    pub world: World,
    pub facts: Facts,
    pub snapshot: Snapshot,
}

impl Run {
    /// Under the policy of this number, with nobody and nothing but two trees of units and some
    /// people; then whatever the host is let do of what is drawn for it.
    pub fn begin(number: u64, host: &[u64]) -> Run {
        let document = policy(number);
        let journal = MemoryJournal::new();
        let authority = open(&document, journal.clone());
        let snapshot = authority.snapshot();
        let facts = snapshot.facts();
        let world = World::new(document);
        let mut run =
            Run { world, facts, snapshot, authority, journal, now: minute(0), minutes: 0 };
        for command in ground::ground() {
            let turn = run.issue(Act { actor: Actor::host(), command, now: minute(0) });
            assert!(turn.outcome.is_ok(), "{:?}: {:?}", turn.act, turn.outcome.err());
        }
        for command in ground::first_grants(&run.world) {
            run.issue(Act { actor: Actor::host(), command, now: minute(0) });
        }
        for &number in host {
            run.turn(&mut Source { raw: &[], seed: number, state: number }, true);
        }
        run
    }

    /// Another that goes on from here, and keeps no record.
    pub fn fork(&self) -> Run {
        let authority = Authority::from(self.snapshot.clone());
        let (world, facts, snapshot) =
            (self.world.clone(), self.facts.clone(), authority.snapshot());
        Run { world, facts, snapshot, authority, journal: MemoryJournal::new(), ..*self }
    }

    /// Draws a command, and lets it be decided.
    pub fn turn(&mut self, source: &mut Source, host: bool) -> Turn {
        self.minutes += source.below(20) as i64;
        self.now = minute(self.minutes).max(self.now);
        let act = draw::act(&self.world, &self.snapshot, self.now, source, host);
        self.issue(act)
    }

    /// Lets a command be decided; what it changes is changed.
    pub fn issue(&mut self, act: Act) -> Turn {
        match self.authority.execute(&act.actor, act.command.clone(), BECAUSE, act.now) {
            Err(error) => {
                let refusal =
                    error.refusal().unwrap_or_else(|| panic!("{error}: {:?}", act.command)).clone();
                Turn { act, outcome: Err(refusal) }
            }
            Ok(Executed { entry, held_back, .. }) => {
                let (snapshot, facts, world) =
                    (self.snapshot.clone(), self.facts.clone(), self.world.clone());
                self.snapshot = self.authority.snapshot();
                self.facts = self.snapshot.facts();
                self.world = world_of(&world, &self.facts);
                assert_eq!((entry.revision, entry.at), (self.snapshot.revision(), act.now));
                Turn {
                    act,
                    outcome: Ok(Accepted {
                        events: entry.events,
                        held_back,
                        world,
                        facts,
                        snapshot,
                    }),
                }
            }
        }
    }
}

/// An authority on a journal.
pub fn open(policy: &alcada::policy::Document, journal: impl Journal + 'static) -> Authority {
    let policy = Policy::from_document(policy.clone()).unwrap_or_else(|error| panic!("{error}"));
    Authority::open(journal, policy, minute(0)).unwrap_or_else(|error| panic!("{error}"))
}

/// The oracle's world of a document of facts, resolved as the oracle keeps it.
fn world_of(old: &World, facts: &Facts) -> World {
    let first = name(old.channels()[0]);
    let resolved = |grant: &Grant| Grant {
        channel: grant.channel.clone().or(Some(first.clone())),
        ..grant.clone()
    };
    let placed = |person: &Registration| Registration {
        unit: person.unit.clone().or_else(|| person.tenant.clone()),
        ..person.clone()
    };
    let mut world = World {
        units: facts.units.clone(),
        closed: facts.closed.clone(),
        registrations: facts.people.iter().map(placed).collect(),
        suspended: facts.suspended.iter().map(|s| (s.person.clone(), s.tenant.clone())).collect(),
        affiliations: facts.affiliations.clone(),
        groups: facts.groups.clone(),
        grids: facts.grids.clone(),
        enrolments: facts.enrolments.clone(),
        roles: facts.roles.clone(),
        grants: facts.grants.iter().map(resolved).collect(),
        restrictions: facts.restrictions.clone(),
        seats: facts.seats.clone(),
        requests: facts.requests.clone(),
        campaigns: facts.campaigns.clone(),
        ..World::new(old.policy.clone())
    };
    for request in &mut world.requests {
        request.grant = resolved(&request.grant);
    }
    world
}

/// The tenant whose root is this scope.
pub fn whole(tenant: &str) -> Scope {
    Scope::Subtree(name(tenant))
}
