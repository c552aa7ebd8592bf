//! [`Issuer`]: who issues a command, and what authority they have: whether a guard admits them
//! (R26, R27), and what they cover (R28).

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;

use super::area::Area;
use super::intervals::Intervals;
use crate::admin::refusal::Rule;
use crate::engine::DenyReason;
use crate::facts::{Detail, Head, NEVER, PLATFORM, Person, ScopeId, State, Word};
use crate::model::Actor;
use crate::model::{CommandWord, Name, Scope};
use crate::policy::RoleRules;
use crate::store::{ChannelId, PermissionId, PersonId, RoleId, TenantId, UnitId};
use crate::time::Instant;

/// The host, or the principal who issues a command, in the state before the command.
pub(in crate::admin) struct Issuer<'s> {
    pub(in crate::admin) state: &'s State,
    pub(in crate::admin) at: i64,
    /// `None` for the host, whom no rule about actors binds.
    principal: Option<Principal<'s>>,
}

struct Principal<'s> {
    id: PersonId,
    person: Person<'s>,
    channel: ChannelId,
    /// The unit that the actor named to work at. `None`: each tenant's root.
    unit: Option<UnitId>,
    grants: Vec<ActorGrant<'s>>,
}

/// A grant of the actor's that is not over, with what it gives.
pub(in crate::admin) struct ActorGrant<'s> {
    word: Word,
    pub(in crate::admin) rules: &'s RoleRules,
    /// The role's permissions after ceilings.
    permissions: FixedBitSet,
    scope: ScopeId,
    channel: ChannelId,
    detail: Detail,
    intervals: Intervals,
}

impl<'s> Issuer<'s> {
    /// Looks up an actor by name. Fails if the principal, the channel or the unit is unknown.
    pub(in crate::admin) fn find(
        state: &'s State,
        actor: &Actor,
        now: Instant,
    ) -> Result<Issuer<'s>, Unknown> {
        let Some(name) = actor.id() else {
            return Ok(Issuer { state, at: now.as_micros(), principal: None });
        };
        let id = state.person_names.find(name).ok_or(Unknown(DenyReason::UnknownPrincipal))?;
        Issuer::of(state, id, actor, now)
    }

    /// Looks up the channel and unit of an actor whose id is known.
    pub(in crate::admin) fn of(
        state: &'s State,
        id: PersonId,
        actor: &Actor,
        now: Instant,
    ) -> Result<Issuer<'s>, Unknown> {
        let at = now.as_micros();
        let person = state.person(id).filter(|person| person.is_known());
        let person = person.ok_or(Unknown(DenyReason::UnknownPrincipal))?;
        let channel =
            actor.channel().map_or(Some(ChannelId::FIRST), |name| state.policy.channel(name));
        let channel = channel.ok_or(Unknown(DenyReason::UnknownChannel))?;
        let unit = actor
            .unit()
            .map(|name| state.unit_names.find(name).ok_or(Unknown(DenyReason::UnknownUnit)));
        let unit = unit.transpose()?;
        let grants = state.actor_grants(person, at);
        Ok(Issuer { state, at, principal: Some(Principal { id, person, channel, unit, grants }) })
    }

    /// Moves the actor to another unit (`None`: each tenant's root) and to another channel.
    pub(in crate::admin) fn work_at(&mut self, unit: Option<UnitId>, channel: ChannelId) {
        if let Some(principal) = &mut self.principal {
            (principal.unit, principal.channel) = (unit, channel);
        }
    }

    /// The channels on which the actor holds anything.
    pub(in crate::admin) fn channels(&self) -> BTreeSet<ChannelId> {
        self.principal
            .iter()
            .flat_map(|principal| &principal.grants)
            .map(|held| held.channel)
            .collect()
    }

    /// The principal who acts. `None` for the host.
    pub(in crate::admin) fn actor(&self) -> Option<PersonId> {
        self.principal.as_ref().map(|principal| principal.id)
    }

    pub(in crate::admin) fn is_host(&self) -> bool {
        self.principal.is_none()
    }

    /// The unit that the actor works at in a tenant: the unit named, or the tenant's root (R27).
    fn working_unit(&self, tenant: TenantId) -> Option<UnitId> {
        let named = self.principal.as_ref().and_then(|principal| principal.unit);
        named.or_else(|| {
            self.state.tenants.get(tenant).map(|tenant| tenant.root).filter(|_| tenant != PLATFORM)
        })
    }

    /// The vision of the unit that the actor works at in a tenant.
    pub(in crate::admin) fn vision(&self, tenant: TenantId) -> u8 {
        match self.working_unit(tenant) {
            Some(unit) => self.state.policy.vision_of(self.state.unit_kind(unit)),
            None => self.state.policy.widest(),
        }
    }

    /// Refuses areas that lie neither at the unit worked at nor below it (R27).
    pub(in crate::admin) fn within_working_unit(&self, area: Area) -> Result<(), Rule> {
        let Some(unit) = self.principal.as_ref().and_then(|principal| principal.unit) else {
            return Ok(());
        };
        let state = self.state;
        let inside = match area.unit() {
            Some(reached) => state.units.covers(unit, reached),
            None => area.tenant(state) == state.units.node(unit).owner,
        };
        let outside = || Rule::OutsideWorkingUnit {
            unit: state.unit_names.name(unit),
            scope: area.named(state).0,
        };
        if inside { Ok(()) } else { Err(outside()) }
    }

    /// Refuses actors who do not hold the guard's permission over all of an area (R26).
    pub(in crate::admin) fn require_guard(
        &self,
        permission: PermissionId,
        area: Area,
    ) -> Result<(), Rule> {
        self.allowed(permission, area).map_err(|reason| Rule::NotPermitted {
            permission: self.state.policy.permission_names().name(permission),
            scope: area.named(self.state).0,
            reason,
        })
    }

    /// Whether the actor may use a permission over all of an area now. The error is the reason
    /// alone.
    pub(in crate::admin) fn allowed(
        &self,
        permission: PermissionId,
        area: Area,
    ) -> Result<(), DenyReason> {
        if !self.is_host() && !self.covers_now(permission, area) {
            return Err(self.reason(permission, area));
        }
        if self.is_out_of_hours(area) { Err(DenyReason::OutOfHours) } else { Ok(()) }
    }

    /// Whether the actor's access grids are closed where a command acts (D10). The actor still
    /// holds what they hold, but cannot use it now.
    fn is_out_of_hours(&self, area: Area) -> bool {
        let bound =
            self.principal.as_ref().filter(|principal| principal.person.index.head.grids() != 0);
        bound.is_some_and(|principal| {
            let within = match area {
                Area::Scope(ScopeId::Everywhere) => {
                    self.state.hours_everywhere(principal.person, self.at)
                }
                _ => self.state.hours_in(principal.person, area.tenant(self.state), self.at),
            };
            !within.holds
        })
    }

    /// Whether the actor holds a permission over all of an area at this instant, on the channel the
    /// command came by. Always true of the host.
    pub(in crate::admin) fn covers_now(&self, permission: PermissionId, area: Area) -> bool {
        self.is_host() || self.authorizing_grants(permission, area).next().is_some()
    }

    /// The actor's grants that give a permission over all of an area at this instant, on the
    /// channel the command came by. Empty for the host.
    pub(in crate::admin) fn authorizing_grants(
        &self,
        permission: PermissionId,
        area: Area,
    ) -> impl Iterator<Item = &ActorGrant<'s>> {
        self.usable_grants(area).filter(move |held| {
            held.permissions.contains(permission.index())
                && Some(held.channel) == self.channel()
                && self.takes_in(held, area, permission)
                && self.unrestricted_intervals(held, permission, area).contains(self.at)
        })
    }

    /// Whether the actor holds, now or later, a permission that guards a command, somewhere in a
    /// tenant; without a tenant, anywhere.
    pub(in crate::admin) fn holds_guard_in(
        &self,
        word: CommandWord,
        tenant: Option<TenantId>,
    ) -> bool {
        let here = |held: &&ActorGrant<'_>| {
            let of = self.state.tenant_of(held.scope);
            held.scope == ScopeId::Everywhere || tenant.is_none_or(|tenant| tenant == of)
        };
        let guards = |permission: PermissionId| {
            let mut grants =
                self.principal.iter().flat_map(|principal| &principal.grants).filter(here);
            grants.any(|held| held.permissions.contains(permission.index()))
        };
        self.state.policy.guards_of(word).any(guards)
    }

    /// The refusal for an actor who holds no permission that guards the command in the tenant. It
    /// depends on the actor alone and tells nothing of what exists there.
    pub(in crate::admin) fn refusal_to_outsider(
        &self,
        word: CommandWord,
        kind: Option<u16>,
        tenant: Option<TenantId>,
        scope: Scope,
    ) -> Rule {
        let policy = &self.state.policy;
        let Some(permission) = policy.guard(word, kind).or_else(|| policy.guards_of(word).next())
        else {
            return Rule::Unguarded;
        };
        let root =
            tenant.filter(|&tenant| tenant != PLATFORM).and_then(|id| self.state.tenants.get(id));
        let whole = root.map_or(ScopeId::Everywhere, |tenant| ScopeId::Subtree(tenant.root));
        let reason = self.reason(permission, Area::Scope(whole));
        Rule::NotPermitted { permission: policy.permission_names().name(permission), scope, reason }
    }

    /// The reason that a check of the permission over the area would give.
    fn reason(&self, permission: PermissionId, area: Area) -> DenyReason {
        let Some(principal) = &self.principal else { return DenyReason::NotPermitted };
        if self.is_suspended(area) {
            return DenyReason::Suspended;
        }
        let has = |held: &&ActorGrant<'_>| held.permissions.contains(permission.index());
        let mut held = principal.grants.iter().filter(has).peekable();
        if held.peek().is_none() {
            return DenyReason::NotPermitted;
        }
        let mut here = self
            .usable_grants(area)
            .filter(has)
            .filter(|h| self.takes_in(h, area, permission))
            .peekable();
        if here.peek().is_none() {
            return DenyReason::OtherScope;
        }
        let mut open = here.filter(|held| held.channel == principal.channel).peekable();
        if open.peek().is_none() {
            return DenyReason::WrongChannel;
        }
        if open.any(|held| held.intervals.contains(self.at)) {
            return DenyReason::Restricted;
        }
        DenyReason::NotInForce
    }

    /// Whether the actor is suspended where a command acts: altogether, or in its tenant. A
    /// suspension in any tenant counts for areas that are everywhere (D2, R21).
    pub(in crate::admin) fn is_suspended(&self, area: Area) -> bool {
        self.principal.as_ref().is_some_and(|principal| {
            let everywhere = area == Area::Scope(ScopeId::Everywhere);
            let head = principal.person.index.head;
            head.has(Head::SUSPENDED)
                || everywhere && head.has(Head::SUSPENDED_SOMEWHERE)
                || principal
                    .person
                    .registration(area.tenant(self.state))
                    .is_some_and(|registered| registered.suspended)
        })
    }

    /// The actor's grants that count where the actor works (R27): those whose scope covers the
    /// working unit. Grants over a group's people or about oneself lie in no unit and count in
    /// their tenant. Empty if the actor is suspended there.
    pub(in crate::admin) fn usable_grants(
        &self,
        area: Area,
    ) -> impl Iterator<Item = &ActorGrant<'s>> {
        let tenant = area.tenant(self.state);
        let working = self.working_unit(tenant);
        let suspended = self.is_suspended(area);
        let grants = self
            .principal
            .iter()
            .filter(move |_| !suspended)
            .flat_map(|principal| &principal.grants);
        grants.filter(move |held| match (held.scope, working) {
            (ScopeId::Everywhere, _) => true,
            (ScopeId::Unit(_) | ScopeId::Subtree(_), Some(unit)) => {
                self.state.covers_unit(held.scope, unit)
            }
            (ScopeId::Unit(_) | ScopeId::Subtree(_), None) => false,
            (ScopeId::Members(_) | ScopeId::Own(_), _) => {
                self.state.tenant_of(held.scope) == tenant
            }
        })
    }

    /// Whether a grant of the actor's covers an area for a permission.
    pub(in crate::admin) fn takes_in(
        &self,
        held: &ActorGrant<'_>,
        area: Area,
        permission: PermissionId,
    ) -> bool {
        let leader_only = self.state.policy.is_leader_only(permission);
        self.principal.as_ref().is_some_and(|principal| {
            self.state.takes_in(held.scope, (principal.id, principal.person), area, leader_only)
        })
    }

    /// Whether a grant of the actor's covers an area for permissions that are not for leaders
    /// alone.
    pub(in crate::admin) fn takes_in_ordinary(&self, held: &ActorGrant<'_>, area: Area) -> bool {
        self.principal.as_ref().is_some_and(|principal| {
            self.state.takes_in(held.scope, (principal.id, principal.person), area, false)
        })
    }

    /// When a grant gives a permission over an area: its intervals in force, without those of
    /// restrictions that could take any part away.
    pub(in crate::admin) fn unrestricted_intervals(
        &self,
        held: &ActorGrant<'_>,
        permission: PermissionId,
        area: Area,
    ) -> Intervals {
        let Some(principal) = &self.principal else { return Intervals::of(self.at, NEVER) };
        let cuts = self.state.restrictions_on(principal.person, &held.rules.closure).filter(
            |restriction| {
                restriction.permissions.contains(permission.index())
                    && self.state.may_restrict(restriction.scope, area)
            },
        );
        let cuts = Intervals::union(cuts.map(|restriction| (restriction.from, restriction.until)));
        held.intervals.minus(&cuts)
    }

    /// The intervals of restrictions that could take away any part of what a grant gives over an
    /// area.
    pub(in crate::admin) fn restricted_intervals(
        &self,
        held: &ActorGrant<'_>,
        area: Area,
    ) -> Intervals {
        let restrictions = self.principal.iter().flat_map(|principal| {
            self.state.restrictions_on(principal.person, &held.rules.closure).filter(
                |restriction| {
                    !restriction.permissions.is_disjoint(&held.permissions)
                        && self.state.may_restrict(restriction.scope, area)
                },
            )
        });
        Intervals::union(restrictions.map(|restriction| (restriction.from, restriction.until)))
    }

    /// The channel the command came by. `None` for the host.
    pub(in crate::admin) fn channel(&self) -> Option<ChannelId> {
        self.principal.as_ref().map(|principal| principal.channel)
    }

    /// Whether no restriction is on the actor, on the grant's role, or on a role it includes.
    pub(in crate::admin) fn is_unrestricted(&self, held: &ActorGrant<'_>) -> bool {
        self.principal.as_ref().is_none_or(|principal| {
            self.state.restrictions_on(principal.person, &held.rules.closure).next().is_none()
        })
    }

    /// Whether the actor holds a role, or one that includes it, in any tenant.
    pub(in crate::admin) fn holds_role(&self, role: RoleId) -> bool {
        self.principal
            .iter()
            .flat_map(|principal| &principal.grants)
            .any(|held| held.rules.closure.contains(&role))
    }
}

impl ActorGrant<'_> {
    pub(in crate::admin) fn permissions(&self) -> &FixedBitSet {
        &self.permissions
    }

    pub(in crate::admin) fn channel(&self) -> ChannelId {
        self.channel
    }

    pub(in crate::admin) fn word(&self) -> Word {
        self.word
    }

    /// The grant's basis and interval.
    pub(in crate::admin) fn detail(&self) -> Detail {
        self.detail
    }

    pub(in crate::admin) fn intervals(&self) -> &Intervals {
        &self.intervals
    }
}

/// Why an actor is not known: the principal, the channel or the unit does not exist.
pub(in crate::admin) struct Unknown(pub(in crate::admin) DenyReason);

impl Unknown {
    /// The rule for an unknown actor: `Unguarded` if the policy has no guard for the command,
    /// `NotPermitted` otherwise.
    pub(in crate::admin) fn rule(
        self,
        permission: Option<Name>,
        scope: crate::model::Scope,
    ) -> Rule {
        match permission {
            Some(permission) => Rule::NotPermitted { permission, scope, reason: self.0 },
            None => Rule::Unguarded,
        }
    }
}

impl State {
    /// The grants that a person holds at `at` or may hold later. Empty if the person is suspended
    /// altogether.
    fn actor_grants<'s>(&'s self, person: Person<'s>, at: i64) -> Vec<ActorGrant<'s>> {
        if person.index.head.has(Head::SUSPENDED) {
            return Vec::new();
        }
        let suspended = |tenant: TenantId| {
            person.registration(tenant).is_some_and(|registered| registered.suspended)
        };
        let mut grants = Vec::new();
        for (word, detail) in person.grants() {
            let scope = word.scope();
            let Some(effective) = self.rights.effective(word.role()) else { continue };
            let Some(rules) = self.role(effective.role) else { continue };
            let channel = word.channel();
            if detail.until <= at
                || suspended(self.tenant_of(scope))
                || !self.policy.acts_on(effective.kind, channel)
                || matches!(scope, ScopeId::Members(group) if !self.leads(person, group))
            {
                continue;
            }
            let intervals = self.grant_intervals(person, word, detail);
            let permissions = self.policy.cut(&rules.uncut, effective.kind, effective.vision);
            grants.push(ActorGrant { word, rules, permissions, scope, channel, detail, intervals });
        }
        grants
    }
}
