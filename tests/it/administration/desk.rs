//! Where commands are issued: the host sets the scene, actors follow, and what they
//! get is their command's events or a refusal.

use alcada::{
    Actor, Authority, Command, Decision, DenyReason, Event, Grant, Instant, Policy, Refusal,
    Registration, Snapshot, Unit,
    admin::{Rule, Uncovered},
    facts::{Affiliation, CustomRole, Group, InvalidName, Restriction},
    journal::MemoryJournal,
    policy::Role,
};

use crate::engine::request;
use crate::given::{day, name, person};
use crate::oracle::Ask;

/// Why commands are issued here.
pub const REASON: &str = "a test";

/// The facts, and who changes them.
pub struct Desk {
    pub authority: Authority,
    /// When it is, unless said otherwise.
    pub now: Instant,
}

/// Where somebody is when they change things.
pub fn at(who: &str, unit: &str) -> Actor {
    Actor::user(who).working_at(unit)
}

impl Desk {
    /// No facts, under a policy in TOML, on the first day.
    pub fn policy(toml: &str) -> Desk {
        let policy = Policy::from_toml(toml).unwrap_or_else(|error| panic!("{error}"));
        Desk {
            authority: Authority::open(MemoryJournal::new(), policy, day(0)).unwrap(),
            now: day(1),
        }
    }

    /// The same facts, to go on from differently.
    pub fn fork(&self) -> Desk {
        let facts = self.snapshot();
        let policy = Policy::from_document(facts.policy().document().clone()).unwrap();
        let authority = Authority::open(MemoryJournal::new(), policy, day(0)).unwrap();
        authority.import(&facts.facts()).unwrap();
        Desk { authority, now: self.now }
    }

    /// The only way here to issue a command.
    pub fn issue(&self, actor: &Actor, command: impl Into<Command>) -> Result<Vec<Event>, Refusal> {
        match self.authority.execute(actor, command, REASON, self.now) {
            Ok(entry) => {
                assert!(self.snapshot().verify().is_ok());
                Ok(entry.entry.events)
            }
            Err(error) => Err(error.refusal().unwrap_or_else(|| panic!("{error}")).clone()),
        }
    }

    pub fn snapshot(&self) -> Snapshot {
        self.authority.snapshot()
    }

    /// Accepted.
    #[track_caller]
    pub fn does(&self, actor: &Actor, command: impl Into<Command>) -> Vec<Event> {
        self.issue(actor, command).unwrap_or_else(|refusal| panic!("{refusal}"))
    }

    /// Refused, and nothing changed.
    #[track_caller]
    pub fn refuses(&self, actor: &Actor, command: impl Into<Command>) -> Refusal {
        let command = command.into();
        let before = (self.authority.revision(), self.snapshot().facts());
        match self.issue(actor, command.clone()) {
            Ok(events) => panic!("`{command:?}` is accepted: {events:?}"),
            Err(refusal) => {
                assert_eq!((self.authority.revision(), self.snapshot().facts()), before);
                refusal
            }
        }
    }

    /// Refused for giving more than the actor holds; what is not covered.
    #[track_caller]
    pub fn escalates(&self, actor: &Actor, command: impl Into<Command>) -> Vec<Uncovered> {
        let refusal = self.refuses(actor, command);
        match refusal.rule {
            Rule::Escalation { remainder } => remainder,
            rule => panic!("{rule}"),
        }
    }

    /// A part of the scene: the host does it.
    #[track_caller]
    pub fn with(self, command: impl Into<Command>) -> Desk {
        self.does(&Actor::host(), command);
        self
    }

    #[track_caller]
    pub fn unit(self, kind: &str, code: &str, parent: &str) -> Desk {
        let kind = (!kind.is_empty()).then(|| name(kind));
        self.with(Unit {
            code: name(code),
            kind,
            parent: (!parent.is_empty()).then(|| name(parent)),
            tenant: None,
        })
    }

    /// Registered in a tenant, at its root.
    #[track_caller]
    pub fn person(self, kind: &str, who: &str, tenant: &str) -> Desk {
        self.with(registration(kind, who, tenant))
    }

    #[track_caller]
    pub fn grant(self, grant: Result<Grant, InvalidName>) -> Desk {
        self.with(grant.unwrap())
    }

    #[track_caller]
    pub fn group(
        self,
        tenant: &str,
        group: &str,
        parent: &str,
        leader: &str,
        people: &[&str],
    ) -> Desk {
        self.with(self::group(tenant, group, parent, leader, people))
    }

    #[track_caller]
    pub fn role(self, tenant: &str, role: &str, of: Role) -> Desk {
        self.with(Command::CreateRole(custom(tenant, role, of)))
    }

    #[track_caller]
    pub fn restrict(self, restriction: Restriction) -> Desk {
        self.with(restriction)
    }

    /// A dated tie, as the host's source of facts tells it.
    #[track_caller]
    pub fn affiliated(
        self,
        who: &str,
        kind: &str,
        unit: &str,
        from: Option<Instant>,
        until: Option<Instant>,
    ) -> Desk {
        let (person, kind, unit) = (person(who), name(kind), name(unit));
        self.with(Affiliation { person, kind, unit, from, until })
    }

    /// That some days have passed.
    pub fn on(mut self, now: Instant) -> Desk {
        self.now = now;
        self
    }

    fn check(&self, ask: &Ask) -> Decision {
        self.authority.check(&request(ask), self.now)
    }

    #[track_caller]
    pub fn allows(&self, ask: Ask) {
        assert_eq!(self.check(&ask).reason(), None, "{ask:?} at {}", self.now);
    }

    #[track_caller]
    pub fn denies(&self, ask: Ask, reason: DenyReason) {
        assert_eq!(self.check(&ask).reason(), Some(reason), "{ask:?} at {}", self.now);
    }
}

/// In a tenant, at its root, or on the platform.
pub fn registration<'a>(kind: &str, who: &str, tenant: impl Into<Option<&'a str>>) -> Registration {
    let kind = (!kind.is_empty()).then(|| name(kind));
    Registration { person: person(who), tenant: tenant.into().map(name), kind, unit: None }
}

/// A group; an empty parent or leader is none.
pub fn group(tenant: &str, group: &str, parent: &str, leader: &str, people: &[&str]) -> Group {
    Group {
        tenant: name(tenant),
        name: name(group),
        parent: (!parent.is_empty()).then(|| name(parent)),
        leader: (!leader.is_empty()).then(|| person(leader)),
        members: people.iter().map(|member| person(member)).collect(),
    }
}

pub fn custom(tenant: &str, role: &str, of: Role) -> CustomRole {
    CustomRole { tenant: name(tenant), name: name(role), role: of }
}
