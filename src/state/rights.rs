//! [`Rights`]: effective roles, each a role as a kind may use it at a vision, and
//! their permissions as rows of bits: what a check looks a grant up in.

use std::sync::Arc;

use fixedbitset::FixedBitSet;
use imbl::OrdMap;

use super::people::Word;
use crate::store::{CHUNK, Full, Table, Tree};

/// A role × kind × vision that some grant uses or has used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Effective {
    pub(crate) role: u32,
    pub(crate) kind: u16,
    pub(crate) vision: u8,
}

/// How many effective roles stand in a column.
pub(crate) const COLUMN: usize = 256;

/// For one permission, a bit for each of the first 256 effective roles.
pub(crate) type Column = [u64; COLUMN / 64];

/// Row 0 belongs to no role and stays empty.
///
/// Most policies have few effective roles: the first of them also stand in
/// columns, one for each permission, so that a check fetches a single line for all
/// the grants it looks at.
#[derive(Clone, Debug)]
pub(crate) struct Rights {
    index: OrdMap<Effective, u32>,
    effective: Table<Effective>,
    /// Rows of `stride` words, 256 to a leaf.
    rows: Tree<Arc<[u64]>>,
    stride: usize,
    columns: Arc<[Column]>,
}

impl Rights {
    pub(crate) fn new(permissions: usize) -> Rights {
        let nobody = Effective { role: u32::MAX, kind: u16::MAX, vision: u8::MAX };
        let stride = permissions.div_ceil(64).max(1);
        let columns = vec![Column::default(); permissions].into();
        let mut rights =
            Rights { index: OrdMap::new(), effective: Table::default(), rows: Tree::default(), stride, columns };
        // The first row always fits.
        let _ = rights.push(nobody);
        rights
    }

    fn push(&mut self, effective: Effective) -> Result<(), Full> {
        if self.effective.len().is_multiple_of(CHUNK) {
            self.rows.push(vec![0u64; self.stride.saturating_mul(CHUNK)].into())?;
        }
        self.effective.push(effective)
    }

    /// The effective roles that have a permission.
    #[inline]
    pub(crate) fn column(&self, permission: u32) -> &Column {
        self.columns.get(permission as usize).unwrap_or(&[0; COLUMN / 64])
    }

    /// Whether one of the first 256 effective roles has the permission of a column; a
    /// bit of a later role is of no meaning.
    #[inline(always)]
    pub(crate) fn bit(column: &Column, id: u32) -> u32 {
        let word = column.get(id as usize / 64 % (COLUMN / 64)).copied().unwrap_or(0);
        (word >> (id % 64)) as u32 & 1
    }

    /// Whether an effective role has a permission whose column is at hand.
    #[inline(always)]
    pub(crate) fn has_in(&self, column: &Column, id: u32, permission: u32) -> bool {
        match column.get(id as usize / 64) {
            Some(word) => word >> (id % 64) & 1 == 1,
            None => self.has(id, permission),
        }
    }

    /// Whether an effective role has a permission. Out of line, to keep the registers
    /// of a check that finds its roles in the column.
    #[inline(never)]
    pub(crate) fn has(&self, id: u32, permission: u32) -> bool {
        let Some(leaf) = self.rows.get(id as usize / CHUNK) else { return false };
        let at = (id as usize % CHUNK).wrapping_mul(self.stride).wrapping_add(permission as usize / 64);
        leaf.get(at).is_some_and(|word| word >> (permission % 64) & 1 == 1)
    }

    pub(crate) fn effective(&self, id: u32) -> Option<Effective> {
        self.effective.get(id).copied().filter(|effective| effective.role != u32::MAX)
    }

    pub(crate) fn find(&self, effective: Effective) -> Option<u32> {
        self.index.get(&effective).copied()
    }

    /// Numbers a new effective role; its row is empty until it is [`set`](Rights::set).
    pub(crate) fn add(&mut self, effective: Effective) -> Result<u32, Full> {
        let id = u32::try_from(self.effective.len()).map_err(|_| Full)?;
        if self.effective.len() >= Word::ROLES {
            return Err(Full);
        }
        self.push(effective)?;
        self.index.insert(effective, id);
        Ok(id)
    }

    /// Writes the permissions of an effective role.
    pub(crate) fn set(&mut self, id: u32, permissions: &FixedBitSet) {
        let start = (id as usize % CHUNK).saturating_mul(self.stride);
        let mut words = vec![0u64; self.stride];
        for bit in permissions.ones() {
            if let Some(word) = words.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
        }
        if (id as usize) < COLUMN {
            for (permission, column) in Arc::make_mut(&mut self.columns).iter_mut().enumerate() {
                if let Some(word) = column.get_mut(id as usize / 64) {
                    let bit = 1 << (id % 64);
                    *word = if permissions.contains(permission) { *word | bit } else { *word & !bit };
                }
            }
        }
        if let Some(leaf) = self.rows.get_mut(id as usize / CHUNK) {
            let leaf = Arc::make_mut(leaf);
            leaf.iter_mut().skip(start).zip(words).for_each(|(to, word)| *to = word);
        }
    }

    /// Every effective role of a role.
    pub(crate) fn of_role(&self, role: u32) -> Vec<(Effective, u32)> {
        let first = Effective { role, kind: 0, vision: 0 };
        let last = Effective { role, kind: u16::MAX, vision: u8::MAX };
        self.index.range(first..=last).map(|(effective, id)| (*effective, *id)).collect()
    }
}
