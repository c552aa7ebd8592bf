//! The holders of a changed role, many at a time.
//!
//! When a popular role is edited, its holders may be most of all people, and most of them hold
//! nothing else that matters for the edit. So the difference is worked out once for all who hold
//! the role at one scope and keep the same part of it by other roles. Only people with suspensions,
//! restrictions, dated grants and the like are compared one by one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::row::Row;
use super::sides::{Side, Sides};
use crate::facts::{Head, NEVER, PLATFORM, Person, ScopeId, Word};
use crate::policy::RoleRules;
use crate::store::{ChannelId, EffectiveRoleId, PersonId, RoleId, ids};

/// How many holders are prefetched at a time: fewer than the cache holds.
const AHEAD: usize = 256;

impl Sides<'_> {
    /// Finds the holders of changed roles. Those with nothing else that matters are passed to
    /// `each`, with their row; the others are added to `people`, who are compared one by one.
    /// Holders who are in `people` already are left alone.
    pub(super) fn add_holders_of_changed_roles(
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
                // A role that exists includes itself. An empty closure is of a deleted one.
                let tenant = if new.closure.is_empty() { old.tenant } else { new.tenant };
                roles.push((role, tenant, old.clone(), new.clone()));
            }
        });
        let changed: BTreeSet<RoleId> = roles.iter().map(|(role, ..)| *role).collect();
        // Joined with `people` at the end: until then `people` stays small and quick to look up in.
        let mut one_by_one = BTreeSet::new();
        for (role, tenant, old, new) in roles {
            let restricted = self.before.is_restricted(&old) || self.after.is_restricted(&new);
            if restricted || tenant == PLATFORM {
                one_by_one.extend(self.after.holders_in(tenant, role));
                continue;
            }
            let mut held: Vec<(EffectiveRoleId, ChannelId, ScopeId)> = Vec::new();
            self.after.each_scope_of_role(tenant, role, |scope, effective| {
                let channels = self.after.by_scope.channels(scope, effective);
                held.extend(
                    ids(16)
                        .filter(|n: &ChannelId| channels >> n.get() & 1 == 1)
                        .map(|channel| (effective, channel, scope)),
                );
            });
            // The change depends on the effective role, whose ceilings differ, and on the channel;
            // it is worked out once for all scopes of these two.
            held.sort_unstable();
            for held in held.chunk_by(|one, two| (one.0, one.1) == (two.0, two.1)) {
                let Some(&(effective, channel, _)) = held.first() else { continue };
                let [had, has] = Side::BOTH.map(|side| self.effective(side, effective));
                let change = [without(&had, &has), without(&has, &had)];
                if change.iter().all(FixedBitSet::is_clear) {
                    continue;
                }
                let mut holders = Holders::of(self, &changed, (role, effective, channel), change);
                for &(_, _, scope) in held {
                    holders.pass_rows(scope, people, &mut one_by_one, at, each);
                }
            }
        }
        people.append(&mut one_by_one);
    }
}

/// How another effective role of a holder bears on the change.
#[derive(Clone, Copy)]
enum OtherRole {
    /// Its role changed as well.
    Changed,
    /// It has none of the changed permissions.
    Disjoint,
    /// It has some of the changed permissions at every scope at which it is held.
    Shares,
    /// It has some of the changed permissions, but a restriction takes them away somewhere.
    SharesRestricted,
}

/// How much of the scope of a grant of the changed role another grant covers.
enum Overlap {
    /// All of it.
    Whole,
    /// Nothing.
    None,
    /// Some of it, or an amount that takes the slow way to find out.
    Unclear,
}

/// What a change of a role is for one holder: the permissions lost, and those gained.
type Effect = [Rc<FixedBitSet>; 2];

/// The holders of one changed role under one effective role, on one channel.
struct Holders<'a, 's> {
    sides: &'a Sides<'s>,
    /// All changed roles.
    changed: &'a BTreeSet<RoleId>,
    role: RoleId,
    effective: EffectiveRoleId,
    channel: ChannelId,
    /// The permissions that the effective role lost, and those that it gained.
    change: [FixedBitSet; 2],
    /// How the other effective roles that were asked about bear on the change.
    others: HashMap<EffectiveRoleId, OtherRole, foldhash::fast::RandomState>,
    /// The distinct effects of the change. The first is the whole change.
    effects: Vec<Effect>,
    /// The index in `effects` of each effect.
    index_of: HashMap<Effect, usize, foldhash::fast::RandomState>,
    /// The index in `effects` of the effect for holders who also have some effective roles.
    index_beside: HashMap<Vec<EffectiveRoleId>, usize, foldhash::fast::RandomState>,
}

impl<'a, 's> Holders<'a, 's> {
    fn of(
        sides: &'a Sides<'s>,
        changed: &'a BTreeSet<RoleId>,
        (role, effective, channel): (RoleId, EffectiveRoleId, ChannelId),
        change: [FixedBitSet; 2],
    ) -> Holders<'a, 's> {
        // Collected anew, so that equal sets have equal lengths and make equal rows.
        let whole = change.each_ref().map(|change| Rc::new(change.ones().collect()));
        let (others, index_beside) = <_>::default();
        let (effects, index_of) = (vec![whole.clone()], HashMap::from_iter([(whole, 0)]));
        Holders {
            sides,
            changed,
            role,
            effective,
            channel,
            change,
            others,
            effects,
            index_of,
            index_beside,
        }
    }

    /// Passes to `each` the rows of the holders at one scope, grouped by the effect of the change.
    /// Leaves out those in `people`, and adds those who need it to `one_by_one`.
    fn pass_rows(
        &mut self,
        scope: ScopeId,
        people: &BTreeSet<PersonId>,
        one_by_one: &mut BTreeSet<PersonId>,
        at: i64,
        each: &mut impl FnMut(Side, Row, &[PersonId]),
    ) {
        let sides = self.sides;
        let mut by_effect: BTreeMap<usize, Vec<PersonId>> = BTreeMap::new();
        let mut beside = Vec::new();
        let holders = sides.after.by_scope.holders(scope, self.effective, self.channel);
        let holders: Vec<PersonId> = holders.filter(|id| !people.contains(id)).collect();
        for holders in holders.chunks(AHEAD) {
            sides.after.people.prefetch(holders);
            for &id in holders {
                beside.clear();
                let person = sides.after.person(id);
                match person.and_then(|person| self.effect_on(person, scope, &mut beside)) {
                    Some(effect) => by_effect.entry(effect).or_default().push(id),
                    None => {
                        one_by_one.insert(id);
                    }
                }
            }
        }
        for (effect, ids) in by_effect {
            let effect = self.effects.get(effect);
            for (side, permissions) in
                effect.into_iter().flat_map(|effect| Side::BOTH.into_iter().zip(effect))
            {
                if !permissions.is_clear() {
                    each(side, self.row(scope, Rc::clone(permissions), at), &ids);
                }
            }
        }
    }

    /// The row of holders at a scope who lost or gained these permissions.
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

    /// The effect of the change on a holder at a scope, as an index in `effects`: the permissions
    /// that the person has by no other grant. `None` if the person must be compared alone.
    ///
    /// `beside` must be empty. It is used to collect the effective roles that the person holds over
    /// all of the scope, and is passed in so that one allocation serves for all holders.
    fn effect_on(
        &mut self,
        person: Person<'_>,
        scope: ScopeId,
        beside: &mut Vec<EffectiveRoleId>,
    ) -> Option<usize> {
        let head = person.index.head;
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
            // A second changed role sends the person to the slow way even on another channel, so
            // that both changes are found together.
            let other = self.other(word.role());
            match (other, word.channel() == self.channel) {
                (OtherRole::Changed, _) => return None,
                (OtherRole::Disjoint, _) | (_, false) => continue,
                _ => {}
            }
            match self.overlap(scope, word) {
                Overlap::None => {}
                Overlap::Unclear => return None,
                Overlap::Whole if !word.answers_on(self.channel) => {}
                Overlap::Whole if matches!(other, OtherRole::SharesRestricted) => return None,
                Overlap::Whole => beside.push(word.role()),
            }
        }
        seen.then(|| self.effect_beside(beside))
    }

    /// How another effective role bears on the change.
    fn other(&mut self, effective: EffectiveRoleId) -> OtherRole {
        if let Some(&known) = self.others.get(&effective) {
            return known;
        }
        let after = self.sides.after;
        let role = after.rights.effective(effective).map(|effective| effective.role);
        let found = match role.and_then(|role| Some((role, after.role(role)?))) {
            None => OtherRole::Changed,
            Some((role, _)) if self.changed.contains(&role) => OtherRole::Changed,
            Some((_, rules)) => {
                let permissions = self.sides.effective(Side::After, effective);
                match self.change.iter().all(|change| change.is_disjoint(&permissions)) {
                    true => OtherRole::Disjoint,
                    false if after.is_restricted(rules) => OtherRole::SharesRestricted,
                    false => OtherRole::Shares,
                }
            }
        };
        self.others.insert(effective, found);
        found
    }

    /// The effect of the change on people who also hold these effective roles over all of the
    /// scope, as an index in `effects`. Sorts and deduplicates `beside`.
    fn effect_beside(&mut self, beside: &mut Vec<EffectiveRoleId>) -> usize {
        // Most holders have no such role, and see the whole change.
        if beside.is_empty() {
            return 0;
        }
        beside.sort_unstable();
        beside.dedup();
        if let Some(&known) = self.index_beside.get(beside) {
            return known;
        }
        let others: Vec<_> =
            beside.iter().map(|&effective| self.sides.effective(Side::After, effective)).collect();
        // Collected anew, so that equal sets have equal lengths and make equal rows.
        let effect = self.change.each_ref().map(|change| {
            let by_no_other = |&it: &usize| !others.iter().any(|other| other.contains(it));
            Rc::new(change.ones().filter(by_no_other).collect())
        });
        let index = *self.index_of.entry(effect).or_insert_with_key(|effect| {
            self.effects.push(effect.clone());
            self.effects.len().saturating_sub(1)
        });
        self.index_beside.insert(beside.clone(), index);
        index
    }

    /// How much of `scope` the scope of another grant covers.
    fn overlap(&self, scope: ScopeId, word: Word) -> Overlap {
        let units = &self.sides.after.units;
        match (word.scope(), scope) {
            (ScopeId::Everywhere, ScopeId::Unit(_) | ScopeId::Subtree(_) | ScopeId::Own(_)) => {
                Overlap::Whole
            }
            (ScopeId::Unit(one), ScopeId::Unit(other)) if one == other => Overlap::Whole,
            (ScopeId::Subtree(top), ScopeId::Unit(unit) | ScopeId::Subtree(unit))
                if units.covers(top, unit) =>
            {
                Overlap::Whole
            }
            (ScopeId::Unit(unit) | ScopeId::Subtree(unit), ScopeId::Subtree(top))
                if units.covers(top, unit) =>
            {
                Overlap::Unclear
            }
            (ScopeId::Unit(_) | ScopeId::Subtree(_), ScopeId::Unit(_) | ScopeId::Subtree(_)) => {
                Overlap::None
            }
            (ScopeId::Own(one), ScopeId::Own(other)) if one == other => Overlap::Whole,
            (ScopeId::Own(_), ScopeId::Own(_)) => Overlap::None,
            (ScopeId::Own(_) | ScopeId::Members(_), ScopeId::Unit(_) | ScopeId::Subtree(_)) => {
                Overlap::None
            }
            (ScopeId::Unit(_) | ScopeId::Subtree(_) | ScopeId::Members(_), ScopeId::Own(_)) => {
                Overlap::None
            }
            _ => Overlap::Unclear,
        }
    }
}

/// The permissions of `one` that are not in `other`.
fn without(one: &FixedBitSet, other: &FixedBitSet) -> FixedBitSet {
    let mut left = one.clone();
    left.difference_with(other);
    left
}
