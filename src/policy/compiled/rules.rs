//! What a policy says, in numbers: plain data that knows no [`Policy`](super::Policy).
//!
//! How the data come about is in the files that fill them, questions over all of them in the files
//! that ask.

use fixedbitset::FixedBitSet;

use crate::model::{IdentifierScheme, Name, Role};
use crate::policy::document::Extent;
use crate::store::{ChannelId, PermissionId, RoleId, TenantId};

/// A kind of principal.
#[derive(Debug)]
pub(crate) struct KindRules {
    pub(crate) name: Name,
    pub(crate) scheme: IdentifierScheme,
    /// One bit for each channel that principals of this kind act on.
    pub(crate) channels: u16,
}

/// A set of units, told by their kinds, by the beginnings of their codes, or by both.
#[derive(Debug)]
pub(super) struct SetRules {
    pub(super) kinds: Vec<u16>,
    pub(super) prefixes: Vec<Name>,
}

/// A ceiling. It applies to the kinds and visions that it lists, and to all if it lists none.
#[derive(Debug)]
pub(super) struct CeilingRules {
    pub(super) kinds: Vec<u16>,
    pub(super) visions: Vec<u8>,
    pub(super) permissions: FixedBitSet,
}

/// A role that is worked out: a built-in one, or one of a tenant's own.
#[derive(Clone, Debug)]
pub(crate) struct RoleRules {
    pub(crate) name: Name,
    /// The tenant that the role belongs to. The platform for a built-in role.
    pub(crate) tenant: TenantId,
    pub(crate) role: Role,
    pub(crate) includes: Vec<RoleId>,
    /// The role itself and every role that it includes, directly or not, sorted.
    pub(crate) closure: Vec<RoleId>,
    /// What the role holds before ceilings cut it: inclusions added, exceptions taken away.
    pub(crate) uncut: FixedBitSet,
    /// The visions that the role can be granted at. All if empty.
    pub(crate) visions: Vec<u8>,
    /// The kinds of principal that may hold the role. All if empty.
    pub(crate) kinds: Vec<u16>,
}

impl RoleRules {
    /// A role that gives nothing, for where there is no role.
    pub(crate) fn of_nothing() -> RoleRules {
        RoleRules {
            name: Name::trusted("?".into()),
            tenant: TenantId::PLATFORM,
            role: Role::default(),
            includes: Vec::new(),
            closure: Vec::new(),
            uncut: FixedBitSet::new(),
            visions: Vec::new(),
            kinds: Vec::new(),
        }
    }
}

impl CeilingRules {
    /// Whether the ceiling cuts grants of this kind of principal at this vision.
    pub(super) fn applies(&self, kind: u16, vision: u8) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&kind))
            && (self.visions.is_empty() || self.visions.contains(&vision))
    }
}

impl RoleRules {
    /// Whether the role can be granted at a vision.
    pub(crate) fn fits_vision(&self, vision: u8) -> bool {
        self.visions.is_empty() || self.visions.contains(&vision)
    }

    /// Whether principals of a kind may hold the role.
    pub(crate) fn fits_kind(&self, kind: u16) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// What a policy says of administration.
#[derive(Debug, Default)]
pub(crate) struct AdministrationRules {
    /// The guards of each command, by the number of the command's word, in the document's order.
    pub(super) guards: Vec<Vec<GuardRules>>,
    pub(super) eligibility: Vec<EligibilityRules>,
    pub(super) separations: Vec<SeparationRules>,
    pub(super) administrator: Option<RoleId>,
    pub(super) escalate: Option<PermissionId>,
    pub(super) reserved: FixedBitSet,
    pub(super) exclusive: FixedBitSet,
    /// Within what the holders of each role are counted, by the role's number. `None` if the role
    /// takes no seats.
    pub(super) seats: Vec<Option<Extent>>,
    /// The roles that the holders of each role may give without holding what is in them, by the
    /// role's number.
    pub(super) assigns: Vec<Vec<RoleId>>,
    /// The roles of which the facts keep who holds them: seated ones and the administrator's.
    pub(super) tracked: FixedBitSet,
}

/// A guard of one command. It fits the kinds that it lists, and every subject if it lists none.
#[derive(Debug)]
pub(super) struct GuardRules {
    pub(super) kinds: Vec<u16>,
    pub(super) permission: PermissionId,
}

/// One row of eligibility. A grant matches it if each list is empty or names what the grant has.
#[derive(Clone, Debug)]
pub(crate) struct EligibilityRules {
    /// Visions of the unit that the actor works at.
    pub(crate) working_at: Vec<u8>,
    /// Kinds of principal that the subject may have.
    pub(crate) kinds: Vec<u16>,
    /// Visions of the unit that the grant's scope names.
    pub(crate) units: Vec<u8>,
    /// Built-in roles that may be granted, sorted.
    pub(crate) roles: Vec<RoleId>,
    pub(crate) requires: Option<RequirementRules>,
    pub(crate) direct: bool,
}

/// The affiliation that a row of eligibility requires of the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequirementRules {
    pub(crate) affiliation: u16,
    pub(crate) at: RequirementAt,
}

/// Where a required affiliation must be, as seen from the unit that the grant's scope names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequirementAt {
    /// At that unit.
    Unit,
    /// At that unit or any unit below it.
    UnitOrBelow,
    /// At any unit of the tenant in the set of this number.
    Set(u32),
}

/// Roles of which nobody may hold more than `at_most` together.
#[derive(Clone, Debug)]
pub(crate) struct SeparationRules {
    pub(crate) name: Name,
    /// The roles that are held apart, sorted.
    pub(crate) roles: Vec<RoleId>,
    pub(crate) at_most: usize,
    pub(crate) per: Extent,
}

/// The channel of support, and the roles that can be held on it.
#[derive(Debug)]
pub(super) struct SupportDoor {
    pub(super) channel: ChannelId,
    pub(super) roles: FixedBitSet,
}
