//! The authority and its record: opening a journal, adding to it, reading it back.

use std::sync::{Arc, MutexGuard, PoisonError};

use super::Authority;
use crate::admin::{Judged, Refusal};
use crate::error::Error;
use crate::facts::{Cause, Event, Misfit, Revision, Snapshot};
use crate::journal::{
    Addition, Checkpoint, Entry, Heading, Journal, JournalError, Line, Reader, Record, Sealed, Until, adopted, text_of,
};
use crate::model::Actor;
use crate::model::{Identifier, MAX_REASON_BYTES};
use crate::policy::Policy;
use crate::store::PersonId;
use crate::time::Instant;
use crate::zones::Zones;

/// Which facts of the past are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AsOf {
    /// Those of a revision.
    Revision(Revision),
    /// Those of an instant: all that was recorded then or before.
    Instant(Instant),
}

/// A change to be made: who makes it, by which command, why and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change<'c> {
    pub(crate) actor: &'c Actor,
    pub(crate) command: &'c str,
    pub(crate) reason: &'c str,
    pub(crate) now: Instant,
    /// Whether the events restore what stood already.
    pub(crate) standing: bool,
    /// The revision that the change was decided on, if it is not to be decided again.
    pub(crate) expected: Option<Revision>,
}

/// Whether a reason is not too long to be kept.
pub(crate) fn reason_fits(reason: &str) -> Result<(), Error> {
    if reason.len() > MAX_REASON_BYTES {
        return Err(Error::misfit(None, "entry", Misfit::limit("bytes of a reason", MAX_REASON_BYTES)));
    }
    Ok(())
}

impl Authority {
    /// An authority on a journal: the facts are the fold of its records, and every
    /// change is one more, added before readers see it.
    ///
    /// An empty journal adopts the policy, as its first record. One whose newest policy
    /// is another adopts this one, and the facts are carried over by name: see
    /// [the record](crate::docs::record). `now` is when it is adopted.
    ///
    /// # Errors
    /// When the journal can't be read, a record in it is damaged, or facts name words
    /// that the policy does not know and does not say are renamed or retired.
    ///
    /// # Complexity
    /// The records since the newest checkpoint; where another policy is adopted, all the facts.
    pub fn open(
        journal: impl Journal + 'static,
        policy: impl Into<Arc<Policy>>,
        now: impl Into<Instant>,
    ) -> Result<Authority, Error> {
        Authority::open_with_zones(journal, policy, Zones::bundled(), now)
    }

    /// The same, with time zones from a source of the host's: see [`Zones`].
    ///
    /// # Errors
    /// Those of [`Authority::open`]; and when the source lacks a grid's zone.
    pub fn open_with_zones(
        journal: impl Journal + 'static,
        policy: impl Into<Arc<Policy>>,
        zones: Zones,
        now: impl Into<Instant>,
    ) -> Result<Authority, Error> {
        let (journal, policy, now): (Arc<dyn Journal>, _, _) = (Arc::new(journal), policy.into(), now.into());
        let reader = Reader::new(&*journal, Some(Arc::clone(&policy)), zones.clone());
        let mut before = None;
        let line = loop {
            let line = reader.open(Until::Newest)?;
            let newest = line.as_ref().map_or(Revision(0), |line| line.snapshot.revision());
            let adopting = match line {
                Some(line) if line.snapshot.policy().document() == policy.document() => break line,
                Some(Line { snapshot, at }) => {
                    let snapshot = adopted(&snapshot, Arc::clone(&policy), newest.next())?;
                    Line { snapshot, at: at.max(now) }
                }
                None => {
                    let none = Snapshot::with_zones(Arc::clone(&policy), zones.clone());
                    Line { snapshot: none.numbered_as(newest.next()), at: now }
                }
            };
            let record = Record::adopting(newest.next(), adopting.at, text_of(&policy));
            match journal.append(&Addition::of(record)) {
                Ok(()) => break adopting,
                // Somebody else was first, and there is more to read.
                Err(JournalError::Conflict) if before != Some(newest) => before = Some(newest),
                Err(error) => return Err(error.into()),
            }
        };
        let authority = Authority::from(line.snapshot);
        *authority.turn() = line.at;
        Ok(Authority { journal: Some(journal), ..authority })
    }

    /// Changes the facts by events of the host's own, as one revision, and one entry,
    /// with a reason and the instant.
    ///
    /// # Errors
    /// When one of the events does not fit, and then the error names it, the reason is
    /// too long, or they can't be recorded; then nothing has changed.
    pub fn record<'e>(
        &self,
        events: impl IntoIterator<Item = &'e Event>,
        reason: &str,
        now: impl Into<Instant>,
    ) -> Result<Revision, Error> {
        let events: Vec<Event> = events.into_iter().cloned().collect();
        self.hosts("apply", reason, now.into(), false, |snapshot| {
            snapshot.apply_all_on_line(&events)?;
            Ok(events.clone())
        })
    }

    pub(super) fn hosts(
        &self,
        command: &str,
        reason: &str,
        now: Instant,
        standing: bool,
        change: impl Fn(&mut Snapshot) -> Result<Vec<Event>, Error>,
    ) -> Result<Revision, Error> {
        let by = Change { actor: &Actor::host(), command, reason, now, standing, expected: None };
        let entry = self.commit_change(by, |before, _| {
            let mut after = before.clone();
            let events = change(&mut after)?;
            Ok::<_, Error>(Judged { events, after, held_back: Vec::new() })
        })?;
        Ok(entry.revision)
    }

    /// Whether changes are told to anybody: to a journal, or to a listener.
    pub(super) fn is_told(&self) -> bool {
        self.journal.is_some() || !self.entries.is_empty()
    }

    /// Makes a change: decides it, records it, publishes it, and tells the listeners.
    ///
    /// `decide` is asked with the newest facts and the entry's instant, the later of
    /// `now` and the last entry's (ruling R34), and gives the events, the facts with
    /// them applied, and what was left out. When somebody else was first it is asked again, with the facts of
    /// then; unless a revision is expected: then that is an error, a conflict.
    pub(crate) fn commit_change<E: From<Error>>(
        &self,
        change: Change<'_>,
        decide: impl Fn(&Snapshot, Instant) -> Result<Judged, E>,
    ) -> Result<Entry, E> {
        reason_fits(change.reason)?;
        let mut caught = Vec::new();
        let outcome = self.commit_in_turn(change, decide, &mut caught);
        self.tell(&caught);
        let entry = outcome?;
        self.entries.call(|listener| listener(&entry));
        Ok(entry)
    }

    fn commit_in_turn<E: From<Error>>(
        &self,
        change: Change<'_>,
        decide: impl Fn(&Snapshot, Instant) -> Result<Judged, E>,
        caught: &mut Vec<Arc<Record>>,
    ) -> Result<Entry, E> {
        let mut last = self.turn();
        loop {
            let before = self.snapshot();
            if let Some(expected) = change.expected.filter(|&expected| expected != before.revision()) {
                return Err(Error::conflict(expected, Some(before.revision())).into());
            }
            let at = change.now.max(*last);
            let Judged { events, after, held_back } = decide(&before, at)?;
            let after = after.numbered_as(before.revision().next());
            let Change { actor, command, reason, standing, .. } = change;
            let heading = Heading { at, actor, command, reason, standing };
            let Sealed { entry, addition } = Sealed::new(heading, events, &before, &after)?;
            let entry = Entry { held_back, ..entry };
            let Some(journal) = &self.journal else {
                self.current.store(after.0);
                *last = at;
                return Ok(entry);
            };
            match journal.append(&addition) {
                Ok(()) => {
                    self.current.store(after.0);
                    *last = at;
                    return Ok(entry);
                }
                Err(JournalError::Conflict) => {
                    let newest = self.catch_up_in_turn(&**journal, &mut last, caught)?;
                    if newest == before.revision() {
                        let message = "the journal refuses the next revision, and has no newer one";
                        return Err(Error::journal(None, message).into());
                    }
                }
                Err(error) => return Err(Error::from(error).into()),
            }
        }
    }

    /// The newest facts, and the instant of their entry.
    pub(super) fn newest(&self) -> (Snapshot, Instant) {
        let last = self.turn();
        (self.snapshot(), *last)
    }

    /// The writer's turn. One who panicked had published nothing: what is current is whole.
    fn turn(&self) -> MutexGuard<'_, Instant> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what others have added to the journal since. An authority in memory
    /// has nothing to catch up with. Where they have adopted another policy, it is
    /// decided by from then on, and requests resolved before are refused.
    ///
    /// # Errors
    /// When the journal can't be read or a record is damaged; then nothing has changed.
    pub fn catch_up(&self) -> Result<Revision, Error> {
        let Some(journal) = &self.journal else { return Ok(self.revision()) };
        let mut caught = Vec::new();
        let newest = self.catch_up_in_turn(&**journal, &mut self.turn(), &mut caught)?;
        self.tell(&caught);
        Ok(newest)
    }

    fn catch_up_in_turn(
        &self,
        journal: &dyn Journal,
        last: &mut Instant,
        caught: &mut Vec<Arc<Record>>,
    ) -> Result<Revision, Error> {
        let before = self.snapshot();
        let (revision, lineage) = (before.revision(), before.0.lineage);
        let zones = before.zones().clone();
        let listened = !self.entries.is_empty();
        let reader = Reader::new(journal, None, zones);
        let line = reader.fold(Some(Line { snapshot: before, at: *last }), Until::Newest, |record| {
            if listened {
                caught.push(Arc::clone(record));
            }
        })?;
        let Some(Line { snapshot, at }) = line.filter(|line| line.snapshot.revision() != revision) else {
            return Ok(revision);
        };
        let newest = snapshot.revision();
        // Under another policy numbers mean something else.
        let next = if snapshot.0.lineage == lineage { snapshot.0 } else { snapshot.into_line() };
        self.current.store(next);
        *last = at;
        Ok(newest)
    }

    /// Tells the listeners of entries that others have made.
    fn tell(&self, records: &[Arc<Record>]) {
        if records.is_empty() {
            return;
        }
        let now = self.snapshot();
        for record in records {
            let entry = record.entry(|person| now.0.identifier(person));
            self.entries.call(|listener| listener(&entry));
        }
    }

    /// The entries from a revision on, itself included, at most so many, after
    /// catching up with the journal. People have the names they have now.
    ///
    /// # Errors
    /// When there is no journal, or it can't be read.
    pub fn read_from(&self, revision: Revision, at_most: usize) -> Result<Vec<Entry>, Error> {
        let journal = self.kept()?;
        self.catch_up()?;
        let now = self.snapshot();
        let who = |person: PersonId| -> Identifier { now.0.identifier(person) };
        Ok(journal.read_from(revision, at_most)?.iter().map(|record| record.entry(who)).collect())
    }

    /// Writes the newest facts to the journal, so that opening it and looking back
    /// begin there. Nobody waits meanwhile.
    ///
    /// # Errors
    /// When there is no journal, or it can't be written.
    ///
    /// # Complexity
    /// O(n log n) in all the facts.
    pub fn checkpoint(&self) -> Result<Revision, Error> {
        let journal = self.kept()?;
        let (snapshot, at) = self.newest();
        journal.put_checkpoint(Arc::new(Checkpoint::of(&snapshot, at)))?;
        Ok(snapshot.revision())
    }

    /// The facts as they were recorded then, under the policy of then: who could do
    /// this on that day. Those who were erased since have no name any more.
    ///
    /// # Errors
    /// When there is no journal, it can't be read, or nothing was recorded by then.
    ///
    /// # Complexity
    /// The records since the nearest checkpoint before.
    pub fn as_of(&self, then: AsOf) -> Result<Snapshot, Error> {
        let journal = self.kept()?;
        let reader = Reader::new(journal, None, self.snapshot().zones().clone());
        let until = match then {
            AsOf::Revision(revision) => Until::Revision(revision),
            AsOf::Instant(at) => Until::Instant(at),
        };
        let found = reader.open(until)?.map(|line| line.snapshot);
        match then {
            AsOf::Revision(revision) => found
                .filter(|found| found.revision() == revision)
                .ok_or_else(|| format!("there is no revision {revision} on record")),
            AsOf::Instant(at) => found.ok_or_else(|| format!("nothing was recorded at {at} or before")),
        }
        .map_err(|message| Error::misfit(None, "as-of", Misfit::new(Cause::Absent, message)))
    }

    /// The facts before an entry and after it, as they were recorded: the later from the
    /// earlier, so that they share what it left as it was.
    pub(super) fn around(&self, revision: Revision) -> Result<(Snapshot, Snapshot), Error> {
        let Some(last) = revision.0.checked_sub(1).filter(|&last| last > 0) else {
            // The first one adopts a policy, and there is nothing yet.
            let after = self.as_of(AsOf::Revision(revision))?;
            return Ok((Snapshot::new(Arc::clone(&after.0.policy)), after));
        };
        let reader = Reader::new(self.kept()?, None, self.snapshot().zones().clone());
        let before = reader.open(Until::Revision(Revision(last)))?;
        let after = reader.fold(before.clone(), Until::Revision(revision), |_| {})?;
        let both = before.zip(after).map(|(before, after)| (before.snapshot, after.snapshot));
        both.filter(|(_, after)| after.revision() == revision).ok_or_else(|| {
            let message = format!("there is no revision {revision} on record");
            Error::misfit(None, "as-of", Misfit::new(Cause::Absent, message))
        })
    }

    pub(super) fn kept(&self) -> Result<&dyn Journal, Error> {
        let missing = || Error::journal(None, "this authority keeps no record (open it on a journal)");
        self.journal.as_deref().ok_or_else(missing)
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

    /// Tells the listeners of a refusal.
    pub(crate) fn refused(&self, actor: &Actor, refusal: &Refusal) {
        self.refusals.call(|listener| listener(actor, refusal));
    }
}
