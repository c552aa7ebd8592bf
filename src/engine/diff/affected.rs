//! Who is to be looked at. Two snapshots of one line share what nobody has changed: those
//! whose rows differ are found by it, and to them come the holders of what changed
//! around them. Of two lines everybody is looked at.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::person::{Pair, Row};
use super::sides::{Side, Sides};
use crate::facts::{GridFacts, NONE, PLATFORM, PlaceId, RestrictionFacts, ScopeId, State, SubjectId};

/// What hangs elsewhere, in shared ids.
#[derive(Debug, Default)]
pub(super) struct Hung {
    /// Units moved, and the topmost of those that are only in one of the snapshots.
    pub(super) units: Vec<u32>,
    /// Groups moved.
    pub(super) groups: Vec<u32>,
}

impl Hung {
    pub(super) fn between(sides: &Sides<'_>) -> Hung {
        let mut hung = Hung::default();
        for unit in
            sides.candidates(|state| state.units.len(), |one, two| one.units.hung_elsewhere(&two.units), Sides::unit)
        {
            let on = Side::BOTH.map(|side| {
                let own = sides.unit_on(side, unit)?;
                let parent = sides.state(side).units.node(own).parent;
                Some((parent != NONE).then(|| sides.unit(side, parent)))
            });
            let is_hung = match on {
                [Some(before), Some(after)] => before != after,
                // Below one that is new too, it goes with that one.
                [None, Some(parent)] => parent.is_none_or(|parent| sides.unit_on(Side::Before, parent).is_some()),
                [Some(parent), None] => parent.is_none_or(|parent| sides.unit_on(Side::After, parent).is_some()),
                [None, None] => false,
            };
            if is_hung {
                hung.units.push(unit);
            }
        }
        for group in sides.candidates(
            |state| state.groups.len(),
            |one, two| one.groups.hung_elsewhere(&two.groups),
            Sides::group,
        ) {
            let on = Side::BOTH.map(|side| {
                let own = sides.group_on(side, group)?;
                let parent = sides.state(side).groups.node(own).parent;
                Some((parent != NONE).then(|| sides.group(side, parent)))
            });
            if matches!(on, [Some(before), Some(after)] if before != after) {
                hung.groups.push(group);
            }
        }
        hung
    }
}

impl Sides<'_> {
    /// The nodes of a forest that may hang elsewhere, in shared ids, each once.
    fn candidates(
        &self,
        len: impl Fn(&State) -> usize,
        elsewhere: impl Fn(&State, &State) -> Vec<u32>,
        shared: impl Fn(&Self, Side, u32) -> u32,
    ) -> BTreeSet<u32> {
        if self.one_line {
            let found = elsewhere(self.before, self.after);
            // Only one that is there has a shared id.
            return found.into_iter().flat_map(|own| Side::BOTH.map(|side| shared(self, side, own))).collect();
        }
        let all = |side| (0..u32::try_from(len(self.state(side))).unwrap_or(u32::MAX)).map(move |own| (side, own));
        Side::BOTH.into_iter().flat_map(all).map(|(side, own)| shared(self, side, own)).collect()
    }

    /// Everybody of whom the two may say different things and of whom nothing is told
    /// yet, each once. Of those whom nothing but a change of their role concerns `each` is told at once.
    pub(super) fn affected(&self, hung: &Hung, at: i64, mut each: impl FnMut(Side, Row, &[u32])) -> BTreeSet<Pair> {
        if !self.one_line {
            return self.everybody();
        }
        let mut people: BTreeSet<u32> = self.before.people.changed(&self.after.people).into_iter().collect();
        for restriction in self.changed_on_roles() {
            self.held_back(&restriction, &mut people);
        }
        self.below_hung(hung, &mut people);
        self.among_groups(hung, &mut people);
        self.by_changed_roles(&mut people, at, &mut each);
        people.into_iter().map(|id| self.pair(id)).collect()
    }

    /// Everybody whose grids may have changed, each once.
    pub(super) fn within_hours(&self) -> BTreeSet<Pair> {
        if !self.one_line {
            return self.everybody();
        }
        if self.before.hours_stamp == self.after.hours_stamp {
            return BTreeSet::new();
        }
        let mut people: BTreeSet<u32> = self.before.people.changed(&self.after.people).into_iter().collect();
        // Who is enrolled stands in their rows; here it is the hours that changed for all.
        let same = |one: &Option<Arc<GridFacts>>, two: &Option<Arc<GridFacts>>| match (one, two) {
            (Some(one), Some(two)) => Arc::ptr_eq(one, two) || one.grid == two.grid,
            (one, two) => one.is_none() && two.is_none(),
        };
        self.before.grids.differing(&self.after.grids, same, |grid| {
            for side in Side::BOTH {
                people.extend(self.state(side).grids.get(grid).into_iter().flatten().flat_map(|facts| &facts.people));
            }
        });
        people.into_iter().map(|id| self.pair(id)).collect()
    }

    /// The same name on both sides; of those without one, the same number.
    fn pair(&self, id: u32) -> Pair {
        let names = Side::BOTH.map(|side| self.state(side).person_names.text(id));
        let given = |side: Side| (id as usize) < self.state(side).people.len();
        match names {
            [Some(before), Some(after)] if before == after => (Some(id), Some(id)),
            [_, Some(after)] => (self.before.person_names.find(&after), Some(id)),
            [Some(before), None] => (Some(id), self.after.person_names.find(&before)),
            [None, None] => (Some(id).filter(|_| given(Side::Before)), Some(id).filter(|_| given(Side::After))),
        }
    }

    fn everybody(&self) -> BTreeSet<Pair> {
        let known = |side: Side| {
            let state = self.state(side);
            let all = 0..u32::try_from(state.people.len()).unwrap_or(u32::MAX);
            all.filter(move |&id| state.person(id).is_some_and(|person| person.is_known()))
        };
        let nameless = |side: Side, id: u32| {
            let state = self.state(side);
            Some(id).filter(|&id| (id as usize) < state.people.len() && state.person_names.text(id).is_none())
        };
        let other = |side: Side, id: u32, to: Side| match self.state(side).person_names.text(id) {
            Some(name) => self.state(to).person_names.find(&name),
            None => nameless(to, id),
        };
        let mut pairs: BTreeSet<Pair> =
            known(Side::Before).map(|id| (Some(id), other(Side::Before, id, Side::After))).collect();
        pairs.extend(known(Side::After).map(|id| (other(Side::After, id, Side::Before), Some(id))));
        pairs
    }

    /// The restrictions on roles that are only on one side.
    fn changed_on_roles(&self) -> Vec<Arc<RestrictionFacts>> {
        let (before, after) = (&self.before.role_restrictions, &self.after.role_restrictions);
        let roles: BTreeSet<u32> = before.keys().chain(after.keys()).copied().collect();
        let mut found = Vec::new();
        for role in roles {
            let [old, new] = [before, after].map(|all| all.get(&role).map(Vec::as_slice).unwrap_or_default());
            // What nobody has touched is the same allocation.
            let known = [old, new].map(|all| all.iter().map(Arc::as_ptr).collect::<BTreeSet<_>>());
            let [old_known, new_known] = &known;
            found.extend(old.iter().filter(|&it| !new_known.contains(&Arc::as_ptr(it))).cloned());
            found.extend(new.iter().filter(|&it| !old_known.contains(&Arc::as_ptr(it))).cloned());
        }
        found
    }

    /// Everybody whom a restriction on a role may bear on, on either side.
    fn held_back(&self, restriction: &RestrictionFacts, people: &mut BTreeSet<u32>) {
        let role = match restriction.subject {
            SubjectId::Role(role) => role,
            SubjectId::Person(person) => {
                people.insert(person);
                return;
            }
        };
        for side in Side::BOTH {
            let state = self.state(side);
            let all = 0..u32::try_from(state.tenants.len()).unwrap_or(u32::MAX);
            let tenants: Vec<u32> = match restriction.scope {
                ScopeId::Everywhere => all.collect(),
                _ => vec![PLATFORM, restriction.tenant],
            };
            for tenant in tenants {
                for role in state.including(role, tenant) {
                    people.extend(state.holders_in(tenant, role));
                }
            }
        }
    }

    /// Whoever holds, is restricted or rests on something at or below a unit, where what is below it changed.
    fn below_hung(&self, hung: &Hung, people: &mut BTreeSet<u32>) {
        let mut tops = BTreeSet::new();
        let mut tenants = BTreeSet::new();
        let mut moved = BTreeSet::new();
        for &unit in &hung.units {
            let [before, after] = Side::BOTH.map(|side| {
                let path = self.unit_on(side, unit).into_iter().flat_map(|own| self.state(side).units.path(own));
                path.map(|own| self.unit(side, own)).collect::<BTreeSet<u32>>()
            });
            tops.extend(before.symmetric_difference(&after).copied());
            tenants.extend(Side::BOTH.into_iter().filter_map(|side| {
                let own = self.unit_on(side, unit)?;
                Some((side == Side::After, self.state(side).units.node(own).owner))
            }));
            if !before.is_empty() && !after.is_empty() {
                moved.insert(unit);
            } else {
                // Whoever holds something everywhere holds it in a new unit.
                people.extend(Side::BOTH.into_iter().flat_map(|side| self.state(side).at(ScopeId::Everywhere)));
            }
        }
        for side in Side::BOTH {
            people.extend(tops.iter().flat_map(|&top| self.state(side).at(ScopeId::Subtree(top))));
        }
        for &(later, tenant) in &tenants {
            let side = if later { Side::After } else { Side::Before };
            let facts = self.state(side).tenants.get(tenant as usize);
            for restriction in facts.into_iter().flat_map(|tenant| tenant.restrictions.values()) {
                let bears = match restriction.scope {
                    ScopeId::Subtree(top) => tops.contains(&top),
                    // It may have been a whole tenant by itself.
                    ScopeId::Unit(unit) => self.state(side).units.node(unit).parent == NONE,
                    _ => false,
                };
                if bears {
                    self.held_back(restriction, people);
                }
            }
        }
        if !moved.is_empty() && !self.after.policy.document().affiliations.is_empty() {
            self.resting(&tops, people);
        }
    }

    /// Whoever's grants rest on an affiliation at one of these units or below.
    fn resting(&self, tops: &BTreeSet<u32>, people: &mut BTreeSet<u32>) {
        for id in 0..u32::try_from(self.after.people.len()).unwrap_or(u32::MAX) {
            let Some(person) = self.after.person(id).filter(|person| !person.affiliations().is_empty()) else {
                continue;
            };
            let rests = person.grants().filter_map(|(_, detail)| detail.basis);
            if rests.into_iter().any(|basis| matches!(basis.place, PlaceId::Subtree(top) if tops.contains(&top))) {
                people.insert(id);
            }
        }
    }

    /// Whoever holds something about a group's people, or is restricted there, where groups moved.
    fn among_groups(&self, hung: &Hung, people: &mut BTreeSet<u32>) {
        for side in Side::BOTH {
            let state = self.state(side);
            let owners =
                hung.groups.iter().filter_map(|&group| Some(state.groups.node(self.group_on(side, group)?).owner));
            for tenant in owners.collect::<BTreeSet<u32>>() {
                let Some(facts) = state.tenants.get(tenant as usize) else { continue };
                let groups = facts.groups.values().filter_map(|&group| state.group_facts.get(group as usize));
                people.extend(groups.flat_map(|group| &group.named_by));
                for restriction in facts.restrictions.values() {
                    if matches!(restriction.scope, ScopeId::Members(_)) {
                        self.held_back(restriction, people);
                    }
                }
            }
        }
    }
}

impl State {
    /// Everybody who holds something at exactly a scope.
    fn at(&self, scope: ScopeId) -> Vec<u32> {
        let roles = self.by_scope.roles_at(scope);
        roles.flat_map(|(effective, channel)| self.by_scope.holders(scope, effective, channel)).collect()
    }

    /// The roles that are this one or include it, as far as they can be held in a tenant.
    fn including(&self, id: u32, tenant: u32) -> Vec<u32> {
        let includes = |role: &u32| self.role(*role).is_some_and(|rules| rules.closure.binary_search(&id).is_ok());
        let built_in = 0..u32::try_from(self.policy.roles().len()).unwrap_or(u32::MAX);
        let own = self.tenants.get(tenant as usize).map(|tenant| tenant.roles.clone()).unwrap_or_default();
        built_in.chain(own.values().copied()).filter(includes).collect()
    }
}
