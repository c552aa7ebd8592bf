//! A contact centre, which makes its profiles while the program runs. It shows custom roles, access
//! hours, and groups whose leader alone sees what reports say of the members.
//!
//! `cargo run --example contact_centre`

mod story;

use alcada::{
    Command, Grant, Identifier, Instant, Name, Permission, Registration, Request, Scope, Unit,
    facts::{CustomRole, Group},
    hours::{Grid, HandOver, Work},
    policy::{Pattern, Role},
};
use story::{Outcome, Story, heading};

const ATTEND: Permission = Permission::new("onescreen:attend");
const IMPORT: Permission = Permission::new("contacts:import");
const LISTEN: Permission = Permission::new("monitoring:listen");
const REPORTS: Permission = Permission::new("reports:view");

const PEOPLE: [&str; 8] = ["sergio", "bruna", "caio", "olga", "sandra", "samir", "sofia", "saulo"];

fn main() -> Outcome {
    let mut story = Story::begin(
        "Omni: profiles and groups of a contact centre",
        include_str!("contact_centre.toml"),
    )?;

    heading("A company opens");
    story.does(
        "the host",
        "registers vera, of the vendor",
        Registration::of("vera")?.of_kind("vendor")?,
    )?;
    story.does(
        "the host",
        "lets her open companies",
        Grant::role("vendor").to("vera").everywhere()?,
    )?;
    story.does(
        "vera",
        "opens `acme`",
        Unit { code: "acme".try_into()?, kind: None, parent: None, tenant: None },
    )?;
    story.does(
        "vera",
        "registers alice, its first administrator",
        Command::Bootstrap(person("alice", "employee")?),
    )?;
    story.tries(
        "alice",
        "tries to give bruna, whom nobody registered, a profile",
        profile_of("agent", "bruna")?,
    )?;
    for who in PEOPLE {
        story.does("alice", &format!("registers {who}"), person(who, "employee")?)?;
    }
    story.does("alice", "registers r2, which answers at night", person("r2", "robot")?)?;
    story.does("alice", "makes sergio supervisor", profile_of("supervisor", "sergio")?)?;

    heading("A profile is made, edited and deleted");
    let campaigns = profile("campaigns", &["contacts:view", "contacts:import"])?;
    story.does("alice", "creates `campaigns`", Command::CreateRole(campaigns))?;
    story.does("alice", "gives it to bruna", profile_of("campaigns", "bruna")?)?;
    story.may("May bruna import contacts?", &Request::by("bruna").to(IMPORT).in_unit("acme"))?;
    let misspelt = profile("campaigns", &["contacts:view", "contacts:imprt"])?;
    story.tries("alice", "misspells a permission", Command::EditRole(misspelt))?;
    let smaller = profile("campaigns", &["contacts:view"])?;
    story.does("alice", "takes importing out of it", Command::EditRole(smaller))?;
    story.may_not(
        "May bruna import contacts now?",
        &Request::by("bruna").to(IMPORT).in_unit("acme"),
    )?;
    story.does("alice", "deletes it", delete("campaigns")?)?;
    story.tries("alice", "tries to delete the built-in `supervisor`", delete("supervisor")?)?;

    heading("Nobody makes a profile of more than they hold");
    let maker = profile("profiles", &["profile:create", "profile:edit", "contacts:view"])?;
    story.does(
        "alice",
        "creates `profiles`, for those who make profiles",
        Command::CreateRole(maker),
    )?;
    story.does("alice", "gives it to caio", profile_of("profiles", "caio")?)?;
    let ears = profile(
        "profiles",
        &["profile:create", "profile:edit", "contacts:view", "monitoring:listen"],
    )?;
    story.tries("caio", "tries to let himself listen in", Command::EditRole(ears))?;
    story.may_not("Does caio listen in?", &Request::by("caio").to(LISTEN).in_unit("acme"))?;

    heading("Profiles for a selection: all or nothing");
    let whole = Scope::Subtree("acme".try_into()?);
    let with_robot = Command::assign(["agent", "supervisor"], ["bruna", "r2", "caio"], &whole)?;
    story.tries("alice", "tries to give two profiles to bruna, r2 and caio", with_robot)?;
    println!("  bruna has {} profiles", held(&story, "bruna"));
    let entry = story.does(
        "alice",
        "gives `agent` to bruna, r2 and caio",
        Command::assign(["agent"], ["bruna", "r2", "caio"], &whole)?,
    )?;
    println!(
        "  {} grants, as one change; sofia, not selected, has {}",
        entry.events.len(),
        held(&story, "sofia")
    );

    heading("Groups, each with a leader");
    for (name, parent, leader, members) in [
        ("operations", None, "olga", &[][..]),
        ("sales", Some("operations"), "sandra", &["sofia"][..]),
        ("support", Some("operations"), "samir", &["saulo"][..]),
    ] {
        let group = Group {
            tenant: "acme".try_into()?,
            name: name.try_into()?,
            parent: parent.map(Name::try_from).transpose()?,
            leader: Some(leader.try_into()?),
            members: members.iter().map(alcada::Identifier::new).collect::<Result<_, _>>()?,
        };
        let below = parent.map_or(String::new(), |parent| format!(" below `{parent}`"));
        story.does("alice", &format!("creates `{name}`{below}, led by {leader}"), group)?;
        let people = Scope::Members { group: name.try_into()?, tenant: Some("acme".try_into()?) };
        let reports = Grant::role("report-reader").to(leader).scoped(people)?;
        story.does("alice", &format!("lets {leader} read the reports of its people"), reports)?;
    }
    let own = Scope::Own { tenant: Some("acme".try_into()?) };
    story.does(
        "alice",
        "lets sofia read her own",
        Grant::role("report-reader").to("sofia").scoped(own)?,
    )?;

    heading("Whose reports does one see?");
    for who in ["olga", "sandra", "samir", "sofia", "alice"] {
        let sees = |person: &&str| {
            story.authority.check(&Request::by(who).to(REPORTS).about(person), story.now).is_allow()
        };
        let seen: Vec<&str> = PEOPLE.into_iter().filter(sees).collect();
        println!(
            "  {who:<7} {}",
            if seen.is_empty() { "nobody's".to_owned() } else { seen.join(", ") }
        );
    }
    story.may_not(
        "Does sandra see those of samir's people?",
        &Request::by("sandra").to(REPORTS).about("saulo"),
    )?;
    story.may_not(
        "Does alice, who administers all of it?",
        &Request::by("alice").to(REPORTS).about("saulo"),
    )?;
    let leader = Some("caio".try_into()?);
    let (tenant, group) = ("acme".try_into()?, "sales".try_into()?);
    story.does(
        "alice",
        "lets caio lead `sales` instead",
        Command::SetLeader { tenant, group, leader },
    )?;
    story.may_not(
        "Does sandra still see sofia's?",
        &Request::by("sandra").to(REPORTS).about("sofia"),
    )?;
    shifts(&mut story)
}

/// A week at Toronto, where clocks go forward on Sunday, 8 March, at two in the morning.
fn shifts(story: &mut Story) -> Outcome {
    heading("Shifts, over a change of the clocks");
    let day = grid("day", "mon-fri 07:00-19:00, sat 08:00-12:00; America/Toronto")?;
    let night = grid("night", "thu-sun 22:00-06:00; America/Toronto")?;
    story.does("alice", "makes the grid `day`", day.clone())?;
    story.does("alice", "makes the grid `night`", night.clone())?;
    night.hours.picture().to_string().lines().for_each(|line| println!("      {line}"));
    story.does("alice", "enrols bruna and caio in `day`", enrol("day", &["bruna", "caio"])?)?;
    story.does("alice", "enrols r2 in `night`", enrol("night", &["r2"])?)?;
    story.tries("alice", "tries to enrol sofia and herself", enrol("day", &["sofia", "alice"])?)?;
    let (monday, next): (Instant, Instant) =
        ("2026-03-02T05:00:00Z".parse()?, "2026-03-09T23:30:00Z".parse()?);
    for who in ["bruna", "r2"] {
        let mut at = monday;
        while let Some(until) =
            story.authority.check(&attending(who), at).until().filter(|until| *until < next)
        {
            if story.authority.check(&attending(who), at).is_allow() {
                let hours = (until.as_micros() - at.as_micros()) / 3_600_000_000;
                println!("  {who:<6} {at} to {until}, {hours} hours");
            }
            at = until;
        }
    }
    story.now = "2026-03-08T15:00:00Z".parse()?;
    story.may_not("Does bruna attend on that Sunday?", &attending("bruna"))?;
    story.does(
        "alice",
        "lets `day` admit outside its hours",
        Command::EditGrid(Grid { allow_outside: true, ..day }),
    )?;
    story.may("And now?", &attending("bruna"))?;

    heading("Whoever leaves hands their open work over, outside hours and not before");
    let facts = story.authority.snapshot();
    let hand_over = HandOver::new();
    let monday = |clock: &str| format!("2026-03-09T{clock}:00-04:00").parse::<Instant>();
    let (bruna, caio) = (Identifier::new("bruna")?, Identifier::new("caio")?);
    for who in [&bruna, &caio] {
        hand_over.signed_in(who, monday("08:00")?)?;
    }
    hand_over.signed_out(&caio, monday("17:00")?)?;
    let due = hand_over.next_due(&facts).ok_or("caio's grid hands over")?;
    println!("  caio left at 17:00; his chats are due {due}");
    hand_over.signed_out(&bruna, monday("18:57")?)?;
    hand_over.signed_in(&bruna, monday("19:01")?)?;
    println!("  bruna left at 18:57, and came back before five minutes were over");
    // The list of open chats is the host's, and so are its queues.
    let open = |who: &Identifier| {
        [("chat 71", "billing"), ("chat 72", "closed last week")]
            .into_iter()
            .filter_map(|(item, queue)| Work::new(format!("{item} of {who}"), queue).ok())
            .collect()
    };
    for transfer in
        hand_over.due(&facts, monday("19:05")?, open, |queue| queue.as_str() == "billing")
    {
        transfer
            .work
            .iter()
            .for_each(|work| println!("  {} goes back to `{}`", work.item, work.queue));
        transfer
            .stranded
            .iter()
            .for_each(|work| println!("  {} has no queue `{}` any more", work.item, work.queue));
        hand_over.confirm(transfer.id);
    }
    assert!(hand_over.unconfirmed().is_empty() && hand_over.next_due(&facts).is_none());
    Ok(())
}

fn attending(who: &str) -> Request<'_> {
    Request::by(who).to(ATTEND).in_unit("acme")
}

fn grid(name: &str, hours: &str) -> Result<Grid, Box<dyn std::error::Error>> {
    Ok(Grid {
        tenant: Some("acme".try_into()?),
        name: name.try_into()?,
        hours: hours.parse()?,
        allow_outside: false,
        hand_over: true,
    })
}

fn enrol(grid: &str, people: &[&str]) -> Result<Command, alcada::facts::InvalidName> {
    let people = people.iter().map(Identifier::new).collect::<Result<_, _>>()?;
    Ok(Command::Enrol { tenant: Some("acme".try_into()?), grid: grid.try_into()?, people })
}

fn person(who: &str, kind: &str) -> Result<Registration, alcada::facts::InvalidName> {
    Registration::of(who)?.in_tenant("acme")?.of_kind(kind)
}

fn profile(name: &str, permissions: &[&str]) -> Result<CustomRole, Box<dyn std::error::Error>> {
    let permissions = permissions.iter().map(Pattern::parse).collect::<Result<_, _>>()?;
    let role = Role { permissions, ..Role::default() };
    Ok(CustomRole { tenant: "acme".try_into()?, name: name.try_into()?, role })
}

fn profile_of(profile: &str, who: &str) -> Result<Grant, alcada::facts::InvalidName> {
    Grant::role(profile).to(who).in_and_below("acme")
}

fn delete(profile: &str) -> Result<Command, alcada::facts::InvalidName> {
    Ok(Command::DeleteRole { tenant: "acme".try_into()?, role: profile.try_into()? })
}

/// How many profiles somebody has.
fn held(story: &Story, who: &str) -> usize {
    story
        .authority
        .snapshot()
        .facts()
        .grants
        .iter()
        .filter(|grant| grant.person.as_str() == who)
        .count()
}
