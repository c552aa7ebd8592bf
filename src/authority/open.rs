//! Opening an authority on a journal, and keeping up with what other authorities add to it.

use std::sync::{Arc, MutexGuard, PoisonError};

use super::{Authority, Error};
use crate::facts::{Revision, Snapshot};
use crate::journal::{
    Addition, Checkpoint, Journal, JournalError, Line, Reader, Record, Until, adopted, text_of,
};
use crate::policy::Policy;
use crate::time::Instant;
use crate::zones::Zones;

impl Authority {
    /// An authority on a journal. The facts are read from the journal's records, and every change
    /// is added to the journal as one more record before readers see it.
    ///
    /// An empty journal adopts the policy by its first record. A journal whose newest policy is
    /// another one adopts this policy, and the facts are carried over by name: see [the
    /// journal](crate::docs::journal). `now` is the instant of the adoption.
    ///
    /// # Errors
    /// When the journal can't be read, a record in it is damaged, or facts name words that the
    /// policy neither knows nor lists as renamed or retired.
    ///
    /// # Complexity
    /// O(records since the newest checkpoint); O(n log n) in all the facts if another policy is
    /// adopted.
    pub fn open(
        journal: impl Journal + 'static,
        policy: impl Into<Arc<Policy>>,
        now: impl Into<Instant>,
    ) -> Result<Authority, Error> {
        Authority::open_with_zones(journal, policy, Zones::bundled(), now)
    }

    /// An authority on a journal, as [`open`](Authority::open) makes it, with time zones from a
    /// source that the host chooses: see [`Zones`].
    ///
    /// # Errors
    /// The errors of [`Authority::open`]; and when the source lacks the zone of a grid.
    pub fn open_with_zones(
        journal: impl Journal + 'static,
        policy: impl Into<Arc<Policy>>,
        zones: Zones,
        now: impl Into<Instant>,
    ) -> Result<Authority, Error> {
        let (journal, policy, now): (Arc<dyn Journal>, _, _) =
            (Arc::new(journal), policy.into(), now.into());
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
                // Another authority was first: read what it added. No progress since the last
                // conflict means a journal that refuses its own next revision: give up.
                Err(JournalError::Conflict) if before != Some(newest) => before = Some(newest),
                Err(error) => return Err(error.into()),
            }
        };
        let authority = Authority::from(line.snapshot);
        *authority.turn() = line.at;
        Ok(Authority { journal: Some(journal), ..authority })
    }

    /// The newest facts, and the instant of the last entry.
    pub(super) fn newest(&self) -> (Snapshot, Instant) {
        let last = self.turn();
        (self.snapshot(), *last)
    }

    /// The writer's lock, around the instant of the last entry. A poisoned lock is taken too: a
    /// writer that panicked had published nothing, so the current facts are whole.
    pub(super) fn turn(&self) -> MutexGuard<'_, Instant> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in the records that other authorities have added to the journal, and returns the
    /// newest revision. An authority in memory has nothing to take in. If another authority has
    /// adopted another policy, this one decides by that policy from then on, and denies requests
    /// that were resolved before.
    ///
    /// # Errors
    /// When the journal can't be read, or a record is damaged. Nothing has changed then.
    pub fn catch_up(&self) -> Result<Revision, Error> {
        let Some(journal) = &self.journal else { return Ok(self.revision()) };
        let mut caught = Vec::new();
        let newest = self.catch_up_in_turn(&**journal, &mut self.turn(), &mut caught)?;
        self.tell(&caught);
        Ok(newest)
    }

    /// [`catch_up`](Authority::catch_up) under the writer's lock. The records taken in go to
    /// `caught`, if there are listeners to be told.
    pub(super) fn catch_up_in_turn(
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
        let line =
            reader.fold(Some(Line { snapshot: before, at: *last }), Until::Newest, |record| {
                if listened {
                    caught.push(Arc::clone(record));
                }
            })?;
        let Some(Line { snapshot, at }) = line.filter(|line| line.snapshot.revision() != revision)
        else {
            return Ok(revision);
        };
        let newest = snapshot.revision();
        // The numbers in resolved requests mean something else under another policy: a new lineage
        // makes checks refuse them.
        let next = if snapshot.0.lineage == lineage { snapshot.0 } else { snapshot.into_line() };
        self.current.store(next);
        *last = at;
        Ok(newest)
    }

    /// Tells the listeners of entries that other authorities have made.
    pub(super) fn tell(&self, records: &[Arc<Record>]) {
        if records.is_empty() {
            return;
        }
        let now = self.snapshot();
        for record in records {
            let entry = record.entry(|person| now.0.identifier(person));
            self.entries.call(|listener| listener(&entry));
        }
    }

    /// Writes the newest facts to the journal as a checkpoint, so that opening the journal and
    /// looking back start from there. Readers and writers do not wait meanwhile.
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

    /// Takes time zones from another source, a newer database of zones for one. Readers see it when
    /// this returns.
    ///
    /// The facts and the revision stay, so [`Decision::is_current`](crate::Decision::is_current)
    /// does not tell that a decision kept from before may have changed: a host drops kept
    /// decisions.
    ///
    /// # Errors
    /// When the source lacks the zone of a grid. Nothing has changed then.
    ///
    /// # Complexity
    /// O(grids).
    pub fn use_zones(&self, zones: Zones) -> Result<(), Error> {
        let _turn = self.turn();
        let mut next = self.snapshot();
        next.use_zones(zones)?;
        self.current.store(next.0);
        Ok(())
    }

    /// The journal, or an error if the authority has none.
    pub(super) fn kept(&self) -> Result<&dyn Journal, Error> {
        self.journal.as_deref().ok_or(Error::NoJournal)
    }
}
