//! What people read of the facts: lints, pictures, tables.

mod lints;
mod lints_worlds;
mod pictures;
