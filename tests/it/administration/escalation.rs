//! X2: nobody gives what they don't hold, wider than they hold it, or for longer, on any path to
//! power (contract R28–R30).

use alcada::{
    Actor, Command, DenyReason, Grant, Instant, Scope,
    admin::Uncovered,
    facts::{GrantBuilder, Place},
    policy::Role,
};

use super::desk::{Desk, at, custom, group, registration};
use crate::given::{
    ask, day, members, name, names, on_person, on_role, own, patterns, person, subtree, unit,
};

/// Whoever keeps users may issue every command; what they may give is another matter.
const POLICY: &str = r#"
    version = 1
    channels = ["desk", "phone"]
    affiliations = ["works"]

    functions.users.actions = ["keep", "escalate"]
    functions.notes.actions = ["read", "write", "burn"]
    functions.calls = { actions = ["hear"], leader-only = true }

    unit-kinds.house = {}
    kinds.staff = {}
    kinds.guest = {}
    kinds.caller.channels = ["phone"]

    roles.keeper.permissions = ["users:keep"]
    roles.reader.permissions = ["notes:read"]
    roles.writer = { permissions = ["notes:write"], includes = ["reader"] }
    roles.burner.permissions = ["notes:burn"]
    roles.listener.permissions = ["calls:hear"]
    roles.dispatcher.permissions = ["users:keep"]
    roles.sovereign.permissions = ["users:*"]
    roles.warden.permissions = ["notes:burn", "notes:read"]
    roles.visitor = { permissions = ["notes:read", "notes:burn"], kinds = ["staff"] }

    ceilings = [{ kinds = ["guest"], permissions = ["notes:read", "users:keep"] }]

    [[guards]]
    commands = [
        "grant", "revoke", "set-validity", "create-role", "edit-role", "create-group", "move-group", "delete-group",
        "set-leader", "add-members", "remove-members", "move-unit", "ask-role", "approve-request", "lift-restriction",
        "impose-restriction", "suspend", "resume", "edit-person",
    ]
    permission = "users:keep"

    [administration]
    escalate = "users:escalate"
    exclusive = ["visitor"]
    assigns = { dispatcher = ["writer"] }
"#;

/// One house with two wings, a room in the first; Kim keeps users of all of it; Ada, Bo and Cy are
/// the others.
fn house() -> Desk {
    let mut house = Desk::policy(POLICY)
        .unit("house", "house", "")
        .unit("house", "east", "house")
        .unit("house", "room", "east")
        .unit("house", "west", "house");
    for who in ["kim", "ada", "bo", "cy"] {
        house = house.person("staff", who, "house");
    }
    house.grant(keeper().in_and_below("house"))
}

fn kim() -> Actor {
    Actor::user("kim")
}

/// Where what Kim holds in the east counts.
fn in_east() -> Actor {
    at("kim", "east")
}

fn keeper() -> GrantBuilder {
    Grant::role("keeper").to("kim")
}

/// What Kim has beside.
fn hers(role: &str) -> GrantBuilder {
    Grant::role(role).to("kim")
}

fn ada(role: &str) -> GrantBuilder {
    Grant::role(role).to("ada")
}

/// What is not covered, from now on for ever, on the desk's channel.
fn left(role: &str, permissions: &[&str], scope: Scope) -> Uncovered {
    Uncovered {
        role: name(role),
        permissions: names(permissions),
        scope,
        about: None,
        channel: name("desk"),
        from: day(1),
        until: None,
    }
}

fn between(from: Instant, until: impl Into<Option<Instant>>, left: Uncovered) -> Uncovered {
    Uncovered { from, until: until.into(), ..left }
}

fn about(who: &str, left: Uncovered) -> Uncovered {
    Uncovered { about: Some(person(who)), scope: own("house"), ..left }
}

fn of(permissions: &[&str]) -> Role {
    Role { permissions: patterns(permissions), ..Role::default() }
}

fn with(permissions: &[&str], includes: &[&str]) -> Role {
    Role { includes: names(includes), ..of(permissions) }
}

fn edit(role: &str, to: Role) -> Command {
    Command::EditRole(custom("house", role, to))
}

fn lift(restriction: &str) -> Command {
    Command::LiftRestriction { tenant: Some(name("house")), name: name(restriction) }
}

fn move_unit(code: &str, parent: &str) -> Command {
    Command::MoveUnit { unit: name(code), parent: name(parent) }
}

fn move_group(group: &str, parent: &str) -> Command {
    Command::MoveGroup {
        tenant: name("house"),
        group: name(group),
        parent: (!parent.is_empty()).then(|| name(parent)),
    }
}

fn lead(group: &str, leader: &str) -> Command {
    let leader = (!leader.is_empty()).then(|| person(leader));
    Command::SetLeader { tenant: name("house"), group: name(group), leader }
}

fn add(group: &str, who: &str) -> Command {
    Command::AddMembers { tenant: name("house"), group: name(group), people: vec![person(who)] }
}

fn leave(group: &str, who: &str) -> Command {
    Command::RemoveMembers { tenant: name("house"), group: name(group), people: vec![person(who)] }
}

fn kind(who: &str, kind: &str) -> Command {
    Command::EditPerson {
        person: person(who),
        tenant: Some(name("house")),
        kind: Some(name(kind)),
        unit: None,
    }
}

fn place(who: &str, unit: &str) -> Command {
    Command::EditPerson {
        person: person(who),
        tenant: Some(name("house")),
        kind: None,
        unit: Some(name(unit)),
    }
}

fn suspend(who: &str, tenant: Option<&str>) -> Command {
    Command::Suspend { person: person(who), tenant: tenant.map(name) }
}

fn resume(who: &str, tenant: Option<&str>) -> Command {
    Command::Resume { person: person(who), tenant: tenant.map(name) }
}

fn validity(grant: Grant, from: Option<Instant>, until: Option<Instant>) -> Command {
    Command::SetValidity { grant, from, until }
}

// Grants.

#[test]
fn x2_nobody_grants_a_permission_they_have_not() {
    let house = house().grant(hers("reader").in_and_below("house"));
    house.does(&kim(), ada("reader").in_and_below("house").unwrap());
    assert_eq!(
        house.escalates(&kim(), ada("writer").only_in("east").unwrap()),
        [left("writer", &["notes:write"], unit("east"))]
    );
    // To oneself no more than to others.
    assert_eq!(
        house.escalates(&kim(), hers("writer").only_in("east").unwrap()),
        [left("writer", &["notes:write"], unit("east"))]
    );
    // Of several grants each remainder is told, and none of them is made.
    let many = vec![
        ada("reader").only_in("west").unwrap(),
        ada("writer").only_in("west").unwrap(),
        Grant::role("burner").to("bo").only_in("room").unwrap(),
    ];
    assert_eq!(
        house.escalates(&kim(), many),
        [
            left("writer", &["notes:write"], unit("west")),
            left("burner", &["notes:burn"], unit("room"))
        ]
    );
}

#[test]
fn x2_nobody_grants_wider_than_they_hold() {
    let house = house().grant(hers("reader").in_and_below("east"));
    for inside in [unit("room"), subtree("room"), unit("east"), subtree("east")] {
        house.does(&in_east(), ada("reader").scoped(inside.clone()).unwrap());
        // What is held at some unit counts where one works there (R27).
        house.escalates(&kim(), Grant::role("reader").to("bo").scoped(inside).unwrap());
    }
    for outside in [subtree("house"), unit("house"), unit("west")] {
        let grant = ada("reader").scoped(outside.clone()).unwrap();
        assert_eq!(house.escalates(&kim(), grant), [left("reader", &["notes:read"], outside)]);
    }
    // One unit is not that unit with all below it, and all units below are not the one above.
    let house =
        house.grant(hers("writer").only_in("west")).grant(hers("writer").in_and_below("east"));
    assert_eq!(
        house.escalates(&kim(), ada("writer").in_and_below("west").unwrap()),
        [left("writer", &["notes:read", "notes:write"], subtree("west"))]
    );
    house.escalates(&kim(), ada("writer").in_and_below("house").unwrap());
    // About everybody is not about oneself; about oneself, by whoever has the whole house.
    assert_eq!(
        house.escalates(&kim(), ada("reader").own().unwrap()),
        [about("ada", left("reader", &["notes:read"], own("house")))]
    );
    let house = house.grant(hers("reader").in_and_below("house"));
    house.does(&kim(), ada("reader").own().unwrap());
}

/// R28: in scope by one grant, over time by several joined.
#[test]
fn x2_nobody_grants_for_longer_than_they_hold() {
    let house = house()
        .grant(hers("reader").from(day(3)).until(day(10)).in_and_below("house"))
        .grant(hers("reader").from(day(10)).until(day(20)).in_and_below("east"));
    let grant = |from: Instant, until: Instant, unit: &str| {
        ada("reader").from(from).until(until).only_in(unit).unwrap()
    };
    house.does(&kim(), grant(day(3), day(10), "west"));
    // Several join over time, where each covers the scope.
    house.does(&in_east(), grant(day(4), day(20), "east"));
    let remainder = |unit: &str| left("reader", &["notes:read"], self::unit(unit));
    for (actor, from, until, unit, gap) in [
        (kim(), day(4), day(20), "west", (day(10), Some(day(20)))),
        (in_east(), day(1), day(10), "east", (day(1), Some(day(3)))),
        (in_east(), day(4), day(21), "east", (day(20), Some(day(21)))),
    ] {
        assert_eq!(
            house.escalates(&actor, grant(from, until, unit)),
            [between(gap.0, gap.1, remainder(unit))]
        );
    }
    let endless = ada("reader").from(day(4)).only_in("east").unwrap();
    assert_eq!(house.escalates(&in_east(), endless), [between(day(20), None, remainder("east"))]);
}

#[test]
fn x2_nobody_grants_on_a_channel_on_which_they_hold_nothing() {
    let house = house().grant(hers("reader").in_and_below("house"));
    let by_phone = ada("reader").on_channel("phone").only_in("east").unwrap();
    let remainder =
        Uncovered { channel: name("phone"), ..left("reader", &["notes:read"], unit("east")) };
    assert_eq!(house.escalates(&kim(), by_phone.clone()), [remainder]);
    let house = house.grant(hers("reader").on_channel("phone").only_in("east"));
    house.does(&in_east(), by_phone);
}

#[test]
fn x2_what_is_cut_from_the_giver_is_not_held() {
    // By a restriction, while it lasts; on the person, or on the role.
    for restricted in [
        on_person("r", "kim", &["notes:read"], unit("east")),
        on_role("r", "reader", &["notes:*"], unit("east")),
    ] {
        let house = house().grant(hers("reader").in_and_below("house"));
        let house =
            house.restrict(alcada::facts::Restriction { until: Some(day(5)), ..restricted });
        let gap = between(day(1), day(5), left("reader", &["notes:read"], unit("east")));
        assert_eq!(house.escalates(&kim(), ada("reader").only_in("east").unwrap()), [gap]);
        house.does(&kim(), ada("reader").only_in("west").unwrap());
        house.does(&kim(), ada("reader").from(day(5)).only_in("east").unwrap());
    }
    // By a ceiling.
    let house = house()
        .grant(hers("reader").in_and_below("house"))
        .grant(hers("burner").in_and_below("house"))
        .with(kind("kim", "guest"));
    house.does(&kim(), ada("reader").only_in("east").unwrap());
    house.escalates(&kim(), ada("burner").only_in("east").unwrap());
    // By an affiliation that has a known end.
    let house = self::house().affiliated("kim", "works", "east", None, Some(day(9))).grant(
        hers("reader")
            .while_affiliated(name("works"), Place::Unit(name("east")))
            .in_and_below("house"),
    );
    let gap = between(day(9), None, left("reader", &["notes:read"], unit("west")));
    assert_eq!(house.escalates(&kim(), ada("reader").only_in("west").unwrap()), [gap]);
    house.does(&kim(), ada("reader").until(day(9)).only_in("west").unwrap());
}

// A tenant's roles.

/// R29: over all of the tenant and without an end, whether anybody holds the role or not.
#[test]
fn x2_a_role_is_covered_for_what_it_adds_over_the_whole_tenant() {
    let house = house().grant(hers("reader").in_and_below("house"));
    let create = |role: &str, of: Role| Command::CreateRole(custom("house", role, of));
    house.does(&kim(), create("night", of(&["notes:read"])));
    let whole = |permissions: &[&str]| [left("night", permissions, subtree("house"))];
    // Held by nobody or by somebody.
    for _ in 0..2 {
        assert_eq!(
            house.escalates(&kim(), edit("night", of(&["notes:read", "notes:burn"]))),
            whole(&["notes:burn"])
        );
        assert_eq!(
            house.escalates(&kim(), edit("night", with(&[], &["writer"]))),
            whole(&["notes:write"])
        );
        house.does(&kim(), ada("night").only_in("east").unwrap());
    }
    // A new one as well: somebody would get it later.
    assert_eq!(
        house.escalates(&kim(), create("new", of(&["notes:burn"]))),
        [left("new", &["notes:burn"], subtree("house"))]
    );
    // Less is always possible, and so is what is held without an end in the whole tenant.
    house.does(&kim(), edit("night", of(&[])));
    let east = house.grant(hers("burner").in_and_below("east"));
    assert_eq!(east.escalates(&kim(), edit("night", of(&["notes:burn"]))), whole(&["notes:burn"]));
    let dated = east.grant(hers("burner").until(day(9)).in_and_below("house"));
    assert_eq!(
        dated.escalates(&kim(), edit("night", of(&["notes:burn"]))),
        [between(day(9), None, left("night", &["notes:burn"], subtree("house")))]
    );
    let all = dated.grant(hers("burner").in_and_below("house"));
    all.does(&kim(), edit("night", of(&["notes:burn"])));
}

#[test]
fn x2_whoever_includes_a_role_gains_with_it() {
    let house = house()
        .grant(hers("reader").in_and_below("house"))
        .role("house", "inner", of(&["notes:read"]))
        .role("house", "outer", with(&["users:keep"], &["inner"]));
    let both = [
        left("inner", &["notes:burn"], subtree("house")),
        left("outer", &["notes:burn"], subtree("house")),
    ];
    assert_eq!(house.escalates(&kim(), edit("inner", of(&["notes:read", "notes:burn"]))), both);
    // On every channel on which it is held.
    let house = house.grant(ada("outer").on_channel("phone").only_in("east"));
    let by_phone =
        Uncovered { channel: name("phone"), ..left("outer", &["notes:burn"], subtree("house")) };
    let remainder = house.escalates(&kim(), edit("inner", of(&["notes:read", "notes:burn"])));
    assert_eq!(remainder, [both.to_vec(), vec![by_phone]].concat());
}

#[test]
fn x2_an_edited_role_does_not_leave_a_restriction_behind() {
    // A restriction on an included role cuts the one that includes it.
    let house = house()
        .role("house", "inner", of(&["notes:burn"]))
        .role("house", "outer", with(&["notes:read"], &["inner"]))
        .grant(ada("outer").only_in("east"))
        .restrict(on_role("r", "inner", &["notes:burn"], subtree("house")))
        .grant(hers("reader").in_and_below("house"));
    house.denies(ask("ada", "notes:burn").in_unit("east"), DenyReason::RoleRestricted);
    // The same permission, without the role on which the restriction is.
    let evading = edit("outer", of(&["notes:read", "notes:burn"]));
    assert_eq!(
        house.escalates(&kim(), evading.clone()),
        [left("outer", &["notes:burn"], subtree("house"))]
    );
    house.grant(hers("burner").in_and_below("house")).does(&kim(), evading);
}

// Groups.

/// Ada leads the team, Bo is of it; Cy is of no group. Ada reads what is about the team's people.
fn team() -> Desk {
    house()
        .group("house", "team", "", "ada", &["bo"])
        .group("house", "crew", "", "", &["cy"])
        .grant(ada("reader").scoped(members("house", "team")))
}

/// R17: a member more is a gain of those who lead.
#[test]
fn x2_membership_puts_people_in_the_hands_of_those_who_lead() {
    let team = team();
    let reached = |who: &str| [about(who, left("reader", &["notes:read"], own("house")))];
    assert_eq!(team.escalates(&kim(), add("team", "cy")), reached("cy"));
    team.does(&kim(), add("crew", "bo"));
    let team = team.grant(hers("reader").in_and_below("house"));
    team.does(&kim(), add("team", "cy"));
    team.allows(ask("ada", "notes:read").about("cy"));
}

#[test]
fn x2_a_nested_group_is_in_the_hands_of_those_who_lead_above() {
    let team = team();
    let reached = |who: &str| [about(who, left("reader", &["notes:read"], own("house")))];
    assert_eq!(team.escalates(&kim(), move_group("crew", "team")), reached("cy"));
    // Made there, it is the same.
    assert_eq!(team.escalates(&kim(), group("house", "new", "team", "", &["cy"])), reached("cy"));
    assert_eq!(team.escalates(&kim(), group("house", "new", "team", "cy", &[])), reached("cy"));
    // Without people, nobody is reached by it.
    team.does(&kim(), group("house", "new", "team", "", &[]));
    assert_eq!(team.escalates(&kim(), add("new", "cy")), reached("cy"));
    assert_eq!(team.escalates(&kim(), lead("new", "cy")), reached("cy"));
    let team = team.grant(hers("reader").in_and_below("house"));
    team.does(&kim(), move_group("crew", "team"));
    team.allows(ask("ada", "notes:read").about("cy"));
}

#[test]
fn x2_leading_brings_what_one_was_granted_over_the_people() {
    // Bo was granted it, and does not lead.
    let team = team()
        .grant(Grant::role("burner").to("bo").scoped(members("house", "crew")))
        .grant(Grant::role("writer").to("bo").on_channel("phone").scoped(members("house", "crew")));
    team.denies(ask("bo", "notes:burn").about("cy"), DenyReason::OtherScope);
    let over = |role: &str, permissions: &[&str]| left(role, permissions, members("house", "crew"));
    let remainder = team.escalates(&kim(), lead("crew", "bo"));
    let by_phone =
        Uncovered { channel: name("phone"), ..over("writer", &["notes:read", "notes:write"]) };
    assert!(remainder.contains(&over("burner", &["notes:burn"])), "{remainder:?}");
    assert!(remainder.contains(&by_phone), "{remainder:?}");
    // A group that is made with a leader above it, or moved below one, is led as well.
    let above = team.group("house", "all", "", "bo", &[]);
    let remainder = above.escalates(&kim(), move_group("crew", "all"));
    assert!(remainder.contains(&over("burner", &["notes:burn"])), "{remainder:?}");
    let above = above
        .grant(hers("burner").in_and_below("house"))
        .grant(hers("writer").on_channel("phone").in_and_below("house"));
    above.does(&kim(), move_group("crew", "all"));
    above.allows(ask("bo", "notes:burn").about("cy"));
}

#[test]
fn x2_what_only_leaders_reach_is_covered_by_leaders_alone() {
    // Kim hears calls in the whole house, but not those about people: for that one must lead.
    let team = team()
        .grant(ada("listener").scoped(members("house", "team")))
        .grant(hers("reader").in_and_below("house"))
        .grant(hers("listener").in_and_below("house"));
    let reached = about("cy", left("listener", &["calls:hear"], own("house")));
    assert_eq!(team.escalates(&kim(), add("team", "cy")), [reached]);
}

#[test]
fn x2_leaving_a_group_leaves_no_restriction_behind() {
    let restricted = || {
        team().grant(Grant::role("burner").to("cy").in_and_below("house")).restrict(on_person(
            "r",
            "cy",
            &["notes:burn"],
            members("house", "team"),
        ))
    };
    let team = restricted();
    team.denies(ask("cy", "notes:burn").about("bo"), DenyReason::Restricted);
    let freed = [about("bo", left("burner", &["notes:burn"], own("house")))];
    assert_eq!(team.escalates(&kim(), leave("team", "bo")), freed);
    let delete = Command::DeleteGroup { tenant: name("house"), group: name("team") };
    assert!(team.escalates(&kim(), delete.clone()).contains(&freed[0]));
    let inner = restricted().group("house", "inner", "team", "", &["bo"]).with(leave("team", "bo"));
    assert_eq!(inner.escalates(&kim(), move_group("inner", "")), freed);
    let team = team.grant(hers("burner").in_and_below("house"));
    team.does(&kim(), delete);
}

// The tree.

/// R30: for the roles granted with all below at the new ancestors, told by role and scope.
#[test]
fn x2_a_moved_unit_is_covered_for_those_above_it_from_then_on() {
    let house = house()
        .grant(ada("burner").in_and_below("west"))
        .grant(Grant::role("writer").to("bo").on_channel("phone").in_and_below("west"))
        .grant(Grant::role("reader").to("bo").only_in("west"));
    // By role and scope, not by person; what is granted at one unit alone reaches nothing new.
    let house = house.grant(Grant::role("burner").to("cy").in_and_below("west"));
    let reached = left("burner", &["notes:burn"], subtree("room"));
    let by_phone = Uncovered {
        channel: name("phone"),
        ..left("writer", &["notes:read", "notes:write"], subtree("room"))
    };
    let remainder = house.escalates(&kim(), move_unit("room", "west"));
    assert_eq!(remainder.len(), 2, "{remainder:?}");
    assert!(remainder.contains(&reached) && remainder.contains(&by_phone), "{remainder:?}");
    let house = house
        .grant(hers("burner").in_and_below("house"))
        .grant(hers("writer").on_channel("phone").in_and_below("house"));
    house.does(&kim(), move_unit("room", "west"));
    house.allows(ask("ada", "notes:burn").in_unit("room"));
}

#[test]
fn x2_a_moved_unit_leaves_no_restriction_behind() {
    for restricted in [
        on_person("r", "ada", &["notes:burn"], subtree("east")),
        on_role("r", "burner", &["notes:burn"], subtree("east")),
    ] {
        let house = house().grant(ada("burner").in_and_below("house")).restrict(restricted);
        let freed = left("burner", &["notes:burn"], subtree("room"));
        assert_eq!(house.escalates(&kim(), move_unit("room", "west")), [freed]);
        let house = house.grant(hers("burner").in_and_below("house"));
        // A restriction on the role is one on Kim as well, of whom nothing is left to give.
        if house.issue(&kim(), move_unit("room", "west")).is_ok() {
            house.allows(ask("ada", "notes:burn").in_unit("room"));
        } else {
            house.denies(ask("kim", "notes:burn").in_unit("room"), DenyReason::RoleRestricted);
        }
    }
}

#[test]
fn x2_a_moved_unit_brings_no_basis_into_force() {
    // Bo works in the room; what rests on working in the west or below is not in force.
    let resting = Grant::role("burner")
        .to("bo")
        .while_affiliated(name("works"), Place::Subtree(name("west")));
    let house = house()
        .affiliated("bo", "works", "room", None, Some(day(9)))
        .grant(resting.only_in("house"));
    house.denies(ask("bo", "notes:burn").in_unit("house"), DenyReason::NotInForce);
    let gained = between(day(1), day(9), left("burner", &["notes:burn"], unit("house")));
    assert_eq!(house.escalates(&kim(), move_unit("room", "west")), [gained]);
    let house = house.grant(hers("burner").only_in("house"));
    house.does(&kim(), move_unit("room", "west"));
    house.allows(ask("bo", "notes:burn").in_unit("house"));
}

#[test]
fn x2_a_moved_person_is_covered_for_those_who_reach_the_new_place() {
    let house = house()
        .grant(ada("burner").in_and_below("west"))
        .grant(Grant::role("listener").to("cy").in_and_below("west"))
        .with(place("bo", "room"));
    let reached = about("bo", left("burner", &["notes:burn"], own("house")));
    assert_eq!(house.escalates(&kim(), place("bo", "west")), [reached]);
    // Both places are touched, and so one works above both: what is held in the one alone does not
    // count.
    let house = house.grant(hers("burner").in_and_below("west"));
    house.escalates(&kim(), place("bo", "west"));
    let house = house.grant(hers("burner").in_and_below("house"));
    house.does(&kim(), place("bo", "west"));
    house.allows(ask("ada", "notes:burn").about("bo"));
}

#[test]
fn x2_a_moved_person_leaves_no_restriction_behind() {
    let house = house()
        .with(place("bo", "room"))
        .grant(ada("burner").in_and_below("house"))
        .restrict(on_person("r", "ada", &["notes:burn"], subtree("east")));
    house.denies(ask("ada", "notes:burn").about("bo"), DenyReason::Restricted);
    let freed = about("bo", left("burner", &["notes:burn"], own("house")));
    assert_eq!(house.escalates(&kim(), place("bo", "west")), [freed]);
}

// Requests, restrictions, validity, suspension, kinds.

#[test]
fn x2_an_approved_request_is_a_grant() {
    let asked = |role: &str| {
        let grant = ada(role).only_in("east").unwrap();
        Command::AskRole { name: name("q"), tenant: name("house"), grant, until: None }
    };
    let approve = Command::ApproveRequest { tenant: name("house"), request: name("q") };
    let house = house()
        .grant(hers("reader").in_and_below("house"))
        .grant(ada("keeper").in_and_below("house"));
    // Asking takes nothing that is asked for.
    house.does(&Actor::user("ada"), asked("writer"));
    assert_eq!(
        house.escalates(&kim(), approve.clone()),
        [left("writer", &["notes:write"], unit("east"))]
    );
    let house = house.grant(hers("writer").in_and_below("east"));
    house.does(&in_east(), approve);
    house.allows(ask("ada", "notes:write").in_unit("east"));
}

#[test]
fn x2_a_lifted_restriction_is_covered_for_what_it_held_back() {
    let house = house().grant(ada("writer").in_and_below("house"));
    // As far as both reach.
    for (scope, freed) in [
        (unit("east"), unit("east")),
        (subtree("east"), subtree("east")),
        (subtree("house"), subtree("house")),
    ] {
        let house = house.fork().restrict(on_person(
            "r",
            "ada",
            &["notes:write", "notes:burn"],
            scope.clone(),
        ));
        assert_eq!(house.escalates(&kim(), lift("r")), [left("writer", &["notes:write"], freed)]);
        house.grant(hers("writer").in_and_below("house")).does(&kim(), lift("r"));
    }
    // As long as both last.
    let dated = alcada::facts::Restriction {
        until: Some(day(5)),
        ..on_person("r", "ada", &["notes:*"], unit("east"))
    };
    let house = house.fork().restrict(dated).grant(hers("reader").in_and_below("house"));
    let freed = between(day(1), day(5), left("writer", &["notes:write"], unit("east")));
    assert_eq!(house.escalates(&kim(), lift("r")), [freed]);
    // One that holds nothing back is lifted freely.
    house
        .fork()
        .restrict(on_person("s", "ada", &["notes:burn"], unit("east")))
        .does(&kim(), lift("s"));
}

#[test]
fn x2_a_restriction_lifted_from_a_role_is_covered_for_all_who_could_hold_it() {
    let house = house().restrict(on_role("r", "burner", &["notes:*"], subtree("east")));
    let freed = left("burner", &["notes:burn"], subtree("east"));
    assert_eq!(house.escalates(&kim(), lift("r")), [freed]);
    // One that a tenant's role includes is freed for that role, too.
    let house = house.role("house", "night", with(&[], &["burner"]));
    let freed = [
        left("burner", &["notes:burn"], subtree("east")),
        left("night", &["notes:burn"], subtree("east")),
    ];
    assert_eq!(house.escalates(&kim(), lift("r")), freed);
}

#[test]
fn x2_a_restriction_of_the_platform_is_on_the_roles_of_every_tenant() {
    // It takes from the tenant's role more than the included one has.
    let house = house()
        .role("house", "night", with(&["notes:read"], &["burner"]))
        .restrict(on_role("r", "burner", &["notes:*"], Scope::Everywhere))
        .with(registration("staff", "zoe", None))
        .grant(Grant::role("keeper").to("zoe").everywhere())
        .grant(ada("burner").on_channel("phone").only_in("east"));
    let zoe = Actor::user("zoe");
    let lift = Command::LiftRestriction { tenant: None, name: name("r") };
    let everywhere = left("burner", &["notes:burn"], Scope::Everywhere);
    let by_phone = Uncovered { channel: name("phone"), ..everywhere.clone() };
    let night = left("night", &["notes:burn", "notes:read"], subtree("house"));
    let remainder = house.escalates(&zoe, lift.clone());
    for expected in [&everywhere, &by_phone] {
        assert!(remainder.contains(expected), "{remainder:?}");
    }
    let ours = remainder.iter().find(|uncovered| uncovered.role == night.role).unwrap();
    assert_eq!((&ours.scope, ours.permissions.len()), (&night.scope, 2), "{remainder:?}");
    // By another role, on which it is not.
    let house = house
        .grant(Grant::role("warden").to("zoe").everywhere())
        .grant(Grant::role("warden").to("zoe").on_channel("phone").everywhere());
    house.does(&zoe, lift);
}

#[test]
fn x2_a_wider_validity_is_covered_for_what_is_more() {
    let given = ada("writer").from(day(5)).until(day(10)).only_in("east").unwrap();
    let house = house().grant(Ok(given.clone()));
    let remainder = left("writer", &["notes:read", "notes:write"], unit("east"));
    for (from, until, gap) in [
        (Some(day(5)), Some(day(20)), (day(10), Some(day(20)))),
        (Some(day(5)), None, (day(10), None)),
        (Some(day(3)), Some(day(10)), (day(3), Some(day(5)))),
        (None, Some(day(10)), (day(1), Some(day(5)))),
    ] {
        let gap = between(gap.0, gap.1, remainder.clone());
        assert_eq!(house.escalates(&kim(), validity(given.clone(), from, until)), [gap]);
    }
    let house = house.grant(hers("writer").from(day(10)).until(day(12)).only_in("east"));
    house.does(&in_east(), validity(given.clone(), Some(day(5)), Some(day(12))));
    // Narrower is always possible.
    let wider = Grant { until: Some(day(12)), ..given };
    house.does(&kim(), validity(wider, Some(day(6)), Some(day(7))));
}

#[test]
fn x2_a_grant_beside_an_old_one_is_covered_for_what_is_more() {
    let house = house().grant(ada("writer").until(day(10)).only_in("east"));
    let remainder = left("writer", &["notes:read", "notes:write"], unit("east"));
    let gap = between(day(10), None, remainder);
    assert_eq!(house.escalates(&kim(), ada("writer").only_in("east").unwrap()), [gap]);
    house.does(&kim(), ada("writer").until(day(9)).only_in("east").unwrap());
}

#[test]
fn x2_whoever_is_resumed_gets_back_what_the_actor_holds() {
    let house = house()
        .grant(ada("burner").until(day(8)).only_in("east"))
        .with(suspend("ada", Some("house")));
    let back = between(day(1), day(8), left("burner", &["notes:burn"], unit("east")));
    assert_eq!(house.escalates(&kim(), resume("ada", Some("house"))), std::slice::from_ref(&back));
    let house = house.grant(hers("burner").in_and_below("house"));
    house.does(&kim(), resume("ada", Some("house")));
    house.allows(ask("ada", "notes:burn").in_unit("east"));
    // Altogether: by somebody of the platform, who must hold it as well.
    let house = self::house()
        .with(registration("staff", "zoe", None))
        .grant(Grant::role("keeper").to("zoe").everywhere())
        .grant(ada("burner").until(day(8)).only_in("east"))
        .with(suspend("ada", None));
    assert_eq!(house.escalates(&Actor::user("zoe"), resume("ada", None)), [back]);
    house
        .grant(Grant::role("burner").to("zoe").everywhere())
        .does(&Actor::user("zoe"), resume("ada", None));
}

/// R8: a change of kind that lifts a ceiling is a gain.
#[test]
fn x2_a_kind_that_lifts_a_ceiling_is_covered_for_what_that_allows() {
    let house = house().grant(ada("burner").only_in("east")).with(kind("ada", "guest"));
    house.denies(ask("ada", "notes:burn").in_unit("east"), DenyReason::Ceiling);
    let lifted = left("burner", &["notes:burn"], unit("east"));
    assert_eq!(house.escalates(&kim(), kind("ada", "staff")), std::slice::from_ref(&lifted));
    // A kind that acts on other channels is a channel of its own.
    let house = house.with(kind("ada", "caller"));
    house.denies(ask("ada", "notes:burn").in_unit("east"), DenyReason::WrongChannel);
    assert_eq!(house.escalates(&kim(), kind("ada", "staff")), [lifted]);
    // Replacing by an exclusive role of one kind changes the kind: what is new is covered as a
    // grant.
    let house = house.with(kind("ada", "guest"));
    let replacing = Command::from(ada("visitor").only_in("west").unwrap()).replacing();
    house.escalates(&kim(), replacing.clone());
    let house = house
        .grant(hers("burner").in_and_below("house"))
        .grant(hers("reader").in_and_below("house"));
    house.does(&kim(), replacing);
    house.allows(ask("ada", "notes:burn").in_unit("west"));
    let house = house.with(kind("bo", "guest"));
    house.does(&kim(), kind("bo", "staff"));
}

// What lifts it.

/// R28: assigning replaces holding the permissions, never scope or time.
#[test]
fn x2_what_a_role_assigns_need_not_be_held_but_where_and_when_must() {
    let house = self::house().grant(hers("dispatcher").until(day(10)).in_and_below("east"));
    let until = |grant: GrantBuilder| grant.until(day(10));
    house.does(&in_east(), until(ada("writer")).only_in("room").unwrap());
    // On any channel.
    house.does(&in_east(), until(ada("writer")).on_channel("phone").only_in("room").unwrap());
    // Not another role, be it less.
    house.escalates(&in_east(), until(ada("reader")).only_in("room").unwrap());
    // Not elsewhere, not for longer.
    let wider = until(ada("writer")).in_and_below("house").unwrap();
    let gap =
        between(day(1), day(10), left("writer", &["notes:read", "notes:write"], subtree("house")));
    assert_eq!(house.escalates(&kim(), wider), [gap]);
    let longer = ada("writer").only_in("room").unwrap();
    let gap = between(day(10), None, left("writer", &["notes:read", "notes:write"], unit("room")));
    assert_eq!(house.escalates(&in_east(), longer.clone()), [gap]);
    // What follows can be held, or assigned later on.
    let joined = house.grant(hers("writer").from(day(10)).in_and_below("east"));
    joined.does(&in_east(), longer);
    // Not by a channel on which one does not work.
    let house = self::house().grant(hers("dispatcher").on_channel("phone").in_and_below("house"));
    house.escalates(&kim(), ada("writer").only_in("room").unwrap());
    house.does(&kim().on_channel("phone"), ada("writer").only_in("room").unwrap());
}

#[test]
fn x2_escalating_lifts_it_where_and_while_it_is_held() {
    let house = house()
        .grant(hers("sovereign").in_and_below("east"))
        .role("house", "night", of(&[]))
        .grant(Grant::role("burner").to("bo").in_and_below("east"));
    house.does(&in_east(), ada("burner").in_and_below("east").unwrap());
    house.does(&in_east(), ada("writer").on_channel("phone").only_in("room").unwrap());
    house.escalates(&kim(), ada("burner").in_and_below("house").unwrap());
    house.escalates(&kim(), ada("burner").only_in("west").unwrap());
    house.escalates(&kim(), edit("night", of(&["notes:burn"])));
    let house = house.grant(hers("sovereign").in_and_below("house"));
    house.does(&kim(), edit("night", of(&["notes:burn"])));
    house.does(&kim(), ada("burner").only_in("west").unwrap());
    // On the channel on which it is held, and unless it is restricted there.
    let house = self::house().grant(hers("sovereign").on_channel("phone").in_and_below("house"));
    house.escalates(&kim(), ada("burner").only_in("west").unwrap());
    let house = self::house().grant(hers("sovereign").in_and_below("house")).restrict(on_person(
        "r",
        "kim",
        &["users:escalate"],
        unit("room"),
    ));
    house.does(&kim(), ada("burner").only_in("west").unwrap());
    house.escalates(&kim(), ada("burner").only_in("room").unwrap());
    house.escalates(&kim(), ada("burner").in_and_below("east").unwrap());
}

/// R5: the host gives what nobody holds.
#[test]
fn x2_the_host_is_bound_by_nothing_of_it() {
    house().does(&Actor::host(), ada("burner").in_and_below("house").unwrap());
}
