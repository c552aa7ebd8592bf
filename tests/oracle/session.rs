//! "Sessions": what the choices at signing in leave of a grant, and who is let in.

use alcada::{Grant, Instant, Name, Scope};

use super::decide::{Aim, aimed, basis, first_difference, granted, suspended};
use super::{Ask, Reason, World, within};

/// What somebody chose when signing in, by name; what is not chosen narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    pub person: String,
    pub channel: String,
    pub tenant: Option<String>,
    pub vision: Option<String>,
    pub unit: Option<String>,
    pub roles: Vec<String>,
}

impl Chosen {
    /// The unit with all below it in which the session is.
    fn top(&self) -> Option<&str> {
        self.unit.as_deref().or(self.tenant.as_deref())
    }

    fn tenant<'a>(&'a self, world: &'a World) -> Option<&'a str> {
        let of_unit =
            self.unit.as_deref().and_then(|unit| world.tenant_of_unit(unit)).map(Name::as_str);
        of_unit.or(self.tenant.as_deref())
    }

    fn is_known(&self, world: &World) -> bool {
        let tenant = self.tenant.as_deref();
        world.channels().contains(&self.channel.as_str())
            && tenant.is_none_or(|tenant| world.is_tenant(tenant))
            && self
                .vision
                .as_deref()
                .is_none_or(|vision| world.policy.visions.iter().any(|known| known == vision))
            && self.unit.as_deref().is_none_or(|unit| {
                world.unit(unit).is_some()
                    && tenant.is_none_or(|tenant| self.tenant(world) == Some(tenant))
            })
    }

    /// What is left of a grant: where it reaches within the session; none: nothing.
    pub fn left(&self, world: &World, grant: &Grant) -> Option<Scope> {
        if !self.roles.is_empty() && !self.roles.iter().any(|role| grant.role == *role.as_str()) {
            return None;
        }
        if self.vision.is_some() && self.vision.as_deref() != world.vision_of(&grant.scope) {
            return None;
        }
        let Some(top) = self.top() else { return Some(grant.scope.clone()) };
        let below = || Scope::Subtree(Name::new(top).unwrap());
        match &grant.scope {
            Scope::Everywhere => Some(below()),
            scope if world.tenant_of(scope) != self.tenant(world) => None,
            Scope::Unit(_) | Scope::Subtree(_)
                if self.unit.is_some() && !world.in_scope(top, &grant.scope) =>
            {
                None
            }
            Scope::Subtree(_) if self.unit.is_some() => Some(below()),
            scope => Some(scope.clone()),
        }
    }

    /// Whether the target lies where the session is, for a grant of this scope.
    pub fn takes_in(&self, world: &World, scope: &Scope, aim: Aim, at: Instant) -> bool {
        let Some(top) = self.top() else { return true };
        match aim {
            Aim::Anywhere => true,
            Aim::Everywhere => false,
            Aim::InUnit(unit) | Aim::Record { unit, .. } => world.at_or_below(unit, top),
            Aim::About { tenant, .. } if tenant != self.tenant(world) => false,
            Aim::About { .. } if matches!(scope, Scope::Members { .. } | Scope::Own { .. }) => true,
            Aim::About { person, tenant } => {
                self.unit.is_none()
                    || world
                        .places(person, tenant, at)
                        .iter()
                        .any(|place| world.at_or_below(place, top))
            }
        }
    }
}

/// The decision at an instant, within a session.
pub fn outcome_in(world: &World, chosen: &Chosen, ask: &Ask, at: Instant) -> Result<(), Reason> {
    let other_door = ask.channel.as_ref().is_some_and(|channel| *channel != chosen.channel);
    if other_door || ask.who != chosen.person || !chosen.is_known(world) {
        return Err(Reason::Session);
    }
    let aim = aimed(world, ask)?;
    suspended(world, &ask.who, aim)?;
    granted(world, ask, aim, &chosen.channel, Some(chosen), at)
}

/// The same with its end.
pub fn decide_in(
    world: &World,
    chosen: &Chosen,
    ask: &Ask,
    at: Instant,
) -> (Result<(), Reason>, Option<Instant>) {
    let outcome = |at| outcome_in(world, chosen, ask, at);
    (outcome(at), first_difference(world, &ask.who, at, &outcome))
}

/// Whether somebody is within hours in some tenant in whose grids they are enrolled.
fn enrolled(world: &World, who: &str, at: Instant) -> bool {
    let mut theirs = world.enrolments.iter().filter(|enrolment| enrolment.person.as_str() == who);
    theirs.any(|enrolment| world.is_within_hours(who, enrolment.tenant.as_deref(), at))
}

/// Whether some grant of these counts, is in force and within hours.
fn held(
    world: &World,
    chosen: &Chosen,
    which: &dyn Fn(&Grant, &Scope) -> bool,
    at: Instant,
) -> Result<(), Reason> {
    let who = chosen.person.as_str();
    let mut found = Err(Reason::NotInForce);
    for grant in world.grants.iter().filter(|grant| grant.person.as_str() == who) {
        let tenant = world.tenant_of(&grant.scope);
        let kind = world.registration(who, tenant).and_then(|r| r.kind.as_ref());
        let kind = kind.and_then(|kind| world.policy.kinds.get(kind));
        let acts = kind.is_none_or(|k| {
            k.channels.is_empty() || k.channels.iter().any(|c| *c == *chosen.channel)
        });
        let leads = match &grant.scope {
            Scope::Members { group, tenant: Some(of) } => world.leads(who, of, group),
            _ => true,
        };
        let Some(left) = chosen.left(world, grant) else { continue };
        let of = world.tenant_of(&left);
        let counts = which(grant, &left)
            && grant.channel.as_deref() == Some(chosen.channel.as_str())
            && (acts && leads && !world.is_suspended(who, None))
            && !(of.is_some() && world.is_suspended(who, of))
            && within(grant.from, grant.until, at)
            && basis(world, grant, tenant, at);
        match counts {
            true if world.is_within_hours(who, of, at) => return Ok(()),
            // What reaches everywhere reaches something while any grid is open.
            true if left == Scope::Everywhere && enrolled(world, who, at) => return Ok(()),
            true => found = Err(Reason::OutOfHours),
            false => {}
        }
    }
    found
}

/// Whether the door is open, at an instant, to somebody who is registered and whose choice is
/// known: and until when it stays so.
pub fn opens(world: &World, chosen: &Chosen, at: Instant) -> (Result<(), Reason>, Option<Instant>) {
    let mut bound = world.clone();
    bound.policy.hours.enforced = alcada::policy::Enforced::Always;
    let outcome = |at| {
        let over_unit = |left: &Scope| matches!(left, Scope::Unit(_) | Scope::Subtree(_));
        let any = held(&bound, chosen, &|_, left| chosen.unit.is_none() || over_unit(left), at);
        let each = chosen
            .roles
            .iter()
            .map(|role| held(&bound, chosen, &|grant, _| grant.role == *role.as_str(), at));
        each.fold(any, |all, one| match (all, one) {
            (Err(Reason::NotInForce), _) | (_, Err(Reason::NotInForce)) => Err(Reason::NotInForce),
            (all, one) => all.and(one),
        })
    };
    (outcome(at), first_difference(&bound, &chosen.person, at, &outcome))
}

/// Until when whoever is in can do anything.
pub fn lasts(world: &World, chosen: &Chosen, at: Instant) -> Option<Instant> {
    let outcome = |at| held(world, chosen, &|_, _| true, at);
    first_difference(world, &chosen.person, at, &outcome)
}
