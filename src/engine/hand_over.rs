//! [`HandOver`]: whose open work goes back to its queue, and when ([contract
//! R35](crate::docs::contract#r35)).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::facts::{Cause, FactsError, Fault, NEVER, Snapshot};
use crate::model::{Identifier, InvalidName, Name};
use crate::time::Instant;

/// The most people that may be signed in at a time, and the most sign-outs that the book may hold.
pub const MAX_HAND_OVERS: usize = 4_194_304;

/// Says whose open work is to be handed over, and when to ask again. The host reports who signs in
/// and out, in the order in which that happens, and moves the work.
///
/// The work of a person is due at the first instant that lies at least `hours.hand-over-minutes`
/// after their last session ended, and outside the windows of every grid in which they are
/// enrolled; one of the grids must hand over work. The grids count as they are when
/// [`due`](HandOver::due) is called. Signing in again before the work is handed out cancels the
/// hand-over.
///
/// A sign-out is handed out once, even if two threads ask, or if the host asks hours late. A
/// sign-out that was handed out and not [confirmed](HandOver::confirm) is
/// [listed](HandOver::unconfirmed), so that a worker that dies loses nothing. Keep the
/// [book](HandOver::book) where sessions are kept; workers in several processes share it under a
/// lock of the host's.
///
/// ```
/// use alcada::{hours::{HandOver, Work}, Identifier, Instant, Policy, Snapshot};
/// # let snapshot = Snapshot::new(Policy::from_toml("version = 1")?);
/// let hand_over = HandOver::new();
/// let eva = Identifier::new("eva")?;
/// let now = Instant::now();
/// hand_over.signed_in(&eva, now)?;
/// hand_over.signed_out(&eva, now.plus_seconds(60));
/// let open = |_: &Identifier| vec![Work::new("chat-17", "billing").unwrap()];
/// for transfer in hand_over.due(&snapshot, now.plus_seconds(600), open, |_| true) {
///     // move transfer.work, each to its queue; look at transfer.stranded
///     hand_over.confirm(transfer.id);
/// }
/// let ask_again = hand_over.next_due(&snapshot);
/// # assert_eq!(ask_again, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct HandOver {
    inner: Mutex<Inner>,
}

/// The state of a [`HandOver`], to be kept by the host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HandOverBook {
    /// The number of the next sign-out.
    pub next: u64,
    /// How many sessions each person has open. A person without one is not listed.
    #[serde(default)]
    pub open: BTreeMap<Identifier, u32>,
    /// The sign-outs not yet confirmed, by number.
    #[serde(default)]
    pub signed_out: BTreeMap<u64, SignedOut>,
}

/// The end of a person's last session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SignedOut {
    /// The person who signed out.
    pub person: Identifier,
    /// The instant at which the session ended.
    pub at: Instant,
    /// The instant at which the work was handed out. `None` if it was not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_out: Option<Instant>,
}

/// A piece of open work, and the queue it came from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Work {
    /// The host's key for the piece of work.
    pub item: Name,
    /// The queue that the work came from.
    pub queue: Name,
}

impl Work {
    /// A piece of work, by the host's keys.
    ///
    /// # Errors
    /// [`InvalidName`] if one of the keys is not a [`Name`].
    pub fn new(item: impl AsRef<str>, queue: impl AsRef<str>) -> Result<Work, InvalidName> {
        Ok(Work { item: Name::new(item)?, queue: Name::new(queue)? })
    }
}

/// The work to be handed over after one sign-out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Transfer {
    /// The number of the sign-out, for [`confirm`](HandOver::confirm).
    pub id: u64,
    /// The person whose work it was.
    pub person: Identifier,
    /// The instant at which the person's last session ended.
    pub signed_out: Instant,
    /// The instant since which the work is due.
    pub due: Instant,
    /// The work that goes back, each piece to the queue it came from.
    #[serde(default)]
    pub work: Vec<Work>,
    /// The work whose queue no longer exists: the host has to say where it goes.
    #[serde(default)]
    pub stranded: Vec<Work>,
}

/// The error that too many people are signed in, or that the book holds too many sign-outs.
fn too_many() -> FactsError {
    let message =
        format!("the hand-over holds {MAX_HAND_OVERS} people already; confirm what was handed out");
    FactsError::new(None, "", Fault::new(Cause::Limit, message))
}

#[derive(Debug, Default)]
struct Inner {
    book: HandOverBook,
    /// The number of the sign-out of each person whose work waits.
    waiting: HashMap<Identifier, u64>,
    agenda: Agenda,
}

/// When each waiting sign-out is due. A cache: valid for the hours from which it was worked out.
#[derive(Debug, Default)]
struct Agenda {
    /// The stamp of the hours that count here. `None` if nothing is worked out.
    hours: Option<u64>,
    by_due: BTreeSet<(Instant, u64)>,
    due_of: HashMap<u64, Instant>,
    /// The sign-outs that are not worked out yet.
    fresh: Vec<u64>,
}

impl From<HandOverBook> for HandOver {
    /// Goes on from a book. A book that no hand-over wrote is put right: no number is given twice,
    /// no work waits for a person who is signed in, and only the last sign-out of a person waits.
    fn from(mut book: HandOverBook) -> HandOver {
        let given = book.signed_out.last_key_value().map_or(0, |(last, _)| last.saturating_add(1));
        book.next = book.next.max(given);
        let mut waiting = HashMap::new();
        let HandOverBook { open, signed_out, .. } = &mut book;
        let mut obsolete = Vec::new();
        for (&id, SignedOut { person, .. }) in
            signed_out.iter().filter(|(_, of)| of.handed_out.is_none())
        {
            let is_signed_in = open.contains_key(person);
            obsolete.extend(if is_signed_in {
                Some(id)
            } else {
                waiting.insert(person.clone(), id)
            });
        }
        obsolete.iter().for_each(|id| {
            signed_out.remove(id);
        });
        HandOver { inner: Mutex::new(Inner { book, waiting, agenda: Agenda::default() }) }
    }
}

impl HandOver {
    /// A hand-over with nobody signed in.
    #[must_use]
    pub fn new() -> HandOver {
        HandOver::default()
    }

    /// The state of this hand-over, for the host to keep.
    #[must_use]
    pub fn book(&self) -> HandOverBook {
        self.inner().book.clone()
    }

    /// Reports that a person signed in: they have one session more, and their waiting work is no
    /// longer handed over.
    ///
    /// # Errors
    /// [`FactsError::is_limit`] if [`MAX_HAND_OVERS`] people are signed in.
    pub fn signed_in(
        &self,
        person: &Identifier,
        _at: impl Into<Instant>,
    ) -> Result<(), FactsError> {
        let mut inner = self.inner();
        let inner = &mut *inner;
        let full = inner.book.open.len() >= MAX_HAND_OVERS;
        match inner.book.open.get_mut(person) {
            Some(sessions) => *sessions = sessions.saturating_add(1),
            None if full => return Err(too_many()),
            None => {
                inner.book.open.insert(person.clone(), 1);
            }
        }
        if let Some(id) = inner.waiting.remove(person) {
            inner.book.signed_out.remove(&id);
            inner.agenda.strike(id);
        }
        Ok(())
    }

    /// Reports that a session of a person's ended. True if it was the last one: then their work
    /// begins to wait. Nothing happens if the person has no session open, as when a sign-out is
    /// reported twice.
    ///
    /// # Errors
    /// [`FactsError::is_limit`] if the book holds [`MAX_HAND_OVERS`] sign-outs; then the session is
    /// still open.
    pub fn signed_out(
        &self,
        person: &Identifier,
        at: impl Into<Instant>,
    ) -> Result<bool, FactsError> {
        let mut inner = self.inner();
        let inner = &mut *inner;
        let Some(sessions) = inner.book.open.get_mut(person) else { return Ok(false) };
        if *sessions > 1 {
            *sessions = sessions.saturating_sub(1);
            return Ok(false);
        }
        let id = inner.book.next;
        // A book from outside may have used the greatest number: then `next` saturates at it.
        if inner.book.signed_out.len() >= MAX_HAND_OVERS || inner.book.signed_out.contains_key(&id)
        {
            return Err(too_many());
        }
        inner.book.open.remove(person);
        inner.book.next = id.saturating_add(1);
        inner
            .book
            .signed_out
            .insert(id, SignedOut { person: person.clone(), at: at.into(), handed_out: None });
        inner.waiting.insert(person.clone(), id);
        inner.agenda.added(id);
        Ok(true)
    }

    /// Hands out the work that is due, in the order in which it became due, and marks it as handed
    /// out.
    ///
    /// `open` gives the open work of a person, and `queue_exists` says whether a queue still
    /// exists. Both are called while nothing is locked: they may take their time. A sign-out
    /// without open work is confirmed at once and not returned.
    ///
    /// # Complexity
    /// O(log n) for each sign-out that is due, and a comparison if none is. After a change of
    /// grids, enrolments or zones, once O(n log n), with n the sign-outs that wait.
    pub fn due(
        &self,
        snapshot: &Snapshot,
        now: impl Into<Instant>,
        mut open: impl FnMut(&Identifier) -> Vec<Work>,
        mut queue_exists: impl FnMut(&Name) -> bool,
    ) -> Vec<Transfer> {
        let taken = self.take(snapshot, now.into());
        let mut transfers = Vec::with_capacity(taken.len());
        let mut idle = Vec::new();
        for mut transfer in taken {
            let work = open(&transfer.person);
            (transfer.work, transfer.stranded) =
                work.into_iter().partition(|work| queue_exists(&work.queue));
            if transfer.work.is_empty() && transfer.stranded.is_empty() {
                idle.push(transfer.id);
            } else {
                transfers.push(transfer);
            }
        }
        idle.into_iter().for_each(|id| {
            self.confirm(id);
        });
        transfers
    }

    /// The instant at which work is due next, as hours and sign-outs are now. `None` if none will
    /// be due while they stay so.
    #[must_use]
    pub fn next_due(&self, snapshot: &Snapshot) -> Option<Instant> {
        let mut inner = self.inner();
        let inner = &mut *inner;
        inner.agenda.settle(&inner.book, snapshot);
        inner.agenda.by_due.first().map(|(due, _)| *due)
    }

    /// Reports that work which was handed out is moved, so that its sign-out is forgotten. False if
    /// there is no such sign-out.
    pub fn confirm(&self, id: u64) -> bool {
        let mut inner = self.inner();
        let handed_out = inner
            .book
            .signed_out
            .get(&id)
            .is_some_and(|signed_out| signed_out.handed_out.is_some());
        if handed_out {
            inner.book.signed_out.remove(&id);
        }
        handed_out
    }

    /// The sign-outs that were handed out and not confirmed, with their numbers, the oldest first.
    #[must_use]
    pub fn unconfirmed(&self) -> Vec<(u64, SignedOut)> {
        let inner = self.inner();
        let handed_out =
            inner.book.signed_out.iter().filter(|(_, signed_out)| signed_out.handed_out.is_some());
        handed_out.map(|(id, signed_out)| (*id, signed_out.clone())).collect()
    }

    /// Takes the sign-outs that are due from the agenda and marks them as handed out.
    fn take(&self, snapshot: &Snapshot, now: Instant) -> Vec<Transfer> {
        let mut inner = self.inner();
        let inner = &mut *inner;
        inner.agenda.settle(&inner.book, snapshot);
        let mut taken = Vec::new();
        while let Some(&(due, id)) = inner.agenda.by_due.first().filter(|(due, _)| *due <= now) {
            inner.agenda.strike(id);
            let Some(signed_out) = inner.book.signed_out.get_mut(&id) else { continue };
            signed_out.handed_out = Some(now);
            inner.waiting.remove(&signed_out.person);
            taken.push(Transfer {
                id,
                person: signed_out.person.clone(),
                signed_out: signed_out.at,
                due,
                work: Vec::new(),
                stranded: Vec::new(),
            });
        }
        taken
    }

    /// The state, also after a panic of another thread under the lock: no change is left half done
    /// in a way that matters.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Agenda {
    fn added(&mut self, id: u64) {
        self.fresh.push(id);
    }

    /// Removes a sign-out that no longer waits.
    fn strike(&mut self, id: u64) {
        if let Some(due) = self.due_of.remove(&id) {
            self.by_due.remove(&(due, id));
        }
    }

    /// Works out when new sign-outs are due; where the hours have changed, when all of them are.
    fn settle(&mut self, book: &HandOverBook, snapshot: &Snapshot) {
        let hours = snapshot.0.hours_stamp;
        let fresh = std::mem::take(&mut self.fresh);
        if self.hours != Some(hours) {
            *self = Agenda { hours: Some(hours), ..Agenda::default() };
            book.signed_out
                .iter()
                .for_each(|(id, signed_out)| self.enter(*id, signed_out, snapshot));
        } else {
            fresh.iter().for_each(|id| {
                book.signed_out
                    .get(id)
                    .into_iter()
                    .for_each(|signed_out| self.enter(*id, signed_out, snapshot));
            });
        }
    }

    fn enter(&mut self, id: u64, signed_out: &SignedOut, snapshot: &Snapshot) {
        if signed_out.handed_out.is_none()
            && let Some(due) = due(snapshot, signed_out)
        {
            self.by_due.insert((due, id));
            self.due_of.insert(id, due);
        }
    }
}

/// The first instant at which a sign-out is due, as hours are now. `None` if it is never due.
fn due(snapshot: &Snapshot, signed_out: &SignedOut) -> Option<Instant> {
    let state = &*snapshot.0;
    let minutes = i64::from(state.policy.document().hours.hand_over_minutes);
    let earliest = signed_out.at.plus_seconds(minutes.saturating_mul(60));
    let person = state.person(state.person_names.find(signed_out.person.as_str())?)?;
    let outside = state.outside_windows(person, earliest.as_micros())?;
    match (outside.holds, outside.until) {
        (true, _) => Some(earliest),
        (false, NEVER) => None,
        (false, until) => Some(Instant::from_micros(until)),
    }
}
