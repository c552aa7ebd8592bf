//! The first stage: a policy as its author writes it, in plain types for serde.
//!
//! Here belong what the document can say, what a part means that is left out, and printing. How a
//! text is read, which documents are valid and how their words are numbered must not be here: the
//! other stages know this one, and this one knows none of them.

mod administration;
mod former;
mod hours;
mod policy;
mod print;
mod support;
mod upkeep;
mod words;

pub use administration::{
    Administration, Eligibility, Extent, Guard, Requirement, RequirementPlace, Separation,
};
pub use former::{Renamed, Retired};
pub use hours::{Enforced, HoursRules};
pub use policy::{DOCUMENT_VERSION, Document};
pub use support::SupportRules;
pub use upkeep::{Reviews, Revocation, Silence, Visit};
pub use words::{Function, Kind, UnitKind, UnitSet};

pub(super) use hours::USUAL_MINUTES;
pub(super) use policy::STANDARD_CHANNEL;
