//! How the facts of an authority change. Events of the host, documents, commands and proposals all
//! go through `Authority::write`.

use std::ops::Deref;
use std::sync::Arc;

use super::change::Change;
use super::{Authority, Error};
use crate::admin::{Command, Judged, Refusal, judge, plan};
use crate::facts::{Event, Facts, FactsError, Fault, Revision, Row, Snapshot};
use crate::journal::{Addition, Entry, Heading, JournalError, Record, Sealed};
use crate::model::{Actor, MAX_REASON_BYTES};
use crate::time::Instant;

/// The rows of a document of facts, as events in an order in which they can be applied.
struct Rows(Vec<(Row, Event)>);

impl From<&Rows> for Vec<Event> {
    fn from(Rows(rows): &Rows) -> Vec<Event> {
        rows.iter().map(|(_, event)| event.clone()).collect()
    }
}

/// A command that was carried out: the entry that it made, and the rows of a plan that it left out.
///
/// An executed command can be read like its [`Entry`]: `executed.events`. What was left out stands
/// beside the entry, in [`held_back`](Executed::held_back): nothing changed by it, so the entry
/// does not tell of it, nor does a journal.
///
/// ```
/// use alcada::{plan::Evidence, Actor, Authority, Facts, Instant, Policy};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let authority = Authority::in_memory(Policy::from_toml(r#"
/// #     version = 1
/// #     functions.doors.actions = ["configure"]
/// #     unit-kinds.centre = {}
/// #     roles.technician.permissions = ["doors:configure"]
/// #     revocation.visit.roles = ["technician"]
/// # "#)?);
/// # authority.import(&Facts::from_toml(r#"
/// #     version = 1
/// #     units = [{ code = "centre", kind = "centre" }]
/// #     people = [{ person = "vera", tenant = "centre" }]
/// #     [[grants]]
/// #     person = "vera"
/// #     role = "technician"
/// #     scope.unit = "centre"
/// #     until = "2026-03-02T18:00:00Z"
/// # "#)?)?;
/// let tuesday: Instant = "2026-03-03T12:00:00Z".parse()?;
/// let plan = authority.snapshot().plan(&Evidence::none(), tuesday);
/// let executed = authority.execute(&Actor::host(), plan, "monday's visits", tuesday)?;
/// assert_eq!(executed.events.len(), 1); // read through to the entry
/// for row in &executed.held_back {
///     println!("kept, as the tenant's last administrator: {} ({})", row.person(), row.reason());
/// }
/// # assert!(executed.held_back.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Executed {
    /// The entry of the change.
    pub entry: Entry,
    /// The rows of a plan that were left out in carrying it out, because they would have left a
    /// tenant without an administrator ([contract X3](crate::docs::contract#x3)) and the plan did
    /// not know it. Nothing changed by these rows, so no entry names them. The next plan names them
    /// under its own [`held_back`](crate::plan::Plan::held_back).
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

/// A command that was decided and is not carried out yet: what [`Authority::propose`] gives and
/// [`Authority::commit`] takes.
///
/// A proposal can be committed as long as nothing has changed since it was decided: it names the
/// revision on which it was decided.
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
    /// The entry that committing the proposal would make.
    #[must_use]
    pub fn entry(&self) -> &Entry {
        &self.executed.entry
    }

    /// The rows of a plan that committing the proposal would leave out: see
    /// [`Executed::held_back`].
    #[must_use]
    pub fn held_back(&self) -> &[plan::Row] {
        &self.executed.held_back
    }

    /// What committing would add to a journal: for a host that writes it in a transaction of its
    /// own.
    #[must_use]
    pub fn addition(&self) -> &Addition {
        &self.addition
    }

    /// The revision on which the proposal was decided. Committing it is a conflict if the facts are
    /// of another revision then.
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
    /// Whether the events restore facts that were in force already.
    already_in_force: bool,
    /// The revision on which the change was decided, if the change must not be decided again on
    /// newer facts.
    expected: Option<Revision>,
    /// Whether the caller is given the entry. If not, and there is neither a journal nor a
    /// listener, no entry is made: an import of a million rows is not copied for nobody.
    wants_entry: bool,
}

/// A change as it was decided: its events, the facts with the events applied, and the rows of a
/// plan that were left out.
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

/// A change that was recorded and published.
struct Written {
    revision: Revision,
    /// `None` if nobody wanted the entry.
    executed: Option<Executed>,
}

impl Written {
    /// The entry and what was left out, for a caller that wanted the entry.
    fn executed(self) -> Result<Executed, Error> {
        self.executed.ok_or_else(|| JournalError::Mismatch("the change has no entry").into())
    }
}

/// An error if a reason is too long to be kept.
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
    /// Changes the facts by events of the host's own, without asking a rule, as one revision and
    /// one entry. Readers see the change when this returns. A [`Change`] says the reason and the
    /// instant; an event alone, or a list of events, has no reason and the instant of the entry
    /// before.
    ///
    /// # Errors
    /// When an event does not fit the facts (the error names the event of a list by its row), the
    /// reason is too long, or the change can't be recorded. Nothing has changed then.
    pub fn apply<'e>(&self, change: impl Into<Change<'e>>) -> Result<Revision, Error> {
        let Change { events, reason, at } = change.into();
        self.change("apply", (reason, at), false, &events, |after| events.apply_to(after))
    }

    /// Changes the facts by many events, as one revision and one entry: [`apply`](Authority::apply)
    /// of a [`Change`] without a reason.
    ///
    /// # Errors
    /// The errors of [`apply`](Authority::apply).
    pub fn apply_all<'e>(
        &self,
        events: impl IntoIterator<Item = &'e Event>,
    ) -> Result<Revision, Error> {
        self.apply(Change::of(events))
    }

    /// Adds the facts of a document, as one revision and one entry.
    ///
    /// # Errors
    /// When a row does not fit the facts (the error names the row), or the change can't be
    /// recorded. Nothing has changed then.
    pub fn import(&self, facts: &Facts) -> Result<Revision, Error> {
        let rows = Rows(facts.rows()?);
        self.change("import", ("", Instant::MIN), facts.already_in_force, &rows, |after| {
            after.import_on_line(&rows.0, facts.already_in_force)
        })
    }

    /// Makes a change of the host's own, which no rule is asked about.
    fn change<'c, E>(
        &self,
        command: &str,
        (reason, now): (&str, Instant),
        already_in_force: bool,
        events: &'c E,
        apply: impl Fn(&mut Snapshot) -> Result<Revision, FactsError>,
    ) -> Result<Revision, Error>
    where
        &'c E: Into<Vec<Event>>,
    {
        let actor = &Actor::host();
        let by = By {
            actor,
            command,
            reason,
            now,
            already_in_force,
            expected: None,
            wants_entry: false,
        };
        let written = self.write(by, |before, _| {
            let mut after = before.clone();
            apply(&mut after)?;
            Ok(Decided { events, after, held_back: Vec::new() })
        })?;
        Ok(written.revision)
    }

    /// Carries a command out: decides it, records it and publishes the new facts. Readers see the
    /// change when this returns, and no other change happens in between.
    ///
    /// A `now` before the instant of the last entry counts as that instant ([contract
    /// R34](crate::docs::contract#r34)). When another authority on the journal was first, the
    /// command is decided again on the newer facts.
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
    /// let reader = Grant::role("reader").to("rui").everywhere()?;
    /// let executed = authority.execute(&ana, reader, "hired", now)?;
    /// assert_eq!(executed.entry.events.len(), 1);
    /// let editor = Grant::role("editor").to("rui").everywhere()?;
    /// let error = authority.execute(&ana, editor, "hired", now).unwrap_err();
    /// let refusal = error.refusal().unwrap(); // ana can't edit articles, and so can't let others
    /// assert!(refusal.to_string().contains("`articles:edit`"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::refusal`] says why the policy or the facts stand against the command; an error
    /// without a refusal says why the change could not be recorded. Nothing has changed then.
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
            already_in_force: false,
            expected: None,
            wants_entry: true,
        };
        let outcome =
            self.write(by, |before, at| Ok(judge(before, actor, &command, reason, at)?.into()));
        self.tell_refusal(actor, outcome)?.executed()
    }

    /// The first half of [`execute`](Authority::execute): decides a command, and changes nothing.
    ///
    /// This is for a host that writes the entry in a database transaction of its own. The host
    /// writes the proposal's [`addition`](Proposal::addition) there. Then
    /// [`commit`](Authority::commit) publishes the change, or [`catch_up`](Authority::catch_up)
    /// does, if the authority was opened on the table that the host has just written to.
    ///
    /// # Errors
    /// The errors of [`execute`](Authority::execute).
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
        let heading =
            Heading { at, actor, command: word.as_str(), reason, already_in_force: false };
        let Sealed { entry, addition } = Sealed::new(heading, events, &before, &after)?;
        Ok(Proposal { executed: Executed { entry, held_back }, addition, expected, after })
    }

    /// The second half of [`execute`](Authority::execute), after [`propose`](Authority::propose):
    /// records a proposal and publishes it.
    ///
    /// # Errors
    /// An error whose [`is_conflict`](Error::is_conflict) is true when anything has changed since
    /// the proposal was decided: propose again. Other errors say that the proposal is of another
    /// authority, or that it could not be recorded. Nothing has changed then.
    pub fn commit(&self, proposal: Proposal) -> Result<Executed, Error> {
        let Proposal { executed: Executed { entry, held_back }, expected, after, .. } = proposal;
        let Entry { at: now, actor, command, reason, events, .. } = &entry;
        let (now, expected) = (*now, Some(expected));
        let by = By {
            actor,
            command,
            reason,
            now,
            already_in_force: false,
            expected,
            wants_entry: true,
        };
        let written = self.write(by, |before, _| {
            if before.0.lineage != after.0.lineage {
                // The facts of the other authority would replace the facts of this one.
                return Err(Error::ForeignProposal);
            }
            let mut after = after.clone();
            // New zones change no revision: those of the proposal may be the ones of before.
            if !after.zones().is(before.zones()) {
                after.use_zones(before.zones().clone())?;
            }
            Ok(Decided { events: events.clone(), after, held_back: held_back.clone() })
        })?;
        written.executed()
    }

    /// Passes an outcome on, after telling the listeners if it is a refusal.
    fn tell_refusal<T>(&self, actor: &Actor, outcome: Result<T, Error>) -> Result<T, Error> {
        if let Err(Error::Refused(refusal)) = &outcome {
            self.refused(actor, refusal);
        }
        outcome
    }

    fn refused(&self, actor: &Actor, refusal: &Refusal) {
        self.refusals.call(|listener| listener(actor, refusal));
    }

    /// Makes a change: decides it, records it, publishes it, and tells the listeners. Every change
    /// of an authority's facts goes through here, so that the four steps have one order.
    ///
    /// `decide` is given the newest facts and the instant of the entry: `now`, or the instant of
    /// the entry before if that is later. When another authority on the journal was first, `decide`
    /// is called again with the newer facts; when a revision is expected, that is a conflict
    /// instead.
    fn write<E: Into<Vec<Event>>>(
        &self,
        by: By<'_>,
        decide: impl Fn(&Snapshot, Instant) -> Result<Decided<E>, Error>,
    ) -> Result<Written, Error> {
        reason_fits(by.reason)?;
        let mut caught = Vec::new();
        let outcome = self.write_in_turn(by, decide, &mut caught);
        // Listeners are called without the writer's lock: they may make changes of their own.
        self.tell(&caught);
        let written = outcome?;
        if let Some(Executed { entry, .. }) = &written.executed {
            self.entries.call(|listener| listener(entry));
        }
        Ok(written)
    }

    /// The part of [`write`](Authority::write) that holds the writer's lock. Records that others
    /// have added to the journal go to `caught`, to be told to listeners after the lock is
    /// released.
    fn write_in_turn<E: Into<Vec<Event>>>(
        &self,
        by: By<'_>,
        decide: impl Fn(&Snapshot, Instant) -> Result<Decided<E>, Error>,
        caught: &mut Vec<Arc<Record>>,
    ) -> Result<Written, Error> {
        let By { actor, command, reason, now, already_in_force, expected, wants_entry } = by;
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
                let heading = Heading { at, actor, command, reason, already_in_force };
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

    /// Whether anybody is told of changes: a journal, or a listener.
    fn is_told(&self) -> bool {
        self.journal.is_some() || !self.entries.is_empty()
    }
}
