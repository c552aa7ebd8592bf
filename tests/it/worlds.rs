//! Random worlds, changes and requests, drawn from bytes so that a property test
//! and a fuzz target share them. Work is bounded by the sizes, whatever the bytes.

use alcada::{
    Affiliation, Basis, Ceiling, CustomRole, Event, Function, Grant, Group, Identifier, IdentifierScheme, Instant,
    Kind, Name, Pattern, Place, PolicyDocument, Registration, Restriction, Role, Scope, Subject, Unit, UnitKind,
    UnitSet,
};
use proptest::prelude::*;

use crate::oracle::{Ask, Target, World, apply, has};

/// How much of everything, each a byte taken modulo its bound: what shrinks.
const SIZES: usize = 16;

/// Bytes for a world: its sizes, which shrink, and a seed, which does not.
pub fn bytes() -> impl Strategy<Value = Vec<u8>> {
    (any::<[u8; SIZES]>(), any::<u64>().no_shrink()).prop_map(|(sizes, seed)| {
        let mut bytes = sizes.to_vec();
        bytes.extend(seed.to_le_bytes());
        bytes
    })
}

/// A source of choices: the bytes given, then a generator seeded by them.
pub struct Source<'a> {
    raw: &'a [u8],
    seed: u64,
    state: u64,
}

impl Source<'_> {
    /// Starts a stretch of its own, so that dropping one item leaves the others.
    fn section(&mut self, tag: u64, item: u64) {
        self.state = self.seed ^ (tag << 32 | item).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn byte(&mut self) -> u8 {
        if let Some((&first, rest)) = self.raw.split_first() {
            self.raw = rest;
            return first;
        }
        // SplitMix64.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 17) as u8
    }

    /// Below a bound; 0 when there is nothing below it.
    pub fn below(&mut self, bound: usize) -> usize {
        if bound < 2 { 0 } else { (usize::from(self.byte()) << 8 | usize::from(self.byte())) % bound }
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, percent: u8) -> bool {
        self.byte() % 100 < percent
    }

    pub fn pick<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        from.get(self.below(from.len()))
    }

    fn some_of<T: Clone>(&mut self, from: &[T], percent: u8) -> Vec<T> {
        from.iter().filter(|_| self.percent(percent)).cloned().collect()
    }
}

fn name(text: impl AsRef<str>) -> Name {
    Name::new(text).unwrap()
}

fn names(texts: &[&str]) -> Vec<Name> {
    texts.iter().map(name).collect()
}

/// The n-th of the few instants at which things begin and end.
pub fn instant(n: usize) -> Instant {
    Instant::from_micros(1_772_409_600_000_000).plus_seconds(3600 * n as i64)
}

/// How many such instants there are.
const INSTANTS: usize = 9;

const ACTIONS: [&str; 3] = ["view", "edit", "sign off"];

/// A world and the events that led to it.
pub struct Made<'a> {
    pub world: World,
    pub log: Vec<Event>,
    pub source: Source<'a>,
}

/// A world from any bytes at all.
pub fn world_from_bytes(bytes: &[u8]) -> Made<'_> {
    let size = |i: usize, bound: u8| usize::from(bytes.get(i).copied().unwrap_or(0) % (bound + 1));
    let rest = bytes.get(SIZES..).unwrap_or(&[]);
    let (seed, raw) = rest.split_at(rest.len().min(8));
    let seed = seed.iter().rev().fold(0, |sum, &b| sum << 8 | u64::from(b));
    let mut source = Source { raw, seed, state: seed };
    let policy = policy(&mut source, &size);
    let mut made = Made { world: World::new(policy), log: Vec::new(), source };

    made.draw(1, 1 + size(4, 2), tenant_added);
    made.draw(2, size(5, 24), unit_added);
    made.draw(3, 2 + size(6, 10), person_registered);
    made.draw(4, size(7, 6), group_created);
    made.draw(5, size(8, 6), role_created);
    made.draw(6, size(9, 12), affiliation_recorded);
    made.draw(7, size(10, 3), membership);
    made.draw(8, 3 + size(11, 25), granted);
    made.draw(9, size(12, 4), restriction_on_person);
    made.draw(10, size(13, 2), restriction_on_role);
    made.draw(11, size(14, 5).saturating_sub(4) + size(14, 30) / 30, suspended);
    made.draw(12, size(15, 2), unit_closed);
    made
}

impl Made<'_> {
    /// Draws so many events that fit; each is tried a few times.
    fn draw(&mut self, tag: u64, count: usize, event: fn(&World, &mut Source) -> Option<Event>) {
        for item in 0..count {
            self.source.section(tag, item as u64);
            for _ in 0..4 {
                let Some(event) = event(&self.world, &mut self.source) else { continue };
                if apply(&mut self.world, &event).is_ok() {
                    self.log.push(event);
                    break;
                }
            }
        }
    }

    /// The n-th request drawn for this world, and the instant of asking.
    pub fn ask(&mut self, n: usize) -> (Ask, Instant) {
        self.source.section(20, n as u64);
        ask(&self.world, &mut self.source)
    }

    /// The n-th change drawn for this world as it now is; it may not fit.
    pub fn change(&mut self, n: usize) -> Event {
        self.source.section(21, n as u64);
        change(&self.world, &mut self.source)
    }

    /// The n-th grant drawn for this world as it now is; it may not fit.
    pub fn grant(&mut self, n: usize) -> Option<Event> {
        self.source.section(22, n as u64);
        granted(&self.world, &mut self.source)
    }

    /// A number below a bound, the n-th.
    pub fn below(&mut self, n: usize, bound: usize) -> usize {
        self.source.section(23, n as u64);
        self.source.below(bound)
    }
}

// The policy.

fn policy(s: &mut Source, size: &dyn Fn(usize, u8) -> usize) -> PolicyDocument {
    s.section(0, 0);
    let mut policy = PolicyDocument { version: 1, ..PolicyDocument::default() };
    policy.visions = names(&["wide", "middle", "narrow"][..[0, 2, 3, 1][s.below(4)]]);
    policy.channels = names(&["standard", "support", "app"][..[0, 1, 2, 3][s.below(4)]]);
    policy.affiliations = names(&["exercise", "member", "guest"][..size(0, 3)]);
    for f in 0..2 + size(1, 3) {
        let actions = names(&ACTIONS[..1 + s.below(3)]);
        let leader_only = s.percent(20);
        policy.functions.insert(name(format!("f{f}")), Function { actions, leader_only, ..Function::default() });
    }
    if policy.visions.is_empty() {
        for kind in &["office", "school"][..s.below(3)] {
            policy.unit_kinds.insert(name(kind), UnitKind { vision: None });
        }
    } else {
        for (i, kind) in ["office", "school", "annex", "depot"].iter().enumerate() {
            let vision = policy.visions.get(i).or(policy.visions.last()).cloned();
            policy.unit_kinds.insert(name(kind), UnitKind { vision });
        }
    }
    let unit_kinds: Vec<Name> = policy.unit_kinds.keys().cloned().collect();
    for set in ["central", "outer"] {
        let mut set_of =
            UnitSet { kinds: s.some_of(&unit_kinds, 50), prefixes: s.some_of(&names(&["a", "b", "a/1"]), 50) };
        if set_of.kinds.is_empty() && set_of.prefixes.is_empty() {
            set_of.prefixes = names(&["a"]);
        }
        policy.unit_sets.insert(name(set), set_of);
    }
    let channels = policy.channels.clone();
    for kind in &["staff", "numbered", "outsider"][..s.below(4)] {
        let identifier = if *kind == "numbered" { IdentifierScheme::Digits(3) } else { IdentifierScheme::Any };
        let channels = if s.percent(30) { s.some_of(&channels, 60) } else { Vec::new() };
        policy.kinds.insert(name(kind), Kind { identifier, channels });
    }
    let kinds: Vec<Name> = policy.kinds.keys().cloned().collect();
    for role in 0..2 + size(2, 5) {
        s.section(0, 1 + role as u64);
        let count = 1 + s.below(3);
        let permissions = (0..count).filter_map(|_| pattern(&policy, s)).collect();
        let earlier: Vec<Name> = policy.roles.keys().cloned().collect();
        let includes = s.some_of(&earlier, 35);
        let except = if s.percent(30) { pattern(&policy, s).into_iter().collect() } else { Vec::new() };
        let visions = if s.percent(20) { s.some_of(&policy.visions, 60) } else { Vec::new() };
        let kinds = if s.percent(15) { s.some_of(&kinds, 60) } else { Vec::new() };
        let role_of = Role { label: None, permissions, includes, except, visions, kinds };
        policy.roles.insert(name(format!("r{role}")), role_of);
    }
    for ceiling in 0..size(3, 3).saturating_sub(1) {
        s.section(0, 100 + ceiling as u64);
        let count = 2 + s.below(4);
        policy.ceilings.push(Ceiling {
            kinds: s.some_of(&kinds, 40),
            visions: s.some_of(&policy.visions, 40),
            permissions: (0..count).filter_map(|_| pattern(&policy, s)).collect(),
        });
    }
    policy
}

/// A pattern that matches something of the catalogue.
fn pattern(policy: &PolicyDocument, s: &mut Source) -> Option<Pattern> {
    let functions: Vec<&Name> = policy.functions.keys().collect();
    let function = *s.pick(&functions)?;
    let action = s.pick(&policy.functions[function].actions)?;
    let text = match s.below(6) {
        0 | 1 => format!("{function}:*"),
        2 => format!("*:{action}"),
        3 => "*:*".to_owned(),
        _ => format!("{function}:{action}"),
    };
    Pattern::parse(text).ok()
}

fn exact(world: &World, s: &mut Source) -> Pattern {
    let catalogue = world.catalogue();
    match s.pick(&catalogue) {
        Some((f, a)) if !s.percent(2) => Pattern::parse(format!("{f}:{a}")).unwrap(),
        _ if s.percent(50) => Pattern::parse("f0:*").unwrap(),
        _ => Pattern::parse("f0:paint").unwrap(),
    }
}

// What names name. Each picker now and then gives a name that does not fit.

fn unit(world: &World, s: &mut Source, tenant: Option<&str>) -> Name {
    if s.percent(1) {
        return name("nowhere");
    }
    let of_tenant = |u: &&Unit| tenant.is_none() || world.tenant_of_unit(&u.code).map(Name::as_str) == tenant;
    let of_tenant: Vec<&Unit> = world.units.iter().filter(of_tenant).collect();
    let any: Vec<&Unit> = world.units.iter().collect();
    let from = if s.percent(2) { &any } else { &of_tenant };
    s.pick(from).map_or_else(|| name("nowhere"), |u| u.code.clone())
}

fn tenant(world: &World, s: &mut Source) -> Name {
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
        n => Identifier::new(format!("p{n}")).unwrap(),
    }
}

fn registration(world: &World, s: &mut Source) -> (Identifier, Option<Name>) {
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
    name(["north", "south", "east", "west", "núcleo"][s.below(5)])
}

fn role_name(s: &mut Source) -> Name {
    name(["own a", "own b", "own c", "own d"][s.below(4)])
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

fn tenant_added(world: &World, s: &mut Source) -> Option<Event> {
    let code = ["a", "b", "c"].into_iter().find(|code| world.unit(code).is_none())?;
    let tenant =
        if s.percent(4) { s.pick(&world.units).map(|u| u.code.clone()) } else { s.percent(20).then(|| name(code)) };
    Some(Event::UnitAdded(Unit { code: name(code), kind: unit_kind(world, s), parent: None, tenant }))
}

fn unit_kind(world: &World, s: &mut Source) -> Option<Name> {
    let kinds: Vec<&Name> = world.policy.unit_kinds.keys().collect();
    let kind = s.pick(&kinds).map(|k| (*k).clone());
    if s.percent(1) { if kind.is_some() { None } else { Some(name("castle")) } } else { kind }
}

fn unit_added(world: &World, s: &mut Source) -> Option<Event> {
    // Often under the last one, so that trees grow deep.
    let last = world.units.last().filter(|u| depth(world, u) < 8).map(|u| u.code.clone());
    let parent = match last {
        Some(last) if s.percent(45) => last,
        _ => unit(world, s, None),
    };
    let tenant = world.tenant_of_unit(&parent)?.clone();
    let code = if s.percent(2) { unit(world, s, None) } else { name(format!("{tenant}/{}", world.units.len())) };
    let meant = if s.percent(2) { Some(self::tenant(world, s)) } else { s.percent(20).then_some(tenant) };
    Some(Event::UnitAdded(Unit { code, kind: unit_kind(world, s), parent: Some(parent), tenant: meant }))
}

fn depth(world: &World, unit: &Unit) -> usize {
    unit.parent.as_ref().and_then(|p| world.unit(p)).map_or(0, |parent| 1 + depth(world, parent))
}

fn unit_moved(world: &World, s: &mut Source) -> Option<Event> {
    let moved = unit(world, s, None);
    let tenant = world.tenant_of_unit(&moved).cloned();
    Some(Event::UnitMoved { unit: moved, parent: unit(world, s, tenant.as_deref()) })
}

fn unit_closed(world: &World, s: &mut Source) -> Option<Event> {
    Some(Event::UnitClosed { unit: unit(world, s, None) })
}

fn person_registered(world: &World, s: &mut Source) -> Option<Event> {
    let person = person(s);
    let tenant = (!s.percent(20)).then(|| tenant(world, s));
    let unit = s.percent(35).then(|| unit(world, s, tenant.as_deref()));
    let unit = if tenant.is_none() && !s.percent(3) { None } else { unit };
    Some(Event::PersonRegistered(Registration { kind: kind(world, s, &person), person, tenant, unit }))
}

fn kind_changed(world: &World, s: &mut Source) -> Option<Event> {
    let (person, tenant) = registration(world, s);
    let kind = kind(world, s, &person).unwrap_or_else(|| name("ghost"));
    Some(Event::PersonKindChanged { person, tenant, kind })
}

fn person_removed(world: &World, s: &mut Source) -> Option<Event> {
    let (person, tenant) = registration(world, s);
    Some(Event::PersonRemoved { person, tenant })
}

fn suspended(world: &World, s: &mut Source) -> Option<Event> {
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

fn affiliation_recorded(world: &World, s: &mut Source) -> Option<Event> {
    let (person, tenant) = registration(world, s);
    let unit = unit(world, s, Some(tenant?.as_str()));
    let kind = if s.percent(1) { name("friend") } else { s.pick(&world.policy.affiliations)?.clone() };
    let (from, until) = interval(s);
    Some(Event::AffiliationRecorded(Affiliation { person, kind, unit, from, until }))
}

fn affiliation_ended(world: &World, s: &mut Source) -> Option<Event> {
    let at = instant(s.below(INSTANTS));
    let a = s.pick(&world.affiliations)?;
    let kind = if s.percent(10) { name("member") } else { a.kind.clone() };
    Some(Event::AffiliationEnded { person: a.person.clone(), kind, unit: a.unit.clone(), at })
}

fn group_created(world: &World, s: &mut Source) -> Option<Event> {
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

fn membership(world: &World, s: &mut Source) -> Option<Event> {
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
    CustomRole { tenant, name, role: Role { label: None, permissions, includes, except, visions, kinds } }
}

fn role_created(world: &World, s: &mut Source) -> Option<Event> {
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

fn granted(world: &World, s: &mut Source) -> Option<Event> {
    if s.percent(4) {
        return s.pick(&world.grants).cloned().map(Event::Granted);
    }
    let (mut person, tenant) = registration(world, s);
    let scope = scope(world, s, tenant.as_ref());
    if let (Scope::Members { group, .. }, Some(tenant)) = (&scope, &tenant) {
        // Such a grant counts for leaders alone.
        let leads: Vec<&Group> =
            world.groups.iter().filter(|g| world.group_at_or_below(tenant, group, &g.name)).collect();
        let leader = s.pick(&leads).and_then(|g| g.leader.clone());
        person = leader.filter(|_| !s.percent(20)).unwrap_or(person);
    }
    let basis = match &tenant {
        Some(tenant) if s.percent(30) => basis(world, s, tenant, &person),
        None if s.percent(1) => basis(world, s, &name("a"), &person),
        _ => Basis::Standing,
    };
    let (from, until) = interval(s);
    let role = role_for(world, s, tenant.as_deref());
    Some(Event::Granted(Grant { person, role, scope, channel: channel(world, s), basis, from, until }))
}

fn basis(world: &World, s: &mut Source, tenant: &Name, person: &Identifier) -> Basis {
    let theirs: Vec<&Affiliation> = world.affiliations.iter().filter(|a| a.person == *person).collect();
    let near = s.pick(&theirs).filter(|_| s.percent(75)).copied();
    let Some(kind) = near.map(|a| &a.kind).or(world.policy.affiliations.first()) else { return Basis::Standing };
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
    let functions: Vec<Pattern> = (0..1 + s.below(2)).filter_map(|_| pattern(&world.policy, s)).collect();
    let permissions = if s.percent(4) { vec![exact(world, s)] } else { functions };
    let (from, until) = interval(s);
    let name = name(format!("x{}", s.below(12)));
    Event::RestrictionImposed(Restriction { name, subject, permissions, scope, from, until })
}

fn restriction_on_person(world: &World, s: &mut Source) -> Option<Event> {
    let (person, tenant) = registration(world, s);
    let scope = scope(world, s, tenant.as_ref());
    Some(restriction(world, s, Subject::Person(person), scope))
}

fn restriction_on_role(world: &World, s: &mut Source) -> Option<Event> {
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

/// Any one change.
fn change(world: &World, s: &mut Source) -> Event {
    const ALL: [fn(&World, &mut Source) -> Option<Event>; 26] = [
        tenant_added,
        unit_added,
        unit_moved,
        unit_moved,
        unit_closed,
        person_registered,
        person_registered,
        kind_changed,
        person_removed,
        suspended,
        resumed,
        affiliation_recorded,
        affiliation_ended,
        group_created,
        group_moved,
        group_deleted,
        membership,
        membership,
        role_created,
        role_edited,
        role_edited,
        role_deleted,
        granted,
        revoked,
        restriction_on_person,
        restriction_lifted,
    ];
    let event = ALL[s.below(ALL.len())](world, s);
    event.unwrap_or_else(|| restriction_on_role(world, s).unwrap())
}

// Requests.

fn ask(world: &World, s: &mut Source) -> (Ask, Instant) {
    let near = s.pick(&world.grants).filter(|_| s.percent(93));
    let catalogue = world.catalogue();
    let any = |s: &mut Source| s.pick(&catalogue).copied().unwrap_or(("f0", "view"));
    let mut who = registration(world, s).0.as_str().to_owned();
    let mut permission = any(s);
    let mut channel = if s.percent(20) { s.pick(&world.channels()).map(|c| (*c).to_owned()) } else { None };
    let mut target = target(world, s, &who);
    let mut at = instant(s.below(INSTANTS + 1));
    if let Some(grant) = near {
        who = grant.person.as_str().to_owned();
        let tenant = world.tenant_of(&grant.scope);
        let held: Vec<(&str, &str)> =
            catalogue.iter().filter(|(f, a)| has(world, tenant, &grant.role, f, a)).copied().collect();
        if !s.percent(6) {
            permission = s.pick(&held).copied().unwrap_or(permission);
        }
        if !s.percent(6) {
            channel = grant.channel.as_deref().map(str::to_owned);
        }
        if !s.percent(10) {
            target = target_in(world, s, grant);
        }
        // Where it is in force, more often than not.
        if s.percent(80) {
            let ends = grant.until.map(|until| Instant::from_micros(until.as_micros() - 1));
            at = grant.from.or(ends).unwrap_or(at);
        }
    }
    if s.percent(40) {
        at = Instant::from_micros(at.as_micros() + [-1, 1, 1][s.below(3)]);
    }
    if s.percent(2) {
        at = [Instant::MIN, Instant::MAX][s.below(2)];
    }
    let mut permission = format!("{}:{}", permission.0, permission.1);
    match s.below(100) {
        0 => "nobody".clone_into(&mut who),
        1 => "f0:paint".clone_into(&mut permission),
        2 => channel = Some("telex".to_owned()),
        3 => target = Target::About { person: who.clone(), tenant: Some(unit(world, s, None).to_string()) },
        4 => target = Target::InUnit("nowhere".to_owned()),
        5 => target = Target::About { person: "nobody".to_owned(), tenant: None },
        _ => {}
    }
    (Ask { who, permission, channel, target }, at)
}

fn target(world: &World, s: &mut Source, who: &str) -> Target {
    let (person, tenant) = registration(world, s);
    let person = if s.percent(15) { who } else { person.as_str() }.to_owned();
    let tenant = tenant.filter(|_| s.percent(60)).map(String::from);
    let unit = String::from(unit(world, s, None));
    match s.below(12) {
        0..4 => Target::InUnit(unit),
        4..7 => Target::About { person, tenant },
        7..9 => Target::Record { unit, person },
        9 | 10 => Target::Anywhere,
        _ => Target::Everywhere,
    }
}

/// A target that the grant's scope is likely to cover.
fn target_in(world: &World, s: &mut Source, grant: &Grant) -> Target {
    let who = grant.person.as_str();
    if s.percent(12) {
        return Target::Anywhere;
    }
    let tenant = world.tenant_of(&grant.scope).map(str::to_owned);
    let people: Vec<&Registration> =
        world.registrations.iter().filter(|r| r.tenant.is_some() && r.tenant.as_deref() == tenant.as_deref()).collect();
    match &grant.scope {
        Scope::Unit(_) | Scope::Subtree(_) => {
            let inside: Vec<&Unit> = world.units.iter().filter(|u| world.in_scope(&u.code, &grant.scope)).collect();
            let unit = s.pick(&inside).map_or("nowhere", |u| u.code.as_str()).to_owned();
            let person = s.pick(&people).map_or(who, |r| r.person.as_str()).to_owned();
            match s.below(4) {
                0 => Target::About { person, tenant },
                1 => Target::Record { unit, person },
                _ => Target::InUnit(unit),
            }
        }
        Scope::Members { group, .. } => {
            let of_group =
                |r: &&&Registration| tenant.as_ref().is_some_and(|t| world.is_of(r.person.as_str(), t, group));
            let of_group: Vec<&&Registration> = people.iter().filter(of_group).collect();
            let person = s.pick(&of_group).map_or(who, |r| r.person.as_str()).to_owned();
            Target::About { person, tenant: tenant.filter(|_| s.percent(80)) }
        }
        Scope::Own { .. } => {
            let unit = unit(world, s, tenant.as_deref()).to_string();
            match s.below(3) {
                0 => Target::Record { unit, person: who.to_owned() },
                _ => Target::About { person: who.to_owned(), tenant: tenant.filter(|_| s.percent(80)) },
            }
        }
        Scope::Everywhere => {
            if s.percent(30) {
                Target::Everywhere
            } else {
                target(world, s, who)
            }
        }
    }
}
