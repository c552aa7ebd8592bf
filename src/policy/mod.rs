//! The constitution: the document, what makes it valid, and what it says once its
//! words are numbered.

mod compiled;
mod diagnostic;
mod document;
mod limits;
mod read;
mod validate;

pub use compiled::Policy;
pub use diagnostic::{Diagnostic, Position, Severity};
pub use document::{DOCUMENT_VERSION, Function, Kind, PolicyDocument, UnitKind, UnitSet};

pub(crate) use compiled::RoleRules;
pub(crate) use validate::nearest;
