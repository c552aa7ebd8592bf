//! [`SidePerson`]: the grants, restrictions and suspensions of a person on one side, in shared ids.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::partition::{Partition, Piece};
use super::sides::{Side, Sides};
use crate::facts::{Detail, Head, Person, RestrictionFacts, ScopeId, Word};
use crate::store::{PersonId, RoleId, TenantId};

/// What one side knows of a person that decides checks, apart from hours.
#[derive(Default)]
pub(super) struct SidePerson<'s> {
    /// `None` if the side does not know the person, or if the person is suspended altogether.
    pub(super) facts: Option<Person<'s>>,
    /// The grants that can allow something: without those over groups that the person does not
    /// lead, and those barred from their channel.
    pub(super) grants: Vec<SideGrant>,
    /// The restrictions on the person; those on roles are with the grants.
    pub(super) restrictions: Vec<SideRestriction>,
    /// The tenants in which the person is suspended.
    pub(super) suspended_in: BTreeSet<TenantId>,
}

/// A grant, in shared ids.
pub(super) struct SideGrant {
    /// The grant as the side's facts have it.
    pub(super) word: Word,
    pub(super) detail: Detail,
    /// The id on the side, not a shared one.
    pub(super) role: RoleId,
    pub(super) channel: usize,
    pub(super) scope: ScopeId,
    /// The permissions of the role after ceilings, before restrictions.
    pub(super) permissions: Rc<FixedBitSet>,
    /// The restrictions on the role and on the roles that it includes, if they may concern the
    /// scope.
    pub(super) restrictions: Vec<SideRestriction>,
}

impl SideGrant {
    /// The restrictions on the grant's role that are in force at an instant.
    pub(super) fn restrictions_at(&self, at: i64) -> Vec<&SideRestriction> {
        self.restrictions.iter().filter(|restriction| restriction.is_in_force(at)).collect()
    }
}

/// A restriction, in shared ids.
pub(super) struct SideRestriction {
    pub(super) scope: ScopeId,
    pub(super) permissions: FixedBitSet,
    pub(super) from: i64,
    pub(super) until: i64,
}

impl SideRestriction {
    pub(super) fn is_in_force(&self, at: i64) -> bool {
        self.from <= at && at < self.until
    }
}

/// The pieces of a partition that each grant and each restriction of a person covers, as indexes.
/// Does not depend on time, so it is worked out once. Pieces in tenants in which the person is
/// suspended are left out.
#[derive(Default)]
pub(super) struct CoveredPieces {
    /// For each grant.
    pub(super) grants: Vec<Vec<usize>>,
    /// For each restriction on the person.
    pub(super) restrictions: Vec<Vec<usize>>,
}

impl Sides<'_> {
    /// What a side knows of the person with this id on that side.
    pub(super) fn side_person(&self, side: Side, id: Option<PersonId>) -> SidePerson<'_> {
        let state = self.state(side);
        let known = id.and_then(|id| state.person(id)).filter(|person| person.is_known());
        let Some(person) = known.filter(|person| !person.index.head.has(Head::SUSPENDED)) else {
            return SidePerson::default();
        };
        let grants = person
            .grants()
            .filter_map(|(word, detail)| self.side_grant(side, person, word, detail))
            .collect();
        let restrictions = person.restrictions().iter();
        let suspended = person.registrations().iter().filter(|registered| registered.suspended);
        SidePerson {
            facts: Some(person),
            grants,
            restrictions: restrictions.map(|it| self.side_restriction(side, it)).collect(),
            suspended_in: suspended
                .map(|registered| self.tenant(side, registered.tenant))
                .collect(),
        }
    }

    /// A grant of a person with the restrictions on its role; `None` if it cannot allow anything.
    fn side_grant(
        &self,
        side: Side,
        person: Person<'_>,
        word: Word,
        detail: Detail,
    ) -> Option<SideGrant> {
        let state = self.state(side);
        let leads = match word.scope() {
            ScopeId::Members(group) => state.leads(person, group),
            _ => true,
        };
        if !leads || !word.answers_on(word.channel()) {
            return None;
        }
        let role = state.rights.effective(word.role())?.role;
        let tenant = state.tenant_of(word.scope());
        let may_concern = |restriction: &&Arc<RestrictionFacts>| {
            word.scope() == ScopeId::Everywhere
                || restriction.scope == ScopeId::Everywhere
                || restriction.tenant == tenant
        };
        // Most states have no restrictions on roles, and then the included roles do not matter.
        let closure = match state.role_restrictions.is_empty() {
            true => &[][..],
            false => state.role(role).map(|rules| rules.closure.as_slice()).unwrap_or_default(),
        };
        let restrictions = closure
            .iter()
            .filter_map(|role| state.role_restrictions.get(role))
            .flatten()
            .filter(may_concern)
            .map(|restriction| self.side_restriction(side, restriction));
        Some(SideGrant {
            word,
            detail,
            role,
            channel: self.channel(side, word.channel()),
            scope: self.scope(side, word.scope()),
            permissions: self.effective(side, word.role()),
            restrictions: restrictions.collect(),
        })
    }

    /// A restriction of a side, translated into shared ids.
    fn side_restriction(&self, side: Side, restriction: &RestrictionFacts) -> SideRestriction {
        SideRestriction {
            scope: self.scope(side, restriction.scope),
            permissions: self.permissions(side, &restriction.permissions),
            from: restriction.from,
            until: restriction.until,
        }
    }

    /// The pieces that a person's grants and restrictions cover on a side.
    pub(super) fn covered_pieces(
        &self,
        side: Side,
        person: &SidePerson<'_>,
        partition: &Partition,
    ) -> CoveredPieces {
        let Some(facts) = person.facts else { return CoveredPieces::default() };
        let is_suspended = |&(piece, tenant): &(Piece, TenantId)| match piece {
            // A suspension in one tenant denies requests for every place at once.
            Piece::Everywhere => !person.suspended_in.is_empty(),
            Piece::Elsewhere => false,
            _ => person.suspended_in.contains(&tenant),
        };
        let pieces = partition.pieces.iter().copied().enumerate();
        let open: Vec<(usize, (Piece, TenantId))> =
            pieces.filter(|(_, piece)| !is_suspended(piece)).collect();
        let by_grant = |grant: &SideGrant| {
            let covered = open.iter().filter(|(_, (it, _))| self.covers(side, grant.scope, *it));
            covered.map(|(index, _)| *index).collect()
        };
        let by_restriction = |restriction: &SideRestriction| {
            let covered =
                open.iter().filter(|(_, it)| self.restricts(side, restriction.scope, *it, facts));
            covered.map(|(index, _)| *index).collect()
        };
        CoveredPieces {
            grants: person.grants.iter().map(by_grant).collect(),
            restrictions: person.restrictions.iter().map(by_restriction).collect(),
        }
    }

    /// The permissions of a grant that restrictions on its role leave in a piece.
    pub(super) fn left_by_restrictions<'g>(
        &self,
        side: Side,
        person: Person<'_>,
        grant: &'g SideGrant,
        on_role: &[&SideRestriction],
        piece: (Piece, TenantId),
    ) -> Cow<'g, FixedBitSet> {
        let mut left = Cow::Borrowed(&*grant.permissions);
        for restriction in on_role.iter().filter(|it| self.restricts(side, it.scope, piece, person))
        {
            left.to_mut().difference_with(&restriction.permissions);
        }
        left
    }

    /// Whether a grant is for a channel and in force at an instant.
    pub(super) fn is_in_force_on(
        &self,
        side: Side,
        person: Person<'_>,
        grant: &SideGrant,
        channel: usize,
        at: i64,
    ) -> bool {
        grant.channel == channel
            && self.state(side).is_in_force(person, grant.word, grant.detail, at)
    }

    /// Whether a grant is in force at some instant of a span.
    pub(super) fn is_in_force_within(
        &self,
        side: Side,
        person: Person<'_>,
        grant: &SideGrant,
        (from, until): (i64, i64),
    ) -> bool {
        let state = self.state(side);
        let (from, until) = (from.max(grant.detail.from), until.min(grant.detail.until));
        let is_met = |basis| {
            let mut affiliations =
                person.affiliations().iter().filter(|it| it.from < until && from < it.until);
            affiliations.any(|it| state.rests_on(basis, state.tenant_of(grant.word.scope()), it))
        };
        from < until && grant.detail.basis.is_none_or(is_met)
    }
}
