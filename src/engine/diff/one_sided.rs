//! [`OneSided`]: the permissions that a person has on one side alone, gathered into few rows.

use std::collections::{BTreeMap, BTreeSet};

use fixedbitset::FixedBitSet;

use super::partition::Piece;
use crate::facts::{EVER, NEVER};

/// The permissions that a person has on one side alone: for each piece, the runs of stretches
/// through which these permissions do not change, as the index of the first and of the last
/// stretch.
#[derive(Default)]
pub(super) struct OneSided(BTreeMap<Piece, Vec<(usize, usize, FixedBitSet)>>);

impl OneSided {
    /// Adds the permissions of a piece in a stretch that are `here`, on this side, and not `there`,
    /// on the other. Stretches must be added in order.
    pub(super) fn add(
        &mut self,
        stretch: usize,
        piece: Piece,
        here: &FixedBitSet,
        there: &FixedBitSet,
    ) {
        if here.is_subset(there) {
            return;
        }
        let mut alone = here.clone();
        alone.difference_with(there);
        let runs = self.0.entry(piece).or_default();
        match runs.last_mut() {
            Some((_, last, same)) if last.saturating_add(1) == stretch && *same == alone => {
                *last = stretch
            }
            _ => runs.push((stretch, stretch, alone)),
        }
    }

    /// The permissions as rows: a set of permissions, a span of time, and the pieces in which the
    /// whole set is had for the whole span. Few rows: permissions that always occur together
    /// share their rows, and adjacent stretches are joined.
    pub(super) fn rows(
        self,
        stretches: &[(i64, i64)],
    ) -> Vec<(FixedBitSet, (i64, i64), BTreeSet<Piece>)> {
        // Partitions the permissions into classes, so that each run of each piece has all
        // permissions of a class or none.
        let mut classes: Vec<FixedBitSet> = Vec::new();
        let sets: BTreeSet<&FixedBitSet> =
            self.0.values().flatten().map(|(_, _, permissions)| permissions).collect();
        for permissions in sets {
            let mut rest = permissions.clone();
            let mut split = Vec::new();
            for class in &mut classes {
                if !class.is_disjoint(permissions) && !class.is_subset(permissions) {
                    let mut out = class.clone();
                    out.difference_with(permissions);
                    class.intersect_with(permissions);
                    split.push(out);
                }
                rest.difference_with(class);
            }
            classes.extend(split);
            if !rest.is_clear() {
                classes.push(rest);
            }
        }
        let mut rows = Vec::new();
        for class in classes {
            // Collected anew, so that equal sets have equal lengths and make equal rows.
            let class: FixedBitSet = class.ones().collect();
            // One permission stands for its class.
            let Some(one) = class.ones().next() else { continue };
            let mut spans: BTreeMap<Piece, Vec<(usize, usize)>> = BTreeMap::new();
            for (piece, runs) in &self.0 {
                for &(first, last, _) in
                    runs.iter().filter(|(_, _, permissions)| permissions.contains(one))
                {
                    let spans = spans.entry(*piece).or_default();
                    // Adjacent runs, which differ in other permissions alone, are one span.
                    match spans.last_mut() {
                        Some((_, end)) if end.saturating_add(1) == first => *end = last,
                        _ => spans.push((first, last)),
                    }
                }
            }
            let mut pieces: BTreeMap<(i64, i64), BTreeSet<Piece>> = BTreeMap::new();
            for (piece, spans) in spans {
                for (first, last) in spans {
                    let from = stretches.get(first).map_or(EVER, |stretch| stretch.0);
                    let until = stretches.get(last).map_or(NEVER, |stretch| stretch.1);
                    pieces.entry((from, until)).or_default().insert(piece);
                }
            }
            rows.extend(pieces.into_iter().map(|(span, pieces)| (class.clone(), span, pieces)));
        }
        rows
    }
}
