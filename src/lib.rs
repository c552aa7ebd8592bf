//! May this person do this, here, now, and until when?
//!
//! **alcada** (Portuguese *alçada*: the limit of what someone may decide) answers
//! that inside your program, in nanoseconds, exactly, and says why. It is made for
//! organisations: functions and actions, roles, groups with leaders, a tree of
//! units, grants that rest on dated facts and end with them.
//!
//! # In short
//!
//! A [`Policy`] is what the developer writes: which functions there are, which
//! roles, which kinds of people and units, what nobody may exceed. The facts change
//! while the program runs, by [`Event`]s: who is where, who holds what. An
//! [`Authority`] holds both and answers a [`Request`] with a [`Decision`]. What people
//! change comes as a [`Command`] and is decided too: carried out and recorded as an
//! [`Entry`], or turned down by a [`Refusal`] that says what is missing.
//!
//! ```
//! use alcada::{Authority, Decision, Event, Facts, Grant, Instant, Permission, Policy, Request};
//!
//! const EDIT: Permission = Permission::new("expenses:edit"); // checked by the compiler
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let policy = Policy::from_toml(r#"
//!     version = 1
//!     visions = ["city", "district", "school"]
//!     affiliations = ["exercise"]
//!     functions.expenses.actions = ["view", "edit"]
//!     unit-kinds.city = { vision = "city" }
//!     unit-kinds.district = { vision = "district" }
//!     unit-kinds.school = { vision = "school" }
//!     roles.clerk = { permissions = ["expenses:*"], visions = ["school"] }
//!     roles.supervisor = { permissions = ["*:view"], visions = ["district", "city"] }
//! "#)?;
//! policy.require([EDIT])?; // at start-up: names whatever the policy lacks
//!
//! let authority = Authority::in_memory(policy);
//! authority.import(&Facts::from_toml(r#"
//!     version = 1
//!     units = [
//!         { code = "sp", kind = "city" },
//!         { code = "108100", kind = "district", parent = "sp" },
//!         { code = "094765", kind = "school", parent = "108100" },
//!     ]
//!     people = [{ person = "7210418", tenant = "sp" }]
//! "#)?)?;
//! authority.apply(&Event::Granted(Grant::role("clerk").to("7210418").only_in("094765")?))?;
//!
//! let request = Request::by("7210418").to(EDIT).in_unit("094765");
//! let now = Instant::now();
//! authority.require(&request, now)?; // Err(Denied) is the 403, safe to show
//! match authority.check(&request, now) {
//!     Decision::Allow { until, .. } => println!("until {until:?}"),
//!     Decision::Deny { .. } => eprintln!("{}", authority.explain(&request, now)),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Where to read on
//!
//! - [`docs::semantics`]: what a decision is, exactly.
//! - [`docs::contract`]: every promise by its number, each proven by a test; and what is planned.
//! - [`docs::administration`]: commands, and by which rules they are decided.
//! - [`docs::hours`]: access hours, their time zones and their text form.
//! - [`docs::sessions`]: signing in, what is left within a session, and support.
//! - [`docs::upkeep`]: what no longer holds, work handed over, reviews.
//! - [`docs::questions`]: who can, where, what, and why all.
//! - [`docs::record`]: what is kept of every change, and for how long.
//! - [`docs::changes`]: what changed for whom, what would, and by whose leave.
//! - [`docs::policy`]: every key of the policy document.
//! - [`docs::reports`]: lints over the facts, pictures and tables.
//! - [`docs::architecture`]: how it is built, and where a line belongs.
//! - [`docs::performance`]: what it costs, measured.
//! - [`docs::security`]: what it promises, and what it trusts.
//! - [`docs::glossary`]: the words, and the field's words for them.
//!
//! # What this crate does not do
//!
//! - It stores no passwords and no sessions: it is told who asks, and a session is a value that the host keeps.
//! - It opens no socket and no file (with the feature `tzif`, those of time zones, when a grid first names one), reads no
//!   clock in a decision, and starts no thread.
//! - It evaluates no expressions: a policy is data, and what it costs is bounded.
//! - It does not guess: an unknown name is a denial of its own.
//! - Not in this version: exports of a tenant's data, a journal on disk.

#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![warn(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::todo,
    clippy::unimplemented,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::arithmetic_side_effects
    )
)]

mod admin;
mod authority;
mod engine;
mod facts;
mod journal;
mod model;
mod policy;
mod report;
mod store;
pub mod testing;
mod time;
mod zones;

pub use admin::{
    Command, Covers, Current, Ended, Evidence, Grounds, LastSeen, LastUse, MAX_PLAN_ROWS, Mass, NotOffered, Offers,
    Plan, PlanLink, PlanRow, Progress, Refusal, RevocationRule, RoleOffer, Rule, SilentSource, Source, Tells,
    Uncovered, UnitOffer, Wanting, WhatIf,
};
pub use authority::{AsOf, Authority, Change, Error, Executed, History, Link, Proposal, Topic};
pub use engine::{
    Answer, AnswerBetween, Answers, AnswersBetween, Asking, Coverage, Decision, Denied, DenyReason, Diff, Difference,
    Explanation, GrantFinding, GridFinding, HandOver, HandOverBook, HoursDifference, Inheritance, MAX_HAND_OVERS,
    NoPage, Page, PageToken, People, Reach, Request, ResolvedRequest, RestrictionFinding, Session, SignIn,
    SignInReason, SignInRefused, SignedOut, Stage, Target, Transfer, Work,
};
pub use facts::{
    Cause, Damage, Enrolment, Event, FACTS_VERSION, Facts, FactsError, Revision, SeatContract, Snapshot, Suspension,
    limits,
};
pub use journal::{
    Addition, CHECKPOINT_VERSION, Checkpoint, Entry, Journal, JournalError, MemoryJournal, RECORD_VERSION, Record,
    RoleOf, Touched,
};
pub use model::{
    Actor, Affiliation, Attestation, Basis, Campaign, Ceiling, CommandWord, CustomRole, Day, Grant, GrantBuilder, Grid,
    Group, Hours, Identifier, IdentifierScheme, InvalidHours, InvalidName, MAX_NAME_BYTES, Name, Outcome, Pattern,
    Permission, Picture, Place, Registration, Restriction, ReviewAnswer, ReviewItem, Reviewers, Role, RoleRequest,
    Scope, Subject, Unit, Verdict, Window,
};
pub use policy::{
    Administration, DOCUMENT_VERSION, Diagnostic, Eligibility, Enforced, Extent, Function, Guard, HoursRules, Kind,
    Policy, PolicyDocument, PolicyError, Position, Renamed, Requirement, RequirementPlace, Retired, Reviews,
    Revocation, Separation, Severity, Silence, SupportRules, UnitKind, UnitSet, Visit,
};
pub use report::{Dot, Finding, Findings, Idle, Lint, Lints, Table};
pub use time::{Instant, Interval, InvalidTime};
pub use zones::{Zones, ZonesError};

pub mod docs {
    //! The longer texts.

    #[doc = include_str!("docs/administration.md")]
    pub mod administration {}
    #[doc = include_str!("docs/architecture.md")]
    pub mod architecture {}
    #[doc = include_str!("docs/changes.md")]
    pub mod changes {}
    #[doc = include_str!("docs/contract.md")]
    pub mod contract {}
    #[doc = include_str!("docs/glossary.md")]
    pub mod glossary {}
    #[doc = include_str!("docs/hours.md")]
    pub mod hours {}
    #[doc = include_str!("docs/performance.md")]
    pub mod performance {}
    #[doc = include_str!("docs/policy.md")]
    pub mod policy {}
    #[doc = include_str!("docs/questions.md")]
    pub mod questions {}
    #[doc = include_str!("docs/record.md")]
    pub mod record {}
    #[doc = include_str!("docs/reports.md")]
    pub mod reports {}
    #[doc = include_str!("docs/security.md")]
    pub mod security {}
    #[doc = include_str!("docs/semantics.md")]
    pub mod semantics {}
    #[doc = include_str!("docs/sessions.md")]
    pub mod sessions {}
    #[doc = include_str!("docs/upkeep.md")]
    pub mod upkeep {}
}

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct Readme;
