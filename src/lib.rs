//! May this person do this, here, now, and until when?
//!
//! **alcada** (Portuguese *alçada*: the limit of what someone may decide) answers that question
//! inside your program, in nanoseconds, exactly, and says why. It is made for organisations:
//! functions and actions, roles, groups with leaders, a tree of units, weekly access hours, grants
//! that rest on dated facts and end with them.
//!
//! A [`Policy`] is what the developer writes: which functions there are, which roles, which kinds
//! of people and units, what nobody may exceed. The facts change while the program runs, by
//! [`Event`]s: who is where, who holds what. An [`Authority`] holds both and answers a [`Request`]
//! with a [`Decision`]. What people change comes as a [`Command`], and is decided too: carried out
//! and recorded as an [`Entry`], or turned down by a [`Refusal`] that says what is missing.
//!
//! # You want to …
//!
//! | … | start here | example |
//! |---|---|---|
//! | ask whether somebody may do something | [`Authority::check`], [`Authority::require`] | [1](#1-ask) |
//! | say why not, and what would help | [`Authority::explain`] | [2](#2-say-why) |
//! | filter a list by what may be seen | [`Authority::coverage`] | [3](#3-filter-a-list) |
//! | keep the facts: people, units, grants | [`Authority::apply`], [`Authority::import`] | [4](#4-keep-the-facts) |
//! | let people give and take access | [`Authority::execute`] | [5](#5-let-people-change-who-may-do-what) |
//! | draw the form in which they do so | [`Authority::offers`] | [6](#6-draw-the-form) |
//! | ask who can, where, or what | [`Snapshot::who_can`], [`query`] | [7](#7-ask-who-can) |
//! | sign people in, within hours | [`Authority::sign_in`], [`hours`] | [8](#8-sign-people-in) |
//! | see what a change would do | [`Snapshot::what_if`], [`diff`] | [9](#9-see-what-a-change-would-do) |
//! | test a policy | [`testing::run`] | [10](#10-test-a-policy) |
//! | keep a journal, and go back in time | [`Authority::open`], [`journal`], [`history`] | |
//! | take back what no longer holds | [`Snapshot::plan`], [`plan`] | |
//! | let leaders review access | [`review`] | |
//! | find mistakes in the facts, draw pictures | [`Snapshot::lint`], [`report`] | |
//!
//! ## 1 Ask
//!
//! ```
//! use alcada::{Authority, Decision, Facts, Instant, Permission, Policy, Request};
//!
//! const EDIT: Permission = Permission::new("expenses:edit"); // checked by the compiler
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let policy = Policy::from_toml(r#"
//!     version = 1
//!     functions.expenses.actions = ["view", "edit"]
//!     roles.clerk.permissions = ["expenses:*"]
//! "#)?;
//! policy.require([EDIT])?; // at start-up: names whatever the policy lacks
//! let authority = Authority::in_memory(policy);
//! authority.import(&Facts::from_toml(r#"
//!     version = 1
//!     units = [{ code = "sp" }, { code = "094765", parent = "sp" }]
//!     people = [{ person = "7210418", tenant = "sp" }]
//!     grants = [{ person = "7210418", role = "clerk", scope.unit = "094765" }]
//! "#)?)?;
//!
//! let request = Request::by("7210418").to(EDIT).in_unit("094765");
//! let now = Instant::now(); // the instant is always an argument
//! authority.require(&request, now)?; // Err(Denied) is the 403, safe to show
//! if let Decision::Allow { until, .. } = authority.check(&request, now) {
//!     assert_eq!(until, None); // for as long as nobody changes anything
//! }
//! # Ok(())
//! # }
//! ```
//!
//! ## 2 Say why
//!
//! ```
//! # use alcada::{Authority, Facts, Instant, Permission, Policy, Request};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let authority = Authority::in_memory(Policy::from_toml(r#"
//! #     version = 1
//! #     functions.expenses.actions = ["view", "edit"]
//! #     roles.clerk.permissions = ["expenses:*"]
//! # "#)?);
//! # authority.import(&Facts::from_toml(r#"
//! #     version = 1
//! #     units = [{ code = "sp" }, { code = "094765", parent = "sp" }, { code = "094773", parent = "sp" }]
//! #     people = [{ person = "7210418", tenant = "sp" }]
//! #     grants = [{ person = "7210418", role = "clerk", scope.unit = "094765" }]
//! # "#)?)?;
//! let next_door = Request::by("7210418").to(Permission::new("expenses:edit")).in_unit("094773");
//! let explanation = authority.explain(&next_door, Instant::now()).to_string();
//! assert!(explanation.contains("because the permission is held elsewhere, not here"));
//! assert!(explanation.contains("the role `clerk` is granted in `094773` alone"));
//! # Ok(())
//! # }
//! ```
//!
//! ## 3 Filter a list
//!
//! ```
//! # use alcada::{Authority, Facts, Instant, Permission, Policy};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let authority = Authority::in_memory(Policy::from_toml(r#"
//! #     version = 1
//! #     functions.expenses.actions = ["view", "edit"]
//! #     roles.clerk.permissions = ["expenses:*"]
//! # "#)?);
//! # authority.import(&Facts::from_toml(r#"
//! #     version = 1
//! #     units = [{ code = "sp" }, { code = "094765", parent = "sp" }]
//! #     people = [{ person = "7210418", tenant = "sp" }]
//! #     grants = [{ person = "7210418", role = "clerk", scope.subtree = "sp" }]
//! # "#)?)?;
//! let visible = authority.coverage("7210418", Permission::new("expenses:view"), Instant::now());
//! for reach in &visible.reaches { // the parts of a WHERE clause, joined by OR
//!     assert_eq!(reach.scope.to_string(), "in `sp` and all below");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! ## 4 Keep the facts
//!
//! ```
//! # use alcada::{Authority, Policy};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let authority = Authority::in_memory(Policy::from_toml(r#"
//! #     version = 1
//! #     functions.expenses.actions = ["view", "edit"]
//! #     roles.clerk.permissions = ["expenses:*"]
//! # "#)?);
//! use alcada::{Grant, Registration, Unit};
//!
//! authority.apply(Unit::of("sp")?)?;
//! authority.apply(Unit::of("094765")?.under("sp")?)?;
//! authority.apply(Registration::of("7210418")?.in_tenant("sp")?)?;
//! authority.apply(Grant::role("clerk").to("7210418").only_in("094765")?)?;
//! assert_eq!(authority.snapshot().people(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! ## 5 Let people change who may do what
//!
//! ```
//! # use alcada::{Authority, Facts, Policy};
//! use alcada::{Actor, Grant, Instant};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let authority = Authority::in_memory(Policy::from_toml(r#"
//!     version = 1
//!     functions.expenses.actions = ["view", "edit"]
//!     functions.users.actions = ["assign"]
//!     roles.clerk.permissions = ["expenses:*"]
//!     roles.head.permissions = ["expenses:*", "users:assign"]
//!     guards = [{ commands = ["grant", "revoke"], permission = "users:assign" }]
//! "#)?);
//! # authority.import(&Facts::from_toml(r#"
//! #     version = 1
//! #     units = [{ code = "sp" }, { code = "094765", parent = "sp" }]
//! #     people = [{ person = "ana", tenant = "sp" }, { person = "rui", tenant = "sp" }]
//! #     grants = [{ person = "ana", role = "head", scope.subtree = "094765" }]
//! # "#)?)?;
//! let ana = Actor::user("ana").working_at("094765");
//! let now = Instant::now();
//! authority.execute(&ana, Grant::role("clerk").to("rui").only_in("094765")?, "hired", now)?;
//! let refused = authority.execute(&ana, Grant::role("clerk").to("rui").only_in("sp")?, "helps", now);
//! assert!(refused.unwrap_err().refusal().is_some()); // the rule, the subject, what is missing
//! # Ok(())
//! # }
//! ```
//!
//! ## 6 Draw the form
//!
//! ```
//! # use alcada::{Actor, Authority, Facts, Instant, Policy};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let authority = Authority::in_memory(Policy::from_toml(r#"
//! #     version = 1
//! #     functions.expenses.actions = ["view", "edit"]
//! #     functions.users.actions = ["assign"]
//! #     roles.clerk.permissions = ["expenses:*"]
//! #     roles.head.permissions = ["expenses:view", "users:assign"]
//! #     guards = [{ commands = ["grant", "revoke"], permission = "users:assign" }]
//! # "#)?);
//! # authority.import(&Facts::from_toml(r#"
//! #     version = 1
//! #     units = [{ code = "sp" }, { code = "094765", parent = "sp" }]
//! #     people = [{ person = "ana", tenant = "sp" }, { person = "rui", tenant = "sp" }]
//! #     grants = [{ person = "ana", role = "head", scope.subtree = "sp" }]
//! # "#)?)?;
//! let ana = Actor::user("ana").working_at("sp");
//! let offers = authority.offers(&ana, "rui", "094765", Instant::now())?;
//! for offer in &offers.roles {
//!     match &offer.answer {
//!         Ok(_) => println!("{} {}", offer.role, offer.scope),
//!         Err(rule) => println!("{} {}: {rule:?}", offer.role, offer.scope), // greyed out, and why
//!     }
//! }
//! # assert!(!offers.roles.is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! ## 7 Ask who can
//!
//! ```
//! # use alcada::{Authority, Facts, Instant, Permission, Policy, Target};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let authority = Authority::in_memory(Policy::from_toml(r#"
//! #     version = 1
//! #     functions.expenses.actions = ["view", "edit"]
//! #     roles.clerk.permissions = ["expenses:*"]
//! # "#)?);
//! # authority.import(&Facts::from_toml(r#"
//! #     version = 1
//! #     units = [{ code = "sp" }, { code = "094765", parent = "sp" }]
//! #     people = [{ person = "7210418", tenant = "sp" }]
//! #     grants = [{ person = "7210418", role = "clerk", scope.subtree = "sp" }]
//! # "#)?)?;
//! let snapshot = authority.snapshot(); // one revision, for as many questions as you like
//! let edit = Permission::new("expenses:edit");
//! for who in snapshot.who_can(edit, Target::InUnit("094765"), Instant::now()) {
//!     assert_eq!((who.name().as_str(), who.until()), ("7210418", None));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! ## 8 Sign people in
//!
//! ```
//! use alcada::{Authority, Facts, Instant, Permission, Policy, Request, SignIn};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let authority = Authority::in_memory(Policy::from_toml(r#"
//! #     version = 1
//! #     functions.tickets.actions = ["view", "answer"]
//! #     roles.agent.permissions = ["tickets:*"]
//! # "#)?);
//! authority.import(&Facts::from_toml(r#"
//!     version = 1
//!     units = [{ code = "desk" }]
//!     people = [{ person = "ana", tenant = "desk" }]
//!     grants = [{ person = "ana", role = "agent", scope.unit = "desk" }]
//!     grids = [{ tenant = "desk", name = "day", hours = "mon-fri 07:00-19:00; America/Sao_Paulo" }]
//!     enrolments = [{ tenant = "desk", grid = "day", person = "ana" }]
//! "#)?)?;
//! let morning: Instant = "2026-03-02T12:00:00Z".parse()?; // a Monday, 09:00 in São Paulo
//! let session = authority.sign_in(&SignIn::of("ana"), morning)?; // a value that the host keeps
//! let answer = Request::by("ana").to(Permission::new("tickets:answer")).in_unit("desk");
//! assert!(authority.check_session(&session, &answer, morning).is_allow());
//! # Ok(())
//! # }
//! ```
//!
//! ## 9 See what a change would do
//!
//! ```
//! # use alcada::{Authority, Facts, Instant, Policy};
//! use alcada::{Actor, Command, Grant};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let authority = Authority::in_memory(Policy::from_toml(r#"
//! #     version = 1
//! #     functions.expenses.actions = ["view", "edit"]
//! #     roles.clerk.permissions = ["expenses:*"]
//! # "#)?);
//! # authority.import(&Facts::from_toml(r#"
//! #     version = 1
//! #     units = [{ code = "sp" }]
//! #     people = [{ person = "rui", tenant = "sp" }]
//! # "#)?)?;
//! let hire = Command::from(Grant::role("clerk").to("rui").in_and_below("sp")?);
//! let what_if = authority.what_if(&Actor::host(), [&hire], "hired", Instant::now());
//! assert_eq!(what_if.diff.gained.len(), 1); // nothing has changed: this is what would
//! # Ok(())
//! # }
//! ```
//!
//! ## 10 Test a policy
//!
//! ```
//! let held = alcada::testing::run(r#"
//!     at = "2026-03-02T12:00:00Z"
//!     people = [{ person = "ana" }]
//!     grants = [{ person = "ana", role = "editor", scope = "everywhere" }]
//!     [policy]
//!     version = 1
//!     functions.articles.actions = ["view", "edit"]
//!     roles.editor.permissions = ["articles:*"]
//!     [[expect]]
//!     who = "ana"
//!     to = "articles:edit"
//!     answer = "allow"
//! "#, None)?;
//! assert_eq!(held, 1);
//! # Ok::<(), alcada::testing::Failure>(())
//! ```
//!
//! # Where to read on
//!
//! - [`docs::semantics`]: what a decision is, exactly; [`docs::contract`]: every rule, numbered.
//! - [`docs::policy`]: every key of the policy document.
//! - [`docs::administration`]: commands, and by which rules they are decided.
//! - [`docs::hours`]: access hours, their time zones and their text form.
//! - [`docs::sessions`]: signing in, what is left within a session, and support.
//! - [`docs::upkeep`]: what no longer holds, work handed over, reviews.
//! - [`docs::questions`]: who can, where, what, and why all.
//! - [`docs::journal`]: what is kept of every change, for how long, and how the facts are read
//!   back.
//! - [`docs::changes`]: what changed for whom, what would, and who authorized it.
//! - [`docs::reports`]: lints over the facts, pictures and tables.
//! - [`docs::architecture`]: how the library is built, and where a line belongs.
//! - [`docs::performance`]: what it costs, measured.
//! - [`docs::security`]: what it promises, and what it trusts.
//! - [`docs::glossary`]: the words, and the field's words for them.
//!
//! # What this crate does not do
//!
//! - It stores no passwords and no sessions: the host says who asks, and a session is a value that
//!   the host keeps.
//! - It opens no socket and no file (with the feature `tzif`, those of time zones, when a grid
//!   first names one), reads no clock in a decision, and starts no thread.
//! - It evaluates no expressions: a policy is data, and what it costs is bounded.
//! - It does not guess: an unknown name is a denial with a reason of its own.
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

mod authority;
mod engine;
mod form;
mod model;
mod store;
mod time;
mod zones;

pub mod admin;
pub mod facts;
pub mod journal;
pub mod policy;
pub mod report;
pub mod testing;

pub use admin::{Command, Refusal};
pub use authority::{Authority, Change, Error, Executed, Proposal};
pub use engine::{
    Coverage, Decision, Denied, DenyReason, Explanation, Request, ResolvedRequest, Session, SignIn,
    Target,
};
pub use facts::{Event, Facts, Revision, Snapshot};
pub use journal::Entry;
pub use model::{Actor, Grant, Identifier, Name, Permission, Registration, Scope, Unit};
pub use policy::Policy;
pub use time::{Instant, Interval};

pub mod explain {
    //! The parts of an [`Explanation`](crate::Explanation): how far each grant got, and which
    //! restrictions and grids stood in the way. [`Authority::explain`](crate::Authority::explain)
    //! gives one.
    pub use crate::engine::{GrantFinding, GridFinding, RestrictionFinding, Stage};
}

pub mod query {
    //! Answers to questions with one part left open: who can do this, where can she, what can she
    //! do there; page by page, and over a stretch of time. The questions are methods of
    //! [`Snapshot`](crate::Snapshot); [`docs::questions`](crate::docs::questions) walks through
    //! them.
    pub use crate::engine::{
        Answer, Answers, Inheritance, NoPage, Page, PageToken, Reach, Stretch, Stretches,
    };
}

pub mod diff {
    //! Differences between two snapshots: who gained or lost which permission, and where.
    //! [`Snapshot::diff`](crate::Snapshot::diff) gives one, and
    //! [`docs::changes`](crate::docs::changes) shows how to read it.
    pub use crate::engine::{Diff, Difference, HoursDifference, People};
}

pub mod hours {
    //! Weekly access hours in real time zones, the source of the zones, and work that is handed
    //! over when its owner is signed out. [`docs::hours`](crate::docs::hours) has the text form of
    //! hours, and [`docs::upkeep`](crate::docs::upkeep) hands work over.
    pub use crate::engine::{HandOver, HandOverBook, MAX_HAND_OVERS, SignedOut, Transfer, Work};
    pub use crate::model::{Day, Grid, Hours, InvalidHours, Window};
    pub use crate::time::InvalidTime;
    pub use crate::zones::{Zones, ZonesError};
}

pub mod session {
    //! Why somebody may not sign in. [`SignIn`](crate::SignIn) is the attempt,
    //! [`Session`](crate::Session) what comes of it, and [`docs::sessions`](crate::docs::sessions)
    //! tells what is asked within a session.
    pub use crate::engine::session::{Reason, Refused};
}

pub mod plan {
    //! Plans of access to take back because its ground is gone, each row with its evidence.
    //! [`Snapshot::plan`](crate::Snapshot::plan) draws a plan, and
    //! [`docs::upkeep`](crate::docs::upkeep) walks through one.
    pub use crate::admin::plan::{
        Covers, Current, Ended, Evidence, Grounds, LastSeen, LastUse, Link, MAX_ROWS, Mass, Plan,
        RevocationRule, Row, SilentSource, Source, Tells,
    };
}

pub mod review {
    //! Access reviews: campaigns in which leaders or administrators say of each grant whether its
    //! holder keeps it. [`docs::upkeep`](crate::docs::upkeep) walks through a campaign.
    pub use crate::admin::Progress;
    pub use crate::model::{
        Campaign, ReviewAnswer as Answer, ReviewItem as Item, Reviewers, Verdict,
    };
}

pub mod history {
    //! Looking back in a journal: the facts as they were
    //! ([`Authority::as_of`](crate::Authority::as_of)), who changed what
    //! ([`history`](crate::Authority::history)), and who authorized a grant
    //! ([`provenance`](crate::Authority::provenance)).
    pub use crate::authority::{AsOf, History, Link, Topic};
}

pub mod docs {
    //! The manual, page by page.

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
    #[doc = include_str!("docs/journal.md")]
    pub mod journal {}
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
