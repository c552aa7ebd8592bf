//! [`Ragged`]: rows of different lengths, end to end in one allocation, for what the people of a
//! leaf have few or none of: further grants, affiliations and the like.

/// Rows of `T`, one for each person of a leaf. Most rows are empty or short, so that a leaf is
/// copied in two block copies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ragged<T> {
    /// Where each row ends among the items. Rows past the last entry are empty.
    ends: Vec<u32>,
    items: Vec<T>,
}

impl<T> Default for Ragged<T> {
    fn default() -> Ragged<T> {
        Ragged { ends: Vec::new(), items: Vec::new() }
    }
}

impl<T: Clone> Ragged<T> {
    /// Where a row begins among all items.
    pub(crate) fn base(&self, row: usize) -> usize {
        let before =
            row.checked_sub(1).and_then(|before| self.ends.get(before).or(self.ends.last()));
        before.map_or(0, |&end| end as usize)
    }

    pub(crate) fn row(&self, row: usize) -> &[T] {
        let end = self.ends.get(row).map_or(0, |&end| end as usize);
        self.items.get(self.base(row)..end).unwrap_or_default()
    }

    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [T] {
        let base = self.base(row);
        let end = self.ends.get(row).map_or(0, |&end| end as usize);
        self.items.get_mut(base..end).unwrap_or_default()
    }

    /// `len` items from a known base, without looking up where the row ends.
    #[inline]
    pub(crate) fn at(&self, base: usize, len: usize) -> &[T] {
        self.items.get(base..base.saturating_add(len)).unwrap_or_default()
    }

    /// Appends an item to a row, which moves all rows that follow.
    pub(crate) fn push(&mut self, row: usize, item: T) {
        if self.ends.len() <= row {
            let last = self.ends.last().copied().unwrap_or(0);
            self.ends.resize(row.saturating_add(1), last);
        }
        let at = self.ends.get(row).map_or(0, |&end| end as usize);
        self.items.insert(at.min(self.items.len()), item);
        self.shift(row, 1);
    }

    /// Keeps the items of a row that the predicate accepts.
    pub(crate) fn retain(&mut self, row: usize, mut keep: impl FnMut(&T) -> bool) {
        let kept: Vec<T> = self.row(row).iter().filter(|item| keep(item)).cloned().collect();
        if kept.len() < self.row(row).len() {
            self.set(row, kept);
        }
    }

    /// Replaces the items of a row.
    pub(crate) fn set(&mut self, row: usize, items: Vec<T>) {
        let (base, old) = (self.base(row), self.row(row).len());
        if old == 0 && items.is_empty() {
            return;
        }
        if self.ends.len() <= row {
            let last = self.ends.last().copied().unwrap_or(0);
            self.ends.resize(row.saturating_add(1), last);
        }
        let change =
            i64::try_from(items.len()).unwrap_or(0).saturating_sub(i64::try_from(old).unwrap_or(0));
        self.items.splice(base..base.saturating_add(old), items);
        self.shift(row, change);
    }

    fn shift(&mut self, row: usize, by: i64) {
        for end in self.ends.iter_mut().skip(row) {
            *end = u32::try_from(i64::from(*end).saturating_add(by)).unwrap_or(*end);
        }
    }

    pub(crate) fn verify(&self) -> Result<(), &'static str> {
        if !self.ends.is_sorted() {
            return Err("a row ends before it begins");
        }
        if self.ends.last().map_or(0, |&end| end as usize) != self.items.len() {
            return Err("the rows do not hold every item");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rows_behave_like_a_vector_of_vectors(steps in prop::collection::vec((0usize..6, 0usize..5, 0u8..4), 0..60)) {
            let mut ragged = Ragged::default();
            let mut plain: Vec<Vec<usize>> = vec![Vec::new(); 6];
            for (n, (row, place, what)) in steps.into_iter().enumerate() {
                match what {
                    0 | 1 => { ragged.push(row, n); plain[row].push(n); }
                    2 => { let few: Vec<_> = (0..place).collect(); plain[row].clone_from(&few); ragged.set(row, few); }
                    _ => { ragged.retain(row, |x| x % 2 == 0); plain[row].retain(|x| x % 2 == 0); }
                }
                ragged.verify().unwrap();
                for (row, items) in plain.iter().enumerate() {
                    prop_assert_eq!(ragged.row(row), &items[..]);
                    prop_assert_eq!(ragged.at(ragged.base(row), items.len()), &items[..]);
                }
            }
        }
    }
}
