//! How the facts come back from the journal: event by event, or from a document, with people named
//! by number.
//!
//! How a journal is read is in `journal`; nothing here knows its form.

use std::sync::Arc;

use crate::facts::apply::{Newcomers, Writer};
use crate::facts::document::Facts;
use crate::facts::error::{FactsError, Fault};
use crate::facts::event::Event;
use crate::facts::lookup::Reading;
use crate::facts::person_number::numbered;
use crate::facts::snapshot::Snapshot;
use crate::facts::state::Revision;
use crate::model::Identifier;
use crate::policy::Policy;
use crate::store::{PersonId, ids};
use crate::zones::Zones;

/// How many changes are looked at before the first of them is applied, so that their loads run at
/// once.
const AHEAD: usize = 16;

/// Why a change cannot be applied again: the place of the change, the place of the event in it, and
/// the fault.
#[derive(Debug)]
pub(crate) struct ReplayFault {
    pub(crate) change: usize,
    pub(crate) place: usize,
    pub(crate) event: &'static str,
    pub(crate) fault: Fault,
}

impl Snapshot {
    /// Applies changes, each as the next revision, in place where nobody else holds the snapshot.
    /// With the events of a change comes whether they restore what was in force already. After an
    /// error the snapshot must be dropped.
    pub(crate) fn replay(
        &mut self,
        changes: &[(&[Event], bool)],
        newcomers: Newcomers<'_>,
    ) -> Result<(), ReplayFault> {
        let state = Arc::make_mut(&mut self.0);
        let mut revision = state.revision;
        // One writer serves all changes, as nobody reads the facts in between.
        let mut writer =
            Writer::reading(state, Reading { by_number: true, already_in_force: false }, newcomers);
        for (change, &(events, already_in_force)) in changes.iter().enumerate() {
            if change.is_multiple_of(AHEAD) {
                let ahead = changes
                    .iter()
                    .skip(change)
                    .take(AHEAD)
                    .filter_map(|(events, _)| events.first());
                std::hint::black_box(ahead.fold(0, |seen, event| seen ^ writer.prefetch(event)));
            }
            writer.restores(already_in_force);
            for (place, event) in events.iter().enumerate() {
                writer.apply(event).map_err(|fault| ReplayFault {
                    change,
                    place,
                    event: event.word(),
                    fault,
                })?;
            }
            revision = revision.next();
        }
        writer.finish();
        state.revision = revision;
        Ok(())
    }

    /// The facts as a document that names people by number, as the journal does.
    pub(crate) fn facts_by_number(&self) -> Facts {
        self.0.facts_naming(numbered)
    }

    /// A snapshot of the facts of a document that names people by number. `names` are the names of
    /// all people, by number; `None` if a name is forgotten.
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
                let fault = Fault::present("number for the name of", numbered(number));
                return Err(FactsError::new(Some(format!("names[{number}]")), "names", fault));
            }
        }
        snapshot.filled(facts, revision)
    }

    /// A snapshot of the same people under another policy, with the facts of a document that names
    /// people by number.
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
                    Fault::limit("people", self.0.people.len()),
                ));
            }
        }
        snapshot.filled(facts, revision)
    }

    fn filled(mut self, facts: &Facts, revision: Revision) -> Result<Snapshot, FactsError> {
        let rows = facts.rows()?;
        let state = Arc::make_mut(&mut self.0);
        let reading = Reading { by_number: true, already_in_force: true };
        let mut writer = Writer::reading(state, reading, Newcomers::default());
        for (row, event) in &rows {
            let unfit = |fault| FactsError::new(Some(row.to_string()), event.word(), fault);
            writer.apply(event).map_err(unfit)?;
        }
        writer.finish();
        state.revision = revision;
        Ok(self)
    }

    /// The snapshot with this revision. A change without events has a revision of its own too.
    pub(crate) fn numbered_as(mut self, revision: Revision) -> Snapshot {
        if self.revision() != revision {
            Arc::make_mut(&mut self.0).revision = revision;
        }
        self
    }
}
