//! Diffs by hand: what a person reads.

use alcada::{Event, Grant, Scope, Snapshot, diff::Diff, facts::CustomRole, policy::Role};
use proptest::prelude::*;

use super::tables::wrong;
use crate::given::{
    Given, day, members, name, on_person, on_role, own, patterns, person, subtree, unit,
};
use crate::properties::worlds;

const POLICY: &str = r#"
    functions.notes.actions = ["read", "write"]
    functions.meals.actions = ["view"]
    roles.reader.permissions = ["notes:read"]
    roles.writer.permissions = ["notes:*"]
    roles.cook.permissions = ["meals:view"]
"#;

/// Two tenants, a tree of three levels, somebody everywhere.
fn given() -> Given {
    let given = Given::policy(POLICY)
        .tenant("a")
        .unit("a/1", "a")
        .unit("a/1/1", "a/1")
        .unit("a/2", "a")
        .tenant("b");
    let given = ["ana", "bia", "caio"].into_iter().fold(given, |given, who| given.person(who, "a"));
    given.platform("root").person("root", "a")
}

/// The diff, which is right, and its lines.
fn diff(before: &Given, after: &Given) -> (Diff, Vec<String>) {
    let diff = before.snapshot.diff(&after.snapshot, day(10));
    assert_eq!(wrong(&diff, &before.world, &after.world), None);
    let text = diff.to_string();
    (diff, text.lines().skip(1).map(|line| line.trim_start().to_owned()).collect())
}

#[track_caller]
fn says(before: &Given, after: &Given, lines: &[&str]) {
    assert_eq!(diff(before, after).1, lines);
}

#[test]
fn r38_nothing_is_gained_that_was_had_by_another_grant() {
    let before = given().grant(Grant::role("writer").to("ana").in_and_below("a/1"));
    let after = before.clone().grant(Grant::role("reader").to("ana").only_in("a/1/1"));
    says(&before, &after, &["nobody gained or lost anything"]);
    let after = before.clone().grant(Grant::role("reader").to("ana").in_and_below("a"));
    let lines = [
        "gained `notes:read` in `a` and all below, but not in `a/1` and all below, by the role `reader`, on channel `standard`",
        "1 person: `ana`",
    ];
    says(&before, &after, &lines);
    let everywhere = given().grant(Grant::role("reader").to("root").everywhere());
    let (told, lines) = diff(&given(), &everywhere);
    assert!(told.gained[0].everywhere);
    assert_eq!(
        lines,
        [
            "gained `notes:read` everywhere, by the role `reader`, on channel `standard`",
            "1 person: `root`"
        ]
    );
    // Kept from one unit, it is not everywhere at once.
    let restriction = on_person("x", "root", &["notes:*"], unit("a/2"));
    let (told, lines) = diff(&everywhere, &everywhere.clone().restrict(restriction));
    assert!(told.lost[0].everywhere && told.gained.is_empty());
    assert_eq!(
        lines,
        [
            "lost `notes:read` in `a/2` alone, by the role `reader`, on channel `standard`",
            "1 person: `root`"
        ]
    );
}

#[test]
fn r38_a_diff_says_when_it_begins_and_ends() {
    let before = given().grant(Grant::role("reader").to("ana").until(day(20)).only_in("a/2"));
    let after = before
        .clone()
        .grant(Grant::role("reader").to("ana").from(day(15)).until(day(30)).only_in("a/2"));
    let (told, _) = diff(&before, &after);
    assert_eq!(
        (told.gained[0].interval.from(), told.gained[0].interval.until()),
        (Some(day(20)), Some(day(30)))
    );
    assert!(told.lost.is_empty() && told.gained.len() == 1);
    // What is over by then is no difference, and what is under way has no beginning.
    let over = before
        .clone()
        .grant(Grant::role("writer").to("ana").from(day(1)).until(day(9)).only_in("a/2"));
    assert!(diff(&before, &over).0.is_empty());
    let (told, lines) = diff(&given(), &before);
    assert_eq!(told.gained[0].interval.from(), None);
    assert!(lines[0].ends_with(&format!("until {}", day(20))), "{lines:?}");
    // One after the other without a gap is one.
    let first = Grant::role("reader").to("bia").until(day(15)).only_in("a/2");
    let second = Grant::role("reader").to("bia").from(day(15)).only_in("a/2");
    let (told, _) = diff(&given(), &given().grant(first).grant(second));
    assert_eq!((told.gained.len(), told.gained[0].interval), (1, alcada::Interval::ALWAYS));
}

#[test]
fn r38_a_unit_that_moves_or_comes_to_be_is_gained_by_those_above_it() {
    let before = given()
        .grant(Grant::role("reader").to("ana").in_and_below("a/1"))
        .grant(Grant::role("reader").to("bia").in_and_below("a/2"))
        .grant(Grant::role("reader").to("caio").in_and_below("a"))
        .grant(Grant::role("reader").to("root").everywhere());
    let moved = Event::UnitMoved { unit: name("a/1/1"), parent: name("a/2") };
    let after = before.clone().and(moved);
    says(
        &before,
        &after,
        &[
            "gained `notes:read` in `a/1/1` and all below, by the role `reader`, on channel `standard`",
            "1 person: `bia`",
            "lost `notes:read` in `a/1/1` and all below, by the role `reader`, on channel `standard`",
            "1 person: `ana`",
        ],
    );
    says(
        &before,
        &before.clone().unit("a/2/1", "a/2").unit("a/2/1/1", "a/2/1"),
        &[
            "gained `notes:read` in `a/2/1` and all below, by the role `reader`, on channel `standard`",
            "3 people: `bia`, `caio`, `root`",
        ],
    );
}

#[test]
fn r38_what_is_of_people_is_said_by_groups_and_of_oneself() {
    let before = given().group("a", "g", "", "ana", &["bia"]).group("a", "h", "g", "caio", &[]);
    let over = |who: &str, group: &str| Grant::role("reader").to(who).scoped(members("a", group));
    let after = before
        .clone()
        .grant(over("ana", "g"))
        .grant(over("caio", "h"))
        .grant(Grant::role("reader").to("bia").own());
    says(
        &before,
        &after,
        &[
            "gained `notes:read` about the people of group `g`, by the role `reader`, on channel `standard`",
            "1 person: `ana`",
            "gained `notes:read` about the people of group `h`, by the role `reader`, on channel `standard`",
            "1 person: `caio`",
            "gained `notes:read` about oneself in `a`, by the role `reader`, on channel `standard`",
            "1 person: `bia`",
        ],
    );
    // Who leads is what counts; and a group moves out of another's reach.
    let led =
        after.clone().and(Event::LeaderSet { tenant: name("a"), group: name("g"), leader: None });
    assert_eq!(diff(&after, &led).0.people(), [person("ana")]);
    let moved =
        after.clone().and(Event::GroupMoved { tenant: name("a"), group: name("h"), parent: None });
    let (told, _) = diff(&after, &moved);
    assert_eq!(
        (told.people(), &told.lost[0].reaches[0].scope),
        (vec![person("ana")], &members("a", "h"))
    );
    // Deleted and made again with the same name it is the same.
    let again = moved.clone().and(Event::GroupDeleted { tenant: name("a"), group: name("h") });
    let again = again.group("a", "h", "", "caio", &[]).grant(over("caio", "h"));
    assert!(diff(&moved, &again).0.is_empty());
    // Everywhere takes in people too.
    let all = after.clone().grant(Grant::role("reader").to("root").everywhere());
    let kept = all.clone().restrict(on_person("x", "root", &["*:*"], subtree("a")));
    let (told, _) = diff(&all, &kept);
    let scopes: Vec<&Scope> = told.lost[0].reaches.iter().map(|reach| &reach.scope).collect();
    assert_eq!(scopes, [&subtree("a"), &members("a", "g"), &own("a")]);
}

#[test]
fn r38_people_are_compared_by_name_even_where_one_is_somebody_else() {
    let before = given().grant(Grant::role("reader").to("ana").only_in("a/2"));
    let erased = before.clone().and(Event::PersonErased { person: person("ana") });
    let (told, _) = diff(&before, &erased);
    assert_eq!((told.lost.len(), told.people()), (1, vec![person("ana")]));
    let namesake = erased.person("ana", "a").grant(Grant::role("reader").to("ana").only_in("a/2"));
    assert!(diff(&before, &namesake).0.is_empty());
    let wider = namesake.grant(Grant::role("writer").to("ana").only_in("a/2"));
    assert_eq!(diff(&before, &wider).0.gained[0].permissions, [name("notes:write")]);
}

/// So many holders that they are told of together; those who hold something else that
/// matters are looked at one by one. Made anew from a document everybody is.
#[test]
fn r38_the_holders_of_a_changed_role_are_told_of_as_if_each_was_looked_at() {
    let role =
        |permissions: &[&str]| Role { permissions: patterns(permissions), ..Role::default() };
    let mut before =
        given().role("a", "own", role(&["notes:read"])).role("a", "other", role(&["meals:view"]));
    for n in 0..60usize {
        let who = format!("p{n}");
        let place = ["a", "a/1", "a/1/1", "a/2"][n % 4];
        before = before.person(&who, "a").grant(match n % 3 {
            0 => Grant::role("own").to(&who).only_in(place),
            1 => Grant::role("own").to(&who).in_and_below(place),
            _ => Grant::role("own").to(&who).own(),
        });
        let also = |grant| Some(grant);
        let more = match n % 11 {
            1 => also(Grant::role("writer").to(&who).in_and_below("a/1")),
            2 => also(Grant::role("writer").to(&who).only_in("a/1/1")),
            3 => also(Grant::role("cook").to(&who).in_and_below("a")),
            4 => also(Grant::role("own").to(&who).only_in("a/2")),
            5 => also(Grant::role("other").to(&who).own()),
            6 => also(Grant::role("cook").to(&who).until(day(12)).only_in("a/2")),
            7 => also(Grant::role("writer").to(&who).own()),
            _ => None,
        };
        before = more.into_iter().fold(before, Given::grant);
        if n % 13 == 5 {
            before = before.suspend(&who, "a");
        }
        if n % 17 == 5 {
            before = before.restrict(on_person(&format!("x{n}"), &who, &["meals:*"], unit("a/1")));
        }
    }
    let edit = |name: &str, permissions: &[&str]| {
        Event::RoleEdited(CustomRole {
            tenant: self::name("a"),
            name: self::name(name),
            role: role(permissions),
        })
    };
    let one = before.clone().and(edit("own", &["notes:write", "meals:view"]));
    let both = one.clone().and(edit("other", &["notes:read", "notes:write"]));
    for after in [&one, &both] {
        let (told, _) = diff(&before, after);
        assert!(told.people().len() > 40);
        let mut again =
            Snapshot::new(alcada::Policy::from_document(after.world.policy.clone()).unwrap());
        again.import(&after.snapshot.facts()).unwrap();
        let slow = before.snapshot.diff(&again, day(10));
        assert_eq!((&slow.gained, &slow.lost), (&told.gained, &told.lost));
    }
}

/// What changed around people whose own rows are as they were.
#[test]
fn r38_a_restriction_on_a_role_and_a_group_that_moves_concern_those_whose_rows_are_as_they_were() {
    let over = Grant::role("reader").to("ana").scoped(members("a", "g"));
    let before = given()
        .group("a", "g", "", "ana", &[])
        .group("a", "h", "g", "caio", &[])
        .grant(over)
        .grant(Grant::role("reader").to("bia").only_in("a/1"));
    let moved =
        before.clone().and(Event::GroupMoved { tenant: name("a"), group: name("h"), parent: None });
    assert_eq!(diff(&before, &moved).0.people(), [person("ana")]);
    let held_back = moved.clone().restrict(on_role("x", "reader", &["notes:*"], subtree("a/1")));
    assert_eq!(diff(&moved, &held_back).0.people(), [person("bia")]);
}

/// Told of at once for one channel, she is not looked at again for another.
#[test]
fn r38_whoever_holds_a_changed_role_by_several_channels_is_told_of_once() {
    let role =
        |permissions: &[&str]| Role { permissions: patterns(permissions), ..Role::default() };
    let policy = format!("channels = [\"standard\", \"app\"]\n{POLICY}");
    let given =
        Given::policy(&policy).tenant("a").unit("a/1", "a").unit("a/2", "a").person("ana", "a");
    let app = |grant: alcada::facts::GrantBuilder| grant.on_channel("app");
    let before = given
        .role("a", "own", role(&["notes:read"]))
        .grant(Grant::role("own").to("ana").only_in("a/2"))
        .grant(app(Grant::role("own").to("ana")).in_and_below("a"))
        .grant(app(Grant::role("writer").to("ana")).only_in("a/1"));
    let own = CustomRole { tenant: name("a"), name: name("own"), role: role(&["notes:*"]) };
    let after = before
        .clone()
        .and(Event::RoleEdited(CustomRole { role: role(&["notes:read", "notes:write"]), ..own }));
    let (told, _) = diff(&before, &after);
    assert!(told.gained.iter().all(|row| row.people.iter().eq([person("ana")])), "{told}");
}

#[test]
fn r17_a_changed_role_over_a_group_that_its_holder_does_not_lead_gives_nothing() {
    let role =
        |permissions: &[&str]| Role { permissions: patterns(permissions), ..Role::default() };
    let before = given()
        .group("a", "g", "", "ana", &["bia"])
        .role("a", "own", role(&["notes:read"]))
        .grant(Grant::role("own").to("ana").scoped(members("a", "g")))
        .grant(Grant::role("own").to("caio").scoped(members("a", "g")));
    let own = CustomRole {
        tenant: name("a"),
        name: name("own"),
        role: role(&["notes:read", "meals:view"]),
    };
    let (told, _) = diff(&before, &before.clone().and(Event::RoleEdited(own)));
    assert_eq!(told.people(), [person("ana")]);
}

/// Kept from the people of a group that was not there before, nobody lost anything that there was.
#[test]
fn r38_nothing_is_lost_of_a_group_that_was_not_there() {
    let before = given().grant(Grant::role("reader").to("root").everywhere()).restrict(on_person(
        "x",
        "root",
        &["notes:*"],
        unit("a/2"),
    ));
    let after = before.clone().group("a", "g", "", "ana", &[]).restrict(on_person(
        "y",
        "root",
        &["notes:*"],
        members("a", "g"),
    ));
    says(&before, &after, &["nobody gained or lost anything"]);
    says(&after, &before, &["nobody gained or lost anything"]);
}

/// Nor does it keep apart in rows what was lost alike.
#[test]
fn r38_a_group_that_was_not_there_keeps_no_rows_apart() {
    let before = given().grant(Grant::role("writer").to("root").everywhere());
    let kept = |name: &str, what: &str, scope: Scope| on_person(name, "root", &[what], scope);
    let after =
        before.clone().group("a", "g", "", "ana", &[]).restrict(kept("x", "notes:*", unit("a/2")));
    let after = after.restrict(kept("y", "notes:write", members("a", "g")));
    let row =
        "`notes:read`, `notes:write` in `a/2` alone, by the role `writer`, on channel `standard`";
    says(&before, &after, &[&format!("lost {row}"), "1 person: `root`"]);
    says(&after, &before, &[&format!("gained {row}"), "1 person: `root`"]);
}

/// What another role of theirs would give all the same is no difference, but only as far as that
/// role is not restricted, itself or by one it includes.
#[test]
fn r38_a_changed_role_beside_one_that_is_restricted() {
    let role =
        |permissions: &[&str]| Role { permissions: patterns(permissions), ..Role::default() };
    let chief = Role { includes: vec![name("writer")], ..Role::default() };
    let before = given()
        .role("a", "own", role(&["meals:view"]))
        .role("a", "chief", chief)
        .grant(Grant::role("own").to("ana").only_in("a/1"))
        .grant(Grant::role("writer").to("ana").in_and_below("a"))
        .grant(Grant::role("own").to("bia").only_in("a/1"))
        .grant(Grant::role("chief").to("bia").only_in("a/1"))
        .grant(Grant::role("own").to("caio").only_in("a/2"))
        .grant(Grant::role("writer").to("caio").in_and_below("a"))
        .restrict(on_role("x", "writer", &["notes:write"], unit("a/1")));
    let own = CustomRole {
        tenant: name("a"),
        name: name("own"),
        role: role(&["meals:view", "notes:read", "notes:write"]),
    };
    let after = before.clone().and(Event::RoleEdited(own));
    let row = "`notes:write` in `a/1` alone, by the role `own`, on channel `standard`";
    says(&before, &after, &[&format!("gained {row}"), "2 people: `ana`, `bia`"]);
    says(&after, &before, &[&format!("lost {row}"), "2 people: `ana`, `bia`"]);
}

/// Beside the changed role: kinds that act on one channel alone, or may do less; what is of another
/// channel, of a while, of rows that changed too. Each of them as if looked at one by one.
#[test]
fn r38_the_holders_of_a_changed_role_by_kind_channel_and_time() {
    let policy = r#"
        channels = ["standard", "app"]
        kinds.staff.channels = ["standard", "app"]
        kinds.guest.channels = ["app"]
        kinds.clerk = {}
        ceilings = [{ kinds = ["clerk"], permissions = ["notes:read", "meals:view"] }]
    "#;
    let role =
        |permissions: &[&str]| Role { permissions: patterns(permissions), ..Role::default() };
    let kind = |who: &str, tenant: Option<&str>| Event::PersonKindChanged {
        person: person(who),
        tenant: tenant.map(name),
        kind: name("guest"),
    };
    let own = |who: &str| Grant::role("own").to(who);
    let writer = |who: &str| Grant::role("writer").to(who);
    let before =
        Given::policy(&format!("{policy}{POLICY}")).tenant("a").unit("a/1", "a").unit("a/2", "a");
    let before = ["plain", "barred", "above", "dated", "aside", "app", "changed"]
        .into_iter()
        .fold(before, |given, who| given.person_of("staff", who, "a"))
        .person_of("clerk", "less", "a")
        .and(Event::PersonRegistered(alcada::Registration {
            person: person("above"),
            tenant: None,
            kind: Some(name("staff")),
            unit: None,
        }))
        .role("a", "own", role(&["meals:view"]));
    let before = ["plain", "barred", "above", "dated", "aside", "less", "changed"]
        .into_iter()
        .fold(before, |given, who| given.grant(own(who).only_in("a/1")))
        .grant(own("app").on_channel("app").only_in("a/1"))
        .grant(writer("above").everywhere())
        .grant(writer("dated").until(day(12)).only_in("a/1"))
        .grant(writer("aside").on_channel("app").only_in("a/1"))
        .and(kind("barred", Some("a")))
        .and(kind("above", None));
    let edited = Event::RoleEdited(CustomRole {
        tenant: name("a"),
        name: name("own"),
        role: role(&["meals:view", "notes:read", "notes:write"]),
    });
    let after = before.clone().grant(writer("changed").only_in("a/2")).and(edited.clone());
    let (told, _) = diff(&before, &after);
    let gained = |who: &str| {
        told.gained.iter().filter(|row| row.people.iter().any(|it| it == person(who))).count()
    };
    let rows = ["plain", "barred", "above", "dated", "aside", "app", "less", "changed"].map(gained);
    assert_eq!(rows, [1, 0, 1, 1, 1, 1, 1, 1], "{told}");
    // Kept from it all the same by a restriction on the role itself.
    let kept = before.restrict(on_role("x", "own", &["notes:*"], subtree("a/1")));
    says(&kept, &kept.clone().and(edited), &["nobody gained or lost anything"]);
}

#[test]
fn r38_a_row_names_every_role_that_it_comes_by_one_after_the_other() {
    let first = Grant::role("reader").to("bia").until(day(15)).only_in("a/2");
    let second = Grant::role("writer").to("bia").from(day(15)).only_in("a/2");
    let (told, _) = diff(&given(), &given().grant(first).grant(second));
    let read = told.gained.iter().find(|row| row.permissions == [name("notes:read")]).unwrap();
    assert_eq!(
        (&read.interval, &read.roles[..]),
        (&alcada::Interval::ALWAYS, &[name("reader"), name("writer")][..])
    );
}

#[test]
fn d10_whose_hours_change_is_told_by_the_grids_they_are_in() {
    let grid = |grid: &str| alcada::hours::Grid {
        tenant: Some(name("a")),
        name: name(grid),
        hours: "mon-fri 08:00-18:00; UTC".parse().unwrap(),
        allow_outside: false,
        hand_over: false,
    };
    let enrolled = |grid: &str, who: &str| Event::Enrolled {
        tenant: Some(name("a")),
        grid: name(grid),
        person: person(who),
    };
    let before =
        given().and(Event::GridCreated(grid("front"))).and(Event::GridCreated(grid("back")));
    let after = before.clone().and(enrolled("front", "ana")).and(enrolled("back", "bia"));
    let told = diff(&before, &after).0.hours;
    let rows: Vec<_> =
        told.iter().map(|row| format!("{}: {}", row.after[0].name, row.people)).collect();
    assert_eq!(rows, ["back: 1 person: `bia`", "front: 1 person: `ana`"]);
    // In another grid of the same hours nobody's hours are others.
    let moved = after.clone().and(Event::Unenrolled {
        tenant: Some(name("a")),
        grid: name("back"),
        person: person("bia"),
    });
    let moved = moved.and(enrolled("front", "bia"));
    assert!(diff(&after, &moved).0.is_empty());
}

proptest! {
    #![proptest_config(worlds(96))]

    /// Whatever else they hold, on whatever channel: those told of together are told as if each was looked at.
    #[test]
    fn r38_no_holder_of_a_changed_role_is_told_of_otherwise_than_one_by_one(
        held in prop::collection::vec((0usize..6, 0usize..5, 0usize..8, 0usize..5, 0usize..9), 1..24),
        edits in 1usize..4,
    ) {
        let role = |permissions: &[&str]| Role { permissions: patterns(permissions), ..Role::default() };
        let policy = format!("channels = [\"standard\", \"app\"]\n{POLICY}");
        let mut before = Given::policy(&policy).tenant("a").unit("a/1", "a").unit("a/1/1", "a/1").unit("a/2", "a");
        let people = ["p0", "p1", "p2", "p3", "p4", "p5"];
        before = people.iter().fold(before, |given, who| given.person(who, "a"));
        before = before.group("a", "g", "", "p1", &["p2"]).group("a", "h", "g", "p3", &[]);
        before = before.role("a", "own", role(&["notes:read"])).role("a", "other", role(&["meals:view"]));
        before = before.role("a", "wide", Role { includes: vec![name("own")], ..Role::default() });
        let mut given: Vec<Grant> = Vec::new();
        for (who, by, place, channel, dated) in held {
            let scope = match place {
                0 | 1 => subtree("a"),
                2 => subtree("a/1"),
                3 => unit("a/1/1"),
                4 => unit("a/2"),
                5 => own("a"),
                6 => members("a", "g"),
                _ => members("a", "h"),
            };
            let grant = Grant::role(["own", "other", "wide", "writer", "reader"][by]).to(people[who]);
            let grant = if channel == 0 { grant.on_channel("app") } else { grant };
            let grant = if dated == 0 { grant.until(day(20)) } else { grant };
            let grant = grant.scoped(scope).unwrap();
            if !given.contains(&grant) {
                given.push(grant.clone());
                before = before.and(Event::Granted(grant));
            }
        }
        let edit = |name: &str, permissions: &[&str]| {
            Event::RoleEdited(CustomRole { tenant: self::name("a"), name: self::name(name), role: role(permissions) })
        };
        let mut after = before.clone();
        if edits & 1 == 1 {
            after = after.and(edit("own", &["notes:write", "meals:view"]));
        }
        if edits & 2 == 2 {
            after = after.and(edit("other", &["notes:read", "notes:write"]));
        }
        let told = before.snapshot.diff(&after.snapshot, day(10));
        let mut again = Snapshot::new(alcada::Policy::from_document(after.world.policy.clone()).unwrap());
        again.import(&after.snapshot.facts()).unwrap();
        let slow = before.snapshot.diff(&again, day(10));
        prop_assert_eq!((&slow.gained, &slow.lost), (&told.gained, &told.lost), "{}\n{}", slow, told);
    }
}
