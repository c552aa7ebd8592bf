//! Questions with one part of the request left open: who can, where, what, whose.
//!
//! Candidates come from the indexes, in order and each once; whether one of them is
//! an answer is decided by the check and by nothing else.

mod candidates;
mod incits;
mod page;
mod what_can;
mod where_can;
mod who_can;
mod why_all;

use std::fmt;
use std::marker::PhantomData;

use serde::{Serialize, Serializer};

use super::decision::{Decision, DenyReason};
use super::request::{ResolvedRequest, Target, TargetId};
use crate::engine::check::aim::Aim;
use crate::facts::{Revision, Snapshot, State};
use crate::model::{Identifier, Name, Permission};
use crate::store::{ChannelId, PermissionId, PersonId, TenantId, UnitId};
use crate::time::{Instant, Interval};

use candidates::{CandidateId, Candidates, Run};
pub use incits::Inheritance;
pub use page::{NoPage, Page, PageToken};

/// The part of a request that is left open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Open {
    Principal,
    /// The person it is about, in a tenant or in the only one they are registered in.
    Person(Option<TenantId>),
    Unit,
    Permission,
}

/// A request of which one part is open; what stands there means nothing.
#[derive(Clone, Copy)]
struct Question<'s> {
    state: &'s State,
    open: Open,
    request: Result<ResolvedRequest, DenyReason>,
}

/// The stretch of time that a question looks at, `[from, until)` in microseconds.
#[derive(Clone, Copy)]
struct Span {
    from: i64,
    until: i64,
}

impl Span {
    fn at(at: Instant) -> Span {
        Span { from: at.as_micros(), until: at.as_micros().saturating_add(1) }
    }

    fn between(from: Instant, until: Instant) -> Span {
        Span { from: from.as_micros(), until: until.as_micros() }
    }
}

impl<'s> Question<'s> {
    fn ask(
        state: &'s State,
        open: Open,
        principal: Option<&str>,
        permission: Option<Permission<'_>>,
        target: Option<Target<'_>>,
    ) -> Question<'s> {
        let request = || {
            let permission = permission
                .map_or(Some(PermissionId::default()), |it| state.policy.permission(it))
                .ok_or(DenyReason::UnknownPermission)?;
            let principal = principal.map_or(Some(PersonId::default()), |name| {
                state.person_names.find(name).filter(|&principal| state.is_known(principal))
            });
            let principal = principal.ok_or(DenyReason::UnknownPrincipal)?;
            let target =
                target.map_or(Ok(TargetId::Everywhere), |target| state.resolve_target(target))?;
            Aim::of(state, target)?;
            Ok(ResolvedRequest {
                lineage: state.lineage,
                principal,
                permission,
                channel: ChannelId::FIRST,
                target,
            })
        };
        Question { state, open, request: request() }
    }

    fn on_channel(mut self, channel: &str) -> Question<'s> {
        if let Ok(request) = &mut self.request {
            match self.state.policy.channel(channel) {
                Some(channel) => request.channel = channel,
                None => self.request = Err(DenyReason::UnknownChannel),
            }
        }
        self
    }

    /// The candidates after one, given by the number of its id; none: from the beginning.
    fn candidates(&self, span: Span, after: Option<u32>) -> Candidates<'s> {
        let Ok(request) = &self.request else { return Candidates::None };
        match self.open {
            Open::Principal => {
                who_can::candidates(self.state, request, span, after.map(PersonId::from_raw))
            }
            Open::Person(tenant) => {
                who_can::people_seen(self.state, request, tenant, after.map(PersonId::from_raw))
            }
            Open::Unit => where_can::candidates(self.state, request, after.map(UnitId::from_raw)),
            Open::Permission => what_can::candidates(self.state, request, after),
        }
    }

    #[inline]
    fn verdict(&self, candidate: CandidateId, at: Instant) -> Option<Decision> {
        let mut request = self.request.ok()?;
        match (candidate, self.open) {
            (CandidateId::Person(id), Open::Person(tenant)) => {
                request.target = TargetId::About(id, tenant)
            }
            (CandidateId::Person(id), _) => request.principal = id,
            (CandidateId::Unit(id), _) => request.target = TargetId::InUnit(id),
            (CandidateId::Permission(id), _) => request.permission = id,
        }
        Some(self.state.check_resolved(&request, at))
    }

    /// When a candidate is allowed within the span, in order.
    fn stretches(&self, candidate: CandidateId, span: Span) -> Vec<Interval> {
        let mut stretches = Vec::new();
        let (mut at, end) = (Instant::from_micros(span.from), Instant::from_micros(span.until));
        while at < end {
            let Some(decision) = self.verdict(candidate, at) else { break };
            // It comes after the instant asked about.
            let until = decision.until().map_or(end, |until| until.min(end));
            if decision.is_allow() {
                stretches.extend(Interval::new(at, until));
            }
            at = until;
        }
        stretches
    }
}

/// The answers to a question at an instant, one by one in the order that the question
/// states: each of them is worked out when it is asked for.
///
/// `T` is what is answered with: an [`Identifier`] for people, a [`Name`] for units
/// and permissions. The snapshot is held while the answers are.
#[must_use = "answers are lazy: nothing is looked up before they are asked for"]
pub struct Answers<'s, T> {
    question: Question<'s>,
    at: Instant,
    /// None: not begun.
    candidates: Option<Candidates<'s>>,
    /// Units that come next, of which all is true that is of the answer before.
    run: &'s [UnitId],
    until: Option<Instant>,
    kind: PhantomData<T>,
}

/// One answer: a person, a unit or a permission, and until when the check allows it.
#[derive(Clone, Copy)]
pub struct Answer<'s, T> {
    state: &'s State,
    id: CandidateId,
    until: Option<Instant>,
    kind: PhantomData<T>,
}

/// The answers to a question over a stretch of time, in the same order as those at an instant.
#[must_use = "answers are lazy: nothing is looked up before they are asked for"]
pub struct Stretches<'s, T> {
    question: Question<'s>,
    span: Span,
    /// None: not begun.
    candidates: Option<Candidates<'s>>,
    /// Units that come next, of which all is true that is of the answer before.
    run: &'s [UnitId],
    stretches: Vec<Interval>,
    kind: PhantomData<T>,
}

/// One answer over a stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stretch<T> {
    /// The person, the unit or the permission.
    pub name: T,
    /// When, within what was asked, the check allows it: at least once; in order, and
    /// apart from one another.
    pub stretches: Vec<Interval>,
}

impl<'s, T: From<Name>> Answer<'s, T> {
    /// The person, the unit or the permission.
    #[must_use]
    pub fn name(&self) -> T {
        self.id.name(self.state).into()
    }
}

impl<T> Answer<'_, T> {
    /// The first instant at which the check denies it if nobody changes anything;
    /// none: never (contract D11, ruling R38).
    #[must_use]
    pub fn until(&self) -> Option<Instant> {
        self.until
    }
}

impl<T: From<Name> + fmt::Debug> fmt::Debug for Answer<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("name", &self.name()).field("until", &self.until).finish()
    }
}

impl<T: From<Name> + Serialize> Serialize for Answer<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut answer = serializer.serialize_struct("Answer", 2)?;
        answer.serialize_field("name", &self.name())?;
        answer.serialize_field("until", &self.until)?;
        answer.end()
    }
}

impl<'s, T> Answers<'s, T> {
    fn new(question: Question<'s>, at: Instant) -> Answers<'s, T> {
        Answers { question, at, candidates: None, run: &[], until: None, kind: PhantomData }
    }

    /// By this channel instead of the policy's first; from the beginning.
    pub fn on_channel(self, channel: &str) -> Answers<'s, T> {
        Answers::new(self.question.on_channel(channel), self.at)
    }

    /// Why there is no answer, where a name is unknown: what a check would say.
    #[must_use]
    pub fn unknown(&self) -> Option<DenyReason> {
        self.question.request.err()
    }

    /// The state of the facts that is asked.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.question.state.revision
    }
}

impl<'s, T> Iterator for Answers<'s, T> {
    type Item = Answer<'s, T>;

    #[inline]
    fn next(&mut self) -> Option<Answer<'s, T>> {
        let id = match self.run.split_first() {
            Some((&id, rest)) => {
                self.run = rest;
                CandidateId::Unit(id)
            }
            None => self.seek()?,
        };
        Some(Answer { state: self.question.state, id, until: self.until, kind: PhantomData })
    }
}

impl<T> Answers<'_, T> {
    /// The next candidate that is an answer.
    fn seek(&mut self) -> Option<CandidateId> {
        let question = self.question;
        let (state, at) = (question.state, self.at);
        let candidates =
            self.candidates.get_or_insert_with(|| question.candidates(Span::at(at), None));
        loop {
            let Run { first, rest, sure } = candidates.next(state)?;
            if !sure {
                let decision = question.verdict(first, at)?;
                if !decision.is_allow() {
                    continue;
                }
                self.until = decision.until();
            } else {
                self.until = None;
            }
            self.run = rest;
            return Some(first);
        }
    }
}

impl<'s, T> Stretches<'s, T> {
    fn new(question: Question<'s>, span: Span) -> Stretches<'s, T> {
        Stretches {
            question,
            span,
            candidates: None,
            run: &[],
            stretches: Vec::new(),
            kind: PhantomData,
        }
    }

    /// By this channel instead of the policy's first; from the beginning.
    pub fn on_channel(self, channel: &str) -> Stretches<'s, T> {
        Stretches::new(self.question.on_channel(channel), self.span)
    }

    /// Why there is no answer, where a name is unknown: what a check would say.
    #[must_use]
    pub fn unknown(&self) -> Option<DenyReason> {
        self.question.request.err()
    }

    fn seek(&mut self) -> Option<CandidateId> {
        let (question, span) = (self.question, self.span);
        let candidates = self.candidates.get_or_insert_with(|| question.candidates(span, None));
        loop {
            let Run { first, rest, .. } = candidates.next(question.state)?;
            self.stretches = question.stretches(first, span);
            if !self.stretches.is_empty() {
                self.run = rest;
                return Some(first);
            }
        }
    }
}

impl<T: From<Name>> Iterator for Stretches<'_, T> {
    type Item = Stretch<T>;

    fn next(&mut self) -> Option<Stretch<T>> {
        let id = match self.run.split_first() {
            Some((&id, rest)) => {
                self.run = rest;
                CandidateId::Unit(id)
            }
            None => self.seek()?,
        };
        Some(Stretch {
            name: id.name(self.question.state).into(),
            stretches: self.stretches.clone(),
        })
    }
}

/// How it is asked, and nothing of the answers.
impl<T> fmt::Debug for Answers<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answers(at {}, revision {})", self.at, self.revision())
    }
}

/// How it is asked, and nothing of the answers.
impl<T> fmt::Debug for Stretches<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Span { from, until } = self.span;
        let (from, until) = (Instant::from_micros(from), Instant::from_micros(until));
        write!(f, "Stretches({from} and {until}, revision {})", self.question.state.revision)
    }
}

impl Snapshot {
    /// Who may do this, to this target, at this instant, on the policy's first channel:
    /// everyone whom [`check`](Snapshot::check) allows, in the order in which they were
    /// first registered. Nobody if a name is unknown: see [`Answers::unknown`].
    ///
    /// ```
    /// use alcada::{Event, Facts, Instant, Permission, Policy, Snapshot, Target};
    /// let mut facts = Snapshot::new(Policy::from_toml(r#"
    ///     version = 1
    ///     functions.articles.actions = ["view", "edit"]
    ///     roles.editor.permissions = ["articles:*"]
    /// "#)?);
    /// facts.import(&Facts::from_toml(r#"
    ///     version = 1
    ///     people = [{ person = "ana" }, { person = "rui" }]
    ///     grants = [{ person = "ana", role = "editor", scope = "everywhere" }]
    /// "#)?)?;
    /// let edit = Permission::new("articles:edit");
    /// let editors: Vec<String> =
    ///     facts.who_can(edit, Target::Everywhere, Instant::now()).map(|answer| answer.name().to_string()).collect();
    /// assert_eq!(editors, ["ana"]);
    /// # Ok::<(), alcada::Error>(())
    /// ```
    ///
    /// # Complexity
    /// A check for each holder of a role with the permission at a scope that can cover
    /// the target, and little more. For [`Target::Anywhere`]: a check for everyone.
    pub fn who_can(
        &self,
        permission: Permission<'_>,
        target: Target<'_>,
        at: impl Into<Instant>,
    ) -> Answers<'_, Identifier> {
        let question =
            Question::ask(&self.0, Open::Principal, None, Some(permission), Some(target));
        Answers::new(question, at.into())
    }

    /// Who may do this at any time in `[from, until)`, with the stretches in which they
    /// may; the same order. Nobody if `until` does not come after `from`.
    ///
    /// # Complexity
    /// That of [`who_can`](Snapshot::who_can), times the stretches.
    pub fn who_can_between(
        &self,
        permission: Permission<'_>,
        target: Target<'_>,
        from: impl Into<Instant>,
        until: impl Into<Instant>,
    ) -> Stretches<'_, Identifier> {
        let question =
            Question::ask(&self.0, Open::Principal, None, Some(permission), Some(target));
        Stretches::new(question, Span::between(from.into(), until.into()))
    }

    /// In which units the principal may do this, at this instant, on the policy's first
    /// channel: each unit in which [`check`](Snapshot::check) allows it. Tenants come in
    /// the order in which they were created, and the units of each in the order of its
    /// tree, every unit before those below it. [`coverage`](Snapshot::coverage) says the
    /// same without expanding it.
    ///
    /// # Complexity
    /// A few checks for each grant and restriction of the principal, then a step for each unit.
    pub fn where_can(
        &self,
        principal: &str,
        permission: Permission<'_>,
        at: impl Into<Instant>,
    ) -> Answers<'_, Name> {
        Answers::new(
            Question::ask(&self.0, Open::Unit, Some(principal), Some(permission), None),
            at.into(),
        )
    }

    /// In which units the principal may do this at any time in `[from, until)`, with the
    /// stretches; the same order.
    ///
    /// # Complexity
    /// That of [`where_can`](Snapshot::where_can), times the stretches.
    pub fn where_can_between(
        &self,
        principal: &str,
        permission: Permission<'_>,
        from: impl Into<Instant>,
        until: impl Into<Instant>,
    ) -> Stretches<'_, Name> {
        let question = Question::ask(&self.0, Open::Unit, Some(principal), Some(permission), None);
        Stretches::new(question, Span::between(from.into(), until.into()))
    }

    /// What the principal may do to this target, at this instant, on the policy's first
    /// channel: each permission that [`check`](Snapshot::check) allows, functions in the
    /// order of their names, actions in that of the policy.
    ///
    /// # Complexity
    /// O(grants), a step for each permission of plain ones, and a check for each
    /// permission of the others.
    pub fn what_can(
        &self,
        principal: &str,
        target: Target<'_>,
        at: impl Into<Instant>,
    ) -> Answers<'_, Name> {
        Answers::new(
            Question::ask(&self.0, Open::Permission, Some(principal), None, Some(target)),
            at.into(),
        )
    }

    /// What the principal may do to this target at any time in `[from, until)`, with the
    /// stretches; the same order.
    ///
    /// # Complexity
    /// A check for each permission of the grants, times the stretches.
    pub fn what_can_between(
        &self,
        principal: &str,
        target: Target<'_>,
        from: impl Into<Instant>,
        until: impl Into<Instant>,
    ) -> Stretches<'_, Name> {
        let question =
            Question::ask(&self.0, Open::Permission, Some(principal), None, Some(target));
        Stretches::new(question, Span::between(from.into(), until.into()))
    }

    /// Whose records a principal may see, or do whatever the permission says: everyone
    /// about whom [`check`](Snapshot::check) allows it, in the order in which they were
    /// first registered. The tenant is the one that [`Target::About`] names; without one,
    /// people who are registered in several are left out, as a check denies them.
    ///
    /// Who may see one person's record is [`who_can`](Snapshot::who_can) with that target.
    ///
    /// # Complexity
    /// A check for each of the people of the groups that grants name; where a grant may
    /// reach people by their places or is held everywhere, one for everybody.
    pub fn records_visible_to(
        &self,
        principal: &str,
        permission: Permission<'_>,
        tenant: Option<&str>,
        at: impl Into<Instant>,
    ) -> Answers<'_, Identifier> {
        let id =
            tenant.map(|tenant| self.0.tenant(tenant).ok_or(DenyReason::UnknownTenant)).transpose();
        let open = Open::Person(id.unwrap_or_default());
        let mut question = Question::ask(&self.0, open, Some(principal), Some(permission), None);
        if let (Ok(_), Err(reason)) = (question.request, id) {
            question.request = Err(reason);
        }
        Answers::new(question, at.into())
    }
}
