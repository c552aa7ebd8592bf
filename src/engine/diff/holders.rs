//! A role that was changed, and its many holders: most of them have nothing that could
//! make a difference, and for all who hold it at one scope the difference is the same.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::person::Row;
use super::sides::{Side, Sides};
use crate::policy::RoleRules;
use crate::state::{Head, NEVER, PLATFORM, Person, ScopeId, Word};

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
        people: &mut BTreeSet<u32>,
        at: i64,
        each: &mut impl FnMut(Side, Row, &[u32]),
    ) {
        let mut roles = Vec::new();
        let empty = Arc::new(RoleRules::of_nothing());
        self.before.roles.differing(&self.after.roles, Arc::ptr_eq, |role| {
            let [old, new] = [self.before, self.after].map(|state| state.roles.get(role).unwrap_or(&empty));
            if (&old.uncut, &old.closure) != (&new.uncut, &new.closure) {
                let tenant = if new.closure.is_empty() { old.tenant } else { new.tenant };
                roles.push((u32::try_from(role).unwrap_or(u32::MAX), tenant, old.clone(), new.clone()));
            }
        });
        let changed: BTreeSet<u32> = roles.iter().map(|(role, ..)| *role).collect();
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
                places.extend((0..16u8).filter(|n| channels >> n & 1 == 1).map(|channel| (scope, effective, channel)));
            });
            for (scope, effective, channel) in places {
                let [had, has] = Side::BOTH.map(|side| self.effective(side, effective));
                let change = [less(&had, &has), less(&has, &had)];
                if change.iter().all(FixedBitSet::is_clear) {
                    continue;
                }
                let mut holder = Holder { scope, effective, channel, change, changed: &changed };
                holder.tell(self, people, &mut closer, at, each);
            }
        }
        people.append(&mut closer);
    }
}

/// Those who hold a changed role at one scope.
struct Holder<'c> {
    scope: ScopeId,
    effective: u32,
    channel: u8,
    /// What the role lost, and what it gained.
    change: [FixedBitSet; 2],
    changed: &'c BTreeSet<u32>,
}

impl Holder<'_> {
    fn tell(
        &mut self,
        sides: &Sides<'_>,
        people: &BTreeSet<u32>,
        closer: &mut BTreeSet<u32>,
        at: i64,
        each: &mut impl FnMut(Side, Row, &[u32]),
    ) {
        let role = sides.after.rights.effective(self.effective).map_or(u32::MAX, |effective| effective.role);
        let row = |permissions: &FixedBitSet| Row {
            roles: vec![role],
            channel: sides.channel(Side::After, self.channel),
            reaches: match self.scope {
                ScopeId::Everywhere => Vec::new(),
                scope => vec![(sides.scope(Side::After, scope), Vec::new())],
            },
            everywhere: false,
            span: (at, NEVER),
            permissions: permissions.ones().collect(),
        };
        let mut alike = Vec::new();
        for id in sides.after.by_scope.holders(self.scope, self.effective, self.channel) {
            if people.contains(&id) {
                continue;
            }
            let left = sides.after.person(id).and_then(|person| self.left(sides, person));
            let Some(left) = left else {
                closer.insert(id);
                continue;
            };
            match left {
                None => alike.push(id),
                Some([lost, gained]) => {
                    for (side, permissions) in [(Side::Before, lost), (Side::After, gained)] {
                        if !permissions.is_clear() {
                            each(side, row(&permissions), &[id]);
                        }
                    }
                }
            }
        }
        let [lost, gained] = &self.change;
        for (side, permissions) in [(Side::Before, lost), (Side::After, gained)] {
            if !permissions.is_clear() && !alike.is_empty() {
                each(side, row(permissions), &alike);
            }
        }
    }

    /// What of the change is one for somebody, by all else they hold; inner none: all of
    /// it. None: that is to be looked at more closely.
    #[allow(clippy::option_option)]
    fn left(&self, sides: &Sides<'_>, person: Person<'_>) -> Option<Option<[FixedBitSet; 2]>> {
        let head = person.record.head;
        if !head.is_plain() || head.has(Head::DATED) {
            return None;
        }
        if matches!(self.scope, ScopeId::Members(group) if !sides.after.leads(person, group)) {
            return None;
        }
        let mut left: Option<[FixedBitSet; 2]> = None;
        let mut seen = false;
        for word in person.words() {
            if word.role() == self.effective && word.scope() == self.scope && word.channel() == self.channel {
                if !word.answers_on(self.channel) {
                    return None;
                }
                seen = true;
                continue;
            }
            // By whatever channel: whoever holds two changed roles is looked at once, for both.
            let role = sides.after.rights.effective(word.role())?.role;
            if self.changed.contains(&role) {
                return None;
            }
            if word.channel() != self.channel {
                continue;
            }
            let permissions: Rc<FixedBitSet> = sides.effective(Side::After, word.role());
            if left.as_ref().unwrap_or(&self.change).iter().all(|change| change.is_disjoint(&permissions)) {
                continue;
            }
            match self.stands(sides, word) {
                Stands::Apart => {}
                Stands::Within => return None,
                Stands::Over if !word.answers_on(word.channel()) => {}
                Stands::Over => {
                    let left = left.get_or_insert_with(|| self.change.clone());
                    left.iter_mut().for_each(|change| change.difference_with(&permissions));
                }
            }
        }
        seen.then_some(left)
    }

    fn stands(&self, sides: &Sides<'_>, word: Word) -> Stands {
        let units = &sides.after.units;
        match (word.scope(), self.scope) {
            (ScopeId::Everywhere, ScopeId::Unit(_) | ScopeId::Subtree(_) | ScopeId::Own(_)) => Stands::Over,
            (ScopeId::Unit(one), ScopeId::Unit(other)) if one == other => Stands::Over,
            (ScopeId::Subtree(top), ScopeId::Unit(unit) | ScopeId::Subtree(unit)) if units.covers(top, unit) => {
                Stands::Over
            }
            (ScopeId::Unit(unit) | ScopeId::Subtree(unit), ScopeId::Subtree(top)) if units.covers(top, unit) => {
                Stands::Within
            }
            (ScopeId::Unit(_) | ScopeId::Subtree(_), ScopeId::Unit(_) | ScopeId::Subtree(_)) => Stands::Apart,
            (ScopeId::Own(one), ScopeId::Own(other)) if one == other => Stands::Over,
            (ScopeId::Own(_), ScopeId::Own(_)) => Stands::Apart,
            (ScopeId::Own(_) | ScopeId::Members(_), ScopeId::Unit(_) | ScopeId::Subtree(_)) => Stands::Apart,
            (ScopeId::Unit(_) | ScopeId::Subtree(_) | ScopeId::Members(_), ScopeId::Own(_)) => Stands::Apart,
            _ => Stands::Within,
        }
    }
}

fn less(one: &FixedBitSet, other: &FixedBitSet) -> FixedBitSet {
    let mut left = one.clone();
    left.difference_with(other);
    left
}
