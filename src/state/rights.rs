//! [`Rights`]: effective roles, each a role as a kind may use it at a vision, and
//! their permissions as rows of bits: what a check looks a grant up in.

use std::sync::Arc;

use fixedbitset::FixedBitSet;
use imbl::OrdMap;

use super::people::Word;
use crate::store::{CHUNK, Full, Table, Tree};

/// A role × kind × vision that some grant uses or has used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Effective {
    pub(crate) role: u32,
    pub(crate) kind: u16,
    pub(crate) vision: u8,
}

/// Row 0 belongs to no role and stays empty.
#[derive(Clone, Debug)]
pub(crate) struct Rights {
    index: OrdMap<Effective, u32>,
    effective: Table<Effective>,
    /// Rows of `stride` words, 256 to a leaf.
    rows: Tree<Arc<[u64]>>,
    stride: usize,
}

impl Rights {
    pub(crate) fn new(permissions: usize) -> Rights {
        let nobody = Effective { role: u32::MAX, kind: u16::MAX, vision: u8::MAX };
        let stride = permissions.div_ceil(64).max(1);
        let mut rights = Rights { index: OrdMap::new(), effective: Table::default(), rows: Tree::default(), stride };
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

    /// Whether an effective role has a permission, given as its word and its bit.
    #[inline]
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

    pub(crate) fn len(&self) -> usize {
        self.effective.len()
    }
}
