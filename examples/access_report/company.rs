//! A company of a contact centre, some weeks of its life: what there is to report on
//! without any data.

use std::error::Error;

use alcada::{
    Actor, Authority, Change, Command, Event, Grant, Identifier, Instant, Name, Policy,
    Registration, Scope, Unit,
    facts::{CustomRole, Group, Restriction},
    hours::Grid,
    journal::MemoryJournal,
    policy::{Pattern, Role},
};

use crate::{Names, Subject};

const COMPANY: &str = "acme";

pub fn subject() -> Result<Subject, Box<dyn Error>> {
    let policy = Policy::from_toml(include_str!("../contact_centre.toml"))?;
    let company = Company { authority: Authority::open(MemoryJournal::new(), policy, day(0))? };
    company.opens()?;
    company.works()?;
    Ok(Subject { authority: company.authority, tenant: COMPANY, now: day(58), names: Names::new() })
}

struct Company {
    authority: Authority,
}

impl Company {
    /// Long ago: the vendor opens it, and another, of which nothing is to be seen here.
    fn opens(&self) -> Result<(), Box<dyn Error>> {
        let host = Actor::host();
        self.does(&host, 0, "the vendor's own", Registration::of("vera")?.of_kind("vendor")?)?;
        self.does(&host, 0, "the vendor's own", Grant::role("vendor").to("vera").everywhere()?)?;
        let vera = Actor::user("vera");
        for (tenant, administrator) in [(COMPANY, "alice"), ("globex", "gustav")] {
            let unit = Unit { code: Name::new(tenant)?, kind: None, parent: None, tenant: None };
            self.does(&vera, 1, "contract signed", unit)?;
            let first = Registration::of(administrator)?.in_tenant(tenant)?.of_kind("employee")?;
            self.does(&vera, 1, "first administrator", Command::Bootstrap(first))?;
        }
        let alice = Actor::user("alice");
        for who in
            ["arno", "sergio", "bruna", "caio", "olga", "sandra", "samir", "sofia", "saulo", "tom"]
        {
            let person = Registration::of(who)?.in_tenant(COMPANY)?.of_kind("employee")?;
            self.does(&alice, 3, "hired", person)?;
        }
        self.does(
            &alice,
            3,
            "answers at night",
            Registration::of("r2")?.in_tenant(COMPANY)?.of_kind("robot")?,
        )?;
        self.does(&alice, 3, "opening", whole("supervisor", "sergio")?)?;
        for who in ["bruna", "caio", "sofia", "saulo", "r2"] {
            self.does(&alice, 4, "opening", whole("agent", who)?)?;
        }
        for (name, parent, leader, members) in [
            ("operations", None, "olga", &["sergio"][..]),
            ("sales", Some("operations"), "sandra", &["sofia", "bruna"][..]),
            ("support", Some("operations"), "samir", &["saulo", "caio"][..]),
        ] {
            let group = Group {
                tenant: Name::new(COMPANY)?,
                name: Name::new(name)?,
                parent: parent.map(Name::new).transpose()?,
                leader: Some(Identifier::new(leader)?),
                members: members.iter().map(Identifier::new).collect::<Result<_, _>>()?,
            };
            self.does(&alice, 5, "the teams", group)?;
            let people =
                Scope::Members { group: Name::new(name)?, tenant: Some(Name::new(COMPANY)?) };
            let reports = Grant::role("report-reader").to(leader).scoped(people)?;
            self.does(&alice, 5, "leads the team", reports)?;
        }
        Ok(())
    }

    /// The last weeks.
    fn works(&self) -> Result<(), Box<dyn Error>> {
        let alice = Actor::user("alice");
        let campaigns = |permissions: &[&str]| -> Result<CustomRole, Box<dyn Error>> {
            let permissions = permissions.iter().map(Pattern::parse).collect::<Result<_, _>>()?;
            let role = Role {
                label: Some("Campaigns <sales & service>".into()),
                permissions,
                ..Role::default()
            };
            Ok(CustomRole { tenant: Name::new(COMPANY)?, name: Name::new("campaigns")?, role })
        };
        self.does(
            &alice,
            33,
            "for the autumn campaign",
            Command::CreateRole(campaigns(&["contacts:view"])?),
        )?;
        self.does(
            &alice,
            33,
            "",
            Command::CreateRole(CustomRole {
                name: Name::new("archive")?,
                ..campaigns(&["contacts:view"])?
            }),
        )?;
        let for_autumn =
            Grant::role("campaigns").to("bruna").until(day(80)).in_and_below(COMPANY)?;
        self.does(&alice, 34, "for the autumn campaign", for_autumn)?;
        let wider = campaigns(&["contacts:view", "contacts:import", "export:create"])?;
        self.does(&alice, 36, "she imports the lists herself", Command::EditRole(wider))?;
        self.does(
            &alice,
            40,
            "stands in for alice while she is away",
            administrator("arno", day(75))?,
        )?;
        self.does(&alice, 41, "promoted", whole("supervisor", "sofia")?)?;
        let lead = |group: &str, leader: Option<&str>| -> Result<Command, Box<dyn Error>> {
            let leader = leader.map(Identifier::new).transpose()?;
            Ok(Command::SetLeader { tenant: Name::new(COMPANY)?, group: Name::new(group)?, leader })
        };
        self.does(&alice, 43, "samir is on leave", lead("support", None)?)?;
        let careful = Event::RestrictionImposed(Restriction {
            name: Name::new("no listening in")?,
            subject: alcada::facts::Subject::Person(Identifier::new("sergio")?),
            permissions: vec![Pattern::parse("monitoring:listen")?],
            scope: Scope::Subtree(Name::new(COMPANY)?),
            from: None,
            until: Some(day(70)),
        });
        self.authority.apply(
            Change::of([&careful]).because("works council, until they have agreed").at(day(44)),
        )?;
        let tenant = Some(Name::new(COMPANY)?);
        for (name, hours, people) in [
            (
                "day shift",
                "mon-fri 07:00-15:30, sat 08:00-12:00; America/Sao_Paulo",
                &["bruna", "caio", "sofia"][..],
            ),
            ("night shift", "mon-thu 22:00-06:00, fri 23:00-05:00; America/Sao_Paulo", &["r2"][..]),
        ] {
            let (tenant, name) = (Some(Name::new(COMPANY)?), Name::new(name)?);
            let grid = Grid {
                tenant: tenant.clone(),
                name: name.clone(),
                hours: hours.parse()?,
                allow_outside: false,
                hand_over: true,
            };
            let mut events = vec![Event::GridCreated(grid)];
            for person in people {
                let person = Identifier::new(person)?;
                events.push(Event::Enrolled { tenant: tenant.clone(), grid: name.clone(), person });
            }
            self.authority.apply(
                Change::of(&events).because("shifts agreed with the works council").at(day(45)),
            )?;
        }
        self.does(
            &alice,
            50,
            "left, papers pending",
            Command::Suspend { person: Identifier::new("saulo")?, tenant },
        )?;
        Ok(())
    }

    fn does(
        &self,
        who: &Actor,
        on: i64,
        why: &str,
        command: impl Into<Command>,
    ) -> Result<(), Box<dyn Error>> {
        self.authority.execute(who, command, why, day(on))?;
        Ok(())
    }
}

fn whole(role: &str, who: &str) -> Result<Grant, alcada::facts::InvalidName> {
    Grant::role(role).to(who).in_and_below(COMPANY)
}

fn administrator(who: &str, until: Instant) -> Result<Grant, alcada::facts::InvalidName> {
    Grant::role("administrator").to(who).until(until).in_and_below(COMPANY)
}

/// So many days after the second of February 2026, in the morning.
fn day(n: i64) -> Instant {
    Instant::from_micros(1_770_022_800_000_000).plus_seconds(86_400 * n)
}
