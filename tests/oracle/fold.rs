//! Applying events, one at a time, and what is refused.

use alcada::{
    Event, Grant, Identifier, Instant, Name, Registration, Scope, Unit,
    facts::{
        Attestation, Basis, CustomRole, Enrolment, Group, Place, Restriction, RoleRequest,
        SeatContract, Subject,
    },
    policy::{Extent, Pattern},
    review::{self, Campaign},
};

use super::{World, grids};

/// An event that does not fit; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

type Fits<T = ()> = Result<T, Refused>;

fn ensure(fits: bool) -> Fits {
    if fits { Ok(()) } else { Err(Refused) }
}

/// Applies one event, or changes nothing.
pub fn apply(world: &mut World, event: &Event) -> Fits {
    match event {
        Event::UnitAdded(unit) => world.add_unit(unit),
        Event::UnitMoved { unit, parent } => world.move_unit(unit, parent),
        Event::UnitClosed { unit } => {
            ensure(world.unit(unit).is_some())?;
            if !world.closed.contains(unit) {
                world.closed.push(unit.clone());
            }
            Ok(())
        }
        Event::PersonRegistered(registration) => world.register(registration),
        Event::PersonKindChanged { person, tenant, kind } => {
            let at = world.registered(person, tenant.as_ref())?;
            world.kind_fits(person, Some(kind))?;
            world.registrations[at].kind = Some(kind.clone());
            Ok(())
        }
        Event::PersonPlaced { person, tenant, unit } => {
            let at = world.registered(person, Some(tenant))?;
            ensure(world.tenant_of_unit(unit) == Some(tenant) && !world.closed.contains(unit))?;
            world.registrations[at].unit = Some(unit.clone());
            Ok(())
        }
        Event::PersonRemoved { person, tenant } => world.remove(person, tenant.as_ref()),
        Event::PersonErased { person } => {
            ensure(world.is_known(person.as_str()) || world.left.contains(person))?;
            while let Some(r) = world.registrations.iter().find(|r| r.person == *person) {
                let tenant = r.tenant.clone();
                world.remove(person, tenant.as_ref())?;
            }
            world.suspended.retain(|(p, _)| p != person);
            world.left.retain(|p| p != person);
            Ok(())
        }
        Event::PersonSuspended { person, tenant } => {
            world.known_in(person, tenant.as_ref())?;
            let entry = (person.clone(), tenant.clone());
            if !world.suspended.contains(&entry) {
                world.suspended.push(entry);
            }
            Ok(())
        }
        Event::PersonResumed { person, tenant } => {
            world.known_in(person, tenant.as_ref())?;
            world.suspended.retain(|(p, t)| p != person || t != tenant);
            Ok(())
        }
        Event::AffiliationRecorded(affiliation) => {
            let tenant = world.tenant_of_unit(&affiliation.unit).ok_or(Refused)?;
            ensure(world.registration(affiliation.person.as_str(), Some(tenant)).is_some())?;
            ensure(world.policy.affiliations.contains(&affiliation.kind))?;
            ensure(holds_something(affiliation.from, affiliation.until))?;
            ensure(!world.closed.contains(&affiliation.unit))?;
            if !world.affiliations.contains(affiliation) {
                world.affiliations.push(affiliation.clone());
            }
            Ok(())
        }
        Event::AffiliationEnded { person, kind, unit, at } => {
            let is_it = |a: &alcada::facts::Affiliation| {
                a.person == *person && a.kind == *kind && a.unit == *unit
            };
            ensure(world.affiliations.iter().any(is_it))?;
            world.affiliations.retain(|a| !is_it(a) || a.from.is_none_or(|from| from < *at));
            for a in world.affiliations.iter_mut().filter(|a| is_it(a)) {
                if a.until.is_none_or(|until| until > *at) {
                    a.until = Some(*at);
                }
            }
            Ok(())
        }
        Event::GroupCreated(group) => world.create_group(group),
        Event::GroupMoved { tenant, group, parent } => {
            let at = world.group_at(tenant, group)?;
            if let Some(parent) = parent {
                world.group_at(tenant, parent)?;
                ensure(!world.group_at_or_below(tenant, parent, group))?;
            }
            world.groups[at].parent = parent.clone();
            Ok(())
        }
        Event::GroupDeleted { tenant, group } => {
            let at = world.group_at(tenant, group)?;
            ensure(
                !world
                    .groups
                    .iter()
                    .any(|g| g.tenant == *tenant && g.parent.as_ref() == Some(group)),
            )?;
            world.groups.remove(at);
            let is_its = |scope: &Scope| {
                *scope == Scope::Members { group: group.clone(), tenant: Some(tenant.clone()) }
            };
            world.grants.retain(|g| !is_its(&g.scope));
            world.restrictions.retain(|r| !is_its(&r.scope));
            world.requests.retain(|r| !is_its(&r.grant.scope));
            world.campaigns.retain(|c| !is_its(&c.scope));
            Ok(())
        }
        Event::LeaderSet { tenant, group, leader } => {
            let at = world.group_at(tenant, group)?;
            if let Some(leader) = leader {
                world.registered(leader, Some(tenant))?;
            }
            world.groups[at].leader = leader.clone();
            Ok(())
        }
        Event::MemberAdded { tenant, group, person } => {
            let at = world.group_at(tenant, group)?;
            world.registered(person, Some(tenant))?;
            if !world.groups[at].members.contains(person) {
                world.groups[at].members.push(person.clone());
            }
            Ok(())
        }
        Event::MemberRemoved { tenant, group, person } => {
            let at = world.group_at(tenant, group)?;
            ensure(world.groups[at].members.contains(person))?;
            world.groups[at].members.retain(|p| p != person);
            Ok(())
        }
        Event::GridCreated(grid) => {
            ensure(grid.tenant.as_ref().is_none_or(|tenant| world.is_tenant(tenant)))?;
            ensure(world.grid_at(grid.tenant.as_ref(), &grid.name).is_err())?;
            ensure(grids::has_zone(grid))?;
            world.grids.push(grid.clone());
            Ok(())
        }
        Event::GridEdited(grid) => {
            let at = world.grid_at(grid.tenant.as_ref(), &grid.name)?;
            ensure(grids::has_zone(grid))?;
            world.grids[at] = grid.clone();
            Ok(())
        }
        Event::GridDeleted { tenant, grid } => {
            let at = world.grid_at(tenant.as_ref(), grid)?;
            ensure(!world.enrolments.iter().any(|e| e.tenant == *tenant && e.grid == *grid))?;
            world.grids.remove(at);
            Ok(())
        }
        Event::Enrolled { tenant, grid, person } => {
            world.grid_at(tenant.as_ref(), grid)?;
            world.registered(person, tenant.as_ref())?;
            let enrolment =
                Enrolment { tenant: tenant.clone(), grid: grid.clone(), person: person.clone() };
            if !world.enrolments.contains(&enrolment) {
                world.enrolments.push(enrolment);
            }
            Ok(())
        }
        Event::Unenrolled { tenant, grid, person } => {
            let enrolment =
                Enrolment { tenant: tenant.clone(), grid: grid.clone(), person: person.clone() };
            let at = world.enrolments.iter().position(|e| *e == enrolment).ok_or(Refused)?;
            world.enrolments.remove(at);
            Ok(())
        }
        Event::RoleCreated(role) => {
            ensure(world.is_tenant(&role.tenant))?;
            ensure(world.role(Some(&role.tenant), &role.name).is_none())?;
            world.role_fits(role)?;
            world.roles.push(role.clone());
            Ok(())
        }
        Event::RoleEdited(role) => {
            let at = world.role_at(&role.tenant, &role.name)?;
            world.role_fits(role)?;
            world.roles[at].role = role.role.clone();
            Ok(())
        }
        Event::RoleDeleted { tenant, role } => {
            let at = world.role_at(tenant, role)?;
            ensure(
                !world.roles.iter().any(|r| r.tenant == *tenant && r.role.includes.contains(role)),
            )?;
            let elsewhere = |world: &World, scope: &Scope| world.tenant_of(scope) != Some(tenant);
            let grants =
                world.grants.iter().filter(|g| g.role != *role || elsewhere(world, &g.scope));
            let on_it = |r: &Restriction| matches!(&r.subject, Subject::Role(name) if name == role);
            let restrictions =
                world.restrictions.iter().filter(|r| !on_it(r) || elsewhere(world, &r.scope));
            (world.grants, world.restrictions) =
                (grants.cloned().collect(), restrictions.cloned().collect());
            world.requests.retain(|r| r.tenant != *tenant || r.grant.role != *role);
            world.roles.remove(at);
            Ok(())
        }
        Event::Granted(grant) => {
            let grant = world.resolve_grant(grant)?;
            world.grant_fits(&grant)?;
            if !world.grants.contains(&grant) {
                world.grants.push(grant);
            }
            Ok(())
        }
        Event::Revoked(grant) => {
            let grant = world.resolve_grant(grant)?;
            ensure(world.grants.contains(&grant))?;
            world.grants.retain(|g| *g != grant);
            Ok(())
        }
        Event::RestrictionImposed(restriction) => world.impose(restriction),
        Event::RestrictionLifted { tenant, name } => {
            let is_it = |world: &World, r: &Restriction| {
                r.name == *name && world.tenant_of(&r.scope) == tenant.as_ref().map(Name::as_str)
            };
            let at = world.restrictions.iter().position(|r| is_it(world, r)).ok_or(Refused)?;
            world.restrictions.remove(at);
            Ok(())
        }
        Event::SeatsContracted { tenant, role, unit, seats } => {
            ensure(world.is_tenant(tenant))?;
            let per = world.policy.administration.seats.get(role).ok_or(Refused)?;
            ensure(match (per, unit) {
                (Extent::Tenant, None) => true,
                (Extent::Unit, Some(unit)) => world.tenant_of_unit(unit) == Some(tenant),
                _ => false,
            })?;
            world.seats.retain(|s| (&s.tenant, &s.role, &s.unit) != (tenant, role, unit));
            if *seats > 0 {
                let (tenant, role, unit) = (tenant.clone(), role.clone(), unit.clone());
                world.seats.push(SeatContract { tenant, role, unit, seats: *seats });
            }
            Ok(())
        }
        Event::RoleRequested(request) => world.request(request),
        Event::RequestClosed { tenant, request, .. } => {
            let is_it = |r: &RoleRequest| r.tenant == *tenant && r.name == *request;
            let at = world.requests.iter().position(is_it).ok_or(Refused)?;
            world.requests.remove(at);
            Ok(())
        }
        Event::Attested(attestation) => {
            world.registered(&attestation.about, Some(&attestation.tenant))?;
            let Attestation { given_by, capacity, verified_by, document, .. } = attestation;
            let texts = [given_by, capacity, verified_by, document];
            ensure(texts.iter().all(|text| (1..=1024).contains(&text.len())))
        }
        Event::CampaignOpened(campaign) => world.open_campaign(campaign),
        Event::ReviewAnswered { tenant, campaign, answers } => {
            let is_it = |c: &Campaign| c.tenant == *tenant && c.name == *campaign;
            let at = world.campaigns.iter().position(is_it).ok_or(Refused)?;
            let mut open = world.campaigns[at].clone();
            for answer in answers {
                world.registered(&answer.grant.person, Some(tenant))?;
                let grant = world.as_held(&answer.grant);
                ensure(answer.reason.len() <= 4096)?;
                let item = open.items.iter_mut().find(|item| item.grant == grant).ok_or(Refused)?;
                item.answer = Some(answer.verdict);
            }
            world.campaigns[at] = open;
            Ok(())
        }
        Event::CampaignClosed { tenant, campaign } => {
            let is_it = |c: &Campaign| c.tenant == *tenant && c.name == *campaign;
            let at = world.campaigns.iter().position(is_it).ok_or(Refused)?;
            world.campaigns.remove(at);
            Ok(())
        }
        _ => Err(Refused),
    }
}

fn holds_something(from: Option<Instant>, until: Option<Instant>) -> bool {
    from.is_none_or(|from| until.is_none_or(|until| from < until))
}

impl World {
    fn add_unit(&mut self, unit: &Unit) -> Fits {
        ensure(self.unit(&unit.code).is_none())?;
        ensure(match &unit.kind {
            Some(kind) => self.policy.unit_kinds.contains_key(kind),
            None => self.policy.unit_kinds.is_empty(),
        })?;
        let tenant = match &unit.parent {
            Some(parent) => {
                ensure(!self.closed.contains(parent))?;
                self.tenant_of_unit(parent).ok_or(Refused)?
            }
            None => &unit.code,
        };
        ensure(unit.tenant.as_ref().is_none_or(|t| t == tenant))?;
        self.units.push(Unit { tenant: None, ..unit.clone() });
        Ok(())
    }

    fn move_unit(&mut self, unit: &Name, parent: &Name) -> Fits {
        let at = self.units.iter().position(|u| u.code == *unit).ok_or(Refused)?;
        ensure(self.units[at].parent.is_some() && self.unit(parent).is_some())?;
        ensure(self.tenant_of_unit(unit) == self.tenant_of_unit(parent))?;
        ensure(!self.at_or_below(parent, unit))?;
        ensure(!self.closed.contains(parent))?;
        self.units[at].parent = Some(parent.clone());
        Ok(())
    }

    /// The kind that a registration names: one of the policy's, whose scheme the
    /// identifier fits; none exactly when the policy has none.
    fn kind_fits(&self, person: &Identifier, kind: Option<&Name>) -> Fits {
        match kind {
            Some(kind) => {
                let kind = self.policy.kinds.get(kind).ok_or(Refused)?;
                kind.identifier.check(person.as_str()).map_err(|_| Refused)
            }
            None => ensure(self.policy.kinds.is_empty()),
        }
    }

    fn register(&mut self, registration: &Registration) -> Fits {
        let Registration { person, tenant, kind, unit } = registration;
        ensure(self.registration(person.as_str(), tenant.as_deref()).is_none())?;
        self.kind_fits(person, kind.as_ref())?;
        let place = match tenant {
            None => {
                ensure(unit.is_none())?;
                None
            }
            Some(tenant) => {
                ensure(self.is_tenant(tenant))?;
                let place = unit.as_ref().unwrap_or(tenant);
                ensure(self.tenant_of_unit(place) == Some(tenant) && !self.closed.contains(place))?;
                Some(place.clone())
            }
        };
        self.registrations.push(Registration { unit: place, ..registration.clone() });
        Ok(())
    }

    fn registered(&self, person: &Identifier, tenant: Option<&Name>) -> Fits<usize> {
        let is_it = |r: &Registration| r.person == *person && r.tenant.as_ref() == tenant;
        self.registrations.iter().position(is_it).ok_or(Refused)
    }

    /// Registered in the tenant; altogether, known at all.
    fn known_in(&self, person: &Identifier, tenant: Option<&Name>) -> Fits {
        match tenant {
            Some(_) => self.registered(person, tenant).map(|_| ()),
            None => ensure(self.is_known(person.as_str())),
        }
    }

    fn remove(&mut self, person: &Identifier, tenant: Option<&Name>) -> Fits {
        let at = self.registered(person, tenant)?;
        let there =
            |world: &World, scope: &Scope| world.tenant_of(scope) == tenant.map(Name::as_str);
        let grants = self.grants.iter().filter(|g| g.person != *person || !there(self, &g.scope));
        let on_them = |r: &Restriction| matches!(&r.subject, Subject::Person(p) if p == person);
        let restrictions =
            self.restrictions.iter().filter(|r| !on_them(r) || !there(self, &r.scope));
        (self.grants, self.restrictions) =
            (grants.cloned().collect(), restrictions.cloned().collect());
        if tenant.is_some() {
            let kept = self
                .affiliations
                .iter()
                .filter(|a| a.person != *person || self.tenant_of_unit(&a.unit) != tenant);
            self.affiliations = kept.cloned().collect();
            for group in self.groups.iter_mut().filter(|g| Some(&g.tenant) == tenant) {
                group.members.retain(|p| p != person);
                group.leader = group.leader.take().filter(|p| p != person);
            }
            self.suspended.retain(|(p, t)| p != person || t.as_ref() != tenant);
            self.requests.retain(|r| {
                Some(&r.tenant) != tenant || r.grant.person != *person && r.by != *person
            });
            for campaign in self.campaigns.iter_mut().filter(|c| Some(&c.tenant) == tenant) {
                let before = campaign.items.len();
                campaign.items.retain(|item| item.grant.person != *person);
                campaign.gone += (before - campaign.items.len()) as u32;
            }
        }
        self.enrolments.retain(|e| e.person != *person || e.tenant.as_ref() != tenant);
        self.registrations.remove(at);
        if tenant.is_none() {
            let is_there = |tenant: &Name| {
                self.registrations
                    .iter()
                    .any(|r| r.person == *person && r.tenant.as_ref() == Some(tenant))
            };
            let kept: Vec<RoleRequest> = self
                .requests
                .iter()
                .filter(|r| r.by != *person || is_there(&r.tenant))
                .cloned()
                .collect();
            self.requests = kept;
        }
        if !self.is_known(person.as_str()) && !self.left.contains(person) {
            self.left.push(person.clone());
        }
        Ok(())
    }

    fn grid_at(&self, tenant: Option<&Name>, name: &Name) -> Fits<usize> {
        self.grids
            .iter()
            .position(|g| g.tenant.as_ref() == tenant && g.name == *name)
            .ok_or(Refused)
    }

    fn group_at(&self, tenant: &Name, name: &Name) -> Fits<usize> {
        self.groups.iter().position(|g| g.tenant == *tenant && g.name == *name).ok_or(Refused)
    }

    fn create_group(&mut self, group: &Group) -> Fits {
        ensure(self.is_tenant(&group.tenant))?;
        ensure(self.group(&group.tenant, &group.name).is_none())?;
        if let Some(parent) = &group.parent {
            self.group_at(&group.tenant, parent)?;
        }
        for person in group.leader.iter().chain(&group.members) {
            self.registered(person, Some(&group.tenant))?;
        }
        let mut members = Vec::new();
        for person in &group.members {
            if !members.contains(person) {
                members.push(person.clone());
            }
        }
        self.groups.push(Group { members, ..group.clone() });
        Ok(())
    }

    fn role_at(&self, tenant: &Name, name: &Name) -> Fits<usize> {
        self.roles.iter().position(|r| r.tenant == *tenant && r.name == *name).ok_or(Refused)
    }

    fn pattern_fits(&self, pattern: &Pattern) -> Fits {
        let known =
            || pattern.as_str().split_once(':').is_some_and(|(f, a)| self.in_catalogue(f, a));
        ensure(!pattern.is_exact() || known())
    }

    fn role_fits(&self, custom: &CustomRole) -> Fits {
        let CustomRole { tenant, name, role } = custom;
        for pattern in role.permissions.iter().chain(&role.except) {
            ensure(pattern.is_exact())?;
            self.pattern_fits(pattern)?;
        }
        ensure(role.visions.iter().all(|v| self.policy.visions.contains(v)))?;
        ensure(role.kinds.iter().all(|k| self.policy.kinds.contains_key(k)))?;
        for included in &role.includes {
            ensure(self.role(Some(tenant), included).is_some())?;
            ensure(!self.role_reaches(tenant, included, name))?;
        }
        Ok(())
    }

    fn role_reaches(&self, tenant: &Name, role: &Name, other: &Name) -> bool {
        let includes = self.role(Some(tenant), role).into_iter().flat_map(|r| &r.includes);
        role == other || includes.into_iter().any(|r| self.role_reaches(tenant, r, other))
    }

    /// The scope with its tenant named, the default found for this person.
    fn resolve_scope(&self, scope: &Scope, person: Option<&Identifier>) -> Fits<Scope> {
        let tenants = || {
            let theirs = self.registrations.iter().filter(|r| Some(&r.person) == person);
            theirs.filter_map(|r| r.tenant.clone()).collect::<Vec<Name>>()
        };
        let resolved = match scope {
            Scope::Members { group, tenant: None } => match tenants().as_slice() {
                [only] => Scope::Members { group: group.clone(), tenant: Some(only.clone()) },
                _ => return Err(Refused),
            },
            Scope::Own { tenant: None } => match (tenants().as_slice(), person) {
                ([only], _) => Scope::Own { tenant: Some(only.clone()) },
                ([], Some(person)) if self.is_known(person.as_str()) => Scope::Own { tenant: None },
                _ => return Err(Refused),
            },
            whole => whole.clone(),
        };
        match &resolved {
            Scope::Unit(unit) | Scope::Subtree(unit) => ensure(self.unit(unit).is_some())?,
            Scope::Members { group, tenant: Some(tenant) } => {
                ensure(self.group(tenant, group).is_some())?
            }
            Scope::Own { tenant: Some(tenant) } => ensure(self.is_tenant(tenant))?,
            _ => {}
        }
        Ok(resolved)
    }

    fn resolve_grant(&self, grant: &Grant) -> Fits<Grant> {
        let channel = grant.channel.as_deref().unwrap_or(self.channels()[0]);
        ensure(self.channels().contains(&channel))?;
        let scope = self.resolve_scope(&grant.scope, Some(&grant.person))?;
        let of_support =
            self.policy.support.as_ref().filter(|support| support.channel.as_str() == channel);
        ensure(of_support.is_none_or(|support| support.roles.contains(&grant.role)))?;
        let channel = Some(Name::new(channel).map_err(|_| Refused)?);
        Ok(Grant { channel, scope, ..grant.clone() })
    }

    fn grant_fits(&self, grant: &Grant) -> Fits {
        let tenant = self.tenant_of(&grant.scope);
        let registration = self.registration(grant.person.as_str(), tenant).ok_or(Refused)?;
        let role = self.role(tenant, &grant.role).ok_or(Refused)?;
        ensure(holds_something(grant.from, grant.until))?;
        if let Scope::Unit(unit) | Scope::Subtree(unit) = &grant.scope {
            ensure(!self.closed.contains(unit))?;
        }
        let vision = self.vision_of(&grant.scope);
        ensure(role.visions.is_empty() || role.visions.iter().any(|v| Some(v.as_str()) == vision))?;
        ensure(
            role.kinds.is_empty()
                || role.kinds.iter().any(|k| Some(k) == registration.kind.as_ref()),
        )?;
        if let Basis::Affiliation { kind, place } = &grant.basis {
            ensure(tenant.is_some() && self.policy.affiliations.contains(kind))?;
            match place {
                Place::Unit(unit) | Place::Subtree(unit) => {
                    ensure(self.tenant_of_unit(unit).map(Name::as_str) == tenant)?;
                }
                Place::Set(set) => ensure(self.policy.unit_sets.contains_key(set))?,
            }
        }
        Ok(())
    }

    fn open_campaign(&mut self, campaign: &Campaign) -> Fits {
        let Campaign { tenant, name, .. } = campaign;
        ensure(self.is_tenant(tenant))?;
        ensure(!self.campaigns.iter().any(|c| c.tenant == *tenant && c.name == *name))?;
        let scope = self.resolve_scope(&campaign.scope, None)?;
        ensure(!matches!(scope, Scope::Own { .. } | Scope::Everywhere))?;
        ensure(self.tenant_of(&scope) == Some(tenant.as_str()))?;
        let mut campaign = Campaign { scope, ..campaign.clone() };
        let mut items: Vec<review::Item> = Vec::new();
        for item in &campaign.items {
            self.registered(&item.grant.person, Some(tenant))?;
            let grant = self.as_held(&item.grant);
            if !items.iter().any(|item| item.grant == grant) {
                items.push(review::Item { grant, answer: item.answer });
            }
        }
        campaign.items = items;
        self.campaigns.push(campaign);
        Ok(())
    }

    /// A grant as documents of facts name it; one that can be held no longer, as it was named.
    fn as_held(&self, grant: &Grant) -> Grant {
        let Ok(resolved) = self.resolve_grant(grant) else { return grant.clone() };
        let tenant = self.tenant_of(&resolved.scope);
        let place_is_there = |place: &Place| match place {
            Place::Unit(unit) | Place::Subtree(unit) => {
                self.tenant_of_unit(unit).map(Name::as_str) == tenant
            }
            Place::Set(set) => self.policy.unit_sets.contains_key(set),
        };
        let rests = match &grant.basis {
            Basis::Affiliation { kind, place } => {
                tenant.is_some() && self.policy.affiliations.contains(kind) && place_is_there(place)
            }
            _ => true,
        };
        let can_be_held = self.registration(grant.person.as_str(), tenant).is_some()
            && self.role(tenant, &grant.role).is_some()
            && holds_something(grant.from, grant.until);
        let channel =
            resolved.channel.clone().filter(|channel| channel.as_str() != self.channels()[0]);
        if rests && can_be_held { Grant { channel, ..resolved } } else { grant.clone() }
    }

    fn request(&mut self, request: &RoleRequest) -> Fits {
        let RoleRequest { name, tenant, by, grant, .. } = request;
        ensure(self.is_tenant(tenant))?;
        ensure(!self.requests.iter().any(|r| r.tenant == *tenant && r.name == *name))?;
        let grant = self.resolve_grant(grant)?;
        ensure(self.tenant_of(&grant.scope) == Some(tenant.as_str()))?;
        self.grant_fits(&grant)?;
        ensure([None, Some(tenant)].into_iter().any(|place| self.registered(by, place).is_ok()))?;
        self.requests.push(RoleRequest { grant, ..request.clone() });
        Ok(())
    }

    fn impose(&mut self, restriction: &Restriction) -> Fits {
        let person = match &restriction.subject {
            Subject::Person(person) => Some(person),
            Subject::Role(_) => None,
        };
        let scope = self.resolve_scope(&restriction.scope, person)?;
        let tenant = self.tenant_of(&scope);
        match &restriction.subject {
            Subject::Person(person) => {
                ensure(self.registration(person.as_str(), tenant).is_some())?
            }
            Subject::Role(role) => ensure(self.role(tenant, role).is_some())?,
        }
        for pattern in &restriction.permissions {
            self.pattern_fits(pattern)?;
        }
        ensure(holds_something(restriction.from, restriction.until))?;
        let taken =
            |r: &Restriction| r.name == restriction.name && self.tenant_of(&r.scope) == tenant;
        ensure(!self.restrictions.iter().any(taken))?;
        self.restrictions.push(Restriction { scope, ..restriction.clone() });
        Ok(())
    }
}
