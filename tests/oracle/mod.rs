//! The naive oracle: `src/docs/semantics.md` in code, table by table, over plain
//! lists and linear scans. It knows the words (`model`), the policy document and
//! time, and nothing of the engine that it judges. Where the two differ, one of
//! them is wrong, and the page says which.

mod decide;
mod fold;
mod grids;
pub mod hours;
mod questions;
mod rebuild;
mod session;

pub use decide::{Aim, coverage, covers, decide, has, outcome, reaches, restricts};
pub use fold::{Refused, apply};
pub use questions::{Open, answers, answers_between, sufficient};
pub use session::{Chosen, decide_in, lasts, opens};

use alcada::{
    Grant, Identifier, Instant, Name, Registration, Scope, Unit,
    facts::{Affiliation, CustomRole, Enrolment, Group, Restriction, RoleRequest, SeatContract},
    hours::Grid,
    policy::{self, Role},
    review::Campaign,
};

/// All the facts, each in a list of its own.
///
/// Grants and restrictions are kept resolved: a grant's channel is named, and a
/// scope's tenant too, so that `Own` without a tenant means the platform's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    pub policy: policy::Document,
    pub units: Vec<Unit>,
    pub closed: Vec<Name>,
    pub registrations: Vec<Registration>,
    /// Whoever was registered once and is no longer, and not erased.
    pub left: Vec<Identifier>,
    pub suspended: Vec<(Identifier, Option<Name>)>,
    pub affiliations: Vec<Affiliation>,
    pub groups: Vec<Group>,
    pub grids: Vec<Grid>,
    pub enrolments: Vec<Enrolment>,
    pub roles: Vec<CustomRole>,
    pub grants: Vec<Grant>,
    pub restrictions: Vec<Restriction>,
    pub seats: Vec<SeatContract>,
    pub requests: Vec<RoleRequest>,
    /// The open campaigns; their grants are named as documents of facts name them.
    pub campaigns: Vec<Campaign>,
}

/// A request: who asks to do what, where, and by which channel (none: the first).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    pub who: String,
    pub permission: String,
    pub channel: Option<String>,
    pub target: Target,
}

/// What a request is about, as named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    InUnit(String),
    About { person: String, tenant: Option<String> },
    Record { unit: String, person: String },
    Anywhere,
    Everywhere,
}

/// Why not. From `NotPermitted` on in the order of a grant's stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    UnknownPermission,
    UnknownPrincipal,
    UnknownChannel,
    UnknownUnit,
    UnknownTenant,
    UnknownPerson,
    AmbiguousPerson,
    Suspended,
    Restricted,
    OutOfHours,
    NotPermitted,
    Ceiling,
    OtherScope,
    WrongChannel,
    NotInForce,
    Session,
    RoleRestricted,
}

pub fn within(from: Option<Instant>, until: Option<Instant>, at: Instant) -> bool {
    from.is_none_or(|from| from <= at) && until.is_none_or(|until| at < until)
}

impl World {
    pub fn new(policy: policy::Document) -> World {
        World { policy, ..World::default() }
    }

    /// The policy's channels; one, `standard`, when it lists none.
    pub fn channels(&self) -> Vec<&str> {
        match self.policy.channels.as_slice() {
            [] => vec!["standard"],
            listed => listed.iter().map(Name::as_str).collect(),
        }
    }

    pub fn in_catalogue(&self, function: &str, action: &str) -> bool {
        self.policy
            .functions
            .iter()
            .any(|(name, f)| name == function && f.actions.iter().any(|a| a == action))
    }

    /// Every `(function, action)` of the catalogue.
    pub fn catalogue(&self) -> Vec<(&str, &str)> {
        let functions = self.policy.functions.iter();
        functions
            .flat_map(|(name, f)| f.actions.iter().map(move |a| (name.as_str(), a.as_str())))
            .collect()
    }

    pub fn unit(&self, code: &str) -> Option<&Unit> {
        self.units.iter().find(|u| u.code == *code)
    }

    /// The root above a unit: its tenant.
    pub fn tenant_of_unit(&self, code: &str) -> Option<&Name> {
        let unit = self.unit(code)?;
        match &unit.parent {
            None => Some(&unit.code),
            Some(parent) => self.tenant_of_unit(parent),
        }
    }

    pub fn is_tenant(&self, code: &str) -> bool {
        self.unit(code).is_some_and(|u| u.parent.is_none())
    }

    /// Whether the unit is that one or lies below it.
    pub fn at_or_below(&self, code: &str, above: &str) -> bool {
        code == above
            || self
                .unit(code)
                .and_then(|u| u.parent.as_ref())
                .is_some_and(|p| self.at_or_below(p, above))
    }

    pub fn registration(&self, person: &str, tenant: Option<&str>) -> Option<&Registration> {
        self.registrations
            .iter()
            .find(|r| r.person.as_str() == person && r.tenant.as_deref() == tenant)
    }

    pub fn is_known(&self, person: &str) -> bool {
        self.registrations.iter().any(|r| r.person.as_str() == person)
    }

    pub fn is_suspended(&self, person: &str, tenant: Option<&str>) -> bool {
        self.suspended.iter().any(|(p, t)| p.as_str() == person && t.as_deref() == tenant)
    }

    pub fn group(&self, tenant: &str, name: &str) -> Option<&Group> {
        self.groups.iter().find(|g| g.tenant == *tenant && g.name == *name)
    }

    /// Whether the group is that one or lies below it.
    pub fn group_at_or_below(&self, tenant: &str, name: &str, above: &str) -> bool {
        let parent = || self.group(tenant, name).and_then(|g| g.parent.as_ref());
        name == above || parent().is_some_and(|p| self.group_at_or_below(tenant, p, above))
    }

    /// Whether the person leads the group or one above it.
    pub fn leads(&self, person: &str, tenant: &str, name: &str) -> bool {
        self.groups.iter().filter(|g| g.tenant == *tenant).any(|g| {
            g.leader.as_ref().is_some_and(|l| l.as_str() == person)
                && self.group_at_or_below(tenant, name, &g.name)
        })
    }

    /// Whether the person is of the group's people.
    pub fn is_of(&self, person: &str, tenant: &str, name: &str) -> bool {
        self.groups.iter().filter(|g| g.tenant == *tenant).any(|g| {
            g.leader.iter().chain(&g.members).any(|p| p.as_str() == person)
                && self.group_at_or_below(tenant, &g.name, name)
        })
    }

    /// A role by its name in a tenant: a built-in one, or one of the tenant's own.
    pub fn role(&self, tenant: Option<&str>, name: &str) -> Option<&Role> {
        let own = || {
            self.roles
                .iter()
                .find(|r| Some(r.tenant.as_str()) == tenant && r.name == *name)
                .map(|r| &r.role)
        };
        self.policy.roles.get(name).or_else(own)
    }

    /// The tenant that a resolved scope belongs to; none: the platform.
    pub fn tenant_of<'a>(&'a self, scope: &'a Scope) -> Option<&'a str> {
        match scope {
            Scope::Unit(unit) | Scope::Subtree(unit) => self.tenant_of_unit(unit).map(Name::as_str),
            Scope::Members { tenant, .. } | Scope::Own { tenant } => tenant.as_deref(),
            Scope::Everywhere => None,
        }
    }

    /// Every instant at which something dated begins or ends, in order.
    pub fn boundaries(&self) -> Vec<Instant> {
        let grants = self.grants.iter().flat_map(|g| [g.from, g.until]);
        let affiliations = self.affiliations.iter().flat_map(|a| [a.from, a.until]);
        let restrictions = self.restrictions.iter().flat_map(|r| [r.from, r.until]);
        let mut all: Vec<Instant> =
            grants.chain(affiliations).chain(restrictions).flatten().collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
