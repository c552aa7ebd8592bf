//! What is decided: one function for each table and list of the page.

use alcada::{
    Grant, Instant, Name, Scope,
    facts::{Basis, Place, Restriction, Subject},
};

use super::session::Chosen;
use super::{Ask, Reason, Target, World, within};

/// A target whose names are known; the tenant of a person is found, none being
/// the platform.
#[derive(Clone, Copy, Debug)]
pub enum Aim<'a> {
    InUnit(&'a str),
    About { person: &'a str, tenant: Option<&'a str> },
    Record { unit: &'a str, person: &'a str },
    Anywhere,
    Everywhere,
}

/// The decision at an instant.
pub fn outcome(world: &World, ask: &Ask, at: Instant) -> Result<(), Reason> {
    let (aim, channel) = named(world, ask)?;
    suspended(world, &ask.who, aim)?;
    granted(world, ask, aim, channel, None, at)
}

/// The decision at an instant, and the first later one at which Allow becomes
/// Deny or Deny becomes Allow.
pub fn decide(world: &World, ask: &Ask, at: Instant) -> (Result<(), Reason>, Option<Instant>) {
    let outcome = |at| outcome(world, ask, at);
    (outcome(at), first_difference(world, &ask.who, at, &outcome))
}

/// The first later instant at which Allow becomes Deny or Deny becomes Allow, of what somebody asks.
pub fn first_difference(
    world: &World,
    who: &str,
    at: Instant,
    outcome: &dyn Fn(Instant) -> Result<(), Reason>,
) -> Option<Instant> {
    let now = outcome(at);
    let differs = |t: &Instant| outcome(*t).is_ok() != now.is_ok();
    let dated = world.boundaries();
    let mut from = at;
    loop {
        let next = dated.iter().find(|&&t| t > from).copied();
        // Hours alone move nothing but what they decide.
        let counts = matches!(outcome(from), Ok(()) | Err(Reason::OutOfHours));
        let next = match world.next_offset(who, from).filter(|_| counts) {
            Some(offset) => Some(next.map_or(offset, |next| next.min(offset))),
            None => next,
        };
        // Until then one week is like the other.
        if counts && let Some(t) = world.openings(who, from, next).into_iter().find(differs) {
            return Some(t);
        }
        match next {
            None => return None,
            Some(next) if differs(&next) => return Some(next),
            Some(next) => from = next,
        }
    }
}

/// For every target that names a place or a person: whether it is allowed.
pub fn coverage(world: &World, who: &str, permission: &str, at: Instant) -> Vec<(Target, bool)> {
    let mut targets = vec![Target::Everywhere];
    targets.extend(world.units.iter().map(|u| Target::InUnit(u.code.to_string())));
    for registration in &world.registrations {
        let person = registration.person.as_str().to_owned();
        if let Some(tenant) = &registration.tenant {
            targets
                .push(Target::About { person: person.clone(), tenant: Some(tenant.to_string()) });
        }
        for unit in &world.units {
            targets.push(Target::Record { unit: unit.code.to_string(), person: person.clone() });
        }
    }
    let allowed = |target: &Target| {
        let ask = Ask {
            who: who.to_owned(),
            permission: permission.to_owned(),
            channel: None,
            target: target.clone(),
        };
        outcome(world, &ask, at).is_ok()
    };
    targets.into_iter().map(|target| (target.clone(), allowed(&target))).collect()
}

/// Step 1: the names.
fn named<'a>(world: &'a World, ask: &'a Ask) -> Result<(Aim<'a>, &'a str), Reason> {
    let known = ask.permission.split_once(':').is_some_and(|(f, a)| world.in_catalogue(f, a));
    if !known {
        return Err(Reason::UnknownPermission);
    }
    if !world.is_known(&ask.who) {
        return Err(Reason::UnknownPrincipal);
    }
    let channels = world.channels();
    let channel = ask.channel.as_deref().unwrap_or(channels[0]);
    if !channels.contains(&channel) {
        return Err(Reason::UnknownChannel);
    }
    let aim = match &ask.target {
        Target::InUnit(unit) => {
            world.unit(unit).ok_or(Reason::UnknownUnit)?;
            Aim::InUnit(unit)
        }
        Target::Record { unit, person } => {
            world.unit(unit).ok_or(Reason::UnknownUnit)?;
            if !world.is_known(person) {
                return Err(Reason::UnknownPerson);
            }
            Aim::Record { unit, person }
        }
        Target::About { person, tenant: Some(tenant) } => {
            if !world.is_tenant(tenant) {
                return Err(Reason::UnknownTenant);
            }
            world.registration(person, Some(tenant)).ok_or(Reason::UnknownPerson)?;
            Aim::About { person, tenant: Some(tenant) }
        }
        Target::About { person, tenant: None } => {
            if !world.is_known(person) {
                return Err(Reason::UnknownPerson);
            }
            let theirs = world.registrations.iter().filter(|r| r.person.as_str() == person);
            let tenants: Vec<&str> = theirs.filter_map(|r| r.tenant.as_deref()).collect();
            match tenants.as_slice() {
                [] => Aim::About { person, tenant: None },
                [only] => Aim::About { person, tenant: Some(only) },
                _ => return Err(Reason::AmbiguousPerson),
            }
        }
        Target::Anywhere => Aim::Anywhere,
        Target::Everywhere => Aim::Everywhere,
    };
    Ok((aim, channel))
}

/// The same without the channel.
pub fn aimed<'a>(world: &'a World, ask: &'a Ask) -> Result<Aim<'a>, Reason> {
    named(world, ask).map(|(aim, _)| aim)
}

/// Step 2: suspension.
pub fn suspended(world: &World, who: &str, aim: Aim) -> Result<(), Reason> {
    let there = match aim {
        Aim::InUnit(unit) | Aim::Record { unit, .. } => {
            world.is_suspended(who, world.tenant_of_unit(unit).map(Name::as_str))
        }
        Aim::About { tenant: Some(tenant), .. } => world.is_suspended(who, Some(tenant)),
        Aim::About { tenant: None, .. } | Aim::Anywhere => false,
        Aim::Everywhere => world.suspended.iter().any(|(p, _)| p.as_str() == who),
    };
    if there || world.is_suspended(who, None) { Err(Reason::Suspended) } else { Ok(()) }
}

/// Steps 3 and 4: grants and restrictions.
pub fn granted(
    world: &World,
    ask: &Ask,
    aim: Aim,
    channel: &str,
    chosen: Option<&Chosen>,
    at: Instant,
) -> Result<(), Reason> {
    // What of a grant's scope is asked about: all of it, without a session.
    let left = |g: &Grant| {
        let left = chosen.map_or(Some(g.scope.clone()), |chosen| chosen.left(world, g));
        left.unwrap_or_else(|| g.scope.clone())
    };
    let who = ask.who.as_str();
    let (function, action) = ask.permission.split_once(':').unwrap();
    let restrictions: Vec<&Restriction> = world
        .restrictions
        .iter()
        .filter(|r| matches!(&r.subject, Subject::Person(p) if p.as_str() == who))
        .filter(|r| lists(r, function, action) && within(r.from, r.until, at))
        .collect();
    let theirs = world.grants.iter().filter(|g| g.person.as_str() == who);
    // Elsewhere than anywhere, a suspension that matters has been seen to.
    let (silent, counting): (Vec<&Grant>, Vec<&Grant>) = theirs.partition(|g| {
        let left = left(g);
        let tenant = world.tenant_of(&left);
        matches!(aim, Aim::Anywhere) && tenant.is_some() && world.is_suspended(who, tenant)
    });
    let passes = |g: &Grant| stages(world, g, aim, (function, action), channel, chosen, at);
    let passing: Vec<&&Grant> = counting.iter().filter(|g| passes(g).is_ok()).collect();
    if !passing.is_empty() {
        let (free, within) = match aim {
            Aim::Anywhere => {
                let free = |g: &&&&Grant| {
                    !restrictions.iter().any(|r| contains(world, &r.scope, &left(g), who))
                };
                let free: Vec<_> = passing.iter().filter(free).collect();
                let within =
                    free.iter().any(|g| world.is_within_hours(who, world.tenant_of(&left(g)), at));
                (!free.is_empty(), within)
            }
            _ => {
                let free = !restrictions.iter().any(|r| restricts(world, &r.scope, who, aim, at));
                (free, within_hours(world, who, aim, at))
            }
        };
        return match (free, within) {
            (false, _) => Err(Reason::Restricted),
            (true, false) => Err(Reason::OutOfHours),
            (true, true) => Ok(()),
        };
    }
    if silent.iter().any(|g| passes(g).is_ok()) {
        return Err(Reason::Suspended);
    }
    Err(counting.iter().filter_map(|g| passes(g).err()).max().unwrap_or(Reason::NotPermitted))
}

/// "Hours", for anywhere apart.
fn within_hours(world: &World, who: &str, aim: Aim, at: Instant) -> bool {
    match aim {
        Aim::InUnit(unit) | Aim::Record { unit, .. } => {
            world.is_within_hours(who, world.tenant_of_unit(unit).map(Name::as_str), at)
        }
        Aim::About { tenant, .. } => world.is_within_hours(who, tenant, at),
        Aim::Everywhere => {
            let tenants = world
                .enrolments
                .iter()
                .filter(|e| e.person.as_str() == who)
                .map(|e| e.tenant.as_deref());
            tenants.chain([None]).all(|tenant| world.is_within_hours(who, tenant, at))
        }
        Aim::Anywhere => true,
    }
}

/// "When a grant allows": the stages in their order.
fn stages(
    world: &World,
    grant: &Grant,
    aim: Aim,
    (function, action): (&str, &str),
    channel: &str,
    chosen: Option<&Chosen>,
    at: Instant,
) -> Result<(), Reason> {
    let who = grant.person.as_str();
    let tenant = world.tenant_of(&grant.scope);
    if !has(world, tenant, &grant.role, function, action) {
        return Err(Reason::NotPermitted);
    }
    let kind = world.registration(who, tenant).and_then(|r| r.kind.as_deref());
    let vision = world.vision_of(&grant.scope);
    let cut = world.policy.ceilings.iter().any(|ceiling| {
        let kinds =
            ceiling.kinds.is_empty() || ceiling.kinds.iter().any(|k| Some(k.as_str()) == kind);
        let visions = ceiling.visions.is_empty()
            || ceiling.visions.iter().any(|v| Some(v.as_str()) == vision);
        kinds && visions && !ceiling.permissions.iter().any(|p| p.matches(function, action))
    });
    if cut {
        return Err(Reason::Ceiling);
    }
    let leader_only = world.policy.functions.get(function).is_some_and(|f| f.leader_only);
    if !covers(world, &grant.scope, who, aim, leader_only, at) {
        return Err(Reason::OtherScope);
    }
    let kind = kind.and_then(|k| world.policy.kinds.get(k));
    let acts =
        kind.is_none_or(|k| k.channels.is_empty() || k.channels.iter().any(|c| c == channel));
    if grant.channel.as_deref().unwrap_or(world.channels()[0]) != channel || !acts {
        return Err(Reason::WrongChannel);
    }
    if !within(grant.from, grant.until, at) || !basis(world, grant, tenant, at) {
        return Err(Reason::NotInForce);
    }
    let left = match chosen {
        None => grant.scope.clone(),
        Some(chosen) => match chosen.left(world, grant) {
            Some(left) if chosen.takes_in(world, &grant.scope, aim, at) => left,
            _ => return Err(Reason::Session),
        },
    };
    let restricted = world.restrictions.iter().any(|r| {
        let matches = || match aim {
            Aim::Anywhere => contains(world, &r.scope, &left, who),
            _ => restricts(world, &r.scope, who, aim, at),
        };
        is_on_role_of(world, r, grant)
            && lists(r, function, action)
            && within(r.from, r.until, at)
            && matches()
    });
    if restricted { Err(Reason::RoleRestricted) } else { Ok(()) }
}

/// Whether a restriction is on the role of a grant, or on one that it includes.
fn is_on_role_of(world: &World, r: &Restriction, grant: &Grant) -> bool {
    let tenant = world.tenant_of(&grant.scope);
    let Subject::Role(role) = &r.subject else { return false };
    // A tenant's own role is named within it; the same name elsewhere is another.
    let built_in = world.policy.roles.contains_key(role);
    (built_in || world.tenant_of(&r.scope) == tenant)
        && is_or_includes(world, tenant, &grant.role, role)
}

/// Whether somebody reaches, by scopes of groups, of oneself or of everything, all that a
/// `Members` or an `Own` scope takes in: what a diff says of people.
pub fn reaches(
    world: &World,
    who: &str,
    permission: &str,
    channel: &str,
    scope: &Scope,
    at: Instant,
) -> bool {
    let (function, action) = permission.split_once(':').unwrap();
    let tenant = world.tenant_of(scope);
    if world.is_suspended(who, None) || (tenant.is_some() && world.is_suspended(who, tenant)) {
        return false;
    }
    let holds = |r: &Restriction| {
        lists(r, function, action)
            && within(r.from, r.until, at)
            && contains(world, &r.scope, scope, who)
    };
    let takes_in = |grant: &Grant| match (&grant.scope, scope) {
        (Scope::Everywhere, _) => true,
        (Scope::Members { .. }, Scope::Members { .. }) | (Scope::Own { .. }, Scope::Own { .. }) => {
            contains(world, &grant.scope, scope, who)
        }
        _ => false,
    };
    let passes = |grant: &&Grant| {
        let stage = stages(world, grant, Aim::Anywhere, (function, action), channel, None, at);
        matches!(stage, Ok(()) | Err(Reason::RoleRestricted))
            && !world.restrictions.iter().any(|r| is_on_role_of(world, r, grant) && holds(r))
    };
    let mut theirs = world.grants.iter().filter(|g| g.person.as_str() == who);
    let denied = world
        .restrictions
        .iter()
        .any(|r| matches!(&r.subject, Subject::Person(p) if p.as_str() == who) && holds(r));
    theirs.any(|grant| takes_in(grant) && passes(&grant)) && !denied
}

/// Whether the permission is in `uncut(role)`.
pub fn has(world: &World, tenant: Option<&str>, role: &str, function: &str, action: &str) -> bool {
    let Some(role) = world.role(tenant, role) else { return false };
    let own = role.permissions.iter().any(|p| p.matches(function, action));
    (own || role.includes.iter().any(|r| has(world, tenant, r, function, action)))
        && !role.except.iter().any(|p| p.matches(function, action))
}

fn is_or_includes(world: &World, tenant: Option<&str>, role: &str, other: &str) -> bool {
    let includes = || world.role(tenant, role).into_iter().flat_map(|r| &r.includes);
    role == other || includes().any(|r| is_or_includes(world, tenant, r, other))
}

pub fn basis(world: &World, grant: &Grant, tenant: Option<&str>, at: Instant) -> bool {
    let Basis::Affiliation { kind, place } = &grant.basis else { return true };
    world.affiliations.iter().any(|a| {
        a.person == grant.person
            && a.kind == *kind
            && within(a.from, a.until, at)
            && world.tenant_of_unit(&a.unit).map(Name::as_str) == tenant
            && match place {
                Place::Unit(unit) => a.unit == *unit,
                Place::Subtree(unit) => world.at_or_below(&a.unit, unit),
                Place::Set(set) => world.in_set(&a.unit, set),
            }
    })
}

/// "What a scope covers", anywhere else than for a restriction.
pub fn covers(
    world: &World,
    scope: &Scope,
    who: &str,
    aim: Aim,
    leader_only: bool,
    at: Instant,
) -> bool {
    let by_person = |person: &str, tenant: Option<&str>| match scope {
        Scope::Members { group, tenant: Some(of) } => {
            tenant == Some(of) && world.is_of(person, of, group) && world.leads(who, of, group)
        }
        Scope::Own { tenant: of } => tenant == of.as_deref() && person == who,
        _ => false,
    };
    match aim {
        _ if *scope == Scope::Everywhere => true,
        Aim::InUnit(unit) => world.in_scope(unit, scope),
        Aim::About { person, tenant } => {
            let by_place =
                || world.places(person, tenant, at).iter().any(|unit| world.in_scope(unit, scope));
            by_person(person, tenant) || (!leader_only && by_place())
        }
        Aim::Record { unit, person } => {
            by_person(person, world.tenant_of_unit(unit).map(Name::as_str))
                || (!leader_only && world.in_scope(unit, scope))
        }
        Aim::Anywhere => match scope {
            Scope::Members { group, tenant: Some(of) } => world.leads(who, of, group),
            _ => true,
        },
        Aim::Everywhere => false,
    }
}

/// "Restrictions on a principal": whether one of this scope matches, the subject
/// and the permission aside. Not for anywhere, which asks what is contained.
pub fn restricts(world: &World, scope: &Scope, who: &str, aim: Aim, at: Instant) -> bool {
    let by_person = |person: &str, tenant: Option<&str>| match scope {
        Scope::Members { group, tenant: Some(of) } => {
            tenant == Some(of) && world.is_of(person, of, group)
        }
        Scope::Own { tenant: of } => tenant == of.as_deref() && person == who,
        _ => false,
    };
    match aim {
        _ if *scope == Scope::Everywhere => true,
        Aim::InUnit(unit) => world.in_scope(unit, scope),
        Aim::About { person, tenant } => {
            by_person(person, tenant)
                || world.places(person, tenant, at).iter().any(|u| world.in_scope(u, scope))
        }
        Aim::Record { unit, person } => {
            world.in_scope(unit, scope)
                || by_person(person, world.tenant_of_unit(unit).map(Name::as_str))
        }
        Aim::Anywhere => false,
        Aim::Everywhere => true,
    }
}

/// "The scope `a` contains `b`".
fn contains(world: &World, a: &Scope, b: &Scope, who: &str) -> bool {
    if *a == Scope::Everywhere {
        return true;
    }
    let units = |scope: &Scope| -> Vec<&Name> {
        world.units.iter().map(|u| &u.code).filter(|u| world.in_scope(u, scope)).collect()
    };
    match (a, b) {
        (Scope::Unit(_) | Scope::Subtree(_), _) => {
            let taken = units(a);
            let tenant = world.tenant_of(a);
            let of_tenant = |u: &&Name| world.tenant_of_unit(u).map(Name::as_str) == tenant;
            let whole =
                world.units.iter().map(|u| &u.code).filter(of_tenant).all(|u| taken.contains(&u));
            let by_units = match b {
                Scope::Unit(_) | Scope::Subtree(_) => units(b).iter().all(|u| taken.contains(u)),
                _ => false,
            };
            by_units || (whole && world.tenant_of(b) == tenant)
        }
        (
            Scope::Members { group: g, tenant: Some(t) },
            Scope::Members { group: h, tenant: Some(other) },
        ) => t == other && world.group_at_or_below(t, h, g),
        (Scope::Members { group, tenant: Some(t) }, Scope::Own { tenant: Some(other) }) => {
            t == other && world.is_of(who, t, group)
        }
        (Scope::Own { tenant: t }, Scope::Own { tenant: other }) => t == other,
        _ => false,
    }
}

fn lists(restriction: &Restriction, function: &str, action: &str) -> bool {
    restriction.permissions.iter().any(|p| p.matches(function, action))
}

impl World {
    /// Whether a unit scope takes in the unit.
    pub fn in_scope(&self, unit: &str, scope: &Scope) -> bool {
        match scope {
            Scope::Unit(v) => unit == v.as_str(),
            Scope::Subtree(v) => self.at_or_below(unit, v),
            _ => false,
        }
    }

    /// The places of a person in a tenant; on the platform a person has none.
    pub fn places(&self, person: &str, tenant: Option<&str>, at: Instant) -> Vec<&Name> {
        let Some(tenant) = tenant else { return Vec::new() };
        let registration = self.registration(person, Some(tenant));
        let affiliations = self.affiliations.iter().filter(|a| {
            a.person.as_str() == person
                && within(a.from, a.until, at)
                && self.tenant_of_unit(&a.unit).is_some_and(|t| t == tenant)
        });
        let registered = registration.and_then(|r| r.unit.as_ref().or(r.tenant.as_ref()));
        registered.into_iter().chain(affiliations.map(|a| &a.unit)).collect()
    }

    /// The vision of a grant: of its unit, or the widest (R9).
    pub fn vision_of(&self, scope: &Scope) -> Option<&str> {
        match scope {
            Scope::Unit(unit) | Scope::Subtree(unit) => {
                let kind = self.unit(unit)?.kind.as_ref()?;
                self.policy.unit_kinds.get(kind)?.vision.as_deref()
            }
            _ => self.policy.visions.first().map(Name::as_str),
        }
    }

    /// Whether the unit lies in a set of the policy.
    pub fn in_set(&self, unit: &str, set: &str) -> bool {
        let Some(set) = self.policy.unit_sets.get(set) else { return false };
        let kind = self.unit(unit).and_then(|u| u.kind.as_ref());
        (set.kinds.is_empty() || kind.is_some_and(|k| set.kinds.contains(k)))
            && (set.prefixes.is_empty()
                || set.prefixes.iter().any(|p| unit.starts_with(p.as_str())))
    }
}
