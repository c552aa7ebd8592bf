//! The rows of the store: the facts with their names resolved to ids.

use fixedbitset::FixedBitSet;
use imbl::{OrdMap, OrdSet, Vector};
use std::sync::Arc;

use crate::model::{Campaign, Grant, Name, Pattern, RoleRequest, Verdict};

/// A scope with its names resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ScopeId {
    Unit(u32),
    Subtree(u32),
    Members(u32),
    /// In this tenant.
    Own(u32),
    Everywhere,
}

/// A place with its names resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlaceId {
    Unit(u32),
    Subtree(u32),
    Set(u32),
}

/// An affiliation basis with its names resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BasisId {
    pub(crate) kind: u16,
    pub(crate) place: PlaceId,
}

/// The tenant of no unit (ruling R3).
pub(crate) const PLATFORM: u32 = 0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Registered {
    pub(crate) tenant: u32,
    /// The unit at which unit scopes find the person; none on the platform.
    pub(crate) place: u32,
    pub(crate) kind: u16,
    pub(crate) suspended: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Affiliated {
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) unit: u32,
    pub(crate) kind: u16,
}

impl Affiliated {
    pub(crate) fn contains(&self, at: i64) -> bool {
        self.from <= at && at < self.until
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Membership {
    pub(crate) group: u32,
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

#[derive(Clone, Debug, Default)]
pub(crate) struct Tenant {
    /// The unit at its root; none for the platform.
    pub(crate) root: u32,
    pub(crate) units: Vector<u32>,
    /// The same in the order of the tree, each before those below it: a subtree is a slice.
    pub(crate) order: Arc<[u32]>,
    pub(crate) groups: OrdMap<Name, u32>,
    pub(crate) grids: OrdMap<Name, u32>,
    pub(crate) roles: OrdMap<Name, u32>,
    pub(crate) restrictions: OrdMap<Name, Arc<RestrictionFacts>>,
    /// How many seats are contracted, by role and unit; the unit is none where the
    /// policy counts per tenant.
    pub(crate) seats: OrdMap<(u32, u32), u32>,
    /// The open requests.
    pub(crate) requests: OrdMap<Name, Arc<RequestFacts>>,
    /// The open campaigns of review.
    pub(crate) campaigns: OrdMap<Name, Arc<CampaignFacts>>,
    /// For each role whose holders the policy counts: who holds it here, or a role
    /// that includes it, at whatever scope.
    pub(crate) tracked: OrdMap<u32, OrdSet<u32>>,
}

#[derive(Clone, Debug)]
pub(crate) struct GroupFacts {
    pub(crate) name: Name,
    pub(crate) leader: Option<u32>,
    pub(crate) members: OrdSet<u32>,
    /// The people with grants or restrictions scoped to this group.
    pub(crate) named_by: OrdSet<u32>,
}

impl GroupFacts {
    /// What stands where there is no group.
    pub(crate) fn of_nothing() -> GroupFacts {
        let name = Name::trusted("?".into());
        GroupFacts { name, leader: None, members: OrdSet::new(), named_by: OrdSet::new() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SubjectId {
    Person(u32),
    Role(u32),
}

/// An open request, its grant's scope and channel named in full.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RequestFacts {
    pub(crate) request: RoleRequest,
    pub(crate) by: u32,
    pub(crate) person: u32,
    pub(crate) role: u32,
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
    pub(crate) person: u32,
    pub(crate) grant: Grant,
    pub(crate) answer: Option<Verdict>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RestrictionFacts {
    pub(crate) name: Name,
    pub(crate) tenant: u32,
    pub(crate) subject: SubjectId,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) permissions: FixedBitSet,
    pub(crate) scope: ScopeId,
    pub(crate) from: i64,
    pub(crate) until: i64,
}
