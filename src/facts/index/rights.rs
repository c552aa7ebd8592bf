//! [`Rights`]: effective roles, each being a role as a kind may use it at a vision, and their
//! permissions as bits. A check looks up here what a grant permits.

use std::ops::Bound;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use crate::store::{EffectiveRoleId, Full, Map, PermissionId, RoleId, Table};

/// A role as a kind may use it at a vision. There is one for each such combination that a grant has
/// used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Effective {
    pub(crate) role: RoleId,
    pub(crate) kind: u16,
    pub(crate) vision: u8,
}

const NOBODY: Effective = Effective { role: RoleId::NONE, kind: u16::MAX, vision: u8::MAX };

/// The most effective roles. A grant's word and a key of the index by scope keep twenty bits for
/// the number.
const MAX_EFFECTIVE_ROLES: usize = 1 << 20;

/// How many effective roles a block has.
const BLOCK: usize = 256;

/// The rights to one permission: a bit for each effective role of a block.
pub(crate) type Column = [u64; BLOCK / 64];

/// The block of an effective role.
#[inline(always)]
pub(crate) fn block(id: EffectiveRoleId) -> usize {
    id.index() / BLOCK
}

/// Effective roles in blocks of 256. Each block has a column for each permission: most people hold
/// roles that were numbered at about one time, so that a check loads a single line for all the
/// grants it looks at.
///
/// The first row of each block belongs to no role and stays empty, for the zero word of empty
/// places.
#[derive(Clone, Debug)]
pub(crate) struct Rights {
    index: Map<Effective, EffectiveRoleId>,
    effective: Table<EffectiveRoleId, Effective>,
    blocks: Arc<[Arc<[Column]>]>,
    permissions: usize,
}

impl Rights {
    pub(crate) fn new(permissions: usize) -> Rights {
        let mut rights = Rights {
            index: Map::new(),
            effective: Table::default(),
            blocks: Arc::default(),
            permissions,
        };
        // The first row always fits.
        let _ = rights.begin_block();
        rights
    }

    /// Begins another block, with its empty row, if the last one is full.
    fn begin_block(&mut self) -> Result<(), Full> {
        if self.effective.len().is_multiple_of(BLOCK) {
            let columns = vec![Column::default(); self.permissions].into();
            self.blocks = self.blocks.iter().cloned().chain([columns]).collect();
            self.effective.push(NOBODY)?;
        }
        Ok(())
    }

    /// The column of a permission in a block: which effective roles have it. An empty column for a
    /// block or a permission that does not exist.
    #[inline(always)]
    pub(crate) fn column(&self, block: usize, permission: PermissionId) -> &Column {
        let column = self.blocks.get(block).and_then(|columns| columns.get(permission.index()));
        column.unwrap_or(&[0; BLOCK / 64])
    }

    /// Whether an effective role has the permission of its block's column: the lowest bit says so.
    /// The other bits mean nothing, so that bits of several grants are joined before one is tested.
    #[inline(always)]
    pub(crate) fn bits(column: &Column, id: EffectiveRoleId) -> u64 {
        column.get(id.index() / 64 % (BLOCK / 64)).copied().unwrap_or(0) >> (id.get() % 64)
    }

    /// Whether an effective role has a permission.
    #[inline]
    pub(crate) fn has(&self, id: EffectiveRoleId, permission: PermissionId) -> bool {
        Rights::bits(self.column(block(id), permission), id) & 1 == 1
    }

    pub(crate) fn effective(&self, id: EffectiveRoleId) -> Option<Effective> {
        self.effective.get(id).copied().filter(|effective| effective.role != RoleId::NONE)
    }

    pub(crate) fn find(&self, effective: Effective) -> Option<EffectiveRoleId> {
        self.index.get(&effective).copied()
    }

    /// Numbers a new effective role. Its row is empty until [`set`](Rights::set) writes it.
    pub(crate) fn add(&mut self, effective: Effective) -> Result<EffectiveRoleId, Full> {
        if self.effective.len() >= MAX_EFFECTIVE_ROLES {
            return Err(Full);
        }
        self.begin_block()?;
        let id = self.effective.push(effective)?;
        self.index.insert(effective, id);
        Ok(id)
    }

    /// Writes the permissions of an effective role.
    pub(crate) fn set(&mut self, id: EffectiveRoleId, permissions: &FixedBitSet) {
        let Some(columns) = Arc::make_mut(&mut self.blocks).get_mut(block(id)) else { return };
        for (permission, column) in Arc::make_mut(columns).iter_mut().enumerate() {
            if let Some(word) = column.get_mut(id.index() / 64 % (BLOCK / 64)) {
                let bit = 1 << (id.get() % 64);
                *word = if permissions.contains(permission) { *word | bit } else { *word & !bit };
            }
        }
    }

    /// Every effective role of a role.
    pub(crate) fn of_role(&self, role: RoleId) -> Vec<(Effective, EffectiveRoleId)> {
        let first = Effective { role, kind: 0, vision: 0 };
        let last = Effective { role, kind: u16::MAX, vision: u8::MAX };
        let from = self.index.range_from(Bound::Included(&first));
        from.take_while(|(effective, _)| **effective <= last)
            .map(|(effective, id)| (*effective, *id))
            .collect()
    }
    pub(crate) fn verify(&self) -> Result<(), String> {
        for (number, columns) in self.blocks.iter().enumerate() {
            let unused = columns.iter().all(|[first, ..]| first & 1 == 0);
            let nobody = EffectiveRoleId::from_index(number.saturating_mul(BLOCK))
                .is_some_and(|id| self.effective(id).is_none());
            if columns.len() != self.permissions || !unused || !nobody {
                return Err(format!("the first row of block {number} of effective roles"));
            }
        }
        if self.blocks.len() != self.effective.len().div_ceil(BLOCK) {
            return Err("there are more blocks of effective roles than they take, or fewer".into());
        }
        Ok(())
    }
}
