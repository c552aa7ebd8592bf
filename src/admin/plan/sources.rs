//! [`Sources`]: the host's evidence with its names resolved once, sorted by person because a search
//! goes through people one by one.

use std::cell::Cell;
use std::collections::HashSet;

use fixedbitset::FixedBitSet;

use super::document::SilentSource;
use super::evidence::{Covers, Evidence, Tells};
use super::judge::{AffiliationRange, LastSighting, PersonEvidence};
use crate::facts::{Affiliated, Detail, Lookup, ScopeId, State, Word};
use crate::model::Name;
use crate::store::{ChannelId, Order, PersonId, RoleId, UnitId};

/// What the host's sources tell.
pub(super) struct Sources {
    sources: Vec<ResolvedSource>,
    /// Sorted by person, as `seen` and `used` are.
    current: Vec<CurrentAffiliation>,
    seen: Vec<SeenPerson>,
    used: Vec<UsedGrant>,
}

struct ResolvedSource {
    name: Name,
    reachable: bool,
    everything: bool,
    units: FixedBitSet,
    people: HashSet<PersonId>,
    /// The kinds of affiliation that the source knows of, one bit each.
    kinds: FixedBitSet,
    /// From when on the source would know of sightings, and of uses. `None` if it tells of none.
    seen_since: Option<i64>,
    used_since: Option<i64>,
    unanswered: Cell<usize>,
}

#[derive(Clone, Copy)]
struct CurrentAffiliation {
    person: PersonId,
    kind: u16,
    unit: UnitId,
}

#[derive(Clone, Copy)]
struct SeenPerson {
    person: PersonId,
    source: u32,
    at: i64,
}

#[derive(Clone, Copy)]
struct UsedGrant {
    person: PersonId,
    source: u32,
    role: RoleId,
    scope: ScopeId,
    channel: ChannelId,
    at: i64,
}

impl Sources {
    /// Resolves the names in evidence. A row with a name that is unknown here concerns nobody, and
    /// is dropped.
    pub(super) fn of(state: &State, evidence: &Evidence) -> Sources {
        let names = Lookup::of(state);
        let mut all = Sources {
            sources: Vec::new(),
            current: Vec::new(),
            seen: Vec::new(),
            used: Vec::new(),
        };
        for (source, given) in (0u32..).zip(&evidence.sources) {
            let mut resolved = ResolvedSource::of(state, &given.name, &given.covers);
            match &given.tells {
                Tells::Nothing => resolved.reachable = false,
                Tells::Affiliations { kinds, current } => {
                    for kind in kinds.iter().filter_map(|kind| state.policy.affiliation(kind)) {
                        resolved.kinds.grow_and_insert(usize::from(kind));
                    }
                    all.current.extend(current.iter().filter_map(|row| {
                        let person = names.find(&row.person)?;
                        let kind = state.policy.affiliation(&row.kind)?;
                        Some(CurrentAffiliation {
                            person,
                            kind,
                            unit: state.unit_names.find(&row.unit)?,
                        })
                    }));
                }
                Tells::Seen { since, last } => {
                    resolved.seen_since = Some(since.as_micros());
                    all.seen.extend(last.iter().filter_map(|row| {
                        Some(SeenPerson {
                            person: names.find(&row.person)?,
                            source,
                            at: row.at.as_micros(),
                        })
                    }));
                }
                Tells::Used { since, last } => {
                    resolved.used_since = Some(since.as_micros());
                    all.used.extend(last.iter().filter_map(|row| {
                        let grant = names.grant(&row.grant).ok()?;
                        let (person, role, scope, channel) =
                            (grant.person, grant.role, grant.scope, grant.channel);
                        Some(UsedGrant {
                            person,
                            source,
                            role,
                            scope,
                            channel,
                            at: row.at.as_micros(),
                        })
                    }));
                }
            }
            all.sources.push(resolved);
        }
        all.current.order_by_key(|row| row.person);
        all.seen.order_by_key(|row| row.person);
        all.used.order_by_key(|row| row.person);
        all
    }

    /// What the sources tell about one person.
    pub(super) fn about<'k>(&'k self, state: &'k State, person: PersonId) -> PersonSources<'k> {
        PersonSources {
            all: self,
            state,
            person,
            current: of_person(&self.current, person, |row| row.person),
            seen: of_person(&self.seen, person, |row| row.person),
            used: of_person(&self.used, person, |row| row.person),
            taken_back: Vec::new(),
        }
    }

    /// The sources that could not be reached, or did not cover something they were asked about.
    pub(super) fn silent(&self) -> Vec<SilentSource> {
        let silent = |source: &ResolvedSource| {
            let unanswered = source.unanswered.get();
            let quiet = !source.reachable || unanswered > 0;
            quiet.then(|| SilentSource {
                source: source.name.clone(),
                unanswered: source.reachable.then_some(unanswered),
            })
        };
        self.sources.iter().filter_map(silent).collect()
    }
}

fn of_person<T>(rows: &[T], person: PersonId, key: impl Fn(&T) -> PersonId) -> &[T] {
    let from = rows.partition_point(|row| key(row) < person);
    let rest = rows.get(from..).unwrap_or_default();
    let until = rest.iter().position(|row| key(row) != person).unwrap_or(rest.len());
    rest.get(..until).unwrap_or_default()
}

impl ResolvedSource {
    fn of(state: &State, name: &Name, covers: &Covers) -> ResolvedSource {
        let tops: HashSet<UnitId> =
            covers.units.iter().filter_map(|unit| state.unit_names.find(unit)).collect();
        let mut units = FixedBitSet::new();
        if !tops.is_empty() {
            for unit in state.units.keys() {
                if state.units.path(unit).any(|above| tops.contains(&above)) {
                    units.grow_and_insert(unit.index());
                }
            }
        }
        let names = Lookup::of(state);
        ResolvedSource {
            name: name.clone(),
            reachable: true,
            everything: covers.everything,
            units,
            people: covers.people.iter().filter_map(|person| names.find(person)).collect(),
            kinds: FixedBitSet::new(),
            seen_since: None,
            used_since: None,
            unanswered: Cell::new(0),
        }
    }

    /// Whether the source is complete for a person at a unit and all below it. Each no is counted:
    /// the plan names silent sources.
    fn answers(&self, person: PersonId, unit: UnitId) -> bool {
        let answers =
            self.everything || self.units.contains(unit.index()) || self.people.contains(&person);
        if !answers {
            self.unanswered.set(self.unanswered.get().saturating_add(1));
        }
        answers
    }
}

/// What the sources tell about one person.
pub(super) struct PersonSources<'k> {
    all: &'k Sources,
    state: &'k State,
    person: PersonId,
    current: &'k [CurrentAffiliation],
    seen: &'k [SeenPerson],
    used: &'k [UsedGrant],
    /// Direct grants of the person that the plan takes back already.
    pub(super) taken_back: Vec<(Word, Detail)>,
}

impl PersonSources<'_> {
    fn sources(&self) -> impl Iterator<Item = (u32, &ResolvedSource)> {
        (0u32..).zip(&self.all.sources)
    }

    /// The last sighting or use before `cutoff`, by the first source that would know of a later
    /// one. `None` if any source has a later one. `since` is from when on a source would know,
    /// `last` the latest that a source tells.
    fn not_since(
        &self,
        place: UnitId,
        cutoff: i64,
        since: impl Fn(&ResolvedSource) -> Option<i64>,
        last: impl Fn(u32) -> Option<i64>,
    ) -> Option<LastSighting> {
        let mut first = None;
        let mut latest = None;
        for (number, source) in self.sources() {
            let Some(since) = since(source) else { continue };
            latest = latest.max(last(number));
            if latest.is_some_and(|latest| latest >= cutoff) {
                return None;
            }
            if since <= cutoff && first.is_none() && source.answers(self.person, place) {
                first = Some((source.name.clone(), since));
            }
        }
        first.map(|(source, since)| LastSighting { source, since, last: latest })
    }
}

impl PersonEvidence for PersonSources<'_> {
    fn not_listed(&self, affiliated: &Affiliated) -> Option<Name> {
        let is_it =
            |row: &CurrentAffiliation| row.kind == affiliated.kind && row.unit == affiliated.unit;
        if self.current.iter().any(is_it) {
            return None;
        }
        let mut knowing = self
            .sources()
            .filter(|(_, source)| source.kinds.contains(usize::from(affiliated.kind)));
        knowing
            .find(|(_, source)| source.answers(self.person, affiliated.unit))
            .map(|(_, source)| source.name.clone())
    }

    fn lists_any(&self, wanted: &dyn Fn(u16, UnitId) -> bool) -> bool {
        self.current.iter().any(|row| wanted(row.kind, row.unit))
    }

    fn covering_source(&self, range: AffiliationRange) -> Option<Name> {
        let all = 0..self.state.policy.document().affiliations.len();
        let knows = |source: &ResolvedSource| match range.kind {
            Some(kind) => source.kinds.contains(usize::from(kind)),
            // In a policy without affiliations no source knows of any.
            None => !all.is_empty() && all.clone().all(|kind| source.kinds.contains(kind)),
        };
        let mut knowing = self.sources().filter(|(_, source)| knows(source));
        knowing
            .find(|(_, source)| source.answers(self.person, range.top))
            .map(|(_, source)| source.name.clone())
    }

    fn is_taken_back(&self, word: Word, detail: Detail) -> bool {
        self.taken_back.contains(&(word, detail))
    }

    fn unseen(&self, place: UnitId, cutoff: i64) -> Option<LastSighting> {
        let last = |number: u32| {
            self.seen.iter().filter(|row| row.source == number).map(|row| row.at).max()
        };
        self.not_since(place, cutoff, |source| source.seen_since, last)
    }

    fn unused(&self, word: Word, place: UnitId, cutoff: i64) -> Option<LastSighting> {
        let role = self.state.rights.effective(word.role())?.role;
        let is_it = |row: &&UsedGrant| {
            (row.role, row.scope, row.channel) == (role, word.scope(), word.channel())
        };
        let last = |number: u32| {
            self.used
                .iter()
                .filter(is_it)
                .filter(|row| row.source == number)
                .map(|row| row.at)
                .max()
        };
        self.not_since(place, cutoff, |source| source.used_since, last)
    }
}
