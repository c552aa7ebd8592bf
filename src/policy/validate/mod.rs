//! The third stage: the errors and warnings of a document.
//!
//! Each rule is one function, which reports everything that breaks it. The files are named after
//! the parts of a document that their rules are about; `lint` holds the warnings, `catalogue` and
//! `inclusion` are what several rules look things up in. How a text is read and what the engine
//! asks must not be here.

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
