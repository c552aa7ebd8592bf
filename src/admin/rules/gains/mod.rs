//! [`Gain`]: power that a command's events open, on every path to it: what somebody can do after
//! them and could not before (X2, R28–R30).
//!
//! A gain never says less than was opened. Where an exact answer would take a search, a gain says
//! more, and the actor must cover more.

mod groups;

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;

use super::area::Area;
use super::intervals::Intervals;
use crate::facts::{
    BasisId, Detail, Event, GrantId, Head, Lookup, NEVER, PLATFORM, Person, PlaceId,
    RestrictionFacts, ScopeId, State, SubjectId, Word,
};
use crate::model::CustomRole;
use crate::store::{
    ChannelId, EffectiveRoleId, GroupId, IntoSet, PermissionId, PersonId, RoleId, TenantId, UnitId,
    ids,
};

/// Power that somebody has after a command and did not have before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::admin) struct Gain {
    /// The role through which the power is held.
    pub(in crate::admin) role: RoleId,
    pub(in crate::admin) permissions: FixedBitSet,
    pub(in crate::admin) area: Area,
    pub(in crate::admin) channel: ChannelId,
    pub(in crate::admin) intervals: Intervals,
    /// The person who gains it: the first of them if there are several, `None` if nobody in
    /// particular.
    pub(in crate::admin) holder: Option<PersonId>,
}

/// The states before and after a command, and the gains found between them.
pub(in crate::admin) struct Gains<'s> {
    before: &'s State,
    after: &'s State,
    at: i64,
    found: Vec<Gain>,
    /// Gains of grants that are recorded already, by role, area, channel and interval: many people
    /// who get the same are one gain.
    known: BTreeSet<(EffectiveRoleId, Area, ChannelId, i64, i64)>,
    /// Groups looked at already. The states are those around the whole command, so each group is
    /// looked at once, however many events name it.
    groups: BTreeSet<GroupId>,
}

/// A grant of a person in one of the two states, with its role.
#[derive(Clone, Copy)]
struct HeldGrant {
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

    pub(in crate::admin) fn into_found(self) -> Vec<Gain> {
        self.found
    }

    /// Adds what an event opens. [`Gains::granted`] adds the grants.
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
            // A removed person leaves the groups of the tenant, and restrictions there end; the
            // person may still be registered elsewhere.
            Event::PersonRemoved { person, tenant: Some(tenant) } => {
                if let Some(tenant) = self.before.tenant(tenant)
                    && let Ok(id) = Lookup::of(self.before).person(person)
                {
                    self.memberships_changed(id, tenant);
                    self.registration_ended(id, tenant);
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
            // All other events give nobody anything: new things have no history, and ended things
            // end. Affiliations and registrations are roots of trust (R5, R6).
            _ => {}
        }
    }

    fn add(
        &mut self,
        holder: Option<PersonId>,
        role: RoleId,
        permissions: FixedBitSet,
        area: Area,
        channel: ChannelId,
        intervals: Intervals,
    ) {
        let intervals = intervals.within(self.at, NEVER);
        if !permissions.is_clear() && !intervals.is_empty() {
            self.found.push(Gain { role, permissions, area, channel, intervals, holder });
        }
    }

    /// The permissions of a held grant after the command, ceilings applied.
    fn permissions(&self, held: &HeldGrant) -> FixedBitSet {
        effective_permissions(self.after, held.effective, held.channel)
    }

    /// Adds what a grant opens: its whole interval, whether its basis holds or not, without the
    /// intervals in which its holder had the very same role at the same scope and channel before.
    pub(in crate::admin) fn granted(&mut self, id: GrantId) {
        let GrantId { person, role, kind, scope, channel, detail } = id;
        let area = Area::of(scope, person);
        let mut intervals = Intervals::of(detail.from, detail.until);
        if let Some(found) = self.before.person(person) {
            let same = held_grants(self.before, found)
                .filter(|old| (old.role, old.scope, old.channel) == (role, scope, channel));
            let old: Vec<(i64, i64)> = same
                .filter(|old| old.detail.basis.is_none() || old.detail.basis == detail.basis)
                .filter(|_| {
                    found.registration(self.before.tenant_of(scope)).is_some_and(|r| r.kind == kind)
                })
                .map(|old| (old.detail.from, old.detail.until))
                .collect();
            if !old.is_empty() {
                intervals = intervals.minus(&Intervals::union(old));
            }
        }
        let Some((from, until)) = intervals.first() else { return };
        let alone = intervals.iter().count() == 1;
        let vision = self.after.vision_of(scope);
        let effective = crate::facts::Effective { role, kind, vision };
        let Some(effective) = self.after.rights.find(effective) else { return };
        // Whether the holder leads the group does not matter here: leading is gained on a path of
        // its own.
        if alone && !self.known.insert((effective, area, channel, from, until)) {
            return;
        }
        let permissions = effective_permissions(self.after, effective, channel);
        self.add(Some(person), role, permissions, area, channel, intervals);
    }

    fn kind_changed(&mut self, id: PersonId, tenant: TenantId) {
        let (Some(new), Some(old)) = (self.after.person(id), self.before.person(id)) else {
            return;
        };
        let olds: Vec<HeldGrant> = held_grants(self.before, old).collect();
        for held in
            held_grants(self.after, new).filter(|held| self.after.tenant_of(held.scope) == tenant)
        {
            let was = olds.iter().find(|old| {
                (old.role, old.scope, old.channel, old.detail)
                    == (held.role, held.scope, held.channel, held.detail)
            });
            // A grant that the command itself gives is added by `granted`.
            let Some(was) = was else { continue };
            let mut permissions = self.permissions(&held);
            permissions.difference_with(&effective_permissions(
                self.before,
                was.effective,
                was.channel,
            ));
            let intervals = self.after.grant_intervals(new, held.word, held.detail);
            self.add(
                Some(id),
                held.role,
                permissions,
                Area::of(held.scope, id),
                held.channel,
                intervals,
            );
        }
    }

    fn resumed(&mut self, id: PersonId, tenant: Option<TenantId>) {
        let (Some(person), Some(old)) = (self.after.person(id), self.before.person(id)) else {
            return;
        };
        let suspended = |tenant: TenantId| {
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
            self.everywhere_counts_again(id, tenant);
        }
        for held in held_grants(self.after, person) {
            let of = self.after.tenant_of(held.scope);
            if tenant.is_some_and(|tenant| tenant != of) || suspended(of) || !was(of) {
                continue;
            }
            let intervals = self.after.grant_intervals(person, held.word, held.detail);
            self.add(
                Some(id),
                held.role,
                self.permissions(&held),
                Area::of(held.scope, id),
                held.channel,
                intervals,
            );
        }
    }

    /// Adds what a person holds everywhere, over a tenant in which the person was suspended before.
    fn everywhere_counts_again(&mut self, id: PersonId, tenant: TenantId) {
        let Some(person) =
            self.after.person(id).filter(|person| !person.index.head.has(Head::SUSPENDED))
        else {
            return;
        };
        let Some(facts) = self.after.tenants.get(tenant).filter(|_| tenant != PLATFORM) else {
            return;
        };
        let area = Area::Scope(ScopeId::Subtree(facts.root));
        for held in held_grants(self.after, person).filter(|held| held.scope == ScopeId::Everywhere)
        {
            let intervals = self.after.grant_intervals(person, held.word, held.detail);
            self.add(Some(id), held.role, self.permissions(&held), area, held.channel, intervals);
        }
    }

    /// Adds what an ended registration frees: a suspension in the tenant and the restrictions on
    /// the person end with it.
    fn registration_ended(&mut self, id: PersonId, tenant: TenantId) {
        let Some(was) = self.before.person(id) else { return };
        if was.registration(tenant).is_some_and(|registered| registered.suspended) {
            self.everywhere_counts_again(id, tenant);
        }
        let ended: Vec<_> = was
            .restrictions()
            .iter()
            .filter(|restriction| restriction.tenant == tenant)
            .cloned()
            .collect();
        ended.iter().for_each(|restriction| self.lifted(restriction, None));
    }

    /// Adds the gains of a registration at another unit: scopes that cover the new unit and not the
    /// old one reach the person, and restrictions that covered the old unit alone no longer shield
    /// the person.
    fn placed(&mut self, id: PersonId, tenant: TenantId) {
        let place =
            |state: &State| state.person(id).and_then(|p| p.registration(tenant)).map(|r| r.place);
        let (Some(old), Some(new)) = (place(self.before), place(self.after)) else { return };
        // The area is the old unit: the actor must hold what others gain where the person was.
        // Otherwise actors could pull people to units where they hold more.
        let area = Area::AboutPersonAt { person: id, tenant, unit: old };
        for scope in
            self.scopes_over(new).into_iter().filter(|&scope| !self.after.covers_unit(scope, old))
        {
            self.roles_at(scope, area);
        }
        let escaped = |scope: ScopeId| {
            self.after.covers_unit(scope, old) && !self.after.covers_unit(scope, new)
        };
        self.restrictions_escaped(tenant, escaped, area);
    }

    /// The scopes of units that cover a unit after the command.
    fn scopes_over(&self, unit: UnitId) -> Vec<ScopeId> {
        std::iter::once(ScopeId::Unit(unit))
            .chain(self.after.units.path(unit).map(ScopeId::Subtree))
            .collect()
    }

    /// Adds every role granted at exactly this scope, over an area that the scope now reaches.
    fn roles_at(&mut self, scope: ScopeId, area: Area) {
        let at: Vec<(EffectiveRoleId, ChannelId)> = self.after.by_scope.roles_at(scope).collect();
        for (effective, channel) in at {
            let Some(found) = self.after.rights.effective(effective) else { continue };
            let mut permissions = effective_permissions(self.after, effective, channel);
            if matches!(area, Area::AboutPersonAt { .. }) {
                // Leader-only permissions reach what is about people by no scope of units (R17).
                permissions.difference_with(self.after.policy.leader_only());
            }
            self.add(None, found.role, permissions, area, channel, Intervals::of(self.at, NEVER));
        }
    }

    /// Adds what restrictions of a tenant held back over an area that their scope no longer covers,
    /// as if they were lifted there.
    fn restrictions_escaped(
        &mut self,
        tenant: TenantId,
        escaped: impl Fn(ScopeId) -> bool,
        area: Area,
    ) {
        let Some(facts) = self.before.tenants.get(tenant) else { return };
        let found: Vec<_> = facts
            .restrictions
            .values()
            .filter(|restriction| escaped(restriction.scope))
            .cloned()
            .collect();
        found.iter().for_each(|restriction| self.lifted(restriction, Some(area)));
    }

    /// Adds what a restriction held back: over one area, or (`None`) wherever it applied.
    fn lifted(&mut self, restriction: &RestrictionFacts, within: Option<Area>) {
        match restriction.subject {
            SubjectId::Person(id) => {
                let Some(person) = self.after.person(id) else { return };
                for held in held_grants(self.after, person) {
                    let mut permissions = self.permissions(&held);
                    permissions.intersect_with(&restriction.permissions);
                    let own = Area::of(held.scope, id);
                    let area = match within {
                        Some(area) => area,
                        // A restriction on other units still denied what is about people who have a
                        // place in both (R21).
                        None if !self.after.may_restrict(restriction.scope, own) => {
                            if self.after.tenant_of(restriction.scope)
                                != self.after.tenant_of(held.scope)
                            {
                                continue;
                            }
                            permissions.difference_with(self.after.policy.leader_only());
                            Area::of(restriction.scope, id)
                        }
                        // Where one of the two scopes lies in the other, the restriction held back
                        // the smaller.
                        None if self.after.scope_contains(
                            held.scope,
                            restriction.scope,
                            person,
                        ) =>
                        {
                            Area::of(restriction.scope, id)
                        }
                        None => own,
                    };
                    let intervals = self.after.grant_intervals(person, held.word, held.detail);
                    let intervals = intervals.within(restriction.from, restriction.until);
                    if area != own && area.is_of_units() && !own.is_of_units() {
                        let leading = self.for_leaders(&permissions);
                        self.add(
                            Some(id),
                            held.role,
                            leading,
                            own,
                            held.channel,
                            intervals.clone(),
                        );
                    }
                    self.add(Some(id), held.role, permissions, area, held.channel, intervals);
                }
            }
            SubjectId::Role(role) => {
                let tenant = restriction.tenant;
                // A restriction of the platform on a role applies to that role in every tenant.
                let everywhere = self.after.tenants.keys().filter(|_| tenant == PLATFORM);
                let tenants = everywhere.chain((tenant != PLATFORM).then_some(tenant));
                let mut freed: BTreeSet<(RoleId, Area, ChannelId)> = BTreeSet::new();
                for tenant in tenants {
                    for including in self.after.roles_including(role, tenant) {
                        let area = within
                            .unwrap_or_else(|| self.restricted(restriction, tenant, including));
                        let Some(rules) = self.after.role(including) else { continue };
                        let permissions = &rules.uncut & &restriction.permissions;
                        let interval = Intervals::of(restriction.from, restriction.until);
                        self.gained_by_leaders((tenant, including), area, &permissions, &interval);
                        let channels = self.channels(tenant, including);
                        freed
                            .extend(channels.into_iter().map(|channel| (including, area, channel)));
                    }
                }
                for (role, area, channel) in freed {
                    let Some(rules) = self.after.role(role) else { continue };
                    let permissions = &rules.uncut & &restriction.permissions;
                    let interval = Intervals::of(restriction.from, restriction.until);
                    self.add(None, role, permissions, area, channel, interval);
                }
            }
        }
    }

    /// The area over which a restriction on a role applies, in a tenant, to a role that includes
    /// the restricted one.
    fn restricted(&self, restriction: &RestrictionFacts, tenant: TenantId, role: RoleId) -> Area {
        let whole = self.after.tenants.get(tenant).filter(|_| tenant != PLATFORM);
        let whole = whole.map_or(ScopeId::Everywhere, |tenant| ScopeId::Subtree(tenant.root));
        Area::Scope(match restriction.scope {
            ScopeId::Own(_) => whole,
            // A tenant's own role is granted nowhere else.
            ScopeId::Everywhere
                if self.after.role(role).is_some_and(|rules| rules.tenant != PLATFORM) =>
            {
                whole
            }
            scope => scope,
        })
    }

    /// Those of the permissions that are for leaders alone.
    fn for_leaders(&self, permissions: &FixedBitSet) -> FixedBitSet {
        permissions
            .ones()
            .filter(|&permission| {
                PermissionId::from_index(permission)
                    .is_some_and(|id| self.after.policy.is_leader_only(id))
            })
            .collect()
    }

    /// Adds leader-only permissions of a role about people. Scopes of units do not reach them there
    /// (R17), so the holders of the role over groups or over themselves are looked at one by one.
    fn gained_by_leaders(
        &mut self,
        (tenant, role): (TenantId, RoleId),
        area: Area,
        permissions: &FixedBitSet,
        intervals: &Intervals,
    ) {
        let leading = self.for_leaders(permissions);
        if leading.is_clear() || !area.is_of_units() {
            return;
        }
        for of in BTreeSet::from([tenant, PLATFORM]) {
            for id in self.after.holders_in(of, role) {
                let Some(person) = self.after.person(id) else { continue };
                for held in held_grants(self.after, person).filter(|held| held.role == role) {
                    let own = Area::of(held.scope, id);
                    if self.after.tenant_of(held.scope) == of && !own.is_of_units() {
                        let (from, until) = intervals.first().unwrap_or_default();
                        let intervals = self
                            .after
                            .grant_intervals(person, held.word, held.detail)
                            .within(from, until);
                        let permissions = &self.permissions(&held) & &leading;
                        self.add(Some(id), role, permissions, own, held.channel, intervals);
                    }
                }
            }
        }
    }

    /// The channels on which a role is granted in a tenant, and the policy's first channel.
    fn channels(&self, tenant: TenantId, role: RoleId) -> Vec<ChannelId> {
        let mask =
            self.after.channels_of(tenant, role) | self.after.channels_of(PLATFORM, role) | 1;
        ids(16).filter(|channel: &ChannelId| mask >> channel.get() & 1 == 1).collect()
    }

    /// Adds what an edited role gives more than before: over the whole tenant and without an end,
    /// whether anybody holds the role or not (R29), for the role and for those that include it. A
    /// role that no longer includes a restricted one also gains what that restriction held back.
    fn role_changed(&mut self, custom: &CustomRole) {
        let Some(tenant) = self.after.tenant(&custom.tenant) else { return };
        let Some(facts) = self.after.tenants.get(tenant) else { return };
        let Some(&changed) = facts.roles.get(&custom.name) else { return };
        let area = Area::Scope(ScopeId::Subtree(facts.root));
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
                    let (area, intervals) = (
                        self.restricted(&restriction, tenant, role),
                        Intervals::of(restriction.from, restriction.until),
                    );
                    self.gained_by_leaders((tenant, role), area, &freed, &intervals);
                    for channel in self.channels(tenant, role) {
                        self.add(None, role, freed.clone(), area, channel, intervals.clone());
                    }
                }
            }
            if permissions.is_clear() {
                continue;
            }
            let intervals = Intervals::of(self.at, NEVER);
            self.gained_by_leaders((tenant, role), area, &permissions, &intervals);
            for channel in self.channels(tenant, role) {
                self.add(None, role, permissions.clone(), area, channel, intervals.clone());
            }
        }
    }

    /// Adds the gains of a moved unit: grants at its new ancestors reach it (R30), restrictions at
    /// its old ancestors no longer do, and affiliations in it satisfy bases below its new
    /// ancestors.
    fn unit_moved(&mut self, unit: UnitId) {
        let above = |state: &State| -> BTreeSet<UnitId> {
            state.units.path(unit).filter(|&up| up != unit).collect()
        };
        let (old, new) = (above(self.before), above(self.after));
        let gained: BTreeSet<UnitId> = new.difference(&old).copied().into_set();
        let area = Area::Scope(ScopeId::Subtree(unit));
        for &up in &gained {
            self.roles_at(ScopeId::Subtree(up), area);
        }
        let tenant = self.after.units.node(unit).owner;
        let left: BTreeSet<UnitId> = old.difference(&new).copied().into_set();
        let escaped = |scope: ScopeId| matches!(scope, ScopeId::Subtree(up) if left.contains(&up));
        self.restrictions_escaped(tenant, escaped, area);
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
            for held in held_grants(self.after, person) {
                let rests = |basis: BasisId| match basis.place {
                    PlaceId::Subtree(up) => gained.contains(&up),
                    _ => false,
                };
                if held.detail.basis.is_some_and(rests) {
                    let intervals = self.after.grant_intervals(person, held.word, held.detail);
                    let intervals =
                        intervals.minus(&self.before.grant_intervals(was, held.word, held.detail));
                    self.add(
                        Some(id),
                        held.role,
                        self.permissions(&held),
                        Area::of(held.scope, id),
                        held.channel,
                        intervals,
                    );
                }
            }
        }
    }
}

/// The permissions of an effective role on a channel, ceilings applied. Empty if its kind does not
/// act there.
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

/// The grants of a person, each with its role. A grant whose role no longer exists is skipped.
fn held_grants<'s>(state: &'s State, person: Person<'s>) -> impl Iterator<Item = HeldGrant> + 's {
    person.grants().filter_map(|(word, detail)| {
        let role = state.rights.effective(word.role())?.role;
        Some(HeldGrant {
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
    /// The roles that include a role, itself among them, for use in a tenant: built-in roles, and
    /// the tenant's own.
    pub(in crate::admin) fn roles_including(&self, role: RoleId, tenant: TenantId) -> Vec<RoleId> {
        let includes = |role_of: &RoleId| {
            self.role(*role_of).is_some_and(|rules| rules.closure.binary_search(&role).is_ok())
        };
        let built_in = self.policy.role_ids();
        let own = self.tenants.get(tenant).map(|tenant| tenant.roles.clone()).unwrap_or_default();
        built_in.chain(own.values().copied()).filter(includes).collect()
    }
}
