//! Diffs: equal to the difference of the complete truth tables.

mod cases;
mod people;
mod policy;
mod tables;
mod what_if;

use alcada::{Event, Snapshot};
use proptest::prelude::*;

use crate::arbitrary::bytes;
use crate::engine::{fold, json};
use crate::oracle::{World, apply};
use crate::properties::worlds;
use crate::worlds::{instant, world_from_bytes};
use tables::wrong;

/// A pair of snapshots and their worlds, so many changes apart.
struct Apart {
    worlds: [World; 2],
    snapshots: [Snapshot; 2],
    log: Vec<Event>,
    between: Vec<Event>,
}

fn apart(bytes: &[u8], changes: usize) -> Apart {
    let mut made = world_from_bytes(bytes);
    let before = made.world.clone();
    let snapshot = fold(&before, &made.log);
    let mut after = snapshot.clone();
    let mut between = Vec::new();
    for n in 0..changes {
        let event = made.change(n);
        if apply(&mut made.world, &event).is_ok() {
            after.apply(&event).unwrap();
            between.push(event);
        }
    }
    Apart { worlds: [before, made.world], snapshots: [snapshot, after], log: made.log, between }
}

/// Where it goes wrong, in as few changes as still show it.
fn fail(apart: &Apart, at: alcada::Instant, what: &str) -> TestCaseError {
    let mut kept = apart.between.clone();
    let mut n = 0;
    let mut message = what.to_owned();
    while n < kept.len() {
        let mut fewer = kept.clone();
        fewer.remove(n);
        let (mut world, mut after) = (apart.worlds[0].clone(), apart.snapshots[0].clone());
        fewer.retain(|event| apply(&mut world, event).is_ok() && after.apply(event).is_ok());
        match wrong(&apart.snapshots[0].diff(&after, at), &apart.worlds[0], &world) {
            Some(found) => (kept, message) = (fewer, found),
            None => n += 1,
        }
    }
    let lines = |events: &[Event]| events.iter().map(json).collect::<Vec<_>>().join("\n");
    TestCaseError::fail(format!("{message}\n{}\n---\n{}", lines(&apart.log), lines(&kept)))
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 40, ..worlds(24) })]

    #[test]
    fn r38_a_diff_is_the_difference_of_the_truth_tables(bytes in bytes(), changes in 1usize..24, n in 0usize..10) {
        let apart = apart(&bytes, changes);
        let [before, after] = &apart.snapshots;
        let at = instant(n);
        let diff = before.diff(after, at);
        if let Some(what) = wrong(&diff, &apart.worlds[0], &apart.worlds[1]) {
            return Err(fail(&apart, at, &what));
        }
        // The other way round it is the mirror.
        let mirrored = after.diff(before, at);
        prop_assert_eq!(&mirrored.gained, &diff.lost);
        prop_assert_eq!(&mirrored.lost, &diff.gained);
        let names = |row: &alcada::diff::HoursDifference| row.people.iter().collect::<std::collections::BTreeSet<_>>();
        let swapped = |row: &alcada::diff::HoursDifference| (row.after.clone(), row.before.clone(), names(row));
        let told = |row: &alcada::diff::HoursDifference| (row.before.clone(), row.after.clone(), names(row));
        let mut hours: Vec<_> = mirrored.hours.iter().map(swapped).collect();
        hours.sort_by_key(|row| row.2.clone());
        let mut same: Vec<_> = diff.hours.iter().map(told).collect();
        same.sort_by_key(|row| row.2.clone());
        prop_assert_eq!(hours, same);
        // From nothing to nothing there is none.
        prop_assert!(after.diff(after, at).is_empty() && before.diff(&before.clone(), at).is_empty());
        // Made anew from its document a snapshot is of another line, and the same by name.
        let mut again = Snapshot::new(alcada::Policy::from_document(after.policy().document().clone()).unwrap());
        again.import(&after.facts()).unwrap();
        prop_assert!(after.diff(&again, at).is_empty(), "{}", after.diff(&again, at));
        let told = before.diff(&again, at);
        prop_assert_eq!(told.gained, diff.gained);
        prop_assert_eq!(told.lost, diff.lost);
    }
}
