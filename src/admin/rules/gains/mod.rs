//! [`Gain`]: the power that a command's events open, on every path to it: what
//! somebody could do after them and not before (contract X2, rulings R28–R30).
//!
//! A gain never says less than was opened. Where telling it exactly would take a
//! search, it says more: then the actor must cover more.

mod groups;

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;

use super::reach::Reach;
use super::spans::Spans;
use crate::facts::{
    BasisId, Detail, Event, GrantId, Head, Lookup, NEVER, PLATFORM, Person, PlaceId,
    RestrictionFacts, ScopeId, State, SubjectId, Word,
};
use crate::model::CustomRole;
use crate::store::{
    ChannelId, EffectiveRoleId, GroupId, PermissionId, PersonId, RoleId, TenantId, UnitId, ids,
};

/// Something that somebody can do after a command and could not before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::admin) struct Gain {
    /// The role through which it is had.
    pub(in crate::admin) role: RoleId,
    pub(in crate::admin) permissions: FixedBitSet,
    pub(in crate::admin) reach: Reach,
    pub(in crate::admin) channel: ChannelId,
    pub(in crate::admin) spans: Spans,
    /// Who has it, or the first of many.
    pub(in crate::admin) holder: Option<PersonId>,
}

/// The states around a command, and what was opened between them.
pub(in crate::admin) struct Gains<'s> {
    before: &'s State,
    after: &'s State,
    at: i64,
    found: Vec<Gain>,
    /// Grants of a role at a scope, on a channel, for a time: what many people get alike is one gain.
    known: BTreeSet<(EffectiveRoleId, Reach, ChannelId, i64, i64)>,
    /// Groups looked at: the states are those around the whole command, however often it names one.
    groups: BTreeSet<GroupId>,
}

/// A grant of somebody's, in one of the states.
#[derive(Clone, Copy)]
struct Held {
    role: RoleId,
    effective: EffectiveRoleId,
    scope: ScopeId,
    channel: ChannelId,
    word: Word,
    detail: Detail,
}

impl<'s> Gains<'s> {
    pub(in crate::admin) fn between(before: &'s State, after: &'s State, at: i64) -> Gains<'s> {
        Gains {
            before,
            after,
            at,
            found: Vec::new(),
            known: BTreeSet::new(),
            groups: BTreeSet::new(),
        }
    }

    pub(in crate::admin) fn found(self) -> Vec<Gain> {
        self.found
    }

    /// Adds what an event opened; what is granted is added by [`Gains::granted`].
    pub(in crate::admin) fn of(&mut self, event: &Event) {
        match event {
            Event::PersonKindChanged { person, tenant, .. } => {
                if let Ok(tenant) = Lookup::of(self.after).tenant_or_platform(tenant.as_ref())
                    && let Ok(id) = Lookup::of(self.after).registered(person, tenant)
                {
                    self.kind_changed(id, tenant);
                }
            }
            Event::PersonResumed { person, tenant } => {
                if let Ok(id) = Lookup::of(self.after).person(person) {
                    let tenant = tenant.as_ref().and_then(|tenant| self.after.tenant(tenant));
                    self.resumed(id, tenant);
                }
            }
            Event::PersonPlaced { person, tenant, .. } => {
                if let Ok(tenant) = Lookup::of(self.after).tenant(tenant)
                    && let Ok(id) = Lookup::of(self.after).registered(person, tenant)
                {
                    self.placed(id, tenant);
                }
            }
            Event::GroupCreated(group) => self.group_changed(&group.tenant, &group.name),
            Event::GroupMoved { tenant, group, .. } => self.group_changed(tenant, group),
            Event::LeaderSet { tenant, group, .. }
            | Event::MemberAdded { tenant, group, .. }
            | Event::MemberRemoved { tenant, group, .. } => self.group_changed(tenant, group),
            Event::GroupDeleted { tenant, group } => self.group_deleted(tenant, group),
            // Of a group's people no more, nor kept from anything there, though still known elsewhere.
            Event::PersonRemoved { person, tenant: Some(tenant) } => {
                if let Some(tenant) = self.before.tenant(tenant)
                    && let Ok(id) = Lookup::of(self.before).person(person)
                {
                    self.joined(id, tenant);
                    self.freed(id, tenant);
                }
            }
            Event::RoleCreated(role) | Event::RoleEdited(role) => self.role_changed(role),
            Event::RestrictionLifted { tenant, name } => {
                if let Ok(tenant) = Lookup::of(self.before).tenant_or_platform(tenant.as_ref())
                    && let Some(facts) = self.before.tenants.get(tenant)
                    && let Some(restriction) = facts.restrictions.get(name).cloned()
                {
                    self.lifted(&restriction, None);
                }
            }
            Event::UnitMoved { unit, .. } => {
                if let Some(unit) = self.after.unit_names.find(unit) {
                    self.unit_moved(unit);
                }
            }
            // These give nothing to anybody: what is new has no history, and what ends, ends.
            // Affiliations and registrations are roots of trust (rulings R5, R6).
            _ => {}
        }
    }

    fn add(
        &mut self,
        holder: Option<PersonId>,
        role: RoleId,
        permissions: FixedBitSet,
        reach: Reach,
        channel: ChannelId,
        spans: Spans,
    ) {
        let spans = spans.within(self.at, NEVER);
        if !permissions.is_clear() && !spans.is_empty() {
            self.found.push(Gain { role, permissions, reach, channel, spans, holder });
        }
    }

    /// What an effective role can do after the command, ceilings applied; nothing where its kind does not act.
    fn permissions(&self, held: &Held) -> FixedBitSet {
        effective_permissions(self.after, held.effective, held.channel)
    }

    /// A grant opens its whole interval, whatever it rests on; what the very same role
    /// opened before at the same scope is not new.
    pub(in crate::admin) fn granted(&mut self, id: GrantId) {
        let GrantId { person, role, kind, scope, channel, detail } = id;
        let reach = Reach::of(scope, person);
        let mut spans = Spans::of(detail.from, detail.until);
        if let Some(found) = self.before.person(person) {
            let same = held(self.before, found)
                .filter(|old| (old.role, old.scope, old.channel) == (role, scope, channel));
            let old: Vec<(i64, i64)> = same
                .filter(|old| old.detail.basis.is_none() || old.detail.basis == detail.basis)
                .filter(|_| {
                    found.registration(self.before.tenant_of(scope)).is_some_and(|r| r.kind == kind)
                })
                .map(|old| (old.detail.from, old.detail.until))
                .collect();
            if !old.is_empty() {
                spans = spans.minus(&Spans::union(old));
            }
        }
        let Some((from, until)) = spans.first() else { return };
        let alone = spans.iter().count() == 1;
        let vision = self.after.vision_of(scope);
        let effective = crate::facts::Effective { role, kind, vision };
        let Some(effective) = self.after.rights.find(effective) else { return };
        // A group's scope counts while its holder leads, and may later: leading is a path of its own.
        if alone && !self.known.insert((effective, reach, channel, from, until)) {
            return;
        }
        let permissions = effective_permissions(self.after, effective, channel);
        self.add(Some(person), role, permissions, reach, channel, spans);
    }

    fn kind_changed(&mut self, id: PersonId, tenant: TenantId) {
        let (Some(new), Some(old)) = (self.after.person(id), self.before.person(id)) else {
            return;
        };
        let olds: Vec<Held> = held(self.before, old).collect();
        for held in held(self.after, new).filter(|held| self.after.tenant_of(held.scope) == tenant)
        {
            let was = olds.iter().find(|old| {
                (old.role, old.scope, old.channel, old.detail)
                    == (held.role, held.scope, held.channel, held.detail)
            });
            // A grant of the same command is looked at by itself.
            let Some(was) = was else { continue };
            let mut permissions = self.permissions(&held);
            permissions.difference_with(&effective_permissions(
                self.before,
                was.effective,
                was.channel,
            ));
            let spans = self.after.spans(new, held.word, held.detail);
            self.add(
                Some(id),
                held.role,
                permissions,
                Reach::of(held.scope, id),
                held.channel,
                spans,
            );
        }
    }

    fn resumed(&mut self, id: PersonId, tenant: Option<TenantId>) {
        let (Some(person), Some(old)) = (self.after.person(id), self.before.person(id)) else {
            return;
        };
        let sealed = |tenant: TenantId| {
            person.registration(tenant).is_some_and(|registered| registered.suspended)
        };
        let was = |of: TenantId| {
            old.index.head.has(Head::SUSPENDED)
                || old.registration(of).is_some_and(|registered| registered.suspended)
        };
        if tenant.is_some() && person.index.head.has(Head::SUSPENDED) {
            return;
        }
        if let Some(tenant) = tenant.filter(|&tenant| was(tenant)) {
            self.unsealed(id, tenant);
        }
        for held in held(self.after, person) {
            let of = self.after.tenant_of(held.scope);
            if tenant.is_some_and(|tenant| tenant != of) || sealed(of) || !was(of) {
                continue;
            }
            let spans = self.after.spans(person, held.word, held.detail);
            self.add(
                Some(id),
                held.role,
                self.permissions(&held),
                Reach::of(held.scope, id),
                held.channel,
                spans,
            );
        }
    }

    /// What is held everywhere counts again in a tenant where its holder was suspended.
    fn unsealed(&mut self, id: PersonId, tenant: TenantId) {
        let Some(person) =
            self.after.person(id).filter(|person| !person.index.head.has(Head::SUSPENDED))
        else {
            return;
        };
        let Some(facts) = self.after.tenants.get(tenant).filter(|_| tenant != PLATFORM) else {
            return;
        };
        let reach = Reach::Scope(ScopeId::Subtree(facts.root));
        for held in held(self.after, person).filter(|held| held.scope == ScopeId::Everywhere) {
            let spans = self.after.spans(person, held.word, held.detail);
            self.add(Some(id), held.role, self.permissions(&held), reach, held.channel, spans);
        }
    }

    /// With a registration end a suspension in that tenant, and the restrictions on the person there.
    fn freed(&mut self, id: PersonId, tenant: TenantId) {
        let Some(was) = self.before.person(id) else { return };
        if was.registration(tenant).is_some_and(|registered| registered.suspended) {
            self.unsealed(id, tenant);
        }
        let ended: Vec<_> = was
            .restrictions()
            .iter()
            .filter(|restriction| restriction.tenant == tenant)
            .cloned()
            .collect();
        ended.iter().for_each(|restriction| self.lifted(restriction, None));
    }

    /// A person at another unit is reached by those who reach that unit, and no longer
    /// shielded by restrictions that reached the old one.
    fn placed(&mut self, id: PersonId, tenant: TenantId) {
        let place =
            |state: &State| state.person(id).and_then(|p| p.registration(tenant)).map(|r| r.place);
        let (Some(old), Some(new)) = (place(self.before), place(self.after)) else { return };
        // Held by whoever reached the person where they were: nobody pulls people to where they hold more.
        let reach = Reach::Placed { person: id, tenant, unit: old };
        for scope in
            self.scopes_over(new).into_iter().filter(|&scope| !self.after.covers_unit(scope, old))
        {
            self.roles_at(scope, reach);
        }
        let escaped = |scope: ScopeId| {
            self.after.covers_unit(scope, old) && !self.after.covers_unit(scope, new)
        };
        self.escaped(tenant, escaped, reach);
    }

    /// The scopes of units that cover a unit after the command.
    fn scopes_over(&self, unit: UnitId) -> Vec<ScopeId> {
        std::iter::once(ScopeId::Unit(unit))
            .chain(self.after.units.path(unit).map(ScopeId::Subtree))
            .collect()
    }

    /// Whatever is granted at exactly a scope reaches so far from now on.
    fn roles_at(&mut self, scope: ScopeId, reach: Reach) {
        let at: Vec<(EffectiveRoleId, ChannelId)> = self.after.by_scope.roles_at(scope).collect();
        for (effective, channel) in at {
            let Some(found) = self.after.rights.effective(effective) else { continue };
            let mut permissions = effective_permissions(self.after, effective, channel);
            if matches!(reach, Reach::Placed { .. }) {
                // About people these are reached by no unit (ruling R17).
                permissions.difference_with(self.after.policy.leader_only());
            }
            self.add(None, found.role, permissions, reach, channel, Spans::of(self.at, NEVER));
        }
    }

    /// The restrictions of a tenant, or of the platform, whose scope no longer takes in a reach: as if they were lifted there.
    fn escaped(&mut self, tenant: TenantId, escaped: impl Fn(ScopeId) -> bool, reach: Reach) {
        let Some(facts) = self.before.tenants.get(tenant) else { return };
        let found: Vec<_> = facts
            .restrictions
            .values()
            .filter(|restriction| escaped(restriction.scope))
            .cloned()
            .collect();
        found.iter().for_each(|restriction| self.lifted(restriction, Some(reach)));
    }

    /// What a restriction held back, within a reach or wherever it did.
    fn lifted(&mut self, restriction: &RestrictionFacts, within: Option<Reach>) {
        match restriction.subject {
            SubjectId::Person(id) => {
                let Some(person) = self.after.person(id) else { return };
                for held in held(self.after, person) {
                    let mut permissions = self.permissions(&held);
                    permissions.intersect_with(&restriction.permissions);
                    let own = Reach::of(held.scope, id);
                    let reach = match within {
                        Some(reach) => reach,
                        // Of other units: it denied what is about people who have a place in both (ruling R21).
                        None if !self.after.may_cut(restriction.scope, own) => {
                            if self.after.tenant_of(restriction.scope)
                                != self.after.tenant_of(held.scope)
                            {
                                continue;
                            }
                            permissions.difference_with(self.after.policy.leader_only());
                            Reach::of(restriction.scope, id)
                        }
                        // The smaller of the two, where one lies in the other.
                        None if self.after.scope_contains(
                            held.scope,
                            restriction.scope,
                            person,
                        ) =>
                        {
                            Reach::of(restriction.scope, id)
                        }
                        None => own,
                    };
                    let spans = self.after.spans(person, held.word, held.detail);
                    let spans = spans.within(restriction.from, restriction.until);
                    if reach != own && reach.is_of_units() && !own.is_of_units() {
                        let leading = self.for_leaders(&permissions);
                        self.add(Some(id), held.role, leading, own, held.channel, spans.clone());
                    }
                    self.add(Some(id), held.role, permissions, reach, held.channel, spans);
                }
            }
            SubjectId::Role(role) => {
                let tenant = restriction.tenant;
                // One of the platform is on that role in every tenant.
                let everywhere = self.after.tenants.keys().filter(|_| tenant == PLATFORM);
                let tenants = everywhere.chain((tenant != PLATFORM).then_some(tenant));
                let mut freed: BTreeSet<(RoleId, Reach, ChannelId)> = BTreeSet::new();
                for tenant in tenants {
                    for including in self.after.roles_including(role, tenant) {
                        let reach = within
                            .unwrap_or_else(|| self.restricted(restriction, tenant, including));
                        let Some(rules) = self.after.role(including) else { continue };
                        let permissions = &rules.uncut & &restriction.permissions;
                        let interval = Spans::of(restriction.from, restriction.until);
                        self.led((tenant, including), reach, &permissions, &interval);
                        let channels = self.channels(tenant, including);
                        freed.extend(
                            channels.into_iter().map(|channel| (including, reach, channel)),
                        );
                    }
                }
                for (role, reach, channel) in freed {
                    let Some(rules) = self.after.role(role) else { continue };
                    let permissions = &rules.uncut & &restriction.permissions;
                    let interval = Spans::of(restriction.from, restriction.until);
                    self.add(None, role, permissions, reach, channel, interval);
                }
            }
        }
    }

    /// What a restriction on a role takes in for one that includes it, in a tenant.
    fn restricted(&self, restriction: &RestrictionFacts, tenant: TenantId, role: RoleId) -> Reach {
        let whole = self.after.tenants.get(tenant).filter(|_| tenant != PLATFORM);
        let whole = whole.map_or(ScopeId::Everywhere, |tenant| ScopeId::Subtree(tenant.root));
        Reach::Scope(match restriction.scope {
            ScopeId::Own(_) => whole,
            // A role of a tenant's is granted nowhere else.
            ScopeId::Everywhere
                if self.after.role(role).is_some_and(|rules| rules.tenant != PLATFORM) =>
            {
                whole
            }
            scope => scope,
        })
    }

    /// Those of the permissions that are for leaders.
    fn for_leaders(&self, permissions: &FixedBitSet) -> FixedBitSet {
        permissions
            .ones()
            .filter(|&permission| {
                PermissionId::from_index(permission)
                    .is_some_and(|id| self.after.policy.is_leader_only(id))
            })
            .collect()
    }

    /// What a role has over units is had over people as well, as far as its holders reach
    /// them; and what is for leaders no unit scope covers there (ruling R17).
    fn led(
        &mut self,
        (tenant, role): (TenantId, RoleId),
        reach: Reach,
        permissions: &FixedBitSet,
        spans: &Spans,
    ) {
        let leading = self.for_leaders(permissions);
        if leading.is_clear() || !reach.is_of_units() {
            return;
        }
        for of in BTreeSet::from([tenant, PLATFORM]) {
            for id in self.after.holders_in(of, role) {
                let Some(person) = self.after.person(id) else { continue };
                for held in held(self.after, person).filter(|held| held.role == role) {
                    let own = Reach::of(held.scope, id);
                    if self.after.tenant_of(held.scope) == of && !own.is_of_units() {
                        let (from, until) = spans.first().unwrap_or_default();
                        let spans =
                            self.after.spans(person, held.word, held.detail).within(from, until);
                        let permissions = &self.permissions(&held) & &leading;
                        self.add(Some(id), role, permissions, own, held.channel, spans);
                    }
                }
            }
        }
    }

    /// The channels on which a role is granted in a tenant, the first of the policy among them.
    fn channels(&self, tenant: TenantId, role: RoleId) -> Vec<ChannelId> {
        let mask =
            self.after.channels_of(tenant, role) | self.after.channels_of(PLATFORM, role) | 1;
        ids(16).filter(|channel: &ChannelId| mask >> channel.get() & 1 == 1).collect()
    }

    /// A role gives what it has more than before over its whole tenant, without an end,
    /// held or not (ruling R29); and so do those that include it. What it has no longer
    /// through a role that is restricted, it has unrestricted.
    fn role_changed(&mut self, custom: &CustomRole) {
        let Some(tenant) = self.after.tenant(&custom.tenant) else { return };
        let Some(facts) = self.after.tenants.get(tenant) else { return };
        let Some(&changed) = facts.roles.get(&custom.name) else { return };
        let reach = Reach::Scope(ScopeId::Subtree(facts.root));
        for role in self.after.roles_including(changed, tenant) {
            let Some(rules) = self.after.role(role) else { continue };
            let mut permissions = rules.uncut.clone();
            if let Some(old) = self.before.role(role) {
                permissions.difference_with(&old.uncut);
                let dropped = old
                    .closure
                    .iter()
                    .filter(|included| rules.closure.binary_search(included).is_err());
                let restrictions = dropped
                    .filter_map(|included| self.before.role_restrictions.get(included))
                    .flatten();
                let restrictions =
                    restrictions.filter(|of| of.tenant == tenant || of.tenant == PLATFORM);
                for restriction in restrictions.cloned().collect::<Vec<_>>() {
                    let freed = &rules.uncut & &restriction.permissions;
                    let (reach, spans) = (
                        self.restricted(&restriction, tenant, role),
                        Spans::of(restriction.from, restriction.until),
                    );
                    self.led((tenant, role), reach, &freed, &spans);
                    for channel in self.channels(tenant, role) {
                        self.add(None, role, freed.clone(), reach, channel, spans.clone());
                    }
                }
            }
            if permissions.is_clear() {
                continue;
            }
            let spans = Spans::of(self.at, NEVER);
            self.led((tenant, role), reach, &permissions, &spans);
            for channel in self.channels(tenant, role) {
                self.add(None, role, permissions.clone(), reach, channel, spans.clone());
            }
        }
    }

    /// A moved unit is reached by what is granted at and below its new ancestors
    /// (ruling R30), and no longer by restrictions of its old ones; and whoever is
    /// affiliated there now satisfies what rests on an affiliation below the new ones.
    fn unit_moved(&mut self, unit: UnitId) {
        let above = |state: &State| -> BTreeSet<UnitId> {
            state.units.path(unit).filter(|&up| up != unit).collect()
        };
        let (old, new) = (above(self.before), above(self.after));
        let gained: BTreeSet<UnitId> = new.difference(&old).copied().collect();
        let reach = Reach::Scope(ScopeId::Subtree(unit));
        for &up in &gained {
            self.roles_at(ScopeId::Subtree(up), reach);
        }
        let tenant = self.after.units.node(unit).owner;
        let escaped = |scope: ScopeId| matches!(scope, ScopeId::Subtree(up) if old.contains(&up) && !new.contains(&up));
        self.escaped(tenant, escaped, reach);
        if gained.is_empty() || self.after.policy.document().affiliations.is_empty() {
            return;
        }
        for id in self.after.people.keys() {
            let dated =
                self.after.people.hot(id).is_some_and(|(_, record)| record.head.has(Head::DATED));
            let (Some(person), Some(was)) =
                (self.after.person(id).filter(|_| dated), self.before.person(id))
            else {
                continue;
            };
            for held in held(self.after, person) {
                let rests = |basis: BasisId| matches!(basis.place, PlaceId::Subtree(up) if gained.contains(&up));
                if held.detail.basis.is_some_and(rests) {
                    let spans = self.after.spans(person, held.word, held.detail);
                    let spans = spans.minus(&self.before.spans(was, held.word, held.detail));
                    self.add(
                        Some(id),
                        held.role,
                        self.permissions(&held),
                        Reach::of(held.scope, id),
                        held.channel,
                        spans,
                    );
                }
            }
        }
    }
}

/// What an effective role can do on a channel, ceilings applied; nothing where its kind does not act.
fn effective_permissions(
    state: &State,
    effective: EffectiveRoleId,
    channel: ChannelId,
) -> FixedBitSet {
    let Some(found) = state.rights.effective(effective) else { return FixedBitSet::new() };
    let Some(rules) = state.role(found.role).filter(|_| state.policy.acts_on(found.kind, channel))
    else {
        return FixedBitSet::new();
    };
    state.policy.cut(&rules.uncut, found.kind, found.vision)
}

/// Somebody's grants, each with its role.
fn held<'s>(state: &'s State, person: Person<'s>) -> impl Iterator<Item = Held> + 's {
    person.grants().filter_map(|(word, detail)| {
        let role = state.rights.effective(word.role())?.role;
        Some(Held {
            role,
            effective: word.role(),
            scope: word.scope(),
            channel: word.channel(),
            word,
            detail,
        })
    })
}

impl State {
    /// The roles of a tenant's use that are this one or include it. A built-in one may be
    /// included by other built-in ones and by the tenant's.
    pub(in crate::admin) fn roles_including(&self, role: RoleId, tenant: TenantId) -> Vec<RoleId> {
        let includes = |role_of: &RoleId| {
            self.role(*role_of).is_some_and(|rules| rules.closure.binary_search(&role).is_ok())
        };
        let built_in = self.policy.role_ids();
        let own = self.tenants.get(tenant).map(|tenant| tenant.roles.clone()).unwrap_or_default();
        built_in.chain(own.values().copied()).filter(includes).collect()
    }
}
