//! What a role holds and who may hold it: D5, D13, A2, S2, T3, T6, R7–R13.

use alcada::{Event, Grant, Identifier, Name, facts::CustomRole, policy::Role};

use crate::given::{Given, ask, day, name, names, on_role, patterns, person, subtree, unit};
use crate::oracle::Reason;

/// One unit, one person, and the built-in roles of the policy.
fn shop(policy: &str) -> Given {
    Given::policy(policy).tenant("shop").person("ana", "shop")
}

/// Checks which of the permissions the role gives, and that the others are not permitted.
fn gives(given: &Given, role: &str, all: &[&str], held: &[&str]) {
    let given = given.clone().grant(Grant::role(role).to("ana").only_in("shop"));
    for permission in all {
        let asked = ask("ana", permission).in_unit("shop");
        if held.contains(permission) {
            given.allows(asked, day(1));
        } else {
            given.denies(asked, day(1), Reason::NotPermitted);
        }
    }
}

#[test]
fn d5_a_role_has_its_own_and_the_included_less_the_exceptions() {
    let given = shop(
        r#"
        functions.stock = { actions = ["view", "count", "write off"] }
        functions.till = { actions = ["view", "open"] }
        roles.clerk = { permissions = ["stock:count", "till:*"] }
        roles.onlooker = { permissions = ["*:view"] }
        roles.manager = { includes = ["clerk", "onlooker"], permissions = ["stock:write off"], except = ["till:open"] }
        roles.everything = { permissions = ["*:*"], except = ["*:view"] }
        "#,
    );
    let all = ["stock:view", "stock:count", "stock:write off", "till:view", "till:open"];
    gives(&given, "clerk", &all, &["stock:count", "till:view", "till:open"]);
    gives(&given, "onlooker", &all, &["stock:view", "till:view"]);
    gives(&given, "manager", &all, &["stock:view", "stock:count", "stock:write off", "till:view"]);
    gives(&given, "everything", &all, &["stock:count", "stock:write off", "till:open"]);
}

#[test]
fn r7_an_included_roles_exception_cuts_only_what_it_contributes() {
    let given = shop(
        r#"
        functions.f = { actions = ["a", "b", "c"] }
        roles.base = { permissions = ["f:a", "f:b", "f:c"] }
        roles.left = { includes = ["base"], except = ["f:a"] }
        roles.right = { includes = ["base"], except = ["f:b"] }
        roles.both = { includes = ["left", "right"] }
        roles.own = { includes = ["left"], permissions = ["f:a"], except = ["f:c"] }
        "#,
    );
    let all = ["f:a", "f:b", "f:c"];
    gives(&given, "left", &all, &["f:b", "f:c"]);
    gives(&given, "both", &all, &["f:a", "f:b", "f:c"]);
    gives(&given, "own", &all, &["f:a", "f:b"]);
}

#[test]
fn a2_all_of_x_except_f_grows_with_x_and_not_with_f() {
    let roles = r#"
        roles.administrator = { permissions = ["*:*"] }
        roles.attendant = { includes = ["administrator"], except = ["team:*"] }
    "#;
    let before = shop(&format!(
        "functions.alert = {{ actions = [\"view\"] }}\nfunctions.team = {{ actions = [\"view\"] }}\n{roles}"
    ));
    gives(&before, "attendant", &["alert:view", "team:view"], &["alert:view"]);
    let after = shop(&format!(
        "functions.alert = {{ actions = [\"view\"] }}\nfunctions.team = {{ actions = [\"view\", \"add\"] }}\nfunctions.report = {{ actions = [\"view\"] }}\n{roles}"
    ));
    let all = ["alert:view", "team:view", "team:add", "report:view"];
    gives(&after, "administrator", &all, &all);
    gives(&after, "attendant", &all, &["alert:view", "report:view"]);
}

const CEILING: &str = r#"
    channels = ["standard", "app"]
    functions.children = { actions = ["view"] }
    functions.doors = { actions = ["view", "configure"] }
    kinds.employee = {}
    kinds.external = { channels = ["standard"] }
    roles.administration = { permissions = ["children:*"] }
    roles.technician = { permissions = ["doors:*"] }
    roles.staff-only = { permissions = ["doors:view"], kinds = ["employee"] }
    [[ceilings]]
    kinds = ["external"]
    permissions = ["doors:*"]
"#;

#[test]
fn t3_d5_a_ceiling_cuts_whatever_is_granted() {
    let given = Given::policy(CEILING)
        .tenant("nursery")
        .person_of("external", "tec", "nursery")
        .person_of("employee", "eva", "nursery");
    let given = ["tec", "eva"].into_iter().fold(given, |given, who| {
        given
            .grant(Grant::role("administration").to(who).in_and_below("nursery"))
            .grant(Grant::role("technician").to(who).in_and_below("nursery"))
    });
    given.allows(ask("eva", "children:view").in_unit("nursery"), day(1));
    given.denies(ask("tec", "children:view").in_unit("nursery"), day(1), Reason::Ceiling);
    given.denies(ask("tec", "children:view").about("eva"), day(1), Reason::Ceiling);
    given.denies(ask("tec", "children:view").anywhere(), day(1), Reason::Ceiling);
    given.allows(ask("tec", "doors:configure").in_unit("nursery"), day(1));
}

#[test]
fn r8_a_change_of_kind_lifts_and_lays_ceilings() {
    let given = Given::policy(CEILING)
        .tenant("nursery")
        .person_of("external", "tec", "nursery")
        .grant(Grant::role("administration").to("tec").in_and_below("nursery"));
    let view = || ask("tec", "children:view").in_unit("nursery");
    given.denies(view(), day(1), Reason::Ceiling);
    let of = |kind: &str| Event::PersonKindChanged {
        person: person("tec"),
        tenant: Some(name("nursery")),
        kind: name(kind),
    };
    let employed = given.and(of("employee"));
    employed.allows(view(), day(1));
    employed.and(of("external")).denies(view(), day(1), Reason::Ceiling);
}

#[test]
fn r8_a_role_that_names_kinds_is_given_to_those_alone() {
    let given = Given::policy(CEILING).tenant("nursery").person_of("external", "tec", "nursery");
    let granted =
        |who: &str| Event::Granted(Grant::role("staff-only").to(who).only_in("nursery").unwrap());
    given.refuses(granted("tec"));
    given
        .person_of("employee", "eva", "nursery")
        .and(granted("eva"))
        .allows(ask("eva", "doors:view").in_unit("nursery"), day(1));
}

#[test]
fn d13_a_kind_that_names_channels_acts_on_those_alone() {
    let given = Given::policy(CEILING)
        .tenant("nursery")
        .person_of("external", "tec", "nursery")
        .person_of("employee", "eva", "nursery");
    let given = ["tec", "eva"].into_iter().fold(given, |given, who| {
        given.grant(Grant::role("technician").to(who).on_channel("app").only_in("nursery"))
    });
    given.allows(ask("eva", "doors:view").in_unit("nursery").on("app"), day(1));
    given.denies(
        ask("tec", "doors:view").in_unit("nursery").on("app"),
        day(1),
        Reason::WrongChannel,
    );
}

const VISIONS: &str = r#"
    visions = ["city", "school"]
    functions.expenses = { actions = ["add", "edit", "delete"] }
    functions.budget = { actions = ["approve"] }
    unit-kinds.department = { vision = "city" }
    unit-kinds.school = { vision = "school" }
    roles.bookkeeping = { permissions = ["expenses:*"], visions = ["school"] }
    roles.approval = { permissions = ["budget:approve"], visions = ["city"] }
    roles.both = { permissions = ["expenses:add"], visions = ["city", "school"] }
    [[ceilings]]
    visions = ["city"]
    permissions = ["budget:*", "expenses:add"]
"#;

fn city() -> Given {
    Given::policy(VISIONS)
        .unit_of("department", "city", "")
        .unit_of("school", "school", "city")
        .person("ana", "city")
}

#[test]
fn d13_s2_a_role_is_given_only_at_units_of_its_visions() {
    let given = city();
    let at =
        |role: &str, unit: &str| Event::Granted(Grant::role(role).to("ana").only_in(unit).unwrap());
    given.refuses(at("bookkeeping", "city"));
    given.refuses(at("approval", "school"));
    let own = Grant::role("bookkeeping").to("ana").own().unwrap();
    given.refuses(Event::Granted(own));
    let given =
        given.and(at("bookkeeping", "school")).and(at("approval", "city")).and(at("both", "city"));
    for action in ["add", "edit", "delete"] {
        let permission = format!("expenses:{action}");
        given.allows(ask("ana", &permission).in_unit("school"), day(1));
    }
    given.allows(ask("ana", "budget:approve").in_unit("city"), day(1));
    given.denies(ask("ana", "budget:approve").in_unit("school"), day(1), Reason::OtherScope);
}

#[test]
fn r9_a_grant_has_its_own_units_vision_wherever_it_reaches() {
    let role =
        Role { permissions: patterns(&["expenses:add", "expenses:edit"]), ..Role::default() };
    let given = city().role("city", "editor", role);
    let edit = || ask("ana", "expenses:edit").in_unit("school");
    // Cut at the city's vision, though the school is what it reaches.
    let wide = given.clone().grant(Grant::role("editor").to("ana").in_and_below("city"));
    wide.denies(edit(), day(1), Reason::Ceiling);
    wide.allows(ask("ana", "expenses:add").in_unit("school"), day(1));
    let narrow = given.clone().grant(Grant::role("editor").to("ana").only_in("school"));
    narrow.allows(edit(), day(1));
    // What is own has the widest vision.
    let own = given.grant(Grant::role("editor").to("ana").own());
    own.denies(ask("ana", "expenses:edit").about("ana"), day(1), Reason::Ceiling);
    own.allows(ask("ana", "expenses:add").about("ana"), day(1));
}

#[test]
fn r13_visions_on_functions_are_labels_and_unknown_ones_warn() {
    let labelled = |visions: &str| {
        VISIONS.replace("\"delete\"] }", &format!("\"delete\"], visions = {visions} }}"))
    };
    let decides = |policy: &str| {
        let given = Given::policy(policy)
            .unit_of("department", "city", "")
            .unit_of("school", "school", "city");
        let given = given
            .person("ana", "city")
            .grant(Grant::role("bookkeeping").to("ana").only_in("school"));
        given.allows(ask("ana", "expenses:add").in_unit("school"), day(1));
        let warnings = given.snapshot.policy().warnings().iter().map(|warning| warning.code);
        warnings.collect::<Vec<_>>().contains(&"function-unknown-vision")
    };
    // Labelled for the city, it is used at a school as if it were not.
    assert!(!decides(VISIONS));
    assert!(!decides(&labelled(r#"["city"]"#)));
    assert!(decides(&labelled(r#"["county"]"#)));
}

const PLAIN: &str = r#"
    functions.notes = { actions = ["read", "write"] }
    functions.meals = { actions = ["plan"] }
    roles.reader = { permissions = ["notes:read"] }
    roles.writer = { includes = ["reader"], permissions = ["notes:write"] }
    roles.cook = { permissions = ["meals:plan", "notes:read"] }
"#;

#[test]
fn t6_roles_add_up() {
    let all = ["notes:read", "notes:write", "meals:plan"];
    let given = shop(PLAIN).grant(Grant::role("reader").to("ana").only_in("shop"));
    given.allows(ask("ana", "notes:read").in_unit("shop"), day(1));
    given.denies(ask("ana", "meals:plan").in_unit("shop"), day(1), Reason::NotPermitted);
    let given = given
        .grant(Grant::role("cook").to("ana").only_in("shop"))
        .grant(Grant::role("writer").to("ana").only_in("shop"));
    for permission in all {
        given.allows(ask("ana", permission).in_unit("shop"), day(1));
    }
    // Unticking one box leaves what another one gives.
    let given = given.and(Event::Revoked(Grant::role("reader").to("ana").only_in("shop").unwrap()));
    given.allows(ask("ana", "notes:read").in_unit("shop"), day(1));
}

#[test]
fn r10_a_restriction_on_a_role_cuts_it_and_what_includes_it() {
    let given = shop(PLAIN).restrict(on_role("x", "reader", &["notes:*"], unit("shop")));
    let read = || ask("ana", "notes:read").in_unit("shop");
    let of = |given: &Given, role: &str| {
        given.clone().grant(Grant::role(role).to("ana").in_and_below("shop"))
    };
    of(&given, "reader").denies(read(), day(1), Reason::RoleRestricted);
    of(&given, "writer").denies(read(), day(1), Reason::RoleRestricted);
    of(&given, "writer").denies(
        ask("ana", "notes:write").in_unit("shop"),
        day(1),
        Reason::RoleRestricted,
    );
    // Another role's grant still allows.
    of(&of(&given, "writer"), "cook").allows(read(), day(1));
    // It cuts grants, it does not deny outright: other places are not touched.
    of(&given.unit("stall", "shop"), "reader")
        .allows(ask("ana", "notes:read").in_unit("stall"), day(1));
}

#[test]
fn r11_custom_roles_hold_no_wildcards() {
    let given = shop(PLAIN);
    let custom = |permissions: &[&str], except: &[&str]| {
        let role = Role {
            permissions: patterns(permissions),
            except: patterns(except),
            ..Role::default()
        };
        Event::RoleCreated(CustomRole { tenant: name("shop"), name: name("own"), role })
    };
    given.refuses(custom(&["notes:*"], &[]));
    given.refuses(custom(&["notes:read"], &["*:write"]));
    given.refuses(custom(&["notes:shred"], &[]));
    let given = given.and(custom(&["notes:read", "notes:write"], &["notes:write"]));
    gives(&given, "own", &["notes:read", "notes:write", "meals:plan"], &["notes:read"]);
}

#[test]
fn o1_a_role_edited_is_another_for_all_who_hold_it() {
    let own = |permissions: &[&str], includes: &[&str]| {
        let role = Role {
            permissions: patterns(permissions),
            includes: names(includes),
            ..Role::default()
        };
        CustomRole { tenant: name("shop"), name: name("own"), role }
    };
    let given = shop(PLAIN)
        .and(Event::RoleCreated(own(&["notes:read"], &[])))
        .grant(Grant::role("own").to("ana").only_in("shop"));
    given.denies(ask("ana", "meals:plan").in_unit("shop"), day(1), Reason::NotPermitted);
    let given = given.and(Event::RoleEdited(own(&[], &["cook"])));
    given.allows(ask("ana", "meals:plan").in_unit("shop"), day(1));
    let given = given.and(Event::RoleEdited(own(&[], &[])));
    given.denies(ask("ana", "notes:read").in_unit("shop"), day(1), Reason::NotPermitted);
}

#[test]
fn r12_a_role_deleted_ends_its_grants_and_restrictions() {
    let role = |permission: &str| Role { permissions: patterns(&[permission]), ..Role::default() };
    let given = shop(PLAIN)
        .role("shop", "own", role("notes:read"))
        .role("shop", "wider", Role { includes: names(&["own"]), ..Role::default() })
        .grant(Grant::role("own").to("ana").only_in("shop"))
        .restrict(on_role("x", "own", &["notes:read"], subtree("shop")));
    let delete = |role: &str| Event::RoleDeleted { tenant: name("shop"), role: name(role) };
    given.refuses(delete("own"));
    given.refuses(delete("reader"));
    let given = given.and(delete("wider")).and(delete("own"));
    // The name is free again: neither the grant nor the restriction comes back with it.
    let given = given.role("shop", "own", role("notes:read"));
    given.denies(ask("ana", "notes:read").in_unit("shop"), day(1), Reason::NotPermitted);
    let given = given.grant(Grant::role("own").to("ana").only_in("shop"));
    given.allows(ask("ana", "notes:read").in_unit("shop"), day(1));
}

#[test]
fn s1_identifiers_fit_the_scheme_of_their_kind() {
    let given = Given::policy(
        r#"
        functions.f = { actions = ["a"] }
        kinds.staff = { identifier = { digits = 7 } }
        kinds.citizen = { identifier = "cpf" }
        "#,
    )
    .tenant("city");
    let register = |kind: &str, who: &str| {
        let (person, tenant, kind) =
            (Identifier::new(who).unwrap(), Some(name("city")), Some(name(kind)));
        Event::PersonRegistered(alcada::Registration { person, tenant, kind, unit: None::<Name> })
    };
    given.refuses(register("staff", "72104"));
    given.refuses(register("staff", "721041x"));
    given.refuses(register("citizen", "52998224724"));
    given.and(register("staff", "7210418")).and(register("citizen", "52998224725"));
}
