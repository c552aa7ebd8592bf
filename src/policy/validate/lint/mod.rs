//! Warnings: what a valid document says and probably does not mean.
//!
//! These rules may take for granted that every name exists and that the limits are kept. Errors
//! must not be here: a document with warnings is a policy.

mod administration;
mod ceilings;
mod document;
mod roles;

pub(super) use document::lint;
