//! Hours in questions (D10): answers end when a grid closes, and come again when it opens.

use alcada::{Facts, Instant, Interval, Permission, Policy, Request, Snapshot, Target};

const READ: Permission = Permission::new("notes:read");

fn office() -> Snapshot {
    let policy = r#"
        version = 1
        functions.notes.actions = ["read"]
        roles.reader.permissions = ["notes:read"]
    "#;
    let mut facts = Snapshot::new(Policy::from_toml(policy).unwrap());
    let rows = r#"
        version = 1
        units = [{ code = "t" }, { code = "a", parent = "t" }, { code = "u" }]
        people = [
            { person = "ana", tenant = "t" }, { person = "ana", tenant = "u" }, { person = "rui", tenant = "t" },
        ]
        grids = [{ tenant = "t", name = "office", hours = "mon-fri 08:00-18:00; UTC" }]
        enrolments = [{ tenant = "t", grid = "office", person = "ana" }]
        grants = [
            { person = "ana", role = "reader", scope = { subtree = "t" } },
            { person = "ana", role = "reader", scope = { unit = "u" } },
            { person = "rui", role = "reader", scope = { unit = "a" }, until = "2026-03-04T00:00:00Z" },
        ]
    "#;
    facts.import(&Facts::from_toml(rows).unwrap()).unwrap();
    facts
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn who(facts: &Snapshot, now: &str) -> Vec<(String, Option<Instant>)> {
    let answers = facts.who_can(READ, Target::InUnit("a"), at(now));
    answers.map(|answer| (answer.name().to_string(), answer.until())).collect()
}

#[test]
fn d10_an_answer_ends_when_the_grid_closes() {
    let facts = office();
    let (closing, midnight) = (at("2026-03-02T18:00:00Z"), at("2026-03-04T00:00:00Z"));
    let rui = ("rui".to_owned(), Some(midnight));
    // A Monday at noon, and in the evening.
    assert_eq!(
        who(&facts, "2026-03-02T12:00:00Z"),
        [("ana".to_owned(), Some(closing)), rui.clone()]
    );
    assert_eq!(who(&facts, "2026-03-02T18:00:00Z"), [rui]);
    // The grid binds in its tenant and in no other.
    let units = |now: &str| -> Vec<(String, Option<Instant>)> {
        facts
            .where_can("ana", READ, at(now))
            .map(|answer| (answer.name().to_string(), answer.until()))
            .collect()
    };
    let open = |code: &str| (code.to_owned(), Some(closing));
    let mut noon = units("2026-03-02T12:00:00Z");
    noon.sort();
    assert_eq!(noon, [open("a"), open("t"), ("u".to_owned(), None)]);
    assert_eq!(units("2026-03-02T18:00:00Z"), [("u".to_owned(), None)]);
    // Nor is anything sure of those whom a grid binds.
    let target = Target::InUnit("a");
    assert_eq!(
        facts.what_can("ana", target, at("2026-03-02T12:00:00Z")).next().and_then(|it| it.until()),
        Some(closing)
    );
    assert_eq!(facts.what_can("ana", target, at("2026-03-01T12:00:00Z")).count(), 0);
}

#[test]
fn d10_between_two_instants_every_opening_is_a_stretch() {
    let facts = office();
    let (from, until) = (at("2026-03-02T12:00:00Z"), at("2026-03-04T09:00:00Z"));
    let stretch = |from: &str, until: &str| Interval::new(at(from), at(until)).unwrap();
    let answers: Vec<_> = facts.who_can_between(READ, Target::InUnit("a"), from, until).collect();
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0].name.as_str(), "ana");
    let stretches = [
        stretch("2026-03-02T12:00:00Z", "2026-03-02T18:00:00Z"),
        stretch("2026-03-03T08:00:00Z", "2026-03-03T18:00:00Z"),
        stretch("2026-03-04T08:00:00Z", "2026-03-04T09:00:00Z"),
    ];
    assert_eq!(answers[0].stretches, stretches);
    assert_eq!(answers[1].stretches, [stretch("2026-03-02T12:00:00Z", "2026-03-04T00:00:00Z")]);
    // Nothing lies between an instant and itself, or one before it.
    assert_eq!(facts.who_can_between(READ, Target::InUnit("a"), until, from).count(), 0);
    assert_eq!(facts.where_can_between("ana", READ, from, from).count(), 0);
}

#[test]
fn d10_no_grant_suffices_outside_of_the_hours() {
    let facts = office();
    let request = Request::by("ana").to(READ).in_unit("a");
    assert_eq!(facts.why_all(&request, at("2026-03-02T12:00:00Z")).len(), 1);
    assert!(facts.why_all(&request, at("2026-03-02T18:00:00Z")).is_empty());
}
