//! A handful of decisions, each with its explanation.

use std::error::Error;
use std::io::Write;

use alcada::{Authority, Instant, Permission, Request};

use crate::constitution::Effect;
use crate::heading;
use crate::network::{Entry, Network};
use crate::people::{AUDITOR, CLERK, FORMER_CLERK, MEMBER, SUPERVISOR};

/// A function that can be looked at and changed, for the requests.
pub struct Subject {
    view: String,
    change: String,
}

impl Subject {
    /// The first of a vision's functions that has both.
    pub fn of(network: &Network, vision: &str) -> Result<Subject, Box<dyn Error>> {
        let of_vision = || network.catalogue.iter().filter(|entry| entry.vision == vision);
        let change = |entry: &&Entry| {
            entry.effect() == Effect::Change && entry.codename.starts_with("change_")
        };
        of_vision()
            .filter(|entry| entry.effect() == Effect::View)
            .find_map(|view| {
                let change =
                    of_vision().find(|entry| entry.function == view.function && change(entry))?;
                Some(Subject { view: view.permission(), change: change.permission() })
            })
            .ok_or_else(|| {
                format!("no function of vision `{vision}` can be both viewed and changed").into()
            })
    }

    pub fn view(&self) -> Permission<'_> {
        Permission::new(&self.view)
    }

    pub fn change(&self) -> Permission<'_> {
        Permission::new(&self.change)
    }
}

pub fn show(
    out: &mut dyn Write,
    authority: &Authority,
    network: &Network,
    now: Instant,
) -> Result<(), Box<dyn Error>> {
    heading(out, "Decisions, and why")?;
    let (of_school, of_district) = (Subject::of(network, "UE")?, Subject::of(network, "DRE")?);
    let district = network.district(0);
    let mut schools = network.schools_of(district);
    let here = schools.next().ok_or("the first district has no school")?;
    let next_door = schools.next().unwrap_or(here);
    writeln!(
        out,
        "{} {} and {} {} are schools of the district {}.",
        here.kind, here.name, next_door.kind, next_door.name, district.name
    )?;

    let (change, view) = (of_school.change(), of_school.view());
    let cases: [(&str, Request<'_>); 9] = [
        ("A clerk, in her school", Request::by(CLERK).to(change).in_unit(&here.code)),
        ("The same clerk, next door", Request::by(CLERK).to(change).in_unit(&next_door.code)),
        (
            "The supervisor of the district above both looks, in the one",
            Request::by(SUPERVISOR).to(view).in_unit(&here.code),
        ),
        ("and in the other", Request::by(SUPERVISOR).to(view).in_unit(&next_door.code)),
        (
            "A member of the school's association, not of the staff, keeps its books",
            Request::by(MEMBER).to(change).in_unit(&here.code),
        ),
        (
            "The same member, given a district's role by mistake: a ceiling holds",
            Request::by(MEMBER).to(of_district.change()).in_unit(&district.code),
        ),
        (
            "but lets non-staff look there",
            Request::by(MEMBER).to(of_district.view()).in_unit(&district.code),
        ),
        (
            "A clerk whose posting ended yesterday: nobody had to revoke anything",
            Request::by(FORMER_CLERK).to(change).in_unit(&here.code),
        ),
        (
            "An auditor of the whole city changes nothing",
            Request::by(AUDITOR).to(change).in_unit(&here.code),
        ),
    ];
    for (title, request) in &cases {
        let explanation = authority.explain(request, now);
        if explanation.decision != authority.check(request, now) {
            Err(format!("the explanation of {request:?} says otherwise than the check"))?;
        }
        writeln!(out, "\n> {title}:")?;
        for line in explanation.to_string().lines() {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}
