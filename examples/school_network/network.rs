//! The units of a network and the functions of its system: read from files, or
//! made up in [`sample`](crate::sample).

use std::error::Error;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The levels of the tree, widest first: the department, its districts, their schools.
pub const VISIONS: [&str; 3] = ["SME", "DRE", "UE"];
/// The unit at the root.
pub const CITY: &str = "SME";

#[derive(Deserialize)]
pub struct District {
    pub code: String,
    pub name: String,
}

#[derive(Deserialize)]
pub struct School {
    pub code: String,
    pub kind: String,
    pub name: String,
    pub district: String,
}

/// One line of the catalogue: an action of a function, and where it is shown.
#[derive(Deserialize)]
pub struct Entry {
    pub vision: String,
    pub function: String,
    pub codename: String,
}

pub struct Network {
    pub districts: Vec<District>,
    pub schools: Vec<School>,
    pub catalogue: Vec<Entry>,
}

impl Network {
    /// Reads `districts.csv`, `schools.csv` and `functions.csv` of a folder.
    pub fn read(folder: &Path) -> Result<Network, Box<dyn Error>> {
        let network = Network {
            districts: rows(&folder.join("districts.csv"))?,
            schools: rows(&folder.join("schools.csv"))?,
            catalogue: rows(&folder.join("functions.csv"))?,
        };
        if network.schools.iter().all(|school| school.district != network.district(0).code) {
            return Err(format!(
                "`{}` names no school of the first district",
                folder.join("schools.csv").display()
            ))?;
        }
        Ok(network)
    }

    pub fn district(&self, n: usize) -> &District {
        &self.districts[n % self.districts.len()]
    }

    /// The schools of a district, in their order.
    pub fn schools_of<'n>(&'n self, district: &'n District) -> impl Iterator<Item = &'n School> {
        self.schools.iter().filter(|school| school.district == district.code)
    }

    /// The kinds of school, the most frequent first, with how many there are.
    pub fn school_kinds(&self) -> Vec<(&str, usize)> {
        let mut kinds: Vec<(&str, usize)> = Vec::new();
        for school in &self.schools {
            match kinds.iter_mut().find(|(kind, _)| *kind == school.kind) {
                Some((_, count)) => *count += 1,
                None => kinds.push((&school.kind, 1)),
            }
        }
        kinds.sort_by_key(|&(kind, count)| (std::cmp::Reverse(count), kind));
        kinds
    }
}

/// The rows of a file; none is an error, as is a row that does not fit.
fn rows<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Box<dyn Error>> {
    let name = path.display();
    let mut reader =
        csv::Reader::from_path(path).map_err(|error| format!("cannot read `{name}`: {error}"))?;
    let rows: Result<Vec<T>, csv::Error> = reader.deserialize().collect();
    let rows = rows.map_err(|error| format!("`{name}`: {error}"))?;
    if rows.is_empty() { Err(format!("`{name}` has no rows"))? } else { Ok(rows) }
}
