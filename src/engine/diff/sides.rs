//! [`Sides`]: two snapshots, and the *shared ids* by which a diff names units, groups, tenants,
//! permissions and channels of either.
//!
//! Two snapshots of one lineage give the same ids to the same things. Otherwise things are matched
//! by name: a shared id is the id in the earlier snapshot, or, for what only the later snapshot
//! has, the id there, marked.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use fixedbitset::FixedBitSet;

use crate::facts::{PLATFORM, ScopeId, State};
use crate::model::{Name, Scope};
use crate::store::{
    ChannelId, EffectiveRoleId, GroupId, Id, PermissionId, PersonId, TenantId, UnitId,
};

/// One of the two snapshots of a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    After,
}

impl Side {
    pub(super) const BOTH: [Side; 2] = [Side::Before, Side::After];
}

/// The ids of one person in the earlier and in the later snapshot; `None` on a side that does not
/// know the person.
pub(super) type Pair = (Option<PersonId>, Option<PersonId>);

/// The bit of a shared id that marks what only the later snapshot has. Ids stay below it.
const ONLY_AFTER: u32 = 1 << 31;
/// The shared id of the platform. Tenants are known by their root units, and the platform has none.
pub(super) const SHARED_PLATFORM: TenantId = TenantId::NONE;

/// The shared id of something that only the later snapshot has, under the id `own`.
fn only_after<K: Id>(own: K) -> K {
    K::from_raw(own.get() | ONLY_AFTER)
}

/// The id in the later snapshot, if the shared id is of something that only that snapshot has.
fn own_if_only_after<K: Id>(shared: K) -> Option<K> {
    (shared.get() & ONLY_AFTER != 0).then(|| K::from_raw(shared.get() & !ONLY_AFTER))
}

/// The shared id of a tenant's root unit. The shared id of the tenant is the same number.
pub(super) fn root_of(shared: TenantId) -> UnitId {
    UnitId::from_raw(shared.get())
}

/// The two snapshots of a diff, and the translation of each one's ids into shared ids and back.
pub(super) struct Sides<'s> {
    pub(super) before: &'s State,
    pub(super) after: &'s State,
    /// Whether the snapshots are of one lineage, so that an id means the same in both.
    pub(super) same_lineage: bool,
    /// The shared number of each permission of the later snapshot: its index in the earlier policy,
    /// or a number past those for a permission that only the later policy knows. `None` if both
    /// snapshots have one policy.
    permissions: Option<Vec<usize>>,
    /// The permissions that only the later policy knows, in the order of their shared numbers.
    more_permissions: Vec<Name>,
    /// The shared number of each channel of the later snapshot, as for permissions.
    channels: Vec<usize>,
    /// The channels that only the later policy knows, in the order of their shared numbers.
    more_channels: Vec<Name>,
    /// The permissions of effective roles that were asked for, on each side: they are asked for
    /// once for each grant.
    effective: RefCell<[HashMap<EffectiveRoleId, Rc<FixedBitSet>>; 2]>,
}

impl<'s> Sides<'s> {
    /// Pairs two snapshots.
    pub(super) fn of(before: &'s State, after: &'s State) -> Sides<'s> {
        let same_lineage = before.lineage == after.lineage;
        let mut sides = Sides {
            before,
            after,
            same_lineage,
            permissions: None,
            more_permissions: Vec::new(),
            channels: Vec::new(),
            more_channels: Vec::new(),
            effective: RefCell::default(),
        };
        let (old, new) = (&before.policy, &after.policy);
        if !std::sync::Arc::ptr_eq(old, new) {
            let count = old.permission_count();
            let shared = new.permissions().map(|(_, name)| {
                old.permission_names().find(&name).map_or_else(
                    || {
                        sides.more_permissions.push(name);
                        count.saturating_add(sides.more_permissions.len()).saturating_sub(1)
                    },
                    PermissionId::index,
                )
            });
            sides.permissions = Some(shared.collect());
        }
        for name in new.channels() {
            let known = old.channels().iter().position(|channel| channel == name);
            sides.channels.push(known.unwrap_or_else(|| {
                sides.more_channels.push(name.clone());
                old.channels().len().saturating_add(sides.more_channels.len()).saturating_sub(1)
            }));
        }
        sides
    }

    /// The snapshot of a side.
    pub(super) fn state(&self, side: Side) -> &'s State {
        match side {
            Side::Before => self.before,
            Side::After => self.after,
        }
    }

    /// Permissions of a side, translated into shared numbers.
    pub(super) fn permissions(&self, side: Side, own: &FixedBitSet) -> FixedBitSet {
        match (side, &self.permissions) {
            (Side::After, Some(shared)) => {
                own.ones().filter_map(|id| shared.get(id).copied()).collect()
            }
            _ => own.clone(),
        }
    }

    /// The name of a permission with a shared number.
    pub(super) fn permission_name(&self, shared: usize) -> Name {
        let more = shared.checked_sub(self.before.policy.permission_count());
        match more.and_then(|more| self.more_permissions.get(more)) {
            Some(name) => name.clone(),
            None => {
                let id = PermissionId::from_index(shared).unwrap_or(PermissionId::NONE);
                self.before.policy.permission_names().name(id)
            }
        }
    }

    /// The shared number of a channel of a side.
    pub(super) fn channel(&self, side: Side, own: ChannelId) -> usize {
        match side {
            Side::Before => own.index(),
            Side::After => self.channels.get(own.index()).copied().unwrap_or(usize::MAX),
        }
    }

    /// The name of a channel with a shared number.
    pub(super) fn channel_name(&self, shared: usize) -> Option<&Name> {
        let old = self.before.policy.channels();
        old.get(shared).or_else(|| self.more_channels.get(shared.checked_sub(old.len())?))
    }

    /// The permissions of an effective role after ceilings, before restrictions, in shared numbers.
    pub(super) fn effective(&self, side: Side, id: EffectiveRoleId) -> Rc<FixedBitSet> {
        let mut known = self.effective.borrow_mut();
        let [before, after] = &mut *known;
        let known = match side {
            Side::Before => before,
            Side::After => after,
        };
        Rc::clone(known.entry(id).or_insert_with(|| {
            let state = self.state(side);
            let effective = state.rights.effective(id);
            let uncut =
                effective.and_then(|effective| Some((effective, state.role(effective.role)?)));
            Rc::new(uncut.map_or_else(FixedBitSet::new, |(effective, rules)| {
                self.permissions(
                    side,
                    &state.policy.cut(&rules.uncut, effective.kind, effective.vision),
                )
            }))
        }))
    }

    /// The shared id of a unit of a side.
    pub(super) fn unit(&self, side: Side, own: UnitId) -> UnitId {
        if self.same_lineage || side == Side::Before {
            return own;
        }
        self.before
            .unit_names
            .find(&self.after.unit_names.name(own))
            .unwrap_or_else(|| only_after(own))
    }

    /// The id on a side of the unit with a shared id; `None` if the side does not have the unit.
    pub(super) fn unit_on(&self, side: Side, shared: UnitId) -> Option<UnitId> {
        let own = match (side, own_if_only_after(shared)) {
            _ if self.same_lineage => shared,
            (Side::Before, None) => shared,
            (Side::Before, Some(_)) => return None,
            (Side::After, Some(own)) => own,
            (Side::After, None) => {
                self.after.unit_names.find(&self.before.unit_names.name(shared))?
            }
        };
        Some(own).filter(|&own| self.state(side).units.node(own).owner != TenantId::NONE)
    }

    /// The shared id of a group of a side. A group that was deleted and created again counts as one
    /// group, although it has a new id: that id is looked up by name.
    pub(super) fn group(&self, side: Side, own: GroupId) -> GroupId {
        if side == Side::Before
            || (self.same_lineage && self.before.groups.node(own).owner != TenantId::NONE)
        {
            return own;
        }
        self.namesake(Side::After, own, Side::Before).unwrap_or_else(|| only_after(own))
    }

    /// The id on a side of the group with a shared id; `None` if the side does not have the group.
    pub(super) fn group_on(&self, side: Side, shared: GroupId) -> Option<GroupId> {
        let is_there =
            |side: Side, own: GroupId| self.state(side).groups.node(own).owner != TenantId::NONE;
        match (side, own_if_only_after(shared)) {
            (Side::Before, None) => Some(shared).filter(|&own| is_there(side, own)),
            (Side::Before, Some(_)) => None,
            (Side::After, Some(own)) => Some(own).filter(|&own| is_there(side, own)),
            (Side::After, None) if self.same_lineage && is_there(side, shared) => Some(shared),
            (Side::After, None) => self.namesake(Side::Before, shared, side),
        }
    }

    /// The group of the side `to` with the name and the tenant of a group of the side `from`.
    fn namesake(&self, from: Side, own: GroupId, to: Side) -> Option<GroupId> {
        let (from, to) = (self.state(from), self.state(to));
        let tenant = to.tenant(&from.tenant_name(from.groups.node(own).owner)?)?;
        to.tenants.get(tenant)?.groups.get(&from.group_name(own)).copied()
    }

    /// The shared id of a tenant of a side: that of its root unit.
    pub(super) fn tenant(&self, side: Side, own: TenantId) -> TenantId {
        let tenant = self.state(side).tenants.get(own);
        tenant.filter(|_| own != PLATFORM).map_or(SHARED_PLATFORM, |tenant| {
            TenantId::from_raw(self.unit(side, tenant.root).get())
        })
    }

    /// The id on a side of the tenant with a shared id; `None` if the side does not have the
    /// tenant.
    pub(super) fn tenant_on(&self, side: Side, shared: TenantId) -> Option<TenantId> {
        if shared == SHARED_PLATFORM {
            return Some(PLATFORM);
        }
        Some(self.state(side).units.node(self.unit_on(side, root_of(shared))?).owner)
    }

    /// A scope of a side, translated into shared ids.
    pub(super) fn scope(&self, side: Side, own: ScopeId) -> ScopeId {
        match own {
            ScopeId::Unit(unit) => ScopeId::Unit(self.unit(side, unit)),
            ScopeId::Subtree(unit) => ScopeId::Subtree(self.unit(side, unit)),
            ScopeId::Members(group) => ScopeId::Members(self.group(side, group)),
            ScopeId::Own(tenant) => ScopeId::Own(self.tenant(side, tenant)),
            ScopeId::Everywhere => ScopeId::Everywhere,
        }
    }

    /// A scope in shared ids, with the names that a side gives to its parts.
    pub(super) fn scope_name(&self, side: Side, shared: ScopeId) -> Scope {
        let own = match shared {
            ScopeId::Unit(unit) => ScopeId::Unit(self.unit_on(side, unit).unwrap_or(UnitId::NONE)),
            ScopeId::Subtree(unit) => {
                ScopeId::Subtree(self.unit_on(side, unit).unwrap_or(UnitId::NONE))
            }
            ScopeId::Members(group) => {
                ScopeId::Members(self.group_on(side, group).unwrap_or(GroupId::NONE))
            }
            ScopeId::Own(tenant) => ScopeId::Own(self.tenant_on(side, tenant).unwrap_or(PLATFORM)),
            ScopeId::Everywhere => ScopeId::Everywhere,
        };
        self.state(side).scope_name(own)
    }
}
