//! U: a supplier's support desk, used by institutions that know nothing of one another.

use alcada::{
    Command, DenyReason, Event, Facts, Grant, Scope, Unit,
    admin::{CommandWord, Rule, Uncovered},
    facts::{Attestation, Outcome, RoleRequest},
};

use super::{At, System, given, named, registration, remove, resume, role, suspend, tenant, whole};
use crate::given::{day, name, person};

const POLICY: &str = include_str!("../../../examples/support_desk.toml");
const DESK: [&str; 5] =
    ["confidential:view", "quotes:approve", "quotes:view", "tickets:follow", "tickets:open"];

/// The supplier's team alone.
fn supplier() -> System {
    let system = System::under(POLICY);
    for who in ["sofia", "samuel"] {
        let mut registration = registration(who, "-", "supplier");
        registration.tenant = None;
        system.does(alcada::Actor::host(), registration);
        system
            .does(alcada::Actor::host(), given(Grant::role("supplier-team").to(who).everywhere()));
    }
    system
}

/// Two institutions, licensed: `alfa`, administered by adelia, and `beta`, by bento.
fn licensed() -> System {
    let system = supplier();
    for (institution, administrator) in [("alfa", "adelia"), ("beta", "bento")] {
        system.does("sofia", tenant(institution, Some("institution")));
        system.does("sofia", contract(institution, 2));
        system.does("sofia", Command::Bootstrap(registration(administrator, institution, "user")));
    }
    system
}

/// Both with two key users, approved.
fn busy() -> System {
    let system = licensed();
    for (institution, administrator, key_users) in
        [("alfa", "adelia", ["karina", "kleber"]), ("beta", "bento", ["kelly", "kevin"])]
    {
        for who in key_users {
            system.does(administrator, registration(who, institution, "key-user"));
            system.does(administrator, ask(who, institution));
            system.does("sofia", approve(who, institution));
        }
    }
    system
}

fn contract(institution: &str, seats: u32) -> Command {
    Command::ContractSeats { tenant: name(institution), role: name("desk-user"), unit: None, seats }
}

fn ask(who: &str, institution: &str) -> Command {
    let grant = role("desk-user", who, institution);
    Command::AskRole {
        name: name(&format!("desk for {who}")),
        tenant: name(institution),
        grant,
        until: None,
    }
}

fn approve(who: &str, institution: &str) -> Command {
    Command::ApproveRequest { tenant: name(institution), request: name(&format!("desk for {who}")) }
}

/// As a request keeps it: with its channel named.
fn on_standard(grant: Grant) -> Grant {
    Grant { channel: Some(name("standard")), ..grant }
}

fn deny(who: &str, institution: &str) -> Command {
    Command::DenyRequest { tenant: name(institution), request: name(&format!("desk for {who}")) }
}

fn withdraw(who: &str, institution: &str) -> Command {
    Command::WithdrawRequest {
        tenant: name(institution),
        request: name(&format!("desk for {who}")),
    }
}

fn seats(needed: u32, contracted: u32) -> Rule {
    let (role, tenant) = (name("desk-user"), name("alfa"));
    Rule::Seats { role, tenant, unit: None, contracted, needed, at: day(1) }
}

fn attestation(about: &str, institution: &str) -> Attestation {
    Attestation {
        tenant: name(institution),
        about: person(about),
        given_by: "Dra. Vera Lima".to_owned(),
        capacity: "diretora geral".to_owned(),
        verified_by: "e-mail de direcao@alfa.example, confirmado por telefone".to_owned(),
        document: "chamado 4711".to_owned(),
    }
}

fn replace(old: &str, new: &str, institution: &str) -> Command {
    let (old, new) = (person(old), registration(new, institution, "user"));
    let attestation = attestation(new.person.as_str(), institution);
    Command::ReplaceAdministrator { old, new, attestation }
}

#[test]
fn u1_at_most_the_contracted_key_users_hold_a_seat_in_each_institution() {
    let system = busy();
    system.does("adelia", registration("katia", "alfa", "key-user"));
    assert_eq!(system.refuses("sofia", role("desk-user", "katia", "alfa")), seats(3, 2));
    assert_eq!(
        system.refuses("sofia", role("desk-user", "katia", "alfa")).to_string(),
        "`desk-user` has 2 seats in `alfa`, and 3 would be held from 2026-03-01T00:00:00Z; revoke one, or contract more"
    );
    // The host is above guards, not above the contract.
    assert_eq!(
        system.refuses(alcada::Actor::host(), role("desk-user", "katia", "alfa")),
        seats(3, 2)
    );
    // One person holds one seat, however the role is given.
    let again = Grant { scope: Scope::Unit(name("alfa")), ..role("desk-user", "karina", "alfa") };
    system.does("sofia", again);
    // Each institution has its own.
    system.does("sofia", contract("beta", 3));
    system.does("bento", registration("kira", "beta", "key-user"));
    system.does("sofia", role("desk-user", "kira", "beta"));
    assert_eq!(system.refuses("sofia", role("desk-user", "katia", "alfa")), seats(3, 2));
    // Fewer than are held can't be contracted; more can, and then there is a seat.
    assert_eq!(system.refuses("sofia", contract("alfa", 1)), seats(2, 1));
    system.does("sofia", contract("alfa", 3));
    system.does("sofia", role("desk-user", "katia", "alfa"));
    assert_eq!(system.held("katia", At::Unit("alfa")), DESK);
    // The institution does not contract with itself.
    system.is_not_permitted(
        "adelia",
        contract("alfa", 9),
        "licences:contract",
        Scope::Everywhere,
        DenyReason::NotPermitted,
    );
}

#[test]
fn u1_without_a_contract_there_is_no_seat_and_two_at_once_are_judged_together() {
    let system = supplier();
    system.does("sofia", tenant("alfa", Some("institution")));
    system.does("sofia", Command::Bootstrap(registration("adelia", "alfa", "user")));
    for who in ["karina", "kleber"] {
        system.does("adelia", registration(who, "alfa", "key-user"));
    }
    assert_eq!(system.refuses("sofia", role("desk-user", "karina", "alfa")), seats(1, 0));
    system.does("sofia", contract("alfa", 1));
    let both = Command::assign(["desk-user"], ["karina", "kleber"], &whole("alfa")).unwrap();
    assert_eq!(system.refuses("sofia", both.clone()), seats(2, 1));
    assert!(system.grants_of("karina").is_empty());
    system.does("sofia", contract("alfa", 2));
    assert_eq!(system.does("sofia", both).len(), 2);
}

/// R32: dated grants count over their intervals.
#[test]
fn u1_a_seat_given_for_a_time_is_taken_for_that_time() {
    let system = licensed();
    for who in ["karina", "kleber", "katia"] {
        system.does("adelia", registration(who, "alfa", "key-user"));
    }
    let seat = |who, from, until| {
        let scope = whole("alfa");
        given(Grant::role("desk-user").to(who).from(day(from)).until(day(until)).scoped(scope))
    };
    system.does("sofia", seat("karina", 1, 20));
    system.does("sofia", seat("kleber", 10, 30));
    let expected = Rule::Seats {
        role: name("desk-user"),
        tenant: name("alfa"),
        unit: None,
        contracted: 2,
        needed: 3,
        at: day(10),
    };
    assert_eq!(system.refuses("sofia", seat("katia", 5, 11)), expected);
    system.does("sofia", seat("katia", 5, 10));
}

/// R3: tenants and their first administrators are made on permissions held everywhere.
#[test]
fn u2_the_first_administrator_is_the_suppliers_to_register() {
    let system = supplier();
    system.is_not_permitted(
        "outsider",
        tenant("alfa", Some("institution")),
        "licences:issue",
        Scope::Everywhere,
        DenyReason::UnknownPrincipal,
    );
    system.does("sofia", tenant("alfa", Some("institution")));
    let events = system.does("sofia", Command::Bootstrap(registration("adelia", "alfa", "user")));
    assert_eq!(events.len(), 2, "registered and granted in one act: {events:?}");
    assert_eq!(system.grants_of("adelia"), [role("administrator", "adelia", "alfa")]);
    // The supplier gave what its team does not hold.
    system.denies("sofia", "users:register", At::Unit("alfa"), DenyReason::NotPermitted);
    system.allows("adelia", "users:register", At::Unit("alfa"));
    // A second time there is nothing to bootstrap.
    let again = Command::Bootstrap(registration("amanda", "alfa", "user"));
    assert_eq!(
        system.refuses("sofia", again.clone()),
        Rule::HasAdministrator { tenant: name("alfa") }
    );
    // Nobody inside can, not even the administrator; nor is anybody else told that there is one.
    system.is_not_permitted(
        "adelia",
        again,
        "licences:appoint",
        Scope::Everywhere,
        DenyReason::NotPermitted,
    );
    system.is_not_permitted(
        "adelia",
        Unit { parent: Some(name("alfa")), ..tenant("alfa-norte", Some("campus")) },
        "licences:issue",
        whole("alfa"),
        DenyReason::NotPermitted,
    );
    // From then on it is the administrator who makes others.
    system.does("adelia", registration("amanda", "alfa", "user"));
    system.does("adelia", role("administrator", "amanda", "alfa"));
    // And the last one stays.
    system.does("amanda", Command::revoke(role("administrator", "adelia", "alfa")));
    let last = Rule::LastAdministrator { tenant: name("alfa"), from: day(1) };
    for command in [
        Command::revoke(role("administrator", "amanda", "alfa")),
        suspend("amanda", "alfa"),
        remove("amanda", "alfa"),
        Command::SetValidity {
            grant: role("administrator", "amanda", "alfa"),
            from: None,
            until: Some(day(9)),
        },
    ] {
        let expected = match command.word() {
            CommandWord::SetValidity => {
                Rule::LastAdministrator { tenant: name("alfa"), from: day(9) }
            }
            _ => last.clone(),
        };
        assert_eq!(system.refuses("amanda", command.clone()), expected, "{command:?}");
    }
}

#[test]
fn u3_the_administrator_registers_and_says_who_downloads_and_for_whom_the_desk_is_asked() {
    let system = licensed();
    system.does("adelia", registration("ulisses", "alfa", "user"));
    system.does("adelia", registration("karina", "alfa", "key-user"));
    for who in ["ulisses", "karina"] {
        assert!(system.held(who, At::Anywhere).is_empty(), "a registration gives nothing");
    }
    system.does("adelia", role("downloader", "ulisses", "alfa"));
    assert_eq!(system.held("ulisses", At::Unit("alfa")), ["updates:download"]);
    let events = system.does("adelia", ask("karina", "alfa"));
    let request = RoleRequest {
        name: name("desk for karina"),
        tenant: name("alfa"),
        by: person("adelia"),
        grant: on_standard(role("desk-user", "karina", "alfa")),
        until: None,
    };
    let [Event::RoleRequested(asked)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((&asked.by, &asked.grant), (&request.by, &role("desk-user", "karina", "alfa")));
    assert_eq!(system.facts().requests, [request]);
    assert!(system.held("karina", At::Anywhere).is_empty(), "a request gives nothing");
    // Users register nobody and ask for nothing.
    let new = registration("urbano", "alfa", "user");
    system.is_not_permitted(
        "ulisses",
        new,
        "users:register",
        Scope::Unit(name("alfa")),
        DenyReason::NotPermitted,
    );
    system.is_not_permitted(
        "karina",
        ask("ulisses", "alfa"),
        "desk:request",
        whole("alfa"),
        DenyReason::NotPermitted,
    );
    // Of somebody who is not to have the desk it isn't asked.
    let kind = Rule::Kind {
        role: name("desk-user"),
        kind: Some(name("user")),
        kinds: named(&["key-user"]),
    };
    assert_eq!(system.refuses("adelia", ask("ulisses", "alfa")), kind);
    system.does(
        "adelia",
        Command::EditPerson {
            person: person("ulisses"),
            tenant: Some(name("alfa")),
            kind: Some(name("key-user")),
            unit: None,
        },
    );
    system.does("adelia", ask("ulisses", "alfa"));
    system.does("sofia", approve("ulisses", "alfa"));
    system.allows("ulisses", "updates:download", At::Unit("alfa"));
    system.allows("ulisses", "tickets:open", At::Unit("alfa"));
}

/// R26, R32: nobody approves for themselves; suspended holders keep their seat, and open requests
/// hold none.
#[test]
fn u4_a_request_is_reviewed_by_the_suppliers_team_against_the_seats() {
    let system = licensed();
    for who in ["karina", "kleber", "katia"] {
        system.does("adelia", registration(who, "alfa", "key-user"));
        system.does("adelia", ask(who, "alfa"));
    }
    // Neither who asked nor who is asked for approves, and nobody takes the short way.
    assert_eq!(system.refuses("adelia", approve("karina", "alfa")), Rule::Oneself);
    let (subject, rule) = system.refuses_of("karina", approve("karina", "alfa"));
    assert_eq!((subject, rule), (Some(person("karina")), Rule::Oneself));
    system.is_not_permitted(
        "karina",
        approve("kleber", "alfa"),
        "desk:review",
        whole("alfa"),
        DenyReason::NotPermitted,
    );
    system.is_not_permitted(
        "adelia",
        role("desk-user", "karina", "alfa"),
        "desk:review",
        whole("alfa"),
        DenyReason::NotPermitted,
    );
    let events = system.does("sofia", approve("karina", "alfa"));
    let (tenant, request) = (name("alfa"), name("desk for karina"));
    assert_eq!(
        events,
        [
            Event::RequestClosed { tenant, request, outcome: Outcome::Approved },
            Event::Granted(on_standard(role("desk-user", "karina", "alfa"))),
        ]
    );
    system.does("samuel", approve("kleber", "alfa"));
    // The third waits: it can't be approved past the quota, by anybody.
    assert_eq!(system.refuses("sofia", approve("katia", "alfa")), seats(3, 2));
    assert_eq!(system.refuses(alcada::Actor::host(), approve("katia", "alfa")), seats(3, 2));
    assert_eq!(system.facts().requests.len(), 1);
    system.denies("katia", "tickets:open", At::Unit("alfa"), DenyReason::NotPermitted);
    // Suspension keeps the seat; revoking frees it.
    system.does("adelia", suspend("karina", "alfa"));
    assert_eq!(system.refuses("sofia", approve("katia", "alfa")), seats(3, 2));
    system.is_not_permitted(
        "adelia",
        resume("karina", "alfa"),
        "desk:review",
        Scope::Unit(name("alfa")),
        DenyReason::NotPermitted,
    );
    system.does("sofia", resume("karina", "alfa"));
    system.does("adelia", Command::revoke(role("desk-user", "karina", "alfa")));
    system.denies("karina", "tickets:open", At::Unit("alfa"), DenyReason::NotPermitted);
    system.does("sofia", approve("katia", "alfa"));
    system.allows("katia", "tickets:open", At::Unit("alfa"));
    // Or it is denied, and there is nothing left to approve.
    system.does("adelia", ask("karina", "alfa"));
    let denied = system.does("sofia", deny("karina", "alfa"));
    let (tenant, request) = (name("alfa"), name("desk for karina"));
    assert_eq!(denied, [Event::RequestClosed { tenant, request, outcome: Outcome::Denied }]);
    let gone = system.refuses("sofia", approve("karina", "alfa"));
    assert!(
        matches!(&gone, Rule::Misfit { message, .. } if message.contains("`desk for karina`")),
        "{gone:?}"
    );
    // Removing a person frees the seat too.
    system.does("adelia", remove("kleber", "alfa"));
    system.does("adelia", ask("karina", "alfa"));
    system.does("sofia", approve("karina", "alfa"));
}

#[test]
fn u4_who_asked_takes_it_back_and_a_request_runs_out() {
    let mut system = licensed();
    system.does("adelia", registration("karina", "alfa", "key-user"));
    system.does("adelia", ask("karina", "alfa"));
    system.is_not_permitted(
        "bento",
        withdraw("karina", "alfa"),
        "desk:request",
        whole("alfa"),
        DenyReason::OtherScope,
    );
    system.does("adelia", withdraw("karina", "alfa"));
    assert!(system.facts().requests.is_empty());
    let Command::AskRole { name, tenant, grant, .. } = ask("karina", "alfa") else {
        unreachable!()
    };
    system.does(
        "adelia",
        Command::AskRole { name: name.clone(), tenant, grant, until: Some(day(5)) },
    );
    system.now = day(5);
    assert_eq!(
        system.refuses("sofia", approve("karina", "alfa")),
        Rule::RequestExpired { request: name, until: day(5) }
    );
}

#[test]
fn u4_a_key_user_who_administers_hands_no_seat_out() {
    let system = licensed();
    let key_user = |who| Command::EditPerson {
        person: person(who),
        tenant: Some(name("alfa")),
        kind: Some(name("key-user")),
        unit: None,
    };
    system.does("adelia", key_user("adelia"));
    system.does("adelia", ask("adelia", "alfa"));
    system.does("sofia", approve("adelia", "alfa"));
    assert_eq!(system.held("adelia", At::Unit("alfa")).len(), DESK.len() + 7);
    system.does("adelia", registration("karina", "alfa", "key-user"));
    let seat = role("desk-user", "karina", "alfa");
    system.is_not_permitted(
        "adelia",
        seat.clone(),
        "desk:review",
        whole("alfa"),
        DenyReason::NotPermitted,
    );
    system.does("sofia", seat);
}

#[test]
fn u5_desk_users_hold_all_of_their_institution_and_nothing_of_another() {
    let system = busy();
    let campus = Unit { parent: Some(name("alfa")), ..tenant("alfa-norte", Some("campus")) };
    system.does("sofia", campus);
    for unit in ["alfa", "alfa-norte"] {
        for who in ["karina", "kleber"] {
            assert_eq!(system.held(who, At::Unit(unit)), DESK);
            for other in ["kelly", "kevin", "bento"] {
                assert!(system.held(other, At::Unit(unit)).is_empty());
            }
        }
        // The supplier's team, which gave it, reads nothing of it.
        system.denies("sofia", "confidential:view", At::Unit(unit), DenyReason::NotPermitted);
    }
    for who in ["karina", "adelia"] {
        assert!(system.held(who, At::Unit("beta")).is_empty());
        system.denies(who, "tickets:open", At::About("kelly"), {
            if who == "karina" { DenyReason::OtherScope } else { DenyReason::NotPermitted }
        });
    }
    system.denies("karina", "confidential:view", At::Unit("beta"), DenyReason::OtherScope);
    // Nor can an administrator act there.
    for (command, permission, scope) in [
        (
            registration("ursula", "beta", "user").into(),
            "users:register",
            Scope::Unit(name("beta")),
        ),
        (role("downloader", "bento", "beta").into(), "users:assign", whole("beta")),
        (suspend("kelly", "beta"), "users:deactivate", Scope::Unit(name("beta"))),
        (ask("kelly", "beta"), "desk:request", whole("beta")),
        (Command::revoke(role("desk-user", "kelly", "beta")), "users:take-back", whole("beta")),
    ] {
        system.is_not_permitted("adelia", command, permission, scope, DenyReason::OtherScope);
    }
    // Somebody known to both is two registrations, each with its own power.
    system.does("bento", registration("ulisses", "beta", "user"));
    system.does("adelia", registration("ulisses", "alfa", "user"));
    system.does("adelia", role("downloader", "ulisses", "alfa"));
    system.allows("ulisses", "updates:download", At::Unit("alfa"));
    system.denies("ulisses", "updates:download", At::Unit("beta"), DenyReason::OtherScope);
    system.does("adelia", suspend("ulisses", "alfa"));
    assert!(!system.facts().suspended.iter().any(|s| s.tenant == Some(name("beta"))));
}

#[test]
fn u6_the_administrator_is_replaced_on_an_attestation_in_one_step() {
    let system = busy();
    // Inside, nobody can; nor can it be done without saying on whose word.
    for who in ["adelia", "karina"] {
        system.is_not_permitted(
            who,
            replace("adelia", "nadia", "alfa"),
            "licences:appoint",
            Scope::Everywhere,
            DenyReason::NotPermitted,
        );
    }
    let mut hollow = replace("adelia", "nadia", "alfa");
    if let Command::ReplaceAdministrator { attestation, .. } = &mut hollow {
        attestation.given_by.clear();
    }
    let rule = system.refuses("sofia", hollow);
    assert!(
        matches!(&rule, Rule::Misfit { message, .. } if message.contains("given-by")),
        "{rule:?}"
    );
    let mut other = replace("adelia", "nadia", "alfa");
    if let Command::ReplaceAdministrator { attestation, .. } = &mut other {
        attestation.about = person("karina");
    }
    assert!(matches!(system.refuses("sofia", other), Rule::Misfit { help: Some(_), .. }));
    assert_eq!(
        system.refuses("sofia", replace("karina", "nadia", "alfa")),
        Rule::NotAdministrator { tenant: name("alfa") }
    );

    let events = system.does("sofia", replace("adelia", "nadia", "alfa"));
    assert_eq!(
        events,
        [
            Event::Revoked(role("administrator", "adelia", "alfa")),
            Event::PersonRegistered(registration("nadia", "alfa", "user")),
            Event::Granted(role("administrator", "nadia", "alfa")),
            Event::Attested(attestation("nadia", "alfa")),
        ]
    );
    system.denies("adelia", "users:register", At::Unit("alfa"), DenyReason::NotPermitted);
    system.allows("nadia", "users:register", At::Unit("alfa"));
    assert!(system.grants_of("adelia").is_empty());
    // What was there stays: seats, key users, the other institution.
    assert_eq!(system.held("karina", At::Unit("alfa")), DESK);
    system.allows("bento", "users:register", At::Unit("beta"));
    // The data of an administrator is verified without a change.
    let verified =
        system.does("samuel", Command::AttestAdministrator(attestation("nadia", "alfa")));
    assert_eq!(verified, [Event::Attested(attestation("nadia", "alfa"))]);
    assert_eq!(
        system.refuses("samuel", Command::AttestAdministrator(attestation("adelia", "alfa"))),
        Rule::NotAdministrator { tenant: name("alfa") }
    );
}

#[test]
fn u6_nobody_makes_themselves_administrator() {
    let system = busy();
    let mut oneself = replace("adelia", "sofia", "alfa");
    if let Command::ReplaceAdministrator { new, .. } = &mut oneself {
        new.kind = Some(name("supplier"));
    }
    assert_eq!(system.refuses("sofia", oneself), Rule::Oneself);
    // Nor does the supplier's team give it as a role: it holds nothing of it.
    system.is_not_permitted(
        "sofia",
        role("administrator", "adelia", "alfa"),
        "users:assign",
        whole("alfa"),
        DenyReason::NotPermitted,
    );
    // And an administrator gives only what administrators hold.
    system.does("adelia", registration("ulisses", "alfa", "user"));
    let more = Command::CreateRole(alcada::facts::CustomRole {
        tenant: name("alfa"),
        name: name("all"),
        role: alcada::policy::Role::default(),
    });
    assert_eq!(system.refuses("adelia", more), Rule::Unguarded);
    let wide = given(Grant::role("administrator").to("samuel").everywhere());
    system.is_not_permitted(
        "adelia",
        wide,
        "users:assign",
        Scope::Everywhere,
        DenyReason::OtherScope,
    );
}

#[test]
fn u8_credentials_are_stored_nowhere() {
    // Facts, events and commands have no place for one, and say so.
    let facts = "version = 1\nunits = [{ code = \"alfa\" }]\npeople = [{ person = \"ana\", tenant = \"alfa\", password = \"x\" }]";
    let error = Facts::from_toml(facts).unwrap_err().to_string();
    assert!(error.contains("password"), "{error}");
    let command = r#"{"command":"register","person":"ana","tenant":"alfa","password":"x"}"#;
    assert!(serde_json::from_str::<Command>(command).is_err());
    assert!(
        serde_json::from_str::<Command>(r#"{"command":"register","person":"ana","tenant":"alfa"}"#)
            .is_ok()
    );
    let event =
        serde_json::to_value(Event::PersonRegistered(registration("ana", "alfa", "user"))).unwrap();
    let mut with = event.clone();
    let body = with.as_object_mut().unwrap();
    match body.values_mut().find_map(|value| value.as_object_mut()) {
        Some(inner) => inner.insert("password".to_owned(), "x".into()),
        None => body.insert("password".to_owned(), "x".into()),
    };
    assert!(serde_json::from_value::<Event>(event).is_ok());
    assert!(serde_json::from_value::<Event>(with).is_err());
    for text in [include_str!("../../../README.md"), include_str!("../../../src/docs/security.md")]
    {
        assert!(text.contains("credentials"));
    }
}

#[test]
fn a_remainder_tells_the_administrator_what_they_do_not_hold() {
    let system = busy();
    // Were key users given roles by the administrator, the rule that nobody gives what
    // they don't hold would stand there still.
    let of_key_users = "commands = [\"grant\", \"set-validity\"]\nkinds = [\"key-user\"]";
    let policy = POLICY.replace(of_key_users, "commands = [\"grant\"]\nkinds = [\"supplier\"]");
    assert_ne!(policy, POLICY);
    let open = System::under(&policy);
    open.authority.import(&system.facts()).unwrap();
    open.does("adelia", registration("katia", "alfa", "key-user"));
    let (subject, rule) = open.refuses_of("adelia", role("desk-user", "katia", "alfa"));
    assert_eq!(subject, Some(person("katia")));
    let uncovered = Uncovered {
        role: name("desk-user"),
        permissions: named(&[
            "confidential:view",
            "quotes:view",
            "quotes:approve",
            "tickets:open",
            "tickets:follow",
        ]),
        scope: whole("alfa"),
        about: None,
        channel: name("standard"),
        from: day(1),
        until: None,
    };
    assert_eq!(rule, Rule::Escalation { remainder: vec![uncovered] });
}
