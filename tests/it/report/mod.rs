//! What people read about the facts: lints, pictures, tables.

mod lints;
mod lints_worlds;
mod pictures;
