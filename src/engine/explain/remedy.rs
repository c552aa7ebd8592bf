//! The smallest set of changes of facts that would turn a denial into Allow ([contract
//! R22](crate::docs::contract#r22)): the end of everything that blocks the request, and one repair
//! of the nearest grant or one new grant.

use std::collections::BTreeSet;

use super::findings::Stage;
use super::inquiry::Inquiry;
use crate::engine::request::TargetId;
use crate::facts::limits::MAX_ENROLMENTS;
use crate::facts::{
    Detail, Event, GridFacts, Head, PLATFORM, PlaceId, RestrictionFacts, ScopeId, Word,
};
use crate::model::{Affiliation, Basis, Grant, Identifier};
use crate::policy::RoleRules;
use crate::store::{ChannelId, GroupId, IntoSet, Order, RoleId, TenantId, UnitId};

impl Inquiry<'_> {
    /// The changes after which a denied request would be allowed. `None` if no change of facts
    /// alone would do.
    pub(super) fn remedy(&self, at: i64) -> Option<Vec<Event>> {
        let mut changes = self.resumptions();
        let repair = if self.is_anywhere() {
            self.repair_anywhere(at)?
        } else {
            changes.extend(
                self.restrictions_on_principal(at).into_iter().map(|facts| self.lifting(facts)),
            );
            changes.extend(self.opening_there(at));
            self.repair(at)?
        };
        changes.extend(repair);
        (!changes.is_empty()).then_some(changes)
    }

    /// The suspensions that stand in the way of any grant.
    fn resumptions(&self) -> Vec<Event> {
        let resume = |tenant| Event::PersonResumed { person: self.principal_name(), tenant };
        let everywhere = self.request.target == TargetId::Everywhere;
        let suspended =
            self.principal.registrations().iter().filter(|registered| registered.suspended);
        let in_way =
            suspended.filter(|registered| everywhere || self.tenant == Some(registered.tenant));
        let mut changes: Vec<Event> =
            in_way.map(|registered| resume(self.state.tenant_name(registered.tenant))).collect();
        if self.principal.index.head.has(Head::SUSPENDED) {
            changes.insert(0, resume(None));
        }
        changes
    }

    /// The changes that keep hours from denying the request. Empty if they do not deny it.
    fn opening_there(&self, at: i64) -> Vec<Event> {
        if !self.is_out_of_hours(at) {
            return Vec::new();
        }
        if let Some(tenant) = self.tenant {
            return self.opening(tenant, at);
        }
        // Everywhere: an open grid of the platform opens every tenant; without one, each place is
        // opened by itself.
        let platform: Vec<&GridFacts> = self.binding(Some(PLATFORM)).collect();
        let mut changes: Vec<Event> =
            platform.into_iter().map(|facts| self.unenrolling(facts)).collect();
        let tenants: BTreeSet<TenantId> =
            self.binding(None).map(|facts| facts.tenant).filter(|&t| t != PLATFORM).into_set();
        for tenant in tenants {
            let own: Vec<&GridFacts> =
                self.binding(Some(tenant)).filter(|facts| facts.tenant == tenant).collect();
            if !own.iter().any(|facts| facts.clock.at(at).0) {
                changes.extend(self.fewest(&own, tenant, at));
            }
        }
        match self.enrolling(PLATFORM, at) {
            Some(enrolling) if changes.len() > 1 => vec![enrolling],
            _ => changes,
        }
    }

    /// The changes that open a tenant which hours close to the principal. Empty if it is open.
    fn opening(&self, tenant: TenantId, at: i64) -> Vec<Event> {
        if !self.is_closed_in(tenant, at) {
            return Vec::new();
        }
        let binding: Vec<&GridFacts> = self.binding(Some(tenant)).collect();
        self.fewest(&binding, tenant, at)
    }

    /// The fewest changes against grids that are closed: the end of every enrolment in them, or one
    /// more enrolment in a grid that is open.
    fn fewest(&self, closed: &[&GridFacts], tenant: TenantId, at: i64) -> Vec<Event> {
        let another = (closed.len() > 1).then(|| self.enrolling(tenant, at)).flatten();
        another.map_or_else(
            || closed.iter().map(|facts| self.unenrolling(facts)).collect(),
            |another| vec![another],
        )
    }

    /// The end of the principal's enrolment in a grid.
    fn unenrolling(&self, facts: &GridFacts) -> Event {
        let (tenant, grid) = (facts.grid.tenant.clone(), facts.grid.name.clone());
        Event::Unenrolled { tenant, grid, person: self.principal_name() }
    }

    /// An enrolment of the principal's in an open grid of a tenant. `None` if the principal cannot
    /// be enrolled there, or no grid is open.
    fn enrolling(&self, tenant: TenantId, at: i64) -> Option<Event> {
        self.principal.registration(tenant)?;
        if self.principal.enrolments().len() >= MAX_ENROLMENTS {
            return None;
        }
        let grids = self.state.tenants.get(tenant)?.grids.values();
        let open =
            grids.filter_map(|&grid| self.state.grid(grid)).find(|facts| facts.clock.at(at).0)?;
        let (tenant, grid) = (open.grid.tenant.clone(), open.grid.name.clone());
        Some(Event::Enrolled { tenant, grid, person: self.principal_name() })
    }

    /// The changes after which some grant passes. Empty if one passes already. `None` if no change
    /// would do.
    fn repair(&self, at: i64) -> Option<Vec<Event>> {
        let judged = self.judged(at);
        if judged.iter().any(|(stage, ..)| *stage == Stage::Passes) {
            return Some(Vec::new());
        }
        let fewest = |stage: Stage| {
            let held_back = judged.iter().filter(move |(found, ..)| *found == stage);
            let lifted = held_back.filter_map(|(_, word, _)| {
                let (_, rules) = self.effective(*word)?;
                Some(self.restrictions_on_role(rules, word.scope(), at))
            });
            lifted.min_by_key(Vec::len)
        };
        let lifting = fewest(Stage::RoleRestricted);
        if let Some(restrictions) = lifting.as_ref().filter(|restrictions| restrictions.len() == 1)
        {
            return Some(restrictions.iter().map(|facts| self.lifting(facts)).collect());
        }
        if let Some(change) =
            judged.iter().find_map(|(stage, word, detail)| self.renewal(*stage, *word, *detail, at))
        {
            return Some(vec![change]);
        }
        match self.new_grant(&self.scopes(at), at) {
            Some((grant, _)) => Some(vec![grant]),
            None => lifting.map(|restrictions| {
                restrictions.into_iter().map(|facts| self.lifting(facts)).collect()
            }),
        }
    }

    /// For a target anywhere: the changes for the grant with the fewest obstacles, or a new grant.
    fn repair_anywhere(&self, at: i64) -> Option<Vec<Event>> {
        let judged = self.judged(at);
        let obstacles = judged.iter().filter(|(stage, ..)| {
            matches!(
                stage,
                Stage::Suspended | Stage::Restricted | Stage::OutOfHours | Stage::Passes
            )
        });
        let cleared = obstacles.map(|(_, word, _)| self.clearing(word.scope(), at));
        if let Some(changes) = cleared.min_by_key(Vec::len) {
            return Some(changes);
        }
        let single = judged.iter().filter(|(stage, ..)| *stage == Stage::RoleRestricted).find_map(
            |(_, word, _)| {
                let (_, rules) = self.effective(*word)?;
                let lifting = self.restrictions_on_role(rules, word.scope(), at);
                let clear = self.clearing(word.scope(), at);
                (lifting.len() == 1 && clear.is_empty())
                    .then(|| lifting.into_iter().map(|facts| self.lifting(facts)).collect())
            },
        );
        if single.is_some() {
            return single;
        }
        let mut scopes = self.scopes_anywhere();
        scopes.order_by_key(|&scope| self.clearing(scope, at).len());
        let (grant, scope) = self.new_grant(&scopes, at)?;
        let mut changes = self.clearing(scope, at);
        changes.push(grant);
        Some(changes)
    }

    /// For a target anywhere: the changes after which a grant at a scope counts, if it passes its
    /// own stages: the end of restrictions and of a suspension, and open hours.
    fn clearing(&self, scope: ScopeId, at: i64) -> Vec<Event> {
        let tenant = self.state.tenant_of(self.left(scope));
        let mut changes: Vec<Event> = self
            .restrictions_around(scope, at)
            .into_iter()
            .map(|facts| self.lifting(facts))
            .collect();
        if self.is_suspended_in(tenant) {
            changes.push(Event::PersonResumed {
                person: self.principal_name(),
                tenant: self.state.tenant_name(tenant),
            });
        }
        changes.extend(self.opening(tenant, at));
        changes
    }

    /// Every grant with the stage at which it fails, those that passed the most stages first.
    fn judged(&self, at: i64) -> Vec<(Stage, Word, Detail)> {
        let mut judged: Vec<_> = self
            .principal
            .grants()
            .map(|(word, detail)| (self.stage(word, detail, at), word, detail))
            .collect();
        judged.order_by_key(|(stage, ..)| std::cmp::Reverse(*stage));
        judged
    }

    /// The affiliation that a grant lacks, if it fails for nothing else.
    fn renewal(&self, stage: Stage, word: Word, detail: Detail, at: i64) -> Option<Event> {
        let basis = detail
            .basis
            .filter(|_| stage == Stage::NotInForce && detail.from <= at && at < detail.until)?;
        // A new affiliation is a new place of the principal: in a request about themselves it could
        // change which scopes cover the target.
        if self.person.is_some() {
            return None;
        }
        let unit = match basis.place {
            PlaceId::Unit(unit) | PlaceId::Subtree(unit) => unit,
            PlaceId::Set(_) => return None,
        };
        let (_, rules) = self.effective(word)?;
        if self.state.unit_facts.get(unit)?.closed
            || !self.restrictions_on_role(rules, word.scope(), at).is_empty()
            || !self.counts(&rules.name, word.scope(), at)
        {
            return None;
        }
        let Basis::Affiliation { kind, .. } = self.state.basis_name(basis) else { return None };
        let unit = self.state.unit_names.name(unit);
        Some(Event::AffiliationRecorded(Affiliation {
            person: self.principal_name(),
            kind,
            unit,
            from: None,
            until: None,
        }))
    }

    /// The scope of what is about the principal in a tenant. `None` if a grant cannot name it:
    /// `Own` without a tenant means the only one, so that the platform has no name beside other
    /// tenants.
    fn own(&self, tenant: TenantId) -> Option<ScopeId> {
        let nameable = tenant != PLATFORM || self.principal.registrations().len() == 1;
        nameable.then_some(ScopeId::Own(tenant))
    }

    /// The scopes that cover the target, the narrowest first.
    fn scopes(&self, at: i64) -> Vec<ScopeId> {
        let mut scopes = Vec::new();
        let mut places: Vec<UnitId> = self.unit.into_iter().collect();
        if let (Some((id, person)), Some(tenant)) = (self.person, self.tenant) {
            if id == self.request.principal {
                scopes.extend(self.own(tenant));
            }
            let groups = person.memberships().iter().map(|membership| membership.group);
            let led = |&group: &GroupId| {
                self.state.groups.node(group).owner == tenant
                    && self.state.leads(self.principal, group)
            };
            scopes.extend(groups.filter(led).map(ScopeId::Members));
            if self.unit.is_none() && tenant != PLATFORM {
                places.extend(person.registration(tenant).map(|registered| registered.place));
                let affiliated =
                    person.affiliations().iter().filter(|affiliated| affiliated.contains(at));
                let units = affiliated.map(|affiliated| affiliated.unit);
                places.extend(units.filter(|&unit| self.state.units.node(unit).owner == tenant));
            }
        }
        if self.person.is_none() || !self.is_leader_only() {
            for place in places {
                scopes.push(ScopeId::Unit(place));
                scopes.extend(self.state.units.path(place).map(ScopeId::Subtree));
            }
        }
        scopes.push(ScopeId::Everywhere);
        scopes
    }

    /// For a target anywhere: a scope of each sort in each tenant in which the principal is
    /// registered, and an open unit of each kind.
    fn scopes_anywhere(&self) -> Vec<ScopeId> {
        let mut scopes = Vec::new();
        if let Some(unit) = self.session.and_then(|session| session.unit) {
            scopes.push(ScopeId::Unit(unit));
            scopes.extend(self.state.units.path(unit).map(ScopeId::Subtree));
        }
        for registered in self.principal.registrations() {
            scopes.extend(self.own(registered.tenant));
            if registered.tenant == PLATFORM {
                scopes.push(ScopeId::Everywhere);
            }
            let Some(tenant) = self.state.tenants.get(registered.tenant) else { continue };
            let mut kinds = Vec::new();
            for &unit in &tenant.units {
                let facts = self.state.unit_facts.get(unit);
                if let Some(facts) =
                    facts.filter(|facts| !facts.closed && !kinds.contains(&facts.kind))
                {
                    kinds.push(facts.kind);
                    scopes.push(ScopeId::Unit(unit));
                }
            }
        }
        scopes
    }

    /// A grant that could be given at one of these scopes and would pass, with its scope: of a role
    /// that the principal has already, or of any other role.
    fn new_grant(&self, scopes: &[ScopeId], at: i64) -> Option<(Event, ScopeId)> {
        let granted: Vec<RoleId> =
            self.principal.words().filter_map(|word| Some(self.effective(word)?.0.role)).collect();
        for &scope in scopes {
            let tenant = self.state.tenant_of(scope);
            let Some(registered) = self.principal.registration(tenant) else { continue };
            if let ScopeId::Unit(unit) | ScopeId::Subtree(unit) = scope
                && self.state.unit_facts.get(unit).is_none_or(|facts| facts.closed)
            {
                continue;
            }
            if !self.state.policy.acts_on(registered.kind, self.request.channel) {
                continue;
            }
            let vision = self.state.vision_of(scope);
            let fits = |rules: &RoleRules| {
                (rules.tenant == PLATFORM || rules.tenant == tenant)
                    && rules.uncut.contains(self.request.permission.index())
                    && self.state.policy.under_ceilings(
                        self.request.permission,
                        registered.kind,
                        vision,
                    )
                    && rules.fits_vision(vision)
                    && rules.fits_kind(registered.kind)
                    && self.restrictions_on_role(rules, scope, at).is_empty()
                    && self.counts(&rules.name, scope, at)
            };
            let own = self
                .state
                .tenants
                .get(tenant)
                .map(|tenant| tenant.roles.clone())
                .unwrap_or_default();
            let built_in = self.state.policy.role_ids();
            let may = |role: RoleId| self.state.policy.fits_channel(role, self.request.channel);
            let fitting =
                |role: RoleId| self.state.role(role).filter(|rules| may(role) && fits(rules));
            // A role granted already, or the role with the fewest permissions besides this one.
            let least = || {
                let others = built_in.chain(own.values().copied()).filter_map(fitting);
                others.min_by_key(|rules| rules.uncut.count_ones(..))
            };
            let Some(rules) = granted.iter().copied().find_map(fitting).or_else(least) else {
                continue;
            };
            let channel = self.state.policy.channels().get(self.request.channel.index()).cloned();
            let grant = Grant {
                person: self.principal_name(),
                role: rules.name.clone(),
                scope: self.state.scope_name(scope),
                channel: channel.filter(|_| self.request.channel != ChannelId::FIRST),
                basis: Basis::Standing,
                from: None,
                until: None,
            };
            return Some((Event::Granted(grant), scope));
        }
        None
    }

    /// The end of a restriction.
    fn lifting(&self, facts: &RestrictionFacts) -> Event {
        Event::RestrictionLifted {
            tenant: self.state.tenant_name(facts.tenant),
            name: facts.name.clone(),
        }
    }

    fn principal_name(&self) -> Identifier {
        self.state.identifier(self.request.principal)
    }
}
