//! Events and scopes as sentences, and the tenant that each is of.

use std::collections::HashMap;

use alcada::{
    Event, Facts, Grant, Identifier, Instant, Name, Registration, Scope, Unit,
    facts::{Affiliation, CustomRole, Group, Restriction, Subject},
    hours::Grid,
};

/// Which tenant each unit is of, and who is registered where.
pub struct Tenancy {
    roots: HashMap<Name, Name>,
    registered: HashMap<Identifier, Vec<Name>>,
}

impl Tenancy {
    pub fn of(facts: &Facts) -> Tenancy {
        let parents: HashMap<&Name, &Name> = facts
            .units
            .iter()
            .filter_map(|unit| Some((&unit.code, unit.parent.as_ref()?)))
            .collect();
        let root = |code: &Name| {
            let mut top = code;
            while let Some(parent) = parents.get(top) {
                top = parent;
            }
            top.clone()
        };
        let roots = facts.units.iter().map(|unit| (unit.code.clone(), root(&unit.code))).collect();
        let mut registered: HashMap<Identifier, Vec<Name>> = HashMap::new();
        for Registration { person, tenant, .. } in &facts.people {
            registered.entry(person.clone()).or_default().extend(tenant.clone());
        }
        Tenancy { roots, registered }
    }

    pub fn unit_is_in(&self, unit: &Name, tenant: &Name) -> bool {
        self.roots.get(unit) == Some(tenant)
    }

    /// Whether a scope is of a tenant, or takes it in.
    pub fn scope_is_in(&self, scope: &Scope, tenant: &Name) -> bool {
        match scope {
            Scope::Unit(unit) | Scope::Subtree(unit) => self.unit_is_in(unit, tenant),
            Scope::Members { tenant: of, .. } | Scope::Own { tenant: of } => {
                of.as_ref() == Some(tenant)
            }
            Scope::Everywhere => true,
        }
    }

    /// Whether an event is of a tenant: nothing of another's is told.
    pub fn event_is_in(&self, event: &Event, tenant: &Name) -> bool {
        let of = |named: &Option<Name>| named.as_ref() == Some(tenant);
        match event {
            Event::UnitAdded(Unit { code: unit, .. })
            | Event::UnitMoved { unit, .. }
            | Event::UnitClosed { unit }
            | Event::AffiliationRecorded(Affiliation { unit, .. })
            | Event::AffiliationEnded { unit, .. } => self.unit_is_in(unit, tenant),
            Event::PersonRegistered(Registration { tenant: named, .. })
            | Event::PersonKindChanged { tenant: named, .. }
            | Event::PersonRemoved { tenant: named, .. }
            | Event::GridDeleted { tenant: named, .. }
            | Event::Enrolled { tenant: named, .. }
            | Event::Unenrolled { tenant: named, .. }
            | Event::GridCreated(Grid { tenant: named, .. })
            | Event::GridEdited(Grid { tenant: named, .. })
            | Event::RestrictionLifted { tenant: named, .. } => of(named),
            Event::PersonSuspended { person, tenant: named }
            | Event::PersonResumed { person, tenant: named } => {
                let everywhere =
                    || self.registered.get(person).is_some_and(|tenants| tenants.contains(tenant));
                named.as_ref().map_or_else(everywhere, |named| named == tenant)
            }
            Event::Granted(Grant { scope, .. })
            | Event::Revoked(Grant { scope, .. })
            | Event::RestrictionImposed(Restriction { scope, .. }) => {
                self.scope_is_in(scope, tenant)
            }
            Event::PersonPlaced { tenant: named, .. }
            | Event::GroupCreated(Group { tenant: named, .. })
            | Event::GroupMoved { tenant: named, .. }
            | Event::GroupDeleted { tenant: named, .. }
            | Event::LeaderSet { tenant: named, .. }
            | Event::MemberAdded { tenant: named, .. }
            | Event::MemberRemoved { tenant: named, .. }
            | Event::RoleCreated(CustomRole { tenant: named, .. })
            | Event::RoleEdited(CustomRole { tenant: named, .. })
            | Event::RoleDeleted { tenant: named, .. }
            | Event::SeatsContracted { tenant: named, .. }
            | Event::ReviewAnswered { tenant: named, .. }
            | Event::CampaignClosed { tenant: named, .. }
            | Event::RequestClosed { tenant: named, .. } => named == tenant,
            Event::CampaignOpened(campaign) => campaign.tenant == *tenant,
            Event::RoleRequested(request) => request.tenant == *tenant,
            Event::Attested(attestation) => attestation.tenant == *tenant,
            _ => false,
        }
    }
}

pub fn scope(scope: &Scope) -> String {
    match scope {
        Scope::Unit(unit) => format!("in `{unit}`"),
        Scope::Subtree(unit) => format!("in `{unit}` and below"),
        Scope::Members { group, .. } => format!("over the people of `{group}`"),
        Scope::Own { .. } => "about oneself".into(),
        Scope::Everywhere => "everywhere".into(),
    }
}

/// A day, and the time where it is not midnight; in UTC.
pub fn when(at: Instant) -> String {
    let text = at.to_string();
    let (day, time) = text.split_once('T').unwrap_or((&text, ""));
    match time.get(..5) {
        None | Some("00:00") => day.to_owned(),
        Some(time) => format!("{day} {time}"),
    }
}

fn until(end: Option<Instant>) -> String {
    end.map_or(String::new(), |end| format!(" until {}", when(end)))
}

fn by(channel: &Option<Name>) -> String {
    channel.as_ref().map_or(String::new(), |channel| format!(" by `{channel}`"))
}

/// What happened, in a sentence without its full stop. Names are in backticks.
pub fn event(event: &Event) -> String {
    match event {
        Event::UnitAdded(Unit { code, parent: Some(parent), .. }) => {
            format!("unit `{code}` added below `{parent}`")
        }
        Event::UnitAdded(Unit { code, .. }) => format!("`{code}` opened"),
        Event::UnitMoved { unit, parent } => format!("unit `{unit}` moved below `{parent}`"),
        Event::UnitClosed { unit } => format!("unit `{unit}` closed"),
        Event::PersonRegistered(Registration { person, kind, .. }) => {
            format!(
                "`{person}` registered{}",
                kind.as_ref().map_or(String::new(), |kind| format!(" as {kind}"))
            )
        }
        Event::PersonKindChanged { person, kind, .. } => {
            format!("`{person}` is {kind} from now on")
        }
        Event::PersonPlaced { person, unit, .. } => {
            format!("`{person}` belongs to `{unit}` from now on")
        }
        Event::PersonRemoved { person, .. } => format!("`{person}` removed"),
        Event::PersonSuspended { person, .. } => format!("`{person}` suspended"),
        Event::PersonResumed { person, .. } => format!("`{person}` no longer suspended"),
        Event::AffiliationRecorded(Affiliation { person, kind, unit, until: end, .. }) => {
            format!("`{person}`: {kind} at `{unit}`{}", until(*end))
        }
        Event::AffiliationEnded { person, kind, unit, at } => {
            format!("`{person}`: {kind} at `{unit}` ends {}", when(*at))
        }
        Event::GroupCreated(Group { name, leader, .. }) => {
            let led =
                leader.as_ref().map_or(String::new(), |leader| format!(", led by `{leader}`"));
            format!("group `{name}` made{led}")
        }
        Event::GroupMoved { group, parent: Some(parent), .. } => {
            format!("group `{group}` moved below `{parent}`")
        }
        Event::GroupMoved { group, .. } => format!("group `{group}` moved to the top"),
        Event::GroupDeleted { group, .. } => format!("group `{group}` deleted"),
        Event::LeaderSet { group, leader: Some(leader), .. } => {
            format!("`{leader}` leads `{group}`")
        }
        Event::LeaderSet { group, .. } => format!("nobody leads `{group}` any more"),
        Event::MemberAdded { group, person, .. } => format!("`{person}` joined `{group}`"),
        Event::MemberRemoved { group, person, .. } => format!("`{person}` left `{group}`"),
        Event::GridCreated(grid) => format!("grid `{}` made: {}", grid.name, grid.hours),
        Event::GridEdited(grid) => format!("grid `{}` is {} from now on", grid.name, grid.hours),
        Event::GridDeleted { grid, .. } => format!("grid `{grid}` deleted"),
        Event::Enrolled { grid, person, .. } => format!("`{person}` bound by the grid `{grid}`"),
        Event::Unenrolled { grid, person, .. } => {
            format!("`{person}` no longer bound by the grid `{grid}`")
        }
        Event::RoleCreated(role) => format!("role `{}` made", role.name),
        Event::RoleEdited(role) => format!("role `{}` changed", role.name),
        Event::RoleDeleted { role, .. } => format!("role `{role}` deleted"),
        Event::Granted(Grant { person, role, scope: place, channel, until: end, .. }) => {
            format!("`{role}` given to `{person}` {}{}{}", scope(place), by(channel), until(*end))
        }
        Event::Revoked(Grant { person, role, scope: place, channel, .. }) => {
            format!("`{role}` taken from `{person}` {}{}", scope(place), by(channel))
        }
        Event::RestrictionImposed(Restriction { name, subject, until: end, .. }) => {
            let whom = match subject {
                Subject::Person(person) => person.to_string(),
                Subject::Role(role) => role.to_string(),
            };
            format!("`{whom}` restricted by `{name}`{}", until(*end))
        }
        Event::RestrictionLifted { name, .. } => format!("restriction `{name}` lifted"),
        Event::SeatsContracted { role, seats, .. } => {
            format!("{seats} seats of `{role}` contracted")
        }
        Event::RoleRequested(request) => {
            format!("`{}` asked for `{}`", request.by, request.grant.person)
        }
        Event::RequestClosed { request, .. } => format!("request `{request}` answered"),
        Event::CampaignOpened(campaign) => format!("review `{}` opened", campaign.name),
        Event::ReviewAnswered { campaign, answers, .. } => {
            format!("{} answers to review `{campaign}`", answers.len())
        }
        Event::CampaignClosed { campaign, .. } => format!("review `{campaign}` closed"),
        Event::Attested(attestation) => {
            format!("`{}` vouched for `{}`", attestation.given_by, attestation.about)
        }
        other => {
            // What an event is called stands in its serde form.
            let value = serde_json::to_value(other).unwrap_or_default();
            let word = value.get("event").and_then(|word| word.as_str()).unwrap_or("change");
            word.split('/').next().unwrap_or(word).replace('-', " ")
        }
    }
}
