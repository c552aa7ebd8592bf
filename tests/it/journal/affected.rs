//! Whose access an entry affected: what a host needs to end sessions.

use alcada::{
    Authority, Change, Event, Facts, Policy, Revision,
    journal::{MemoryJournal, RoleOf},
};

use super::authority::at;

const POLICY: &str = r#"
    version = 1
    affiliations = ["exercise"]
    functions.notes.actions = ["read", "write"]
    roles.reader.permissions = ["notes:read"]
    roles.chief.includes = ["reader"]
"#;

const FACTS: &str = r#"
    version = 1
    units = [
        { code = "t" }, { code = "a", parent = "t" }, { code = "a1", parent = "a" }, { code = "b", parent = "t" },
    ]
    people = [
        { person = "ana", tenant = "t" }, { person = "bo", tenant = "t" }, { person = "cleo", tenant = "t" },
        { person = "dina", tenant = "t" }, { person = "eva", tenant = "t" },
    ]
    affiliations = [{ person = "eva", kind = "exercise", unit = "a1" }, { person = "dina", kind = "exercise", unit = "b" }]
    groups = [
        { tenant = "t", name = "top", leader = "ana" },
        { tenant = "t", name = "low", parent = "top", leader = "bo", members = ["cleo"] },
    ]
    roles = [
        { tenant = "t", name = "own", role = { permissions = ["notes:read"] } },
        { tenant = "t", name = "wide", role = { includes = ["own"] } },
    ]
    grants = [
        { person = "ana", role = "own", scope = { unit = "a" } },
        { person = "bo", role = "wide", scope = { unit = "b" } },
        { person = "cleo", role = "reader", scope = { subtree = "a" } },
        { person = "dina", role = "chief", scope = { subtree = "t" } },
        { person = "eva", role = "reader", scope = { unit = "t" }, basis = { affiliation = { kind = "exercise", place = { subtree = "a" } } } },
        { person = "dina", role = "reader", scope = { unit = "t" }, basis = { affiliation = { kind = "exercise", place = { subtree = "b" } } } },
    ]
    grids = [{ tenant = "t", name = "day", hours = "mon 08:00-18:00; UTC" }, { name = "all", hours = "mon 08:00-18:00; UTC" }]
    enrolments = [{ tenant = "t", grid = "day", person = "bo" }, { tenant = "t", grid = "day", person = "eva" }]
    campaigns = [{ tenant = "t", name = "spring", scope = { subtree = "t" }, reviewers = "administrators", deadline = "2027-01-01T00:00:00Z", items = [
        { grant = { person = "ana", role = "own", scope = { unit = "a" } } },
    ] }]
    restrictions = [{ name = "x", subject = { role = "reader" }, permissions = ["*:write"], scope = { subtree = "b" } }]
"#;

/// The people, and the roles whose holders, a change of those facts affects.
fn affected(event: &str) -> (Vec<String>, Vec<RoleOf>) {
    let authority =
        Authority::open(MemoryJournal::new(), Policy::from_toml(POLICY).unwrap(), at(0)).unwrap();
    authority.import(&Facts::from_toml(FACTS).unwrap()).unwrap();
    let event: Event =
        serde_json::from_str(event).unwrap_or_else(|error| panic!("{event}: {error}"));
    authority.apply(Change::of([&event]).at(at(1))).unwrap();
    let entry = authority.read_from(Revision(3), 1).unwrap().remove(0);
    let all = authority.snapshot().people_affected(&entry.affected);
    (all.iter().map(ToString::to_string).collect(), entry.affected.holders)
}

fn role(role: &str) -> Vec<RoleOf> {
    serde_json::from_str(&format!(r#"[{{"tenant":"t","role":"{role}"}}]"#)).unwrap()
}

#[test]
fn x4_an_entry_says_whose_access_it_affected() {
    let people = |event: &str, expected: &[&str]| {
        let (people, holders) = affected(event);
        assert_eq!(people, expected, "{event}");
        assert_eq!(holders, [], "{event}");
    };
    people(r#"{"event":"unit-added/1","code":"c","parent":"a"}"#, &[]);
    people(r#"{"event":"unit-closed/1","unit":"a"}"#, &[]);
    people(r#"{"event":"person-suspended/1","person":"ana"}"#, &["ana"]);
    people(r#"{"event":"person-removed/1","person":"ana","tenant":"t"}"#, &["ana"]);
    people(
        r#"{"event":"granted/1","person":"ana","role":"reader","scope":{"unit":"a"}}"#,
        &["ana"],
    );
    people(
        r#"{"event":"affiliation-ended/1","person":"eva","kind":"exercise","unit":"a1","at":"2026-01-01T00:00:00Z"}"#,
        &["eva"],
    );
    people(
        r#"{"event":"member-added/1","tenant":"t","group":"low","person":"dina"}"#,
        &["ana", "bo", "dina"],
    );
    people(
        r#"{"event":"leader-set/1","tenant":"t","group":"low","leader":"dina"}"#,
        &["ana", "bo", "dina"],
    );
    people(r#"{"event":"group-moved/1","tenant":"t","group":"low"}"#, &["ana", "bo"]);
    people(r#"{"event":"group-deleted/1","tenant":"t","group":"low"}"#, &["ana", "bo", "cleo"]);
    people(r#"{"event":"role-created/1","tenant":"t","name":"new","role":{}}"#, &[]);
    people(r#"{"event":"role-deleted/1","tenant":"t","role":"wide"}"#, &["bo"]);
    people(
        r#"{"event":"restriction-imposed/1","name":"y","subject":{"person":"bo"},"permissions":["*:*"],"scope":{"unit":"a"}}"#,
        &["bo"],
    );
}

/// O5, U7: a grid that changes affects everybody who is enrolled in it.
#[test]
fn x4_an_entry_says_whose_hours_it_affected_and_of_whom_a_review_speaks() {
    let people = |event: &str, expected: &[&str]| {
        assert_eq!(affected(event), (names(expected), Vec::new()), "{event}")
    };
    let hours = r#""hours":"tue 08:00-18:00; UTC""#;
    people(&format!(r#"{{"event":"grid-created/1","tenant":"t","name":"night",{hours}}}"#), &[]);
    people(
        &format!(r#"{{"event":"grid-edited/1","tenant":"t","name":"day",{hours}}}"#),
        &["bo", "eva"],
    );
    people(&format!(r#"{{"event":"grid-edited/1","name":"all",{hours}}}"#), &[]);
    people(r#"{"event":"grid-deleted/1","grid":"all"}"#, &[]);
    people(r#"{"event":"enrolled/1","tenant":"t","grid":"day","person":"ana"}"#, &["ana"]);
    people(r#"{"event":"unenrolled/1","tenant":"t","grid":"day","person":"bo"}"#, &["bo"]);
    let answer = r#"{"grant":{"person":"ana","role":"own","scope":{"unit":"a"}},"verdict":"revoke","reason":"left"}"#;
    let answered = format!(
        r#"{{"event":"review-answered/1","tenant":"t","campaign":"spring","answers":[{answer}]}}"#
    );
    people(&answered, &["ana"]);
    people(r#"{"event":"campaign-closed/1","tenant":"t","campaign":"spring"}"#, &[]);
}

fn names(people: &[&str]) -> Vec<String> {
    people.iter().map(ToString::to_string).collect()
}

#[test]
fn those_who_hold_a_role_are_named_by_it() {
    let edited = affected(r#"{"event":"role-edited/1","tenant":"t","name":"own","role":{}}"#);
    assert_eq!(edited, (vec!["ana".into(), "bo".into()], role("own")));
    let lifted = affected(r#"{"event":"restriction-lifted/1","tenant":"t","name":"x"}"#);
    assert_eq!(lifted, (vec!["cleo".into(), "dina".into(), "eva".into()], role("reader")));
    let none = alcada::journal::Affected::default();
    assert!(none.is_empty());
}

#[test]
fn a_unit_that_moves_affects_what_covers_it_from_above_and_what_rests_on_it() {
    // Cleo holds `a` and below; Eva's grant rests on being there; `b` is restricted for readers.
    let (people, holders) = affected(r#"{"event":"unit-moved/1","unit":"a1","parent":"b"}"#);
    assert_eq!(holders, role("reader"));
    assert_eq!(people, ["cleo", "dina", "eva"]);
    let (people, holders) = affected(r#"{"event":"unit-moved/1","unit":"b","parent":"t"}"#);
    assert!(people.is_empty() && holders.is_empty(), "it stays where it is");
}
