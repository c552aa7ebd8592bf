//! The constitution: the document, what makes it valid, and what it says once its
//! words are numbered.

mod administration;
mod catalogue;
mod compiled;
mod diagnostic;
mod document;
mod error;
mod hours;
mod inclusion;
pub(crate) mod limits;
mod lint;
mod position;
mod print;
mod read;
mod suggest;
mod support;
#[cfg(test)]
mod tests;
mod tree;
mod upkeep;
mod validate;

pub use administration::{
    Administration, Eligibility, Extent, Guard, Renamed, Requirement, RequirementPlace, Retired, Separation,
};
#[doc(hidden)] // The crate's root shows it.
pub use compiled::Policy;
pub use diagnostic::{Diagnostic, Position, Severity};
pub use document::PolicyDocument as Document;
pub use document::{DOCUMENT_VERSION, Function, Kind, PolicyDocument, UnitKind, UnitSet};
pub use error::PolicyError;
pub use hours::{Enforced, HoursRules};
pub use support::SupportRules;
pub use upkeep::{Reviews, Revocation, Silence, Visit};

pub use crate::model::{Ceiling, IdentifierScheme, Pattern, Role};

pub(crate) use administration::{EligibilityRules, RequirementAt, SeparationRules};
pub(crate) use compiled::RoleRules;
pub(crate) use suggest::nearest;
