//! Plain words: what policies, facts and commands are made of, each a value that serde reads and
//! writes.
//!
//! Nothing here decides anything, and nothing here knows of any other module but
//! [`time`](crate::Instant).

mod actor;
mod affiliation;
mod attestation;
mod campaign;
mod command_word;
mod grant;
mod grid;
mod group;
mod name;
mod permission;
mod person;
mod request;
mod restriction;
mod role;
mod scope;
mod unit;

pub use actor::Actor;
pub use affiliation::{Affiliation, AffiliationBuilder, Place};
pub use attestation::{Attestation, MAX_ATTESTATION_BYTES};
pub use campaign::{Campaign, MAX_CAMPAIGN_ITEMS, ReviewAnswer, ReviewItem, Reviewers, Verdict};
pub use command_word::CommandWord;
pub use grant::{Basis, Grant, GrantBuilder};
pub use grid::{Day, Grid, Hours, InvalidHours, MAX_HOURS_BYTES, MAX_WINDOWS, Window};
pub(crate) use grid::{MINUTES_A_WEEK, is_zone_name};
pub use group::Group;
pub use name::{InvalidName, MAX_NAME_BYTES, Name};
pub use permission::{Pattern, Permission};
pub(crate) use person::mask;
pub use person::{Identifier, IdentifierScheme, Registration};
pub use request::{MAX_REASON_BYTES, Outcome, RoleRequest};
pub use restriction::{Restriction, Subject};
pub use role::{Ceiling, CustomRole, MAX_SESSION_ROLES, Role};
pub use scope::Scope;
pub use unit::Unit;
