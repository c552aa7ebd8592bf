//! Compares one person between two snapshots: the permissions that the person has on one side
//! alone, where, and when.
//!
//! Places are cut into pieces, and time into stretches, within each of which the person's access is
//! uniform. For each channel, piece and stretch, the permissions on both sides are worked out and
//! subtracted from each other; what is left is gathered into as few rows as possible.

use std::collections::BTreeSet;
use std::rc::Rc;

use fixedbitset::FixedBitSet;

use super::moved::Moved;
use super::one_sided::OneSided;
use super::partition::{Marks, Partition, Piece};
use super::row::Row;
use super::side_person::{CoveredPieces, SideGrant, SidePerson};
use super::sides::{Pair, SHARED_PLATFORM, Side, Sides, root_of};
use crate::facts::{EVER, NEVER, ScopeId};
use crate::store::{GroupId, RoleId, TenantId, UnitId};

impl Sides<'_> {
    /// Passes to `each` what a person has on one side alone, from an instant on.
    pub(super) fn compare(
        &self,
        pair: Pair,
        at: i64,
        moved: &Moved,
        mut each: impl FnMut(Side, Row),
    ) {
        let people =
            [self.side_person(Side::Before, pair.0), self.side_person(Side::After, pair.1)];
        let [before, after] = &people;
        if before.grants.is_empty() && after.grants.is_empty() {
            return;
        }
        let partition = Partition::of(self, &self.marks(&people, moved));
        let before = (before, &self.covered_pieces(Side::Before, before, &partition));
        let after = (after, &self.covered_pieces(Side::After, after, &partition));
        let stretches = stretches(&people, at);
        let channels: BTreeSet<usize> =
            people.iter().flat_map(|person| &person.grants).map(|grant| grant.channel).collect();
        for channel in channels {
            let mut one_sided = [OneSided::default(), OneSided::default()];
            let [lost, gained] = &mut one_sided;
            for (stretch, &(from, _)) in stretches.iter().enumerate() {
                let had =
                    self.permissions_by_piece(Side::Before, before, &partition, channel, from);
                let has = self.permissions_by_piece(Side::After, after, &partition, channel, from);
                for ((had, has), &(piece, _)) in had.iter().zip(&has).zip(&partition.pieces) {
                    // A unit that a side does not have is left out of that side's rows. Otherwise
                    // it would split rows whose other pieces are alike.
                    if self.is_there(Side::Before, piece) {
                        lost.add(stretch, piece, had, has);
                    }
                    if self.is_there(Side::After, piece) {
                        gained.add(stretch, piece, has, had);
                    }
                }
            }
            for ((side, person), one_sided) in
                [(Side::Before, before.0), (Side::After, after.0)].into_iter().zip(one_sided)
            {
                for (permissions, span, chosen) in one_sided.rows(&stretches) {
                    let (reaches, everywhere) = partition.reaches(self, side, &chosen);
                    let pieces: Vec<(Piece, TenantId)> = partition
                        .pieces
                        .iter()
                        .copied()
                        .filter(|(piece, _)| chosen.contains(piece))
                        .collect();
                    let [first, end] = [span.0, span.1]
                        .map(|edge| stretches.partition_point(|&(at, _)| at < edge));
                    let within = stretches.get(first..end).unwrap_or_default();
                    let roles =
                        self.roles_giving(side, person, channel, &permissions, within, &pieces);
                    let permissions = Rc::new(permissions);
                    each(side, Row { roles, channel, reaches, everywhere, span, permissions });
                }
            }
        }
    }

    /// Where to cut the partition for a person: at whatever the grants and restrictions of either
    /// side name, and at the moved units and groups that one of them reaches.
    fn marks(&self, people: &[SidePerson<'_>; 2], moved: &Moved) -> Marks {
        let mut marks = Marks::default();
        let grants = || people.iter().flat_map(|person| &person.grants);
        let restrictions = people
            .iter()
            .flat_map(|person| &person.restrictions)
            .chain(grants().flat_map(|grant| &grant.restrictions));
        let scopes: BTreeSet<ScopeId> = grants()
            .map(|grant| grant.scope)
            .chain(restrictions.map(|restriction| restriction.scope))
            .collect();
        marks.everywhere = grants().any(|grant| grant.scope == ScopeId::Everywhere);
        scopes.iter().for_each(|&scope| marks.add(scope));
        let is_reached = |piece| {
            marks.everywhere
                || Side::BOTH
                    .into_iter()
                    .any(|side| scopes.iter().any(|&scope| self.covers(side, scope, piece)))
        };
        let units: Vec<UnitId> =
            moved.units.iter().copied().filter(|&unit| is_reached(Piece::Below(unit))).collect();
        let groups: Vec<GroupId> =
            moved.groups.iter().copied().filter(|&it| is_reached(Piece::Group(it))).collect();
        marks.units.extend(units);
        marks.groups.extend(groups);
        if marks.everywhere {
            self.mark_tenants(people, &scopes, &mut marks);
        }
        marks
    }

    /// Marks, for a person with a grant everywhere, each tenant in which that grant may be cut: its
    /// root, the person's own record there and, if all of the tenant may be cut, its top groups.
    fn mark_tenants(
        &self,
        people: &[SidePerson<'_>; 2],
        scopes: &BTreeSet<ScopeId>,
        marks: &mut Marks,
    ) {
        let suspended_in = people.iter().flat_map(|person| &person.suspended_in);
        let mut tenants: BTreeSet<TenantId> = suspended_in.copied().collect();
        // A suspension in a tenant, or a restriction on all of its units, cuts its people too.
        let mut whole = tenants.clone();
        for &scope in scopes {
            let tenant = self.tenant_of(scope);
            tenants.insert(tenant);
            if Side::BOTH.into_iter().any(|side| self.is_whole_tenant(side, scope)) {
                whole.insert(tenant);
            }
        }
        tenants.extend(marks.units.iter().map(|&unit| self.tenant_of_unit(unit)));
        let with_root = tenants.iter().filter(|&&tenant| tenant != SHARED_PLATFORM);
        marks.units.extend(with_root.map(|&tenant| root_of(tenant)));
        marks.own.extend(&tenants);
        for side in Side::BOTH {
            let state = self.state(side);
            for &tenant in &whole {
                let found = self.tenant_on(side, tenant).and_then(|own| state.tenants.get(own));
                let groups = found.into_iter().flat_map(|tenant| tenant.groups.values());
                let tops = groups.filter(|&&it| state.groups.node(it).parent == GroupId::NONE);
                marks.groups.extend(tops.map(|&group| self.group(side, group)));
            }
        }
    }

    /// The permissions that a person has on a side, on a channel, at an instant: for each piece.
    fn permissions_by_piece(
        &self,
        side: Side,
        (person, covered): (&SidePerson<'_>, &CoveredPieces),
        partition: &Partition,
        channel: usize,
        at: i64,
    ) -> Vec<FixedBitSet> {
        let mut by_piece = vec![FixedBitSet::new(); partition.pieces.len()];
        let Some(facts) = person.facts else { return by_piece };
        for (grant, pieces) in person.grants.iter().zip(&covered.grants) {
            if !self.is_in_force_on(side, facts, grant, channel, at) {
                continue;
            }
            let on_role = grant.restrictions_at(at);
            for &index in pieces {
                let (Some(permissions), Some(&piece)) =
                    (by_piece.get_mut(index), partition.pieces.get(index))
                else {
                    continue;
                };
                permissions
                    .union_with(&self.left_by_restrictions(side, facts, grant, &on_role, piece));
            }
        }
        // Last, since a restriction on a person takes away what any grant gives.
        for (restriction, pieces) in person.restrictions.iter().zip(&covered.restrictions) {
            if !restriction.is_in_force(at) {
                continue;
            }
            for &index in pieces {
                if let Some(permissions) = by_piece.get_mut(index) {
                    permissions.difference_with(&restriction.permissions);
                }
            }
        }
        by_piece
    }

    /// The roles of a person's grants that give some of the permissions of a row: in one of its
    /// pieces, in one of the stretches within its span. Sorted, each once.
    fn roles_giving(
        &self,
        side: Side,
        person: &SidePerson<'_>,
        channel: usize,
        permissions: &FixedBitSet,
        within: &[(i64, i64)],
        pieces: &[(Piece, TenantId)],
    ) -> Vec<RoleId> {
        let Some(facts) = person.facts else { return Vec::new() };
        let span = within
            .first()
            .zip(within.last())
            .map_or((EVER, EVER), |(first, last)| (first.0, last.1));
        let gives = |grant: &&SideGrant| {
            if grant.channel != channel
                || grant.permissions.is_disjoint(permissions)
                || !self.is_in_force_within(side, facts, grant, span)
            {
                return false;
            }
            let mut covered =
                pieces.iter().filter(|(piece, _)| self.covers(side, grant.scope, *piece));
            // A grant without restrictions on its role gives the permissions whenever it is in
            // force, so that its stretches need not be looked at one by one.
            if grant.restrictions.is_empty() {
                return covered.next().is_some();
            }
            let covered: Vec<(Piece, TenantId)> = covered.copied().collect();
            let mut in_force = within
                .iter()
                .filter(|(at, _)| self.is_in_force_on(side, facts, grant, channel, *at));
            in_force.any(|&(at, _)| {
                let on_role = grant.restrictions_at(at);
                covered.iter().any(|&piece| {
                    let left = self.left_by_restrictions(side, facts, grant, &on_role, piece);
                    !left.is_disjoint(permissions)
                })
            })
        };
        let mut roles: Vec<RoleId> =
            person.grants.iter().filter(gives).map(|grant| grant.role).collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }
}

/// The stretches of time, from an instant on, within which no grant, affiliation or restriction of
/// a person begins or ends. Together they reach to the end of time.
fn stretches(people: &[SidePerson<'_>; 2], at: i64) -> Vec<(i64, i64)> {
    let mut edges = BTreeSet::new();
    for person in people {
        for grant in &person.grants {
            edges.extend([grant.detail.from, grant.detail.until]);
            if grant.detail.basis.is_some() {
                let affiliations =
                    person.facts.map(|facts| facts.affiliations()).unwrap_or_default();
                edges.extend(affiliations.iter().flat_map(|it| [it.from, it.until]));
            }
        }
        let on_roles = person.grants.iter().flat_map(|grant| &grant.restrictions);
        edges.extend(person.restrictions.iter().chain(on_roles).flat_map(|it| [it.from, it.until]));
    }
    let mut edges: Vec<i64> =
        edges.into_iter().filter(|&edge| edge > at && edge != EVER && edge != NEVER).collect();
    edges.insert(0, at);
    let ends = edges.iter().skip(1).copied().chain([NEVER]);
    edges.iter().copied().zip(ends).collect()
}
