//! The fold: from records to facts.

use std::sync::Arc;

use super::{Checkpoint, Journal, Record, adopted, text_of};
use crate::error::Error;
use crate::model::Identifier;
use crate::policy::Policy;
use crate::state::{Newcomers, Revision, Snapshot};
use crate::time::Instant;

/// Records read at a time.
const PAGE: usize = 4096;

/// The facts as far as they are folded, and the instant of the last entry in them.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) snapshot: Snapshot,
    pub(crate) at: Instant,
}

/// How far to fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    Newest,
    Revision(Revision),
    /// Whatever was recorded at this instant or before.
    Instant(Instant),
}

/// Reads a journal.
pub(crate) struct Reader<'j> {
    pub(crate) journal: &'j dyn Journal,
    /// A policy at hand: it is not read again where its text is adopted.
    pub(crate) policy: Option<(Arc<Policy>, Arc<str>)>,
}

impl<'j> Reader<'j> {
    pub(crate) fn new(journal: &'j dyn Journal, policy: Option<Arc<Policy>>) -> Reader<'j> {
        let policy = policy.map(|policy| {
            let text = text_of(&policy);
            (policy, text)
        });
        Reader { journal, policy }
    }

    /// The facts from the newest checkpoint that is not after `until`, or from the
    /// beginning; none: nothing was recorded by then.
    pub(crate) fn open(&self, until: Until) -> Result<Option<Line>, Error> {
        let line = self.nearest(until)?.map(|checkpoint| self.restored(&checkpoint)).transpose()?;
        self.fold(line, until, |_| {})
    }

    fn nearest(&self, until: Until) -> Result<Option<Arc<Checkpoint>>, Error> {
        let mut at_most = match until {
            Until::Revision(revision) => revision,
            Until::Newest | Until::Instant(_) => Revision(u64::MAX),
        };
        loop {
            let Some(found) = self.journal.checkpoint(at_most)? else { return Ok(None) };
            match until {
                // A journal that gives another one than it was asked for ends the search.
                Until::Instant(at) if found.at() > at => match found.revision().0.checked_sub(1) {
                    Some(before) if before < at_most.0 => at_most = Revision(before),
                    _ => return Ok(None),
                },
                _ => return Ok(Some(found).filter(|found| found.revision() <= at_most)),
            }
        }
    }

    fn restored(&self, checkpoint: &Checkpoint) -> Result<Line, Error> {
        checkpoint.check_version()?;
        let revision = checkpoint.revision();
        let policy = self.compiled(&checkpoint.policy, revision)?;
        let names = self.journal.names_from(0)?;
        let names = names.get(..checkpoint.people as usize);
        let names = names.ok_or_else(|| Error::journal(Some(revision), "the journal lacks names of its people"))?;
        let snapshot = Snapshot::restored(policy, names, &checkpoint.facts, revision);
        let unfit = |error| Error::journal(Some(revision), "its checkpoint does not fit").because(error);
        Ok(Line { snapshot: snapshot.map_err(unfit)?, at: checkpoint.at() })
    }

    fn compiled(&self, text: &Arc<str>, revision: Revision) -> Result<Arc<Policy>, Error> {
        match &self.policy {
            Some((policy, known)) if known == text => Ok(Arc::clone(policy)),
            _ => Policy::from_json(text)
                .map(Arc::new)
                .map_err(|error| Error::journal(Some(revision), "its policy can't be read").because(error)),
        }
    }

    /// Goes on with records from where a line ends, and calls back with each.
    pub(crate) fn fold(
        &self,
        mut line: Option<Line>,
        until: Until,
        mut each: impl FnMut(&Arc<Record>),
    ) -> Result<Option<Line>, Error> {
        let first = line.as_ref().map_or(0, |line| line.snapshot.people());
        let first = u32::try_from(first).unwrap_or(u32::MAX);
        let mut names: Vec<Option<Identifier>> = Vec::new();
        loop {
            let next = line.as_ref().map_or(Revision(0), |line| line.snapshot.revision()).next();
            let page = self.journal.read_from(next, PAGE)?;
            // Whom a record brings has a name before it can be read.
            let known = u32::try_from(names.len()).unwrap_or(u32::MAX);
            if !page.is_empty() {
                names.extend(self.journal.names_from(first.saturating_add(known))?);
            }
            for record in &page {
                let within = match until {
                    Until::Newest => true,
                    Until::Revision(last) => record.revision <= last,
                    Until::Instant(last) => record.at <= last,
                };
                if !within {
                    return Ok(line);
                }
                self.step(&mut line, record, Newcomers { first, names: &names })?;
                each(record);
            }
            if page.is_empty() {
                return Ok(line);
            }
        }
    }

    fn step(&self, line: &mut Option<Line>, record: &Record, newcomers: Newcomers<'_>) -> Result<(), Error> {
        let (expected, last) = match &*line {
            Some(line) => (line.snapshot.revision().next(), line.at),
            None => (Revision(1), Instant::MIN),
        };
        let damaged = |message: String| Error::journal(Some(expected), message);
        if record.revision != expected {
            return Err(damaged(format!("the journal goes on with revision {} in its place", record.revision)));
        }
        if !record.is_readable() {
            return Err(damaged("it is of a version that this program can't read".into()));
        }
        if record.at < last {
            return Err(damaged(format!("it is of {}, before the entry before it", record.at)));
        }
        if let Some(text) = &record.policy {
            if !record.events.is_empty() {
                return Err(damaged("it adopts a policy and changes facts".into()));
            }
            let policy = self.compiled(text, expected)?;
            let snapshot = match line.take() {
                None => Snapshot::new(policy).numbered_as(expected),
                Some(old) => adopted(&old.snapshot, policy, expected)
                    .map_err(|error| damaged("its policy can't be adopted".into()).because(error))?,
            };
            *line = Some(Line { snapshot, at: record.at });
            return Ok(());
        }
        let Some(line) = line else { return Err(damaged("it is the first, and adopts no policy".into())) };
        line.at = record.at;
        line.snapshot.replay(&record.events, record.standing, newcomers).map_err(|unfit| {
            let event = format!("events[{}]", unfit.place);
            damaged(format!("{event} does not fit the facts")).because(Error::misfit(None, unfit.event, unfit.misfit))
        })
    }
}
