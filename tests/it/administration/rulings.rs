//! Rules on commands and on the host's own events that no row of the five systems shows by itself.

use alcada::{
    Actor, Command, DenyReason, Event, Grant,
    admin::Rule,
    facts::{Affiliation, GrantBuilder, Place},
    report::{Lint, Lints},
};

use super::desk::Desk;
use crate::given::{ask, day, name, person};

const POLICY: &str = r#"
    version = 1
    visions = ["city", "school"]
    affiliations = ["works"]
    functions.users.actions = ["keep", "vouch"]
    functions.notes.actions = ["read", "write", "burn"]
    unit-kinds.city = { vision = "city" }
    unit-kinds.school = { vision = "school" }
    kinds.staff = {}
    kinds.guest = {}

    roles.chief = { permissions = ["users:keep", "notes:read"], visions = ["city"] }
    roles.clerk-of-ties.permissions = ["users:vouch"]
    roles.payer.permissions = ["notes:read"]
    roles.approver.permissions = ["notes:read"]
    roles.key.permissions = ["notes:read"]
    roles.burner.permissions = ["notes:burn"]
    roles.safe.permissions = ["notes:burn"]

    ceilings = [{ kinds = ["guest"], permissions = ["notes:read"] }]
    separation = [{ name = "pay-and-approve", roles = ["payer", "approver"], per = "unit" }]

    [[guards]]
    commands = ["grant", "revoke", "move-unit"]
    permission = "users:keep"

    [[guards]]
    commands = ["record-affiliation", "end-affiliation"]
    permission = "users:vouch"

    [[eligibility]]
    units = ["school"]
    requires = { affiliation = "works", at = "unit" }

    [[eligibility]]
    roles = ["chief", "clerk-of-ties"]

    [administration]
    administrator = "chief"
    seats = { key = "tenant", safe = "tenant" }
"#;

/// A city with a district of one school, and another school; Ada administers it, Vic records who
/// works where.
fn city() -> Desk {
    let mut city = Desk::policy(POLICY)
        .unit("city", "city", "")
        .unit("school", "district", "city")
        .unit("school", "school", "district")
        .unit("school", "other", "city");
    for who in ["ada", "vic", "bo", "cy"] {
        city = city.person("staff", who, "city");
    }
    city.person("guest", "eve", "city")
        .grant(Grant::role("chief").to("ada").in_and_below("city"))
        .grant(Grant::role("clerk-of-ties").to("vic").in_and_below("city"))
}

fn ada() -> Actor {
    Actor::user("ada")
}

fn bo(role: &str) -> GrantBuilder {
    Grant::role(role).to("bo")
}

fn works(who: &str, unit: &str) -> Command {
    let (person, kind, unit) = (person(who), name("works"), name(unit));
    Command::RecordAffiliation(Affiliation { person, kind, unit, from: None, until: None })
}

/// R5: eligibility, separation, escalation and the last administrator bind commands, and not what
/// the host brings.
#[test]
fn r5_what_the_host_brings_is_taken_as_its_own_word_recorded_as_its_and_linted() {
    let city = city();
    let chief = Grant::role("chief").to("ada").in_and_below("city").unwrap();
    let feed = [
        Event::Granted(bo("payer").only_in("school").unwrap()),
        Event::Granted(bo("approver").only_in("school").unwrap()),
        Event::Revoked(chief.clone()),
    ];
    // As commands none of these is accepted, not even of the host; eligibility alone does not bind
    // it.
    let host = Actor::host();
    let both =
        vec![bo("payer").only_in("school").unwrap(), bo("approver").only_in("school").unwrap()];
    assert!(matches!(city.refuses(&ada(), both[0].clone()).rule, Rule::NotEligible { .. }));
    assert!(matches!(city.refuses(&host, both).rule, Rule::Separation { .. }));
    assert!(matches!(
        city.refuses(&host, Command::revoke(chief)).rule,
        Rule::LastAdministrator { .. }
    ));
    // As facts they are, in one revision, with the host as the actor.
    let revision = city.authority.apply_all(&feed).unwrap();
    let entry = city.authority.read_from(revision, 1).unwrap().remove(0);
    assert!(entry.actor.is_host());
    assert_eq!(entry.events, feed);
    city.snapshot().verify().unwrap();
    city.allows(ask("bo", "notes:read").in_unit("school"));
    let found = city.snapshot().lint(&Lints::of_tenant(name("city")), city.now);
    let has = |is: fn(&Lint) -> bool| found.listed.iter().any(|finding| is(&finding.lint));
    assert!(has(|lint| matches!(lint, Lint::RolesClash { .. })), "{found}");
    assert!(has(|lint| matches!(lint, Lint::TenantWithoutAdministrator { .. })), "{found}");
}

/// R5: its shape is asked all the same, and of an event that does not fit nothing is left.
#[test]
fn r5_an_event_that_does_not_fit_is_an_error_that_changes_nothing() {
    let city = city();
    let before = (city.authority.revision(), city.snapshot().facts());
    let unit_of_nobody = bo("payer").only_in("nowhere").unwrap();
    let fits = bo("payer").only_in("school").unwrap();
    assert!(
        city.authority.apply_all(&[Event::Granted(fits), Event::Granted(unit_of_nobody)]).is_err()
    );
    assert!(city.authority.apply(Event::Revoked(bo("payer").only_in("school").unwrap())).is_err());
    assert_eq!((city.authority.revision(), city.snapshot().facts()), before);
    city.snapshot().verify().unwrap();
}

/// R6: a permission of its own, never for oneself, and no comparison with what the actor holds.
#[test]
fn r6_affiliations_are_recorded_on_a_permission_of_their_own_and_never_for_oneself() {
    let resting =
        bo("burner").while_affiliated(name("works"), Place::Unit(name("school"))).only_in("school");
    let city = city().grant(resting);
    let burn = || ask("bo", "notes:burn").in_unit("school");
    city.denies(burn(), DenyReason::NotInForce);
    // Ada may do everything else, and not this.
    let refusal = city.refuses(&ada(), works("bo", "school"));
    assert!(
        matches!(&refusal.rule, Rule::NotPermitted { permission, .. } if *permission == name("users:vouch"))
    );
    // Vic can't burn anything, and lets Bo by recording a fact.
    city.denies(ask("vic", "notes:burn").in_unit("school"), DenyReason::NotPermitted);
    let vic = Actor::user("vic");
    assert_eq!(city.refuses(&vic, works("vic", "school")).rule, Rule::Oneself);
    city.does(&vic, works("bo", "school"));
    city.allows(burn());
    let end = |who: &str| Command::EndAffiliation {
        person: person(who),
        kind: name("works"),
        unit: name("school"),
        at: day(1),
    };
    let city = city.with(works("vic", "school"));
    assert_eq!(city.refuses(&vic, end("vic")).rule, Rule::Oneself);
}

/// R30: the people asked about hold one role of a set below the unit that moves, and the other over
/// its new place.
#[test]
fn r30_separation_is_asked_again_inside_the_part_that_moves() {
    let moved =
        |unit: &str, parent: &str| Command::MoveUnit { unit: name(unit), parent: name(parent) };
    let payer = bo("payer").only_in("school").unwrap();
    let city = city().grant(Ok(payer.clone())).grant(bo("approver").in_and_below("other"));
    for unit in ["district", "school"] {
        let refusal = city.refuses(&Actor::host(), moved(unit, "other"));
        let Rule::Separation { unit: Some(at), at_most: 1, .. } = &refusal.rule else {
            panic!("{refusal}")
        };
        assert_eq!((at, refusal.subject), (&name("school"), Some(person("bo"))));
    }
    let city = city.with(Command::revoke(payer));
    city.does(&Actor::host(), moved("district", "other"));
}

/// The contract page lists the questions in this order: of two rules against a command, the earlier
/// one answers.
#[test]
fn of_several_rules_against_a_command_the_first_in_order_is_the_answer() {
    let city = city()
        .with(works("bo", "school"))
        .with(works("eve", "school"))
        .grant(bo("approver").only_in("school"));
    let stands = |actor: &Actor, command: Command| -> &'static str {
        match city.refuses(actor, command).rule {
            Rule::NotPermitted { .. } => "guard",
            Rule::Misfit { .. } => "shape",
            Rule::Vision { .. } => "vision",
            Rule::Ceiling { .. } => "ceiling",
            Rule::NotEligible { .. } => "eligibility",
            Rule::Separation { .. } => "separation",
            Rule::Escalation { .. } => "escalation",
            Rule::Seats { .. } => "seats",
            Rule::LastAdministrator { .. } => "administrator",
            rule => panic!("{rule}"),
        }
    };
    let grants = |of: &[(&str, &str, &str)]| -> Command {
        let grant = |(role, who, unit): &(&str, &str, &str)| {
            Grant::role(*role).to(*who).only_in(*unit).unwrap()
        };
        of.iter().map(grant).collect::<Vec<_>>().into()
    };
    // That a name is not there is told only to an actor who may issue the command.
    assert_eq!(stands(&Actor::user("cy"), grants(&[("payer", "bo", "nowhere")])), "guard");
    assert_eq!(stands(&ada(), grants(&[("payer", "bo", "nowhere")])), "shape");
    assert_eq!(stands(&Actor::user("cy"), grants(&[("chief", "bo", "school")])), "guard");
    // A chief's role at a school, for a guest, whom a ceiling would cut as well.
    assert_eq!(stands(&ada(), grants(&[("chief", "eve", "school")])), "vision");
    assert_eq!(stands(&ada(), grants(&[("burner", "eve", "other")])), "ceiling");
    // Not eligible there, and more than Ada holds.
    assert_eq!(stands(&ada(), grants(&[("burner", "bo", "other")])), "eligibility");
    // Two that are kept apart, beside one that Ada does not hold.
    assert_eq!(
        stands(&ada(), grants(&[("burner", "bo", "school"), ("payer", "bo", "school")])),
        "separation"
    );
    // There is no seat, and Ada does not hold what is in the role; in the other she does.
    assert_eq!(stands(&ada(), grants(&[("safe", "bo", "school")])), "escalation");
    assert_eq!(stands(&ada(), grants(&[("key", "bo", "school")])), "seats");
    let last = Command::revoke(Grant::role("chief").to("ada").in_and_below("city").unwrap());
    assert_eq!(stands(&ada(), last), "administrator");
}
