//! Reading a journal: from records to facts.

use std::sync::Arc;

use super::{Checkpoint, Journal, JournalError, Record, adopted, text_of};
use crate::facts::{FactsError, Newcomers, Revision, Snapshot};
use crate::policy::Policy;
use crate::store::PersonId;
use crate::time::Instant;
use crate::zones::Zones;

/// How many records are asked of the journal at a time.
const PAGE: usize = 1 << 16;

/// The facts as far as records are read, and the instant of the last record.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) snapshot: Snapshot,
    pub(crate) at: Instant,
}

/// How far to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    Newest,
    Revision(Revision),
    /// All records of this instant or earlier.
    Instant(Instant),
}

/// Reads facts from a journal.
pub(crate) struct Reader<'j> {
    pub(crate) journal: &'j dyn Journal,
    /// A compiled policy with its text: a record or checkpoint with that text uses it, and compiles
    /// nothing.
    pub(crate) policy: Option<(Arc<Policy>, Arc<str>)>,
    /// Where access hours find their time zones.
    pub(crate) zones: Zones,
}

impl<'j> Reader<'j> {
    pub(crate) fn new(
        journal: &'j dyn Journal,
        policy: Option<Arc<Policy>>,
        zones: Zones,
    ) -> Reader<'j> {
        let policy = policy.map(|policy| {
            let text = text_of(&policy);
            (policy, text)
        });
        Reader { journal, policy, zones }
    }

    /// The facts at `until`, read from the newest checkpoint that is not later, or from the
    /// beginning. `None` if there is no record until then.
    pub(crate) fn open(&self, until: Until) -> Result<Option<Line>, JournalError> {
        let line = self.nearest(until)?.map(|checkpoint| self.restored(&checkpoint)).transpose()?;
        self.fold(line, until, |_| {})
    }

    /// The newest checkpoint that is not later than `until`.
    fn nearest(&self, until: Until) -> Result<Option<Arc<Checkpoint>>, JournalError> {
        let mut at_most = match until {
            Until::Revision(revision) => revision,
            Until::Newest | Until::Instant(_) => Revision(u64::MAX),
        };
        loop {
            let Some(found) = self.journal.checkpoint(at_most)? else { return Ok(None) };
            match until {
                // Asks for an earlier checkpoint. A journal that answers with a later one than it
                // was asked for would be asked for ever: it counts as having none.
                Until::Instant(at) if found.at() > at => match found.revision().0.checked_sub(1) {
                    Some(before) if before < at_most.0 => at_most = Revision(before),
                    _ => return Ok(None),
                },
                _ => return Ok(Some(found).filter(|found| found.revision() <= at_most)),
            }
        }
    }

    /// The facts of a checkpoint.
    fn restored(&self, checkpoint: &Checkpoint) -> Result<Line, JournalError> {
        checkpoint.check_version()?;
        let revision = checkpoint.revision();
        let policy = self.compiled(&checkpoint.policy, revision)?;
        let names = self.journal.names_from(0)?;
        let names = names.get(..checkpoint.people as usize);
        let names = names.ok_or_else(|| {
            JournalError::damaged(revision, "the journal lacks names of its people")
        })?;
        let snapshot =
            Snapshot::restored(policy, self.zones.clone(), names, &checkpoint.facts, revision);
        let unfit =
            |error| JournalError::damaged(revision, "its checkpoint does not fit").because(error);
        Ok(Line { snapshot: snapshot.map_err(unfit)?, at: checkpoint.at() })
    }

    /// The policy of a record or a checkpoint, compiled.
    fn compiled(&self, text: &Arc<str>, revision: Revision) -> Result<Arc<Policy>, JournalError> {
        match &self.policy {
            Some((policy, known)) if known == text => Ok(Arc::clone(policy)),
            _ => Policy::from_json(text).map(Arc::new).map_err(|error| {
                JournalError::damaged(revision, "its policy can't be read").because(error)
            }),
        }
    }

    /// Applies records to the facts of `line`, or to nothing, until `until`, and calls `each` with
    /// every record applied.
    pub(crate) fn fold(
        &self,
        mut line: Option<Line>,
        until: Until,
        mut each: impl FnMut(&Arc<Record>),
    ) -> Result<Option<Line>, JournalError> {
        loop {
            let next = line.as_ref().map_or(Revision(0), |line| line.snapshot.revision()).next();
            let page = self.journal.read_from(next, PAGE)?;
            let within = |record: &&Arc<Record>| match until {
                Until::Newest => true,
                Until::Revision(last) => record.revision <= last,
                Until::Instant(last) => record.at <= last,
            };
            let fitting = page.iter().take_while(within).count();
            let (mut rest, beyond) = page.split_at_checked(fitting).unwrap_or((&page, &[]));
            if rest.is_empty() {
                return Ok(line);
            }
            // Names are read after the records: another authority adds names together with the
            // record that brings them, so all names that these records need are in the table by
            // now.
            let known = line.as_ref().map_or(0, |line| line.snapshot.people());
            let first = PersonId::from_index(known).unwrap_or(PersonId::NONE);
            let names = self.journal.names_from(first.get())?;
            // Records that adopt a policy are applied one by one, those between them together.
            while let Some((head, tail)) = rest.split_first() {
                let run = tail.iter().take_while(|record| record.policy.is_none()).count();
                let run = if head.policy.is_some() { 1 } else { run.saturating_add(1) };
                let (now, later) = rest.split_at_checked(run).unwrap_or((rest, &[]));
                self.run(&mut line, now, Newcomers { first, names: &names })?;
                rest = later;
            }
            page.iter().take(fitting).for_each(&mut each);
            if !beyond.is_empty() {
                return Ok(line);
            }
        }
    }

    /// Applies one record that adopts a policy, or a run of records of which none does.
    fn run(
        &self,
        line: &mut Option<Line>,
        records: &[Arc<Record>],
        newcomers: Newcomers<'_>,
    ) -> Result<(), JournalError> {
        let (mut expected, mut last) = match &*line {
            Some(line) => (line.snapshot.revision().next(), line.at),
            None => (Revision(1), Instant::MIN),
        };
        let first = expected;
        for record in records {
            let damaged = |message: String| Err(JournalError::damaged(expected, message));
            if record.revision != expected {
                return damaged(format!(
                    "the journal goes on with revision {} in its place",
                    record.revision
                ));
            }
            if !record.is_readable() {
                return damaged("it is of a version that this program can't read".into());
            }
            if record.at < last {
                return damaged(format!("it is of {}, before the entry before it", record.at));
            }
            if record.policy.is_some() && !record.events.is_empty() {
                return damaged("it adopts a policy and changes facts".into());
            }
            (expected, last) = (expected.next(), record.at);
        }
        let damaged = |revision, message: &str| JournalError::damaged(revision, message);
        if let Some(text) = records.first().and_then(|record| record.policy.as_ref()) {
            let policy = self.compiled(text, first)?;
            let snapshot = match line.take() {
                None => Snapshot::with_zones(policy, self.zones.clone()).numbered_as(first),
                Some(old) => adopted(&old.snapshot, policy, first).map_err(|error| {
                    damaged(first, "its policy can't be adopted").because(error)
                })?,
            };
            *line = Some(Line { snapshot, at: last });
            return Ok(());
        }
        let Some(line) = line else {
            return Err(damaged(first, "it is the first, and adopts no policy"));
        };
        line.at = last;
        let changes: Vec<_> =
            records.iter().map(|record| (&*record.events, record.already_in_force)).collect();
        line.snapshot.replay(&changes, newcomers).map_err(|unfit| {
            let revision = records.get(unfit.change).map_or(first, |record| record.revision);
            damaged(revision, &format!("events[{}] does not fit the facts", unfit.place))
                .because(FactsError::new(None, unfit.event, unfit.fault))
        })
    }
}
