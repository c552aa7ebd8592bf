//! Any bytes as a world and its history: the engine is the oracle, by every way
//! of asking it, and every index agrees with every other.
#![no_main]
#![allow(dead_code, unused_imports)] // the tests use more of these modules

#[path = "../../tests/it/asking.rs"]
mod asking;
#[path = "../../tests/it/engine.rs"]
mod engine;
#[path = "../../tests/oracle/mod.rs"]
mod oracle;
#[path = "../../tests/it/worlds/mod.rs"]
mod worlds;

use alcada::{Instant, Request, Snapshot, report::Lints};
use engine::{answer, fold, json, request};
use libfuzzer_sys::fuzz_target;
use oracle::{Ask, World, apply, decide};
use worlds::world_from_bytes;

/// Requests put to each world, and changes made to it.
const ASKS: usize = 8;
const CHANGES: usize = 8;

fuzz_target!(|bytes: &[u8]| {
    let mut made = world_from_bytes(bytes);
    let mut snapshot = fold(&made.world, &made.log);
    snapshot.verify().expect("every index agrees with every other");
    let before = snapshot.clone();
    let asks: Vec<(Ask, Instant)> = (0..ASKS).map(|n| made.ask(n)).collect();
    let answers = agree(&made.world, &snapshot, &asks);

    for n in 0..CHANGES {
        let event = made.change(n);
        let (expected, given) = (apply(&mut made.world, &event), snapshot.apply(&event));
        assert_eq!(given.is_ok(), expected.is_ok(), "{} is {given:?} by the engine", json(&event));
    }
    snapshot.verify().expect("every index agrees with every other after the changes");
    let later: Vec<(Ask, Instant)> = (ASKS..2 * ASKS).map(|n| made.ask(n)).collect();
    agree(&made.world, &snapshot, &later);
    // With a part of the request left open: who, where, what, whose.
    for (ask, at) in later.iter().take(2) {
        asking::agree(&made.world, &snapshot, ask, *at, at.plus_seconds(3 * 3600));
    }

    // What people read of the facts.
    if let Some((ask, at)) = later.first() {
        let _ = snapshot.lint(&Lints { many_units: 1, ..Lints::default() }, *at).to_string();
        let tables = [
            snapshot.access_of(&ask.who, None, *at),
            snapshot.grants_of(&ask.who, None, *at),
            snapshot.role_matrix(None),
        ];
        tables.iter().for_each(|table| drop((table.to_string(), table.to_csv())));
        for unit in made.world.units.iter().filter(|unit| unit.parent.is_none()) {
            let _ = snapshot.role_graph(Some(&unit.code)).to_string()
                + &snapshot.unit_tree(&unit.code).expect("it is there").to_string();
        }
    }

    // By another road to the same facts.
    let rebuilt = fold(&made.world, &made.world.events());
    agree(&made.world, &rebuilt, &later);

    // Whoever holds the old facts sees the old facts.
    for ((ask, at), expected) in asks.iter().zip(answers) {
        assert_eq!(before.check(&request(ask), *at), expected);
    }
});

/// Puts every request in every way; the decisions.
fn agree(world: &World, snapshot: &Snapshot, asks: &[(Ask, Instant)]) -> Vec<alcada::Decision> {
    let boundaries = world.boundaries();
    let mut decisions = Vec::new();
    for (ask, at) in asks {
        let asked = request(ask);
        let decision = snapshot.check(&asked, *at);
        let (outcome, until) = decide(world, ask, *at);
        assert_eq!(answer(decision), (outcome, until), "{ask:?} at {at}");
        match snapshot.resolve(&asked) {
            Ok(resolved) => {
                assert_eq!(snapshot.check_resolved(&resolved, *at), decision, "{ask:?} at {at}")
            }
            Err(denied) => assert_eq!(decision.reason(), Some(denied.reason), "{ask:?} at {at}"),
        }
        let explanation = snapshot.explain(&asked, *at);
        assert_eq!(explanation.decision, decision, "{ask:?} at {at}");
        let _ = explanation.to_string();
        // Constant until then, and different then (contract D11).
        for &then in
            boundaries.iter().filter(|&&then| then > *at && until.is_none_or(|until| then <= until))
        {
            let as_before = snapshot.check(&asked, then).is_allow() == outcome.is_ok();
            assert_eq!(
                as_before,
                Some(then) != until,
                "{ask:?} at {at} until {until:?}, asked at {then}"
            );
        }
        decisions.push(decision);
    }
    if let Some((_, at)) = asks.first() {
        let requests: Vec<Request<'_>> = asks.iter().map(|(ask, _)| request(ask)).collect();
        let one_by_one: Vec<_> =
            requests.iter().map(|request| snapshot.check(request, *at)).collect();
        assert_eq!(snapshot.check_all(&requests, *at), one_by_one);
    }
    decisions
}
