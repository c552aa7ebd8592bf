//! [`Partition`]: all units and people, cut into pieces within each of which a person's access is
//! uniform. A person is compared piece by piece, and pieces that differ alike are put together
//! again as scopes with exceptions.

use std::collections::{BTreeMap, BTreeSet};

use super::row::ReachId;
use super::sides::{SHARED_PLATFORM, Side, Sides};
use crate::facts::{Person, ScopeId};
use crate::store::{GroupId, TenantId, UnitId};

/// A piece of the partition, in shared ids. Every unit is in the piece of the nearest marked unit
/// at or above it, and every group in the piece of the nearest marked group. Units and groups
/// without one are [`Piece::Elsewhere`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    /// A request whose target is every place at once.
    Everywhere,
    /// All units and groups that are not at or below a marked one. Of all scopes, only
    /// [`ScopeId::Everywhere`] covers them.
    Elsewhere,
    /// A marked unit alone.
    Unit(UnitId),
    /// The units below a marked unit, up to the next marked ones.
    Below(UnitId),
    /// A marked group with the groups below it, up to the next marked ones.
    Group(GroupId),
    /// The compared person's own record in a tenant.
    Own(TenantId),
}

/// The pieces that a person's access is compared in.
pub(super) struct Partition {
    /// Each piece with its tenant, in shared ids.
    pub(super) pieces: Vec<(Piece, TenantId)>,
}

/// The units, groups and tenants at which a partition is cut, in shared ids.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) units: BTreeSet<UnitId>,
    pub(super) groups: BTreeSet<GroupId>,
    /// The tenants in which the person's own record is a piece.
    pub(super) own: BTreeSet<TenantId>,
    /// Whether a grant is held everywhere: then all that is not marked is a piece too.
    pub(super) everywhere: bool,
}

impl Marks {
    /// Marks the unit, the group or the tenant of a scope.
    pub(super) fn add(&mut self, scope: ScopeId) {
        match scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => self.units.extend(Some(unit)),
            ScopeId::Members(group) => self.groups.extend(Some(group)),
            ScopeId::Own(tenant) => self.own.extend(Some(tenant)),
            ScopeId::Everywhere => {}
        }
    }
}

impl Partition {
    /// Cuts the trees of both sides at the marks.
    pub(super) fn of(sides: &Sides<'_>, marks: &Marks) -> Partition {
        let mut pieces = Vec::new();
        if marks.everywhere {
            pieces.extend([
                (Piece::Everywhere, SHARED_PLATFORM),
                (Piece::Elsewhere, SHARED_PLATFORM),
            ]);
        }
        for &unit in &marks.units {
            let tenant = sides.tenant_of_unit(unit);
            pieces.extend([(Piece::Unit(unit), tenant), (Piece::Below(unit), tenant)]);
        }
        pieces.extend(
            marks.groups.iter().map(|&group| (Piece::Group(group), sides.tenant_of_group(group))),
        );
        pieces.extend(marks.own.iter().map(|&tenant| (Piece::Own(tenant), tenant)));
        Partition { pieces }
    }

    /// Puts chosen pieces together as scopes with exceptions, in the trees of a side: the widest
    /// scopes possible. Also whether [`Piece::Everywhere`] is chosen.
    pub(super) fn reaches(
        &self,
        sides: &Sides<'_>,
        side: Side,
        chosen: &BTreeSet<Piece>,
    ) -> (Vec<ReachId>, bool) {
        let mut found = ReachBuilder { reaches: Vec::new(), chosen };
        let everywhere =
            chosen.contains(&Piece::Elsewhere).then(|| found.open(ScopeId::Everywhere));
        let state = sides.state(side);
        let mut units = BTreeMap::new();
        let mut groups = BTreeMap::new();
        for (piece, tenant) in &self.pieces {
            match *piece {
                Piece::Unit(unit) => {
                    if let Some(own) = sides.unit_on(side, unit) {
                        units.insert((*tenant, state.units.node(own).order()), (unit, own));
                    }
                }
                Piece::Group(group) => {
                    if let Some(own) = sides.group_on(side, group) {
                        groups.insert((*tenant, state.groups.node(own).order()), (group, own));
                    }
                }
                // Nobody has a record in a tenant that this side does not have.
                Piece::Own(tenant) if sides.tenant_on(side, tenant).is_none() => {}
                Piece::Own(tenant) => match (chosen.contains(piece), everywhere) {
                    (true, None) => {
                        found.open(ScopeId::Own(tenant));
                    }
                    (false, Some(reach)) => found.except(reach, ScopeId::Own(tenant)),
                    _ => {}
                },
                Piece::Everywhere | Piece::Elsewhere | Piece::Below(_) => {}
            }
        }
        // A walk in the order of the tree, where a unit comes before those below it. `above` holds
        // the marked units on the path to the current one, each with the reach, as an index, that
        // the units below it are part of; `None` if they are not chosen.
        let mut above: Vec<(UnitId, Option<usize>)> = Vec::new();
        for &(unit, own) in units.values() {
            while above.last().is_some_and(|(top, _)| !state.units.covers(*top, own)) {
                above.pop();
            }
            let around = above.last().map_or(everywhere, |(_, around)| *around);
            above.push((own, found.unit(unit, around)));
        }
        let mut above: Vec<(GroupId, Option<usize>)> = Vec::new();
        for &(group, own) in groups.values() {
            while above.last().is_some_and(|(top, _)| !state.groups.covers(*top, own)) {
                above.pop();
            }
            let around = above.last().map_or(everywhere, |(_, around)| *around);
            above.push((own, found.group(group, around)));
        }
        let mut reaches = found.reaches;
        reaches.iter_mut().for_each(|(_, except)| except.sort_unstable());
        reaches.sort_unstable();
        (reaches, chosen.contains(&Piece::Everywhere))
    }
}

/// Reaches under construction, which are known by their index.
struct ReachBuilder<'c> {
    reaches: Vec<ReachId>,
    chosen: &'c BTreeSet<Piece>,
}

impl ReachBuilder<'_> {
    /// Begins a reach with this scope, and returns its index.
    fn open(&mut self, scope: ScopeId) -> usize {
        self.reaches.push((scope, Vec::new()));
        self.reaches.len().saturating_sub(1)
    }

    /// Leaves a scope out of a reach.
    fn except(&mut self, reach: usize, scope: ScopeId) {
        if let Some((_, except)) = self.reaches.get_mut(reach) {
            except.push(scope);
        }
    }

    /// Adds the pieces of a marked unit whose surroundings are part of the reach `around`, if any.
    /// Returns the reach that the units below it are part of.
    fn unit(&mut self, unit: UnitId, around: Option<usize>) -> Option<usize> {
        let alone = self.chosen.contains(&Piece::Unit(unit));
        let below = self.chosen.contains(&Piece::Below(unit));
        match (around, below) {
            (Some(reach), true) => {
                if !alone {
                    self.except(reach, ScopeId::Unit(unit));
                }
                Some(reach)
            }
            (None, true) => {
                let reach = self.open(ScopeId::Subtree(unit));
                if !alone {
                    self.except(reach, ScopeId::Unit(unit));
                }
                Some(reach)
            }
            (around, false) => {
                if let Some(reach) = around {
                    self.except(reach, ScopeId::Subtree(unit));
                }
                if alone {
                    self.open(ScopeId::Unit(unit));
                }
                None
            }
        }
    }

    /// Adds the piece of a marked group, as [`unit`](Self::unit) does for a unit.
    fn group(&mut self, group: GroupId, around: Option<usize>) -> Option<usize> {
        match (around, self.chosen.contains(&Piece::Group(group))) {
            (Some(reach), true) => Some(reach),
            (None, true) => Some(self.open(ScopeId::Members(group))),
            (Some(reach), false) => {
                self.except(reach, ScopeId::Members(group));
                None
            }
            (None, false) => None,
        }
    }
}

impl Sides<'_> {
    /// The tenant of a unit, in shared ids, on whichever side has the unit.
    pub(super) fn tenant_of_unit(&self, unit: UnitId) -> TenantId {
        let found = Side::BOTH.into_iter().find_map(|side| Some((side, self.unit_on(side, unit)?)));
        found.map_or(SHARED_PLATFORM, |(side, own)| {
            self.tenant(side, self.state(side).units.node(own).owner)
        })
    }

    /// The tenant of a group, in shared ids, on whichever side has the group.
    pub(super) fn tenant_of_group(&self, group: GroupId) -> TenantId {
        let found =
            Side::BOTH.into_iter().find_map(|side| Some((side, self.group_on(side, group)?)));
        found.map_or(SHARED_PLATFORM, |(side, own)| {
            self.tenant(side, self.state(side).groups.node(own).owner)
        })
    }

    /// The tenant of a scope, in shared ids.
    pub(super) fn tenant_of(&self, scope: ScopeId) -> TenantId {
        match scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => self.tenant_of_unit(unit),
            ScopeId::Members(group) => self.tenant_of_group(group),
            ScopeId::Own(tenant) => tenant,
            ScopeId::Everywhere => SHARED_PLATFORM,
        }
    }

    /// Whether a side has the unit, the group or the tenant that a piece is named by.
    pub(super) fn is_there(&self, side: Side, piece: Piece) -> bool {
        match piece {
            Piece::Everywhere | Piece::Elsewhere => true,
            Piece::Unit(unit) | Piece::Below(unit) => self.unit_on(side, unit).is_some(),
            Piece::Group(group) => self.group_on(side, group).is_some(),
            Piece::Own(tenant) => self.tenant_on(side, tenant).is_some(),
        }
    }

    /// Whether the scope of a grant covers a piece on a side. Scopes of units cover units, scopes
    /// of groups the people of groups, own scopes the person's own record, and `Everywhere` all of
    /// it.
    pub(super) fn covers(&self, side: Side, scope: ScopeId, piece: Piece) -> bool {
        let state = self.state(side);
        match (scope, piece) {
            (ScopeId::Everywhere, Piece::Unit(_) | Piece::Below(_)) => self.is_there(side, piece),
            (ScopeId::Everywhere, _) => true,
            (ScopeId::Unit(only), Piece::Unit(unit)) => {
                only == unit && self.unit_on(side, unit).is_some()
            }
            (ScopeId::Subtree(top), Piece::Unit(unit) | Piece::Below(unit)) => {
                let both = self.unit_on(side, top).zip(self.unit_on(side, unit));
                both.is_some_and(|(top, unit)| state.units.covers(top, unit))
            }
            (ScopeId::Members(top), Piece::Group(group)) => {
                let both = self.group_on(side, top).zip(self.group_on(side, group));
                both.is_some_and(|(top, group)| state.groups.covers(top, group))
            }
            (ScopeId::Own(one), Piece::Own(other)) => one == other,
            _ => false,
        }
    }

    /// Whether the scope of a restriction covers a piece on a side. It covers what the scope of a
    /// grant would and, if it is all units of a tenant, the people of the tenant too. Every
    /// restriction bars requests for every place at once.
    pub(super) fn restricts(
        &self,
        side: Side,
        scope: ScopeId,
        (piece, tenant): (Piece, TenantId),
        person: Person<'_>,
    ) -> bool {
        let state = self.state(side);
        match (scope, piece) {
            (_, Piece::Everywhere) | (ScopeId::Everywhere, _) => true,
            (ScopeId::Unit(_) | ScopeId::Subtree(_), Piece::Group(_) | Piece::Own(_)) => {
                self.is_whole_tenant(side, scope) && self.tenant_of(scope) == tenant
            }
            (ScopeId::Members(group), Piece::Own(_)) => {
                self.tenant_of_group(group) == tenant
                    && self
                        .group_on(side, group)
                        .is_some_and(|group| state.is_in_group(person, group))
            }
            _ => self.covers(side, scope, piece),
        }
    }

    /// Whether a scope is all the units of a tenant.
    pub(super) fn is_whole_tenant(&self, side: Side, scope: ScopeId) -> bool {
        let (unit, is_alone) = match scope {
            ScopeId::Unit(unit) => (unit, true),
            ScopeId::Subtree(unit) => (unit, false),
            _ => return false,
        };
        self.unit_on(side, unit).is_some_and(|own| {
            let node = self.state(side).units.node(own);
            node.parent == UnitId::NONE && (!is_alone || node.width() == 1)
        })
    }
}
