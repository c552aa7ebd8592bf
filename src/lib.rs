//! placeholder tour

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod authority;
mod engine;
mod error;
mod model;
mod policy;
mod state;
mod store;
mod time;

pub use authority::Authority;
pub use engine::{
    Asking, Coverage, Decision, Denied, DenyReason, Explanation, GrantFinding, Reach, Request, ResolvedRequest,
    RestrictionFinding, Stage, Target,
};
pub use error::Error;
pub use model::{
    Affiliation, Basis, Ceiling, CustomRole, Grant, GrantBuilder, Group, Identifier, IdentifierScheme, InvalidGrant,
    InvalidIdentifier, InvalidName, InvalidPermission, MAX_NAME_BYTES, Name, Pattern, Permission, Place, Registration,
    Restriction, Role, Scope, Subject, Unit,
};
pub use policy::{
    DOCUMENT_VERSION, Diagnostic, Function, Kind, Policy, PolicyDocument, Position, Severity, UnitKind, UnitSet,
};
pub use state::{Damage, Event, FACTS_VERSION, Facts, Revision, Snapshot, Suspension, limits};
pub use time::{EmptyInterval, Instant, Interval, InvalidInstant};
