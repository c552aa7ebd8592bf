//! Sets of permissions: what patterns match, what ceilings leave, what no unit scope reaches.

use fixedbitset::FixedBitSet;

use super::policy::Policy;
use crate::model::Pattern;
use crate::store::PermissionId;

impl Policy {
    /// The permissions that no unit scope reaches when the target is a person.
    pub(crate) fn leader_only(&self) -> &FixedBitSet {
        &self.leader_only
    }

    #[inline]
    pub(crate) fn is_leader_only(&self, permission: PermissionId) -> bool {
        self.leader_only.contains(permission.index())
    }

    /// The permissions of the catalogue that at least one of the patterns matches.
    pub(crate) fn expand(&self, patterns: &[Pattern]) -> FixedBitSet {
        let mut set = FixedBitSet::with_capacity(self.permissions.len());
        let (exact, wild): (Vec<&Pattern>, Vec<&Pattern>) =
            patterns.iter().partition(|pattern| pattern.is_exact());
        set.extend(
            exact
                .iter()
                .filter_map(|pattern| self.permissions.find(pattern.as_str()))
                .map(PermissionId::index),
        );
        if !wild.is_empty() {
            for (id, name) in self.permissions() {
                let Some((function, action)) = name.split_once(':') else { continue };
                if wild.iter().any(|pattern| pattern.matches(function, action)) {
                    set.insert(id.index());
                }
            }
        }
        set
    }

    /// What every ceiling that applies to this kind at this vision leaves of some permissions.
    pub(crate) fn cut(&self, uncut: &FixedBitSet, kind: u16, vision: u8) -> FixedBitSet {
        let mut left = uncut.clone();
        for ceiling in self.ceilings.iter().filter(|ceiling| ceiling.applies(kind, vision)) {
            left.intersect_with(&ceiling.permissions);
        }
        left
    }

    /// Whether every ceiling that applies to this kind at this vision leaves this permission.
    pub(crate) fn under_ceilings(&self, permission: PermissionId, kind: u16, vision: u8) -> bool {
        let mut applicable = self.ceilings.iter().filter(|ceiling| ceiling.applies(kind, vision));
        applicable.all(|ceiling| ceiling.permissions.contains(permission.index()))
    }

    pub(crate) fn has_ceilings(&self) -> bool {
        !self.ceilings.is_empty()
    }
}
