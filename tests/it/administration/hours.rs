//! Who gives people their hours (contract R23, R26, R31, O5, X3).

use alcada::{Actor, Command, DenyReason, Event, Grant, admin::Rule, hours::Grid};

use super::desk::{Desk, registration};
use crate::given::{ask, day, name, person};

const POLICY: &str = r#"
    version = 1
    functions.users.actions = ["keep"]
    functions.notes.actions = ["read"]
    unit-kinds.house = {}
    kinds.staff = {}
    kinds.guest = {}
    roles.chief.permissions = ["users:keep", "notes:read"]
    roles.reader.permissions = ["notes:read"]
    administration.administrator = "chief"

    [[guards]]
    commands = [
        "create-grid", "edit-grid", "delete-grid", "enrol", "unenrol", "bootstrap", "revoke", "grant", "remove-person",
    ]
    permission = "users:keep"
"#;

/// Open on the third of March, a Tuesday, and on no other day.
const TUESDAYS: &str = "tue 00:00-24:00; UTC";
const NEVER: &str = "tue off 00:00-24:00; UTC";

fn grid(tenant: &str, grid: &str, hours: &str) -> Grid {
    let (tenant, name) = ((!tenant.is_empty()).then(|| name(tenant)), name(grid));
    Grid { tenant, name, hours: hours.parse().unwrap(), allow_outside: false, hand_over: false }
}

fn enrol(tenant: &str, grid: &str, people: &[&str]) -> Command {
    let (tenant, grid) = ((!tenant.is_empty()).then(|| name(tenant)), name(grid));
    Command::Enrol { tenant, grid, people: people.iter().map(|who| person(who)).collect() }
}

fn unenrol(tenant: &str, grid: &str, people: &[&str]) -> Command {
    match enrol(tenant, grid, people) {
        Command::Enrol { tenant, grid, people } => Command::Unenrol { tenant, grid, people },
        other => other,
    }
}

/// A house with Ada, its administrator, and readers; Zoe is the platform's. It is Monday.
fn house() -> Desk {
    Desk::policy(POLICY)
        .unit("house", "house", "")
        .unit("house", "room", "house")
        .unit("house", "other", "")
        .with(registration("staff", "zoe", None))
        .grant(Grant::role("chief").to("zoe").everywhere())
        .with(Command::Bootstrap(registration("staff", "ada", "house")))
        .person("staff", "bo", "house")
        .person("guest", "cy", "house")
        .grant(Grant::role("reader").to("bo").in_and_below("house"))
        .grant(Grant::role("chief").to("bo").in_and_below("room"))
        .with(grid("house", "tuesdays", TUESDAYS))
        .with(grid("house", "never", NEVER))
        .with(grid("", "nights", NEVER))
        .on(day(2))
}

fn ada() -> Actor {
    Actor::user("ada")
}

#[test]
fn o5_several_people_are_enrolled_in_one_act_all_or_none() {
    let house = house();
    let events = house.does(&ada(), enrol("house", "tuesdays", &["bo", "cy"]));
    assert!(matches!(&events[..], [Event::Enrolled { .. }, Event::Enrolled { .. }]));
    house.denies(ask("bo", "notes:read").in_unit("room"), DenyReason::OutOfHours);
    let refusal = house.refuses(&ada(), enrol("house", "never", &["bo", "eve"]));
    assert_eq!(refusal.subject, Some(person("eve")));
    house.refuses(&ada(), enrol("house", "never", &[]));
    house.refuses(&ada(), unenrol("house", "tuesdays", &["bo", "ada"]));
    house.does(&ada(), unenrol("house", "tuesdays", &["bo", "cy"]));
    house.allows(ask("bo", "notes:read").in_unit("room"));
    let refusal = house.refuses(&ada(), unenrol("house", "tuesdays", &["bo"]));
    assert!(refusal.to_string().contains("no enrolment"), "{refusal}");
}

/// R23: a grid in which people are enrolled is not deleted.
#[test]
fn an_edit_takes_effect_at_the_next_check_and_a_grid_in_use_is_not_deleted() {
    let house = house().with(enrol("house", "tuesdays", &["bo"]));
    house.denies(ask("bo", "notes:read").in_unit("room"), DenyReason::OutOfHours);
    house.does(&ada(), Command::EditGrid(grid("house", "tuesdays", "mon-tue 00:00-24:00; UTC")));
    house.allows(ask("bo", "notes:read").in_unit("room"));
    let delete = || Command::DeleteGrid { tenant: Some(name("house")), grid: name("tuesdays") };
    let refusal = house.refuses(&ada(), delete());
    assert!(refusal.to_string().contains("end their enrolments first"), "{refusal}");
    house.does(&ada(), unenrol("house", "tuesdays", &["bo"]));
    house.does(&ada(), delete());
}

#[test]
fn r23_grids_are_guarded_over_the_tenant_and_those_of_the_platform_everywhere() {
    let house = house();
    let bo = Actor::user("bo");
    for command in [
        Command::CreateGrid(grid("house", "more", TUESDAYS)),
        Command::EditGrid(grid("house", "tuesdays", NEVER)),
        Command::DeleteGrid { tenant: Some(name("house")), grid: name("never") },
        enrol("house", "tuesdays", &["cy"]),
        unenrol("house", "tuesdays", &["cy"]),
    ] {
        // Bo keeps users in a room alone.
        let refusal = house.refuses(&bo.clone().working_at("room"), command);
        assert!(
            matches!(refusal.rule, Rule::NotPermitted { .. } | Rule::OutsideWorkingUnit { .. }),
            "{refusal}"
        );
    }
    for command in [Command::CreateGrid(grid("", "more", TUESDAYS)), enrol("", "nights", &["zoe"])]
    {
        let refusal = house.refuses(&ada(), command);
        assert!(matches!(refusal.rule, Rule::NotPermitted { .. }), "{refusal}");
    }
    let zoe = Actor::user("zoe");
    house.does(&zoe, Command::CreateGrid(grid("", "more", TUESDAYS)));
    house.does(&zoe, enrol("house", "tuesdays", &["cy"]));
}

#[test]
fn r23_nobody_changes_their_own_hours() {
    let house = house().with(enrol("house", "tuesdays", &["ada"])).on(day(3));
    for command in [
        enrol("house", "tuesdays", &["ada"]),
        enrol("house", "never", &["bo", "ada"]),
        unenrol("house", "tuesdays", &["ada"]),
        Command::EditGrid(grid("house", "tuesdays", "mon-sun 00:00-24:00; UTC")),
    ] {
        assert_eq!(house.refuses(&ada(), command).rule, Rule::Oneself);
    }
    // One in which she is not is hers to edit.
    house.does(&ada(), Command::EditGrid(grid("house", "never", TUESDAYS)));
}

/// R23: with a registration end its enrolments, while what is held everywhere goes on.
#[test]
fn r23_nobody_gets_out_of_a_grid_by_ending_their_own_registration() {
    let mut house =
        house().person("staff", "zoe", "house").with(enrol("house", "tuesdays", &["zoe"]));
    house.now = day(3);
    let removal =
        |who: &str| Command::RemovePerson { person: person(who), tenant: Some(name("house")) };
    let refused = house.refuses(&Actor::user("zoe"), removal("zoe"));
    assert_eq!((refused.subject, refused.rule), (Some(person("zoe")), Rule::Oneself));
    // Others may, and whoever is in no grid there goes as they like.
    house.does(&Actor::host(), unenrol("house", "tuesdays", &["zoe"]));
    house.does(&Actor::user("zoe"), removal("zoe"));
}

#[test]
fn r26_hours_bind_administrators_too() {
    let house = house().with(enrol("house", "tuesdays", &["ada"]));
    let refusal = house.refuses(&ada(), enrol("house", "tuesdays", &["bo"]));
    assert!(
        matches!(refusal.rule, Rule::NotPermitted { reason: DenyReason::OutOfHours, .. }),
        "{refusal}"
    );
    let house = house.on(day(3));
    house.does(&ada(), enrol("house", "tuesdays", &["bo"]));
    // Everywhere is closed to Zoe by a grid of one tenant, and that tenant alone.
    let house =
        house.with(registration("staff", "zoe", "house")).with(enrol("house", "never", &["zoe"]));
    let zoe = Actor::user("zoe");
    let refusal = house.refuses(&zoe, Command::CreateGrid(grid("", "more", TUESDAYS)));
    assert!(
        matches!(refusal.rule, Rule::NotPermitted { reason: DenyReason::OutOfHours, .. }),
        "{refusal}"
    );
    house.does(&zoe, Command::CreateGrid(grid("other", "more", TUESDAYS)));
}

#[test]
fn x3_r31_the_last_administrator_is_not_shut_out_for_good() {
    let house = house();
    let host = Actor::host();
    let last = |rule: Rule| matches!(rule, Rule::LastAdministrator { .. });
    assert!(last(house.refuses(&host, enrol("house", "never", &["ada"])).rule));
    // Hours that come are no loss: they do not count.
    house.does(&host, enrol("house", "tuesdays", &["ada"]));
    assert!(last(house.refuses(&host, Command::EditGrid(grid("house", "tuesdays", NEVER))).rule));
    house.does(&host, enrol("house", "never", &["ada"]));
    assert!(last(house.refuses(&host, unenrol("house", "tuesdays", &["ada"])).rule));
    house.does(&host, unenrol("house", "never", &["ada"]));
    // A grid of the platform shuts out of every tenant.
    house.does(&host, registration("staff", "ada", None));
    house.does(&host, unenrol("house", "tuesdays", &["ada"]));
    assert!(last(house.refuses(&host, enrol("", "nights", &["ada"])).rule));
    house.does(&host, Command::EditGrid(grid("", "nights", TUESDAYS)));
    house.does(&host, enrol("", "nights", &["ada"]));
    assert!(last(house.refuses(&host, Command::EditGrid(grid("", "nights", NEVER))).rule));
    // With another administrator it is nobody's loss.
    house.does(&host, Command::from(Grant::role("chief").to("bo").in_and_below("house").unwrap()));
    house.does(&host, Command::EditGrid(grid("", "nights", NEVER)));
    let revoke = Command::revoke(Grant::role("chief").to("bo").in_and_below("house").unwrap());
    // Ada no longer counts, and so Bo is the last.
    assert!(last(house.refuses(&host, revoke).rule));
}

/// X3: with a registration on the platform end its grids, the only one that opens among them.
#[test]
fn x3_r31_the_last_administrator_keeps_the_registration_that_opens_the_channel() {
    let house = house();
    let host = Actor::host();
    house.does(&host, registration("staff", "ada", None));
    house.does(&host, Command::EditGrid(grid("", "nights", TUESDAYS)));
    house.does(&host, enrol("", "nights", &["ada"]));
    house.does(&host, enrol("house", "never", &["ada"]));
    let removal = || Command::RemovePerson { person: person("ada"), tenant: None };
    assert!(matches!(house.refuses(&host, removal()).rule, Rule::LastAdministrator { .. }));
    house.does(&host, unenrol("house", "never", &["ada"]));
    house.does(&host, removal());
}
