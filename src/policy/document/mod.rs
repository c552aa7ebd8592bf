//! A policy as it is written.

mod administration;
mod former;
mod hours;
mod policy;
mod print;
mod support;
mod upkeep;
mod words;

pub use administration::{Administration, Eligibility, Extent, Guard, Requirement, RequirementPlace, Separation};
pub use former::{Renamed, Retired};
pub use hours::{Enforced, HoursRules};
pub use policy::{DOCUMENT_VERSION, PolicyDocument};
pub use support::SupportRules;
pub use upkeep::{Reviews, Revocation, Silence, Visit};
pub use words::{Function, Kind, UnitKind, UnitSet};

pub(super) use hours::USUAL_MINUTES;
pub(super) use policy::STANDARD_CHANNEL;
