//! Who is in the network: six people to follow, and as many more as asked for.

use std::error::Error;

use alcada::{
    Facts, Grant, Identifier, Instant, Name, Registration, Scope, Unit,
    facts::{Affiliation, Place, Restriction, Subject},
};

use crate::constitution::{ASSOCIATION, DEPARTMENT, DISTRICT, EXERCISE, NON_STAFF, STAFF};
use crate::network::{CITY, Network};
use crate::random::Random;

pub const DAY: i64 = 24 * 60 * 60;

/// The people whom the decisions are about.
pub const CLERK: &str = "7210418";
pub const FORMER_CLERK: &str = "7100033";
pub const SUPERVISOR: &str = "7004521";
pub const MEMBER: &str = "98765432100";
pub const AUDITOR: &str = "7000102";

/// The tree: the department, the districts below it, the schools below them.
pub fn units(network: &Network) -> Result<Facts, Box<dyn Error>> {
    let unit = |code: &str, kind: &str, parent: Option<&str>| -> Result<Unit, Box<dyn Error>> {
        let parent = parent.map(Name::new).transpose()?;
        Ok(Unit { code: Name::new(code)?, kind: Some(Name::new(kind)?), parent, tenant: None })
    };
    let mut facts = Facts { version: 1, ..Facts::default() };
    facts.units.push(unit(CITY, DEPARTMENT, None)?);
    for district in &network.districts {
        facts.units.push(unit(&district.code, DISTRICT, Some(CITY))?);
    }
    for school in &network.schools {
        facts.units.push(unit(&school.code, &school.kind, Some(&school.district))?);
    }
    Ok(facts)
}

/// Facts about people, row by row.
pub struct Roll {
    pub facts: Facts,
}

impl Roll {
    pub fn new() -> Roll {
        Roll { facts: Facts { version: 1, ..Facts::default() } }
    }

    pub fn register(&mut self, person: &str, kind: &str, unit: &str) -> Result<(), Box<dyn Error>> {
        let (tenant, kind, unit) =
            (Some(Name::new(CITY)?), Some(Name::new(kind)?), Some(Name::new(unit)?));
        self.facts.people.push(Registration {
            person: Identifier::new(person)?,
            tenant,
            kind,
            unit,
        });
        Ok(())
    }

    /// A dated fact; what rests on it comes and goes with it.
    pub fn affiliate(
        &mut self,
        person: &str,
        kind: &str,
        unit: &str,
        until: Option<Instant>,
    ) -> Result<(), Box<dyn Error>> {
        let (kind, unit) = (Name::new(kind)?, Name::new(unit)?);
        self.facts.affiliations.push(Affiliation {
            person: Identifier::new(person)?,
            kind,
            unit,
            from: None,
            until,
        });
        Ok(())
    }

    /// A role in a school, for as long as the affiliation with it lasts.
    pub fn grant_in(
        &mut self,
        person: &str,
        role: &str,
        school: &str,
        while_in: &str,
    ) -> Result<(), Box<dyn Error>> {
        let grant = Grant::role(role)
            .to(person)
            .while_affiliated(Name::new(while_in)?, Place::Unit(Name::new(school)?));
        self.facts.grants.push(grant.only_in(school)?);
        Ok(())
    }

    /// A role at a district or the department and all below, for as long as one works there.
    pub fn grant_below(
        &mut self,
        person: &str,
        role: &str,
        unit: &str,
    ) -> Result<(), Box<dyn Error>> {
        let grant = Grant::role(role)
            .to(person)
            .while_affiliated(Name::new(EXERCISE)?, Place::Unit(Name::new(unit)?));
        self.facts.grants.push(grant.in_and_below(unit)?);
        Ok(())
    }
}

/// The people to follow, all of the first district and its first schools.
pub fn followed(network: &Network, now: Instant) -> Result<Facts, Box<dyn Error>> {
    let district = network.district(0);
    let mut schools = network.schools_of(district).map(|school| school.code.as_str());
    let school = schools.next().unwrap_or(CITY);
    let district = district.code.as_str();
    let mut roll = Roll::new();

    roll.register(CLERK, STAFF, school)?;
    roll.affiliate(CLERK, EXERCISE, school, Some(now.plus_seconds(200 * DAY)))?;
    roll.grant_in(CLERK, "ue-clerk", school, EXERCISE)?;

    roll.register(FORMER_CLERK, STAFF, school)?;
    roll.affiliate(FORMER_CLERK, EXERCISE, school, Some(now.plus_seconds(-DAY)))?;
    roll.grant_in(FORMER_CLERK, "ue-clerk", school, EXERCISE)?;

    roll.register(SUPERVISOR, STAFF, district)?;
    roll.affiliate(SUPERVISOR, EXERCISE, district, None)?;
    roll.grant_below(SUPERVISOR, "dre-supervisor", district)?;
    // Her own children's school is none of her business.
    roll.facts.restrictions.push(Restriction {
        name: Name::new("conflict-of-interest")?,
        subject: Subject::Person(Identifier::new(SUPERVISOR)?),
        permissions: vec![alcada::policy::Pattern::parse("*:*")?],
        scope: Scope::Unit(Name::new(schools.nth(1).unwrap_or(school))?),
        from: None,
        until: None,
    });

    roll.register(MEMBER, NON_STAFF, school)?;
    roll.affiliate(MEMBER, ASSOCIATION, school, Some(now.plus_seconds(400 * DAY)))?;
    roll.grant_in(MEMBER, "ue-treasurer", school, ASSOCIATION)?;
    // Given by mistake, by a feed of another system.
    roll.facts.grants.push(Grant::role("dre-analyst").to(MEMBER).in_and_below(district)?);

    roll.register(AUDITOR, STAFF, CITY)?;
    roll.affiliate(AUDITOR, EXERCISE, CITY, None)?;
    roll.grant_below(AUDITOR, "sme-auditor", CITY)?;
    Ok(roll.facts)
}

/// Someone of the crowd, as far as requests need to know them.
pub struct Someone {
    pub person: String,
    pub unit: String,
}

/// The crowd: four in five at a school, some at a district, few at the department;
/// one in eight a member of an association.
pub struct Crowd<'n> {
    network: &'n Network,
    random: Random,
    now: Instant,
    pub people: Vec<Someone>,
}

impl<'n> Crowd<'n> {
    pub fn new(network: &'n Network, now: Instant) -> Crowd<'n> {
        Crowd { network, random: Random::new(0xa1cada), now, people: Vec::new() }
    }

    /// Facts about so many more people.
    pub fn more(&mut self, people: usize) -> Result<Facts, Box<dyn Error>> {
        let mut roll = Roll::new();
        for _ in 0..people {
            let someone = match self.random.below(100) {
                0..12 => self.member(&mut roll)?,
                12..82 => self.school_staff(&mut roll)?,
                82..95 => self.district_staff(&mut roll)?,
                _ => self.department_staff(&mut roll)?,
            };
            self.people.push(someone);
        }
        Ok(roll.facts)
    }

    /// Most postings are open-ended; some end in a year to come, few are over.
    fn until(&mut self) -> Option<Instant> {
        match self.random.below(100) {
            0..3 => Some(self.now.plus_seconds(-DAY * (1 + self.random.below(300) as i64))),
            3..25 => Some(self.now.plus_seconds(DAY * (1 + self.random.below(700) as i64))),
            _ => None,
        }
    }

    fn member(&mut self, roll: &mut Roll) -> Result<Someone, Box<dyn Error>> {
        let (person, school) =
            (cpf(self.people.len()), &self.random.pick(&self.network.schools).code);
        roll.register(&person, NON_STAFF, school)?;
        roll.affiliate(&person, ASSOCIATION, school, self.until())?;
        roll.grant_in(&person, "ue-member", school, ASSOCIATION)?;
        if self.random.percent(20) {
            roll.grant_in(&person, "ue-treasurer", school, ASSOCIATION)?;
        }
        Ok(Someone { person, unit: school.clone() })
    }

    fn school_staff(&mut self, roll: &mut Roll) -> Result<Someone, Box<dyn Error>> {
        let (person, school) =
            (payroll(self.people.len()), &self.random.pick(&self.network.schools).code);
        roll.register(&person, STAFF, school)?;
        roll.affiliate(&person, EXERCISE, school, self.until())?;
        let role = self.random.weighted(&[
            ("ue-clerk", 60),
            ("ue-viewer", 25),
            ("ue-treasurer", 10),
            ("ue-principal", 5),
        ]);
        roll.grant_in(&person, role, school, EXERCISE)?;
        // Some teach at a second school, few at a third.
        let others = self.random.weighted(&[(0, 60), (1, 30), (2, 10)]);
        for _ in 0..others {
            let other = &self.random.pick(&self.network.schools).code;
            if other != school {
                roll.affiliate(&person, EXERCISE, other, self.until())?;
                roll.grant_in(&person, "ue-viewer", other, EXERCISE)?;
            }
        }
        Ok(Someone { person, unit: school.clone() })
    }

    fn district_staff(&mut self, roll: &mut Roll) -> Result<Someone, Box<dyn Error>> {
        let (person, district) =
            (payroll(self.people.len()), &self.random.pick(&self.network.districts).code);
        roll.register(&person, STAFF, district)?;
        roll.affiliate(&person, EXERCISE, district, self.until())?;
        let role =
            self.random.weighted(&[("dre-viewer", 55), ("dre-analyst", 40), ("dre-supervisor", 5)]);
        roll.grant_below(&person, role, district)?;
        // Someone stands in for a principal for a while: a grant with an end and nothing to rest on.
        if self.random.percent(5) {
            let school = &self.random.pick(&self.network.schools).code;
            let weeks = 1 + self.random.below(12) as i64;
            let stand_in = Grant::role("ue-principal")
                .to(&person)
                .until(self.now.plus_seconds(7 * DAY * weeks));
            roll.facts.grants.push(stand_in.only_in(school)?);
        }
        Ok(Someone { person, unit: district.clone() })
    }

    fn department_staff(&mut self, roll: &mut Roll) -> Result<Someone, Box<dyn Error>> {
        let person = payroll(self.people.len());
        roll.register(&person, STAFF, CITY)?;
        roll.affiliate(&person, EXERCISE, CITY, self.until())?;
        let role = self.random.weighted(&[
            ("sme-viewer", 60),
            ("sme-auditor", 35),
            ("sme-administrator", 5),
        ]);
        roll.grant_below(&person, role, CITY)?;
        Ok(Someone { person, unit: CITY.to_owned() })
    }
}

/// Seven digits, another for each number; those of the people followed begin with a seven.
fn payroll(n: usize) -> String {
    format!("{}", 1_000_000 + n * 48_271 % 6_000_000)
}

/// Nine digits, another for each number, and the two that check them.
fn cpf(n: usize) -> String {
    let mut digits: Vec<u64> = format!("{}", 100_000_000 + n * 7_654_321 % 800_000_000)
        .bytes()
        .map(|b| u64::from(b - b'0'))
        .collect();
    for _ in 0..2 {
        let sum: u64 = digits.iter().rev().zip(2..).map(|(digit, weight)| digit * weight).sum();
        digits.push(if sum % 11 < 2 { 0 } else { 11 - sum % 11 });
    }
    digits.iter().map(u64::to_string).collect()
}
