//! [`Change`]: events that a host applies without asking a rule, with the reason and the instant.

use crate::facts::{Event, FactsError, Revision, Snapshot};
use crate::time::Instant;

/// Events that a host applies without asking a rule, with the reason and the instant for the entry.
///
/// [`Authority::apply`](crate::Authority::apply) takes a change. One event, or a list of events,
/// converts into a change without a reason.
///
/// ```
/// use alcada::{journal::MemoryJournal, Authority, Change, Event, Instant, Policy, Registration, Revision};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let authority = Authority::open(MemoryJournal::new(), Policy::from_toml("version = 1")?, Instant::now())?;
/// let hired = Event::PersonRegistered(Registration::of("ana")?);
/// let revision = authority.apply(Change::of([&hired]).because("hired").at(Instant::now()))?;
/// assert_eq!(authority.read_from(revision, 1)?[0].reason, "hired");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a change is made by applying it"]
pub struct Change<'e> {
    pub(super) events: Events<'e>,
    pub(super) reason: &'e str,
    pub(super) at: Instant,
}

/// The events of a change: one that comes alone, or a list.
#[derive(Clone)]
pub(super) enum Events<'e> {
    One(&'e Event),
    Made(Box<Event>),
    Borrowed(Vec<&'e Event>),
    Owned(Vec<Event>),
}

impl<'e> Change<'e> {
    /// A change of many events, which are applied together or not at all.
    pub fn of(events: impl IntoIterator<Item = &'e Event>) -> Change<'e> {
        Change::made_of(Events::Borrowed(events.into_iter().collect()))
    }

    /// Says why: the entry's reason, of at most
    /// [`MAX_REASON_BYTES`](crate::facts::limits::MAX_REASON_BYTES) bytes.
    pub fn because(self, reason: &'e str) -> Change<'e> {
        Change { reason, ..self }
    }

    /// Says when. The entry has the instant of the entry before it if nothing is said, or something
    /// earlier: instants of entries never go back.
    pub fn at(self, at: impl Into<Instant>) -> Change<'e> {
        Change { at: at.into(), ..self }
    }

    fn made_of(events: Events<'e>) -> Change<'e> {
        Change { events, reason: "", at: Instant::MIN }
    }
}

/// How many events the change has, and nothing of what they say.
impl std::fmt::Debug for Change<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let events = match &self.events {
            Events::One(_) | Events::Made(_) => 1,
            Events::Borrowed(events) => events.len(),
            Events::Owned(events) => events.len(),
        };
        write!(f, "Change({events} events, {})", self.at)
    }
}

impl<'e> From<&'e Event> for Change<'e> {
    fn from(event: &'e Event) -> Change<'e> {
        Change::made_of(Events::One(event))
    }
}

impl<T: Into<Event>> From<T> for Change<'_> {
    fn from(event: T) -> Self {
        Change::made_of(Events::Made(Box::new(event.into())))
    }
}

impl<'e> From<&'e [Event]> for Change<'e> {
    fn from(events: &'e [Event]) -> Change<'e> {
        Change::of(events)
    }
}

impl<'e, const N: usize> From<&'e [Event; N]> for Change<'e> {
    fn from(events: &'e [Event; N]) -> Change<'e> {
        Change::of(events)
    }
}

impl<'e> From<&'e Vec<Event>> for Change<'e> {
    fn from(events: &'e Vec<Event>) -> Change<'e> {
        Change::of(events)
    }
}

impl From<Vec<Event>> for Change<'_> {
    fn from(events: Vec<Event>) -> Self {
        Change::made_of(Events::Owned(events))
    }
}

impl Events<'_> {
    /// Applies the events as one revision. The error of an event that comes alone names no row,
    /// because there is no list of which it would be a row.
    pub(super) fn apply_to(&self, snapshot: &mut Snapshot) -> Result<Revision, FactsError> {
        match self {
            Events::One(event) => snapshot.apply_on_line(event),
            Events::Made(event) => snapshot.apply_on_line(event),
            Events::Borrowed(events) => snapshot.apply_all_on_line(events.iter().copied()),
            Events::Owned(events) => snapshot.apply_all_on_line(events),
        }
    }
}

impl From<&Events<'_>> for Vec<Event> {
    fn from(events: &Events<'_>) -> Vec<Event> {
        match events {
            Events::One(event) => vec![Event::clone(event)],
            Events::Made(event) => vec![Event::clone(event)],
            Events::Borrowed(events) => events.iter().copied().cloned().collect(),
            Events::Owned(events) => events.clone(),
        }
    }
}
