//! The worlds that are measured, as plain dense data with names beside it: *city*,
//! the shape of a real school network, and *saas*, many small tenants.
//!
//! Nothing here is timed and nothing here decides how a contestant stores what it
//! is given. Everything is drawn from fixed seeds: the same arguments, the same world.

use alcada::{
    Event, Grant, Identifier, Instant, Name, Registration, Scope, Unit,
    facts::{Affiliation, Basis, CustomRole, Place},
    policy::{self, Function, Kind, Pattern, Role, UnitKind},
};

use super::rng::Rng;

/// The instant at which every question is asked: 2026-03-02 12:00 UTC.
pub const NOW: Instant = Instant::from_micros(1_772_452_800_000_000);

/// Every permission of the catalogue is one of `FUNCTIONS` × `ACTIONS`.
pub const PERMISSIONS: usize = FUNCTIONS.len() * ACTIONS.len();

const ACTIONS: [&str; 4] = ["view", "add", "change", "delete"];
#[rustfmt::skip]
const FUNCTIONS: [&str; 50] = [
    "accounts", "advances", "agendas", "archive", "assets", "audits", "balance", "banking", "board", "budget",
    "calendar", "catering", "classes", "contacts", "credits", "debts", "deposits", "enrolment", "expenses", "fees",
    "furniture", "grades", "guests", "holidays", "imports", "invoices", "journals", "keys", "ledger", "library",
    "meals", "meetings", "minutes", "notices", "orders", "payments", "pensions", "permits", "plans", "profiles",
    "reports", "repairs", "rooms", "schedules", "staff", "students", "suppliers", "surveys", "transport", "vacancies",
];

/// How many schools each of the thirteen districts has in the real tree.
const SCHOOLS: [u32; 13] = [85, 199, 117, 94, 106, 118, 104, 104, 124, 145, 89, 142, 139];

/// The one kind of affiliation: a posting.
pub const POSTING: &str = "posting";

/// How the people's identifiers look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ids {
    /// Four in five a payroll number of eight digits, one in five an eleven-digit one.
    Short,
    /// A version 4 UUID in its 36 characters.
    Uuid,
}

/// What the grants are made to rest on; the answers at [`NOW`] are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    /// Nothing: standing, for ever.
    Plain,
    /// Every grant has a beginning in the past and an end to come.
    Dated,
    /// Every grant rests on a posting at its own unit, which is recorded.
    Affiliated,
}

/// Strings of one sort, in one buffer.
#[derive(Clone, Debug, Default)]
pub struct Names {
    text: String,
    ends: Vec<u32>,
}

impl Names {
    pub fn push(&mut self, name: &str) {
        self.text.push_str(name);
        self.ends
            .push(u32::try_from(self.text.len()).expect("names of one sort take less than 4 GB"));
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, index: u32) -> &str {
        let index = index as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start as usize..self.ends[index] as usize]
    }
}

/// A unit; its index is its place in pre-order, so that a subtree is an interval.
#[derive(Clone, Debug)]
pub struct UnitRow {
    pub code: String,
    pub kind: &'static str,
    pub parent: Option<u32>,
    /// How many units the subtree holds, this one included.
    pub width: u32,
    /// The root above it.
    pub tenant: u32,
}

/// A role; custom when it has a tenant.
#[derive(Clone, Debug)]
pub struct RoleRow {
    pub name: String,
    pub tenant: Option<u32>,
    pub permissions: Vec<u16>,
}

/// A grant as a person holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub role: u16,
    pub below: bool,
    pub unit: u32,
}

/// A question: may this person do this in this unit?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    pub person: u32,
    pub permission: u32,
    pub unit: u32,
}

/// A world, everything in it a dense number; the names lie beside.
#[derive(Clone, Debug)]
pub struct World {
    pub permissions: Vec<String>,
    pub units: Vec<UnitRow>,
    pub roles: Vec<RoleRow>,
    pub people: Names,
    /// Where each person is registered: the root of the tenant's tree.
    pub tenants: Vec<u32>,
    /// The grants of person `p` are `grants[offsets[p]..offsets[p + 1]]`.
    pub offsets: Vec<u32>,
    pub grants: Vec<Held>,
}

impl World {
    /// The school network of a city, with so many people and on average two grants each.
    pub fn city(people: u32, ids: Ids) -> World {
        let mut rng = Rng::new(0xC17 + u64::from(people));
        let mut world = World::empty();
        world.city_tree();
        for number in 1..=30 {
            let permissions = draw_permissions(&mut rng);
            world.roles.push(RoleRow {
                name: format!("profile-{number:02}"),
                tenant: None,
                permissions,
            });
        }
        let districts: Vec<u32> = world.of_kind("district");
        let schools: Vec<u32> = world.of_kind("school");
        let names = draw_names(people, ids);
        world.settle(
            names,
            &mut rng,
            |_, _| 0,
            |_, _, rng| {
                let role = rng.below(30) as u16;
                match rng.below(100) {
                    0..80 => Held {
                        role,
                        below: false,
                        unit: schools[rng.below(schools.len() as u32) as usize],
                    },
                    80..95 => Held {
                        role,
                        below: true,
                        unit: districts[rng.below(districts.len() as u32) as usize],
                    },
                    _ => Held { role, below: true, unit: 0 },
                }
            },
        );
        world
    }

    /// Tenants of a hundred people, each with a root, four teams and three roles of its own.
    pub fn saas(tenants: u32) -> World {
        let mut world = World::saas_tree(tenants);
        let mut rng = Rng::new(0x5AA5 + u64::from(tenants));
        let names = draw_names(tenants * 100, Ids::Short);
        world.settle(
            names,
            &mut rng,
            |person, _| person / 100 * 5,
            |_, root, rng| {
                let role = (root / 5 * 3 + rng.below(3)) as u16;
                match rng.below(100) {
                    0..80 => Held { role, below: false, unit: root + 1 + rng.below(4) },
                    _ => Held { role, below: true, unit: root },
                }
            },
        );
        world
    }

    /// The tenants of such a world and nobody in them. The first ones of a larger
    /// world are those of a smaller.
    pub fn saas_tree(tenants: u32) -> World {
        let mut rng = Rng::new(0x7E4A);
        let mut world = World::empty();
        for tenant in 0..tenants {
            world.add_tenant(tenant, &mut rng);
        }
        world
    }

    fn empty() -> World {
        let permissions = FUNCTIONS
            .iter()
            .flat_map(|function| ACTIONS.iter().map(move |action| format!("{function}:{action}")));
        World {
            permissions: permissions.collect(),
            units: Vec::new(),
            roles: Vec::new(),
            people: Names::default(),
            tenants: Vec::new(),
            offsets: Vec::new(),
            grants: Vec::new(),
        }
    }

    fn city_tree(&mut self) {
        let width = 1 + SCHOOLS.len() as u32 + SCHOOLS.iter().sum::<u32>();
        self.units.push(UnitRow {
            code: "100000".into(),
            kind: "city",
            parent: None,
            width,
            tenant: 0,
        });
        let mut school = 0u64;
        for (number, &schools) in SCHOOLS.iter().enumerate() {
            let district = self.units.len() as u32;
            let code = format!("{}", 108_100 + number * 100);
            let row =
                UnitRow { code, kind: "district", parent: Some(0), width: schools + 1, tenant: 0 };
            self.units.push(row);
            for _ in 0..schools {
                school += 1;
                // 48271 has no factor in common with 100,000: no code comes twice.
                let code = format!("{:06}", school * 48_271 % 100_000);
                let row =
                    UnitRow { code, kind: "school", parent: Some(district), width: 1, tenant: 0 };
                self.units.push(row);
            }
        }
    }

    /// The tenant with this number: its root, its teams, its roles. It becomes the last.
    fn add_tenant(&mut self, tenant: u32, rng: &mut Rng) {
        let root = self.units.len() as u32;
        let code = |unit: u32| format!("{:06}", 100_000 + tenant * 5 + unit);
        self.units.push(UnitRow {
            code: code(0),
            kind: "company",
            parent: None,
            width: 5,
            tenant: root,
        });
        for team in 1..5 {
            let row = UnitRow {
                code: code(team),
                kind: "team",
                parent: Some(root),
                width: 1,
                tenant: root,
            };
            self.units.push(row);
        }
        for role in 1..=3 {
            let permissions = draw_permissions(rng);
            self.roles.push(RoleRow {
                name: format!("role-{role}"),
                tenant: Some(root),
                permissions,
            });
        }
    }

    fn of_kind(&self, kind: &str) -> Vec<u32> {
        (0..self.units.len() as u32)
            .filter(|&unit| self.units[unit as usize].kind == kind)
            .collect()
    }

    /// Gives every person a tenant and one to three different grants: of each two
    /// neighbours the second has four less what the first has, so that the average is two exactly.
    fn settle(
        &mut self,
        names: Names,
        rng: &mut Rng,
        tenant_of: impl Fn(u32, &World) -> u32,
        draw: impl Fn(&World, u32, &mut Rng) -> Held,
    ) {
        let people = names.len() as u32;
        self.people = names;
        self.offsets.push(0);
        let mut count = 0;
        for person in 0..people {
            let tenant = tenant_of(person, self);
            self.tenants.push(tenant);
            count = if person % 2 == 0 { 1 + rng.below(3) } else { 4 - count };
            let first = self.grants.len();
            while self.grants.len() < first + count as usize {
                let held = draw(self, tenant, rng);
                // The same grant twice is one grant.
                if !self.grants[first..].contains(&held) {
                    self.grants.push(held);
                }
            }
            self.offsets.push(self.grants.len() as u32);
        }
    }

    pub fn held(&self, person: u32) -> &[Held] {
        &self.grants
            [self.offsets[person as usize] as usize..self.offsets[person as usize + 1] as usize]
    }

    /// The answer, in the plainest words.
    pub fn allows(&self, ask: Ask) -> bool {
        self.held(ask.person)
            .iter()
            .any(|held| self.covers(held, ask.unit) && self.lists(held.role, ask.permission))
    }

    fn covers(&self, held: &Held, unit: u32) -> bool {
        let width = if held.below { self.units[held.unit as usize].width } else { 1 };
        (held.unit..held.unit + width).contains(&unit)
    }

    pub fn lists(&self, role: u16, permission: u32) -> bool {
        self.roles[role as usize].permissions.contains(&(permission as u16))
    }

    /// Questions, every second one allowed on average. Who asks is drawn evenly both
    /// times: were any three drawn blindly until half are allowed, the allowed half
    /// would come from the few who hold the whole city, and sit in the cache.
    pub fn asks(&self, count: usize, seed: u64) -> Vec<Ask> {
        let mut rng = Rng::new(seed);
        (0..count)
            .map(|_| {
                if rng.chance(1, 2) {
                    self.draw_allowed(&mut rng)
                } else {
                    self.draw_denied(&mut rng)
                }
            })
            .collect()
    }

    fn draw_allowed(&self, rng: &mut Rng) -> Ask {
        let person = rng.below(self.people.len() as u32);
        let held = self.held(person);
        let held = held[rng.below(held.len() as u32) as usize];
        let width = if held.below { self.units[held.unit as usize].width } else { 1 };
        let permissions = &self.roles[held.role as usize].permissions;
        let permission = u32::from(permissions[rng.below(permissions.len() as u32) as usize]);
        Ask { person, permission, unit: held.unit + rng.below(width) }
    }

    pub fn draw_denied(&self, rng: &mut Rng) -> Ask {
        loop {
            let person = rng.below(self.people.len() as u32);
            let tenant = self.tenants[person as usize];
            let unit = tenant + rng.below(self.units[tenant as usize].width);
            let ask = Ask { person, permission: rng.below(PERMISSIONS as u32), unit };
            if !self.allows(ask) {
                return ask;
            }
        }
    }

    /// The policy under which the world's facts make sense.
    pub fn policy(&self) -> policy::Document {
        let visions = ["city", "district", "school"];
        let (visions, unit_kinds): (&[&str], &[(&str, &str)]) = if self.units[0].kind == "city" {
            (&visions, &[("city", "city"), ("district", "district"), ("school", "school")])
        } else {
            (&["company", "team"], &[("company", "company"), ("team", "team")])
        };
        let function =
            || Function { actions: ACTIONS.iter().map(name).collect(), ..Function::default() };
        let built_in = self.roles.iter().filter(|role| role.tenant.is_none());
        policy::Document {
            version: 1,
            visions: visions.iter().map(name).collect(),
            affiliations: vec![name(POSTING)],
            functions: FUNCTIONS.iter().map(|text| (name(text), function())).collect(),
            unit_kinds: unit_kinds
                .iter()
                .map(|(kind, vision)| (name(kind), UnitKind { vision: Some(name(vision)) }))
                .collect(),
            kinds: ["staff", "non-staff"]
                .iter()
                .map(|kind| (name(kind), Kind::default()))
                .collect(),
            roles: built_in.map(|role| (name(&role.name), self.role(role))).collect(),
            ..policy::Document::default()
        }
    }

    fn role(&self, row: &RoleRow) -> Role {
        let pattern = |&permission: &u16| {
            Pattern::parse(&self.permissions[permission as usize])
                .expect("the catalogue's permissions are patterns")
        };
        Role { permissions: row.permissions.iter().map(pattern).collect(), ..Role::default() }
    }

    /// Everything there is, in an order in which it can be applied: the tree, the
    /// roles, then each person with what is theirs.
    pub fn events(&self, terms: Terms) -> impl Iterator<Item = Event> + '_ {
        let people =
            (0..self.people.len() as u32).flat_map(move |person| self.person_events(person, terms));
        self.structure_events().chain(people)
    }

    /// Units and custom roles.
    pub fn structure_events(&self) -> impl Iterator<Item = Event> + '_ {
        let roots = (0..self.units.len() as u32).map(|unit| self.unit_event(unit));
        let roles = self.roles.iter().filter_map(|role| self.role_event(role));
        roots.chain(roles)
    }

    /// One tenant of a saas world: its root, its teams, its roles.
    pub fn tenant_events(&self, tenant: u32) -> Vec<Event> {
        let units = (tenant * 5..tenant * 5 + 5).map(|unit| self.unit_event(unit));
        let roles = self.roles[tenant as usize * 3..tenant as usize * 3 + 3].iter();
        units.chain(roles.filter_map(|role| self.role_event(role))).collect()
    }

    fn unit_event(&self, unit: u32) -> Event {
        let row = &self.units[unit as usize];
        Event::UnitAdded(Unit {
            code: name(&row.code),
            kind: Some(name(row.kind)),
            parent: row.parent.map(|parent| self.code(parent)),
            tenant: None,
        })
    }

    fn role_event(&self, row: &RoleRow) -> Option<Event> {
        let tenant = self.code(row.tenant?);
        Some(Event::RoleCreated(CustomRole { tenant, name: name(&row.name), role: self.role(row) }))
    }

    /// A person's registration and, after it, what they hold.
    fn person_events(&self, person: u32, terms: Terms) -> impl Iterator<Item = Event> + '_ {
        std::iter::once(self.registration(person)).chain(self.holding_events(person, terms))
    }

    pub fn registration(&self, person: u32) -> Event {
        let id = self.people.get(person);
        // An eleven-digit number is that of someone who is not on the payroll.
        let kind = if id.len() == 11 { "non-staff" } else { "staff" };
        Event::PersonRegistered(Registration {
            person: identifier(id),
            tenant: Some(self.code(self.tenants[person as usize])),
            kind: Some(name(kind)),
            unit: None,
        })
    }

    /// A person's grants, each after the posting it rests on, if it does.
    fn holding_events(&self, person: u32, terms: Terms) -> impl Iterator<Item = Event> + '_ {
        let first = self.offsets[person as usize];
        self.held(person).iter().enumerate().flat_map(move |(position, held)| {
            // Two grants at one unit rest on one posting.
            let posted = self.held(person)[..position].iter().any(|other| other.unit == held.unit);
            let posting = (terms == Terms::Affiliated && !posted).then(|| {
                Event::AffiliationRecorded(Affiliation {
                    person: identifier(self.people.get(person)),
                    kind: name(POSTING),
                    unit: self.code(held.unit),
                    from: Some(past(first + position as u32)),
                    until: None,
                })
            });
            posting.into_iter().chain([Event::Granted(self.grant(
                person,
                first + position as u32,
                terms,
            ))])
        })
    }

    /// The grant at this place of `grants`, which `person` holds.
    pub fn grant(&self, person: u32, index: u32, terms: Terms) -> Grant {
        let mut grant = self.grant_of(person, self.grants[index as usize]);
        let unit = self.code(self.grants[index as usize].unit);
        match terms {
            Terms::Plain => {}
            Terms::Dated => {
                grant.from = Some(past(index));
                grant.until = Some(future(index));
            }
            Terms::Affiliated => {
                grant.basis = Basis::Affiliation { kind: name(POSTING), place: Place::Unit(unit) }
            }
        }
        grant
    }

    pub fn grant_of(&self, person: u32, held: Held) -> Grant {
        let unit = self.code(held.unit);
        Grant {
            person: identifier(self.people.get(person)),
            role: name(&self.roles[held.role as usize].name),
            scope: if held.below { Scope::Subtree(unit) } else { Scope::Unit(unit) },
            channel: None,
            basis: Basis::Standing,
            from: None,
            until: None,
        }
    }

    fn code(&self, unit: u32) -> Name {
        name(&self.units[unit as usize].code)
    }
}

/// Between twenty and sixty different permissions.
fn draw_permissions(rng: &mut Rng) -> Vec<u16> {
    let mut all: Vec<u16> = (0..PERMISSIONS as u16).collect();
    rng.shuffle(&mut all);
    all.truncate(20 + rng.below(41) as usize);
    all.sort_unstable();
    all
}

fn draw_names(people: u32, ids: Ids) -> Names {
    let mut rng = Rng::new(0x1D5);
    let mut names = Names::default();
    for person in 0..u64::from(people) {
        let name = match ids {
            // The factors have nothing in common with ten: no number comes twice.
            Ids::Short if rng.chance(4, 5) => {
                format!("{:08}", (person + 1) * 61_803_399 % 100_000_000)
            }
            Ids::Short => format!("{:011}", (person + 1) * 31_415_926_537 % 100_000_000_000),
            Ids::Uuid => uuid(rng.next(), rng.next()),
        };
        names.push(&name);
    }
    names
}

fn uuid(high: u64, low: u64) -> String {
    let (a, b, c) = (high >> 32, high >> 16 & 0xffff, high & 0xfff);
    let (d, e) = (low >> 48 & 0x3fff | 0x8000, low & 0xffff_ffff_ffff);
    format!("{a:08x}-{b:04x}-4{c:03x}-{d:04x}-{e:012x}")
}

const HOUR: i64 = 3_600_000_000;

/// An instant within the three years before [`NOW`], different from grant to grant.
fn past(index: u32) -> Instant {
    Instant::from_micros(NOW.as_micros() - HOUR * (1 + i64::from(index) * 7_919 % 26_280))
}

/// An instant within the three years after [`NOW`].
fn future(index: u32) -> Instant {
    Instant::from_micros(NOW.as_micros() + HOUR * (1 + i64::from(index) * 7_907 % 26_280))
}

fn name(text: impl AsRef<str>) -> Name {
    Name::new(text).expect("the generator writes names only")
}

fn identifier(text: &str) -> Identifier {
    Identifier::new(text).expect("the generator writes names only")
}
