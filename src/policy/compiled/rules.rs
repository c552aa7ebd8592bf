//! rules

use fixedbitset::FixedBitSet;

use crate::model::{IdentifierScheme, Name, Role};
use crate::policy::document::Extent;

#[derive(Debug)]
pub(crate) struct KindRules {
    pub(crate) name: Name,
    pub(crate) scheme: IdentifierScheme,
    /// One bit for each channel it acts on.
    pub(crate) channels: u16,
}

#[derive(Debug)]
pub(super) struct SetRules {
    pub(super) kinds: Vec<u16>,
    pub(super) prefixes: Vec<Name>,
}

#[derive(Debug)]
pub(super) struct CeilingRules {
    pub(super) kinds: Vec<u16>,
    pub(super) visions: Vec<u8>,
    pub(super) permissions: FixedBitSet,
}

/// A role worked out: built-in, or one of a tenant.
#[derive(Clone, Debug)]
pub(crate) struct RoleRules {
    pub(crate) name: Name,
    /// The tenant's id; 0 for a built-in role.
    pub(crate) tenant: u32,
    pub(crate) role: Role,
    pub(crate) includes: Vec<u32>,
    /// The role itself and all that it includes, directly or not; sorted.
    pub(crate) closure: Vec<u32>,
    /// Effective permissions before ceilings (contract D5).
    pub(crate) uncut: FixedBitSet,
    /// The visions it may be granted at; none listed: all.
    pub(crate) visions: Vec<u8>,
    /// The kinds that may hold it; none listed: all.
    pub(crate) kinds: Vec<u16>,
}

impl RoleRules {
    /// What stands where there is no role.
    pub(crate) fn of_nothing() -> RoleRules {
        RoleRules {
            name: Name::trusted("?".into()),
            tenant: 0,
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
    pub(super) fn applies(&self, kind: u16, vision: u8) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&kind))
            && (self.visions.is_empty() || self.visions.contains(&vision))
    }
}

impl RoleRules {
    /// Whether it may be granted at a vision (contract D13).
    pub(crate) fn fits_vision(&self, vision: u8) -> bool {
        self.visions.is_empty() || self.visions.contains(&vision)
    }

    /// Whether a kind may hold it (ruling R8).
    pub(crate) fn fits_kind(&self, kind: u16) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// A policy's rules of administration.
#[derive(Debug, Default)]
pub(crate) struct AdministrationRules {
    /// By the number of the command's word, in the order of the document.
    pub(super) guards: Vec<Vec<GuardRules>>,
    pub(super) eligibility: Vec<EligibilityRules>,
    pub(super) separations: Vec<SeparationRules>,
    pub(super) administrator: Option<u32>,
    pub(super) escalate: Option<u32>,
    pub(super) reserved: FixedBitSet,
    pub(super) exclusive: FixedBitSet,
    /// By role, as are the two below.
    pub(super) seats: Vec<Option<Extent>>,
    pub(super) assigns: Vec<Vec<u32>>,
    pub(super) tracked: FixedBitSet,
}

#[derive(Debug)]
pub(super) struct GuardRules {
    pub(super) kinds: Vec<u16>,
    pub(super) permission: u32,
}

/// A row of eligibility: it matches when each list is empty or names what is asked.
#[derive(Clone, Debug)]
pub(crate) struct EligibilityRules {
    /// Visions of the working unit.
    pub(crate) working_at: Vec<u8>,
    /// Kinds of the subject.
    pub(crate) kinds: Vec<u16>,
    /// Visions of the unit that the scope names.
    pub(crate) units: Vec<u8>,
    /// Built-in roles.
    pub(crate) roles: Vec<u32>,
    pub(crate) requires: Option<RequirementRules>,
    pub(crate) direct: bool,
}

/// The affiliation that a row of eligibility asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequirementRules {
    pub(crate) affiliation: u16,
    pub(crate) at: RequirementAt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequirementAt {
    Unit,
    UnitOrBelow,
    Set(u32),
}

/// Roles of which nobody holds more than so many.
#[derive(Clone, Debug)]
pub(crate) struct SeparationRules {
    pub(crate) name: Name,
    /// Sorted.
    pub(crate) roles: Vec<u32>,
    pub(crate) at_most: usize,
    pub(crate) per: Extent,
}

/// The same, numbered.
#[derive(Debug)]
pub(super) struct SupportDoor {
    pub(super) channel: u8,
    pub(super) roles: FixedBitSet,
}
