//! From a world back to events that make it, in an order that fits.

use alcada::{
    Event, Grant, Name, Registration, Scope, Unit,
    facts::{CustomRole, Enrolment, Group, SeatContract},
};

use super::World;

impl World {
    /// Events whose fold is this world.
    ///
    /// A grant, given or asked for, may no longer fit its role's visions and kinds, since either can
    /// change after the granting: then the role is made without them, or the holder
    /// is of another kind, while it is given.
    pub fn events(&self) -> Vec<Event> {
        let mut events = Vec::new();
        let mut units: Vec<&Unit> = self.units.iter().collect();
        units.sort_by_key(|u| self.depth(u));
        events.extend(units.into_iter().cloned().map(Event::UnitAdded));

        // What is the platform's own is named by naming no tenant, which means the
        // platform only for those who are not yet registered in a tenant.
        let (platform, tenants): (Vec<&Registration>, Vec<&Registration>) =
            self.registrations.iter().partition(|r| r.tenant.is_none());
        let of_platform = |scope: &Scope| *scope == Scope::Own { tenant: None };
        events.extend(platform.into_iter().cloned().map(Event::PersonRegistered));
        for grant in self.grants.iter().filter(|g| of_platform(&g.scope)) {
            self.give(grant, Event::Granted(grant.clone()), &mut events);
        }
        let restrictions = || self.restrictions.iter().cloned();
        events.extend(
            restrictions().filter(|r| of_platform(&r.scope)).map(Event::RestrictionImposed),
        );
        events.extend(tenants.into_iter().cloned().map(Event::PersonRegistered));

        let mut groups: Vec<&Group> = self.groups.iter().collect();
        groups.sort_by_key(|g| self.group_depth(g));
        events.extend(groups.into_iter().cloned().map(Event::GroupCreated));

        let mut roles: Vec<&CustomRole> = self.roles.iter().collect();
        roles.sort_by_key(|r| self.role_depth(&r.tenant, &r.name));
        let mut narrowed = Vec::new();
        for custom in roles {
            let mut bare = custom.clone();
            bare.role.visions.clear();
            bare.role.kinds.clear();
            if bare != *custom {
                narrowed.push(Event::RoleEdited(custom.clone()));
            }
            events.push(Event::RoleCreated(bare));
        }

        events.extend(self.grids.iter().cloned().map(Event::GridCreated));
        events.extend(
            self.enrolments
                .iter()
                .cloned()
                .map(|Enrolment { tenant, grid, person }| Event::Enrolled { tenant, grid, person }),
        );
        events.extend(self.affiliations.iter().cloned().map(Event::AffiliationRecorded));
        for grant in self.grants.iter().filter(|g| !of_platform(&g.scope)) {
            self.give(grant, Event::Granted(grant.clone()), &mut events);
        }
        for request in &self.requests {
            self.give(&request.grant, Event::RoleRequested(request.clone()), &mut events);
        }
        events.extend(self.campaigns.iter().cloned().map(Event::CampaignOpened));
        events.extend(narrowed);
        events.extend(
            restrictions().filter(|r| !of_platform(&r.scope)).map(Event::RestrictionImposed),
        );
        // That someone is suspended altogether outlives their last registration; only
        // one who is registered can be suspended anew.
        for (person, tenant) in
            self.suspended.iter().filter(|(person, _)| self.is_known(person.as_str()))
        {
            events.push(Event::PersonSuspended { person: person.clone(), tenant: tenant.clone() });
        }
        events.extend(self.seats.iter().cloned().map(
            |SeatContract { tenant, role, unit, seats }| Event::SeatsContracted {
                tenant,
                role,
                unit,
                seats,
            },
        ));
        events.extend(self.closed.iter().map(|unit| Event::UnitClosed { unit: unit.clone() }));
        events
    }

    /// The event that names a grant, at a moment at which the grant fits.
    fn give(&self, grant: &Grant, event: Event, events: &mut Vec<Event>) {
        let tenant = self.tenant_of(&grant.scope);
        let person = &grant.person;
        let kind = self.registration(person.as_str(), tenant).and_then(|r| r.kind.clone());
        let kinds = self.policy.roles.get(&grant.role).map_or(&[] as &[Name], |r| &r.kinds);
        let of_kind = |kind: &Name| Event::PersonKindChanged {
            person: person.clone(),
            tenant: tenant.map(|t| Name::new(t).unwrap()),
            kind: kind.clone(),
        };
        match kind {
            Some(kind) if !kinds.is_empty() && !kinds.contains(&kind) => {
                let fits =
                    |k: &&Name| self.policy.kinds[*k].identifier.check(person.as_str()).is_ok();
                let other = kinds.iter().find(fits).unwrap();
                events.extend([of_kind(other), event, of_kind(&kind)]);
            }
            _ => events.push(event),
        }
    }

    fn depth(&self, unit: &Unit) -> usize {
        unit.parent.as_ref().and_then(|p| self.unit(p)).map_or(0, |parent| 1 + self.depth(parent))
    }

    fn group_depth(&self, group: &Group) -> usize {
        let parent = group.parent.as_ref().and_then(|p| self.group(&group.tenant, p));
        parent.map_or(0, |parent| 1 + self.group_depth(parent))
    }

    fn role_depth(&self, tenant: &str, name: &str) -> usize {
        let includes = self.role(Some(tenant), name).into_iter().flat_map(|r| &r.includes);
        includes.map(|r| 1 + self.role_depth(tenant, r)).max().unwrap_or(0)
    }
}
