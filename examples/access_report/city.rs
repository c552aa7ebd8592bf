//! A city's real network of schools, and a few people of it.

use std::error::Error;

use alcada::{
    Actor, Authority, Change, Command, Event, Grant, Identifier, Instant, Name, Policy,
    Registration, facts::Affiliation, journal::MemoryJournal,
};

use crate::Subject;
use crate::network::{BUREAU, CITY, Network};

/// The staff who keep users: of a school, of its district, of the city; and the city's administrator.
const ROSA: &str = "7000001";
const DAVI: &str = "7000002";
const CLARA: &str = "7000003";
const ADA: &str = "7000009";
/// A teacher, and a parent in a school's association.
const ANA: &str = "7210418";
const PAULO: &str = "52998224725";

pub fn subject(folder: &str) -> Result<Subject, Box<dyn Error>> {
    let network = Network::read(Some(folder))?;
    let (district, places) = network.places().ok_or("there are too few schools to report on")?;
    let [school, other, far] = places.map(|place| place.code.as_str());
    let policy = Policy::from_toml(include_str!("../school_finance/policy.toml"))?;
    let authority = Authority::open(MemoryJournal::new(), policy, day(0))?;
    let mut facts = network.events()?;
    for who in [ROSA, DAVI, CLARA, ADA, ANA] {
        facts.push(Event::PersonRegistered(
            Registration::of(who)?.in_tenant(CITY)?.of_kind("staff")?,
        ));
    }
    let keepers = [
        Grant::role("ue-registrar").to(ROSA).only_in(school)?,
        Grant::role("dre-registrar").to(DAVI).in_and_below(&district.code)?,
        Grant::role("sme-registrar").to(CLARA).in_and_below(CITY)?,
        Grant::role("sme-administrator").to(ADA).in_and_below(CITY)?,
    ];
    facts.extend(keepers.into_iter().map(Event::Granted));
    authority
        .apply(Change::of(&facts).because("the network as the department lists it").at(day(0)))?;
    let postings = [
        posting(ANA, "exercise", school, day(50))?,
        posting(ANA, "exercise", other, day(120))?,
        posting(ANA, "exercise", BUREAU, day(90))?,
    ];
    authority.apply(Change::of(&postings).because("postings of the term").at(day(20)))?;

    let [rosa, davi, clara] = [(ROSA, school), (DAVI, district.code.as_str()), (CLARA, CITY)]
        .map(|(who, unit)| Actor::user(who).working_at(unit));
    let does = |actor: &Actor, on: i64, why: &str, command: Command| {
        authority.execute(actor, command, why, day(on))
    };
    let parent = Registration::of(PAULO)?.in_tenant(CITY)?.of_kind("non-staff")?.at_unit(school)?;
    does(&rosa, 25, "elected to the association", parent.into())?;
    authority.apply(
        Change::of([&posting(PAULO, "association", school, day(60))?])
            .because("minutes of the assembly")
            .at(day(26)),
    )?;
    does(&rosa, 26, "keeps the expenses", Grant::role("ue-clerk").to(ANA).only_in(school)?.into())?;
    does(
        &rosa,
        27,
        "looks at the expenses",
        Grant::role("ue-viewer").to(PAULO).only_in(school)?.into(),
    )?;
    does(
        &davi,
        28,
        "keeps the other school's too",
        Grant::role("ue-clerk").to(ANA).only_in(other)?.into(),
    )?;
    does(
        &davi,
        29,
        "analyses accounts",
        Grant::role("dre-analyst").to(ANA).only_in(&district.code)?.into(),
    )?;
    let far = Grant::role("ue-viewer").to(ANA).directly().only_in(far)?;
    does(&clara, 30, "asked for by that school", far.into())?;
    let places = network.districts.into_iter().chain(network.schools);
    let names = places.map(|place| (place.code, place.name)).collect();
    Ok(Subject { authority, tenant: CITY, now: day(40), names })
}

fn posting(who: &str, kind: &str, unit: &str, until: Instant) -> Result<Event, Box<dyn Error>> {
    let (person, kind, unit) = (Identifier::new(who)?, Name::new(kind)?, Name::new(unit)?);
    Ok(Event::AffiliationRecorded(Affiliation {
        person,
        kind,
        unit,
        from: None,
        until: Some(until),
    }))
}

/// So many days after the first of March 2026, in the morning.
fn day(n: i64) -> Instant {
    Instant::from_micros(1_772_355_600_000_000).plus_seconds(86_400 * n)
}
