//! Who can, where and what; and a sample of them against the check, asked for everybody
//! and everything one by one.

use std::collections::HashMap;
use std::error::Error;
use std::io::Write;
use std::time::Instant as Clock;

use alcada::{Authority, Instant, Name, Permission, Request, Target, query::Answer};

use crate::decisions::Subject;
use crate::network::{CITY, Network};
use crate::people::{AUDITOR, CLERK, FORMER_CLERK, MEMBER, SUPERVISOR, Someone};
use crate::random::Random;
use crate::{grouped, heading};

/// How many questions of each sort are asked.
const SAMPLE: usize = 40;

type Found = HashMap<String, Option<Instant>>;

fn found<'s, T: From<Name> + ToString>(answers: impl Iterator<Item = Answer<'s, T>>) -> Found {
    answers.map(|answer| (answer.name().to_string(), answer.until())).collect()
}

pub fn show(
    out: &mut dyn Write,
    authority: &Authority,
    network: &Network,
    people: &[Someone],
    now: Instant,
) -> Result<(), Box<dyn Error>> {
    heading(out, "Who can, where, what")?;
    let snapshot = authority.snapshot();
    let subject = Subject::of(network, "UE")?;
    let school = network.schools.first().ok_or("there is no school")?;
    let start = Clock::now();
    let who = snapshot.who_can(subject.change(), Target::InUnit(&school.code), now).count();
    writeln!(
        out,
        "{who} of {} people can do {} in {} {}; found in {} us.",
        grouped(people.len()),
        subject.change(),
        school.kind,
        school.name,
        start.elapsed().as_micros()
    )?;
    for answer in snapshot.what_can(CLERK, Target::InUnit(&school.code), now).take(3) {
        match answer.until() {
            None => writeln!(out, "The clerk can do {} there.", answer.name())?,
            Some(until) => {
                writeln!(out, "The clerk can do {} there, until {until}.", answer.name())?
            }
        }
    }
    let decided = agree(authority, network, people, now)?;
    writeln!(
        out,
        "{SAMPLE} of each question, at random, say what {} checks one by one say.",
        grouped(decided)
    )?;
    Ok(())
}

/// Asks the questions and the checks; how many checks there were.
fn agree(
    authority: &Authority,
    network: &Network,
    people: &[Someone],
    now: Instant,
) -> Result<usize, Box<dyn Error>> {
    let snapshot = authority.snapshot();
    let mut everyone = vec![CLERK, FORMER_CLERK, SUPERVISOR, MEMBER, AUDITOR];
    everyone.extend(people.iter().map(|someone| someone.person.as_str()));
    if everyone.len() != snapshot.people() {
        Err("somebody is asked about whom nobody knows")?;
    }
    let mut random = Random::new(0xa9);
    let permissions: Vec<String> =
        network.catalogue.iter().map(|entry| entry.permission()).collect();
    let mut units: Vec<&str> = network.schools.iter().map(|school| school.code.as_str()).collect();
    units.extend(network.districts.iter().map(|district| district.code.as_str()));
    units.push(CITY);
    let mut decided = 0;
    let mut compare =
        |question: String,
         given: Found,
         requests: &mut dyn Iterator<Item = (&str, Request<'_>)>| {
            let mut allowed = 0;
            for (name, request) in requests {
                decided += 1;
                let decision = snapshot.check(&request, now);
                let expected = decision.is_allow().then_some(decision.until());
                if given.get(name).copied() != expected {
                    return Err(format!(
                        "{question}: `{name}` is {:?}, and the check says {decision:?}",
                        given.get(name)
                    ));
                }
                allowed += usize::from(decision.is_allow());
            }
            if allowed == given.len() {
                Ok(())
            } else {
                Err(format!("{question}: {} answers, not {allowed}", given.len()))
            }
        };
    for _ in 0..SAMPLE {
        let (someone, chosen, unit) =
            (random.pick(people), random.pick(&permissions), *random.pick(&units));
        let unit = if random.percent(60) { someone.unit.as_str() } else { unit };
        let (who, permission, target) =
            (someone.person.as_str(), Permission::new(chosen), Target::InUnit(unit));
        let asked = Request::by(who).to(permission);
        compare(
            format!("who can {permission} in {unit}"),
            found(snapshot.who_can(permission, target, now)),
            &mut everyone.iter().map(|&it| (it, Request::by(it).to(permission).in_unit(unit))),
        )?;
        compare(
            format!("where can {asked:?}"),
            found(snapshot.where_can(who, permission, now)),
            &mut units.iter().map(|&unit| (unit, asked.in_unit(unit))),
        )?;
        compare(
            format!("what can {:?}", asked.in_unit(unit)),
            found(snapshot.what_can(who, target, now)),
            &mut permissions
                .iter()
                .map(|it| (&**it, Request::by(who).to(Permission::new(it)).in_unit(unit))),
        )?;
    }
    Ok(decided)
}
