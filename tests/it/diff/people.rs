//! Who is in a row of a diff: which people, in which order, and how they are written.

use std::collections::BTreeSet;

use alcada::{
    Authority, Event, Grant, Identifier, Policy, Snapshot,
    diff::{Diff, People},
    facts::CustomRole,
    history::AsOf,
    hours::Grid,
    journal::MemoryJournal,
    policy::Role,
};

use super::tables::wrong;
use crate::given::{Given, day, name, patterns, person};

const POLICY: &str = r#"
    functions.notes.actions = ["read", "write"]
    roles.reader.permissions = ["notes:read"]
    roles.writer.permissions = ["notes:write"]
"#;

/// These in the order in which they are registered.
fn registered(people: &[&str]) -> Given {
    let given = Given::policy(POLICY).tenant("a").unit("a/1", "a");
    people.iter().fold(given, |given, who| given.person(who, "a"))
}

fn granted(given: Given, people: &[&str]) -> Given {
    people
        .iter()
        .fold(given, |given, who| given.grant(Grant::role("reader").to(*who).only_in("a/1")))
}

fn erased(given: Given, who: &str) -> Given {
    given.and(Event::PersonErased { person: person(who) })
}

fn diff(before: &Given, after: &Given) -> Diff {
    let diff = before.snapshot.diff(&after.snapshot, day(10));
    assert_eq!(wrong(&diff, &before.world, &after.world), None);
    diff
}

fn names(people: &People) -> Vec<String> {
    people.iter().map(|who| who.to_string()).collect()
}

/// The same facts, as somebody else took them in.
fn anew(given: &Given) -> Snapshot {
    let mut again = Snapshot::new(Policy::from_document(given.world.policy.clone()).unwrap());
    again.import(&given.snapshot.facts()).unwrap();
    again
}

fn grid(title: &str, hours: &str) -> Event {
    Event::GridCreated(Grid {
        tenant: Some(name("a")),
        name: name(title),
        hours: hours.parse().unwrap(),
        allow_outside: false,
        hand_over: false,
    })
}

fn enrolled(title: &str, who: &str) -> Event {
    Event::Enrolled { tenant: Some(name("a")), grid: name(title), person: person(who) }
}

#[test]
fn r38_people_stand_in_the_order_in_which_the_side_that_names_them_registered_them() {
    let before = registered(&["zoe", "ana", "mia"]);
    let after = granted(before.clone(), &["ana", "mia", "zoe"]);
    let told = diff(&before, &after);
    assert_eq!(names(&told.gained[0].people), ["zoe", "ana", "mia"]);
    assert_eq!(told.people(), ["ana", "mia", "zoe"].map(person));
    // What was lost is told by the one before: one who was erased keeps her place.
    let without = erased(after.clone(), "zoe");
    let without = ["ana", "mia"].iter().fold(without, |given, who| {
        given.and(Event::Revoked(Grant::role("reader").to(*who).only_in("a/1").unwrap()))
    });
    assert_eq!(names(&diff(&after, &without).lost[0].people), ["zoe", "ana", "mia"]);
    // Somebody who took her name afterwards came last.
    let anew = granted(without.person("zoe", "a"), &["zoe", "ana"]);
    assert_eq!(names(&diff(&before, &anew).gained[0].people), ["ana", "zoe"]);
    assert_eq!(
        names(&anew.snapshot.diff(&before.snapshot, day(10)).lost[0].people),
        ["ana", "zoe"]
    );
}

#[test]
fn d10_of_whose_hours_changed_those_whom_only_the_snapshot_before_knows_come_last() {
    let given =
        registered(&["zoe", "ana", "mia", "bia"]).and(grid("front", "mon-fri 08:00-18:00; UTC"));
    let before =
        ["zoe", "ana", "mia"].iter().fold(given, |given, who| given.and(enrolled("front", who)));
    let gone = erased(before.clone(), "zoe");
    let after = ["mia", "ana"].iter().fold(gone.clone(), |given, who| {
        given.and(Event::Unenrolled {
            tenant: Some(name("a")),
            grid: name("front"),
            person: person(who),
        })
    });
    let told = diff(&before, &after);
    assert_eq!(told.hours.len(), 1);
    assert_eq!(names(&told.hours[0].people), ["ana", "mia", "zoe"]);
    assert_eq!(told.hours[0].to_string().lines().last(), Some("    3 people: `ana`, `mia`, `zoe`"));
    // Seen from the other side she is only known afterwards, and in her place.
    let mirrored = diff(&after, &before);
    assert_eq!(names(&mirrored.hours[0].people), ["zoe", "ana", "mia"]);
    assert_eq!(mirrored.hours[0].people, told.hours[0].people);
    // By a snapshot of another line, which never heard of her, it is the same.
    let other = before.snapshot.diff(&anew(&after), day(10));
    assert_eq!(names(&other.hours[0].people), ["ana", "mia", "zoe"]);
    assert_eq!(other.hours, told.hours);
    // Whoever took her name is compared with her.
    let namesake = gone.person("zoe", "a").and(enrolled("front", "zoe"));
    assert!(diff(&before, &namesake).is_empty());
}

#[test]
fn r38_two_lists_of_the_same_people_are_equal_in_whatever_order() {
    let gained = |order: &[&str], who: &[&str]| {
        let before = registered(order);
        diff(&before, &granted(before.clone(), who))
    };
    let all = ["zoe", "ana", "mia"];
    let [one, two] = [all, ["mia", "zoe", "ana"]].map(|order| gained(&order, &all));
    assert_ne!(names(&one.gained[0].people), names(&two.gained[0].people));
    assert_eq!(one.gained[0].people, two.gained[0].people);
    // The revisions and the instant are the same too.
    assert_eq!(one, two);
    assert_eq!(two, one);
    assert_eq!(one.people(), two.people());
    // Of as many people, or of the same numbers, it is another.
    for (order, who) in
        [(all, ["zoe", "ana"]), (all, ["zoe", "mia"]), (["zoe", "ana", "eva"], ["zoe", "eva"])]
    {
        let other = gained(&order, &who);
        assert_ne!(one.gained[0].people, other.gained[0].people);
        assert_ne!(one, other);
    }
    assert_ne!(gained(&all, &["zoe", "ana"]), gained(&["zoe", "mia", "ana"], &["zoe", "mia"]));
    // A clone keeps the snapshots by itself.
    let kept = one.gained[0].people.clone();
    drop(one);
    assert_eq!(kept, two.gained[0].people);
}

#[test]
fn r38_in_json_people_are_a_list_of_names() {
    let before = registered(&["zoe", "ana"]);
    let told = diff(&before, &granted(before.clone(), &["zoe", "ana"]));
    let json = serde_json::to_value(&told).unwrap();
    let row = serde_json::json!({
        "roles": ["reader"],
        "reaches": [{ "scope": { "unit": "a/1" } }],
        "permissions": ["notes:read"],
        "channel": "standard",
        "interval": {},
        "people": ["zoe", "ana"],
    });
    assert_eq!(json["gained"], serde_json::json!([row]));
    let back: Vec<Identifier> =
        serde_json::from_value(json["gained"][0]["people"].clone()).unwrap();
    assert!(told.gained[0].people.iter().eq(back));
    // Formats that write how many there are before the first of them can do so.
    let people = &told.gained[0].people;
    assert_eq!(
        (people.len(), people.iter().len(), people.iter().size_hint()),
        (2, 2, (2, Some(2)))
    );
    assert!(!people.is_empty());
}

#[test]
fn r38_of_many_people_the_first_twenty_are_named() {
    // Not in the order of their names; more than are fetched ahead at once.
    let all: Vec<String> = (0..70).map(|n| format!("p{}", 99 - n)).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let before = registered(&all);
    for many in [1, 2, 19, 20, 21, 22, 32, 33, 64, 70] {
        let told = diff(&before, &granted(before.clone(), &all[..many]));
        let people = &told.gained[0].people;
        assert_eq!(names(people), &all[..many]);
        let mut walked = Vec::new();
        for who in people {
            walked.push(who.to_string());
        }
        assert_eq!(walked, &all[..many]);
        assert_eq!(people.iter().nth(many - 1), Some(person(all[many - 1])));
        let listed: Vec<String> =
            all[..many.min(20)].iter().map(|who| format!("`{who}`")).collect();
        let more = if many > 20 { format!(" and {} more", many - 20) } else { String::new() };
        let text = format!(
            "{many} {}: {}{more}",
            if many == 1 { "person" } else { "people" },
            listed.join(", ")
        );
        assert_eq!(people.to_string(), text);
        assert_eq!(told.gained[0].to_string().lines().last(), Some(&*format!("    {text}")));
    }
}

#[test]
fn r38_a_diff_masks_its_people_in_debug_and_names_the_erased_as_its_snapshots_do() {
    let before = granted(registered(&["zoe", "ana"]), &["zoe", "ana"]);
    let after = erased(before.clone(), "zoe");
    let told = diff(&before, &after);
    assert_eq!(names(&told.lost[0].people), ["zoe"]);
    let text = format!("{told:?} {:?}", told.lost[0].people);
    assert!(!text.contains("zoe") && text.contains("people: [`***`]"), "{text}");
    // The one who goes by her name now is nobody of whom that was told.
    let namesake = granted(after.clone().person("zoe", "a"), &["zoe"]);
    assert_eq!(names(&diff(&after, &namesake).gained[0].people), ["zoe"]);
    assert!(diff(&before, &namesake).is_empty());
}

/// The facts of an earlier day name nobody who was erased since.
#[test]
fn r38_somebody_without_a_name_any_more_is_a_number() {
    let given = registered(&["mia", "zoe", "ana"]);
    let authority = Authority::open(
        MemoryJournal::new(),
        Policy::from_document(given.world.policy.clone()).unwrap(),
        day(1),
    )
    .unwrap();
    authority.import(&given.snapshot.facts()).unwrap();
    // The document lists people by name: ana, mia, zoe.
    let start = authority.snapshot().revision();
    for who in ["zoe", "ana"] {
        authority
            .apply(Event::Granted(Grant::role("reader").to(who).only_in("a/1").unwrap()))
            .unwrap();
    }
    let full = authority.snapshot().revision();
    authority.apply(&Event::PersonErased { person: person("ana") }).unwrap();
    let [start, full] =
        [start, full].map(|revision| authority.as_of(AsOf::Revision(revision)).unwrap());
    let told = start.diff(&full, day(10));
    assert_eq!(names(&told.gained[0].people), ["#0", "zoe"]);
    assert_eq!(told.people(), [person("#0"), person("zoe")]);
    assert_eq!(told.gained[0].people.to_string(), "2 people: `#0`, `zoe`");
    // The one who has nothing today is the same number, in whichever order they are asked.
    let lost = full.diff(&authority.snapshot(), day(10));
    assert_eq!(names(&lost.lost[0].people), ["#0"]);
    assert_eq!(names(&authority.snapshot().diff(&full, day(10)).gained[0].people), ["#0"]);
}

/// Told of together or one by one, by one snapshot or the other.
#[test]
fn r38_the_people_of_a_changed_role_are_who_holds_it_each_once() {
    let role =
        |permissions: &[&str]| Role { permissions: patterns(permissions), ..Role::default() };
    let all: Vec<String> = (0..50).map(|n| format!("p{}", (n * 37) % 50)).collect();
    let mut before = registered(&all.iter().map(String::as_str).collect::<Vec<_>>());
    before = before.role("a", "own", role(&["notes:read"]));
    for (n, who) in all.iter().enumerate() {
        before = before.grant(Grant::role("own").to(who).only_in("a/1"));
        // Some hold more than stands in their record, some hold it dated.
        for place in ["a", "a/1"] {
            for by in ["reader", "writer"].into_iter().take(if n % 3 == 0 { 2 } else { 0 }) {
                before = before.grant(Grant::role(by).to(who).until(day(5)).only_in(place));
            }
        }
        if n % 4 == 1 {
            before = before.grant(Grant::role("writer").to(who).only_in("a"));
        }
    }
    let edited = CustomRole { tenant: name("a"), name: name("own"), role: role(&["notes:write"]) };
    let after = before.clone().and(Event::RoleEdited(edited));
    let told = diff(&before, &after);
    for rows in [&told.gained, &told.lost] {
        let people: BTreeSet<Identifier> = rows.iter().flat_map(|row| &row.people).collect();
        assert_eq!(
            (people.len(), rows.iter().map(|row| row.people.len()).sum::<usize>()),
            (50, 50)
        );
        for row in rows {
            let places: Vec<_> = row
                .people
                .iter()
                .map(|who| all.iter().position(|it| it.as_str() == who.as_str()))
                .collect();
            assert!(places.is_sorted(), "{row}");
        }
    }
}

/// What a role says of one change says nothing of the next.
#[test]
fn r38_beside_one_role_it_is_asked_anew_for_each_that_changed() {
    let role =
        |permissions: &[&str]| Role { permissions: patterns(permissions), ..Role::default() };
    let mut before = registered(&["ana", "bia", "caio"]);
    for (own, who) in [("first", "ana"), ("second", "bia"), ("third", "caio")] {
        before = before
            .role("a", own, role(&[]))
            .grant(Grant::role(own).to(who).only_in("a/1"))
            .grant(Grant::role("reader").to(who).only_in("a/1"));
    }
    let edited = |own: &str, permissions: &[&str]| {
        Event::RoleEdited(CustomRole {
            tenant: name("a"),
            name: name(own),
            role: role(permissions),
        })
    };
    let after = before
        .clone()
        .and(edited("first", &["notes:write"]))
        .and(edited("second", &["notes:read"]));
    let told = diff(&before, &after.and(edited("third", &["notes:read", "notes:write"])));
    let rows: Vec<_> =
        told.gained.iter().map(|row| (names(&row.people), row.permissions.clone())).collect();
    assert_eq!(rows, ["ana", "caio"].map(|who| (vec![who.to_owned()], vec![name("notes:write")])));
}
