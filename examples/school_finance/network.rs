//! The districts of a city and their schools: read from files, or a few made up.

use std::error::Error;
use std::fs;
use std::path::Path;

use alcada::{Event, Name, Unit, facts::InvalidName};
use serde::Deserialize;

/// The unit at the root, the department itself.
pub const CITY: &str = "SME";
/// A bureau of the department: whoever is in exercise there belongs to the city.
pub const BUREAU: &str = "160010";

const DISTRICTS: &str = "code,name\n108100,Riverside\n108200,Orchard Hill\n";
const SCHOOLS: &str = "code,name,district\n000191,Oak Bank,108100\n094765,Hazel Court,108100\n000094,Elm Road,108200\n";

/// A district, or a school of one.
#[derive(Deserialize)]
pub struct Place {
    pub code: String,
    pub name: String,
    #[serde(default)]
    district: String,
}

pub struct Network {
    pub districts: Vec<Place>,
    pub schools: Vec<Place>,
}

impl Network {
    /// From `districts.csv` and `schools.csv` of a folder; without one, a sample.
    pub fn read(folder: Option<&str>) -> Result<Network, Box<dyn Error>> {
        let text =
            |file: &str, sample: &str| match folder.map(|folder| Path::new(folder).join(file)) {
                Some(path) => fs::read_to_string(&path)
                    .map_err(|error| format!("cannot read `{}`: {error}", path.display())),
                None => Ok(sample.to_owned()),
            };
        Ok(Network {
            districts: rows(&text("districts.csv", DISTRICTS)?)?,
            schools: rows(&text("schools.csv", SCHOOLS)?)?,
        })
    }

    /// A district with two of its schools, and a school of another.
    pub fn places(&self) -> Option<(&Place, [&Place; 3])> {
        let of = |district: &Place, school: &Place| school.district == district.code;
        let district = self
            .districts
            .iter()
            .find(|d| self.schools.iter().filter(|s| of(d, s)).count() >= 2)?;
        let mut near = self.schools.iter().filter(|school| of(district, school));
        let far = self.schools.iter().find(|school| !of(district, school))?;
        Some((district, [near.next()?, near.next()?, far]))
    }

    /// The whole tree, from its root down.
    pub fn events(&self) -> Result<Vec<Event>, InvalidName> {
        let unit = |code: &str, kind: &str, parent: Option<&str>| {
            let (code, kind, parent) =
                (Name::new(code)?, Some(Name::new(kind)?), parent.map(Name::new).transpose()?);
            Ok(Event::UnitAdded(Unit { code, kind, parent, tenant: None }))
        };
        let top = [unit(CITY, "department", None), unit(BUREAU, "bureau", Some(CITY))];
        let districts =
            self.districts.iter().map(|district| unit(&district.code, "directorate", Some(CITY)));
        let schools =
            self.schools.iter().map(|school| unit(&school.code, "school", Some(&school.district)));
        top.into_iter().chain(districts).chain(schools).collect()
    }
}

fn rows(text: &str) -> Result<Vec<Place>, csv::Error> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect()
}
