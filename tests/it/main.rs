//! The tests, a module a topic, each test named after the contract, the row or the
//! ruling it proves.

#[path = "../oracle/mod.rs"]
mod oracle;

mod arbitrary;
mod asking;
#[allow(dead_code)]
mod campaign;
mod engine;
mod errors;
mod given;
mod worlds;

mod administration;
mod authority;
mod contract;
mod decision;
mod diff;
mod distribution;
mod doors;
mod enrolment;
mod events;
mod hours;
mod import;
mod layers;
mod people;
mod properties;
mod questions;
mod record;
mod report;
mod request_facts;
mod roles;
mod scenarios;
mod scopes;
mod sessions;
mod tenants;
mod time;
mod upkeep;
