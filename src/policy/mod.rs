//! The constitution: the document, what makes it valid, and what it says once its
//! words are numbered.

mod compiled;
mod diagnostic;
mod document;
pub(crate) mod limits;
mod parse;
mod suggest;
#[cfg(test)]
mod tests;
mod validate;

pub use compiled::Policy;
pub use diagnostic::{Diagnostic, Position, Severity};
pub use document::{
    Administration, DOCUMENT_VERSION, Eligibility, Enforced, Extent, Function, Guard, HoursRules, Kind, PolicyDocument,
    Renamed, Requirement, RequirementPlace, Retired, Reviews, Revocation, Separation, Silence, SupportRules, UnitKind,
    UnitSet, Visit,
};

pub(crate) use compiled::{EligibilityRules, RequirementAt, RoleRules, SeparationRules};
pub(crate) use suggest::nearest;
