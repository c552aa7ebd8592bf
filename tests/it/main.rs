//! The tests, a module a topic, each test named after the contract, the row or the
//! ruling it proves.

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
