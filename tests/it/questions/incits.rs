//! The review functions of INCITS 359, against the plain lists of the oracle.

use std::collections::BTreeSet;

use alcada::{Facts, Grant, Instant, Name, Policy, SignIn, Snapshot, query::Inheritance};
use proptest::prelude::*;

use crate::arbitrary::bytes;
use crate::engine::fold;
use crate::properties::worlds;
use crate::worlds::world_from_bytes;

fn words<T: ToString>(list: Vec<T>) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

fn set<T: ToString>(list: Vec<T>) -> BTreeSet<String> {
    let count = list.len();
    let set: BTreeSet<String> = list.iter().map(ToString::to_string).collect();
    assert_eq!(set.len(), count, "something is listed twice");
    set
}

#[test]
fn what_is_assigned_and_what_is_authorized() {
    let policy = r#"
        version = 1
        functions.notes.actions = ["read", "write", "delete"]
        functions.cars.actions = ["drive"]
        kinds = { staff = {}, guest = {} }
        roles.reader.permissions = ["notes:read"]
        roles.clerk = { includes = ["reader"], permissions = ["notes:*"], except = ["notes:delete"] }
        roles.chief = { includes = ["clerk"], permissions = ["cars:*"] }
        ceilings = [{ kinds = ["guest"], permissions = ["notes:*"] }]
    "#;
    let mut facts = Snapshot::new(Policy::from_toml(policy).unwrap());
    let rows = r#"
        version = 1
        units = [{ code = "t" }, { code = "a", parent = "t" }, { code = "u" }]
        people = [
            { person = "ana", tenant = "t", kind = "staff" }, { person = "rui", tenant = "t", kind = "guest" },
            { person = "eva", tenant = "u", kind = "staff" },
        ]
        roles = [{ tenant = "t", name = "helper", role = { includes = ["reader"] } }]
        grants = [
            { person = "ana", role = "clerk", scope = { unit = "a" }, until = "2001-01-01T00:00:00Z" },
            { person = "rui", role = "chief", scope = { subtree = "t" } },
            { person = "rui", role = "helper", scope = { unit = "a" } },
            { person = "eva", role = "reader", scope = { unit = "u" } },
        ]
    "#;
    facts.import(&Facts::from_toml(rows).unwrap()).unwrap();
    let t = Some("t");
    // AssignedUsers and AuthorizedUsers.
    assert_eq!(words(facts.assigned_users("clerk", t)), ["ana"]);
    assert_eq!(words(facts.authorized_users("clerk", t)), ["ana", "rui"]);
    assert_eq!(words(facts.assigned_users("reader", t)), [] as [&str; 0]);
    assert_eq!(words(facts.authorized_users("reader", t)), ["ana", "rui"]);
    assert_eq!(words(facts.authorized_users("reader", Some("u"))), ["eva"]);
    assert_eq!(words(facts.assigned_users("helper", t)), ["rui"]);
    // AssignedRoles and AuthorizedRoles.
    assert_eq!(words(facts.assigned_roles("rui", t)), ["chief", "helper"]);
    assert_eq!(words(facts.authorized_roles("rui", t)), ["chief", "clerk", "helper", "reader"]);
    // RolePermissions.
    assert_eq!(
        words(facts.role_permissions("clerk", None, Inheritance::With)),
        ["notes:read", "notes:write"]
    );
    assert_eq!(words(facts.role_permissions("chief", None, Inheritance::Without)), ["cars:drive"]);
    assert_eq!(words(facts.role_permissions("helper", t, Inheritance::With)), ["notes:read"]);
    // UserPermissions: the ceiling on guests takes the cars.
    assert_eq!(
        words(facts.user_permissions("rui", t, Inheritance::With)),
        ["notes:read", "notes:write"]
    );
    assert_eq!(words(facts.user_permissions("rui", t, Inheritance::Without)), [] as [&str; 0]);
    // RoleOperationsOnObject and UserOperationsOnObject.
    assert_eq!(
        words(facts.role_operations_on_object("chief", None, "notes", Inheritance::With)),
        ["read", "write"]
    );
    assert_eq!(
        words(facts.user_operations_on_object("ana", t, "notes", Inheritance::Without)),
        ["read", "write"]
    );
    assert_eq!(
        words(facts.user_operations_on_object("ana", t, "cars", Inheritance::With)),
        [] as [&str; 0]
    );
    // Names that are not known, or not there.
    assert!(facts.assigned_users("helper", Some("u")).is_empty());
    assert!(facts.assigned_users("reader", Some("a")).is_empty());
    assert!(facts.authorized_roles("nobody", t).is_empty());
    assert!(facts.role_permissions("helper", None, Inheritance::With).is_empty());
}

#[test]
fn what_a_session_has_is_what_was_chosen_and_is_in_force() {
    let policy = r#"
        version = 1
        functions.notes.actions = ["read", "write"]
        functions.cars.actions = ["drive"]
        roles.reader.permissions = ["notes:read"]
        roles.clerk = { includes = ["reader"], permissions = ["notes:write"] }
        roles.driver.permissions = ["cars:drive"]
    "#;
    let mut facts = Snapshot::new(Policy::from_toml(policy).unwrap());
    let rows = r#"
        version = 1
        units = [{ code = "t" }, { code = "u" }]
        people = [{ person = "ana", tenant = "t" }, { person = "ana", tenant = "u" }]
        grants = [
            { person = "ana", role = "clerk", scope = { unit = "t" } },
            { person = "ana", role = "driver", scope = { unit = "t" }, until = "2026-03-03T00:00:00Z" },
            { person = "ana", role = "driver", scope = { unit = "u" } },
        ]
    "#;
    facts.import(&Facts::from_toml(rows).unwrap()).unwrap();
    let now: Instant = "2026-03-02T12:00:00Z".parse().unwrap();
    let later: Instant = "2026-03-03T00:00:00Z".parse().unwrap();
    let all = facts.sign_in(&SignIn::of("ana"), now).unwrap();
    assert_eq!(words(facts.session_roles(&all)), ["clerk", "driver"]);
    assert_eq!(
        words(facts.session_permissions(&all, later)),
        ["cars:drive", "notes:read", "notes:write"]
    );
    let there = facts.sign_in(&SignIn::of("ana").in_unit("t"), now).unwrap();
    assert_eq!(
        words(facts.session_permissions(&there, now)),
        ["cars:drive", "notes:read", "notes:write"]
    );
    assert_eq!(words(facts.session_permissions(&there, later)), ["notes:read", "notes:write"]);
    let driving = facts.sign_in(&SignIn::of("ana").with_roles(["driver"]), now).unwrap();
    assert_eq!(words(facts.session_roles(&driving)), ["driver"]);
    assert_eq!(words(facts.session_permissions(&driving, now)), ["cars:drive"]);
}

proptest! {
    #![proptest_config(worlds(96))]

    #[test]
    fn the_review_functions_are_the_oracles(bytes in bytes()) {
        let made = world_from_bytes(&bytes);
        let (world, facts) = (&made.world, fold(&made.world, &made.log));
        let roots = world.units.iter().filter(|u| u.parent.is_none()).map(|u| Some(u.code.as_str()));
        let people: BTreeSet<&str> = world.registrations.iter().map(|r| r.person.as_str()).collect();
        let both = [(Inheritance::With, true), (Inheritance::Without, false)];
        for tenant in roots.chain([None]) {
            let here: Vec<&Grant> = world.grants.iter().filter(|g| world.tenant_of(&g.scope) == tenant).collect();
            for role in world.role_names(tenant) {
                let holders = |counts: &dyn Fn(&Grant) -> bool| -> BTreeSet<String> {
                    here.iter().filter(|g| counts(g)).map(|g| g.person.to_string()).collect()
                };
                prop_assert_eq!(set(facts.assigned_users(&role, tenant)), holders(&|g| g.role == role));
                prop_assert_eq!(
                    set(facts.authorized_users(&role, tenant)), holders(&|g| world.reaches_role(tenant, &g.role, &role))
                );
                for (inheritance, with) in both {
                    let permits = |&(f, a): &(&str, &str)| world.role_permits(tenant, &role, (f, a), with);
                    let expected: Vec<(&str, &str)> = world.catalogue().into_iter().filter(permits).collect();
                    let listed: Vec<String> = expected.iter().map(|(f, a)| format!("{f}:{a}")).collect();
                    prop_assert_eq!(words(facts.role_permissions(&role, tenant, inheritance)), listed);
                    for function in world.policy.functions.keys() {
                        let actions = expected.iter().filter(|(f, _)| function == *f).map(|(_, a)| (*a).to_owned());
                        prop_assert_eq!(
                            words(facts.role_operations_on_object(&role, tenant, function, inheritance)),
                            actions.collect::<Vec<_>>()
                        );
                    }
                }
            }
            for person in &people {
                let theirs: Vec<&&Grant> = here.iter().filter(|g| g.person.as_str() == *person).collect();
                let assigned: BTreeSet<String> = theirs.iter().map(|g| g.role.to_string()).collect();
                prop_assert_eq!(set(facts.assigned_roles(person, tenant)), assigned);
                let all: Vec<Name> = world.role_names(tenant);
                let reached = all.iter().filter(|r| theirs.iter().any(|g| world.reaches_role(tenant, &g.role, r)));
                let authorized: BTreeSet<String> = reached.map(ToString::to_string).collect();
                prop_assert_eq!(set(facts.authorized_roles(person, tenant)), authorized);
                for (inheritance, with) in both {
                    let permits = |&(f, a): &(&str, &str)| {
                        theirs.iter().any(|g| world.role_permits(tenant, &g.role, (f, a), with) && !world.is_cut(g, (f, a)))
                    };
                    let listed: Vec<String> =
                        world.catalogue().into_iter().filter(permits).map(|(f, a)| format!("{f}:{a}")).collect();
                    prop_assert_eq!(words(facts.user_permissions(person, tenant, inheritance)), listed);
                }
            }
        }
    }
}
