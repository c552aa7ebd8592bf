//! The facts: one persistent store, its indexes, and the events that change it.

mod apply;
mod by_scope;
mod document;
mod event;
mod facts;
mod forest;
mod grids;
mod import;
mod lookup;
mod misfit;
mod people;
mod people_of;
mod record;
mod restore;
mod rights;
mod snapshot;
mod verify;

pub use event::Event;
pub use import::{Enrolment, FACTS_VERSION, Facts, SeatContract, Suspension};
pub use snapshot::{Revision, Snapshot};
pub use verify::Damage;

pub(crate) use apply::Newcomers;
pub(crate) use facts::{Affiliated, BasisId, CampaignFacts, PLATFORM, PlaceId, RestrictionFacts, ScopeId, SubjectId};
pub(crate) use forest::{NONE, Path};
pub(crate) use grids::{Binding, GridFacts};
pub(crate) use lookup::{GrantId, Lookup, Reading};
pub(crate) use misfit::{Cause, Misfit};
pub(crate) use people::Person;
pub(crate) use people_of::{number_of, numbered};
pub(crate) use record::{Detail, EVER, Head, NEVER, Record, Term, Word};
pub(crate) use rights::{Effective, Rights, block};
pub(crate) use snapshot::State;

pub mod limits {
    //! How much of everything there may be. Past a limit, an event is refused with
    //! an error that names it.
    pub use super::apply::{
        MAX_CAMPAIGNS, MAX_INCLUDES, MAX_REQUESTS, MAX_RESTRICTION_PATTERNS, MAX_ROLE_PATTERNS, MAX_ROLE_RESTRICTIONS,
        MAX_TENANT_ROLES,
    };
    pub use super::forest::MAX_DEPTH;
    pub use super::grids::{MAX_ENROLMENTS, MAX_TENANT_GRIDS};
    pub use super::people::{MAX_AFFILIATIONS, MAX_GRANTS, MAX_MEMBERSHIPS, MAX_REGISTRATIONS, MAX_RESTRICTIONS};
    pub use crate::model::{
        MAX_ATTESTATION_BYTES, MAX_CAMPAIGN_ITEMS, MAX_HOURS_BYTES, MAX_NAME_BYTES, MAX_REASON_BYTES,
        MAX_SESSION_ROLES, MAX_WINDOWS,
    };
    pub use crate::policy::limits::*;
    pub use crate::store::TREE_MAX as MAX_TENANTS_GROUPS_AND_ROLES;
}
