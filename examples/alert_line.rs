//! An alert line, whose teams watch over people who ask for help from an app. It shows the teams as
//! tenants, an attendant who has all of an administrator's permissions but one function, and a
//! channel by which people with the app reach the app alone.
//!
//! `cargo run --example alert_line`

mod story;

use alcada::{Command, Grant, Permission, Registration, Request, Scope, SignIn, Unit};
use story::{Outcome, Story, heading};

const TRIGGER: Permission = Permission::new("alerts:trigger");
const WATCH: Permission = Permission::new("alerts:watch");
const PLAY: Permission = Permission::new("recordings:play");
const MAP: Permission = Permission::new("map:view");
const TEAM: Permission = Permission::new("team:view");
const RESET_OF_APP_USER: Permission = Permission::new("app-users:reset-password");
const RESET_OF_TEAM: Permission = Permission::new("team:reset-password");

const POLICY: &str = include_str!("alert_line.toml");
/// Somebody who has the app, by her CPF.
const IRIS: &str = "52998224725";

fn main() -> Outcome {
    let mut story = Story::begin("Canal de Alertas: who answers whom", POLICY)?;

    heading("The platform opens two teams");
    story.does(
        "the host",
        "registers paula, of the platform",
        Registration::of("paula")?.of_kind("platform")?,
    )?;
    story.does(
        "the host",
        "lets her open teams",
        Grant::role("platform").to("paula").everywhere()?,
    )?;
    for (team, administrator) in [("guarda", "ada"), ("hospital", "aldo")] {
        let root = Unit { code: team.try_into()?, kind: None, parent: None, tenant: None };
        story.does("paula", &format!("opens the team `{team}`"), root)?;
        let first = Command::Bootstrap(person(administrator, team, "operator")?);
        story.does(
            "paula",
            &format!("registers {administrator}, its first administrator"),
            first,
        )?;
    }
    story.may_not(
        "Does paula see the team's alerts?",
        &Request::by("paula").to(WATCH).in_unit("guarda"),
    )?;

    heading("The administrator adds an attendant");
    story.does("ada", "registers tania", person("tania", "guarda", "operator")?)?;
    story.does(
        "ada",
        "makes her an attendant",
        Grant::role("attendant").to("tania").in_and_below("guarda")?,
    )?;
    story.may("Does tania watch alerts?", &Request::by("tania").to(WATCH).in_unit("guarda"))?;
    story.may_not(
        "Does she see the team's menu?",
        &Request::by("tania").to(TEAM).in_unit("guarda"),
    )?;
    story.tries(
        "tania",
        "tries to add tomas to the team",
        person("tomas", "guarda", "operator")?,
    )?;
    let promotion = Grant::role("administrator").to("tania").in_and_below("guarda")?;
    story.tries("tania", "tries to make herself administrator", promotion)?;

    heading("The attendant registers somebody who needs the app");
    story.does("tania", "registers iris, by her CPF", person(IRIS, "guarda", "app-user")?)?;
    let own = Scope::Own { tenant: Some("guarda".try_into()?) };
    let app = Grant::role("monitored").to(IRIS).on_channel("app").scoped(own)?;
    story.does("tania", "gives her the app", app)?;
    let wrong = person("52998224724", "guarda", "app-user")?;
    story.tries("tania", "mistypes the CPF of another", wrong)?;
    let alert = Request::by(IRIS).to(TRIGGER).about(IRIS);
    story.may("May iris trigger an alert, from the app?", &alert.on_channel("app"))?;
    story.may_not("And from the panel?", &alert)?;
    story.may_not(
        "Does she watch alerts, from the app?",
        &Request::by(IRIS).to(WATCH).in_unit("guarda").on_channel("app"),
    )?;
    story.may(
        "Does tania play back what iris recorded?",
        &Request::by("tania").to(PLAY).about(IRIS),
    )?;

    heading("Each comes in by their own door");
    let enters = |who: &str, door: &str| {
        let session = story.authority.sign_in(&SignIn::of(who).on_channel(door), story.now);
        println!(
            "  {who} by the {door}: {}",
            session.map_or_else(|refused| refused.to_string(), |_| "in".to_owned())
        );
    };
    enters("tania", "panel");
    enters("tania", "app");
    enters(IRIS, "app");
    enters(IRIS, "panel");
    let session = story.authority.sign_in(&SignIn::of(IRIS).on_channel("app"), story.now)?;
    let watching = Request::by(IRIS).to(WATCH).in_unit("guarda");
    let answer = story.authority.check_session(&session, &watching, story.now).require();
    println!(
        "  from the app, the panel's alerts: {}",
        answer.err().map_or_else(String::new, |denied| denied.to_string())
    );

    heading("Passwords: what a reset takes depends on whose it is");
    println!(
        "  (the host keeps them; it asks for one permission or the other, by the kind of the person)"
    );
    story.may(
        "May tania reset the one of iris?",
        &Request::by("tania").to(RESET_OF_APP_USER).about(IRIS),
    )?;
    story.may_not(
        "May she reset the one of ada?",
        &Request::by("tania").to(RESET_OF_TEAM).about("ada"),
    )?;
    let promoted = Command::EditPerson {
        person: IRIS.try_into()?,
        tenant: Some("guarda".try_into()?),
        kind: Some("operator".try_into()?),
        unit: None,
    };
    story.tries("tania", "tries to make a colleague of iris", promoted)?;

    heading("A new version has a map");
    story.may_not("Does tania see the map?", &Request::by("tania").to(MAP).in_unit("guarda"))?;
    let with_map = POLICY
        .replace("[functions.app]", "[functions.map]\nactions = [\"view\"]\n\n[functions.app]")
        .replace(r#"permissions = ["team:*", "#, r#"permissions = ["map:*", "team:*", "#);
    story.begin_again(&with_map)?;
    println!("  the policy gives it to administrators; of attendants it says nothing");
    story.may("Does tania see it now?", &Request::by("tania").to(MAP).in_unit("guarda"))?;
    story.may_not("And the team's menu?", &Request::by("tania").to(TEAM).in_unit("guarda"))?;

    heading("Whoever is deactivated can do nothing, at once");
    let suspend = |who: &str| -> Result<Command, alcada::facts::InvalidName> {
        Ok(Command::Suspend { person: who.try_into()?, tenant: Some("guarda".try_into()?) })
    };
    story.tries("tania", "tries to deactivate ada", suspend("ada")?)?;
    story.tries("ada", "tries to deactivate herself", suspend("ada")?)?;
    let watching =
        story.authority.check(&Request::by("tania").to(WATCH).in_unit("guarda"), story.now);
    let entry = story.does("ada", "deactivates tania", suspend("tania")?)?;
    println!("  the host ends the sessions of {} person", entry.affected.people.len());
    println!(
        "  the answer it kept is good for nothing: {}",
        !watching.is_current(&story.authority, story.now)
    );
    story.may_not("Does tania watch alerts?", &Request::by("tania").to(WATCH).in_unit("guarda"))?;
    story.tries("tania", "tries to deactivate iris", suspend(IRIS)?)?;
    let resume =
        Command::Resume { person: "tania".try_into()?, tenant: Some("guarda".try_into()?) };
    story.does("ada", "reactivates her", resume)?;
    story.may("Does tania watch alerts?", &Request::by("tania").to(WATCH).in_unit("guarda"))?;

    heading("Nothing crosses from one team to the other");
    story.may_not(
        "Does tania watch the hospital's alerts?",
        &Request::by("tania").to(WATCH).in_unit("hospital"),
    )?;
    let elsewhere = person("tomas", "hospital", "operator")?;
    story.tries("ada", "tries to register somebody in the hospital's team", elsewhere)
}

fn person(who: &str, team: &str, kind: &str) -> Result<Registration, alcada::facts::InvalidName> {
    Registration::of(who)?.in_tenant(team)?.of_kind(kind)
}
