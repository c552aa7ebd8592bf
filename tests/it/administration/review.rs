//! Ways around the rules that a second reading found, each in as few facts as show it.

use std::time::{Duration, Instant as Clock};

use alcada::{Actor, Authority, Command, CommandWord, DenyReason, Event, Grant, MemoryJournal, Policy, Revision, Rule};

use super::desk::{Desk, REASON, registration};
use crate::given::{ask, day, name, on_person, on_role, person, subtree};

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

/// D14, R26: whoever holds something everywhere is not put out of action by a tenant that registers them.
#[test]
fn d14_a_tenant_does_not_silence_the_platform() {
    let desk = two_tenants();
    desk.does(&by("ana"), registration("", "boss", "t"));
    desk.allows(ask("boss", "users:edit").in_unit("u"));
    let suspend = Command::Suspend { person: person("boss"), tenant: Some(name("t")) };
    desk.refuses(&by("ana"), suspend);
    desk.refuses(&by("ana"), on_person("r", "boss", &["users:edit"], subtree("t")));
    desk.refuses(&by("ana"), on_role("r", "clerk", &["users:edit"], subtree("t")));
    desk.does(&by("ana"), on_role("r", "doer", &["f:a"], subtree("t")));
    let remove = Command::RemovePerson { person: person("boss"), tenant: Some(name("t")) };
    desk.does(&by("ana"), remove);
}

/// X2: what is denied to somebody in a tenant does not end by removing and registering them there.
#[test]
fn x2_removal_frees_nobody() {
    for suspended in [true, false] {
        let desk = two_tenants().person("", "boss", "t").grant(Grant::role("doer").to("boss").everywhere());
        let desk = match suspended {
            true => desk.with(Command::Suspend { person: person("boss"), tenant: Some(name("t")) }),
            false => desk.restrict(on_person("r", "boss", &["f:a"], subtree("t"))),
        };
        let reason = if suspended { DenyReason::Suspended } else { DenyReason::Restricted };
        desk.denies(ask("boss", "f:a").in_unit("t"), reason);
        let remove = Command::RemovePerson { person: person("boss"), tenant: Some(name("t")) };
        desk.escalates(&by("ana"), remove.clone());
        // Nor by oneself.
        if !suspended {
            desk.refuses(&by("boss"), remove);
        }
    }
}

/// X4: why a request was denied is forgotten with whom it was about.
#[test]
fn x4_erasing_forgets_why_requests_were_closed() {
    let desk = two_tenants();
    let grant = Grant::role("doer").to("x").only_in("t").unwrap();
    desk.does(&by("ana"), Command::AskRole { name: name("q"), tenant: name("t"), grant, until: None });
    let deny = Command::DenyRequest { tenant: name("t"), request: name("q") };
    desk.authority.execute(&by("boss"), deny, "x has a criminal record", day(1)).unwrap();
    desk.does(&by("boss"), Command::ErasePerson { person: person("x") });
    let entries = desk.authority.read_from(Revision(1), 1000).unwrap();
    assert!(entries.iter().all(|entry| !entry.reason.contains("criminal")));
    assert!(entries.iter().any(|entry| entry.reason == REASON));
}

/// X4: whoever is no longer registered anywhere can still be erased.
#[test]
fn x4_whoever_was_removed_can_be_erased() {
    let desk = two_tenants();
    desk.does(&by("ana"), Command::RemovePerson { person: person("x"), tenant: Some(name("t")) });
    desk.does(&by("boss"), Command::ErasePerson { person: person("x") });
    let entries = desk.authority.read_from(Revision(1), 1000).unwrap();
    assert!(!format!("{:?}", serde_json::to_string(&entries)).contains("\\\"x\\\""));
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

/// What was decided on one authority's facts is not published by another.
#[test]
fn x4_a_proposal_is_committed_where_it_was_made() {
    let authority = |who: &str| {
        let policy = Policy::from_toml(&policy_of_clerks("")).unwrap();
        let authority = Authority::open(MemoryJournal::new(), policy, day(0)).unwrap();
        authority.apply(&Event::PersonRegistered(registration("", who, None))).unwrap();
        authority
    };
    let (one, other) = (authority("ana"), authority("eva"));
    let proposal = one.propose(&Actor::host(), registration("", "rui", None), "", day(1)).unwrap();
    assert!(other.commit(proposal).is_err());
    assert_eq!(other.snapshot().facts().people.len(), 1);
}

/// X2, R28: what somebody holds everywhere counts again where they are resumed.
#[test]
fn x2_resuming_gives_back_what_is_held_everywhere() {
    let desk = two_tenants().person("", "boss", "t").grant(Grant::role("doer").to("boss").everywhere());
    let desk = desk.with(registration("", "chief", None)).grant(Grant::role("clerk").to("chief").everywhere());
    let desk = desk.with(Command::Suspend { person: person("boss"), tenant: Some(name("t")) });
    let resume = Command::Resume { person: person("boss"), tenant: Some(name("t")) };
    desk.refuses(&by("ana"), resume.clone());
    desk.escalates(&by("chief"), resume.clone());
    desk.grant(Grant::role("doer").to("chief").everywhere()).does(&by("chief"), resume);
}
