//! What is decided and why: D1–D4, D9, D11, D12, D15, and the rulings on them.

use alcada::{Event, Grant, Instant, Scope, facts::Restriction};

use crate::engine::request;
use crate::given::{Given, ask, day, just_before, on_person, on_role, own, person, subtree, unit};
use crate::oracle::{Ask, Reason};

const POLICY: &str = r#"
    channels = ["standard", "support"]
    functions.notes = { actions = ["read", "write"] }
    functions.safe = { actions = ["open"] }
    roles.writer = { permissions = ["notes:*"] }
    roles.keeper = { includes = ["writer"], permissions = ["safe:open"] }
    roles.reader = { permissions = ["notes:read"] }
"#;

/// A tenant of two shops; Ana and Bo are registered in it.
fn shops() -> Given {
    Given::policy(POLICY)
        .tenant("shops")
        .unit("shop 1", "shops")
        .unit("shop 2", "shops")
        .person("ana", "shops")
        .person("bo", "shops")
}

#[test]
fn d1_without_a_grant_everything_is_denied() {
    let given = shops();
    for target in [
        ask("ana", "notes:read"),
        ask("ana", "notes:read").in_unit("shop 1"),
        ask("ana", "notes:read").about("ana"),
    ] {
        given.denies(target, day(1), Reason::NotPermitted);
    }
    given.denies(ask("ana", "notes:read").anywhere(), day(1), Reason::NotPermitted);
}

#[test]
fn d1_x1_every_unknown_name_has_a_reason_of_its_own() {
    let given = shops().grant(Grant::role("keeper").to("ana").in_and_below("shops"));
    let read = || ask("ana", "notes:read");
    given.denies(ask("ana", "notes:shred").in_unit("shop 1"), day(1), Reason::UnknownPermission);
    given.denies(ask("zed", "notes:read").in_unit("shop 1"), day(1), Reason::UnknownPrincipal);
    given.denies(read().in_unit("shop 1").on("telex"), day(1), Reason::UnknownChannel);
    given.denies(read().in_unit("shop 9"), day(1), Reason::UnknownUnit);
    given.denies(read().about_in("bo", "nowhere"), day(1), Reason::UnknownTenant);
    given.denies(read().about_in("bo", "shop 1"), day(1), Reason::UnknownTenant);
    given.denies(read().about("zed"), day(1), Reason::UnknownPerson);
    given.denies(read().about_in("zed", "shops"), day(1), Reason::UnknownPerson);
    given.denies(read().record("shop 1", "zed"), day(1), Reason::UnknownPerson);
}

#[test]
fn r22_the_first_unknown_name_is_the_one_named() {
    let given = shops();
    given.denies(
        ask("zed", "notes:shred").on("telex").in_unit("shop 9"),
        day(1),
        Reason::UnknownPermission,
    );
    given.denies(
        ask("zed", "notes:read").on("telex").in_unit("shop 9"),
        day(1),
        Reason::UnknownPrincipal,
    );
    given.denies(
        ask("ana", "notes:read").on("telex").in_unit("shop 9"),
        day(1),
        Reason::UnknownChannel,
    );
    given.denies(ask("ana", "notes:read").record("shop 9", "zed"), day(1), Reason::UnknownUnit);
    given.denies(ask("ana", "notes:read").about_in("zed", "shop 9"), day(1), Reason::UnknownTenant);
}

#[test]
fn d11_a_denial_for_an_unknown_name_has_no_end() {
    let given = shops().grant(Grant::role("writer").to("ana").from(day(5)).only_in("shop 1"));
    given.changes_at(ask("ana", "notes:read").in_unit("shop 9"), day(1), None);
    given.changes_at(ask("ana", "notes:read").in_unit("shop 1"), day(1), day(5));
}

#[test]
fn d2_suspended_altogether_means_denied_everything_on_every_channel() {
    let given = shops()
        .platform("ana")
        .grant(Grant::role("keeper").to("ana").everywhere())
        .grant(Grant::role("keeper").to("ana").on_channel("support").everywhere());
    let open = || ask("ana", "safe:open");
    let asked = || {
        [
            open(),
            open().in_unit("shop 1"),
            open().about("bo"),
            open().anywhere(),
            open().record("shop 1", "bo"),
        ]
    };
    for ask in asked() {
        given.allows(ask.clone(), day(1));
        given.allows(ask.on("support"), day(1));
    }
    let given = given.suspend("ana", None);
    for ask in asked() {
        given.denies(ask.clone(), day(1), Reason::Suspended);
        given.denies(ask.on("support"), day(1), Reason::Suspended);
    }
    let given = given.and(Event::PersonResumed { person: person("ana"), tenant: None });
    for ask in asked() {
        given.allows(ask, day(1));
    }
}

#[test]
fn d2_suspension_in_one_tenant_leaves_the_others() {
    let given = shops()
        .tenant("farm")
        .person("ana", "farm")
        .grant(Grant::role("writer").to("ana").in_and_below("shops"))
        .grant(Grant::role("writer").to("ana").in_and_below("farm"))
        .suspend("ana", "shops");
    let read = || ask("ana", "notes:read");
    given.denies(read().in_unit("shop 1"), day(1), Reason::Suspended);
    given.denies(read().about("bo"), day(1), Reason::Suspended);
    given.denies(read().record("shop 1", "ana"), day(1), Reason::Suspended);
    given.allows(read().in_unit("farm"), day(1));
    given.allows(read().about_in("ana", "farm"), day(1));
}

#[test]
fn d2_suspension_denies_before_anything_that_grants_say() {
    let given = shops().suspend("ana", None);
    given.denies(ask("ana", "notes:read").in_unit("shop 1"), day(1), Reason::Suspended);
}

#[test]
fn d3_a_restriction_denies_whatever_grants_say() {
    let given = shops()
        .grant(Grant::role("writer").to("ana").in_and_below("shops"))
        .grant(Grant::role("keeper").to("ana").in_and_below("shops"));
    let write = || ask("ana", "notes:write");
    given.allows(write().in_unit("shop 1"), day(1));
    let restricted =
        given.restrict(on_person("no notes", "ana", &["notes:write"], subtree("shop 1")));
    restricted.denies(write().in_unit("shop 1"), day(1), Reason::Restricted);
    restricted.allows(write().in_unit("shop 2"), day(1));
    restricted.allows(ask("ana", "notes:read").in_unit("shop 1"), day(1));
    let lifted = restricted.and(Event::RestrictionLifted {
        tenant: Some(crate::given::name("shops")),
        name: crate::given::name("no notes"),
    });
    lifted.allows(write().in_unit("shop 1"), day(1));
}

#[test]
fn d3_a_restriction_holds_while_it_is_in_force() {
    let restriction = on_person("march", "ana", &["*:*"], unit("shop 1"));
    let given = shops()
        .grant(Grant::role("writer").to("ana").in_and_below("shops"))
        .restrict(Restriction { from: Some(day(2)), until: Some(day(4)), ..restriction });
    let read = || ask("ana", "notes:read").in_unit("shop 1");
    given.allows(read(), just_before(day(2)));
    given.changes_at(read(), day(1), day(2));
    given.denies(read(), day(2), Reason::Restricted);
    given.changes_at(read(), day(2), day(4));
    given.allows(read(), day(4));
    given.changes_at(read(), day(4), None);
}

#[test]
fn d4_a_grant_allows_only_when_all_holds() {
    let given = shops().grant(
        Grant::role("reader").to("ana").on_channel("support").from(day(2)).only_in("shop 1"),
    );
    let read = || ask("ana", "notes:read").in_unit("shop 1").on("support");
    given.allows(read(), day(2));
    given.denies(
        ask("ana", "notes:write").in_unit("shop 1").on("support"),
        day(2),
        Reason::NotPermitted,
    );
    given.denies(read().in_unit("shop 2"), day(2), Reason::OtherScope);
    given.denies(read().on("standard"), day(2), Reason::WrongChannel);
    given.denies(read(), day(1), Reason::NotInForce);
    given.denies(
        ask("bo", "notes:read").in_unit("shop 1").on("support"),
        day(2),
        Reason::NotPermitted,
    );
}

#[test]
fn d9_each_grant_answers_on_its_own_channel_alone() {
    let given = shops()
        .grant(Grant::role("reader").to("ana").only_in("shop 1"))
        .grant(Grant::role("writer").to("ana").on_channel("support").in_and_below("shops"));
    given.allows(ask("ana", "notes:read").in_unit("shop 1"), day(1));
    given.allows(ask("ana", "notes:read").in_unit("shop 1").on("standard"), day(1));
    given.denies(ask("ana", "notes:write").in_unit("shop 1"), day(1), Reason::WrongChannel);
    given.allows(ask("ana", "notes:write").in_unit("shop 1").on("support"), day(1));
    given.denies(ask("ana", "notes:read").in_unit("shop 2"), day(1), Reason::WrongChannel);
}

#[test]
fn d9_s10_ending_support_leaves_the_standing_grant() {
    let support = Grant::role("reader").to("ana").on_channel("support").only_in("shop 1");
    let given =
        shops().grant(Grant::role("reader").to("ana").only_in("shop 1")).grant(support.clone());
    let read = || ask("ana", "notes:read").in_unit("shop 1");
    given.allows(read(), day(1));
    given.allows(read().on("support"), day(1));
    let ended = given.and(Event::Revoked(support.unwrap()));
    ended.allows(read(), day(1));
    ended.denies(read().on("support"), day(1), Reason::WrongChannel);
}

#[test]
fn d11_x5_until_is_the_first_instant_at_which_the_answer_differs() {
    let grant = || Grant::role("reader").to("ana");
    let given = shops()
        .grant(grant().from(day(1)).until(day(3)).only_in("shop 1"))
        .grant(grant().from(day(3)).until(day(5)).only_in("shop 1"))
        .grant(grant().from(day(4)).until(day(6)).in_and_below("shops"))
        .grant(grant().from(day(8)).only_in("shop 1"));
    let read = || ask("ana", "notes:read").in_unit("shop 1");
    // Grants that touch and overlap are one stretch.
    given.changes_at(read(), day(0), day(1));
    given.changes_at(read(), day(1), day(6));
    given.changes_at(read(), just_before(day(3)), day(6));
    given.changes_at(read(), day(6), day(8));
    given.changes_at(read(), day(8), None);
    given.changes_at(read().in_unit("shop 2"), day(0), day(4));
}

#[test]
fn r20_a_change_of_reason_is_not_a_change_of_outcome() {
    let given = shops()
        .grant(Grant::role("reader").to("ana").until(day(2)).only_in("shop 1"))
        .restrict(Restriction {
            until: Some(day(3)),
            ..on_person("x", "ana", &["*:*"], subtree("shops"))
        });
    let read = || ask("ana", "notes:read").in_unit("shop 1");
    given.denies(read(), day(1), Reason::Restricted);
    given.denies(read(), day(2), Reason::NotInForce);
    given.changes_at(read(), day(1), None);
}

#[test]
fn r20_instants_have_the_resolution_of_a_microsecond() {
    let end = Instant::from_micros(day(2).as_micros() + 1);
    let given = shops().grant(Grant::role("reader").to("ana").until(end).only_in("shop 1"));
    let read = || ask("ana", "notes:read").in_unit("shop 1");
    given.allows(read(), day(2));
    given.changes_at(read(), day(2), end);
    given.denies(read(), end, Reason::NotInForce);
}

#[test]
fn d12_a_grant_more_takes_nothing_away() {
    let given = shops().grant(Grant::role("keeper").to("ana").in_and_below("shops"));
    let asked = || {
        [
            ask("ana", "safe:open").in_unit("shop 1"),
            ask("ana", "notes:read").about("bo"),
            ask("ana", "notes:write").anywhere(),
        ]
    };
    let more = given
        .clone()
        .grant(Grant::role("reader").to("ana").until(day(2)).only_in("shop 1"))
        .grant(Grant::role("writer").to("ana").on_channel("support").in_and_below("shops"))
        .grant(Grant::role("writer").to("ana").own());
    for ask in asked() {
        given.allows(ask.clone(), day(1));
        more.allows(ask.clone(), day(1));
        more.changes_at(ask, day(1), None);
    }
}

#[test]
fn d15_the_reason_is_the_stage_nearest_to_allow() {
    let mut given = shops().grant(Grant::role("reader").to("ana").only_in("shop 2"));
    let write = || ask("ana", "notes:write").in_unit("shop 1");
    given.denies(write(), day(1), Reason::NotPermitted);
    given = given.grant(Grant::role("writer").to("ana").only_in("shop 2"));
    given.denies(write(), day(1), Reason::OtherScope);
    given = given.grant(
        Grant::role("writer").to("ana").on_channel("support").until(day(0)).only_in("shop 1"),
    );
    given.denies(write(), day(1), Reason::WrongChannel);
    given = given.grant(Grant::role("writer").to("ana").until(day(0)).only_in("shop 1"));
    given.denies(write(), day(1), Reason::NotInForce);
    given = given.restrict(on_role("no keepers", "keeper", &["notes:*"], unit("shop 1")));
    given = given.grant(Grant::role("keeper").to("ana").only_in("shop 1"));
    given.denies(write(), day(1), Reason::RoleRestricted);
    given = given.grant(Grant::role("writer").to("ana").in_and_below("shops"));
    given.allows(write(), day(1));
    given = given.restrict(on_person("x", "ana", &["notes:write"], unit("shop 1")));
    given.denies(write(), day(1), Reason::Restricted);
    given = given.suspend("ana", "shops");
    given.denies(write(), day(1), Reason::Suspended);
}

#[test]
fn r22_restricted_is_said_only_where_a_grant_would_allow() {
    let given = shops()
        .grant(Grant::role("reader").to("ana").only_in("shop 1"))
        .restrict(on_person("x", "ana", &["*:*"], subtree("shops")));
    given.denies(ask("ana", "notes:read").in_unit("shop 1"), day(1), Reason::Restricted);
    given.denies(ask("ana", "notes:read").in_unit("shop 2"), day(1), Reason::OtherScope);
    given.denies(ask("ana", "notes:write").in_unit("shop 1"), day(1), Reason::NotPermitted);
}

#[test]
fn r21_anywhere_asks_for_some_grant_that_no_single_restriction_contains() {
    let read = || ask("ana", "notes:read").anywhere();
    let given = shops().grant(Grant::role("reader").to("ana").in_and_below("shops"));
    given.allows(read(), day(1));
    // Two restrictions that together take in all below, but not the root.
    let parts = given
        .restrict(on_person("x1", "ana", &["*:*"], unit("shop 1")))
        .restrict(on_person("x2", "ana", &["*:*"], unit("shop 2")));
    parts.allows(read(), day(1));
    // Three that together leave no place: still none of them contains the grant.
    let all = parts.restrict(on_person("x3", "ana", &["*:*"], unit("shops")));
    all.allows(read(), day(1));
    for shop in ["shops", "shop 1", "shop 2"] {
        all.denies(ask("ana", "notes:read").in_unit(shop), day(1), Reason::Restricted);
    }
    let whole = all.restrict(on_person("x4", "ana", &["*:*"], subtree("shops")));
    whole.denies(read(), day(1), Reason::Restricted);
}

#[test]
fn r21_a_restriction_over_a_whole_tenant_contains_what_is_own() {
    let given = shops().grant(Grant::role("reader").to("ana").own());
    let read = || ask("ana", "notes:read").anywhere();
    given.allows(read(), day(1));
    let part = given.clone().restrict(on_person("x", "ana", &["*:*"], subtree("shop 1")));
    part.allows(read(), day(1));
    let whole = given.clone().restrict(on_person("x", "ana", &["*:*"], subtree("shops")));
    whole.denies(read(), day(1), Reason::Restricted);
    let theirs = given.restrict(on_person("x", "ana", &["*:*"], own("shops")));
    theirs.denies(read(), day(1), Reason::Restricted);
}

#[test]
fn r21_one_unit_without_any_below_is_its_own_subtree() {
    let given = shops()
        .grant(Grant::role("reader").to("ana").in_and_below("shop 1"))
        .restrict(on_person("x", "ana", &["*:*"], unit("shop 1")));
    let read = || ask("ana", "notes:read").anywhere();
    given.denies(read(), day(1), Reason::Restricted);
    given.unit("stall", "shop 1").allows(read(), day(1));
}

#[test]
fn r21_anywhere_leaves_out_the_grants_of_tenants_in_which_one_is_suspended() {
    let given = shops()
        .tenant("farm")
        .person("ana", "farm")
        .grant(Grant::role("writer").to("ana").in_and_below("shops"))
        .grant(Grant::role("reader").to("ana").from(day(3)).in_and_below("farm"))
        .suspend("ana", "shops");
    given.denies(ask("ana", "notes:write").anywhere(), day(1), Reason::Suspended);
    given.denies(ask("ana", "notes:read").anywhere(), day(1), Reason::Suspended);
    given.changes_at(ask("ana", "notes:read").anywhere(), day(1), day(3));
    given.allows(ask("ana", "notes:read").anywhere(), day(3));
}

#[test]
fn r21_everywhere_is_denied_by_a_restriction_or_suspension_anywhere() {
    let given =
        shops().tenant("farm").platform("ana").grant(Grant::role("writer").to("ana").everywhere());
    given.allows(ask("ana", "notes:read"), day(1));
    let restricted = given.clone().restrict(on_person("x", "ana", &["notes:read"], unit("shop 1")));
    restricted.denies(ask("ana", "notes:read"), day(1), Reason::Restricted);
    restricted.allows(ask("ana", "notes:write"), day(1));
    restricted.allows(ask("ana", "notes:read").in_unit("shop 2"), day(1));
    restricted.allows(ask("ana", "notes:read").anywhere(), day(1));
    let suspended = given.suspend("ana", "shops");
    suspended.denies(ask("ana", "notes:read"), day(1), Reason::Suspended);
    suspended.allows(ask("ana", "notes:read").in_unit("farm"), day(1));
    suspended.allows(ask("ana", "notes:read").anywhere(), day(1));
}

#[test]
fn r21_about_a_person_a_restriction_on_any_of_their_places_denies() {
    let given = Given::policy(&format!("affiliations = [\"exercise\"]\n{POLICY}"))
        .tenant("shops")
        .unit("shop 1", "shops")
        .unit("shop 2", "shops")
        .person("ana", "shops")
        .person_at("bo", "shops", "shop 1")
        .affiliated("bo", "exercise", "shop 2", day(2), day(4))
        .grant(Grant::role("reader").to("ana").in_and_below("shops"))
        .restrict(on_person("x", "ana", &["*:*"], unit("shop 2")));
    let read = || ask("ana", "notes:read").about("bo");
    given.allows(read(), day(1));
    given.changes_at(read(), day(1), day(2));
    given.denies(read(), day(2), Reason::Restricted);
    given.changes_at(read(), day(2), day(4));
}

#[test]
fn d3_an_everywhere_restriction_matches_every_target() {
    let given = shops()
        .platform("ana")
        .grant(Grant::role("writer").to("ana").everywhere())
        .restrict(on_person("x", "ana", &["notes:write"], Scope::Everywhere));
    let write = || ask("ana", "notes:write");
    for ask in [
        write(),
        write().in_unit("shop 1"),
        write().about("bo"),
        write().record("shop 1", "bo"),
        write().anywhere(),
    ] {
        given.denies(ask, day(1), Reason::Restricted);
    }
}

/// Applies what an explanation proposes, which then allows.
fn repaired(given: Given, ask: Ask) {
    let explanation = given.snapshot.explain(&request(&ask), day(1));
    let changes = explanation.changes.unwrap_or_else(|| panic!("nothing is proposed for {ask:?}"));
    changes.into_iter().fold(given, Given::and).allows(ask, day(1));
}

#[test]
fn d15_the_change_set_is_every_blocker_and_one_repair() {
    let given = shops()
        .suspend("ana", None)
        .suspend("ana", "shops")
        .restrict(on_person("x1", "ana", &["*:*"], subtree("shops")))
        .restrict(on_person("x2", "ana", &["notes:*"], unit("shop 1")))
        .restrict(on_person("x3", "ana", &["notes:*"], unit("shop 2")));
    let asked = ask("ana", "notes:write").in_unit("shop 1");
    let changes = given.snapshot.explain(&request(&asked), day(1)).changes.unwrap();
    assert_eq!(changes.len(), 5, "{changes:?}");
    repaired(given, asked);
}

#[test]
fn d15_the_change_set_means_the_tenant_that_it_names() {
    // Registered on the platform and suspended in a tenant: `Own` without a tenant
    // named would be of that tenant.
    let given = shops().platform("ana").suspend("ana", "shops");
    let asked = ask("ana", "notes:read").anywhere();
    given.denies(asked.clone(), day(1), Reason::NotPermitted);
    repaired(given, asked);
}

#[test]
fn d15_a_person_is_reached_at_any_of_their_places() {
    // The only role fits at a school, and Bo is at a school by affiliation alone.
    let given = Given::policy(
        r#"
        visions = ["city", "school"]
        affiliations = ["exercise"]
        functions.notes = { actions = ["read"] }
        unit-kinds.city = { vision = "city" }
        unit-kinds.school = { vision = "school" }
        roles.reader = { permissions = ["notes:read"], visions = ["school"] }
        "#,
    )
    .unit_of("city", "city", "")
    .unit_of("school", "elm", "city")
    .person("ana", "city")
    .person("bo", "city")
    .affiliated("bo", "exercise", "elm", None, None);
    let reader = Grant::role("reader").to("ana").only_in("elm");
    given.clone().grant(reader).allows(ask("ana", "notes:read").about("bo"), day(1));
    repaired(given, ask("ana", "notes:read").about("bo"));
}

#[test]
fn d15_anywhere_may_be_any_unit() {
    // The only role fits at a school, not at the widest vision.
    let given = Given::policy(
        r#"
        visions = ["city", "school"]
        functions.notes = { actions = ["read"] }
        unit-kinds.city = { vision = "city" }
        unit-kinds.school = { vision = "school" }
        roles.reader = { permissions = ["notes:read"], visions = ["school"] }
        "#,
    )
    .unit_of("city", "city", "")
    .unit_of("school", "elm", "city")
    .person("ana", "city");
    let reader = Grant::role("reader").to("ana").only_in("elm");
    given.clone().grant(reader).allows(ask("ana", "notes:read").anywhere(), day(1));
    repaired(given, ask("ana", "notes:read").anywhere());
}

#[test]
fn r22_at_most_eight_changes_are_listed() {
    let mut given = shops().grant(Grant::role("reader").to("ana").only_in("shop 1"));
    for n in 0..12 {
        given = given.restrict(on_person(&format!("x{n}"), "ana", &["*:*"], unit("shop 1")));
    }
    let asked = ask("ana", "notes:read").in_unit("shop 1");
    let explanation = given.snapshot.explain(&request(&asked), day(1));
    assert_eq!(explanation.changes.as_ref().map(Vec::len), Some(8));
    assert_eq!(explanation.changes_left_out, 4);
    assert!(explanation.to_string().contains("and 4 more changes"));
}

#[test]
fn r22_a_change_of_policy_is_never_proposed() {
    let given = shops();
    for asked in [
        ask("ana", "notes:shred").in_unit("shop 1"),
        ask("zed", "notes:read"),
        ask("ana", "notes:read").in_unit("x"),
    ] {
        assert_eq!(given.snapshot.explain(&request(&asked), day(1)).changes, None);
    }
}

#[test]
fn r22_the_grant_that_is_proposed_gives_the_least_besides() {
    let given = Given::policy(
        r#"
        functions.f = { actions = ["a", "b", "c"] }
        roles.all = { permissions = ["f:*"] }
        roles.both = { permissions = ["f:a", "f:b"] }
        roles.narrow = { permissions = ["f:a"] }
        "#,
    )
    .tenant("t")
    .person("ana", "t");
    let proposed = |given: &Given, permission| {
        let asked = ask("ana", permission).in_unit("t");
        given.snapshot.explain(&request(&asked), day(1)).changes.unwrap()
    };
    let grant = |role: &str| [Event::Granted(Grant::role(role).to("ana").only_in("t").unwrap())];
    assert_eq!(proposed(&given, "f:a"), grant("narrow"));
    assert_eq!(proposed(&given, "f:b"), grant("both"));
    assert_eq!(proposed(&given, "f:c"), grant("all"));
}
