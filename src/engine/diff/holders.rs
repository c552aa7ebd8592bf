//! A role that was changed, and its many holders: most of them have nothing that could
//! make a difference, and for all who hold it at one scope the difference is the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::person::Row;
use super::sides::{Side, Sides};
use crate::facts::{Head, NEVER, PLATFORM, Person, ScopeId, Word};
use crate::policy::RoleRules;
use crate::store::{ChannelId, EffectiveRoleId, IntoSet, PersonId, RoleId, ids};

/// So many holders are fetched ahead: fewer than the cache holds.
const AHEAD: usize = 256;

/// How a scope stands to that of a grant by a changed role.
enum Stands {
    /// It takes it in whole.
    Over,
    Apart,
    /// It takes in some of it, or that is not told so quickly.
    Within,
}

impl Sides<'_> {
    /// The holders of changed roles: either told of at once, or added to those who are
    /// looked at one by one. Whoever is among these already is left alone.
    pub(super) fn by_changed_roles(
        &self,
        people: &mut BTreeSet<PersonId>,
        at: i64,
        each: &mut impl FnMut(Side, Row, &[PersonId]),
    ) {
        let mut roles = Vec::new();
        let empty = Arc::new(RoleRules::of_nothing());
        self.before.roles.differing(&self.after.roles, Arc::ptr_eq, |role| {
            let [old, new] =
                [self.before, self.after].map(|state| state.roles.get(role).unwrap_or(&empty));
            if (&old.uncut, &old.closure) != (&new.uncut, &new.closure) {
                let tenant = if new.closure.is_empty() { old.tenant } else { new.tenant };
                roles.push((role, tenant, old.clone(), new.clone()));
            }
        });
        let changed: BTreeSet<RoleId> = roles.iter().map(|(role, ..)| *role).into_set();
        let mut closer = BTreeSet::new();
        for (role, tenant, old, new) in roles {
            let restricted = self.before.is_restricted(&old) || self.after.is_restricted(&new);
            if restricted || tenant == PLATFORM {
                closer.extend(self.after.holders_in(tenant, role));
                continue;
            }
            let mut places = Vec::new();
            self.after.places_of(tenant, role, |scope, effective| {
                let channels = self.after.by_scope.channels(scope, effective);
                places.extend(
                    ids(16)
                        .filter(|n: &ChannelId| channels >> n.get() & 1 == 1)
                        .map(|channel| (effective, channel, scope)),
                );
            });
            // One after the other what has the change in common: the effective role, and the channel.
            places.sort_unstable();
            for places in places.chunk_by(|one, two| (one.0, one.1) == (two.0, two.1)) {
                let Some(&(effective, channel, _)) = places.first() else { continue };
                let [had, has] = Side::BOTH.map(|side| self.effective(side, effective));
                let change = [less(&had, &has), less(&has, &had)];
                if change.iter().all(FixedBitSet::is_clear) {
                    continue;
                }
                let mut holders = Holders::of(self, &changed, (role, effective, channel), change);
                for &(_, _, scope) in places {
                    holders.tell(scope, people, &mut closer, at, each);
                }
            }
        }
        people.append(&mut closer);
    }
}

/// What another effective role that a holder has says of the change.
#[derive(Clone, Copy)]
enum Beside {
    /// It changed too.
    Changed,
    /// It has nothing of it.
    Nothing,
    /// It has some of it, wherever it reaches.
    Some,
    /// It has some of it, but for where it is restricted.
    Restricted,
}

/// Those who hold a changed role, in all places on one channel.
struct Holders<'a, 's> {
    sides: &'a Sides<'s>,
    changed: &'a BTreeSet<RoleId>,
    role: RoleId,
    effective: EffectiveRoleId,
    channel: ChannelId,
    /// What the role lost, and what it gained.
    change: [FixedBitSet; 2],
    /// What has been asked of effective roles.
    beside: HashMap<EffectiveRoleId, Beside, foldhash::fast::RandomState>,
    /// What is left of the change beside some effective roles, by its place in the list.
    numbers: HashMap<Vec<EffectiveRoleId>, usize, foldhash::fast::RandomState>,
    /// First all of it: what is left beside nothing.
    lefts: Vec<[Rc<FixedBitSet>; 2]>,
    /// The places of these, each once.
    places: HashMap<[Rc<FixedBitSet>; 2], usize, foldhash::fast::RandomState>,
}

impl<'a, 's> Holders<'a, 's> {
    fn of(
        sides: &'a Sides<'s>,
        changed: &'a BTreeSet<RoleId>,
        (role, effective, channel): (RoleId, EffectiveRoleId, ChannelId),
        change: [FixedBitSet; 2],
    ) -> Holders<'a, 's> {
        // Of one length, so that the same permissions are the same row.
        let whole = change.each_ref().map(|change| Rc::new(change.ones().collect()));
        let (beside, numbers) = <_>::default();
        let (lefts, places) = (vec![whole.clone()], HashMap::from_iter([(whole, 0)]));
        Holders { sides, changed, role, effective, channel, change, beside, numbers, lefts, places }
    }

    /// Tells of those who hold it at one scope.
    fn tell(
        &mut self,
        scope: ScopeId,
        people: &BTreeSet<PersonId>,
        closer: &mut BTreeSet<PersonId>,
        at: i64,
        each: &mut impl FnMut(Side, Row, &[PersonId]),
    ) {
        let sides = self.sides;
        let mut told: BTreeMap<usize, Vec<PersonId>> = BTreeMap::new();
        let mut over = Vec::new();
        let holders = sides.after.by_scope.holders(scope, self.effective, self.channel);
        let holders: Vec<PersonId> = holders.filter(|id| !people.contains(id)).collect();
        for holders in holders.chunks(AHEAD) {
            sides.after.people.touch(holders);
            for &id in holders {
                over.clear();
                match sides.after.person(id).and_then(|person| self.left(scope, person, &mut over))
                {
                    Some(left) => told.entry(left).or_default().push(id),
                    None => {
                        closer.insert(id);
                    }
                }
            }
        }
        for (left, ids) in told {
            let left = self.lefts.get(left);
            for (side, permissions) in
                left.into_iter().flat_map(|left| Side::BOTH.into_iter().zip(left))
            {
                if !permissions.is_clear() {
                    each(side, self.row(scope, Rc::clone(permissions), at), &ids);
                }
            }
        }
    }

    fn row(&self, scope: ScopeId, permissions: Rc<FixedBitSet>, at: i64) -> Row {
        Row {
            roles: vec![self.role],
            channel: self.sides.channel(Side::After, self.channel),
            reaches: vec![(self.sides.scope(Side::After, scope), Vec::new())],
            everywhere: false,
            span: (at, NEVER),
            permissions,
        }
    }

    /// What of the change is one for somebody, by all else they hold: its number. None: that is
    /// to be looked at more closely. `over` is for the effective roles that make it less.
    fn left(
        &mut self,
        scope: ScopeId,
        person: Person<'_>,
        over: &mut Vec<EffectiveRoleId>,
    ) -> Option<usize> {
        let head = person.record.head;
        if !head.is_plain() || head.has(Head::DATED) {
            return None;
        }
        if matches!(scope, ScopeId::Members(group) if !self.sides.after.leads(person, group)) {
            return None;
        }
        let mut seen = false;
        for word in person.words() {
            if word.role() == self.effective
                && word.scope() == scope
                && word.channel() == self.channel
            {
                if !word.answers_on(self.channel) {
                    return None;
                }
                seen = true;
                continue;
            }
            // By whatever channel: whoever holds two changed roles is looked at once, for both.
            let beside = self.beside(word.role());
            match (beside, word.channel() == self.channel) {
                (Beside::Changed, _) => return None,
                (Beside::Nothing, _) | (_, false) => continue,
                _ => {}
            }
            match self.stands(scope, word) {
                Stands::Apart => {}
                Stands::Within => return None,
                Stands::Over if !word.answers_on(self.channel) => {}
                Stands::Over if matches!(beside, Beside::Restricted) => return None,
                Stands::Over => over.push(word.role()),
            }
        }
        seen.then(|| self.number(over))
    }

    fn beside(&mut self, effective: EffectiveRoleId) -> Beside {
        if let Some(&known) = self.beside.get(&effective) {
            return known;
        }
        let after = self.sides.after;
        let role = after.rights.effective(effective).map(|effective| effective.role);
        let found = match role.and_then(|role| Some((role, after.role(role)?))) {
            None => Beside::Changed,
            Some((role, _)) if self.changed.contains(&role) => Beside::Changed,
            Some((_, rules)) => {
                let permissions = self.sides.effective(Side::After, effective);
                match self.change.iter().all(|change| change.is_disjoint(&permissions)) {
                    true => Beside::Nothing,
                    false if after.is_restricted(rules) => Beside::Restricted,
                    false => Beside::Some,
                }
            }
        };
        self.beside.insert(effective, found);
        found
    }

    /// The number of what is left of the change beside these effective roles.
    fn number(&mut self, over: &mut Vec<EffectiveRoleId>) -> usize {
        // Of most people it is all of the change.
        if over.is_empty() {
            return 0;
        }
        over.sort_unstable();
        over.dedup();
        if let Some(&known) = self.numbers.get(over) {
            return known;
        }
        let others: Vec<_> =
            over.iter().map(|&effective| self.sides.effective(Side::After, effective)).collect();
        // Of one length, as above.
        let left = self.change.each_ref().map(|change| {
            Rc::new(
                change
                    .ones()
                    .filter(|&permission| !others.iter().any(|other| other.contains(permission)))
                    .collect(),
            )
        });
        let number = *self.places.entry(left).or_insert_with_key(|left| {
            self.lefts.push(left.clone());
            self.lefts.len().saturating_sub(1)
        });
        self.numbers.insert(over.clone(), number);
        number
    }

    fn stands(&self, scope: ScopeId, word: Word) -> Stands {
        let units = &self.sides.after.units;
        match (word.scope(), scope) {
            (ScopeId::Everywhere, ScopeId::Unit(_) | ScopeId::Subtree(_) | ScopeId::Own(_)) => {
                Stands::Over
            }
            (ScopeId::Unit(one), ScopeId::Unit(other)) if one == other => Stands::Over,
            (ScopeId::Subtree(top), ScopeId::Unit(unit) | ScopeId::Subtree(unit))
                if units.covers(top, unit) =>
            {
                Stands::Over
            }
            (ScopeId::Unit(unit) | ScopeId::Subtree(unit), ScopeId::Subtree(top))
                if units.covers(top, unit) =>
            {
                Stands::Within
            }
            (ScopeId::Unit(_) | ScopeId::Subtree(_), ScopeId::Unit(_) | ScopeId::Subtree(_)) => {
                Stands::Apart
            }
            (ScopeId::Own(one), ScopeId::Own(other)) if one == other => Stands::Over,
            (ScopeId::Own(_), ScopeId::Own(_)) => Stands::Apart,
            (ScopeId::Own(_) | ScopeId::Members(_), ScopeId::Unit(_) | ScopeId::Subtree(_)) => {
                Stands::Apart
            }
            (ScopeId::Unit(_) | ScopeId::Subtree(_) | ScopeId::Members(_), ScopeId::Own(_)) => {
                Stands::Apart
            }
            _ => Stands::Within,
        }
    }
}

fn less(one: &FixedBitSet, other: &FixedBitSet) -> FixedBitSet {
    let mut left = one.clone();
    left.difference_with(other);
    left
}
