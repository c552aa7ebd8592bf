//! Bulk import: rows in any order, an error that names the row, and nothing applied.

use alcada::{Facts, Policy, Revision, Snapshot, facts::limits};

const POLICY: &str = r#"
    version = 1
    visions = ["city", "school"]
    affiliations = ["exercise"]
    functions.notes.actions = ["read", "write"]
    kinds.staff.identifier.digits = 7
    unit-kinds = { city = { vision = "city" }, school = { vision = "school" } }
    roles.reader.permissions = ["notes:read"]
    roles.clerk = { permissions = ["notes:write"], visions = ["school"] }
"#;

fn snapshot() -> Snapshot {
    Snapshot::new(Policy::from_toml(POLICY).unwrap())
}

fn facts(rows: &str) -> Facts {
    toml::from_str(&format!("version = 1\n{rows}"))
        .unwrap_or_else(|error| panic!("{rows}: {error}"))
}

/// What is refused, at which row, in which words; and that nothing has changed.
fn refused(rows: &str, row: &str, words: &[&str]) -> alcada::facts::FactsError {
    let mut snapshot = snapshot();
    let sound = "units = [{ code = \"sp\", kind = \"city\" }]\npeople = [{ person = \"7210418\", tenant = \"sp\", kind = \"staff\" }]";
    snapshot.import(&facts(sound)).unwrap();
    let error = snapshot.import(&facts(rows)).unwrap_err();
    assert_eq!(error.row(), Some(row), "{error}");
    let text = error.to_string();
    assert!(words.iter().all(|word| text.contains(word)), "{text}");
    assert!(!text.contains("7210418"), "an identifier is not masked: {text}");
    assert_eq!(snapshot.revision(), Revision(1));
    snapshot.verify().unwrap();
    error
}

#[test]
fn rows_may_stand_in_any_order() {
    let mut snapshot = snapshot();
    let rows = r#"
        grants = [{ person = "7210418", role = "deputy", scope = { unit = "a" } }]
        roles = [{ tenant = "sp", name = "deputy", role = { includes = ["helper"] } },
                 { tenant = "sp", name = "helper", role = { permissions = ["notes:read"] } }]
        groups = [{ tenant = "sp", name = "below", parent = "above" }, { tenant = "sp", name = "above" }]
        people = [{ person = "7210418", tenant = "sp", kind = "staff" }]
        units = [{ code = "a", kind = "school", parent = "sp" }, { code = "sp", kind = "city" }]
    "#;
    assert_eq!(snapshot.import(&facts(rows)).unwrap(), Revision(1));
    snapshot.verify().unwrap();
}

#[test]
fn a_reference_to_something_absent_names_the_row() {
    let error = refused(
        "grants = [{ person = \"7210418\", role = \"reader\", scope = { unit = \"sp\" } }, { person = \"7210418\", role = \"reader\", scope = { unit = \"sq\" } }]",
        "grants[1]",
        &["there is no unit `sq`"],
    );
    assert!(error.is_absent());
    refused(
        "grants = [{ person = \"7210418\", role = \"raeder\", scope = { unit = \"sp\" } }]",
        "grants[0]",
        &["`raeder`", "did you mean `reader`?"],
    );
    refused(
        "units = [{ code = \"a\", kind = \"school\", parent = \"none\" }]",
        "units[0]",
        &["`none`"],
    );
    refused(
        "affiliations = [{ person = \"7210419\", kind = \"exercise\", unit = \"sp\" }]",
        "affiliations[0]",
        &["*****19"],
    );
}

#[test]
fn a_second_root_for_a_tenant_names_the_row() {
    refused(
        "units = [{ code = \"sq\", kind = \"city\", tenant = \"sp\" }]",
        "units[0]",
        &["`sq`", "second root for tenant `sp`"],
    );
}

#[test]
fn a_cycle_names_a_row_of_it() {
    let units = "units = [{ code = \"a\", kind = \"school\", parent = \"b\" }, { code = \"b\", kind = \"school\", parent = \"a\" }]";
    let mut one = snapshot();
    let error = one.import(&facts(units)).unwrap_err();
    assert!(
        error.is_cycle() && error.row().is_some_and(|row| row.starts_with("units[")),
        "{error}"
    );
    assert_eq!(one.revision(), Revision(0));
    let groups = "groups = [{ tenant = \"sp\", name = \"g\", parent = \"h\" }, { tenant = \"sp\", name = \"h\", parent = \"g\" }]";
    assert!(one.import(&facts(groups)).unwrap_err().is_cycle());
    let roles = "roles = [{ tenant = \"sp\", name = \"g\", role = { includes = [\"h\"] } }, { tenant = \"sp\", name = \"h\", role = { includes = [\"g\"] } }]";
    assert!(one.import(&facts(roles)).unwrap_err().is_cycle());
}

#[test]
fn d7_an_interval_that_ends_before_it_begins_names_the_row() {
    let dates = "from = \"2026-02-01T00:00:00Z\", until = \"2026-01-01T00:00:00Z\"";
    refused(
        &format!(
            "grants = [{{ person = \"7210418\", role = \"reader\", scope = {{ unit = \"sp\" }}, {dates} }}]"
        ),
        "grants[0]",
        &["2026-02-01T00:00:00Z", "`until` must come after `from`"],
    );
    refused(
        &format!(
            "affiliations = [{{ person = \"7210418\", kind = \"exercise\", unit = \"sp\", {dates} }}]"
        ),
        "affiliations[0]",
        &["holds nothing"],
    );
}

#[test]
fn d13_r8_a_role_is_granted_where_it_may_be() {
    refused(
        "grants = [{ person = \"7210418\", role = \"clerk\", scope = { subtree = \"sp\" } }]",
        "grants[0]",
        &["`clerk`", "`city`", "`school`"],
    );
}

#[test]
fn s1_a_malformed_identifier_is_refused_with_the_reason() {
    refused(
        "people = [{ person = \"721041\", tenant = \"sp\", kind = \"staff\" }]",
        "people[0]",
        &["****41", "7 digits"],
    );
}

#[test]
fn a_document_of_another_version_or_with_an_unknown_key_is_refused() {
    let later: Facts = toml::from_str("version = 2").unwrap();
    assert_eq!(snapshot().import(&later).unwrap_err().row(), Some("version"));
    assert!(
        toml::from_str::<Facts>("version = 1\npeople = [{ person = \"x\", nmae = \"y\" }]")
            .is_err()
    );
}

#[test]
fn limits_are_errors_that_say_so() {
    let mut snapshot = snapshot();
    let mut rows = String::from("units = [{ code = \"u1\", kind = \"city\" }");
    for n in 2..=limits::MAX_DEPTH {
        rows += &format!(", {{ code = \"u{n}\", kind = \"school\", parent = \"u{}\" }}", n - 1);
    }
    snapshot.import(&facts(&format!("{rows}]"))).unwrap();
    let deeper = format!(
        "units = [{{ code = \"deeper\", kind = \"school\", parent = \"u{}\" }}]",
        limits::MAX_DEPTH
    );
    assert!(snapshot.import(&facts(&deeper)).unwrap_err().is_limit());

    snapshot
        .import(&facts("people = [{ person = \"7210418\", tenant = \"u1\", kind = \"staff\" }]"))
        .unwrap();
    let grant = |n: usize| {
        let until = alcada::Instant::from_micros(n as i64);
        alcada::Event::Granted(
            alcada::Grant::role("reader").to("7210418").until(until).only_in("u1").unwrap(),
        )
    };
    let all: Vec<_> = (0..limits::MAX_GRANTS).map(grant).collect();
    snapshot.apply_all(&all).unwrap();
    assert!(snapshot.apply(&grant(limits::MAX_GRANTS)).unwrap_err().is_limit());
    snapshot.verify().unwrap();
}
