//! Many small tenants with roles of their own.

use alcada::{Authority, Event};

use super::{QUESTIONS, Questions, assert_equal, authority, floor_pass, resolved_pass};
use crate::support::city::{Terms, World};
use crate::support::floor::Floor;
use crate::support::measure::{Board, Effort, Goal, median, percentile, race, timed};

const TENANTS: u32 = 10_000;

pub fn run(board: &mut Board, effort: Effort) {
    let world = World::saas(TENANTS);
    let authority = authority(&world, Terms::Plain);
    let snapshot = authority.snapshot();
    let questions = Questions::new(&world, QUESTIONS, 71);
    let floor = Floor::new(&world);
    assert_equal(&world, &questions, &snapshot);
    let resolved = questions.resolved(&snapshot);
    let contestants =
        vec![resolved_pass("resolved", &snapshot, &resolved), floor_pass(&floor, &questions)];
    let race = race(effort.pick(11, 5), questions.len(), contestants);
    race.notes(board, "saas");
    board.figure(
        "saas-resolved-to-floor",
        race.ratio("resolved", "floor"),
        "times",
        Goal::AtMost(1.5),
    );
    drop(snapshot);

    // Half of the new tenants whole, half of them a root and nothing else.
    let count = effort.pick(1_000, 200);
    let newer = World::saas_tree(TENANTS + 2 * count);
    let whole = (TENANTS..TENANTS + count).map(|tenant| newer.tenant_events(tenant));
    let bare = (TENANTS + count..TENANTS + 2 * count)
        .map(|tenant| newer.tenant_events(tenant)[..1].to_vec());
    let (whole, bare) = (added(&authority, whole), added(&authority, bare));
    board.note("saas-add-root-alone", median(&bare), "us");
    board.note("saas-add-tenant-p99", percentile(&whole, 99.0), "us");
    board.figure("saas-add-tenant", median(&whole), "us", Goal::AtMost(50.0));
}

/// The microseconds each took.
fn added(authority: &Authority, tenants: impl Iterator<Item = Vec<Event>>) -> Vec<f64> {
    let tenants: Vec<Vec<Event>> = tenants.collect();
    tenants
        .into_iter()
        .map(|events| {
            // Someone reads the last revision, as someone always does.
            let reader = authority.snapshot();
            let (seconds, result) = timed(|| authority.apply_all(&events));
            result.expect("the tenant fits");
            drop(reader);
            seconds * 1e6
        })
        .collect()
}
