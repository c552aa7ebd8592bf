//! How the facts of an authority change: one way for events of the host's, documents, commands and proposals.

use std::ops::Deref;
use std::sync::Arc;

use super::change::Change;
use super::{Authority, Error};
use crate::admin::{Command, Judged, Refusal, judge, plan};
use crate::facts::{Event, Facts, FactsError, Fault, Revision, Row, Snapshot};
use crate::journal::{Addition, Entry, Heading, JournalError, Record, Sealed};
use crate::model::{Actor, MAX_REASON_BYTES};
use crate::time::Instant;

/// The rows of a document of facts, as events in an order in which they apply.
struct Rows(Vec<(Row, Event)>);

impl From<&Rows> for Vec<Event> {
    fn from(Rows(rows): &Rows) -> Vec<Event> {
        rows.iter().map(|(_, event)| event.clone()).collect()
    }
}

/// A command that was carried out: the entry that it made, and what it left out.
///
/// It can be read like the [`Entry`]: `executed.events`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Executed {
    /// The entry.
    pub entry: Entry,
    /// Of a plan that was carried out, the rows that were left out, because they would have left a tenant without an
    /// administrator (contract X3), where the plan did not know it. Nothing changed by them, so that no entry names
    /// them; the next plan does, under [`held_back`](crate::plan::Plan::held_back).
    pub held_back: Vec<plan::Row>,
}

impl Deref for Executed {
    type Target = Entry;

    fn deref(&self) -> &Entry {
        &self.entry
    }
}

impl From<Executed> for Entry {
    fn from(executed: Executed) -> Entry {
        executed.entry
    }
}

/// A command that was decided and not yet carried out: what [`Authority::propose`] gives
/// and [`Authority::commit`] takes.
///
/// It stands as long as nobody changes anything: it names the revision it was decided on.
#[derive(Clone)]
pub struct Proposal {
    executed: Executed,
    addition: Addition,
    expected: Revision,
    after: Snapshot,
}

impl std::fmt::Debug for Proposal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Proposal { executed: Executed { entry, held_back }, expected, .. } = self;
        f.debug_struct("Proposal")
            .field("expected_revision", expected)
            .field("entry", entry)
            .field("held_back", held_back)
            .finish_non_exhaustive()
    }
}

impl Proposal {
    /// The entry it would be.
    #[must_use]
    pub fn entry(&self) -> &Entry {
        &self.executed.entry
    }

    /// What it would leave out: see [`Executed::held_back`].
    #[must_use]
    pub fn held_back(&self) -> &[plan::Row] {
        &self.executed.held_back
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

/// Who changes the facts, by which command, why and when.
#[derive(Clone, Copy)]
struct By<'c> {
    actor: &'c Actor,
    command: &'c str,
    reason: &'c str,
    now: Instant,
    /// Whether the events restore what stood already.
    standing: bool,
    /// The revision that the change was decided on, if it is not to be decided again.
    expected: Option<Revision>,
    /// Whether the caller is given the entry. Without a journal and listeners it is not even made otherwise.
    wants_entry: bool,
}

/// A change as it was decided: its events, the facts with them applied, and what was left out.
struct Decided<E> {
    events: E,
    after: Snapshot,
    held_back: Vec<plan::Row>,
}

impl From<Judged> for Decided<Vec<Event>> {
    fn from(Judged { events, after, held_back }: Judged) -> Decided<Vec<Event>> {
        Decided { events, after, held_back }
    }
}

/// A change that was made.
struct Written {
    revision: Revision,
    /// `None` if nobody asked for it.
    executed: Option<Executed>,
}

impl Written {
    /// What was executed, where it was asked for.
    fn executed(self) -> Result<Executed, Error> {
        self.executed.ok_or_else(|| JournalError::Mismatch("the change has no entry").into())
    }
}

/// Whether a reason is not too long to be kept.
fn reason_fits(reason: &str) -> Result<(), Error> {
    if reason.len() > MAX_REASON_BYTES {
        return Err(FactsError::new(
            None,
            "entry",
            Fault::limit("bytes of a reason", MAX_REASON_BYTES),
        )
        .into());
    }
    Ok(())
}

impl Authority {
    /// Changes the facts by events of the host's own, as one revision and one entry; readers see it when this
    /// returns. A [`Change`] says the reason and the instant; an event alone, or a list of events, has no reason and
    /// the instant of the entry before it.
    ///
    /// # Errors
    /// When one of the events does not fit the facts, and then, of a list, the error names it; when the reason is too
    /// long; when the change can't be recorded. Nothing has changed then.
    pub fn apply<'e>(&self, change: impl Into<Change<'e>>) -> Result<Revision, Error> {
        let Change { events, reason, at } = change.into();
        self.change("apply", (reason, at), false, &events, |after| events.apply_to(after))
    }

    /// Changes the facts by many events, as one revision and one entry: [`apply`](Authority::apply) of a
    /// [`Change`] without a reason.
    ///
    /// # Errors
    /// As of [`apply`](Authority::apply).
    pub fn apply_all<'e>(
        &self,
        events: impl IntoIterator<Item = &'e Event>,
    ) -> Result<Revision, Error> {
        self.apply(Change::of(events))
    }

    /// Adds the facts of a document, as one revision, and one entry.
    ///
    /// # Errors
    /// When a row does not fit, and then the error names it, or they can't be recorded;
    /// then nothing has changed.
    pub fn import(&self, facts: &Facts) -> Result<Revision, Error> {
        let rows = Rows(facts.rows()?);
        self.change("import", ("", Instant::MIN), facts.already_in_force, &rows, |after| {
            after.import_on_line(&rows.0, facts.already_in_force)
        })
    }

    /// A change that the host makes, without asking any rule.
    fn change<'c, E>(
        &self,
        command: &str,
        (reason, now): (&str, Instant),
        standing: bool,
        events: &'c E,
        apply: impl Fn(&mut Snapshot) -> Result<Revision, FactsError>,
    ) -> Result<Revision, Error>
    where
        &'c E: Into<Vec<Event>>,
    {
        let actor = &Actor::host();
        let by = By { actor, command, reason, now, standing, expected: None, wants_entry: false };
        let written = self.write(by, |before, _| {
            let mut after = before.clone();
            apply(&mut after)?;
            Ok(Decided { events, after, held_back: Vec::new() })
        })?;
        Ok(written.revision)
    }

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
    /// let executed = authority.execute(&ana, Grant::role("reader").to("rui").everywhere()?, "hired", now)?;
    /// assert_eq!(executed.entry.events.len(), 1);
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
    ) -> Result<Executed, Error> {
        let command = command.into();
        let (word, now) = (command.word(), now.into());
        let by = By {
            actor,
            command: word.as_str(),
            reason,
            now,
            standing: false,
            expected: None,
            wants_entry: true,
        };
        let outcome =
            self.write(by, |before, at| Ok(judge(before, actor, &command, reason, at)?.into()));
        self.tell_refusal(actor, outcome)?.executed()
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
        let judged = judge(&before, actor, &command, reason, at).map_err(Error::from);
        let Judged { events, after, held_back } = self.tell_refusal(actor, judged)?;
        let expected = before.revision();
        let after = after.numbered_as(expected.next());
        let word = command.word();
        let heading = Heading { at, actor, command: word.as_str(), reason, standing: false };
        let Sealed { entry, addition } = Sealed::new(heading, events, &before, &after)?;
        Ok(Proposal { executed: Executed { entry, held_back }, addition, expected, after })
    }

    /// The second half: records what was proposed, and publishes it.
    ///
    /// # Errors
    /// [`Error::is_conflict`] when anything has changed since: propose again. Otherwise
    /// it is of another authority, or could not be recorded. Nothing has changed then.
    pub fn commit(&self, proposal: Proposal) -> Result<Executed, Error> {
        let Proposal { executed: Executed { entry, held_back }, expected, after, .. } = proposal;
        let Entry { at: now, actor, command, reason, events, .. } = &entry;
        let (now, expected) = (*now, Some(expected));
        let by = By { actor, command, reason, now, standing: false, expected, wants_entry: true };
        let written = self.write(by, |before, _| match before.0.lineage == after.0.lineage {
            true => Ok(Decided {
                events: events.clone(),
                after: after.clone(),
                held_back: held_back.clone(),
            }),
            // The facts of another authority would take the place of these.
            false => Err(Error::ForeignProposal),
        })?;
        written.executed()
    }

    /// Tells the listeners if a command was refused.
    fn tell_refusal<T>(&self, actor: &Actor, outcome: Result<T, Error>) -> Result<T, Error> {
        if let Err(Error::Refused(refusal)) = &outcome {
            self.refused(actor, refusal);
        }
        outcome
    }

    fn refused(&self, actor: &Actor, refusal: &Refusal) {
        self.refusals.call(|listener| listener(actor, refusal));
    }

    /// Makes a change: decides it, records it, publishes it, and tells the listeners. Whatever changes facts of an
    /// authority comes through here.
    ///
    /// `decide` is asked with the newest facts and the entry's instant, the later of `now` and the last entry's
    /// (ruling R34). When another authority on the journal was first, it is asked again, with the facts of then;
    /// unless a revision is expected: then that is an error, a conflict.
    fn write<E: Into<Vec<Event>>>(
        &self,
        by: By<'_>,
        decide: impl Fn(&Snapshot, Instant) -> Result<Decided<E>, Error>,
    ) -> Result<Written, Error> {
        reason_fits(by.reason)?;
        let mut caught = Vec::new();
        let outcome = self.write_in_turn(by, decide, &mut caught);
        // After the turn: a listener may make a change of its own.
        self.tell(&caught);
        let written = outcome?;
        if let Some(Executed { entry, .. }) = &written.executed {
            self.entries.call(|listener| listener(entry));
        }
        Ok(written)
    }

    fn write_in_turn<E: Into<Vec<Event>>>(
        &self,
        by: By<'_>,
        decide: impl Fn(&Snapshot, Instant) -> Result<Decided<E>, Error>,
        caught: &mut Vec<Arc<Record>>,
    ) -> Result<Written, Error> {
        let By { actor, command, reason, now, standing, expected, wants_entry } = by;
        let mut last = self.turn();
        loop {
            let before = self.snapshot();
            if let Some(expected) = expected.filter(|&expected| expected != before.revision()) {
                return Err(Error::Conflict { expected, newest: before.revision() });
            }
            let at = now.max(*last);
            let Decided { events, after, held_back } = decide(&before, at)?;
            let after = after.numbered_as(before.revision().next());
            let mut executed = None;
            if wants_entry || self.is_told() {
                let heading = Heading { at, actor, command, reason, standing };
                let Sealed { entry, addition } =
                    Sealed::new(heading, events.into(), &before, &after)?;
                if let Some(journal) = &self.journal {
                    match journal.append(&addition) {
                        Ok(()) => {}
                        Err(JournalError::Conflict) => {
                            let newest = self.catch_up_in_turn(&**journal, &mut last, caught)?;
                            if newest == before.revision() {
                                let message =
                                    "the journal refuses the next revision, and has no newer one";
                                return Err(JournalError::Mismatch(message).into());
                            }
                            continue;
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
                executed = Some(Executed { entry, held_back });
            }
            let revision = after.revision();
            self.current.store(after.0);
            *last = at;
            return Ok(Written { revision, executed });
        }
    }

    /// Whether changes are told to anybody: to a journal, or to a listener.
    fn is_told(&self) -> bool {
        self.journal.is_some() || !self.entries.is_empty()
    }
}
