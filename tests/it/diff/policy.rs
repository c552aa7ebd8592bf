//! An edit of a policy is compared as facts are: the people whom it affects are named before the
//! policy is deployed.

use alcada::{
    Grant, Name, Policy,
    policy::{self, Ceiling, Enforced, Function, Pattern},
};
use proptest::prelude::*;

use super::tables::wrong;
use crate::arbitrary::bytes;
use crate::engine::fold;
use crate::given::{Given, name, person};
use crate::oracle::World;
use crate::properties::worlds;
use crate::worlds::{Made, instant, world_from_bytes};

/// The policy with a few things changed, none of its words gone.
fn edited(made: &mut Made<'_>) -> policy::Document {
    let mut policy = made.world.policy.clone();
    let patterns: Vec<Pattern> = policy
        .functions
        .keys()
        .map(|function| Pattern::parse(format!("{function}:*")).unwrap())
        .collect();
    let roles: Vec<Name> = policy.roles.keys().cloned().collect();
    for n in 0..1 + made.below(0, 4) {
        let role = roles[made.below(10 + n, roles.len())].clone();
        let pattern = patterns[made.below(20 + n, patterns.len())].clone();
        let kinds: Vec<Name> = policy.kinds.keys().cloned().collect();
        match made.below(30 + n, 8) {
            0 => policy.roles.get_mut(&role).unwrap().except.push(pattern),
            1 | 2 => policy.roles.get_mut(&role).unwrap().permissions.push(pattern),
            3 => policy.roles.get_mut(&role).unwrap().permissions.clear(),
            4 => {
                let (kinds, visions) = (kinds.into_iter().take(1).collect(), Vec::new());
                policy.ceilings.push(Ceiling { kinds, visions, permissions: vec![pattern] });
            }
            5 => policy.ceilings.clear(),
            6 => {
                // Numbers are others now: of permissions by it, and of channels.
                let actions = vec![name("act"), name("view")];
                policy.functions.insert(name("a0"), Function { actions, ..Function::default() });
                policy.channels.reverse();
            }
            _ => policy.hours.enforced = Enforced::SignIn,
        }
    }
    policy
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 30, ..worlds(16) })]

    #[test]
    fn r38_a_policy_edit_is_the_difference_of_the_truth_tables(bytes in bytes(), changes in 0usize..6, n in 0usize..10) {
        let mut made = world_from_bytes(&bytes);
        let snapshot = fold(&made.world, &made.log);
        let Ok(policy) = Policy::from_document(edited(&mut made)) else { return Ok(()) };
        let before = made.world.clone();
        let mut after = World { policy: policy.document().clone(), ..before.clone() };
        let mut under = snapshot.with_policy(policy).unwrap();
        for n in 0..changes {
            let event = made.change(n);
            if crate::oracle::apply(&mut after, &event).is_ok() {
                under.apply(&event).unwrap();
            }
        }
        let diff = snapshot.diff(&under, instant(n));
        if let Some(what) = wrong(&diff, &before, &after) {
            return Err(TestCaseError::fail(what));
        }
        if let Some(what) = wrong(&under.diff(&snapshot, instant(n)), &after, &before) {
            return Err(TestCaseError::fail(what));
        }
    }
}

#[test]
fn r38_who_a_policy_edit_affects_is_named_before_it_is_deployed() {
    let policy = |clerk: &str| {
        format!(
            r#"
            functions.expenses.actions = ["edit", "view"]
            functions.meals.actions = ["view"]
            roles.clerk.permissions = [{clerk}]
            roles.cook.permissions = ["meals:view"]
            "#
        )
    };
    let given = Given::policy(&policy(r#""expenses:view""#)).tenant("a").unit("a/1", "a");
    let given = ["ana", "bia", "caio"].into_iter().fold(given, |given, who| given.person(who, "a"));
    let given = given
        .grant(Grant::role("clerk").to("ana").only_in("a/1"))
        .grant(Grant::role("clerk").to("bia").in_and_below("a"))
        .grant(Grant::role("cook").to("bia").in_and_below("a"))
        .grant(Grant::role("cook").to("caio").in_and_below("a"));
    let next =
        Policy::from_toml(&format!("version = 1\n{}", policy(r#""expenses:*", "meals:view""#)))
            .unwrap();
    let diff =
        given.snapshot.diff(&given.snapshot.with_policy(next).unwrap(), crate::given::day(1));
    assert_eq!(diff.people(), [person("ana"), person("bia")]);
    assert_eq!(
        diff.to_string().lines().skip(1).collect::<Vec<_>>(),
        [
            "  gained `expenses:edit`, `meals:view` in `a/1` alone, by the role `clerk`, on channel `standard`",
            "    1 person: `ana`",
            "  gained `expenses:edit` in `a` and all below, by the role `clerk`, on channel `standard`",
            "    1 person: `bia`",
        ]
    );
}
