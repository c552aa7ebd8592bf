//! How the facts come back from a record: event by event, or from a document, with
//! people named by number.

use std::sync::Arc;

use crate::facts::apply::{Newcomers, Writer};
use crate::facts::error::{FactsError, Misfit};
use crate::facts::lookup::Reading;
use crate::facts::person_number::numbered;
use crate::facts::snapshot::Snapshot;
use crate::facts::state::Revision;
use crate::facts::document::Facts;
use crate::facts::event::Event;
use crate::model::Identifier;
use crate::policy::Policy;
use crate::store::{PersonId, ids};
use crate::zones::Zones;

/// So many records are looked at before the first of them is applied.
const AHEAD: usize = 16;

/// Why a record does not fit: which one, the event that does not, and what it says.
#[derive(Debug)]
pub(crate) struct Unfit {
    pub(crate) change: usize,
    pub(crate) place: usize,
    pub(crate) event: &'static str,
    pub(crate) misfit: Misfit,
}

impl Snapshot {
    /// Applies the events of records, each record as the next revision, in place where
    /// nobody else holds the snapshot. With each comes whether its events restore what
    /// stood already. After an error the snapshot is of no use any more.
    pub(crate) fn replay(
        &mut self,
        changes: &[(&[Event], bool)],
        newcomers: Newcomers<'_>,
    ) -> Result<(), Unfit> {
        let state = Arc::make_mut(&mut self.0);
        let mut revision = state.revision;
        // One writer for all: nobody reads the facts in between.
        let mut writer =
            Writer::reading(state, Reading { by_number: true, standing: false }, newcomers);
        for (change, &(events, standing)) in changes.iter().enumerate() {
            if change.is_multiple_of(AHEAD) {
                let ahead = changes
                    .iter()
                    .skip(change)
                    .take(AHEAD)
                    .filter_map(|(events, _)| events.first());
                std::hint::black_box(ahead.fold(0, |seen, event| seen ^ writer.touch(event)));
            }
            writer.restores(standing);
            for (place, event) in events.iter().enumerate() {
                writer.apply(event).map_err(|misfit| Unfit {
                    change,
                    place,
                    event: event.word(),
                    misfit,
                })?;
            }
            revision = revision.next();
        }
        writer.finish();
        state.revision = revision;
        Ok(())
    }

    /// The facts with people by number, as records name them.
    pub(crate) fn facts_by_number(&self) -> Facts {
        self.0.facts_naming(numbered)
    }

    /// The facts of a document that names people by number, under a policy; `names` are
    /// everybody's, by number.
    pub(crate) fn restored(
        policy: Arc<Policy>,
        zones: Zones,
        names: &[Option<Identifier>],
        facts: &Facts,
        revision: Revision,
    ) -> Result<Snapshot, FactsError> {
        let mut snapshot = Snapshot::with_zones(policy, zones);
        let state = Arc::make_mut(&mut snapshot.0);
        for (number, name) in ids::<PersonId>(names.len()).zip(names) {
            let given = state.add_person(name.as_ref().map(Identifier::as_str));
            if given.ok() != Some(number) {
                let misfit = Misfit::present("number for the name of", numbered(number));
                return Err(FactsError::new(Some(format!("names[{number}]")), "names", misfit));
            }
        }
        snapshot.filled(facts, revision)
    }

    /// The same people under another policy, with the facts of such a document.
    pub(crate) fn carried(
        &self,
        policy: Arc<Policy>,
        facts: &Facts,
        revision: Revision,
    ) -> Result<Snapshot, FactsError> {
        let mut snapshot = Snapshot::with_zones(policy, self.0.zones.clone());
        let state = Arc::make_mut(&mut snapshot.0);
        state.person_names = self.0.person_names.clone();
        for _ in 0..self.0.people.len() {
            if state.people.push().is_err() {
                return Err(FactsError::new(
                    None,
                    "people",
                    Misfit::limit("people", self.0.people.len()),
                ));
            }
        }
        snapshot.filled(facts, revision)
    }

    fn filled(mut self, facts: &Facts, revision: Revision) -> Result<Snapshot, FactsError> {
        let rows = facts.rows()?;
        let state = Arc::make_mut(&mut self.0);
        let reading = Reading { by_number: true, standing: true };
        let mut writer = Writer::reading(state, reading, Newcomers::default());
        for (row, event) in &rows {
            let unfit = |misfit| FactsError::new(Some(row.to_string()), event.word(), misfit);
            writer.apply(event).map_err(unfit)?;
        }
        writer.finish();
        state.revision = revision;
        Ok(self)
    }

    /// The snapshot as the given revision: a change of nothing is one too.
    pub(crate) fn numbered_as(mut self, revision: Revision) -> Snapshot {
        if self.revision() != revision {
            Arc::make_mut(&mut self.0).revision = revision;
        }
        self
    }
}
