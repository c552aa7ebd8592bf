//! Random changes: most fit the world as it is, and some do not.

use alcada::{
    Event, Grant, Identifier, Instant, Name, Registration, Scope, Unit,
    facts::{
        Affiliation, Attestation, Basis, CustomRole, Group, Outcome, Place, Restriction,
        RoleRequest, Subject,
    },
    policy::{Extent, Pattern, Role},
    review::{self, Campaign, Reviewers, Verdict},
};

use super::grids;
use super::policy::pattern;
use super::{INSTANTS, Source, instant, name};
use crate::oracle::World;

// What names name. Each picker now and then gives a name that does not fit.

pub fn unit(world: &World, s: &mut Source, tenant: Option<&str>) -> Name {
    if s.percent(1) {
        return name("nowhere");
    }
    let of_tenant =
        |u: &&Unit| tenant.is_none() || world.tenant_of_unit(&u.code).map(Name::as_str) == tenant;
    let of_tenant: Vec<&Unit> = world.units.iter().filter(of_tenant).collect();
    let any: Vec<&Unit> = world.units.iter().collect();
    let from = if s.percent(2) { &any } else { &of_tenant };
    s.pick(from).map_or_else(|| name("nowhere"), |u| u.code.clone())
}

pub fn tenant(world: &World, s: &mut Source) -> Name {
    let roots: Vec<&Unit> = world.units.iter().filter(|u| u.parent.is_none()).collect();
    match s.pick(&roots) {
        Some(root) if !s.percent(2) => root.code.clone(),
        _ => unit(world, s, None),
    }
}

/// Someone, whether registered or not: every third is a number.
fn person(s: &mut Source) -> Identifier {
    match s.below(9) {
        n if n % 3 == 2 => Identifier::new(format!("10{n}")).unwrap(),
        // What names a unit, a group, a role and a person is four things.
        1 => Identifier::new("a").unwrap(),
        n => Identifier::new(format!("p{n}")).unwrap(),
    }
}

pub fn registration(world: &World, s: &mut Source) -> (Identifier, Option<Name>) {
    match s.pick(&world.registrations) {
        Some(r) if !s.percent(2) => (r.person.clone(), r.tenant.clone()),
        _ => (person(s), s.percent(70).then(|| tenant(world, s))),
    }
}

/// Someone registered in the tenant.
fn person_of(world: &World, s: &mut Source, tenant: &str) -> Identifier {
    let there: Vec<&Registration> =
        world.registrations.iter().filter(|r| r.tenant.as_deref() == Some(tenant)).collect();
    match s.pick(&there) {
        Some(r) if !s.percent(2) => r.person.clone(),
        _ => person(s),
    }
}

fn group(world: &World, s: &mut Source) -> (Name, Name) {
    match s.pick(&world.groups) {
        Some(g) if !s.percent(2) => (g.tenant.clone(), g.name.clone()),
        _ => (tenant(world, s), group_name(s)),
    }
}

fn group_name(s: &mut Source) -> Name {
    name(["north", "south", "east", "a", "núcleo"][s.below(5)])
}

fn role_name(s: &mut Source) -> Name {
    name(["own", "own b", "papel", "a"][s.below(4)])
}

fn channel(world: &World, s: &mut Source) -> Option<Name> {
    match s.below(100) {
        0 => Some(name("telex")),
        1..60 => None,
        _ => s.pick(&world.channels()).map(name),
    }
}

fn interval(s: &mut Source) -> (Option<Instant>, Option<Instant>) {
    if s.percent(20) {
        return (None, None);
    }
    let (mut from, mut until) = (s.below(INSTANTS), s.below(INSTANTS));
    if until < from {
        (from, until) = (until, from);
    }
    if until == from && !s.percent(3) {
        until += 1 + s.below(3);
    }
    match s.below(4) {
        _ if s.percent(2) => (Some(Instant::MIN), Some(Instant::MAX)),
        0 => (None, Some(instant(until))),
        1 => (Some(instant(from)), None),
        _ => (Some(instant(from)), Some(instant(until))),
    }
}

fn kind(world: &World, s: &mut Source, person: &Identifier) -> Option<Name> {
    let fits = |k: &&Name| world.policy.kinds[*k].identifier.check(person.as_str()).is_ok();
    let kinds: Vec<&Name> = if s.percent(3) {
        world.policy.kinds.keys().collect()
    } else {
        world.policy.kinds.keys().filter(fits).collect()
    };
    if s.percent(1) { Some(name("ghost")) } else { s.pick(&kinds).map(|k| (*k).clone()) }
}

/// A scope of the tenant, or of the platform.
fn scope(world: &World, s: &mut Source, tenant: Option<&Name>) -> Scope {
    let Some(tenant) = tenant else {
        return if s.percent(65) { Scope::Everywhere } else { Scope::Own { tenant: None } };
    };
    let named = |s: &mut Source| s.percent(60).then(|| tenant.clone());
    let groups: Vec<&Group> = world.groups.iter().filter(|g| g.tenant == *tenant).collect();
    match (s.below(10), s.pick(&groups)) {
        (0..3, _) => Scope::Unit(unit(world, s, Some(tenant))),
        (3 | 4, Some(group)) => Scope::Members { group: group.name.clone(), tenant: named(s) },
        (5, _) => Scope::Own { tenant: named(s) },
        (6, _) if s.percent(20) => Scope::Everywhere,
        _ => Scope::Subtree(unit(world, s, Some(tenant))),
    }
}

// One event of a kind each.

pub fn tenant_added(world: &World, s: &mut Source) -> Option<Event> {
    let code = ["a", "b", "c"].into_iter().find(|code| world.unit(code).is_none())?;
    let tenant = if s.percent(4) {
        s.pick(&world.units).map(|u| u.code.clone())
    } else {
        s.percent(20).then(|| name(code))
    };
    Some(Event::UnitAdded(Unit {
        code: name(code),
        kind: unit_kind(world, s),
        parent: None,
        tenant,
    }))
}

fn unit_kind(world: &World, s: &mut Source) -> Option<Name> {
    let kinds: Vec<&Name> = world.policy.unit_kinds.keys().collect();
    let kind = s.pick(&kinds).map(|k| (*k).clone());
    if s.percent(1) { if kind.is_some() { None } else { Some(name("castle")) } } else { kind }
}

pub fn unit_added(world: &World, s: &mut Source) -> Option<Event> {
    // Often under the last one, so that trees grow deep.
    let last = world.units.last().filter(|u| depth(world, u) < 8).map(|u| u.code.clone());
    let parent = match last {
        Some(last) if s.percent(45) => last,
        _ => unit(world, s, None),
    };
    let tenant = world.tenant_of_unit(&parent)?.clone();
    let code = if s.percent(2) {
        unit(world, s, None)
    } else {
        name(format!("{tenant}/{}", world.units.len()))
    };
    let meant =
        if s.percent(2) { Some(self::tenant(world, s)) } else { s.percent(20).then_some(tenant) };
    Some(Event::UnitAdded(Unit {
        code,
        kind: unit_kind(world, s),
        parent: Some(parent),
        tenant: meant,
    }))
}

fn depth(world: &World, unit: &Unit) -> usize {
    unit.parent.as_ref().and_then(|p| world.unit(p)).map_or(0, |parent| 1 + depth(world, parent))
}

fn unit_moved(world: &World, s: &mut Source) -> Option<Event> {
    let moved = unit(world, s, None);
    let tenant = world.tenant_of_unit(&moved).cloned();
    Some(Event::UnitMoved { unit: moved, parent: unit(world, s, tenant.as_deref()) })
}

pub fn unit_closed(world: &World, s: &mut Source) -> Option<Event> {
    Some(Event::UnitClosed { unit: unit(world, s, None) })
}

pub fn person_registered(world: &World, s: &mut Source) -> Option<Event> {
    let person = person(s);
    let tenant = (!s.percent(20)).then(|| tenant(world, s));
    let unit = s.percent(35).then(|| unit(world, s, tenant.as_deref()));
    let unit = if tenant.is_none() && !s.percent(3) { None } else { unit };
    Some(Event::PersonRegistered(Registration {
        kind: kind(world, s, &person),
        person,
        tenant,
        unit,
    }))
}

fn kind_changed(world: &World, s: &mut Source) -> Option<Event> {
    let (person, tenant) = registration(world, s);
    let kind = kind(world, s, &person).unwrap_or_else(|| name("ghost"));
    Some(Event::PersonKindChanged { person, tenant, kind })
}

fn person_placed(world: &World, s: &mut Source) -> Option<Event> {
    let (person, tenant) = registration(world, s);
    let unit = unit(world, s, tenant.as_deref());
    Some(Event::PersonPlaced { person, tenant: tenant.unwrap_or_else(|| unit.clone()), unit })
}

fn person_removed(world: &World, s: &mut Source) -> Option<Event> {
    let (person, tenant) = registration(world, s);
    Some(Event::PersonRemoved { person, tenant })
}

fn person_erased(world: &World, s: &mut Source) -> Option<Event> {
    let left = s.pick(&world.left).filter(|_| s.percent(50)).cloned();
    Some(Event::PersonErased { person: left.unwrap_or_else(|| registration(world, s).0) })
}

pub fn suspended(world: &World, s: &mut Source) -> Option<Event> {
    let (person, tenant) = registration(world, s);
    let tenant = tenant.filter(|_| !s.percent(25));
    Some(Event::PersonSuspended { person, tenant })
}

fn resumed(world: &World, s: &mut Source) -> Option<Event> {
    match s.pick(&world.suspended) {
        Some((person, tenant)) if !s.percent(20) => {
            Some(Event::PersonResumed { person: person.clone(), tenant: tenant.clone() })
        }
        _ => {
            let (person, tenant) = registration(world, s);
            Some(Event::PersonResumed { person, tenant })
        }
    }
}

pub fn affiliation_recorded(world: &World, s: &mut Source) -> Option<Event> {
    let (person, tenant) = registration(world, s);
    let unit = unit(world, s, Some(tenant?.as_str()));
    let kind =
        if s.percent(1) { name("friend") } else { s.pick(&world.policy.affiliations)?.clone() };
    let (from, until) = interval(s);
    Some(Event::AffiliationRecorded(Affiliation { person, kind, unit, from, until }))
}

fn affiliation_ended(world: &World, s: &mut Source) -> Option<Event> {
    let at = instant(s.below(INSTANTS));
    let a = s.pick(&world.affiliations)?;
    let kind = if s.percent(10) { name("member") } else { a.kind.clone() };
    Some(Event::AffiliationEnded { person: a.person.clone(), kind, unit: a.unit.clone(), at })
}

pub fn group_created(world: &World, s: &mut Source) -> Option<Event> {
    let tenant = tenant(world, s);
    let parents: Vec<&Group> = world.groups.iter().filter(|g| g.tenant == tenant).collect();
    let parent = s.percent(70).then(|| s.pick(&parents).map(|g| g.name.clone())).flatten();
    let leader = s.percent(75).then(|| person_of(world, s, &tenant));
    let count = s.below(4);
    let members = (0..count).map(|_| person_of(world, s, &tenant)).collect();
    Some(Event::GroupCreated(Group { name: group_name(s), tenant, parent, leader, members }))
}

fn group_moved(world: &World, s: &mut Source) -> Option<Event> {
    let (tenant, name) = group(world, s);
    let parent = s.percent(75).then(|| group(world, s).1);
    Some(Event::GroupMoved { tenant, group: name, parent })
}

fn group_deleted(world: &World, s: &mut Source) -> Option<Event> {
    let (tenant, group) = group(world, s);
    Some(Event::GroupDeleted { tenant, group })
}

pub fn membership(world: &World, s: &mut Source) -> Option<Event> {
    let (tenant, group) = group(world, s);
    let person = person_of(world, s, &tenant);
    Some(match s.below(4) {
        0 => Event::LeaderSet { tenant, group, leader: s.percent(80).then_some(person) },
        1 => {
            let members = world.group(&tenant, &group).map_or(&[] as &[Identifier], |g| &g.members);
            let person = s.pick(members).cloned().unwrap_or(person);
            Event::MemberRemoved { tenant, group, person }
        }
        _ => Event::MemberAdded { tenant, group, person },
    })
}

fn custom_role(world: &World, s: &mut Source, tenant: Name, name: Name) -> CustomRole {
    let mut known: Vec<Name> = world.policy.roles.keys().cloned().collect();
    known.extend(world.roles.iter().filter(|r| r.tenant == tenant).map(|r| r.name.clone()));
    let count = s.below(5);
    let permissions = (0..count).map(|_| exact(world, s)).collect();
    let mut includes = s.some_of(&known, 30);
    if s.percent(3) {
        includes.push(role_name(s));
    }
    let except = if s.percent(30) { vec![exact(world, s)] } else { Vec::new() };
    let visions = if s.percent(15) { s.some_of(&world.policy.visions, 60) } else { Vec::new() };
    let kinds: Vec<Name> = world.policy.kinds.keys().cloned().collect();
    let kinds = if s.percent(15) { s.some_of(&kinds, 60) } else { Vec::new() };
    CustomRole {
        tenant,
        name,
        role: Role { label: None, permissions, includes, except, visions, kinds },
    }
}

pub fn role_created(world: &World, s: &mut Source) -> Option<Event> {
    let tenant = tenant(world, s);
    let name = if s.percent(2) { self::name("r0") } else { role_name(s) };
    Some(Event::RoleCreated(custom_role(world, s, tenant, name)))
}

fn role_edited(world: &World, s: &mut Source) -> Option<Event> {
    let old = s.pick(&world.roles)?;
    let name = if s.percent(5) { role_name(s) } else { old.name.clone() };
    Some(Event::RoleEdited(custom_role(world, s, old.tenant.clone(), name)))
}

fn role_deleted(world: &World, s: &mut Source) -> Option<Event> {
    let old = s.pick(&world.roles)?;
    let role = if s.percent(5) { name("r0") } else { old.name.clone() };
    Some(Event::RoleDeleted { tenant: old.tenant.clone(), role })
}

fn role_for(world: &World, s: &mut Source, tenant: Option<&str>) -> Name {
    let mut roles: Vec<Name> = world.policy.roles.keys().cloned().collect();
    let elsewhere = s.percent(2);
    let own = world.roles.iter().filter(|r| elsewhere || Some(r.tenant.as_str()) == tenant);
    let own: Vec<Name> = own.map(|r| r.name.clone()).collect();
    roles.extend(own.iter().cloned().chain(own.iter().cloned()));
    s.pick(&roles).cloned().unwrap_or_else(|| name("r0"))
}

pub fn granted(world: &World, s: &mut Source) -> Option<Event> {
    if s.percent(4) {
        return s.pick(&world.grants).cloned().map(Event::Granted);
    }
    let (mut person, tenant) = registration(world, s);
    let scope = scope(world, s, tenant.as_ref());
    if let (Scope::Members { group, .. }, Some(tenant)) = (&scope, &tenant) {
        // Such a grant counts for leaders alone.
        let leads: Vec<&Group> = world
            .groups
            .iter()
            .filter(|g| world.group_at_or_below(tenant, group, &g.name))
            .collect();
        let leader = s.pick(&leads).and_then(|g| g.leader.clone());
        person = leader.filter(|_| !s.percent(20)).unwrap_or(person);
    }
    let basis = match &tenant {
        Some(tenant) if s.percent(30) => basis(world, s, tenant, &person),
        None if s.percent(1) => basis(world, s, &name("a"), &person),
        _ if s.percent(15) => Basis::Direct,
        _ => Basis::Standing,
    };
    let (from, until) = interval(s);
    let mut role = role_for(world, s, tenant.as_deref());
    let channel = channel(world, s);
    if let Some(support) =
        world.policy.support.as_ref().filter(|support| channel.as_ref() == Some(&support.channel))
    {
        role = s.pick(&support.roles).filter(|_| !s.percent(10)).cloned().unwrap_or(role);
    }
    Some(Event::Granted(Grant { person, role, scope, channel, basis, from, until }))
}

fn basis(world: &World, s: &mut Source, tenant: &Name, person: &Identifier) -> Basis {
    let theirs: Vec<&Affiliation> =
        world.affiliations.iter().filter(|a| a.person == *person).collect();
    let near = s.pick(&theirs).filter(|_| s.percent(75)).copied();
    let Some(kind) = near.map(|a| &a.kind).or(world.policy.affiliations.first()) else {
        return Basis::Standing;
    };
    let at = near.map_or_else(|| unit(world, s, Some(tenant)), |a| a.unit.clone());
    let above = world.unit(&at).and_then(|u| u.parent.clone()).unwrap_or_else(|| at.clone());
    let place = match s.below(4) {
        0 | 1 => Place::Unit(at),
        2 => Place::Subtree(above),
        _ => Place::Set(name(["central", "outer", "central", "lunar"][s.below(100) / 33])),
    };
    Basis::Affiliation { kind: kind.clone(), place }
}

fn revoked(world: &World, s: &mut Source) -> Option<Event> {
    let mut grant = s.pick(&world.grants)?.clone();
    if s.percent(10) {
        grant.until = Some(instant(INSTANTS));
    }
    if grant.channel.as_deref() == Some(world.channels()[0]) && s.percent(50) {
        grant.channel = None;
    }
    Some(Event::Revoked(grant))
}

fn restriction(world: &World, s: &mut Source, subject: Subject, scope: Scope) -> Event {
    let functions: Vec<Pattern> =
        (0..1 + s.below(2)).filter_map(|_| pattern(&world.policy, s)).collect();
    let permissions = if s.percent(4) { vec![exact(world, s)] } else { functions };
    let (from, until) = interval(s);
    let name = name(format!("x{}", s.below(12)));
    Event::RestrictionImposed(Restriction { name, subject, permissions, scope, from, until })
}

pub fn restriction_on_person(world: &World, s: &mut Source) -> Option<Event> {
    let (person, tenant) = registration(world, s);
    let scope = scope(world, s, tenant.as_ref());
    Some(restriction(world, s, Subject::Person(person), scope))
}

pub fn restriction_on_role(world: &World, s: &mut Source) -> Option<Event> {
    let tenant = (!s.percent(15)).then(|| tenant(world, s));
    let scope = scope(world, s, tenant.as_ref());
    let role = role_for(world, s, tenant.as_deref());
    Some(restriction(world, s, Subject::Role(role), scope))
}

fn restriction_lifted(world: &World, s: &mut Source) -> Option<Event> {
    let r = s.pick(&world.restrictions)?;
    let tenant = world.tenant_of(&r.scope).map(name).filter(|_| !s.percent(5));
    Some(Event::RestrictionLifted { tenant, name: r.name.clone() })
}

pub fn seats_contracted(world: &World, s: &mut Source) -> Option<Event> {
    let tenant = tenant(world, s);
    let seated: Vec<(&Name, &Extent)> = world.policy.administration.seats.iter().collect();
    let (role, per) = match s.pick(&seated) {
        Some(&(role, per)) if !s.percent(3) => (role.clone(), *per),
        _ => (role_for(world, s, Some(tenant.as_str())), Extent::Tenant),
    };
    let odd = s.percent(3);
    let unit = ((per == Extent::Unit) != odd).then(|| unit(world, s, Some(tenant.as_str())));
    Some(Event::SeatsContracted { tenant, role, unit, seats: s.below(4) as u32 })
}

pub fn role_requested(world: &World, s: &mut Source) -> Option<Event> {
    let Event::Granted(grant) = granted(world, s)? else { return None };
    let of_scope = |scope: &Scope| world.tenant_of(scope).and_then(|tenant| Name::new(tenant).ok());
    let meant = of_scope(&grant.scope).or_else(|| {
        world.registrations.iter().find(|r| r.person == grant.person).and_then(|r| r.tenant.clone())
    });
    let tenant = meant.filter(|_| !s.percent(3)).unwrap_or_else(|| tenant(world, s));
    let by = match s.below(4) {
        0 => grant.person.clone(),
        1 => registration(world, s).0,
        _ => person_of(world, s, &tenant),
    };
    let until = s.percent(30).then(|| instant(s.below(INSTANTS)));
    Some(Event::RoleRequested(RoleRequest {
        name: name(format!("q{}", s.below(20))),
        tenant,
        by,
        grant,
        until,
    }))
}

fn request_closed(world: &World, s: &mut Source) -> Option<Event> {
    let open = s.pick(&world.requests)?;
    let tenant = if s.percent(3) { tenant(world, s) } else { open.tenant.clone() };
    let outcome =
        [Outcome::Approved, Outcome::Denied, Outcome::Withdrawn, Outcome::Expired][s.below(4)];
    Some(Event::RequestClosed { tenant, request: open.name.clone(), outcome })
}

/// Grants of a tenant put before reviewers, some of them not there, some answered already.
fn campaign_opened(world: &World, s: &mut Source) -> Option<Event> {
    let tenant = tenant(world, s);
    let scope = if s.percent(90) { scope(world, s, Some(&tenant)) } else { Scope::Everywhere };
    let mut items = Vec::new();
    for grant in world.grants.iter().filter(|grant| world.tenant_of(&grant.scope) == Some(&tenant))
    {
        if s.percent(50) {
            let channel = grant
                .channel
                .clone()
                .filter(|channel| channel != world.channels()[0] || s.percent(50));
            let answer = [None, None, Some(Verdict::Keep), Some(Verdict::Revoke)][s.below(4)];
            items.push(review::Item { grant: Grant { channel, ..grant.clone() }, answer });
        }
    }
    if let Some(Event::Granted(grant)) = granted(world, s).filter(|_| s.percent(30)) {
        items.push(review::Item { grant, answer: None });
    }
    let reviewers = [Reviewers::Leaders, Reviewers::Administrators][s.below(2)];
    let (name, deadline) = (name(format!("c{}", s.below(4))), instant(s.below(INSTANTS)));
    let gone = s.below(2) as u32;
    Some(Event::CampaignOpened(Campaign {
        tenant,
        name,
        scope,
        roles: Vec::new(),
        reviewers,
        deadline,
        items,
        gone,
    }))
}

fn review_answered(world: &World, s: &mut Source) -> Option<Event> {
    let open = s.pick(&world.campaigns)?;
    let mut answers = Vec::new();
    for item in &open.items {
        if s.percent(40) {
            let reason = if s.percent(3) { "x".repeat(4097) } else { "known".to_owned() };
            let verdict = if s.percent(50) { Verdict::Keep } else { Verdict::Revoke };
            answers.push(review::Answer { grant: item.grant.clone(), verdict, reason });
        }
    }
    if let Some(grant) = s.pick(&world.grants).filter(|_| s.percent(10)) {
        answers.push(review::Answer::keep(grant.clone(), ""));
    }
    Some(Event::ReviewAnswered {
        tenant: open.tenant.clone(),
        campaign: open.name.clone(),
        answers,
    })
}

fn campaign_closed(world: &World, s: &mut Source) -> Option<Event> {
    let open = s.pick(&world.campaigns)?;
    let tenant = if s.percent(10) { tenant(world, s) } else { open.tenant.clone() };
    Some(Event::CampaignClosed { tenant, campaign: open.name.clone() })
}

fn attested(world: &World, s: &mut Source) -> Option<Event> {
    let (about, tenant) = registration(world, s);
    let text = |s: &mut Source| match s.below(20) {
        0 => String::new(),
        1 => "x".repeat(1025),
        2 => "x".repeat(1024),
        _ => "a deed".to_owned(),
    };
    let (given_by, capacity, verified_by, document) =
        (text(s), "director".to_owned(), "by phone".to_owned(), text(s));
    Some(Event::Attested(Attestation {
        tenant: tenant?,
        about,
        given_by,
        capacity,
        verified_by,
        document,
    }))
}

/// Any one change.
pub fn change(world: &World, s: &mut Source) -> Event {
    const ALL: [fn(&World, &mut Source) -> Option<Event>; 45] = [
        tenant_added,
        unit_added,
        unit_moved,
        unit_moved,
        unit_closed,
        person_registered,
        person_registered,
        kind_changed,
        person_placed,
        person_removed,
        person_erased,
        suspended,
        resumed,
        affiliation_recorded,
        affiliation_ended,
        group_created,
        group_moved,
        group_deleted,
        membership,
        membership,
        grids::grid_created,
        grids::grid_edited,
        grids::grid_deleted,
        grids::enrolled,
        grids::enrolled,
        grids::unenrolled,
        role_created,
        role_edited,
        role_edited,
        role_deleted,
        granted,
        revoked,
        restriction_on_person,
        restriction_lifted,
        seats_contracted,
        role_requested,
        role_requested,
        role_requested,
        request_closed,
        attested,
        campaign_opened,
        campaign_opened,
        review_answered,
        review_answered,
        campaign_closed,
    ];
    let event = ALL[s.below(ALL.len())](world, s);
    event.unwrap_or_else(|| restriction_on_role(world, s).unwrap())
}

fn exact(world: &World, s: &mut Source) -> Pattern {
    let catalogue = world.catalogue();
    match s.pick(&catalogue) {
        Some((f, a)) if !s.percent(2) => Pattern::parse(format!("{f}:{a}")).unwrap(),
        _ if s.percent(50) => Pattern::parse("f0:*").unwrap(),
        _ => Pattern::parse("f0:paint").unwrap(),
    }
}
