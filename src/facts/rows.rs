//! The rows of the store: the facts with their names resolved to ids.
//!
//! Rows are plain data. How they are found is for the indexes, how they change for `apply`.

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
    /// What is about the principal, in this tenant.
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

/// The platform, which is a tenant without units ([ruling R3](crate::docs::contract#r3)).
pub(crate) const PLATFORM: TenantId = TenantId::PLATFORM;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Registered {
    pub(crate) tenant: TenantId,
    /// The unit at which unit scopes find the person. [`UnitId::NONE`] on the platform.
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
    /// One bit for each unit set of the policy, set if the unit lies in it.
    pub(crate) sets: u64,
}

/// The role, and perhaps the unit, that a number of seats is contracted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SeatId {
    pub(crate) role: RoleId,
    /// [`UnitId::NONE`] where the policy counts per tenant.
    pub(crate) unit: UnitId,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Tenant {
    /// The unit at the root of the tenant. [`UnitId::NONE`] for the platform.
    pub(crate) root: UnitId,
    pub(crate) units: Set<UnitId>,
    /// All units of the tenant in the order of the tree, each before those below it, so that a
    /// subtree is a slice.
    pub(crate) order: Arc<[UnitId]>,
    pub(crate) groups: Map<Name, GroupId>,
    pub(crate) grids: Map<Name, GridId>,
    pub(crate) roles: Map<Name, RoleId>,
    pub(crate) restrictions: Map<Name, Arc<RestrictionFacts>>,
    /// The number of seats contracted, by what they are contracted for. No entry is 0.
    pub(crate) seats: Map<SeatId, u32>,
    /// The open requests.
    pub(crate) requests: Map<Name, Arc<RequestFacts>>,
    /// The open campaigns of review.
    pub(crate) campaigns: Map<Name, Arc<CampaignFacts>>,
    /// For each role whose holders the policy counts: the people who hold it in this tenant, or a
    /// role that includes it, at any scope.
    pub(crate) tracked: Map<RoleId, Set<PersonId>>,
}

#[derive(Clone, Debug)]
pub(crate) struct GroupFacts {
    pub(crate) name: Name,
    pub(crate) leader: Option<PersonId>,
    pub(crate) members: Set<PersonId>,
    /// The people who have a grant or a restriction scoped to this group.
    pub(crate) named_by: Set<PersonId>,
}

impl GroupFacts {
    /// The filler of the table of groups, for ids that were never given.
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

/// An open request. Its grant names scope and channel in full.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RequestFacts {
    pub(crate) request: RoleRequest,
    pub(crate) by: PersonId,
    pub(crate) person: PersonId,
    pub(crate) role: RoleId,
    pub(crate) scope: ScopeId,
}

/// An open campaign. Its items are in `items`, and those of `campaign` are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CampaignFacts {
    pub(crate) campaign: Campaign,
    pub(crate) scope: ScopeId,
    pub(crate) items: Vec<ItemFacts>,
}

/// A grant under review, named as it was held when the campaign was opened. It may have ended
/// since.
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
