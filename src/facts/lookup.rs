//! [`Lookup`]: names to ids, with a fault that says what is missing. Events and commands read their
//! names here and nowhere else.

use super::person_number::number_of;
use super::state::State;
use crate::facts::error::{Cause, Fault};
use crate::facts::index::person::{Detail, EVER, NEVER};
use crate::facts::rows::{BasisId, PLATFORM, PlaceId, ScopeId};
use crate::model::{Basis, Grant, Identifier, Name, Place, Scope};
use crate::store::{ChannelId, GridId, GroupId, PersonId, RoleId, TenantId, UnitId};
use crate::time::{Instant, Interval};

/// Resolves names in a state, for callers that must say what is absent.
#[derive(Clone, Copy)]
pub(crate) struct Lookup<'s>(pub(crate) &'s State, pub(crate) Reading);

/// How the names in events are to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// People are named by number, `#17`, as the journal names them.
    pub(crate) by_number: bool,
    /// The events restore what was in force already: see
    /// [`Facts::already_in_force`](super::Facts::already_in_force).
    pub(crate) already_in_force: bool,
}

/// A grant with its names resolved.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GrantId {
    pub(crate) person: PersonId,
    pub(crate) role: RoleId,
    /// The kind of the holder in the tenant of the scope.
    pub(crate) kind: u16,
    pub(crate) scope: ScopeId,
    pub(crate) channel: ChannelId,
    pub(crate) detail: Detail,
}

impl<'s> Lookup<'s> {
    /// Reads names as people write them.
    pub(crate) fn of(state: &'s State) -> Lookup<'s> {
        Lookup(state, Reading::default())
    }

    pub(crate) fn tenant(self, name: &Name) -> Result<TenantId, Fault> {
        self.0.tenant(name).ok_or_else(|| {
            Fault::absent("tenant", name).help("a tenant is named by its root unit's code")
        })
    }

    /// The tenant with this name, or the platform if no name is given.
    pub(crate) fn tenant_or_platform(self, name: Option<&Name>) -> Result<TenantId, Fault> {
        name.map_or(Ok(PLATFORM), |name| self.tenant(name))
    }

    pub(crate) fn unit(self, name: &Name) -> Result<UnitId, Fault> {
        self.0.unit_names.find(name).ok_or_else(|| Fault::absent("unit", name))
    }

    pub(crate) fn open_unit(self, name: &Name) -> Result<UnitId, Fault> {
        let unit = self.unit(name)?;
        match self.0.unit_facts.get(unit) {
            Some(facts) if facts.closed => {
                Err(Fault::shape(format!("the unit `{name}` is closed and takes nothing new")))
            }
            _ => Ok(unit),
        }
    }

    /// The person with this identifier, registered or not.
    pub(crate) fn find(self, person: &Identifier) -> Option<PersonId> {
        if self.1.by_number {
            return number_of(person).filter(|&id| id.index() < self.0.people.len());
        }
        self.0.person_names.find(person.as_str())
    }

    pub(crate) fn person(self, person: &Identifier) -> Result<PersonId, Fault> {
        let known = self
            .find(person)
            .filter(|&id| self.0.person(id).is_some_and(|person| person.is_known()));
        known.ok_or_else(|| Fault::absent("registered person", person.masked()))
    }

    /// A person registered in a tenant.
    pub(crate) fn registered(
        self,
        person: &Identifier,
        tenant: TenantId,
    ) -> Result<PersonId, Fault> {
        let known = self.find(person);
        let here =
            known.filter(|&id| self.0.person(id).is_some_and(|p| p.registration(tenant).is_some()));
        here.ok_or_else(|| {
            let place = self
                .0
                .tenant_name(tenant)
                .map_or("on the platform".into(), |name| format!("in tenant `{name}`"));
            let fault = Fault::new(
                Cause::Absent,
                format!("`{}` is not registered {place}", person.masked()),
            );
            fault.help("register the person there first")
        })
    }

    pub(crate) fn group(self, tenant: TenantId, name: &Name) -> Result<GroupId, Fault> {
        let tenant = self.0.tenants.get(tenant);
        tenant
            .and_then(|tenant| tenant.groups.get(name).copied())
            .ok_or_else(|| Fault::absent("group", name))
    }

    /// A grid of the tenant, or of the platform.
    pub(crate) fn grid(self, tenant: TenantId, name: &Name) -> Result<GridId, Fault> {
        let tenant = self.0.tenants.get(tenant);
        tenant.and_then(|tenant| tenant.grids.get(name).copied()).ok_or_else(|| {
            let fault = Fault::absent("grid", name);
            let known = tenant.into_iter().flat_map(|tenant| tenant.grids.keys().cloned());
            match crate::policy::nearest(name, known) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault,
            }
        })
    }

    /// A built-in role, or one of the tenant.
    pub(crate) fn role(self, tenant: TenantId, name: &Name) -> Result<RoleId, Fault> {
        let own = || self.0.tenants.get(tenant)?.roles.get(name).copied();
        self.0.policy.role(name).or_else(own).ok_or_else(|| {
            let built_in = self.0.policy.roles().iter().map(|role| role.name.clone());
            let fault = Fault::absent("role", name);
            match crate::policy::nearest(name, built_in) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault,
            }
        })
    }

    /// The scope with its names resolved. For a scope that names no tenant, `person` is the one
    /// whose registration counts.
    pub(crate) fn scope(
        self,
        scope: &Scope,
        person: Option<&Identifier>,
    ) -> Result<ScopeId, Fault> {
        Ok(match scope {
            Scope::Unit(unit) => ScopeId::Unit(self.unit(unit)?),
            Scope::Subtree(unit) => ScopeId::Subtree(self.unit(unit)?),
            Scope::Members { group, tenant } => {
                let tenant = match tenant {
                    Some(name) => self.tenant(name)?,
                    None => self.only_tenant(person)?,
                };
                ScopeId::Members(self.group(tenant, group)?)
            }
            Scope::Own { tenant: Some(name) } => ScopeId::Own(self.tenant(name)?),
            Scope::Own { tenant: None } if self.1.already_in_force => ScopeId::Own(PLATFORM),
            Scope::Own { tenant: None } => ScopeId::Own(self.only_tenant(person)?),
            Scope::Everywhere => ScopeId::Everywhere,
        })
    }

    /// The only tenant in which a person is registered, or the platform if the person is registered
    /// there alone.
    fn only_tenant(self, person: Option<&Identifier>) -> Result<TenantId, Fault> {
        let Some(person) = person else {
            return Err(Fault::shape("the scope names no tenant, and a role has none of its own")
                .help("add `tenant`"));
        };
        let id = self.person(person)?;
        let registrations =
            self.0.person(id).map(|person| person.registrations()).unwrap_or_default();
        let mut tenants =
            registrations.iter().map(|r| r.tenant).filter(|&tenant| tenant != PLATFORM);
        match (tenants.next(), tenants.next()) {
            (None, _) => Ok(PLATFORM),
            (Some(tenant), None) => Ok(tenant),
            (Some(_), Some(_)) => {
                let message = format!(
                    "`{}` is registered in several tenants, and the scope names none",
                    person.masked()
                );
                Err(Fault::shape(message).help("add `tenant`"))
            }
        }
    }

    pub(crate) fn affiliation_kind(self, kind: &Name) -> Result<u16, Fault> {
        self.0.policy.affiliation(kind).ok_or_else(|| Fault::absent("kind of affiliation", kind))
    }

    pub(crate) fn grant(self, grant: &Grant) -> Result<GrantId, Fault> {
        let (from, until) = Lookup::bounds(grant.from, grant.until)?;
        let scope = self.scope(&grant.scope, Some(&grant.person))?;
        let tenant = self.0.tenant_of(scope);
        let person = self.registered(&grant.person, tenant)?;
        let role = self.role(tenant, &grant.role)?;
        let kind =
            self.0.person(person).and_then(|p| p.registration(tenant)).map_or(u16::MAX, |r| r.kind);
        let policy = &self.0.policy;
        let channel = match &grant.channel {
            None => ChannelId::FIRST,
            Some(name) => policy.channel(name).ok_or_else(|| Fault::absent("channel", name))?,
        };
        let direct = grant.basis == Basis::Direct;
        let basis = match &grant.basis {
            Basis::Standing | Basis::Direct => None,
            Basis::Affiliation { .. } if tenant == PLATFORM => {
                return Err(Fault::shape(
                    "a grant on the platform can't rest on an affiliation, which is of a tenant",
                ));
            }
            Basis::Affiliation { kind, place } => {
                let kind = self.affiliation_kind(kind)?;
                let place = match place {
                    Place::Unit(unit) => PlaceId::Unit(self.unit(unit)?),
                    Place::Subtree(unit) => PlaceId::Subtree(self.unit(unit)?),
                    Place::Set(set) => PlaceId::Set(
                        policy.unit_set(set).ok_or_else(|| Fault::absent("unit set", set))?,
                    ),
                };
                if let PlaceId::Unit(unit) | PlaceId::Subtree(unit) = place
                    && self.0.units.node(unit).owner != tenant
                {
                    return Err(Fault::shape("the basis lies in another tenant than the grant"));
                }
                Some(BasisId { kind, place })
            }
        };
        Ok(GrantId {
            person,
            role,
            kind,
            scope,
            channel,
            detail: Detail { from, until, basis, direct },
        })
    }

    /// The bounds of an interval as microseconds, with [`EVER`] and [`NEVER`] for open sides. A
    /// fault if the interval holds no instant.
    pub(crate) fn bounds(
        from: Option<Instant>,
        until: Option<Instant>,
    ) -> Result<(i64, i64), Fault> {
        Interval::new(from, until).map_err(|error| Fault::shape(error.to_string()))?;
        Ok((from.map_or(EVER, Instant::as_micros), until.map_or(NEVER, Instant::as_micros)))
    }
}
