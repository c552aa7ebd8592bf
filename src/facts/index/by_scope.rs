//! [`ByScope`]: grants by scope: which people hold which effective role at exactly a scope. An
//! index, derived from the grants of people.

use std::sync::Arc;

use crate::facts::rows::ScopeId;
use crate::store::{
    CHUNK, ChannelId, EffectiveRoleId, Full, Keyed, Map, PersonId, Sorted, Tree, UnitId, ids,
};

/// How many units a strip has.
const STRIP: usize = 16;

/// What is held at one scope, or at one unit both alone and with all below it. `None` if nothing
/// is.
type Row = Option<Sorted<Holders>>;
type Strip = Arc<[Row; STRIP]>;
/// 256 units in two steps, so that a change at one unit copies one strip and the pointers to
/// sixteen.
type Block = Arc<[Strip; CHUNK / STRIP]>;

/// The people who hold one effective role on one channel, under a key that says which.
#[derive(Clone, Debug, Default)]
struct Holders {
    key: u32,
    people: Sorted<PersonId>,
}

impl Keyed for Holders {
    const MOST: usize = 64;

    fn key(&self) -> u32 {
        self.key
    }
}

/// The bit of a key for "a unit and all below it". A key is, from the lowest bit: the channel in
/// four bits, the effective role in twenty, and this bit.
const BELOW: u32 = 1 << 24;
const CHANNELS: u32 = 1 << 4;

fn key(scope: ScopeId, effective: EffectiveRoleId, channel: ChannelId) -> u32 {
    let below = if let ScopeId::Subtree(_) = scope { BELOW } else { 0 };
    // Effective roles are numbered below 2^20, channels below 2^4.
    below | (effective.get() << 4 & (BELOW - CHANNELS)) | channel.get() & 15
}

/// The lowest key that anything at a scope can have.
fn first(scope: ScopeId) -> u32 {
    key(scope, EffectiveRoleId::from_raw(0), ChannelId::FIRST)
}

fn effective(key: u32) -> EffectiveRoleId {
    EffectiveRoleId::from_raw((key & (BELOW - CHANNELS)) >> 4)
}

fn channel(key: u32) -> ChannelId {
    ChannelId::from_raw(key & 15)
}

/// The people who hold effective roles, by the scope at which they hold them. Units, of which there
/// are many, are found by their number; other scopes in a map.
#[derive(Clone, Debug, Default)]
pub(crate) struct ByScope {
    units: Tree<usize, Block>,
    others: Map<ScopeId, Sorted<Holders>>,
}

impl ByScope {
    /// Adds a person to those who hold an effective role at a scope on a channel. Nothing changes
    /// if the person is among them.
    pub(crate) fn add(
        &mut self,
        scope: ScopeId,
        effective: EffectiveRoleId,
        channel: ChannelId,
        person: PersonId,
    ) -> Result<(), Full> {
        let key = key(scope, effective, channel);
        let new = || Holders { key, people: Sorted::new(person) };
        let row = match scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => {
                let row = self.unit_mut(unit)?;
                if row.is_none() {
                    *row = Some(Sorted::new(new()));
                    return Ok(());
                }
                row.as_mut()
            }
            scope => {
                if !self.others.contains_key(&scope) {
                    self.others.insert(scope, Sorted::new(new()));
                    return Ok(());
                }
                self.others.get_mut(&scope)
            }
        };
        let Some(row) = row else { return Ok(()) };
        match row.get_mut(key) {
            Some(holders) => holders.people.insert(person),
            None => row.insert(new()),
        }
        Ok(())
    }

    /// Takes a person from those who hold an effective role at a scope on a channel. Nothing
    /// changes if the person is not among them.
    pub(crate) fn remove(
        &mut self,
        scope: ScopeId,
        effective: EffectiveRoleId,
        channel: ChannelId,
        person: PersonId,
    ) {
        let key = key(scope, effective, channel);
        let row = match scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => {
                self.unit_mut(unit).ok().and_then(Option::as_mut)
            }
            scope => self.others.get_mut(&scope),
        };
        let Some(row) = row else { return };
        let Some(holders) = row.get_mut(key) else { return };
        holders.people.remove(person.get());
        if holders.people.is_empty() {
            row.remove(key);
        }
        if row.is_empty() {
            match scope {
                ScopeId::Unit(unit) | ScopeId::Subtree(unit) => {
                    if let Ok(row) = self.unit_mut(unit) {
                        *row = None;
                    }
                }
                scope => {
                    self.others.remove(&scope);
                }
            }
        }
    }

    /// The row of a unit. It is made if there is none.
    fn unit_mut(&mut self, unit: UnitId) -> Result<&mut Row, Full> {
        let at = unit.index();
        while self.units.len() <= at / CHUNK {
            let bare: Strip = Arc::default();
            self.units.push(Arc::new(std::array::from_fn(|_| Arc::clone(&bare))))?;
        }
        let block = Arc::make_mut(self.units.get_mut(at / CHUNK).ok_or(Full)?);
        let strip = Arc::make_mut(block.get_mut(at % CHUNK / STRIP).ok_or(Full)?);
        strip.get_mut(at % STRIP).ok_or(Full)
    }

    fn row(&self, scope: ScopeId) -> Option<&Sorted<Holders>> {
        match scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => {
                let at = unit.index();
                self.units.get(at / CHUNK)?.get(at % CHUNK / STRIP)?.get(at % STRIP)?.as_ref()
            }
            scope => self.others.get(&scope),
        }
    }

    /// The effective roles that are held at exactly this scope, each with the channel.
    pub(crate) fn roles_at(
        &self,
        scope: ScopeId,
    ) -> impl Iterator<Item = (EffectiveRoleId, ChannelId)> + '_ {
        let first = first(scope);
        let past = first.saturating_add(BELOW);
        let rows = self.row(scope).into_iter().flat_map(move |row| row.from(first));
        rows.map(|holders| holders.key)
            .take_while(move |&key| key < past)
            .map(|key| (effective(key), channel(key)))
    }

    /// The effective roles that are held at exactly this scope on a channel, each with its holders.
    pub(crate) fn lists_at(
        &self,
        scope: ScopeId,
        on: ChannelId,
    ) -> impl Iterator<Item = (EffectiveRoleId, &Sorted<PersonId>)> + '_ {
        let first = first(scope);
        let past = first.saturating_add(BELOW);
        let rows = self.row(scope).into_iter().flat_map(move |row| row.from(first));
        let here = rows
            .take_while(move |holders| holders.key < past)
            .filter(move |holders| channel(holders.key) == on);
        here.map(|holders| (effective(holders.key), &holders.people))
    }

    /// The holders of an effective role at exactly this scope, one entry for each channel.
    fn rows_of(
        &self,
        scope: ScopeId,
        effective: EffectiveRoleId,
    ) -> impl Iterator<Item = &Holders> + '_ {
        let first = key(scope, effective, ChannelId::FIRST);
        let past = first.saturating_add(CHANNELS);
        let rows = self.row(scope).into_iter().flat_map(move |row| row.from(first));
        rows.take_while(move |holders| holders.key < past)
    }

    /// A bit for each channel on which an effective role is held at exactly this scope.
    pub(crate) fn channels(&self, scope: ScopeId, effective: EffectiveRoleId) -> u16 {
        self.rows_of(scope, effective)
            .fold(0, |mask, holders| mask | 1 << channel(holders.key).get())
    }

    /// The people who hold an effective role at exactly this scope on any channel. Somebody who
    /// holds it on several channels comes several times.
    pub(crate) fn all_holders(
        &self,
        scope: ScopeId,
        effective: EffectiveRoleId,
    ) -> impl Iterator<Item = PersonId> + '_ {
        self.rows_of(scope, effective).flat_map(|holders| holders.people.iter().copied())
    }

    /// The people who hold an effective role at exactly this scope on a channel, in ascending
    /// order.
    pub(crate) fn holders(
        &self,
        scope: ScopeId,
        effective: EffectiveRoleId,
        channel: ChannelId,
    ) -> impl Iterator<Item = PersonId> + '_ {
        let holders = self.row(scope).and_then(|row| row.get(key(scope, effective, channel)));
        holders.into_iter().flat_map(|holders| holders.people.iter().copied())
    }

    /// Whether a person holds an effective role at exactly this scope on a channel.
    pub(crate) fn holds(
        &self,
        scope: ScopeId,
        effective: EffectiveRoleId,
        channel: ChannelId,
        person: PersonId,
    ) -> bool {
        let holders = self.row(scope).and_then(|row| row.get(key(scope, effective, channel)));
        holders.is_some_and(|holders| holders.people.get(person.get()).is_some())
    }

    /// Calls `f` with every entry, in no order: the scope, the effective role, the channel, the
    /// person.
    fn each(&self, mut f: impl FnMut(ScopeId, EffectiveRoleId, ChannelId, PersonId)) {
        let mut row = |scope: &dyn Fn(bool) -> ScopeId, row: &Sorted<Holders>| {
            for holders in row.iter() {
                let scope = scope(holders.key & BELOW != 0);
                holders.people.iter().for_each(|&person| {
                    f(scope, effective(holders.key), channel(holders.key), person)
                });
            }
        };
        let strips = self.units.iter().flat_map(|block| block.iter());
        for (unit, found) in ids(usize::MAX).zip(strips.flat_map(|strip| strip.iter())) {
            if let Some(found) = found {
                row(
                    &|below| if below { ScopeId::Subtree(unit) } else { ScopeId::Unit(unit) },
                    found,
                );
            }
        }
        self.others.iter().for_each(|(scope, found)| row(&|_| *scope, found));
    }

    /// Checks the lists, and that `holds` says of each entry that it is one of the grants. Returns
    /// how many entries there are.
    pub(crate) fn verify(
        &self,
        holds: impl Fn(ScopeId, EffectiveRoleId, ChannelId, PersonId) -> bool,
    ) -> Result<usize, String> {
        let rows = self
            .units
            .iter()
            .flat_map(|block| block.iter())
            .flat_map(|strip| strip.iter().flatten());
        for row in rows.chain(self.others.values()) {
            row.verify()?;
            row.iter().try_for_each(|holders| holders.people.verify())?;
            if row.is_empty() || row.iter().any(|holders| holders.people.is_empty()) {
                return Err("a list of holders without any".into());
            }
        }
        let (mut count, mut wrong) = (0usize, None);
        self.each(|scope, effective, channel, person| {
            count = count.saturating_add(1);
            if !holds(scope, effective, channel, person) {
                wrong = Some(format!(
                    "person {person} is listed at {scope:?} with effective role {effective}"
                ));
            }
        });
        wrong.map_or(Ok(count), Err)
    }
}
