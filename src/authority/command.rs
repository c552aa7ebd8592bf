//! Commands on the authority: decided, recorded and published; in one call or in two.

use super::record::{Change, reason_fits};
use super::{Authority, Error};
use crate::admin::{Command, Judged, Offers, Refusal, Rule, WhatIf, judge};
use crate::facts::{Event, Revision, Snapshot};
use crate::journal::{Addition, Entry, Heading, Sealed};
use crate::model::Actor;
use crate::time::Instant;

/// A command that was decided and not yet carried out: what [`Authority::propose`] gives
/// and [`Authority::commit`] takes.
///
/// It stands as long as nobody changes anything: it names the revision it was decided on.
#[derive(Clone)]
pub struct Proposal {
    entry: Entry,
    addition: Addition,
    expected: Revision,
    events: Vec<Event>,
    after: Snapshot,
}

impl std::fmt::Debug for Proposal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proposal").field("expected_revision", &self.expected).field("entry", &self.entry).finish()
    }
}

impl Proposal {
    /// The entry it would be.
    #[must_use]
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// What a journal would be given: for a host that writes it in a transaction of its own.
    #[must_use]
    pub fn addition(&self) -> &Addition {
        &self.addition
    }

    /// The revision it was decided on: the newest there may be when it is committed.
    #[must_use]
    pub fn expected_revision(&self) -> Revision {
        self.expected
    }
}

impl Authority {
    /// Carries a command out: decides it, records it and publishes the facts that
    /// follow, in the writer's turn. Readers see it when this returns.
    ///
    /// `now` counts as the last entry's instant where it is earlier (ruling R34). Where
    /// another authority on the same journal was first, the command is decided again.
    ///
    /// ```
    /// use alcada::{Actor, Authority, Event, Grant, Instant, Policy, Registration};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let authority = Authority::in_memory(Policy::from_toml(r#"
    ///     version = 1
    ///     functions.users.actions = ["assign"]
    ///     functions.articles.actions = ["view", "edit"]
    ///     roles.chief.permissions = ["users:assign", "articles:view"]
    ///     roles.reader.permissions = ["articles:view"]
    ///     roles.editor.permissions = ["articles:*"]
    ///     guards = [{ commands = ["grant"], permission = "users:assign" }]
    /// "#)?);
    /// for person in ["ana", "rui"] {
    ///     authority.apply(&Event::PersonRegistered(Registration::of(person)?))?;
    /// }
    /// authority.apply(&Event::Granted(Grant::role("chief").to("ana").everywhere()?))?;
    ///
    /// let (ana, now) = (Actor::user("ana"), Instant::now());
    /// let entry = authority.execute(&ana, Grant::role("reader").to("rui").everywhere()?, "hired", now)?;
    /// assert_eq!(entry.events.len(), 1);
    /// let error = authority.execute(&ana, Grant::role("editor").to("rui").everywhere()?, "hired", now).unwrap_err();
    /// let refusal = error.refusal().unwrap(); // ana can't edit articles, and so can't let others
    /// assert!(refusal.to_string().contains("`articles:edit`"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::refusal`] says why the policy or the facts stand against it; otherwise
    /// it could not be recorded. Nothing has changed then.
    pub fn execute(
        &self,
        actor: &Actor,
        command: impl Into<Command>,
        reason: &str,
        now: impl Into<Instant>,
    ) -> Result<Entry, Error> {
        let command = command.into();
        let word = command.word();
        let change = Change { actor, command: word.as_str(), reason, now: now.into(), standing: false, expected: None };
        let outcome = self.commit_change(change, |before, at| decided(before, actor, &command, reason, at));
        self.tell_refusal(actor, outcome)
    }

    /// The first half of [`execute`](Authority::execute): decides a command, and changes nothing.
    ///
    /// For a host that writes the entry in a database transaction of its own. It writes
    /// [`addition`](Proposal::addition) there; then [`commit`](Authority::commit) publishes, or, where
    /// the authority was opened on that very table, [`catch_up`](Authority::catch_up).
    ///
    /// # Errors
    /// As of [`execute`](Authority::execute).
    pub fn propose(
        &self,
        actor: &Actor,
        command: impl Into<Command>,
        reason: &str,
        now: impl Into<Instant>,
    ) -> Result<Proposal, Error> {
        reason_fits(reason)?;
        let command = command.into();
        let (before, last) = self.newest();
        let at = now.into().max(last);
        let outcome = decided(&before, actor, &command, reason, at).and_then(|Judged { events, after, held_back }| {
            let expected = before.revision();
            let after = after.numbered_as(expected.next());
            let word = command.word();
            let heading = Heading { at, actor, command: word.as_str(), reason, standing: false };
            let Sealed { entry, addition } = Sealed::new(heading, events.clone(), &before, &after)?;
            let entry = Entry { held_back, ..entry };
            Ok(Proposal { entry, addition, expected, events, after })
        });
        self.tell_refusal(actor, outcome)
    }

    /// The second half: records what was proposed, and publishes it.
    ///
    /// # Errors
    /// [`Error::is_conflict`] when anything has changed since: propose again. Otherwise
    /// it is of another authority, or could not be recorded. Nothing has changed then.
    pub fn commit(&self, proposal: Proposal) -> Result<Entry, Error> {
        let Proposal { entry, expected, events, after, .. } = proposal;
        let Entry { at, actor, command, reason, held_back, .. } = &entry;
        let change = Change { actor, command, reason, now: *at, standing: false, expected: Some(expected) };
        self.commit_change(change, |before, _| match before.0.lineage == after.0.lineage {
            true => Ok(Judged { events: events.clone(), after: after.clone(), held_back: held_back.clone() }),
            // The facts of somebody else's would take the place of these.
            false => Err(Error::ForeignProposal),
        })
    }

    /// What a command would change, decided on the newest facts, or why it is refused. See [`Snapshot::decide`].
    ///
    /// # Errors
    /// The rule that stands against it.
    pub fn decide(&self, actor: &Actor, command: &Command, now: impl Into<Instant>) -> Result<Vec<Event>, Refusal> {
        self.snapshot().decide(actor, command, now)
    }

    /// What commands would change if they were executed one after the other, and who would gain or lose
    /// what by it; nothing changes. See [`Snapshot::what_if`].
    #[must_use]
    pub fn what_if<'c>(
        &self,
        actor: &Actor,
        commands: impl IntoIterator<Item = &'c Command>,
        now: impl Into<Instant>,
    ) -> WhatIf {
        let (before, last) = self.newest();
        before.what_if(actor, commands, now.into().max(last))
    }

    /// What an operator may give to a person, and why not the rest. See [`Snapshot::offers`].
    ///
    /// # Errors
    /// When the actor, the person or the unit is not known there.
    pub fn offers(&self, actor: &Actor, subject: &str, unit: &str, now: impl Into<Instant>) -> Result<Offers, Refusal> {
        self.snapshot().offers(actor, subject, unit, now)
    }

    /// Tells the listeners if it was refused.
    fn tell_refusal<T>(&self, actor: &Actor, outcome: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &outcome
            && let Some(refusal) = error.refusal()
        {
            self.refused(actor, refusal);
        }
        outcome
    }
}

fn decided(before: &Snapshot, actor: &Actor, command: &Command, reason: &str, at: Instant) -> Result<Judged, Error> {
    if matches!(command, Command::OpenSupport { .. }) && reason.trim().is_empty() {
        let (message, help) = ("support is opened for a reason".to_owned(), Some("say which".to_owned()));
        return Err(Refusal { command: command.word(), subject: None, rule: Rule::Misfit { message, help } }.into());
    }
    Ok(judge(before, actor, command, at)?)
}
