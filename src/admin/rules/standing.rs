//! [`Standing`]: who issues a command and what they hold: whether the guard of a
//! command lets them (rulings R26, R27), and what they can cover (R28).

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;

use super::reach::Reach;
use super::spans::Spans;
use crate::admin::refusal::Rule;
use crate::engine::DenyReason;
use crate::facts::{Detail, Head, NEVER, PLATFORM, Person, ScopeId, State, Word};
use crate::model::Actor;
use crate::model::{CommandWord, Name, Scope};
use crate::policy::RoleRules;
use crate::store::{ChannelId, PermissionId, PersonId, RoleId, TenantId, UnitId};
use crate::time::Instant;

/// Who issues a command, seen in the state before it.
pub(in crate::admin) struct Standing<'s> {
    pub(in crate::admin) state: &'s State,
    pub(in crate::admin) at: i64,
    /// None: the host.
    user: Option<User<'s>>,
}

struct User<'s> {
    id: PersonId,
    person: Person<'s>,
    channel: ChannelId,
    /// The unit worked at, if one was named.
    unit: Option<UnitId>,
    holdings: Vec<Holding<'s>>,
}

/// One grant of the actor's, worked out.
pub(in crate::admin) struct Holding<'s> {
    word: Word,
    pub(in crate::admin) rules: &'s RoleRules,
    /// After ceilings.
    permissions: FixedBitSet,
    scope: ScopeId,
    channel: ChannelId,
    detail: Detail,
    spans: Spans,
}

impl<'s> Standing<'s> {
    /// Looks the actor up.
    pub(in crate::admin) fn open(
        state: &'s State,
        actor: &Actor,
        now: Instant,
    ) -> Result<Standing<'s>, Unknown> {
        let Some(name) = actor.id() else {
            return Ok(Standing { state, at: now.as_micros(), user: None });
        };
        let id = state.person_names.find(name).ok_or(Unknown(DenyReason::UnknownPrincipal))?;
        Standing::of(state, id, actor, now)
    }

    /// The same of an actor whose number is known.
    pub(in crate::admin) fn of(
        state: &'s State,
        id: PersonId,
        actor: &Actor,
        now: Instant,
    ) -> Result<Standing<'s>, Unknown> {
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
        let holdings = state.holdings(person, at);
        Ok(Standing { state, at, user: Some(User { id, person, channel, unit, holdings }) })
    }

    /// The same actor, working at another unit, or none, and coming by another channel.
    pub(in crate::admin) fn move_to(&mut self, unit: Option<UnitId>, channel: ChannelId) {
        if let Some(user) = &mut self.user {
            (user.unit, user.channel) = (unit, channel);
        }
    }

    /// The channels on which the actor holds anything, each once.
    pub(in crate::admin) fn channels(&self) -> BTreeSet<ChannelId> {
        self.user.iter().flat_map(|user| &user.holdings).map(|holding| holding.channel).collect()
    }

    /// None: the host.
    pub(in crate::admin) fn actor(&self) -> Option<PersonId> {
        self.user.as_ref().map(|user| user.id)
    }

    pub(in crate::admin) fn is_host(&self) -> bool {
        self.user.is_none()
    }

    /// The unit worked at, in a tenant: the one named, or the root (ruling R27).
    fn working_unit(&self, tenant: TenantId) -> Option<UnitId> {
        let named = self.user.as_ref().and_then(|user| user.unit);
        named.or_else(|| {
            self.state.tenants.get(tenant).map(|tenant| tenant.root).filter(|_| tenant != PLATFORM)
        })
    }

    /// The vision worked at.
    pub(in crate::admin) fn vision(&self, tenant: TenantId) -> u8 {
        match self.working_unit(tenant) {
            Some(unit) => self.state.policy.vision_of(self.state.unit_kind(unit)),
            None => self.state.policy.widest(),
        }
    }

    /// Whether a command may reach this far from the unit worked at (ruling R27).
    pub(in crate::admin) fn stays_below(&self, reach: Reach) -> Result<(), Rule> {
        let Some(unit) = self.user.as_ref().and_then(|user| user.unit) else { return Ok(()) };
        let state = self.state;
        let inside = match reach.unit() {
            Some(reached) => state.units.covers(unit, reached),
            None => reach.tenant(state) == state.units.node(unit).owner,
        };
        let outside = || Rule::OutsideWorkingUnit {
            unit: state.unit_names.name(unit),
            scope: reach.named(state).0,
        };
        if inside { Ok(()) } else { Err(outside()) }
    }

    /// Whether the actor has the guard's permission over all of a reach (ruling R26).
    pub(in crate::admin) fn guarded(
        &self,
        permission: PermissionId,
        reach: Reach,
    ) -> Result<(), Rule> {
        self.allowed(permission, reach).map_err(|reason| Rule::NotPermitted {
            permission: self.state.policy.permission_names().name(permission),
            scope: reach.named(self.state).0,
            reason,
        })
    }

    /// The same, with no more than the reason.
    pub(in crate::admin) fn allowed(
        &self,
        permission: PermissionId,
        reach: Reach,
    ) -> Result<(), DenyReason> {
        if !self.is_host() && !self.covers_now(permission, reach) {
            return Err(self.reason(permission, reach));
        }
        if self.is_out_of_hours(reach) { Err(DenyReason::OutOfHours) } else { Ok(()) }
    }

    /// Whether the actor is outside hours where a command reaches (contract D10): what
    /// is held is held, and can't be used now.
    fn is_out_of_hours(&self, reach: Reach) -> bool {
        let bound = self.user.as_ref().filter(|user| user.person.index.head.grids() != 0);
        bound.is_some_and(|user| {
            let within = match reach {
                Reach::Scope(ScopeId::Everywhere) => {
                    self.state.hours_everywhere(user.person, self.at)
                }
                _ => self.state.hours_in(user.person, reach.tenant(self.state), self.at),
            };
            !within.holds
        })
    }

    /// Whether the actor holds a permission over all of a reach at this instant, by
    /// the channel the command came by.
    pub(in crate::admin) fn covers_now(&self, permission: PermissionId, reach: Reach) -> bool {
        self.is_host() || self.letting(permission, reach).next().is_some()
    }

    /// The holdings by which they do; none of the host.
    pub(in crate::admin) fn letting(
        &self,
        permission: PermissionId,
        reach: Reach,
    ) -> impl Iterator<Item = &Holding<'s>> {
        self.counting(reach).filter(move |holding| {
            holding.permissions.contains(permission.index())
                && Some(holding.channel) == self.channel()
                && self.takes_in(holding, reach, permission)
                && self.uncut(holding, permission, reach).contains(self.at)
        })
    }

    /// Whether the actor holds a permission that guards a command, now or later, in some part of a tenant; none: anywhere.
    pub(in crate::admin) fn guards_in(&self, word: CommandWord, tenant: Option<TenantId>) -> bool {
        let here = |holding: &&Holding<'_>| {
            let of = self.state.tenant_of(holding.scope);
            holding.scope == ScopeId::Everywhere || tenant.is_none_or(|tenant| tenant == of)
        };
        let guards = |permission: PermissionId| {
            let mut holdings = self.user.iter().flat_map(|user| &user.holdings).filter(here);
            holdings.any(|holding| holding.permissions.contains(permission.index()))
        };
        self.state.policy.guards_of(word).any(guards)
    }

    /// The answer to somebody who holds none, which tells nothing of what there is in the tenant.
    pub(in crate::admin) fn kept_out(
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
        let reason = self.reason(permission, Reach::Scope(whole));
        Rule::NotPermitted { permission: policy.permission_names().name(permission), scope, reason }
    }

    /// Why not, as a check would say it.
    fn reason(&self, permission: PermissionId, reach: Reach) -> DenyReason {
        let Some(user) = &self.user else { return DenyReason::NotPermitted };
        if self.is_suspended(reach) {
            return DenyReason::Suspended;
        }
        let has = |holding: &&Holding<'_>| holding.permissions.contains(permission.index());
        let mut holding = user.holdings.iter().filter(has).peekable();
        if holding.peek().is_none() {
            return DenyReason::NotPermitted;
        }
        let mut here = self
            .counting(reach)
            .filter(has)
            .filter(|h| self.takes_in(h, reach, permission))
            .peekable();
        if here.peek().is_none() {
            return DenyReason::OtherScope;
        }
        let mut open = here.filter(|holding| holding.channel == user.channel).peekable();
        if open.peek().is_none() {
            return DenyReason::WrongChannel;
        }
        if open.any(|holding| holding.spans.contains(self.at)) {
            return DenyReason::Restricted;
        }
        DenyReason::NotInForce
    }

    /// Whether the actor is suspended where a command reaches: altogether, in its tenant, or
    /// for all that there is in any (contract D2, ruling R21).
    pub(in crate::admin) fn is_suspended(&self, reach: Reach) -> bool {
        self.user.as_ref().is_some_and(|user| {
            let everywhere = reach == Reach::Scope(ScopeId::Everywhere);
            let head = user.person.index.head;
            head.has(Head::SUSPENDED)
                || everywhere && head.has(Head::SUSPENDED_SOMEWHERE)
                || user
                    .person
                    .registration(reach.tenant(self.state))
                    .is_some_and(|registered| registered.suspended)
        })
    }

    /// The holdings that count where the actor works (ruling R27): those that cover the working unit. What
    /// is held over a group's people or about oneself lies in no unit, and counts in its tenant.
    pub(in crate::admin) fn counting(&self, reach: Reach) -> impl Iterator<Item = &Holding<'s>> {
        let tenant = reach.tenant(self.state);
        let working = self.working_unit(tenant);
        let sealed = self.is_suspended(reach);
        let holdings = self.user.iter().filter(move |_| !sealed).flat_map(|user| &user.holdings);
        holdings.filter(move |holding| match (holding.scope, working) {
            (ScopeId::Everywhere, _) => true,
            (ScopeId::Unit(_) | ScopeId::Subtree(_), Some(unit)) => {
                self.state.covers_unit(holding.scope, unit)
            }
            (ScopeId::Unit(_) | ScopeId::Subtree(_), None) => false,
            (ScopeId::Members(_) | ScopeId::Own(_), _) => {
                self.state.tenant_of(holding.scope) == tenant
            }
        })
    }

    /// Whether a holding takes in a reach for a permission.
    pub(in crate::admin) fn takes_in(
        &self,
        holding: &Holding<'_>,
        reach: Reach,
        permission: PermissionId,
    ) -> bool {
        let leader_only = self.state.policy.is_leader_only(permission);
        self.user.as_ref().is_some_and(|user| {
            self.state.takes_in(holding.scope, (user.id, user.person), reach, leader_only)
        })
    }

    /// Whether a holding takes in a reach for permissions that are reached by every scope.
    pub(in crate::admin) fn takes_in_plainly(&self, holding: &Holding<'_>, reach: Reach) -> bool {
        self.user.as_ref().is_some_and(|user| {
            self.state.takes_in(holding.scope, (user.id, user.person), reach, false)
        })
    }

    /// When a holding is in force for a permission over a reach: without the
    /// intervals of restrictions that could take any of it away.
    pub(in crate::admin) fn uncut(
        &self,
        holding: &Holding<'_>,
        permission: PermissionId,
        reach: Reach,
    ) -> Spans {
        let Some(user) = &self.user else { return Spans::of(self.at, NEVER) };
        let cuts =
            self.state.restrictions_on(user.person, &holding.rules.closure).filter(|restriction| {
                restriction.permissions.contains(permission.index())
                    && self.state.may_cut(restriction.scope, reach)
            });
        let cuts = Spans::union(cuts.map(|restriction| (restriction.from, restriction.until)));
        holding.spans.minus(&cuts)
    }

    /// The intervals of restrictions that could take any of what a holding has over a reach away.
    pub(in crate::admin) fn cuts(&self, holding: &Holding<'_>, reach: Reach) -> Spans {
        let restrictions = self.user.iter().flat_map(|user| {
            self.state.restrictions_on(user.person, &holding.rules.closure).filter(|restriction| {
                !restriction.permissions.is_disjoint(&holding.permissions)
                    && self.state.may_cut(restriction.scope, reach)
            })
        });
        Spans::union(restrictions.map(|restriction| (restriction.from, restriction.until)))
    }

    /// The channel the command came by; none: the host's.
    pub(in crate::admin) fn channel(&self) -> Option<ChannelId> {
        self.user.as_ref().map(|user| user.channel)
    }

    /// Whether no restriction is on the actor or on the role held.
    pub(in crate::admin) fn is_unrestricted(&self, holding: &Holding<'_>) -> bool {
        self.user.as_ref().is_none_or(|user| {
            self.state.restrictions_on(user.person, &holding.rules.closure).next().is_none()
        })
    }

    /// Whether the actor holds a role, or one that includes it, anywhere in a tenant.
    pub(in crate::admin) fn holds(&self, role: RoleId) -> bool {
        self.user
            .iter()
            .flat_map(|user| &user.holdings)
            .any(|holding| holding.rules.closure.contains(&role))
    }
}

impl Holding<'_> {
    pub(in crate::admin) fn permissions(&self) -> &FixedBitSet {
        &self.permissions
    }

    pub(in crate::admin) fn channel(&self) -> ChannelId {
        self.channel
    }

    pub(in crate::admin) fn word(&self) -> Word {
        self.word
    }

    /// What its grant's word does not say.
    pub(in crate::admin) fn detail(&self) -> Detail {
        self.detail
    }

    pub(in crate::admin) fn spans(&self) -> &Spans {
        &self.spans
    }
}

/// Something that an actor is said to be is not known.
pub(in crate::admin) struct Unknown(pub(in crate::admin) DenyReason);

impl Unknown {
    /// As a rule: which permission would be needed is not even asked.
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
    /// What somebody holds and could still hold at this instant or later; nothing where they are suspended.
    fn holdings<'s>(&'s self, person: Person<'s>, at: i64) -> Vec<Holding<'s>> {
        if person.index.head.has(Head::SUSPENDED) {
            return Vec::new();
        }
        let suspended = |tenant: TenantId| {
            person.registration(tenant).is_some_and(|registered| registered.suspended)
        };
        let mut holdings = Vec::new();
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
            let spans = self.spans(person, word, detail);
            let permissions = self.policy.cut(&rules.uncut, effective.kind, effective.vision);
            holdings.push(Holding { word, rules, permissions, scope, channel, detail, spans });
        }
        holdings
    }
}
