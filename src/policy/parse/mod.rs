//! From a text to a document.

mod administration;
pub(in crate::policy) mod positions;
pub(in crate::policy) mod reader;
pub(in crate::policy) mod tree;
