//! The rows of the store: the facts with their names resolved to ids.

use fixedbitset::FixedBitSet;
use std::sync::Arc;

use crate::model::{Campaign, Grant, Name, Pattern, RoleRequest, Verdict};
use crate::store::{GridId, GroupId, Map, PersonId, RoleId, Set, TenantId, UnitId};

/// A scope with its names resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ScopeId {
    Unit(UnitId),
    Subtree(UnitId),
    Members(GroupId),
    /// In this tenant.
    Own(TenantId),
    Everywhere,
}

/// A place with its names resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlaceId {
    Unit(UnitId),
    Subtree(UnitId),
    Set(u32),
}

/// An affiliation basis with its names resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BasisId {
    pub(crate) kind: u16,
    pub(crate) place: PlaceId,
}

/// The tenant of no unit (ruling R3).
pub(crate) const PLATFORM: TenantId = TenantId::PLATFORM;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Registered {
    pub(crate) tenant: TenantId,
    /// The unit at which unit scopes find the person; none on the platform.
    pub(crate) place: UnitId,
    pub(crate) kind: u16,
    pub(crate) suspended: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Affiliated {
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) unit: UnitId,
    pub(crate) kind: u16,
}

impl Affiliated {
    pub(crate) fn contains(&self, at: i64) -> bool {
        self.from <= at && at < self.until
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Membership {
    pub(crate) group: GroupId,
    pub(crate) member: bool,
    pub(crate) leader: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct UnitFacts {
    pub(crate) kind: u16,
    pub(crate) closed: bool,
    /// One bit for each of the policy's unit sets that it lies in.
    pub(crate) sets: u64,
}

/// What seats are contracted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SeatId {
    pub(crate) role: RoleId,
    /// [`UnitId::NONE`] where the policy counts per tenant.
    pub(crate) unit: UnitId,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Tenant {
    /// The unit at its root; none for the platform.
    pub(crate) root: UnitId,
    pub(crate) units: Set<UnitId>,
    /// The same in the order of the tree, each before those below it: a subtree is a slice.
    pub(crate) order: Arc<[UnitId]>,
    pub(crate) groups: Map<Name, GroupId>,
    pub(crate) grids: Map<Name, GridId>,
    pub(crate) roles: Map<Name, RoleId>,
    pub(crate) restrictions: Map<Name, Arc<RestrictionFacts>>,
    /// How many seats are contracted.
    pub(crate) seats: Map<SeatId, u32>,
    /// The open requests.
    pub(crate) requests: Map<Name, Arc<RequestFacts>>,
    /// The open campaigns of review.
    pub(crate) campaigns: Map<Name, Arc<CampaignFacts>>,
    /// For each role whose holders the policy counts: who holds it here, or a role
    /// that includes it, at whatever scope.
    pub(crate) tracked: Map<RoleId, Set<PersonId>>,
}

#[derive(Clone, Debug)]
pub(crate) struct GroupFacts {
    pub(crate) name: Name,
    pub(crate) leader: Option<PersonId>,
    pub(crate) members: Set<PersonId>,
    /// The people with grants or restrictions scoped to this group.
    pub(crate) named_by: Set<PersonId>,
}

impl GroupFacts {
    /// What stands where there is no group.
    pub(crate) fn of_nothing() -> GroupFacts {
        let name = Name::trusted("?".into());
        GroupFacts { name, leader: None, members: Set::new(), named_by: Set::new() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SubjectId {
    Person(PersonId),
    Role(RoleId),
}

/// An open request, its grant's scope and channel named in full.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RequestFacts {
    pub(crate) request: RoleRequest,
    pub(crate) by: PersonId,
    pub(crate) person: PersonId,
    pub(crate) role: RoleId,
    pub(crate) scope: ScopeId,
}

/// An open campaign; its items stand beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CampaignFacts {
    pub(crate) campaign: Campaign,
    pub(crate) scope: ScopeId,
    pub(crate) items: Vec<ItemFacts>,
}

/// A grant under review, named as it was held: it need not be held any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ItemFacts {
    pub(crate) person: PersonId,
    pub(crate) grant: Grant,
    pub(crate) answer: Option<Verdict>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RestrictionFacts {
    pub(crate) name: Name,
    pub(crate) tenant: TenantId,
    pub(crate) subject: SubjectId,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) permissions: FixedBitSet,
    pub(crate) scope: ScopeId,
    pub(crate) from: i64,
    pub(crate) until: i64,
}
