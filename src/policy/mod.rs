//! The constitution.
mod document;
pub use document::{DOCUMENT_VERSION, Function, Kind, PolicyDocument, UnitKind, UnitSet};
