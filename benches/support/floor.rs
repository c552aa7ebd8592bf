//! The yardsticks: what a check costs when it does next to nothing (`Floor`), when
//! it also finds its names (`NamedFloor`), and when an engineer writes it in an
//! afternoon (`Afternoon`).
//!
//! They answer the same questions as alcada and nothing else: no time, no reasons.
//! Each is written as well as safe Rust allows for what it is, and the fast ones are
//! inlined by force where they are timed: what a call costs is no part of a yardstick.

use std::collections::{HashMap, HashSet};

use super::city::{Ask, Names, World};

/// A grant in eight bytes: the interval of pre-order places it covers, and its role.
#[derive(Clone, Copy, Debug)]
struct Cell {
    low: u32,
    width: u16,
    role: u16,
}

/// Dense ids, offsets into one flat array of grants, a bitset a role, an interval
/// test on the tree. The least that a check can do.
pub struct Floor {
    offsets: Vec<u32>,
    cells: Vec<Cell>,
    roles: Vec<[u64; 4]>,
}

impl Floor {
    pub fn new(world: &World) -> Floor {
        let mut roles = vec![[0; 4]; world.roles.len()];
        for (row, bits) in world.roles.iter().zip(&mut roles) {
            for &permission in &row.permissions {
                bits[usize::from(permission / 64)] |= 1 << (permission % 64);
            }
        }
        let cell = |held: &super::city::Held| {
            let width = if held.below { world.units[held.unit as usize].width } else { 1 };
            Cell {
                low: held.unit,
                width: u16::try_from(width).expect("a tree of fewer units"),
                role: held.role,
            }
        };
        Floor {
            offsets: world.offsets.clone(),
            cells: world.grants.iter().map(cell).collect(),
            roles,
        }
    }

    /// The place is tested first: it is in the grant itself, and rarely holds.
    #[inline(always)]
    pub fn check(&self, ask: Ask) -> bool {
        let (word, bit) = (ask.permission as usize / 64 % 4, ask.permission % 64);
        let person = ask.person as usize;
        let cells = &self.cells[self.offsets[person] as usize..self.offsets[person + 1] as usize];
        cells.iter().any(|cell| {
            ask.unit.wrapping_sub(cell.low) < u32::from(cell.width)
                && self.roles[usize::from(cell.role)][word] >> bit & 1 == 1
        })
    }

    /// The same without early exit and without branches on what the grants hold.
    #[inline(always)]
    pub fn check_branch_free(&self, ask: Ask) -> bool {
        let (word, bit) = (ask.permission as usize / 64 % 4, ask.permission % 64);
        let person = ask.person as usize;
        let cells = &self.cells[self.offsets[person] as usize..self.offsets[person + 1] as usize];
        let found = cells.iter().fold(0, |found, cell| {
            let covers = u64::from(ask.unit.wrapping_sub(cell.low) < u32::from(cell.width));
            found | self.roles[usize::from(cell.role)][word] >> bit & covers
        });
        found & 1 == 1
    }
}

/// The strings of many questions, one after the other in one buffer, as they lie in
/// what came over the network.
pub struct NamedAsks {
    text: String,
    /// Where the person's name begins, and where it, the permission and the unit end.
    bounds: Vec<[u32; 4]>,
}

impl NamedAsks {
    pub fn new(world: &World, asks: &[Ask]) -> NamedAsks {
        let mut named = NamedAsks { text: String::new(), bounds: Vec::with_capacity(asks.len()) };
        for ask in asks {
            let mut bounds = [named.end(); 4];
            let parts = [
                world.people.get(ask.person),
                world.permissions[ask.permission as usize].as_str(),
                world.units[ask.unit as usize].code.as_str(),
            ];
            for (part, bound) in parts.into_iter().zip(&mut bounds[1..]) {
                named.text.push_str(part);
                *bound = named.end();
            }
            named.bounds.push(bounds);
        }
        named
    }

    fn end(&self) -> u32 {
        u32::try_from(self.text.len()).expect("the strings of one run take less than 4 GB")
    }

    pub fn len(&self) -> usize {
        self.bounds.len()
    }

    /// Person, permission, unit.
    #[inline(always)]
    pub fn get(&self, index: usize) -> (&str, &str, &str) {
        let [start, person, permission, unit] = self.bounds[index];
        let part = |from: u32, to: u32| &self.text[from as usize..to as usize];
        (part(start, person), part(person, permission), part(permission, unit))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        (0..self.len()).map(|index| self.get(index))
    }
}

type Ids = HashMap<String, u32, foldhash::fast::RandomState>;

/// The floor behind three look-ups of names.
pub struct NamedFloor {
    floor: Floor,
    people: Ids,
    permissions: Ids,
    units: Ids,
}

impl NamedFloor {
    pub fn new(world: &World) -> NamedFloor {
        fn ids<'a>(names: impl Iterator<Item = &'a str>) -> Ids {
            names.zip(0..).map(|(name, id)| (name.to_owned(), id)).collect()
        }
        NamedFloor {
            floor: Floor::new(world),
            people: ids(each(&world.people)),
            permissions: ids(world.permissions.iter().map(String::as_str)),
            units: ids(world.units.iter().map(|unit| unit.code.as_str())),
        }
    }

    #[inline(always)]
    pub fn check(&self, (person, permission, unit): (&str, &str, &str)) -> bool {
        let Some(&person) = self.people.get(person) else { return false };
        let Some(&permission) = self.permissions.get(permission) else { return false };
        let Some(&unit) = self.units.get(unit) else { return false };
        self.floor.check(Ask { person, permission, unit })
    }
}

/// A grant as one writes it down first.
struct Assignment {
    role: String,
    unit: String,
    below: bool,
}

/// Hash maps of strings and a walk up the tree, as an engineer writes it in an
/// afternoon, and as many programs have it.
pub struct Afternoon {
    grants: HashMap<String, Vec<Assignment>>,
    roles: HashMap<String, HashSet<String>>,
    parents: HashMap<String, String>,
}

impl Afternoon {
    pub fn new(world: &World) -> Afternoon {
        let role_key = |role: u16| {
            let row = &world.roles[usize::from(role)];
            match row.tenant {
                Some(tenant) => format!("{}/{}", world.units[tenant as usize].code, row.name),
                None => row.name.clone(),
            }
        };
        let code = |unit: u32| world.units[unit as usize].code.clone();
        let mut grants: HashMap<String, Vec<Assignment>> = HashMap::new();
        for (person, id) in (0..).zip(each(&world.people)) {
            let held = world.held(person).iter();
            let assignments = held.map(|held| Assignment {
                role: role_key(held.role),
                unit: code(held.unit),
                below: held.below,
            });
            grants.insert(id.to_owned(), assignments.collect());
        }
        let permissions = |role: u16| {
            let listed = world.roles[usize::from(role)].permissions.iter();
            listed.map(|&permission| world.permissions[usize::from(permission)].clone()).collect()
        };
        Afternoon {
            grants,
            roles: (0..world.roles.len() as u16)
                .map(|role| (role_key(role), permissions(role)))
                .collect(),
            parents: (0..)
                .zip(&world.units)
                .filter_map(|(unit, row)| row.parent.map(|parent| (code(unit), code(parent))))
                .collect(),
        }
    }

    /// One grant more, of a role without a tenant.
    pub fn add(&mut self, person: &str, role: &str, unit: &str, below: bool) {
        let assignment = Assignment { role: role.to_owned(), unit: unit.to_owned(), below };
        self.grants.entry(person.to_owned()).or_default().push(assignment);
    }

    pub fn check(&self, (person, permission, unit): (&str, &str, &str)) -> bool {
        let Some(assignments) = self.grants.get(person) else { return false };
        assignments.iter().any(|assignment| {
            self.roles
                .get(&assignment.role)
                .is_some_and(|permissions| permissions.contains(permission))
                && self.covers(assignment, unit)
        })
    }

    fn covers(&self, assignment: &Assignment, unit: &str) -> bool {
        let mut at = unit;
        loop {
            if at == assignment.unit {
                return true;
            }
            match self.parents.get(at) {
                Some(parent) if assignment.below => at = parent,
                _ => return false,
            }
        }
    }
}

fn each(names: &Names) -> impl Iterator<Item = &str> {
    (0..names.len() as u32).map(|index| names.get(index))
}
