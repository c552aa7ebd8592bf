//! A child-care centre, and the technician who comes to install its equipment. It shows roles added
//! in steps, and a technician who reaches the equipment alone, whatever anybody grants, and only for
//! as long as the visit takes.
//!
//! `cargo run --example child_care`

mod story;

use alcada::{
    Change, Command, Event, Grant, Instant, Permission, Registration, Request, Unit, plan::Evidence,
};
use story::{Outcome, Story, heading};

const CHILDREN: Permission = Permission::new("children:view");
const ATTENDANCE: Permission = Permission::new("attendance:view");
const BOARDS: Permission = Permission::new("boards:configure");

fn main() -> Outcome {
    let mut story = Story::begin(
        "Amisgest: a technician in a child-care centre",
        include_str!("child_care.toml"),
    )?;

    heading("The centre opens");
    story.does(
        "the host",
        "registers amis, the supplier",
        Registration::of("amis")?.of_kind("supplier")?,
    )?;
    story.does(
        "the host",
        "lets it open centres",
        Grant::role("supplier").to("amis").everywhere()?,
    )?;
    story.does(
        "amis",
        "opens `lilas`",
        Unit { code: "lilas".try_into()?, kind: None, parent: None, tenant: None },
    )?;
    let anne = Command::Bootstrap(person("anne", "employee")?);
    story.does("amis", "registers anne, who has the role Administration", anne)?;

    heading("Users are added in steps");
    story.does("anne", "adds elise", person("elise", "employee")?)?;
    story.may_not(
        "May elise see the children's files?",
        &Request::by("elise").to(CHILDREN).in_unit("lilas"),
    )?;
    story.does("anne", "ticks the role of educator", role("educator", "elise")?)?;
    story.does("anne", "ticks that of accounting too", role("accounting", "elise")?)?;
    story.may("May she now?", &Request::by("elise").to(CHILDREN).in_unit("lilas"))?;
    story.tries("elise", "tries to add emma", person("emma", "employee")?)?;
    let anne =
        Command::RemovePerson { person: "anne".try_into()?, tenant: Some("lilas".try_into()?) };
    story.tries("anne", "tries to remove herself, who alone has Administration", anne)?;

    heading("A technician comes, until Thursday at six");
    let thursday: Instant = "2026-03-05T18:00:00Z".parse()?;
    let visit = |who: &str| {
        Grant::role("external-technician").to(who).until(thursday).in_and_below("lilas")
    };
    story.does("anne", "adds theo", person("theo", "technician")?)?;
    story.does("anne", "gives him the role of external technician", visit("theo")?)?;
    story.may(
        "May theo configure the attendance boards?",
        &Request::by("theo").to(BOARDS).in_unit("lilas"),
    )?;
    story.may_not(
        "May he see the children's files?",
        &Request::by("theo").to(CHILDREN).in_unit("lilas"),
    )?;

    heading("Nothing that is given to him later reaches further");
    story.tries("anne", "tries to give him the role of educator", role("educator", "theo")?)?;
    story.tries(
        "anne",
        "tries to give him that of reception, which sees who is present",
        role("reception", "theo")?,
    )?;
    println!("  and if the host's own feed brought it in, past these rules:");
    story.authority.apply(
        Change::of(&[Event::Granted(role("reception", "theo")?)]).because("imported").at(story.now),
    )?;
    story.may_not(
        "May theo see who is present?",
        &Request::by("theo").to(ATTENDANCE).in_unit("lilas"),
    )?;
    story.does("anne", "takes it away again", Command::revoke(role("reception", "theo")?))?;
    story.tries(
        "anne",
        "tries to give him one that the ceiling lets through",
        role("doorkeeper", "theo")?,
    )?;

    heading("Elise is to install the next board herself");
    story.tries("anne", "tries to give her the technician's role", visit("elise")?)?;
    let replacing = Command::from(visit("elise")?).replacing();
    let entry = story.does("anne", "says that it replaces the others she has", replacing)?;
    story.tells(&entry);
    story.may(
        "May elise configure the boards?",
        &Request::by("elise").to(BOARDS).in_unit("lilas"),
    )?;
    story.may_not(
        "May she still see the children's files?",
        &Request::by("elise").to(CHILDREN).in_unit("lilas"),
    )?;

    heading("The visit is over, and nobody did anything");
    story.now = thursday;
    story.may_not(
        "May theo configure the boards?",
        &Request::by("theo").to(BOARDS).in_unit("lilas"),
    )?;
    story.tries("anne", "tries to prolong it when it is over", visit("theo")?)?;
    let plan = story.authority.snapshot().plan(&Evidence::none(), story.now);
    plan.to_string().lines().for_each(|line| println!("  {line}"));
    story.does("anne", "has it carried out, for good", plan)?;
    assert!(story.authority.snapshot().plan(&Evidence::none(), story.now).is_empty());
    let delete =
        Command::RemovePerson { person: "theo".try_into()?, tenant: Some("lilas".try_into()?) };
    story.does("anne", "deletes theo", delete)?;
    story
        .may_not("May theo configure the boards?", &Request::by("theo").to(BOARDS).in_unit("lilas"))
}

fn person(who: &str, kind: &str) -> Result<Registration, alcada::facts::InvalidName> {
    Registration::of(who)?.in_tenant("lilas")?.of_kind(kind)
}

fn role(role: &str, who: &str) -> Result<Grant, alcada::facts::InvalidName> {
    Grant::role(role).to(who).in_and_below("lilas")
}
