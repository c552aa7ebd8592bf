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
use crate::model::{Actor, Permission};
use crate::policy::Policy;
use crate::time::Instant;

pub use change::Change;
pub use commit::{Executed, Proposal};
pub use error::Error;
pub use history::{AsOf, History, Link, Topic};
use listeners::{Listeners, OnEntry, OnRefusal};

/// A policy and the newest facts: answers requests, and changes the facts.
///
/// Threads share one authority (`&Authority`, `Arc<Authority>`). A check takes no lock and no
/// reference count. Changes wait for one another; readers never wait, and see the facts before a
/// change or after it, never in between.
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
    /// The instant of the last entry. The lock is taken for every change, so that changes follow
    /// one another.
    writer: Mutex<Instant>,
    /// The journal to which changes are added; `None` if they are not recorded.
    journal: Option<Arc<dyn Journal>>,
    entries: Listeners<OnEntry>,
    refusals: Listeners<OnRefusal>,
}

/// How much the authority holds, and nothing of what it holds.
impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Authority").field(&self.snapshot()).finish()
    }
}

impl Authority {
    /// An authority without facts yet, which keeps its facts in memory alone. [`Authority::open`]
    /// makes an authority that keeps a journal.
    #[must_use]
    pub fn in_memory(policy: impl Into<Arc<Policy>>) -> Authority {
        Authority::from(Snapshot::new(policy))
    }

    /// The newest facts, for a batch of work on one state of them.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.current.load_full())
    }

    /// The newest facts if they are at least as new as `revision`, `None` otherwise. A reader that
    /// was told of a change asks this, to be sure to see that change. Every revision that a change
    /// on this authority has returned is there.
    #[must_use]
    pub fn snapshot_at_least(&self, revision: Revision) -> Option<Snapshot> {
        Some(self.snapshot()).filter(|snapshot| snapshot.revision() >= revision)
    }

    /// The newest revision of the facts.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.current.load().revision
    }

    /// Whether the request's principal may do what it asks for, now. See [`Snapshot::check`].
    pub fn check(&self, request: &Request<'_>, now: impl Into<Instant>) -> Decision {
        self.current.load().check(request, now.into())
    }

    /// `Ok` if the request is allowed: [`check`](Authority::check) for use with `?`.
    ///
    /// # Errors
    /// [`Denied`], whose text is safe to show to the principal.
    pub fn require(&self, request: &Request<'_>, now: impl Into<Instant>) -> Result<(), Denied> {
        self.check(request, now).require()
    }

    /// Looks up the names of a request once, for a host that asks it again and again. See
    /// [`Snapshot::resolve`].
    ///
    /// # Errors
    /// [`Denied`] when a name is unknown, with the reason that a check would give.
    pub fn resolve(&self, request: &Request<'_>) -> Result<ResolvedRequest, Denied> {
        self.snapshot().resolve(request)
    }

    /// [`check`](Authority::check) for a request whose names are [resolved](Authority::resolve).
    pub fn check_resolved(&self, request: &ResolvedRequest, now: impl Into<Instant>) -> Decision {
        self.current.load().check_resolved(request, now.into())
    }

    /// Decides many requests on one revision of the facts, in the order of the requests.
    #[must_use]
    pub fn check_all(&self, requests: &[Request<'_>], now: impl Into<Instant>) -> Vec<Decision> {
        self.snapshot().check_all(requests, now)
    }

    /// Why a check decides as it does. See [`Snapshot::explain`].
    #[must_use]
    pub fn explain(&self, request: &Request<'_>, now: impl Into<Instant>) -> Explanation {
        self.snapshot().explain(request, now)
    }

    /// Signs a principal in, or says why not, and when it would be possible. See
    /// [`Snapshot::sign_in`].
    ///
    /// # Errors
    /// The first reason that stands against signing in.
    pub fn sign_in(
        &self,
        sign_in: &SignIn<'_>,
        now: impl Into<Instant>,
    ) -> Result<Session, session::Refused> {
        self.snapshot().sign_in(sign_in, now)
    }

    /// Whether a request is allowed within a session, now. See [`Snapshot::check_session`].
    pub fn check_session(
        &self,
        session: &Session,
        request: &Request<'_>,
        now: impl Into<Instant>,
    ) -> Decision {
        self.current.load().check_session(session, request, now.into())
    }

    /// Why a check within a session decides as it does. See [`Snapshot::explain_session`].
    #[must_use]
    pub fn explain_session(
        &self,
        session: &Session,
        request: &Request<'_>,
        now: impl Into<Instant>,
    ) -> Explanation {
        self.snapshot().explain_session(session, request, now)
    }

    /// Where a principal has a permission. See [`Snapshot::coverage`].
    #[must_use]
    pub fn coverage(
        &self,
        principal: &str,
        permission: Permission<'_>,
        now: impl Into<Instant>,
    ) -> Coverage {
        self.snapshot().coverage(principal, permission, now)
    }

    /// What a command would change, decided on the newest facts, or why it is refused. See
    /// [`Snapshot::decide`].
    ///
    /// # Errors
    /// The rule that stands against the command.
    pub fn decide(
        &self,
        actor: &Actor,
        command: &Command,
        reason: &str,
        now: impl Into<Instant>,
    ) -> Result<Vec<Event>, Refusal> {
        self.snapshot().decide(actor, command, reason, now)
    }

    /// What commands would change if they were executed one after the other, and who would gain or
    /// lose what. Nothing changes. See [`Snapshot::what_if`].
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

    /// What an actor may give to a person, and why not the rest. See [`Snapshot::offers`].
    ///
    /// # Errors
    /// When the actor, the person or the unit is not known in the unit's tenant.
    pub fn offers(
        &self,
        actor: &Actor,
        subject: &str,
        unit: &str,
        now: impl Into<Instant>,
    ) -> Result<Offers, Refusal> {
        self.snapshot().offers(actor, subject, unit, now)
    }

    /// Calls `listener` with every entry, this authority's own and those it catches up with, after
    /// readers can see the change. Two changes made at once may be told in either order: the
    /// entries' revisions say which was first.
    pub fn on_entry(&self, listener: impl Fn(&Entry) + Send + Sync + 'static) {
        self.entries.add(Arc::new(listener));
    }

    /// Calls `listener` with every refused command's refusal, and the actor who issued the command.
    pub fn on_refusal(&self, listener: impl Fn(&Actor, &Refusal) + Send + Sync + 'static) {
        self.refusals.add(Arc::new(listener));
    }
}

/// An authority that begins with the facts of a snapshot. It denies requests that the snapshot
/// resolved, because changes of the two give numbers to people independently.
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
    /// Whether this decision of `authority` still holds at `now`: the facts have not changed since,
    /// and its `until` has not come. A host that keeps decisions asks this before it uses one
    /// again.
    #[must_use]
    pub fn is_current(&self, authority: &Authority, now: impl Into<Instant>) -> bool {
        let now = now.into();
        self.revision() == authority.revision() && self.until().is_none_or(|until| now < until)
    }
}
