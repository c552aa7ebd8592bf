//! Questions with a part of the request left open, by brute force: every person, unit
//! or permission there is, asked one by one.

use std::collections::BTreeMap;

use alcada::{Grant, Instant, Interval, Name};

use super::{Ask, Target, World, decide, has, outcome};

/// What is left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    Who,
    Where,
    What,
    /// Whose record, in a tenant or in the only one.
    Whose(Option<String>),
}

/// Every request that the question stands for, by what is put in its open part.
fn candidates(world: &World, open: &Open, ask: &Ask) -> BTreeMap<String, Ask> {
    let people = || world.registrations.iter().map(|r| r.person.as_str().to_owned());
    let with = |name: String| {
        let mut asked = ask.clone();
        match open {
            Open::Who => asked.who = name.clone(),
            Open::Where => asked.target = Target::InUnit(name.clone()),
            Open::What => asked.permission = name.clone(),
            Open::Whose(tenant) => {
                asked.target = Target::About { person: name.clone(), tenant: tenant.clone() }
            }
        }
        (name, asked)
    };
    match open {
        Open::Who | Open::Whose(_) => people().map(with).collect(),
        Open::Where => world.units.iter().map(|u| u.code.to_string()).map(with).collect(),
        Open::What => world.catalogue().iter().map(|(f, a)| format!("{f}:{a}")).map(with).collect(),
    }
}

/// All that is allowed at an instant, each with the first instant at which it is not.
pub fn answers(
    world: &World,
    open: &Open,
    ask: &Ask,
    at: Instant,
) -> BTreeMap<String, Option<Instant>> {
    let decided =
        candidates(world, open, ask).into_iter().map(|(name, ask)| (name, decide(world, &ask, at)));
    decided
        .filter(|(_, (outcome, _))| outcome.is_ok())
        .map(|(name, (_, until))| (name, until))
        .collect()
}

/// All that is allowed at any time in `[from, until)`, with the stretches.
pub fn answers_between(
    world: &World,
    open: &Open,
    ask: &Ask,
    from: Instant,
    until: Instant,
) -> BTreeMap<String, Vec<Interval>> {
    let stretches = |ask: &Ask| {
        let (mut stretches, mut at) = (Vec::new(), from);
        while at < until {
            let (outcome, next) = decide(world, ask, at);
            let end = next.map_or(until, |next| next.min(until));
            if outcome.is_ok() {
                stretches.push(Interval::new(at, end).unwrap());
            }
            at = end;
        }
        stretches
    };
    let all = candidates(world, open, ask).into_iter().map(|(name, ask)| (name, stretches(&ask)));
    all.filter(|(_, stretches)| !stretches.is_empty()).collect()
}

/// The grants that allow a request each alone.
pub fn sufficient(world: &World, ask: &Ask, at: Instant) -> Vec<Grant> {
    let theirs = |grant: &&Grant| grant.person.as_str() == ask.who;
    let alone = |grant: &&Grant| {
        let mut only = world.clone();
        only.grants.retain(|other| other.person.as_str() != ask.who || other == *grant);
        outcome(&only, ask, at).is_ok()
    };
    world.grants.iter().filter(theirs).filter(alone).cloned().collect()
}

impl World {
    /// Whether a role is another, or includes it directly or not.
    pub fn reaches_role(&self, tenant: Option<&str>, role: &str, other: &str) -> bool {
        let includes = || self.role(tenant, role).into_iter().flat_map(|r| &r.includes);
        role == other || includes().any(|included| self.reaches_role(tenant, included, other))
    }

    /// The names of all roles of a tenant, built-in ones included.
    pub fn role_names(&self, tenant: Option<&str>) -> Vec<Name> {
        let own =
            self.roles.iter().filter(|r| Some(r.tenant.as_str()) == tenant).map(|r| r.name.clone());
        self.policy.roles.keys().cloned().chain(own).collect()
    }

    /// What a role permits, ceilings apart: with what it includes, or its own patterns alone.
    pub fn role_permits(
        &self,
        tenant: Option<&str>,
        role: &str,
        (f, a): (&str, &str),
        with: bool,
    ) -> bool {
        let own = self.role(tenant, role).is_some_and(|role| {
            role.permissions.iter().any(|p| p.matches(f, a))
                && !role.except.iter().any(|p| p.matches(f, a))
        });
        if with { has(self, tenant, role, f, a) } else { own }
    }

    /// Whether a ceiling takes a permission from a grant.
    pub fn is_cut(&self, grant: &Grant, (f, a): (&str, &str)) -> bool {
        let tenant = self.tenant_of(&grant.scope);
        let kind = self.registration(grant.person.as_str(), tenant).and_then(|r| r.kind.as_deref());
        let vision = self.vision_of(&grant.scope);
        self.policy.ceilings.iter().any(|ceiling| {
            let kinds =
                ceiling.kinds.is_empty() || ceiling.kinds.iter().any(|k| Some(k.as_str()) == kind);
            let visions = ceiling.visions.is_empty()
                || ceiling.visions.iter().any(|v| Some(v.as_str()) == vision);
            kinds && visions && !ceiling.permissions.iter().any(|p| p.matches(f, a))
        })
    }
}
