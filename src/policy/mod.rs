//! The policy of a program: what its author writes, and what the engine asks.
//!
//! A pipeline of four stages, each of which knows only those before it:
//!
//! 1. `document`: the types of the document, as serde sees them;
//! 2. `parse`: from a text to a document, with the line and column of every part;
//! 3. `validate`: the errors and warnings of a document;
//! 4. `compiled`: a valid document, its words numbered and its roles worked out.
//!
//! Below all of them stand `limits`, `diagnostic` (what the stages report with), `error` (why there
//! is no policy) and `suggest`. What changes while the program runs (people, units, grants) must
//! not be here: those are facts.

mod compiled;
mod diagnostic;
mod document;
mod error;
pub(crate) mod limits;
mod parse;
mod suggest;
#[cfg(test)]
mod tests;
mod validate;

#[doc(hidden)] // The crate's root shows it.
pub use compiled::Policy;
pub use diagnostic::{Diagnostic, Position, Severity};
pub use document::{
    Administration, DOCUMENT_VERSION, Document, Eligibility, Enforced, Extent, Function, Guard,
    HoursRules, Kind, Renamed, Requirement, RequirementPlace, Retired, Reviews, Revocation,
    Separation, Silence, SupportRules, UnitKind, UnitSet, Visit,
};
pub use error::PolicyError;

pub use crate::model::{Ceiling, IdentifierScheme, Pattern, Role};

pub(crate) use compiled::{EligibilityRules, RequirementAt, RoleRules, SeparationRules};
pub(crate) use suggest::nearest;
