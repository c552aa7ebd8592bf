//! [`Record`]: an entry as a journal keeps it, with people by number.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::entry::{Entry, RoleOf, Touched};
use super::error::JournalError;
use super::touched::Touches;
use crate::facts::{Event, Revision, Snapshot, State, number_of, numbered};
use crate::form::{self, Form};
use crate::model::Actor;
use crate::model::Identifier;
use crate::store::PersonId;
use crate::time::Instant;

/// The version of the encoding of records that this crate writes.
pub const RECORD_VERSION: u32 = 1;

/// An [`Entry`] as a journal keeps it. People are numbers in it, `#17`: their names
/// stand in the journal's one table of names, and what somebody wrote about them
/// stands apart, so that both can be forgotten while the record stays.
///
/// In serde form it says its version; [`Record::from_json`] reads every version ever written.
/// It is meant for formats that name their fields, like JSON.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Record {
    record: u32,
    pub(crate) revision: Revision,
    pub(crate) at: Instant,
    pub(crate) actor: Actor,
    command: SmolStr,
    /// Whether the events restore what stood already: see [`Facts::standing`](crate::Facts::standing).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) standing: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "is_empty")]
    pub(crate) events: Box<[Event]>,
    #[serde(default, skip_serializing_if = "TouchedIds::is_empty")]
    touched: TouchedIds,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    texts: Option<Box<Texts>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct TouchedIds {
    #[serde(default, skip_serializing_if = "is_empty")]
    people: Box<[u32]>,
    #[serde(default, skip_serializing_if = "is_empty")]
    holders: Box<[RoleOf]>,
}

/// What was written about people, in the order of the events that it belongs to.
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

impl TouchedIds {
    fn is_empty(&self) -> bool {
        self.people.is_empty() && self.holders.is_empty()
    }
}

/// What it changes, and nothing that somebody wrote.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Record { revision, at, actor, command, events, .. } = self;
        write!(f, "Record({revision}, {at}, {actor:?}, {command}, {events:?})")
    }
}

/// What is added to a journal in one step: a record, the names of the people it
/// brings, and who is to be forgotten with it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Addition {
    /// The record; its revision is the one after the journal's newest.
    pub record: Arc<Record>,
    /// The people who are new, by number; the numbers go on where those before ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<(u32, Identifier)>,
    /// The people whose names are to be forgotten, and what was written in records
    /// that name them, this one included.
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

/// What an entry is made of, beside its events.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heading<'h> {
    pub(crate) at: Instant,
    pub(crate) actor: &'h Actor,
    pub(crate) command: &'h str,
    pub(crate) reason: &'h str,
    pub(crate) standing: bool,
}

impl Record {
    /// Reads a record from JSON.
    ///
    /// # Errors
    /// When the text is none, of a version that this crate does not know, or holds an
    /// event of such a version; the error names the revision, if the text does.
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
            standing: false,
            policy: Some(policy),
            events: Box::default(),
            touched: TouchedIds::default(),
            texts: None,
        }
    }

    /// The state of the facts that it made.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// When.
    #[must_use]
    pub fn at(&self) -> Instant {
        self.at
    }

    /// Whether it is of a version that this crate reads.
    pub(crate) fn is_readable(&self) -> bool {
        self.record == RECORD_VERSION
    }

    /// Every person it names, by number, in any part of it; some may come twice.
    #[must_use]
    pub fn people(&self) -> Vec<u32> {
        let mut people: Vec<u32> = self.touched.people.to_vec();
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

    /// Whether it holds anything that somebody wrote.
    #[must_use]
    pub fn has_texts(&self) -> bool {
        self.texts.is_some()
    }

    /// Forgets what somebody wrote: the reason, and the texts of attestations.
    pub fn forget_texts(&mut self) {
        self.texts = None;
    }

    /// Whether somebody's access was touched, named or not.
    pub(crate) fn touches(&self, person: PersonId) -> bool {
        self.touched.people.contains(&person.get())
    }

    /// The roles whose holders were touched.
    pub(crate) fn touched_holders(&self) -> &[RoleOf] {
        &self.touched.holders
    }

    /// A part of the entry: the events that are kept, and of the people touched the one of that number.
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
                // Those of an event that is left out are passed over.
                event.each_text_mut(&mut |_| kept_texts.extend(texts.next().filter(|_| kept)));
                events.extend(Some(event).filter(|_| kept));
            }
        }
        let part = Record {
            events: events.into(),
            touched: TouchedIds {
                people: self
                    .touched
                    .people
                    .iter()
                    .copied()
                    .filter(|&person| of.is_some_and(|of| of.get() == person))
                    .collect(),
                holders: self.touched.holders.clone(),
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

    /// The entry, with people as told.
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
            touched: Touched {
                people: self
                    .touched
                    .people
                    .iter()
                    .map(|&person| who(PersonId::from_raw(person)))
                    .collect(),
                holders: self.touched.holders.to_vec(),
            },
            policy: self.policy.clone(),
        }
    }
}

impl Addition {
    /// A record alone, which brings nobody and erases nobody: to be filled, where one
    /// journal is copied to another.
    #[must_use]
    pub fn of(record: Record) -> Addition {
        Addition { record: Arc::new(record), names: Vec::new(), erased: Vec::new() }
    }
}

/// A change put in the form of a record and in that of an entry.
pub(crate) struct Sealed {
    pub(crate) entry: Entry,
    pub(crate) addition: Addition,
}

impl Sealed {
    /// `after` is `before` with the events applied.
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
        // Events about one person mostly follow one another.
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
        let touches = Touches::of(&by_number, &before.0, &after.0);
        let texts = (texts != Texts::default()).then(|| Box::new(texts));
        let record = Record {
            record: RECORD_VERSION,
            revision: after.revision(),
            at: heading.at,
            actor,
            command: heading.command.into(),
            standing: heading.standing,
            policy: None,
            events: by_number.into(),
            touched: TouchedIds {
                people: touches.people.iter().map(|person| person.get()).collect(),
                holders: touches.holders.iter().cloned().collect(),
            },
            texts,
        };
        let entry = Entry {
            revision: record.revision,
            at: record.at,
            actor: heading.actor.clone(),
            command: heading.command.to_owned(),
            reason: heading.reason.to_owned(),
            touched: Touched {
                people: touches.people.iter().map(|&person| numbers.name(person)).collect(),
                holders: touches.holders.into_iter().collect(),
            },
            events,
            policy: None,
        };
        let addition =
            Addition { record: Arc::new(record), names: numbers.names, erased: numbers.erased };
        Ok(Sealed { entry, addition })
    }
}

/// People to numbers, through the events of one change: they bring people, and erase some.
struct Numbers<'s> {
    before: &'s State,
    changed: HashMap<Identifier, Option<PersonId>>,
    names: Vec<(u32, Identifier)>,
    erased: Vec<u32>,
}

impl Numbers<'_> {
    /// The number after the last one given.
    fn next(&self) -> PersonId {
        let all = self.before.people.len().saturating_add(self.names.len());
        PersonId::from_index(all).unwrap_or(PersonId::NONE)
    }

    /// The number of a person, who gets the next one if there is none of that name.
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

    fn erase(&mut self, person: Identifier) {
        let number = self.number(&person);
        self.erased.push(number.get());
        self.changed.insert(person, None);
    }

    /// Who a number is, or was before the change.
    fn name(&self, number: PersonId) -> Identifier {
        let row = number
            .index()
            .checked_sub(self.before.people.len())
            .and_then(|row| self.names.get(row));
        row.map_or_else(|| self.before.identifier(number), |(_, name)| name.clone())
    }
}
