//! Order at the price of one sort: the standard library's sorts are compiled anew for every type
//! and every comparison, some 1,500 lines of machine-independent code each. Where lists are short
//! or seldom sorted, these do.

use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Lists that are sorted by way of the places of their elements. Equal elements keep their order.
pub(crate) trait Order<T> {
    fn order_by(&mut self, compare: impl Fn(&T, &T) -> Ordering);

    fn order(&mut self)
    where
        T: Ord,
    {
        self.order_by(T::cmp);
    }

    fn order_by_key<K: Ord>(&mut self, key: impl Fn(&T) -> K) {
        self.order_by(|one, other| key(one).cmp(&key(other)));
    }
}

impl<T> Order<T> for [T] {
    fn order_by(&mut self, compare: impl Fn(&T, &T) -> Ordering) {
        let mut places = places(self.len(), &|one, other| match (self.get(one), self.get(other)) {
            (Some(one), Some(other)) => compare(one, other),
            _ => Ordering::Equal,
        });
        // Along each circle of places, every element moves to the one before it.
        for start in 0..self.len() {
            let mut at = start;
            while let Some(place) = places.get_mut(at) {
                let from = std::mem::replace(place, at);
                if from == start {
                    break;
                }
                self.swap(at, from);
                at = from;
            }
        }
    }
}

/// For each place of a sorted list, that where its element stands now.
#[inline(never)]
fn places(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..len).collect();
    places.sort_by(|&one, &other| compare(one, other));
    places
}

/// Sets that are made element by element; collecting would sort a list of them first.
pub(crate) trait IntoSet: Iterator + Sized {
    fn into_set(self) -> BTreeSet<Self::Item>
    where
        Self::Item: Ord,
    {
        let mut set = BTreeSet::new();
        self.for_each(|element| {
            set.insert(element);
        });
        set
    }
}

impl<I: Iterator> IntoSet for I {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_order_is_that_of_a_stable_sort(list in proptest::collection::vec((0u8..9, any::<u8>()), 0..60)) {
            let mut sorted = list.clone();
            sorted.sort_by_key(|(key, _)| *key);
            let mut ordered = list.clone();
            ordered.order_by_key(|(key, _)| *key);
            prop_assert_eq!(&ordered, &sorted);
            sorted.sort();
            ordered.order();
            prop_assert_eq!(&ordered, &sorted);
            prop_assert_eq!(list.iter().into_set(), list.iter().collect::<BTreeSet<_>>());
        }
    }
}
