//! What the page tells of a tenant, gathered from the facts and from the record.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use alcada::{
    Authority, Entry, Event, Facts, Identifier, Instant, Name, Permission, Policy, Registration,
    Revision, Scope, Snapshot,
    hours::Grid,
    policy::Enforced,
    report::{Findings, Lints, Table},
};

use crate::words::{self, Tenancy};
use crate::{Names, Subject};

/// So many days back and ahead.
pub const DAYS: i64 = 30;
/// Entries are read so many at a time.
const PAGE: usize = 1000;

pub struct Contents {
    pub tenant: Name,
    pub policy: String,
    pub now: Instant,
    pub revision: Revision,
    pub units: Units,
    pub weeks: Vec<Week>,
    pub people: Vec<Person>,
    pub roles: Vec<Role>,
    pub matrix: Table,
    pub powers: Vec<Power>,
    /// Whether there is more than one door to come by.
    pub has_channels: bool,
    pub endings: Vec<Ending>,
    pub findings: Findings,
    pub changes: Vec<Change>,
}

/// The tree of units: how many there are of each kind, and the tree itself.
pub struct Units {
    pub kinds: BTreeMap<String, usize>,
    pub root: Unit,
}

pub struct Unit {
    pub code: Name,
    /// What the host calls it, where it does.
    pub name: String,
    pub kind: Option<Name>,
    pub closed: bool,
    pub below: Vec<Unit>,
}

impl Unit {
    /// The unit and all below it.
    pub fn count(&self) -> usize {
        1 + self.below.iter().map(Unit::count).sum::<usize>()
    }
}

/// A grid that binds people here, and whom.
pub struct Week {
    pub grid: Grid,
    pub people: Vec<Identifier>,
}

/// Somebody registered in the tenant, or of the platform and reaching into it.
pub struct Person {
    pub id: Identifier,
    pub kind: Option<Name>,
    /// The unit they belong to; none: the root, or the platform.
    pub unit: Option<Name>,
    pub of_platform: bool,
    pub suspended: bool,
    pub grants: Table,
}

pub struct Role {
    pub name: String,
    pub label: Option<String>,
    pub own: bool,
    pub permissions: usize,
    pub holders: usize,
}

/// Permissions that are dangerous, each with what it is good for; and who has them, the same people at the same places.
pub struct Power {
    pub permissions: Vec<(Name, String)>,
    pub holders: Vec<Holder>,
}

#[derive(PartialEq)]
pub struct Holder {
    pub person: Identifier,
    pub channel: Name,
    pub places: Vec<String>,
    pub until: Option<Instant>,
}

pub struct Ending {
    pub at: Instant,
    pub whom: String,
    pub what: String,
}

pub struct Change {
    pub at: Instant,
    pub by: String,
    pub reason: String,
    pub events: Vec<String>,
}

impl Contents {
    pub fn of(subject: &Subject, tenant: &str) -> Result<Contents, Box<dyn Error>> {
        let Subject { authority, now, .. } = subject;
        let now = *now;
        let snapshot = authority.snapshot();
        let facts = snapshot.facts();
        let roots: Vec<&Name> =
            facts.units.iter().filter(|u| u.parent.is_none()).map(|u| &u.code).collect();
        let tenant =
            roots.iter().find(|code| code.as_str() == tenant).copied().cloned().ok_or_else(
                || {
                    let known: Vec<String> =
                        roots.iter().take(10).map(|code| format!("`{code}`")).collect();
                    format!("there is no tenant `{tenant}`; there is {}", known.join(", "))
                },
            )?;
        let tenancy = Tenancy::of(&facts);
        let people = people(&snapshot, &facts, &tenant, now);
        Ok(Contents {
            policy: snapshot.policy().document().name.clone().unwrap_or_default(),
            now,
            revision: snapshot.revision(),
            units: units(&facts, &tenancy, &tenant, &subject.names),
            roles: roles(&snapshot, &facts, &tenancy, &tenant, now),
            weeks: weeks(&facts, &tenant, &people),
            matrix: snapshot.role_matrix(Some(&tenant)),
            powers: powers(&at_any_hour(&snapshot)?, &tenancy, &tenant, &people, now)?,
            has_channels: channels(snapshot.policy()).len() > 1,
            endings: endings(&facts, &tenancy, &tenant, &people, now),
            findings: snapshot
                .lint(&Lints { at_most: 100, ..Lints::of_tenant(tenant.clone()) }, now),
            changes: changes(authority, &tenancy, &tenant, now)?,
            people,
            tenant,
        })
    }
}

fn units(facts: &Facts, tenancy: &Tenancy, tenant: &Name, names: &Names) -> Units {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut below: BTreeMap<&Name, Vec<&alcada::Unit>> = BTreeMap::new();
    for unit in facts.units.iter().filter(|unit| tenancy.unit_is_in(&unit.code, tenant)) {
        *kinds.entry(unit.kind.as_ref().map_or("unit".into(), Name::to_string)).or_default() += 1;
        unit.parent.iter().for_each(|parent| below.entry(parent).or_default().push(unit));
    }
    let tree = Tree { below, closed: &facts.closed, names };
    let root = facts.units.iter().find(|unit| unit.code == *tenant).map(|root| tree.of(root));
    let nothing = || Unit {
        code: tenant.clone(),
        name: String::new(),
        kind: None,
        closed: false,
        below: Vec::new(),
    };
    Units { kinds, root: root.unwrap_or_else(nothing) }
}

struct Tree<'f> {
    below: BTreeMap<&'f Name, Vec<&'f alcada::Unit>>,
    closed: &'f [Name],
    names: &'f Names,
}

impl Tree<'_> {
    fn of(&self, unit: &alcada::Unit) -> Unit {
        Unit {
            code: unit.code.clone(),
            name: self.names.get(unit.code.as_str()).cloned().unwrap_or_default(),
            kind: unit.kind.clone(),
            closed: self.closed.binary_search(&unit.code).is_ok(),
            below: self
                .below
                .get(&unit.code)
                .into_iter()
                .flatten()
                .map(|unit| self.of(unit))
                .collect(),
        }
    }
}

/// The tenant's grids, and those of the platform as far as they bind somebody here.
fn weeks(facts: &Facts, tenant: &Name, people: &[Person]) -> Vec<Week> {
    let here: BTreeSet<&Identifier> = people.iter().map(|person| &person.id).collect();
    let binds = |grid: &Grid| {
        let enrolled =
            facts.enrolments.iter().filter(|e| e.tenant == grid.tenant && e.grid == grid.name);
        let people: Vec<Identifier> =
            enrolled.map(|e| e.person.clone()).filter(|who| here.contains(who)).collect();
        let own = grid.tenant.as_ref() == Some(tenant);
        (own || grid.tenant.is_none() && !people.is_empty())
            .then(|| Week { grid: grid.clone(), people })
    };
    facts.grids.iter().filter_map(binds).collect()
}

/// The same facts where hours bind nobody: whoever may do something by day may do it, by night too, for whoever
/// reads of it.
fn at_any_hour(snapshot: &Snapshot) -> Result<Snapshot, Box<dyn Error>> {
    let mut policy = snapshot.policy().document().clone();
    policy.hours.enforced = Enforced::SignIn;
    Ok(snapshot.with_policy(Policy::from_document(policy)?)?)
}

/// Those registered in the tenant, and those of the platform alone who hold something everywhere.
fn people(snapshot: &Snapshot, facts: &Facts, tenant: &Name, now: Instant) -> Vec<Person> {
    let everywhere: BTreeSet<&Identifier> = facts
        .grants
        .iter()
        .filter(|grant| grant.scope == Scope::Everywhere)
        .map(|grant| &grant.person)
        .collect();
    let suspended: BTreeSet<&Identifier> = facts
        .suspended
        .iter()
        .filter(|suspension| suspension.tenant.as_ref().is_none_or(|of| of == tenant))
        .map(|suspension| &suspension.person)
        .collect();
    let own: BTreeSet<&Identifier> = facts
        .people
        .iter()
        .filter(|r| r.tenant.as_ref() == Some(tenant))
        .map(|r| &r.person)
        .collect();
    let here = |r: &&Registration| match &r.tenant {
        Some(of) => of == tenant,
        None => everywhere.contains(&r.person) && !own.contains(&r.person),
    };
    let people = facts.people.iter().filter(here).map(|registration| Person {
        id: registration.person.clone(),
        kind: registration.kind.clone(),
        unit: registration.unit.clone(),
        of_platform: registration.tenant.is_none(),
        suspended: suspended.contains(&registration.person),
        grants: snapshot.grants_of(registration.person.as_str(), Some(tenant), now),
    });
    people.collect()
}

fn roles(
    snapshot: &Snapshot,
    facts: &Facts,
    tenancy: &Tenancy,
    tenant: &Name,
    now: Instant,
) -> Vec<Role> {
    let matrix = snapshot.role_matrix(Some(tenant));
    let mut holders: BTreeMap<&Name, BTreeSet<&Identifier>> = BTreeMap::new();
    for grant in facts.grants.iter().filter(|grant| grant.until.is_none_or(|until| until > now)) {
        if tenancy.scope_is_in(&grant.scope, tenant) {
            holders.entry(&grant.role).or_default().insert(&grant.person);
        }
    }
    let columns = matrix.head.iter().enumerate().skip(1);
    let roles = columns.map(|(column, name)| {
        let built_in = snapshot.policy().document().roles.get(name.as_str());
        let own = facts.roles.iter().find(|own| own.tenant == *tenant && own.name == name.as_str());
        let role = built_in.or_else(|| own.map(|own| &own.role));
        Role {
            name: name.clone(),
            label: role.and_then(|role| role.label.clone()),
            own: built_in.is_none(),
            permissions: matrix.rows.iter().filter(|row| !row[column].is_empty()).count(),
            holders: holders
                .iter()
                .find(|(held, _)| held.as_str() == name)
                .map_or(0, |(_, people)| people.len()),
        }
    });
    roles.collect()
}

/// The permissions that the policy makes much of: what commands take, what lifts their limits, what no tenant may give away.
fn dangerous(policy: &Policy) -> BTreeMap<Name, Vec<String>> {
    let document = policy.document();
    let mut found: BTreeMap<Name, Vec<String>> = BTreeMap::new();
    for guard in &document.guards {
        let commands: Vec<String> = guard.commands.iter().map(|word| format!("`{word}`")).collect();
        found.entry(guard.permission.clone()).or_default().push(commands.join(", "));
    }
    if let Some(escalate) = &document.administration.escalate {
        found.entry(escalate.clone()).or_default().push("giving what one does not hold".into());
    }
    for (function, actions) in
        document.functions.iter().map(|(name, function)| (name, &function.actions))
    {
        for action in actions {
            let reserved = document
                .administration
                .reserved
                .iter()
                .any(|pattern| pattern.matches(function, action));
            if let Ok(permission) = Name::new(format!("{function}:{action}"))
                && reserved
            {
                found
                    .entry(permission)
                    .or_default()
                    .push("reserved to the roles of the policy".into());
            }
        }
    }
    found
}

fn powers(
    snapshot: &Snapshot,
    tenancy: &Tenancy,
    tenant: &Name,
    people: &[Person],
    now: Instant,
) -> Result<Vec<Power>, Box<dyn Error>> {
    let mut powers: Vec<Power> = Vec::new();
    for (permission, why) in dangerous(snapshot.policy()) {
        let wanted = Permission::parse(&permission)?;
        let mut holders = Vec::new();
        for person in people {
            for channel in channels(snapshot.policy()) {
                let coverage = snapshot.coverage_on(person.id.as_str(), wanted, &channel, now);
                let here = coverage
                    .reaches
                    .iter()
                    .filter(|reach| tenancy.scope_is_in(&reach.scope, tenant));
                let places: Vec<String> = here
                    .map(|reach| {
                        let except =
                            reach.except.iter().filter(|scope| tenancy.scope_is_in(scope, tenant));
                        let except: Vec<String> = except.map(words::scope).collect();
                        let but = if except.is_empty() {
                            String::new()
                        } else {
                            format!(", not {}", except.join(" or "))
                        };
                        words::scope(&reach.scope) + &but
                    })
                    .collect();
                if !places.is_empty() {
                    holders.push(Holder {
                        person: person.id.clone(),
                        channel,
                        places,
                        until: coverage.until(),
                    });
                }
            }
        }
        let permission = (permission, why.join("; "));
        match powers.iter_mut().find(|power| power.holders == holders) {
            Some(power) => power.permissions.push(permission),
            None => powers.push(Power { permissions: vec![permission], holders }),
        }
    }
    Ok(powers)
}

fn channels(policy: &Policy) -> Vec<Name> {
    match policy.document().channels.as_slice() {
        [] => Name::new("standard").into_iter().collect(),
        listed => listed.to_vec(),
    }
}

/// What ends within some days: what people hold, by its own date or with the affiliation it
/// rests on; restrictions, and requests.
fn endings(
    facts: &Facts,
    tenancy: &Tenancy,
    tenant: &Name,
    people: &[Person],
    now: Instant,
) -> Vec<Ending> {
    let last = now.plus_seconds(DAYS * 86_400);
    let soon = |until: Option<Instant>| until.filter(|until| now < *until && *until <= last);
    let mut endings = Vec::new();
    for person in people {
        for row in &person.grants.rows {
            let [role, place, _, basis, force] = cells_of(row);
            if let Some(at) =
                soon(force.strip_prefix("until ").and_then(|until| until.parse().ok()))
            {
                let basis =
                    if basis.is_empty() { String::new() } else { format!(", with {basis}") };
                endings.push(Ending {
                    at,
                    whom: person.id.to_string(),
                    what: format!("`{role}` of {place}{basis}"),
                });
            }
        }
    }
    for restriction in facts.restrictions.iter().filter(|r| tenancy.scope_is_in(&r.scope, tenant)) {
        if let Some(at) = soon(restriction.until) {
            let whom = match &restriction.subject {
                alcada::facts::Subject::Person(person) => person.to_string(),
                alcada::facts::Subject::Role(role) => format!("role {role}"),
            };
            endings.push(Ending {
                at,
                whom,
                what: format!("the restriction `{}`", restriction.name),
            });
        }
    }
    for request in facts.requests.iter().filter(|request| request.tenant == *tenant) {
        if let Some(at) = soon(request.until) {
            let what = format!("the request `{}` for `{}`", request.name, request.grant.role);
            endings.push(Ending { at, whom: request.grant.person.to_string(), what });
        }
    }
    endings.sort_by(|a, b| (a.at, &a.whom, &a.what).cmp(&(b.at, &b.whom, &b.what)));
    endings
}

/// The cells of a row of `grants_of`: role, where, channel, what the grant rests on, and whether it
/// is in force.
pub fn cells_of(row: &[String]) -> &[String; 5] {
    row.try_into().expect("`grants_of` has five columns")
}

/// The entries of the last days, the newest first, as far as they are of the tenant.
fn changes(
    authority: &Authority,
    tenancy: &Tenancy,
    tenant: &Name,
    now: Instant,
) -> Result<Vec<Change>, Box<dyn Error>> {
    let first = now.plus_seconds(-DAYS * 86_400);
    let mut changes = Vec::new();
    let mut next = Revision(1);
    loop {
        let entries = authority.read_from(next, PAGE)?;
        let Some(last) = entries.last() else { break };
        next = Revision(last.revision.0 + 1);
        for Entry { at, actor, reason, events, .. } in
            entries.into_iter().filter(|entry| entry.at >= first)
        {
            let here: Vec<&Event> =
                events.iter().filter(|event| tenancy.event_is_in(event, tenant)).collect();
            if !here.is_empty() {
                changes.push(Change {
                    at,
                    by: actor.id().unwrap_or("the host").to_owned(),
                    reason,
                    events: here.into_iter().map(words::event).collect(),
                });
            }
        }
    }
    changes.reverse();
    Ok(changes)
}
