//! The facts: who is registered where, who holds what, and all else that decisions look at.
//!
//! A [`Snapshot`] is the public handle on one revision. Behind it is one store (`state`) made of
//! indexes (`index`) and of rows whose names are resolved to ids (`rows`). An [`Event`] changes it
//! (`apply`), a document fills it or is written from it (`document`), and names become ids in one
//! place (`lookup`).
//!
//! Nothing here decides whether access is allowed, and no rule of administration is here: the first
//! is for the engine, the second for commands.

mod apply;
mod document;
mod enrolments;
mod error;
mod event;
mod holders;
mod index;
mod lookup;
mod person_number;
mod restore;
mod rows;
mod snapshot;
mod state;
mod verify;

pub use document::{Enrolment, EnrolmentBuilder, FACTS_VERSION, SeatContract, Suspension};
pub use error::{Cause, FactsError};
pub use verify::Damage;
#[doc(hidden)] // The crate's root shows them.
pub use {document::Facts, event::Event, snapshot::Snapshot, state::Revision};

pub use crate::model::{
    Affiliation, AffiliationBuilder, Attestation, Basis, CustomRole, GrantBuilder, Group,
    InvalidName, Outcome, Place, Restriction, RoleRequest, Subject,
};

pub(crate) use apply::Newcomers;
pub(crate) use document::Row;
pub(crate) use error::Fault;
pub(crate) use index::{
    Binding, Detail, EVER, Effective, GridFacts, Head, NEVER, Path, Person, PersonIndex, Rights,
    Term, Word, block,
};
pub(crate) use lookup::{GrantId, Lookup, Reading};
pub(crate) use person_number::{number_of, numbered};
pub(crate) use rows::{
    Affiliated, BasisId, CampaignFacts, PLATFORM, PlaceId, RestrictionFacts, ScopeId, SeatId,
    SubjectId,
};
pub(crate) use state::State;

pub mod limits {
    //! How much of everything there may be. Past a limit, an event is refused with an error that
    //! names the limit.
    pub use super::apply::{
        MAX_CAMPAIGNS, MAX_INCLUDES, MAX_REQUESTS, MAX_RESTRICTION_PATTERNS, MAX_ROLE_PATTERNS,
        MAX_ROLE_RESTRICTIONS, MAX_TENANT_ROLES,
    };
    pub use super::index::MAX_DEPTH;
    pub use super::index::{
        MAX_AFFILIATIONS, MAX_GRANTS, MAX_MEMBERSHIPS, MAX_REGISTRATIONS, MAX_RESTRICTIONS,
    };
    pub use super::index::{MAX_ENROLMENTS, MAX_TENANT_GRIDS};
    pub use crate::model::{
        MAX_ATTESTATION_BYTES, MAX_CAMPAIGN_ITEMS, MAX_HOURS_BYTES, MAX_NAME_BYTES,
        MAX_REASON_BYTES, MAX_SESSION_ROLES, MAX_WINDOWS,
    };
    pub use crate::policy::limits::*;
    pub use crate::store::TREE_MAX as MAX_TENANTS_GROUPS_AND_ROLES;
}
