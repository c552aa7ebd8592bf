//! The table of roles and functions, as the library sees it.

use std::error::Error;
use std::io::Write;

use alcada::{Grant, Instant, Permission, Request, Snapshot};

use crate::constitution::{Effect, NON_STAFF, PROFILES, STAFF};
use crate::heading;
use crate::network::{CITY, Entry, Network};
use crate::people::{MEMBER, Roll};

/// Prints what each role may do, asked of people who hold that role and nothing else.
pub fn show(
    out: &mut dyn Write,
    empty: &Snapshot,
    network: &Network,
    now: Instant,
) -> Result<(), Box<dyn Error>> {
    heading(out, "Roles and functions")?;
    let mut roll = Roll::new();
    let mut columns: Vec<(String, String, &str)> = Vec::new();
    for profile in &PROFILES {
        let kind = if profile.role == "ue-member" { NON_STAFF } else { STAFF };
        let person =
            if kind == STAFF { format!("{:07}", columns.len()) } else { MEMBER.to_owned() };
        columns.push((person, profile.role.to_owned(), profile.label));
    }
    columns.push((
        "12345678909".to_owned(),
        "dre-analyst".to_owned(),
        "the same role held by non-staff: a ceiling",
    ));
    for (person, role, _) in &columns {
        roll.register(person, if person.len() == 7 { STAFF } else { NON_STAFF }, CITY)?;
        let vision = PROFILES
            .iter()
            .find(|profile| profile.role == role)
            .map_or("", |profile| profile.vision);
        let unit = match vision {
            "SME" => CITY,
            "DRE" => &network.district(0).code,
            _ => &network.schools[0].code,
        };
        roll.facts.grants.push(Grant::role(role.as_str()).to(person.as_str()).in_and_below(unit)?);
    }
    let mut holders = empty.clone();
    holders.import(&roll.facts)?;

    for (n, (_, role, label)) in columns.iter().enumerate() {
        writeln!(out, "{:>3}  {role:<18} {label}", n + 1)?;
    }
    writeln!(out, "\n. nothing   o sees   + changes some   # everything\n")?;
    let mut functions: Vec<&str> =
        network.catalogue.iter().map(|entry| entry.function.as_str()).collect();
    functions.dedup();
    let width = functions.iter().map(|function| function.chars().count()).max().unwrap_or(0);
    write!(out, "{:<width$} {:>7}", "", "actions")?;
    for n in 1..=columns.len() {
        write!(out, "{n:>3}")?;
    }
    writeln!(out)?;
    for function in functions {
        let entries: Vec<&Entry> =
            network.catalogue.iter().filter(|entry| entry.function == function).collect();
        write!(out, "{function:<width$} {:>7}", entries.len())?;
        for (person, ..) in &columns {
            let mut held = Vec::new();
            for entry in &entries {
                let permission = entry.permission();
                let request = Request::by(person).to(Permission::parse(&permission)?).anywhere();
                if holders.check(&request, now).is_allow() {
                    held.push(entry.effect());
                }
            }
            let sign = match held.as_slice() {
                [] => '.',
                held if held.len() == entries.len() => '#',
                held if held.iter().all(|effect| *effect == Effect::View) => 'o',
                _ => '+',
            };
            write!(out, "{sign:>3}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}
