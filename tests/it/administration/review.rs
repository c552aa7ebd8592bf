//! Ways around the rules that a second reading found, each in as few facts as show it.

use std::time::{Duration, Instant as Clock};

use alcada::{Actor, Command, CommandWord, Event, Grant, Rule};

use super::desk::{Desk, group, registration};
use crate::given::{day, name, person};

fn every_command() -> String {
    let words: Vec<String> = CommandWord::ALL.iter().map(|word| format!("\"{word}\"")).collect();
    words.join(", ")
}

/// Clerks may issue everything, and hold nothing else.
fn clerks(more: &str) -> Desk {
    Desk::policy(&policy_of_clerks(more))
}

fn policy_of_clerks(more: &str) -> String {
    format!(
        "version = 1
         functions.users.actions = [\"edit\"]
         functions.f.actions = [\"a\", \"b\"]
         roles.clerk.permissions = [\"users:edit\"]
         roles.doer.permissions = [\"f:a\"]
         guards = [{{ commands = [{}], permission = \"users:edit\" }}]
         {more}",
        every_command()
    )
}

fn by(who: &str) -> Actor {
    Actor::user(who)
}

/// S4, T4: making room for a grant is not renewing one.
#[test]
fn t4_replacing_does_not_go_round_eligibility() {
    let desk = clerks(
        "visions = [\"v\"]
         unit-kinds.k.vision = \"v\"
         affiliations = [\"exercise\"]
         roles.alone.permissions = [\"f:b\"]
         eligibility = [{ requires = { affiliation = \"exercise\", at = \"unit\" } }]
         administration = { exclusive = [\"alone\"], assigns = { clerk = [\"alone\"] } }",
    );
    let desk = desk.unit("k", "t", "").person("", "ana", "t").person("", "x", "t");
    let desk = desk.grant(Grant::role("clerk").to("ana").in_and_below("t"));
    let desk = desk.grant(Grant::role("doer").to("x").only_in("t"));
    let command: Command = Grant::role("alone").to("x").only_in("t").unwrap().into();
    let refused = desk.refuses(&by("ana"), command.replacing());
    assert!(matches!(refused.rule, Rule::NotEligible { .. }), "{refused}");
}

/// R8, X2: somebody's kind in one tenant says nothing of their kind in another.
#[test]
fn r8_a_kind_that_changes_in_one_tenant_changes_no_grant_in_another() {
    let desk = clerks(
        "kinds = { staff = {}, visitor = {} }
         roles.alone = { permissions = [\"f:b\"], kinds = [\"visitor\"] }
         administration = { exclusive = [\"alone\"], assigns = { clerk = [\"alone\"] } }",
    );
    let mut desk = desk;
    for tenant in ["t", "u"] {
        desk = desk.unit("", tenant, "").person("staff", "ana", tenant).person("staff", "x", tenant);
        desk = desk.grant(Grant::role("clerk").to("ana").in_and_below(tenant));
    }
    let room: Grant = Grant::role("alone").to("x").only_in("t").unwrap();
    let power: Grant = Grant::role("doer").to("x").only_in("u").unwrap();
    desk.escalates(&by("ana"), power.clone());
    let both = Command::Grant { grants: vec![room, power], replacing: true };
    desk.escalates(&by("ana"), both);
}

fn two_tenants() -> Desk {
    let mut desk = clerks("").with(registration("", "boss", None)).grant(Grant::role("clerk").to("boss").everywhere());
    for (tenant, clerk, other) in [("t", "ana", "x"), ("u", "eva", "y")] {
        desk = desk.unit("", tenant, "").person("", clerk, tenant).person("", other, tenant);
        desk = desk.grant(Grant::role("clerk").to(clerk).in_and_below(tenant));
    }
    desk
}

/// Many people in one command are looked at once each.
#[test]
fn x2_many_members_in_one_command_take_their_number_of_steps() {
    let crowd: Vec<String> = (0..2_000).map(|n| format!("p{n}")).collect();
    let desk = two_tenants().group("t", "g", "", "x", &[]);
    let people: Vec<Event> = crowd.iter().map(|who| Event::PersonRegistered(registration("", who, "t"))).collect();
    desk.authority.apply_all(&people).unwrap();
    let people = crowd.iter().map(|who| person(who)).collect();
    let began = Clock::now();
    let command = Command::AddMembers { tenant: name("t"), group: name("g"), people };
    desk.authority.execute(&by("ana"), command, "", day(1)).unwrap();
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}
