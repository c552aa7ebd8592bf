//! The indexes that make up the store: people and what each holds, the trees of units and of
//! groups, the rights of roles, grids with who is enrolled, and grants by scope.
//!
//! An index knows how it is laid out and nothing of the store around it: questions that need two of
//! them are for [`state`](super::state) and its neighbours. A check reads `person`, `people`,
//! `rights` and `forest`: a change there shows in the figures.

pub(super) mod by_scope;
pub(super) mod forest;
pub(super) mod grids;
pub(super) mod people;
pub(super) mod person;
pub(super) mod rights;

pub use forest::MAX_DEPTH;
pub use grids::{MAX_ENROLMENTS, MAX_TENANT_GRIDS};
pub use people::{
    MAX_AFFILIATIONS, MAX_GRANTS, MAX_MEMBERSHIPS, MAX_REGISTRATIONS, MAX_RESTRICTIONS,
};

pub(crate) use forest::Path;
pub(crate) use grids::{Binding, GridFacts};
pub(crate) use people::Person;
pub(crate) use person::{Detail, EVER, Head, NEVER, PersonIndex, Term, Word};
pub(crate) use rights::{Effective, Rights, block};
