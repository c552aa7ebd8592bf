//! [`Cells`]: what there is, cut into pieces within which nothing that a person holds
//! makes a difference; and pieces put together again, as scopes without scopes.

use std::collections::{BTreeMap, BTreeSet};

use super::sides::{NOWHERE, Side, Sides};
use crate::facts::{Person, ScopeId};
use crate::store::{GroupId, TenantId, UnitId};

/// A piece, in shared ids. Every unit is in the piece of the nearest marked unit at or
/// above it, every group in that of the nearest marked group; what is under none is elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    /// What asks for every place at once.
    Everywhere,
    /// All that is under nothing marked: only a scope of everything takes it in.
    Elsewhere,
    /// A marked unit alone.
    Unit(UnitId),
    /// What is below it and not at or below another one.
    Below(UnitId),
    /// A marked group, and those below it and not at or below another one.
    Group(GroupId),
    /// What is about the person in a tenant.
    Own(TenantId),
}

/// A scope without others, in shared ids.
pub(super) type ReachId = (ScopeId, Vec<ScopeId>);

/// The pieces, each with the tenant it is of.
pub(super) struct Cells {
    pub(super) pieces: Vec<(Piece, TenantId)>,
}

/// What is to be kept apart.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) units: BTreeSet<UnitId>,
    pub(super) groups: BTreeSet<GroupId>,
    /// Tenants in which something is about the person.
    pub(super) own: BTreeSet<TenantId>,
    /// Whether anything may be held everywhere.
    pub(super) everywhere: bool,
}

impl Marks {
    pub(super) fn scope(&mut self, scope: ScopeId) {
        match scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => self.units.extend(Some(unit)),
            ScopeId::Members(group) => self.groups.extend(Some(group)),
            ScopeId::Own(tenant) => self.own.extend(Some(tenant)),
            ScopeId::Everywhere => {}
        }
    }
}

impl Cells {
    pub(super) fn of(sides: &Sides<'_>, marks: &Marks) -> Cells {
        let mut pieces = Vec::new();
        if marks.everywhere {
            pieces.extend([(Piece::Everywhere, NOWHERE), (Piece::Elsewhere, NOWHERE)]);
        }
        for &unit in &marks.units {
            let tenant = sides.tenant_of_unit(unit);
            pieces.extend([(Piece::Unit(unit), tenant), (Piece::Below(unit), tenant)]);
        }
        pieces.extend(
            marks.groups.iter().map(|&group| (Piece::Group(group), sides.tenant_of_group(group))),
        );
        pieces.extend(marks.own.iter().map(|&tenant| (Piece::Own(tenant), tenant)));
        Cells { pieces }
    }

    /// Chosen pieces as scopes without scopes, and whether what asks for everywhere at
    /// once is among them; as wide as can be said, in the trees of a side.
    pub(super) fn reaches(
        &self,
        sides: &Sides<'_>,
        side: Side,
        chosen: &BTreeSet<Piece>,
    ) -> (Vec<ReachId>, bool) {
        let mut found = Found { reaches: Vec::new(), chosen };
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
                // What was said of a tenant that is not there is of nobody.
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
        // In the order of the tree whoever is above comes first; each with the reach its surroundings are in.
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

struct Found<'c> {
    reaches: Vec<ReachId>,
    chosen: &'c BTreeSet<Piece>,
}

impl Found<'_> {
    fn open(&mut self, scope: ScopeId) -> usize {
        self.reaches.push((scope, Vec::new()));
        self.reaches.len().saturating_sub(1)
    }

    fn except(&mut self, reach: usize, scope: ScopeId) {
        if let Some((_, except)) = self.reaches.get_mut(reach) {
            except.push(scope);
        }
    }

    /// A marked unit in its surroundings; and the reach that what is below it is in.
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
    pub(super) fn tenant_of_unit(&self, unit: UnitId) -> TenantId {
        let found = Side::BOTH.into_iter().find_map(|side| Some((side, self.unit_on(side, unit)?)));
        found.map_or(NOWHERE, |(side, own)| {
            self.tenant(side, self.state(side).units.node(own).owner)
        })
    }

    pub(super) fn tenant_of_group(&self, group: GroupId) -> TenantId {
        let found =
            Side::BOTH.into_iter().find_map(|side| Some((side, self.group_on(side, group)?)));
        found.map_or(NOWHERE, |(side, own)| {
            self.tenant(side, self.state(side).groups.node(own).owner)
        })
    }

    pub(super) fn tenant_of(&self, scope: ScopeId) -> TenantId {
        match scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => self.tenant_of_unit(unit),
            ScopeId::Members(group) => self.tenant_of_group(group),
            ScopeId::Own(tenant) => tenant,
            ScopeId::Everywhere => NOWHERE,
        }
    }

    /// Whether what a piece is named by is there on a side.
    pub(super) fn is_there(&self, side: Side, piece: Piece) -> bool {
        match piece {
            Piece::Everywhere | Piece::Elsewhere => true,
            Piece::Unit(unit) | Piece::Below(unit) => self.unit_on(side, unit).is_some(),
            Piece::Group(group) => self.group_on(side, group).is_some(),
            Piece::Own(tenant) => self.tenant_on(side, tenant).is_some(),
        }
    }

    /// Whether the scope of a grant takes in a piece on a side. Units by unit scopes, the
    /// people of groups and oneself by scopes of their kind; all of it by `Everywhere`.
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

    /// Whether the scope of a restriction takes in all of a piece on a side: what a grant's
    /// would, and by a scope that is a whole tenant its people too (ruling R21).
    pub(super) fn cuts(
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
                self.is_whole(side, scope) && self.tenant_of(scope) == tenant
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

    /// Whether a unit scope is all the units of its tenant.
    pub(super) fn is_whole(&self, side: Side, scope: ScopeId) -> bool {
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
