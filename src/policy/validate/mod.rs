//! Whether a document makes sense.

mod administration;
pub(in crate::policy) mod catalogue;
pub(in crate::policy) mod inclusion;
mod lint;
pub(in crate::policy) mod rules;
