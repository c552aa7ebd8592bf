//! parse

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
