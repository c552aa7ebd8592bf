//! [`Record`]: an entry as a journal keeps it, with people by number.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::affected::AffectedSets;
use super::entry::{Affected, Entry, RoleOf};
use super::error::JournalError;
use crate::facts::{Event, Revision, Snapshot, State, number_of, numbered};
use crate::form::{self, Form};
use crate::model::{Actor, Identifier};
use crate::store::PersonId;
use crate::time::Instant;

/// The version of the encoding of records that this crate writes.
pub const RECORD_VERSION: u32 = 1;

/// An [`Entry`] as a journal keeps it.
///
/// People are numbers in a record, `#17`. Their names stand in the journal's table of names, and
/// the texts that somebody wrote about people stand in a part of their own, so that both can be
/// forgotten while the record stays.
///
/// The serde form says its version, and [`Record::from_json`] reads every version ever written. It
/// is meant for formats that name their fields, like JSON.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Record {
    /// The version of the encoding: [`RECORD_VERSION`].
    record: u32,
    pub(crate) revision: Revision,
    pub(crate) at: Instant,
    pub(crate) actor: Actor,
    command: SmolStr,
    /// Whether the events restore facts that were in force already, so that nothing new is decided
    /// by them: see [`Facts::already_in_force`](crate::Facts::already_in_force).
    #[serde(rename = "standing", default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) already_in_force: bool,
    /// The text of the policy that the record adopts. `None` if it adopts none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "is_empty")]
    pub(crate) events: Box<[Event]>,
    #[serde(rename = "touched", default, skip_serializing_if = "AffectedIds::is_empty")]
    affected: AffectedIds,
    /// `None` if nobody wrote anything, or it was forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    texts: Option<Box<Texts>>,
}

/// [`Affected`], with people by number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct AffectedIds {
    #[serde(default, skip_serializing_if = "is_empty")]
    people: Box<[u32]>,
    #[serde(default, skip_serializing_if = "is_empty")]
    holders: Box<[RoleOf]>,
}

/// The texts that somebody wrote: the reason of the change, and the texts within events, in the
/// order of the events. The events themselves have empty texts in a record.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Texts {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    reason: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    events: Vec<String>,
}

fn is_empty<T>(list: &[T]) -> bool {
    list.is_empty()
}

impl AffectedIds {
    fn is_empty(&self) -> bool {
        self.people.is_empty() && self.holders.is_empty()
    }
}

/// What the record changes, and nothing that somebody wrote.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Record { revision, at, actor, command, events, .. } = self;
        write!(f, "Record({revision}, {at}, {actor:?}, {command}, {events:?})")
    }
}

/// What is added to a journal in one step: a record, the names of the people whom the record
/// brings, and the people to be forgotten.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Addition {
    /// The record. Its revision is the one after the journal's newest.
    pub record: Arc<Record>,
    /// The names of new people, by number. The numbers go on where the journal's table of names
    /// ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<(u32, Identifier)>,
    /// The people to be forgotten, by number: their names, and the texts of all records that name
    /// them, of this record too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub erased: Vec<u32>,
}

impl fmt::Debug for Addition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Addition({:?}, {} names, {} erased)",
            self.record,
            self.names.len(),
            self.erased.len()
        )
    }
}

/// What an entry says beside its events: when, who, by which command, and why.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heading<'h> {
    pub(crate) at: Instant,
    pub(crate) actor: &'h Actor,
    pub(crate) command: &'h str,
    pub(crate) reason: &'h str,
    /// Whether the events restore facts that were in force already.
    pub(crate) already_in_force: bool,
}

impl Record {
    /// Reads a record from JSON.
    ///
    /// # Errors
    /// When the text is no record, or the record or one of its events is of a version that this
    /// crate does not know. The error names the revision, if the text names one.
    pub fn from_json(text: &str) -> Result<Record, JournalError> {
        let damaged =
            |revision, error| JournalError::damaged(revision, "it can't be read").because(error);
        let form = form::from_json(text).map_err(|error| damaged(None, error))?;
        let number = |key| form.get(key).and_then(Form::as_natural);
        let revision = number("revision").map(Revision);
        if let Some(version) =
            number("record").filter(|&version| version != u64::from(RECORD_VERSION))
        {
            return Err(JournalError::damaged(
                revision,
                format!("it is of version {version}, which this program can't read"),
            ));
        }
        form.read().map_err(|error| damaged(revision, error))
    }

    /// The record that adopts a policy.
    pub(crate) fn adopting(revision: Revision, at: Instant, policy: Arc<str>) -> Record {
        Record {
            record: RECORD_VERSION,
            revision,
            at,
            actor: Actor::host(),
            command: SmolStr::new_static("adopt-policy"),
            already_in_force: false,
            policy: Some(policy),
            events: Box::default(),
            affected: AffectedIds::default(),
            texts: None,
        }
    }

    /// The revision of the facts that the change made.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// When the change was made.
    #[must_use]
    pub fn at(&self) -> Instant {
        self.at
    }

    /// Whether the record is of a version that this crate reads.
    pub(crate) fn is_readable(&self) -> bool {
        self.record == RECORD_VERSION
    }

    /// Every person whom any part of the record names, by number. A person may come more than once.
    #[must_use]
    pub fn people(&self) -> Vec<u32> {
        let mut people: Vec<u32> = self.affected.people.to_vec();
        people.extend(
            self.actor
                .id()
                .and_then(|id| Identifier::new(id).ok())
                .and_then(|id| number_of(&id))
                .map(PersonId::get),
        );
        self.events.iter().for_each(|event| {
            event.each_person(&mut |person| people.extend(number_of(person).map(PersonId::get)))
        });
        people
    }

    /// Whether the record holds any text that somebody wrote.
    #[must_use]
    pub fn has_texts(&self) -> bool {
        self.texts.is_some()
    }

    /// Forgets the texts that somebody wrote: the reason, and the texts within events.
    pub fn forget_texts(&mut self) {
        self.texts = None;
    }

    /// Whether the change affected a person's access, whether or not an event names the person.
    /// Holders of an affected role are not looked up: see
    /// [`affected_holders`](Record::affected_holders).
    pub(crate) fn affects(&self, person: PersonId) -> bool {
        self.affected.people.contains(&person.get())
    }

    /// The roles whose holders are affected.
    pub(crate) fn affected_holders(&self) -> &[RoleOf] {
        &self.affected.holders
    }

    /// The entry with a part of its content: the events for which `keep` is true, and, of the
    /// affected people, `of` alone (nobody if that is `None`). `who` gives people their names.
    pub(crate) fn part(
        &self,
        who: impl Fn(PersonId) -> Identifier,
        keep: impl Fn(&Event) -> bool,
        of: Option<PersonId>,
    ) -> Entry {
        let mut texts = self.texts.iter().flat_map(|texts| &texts.events).cloned();
        let mut events = Vec::new();
        let mut kept_texts = Vec::new();
        for event in &self.events {
            let kept = keep(event);
            if kept || matches!(event, Event::Attested(_) | Event::ReviewAnswered { .. }) {
                let mut event = event.clone();
                // The record has the texts of all its events in one list, so the texts of an event
                // that is left out must be taken from the list too.
                event.each_text_mut(&mut |_| kept_texts.extend(texts.next().filter(|_| kept)));
                events.extend(Some(event).filter(|_| kept));
            }
        }
        let part = Record {
            events: events.into(),
            affected: AffectedIds {
                people: self
                    .affected
                    .people
                    .iter()
                    .copied()
                    .filter(|&person| of.is_some_and(|of| of.get() == person))
                    .collect(),
                holders: self.affected.holders.clone(),
            },
            texts: self
                .texts
                .as_ref()
                .map(|texts| Box::new(Texts { reason: texts.reason.clone(), events: kept_texts })),
            actor: self.actor.clone(),
            command: self.command.clone(),
            policy: self.policy.clone(),
            ..*self
        };
        part.entry(who)
    }

    /// The entry; `who` gives people their names.
    pub(crate) fn entry(&self, who: impl Fn(PersonId) -> Identifier) -> Entry {
        let named = |person: &Identifier| number_of(person).map_or_else(|| person.clone(), &who);
        let mut texts = self.texts.iter().flat_map(|texts| &texts.events);
        let mut events = self.events.to_vec();
        for event in &mut events {
            event.each_person_mut(&mut |person| *person = named(person));
            event.each_text_mut(&mut |text| {
                texts.next().into_iter().for_each(|kept| text.clone_from(kept))
            });
        }
        Entry {
            revision: self.revision,
            at: self.at,
            actor: self
                .actor
                .named(|id| Some(named(&Identifier::new(id).ok()?)))
                .unwrap_or_else(|| self.actor.clone()),
            command: self.command.to_string(),
            reason: self.texts.as_ref().map(|texts| texts.reason.clone()).unwrap_or_default(),
            events,
            affected: Affected {
                people: self
                    .affected
                    .people
                    .iter()
                    .map(|&person| who(PersonId::from_raw(person)))
                    .collect(),
                holders: self.affected.holders.to_vec(),
            },
            policy: self.policy.clone(),
        }
    }
}

impl Addition {
    /// An addition of a record that brings nobody and erases nobody. A program that copies a
    /// journal to another fills in the rest.
    #[must_use]
    pub fn of(record: Record) -> Addition {
        Addition { record: Arc::new(record), names: Vec::new(), erased: Vec::new() }
    }
}

/// A change as an entry, for the caller and the listeners, and as an addition, for the journal.
pub(crate) struct Sealed {
    pub(crate) entry: Entry,
    pub(crate) addition: Addition,
}

impl Sealed {
    /// Makes both forms of a change; `after` is `before` with the events applied.
    ///
    /// # Errors
    /// [`JournalError::Mismatch`] when the facts do not know the actor, or the events did not make
    /// `after`.
    pub(crate) fn new(
        heading: Heading<'_>,
        events: Vec<Event>,
        before: &Snapshot,
        after: &Snapshot,
    ) -> Result<Sealed, JournalError> {
        let mut numbers = Numbers {
            before: &before.0,
            changed: HashMap::new(),
            names: Vec::new(),
            erased: Vec::new(),
        };
        let actor = heading.actor.named(|id| before.0.person_names.find(id).map(numbered));
        let actor = actor
            .ok_or_else(|| JournalError::Mismatch("the actor is nobody whom the facts know"))?;
        let mut texts = Texts { reason: heading.reason.to_owned(), events: Vec::new() };
        let mut by_number = events.clone();
        // Events about one person mostly follow one another: remembering the last name spares most
        // of the lookups of an import.
        let mut last: Option<(Identifier, Identifier)> = None;
        for event in &mut by_number {
            let erased = match event {
                Event::PersonErased { person } => Some(person.clone()),
                _ => None,
            };
            event.each_person_mut(&mut |person| {
                let written = match &last {
                    Some((name, written)) if name == person => written.clone(),
                    _ => numbered(numbers.number(person)),
                };
                last = Some((std::mem::replace(person, written.clone()), written));
            });
            event.each_text_mut(&mut |text| texts.events.push(std::mem::take(text)));
            if let Some(person) = erased {
                numbers.erase(person);
                last = None;
            }
        }
        if numbers.next().index() != after.people() {
            return Err(JournalError::Mismatch("the events are not those that made the facts"));
        }
        let affected = AffectedSets::of(&by_number, &before.0, &after.0);
        let texts = (texts != Texts::default()).then(|| Box::new(texts));
        let record = Record {
            record: RECORD_VERSION,
            revision: after.revision(),
            at: heading.at,
            actor,
            command: heading.command.into(),
            already_in_force: heading.already_in_force,
            policy: None,
            events: by_number.into(),
            affected: AffectedIds {
                people: affected.people.iter().map(|person| person.get()).collect(),
                holders: affected.holders.iter().cloned().collect(),
            },
            texts,
        };
        let entry = Entry {
            revision: record.revision,
            at: record.at,
            actor: heading.actor.clone(),
            command: heading.command.to_owned(),
            reason: heading.reason.to_owned(),
            affected: Affected {
                people: affected.people.iter().map(|&person| numbers.name(person)).collect(),
                holders: affected.holders.into_iter().collect(),
            },
            events,
            policy: None,
        };
        let addition =
            Addition { record: Arc::new(record), names: numbers.names, erased: numbers.erased };
        Ok(Sealed { entry, addition })
    }
}

/// Gives people numbers, event by event of one change, because events bring people and erase
/// people: a name that is erased and then registered again is two people.
struct Numbers<'s> {
    before: &'s State,
    /// The names that the change has given a number so far, `None` for names it has erased.
    changed: HashMap<Identifier, Option<PersonId>>,
    names: Vec<(u32, Identifier)>,
    erased: Vec<u32>,
}

impl Numbers<'_> {
    /// The number that the next new person gets.
    fn next(&self) -> PersonId {
        let all = self.before.people.len().saturating_add(self.names.len());
        PersonId::from_index(all).unwrap_or(PersonId::NONE)
    }

    /// The number of a person; a new number if nobody has that name.
    fn number(&mut self, person: &Identifier) -> PersonId {
        let known = match self.changed.get(person) {
            Some(changed) => *changed,
            None => self.before.person_names.find(person.as_str()),
        };
        known.unwrap_or_else(|| {
            let next = self.next();
            self.names.push((next.get(), person.clone()));
            self.changed.insert(person.clone(), Some(next));
            next
        })
    }

    /// Notes that a person is erased: the name means somebody else from here on.
    fn erase(&mut self, person: Identifier) {
        let number = self.number(&person);
        self.erased.push(number.get());
        self.changed.insert(person, None);
    }

    /// The name of a person, also of one whom the change erases.
    fn name(&self, number: PersonId) -> Identifier {
        let row = number
            .index()
            .checked_sub(self.before.people.len())
            .and_then(|row| self.names.get(row));
        row.map_or_else(|| self.before.identifier(number), |(_, name)| name.clone())
    }
}
