//! Signing in: who wants in on which channel, with what choice, and whether they are let in.

use std::fmt;

use serde::Serialize;

use super::Session;
use super::admission::Admission;
use crate::engine::GridFinding;
use crate::engine::check::narrowing::Narrowing;
use crate::facts::{Head, Lookup, NEVER, PLATFORM, Person, ScopeId, Snapshot, State};
use crate::model::{MAX_SESSION_ROLES, Name, Scope, mask};
use crate::store::{ChannelId, PersonId, TenantId, ids};
use crate::time::Instant;

/// A principal who wants to sign in, and what they choose.
///
/// The host has made sure of who they are: there are no credentials here ([contract
/// U8](crate::docs::contract#u8)). What is not chosen narrows nothing; without a channel, the first
/// of the policy counts. A `SignIn` borrows its strings.
#[derive(Clone)]
#[must_use = "it signs in when it is given to `sign_in`"]
pub struct SignIn<'a> {
    person: &'a str,
    channel: Option<&'a str>,
    tenant: Option<&'a str>,
    vision: Option<&'a str>,
    unit: Option<&'a str>,
    roles: Vec<&'a str>,
    last: Option<&'a Session>,
}

impl<'a> SignIn<'a> {
    /// Begins the sign-in of a principal.
    pub const fn of(person: &'a str) -> SignIn<'a> {
        SignIn {
            person,
            channel: None,
            tenant: None,
            vision: None,
            unit: None,
            roles: Vec::new(),
            last: None,
        }
    }

    /// On this channel instead of the policy's first.
    pub const fn on_channel(mut self, channel: &'a str) -> SignIn<'a> {
        self.channel = Some(channel);
        self
    }

    /// Narrows the session to this tenant.
    pub const fn in_tenant(mut self, tenant: &'a str) -> SignIn<'a> {
        self.tenant = Some(tenant);
        self
    }

    /// Narrows the session to grants of this vision.
    pub const fn in_vision(mut self, vision: &'a str) -> SignIn<'a> {
        self.vision = Some(vision);
        self
    }

    /// Narrows the session to this unit and those below it, by grants that cover the unit; and so
    /// to the unit's tenant.
    pub const fn in_unit(mut self, unit: &'a str) -> SignIn<'a> {
        self.unit = Some(unit);
        self
    }

    /// Narrows the session to grants of these roles, at most
    /// [`MAX_SESSION_ROLES`](crate::facts::limits::MAX_SESSION_ROLES).
    pub fn with_roles(mut self, roles: impl IntoIterator<Item = &'a str>) -> SignIn<'a> {
        self.roles.extend(roles);
        self
    }

    /// The principal's last session on this channel: the new one lists the scopes lost since
    /// ([contract S11](crate::docs::contract#s11)). A session of another principal or channel is
    /// ignored.
    pub const fn after(mut self, last: &'a Session) -> SignIn<'a> {
        self.last = Some(last);
        self
    }
}

/// The principal is masked, since this is what ends in logs.
impl fmt::Debug for SignIn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SignIn { person, channel, tenant, vision, unit, roles, .. } = self;
        f.debug_struct("SignIn")
            .field("person", &format_args!("`{}`", mask(person)))
            .field("channel", channel)
            .field("tenant", tenant)
            .field("vision", vision)
            .field("unit", unit)
            .field("roles", roles)
            .finish_non_exhaustive()
    }
}

/// Why a principal is not let in, and when they would be.
#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error)]
#[error("{reason}{}", Then(*until))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Refused {
    /// Why the principal is not let in.
    pub reason: Reason,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<Instant>,
}

impl Refused {
    /// The first instant at which this choice lets the principal in, if nobody changes anything.
    /// `None` if time alone never does. It is exact.
    #[must_use]
    pub const fn until(&self) -> Option<Instant> {
        self.until
    }
}

/// Why a principal is not let in: the first of these reasons that applies, in this order.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "refused", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// The principal is not registered anywhere; or, where a tenant was chosen, neither in it nor
    /// on the platform.
    UnknownPerson,
    /// The policy has no such channel.
    UnknownChannel,
    /// There is no such tenant.
    UnknownTenant,
    /// There is no such unit, or it is not in the tenant chosen.
    UnknownUnit,
    /// The policy has no such vision.
    UnknownVision,
    /// A role chosen does not exist: neither built-in nor in a tenant of the principal's.
    UnknownRole {
        /// Which of the roles chosen, counted from 0.
        index: usize,
    },
    /// More roles were chosen than can be. A session without a choice of roles has all of them.
    TooManyRoles,
    /// The principal is suspended, altogether or wherever they have anything
    /// ([contract D2](crate::docs::contract#d2)).
    Suspended,
    /// The principal's kind does not act on the channel
    /// ([contract D13](crate::docs::contract#d13)).
    WrongChannel {
        /// The channels on which the kind acts.
        channels: Vec<Name>,
    },
    /// No grant in force gives the principal what they chose.
    NothingInForce {
        /// The first of the roles chosen of which no grant is in force.
        #[serde(skip_serializing_if = "Option::is_none")]
        role: Option<Name>,
        /// The scopes that the session before listed, and that no grant covers any longer.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        lost: Vec<Scope>,
    },
    /// The instant lies outside the hours of every grid that binds the principal, whether the
    /// policy enforces hours always or at sign-in alone ([contract
    /// D10](crate::docs::contract#d10)).
    OutOfHours {
        /// The grid that will let the principal in, and when by its local time. `None` if none ever
        /// does, or if the principal is let in by a grant that no grid binds.
        #[serde(skip_serializing_if = "Option::is_none")]
        grid: Option<Box<GridFinding>>,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::UnknownPerson => f.write_str("the person is not registered there"),
            Reason::UnknownChannel => f.write_str("the channel is not in the policy"),
            Reason::UnknownTenant => f.write_str("the tenant does not exist"),
            Reason::UnknownUnit => f.write_str("the unit does not exist there"),
            Reason::UnknownVision => f.write_str("the vision is not in the policy"),
            Reason::UnknownRole { index } => {
                write!(f, "of the roles chosen, number {index} does not exist")
            }
            Reason::TooManyRoles => {
                write!(
                    f,
                    "at most {MAX_SESSION_ROLES} roles can be chosen; choose none for all of them"
                )
            }
            Reason::Suspended => f.write_str("the person is suspended"),
            Reason::WrongChannel { channels } => {
                f.write_str("the person does not come by this channel; they come by ")?;
                channels.iter().enumerate().try_for_each(|(n, name)| {
                    f.write_str(if n == 0 { "" } else { ", " })?;
                    write!(f, "`{name}`")
                })
            }
            Reason::NothingInForce { role: Some(role), .. } => {
                write!(f, "the role `{role}` is not held in force there")
            }
            Reason::NothingInForce { role: None, .. } => {
                f.write_str("nothing is held in force there")
            }
            Reason::OutOfHours { grid: Some(grid) } => {
                write!(f, "it is outside the person's hours: {grid}")
            }
            Reason::OutOfHours { grid: None } => f.write_str("it is outside the person's hours"),
        }
    }
}

/// Displays when the principal would be let in.
struct Then(Option<Instant>);

impl fmt::Display for Then {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Then(Some(until)) => write!(f, "; they would be let in at {until}"),
            Then(None) => Ok(()),
        }
    }
}

impl From<Reason> for Refused {
    fn from(reason: Reason) -> Refused {
        Refused { reason, until: None }
    }
}

impl Snapshot {
    /// Lets a principal in, or says why not and when. Nothing is changed and nothing is stored: the
    /// session is what is returned.
    ///
    /// A principal is let in if they are not suspended, if their kind acts on the channel, if some
    /// grant within their choice is in force (over the unit chosen, and one of each role chosen),
    /// and if some grid that binds them in the grant's tenant is open, where any binds. Hours count
    /// whether the policy enforces them always or at sign-in alone ([contract
    /// D10](crate::docs::contract#d10)). Restrictions are left to the checks.
    ///
    /// # Errors
    /// [`Refused`]: the first reason that applies.
    ///
    /// # Complexity
    /// O(grants × affiliations) of the principal for each edge of their dated facts and hours until
    /// the outcome differs; with the units of a last session, O(those × grants) more.
    pub fn sign_in(
        &self,
        sign_in: &SignIn<'_>,
        now: impl Into<Instant>,
    ) -> Result<Session, Refused> {
        let (state, now) = (&*self.0, now.into());
        let at = now.as_micros();
        let id = state.person_names.find(sign_in.person);
        let principal = id.and_then(|id| state.person(id)).filter(|person| person.is_known());
        let (id, principal) = id.zip(principal).ok_or(Reason::UnknownPerson)?;
        let channel =
            sign_in.channel.map_or(Some(ChannelId::FIRST), |name| state.policy.channel(name));
        let channel = channel.ok_or(Reason::UnknownChannel)?;
        let roles = state.roles_chosen(principal, sign_in)?;
        let chosen = state.chosen(sign_in, &roles)?;
        state.admits_kind(principal, chosen.tenant, channel)?;
        let admission = Admission { state, principal, channel, chosen };
        // The scopes listed do not depend on the vision, the unit and the roles chosen.
        let whole = Admission {
            chosen: Narrowing { vision: None, unit: None, roles: &[], ..chosen },
            ..admission
        };
        let scopes = whole.scopes_in_force(at);
        let lost = sign_in
            .last
            .map(|last| state.lost(last, id, channel, chosen.tenant, &scopes))
            .unwrap_or_default();
        let open = admission.is_open(at);
        let until = (open.until < NEVER).then(|| Instant::from_micros(open.until));
        if !open.holds {
            let reason = if admission.has_choice(at) {
                Reason::OutOfHours {
                    grid: until.and_then(|_| admission.awaited_grid(now, open.until)).map(Box::new),
                }
            } else if admission.is_held_back_by_suspension(at) {
                Reason::Suspended
            } else {
                Reason::NothingInForce { role: admission.missing_role(at).cloned(), lost }
            };
            return Err(Refused { reason, until });
        }
        let lasts = admission.is_of_use(at);
        Ok(Session {
            person: state.identifier(id),
            channel: state
                .policy
                .channels()
                .get(channel.index())
                .cloned()
                .ok_or(Reason::UnknownChannel)?,
            tenant: chosen.tenant.and_then(|tenant| state.tenant_name(tenant)),
            vision: chosen.vision.and_then(|vision| state.policy.vision_name(vision).cloned()),
            unit: chosen.unit.map(|unit| state.unit_names.name(unit)),
            at: now,
            until: (lasts.until < NEVER).then(|| Instant::from_micros(lasts.until)),
            units: listed(scopes.into_iter().map(|scope| state.scope_name(scope))),
            lost,
            roles,
        })
    }
}

impl State {
    /// The roles chosen, sorted.
    ///
    /// # Errors
    /// The first role that does not exist, or that there are too many.
    fn roles_chosen(
        &self,
        principal: Person<'_>,
        sign_in: &SignIn<'_>,
    ) -> Result<Vec<Name>, Reason> {
        if sign_in.roles.len() > MAX_SESSION_ROLES {
            return Err(Reason::TooManyRoles);
        }
        let mut roles = Vec::with_capacity(sign_in.roles.len());
        for (index, role) in sign_in.roles.iter().enumerate() {
            let known = |name: &Name| {
                let mut tenants =
                    principal.registrations().iter().map(|registered| registered.tenant);
                let own = |tenant: TenantId| {
                    self.tenants.get(tenant).is_some_and(|facts| facts.roles.contains_key(name))
                };
                self.policy.role(name).is_some() || tenants.any(own)
            };
            roles.push(Name::new(role).ok().filter(known).ok_or(Reason::UnknownRole { index })?);
        }
        roles.sort();
        roles.dedup();
        Ok(roles)
    }

    /// What was chosen, with its names resolved.
    ///
    /// # Errors
    /// The first name that is unknown.
    fn chosen<'n>(&self, sign_in: &SignIn<'_>, roles: &'n [Name]) -> Result<Narrowing<'n>, Reason> {
        let named = sign_in
            .tenant
            .map(|name| self.tenant(name).ok_or(Reason::UnknownTenant))
            .transpose()?;
        let unit = sign_in
            .unit
            .map(|name| self.unit_names.find(name).ok_or(Reason::UnknownUnit))
            .transpose()?;
        let of_unit = unit.map(|unit| self.units.node(unit).owner);
        if of_unit.is_some_and(|owner| {
            owner == TenantId::NONE || named.is_some_and(|tenant| tenant != owner)
        }) {
            return Err(Reason::UnknownUnit);
        }
        let vision =
            sign_in.vision.map(|name| self.policy.vision(name).ok_or(Reason::UnknownVision));
        Ok(Narrowing { tenant: of_unit.or(named), vision: vision.transpose()?, unit, roles })
    }

    /// Accepts a principal who is registered for the tenant, not suspended there, and of a kind
    /// that acts on the channel.
    ///
    /// # Errors
    /// The first of these that is not so.
    fn admits_kind(
        &self,
        principal: Person<'_>,
        tenant: Option<TenantId>,
        channel: ChannelId,
    ) -> Result<(), Reason> {
        let counts = |of: TenantId| tenant.is_none_or(|tenant| of == tenant || of == PLATFORM);
        let kinds = || {
            let there =
                principal.registrations().iter().filter(|registered| counts(registered.tenant));
            there.map(|registered| registered.kind)
        };
        let comes = |channel: ChannelId| kinds().any(|kind| self.policy.acts_on(kind, channel));
        kinds().next().ok_or(Reason::UnknownPerson)?;
        let suspended =
            tenant.and_then(|tenant| principal.registration(tenant)).is_some_and(|of| of.suspended);
        if suspended || principal.index.head.has(Head::SUSPENDED) {
            return Err(Reason::Suspended);
        }
        if comes(channel) {
            return Ok(());
        }
        let all = self.policy.channels().iter().zip(ids(self.policy.channels().len()));
        Err(Reason::WrongChannel {
            channels: all.filter(|(_, of)| comes(*of)).map(|(name, _)| name.clone()).collect(),
        })
    }

    /// The scopes that the last session listed and that none of `scopes` takes in. Empty if it was
    /// a session of another principal or channel.
    fn lost(
        &self,
        last: &Session,
        id: PersonId,
        channel: ChannelId,
        tenant: Option<TenantId>,
        scopes: &[ScopeId],
    ) -> Vec<Scope> {
        let of_another = self.person_names.find(last.person.as_str()) != Some(id);
        if of_another || self.policy.channel(&last.channel) != Some(channel) {
            return Vec::new();
        }
        let kept = |scope: ScopeId| {
            scopes.iter().any(|&now| match (now, scope) {
                (ScopeId::Everywhere, _) => true,
                (ScopeId::Subtree(_), ScopeId::Unit(unit) | ScopeId::Subtree(unit)) => {
                    self.covers_unit(now, unit)
                }
                _ => now == scope,
            })
        };
        let gone = last.units.iter().filter(|scope| {
            // The session came from outside: a scope that does not exist was never had.
            let Ok(scope) = Lookup::of(self).scope(scope, None) else { return false };
            let elsewhere = tenant.is_some_and(|tenant| self.tenant_of(scope) != tenant);
            !elsewhere && !matches!(scope, ScopeId::Members(_) | ScopeId::Own(_)) && !kept(scope)
        });
        listed(gone.cloned())
    }
}

/// Sorted by name, each once: by id, the order would depend on what was recorded first.
fn listed(scopes: impl Iterator<Item = Scope>) -> Vec<Scope> {
    let mut listed: Vec<Scope> = scopes.collect();
    listed.sort();
    listed.dedup();
    listed
}
