//! The tests: a module for a topic. A test whose name begins with a number (`x4_`, `d10_`, `r34_`)
//! proves that rule of the contract, `src/docs/contract.md`.

#[path = "../oracle/mod.rs"]
mod oracle;

mod arbitrary;
mod asking;
mod engine;
mod errors;
mod given;
#[allow(dead_code)]
mod random_commands;
mod worlds;

mod administration;
mod authority;
mod channels;
mod contract;
mod decision;
mod diff;
mod distribution;
mod enrolment;
mod events;
mod hours;
mod import;
mod journal;
mod layers;
mod people;
mod properties;
mod questions;
mod report;
mod request_facts;
mod roles;
mod scenarios;
mod scopes;
mod sessions;
mod tenants;
mod time;
mod upkeep;
