//! [`ByScope`]: grants the other way round: who holds what at exactly a scope.
//! An index, derived from the grants of people.

use std::sync::Arc;

use imbl::OrdMap;

use crate::facts::rows::ScopeId;
use crate::store::{
    CHUNK, ChannelId, EffectiveRoleId, Full, Keyed, PersonId, Sorted, Tree, UnitId, ids,
};

/// The units of a strip, and the strips of a block.
const STRIP: usize = 16;

/// What is held at one scope, or at a unit alone and at it and below; none: nothing.
type Row = Option<Sorted<Held>>;
type Strip = Arc<[Row; STRIP]>;
/// 256 units, in two steps, so that little is copied for one of them.
type Block = Arc<[Strip; CHUNK / STRIP]>;

/// Those who hold an effective role on a channel.
#[derive(Clone, Debug, Default)]
struct Held {
    key: u32,
    people: Sorted<PersonId>,
}

impl Keyed for Held {
    const MOST: usize = 64;

    fn key(&self) -> u32 {
        self.key
    }
}

/// Whether the scope is a unit and all below it, the effective role, the channel, in one word.
const BELOW: u32 = 1 << 24;
const CHANNELS: u32 = 1 << 4;

fn key(scope: ScopeId, effective: EffectiveRoleId, channel: ChannelId) -> u32 {
    let below = if let ScopeId::Subtree(_) = scope { BELOW } else { 0 };
    // Effective roles are numbered below 2^20, channels below 2^4.
    below | (effective.get() << 4 & (BELOW - CHANNELS)) | channel.get() & 15
}

/// The lowest key at a scope.
fn first(scope: ScopeId) -> u32 {
    key(scope, EffectiveRoleId::from_raw(0), ChannelId::FIRST)
}

fn effective(key: u32) -> EffectiveRoleId {
    EffectiveRoleId::from_raw((key & (BELOW - CHANNELS)) >> 4)
}

fn channel(key: u32) -> ChannelId {
    ChannelId::from_raw(key & 15)
}

/// Who holds what, by the scope it is held at.
#[derive(Clone, Debug, Default)]
pub(crate) struct ByScope {
    units: Tree<usize, Block>,
    others: OrdMap<ScopeId, Sorted<Held>>,
}

impl ByScope {
    /// Adds a holder; one who is there already changes nothing.
    pub(crate) fn add(
        &mut self,
        scope: ScopeId,
        effective: EffectiveRoleId,
        channel: ChannelId,
        person: PersonId,
    ) -> Result<(), Full> {
        let key = key(scope, effective, channel);
        let held = || Held { key, people: Sorted::new(person) };
        let row = match scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => {
                let row = self.unit_mut(unit)?;
                if row.is_none() {
                    *row = Some(Sorted::new(held()));
                    return Ok(());
                }
                row.as_mut()
            }
            scope => {
                if !self.others.contains_key(&scope) {
                    self.others.insert(scope, Sorted::new(held()));
                    return Ok(());
                }
                self.others.get_mut(&scope)
            }
        };
        let Some(row) = row else { return Ok(()) };
        match row.get_mut(key) {
            Some(held) => held.people.insert(person),
            None => row.insert(held()),
        }
        Ok(())
    }

    /// Strikes a holder; one who is not there changes nothing.
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
        let Some(held) = row.get_mut(key) else { return };
        held.people.remove(person.get());
        if held.people.is_empty() {
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

    /// The row of a unit, made if there is none.
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

    fn row(&self, scope: ScopeId) -> Option<&Sorted<Held>> {
        match scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => {
                let at = unit.index();
                self.units.get(at / CHUNK)?.get(at % CHUNK / STRIP)?.get(at % STRIP)?.as_ref()
            }
            scope => self.others.get(&scope),
        }
    }

    /// Which effective roles are held at exactly this scope, each with the channel.
    pub(crate) fn roles_at(
        &self,
        scope: ScopeId,
    ) -> impl Iterator<Item = (EffectiveRoleId, ChannelId)> + '_ {
        let first = first(scope);
        let past = first.saturating_add(BELOW);
        let held = self.row(scope).into_iter().flat_map(move |row| row.from(first));
        held.map(|held| held.key)
            .take_while(move |&key| key < past)
            .map(|key| (effective(key), channel(key)))
    }

    /// Which effective roles are held at exactly this scope on a channel, each with its holders.
    pub(crate) fn lists_at(
        &self,
        scope: ScopeId,
        on: ChannelId,
    ) -> impl Iterator<Item = (EffectiveRoleId, &Sorted<PersonId>)> + '_ {
        let first = first(scope);
        let past = first.saturating_add(BELOW);
        let held = self.row(scope).into_iter().flat_map(move |row| row.from(first));
        let here = held
            .take_while(move |held| held.key < past)
            .filter(move |held| channel(held.key) == on);
        here.map(|held| (effective(held.key), &held.people))
    }

    /// On which channels an effective role is held at exactly this scope, and by whom.
    fn held(&self, scope: ScopeId, effective: EffectiveRoleId) -> impl Iterator<Item = &Held> + '_ {
        let first = key(scope, effective, ChannelId::FIRST);
        let past = first.saturating_add(CHANNELS);
        let held = self.row(scope).into_iter().flat_map(move |row| row.from(first));
        held.take_while(move |held| held.key < past)
    }

    /// A bit for each channel on which an effective role is held at exactly this scope.
    pub(crate) fn channels(&self, scope: ScopeId, effective: EffectiveRoleId) -> u16 {
        self.held(scope, effective).fold(0, |mask, held| mask | 1 << channel(held.key).get())
    }

    /// Who holds an effective role at exactly this scope on whatever channel; those who
    /// hold it on several come as often.
    pub(crate) fn all_holders(
        &self,
        scope: ScopeId,
        effective: EffectiveRoleId,
    ) -> impl Iterator<Item = PersonId> + '_ {
        self.held(scope, effective).flat_map(|held| held.people.iter().copied())
    }

    /// Who holds an effective role at exactly this scope on a channel, in ascending order.
    pub(crate) fn holders(
        &self,
        scope: ScopeId,
        effective: EffectiveRoleId,
        channel: ChannelId,
    ) -> impl Iterator<Item = PersonId> + '_ {
        let held = self.row(scope).and_then(|row| row.get(key(scope, effective, channel)));
        held.into_iter().flat_map(|held| held.people.iter().copied())
    }

    /// Whether a person stands there.
    pub(crate) fn holds(
        &self,
        scope: ScopeId,
        effective: EffectiveRoleId,
        channel: ChannelId,
        person: PersonId,
    ) -> bool {
        let held = self.row(scope).and_then(|row| row.get(key(scope, effective, channel)));
        held.is_some_and(|held| held.people.get(person.get()).is_some())
    }

    /// Every entry, in no order: the scope, the effective role, the channel, the person.
    fn each(&self, mut f: impl FnMut(ScopeId, EffectiveRoleId, ChannelId, PersonId)) {
        let mut row = |scope: &dyn Fn(bool) -> ScopeId, row: &Sorted<Held>| {
            for held in row.iter() {
                let scope = scope(held.key & BELOW != 0);
                held.people
                    .iter()
                    .for_each(|&person| f(scope, effective(held.key), channel(held.key), person));
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

    /// Checks the lists, and that each entry is one of the grants; `holds` says whether it is.
    /// How many entries there are.
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
            row.iter().try_for_each(|held| held.people.verify())?;
            if row.is_empty() || row.iter().any(|held| held.people.is_empty()) {
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
