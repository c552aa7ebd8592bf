//! How the random worlds are distributed: a property over worlds that all deny would prove nothing.

use std::collections::BTreeMap;

use alcada::Policy;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::arbitrary::bytes;
use crate::engine;
use crate::oracle::{World, apply, decide};
use crate::worlds;

#[test]
fn every_answer_occurs_and_about_half_allow() {
    let mut runner = TestRunner::deterministic();
    let mut answers: BTreeMap<String, usize> = BTreeMap::new();
    let (mut asked, mut ending) = (0, 0);
    let (mut fits, mut refused) = (0, 0);
    for _ in 0..100 {
        let bytes = bytes().new_tree(&mut runner).unwrap().current();
        let mut made = worlds::world_from_bytes(&bytes);
        for n in 0..100 {
            let (ask, at) = made.ask(n);
            let (answer, until) = decide(&made.world, &ask, at);
            let answer =
                answer.map_or_else(|reason| format!("{reason:?}"), |()| "Allow".to_owned());
            *answers.entry(answer).or_default() += 1;
            asked += 1;
            ending += usize::from(until.is_some());
        }
        for n in 0..50 {
            let event = made.change(n);
            *(if apply(&mut made.world, &event).is_ok() { &mut fits } else { &mut refused }) += 1;
        }
    }
    println!("{answers:#?}\nof {asked} answers {ending} end; {fits} changes fit, {refused} do not");
    let allowed = answers["Allow"];
    assert!((asked * 2 / 5..asked * 3 / 5).contains(&allowed), "{allowed} of {asked} are allowed");
    assert!(ending * 5 > asked, "{ending} of {asked} answers end");
    assert!(refused * 10 > fits && fits > refused, "{fits} changes fit, {refused} do not");
    for reason in [
        "UnknownPermission",
        "UnknownPrincipal",
        "UnknownChannel",
        "UnknownUnit",
        "UnknownTenant",
        "UnknownPerson",
        "AmbiguousPerson",
        "Suspended",
        "Restricted",
        "OutOfHours",
        "NotPermitted",
        "Ceiling",
        "OtherScope",
        "WrongChannel",
        "NotInForce",
        "RoleRestricted",
    ] {
        assert!(answers.contains_key(reason), "no answer is {reason}: {answers:?}");
    }
}

#[test]
fn a_world_is_the_fold_of_its_events() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..100 {
        let bytes = bytes().new_tree(&mut runner).unwrap().current();
        let mut made = worlds::world_from_bytes(&bytes);
        for n in 0..60 {
            let event = made.change(n);
            let before = made.world.clone();
            if apply(&mut made.world, &event).is_err() {
                assert_eq!(made.world, before, "refused, yet changed by {event:?}");
            }
        }
        let mut again = World::new(made.world.policy.clone());
        for event in made.world.events() {
            assert_eq!(apply(&mut again, &event), Ok(()), "{event:?}");
        }
        for n in 100..200 {
            let (ask, at) = made.ask(n);
            assert_eq!(decide(&made.world, &ask, at), decide(&again, &ask, at), "{ask:?} at {at}");
        }
    }
}

#[test]
fn every_policy_drawn_is_valid() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..300 {
        let bytes = bytes().new_tree(&mut runner).unwrap().current();
        let policy = worlds::world_from_bytes(&bytes).world.policy;
        let text = toml::to_string(&policy).unwrap();
        let read = Policy::from_toml(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(*read.document(), policy);
    }
}

#[test]
fn any_bytes_make_a_world() {
    let mut runner = TestRunner::deterministic();
    let any_bytes = proptest::collection::vec(proptest::num::u8::ANY, 0..600);
    for _ in 0..200 {
        let bytes = any_bytes.new_tree(&mut runner).unwrap().current();
        let mut made = worlds::world_from_bytes(&bytes);
        let snapshot = engine::fold(&made.world, &made.log);
        for n in 0..10 {
            let (ask, at) = made.ask(n);
            let decision = snapshot.check(&engine::request(&ask), at);
            assert_eq!(engine::answer(decision), decide(&made.world, &ask, at), "{ask:?} at {at}");
        }
    }
}
