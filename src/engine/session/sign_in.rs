//! Signing in: who comes by which door, with what choice, and whether it opens.

use std::fmt;

use serde::Serialize;

use super::Session;
use super::entrance::Entrance;
use crate::engine::GridFinding;
use crate::engine::check::narrowing::Narrowing;
use crate::facts::{Head, Lookup, NEVER, PLATFORM, Person, ScopeId, Snapshot, State};
use crate::model::{MAX_SESSION_ROLES, Name, Scope, mask};
use crate::store::{ChannelId, PersonId, TenantId, ids};
use crate::time::Instant;

/// Somebody who wants in, and what they choose. Who they are the host has made sure of: there are no credentials here (requirement U8).
///
/// It borrows its strings. What is not chosen narrows nothing; without a channel one comes by the policy's first.
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
    /// Who.
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

    /// By this door instead of the policy's first channel.
    pub const fn on_channel(mut self, channel: &'a str) -> SignIn<'a> {
        self.channel = Some(channel);
        self
    }

    /// In this tenant alone.
    pub const fn in_tenant(mut self, tenant: &'a str) -> SignIn<'a> {
        self.tenant = Some(tenant);
        self
    }

    /// With what is held at this vision alone.
    pub const fn in_vision(mut self, vision: &'a str) -> SignIn<'a> {
        self.vision = Some(vision);
        self
    }

    /// In this unit and below, with what is held over it; and so in its tenant.
    pub const fn in_unit(mut self, unit: &'a str) -> SignIn<'a> {
        self.unit = Some(unit);
        self
    }

    /// With these of the roles held alone, at most [`MAX_SESSION_ROLES`](crate::facts::limits::MAX_SESSION_ROLES).
    pub fn with_roles(mut self, roles: impl IntoIterator<Item = &'a str>) -> SignIn<'a> {
        self.roles.extend(roles);
        self
    }

    /// The session before, of the same person by the same door: the new one names what was lost since (requirement S11).
    /// Of anybody else, or by another door, it says nothing.
    pub const fn after(mut self, last: &'a Session) -> SignIn<'a> {
        self.last = Some(last);
        self
    }
}

/// The person masked.
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

/// Why somebody is not let in, and when they would be.
#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error)]
#[error("{reason}{}", Then(*until))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct SignInRefused {
    /// Why.
    pub reason: SignInReason,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<Instant>,
}

impl SignInRefused {
    /// The first instant at which the same choice lets the principal in, if nobody changes anything.
    /// `None` if time alone never does. Exact.
    #[must_use]
    pub const fn until(&self) -> Option<Instant> {
        self.until
    }
}

/// Why somebody is not let in: the first of these that stands against it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "refused", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SignInReason {
    /// The person is not registered: anywhere, or, where a tenant was chosen, in it or on the platform.
    UnknownPerson,
    /// The policy has no such channel.
    UnknownChannel,
    /// There is no such tenant.
    UnknownTenant,
    /// There is no such unit, or not in the tenant chosen.
    UnknownUnit,
    /// The policy has no such vision.
    UnknownVision,
    /// There is no role of one of these names, built-in or in a tenant of theirs.
    UnknownRole {
        /// Which of those named, counted from 0.
        index: usize,
    },
    /// So many roles can't be chosen: choose none for all of them.
    TooManyRoles,
    /// They are suspended, altogether or wherever they have anything (contract D2).
    Suspended,
    /// Their kind does not act on the channel (contract D13, requirement A3).
    WrongChannel {
        /// On which it does.
        channels: Vec<Name>,
    },
    /// They hold nothing in force of what was chosen.
    NothingInForce {
        /// The first of the roles chosen that they don't hold.
        #[serde(skip_serializing_if = "Option::is_none")]
        role: Option<Name>,
        /// Where they had something by this door in the session before.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        lost: Vec<Scope>,
    },
    /// It is outside the hours of every grid that binds them (requirement O5), however the policy enforces hours.
    OutOfHours {
        /// The grid that opens the door, and when on its own wall; none: it never opens, or for what no grid binds.
        #[serde(skip_serializing_if = "Option::is_none")]
        grid: Option<Box<GridFinding>>,
    },
}

impl fmt::Display for SignInReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SignInReason::UnknownPerson => f.write_str("the person is not registered there"),
            SignInReason::UnknownChannel => f.write_str("the channel is not in the policy"),
            SignInReason::UnknownTenant => f.write_str("the tenant does not exist"),
            SignInReason::UnknownUnit => f.write_str("the unit does not exist there"),
            SignInReason::UnknownVision => f.write_str("the vision is not in the policy"),
            SignInReason::UnknownRole { index } => {
                write!(f, "of the roles chosen, number {index} does not exist")
            }
            SignInReason::TooManyRoles => {
                write!(
                    f,
                    "at most {MAX_SESSION_ROLES} roles can be chosen; choose none for all of them"
                )
            }
            SignInReason::Suspended => f.write_str("the person is suspended"),
            SignInReason::WrongChannel { channels } => {
                f.write_str("the person does not come by this channel; they come by ")?;
                channels.iter().enumerate().try_for_each(|(n, name)| {
                    f.write_str(if n == 0 { "" } else { ", " })?;
                    write!(f, "`{name}`")
                })
            }
            SignInReason::NothingInForce { role: Some(role), .. } => {
                write!(f, "the role `{role}` is not held in force there")
            }
            SignInReason::NothingInForce { role: None, .. } => {
                f.write_str("nothing is held in force there")
            }
            SignInReason::OutOfHours { grid: Some(grid) } => {
                write!(f, "it is outside the person's hours: {grid}")
            }
            SignInReason::OutOfHours { grid: None } => {
                f.write_str("it is outside the person's hours")
            }
        }
    }
}

/// When it would be otherwise.
struct Then(Option<Instant>);

impl fmt::Display for Then {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Then(Some(until)) => write!(f, "; they would be let in at {until}"),
            Then(None) => Ok(()),
        }
    }
}

impl From<SignInReason> for SignInRefused {
    fn from(reason: SignInReason) -> SignInRefused {
        SignInRefused { reason, until: None }
    }
}

impl Snapshot {
    /// Lets somebody in, or says why not and when. Nothing is changed: signing in leaves no trace but what is returned.
    ///
    /// They are let in when they are not suspended, their kind comes by that channel, some grant of what they chose is in force
    /// (over the unit, where they chose one; of each role, where they chose roles), and some grid that binds them in its tenant is open, if any does: whether the policy enforces hours
    /// always or at sign-in alone (contract D10). Restrictions are left to the checks.
    ///
    /// # Errors
    /// [`SignInRefused`]: the first reason that stands against it.
    ///
    /// # Complexity
    /// O(grants × affiliations) of the person for each edge of their dated facts and hours until the outcome differs; with the units of a last
    /// session, O(those × grants) more.
    pub fn sign_in(
        &self,
        sign_in: &SignIn<'_>,
        now: impl Into<Instant>,
    ) -> Result<Session, SignInRefused> {
        let (state, now) = (&*self.0, now.into());
        let at = now.as_micros();
        let id = state.person_names.find(sign_in.person);
        let principal = id.and_then(|id| state.person(id)).filter(|person| person.is_known());
        let (id, principal) = id.zip(principal).ok_or(SignInReason::UnknownPerson)?;
        let channel =
            sign_in.channel.map_or(Some(ChannelId::FIRST), |name| state.policy.channel(name));
        let channel = channel.ok_or(SignInReason::UnknownChannel)?;
        let roles = state.roles_chosen(principal, sign_in)?;
        let chosen = state.chosen(sign_in, &roles)?;
        state.comes_by(principal, chosen.tenant, channel)?;
        let entrance = Entrance { state, principal, channel, chosen };
        // What somebody has by a door does not depend on what they choose behind it.
        let whole = Entrance {
            chosen: Narrowing { vision: None, unit: None, roles: &[], ..chosen },
            ..entrance
        };
        let places = whole.places(at);
        let lost = sign_in
            .last
            .map(|last| state.lost(last, id, channel, chosen.tenant, &places))
            .unwrap_or_default();
        let opens = entrance.opens(at);
        let until = (opens.until < NEVER).then(|| Instant::from_micros(opens.until));
        if !opens.holds {
            let reason = if entrance.holds(at) {
                SignInReason::OutOfHours {
                    grid: until.and_then(|_| entrance.opening(now, opens.until)).map(Box::new),
                }
            } else if entrance.is_sealed(at) {
                SignInReason::Suspended
            } else {
                SignInReason::NothingInForce { role: entrance.lacking(at).cloned(), lost }
            };
            return Err(SignInRefused { reason, until });
        }
        let lasts = entrance.lasts(at);
        Ok(Session {
            person: state.identifier(id),
            channel: state
                .policy
                .channels()
                .get(channel.index())
                .cloned()
                .ok_or(SignInReason::UnknownChannel)?,
            tenant: chosen.tenant.and_then(|tenant| state.tenant_name(tenant)),
            vision: chosen.vision.and_then(|vision| state.policy.vision_name(vision).cloned()),
            unit: chosen.unit.map(|unit| state.unit_names.name(unit)),
            at: now,
            until: (lasts.until < NEVER).then(|| Instant::from_micros(lasts.until)),
            units: listed(places.into_iter().map(|place| state.scope_name(place))),
            lost,
            roles,
        })
    }
}

impl State {
    /// The roles chosen, sorted, each of which there is.
    fn roles_chosen(
        &self,
        principal: Person<'_>,
        sign_in: &SignIn<'_>,
    ) -> Result<Vec<Name>, SignInReason> {
        if sign_in.roles.len() > MAX_SESSION_ROLES {
            return Err(SignInReason::TooManyRoles);
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
            roles.push(
                Name::new(role).ok().filter(known).ok_or(SignInReason::UnknownRole { index })?,
            );
        }
        roles.sort();
        roles.dedup();
        Ok(roles)
    }

    fn chosen<'n>(
        &self,
        sign_in: &SignIn<'_>,
        roles: &'n [Name],
    ) -> Result<Narrowing<'n>, SignInReason> {
        let named = sign_in
            .tenant
            .map(|name| self.tenant(name).ok_or(SignInReason::UnknownTenant))
            .transpose()?;
        let unit = sign_in
            .unit
            .map(|name| self.unit_names.find(name).ok_or(SignInReason::UnknownUnit))
            .transpose()?;
        let of_unit = unit.map(|unit| self.units.node(unit).owner);
        if of_unit.is_some_and(|owner| {
            owner == TenantId::NONE || named.is_some_and(|tenant| tenant != owner)
        }) {
            return Err(SignInReason::UnknownUnit);
        }
        let vision =
            sign_in.vision.map(|name| self.policy.vision(name).ok_or(SignInReason::UnknownVision));
        Ok(Narrowing { tenant: of_unit.or(named), vision: vision.transpose()?, unit, roles })
    }

    /// Whether somebody is registered for a tenant, not suspended there, and of a kind that comes by a channel.
    fn comes_by(
        &self,
        principal: Person<'_>,
        tenant: Option<TenantId>,
        channel: ChannelId,
    ) -> Result<(), SignInReason> {
        let counts = |of: TenantId| tenant.is_none_or(|tenant| of == tenant || of == PLATFORM);
        let kinds = || {
            let there =
                principal.registrations().iter().filter(|registered| counts(registered.tenant));
            there.map(|registered| registered.kind)
        };
        let comes = |channel: ChannelId| kinds().any(|kind| self.policy.acts_on(kind, channel));
        kinds().next().ok_or(SignInReason::UnknownPerson)?;
        let suspended =
            tenant.and_then(|tenant| principal.registration(tenant)).is_some_and(|of| of.suspended);
        if suspended || principal.index.head.has(Head::SUSPENDED) {
            return Err(SignInReason::Suspended);
        }
        if comes(channel) {
            return Ok(());
        }
        let all = self.policy.channels().iter().zip(ids(self.policy.channels().len()));
        Err(SignInReason::WrongChannel {
            channels: all.filter(|(_, of)| comes(*of)).map(|(name, _)| name.clone()).collect(),
        })
    }

    /// Of what a last session listed, what none of these places takes in.
    fn lost(
        &self,
        last: &Session,
        id: PersonId,
        channel: ChannelId,
        tenant: Option<TenantId>,
        places: &[ScopeId],
    ) -> Vec<Scope> {
        let of_another = self.person_names.find(last.person.as_str()) != Some(id);
        if of_another || self.policy.channel(&last.channel) != Some(channel) {
            return Vec::new();
        }
        let kept = |scope: ScopeId| {
            places.iter().any(|&place| match (place, scope) {
                (ScopeId::Everywhere, _) => true,
                (ScopeId::Subtree(_), ScopeId::Unit(unit) | ScopeId::Subtree(unit)) => {
                    self.covers_unit(place, unit)
                }
                _ => place == scope,
            })
        };
        let gone = last.units.iter().filter(|scope| {
            // What is named and not there was never had.
            let Ok(scope) = Lookup::of(self).scope(scope, None) else { return false };
            let elsewhere = tenant.is_some_and(|tenant| self.tenant_of(scope) != tenant);
            !elsewhere && !matches!(scope, ScopeId::Members(_) | ScopeId::Own(_)) && !kept(scope)
        });
        listed(gone.cloned())
    }
}

/// In an order that does not depend on what came first into the facts.
fn listed(scopes: impl Iterator<Item = Scope>) -> Vec<Scope> {
    let mut listed: Vec<Scope> = scopes.collect();
    listed.sort();
    listed.dedup();
    listed
}
