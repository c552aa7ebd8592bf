//! [`Snapshot`]: the public handle on the facts at one revision.
//!
//! How the facts are laid out is in [`state`](super::state), how an event changes them in
//! [`apply`](super::apply).

use std::sync::Arc;

use super::apply::{Newcomers, Writer};
use super::document::{Facts, Row};
use super::error::{FactsError, Fault};
use super::event::Event;
use super::index::grids::{GridFacts, clock, next_stamp};
use super::lookup::Reading;
use super::state::{Revision, State};
use crate::policy::Policy;
use crate::zones::Zones;

/// The facts at one revision, indexed for decisions.
///
/// A clone is one reference count, and what it holds never changes: changing another handle copies
/// the little that the change touches, or nothing if the snapshot is not shared. Questions take the
/// instant as an argument; nothing here reads a clock.
///
/// ```
/// use alcada::{Event, Grant, Instant, Permission, Policy, Registration, Request, Snapshot};
/// let policy = Policy::from_toml(r#"
///     version = 1
///     functions.articles.actions = ["view", "edit"]
///     roles.editor.permissions = ["articles:*"]
/// "#)?;
/// let mut facts = Snapshot::new(policy);
/// facts.apply(&Event::PersonRegistered(Registration::of("ana")?))?;
/// facts.apply(&Event::Granted(Grant::role("editor").to("ana").everywhere()?))?;
/// let request = Request::by("ana").to(Permission::new("articles:edit"));
/// assert!(facts.check(&request, Instant::now()).is_allow());
/// # Ok::<(), alcada::Error>(())
/// ```
#[derive(Clone)]
pub struct Snapshot(pub(crate) Arc<State>);

/// Says how much there is and shows nothing of it: facts do not belong in logs.
impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let State { revision, people, units, .. } = &*self.0;
        write!(f, "Snapshot(revision {revision}, {} people, {} units)", people.len(), units.len())
    }
}

impl Snapshot {
    /// A snapshot without facts, under a policy, with the built-in time zones.
    #[must_use]
    pub fn new(policy: impl Into<Arc<Policy>>) -> Snapshot {
        Snapshot::with_zones(policy, Zones::bundled())
    }

    /// A snapshot without facts, under a policy, with time zones from a source of the host's: see
    /// [`Zones`].
    #[must_use]
    pub fn with_zones(policy: impl Into<Arc<Policy>>, zones: Zones) -> Snapshot {
        Snapshot(Arc::new(State::empty(policy.into(), zones)))
    }

    /// The policy by which the snapshot decides.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// Where the offsets of the time zones of its grids come from.
    #[must_use]
    pub fn zones(&self) -> &Zones {
        &self.0.zones
    }

    /// Replaces the source of time zones and lays out every grid anew. The facts and the revision
    /// stay, but decisions made before must not be kept.
    ///
    /// # Errors
    /// When the source lacks a grid's zone. Nothing has changed then.
    ///
    /// # Complexity
    /// O(grids).
    pub fn use_zones(&mut self, zones: Zones) -> Result<(), FactsError> {
        let mut again = Vec::new();
        for (id, facts) in self.0.grids.entries() {
            let Some(facts) = facts else { continue };
            let unfit = |fault| {
                FactsError::new(Some(format!("grid `{}`", facts.grid.name)), "use-zones", fault)
            };
            let clock = clock(&facts.grid, &zones).map_err(unfit)?;
            again.push((id, GridFacts { clock, ..GridFacts::clone(facts) }));
        }
        let state = Arc::make_mut(&mut self.0);
        for (id, facts) in again {
            if let Some(place) = state.grids.get_mut(id) {
                *place = Some(Arc::new(facts));
            }
        }
        state.zones = zones;
        state.renew_sets(None);
        state.hours_stamp = next_stamp();
        Ok(())
    }

    /// The revision of the facts that this snapshot holds.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.0.revision
    }

    /// How many principals have ever been registered.
    #[must_use]
    pub fn people(&self) -> usize {
        self.0.people.len()
    }

    /// Changes the facts by one event.
    ///
    /// # Errors
    /// When the event does not fit the facts; then nothing has changed.
    ///
    /// # Complexity
    /// Grants, revocations, affiliations, suspensions and groups: independent of the number of
    /// people. Units: O(n log n) in the units of the tenant, so that many are better added by
    /// [`apply_all`](Snapshot::apply_all) or [`import`](Snapshot::import), which renumber once.
    /// Deleting a role: O(units of the tenant + its holders). Removing somebody from the platform:
    /// O(tenants).
    pub fn apply(&mut self, event: &Event) -> Result<Revision, FactsError> {
        let revision = self.apply_on_line(event)?;
        Arc::make_mut(&mut self.0).branch_off();
        Ok(revision)
    }

    /// Changes the facts by one event, for the `Authority`, which owns the lineage: whether
    /// somebody else went on from this revision is not checked.
    pub(crate) fn apply_on_line(&mut self, event: &Event) -> Result<Revision, FactsError> {
        let state = Arc::make_mut(&mut self.0);
        let mut writer = Writer::new(state);
        let outcome = writer.apply(event);
        writer.finish();
        outcome.map_err(|fault| FactsError::new(None, event.word(), fault))?;
        state.revision = state.revision.next();
        Ok(state.revision)
    }

    /// Changes the facts by many events, as one revision.
    ///
    /// # Errors
    /// When one of them does not fit; the error names it, and nothing has changed.
    pub fn apply_all<'e>(
        &mut self,
        events: impl IntoIterator<Item = &'e Event>,
    ) -> Result<Revision, FactsError> {
        let revision = self.apply_all_on_line(events)?;
        Arc::make_mut(&mut self.0).branch_off();
        Ok(revision)
    }

    pub(crate) fn apply_all_on_line<'e>(
        &mut self,
        events: impl IntoIterator<Item = &'e Event>,
    ) -> Result<Revision, FactsError> {
        let rows = events.into_iter().enumerate();
        self.apply_rows(
            rows.map(|(n, event)| (event, move || format!("events[{n}]"))),
            Reading::default(),
        )
    }

    /// Changes the facts by the events that a command was decided to. On an error this snapshot
    /// must be dropped: nothing is kept to go back to.
    pub(crate) fn apply_judged(&mut self, events: &[Event]) -> Result<Revision, Fault> {
        let state = Arc::make_mut(&mut self.0);
        let mut writer = Writer::new(state);
        let outcome = events.iter().try_for_each(|event| writer.apply(event));
        writer.finish();
        outcome?;
        state.revision = state.revision.next();
        Ok(state.revision)
    }

    /// Adds the facts of a document, as one revision. Rows may stand in any order.
    ///
    /// # Errors
    /// When a row does not fit; the error names it, and nothing has changed.
    pub fn import(&mut self, facts: &Facts) -> Result<Revision, FactsError> {
        let revision = self.import_on_line(&facts.rows()?, facts.already_in_force)?;
        Arc::make_mut(&mut self.0).branch_off();
        Ok(revision)
    }

    /// Adds the rows of a document, for the `Authority`, which owns the lineage: whether somebody
    /// else went on from this revision is not checked.
    pub(crate) fn import_on_line(
        &mut self,
        rows: &[(Row, Event)],
        already_in_force: bool,
    ) -> Result<Revision, FactsError> {
        let reading = Reading { already_in_force, ..Reading::default() };
        self.apply_rows(rows.iter().map(|(label, event)| (event, || label.to_string())), reading)
    }

    /// The facts as a document. Every list is sorted, so that equal facts make equal documents, in
    /// whichever order they were added. The rows are marked as
    /// [`already_in_force`](Facts::already_in_force), so that importing the document under the same
    /// policy gives the same facts and the same decisions.
    ///
    /// ```
    /// # use alcada::{Event, Facts, Policy, Registration, Snapshot};
    /// # let policy = || Policy::from_toml("version = 1").unwrap();
    /// # let mut snapshot = Snapshot::new(policy());
    /// snapshot.apply(&Event::PersonRegistered(Registration::of("ana")?))?;
    /// let mut again = Snapshot::new(policy());
    /// again.import(&snapshot.facts())?;
    /// assert_eq!(again.facts(), snapshot.facts());
    /// # Ok::<(), alcada::Error>(())
    /// ```
    ///
    /// # Complexity
    /// O(n log n) in all the facts.
    #[must_use]
    pub fn facts(&self) -> Facts {
        self.0.facts_naming(|person| self.0.identifier(person))
    }

    /// The store for an `Authority` that begins here, with a lineage that nobody else continues.
    pub(crate) fn into_line(mut self) -> Arc<State> {
        let state = Arc::make_mut(&mut self.0);
        state.begin_line();
        self.0
    }

    fn apply_rows<'e, L: Fn() -> String>(
        &mut self,
        rows: impl IntoIterator<Item = (&'e Event, L)>,
        reading: Reading,
    ) -> Result<Revision, FactsError> {
        // `before` shares the store, so that writing copies what it touches. On success `before` is
        // dropped.
        let before = self.clone();
        let state = Arc::make_mut(&mut self.0);
        let mut writer = Writer::reading(state, reading, Newcomers::default());
        for (event, label) in rows {
            if let Err(fault) = writer.apply(event) {
                *self = before;
                return Err(FactsError::new(Some(label()), event.word(), fault));
            }
        }
        writer.finish();
        state.revision = state.revision.next();
        Ok(state.revision)
    }
}
