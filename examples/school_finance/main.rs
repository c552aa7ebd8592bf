//! Who registers whom in the finances of a city's schools: operators of a school, of a district and
//! of the city. It shows what each is offered, what is refused and why, what ends by itself, where
//! people sign in, and how support gets in.
//!
//! `cargo run --example school_finance`; `-- --data DIR` reads a city's real network.

mod network;

use std::error::Error;

use alcada::{
    Actor, Authority, Command, Event, Grant, Identifier, Instant, Name, Permission, Policy,
    Registration, Request, Revision, Scope, SignIn,
    admin::Wanting,
    facts::{Affiliation, Basis, GrantBuilder},
    journal::MemoryJournal,
    plan::{Covers, Current, Evidence, Source},
};
use network::{BUREAU, CITY, Network};

/// The staff who keep users: of a school, of its district, of the city.
const ROSA: &str = "7000001";
const DAVI: &str = "7000002";
const CLARA: &str = "7000003";
/// A teacher, and a parent in a school's association.
const ANA: &str = "7210418";
const PAULO: &str = "52998224725";

const EDIT: Permission<'_> = Permission::new("expenses:edit");
/// What groups of one level alone allow.
const LEVELS: [(Permission<'_>, &str); 3] = [
    (EDIT, "a school's expenses"),
    (Permission::new("accounts:analyse"), "a district's accounts"),
    (Permission::new("parameters:view"), "the city's parameters"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let network = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Network::read(None)?,
        ["--data", folder] => Network::read(Some(folder))?,
        _ => return Err("usage: school_finance [--data DIR]".into()),
    };
    let (its_district, places) =
        network.places().ok_or("there are too few schools for the story")?;
    let (district, [school, other, elsewhere]) =
        (its_district.code.as_str(), places.map(|school| school.code.as_str()));

    let policy = Policy::from_toml(include_str!("policy.toml"))?;
    let office =
        Office { authority: Authority::open(MemoryJournal::new(), policy, day(0))?, today: day(1) };
    let mut facts = network.events()?;
    for who in [ROSA, DAVI, CLARA, ANA] {
        facts.push(Event::PersonRegistered(
            Registration::of(who)?.in_tenant(CITY)?.of_kind("staff")?,
        ));
    }
    let keepers = [
        Grant::role("ue-registrar").to(ROSA).only_in(school)?,
        Grant::role("dre-registrar").to(DAVI).in_and_below(district)?,
        Grant::role("sme-registrar").to(CLARA).in_and_below(CITY)?,
    ];
    facts.extend(keepers.into_iter().map(Event::Granted));
    // What the source of postings tells: Ana teaches at two schools, for a time.
    facts.push(posting(ANA, "exercise", school, day(30))?);
    facts.push(posting(ANA, "exercise", other, day(60))?);
    office.authority.apply_all(&facts)?;
    let [rosa, davi, clara] = [(ROSA, school), (DAVI, district), (CLARA, CITY)]
        .map(|(who, unit)| Actor::user(who).working_at(unit));

    println!("{} units, among them:", network.districts.len() + network.schools.len() + 2);
    println!("  {school} {}, a school whose users Rosa keeps", places[0].name);
    println!(
        "  {other} {}, of the same district; {elsewhere} {}, of another",
        places[1].name, places[2].name
    );
    println!(
        "  {district} {}, that district, whose users Davi keeps; Clara those of the city",
        its_district.name
    );

    println!("\nAt the school: staff in exercise there, and current members of its association");
    let paulo = |cpf: &str| -> Result<Registration, Box<dyn Error>> {
        Ok(Registration::of(cpf)?.in_tenant(CITY)?.of_kind("non-staff")?.at_unit(school)?)
    };
    office.issue("Rosa registers a parent, and mistypes the CPF", &rosa, paulo("52998224726")?)?;
    office.issue("Rosa registers the parent", &rosa, paulo(PAULO)?)?;
    office.issue(
        "Rosa lets Ana keep the expenses",
        &rosa,
        role("ue-clerk", ANA).only_in(school)?,
    )?;
    office.issue("Rosa lets the parent look", &rosa, role("ue-viewer", PAULO).only_in(school)?)?;
    office.authority.apply(&posting(PAULO, "association", school, day(90))?)?;
    office.issue(
        "Rosa tries again, now that he was elected",
        &rosa,
        role("ue-viewer", PAULO).only_in(school)?,
    )?;
    office.issue(
        "Rosa reaches for Ana's other school",
        &rosa,
        role("ue-clerk", ANA).only_in(other)?,
    )?;
    office.offers("Rosa", &rosa, ANA, school)?;

    println!("\nAt the district: its staff, and those of its schools");
    office.issue(
        "Davi lets Ana keep the other school's, too",
        &davi,
        role("ue-clerk", ANA).only_in(other)?,
    )?;
    office.issue(
        "Davi gives Ana the district's accounts",
        &davi,
        role("dre-analyst", ANA).only_in(district)?,
    )?;
    office.issue(
        "Davi gives the parent the district",
        &davi,
        role("dre-viewer", PAULO).only_in(district)?,
    )?;
    office.offers("Davi", &davi, ANA, district)?;

    println!("\nIn the city: everybody's own units, and any other directly");
    office.issue("Clara gives Ana the city", &clara, role("sme-viewer", ANA).only_in(CITY)?)?;
    office.issue(
        "Clara gives herself everything",
        &clara,
        role("sme-administrator", CLARA).directly().in_and_below(CITY)?,
    )?;
    office.issue(
        "Clara adds a far school directly",
        &clara,
        role("ue-viewer", ANA).directly().only_in(elsewhere)?,
    )?;
    office.issue(
        "Clara lets the parent analyse",
        &clara,
        role("dre-analyst", PAULO).directly().only_in(district)?,
    )?;
    office.issue(
        "Clara lets the parent look",
        &clara,
        role("dre-viewer", PAULO).directly().only_in(district)?,
    )?;
    office.authority.apply(&posting(ANA, "exercise", BUREAU, day(45))?)?;
    office.issue(
        "Ana comes to a bureau; Clara tries again",
        &clara,
        role("sme-viewer", ANA).only_in(CITY)?,
    )?;

    println!("\nPostings end, and what rests on them with them: nobody revokes anything");
    for today in [day(1), day(30), day(45), day(60)] {
        let may = |wanted| {
            office.authority.check(&Request::by(ANA).to(wanted).anywhere(), today).is_allow()
        };
        let has: Vec<&str> =
            LEVELS.into_iter().filter(|(wanted, _)| may(*wanted)).map(|(_, level)| level).collect();
        println!(
            "  {}  Ana, of the levels: {}",
            date(today),
            if has.is_empty() { "none".into() } else { has.join(", ") }
        );
    }
    let edit = Request::by(ANA).to(EDIT).in_unit(school);
    println!("\n{}", office.authority.explain(&edit, day(30)));

    println!("\nStandard sign-in: the units of today, and those lost since the last time");
    let mut last = None;
    for today in [day(1), day(30), day(60)] {
        let sign_in = SignIn::of(ANA);
        let session = office.authority.sign_in(&last.iter().fold(sign_in, SignIn::after), today)?;
        println!("  {}  Ana works in {}", date(today), listed(&session.units));
        if !session.lost.is_empty() {
            println!("      no longer in {}", listed(&session.lost));
        }
        last = Some(session);
    }

    println!("\nIn support: the district helps its schools, by a door of its own");
    let open = |unit: &str| -> Result<Command, Box<dyn Error>> {
        let (person, role) = (Identifier::new(DAVI)?, Name::new("ue-clerk")?);
        Ok(Command::OpenSupport {
            person,
            units: vec![Name::new(unit)?],
            role,
            until: Some(day(8)),
        })
    };
    office.issue("Davi opens the school, which asked for help", &davi, open(school)?)?;
    office.issue("Davi opens a school of another district", &davi, open(elsewhere)?)?;
    for held in office.authority.snapshot().support_of(DAVI, office.today) {
        println!(
            "  he holds `{}` there until {}",
            held.role,
            held.until.map_or("whenever".into(), date)
        );
    }
    let edit = Request::by(DAVI).to(EDIT).in_unit(school);
    for door in ["standard", "support"] {
        let session = office.authority.sign_in(&SignIn::of(DAVI).on_channel(door), office.today)?;
        let answer = if office.authority.check_session(&session, &edit, office.today).is_allow() {
            "may"
        } else {
            "may not"
        };
        println!(
            "  by the {door} door he works in {} and {answer} edit the school's expenses",
            listed(&session.units)
        );
    }
    let (tenant, people) = (Name::new(CITY)?, vec![Identifier::new(DAVI)?]);
    office.issue(
        "Davi ends it, all at once",
        &davi,
        Command::CloseSupport { tenant, people, units: Vec::new() },
    )?;
    let door = office.authority.sign_in(&SignIn::of(DAVI).on_channel("support"), office.today);
    println!(
        "  and the door is closed: {}",
        door.err().map_or_else(String::new, |refused| refused.to_string())
    );
    println!(
        "\nThe routine, weeks later: a dry run, then carried out. The register of postings is down, that of associations up"
    );
    let office = Office { today: day(70), ..office };
    let members = Source::affiliations(
        "associations",
        ["association"],
        [Current::new(PAULO, "association", school)?],
    )?;
    let evidence =
        Evidence::of([Source::unreachable("postings")?, members.covering(Covers::units([CITY])?)]);
    let plan = office.authority.snapshot().plan(&evidence, office.today);
    plan.to_string().lines().for_each(|line| println!("  {line}"));
    office.issue("Rosa has all of it carried out", &rosa, plan.clone())?;
    office.issue("Clara has it carried out", &clara, plan)?;
    let again = office.authority.snapshot().plan(&evidence, office.today);
    println!("  drawn again: {}", again.to_string().lines().next().unwrap_or_default());
    assert!(again.is_empty());

    println!("\nWho let her");
    for entry in office.authority.read_from(Revision(1), usize::MAX)? {
        for event in &entry.events {
            if let Event::Granted(Grant { role, scope: Scope::Unit(unit), person, .. }) = event
                && person.as_str() == ANA
            {
                let by = entry.actor.id().unwrap_or("the host");
                println!("  {} {by}: {role} in {unit} ({})", date(entry.at), entry.reason);
            }
        }
    }
    Ok(())
}

struct Office {
    authority: Authority,
    today: Instant,
}

impl Office {
    /// Says what becomes of a command.
    fn issue(
        &self,
        what: &str,
        actor: &Actor,
        command: impl Into<Command>,
    ) -> Result<(), Box<dyn Error>> {
        let outcome = match self.authority.execute(actor, command, what, self.today) {
            Ok(entry) => match entry.events.last() {
                Some(Event::Granted(grant)) => {
                    format!("done; it rests on {}", rests_on(&grant.basis))
                }
                _ => "done".to_owned(),
            },
            Err(error) => error.refusal().ok_or_else(|| error.to_string())?.rule.to_string(),
        };
        println!("  {what}:\n      {outcome}");
        Ok(())
    }

    fn offers(
        &self,
        name: &str,
        actor: &Actor,
        who: &str,
        unit: &str,
    ) -> Result<(), Box<dyn Error>> {
        let offers = self.authority.offers(actor, who, unit, self.today)?;
        let (offered, not): (Vec<_>, Vec<_>) = offers
            .roles
            .iter()
            .filter(|offer| matches!(offer.scope, Scope::Unit(_)))
            .partition(|offer| offer.answer.is_ok());
        let names: Vec<&str> = offered.iter().map(|offer| offer.role.as_str()).collect();
        println!("  {name} is offered {} for Ana; not the rest:", names.join(", "));
        let against = not.first().and_then(|offer| offer.answer.as_ref().err());
        against.into_iter().for_each(|rule| println!("      {rule}"));
        Ok(())
    }
}

fn role(role: &str, who: &str) -> GrantBuilder {
    Grant::role(role).to(who)
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

fn listed(scopes: &[Scope]) -> String {
    let named = scopes.iter().map(|scope| match scope {
        Scope::Unit(unit) => unit.to_string(),
        Scope::Subtree(unit) => format!("{unit} and all below"),
        other => format!("{other:?}"),
    });
    named.collect::<Vec<_>>().join(", ")
}

fn rests_on(basis: &Basis) -> String {
    match basis.clone() {
        Basis::Affiliation { kind, place } => Wanting { affiliation: kind, place }.to_string(),
        Basis::Direct => "nothing: it was added directly".to_owned(),
        _ => "nothing".to_owned(),
    }
}

/// So many days after the first of March 2026.
fn day(n: i64) -> Instant {
    Instant::from_micros(1_772_323_200_000_000).plus_seconds(86_400 * n)
}

fn date(at: Instant) -> String {
    at.to_string().chars().take(10).collect()
}
