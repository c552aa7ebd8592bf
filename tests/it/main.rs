//! The tests, a module a topic, each test named after the contract, the row or the
//! ruling it proves.

#[path = "../oracle/mod.rs"]
mod oracle;
mod worlds;

mod distribution;
mod scenarios;
