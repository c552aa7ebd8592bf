//! A policy as it is written: the types of the document, each a mirror of its text.

mod administration;
mod hours;
mod policy;
mod print;
mod support;
mod upkeep;

pub use administration::{
    Administration, Eligibility, Extent, Guard, Renamed, Requirement, RequirementPlace, Retired, Separation,
};
pub use hours::{Enforced, HoursRules};
pub use policy::{DOCUMENT_VERSION, Function, Kind, PolicyDocument, UnitKind, UnitSet};
pub use support::SupportRules;
pub use upkeep::{Reviews, Revocation, Silence, Visit};

pub(in crate::policy) use support::{SupportDoor, lint};
