//! One person, before and after: what is held on each side, and the difference.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use fixedbitset::FixedBitSet;

use super::affected::Hung;
use super::cells::{Cells, Marks, Piece, ReachId};
use super::sides::{NOWHERE, Side, Sides, root_of};
use crate::facts::{Detail, EVER, Head, NEVER, Person, RestrictionFacts, ScopeId, Word};
use crate::store::{GroupId, IntoSet, PersonId, RoleId, TenantId, UnitId};

/// What one side knows of a person.
#[derive(Default)]
struct Holding<'s> {
    person: Option<Person<'s>>,
    grants: Vec<Held>,
    /// The restrictions on the person.
    cuts: Vec<Cut>,
    /// The tenants in which the person is suspended.
    sealed: BTreeSet<TenantId>,
}

/// Which pieces what somebody holds takes in, by number: worked out once for all stretches of time. None of a
/// tenant in which they are suspended.
#[derive(Default)]
struct Extent {
    /// Of each grant.
    grants: Vec<Vec<usize>>,
    /// Of each restriction on the person.
    cuts: Vec<Vec<usize>>,
}

/// A grant that may reach something.
struct Held {
    word: Word,
    detail: Detail,
    role: RoleId,
    channel: usize,
    scope: ScopeId,
    permissions: Rc<FixedBitSet>,
    /// The restrictions on its role.
    cuts: Vec<Cut>,
}

impl Held {
    /// The restrictions on its role that are in force.
    fn in_force(&self, at: i64) -> impl Iterator<Item = &Cut> {
        self.cuts.iter().filter(move |cut| cut.is_in_force(at))
    }
}

/// A restriction, in shared ids.
struct Cut {
    scope: ScopeId,
    permissions: FixedBitSet,
    from: i64,
    until: i64,
}

impl Cut {
    fn is_in_force(&self, at: i64) -> bool {
        self.from <= at && at < self.until
    }
}

/// One thing that somebody has on one side alone, all but for whom.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Row {
    /// The roles that it comes by, by number on the side where it is had.
    pub(super) roles: Vec<RoleId>,
    pub(super) channel: usize,
    pub(super) reaches: Vec<ReachId>,
    pub(super) everywhere: bool,
    /// `[from, until)`; from the instant asked on, if that is when it begins.
    pub(super) span: (i64, i64),
    pub(super) permissions: Rc<FixedBitSet>,
}

/// The same person on both sides; none: not known there.
pub(super) type Pair = (Option<PersonId>, Option<PersonId>);

impl Sides<'_> {
    /// What a person has on one side alone, from an instant on.
    pub(super) fn compare(
        &self,
        pair: Pair,
        at: i64,
        hung: &Hung,
        mut each: impl FnMut(Side, Row),
    ) {
        let holdings = [self.holding(Side::Before, pair.0), self.holding(Side::After, pair.1)];
        let [before, after] = &holdings;
        if before.grants.is_empty() && after.grants.is_empty() {
            return;
        }
        let cells = Cells::of(self, &self.marks(&holdings, hung));
        let [of_before, of_after] =
            [self.extent(Side::Before, before, &cells), self.extent(Side::After, after, &cells)];
        let stretches = stretches(&holdings, at);
        let channels: BTreeSet<usize> =
            holdings.iter().flat_map(|h| &h.grants).map(|grant| grant.channel).into_set();
        for channel in channels {
            let mut found = [Found::default(), Found::default()];
            let [lost, gained] = &mut found;
            for (n, &(from, _)) in stretches.iter().enumerate() {
                let had = self.verdicts(Side::Before, (before, &of_before), &cells, channel, from);
                let has = self.verdicts(Side::After, (after, &of_after), &cells, channel, from);
                for ((had, has), &(piece, _)) in had.iter().zip(&has).zip(&cells.pieces) {
                    // Of what is not there nothing is had, and it must not tell rows apart.
                    if self.is_there(Side::Before, piece) {
                        lost.add(n, piece, had, has);
                    }
                    if self.is_there(Side::After, piece) {
                        gained.add(n, piece, has, had);
                    }
                }
            }
            for (side, found) in Side::BOTH.into_iter().zip(found) {
                let holding = match side {
                    Side::Before => before,
                    Side::After => after,
                };
                for (permissions, span, pieces) in found.rows(&stretches) {
                    let (reaches, everywhere) = cells.reaches(self, side, &pieces);
                    let taken: Vec<(Piece, TenantId)> = cells
                        .pieces
                        .iter()
                        .copied()
                        .filter(|(piece, _)| pieces.contains(piece))
                        .collect();
                    let [first, past] = [span.0, span.1]
                        .map(|edge| stretches.partition_point(|&(at, _)| at < edge));
                    let within = stretches.get(first..past).unwrap_or_default();
                    let roles = self.roles(side, holding, channel, &permissions, within, &taken);
                    each(
                        side,
                        Row {
                            roles,
                            channel,
                            reaches,
                            everywhere,
                            span,
                            permissions: Rc::new(permissions),
                        },
                    );
                }
            }
        }
    }

    fn holding(&self, side: Side, id: Option<PersonId>) -> Holding<'_> {
        let state = self.state(side);
        let known = id.and_then(|id| state.person(id)).filter(|person| person.is_known());
        let Some(person) = known.filter(|person| !person.record.head.has(Head::SUSPENDED)) else {
            return Holding::default();
        };
        let grants = person.grants().filter_map(|(word, detail)| {
            let leads = match word.scope() {
                ScopeId::Members(group) => state.leads(person, group),
                _ => true,
            };
            if !leads || !word.answers_on(word.channel()) {
                return None;
            }
            let role = state.rights.effective(word.role())?.role;
            let tenant = state.tenant_of(word.scope());
            let bears = |restriction: &&std::sync::Arc<RestrictionFacts>| {
                word.scope() == ScopeId::Everywhere
                    || restriction.scope == ScopeId::Everywhere
                    || restriction.tenant == tenant
            };
            let closure = match state.role_restrictions.is_empty() {
                true => &[][..],
                false => state.role(role).map(|rules| rules.closure.as_slice()).unwrap_or_default(),
            };
            let on_role = closure
                .iter()
                .filter_map(|role| state.role_restrictions.get(role))
                .flatten()
                .filter(bears);
            Some(Held {
                word,
                detail,
                role,
                channel: self.channel(side, word.channel()),
                scope: self.scope(side, word.scope()),
                permissions: self.effective(side, word.role()),
                cuts: on_role.map(|restriction| self.cut(side, restriction)).collect(),
            })
        });
        let sealed = person.registrations().iter().filter(|registered| registered.suspended);
        Holding {
            person: Some(person),
            grants: grants.collect(),
            cuts: person
                .restrictions()
                .iter()
                .map(|restriction| self.cut(side, restriction))
                .collect(),
            sealed: sealed.map(|registered| self.tenant(side, registered.tenant)).collect(),
        }
    }

    fn cut(&self, side: Side, restriction: &RestrictionFacts) -> Cut {
        Cut {
            scope: self.scope(side, restriction.scope),
            permissions: self.permissions(side, &restriction.permissions),
            from: restriction.from,
            until: restriction.until,
        }
    }

    /// Whatever a grant or a restriction names, and what hangs elsewhere where they reach.
    fn marks(&self, holdings: &[Holding<'_>; 2], hung: &Hung) -> Marks {
        let mut marks = Marks::default();
        let grants = || holdings.iter().flat_map(|holding| &holding.grants);
        let cuts =
            || holdings.iter().flat_map(|h| &h.cuts).chain(grants().flat_map(|grant| &grant.cuts));
        let scopes: BTreeSet<ScopeId> =
            grants().map(|grant| grant.scope).chain(cuts().map(|cut| cut.scope)).into_set();
        marks.everywhere = grants().any(|grant| grant.scope == ScopeId::Everywhere);
        scopes.iter().for_each(|scope| marks.scope(*scope));
        let reached = |piece| {
            marks.everywhere
                || Side::BOTH
                    .into_iter()
                    .any(|side| scopes.iter().any(|&scope| self.covers(side, scope, piece)))
        };
        let units: Vec<UnitId> =
            hung.units.iter().copied().filter(|&unit| reached(Piece::Below(unit))).collect();
        let groups: Vec<GroupId> =
            hung.groups.iter().copied().filter(|&group| reached(Piece::Group(group))).collect();
        marks.units.extend(units);
        marks.groups.extend(groups);
        if marks.everywhere {
            let sealed = holdings.iter().flat_map(|holding| &holding.sealed).copied();
            let mut tenants: BTreeSet<TenantId> = sealed.into_set();
            // Where all of a tenant is cut its people are too: each of its groups is looked at.
            let mut whole = tenants.clone();
            for &scope in &scopes {
                let tenant = self.tenant_of(scope);
                tenants.insert(tenant);
                if Side::BOTH.into_iter().any(|side| self.is_whole(side, scope)) {
                    whole.insert(tenant);
                }
            }
            tenants.extend(
                marks.units.iter().map(|&unit| self.tenant_of_unit(unit)).collect::<Vec<_>>(),
            );
            marks.units.extend(
                tenants.iter().filter(|&&tenant| tenant != NOWHERE).map(|&tenant| root_of(tenant)),
            );
            marks.own.extend(&tenants);
            for (side, tenant) in
                Side::BOTH.into_iter().flat_map(|side| whole.iter().map(move |&t| (side, t)))
            {
                let state = self.state(side);
                let found = self.tenant_on(side, tenant).and_then(|own| state.tenants.get(own));
                let groups = found.into_iter().flat_map(|tenant| tenant.groups.values());
                let roots =
                    groups.filter(|&&group| state.groups.node(group).parent == GroupId::NONE);
                marks.groups.extend(roots.map(|&group| self.group(side, group)));
            }
        }
        marks
    }

    /// Which pieces what a person holds takes in on a side.
    fn extent(&self, side: Side, holding: &Holding<'_>, cells: &Cells) -> Extent {
        let Some(person) = holding.person else { return Extent::default() };
        let sealed = |&(piece, tenant): &(Piece, TenantId)| match piece {
            Piece::Everywhere => !holding.sealed.is_empty(),
            Piece::Elsewhere => false,
            _ => holding.sealed.contains(&tenant),
        };
        let open: Vec<(usize, (Piece, TenantId))> =
            cells.pieces.iter().copied().enumerate().filter(|(_, piece)| !sealed(piece)).collect();
        let taken = |grant: &Held| {
            let taken =
                open.iter().filter(|(_, (piece, _))| self.covers(side, grant.scope, *piece));
            taken.map(|(n, _)| *n).collect()
        };
        let cut = |cut: &Cut| {
            let taken = open.iter().filter(|(_, piece)| self.cuts(side, cut.scope, *piece, person));
            taken.map(|(n, _)| *n).collect()
        };
        Extent {
            grants: holding.grants.iter().map(taken).collect(),
            cuts: holding.cuts.iter().map(cut).collect(),
        }
    }

    /// For each piece, the permissions that the person has there.
    fn verdicts(
        &self,
        side: Side,
        (holding, extent): (&Holding<'_>, &Extent),
        cells: &Cells,
        channel: usize,
        at: i64,
    ) -> Vec<FixedBitSet> {
        let mut found = vec![FixedBitSet::new(); cells.pieces.len()];
        let Some(person) = holding.person else { return found };
        let running = holding.grants.iter().zip(&extent.grants);
        for (grant, taken) in
            running.filter(|(grant, _)| self.runs(side, person, grant, channel, at))
        {
            let on_role: Vec<&Cut> = grant.in_force(at).collect();
            for &n in taken {
                let (Some(permissions), Some(&piece)) = (found.get_mut(n), cells.pieces.get(n))
                else {
                    continue;
                };
                permissions.union_with(&self.uncut(side, person, grant, &on_role, piece));
            }
        }
        for (cut, taken) in
            holding.cuts.iter().zip(&extent.cuts).filter(|(cut, _)| cut.is_in_force(at))
        {
            for &n in taken {
                found
                    .get_mut(n)
                    .into_iter()
                    .for_each(|permissions| permissions.difference_with(&cut.permissions));
            }
        }
        found
    }

    /// What restrictions on its role leave of a grant in a piece.
    fn uncut<'g>(
        &self,
        side: Side,
        person: Person<'_>,
        grant: &'g Held,
        on_role: &[&Cut],
        piece: (Piece, TenantId),
    ) -> Cow<'g, FixedBitSet> {
        let mut left = Cow::Borrowed(&*grant.permissions);
        for cut in on_role.iter().filter(|cut| self.cuts(side, cut.scope, piece, person)) {
            left.to_mut().difference_with(&cut.permissions);
        }
        left
    }

    fn runs(&self, side: Side, person: Person<'_>, grant: &Held, channel: usize, at: i64) -> bool {
        grant.channel == channel
            && self.state(side).is_in_force(person, grant.word, grant.detail, at)
    }

    /// The roles of the grants that a row comes by, one after the other or together.
    fn roles(
        &self,
        side: Side,
        holding: &Holding<'_>,
        channel: usize,
        permissions: &FixedBitSet,
        within: &[(i64, i64)],
        pieces: &[(Piece, TenantId)],
    ) -> Vec<RoleId> {
        let Some(person) = holding.person else { return Vec::new() };
        let span = within
            .first()
            .zip(within.last())
            .map_or((EVER, EVER), |(first, last)| (first.0, last.1));
        let brings = |grant: &&Held| {
            if grant.channel != channel
                || grant.permissions.is_disjoint(permissions)
                || !self.runs_within(side, person, grant, span)
            {
                return false;
            }
            let mut taken =
                pieces.iter().filter(|(piece, _)| self.covers(side, grant.scope, *piece));
            // Without a restriction on its role it brings them whenever it is in force.
            if grant.cuts.is_empty() {
                return taken.next().is_some();
            }
            let taken: Vec<(Piece, TenantId)> = taken.copied().collect();
            let mut running =
                within.iter().filter(|(at, _)| self.runs(side, person, grant, channel, *at));
            running.any(|&(at, _)| {
                let on_role: Vec<&Cut> = grant.in_force(at).collect();
                taken.iter().any(|&piece| {
                    !self.uncut(side, person, grant, &on_role, piece).is_disjoint(permissions)
                })
            })
        };
        let mut roles: Vec<RoleId> =
            holding.grants.iter().filter(brings).map(|grant| grant.role).collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }
}

impl Sides<'_> {
    /// Whether a grant is in force at some instant of a span.
    fn runs_within(
        &self,
        side: Side,
        person: Person<'_>,
        grant: &Held,
        (from, until): (i64, i64),
    ) -> bool {
        let state = self.state(side);
        let (from, until) = (from.max(grant.detail.from), until.min(grant.detail.until));
        let rests = |basis| {
            let mut affiliations =
                person.affiliations().iter().filter(|it| it.from < until && from < it.until);
            affiliations.any(|it| state.rests_on(basis, state.tenant_of(grant.word.scope()), it))
        };
        from < until && grant.detail.basis.is_none_or(rests)
    }
}

/// The stretches of time from an instant on within which nothing begins or ends.
fn stretches(holdings: &[Holding<'_>; 2], at: i64) -> Vec<(i64, i64)> {
    let mut edges = BTreeSet::new();
    for holding in holdings {
        for grant in &holding.grants {
            edges.extend([grant.detail.from, grant.detail.until]);
            if grant.detail.basis.is_some() {
                let affiliations =
                    holding.person.map(|person| person.affiliations()).unwrap_or_default();
                edges.extend(
                    affiliations.iter().flat_map(|affiliated| [affiliated.from, affiliated.until]),
                );
            }
        }
        let cuts = holding.cuts.iter().chain(holding.grants.iter().flat_map(|grant| &grant.cuts));
        edges.extend(cuts.flat_map(|cut| [cut.from, cut.until]));
    }
    let mut edges: Vec<i64> =
        edges.into_iter().filter(|&edge| edge > at && edge != EVER && edge != NEVER).collect();
    edges.insert(0, at);
    let ends = edges.iter().skip(1).copied().chain([NEVER]);
    edges.iter().copied().zip(ends).collect()
}

/// What is on one side alone, by piece: the stretches, first and last, through which it is the same.
#[derive(Default)]
struct Found(BTreeMap<Piece, Vec<(usize, usize, FixedBitSet)>>);

impl Found {
    fn add(&mut self, stretch: usize, piece: Piece, there: &FixedBitSet, elsewhere: &FixedBitSet) {
        if there.is_subset(elsewhere) {
            return;
        }
        let mut alone = there.clone();
        alone.difference_with(elsewhere);
        let runs = self.0.entry(piece).or_default();
        match runs.last_mut() {
            Some((_, last, same)) if last.saturating_add(1) == stretch && *same == alone => {
                *last = stretch
            }
            _ => runs.push((stretch, stretch, alone)),
        }
    }

    /// Permissions that go together, for how long, and where: in as few rows as that takes.
    fn rows(self, stretches: &[(i64, i64)]) -> Vec<(FixedBitSet, (i64, i64), BTreeSet<Piece>)> {
        // Permissions are of one class while every piece has all of them or none.
        let mut classes: Vec<FixedBitSet> = Vec::new();
        let sets: BTreeSet<&FixedBitSet> =
            self.0.values().flatten().map(|(_, _, permissions)| permissions).into_set();
        for permissions in sets {
            let mut rest = permissions.clone();
            let mut split = Vec::new();
            for class in &mut classes {
                if !class.is_disjoint(permissions) && !class.is_subset(permissions) {
                    let mut out = class.clone();
                    out.difference_with(permissions);
                    class.intersect_with(permissions);
                    split.push(out);
                }
                rest.difference_with(class);
            }
            classes.extend(split);
            if !rest.is_clear() {
                classes.push(rest);
            }
        }
        let mut rows = Vec::new();
        for class in classes {
            // Of one length, so that the same permissions are the same row.
            let class: FixedBitSet = class.ones().collect();
            let Some(one) = class.ones().next() else { continue };
            let mut spans: BTreeMap<Piece, Vec<(usize, usize)>> = BTreeMap::new();
            for (piece, runs) in &self.0 {
                for &(first, last, _) in
                    runs.iter().filter(|(_, _, permissions)| permissions.contains(one))
                {
                    let spans = spans.entry(*piece).or_default();
                    match spans.last_mut() {
                        Some((_, end)) if end.saturating_add(1) == first => *end = last,
                        _ => spans.push((first, last)),
                    }
                }
            }
            let mut pieces: BTreeMap<(i64, i64), BTreeSet<Piece>> = BTreeMap::new();
            for (piece, spans) in spans {
                for (first, last) in spans {
                    let from = stretches.get(first).map_or(EVER, |stretch| stretch.0);
                    let until = stretches.get(last).map_or(NEVER, |stretch| stretch.1);
                    pieces.entry((from, until)).or_default().insert(piece);
                }
            }
            rows.extend(pieces.into_iter().map(|(span, pieces)| (class.clone(), span, pieces)));
        }
        rows
    }
}
