//! Looking back: the facts as they were, who changed what, who authorized a change, and what an
//! entry did to whom.

use std::sync::Arc;

use super::{Authority, Error};
use crate::engine::Diff;
use crate::facts::{Event, Revision, Snapshot, State, number_of, numbered};
use crate::form::{self, Form};
use crate::journal::{Entry, Journal, JournalError, Reader, Record, Until};
use crate::model::{
    Basis, Grant, Identifier, Name, Place, Restriction, RoleRequest, Scope, Subject,
};
use crate::policy::{Document, Renamed};
use crate::store::PersonId;
use crate::time::Instant;

/// How many records are read from a journal at a time.
const PAGE: u64 = 1024;
/// How many records one call of [`Authority::history`] looks through at most.
const LOOKED_THROUGH: u64 = 1 << 16;

/// A point of the past, for [`Authority::as_of`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AsOf {
    /// The facts of this revision.
    Revision(Revision),
    /// The facts of this instant: all that was recorded then or before.
    Instant(Instant),
}

/// The subject of a [history](Authority::history).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Topic {
    /// A person: every entry that names the person or affected the person's access. A person who
    /// was erased is named by the number that stands in the place of the name, `#17`. A change of a
    /// role that the person holds is in the history of the role.
    Person(Identifier),
    /// A unit: every entry that names the unit.
    Unit(Name),
    /// A role: who was given the role or lost it, how the role was changed, which restrictions were
    /// put on it, and every adoption of a policy.
    Role {
        /// The tenant; `None` for a role of the policy, wherever it is held.
        tenant: Option<Name>,
        /// The role's name.
        role: Name,
    },
}

/// A part of a history, newest entry first: see [`Authority::history`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct History {
    /// The entries. Each has only the events, and the affected people, that concern the topic: an
    /// import of a million rows is as short here as what it did to one person.
    pub entries: Vec<Entry>,
    /// The revision before which to go on; `None` if this part reaches the beginning.
    pub next: Option<Revision>,
}

/// A grant, the entry that gave it, and the grants that authorized its actor: one step of a
/// [`provenance`](Authority::provenance). What a revocation plan takes back is another
/// [`Link`](crate::plan::Link).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// The grant.
    pub grant: Grant,
    /// The entry that gave the grant, with that event alone.
    pub entry: Entry,
    /// The actor's grants that authorized the entry. Each of them was enough by itself at the
    /// instant of the entry. Empty if the host was the actor, and if the command needed no grant.
    pub by: Vec<Grant>,
}

impl Authority {
    /// The entries from `revision` on, that revision included, `at_most` of them, after catching up
    /// with the journal. People have the names they have now.
    ///
    /// # Errors
    /// When there is no journal, or it can't be read.
    pub fn read_from(&self, revision: Revision, at_most: usize) -> Result<Vec<Entry>, Error> {
        let journal = self.kept()?;
        self.catch_up()?;
        let now = self.snapshot();
        let who = |person: PersonId| -> Identifier { now.0.identifier(person) };
        Ok(journal.read_from(revision, at_most)?.iter().map(|record| record.entry(who)).collect())
    }

    /// The facts as they were recorded at a point of the past, under the policy of that time: to
    /// ask who could do what then. People who were erased since have no name any more.
    ///
    /// # Errors
    /// When there is no journal, it can't be read, or nothing was recorded by then.
    ///
    /// # Complexity
    /// O(records between the nearest earlier checkpoint and that point).
    pub fn as_of(&self, then: AsOf) -> Result<Snapshot, Error> {
        let journal = self.kept()?;
        let reader = Reader::new(journal, None, self.snapshot().zones().clone());
        let until = match then {
            AsOf::Revision(revision) => Until::Revision(revision),
            AsOf::Instant(at) => Until::Instant(at),
        };
        let found = reader.open(until)?.map(|line| line.snapshot);
        match then {
            AsOf::Revision(revision) => found
                .filter(|found| found.revision() == revision)
                .ok_or_else(|| format!("there is no revision {revision} on record")),
            AsOf::Instant(at) => {
                found.ok_or_else(|| format!("nothing was recorded at {at} or before"))
            }
        }
        .map_err(|message| Error::absent("as-of", message))
    }

    /// The facts before an entry and after it, as they were recorded. The later facts are made from
    /// the earlier ones, so that the two share everything that the entry left as it was, and
    /// comparing them is quick.
    fn around(&self, revision: Revision) -> Result<(Snapshot, Snapshot), Error> {
        let Some(last) = revision.0.checked_sub(1).filter(|&last| last > 0) else {
            // The first entry adopts a policy, and there are no facts before it.
            let after = self.as_of(AsOf::Revision(revision))?;
            return Ok((Snapshot::new(Arc::clone(&after.0.policy)), after));
        };
        let reader = Reader::new(self.kept()?, None, self.snapshot().zones().clone());
        let before = reader.open(Until::Revision(Revision(last)))?;
        let after = reader.fold(before.clone(), Until::Revision(revision), |_| {})?;
        let both = before.zip(after).map(|(before, after)| (before.snapshot, after.snapshot));
        both.filter(|(_, after)| after.revision() == revision).ok_or_else(|| {
            Error::absent("as-of", format!("there is no revision {revision} on record"))
        })
    }

    /// What was changed about a person, a unit or a role, by whom, when and why: `at_most` entries,
    /// newest first, from before the revision `before`, or from the newest on if that is `None`.
    ///
    /// One call looks through 65,536 records at most, so it may give fewer entries than there are:
    /// [`next`](History::next) says where to go on. Erased people stay erased: entries show their
    /// numbers, and no reasons.
    ///
    /// # Errors
    /// When there is no journal, it can't be read, or nobody has the person's name.
    ///
    /// # Complexity
    /// O(records looked through); memory for 1024 records and for the entries given.
    pub fn history(
        &self,
        topic: &Topic,
        before: Option<Revision>,
        at_most: usize,
    ) -> Result<History, Error> {
        let journal = self.kept()?;
        let newest = self.catch_up()?;
        let now = self.snapshot();
        let matcher = Matcher::of(topic, &now.0)?;
        let who = |person: PersonId| now.0.identifier(person);
        let mut entries = Vec::new();
        let mut back = Back {
            journal,
            before: before.map_or(newest.next(), |before| before.min(newest.next())),
        };
        let floor = back.before.0.saturating_sub(LOOKED_THROUGH);
        while entries.len() < at_most && back.before.0 > floor.max(1) {
            for record in back.page(floor)?.iter().rev() {
                if entries.len() >= at_most {
                    break;
                }
                back.before = record.revision();
                if matcher.concerns(record) {
                    entries.push(record.part(who, |event| matcher.keeps(event), matcher.person()));
                }
            }
        }
        let next = (back.before.0 > 1).then_some(back.before);
        Ok(History { entries, next })
    }

    /// Where a grant comes from: a chain of links, the newest first, back to the host.
    ///
    /// The first link is the last entry, up to revision `at`, that gave `grant`, with the grants of
    /// that entry's actor that authorized it. The next link is the entry that gave the first of
    /// those grants to the actor, and so on. The chain ends at an entry for which
    /// no grant was needed, such as the host's.
    ///
    /// `grant` is written as [`facts`](Snapshot::facts) and explanations write it. A grant of the
    /// actor authorized the entry if it had the permission that guards the command over the whole
    /// scope of the grant given, by the facts before the entry and at its instant.
    ///
    /// # Errors
    /// When there is no journal, it can't be read, or no entry up to that revision gave such a
    /// grant.
    ///
    /// # Complexity
    /// One pass back through the records, and for each link one [`as_of`](Authority::as_of).
    pub fn provenance(&self, grant: &Grant, at: Revision) -> Result<Vec<Link>, Error> {
        let journal = self.kept()?;
        let newest = self.catch_up()?;
        let now = self.snapshot();
        let mut sought = Sought::of(grant, &now)?;
        let mut back = Back { journal, before: at.min(newest).next() };
        let mut links = Vec::new();
        while let Some(record) = back.giving(&mut sought)? {
            let who = |person: PersonId| now.0.identifier(person);
            let entry = record.part(who, |event| sought.is_given_by(event), Some(sought.person));
            let by = match entry.actor.id() {
                None => Vec::new(),
                Some(id) => {
                    let actor = Identifier::new(id)
                        .ok()
                        .and_then(|id| number(&now.0, &id).ok())
                        .unwrap_or(PersonId::NONE);
                    let then = self
                        .as_of(AsOf::Revision(Revision(record.revision().0.saturating_sub(1))))?;
                    then.authorizing_grants(
                        (actor, &entry.actor),
                        &entry.command,
                        (sought.person, &sought.grant),
                        entry.at,
                    )
                }
            };
            let next = by.first().cloned();
            links.push(Link { grant: sought.grant.clone(), entry, by });
            match next {
                Some(next) => sought = Sought::of(&next, &now)?,
                None => return Ok(links),
            }
        }
        match links.is_empty() {
            true => Err(absent(format!(
                "no entry up to revision {at} gave this grant of `{}`",
                grant.role
            ))),
            false => Ok(links),
        }
    }

    /// The entry of a revision, and who gained or lost what by it, from its instant on.
    ///
    /// # Errors
    /// When there is no journal, it can't be read, or it has no such revision.
    ///
    /// # Complexity
    /// [`as_of`](Authority::as_of) twice, and a [diff](Snapshot::diff) of what the entry changed;
    /// of everybody if the entry adopted a policy.
    pub fn diff_of(&self, revision: Revision) -> Result<(Entry, Diff), Error> {
        let entries = self.read_from(revision, 1)?;
        let entry = entries.into_iter().find(|entry| entry.revision == revision);
        let entry =
            entry.ok_or_else(|| absent(format!("there is no revision {revision} on record")))?;
        let (before, after) = self.around(revision)?;
        let diff = before.diff(&after, entry.at);
        Ok((entry, diff))
    }
}

/// The error of a question about something that does not exist.
fn absent(message: String) -> Error {
    Error::absent("history", message)
}

/// Reads a journal backwards, page by page.
struct Back<'j> {
    journal: &'j dyn Journal,
    /// The revision of the last record read: those of lower revisions are still to be read.
    before: Revision,
}

impl Back<'_> {
    /// The records before the last one read, in order: a page of them at most, and none of a
    /// revision below `floor`.
    fn page(&self, floor: u64) -> Result<Vec<Arc<Record>>, Error> {
        let first = self.before.0.saturating_sub(PAGE).max(floor).max(1);
        let mut page: Vec<Arc<Record>> = Vec::new();
        let mut next = first;
        while next < self.before.0 {
            let count = usize::try_from(self.before.0.saturating_sub(next)).unwrap_or(usize::MAX);
            let read = self.journal.read_from(Revision(next), count)?;
            // The journal has a gap, or fewer records than it had a moment ago.
            let fits = (next..)
                .zip(&read)
                .all(|(expected, record)| record.revision() == Revision(expected));
            if read.is_empty() || !fits {
                let message = "the journal does not have it where it should be";
                return Err(JournalError::damaged(Revision(next), message).into());
            }
            next = next.saturating_add(u64::try_from(read.len()).unwrap_or(u64::MAX));
            page.extend(read);
        }
        Ok(page)
    }

    /// The newest record, of those still to be read, that gives a grant; `None` if no record does.
    /// Records that adopt a policy are undone on the way: the grant is looked for by the words of
    /// before.
    fn giving(&mut self, sought: &mut Sought) -> Result<Option<Arc<Record>>, Error> {
        while self.before.0 > 1 {
            for record in self.page(0)?.iter().rev() {
                self.before = record.revision();
                if record.events.iter().any(|event| sought.is_given_by(event)) {
                    return Ok(Some(Arc::clone(record)));
                }
                if let Some(text) = &record.policy
                    && let Ok(document) = form::from_json(text).and_then(Form::read::<Document>)
                {
                    sought.before_adoption(&document.renamed);
                }
            }
        }
        Ok(None)
    }
}

/// A grant that is looked for in records.
struct Sought {
    grant: Grant,
    /// The grant's holder.
    person: PersonId,
    /// The holder as records name people, `#17`.
    by_number: Identifier,
    /// The policy's first channel, which a grant may leave out.
    first_channel: Option<Name>,
}

impl Sought {
    fn of(grant: &Grant, now: &Snapshot) -> Result<Sought, Error> {
        let number = number(&now.0, &grant.person)?;
        let first_channel = now.policy().channels().first().cloned();
        let channel =
            grant.channel.clone().filter(|channel| Some(channel) != first_channel.as_ref());
        let grant = Grant { channel, ..grant.clone() };
        Ok(Sought { grant, person: number, by_number: numbered(number), first_channel })
    }

    /// Whether an event gives the grant.
    fn is_given_by(&self, event: &Event) -> bool {
        let Event::Granted(given) = event else { return false };
        let channel = |grant: &Grant| {
            grant.channel.clone().filter(|channel| Some(channel) != self.first_channel.as_ref())
        };
        let scope = match (&given.scope, &self.grant.scope) {
            // A tenant that is left out was the only tenant at the time of the event.
            (Scope::Members { group, tenant: None }, Scope::Members { group: sought, .. }) => {
                group == sought
            }
            (Scope::Own { tenant: None }, Scope::Own { .. }) => true,
            (given, sought) => given == sought,
        };
        scope
            && given.person == self.by_number
            && given.role == self.grant.role
            && channel(given) == channel(&self.grant)
            && (&given.basis, given.from, given.until)
                == (&self.grant.basis, self.grant.from, self.grant.until)
    }

    /// Renames the grant's words back to what they were before a policy was adopted.
    fn before_adoption(&mut self, renamed: &Renamed) {
        let old = |words: &std::collections::BTreeMap<Name, Name>, word: &mut Name| {
            if let Some((old, _)) = words.iter().find(|(_, now)| *now == word) {
                word.clone_from(old);
            }
        };
        old(&renamed.roles, &mut self.grant.role);
        self.grant.channel.iter_mut().for_each(|channel| old(&renamed.channels, channel));
        if let Basis::Affiliation { kind, place } = &mut self.grant.basis {
            old(&renamed.affiliations, kind);
            if let Place::Set(set) = place {
                old(&renamed.unit_sets, set);
            }
        }
    }
}

/// The number of a person, who is given by the current name, or, once the name was erased, by the
/// number itself.
fn number(now: &State, person: &Identifier) -> Result<PersonId, Error> {
    let by_number = || {
        let nameless =
            |&id: &PersonId| id.index() < now.people.len() && now.person_names.text(id).is_none();
        number_of(person).filter(nameless)
    };
    let found = now.person_names.find(person.as_str()).or_else(by_number);
    found.ok_or_else(|| absent(format!("nobody goes by `{}`", person.masked())))
}

/// Decides which records and events concern a topic.
enum Matcher<'t> {
    Person(PersonId, Identifier),
    Unit(&'t Name),
    Role { tenant: Option<&'t Name>, role: &'t Name, now: &'t State },
}

impl<'t> Matcher<'t> {
    fn of(topic: &'t Topic, now: &'t State) -> Result<Matcher<'t>, Error> {
        Ok(match topic {
            Topic::Person(person) => {
                let number = number(now, person)?;
                Matcher::Person(number, numbered(number))
            }
            Topic::Unit(unit) => Matcher::Unit(unit),
            Topic::Role { tenant, role } => Matcher::Role { tenant: tenant.as_ref(), role, now },
        })
    }

    /// The person, if the topic is one.
    fn person(&self) -> Option<PersonId> {
        match self {
            Matcher::Person(number, _) => Some(*number),
            _ => None,
        }
    }

    /// Whether a record belongs to the history.
    fn concerns(&self, record: &Record) -> bool {
        match self {
            Matcher::Person(number, _) => {
                record.affects(*number) || record.events.iter().any(|event| self.names(event))
            }
            Matcher::Unit(_) => record.events.iter().any(|event| self.names(event)),
            Matcher::Role { .. } => {
                record.policy.is_some()
                    || record
                        .affected_holders()
                        .iter()
                        .any(|holders| self.is_role(holders.tenant.as_ref(), &holders.role))
                    || record.events.iter().any(|event| self.names(event))
            }
        }
    }

    /// Whether an event, of a record that belongs to the history, is shown in it.
    fn keeps(&self, event: &Event) -> bool {
        match self {
            Matcher::Person(..) => self.names(event) || affects_unnamed(event),
            Matcher::Unit(_) => self.names(event),
            Matcher::Role { .. } => {
                self.names(event) || matches!(event, Event::RestrictionLifted { .. })
            }
        }
    }

    /// Whether an event names the topic.
    fn names(&self, event: &Event) -> bool {
        match self {
            Matcher::Person(_, person) => {
                let mut found = false;
                event.each_person(&mut |named| found |= named == person);
                found
            }
            Matcher::Unit(unit) => names_unit(event, unit),
            Matcher::Role { .. } => match event {
                Event::RoleCreated(custom) | Event::RoleEdited(custom) => {
                    self.is_role(Some(&custom.tenant), &custom.name)
                }
                Event::RoleDeleted { tenant, role }
                | Event::SeatsContracted { tenant, role, .. } => self.is_role(Some(tenant), role),
                Event::Granted(grant)
                | Event::Revoked(grant)
                | Event::RoleRequested(RoleRequest { grant, .. }) => {
                    self.is_role_at(&grant.scope, &grant.role)
                }
                Event::RestrictionImposed(Restriction {
                    subject: Subject::Role(role),
                    scope,
                    ..
                }) => self.is_role_at(scope, role),
                _ => false,
            },
        }
    }

    /// Whether the topic is this role: of this tenant, or of any if the topic names none.
    fn is_role(&self, of: Option<&Name>, named: &Name) -> bool {
        matches!(self, Matcher::Role { tenant, role, .. } if *role == named && (tenant.is_none() || *tenant == of))
    }

    /// Whether the topic is this role, as a grant or restriction with this scope names it.
    fn is_role_at(&self, scope: &Scope, named: &Name) -> bool {
        let Matcher::Role { tenant, role, now } = self else { return false };
        if *role != named || tenant.is_none() {
            return *role == named;
        }
        match scope {
            // The units of now tell the tenant of then, because a unit never leaves its tenant.
            Scope::Unit(unit) | Scope::Subtree(unit) => {
                let owner = now.unit_names.find(unit).map(|unit| now.units.node(unit).owner);
                owner.and_then(|owner| now.tenant_name(owner)).as_ref() == *tenant
            }
            Scope::Members { tenant: of, .. } | Scope::Own { tenant: of } => {
                of.is_none() || of.as_ref() == *tenant
            }
            Scope::Everywhere => false,
        }
    }
}

/// Whether an event may affect the access of people whom it does not name.
fn affects_unnamed(event: &Event) -> bool {
    matches!(
        event,
        Event::UnitMoved { .. }
            | Event::GroupMoved { .. }
            | Event::GroupDeleted { .. }
            | Event::GridEdited(_)
            | Event::GridDeleted { .. }
            | Event::RoleDeleted { .. }
            | Event::RestrictionLifted { .. }
            | Event::RequestClosed { .. }
    )
}

/// Whether an event names a unit.
fn names_unit(event: &Event, unit: &Name) -> bool {
    let in_scope = |scope: &Scope| matches!(scope, Scope::Unit(named) | Scope::Subtree(named) if named == unit);
    let in_grant = |grant: &Grant| {
        let rests = match &grant.basis {
            Basis::Affiliation { place: Place::Unit(named) | Place::Subtree(named), .. } => {
                named == unit
            }
            _ => false,
        };
        rests || in_scope(&grant.scope)
    };
    match event {
        Event::UnitAdded(added) => added.code == *unit || added.parent.as_ref() == Some(unit),
        Event::UnitMoved { unit: moved, parent } => moved == unit || parent == unit,
        Event::UnitClosed { unit: closed } => closed == unit,
        Event::PersonRegistered(registration) => {
            registration.unit.as_ref().or(registration.tenant.as_ref()) == Some(unit)
        }
        Event::PersonPlaced { unit: place, .. } => place == unit,
        Event::AffiliationRecorded(affiliation) => affiliation.unit == *unit,
        Event::AffiliationEnded { unit: of, .. } => of == unit,
        Event::Granted(grant)
        | Event::Revoked(grant)
        | Event::RoleRequested(RoleRequest { grant, .. }) => in_grant(grant),
        Event::RestrictionImposed(restriction) => in_scope(&restriction.scope),
        Event::SeatsContracted { unit: of, .. } => of.as_ref() == Some(unit),
        _ => false,
    }
}

impl std::fmt::Display for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Link { grant, entry, by } = self;
        let who = entry.actor.id().map_or_else(|| "the host".to_owned(), |id| format!("`{id}`"));
        write!(
            f,
            "`{}` was given `{}` by {who}, at {}, by `{}`",
            grant.person, grant.role, entry.at, entry.command
        )?;
        if !entry.reason.is_empty() {
            f.write_str(", because: ")?;
            // The reason is free text: line breaks in it could pass for lines of the program that
            // prints this.
            entry.reason.chars().try_for_each(|character| match character.is_control() {
                true => write!(f, "{}", character.escape_default()),
                false => write!(f, "{character}"),
            })?;
        }
        by.first().map_or(Ok(()), |by| write!(f, "; {who} could as `{}`", by.role))
    }
}
