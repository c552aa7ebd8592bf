//! Where a grant reaches: D6, R2, R4, R17, O4.

use alcada::{Event, Grant};

use crate::given::{Given, ask, day, members, name, on_person, on_role, person};
use crate::oracle::Reason;

const POLICY: &str = r#"
    affiliations = ["exercise"]
    functions.notes = { actions = ["read"] }
    functions.calls = { actions = ["read"], leader-only = true }
    roles.reader = { permissions = ["*:read"] }
"#;

/// net ─ east ─ elm, and net ─ west. Ana acts; Bo is placed at elm.
fn net() -> Given {
    Given::policy(POLICY)
        .tenant("net")
        .unit("east", "net")
        .unit("elm", "east")
        .unit("west", "net")
        .person("ana", "net")
        .person_at("bo", "net", "elm")
}

#[test]
fn d6_a_unit_scope_is_the_unit_alone_a_subtree_all_below() {
    let read = |unit: &str| ask("ana", "notes:read").in_unit(unit);
    let only = net().grant(Grant::role("reader").to("ana").only_in("east"));
    only.allows(read("east"), day(1));
    only.denies(read("elm"), day(1), Reason::OtherScope);
    only.denies(read("net"), day(1), Reason::OtherScope);
    let below = net().grant(Grant::role("reader").to("ana").in_and_below("east"));
    below.allows(read("east"), day(1));
    below.allows(read("elm"), day(1));
    below.denies(read("net"), day(1), Reason::OtherScope);
    below.denies(read("west"), day(1), Reason::OtherScope);
}

#[test]
fn d6_a_subtree_follows_the_tree() {
    let given = net().grant(Grant::role("reader").to("ana").in_and_below("east"));
    let read = |unit: &str| ask("ana", "notes:read").in_unit(unit);
    let given = given.unit("oak", "elm");
    given.allows(read("oak"), day(1));
    let given = given.and(Event::UnitMoved { unit: name("elm"), parent: name("west") });
    given.denies(read("elm"), day(1), Reason::OtherScope);
    given.denies(read("oak"), day(1), Reason::OtherScope);
    given
        .and(Event::UnitMoved { unit: name("west"), parent: name("east") })
        .allows(read("oak"), day(1));
}

#[test]
fn d6_everywhere_is_the_default_target_and_takes_an_everywhere_grant() {
    let given = net().grant(Grant::role("reader").to("ana").in_and_below("net"));
    given.denies(ask("ana", "notes:read"), day(1), Reason::OtherScope);
    given.allows(ask("ana", "notes:read").anywhere(), day(1));
    let given = given.platform("sol").grant(Grant::role("reader").to("sol").everywhere());
    let read = || ask("sol", "notes:read");
    for target in [
        read(),
        read().in_unit("elm"),
        read().about("bo"),
        read().record("west", "bo"),
        read().anywhere(),
    ] {
        given.allows(target, day(1));
    }
    given.allows(read().about("sol"), day(1));
}

#[test]
fn d6_a_unit_scope_covers_the_people_placed_in_it() {
    let given = net().affiliated("bo", "exercise", "west", day(2), day(4));
    let about = || ask("ana", "notes:read").about("bo");
    let at = |unit: &str| given.clone().grant(Grant::role("reader").to("ana").only_in(unit));
    at("elm").allows(about(), day(1));
    at("east").denies(about(), day(1), Reason::OtherScope);
    at("net").denies(about(), day(1), Reason::OtherScope);
    // An affiliation is a place while it is in force.
    at("west").denies(about(), day(1), Reason::OtherScope);
    at("west").changes_at(about(), day(1), day(2));
    at("west").allows(about(), day(2));
    at("west").changes_at(about(), day(2), day(4));
    at("west").denies(about(), day(4), Reason::OtherScope);
    // Registered without a unit: at the root.
    at("net").allows(ask("ana", "notes:read").about("ana"), day(1));
}

#[test]
fn d6_a_record_is_reached_by_its_unit_or_by_its_person() {
    let record = || ask("ana", "notes:read").record("west", "bo");
    net().grant(Grant::role("reader").to("ana").only_in("west")).allows(record(), day(1));
    // Where the person is placed does not matter for a record.
    net().grant(Grant::role("reader").to("ana").only_in("elm")).denies(
        record(),
        day(1),
        Reason::OtherScope,
    );
    let led = net()
        .group("net", "team", "", "ana", &["bo"])
        .grant(Grant::role("reader").to("ana").members_of("team"));
    led.allows(record(), day(1));
    let own = net().grant(Grant::role("reader").to("ana").own());
    own.denies(record(), day(1), Reason::OtherScope);
    own.allows(ask("ana", "notes:read").record("west", "ana"), day(1));
}

#[test]
fn d6_own_is_about_the_principal_alone() {
    let given = net().grant(Grant::role("reader").to("ana").own());
    given.allows(ask("ana", "notes:read").about("ana"), day(1));
    given.denies(ask("ana", "notes:read").about("bo"), day(1), Reason::OtherScope);
    given.denies(ask("ana", "notes:read").in_unit("net"), day(1), Reason::OtherScope);
}

/// Three groups, floor ─ sales and floor ─ care, each with its leader.
fn floor() -> Given {
    let people = ["head", "sue", "cat", "seller", "carer"];
    people
        .into_iter()
        .fold(net(), |given, who| given.person(who, "net"))
        .group("net", "floor", "", "head", &[])
        .group("net", "sales", "floor", "sue", &["seller"])
        .group("net", "care", "floor", "cat", &["carer"])
        .grant(Grant::role("reader").to("head").members_of("floor"))
        .grant(Grant::role("reader").to("sue").members_of("sales"))
        .grant(Grant::role("reader").to("cat").members_of("care"))
}

#[test]
fn o4_r17_a_leader_sees_the_groups_people_and_those_below() {
    let given = floor();
    let see = |who: &str, whom: &str| ask(who, "calls:read").about(whom);
    given.allows(see("sue", "seller"), day(1));
    given.allows(see("sue", "sue"), day(1));
    given.allows(see("head", "seller"), day(1));
    given.allows(see("head", "cat"), day(1));
    given.denies(see("sue", "carer"), day(1), Reason::OtherScope);
    given.denies(see("sue", "cat"), day(1), Reason::OtherScope);
    given.denies(see("sue", "head"), day(1), Reason::OtherScope);
    given.denies(see("sue", "ana"), day(1), Reason::OtherScope);
}

#[test]
fn r17_a_members_grant_counts_while_its_holder_leads() {
    let see = || ask("sue", "calls:read").about("seller");
    let given = floor();
    given.allows(ask("sue", "calls:read").anywhere(), day(1));
    let lead = |leader: Option<&str>| Event::LeaderSet {
        tenant: name("net"),
        group: name("sales"),
        leader: leader.map(person),
    };
    let without = given.and(lead(Some("cat")));
    without.denies(see(), day(1), Reason::OtherScope);
    without.denies(ask("sue", "calls:read").anywhere(), day(1), Reason::OtherScope);
    // One who leads a group above holds it too, on the group below alone.
    let above = without.and(lead(None)).and(Event::LeaderSet {
        tenant: name("net"),
        group: name("floor"),
        leader: Some(person("sue")),
    });
    above.allows(see(), day(1));
    above.denies(ask("sue", "calls:read").about("carer"), day(1), Reason::OtherScope);
}

#[test]
fn r17_groups_follow_their_moves_and_members() {
    let see = |whom: &str| ask("sue", "calls:read").about(whom);
    let given = floor();
    let moved = given.and(Event::GroupMoved {
        tenant: name("net"),
        group: name("care"),
        parent: Some(name("sales")),
    });
    moved.allows(see("carer"), day(1));
    let gone = moved.and(Event::MemberRemoved {
        tenant: name("net"),
        group: name("care"),
        person: person("carer"),
    });
    gone.denies(see("carer"), day(1), Reason::OtherScope);
    let back = gone.and(Event::MemberAdded {
        tenant: name("net"),
        group: name("sales"),
        person: person("carer"),
    });
    back.allows(see("carer"), day(1));
}

#[test]
fn r17_a_leader_only_function_is_not_reached_about_a_person_by_a_unit() {
    let given = net()
        .grant(Grant::role("reader").to("ana").in_and_below("net"))
        .platform("sol")
        .grant(Grant::role("reader").to("sol").everywhere());
    given.allows(ask("ana", "notes:read").about("bo"), day(1));
    given.denies(ask("ana", "calls:read").about("bo"), day(1), Reason::OtherScope);
    given.denies(ask("ana", "calls:read").record("elm", "bo"), day(1), Reason::OtherScope);
    given.allows(ask("ana", "calls:read").in_unit("elm"), day(1));
    given.allows(ask("ana", "calls:read").anywhere(), day(1));
    given.allows(ask("sol", "calls:read").about("bo"), day(1));
    given
        .grant(Grant::role("reader").to("bo").own())
        .allows(ask("bo", "calls:read").about("bo"), day(1));
}

#[test]
fn r12_a_group_deleted_ends_the_grants_and_restrictions_scoped_to_it() {
    let delete = |group: &str| Event::GroupDeleted { tenant: name("net"), group: name(group) };
    let given = floor()
        .grant(Grant::role("reader").to("head").members_of("sales"))
        .restrict(on_role("x", "reader", &["calls:*"], members("net", "sales")));
    given.refuses(delete("floor"));
    given.denies(ask("head", "calls:read").about("seller"), day(1), Reason::RoleRestricted);
    let given = given.and(delete("sales")).group("net", "sales", "floor", "sue", &["seller"]);
    given.allows(ask("head", "calls:read").about("seller"), day(1));
    given.denies(ask("sue", "calls:read").about("seller"), day(1), Reason::NotPermitted);
    let alone =
        given.and(Event::Revoked(Grant::role("reader").to("head").members_of("floor").unwrap()));
    alone.denies(ask("head", "calls:read").about("seller"), day(1), Reason::NotPermitted);
}

#[test]
fn d3_restrictions_match_people_by_group_and_by_self() {
    let given = floor()
        .grant(Grant::role("reader").to("head").in_and_below("net"))
        .grant(Grant::role("reader").to("head").own())
        .restrict(on_person("no sales", "head", &["notes:*"], members("net", "sales")));
    let read = || ask("head", "notes:read");
    given.denies(read().about("seller"), day(1), Reason::Restricted);
    given.denies(read().record("west", "seller"), day(1), Reason::Restricted);
    given.allows(read().about("carer"), day(1));
    given.allows(read().in_unit("net"), day(1));
    let self_too =
        given.restrict(on_person("not own", "head", &["notes:*"], crate::given::own("net")));
    self_too.denies(read().about("head"), day(1), Reason::Restricted);
    self_too.allows(read().about("carer"), day(1));
}

#[test]
fn r4_without_unit_kinds_roles_are_held_everywhere_and_asked_for_everywhere() {
    let given = Given::policy(
        r#"
        functions.article = { actions = ["read", "write"] }
        roles.author = { permissions = ["article:*"] }
        "#,
    )
    .platform("ana")
    .platform("bo")
    .grant(Grant::role("author").to("ana").everywhere());
    given.allows(ask("ana", "article:write"), day(1));
    given.denies(ask("bo", "article:write"), day(1), Reason::NotPermitted);
}

#[test]
fn r4_a_grant_says_where_it_reaches() {
    let grant = |scope: &str| format!(r#"{{ "person": "ana", "role": "author"{scope} }}"#);
    assert!(serde_json::from_str::<Grant>(&grant(r#", "scope": "everywhere""#)).is_ok());
    assert!(serde_json::from_str::<Grant>(&grant("")).unwrap_err().to_string().contains("scope"));
    let facts = "version = 1\ngrants = [{ person = \"ana\", role = \"author\" }]";
    assert!(alcada::Facts::from_toml(facts).unwrap_err().to_string().contains("scope"));
}

#[test]
fn d4_hundreds_of_roles_keep_their_permissions_apart() {
    // More effective roles than a block of the index holds, and people with some of several blocks.
    const ROLES: usize = 600;
    let mut policy = String::from("functions.notes = { actions = [");
    (0..ROLES).for_each(|n| policy += &format!("\"a{n}\","));
    policy += "] }\n";
    (0..ROLES)
        .for_each(|n| policy += &format!("roles.r{n:03} = {{ permissions = [\"notes:a{n}\"] }}\n"));
    let mut given = Given::policy(&policy).tenant("net").unit("east", "net").unit("west", "net");
    let hold = |n: usize| [n, (n * 7 + 300) % ROLES, (n + 1) % ROLES];
    for n in 0..ROLES {
        given = given.person(&format!("p{n}"), "net");
        // Every third person holds one role, every third two, every third three.
        for role in hold(n).into_iter().take(n % 3 + 1) {
            given = given
                .grant(Grant::role(format!("r{role:03}")).to(format!("p{n}")).in_and_below("east"));
        }
    }
    for n in (0..ROLES).step_by(13) {
        let held = &hold(n)[..n % 3 + 1];
        for asked in
            (0..ROLES).step_by(29).chain(hold(n)).chain(hold(n).map(|role| (role + 256) % ROLES))
        {
            let ask = |unit: &str| ask(&format!("p{n}"), &format!("notes:a{asked}")).in_unit(unit);
            if held.contains(&asked) {
                given.allows(ask("east"), day(1));
                given.denies(ask("west"), day(1), Reason::OtherScope);
            } else {
                given.denies(ask("east"), day(1), Reason::NotPermitted);
            }
        }
    }
}
