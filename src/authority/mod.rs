//! [`Authority`]: one writer, any number of readers that never wait.

mod change;
mod commit;
mod error;
mod history;
mod listeners;
mod open;

use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;

use crate::admin::{Command, Offers, Refusal, WhatIf};
use crate::engine::{Coverage, Decision, Denied, Explanation, Request, ResolvedRequest};
use crate::engine::{Session, SignIn, session};
use crate::facts::{Event, Revision, Snapshot, State};
use crate::journal::{Entry, Journal};
use crate::model::Actor;
use crate::model::Permission;
use crate::policy::Policy;
use crate::time::Instant;

pub use change::Change;
pub use commit::{Executed, Proposal};
pub use error::Error;
pub use history::{AsOf, History, Link, Topic};
use listeners::{Listeners, OnEntry, OnRefusal};

/// The façade: decides on the newest facts, and changes them.
///
/// Shared between threads as it is (`&Authority`, `Arc<Authority>`). A check takes
/// no lock and no reference count; changes wait for one another, readers for
/// nobody: they see the facts before a change or after it, never a part.
///
/// ```
/// use alcada::{Authority, Event, Grant, Instant, Permission, Policy, Registration, Request};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let authority = Authority::in_memory(Policy::from_toml(r#"
///     version = 1
///     functions.articles.actions = ["view", "edit"]
///     roles.editor.permissions = ["articles:*"]
/// "#)?);
/// authority.apply(&Event::PersonRegistered(Registration::of("ana")?))?;
/// authority.apply(&Event::Granted(Grant::role("editor").to("ana").everywhere()?))?;
/// authority.require(&Request::by("ana").to(Permission::new("articles:edit")), Instant::now())?;
/// # Ok(())
/// # }
/// ```
pub struct Authority {
    current: ArcSwap<State>,
    /// Held while a change is made, so that changes follow one another: the instant of
    /// the last entry.
    writer: Mutex<Instant>,
    /// Where changes are recorded; none: nowhere.
    journal: Option<Arc<dyn Journal>>,
    entries: Listeners<OnEntry>,
    refusals: Listeners<OnRefusal>,
}

/// How much it holds, and nothing of it.
impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Authority").field(&self.snapshot()).finish()
    }
}

impl Authority {
    /// An authority whose facts live in memory alone, and are none yet. It keeps no
    /// record; [`Authority::open`] makes one that does.
    #[must_use]
    pub fn in_memory(policy: impl Into<Arc<Policy>>) -> Authority {
        Authority::from(Snapshot::new(policy))
    }

    /// The newest facts, for a batch of work on one state of them.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.current.load_full())
    }

    /// The newest facts if they are at least as new as a revision: what a reader
    /// asks for that was told of a change. Every revision that a change on this
    /// authority has returned is there.
    #[must_use]
    pub fn at_least(&self, revision: Revision) -> Option<Snapshot> {
        Some(self.snapshot()).filter(|snapshot| snapshot.revision() >= revision)
    }

    /// Which state of the facts is the newest.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.current.load().revision
    }

    /// Whether the principal may do this, there, now. See [`Snapshot::check`].
    pub fn check(&self, request: &Request<'_>, now: impl Into<Instant>) -> Decision {
        self.current.load().check(request, now.into())
    }

    /// Ok if allowed, for use with `?`.
    ///
    /// # Errors
    /// [`Denied`], which is safe to show.
    pub fn require(&self, request: &Request<'_>, now: impl Into<Instant>) -> Result<(), Denied> {
        self.check(request, now).require()
    }

    /// Resolves the names of a request, for asking it again and again.
    ///
    /// # Errors
    /// [`Denied`], as a check would deny it, when a name is unknown.
    pub fn resolve(&self, request: &Request<'_>) -> Result<ResolvedRequest, Denied> {
        self.snapshot().resolve(request)
    }

    /// [`check`](Authority::check) for a request whose names are resolved.
    pub fn check_resolved(&self, request: &ResolvedRequest, now: impl Into<Instant>) -> Decision {
        self.current.load().check_resolved(request, now.into())
    }

    /// Decides every request on one state of the facts, in their order.
    #[must_use]
    pub fn check_all(&self, requests: &[Request<'_>], now: impl Into<Instant>) -> Vec<Decision> {
        self.snapshot().check_all(requests, now)
    }

    /// Why the answer is what it is. See [`Snapshot::explain`].
    #[must_use]
    pub fn explain(&self, request: &Request<'_>, now: impl Into<Instant>) -> Explanation {
        self.snapshot().explain(request, now)
    }

    /// Lets somebody in, or says why not and when. See [`Snapshot::sign_in`].
    ///
    /// # Errors
    /// The first reason that stands against it.
    pub fn sign_in(
        &self,
        sign_in: &SignIn<'_>,
        now: impl Into<Instant>,
    ) -> Result<Session, session::Refused> {
        self.snapshot().sign_in(sign_in, now)
    }

    /// Decides a request within a session. See [`Snapshot::check_session`].
    pub fn check_session(
        &self,
        session: &Session,
        request: &Request<'_>,
        now: impl Into<Instant>,
    ) -> Decision {
        self.current.load().check_session(session, request, now.into())
    }

    /// Explains a decision within a session. See [`Snapshot::explain_session`].
    #[must_use]
    pub fn explain_session(
        &self,
        session: &Session,
        request: &Request<'_>,
        now: impl Into<Instant>,
    ) -> Explanation {
        self.snapshot().explain_session(session, request, now)
    }

    /// Where the principal has the permission. See [`Snapshot::coverage`].
    #[must_use]
    pub fn coverage(
        &self,
        principal: &str,
        permission: Permission<'_>,
        now: impl Into<Instant>,
    ) -> Coverage {
        self.snapshot().coverage(principal, permission, now)
    }

    /// What a command would change, decided on the newest facts, or why it is refused. See [`Snapshot::decide`].
    ///
    /// # Errors
    /// The rule that stands against it.
    pub fn decide(
        &self,
        actor: &Actor,
        command: &Command,
        reason: &str,
        now: impl Into<Instant>,
    ) -> Result<Vec<Event>, Refusal> {
        self.snapshot().decide(actor, command, reason, now)
    }

    /// What commands would change if they were executed one after the other, and who would gain or lose
    /// what by it; nothing changes. See [`Snapshot::what_if`].
    #[must_use]
    pub fn what_if<'c>(
        &self,
        actor: &Actor,
        commands: impl IntoIterator<Item = &'c Command>,
        reason: &str,
        now: impl Into<Instant>,
    ) -> WhatIf {
        let (before, last) = self.newest();
        before.what_if(actor, commands, reason, now.into().max(last))
    }

    /// What an operator may give to a person, and why not the rest. See [`Snapshot::offers`].
    ///
    /// # Errors
    /// When the actor, the person or the unit is not known there.
    pub fn offers(
        &self,
        actor: &Actor,
        subject: &str,
        unit: &str,
        now: impl Into<Instant>,
    ) -> Result<Offers, Refusal> {
        self.snapshot().offers(actor, subject, unit, now)
    }

    /// Calls back with every entry, its own and those it catches up with, after
    /// readers can see it. Two changes made at once may be told in either order: entries have revisions.
    pub fn on_entry(&self, listener: impl Fn(&Entry) + Send + Sync + 'static) {
        self.entries.add(Arc::new(listener));
    }

    /// Calls back with every command that was refused, and who issued it.
    pub fn on_refusal(&self, listener: impl Fn(&Actor, &Refusal) + Send + Sync + 'static) {
        self.refusals.add(Arc::new(listener));
    }
}

/// An authority that begins with these facts; requests resolved before are refused by it.
impl From<Snapshot> for Authority {
    fn from(snapshot: Snapshot) -> Authority {
        Authority {
            current: ArcSwap::new(snapshot.into_line()),
            writer: Mutex::new(Instant::MIN),
            journal: None,
            entries: Listeners::default(),
            refusals: Listeners::default(),
        }
    }
}

impl Decision {
    /// Whether this decision of this authority still stands: nothing has changed
    /// since, and its time is not over. A host that keeps decisions asks this before it uses one again.
    #[must_use]
    pub fn is_current(&self, authority: &Authority, now: impl Into<Instant>) -> bool {
        let now = now.into();
        self.revision() == authority.revision() && self.until().is_none_or(|until| now < until)
    }
}
