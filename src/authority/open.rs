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
                // Somebody else was first, and there is more to read.
                Err(JournalError::Conflict) if before != Some(newest) => before = Some(newest),
                Err(error) => return Err(error.into()),
            }
        };
        let authority = Authority::from(line.snapshot);
        *authority.turn() = line.at;
        Ok(Authority { journal: Some(journal), ..authority })
    }

    /// The newest facts, and the instant of their entry.
    pub(super) fn newest(&self) -> (Snapshot, Instant) {
        let last = self.turn();
        (self.snapshot(), *last)
    }

    /// The writer's turn. A writer that panicked had published nothing: what is current is whole.
    pub(super) fn turn(&self) -> MutexGuard<'_, Instant> {
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
        // Under another policy numbers mean something else.
        let next = if snapshot.0.lineage == lineage { snapshot.0 } else { snapshot.into_line() };
        self.current.store(next);
        *last = at;
        Ok(newest)
    }

    /// Tells the listeners of entries that others have made.
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

    /// Takes time zones from another source, for readers from when this returns: a
    /// newer database of zones, for one. The facts are the same, and so is the
    /// revision, so that decisions kept from before are to be dropped.
    ///
    /// # Errors
    /// When the source lacks a grid's zone; then nothing has changed.
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

    pub(super) fn kept(&self) -> Result<&dyn Journal, Error> {
        self.journal.as_deref().ok_or(Error::NoJournal)
    }
}
