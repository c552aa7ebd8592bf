//! lint

mod administration;
mod ceilings;
mod document;
mod roles;

pub(super) use document::lint;
