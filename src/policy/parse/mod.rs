//! The second stage: from a text to a document.
//!
//! A TOML or JSON text becomes one kind of tree, whose nodes know where they stand (`tree`), and
//! the tree becomes a document (`reader` and the files named after the parts of a document). Every
//! problem of form is reported at once. Whether a document makes sense must not be asked here.

mod administration;
mod document;
mod json;
mod lines;
mod operations;
mod positions;
mod reader;
mod text;
mod toml;
mod tree;

pub(super) use positions::Positions;
pub(super) use text::{Reading, read_json, read_toml};
