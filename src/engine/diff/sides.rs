//! [`Sides`]: two snapshots, spoken of in ids that both share. Of one line they share
//! theirs; otherwise what has the same name is the same.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use fixedbitset::FixedBitSet;

use crate::facts::{PLATFORM, ScopeId, State};
use crate::model::{Name, Scope};
use crate::store::{ChannelId, EffectiveRoleId, GroupId, Id, PermissionId, TenantId, UnitId};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    After,
}

impl Side {
    pub(super) const BOTH: [Side; 2] = [Side::Before, Side::After];
}

/// Marks a shared id of what only the later snapshot has, where ids are not shared.
const LATER: u32 = 1 << 31;
/// The platform, which has no root unit, as a shared id.
pub(super) const NOWHERE: TenantId = TenantId::NONE;

/// A shared id of what only the later snapshot has.
fn later<K: Id>(own: K) -> K {
    K::from_raw(own.get() | LATER)
}

/// What [`later`] marked, if it did.
fn marked<K: Id>(shared: K) -> Option<K> {
    (shared.get() & LATER != 0).then(|| K::from_raw(shared.get() & !LATER))
}

/// The root unit of a tenant in shared ids, by which tenants are known there.
pub(super) fn root_of(shared: TenantId) -> UnitId {
    UnitId::from_raw(shared.get())
}

/// Two snapshots. A shared id of a unit or a group is the earlier snapshot's where it
/// has one; that of a tenant is its root unit's.
pub(super) struct Sides<'s> {
    pub(super) before: &'s State,
    pub(super) after: &'s State,
    /// Whether numbers mean the same in both.
    pub(super) one_line: bool,
    /// What the later one's permissions are in the earlier one's numbers and beyond; none: the same.
    permissions: Option<Vec<usize>>,
    /// The permissions that only the later one knows.
    more_permissions: Vec<Name>,
    channels: Vec<usize>,
    more_channels: Vec<Name>,
    effective: RefCell<[HashMap<EffectiveRoleId, Rc<FixedBitSet>>; 2]>,
}

impl<'s> Sides<'s> {
    pub(super) fn of(before: &'s State, after: &'s State) -> Sides<'s> {
        let one_line = before.lineage == after.lineage;
        let mut sides = Sides {
            before,
            after,
            one_line,
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

    pub(super) fn state(&self, side: Side) -> &'s State {
        match side {
            Side::Before => self.before,
            Side::After => self.after,
        }
    }

    /// Permissions in shared numbers.
    pub(super) fn permissions(&self, side: Side, own: &FixedBitSet) -> FixedBitSet {
        match (side, &self.permissions) {
            (Side::After, Some(shared)) => {
                own.ones().filter_map(|id| shared.get(id).copied()).collect()
            }
            _ => own.clone(),
        }
    }

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

    pub(super) fn channel(&self, side: Side, own: ChannelId) -> usize {
        match side {
            Side::Before => own.index(),
            Side::After => self.channels.get(own.index()).copied().unwrap_or(usize::MAX),
        }
    }

    pub(super) fn channel_name(&self, shared: usize) -> Option<&Name> {
        let old = self.before.policy.channels();
        old.get(shared).or_else(|| self.more_channels.get(shared.checked_sub(old.len())?))
    }

    /// What an effective role permits, restrictions apart.
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

    pub(super) fn unit(&self, side: Side, own: UnitId) -> UnitId {
        if self.one_line || side == Side::Before {
            return own;
        }
        self.before.unit_names.find(&self.after.unit_names.name(own)).unwrap_or_else(|| later(own))
    }

    /// The id that a unit has on a side, if it is there.
    pub(super) fn unit_on(&self, side: Side, shared: UnitId) -> Option<UnitId> {
        let own = match (side, marked(shared)) {
            _ if self.one_line => shared,
            (Side::Before, None) => shared,
            (Side::Before, Some(_)) => return None,
            (Side::After, Some(own)) => own,
            (Side::After, None) => {
                self.after.unit_names.find(&self.before.unit_names.name(shared))?
            }
        };
        Some(own).filter(|&own| self.state(side).units.node(own).owner != TenantId::NONE)
    }

    /// A group that was deleted and made anew is the same one: it is asked for by its name.
    pub(super) fn group(&self, side: Side, own: GroupId) -> GroupId {
        if side == Side::Before
            || (self.one_line && self.before.groups.node(own).owner != TenantId::NONE)
        {
            return own;
        }
        self.namesake(Side::After, own, Side::Before).unwrap_or_else(|| later(own))
    }

    /// The id that a group has on a side, if it is there.
    pub(super) fn group_on(&self, side: Side, shared: GroupId) -> Option<GroupId> {
        let is_there =
            |side: Side, own: GroupId| self.state(side).groups.node(own).owner != TenantId::NONE;
        match (side, marked(shared)) {
            (Side::Before, None) => Some(shared).filter(|&own| is_there(side, own)),
            (Side::Before, Some(_)) => None,
            (Side::After, Some(own)) => Some(own).filter(|&own| is_there(side, own)),
            (Side::After, None) if self.one_line && is_there(side, shared) => Some(shared),
            (Side::After, None) => self.namesake(Side::Before, shared, side),
        }
    }

    fn namesake(&self, from: Side, own: GroupId, to: Side) -> Option<GroupId> {
        let (from, to) = (self.state(from), self.state(to));
        let tenant = to.tenant(&from.tenant_name(from.groups.node(own).owner)?)?;
        to.tenants.get(tenant)?.groups.get(&from.group_name(own)).copied()
    }

    /// A tenant, by its root unit.
    pub(super) fn tenant(&self, side: Side, own: TenantId) -> TenantId {
        let tenant = self.state(side).tenants.get(own);
        tenant
            .filter(|_| own != PLATFORM)
            .map_or(NOWHERE, |tenant| TenantId::from_raw(self.unit(side, tenant.root).get()))
    }

    pub(super) fn tenant_on(&self, side: Side, shared: TenantId) -> Option<TenantId> {
        if shared == NOWHERE {
            return Some(PLATFORM);
        }
        Some(self.state(side).units.node(self.unit_on(side, root_of(shared))?).owner)
    }

    pub(super) fn scope(&self, side: Side, own: ScopeId) -> ScopeId {
        match own {
            ScopeId::Unit(unit) => ScopeId::Unit(self.unit(side, unit)),
            ScopeId::Subtree(unit) => ScopeId::Subtree(self.unit(side, unit)),
            ScopeId::Members(group) => ScopeId::Members(self.group(side, group)),
            ScopeId::Own(tenant) => ScopeId::Own(self.tenant(side, tenant)),
            ScopeId::Everywhere => ScopeId::Everywhere,
        }
    }

    /// The name of a scope in shared ids, as a side has it.
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
