//! [`Intervals`]: a set of instants as sorted intervals `[from, until)`, in microseconds.

/// Sorted, disjoint intervals, none of them empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Intervals(Vec<(i64, i64)>);

impl Intervals {
    pub(in crate::admin) fn of(from: i64, until: i64) -> Intervals {
        Intervals(if from < until { vec![(from, until)] } else { Vec::new() })
    }

    pub(in crate::admin) fn union(intervals: impl IntoIterator<Item = (i64, i64)>) -> Intervals {
        let mut sorted: Vec<(i64, i64)> =
            intervals.into_iter().filter(|(from, until)| from < until).collect();
        sorted.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::with_capacity(sorted.len());
        for (from, until) in sorted {
            match joined.last_mut() {
                Some((_, end)) if from <= *end => *end = until.max(*end),
                _ => joined.push((from, until)),
            }
        }
        Intervals(joined)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        self.0.iter().copied()
    }

    pub(in crate::admin) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(in crate::admin) fn first(&self) -> Option<(i64, i64)> {
        self.0.first().copied()
    }

    pub(in crate::admin) fn contains(&self, at: i64) -> bool {
        self.0.iter().any(|&(from, until)| from <= at && at < until)
    }

    /// The instants of this set that are not in the other.
    pub(in crate::admin) fn minus(&self, others: &Intervals) -> Intervals {
        let mut left = Vec::new();
        for &(mut from, until) in &self.0 {
            for &(cut, end) in &others.0 {
                if end <= from || cut >= until {
                    continue;
                }
                if from < cut {
                    left.push((from, cut));
                }
                from = from.max(end);
            }
            if from < until {
                left.push((from, until));
            }
        }
        Intervals(left)
    }

    /// The instants of this set that lie in `[from, until)`.
    pub(in crate::admin) fn within(&self, from: i64, until: i64) -> Intervals {
        let cut = self.0.iter().map(|&(start, end)| (start.max(from), end.min(until)));
        Intervals(cut.filter(|(start, end)| start < end).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn points(intervals: &[(i64, i64)], at: i64) -> bool {
        intervals.iter().any(|&(from, until)| from <= at && at < until)
    }

    proptest! {
        #[test]
        fn union_difference_and_cut_are_those_of_the_instants(
            a in prop::collection::vec((0i64..30, 0i64..30), 0..6),
            b in prop::collection::vec((0i64..30, 0i64..30), 0..6),
            (from, until) in (0i64..30, 0i64..30),
        ) {
            let one = Intervals::union(a.iter().copied());
            let other = Intervals::union(b.iter().copied());
            let (minus, within) = (one.minus(&other), one.within(from, until));
            for at in 0..30 {
                prop_assert_eq!(one.contains(at), points(&a, at));
                prop_assert_eq!(minus.contains(at), points(&a, at) && !points(&b, at));
                prop_assert_eq!(within.contains(at), points(&a, at) && from <= at && at < until);
            }
            prop_assert!(one.iter().zip(one.iter().skip(1)).all(|(one, next)| one.1 < next.0));
        }
    }
}
