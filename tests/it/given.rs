//! Small hand-written cases: a policy, facts one by one, and what must come out of
//! the oracle and of the engine alike.

use alcada::{
    Event, Grant, Identifier, Instant, Name, Policy, Registration, Scope, Snapshot, Unit,
    facts::{Affiliation, CustomRole, Group, InvalidName, Restriction, Subject},
    policy::{Pattern, Role},
};

use crate::engine::{Answer, answer, request};
use crate::oracle::{Ask, Reason, Refused, Target, World, apply, decide};

/// A case in the making.
#[derive(Clone)]
pub struct Given {
    pub world: World,
    pub snapshot: Snapshot,
}

/// Midnight of the n-th day of March 2026, UTC.
pub fn day(n: u32) -> Instant {
    Instant::from_micros(1_772_236_800_000_000).plus_seconds(86_400 * i64::from(n))
}

/// The last instant before another.
pub fn just_before(at: Instant) -> Instant {
    Instant::from_micros(at.as_micros() - 1)
}

pub fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

pub fn person(text: &str) -> Identifier {
    Identifier::new(text).unwrap()
}

pub fn names(texts: &[&str]) -> Vec<Name> {
    texts.iter().map(|t| name(t)).collect()
}

pub fn patterns(texts: &[&str]) -> Vec<Pattern> {
    texts.iter().map(|t| Pattern::parse(t).unwrap()).collect()
}

/// A request of everywhere, on the first channel, until said otherwise.
pub fn ask(who: &str, permission: &str) -> Ask {
    Ask {
        who: who.to_owned(),
        permission: permission.to_owned(),
        channel: None,
        target: Target::Everywhere,
    }
}

impl Ask {
    pub fn in_unit(self, unit: &str) -> Ask {
        Ask { target: Target::InUnit(unit.to_owned()), ..self }
    }

    pub fn about(self, person: &str) -> Ask {
        Ask { target: Target::About { person: person.to_owned(), tenant: None }, ..self }
    }

    pub fn about_in(self, person: &str, tenant: &str) -> Ask {
        Ask {
            target: Target::About { person: person.to_owned(), tenant: Some(tenant.to_owned()) },
            ..self
        }
    }

    /// A record of the person, kept in the unit.
    pub fn record(self, unit: &str, person: &str) -> Ask {
        Ask { target: Target::Record { unit: unit.to_owned(), person: person.to_owned() }, ..self }
    }

    pub fn anywhere(self) -> Ask {
        Ask { target: Target::Anywhere, ..self }
    }

    pub fn on(self, channel: &str) -> Ask {
        Ask { channel: Some(channel.to_owned()), ..self }
    }
}

pub fn on_person(name: &str, who: &str, permissions: &[&str], scope: Scope) -> Restriction {
    let (subject, name) = (Subject::Person(person(who)), self::name(name));
    Restriction {
        name,
        subject,
        permissions: patterns(permissions),
        scope,
        from: None,
        until: None,
    }
}

pub fn on_role(name: &str, role: &str, permissions: &[&str], scope: Scope) -> Restriction {
    Restriction {
        subject: Subject::Role(self::name(role)),
        ..on_person(name, "-", permissions, scope)
    }
}

pub fn unit(code: &str) -> Scope {
    Scope::Unit(name(code))
}

pub fn subtree(code: &str) -> Scope {
    Scope::Subtree(name(code))
}

pub fn members(tenant: &str, group: &str) -> Scope {
    Scope::Members { group: name(group), tenant: Some(name(tenant)) }
}

pub fn own(tenant: &str) -> Scope {
    Scope::Own { tenant: Some(name(tenant)) }
}

impl Given {
    /// No facts, under a policy in TOML; its first line, the version, is added.
    pub fn policy(toml: &str) -> Given {
        let toml = format!("version = 1\n{toml}");
        let policy = Policy::from_toml(&toml).unwrap_or_else(|error| panic!("{error}"));
        Given { world: World::new(policy.document().clone()), snapshot: Snapshot::new(policy) }
    }

    /// One more event, which fits.
    pub fn and(mut self, event: Event) -> Given {
        assert_eq!(apply(&mut self.world, &event), Ok(()), "{event:?}");
        self.snapshot.apply(&event).unwrap_or_else(|error| panic!("{error}: {event:?}"));
        assert!(self.snapshot.verify().is_ok());
        self
    }

    /// An event that does not fit, and changes nothing.
    pub fn refuses(&self, event: Event) {
        let mut world = self.world.clone();
        assert_eq!(apply(&mut world, &event), Err(Refused), "{event:?}");
        assert_eq!(world, self.world);
        let mut snapshot = self.snapshot.clone();
        assert!(snapshot.apply(&event).is_err(), "{event:?}");
        assert_eq!(snapshot.revision(), self.snapshot.revision());
    }

    pub fn tenant(self, code: &str) -> Given {
        self.and(Event::UnitAdded(Unit {
            code: name(code),
            kind: None,
            parent: None,
            tenant: None,
        }))
    }

    pub fn unit(self, code: &str, parent: &str) -> Given {
        let parent = Some(name(parent));
        self.and(Event::UnitAdded(Unit { code: name(code), kind: None, parent, tenant: None }))
    }

    /// A unit of a kind; without a parent, a tenant.
    pub fn unit_of(self, kind: &str, code: &str, parent: &str) -> Given {
        let parent = (!parent.is_empty()).then(|| name(parent));
        self.and(Event::UnitAdded(Unit {
            code: name(code),
            kind: Some(name(kind)),
            parent,
            tenant: None,
        }))
    }

    /// Registered in the tenant, at its root.
    pub fn person(self, who: &str, tenant: &str) -> Given {
        let tenant = Some(name(tenant));
        self.and(Event::PersonRegistered(Registration {
            person: person(who),
            tenant,
            kind: None,
            unit: None,
        }))
    }

    /// Registered in the tenant, at this unit of it.
    pub fn person_at(self, who: &str, tenant: &str, unit: &str) -> Given {
        let (tenant, unit) = (Some(name(tenant)), Some(name(unit)));
        self.and(Event::PersonRegistered(Registration {
            person: person(who),
            tenant,
            kind: None,
            unit,
        }))
    }

    pub fn person_of(self, kind: &str, who: &str, tenant: &str) -> Given {
        let (tenant, kind) = (Some(name(tenant)), Some(name(kind)));
        self.and(Event::PersonRegistered(Registration {
            person: person(who),
            tenant,
            kind,
            unit: None,
        }))
    }

    /// Registered on the platform.
    pub fn platform(self, who: &str) -> Given {
        self.and(Event::PersonRegistered(Registration {
            person: person(who),
            tenant: None,
            kind: None,
            unit: None,
        }))
    }

    pub fn affiliated(
        self,
        who: &str,
        kind: &str,
        unit: &str,
        from: impl Into<Option<Instant>>,
        until: impl Into<Option<Instant>>,
    ) -> Given {
        let (person, kind, unit) = (person(who), name(kind), name(unit));
        let (from, until) = (from.into(), until.into());
        self.and(Event::AffiliationRecorded(Affiliation { person, kind, unit, from, until }))
    }

    /// A group; an empty parent or leader is none.
    pub fn group(
        self,
        tenant: &str,
        group: &str,
        parent: &str,
        leader: &str,
        members: &[&str],
    ) -> Given {
        self.and(Event::GroupCreated(Group {
            tenant: name(tenant),
            name: name(group),
            parent: (!parent.is_empty()).then(|| name(parent)),
            leader: (!leader.is_empty()).then(|| person(leader)),
            members: members.iter().map(|m| person(m)).collect(),
        }))
    }

    pub fn role(self, tenant: &str, role: &str, of: Role) -> Given {
        self.and(Event::RoleCreated(CustomRole {
            tenant: name(tenant),
            name: name(role),
            role: of,
        }))
    }

    pub fn grant(self, grant: Result<Grant, InvalidName>) -> Given {
        self.and(Event::Granted(grant.unwrap()))
    }

    pub fn restrict(self, restriction: Restriction) -> Given {
        self.and(Event::RestrictionImposed(restriction))
    }

    pub fn suspend(self, who: &str, tenant: impl Into<Option<&'static str>>) -> Given {
        self.and(Event::PersonSuspended { person: person(who), tenant: tenant.into().map(name) })
    }

    /// What is decided, and until when.
    #[track_caller]
    pub fn decide(&self, ask: &Ask, at: Instant) -> Answer {
        let decided = answer(self.snapshot.check(&request(ask), at));
        assert_eq!(
            decided,
            decide(&self.world, ask, at),
            "the engine and the oracle differ: {ask:?} at {at}"
        );
        decided
    }

    #[track_caller]
    pub fn allows(&self, ask: Ask, at: Instant) {
        assert_eq!(self.decide(&ask, at).0, Ok(()), "{ask:?} at {at}");
    }

    #[track_caller]
    pub fn denies(&self, ask: Ask, at: Instant, reason: Reason) {
        assert_eq!(self.decide(&ask, at).0, Err(reason), "{ask:?} at {at}");
    }

    /// The instant at which the answer changes.
    #[track_caller]
    pub fn changes_at(&self, ask: Ask, at: Instant, until: impl Into<Option<Instant>>) {
        assert_eq!(self.decide(&ask, at).1, until.into(), "{ask:?} at {at}");
    }
}
