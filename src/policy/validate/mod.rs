//! validate

mod administration;
mod catalogue;
mod document;
mod former;
mod inclusion;
mod lint;
mod lists;
mod operations;
mod reading;
mod roles;
mod rules;
mod words;

#[cfg(test)]
pub(super) use document::validate;
pub(super) use reading::check;
