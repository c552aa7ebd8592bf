//! Who is to be looked at. Two snapshots of one line share what nobody has changed: those
//! whose rows differ are found by it, and to them come the holders of what changed
//! around them. Of two lines everybody is looked at.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::person::{Pair, Row};
use super::sides::{Side, Sides};
use crate::facts::{GridFacts, PLATFORM, PlaceId, RestrictionFacts, ScopeId, State, SubjectId};
use crate::store::{GroupId, Id, IntoSet, PersonId, RoleId, TenantId, UnitId, ids};

/// What hangs elsewhere, in shared ids.
#[derive(Debug, Default)]
pub(super) struct Hung {
    /// Units moved, and the topmost of those that are only in one of the snapshots.
    pub(super) units: Vec<UnitId>,
    /// Groups moved.
    pub(super) groups: Vec<GroupId>,
}

impl Hung {
    pub(super) fn between(sides: &Sides<'_>) -> Hung {
        let mut hung = Hung::default();
        for unit in sides.candidates(
            |state| state.units.len(),
            |one, two| one.units.hung_elsewhere(&two.units),
            Sides::unit,
        ) {
            let on = Side::BOTH.map(|side| {
                let own = sides.unit_on(side, unit)?;
                let parent = sides.state(side).units.node(own).parent;
                Some((parent != UnitId::NONE).then(|| sides.unit(side, parent)))
            });
            let is_hung = match on {
                [Some(before), Some(after)] => before != after,
                // Below one that is new too, it goes with that one.
                [None, Some(parent)] => {
                    parent.is_none_or(|parent| sides.unit_on(Side::Before, parent).is_some())
                }
                [Some(parent), None] => {
                    parent.is_none_or(|parent| sides.unit_on(Side::After, parent).is_some())
                }
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
                Some((parent != GroupId::NONE).then(|| sides.group(side, parent)))
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
    fn candidates<K: Id>(
        &self,
        len: impl Fn(&State) -> usize,
        elsewhere: impl Fn(&State, &State) -> Vec<K>,
        shared: impl Fn(&Self, Side, K) -> K,
    ) -> BTreeSet<K> {
        if self.one_line {
            let found = elsewhere(self.before, self.after);
            // Only one that is there has a shared id.
            return found
                .into_iter()
                .flat_map(|own| Side::BOTH.map(|side| shared(self, side, own)))
                .collect();
        }
        let all = |side| ids::<K>(len(self.state(side))).map(move |own| (side, own));
        Side::BOTH.into_iter().flat_map(all).map(|(side, own)| shared(self, side, own)).collect()
    }

    /// Everybody of whom the two may say different things and of whom nothing is told
    /// yet, each once. Of those whom nothing but a change of their role concerns `each` is told at once.
    pub(super) fn affected(
        &self,
        hung: &Hung,
        at: i64,
        mut each: impl FnMut(Side, Row, &[PersonId]),
    ) -> BTreeSet<Pair> {
        if !self.one_line {
            return self.everybody();
        }
        let mut people: BTreeSet<PersonId> =
            self.before.people.changed(&self.after.people).into_iter().collect();
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
        let mut people: BTreeSet<PersonId> =
            self.before.people.changed(&self.after.people).into_iter().collect();
        // Who is enrolled stands in their rows; here it is the hours that changed for all.
        let same = |one: &Option<Arc<GridFacts>>, two: &Option<Arc<GridFacts>>| match (one, two) {
            (Some(one), Some(two)) => Arc::ptr_eq(one, two) || one.grid == two.grid,
            (one, two) => one.is_none() && two.is_none(),
        };
        self.before.grids.differing(&self.after.grids, same, |grid| {
            for side in Side::BOTH {
                people.extend(
                    self.state(side)
                        .grids
                        .get(grid)
                        .into_iter()
                        .flatten()
                        .flat_map(|facts| &facts.people),
                );
            }
        });
        people.into_iter().map(|id| self.pair(id)).collect()
    }

    /// The same name on both sides; of those without one, the same number.
    fn pair(&self, id: PersonId) -> Pair {
        let names = Side::BOTH.map(|side| self.state(side).person_names.text(id));
        let given = |side: Side| id.index() < self.state(side).people.len();
        match names {
            [Some(before), Some(after)] if before == after => (Some(id), Some(id)),
            [_, Some(after)] => (self.before.person_names.find(&after), Some(id)),
            [Some(before), None] => (Some(id), self.after.person_names.find(&before)),
            [None, None] => {
                (Some(id).filter(|_| given(Side::Before)), Some(id).filter(|_| given(Side::After)))
            }
        }
    }

    fn everybody(&self) -> BTreeSet<Pair> {
        let known = |side: Side| {
            let state = self.state(side);
            let all = state.people.keys();
            all.filter(move |&id| state.person(id).is_some_and(|person| person.is_known()))
        };
        let nameless = |side: Side, id: PersonId| {
            let state = self.state(side);
            Some(id).filter(|&id| {
                id.index() < state.people.len() && state.person_names.text(id).is_none()
            })
        };
        let other =
            |side: Side, id: PersonId, to: Side| match self.state(side).person_names.text(id) {
                Some(name) => self.state(to).person_names.find(&name),
                None => nameless(to, id),
            };
        let mut pairs: BTreeSet<Pair> = known(Side::Before)
            .map(|id| (Some(id), other(Side::Before, id, Side::After)))
            .collect();
        pairs.extend(known(Side::After).map(|id| (other(Side::After, id, Side::Before), Some(id))));
        pairs
    }

    /// The restrictions on roles that are only on one side.
    fn changed_on_roles(&self) -> Vec<Arc<RestrictionFacts>> {
        let (before, after) = (&self.before.role_restrictions, &self.after.role_restrictions);
        let roles: BTreeSet<RoleId> = before.keys().chain(after.keys()).copied().into_set();
        let mut found = Vec::new();
        for role in roles {
            let [old, new] =
                [before, after].map(|all| all.get(&role).map(Vec::as_slice).unwrap_or_default());
            // What nobody has touched is the same allocation.
            let known = [old, new].map(|all| all.iter().map(Arc::as_ptr).into_set());
            let [old_known, new_known] = &known;
            found.extend(old.iter().filter(|&it| !new_known.contains(&Arc::as_ptr(it))).cloned());
            found.extend(new.iter().filter(|&it| !old_known.contains(&Arc::as_ptr(it))).cloned());
        }
        found
    }

    /// Everybody whom a restriction on a role may bear on, on either side.
    fn held_back(&self, restriction: &RestrictionFacts, people: &mut BTreeSet<PersonId>) {
        let role = match restriction.subject {
            SubjectId::Role(role) => role,
            SubjectId::Person(person) => {
                people.insert(person);
                return;
            }
        };
        for side in Side::BOTH {
            let state = self.state(side);
            let all = state.tenants.keys();
            let tenants: Vec<TenantId> = match restriction.scope {
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
    fn below_hung(&self, hung: &Hung, people: &mut BTreeSet<PersonId>) {
        let mut tops = BTreeSet::new();
        let mut tenants = BTreeSet::new();
        let mut moved = BTreeSet::new();
        for &unit in &hung.units {
            let [before, after] = Side::BOTH.map(|side| {
                let path = self
                    .unit_on(side, unit)
                    .into_iter()
                    .flat_map(|own| self.state(side).units.path(own));
                path.map(|own| self.unit(side, own)).into_set()
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
                people.extend(
                    Side::BOTH
                        .into_iter()
                        .flat_map(|side| self.state(side).at(ScopeId::Everywhere)),
                );
            }
        }
        for side in Side::BOTH {
            people.extend(tops.iter().flat_map(|&top| self.state(side).at(ScopeId::Subtree(top))));
        }
        for &(later, tenant) in &tenants {
            let side = if later { Side::After } else { Side::Before };
            let facts = self.state(side).tenants.get(tenant);
            for restriction in facts.into_iter().flat_map(|tenant| tenant.restrictions.values()) {
                let bears = match restriction.scope {
                    ScopeId::Subtree(top) => tops.contains(&top),
                    // It may have been a whole tenant by itself.
                    ScopeId::Unit(unit) => self.state(side).units.node(unit).parent == UnitId::NONE,
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
    fn resting(&self, tops: &BTreeSet<UnitId>, people: &mut BTreeSet<PersonId>) {
        for id in self.after.people.keys() {
            let Some(person) =
                self.after.person(id).filter(|person| !person.affiliations().is_empty())
            else {
                continue;
            };
            let rests = person.grants().filter_map(|(_, detail)| detail.basis);
            if rests
                .into_iter()
                .any(|basis| matches!(basis.place, PlaceId::Subtree(top) if tops.contains(&top)))
            {
                people.insert(id);
            }
        }
    }

    /// Whoever holds something about a group's people, or is restricted there, where groups moved.
    fn among_groups(&self, hung: &Hung, people: &mut BTreeSet<PersonId>) {
        for side in Side::BOTH {
            let state = self.state(side);
            let owners = hung
                .groups
                .iter()
                .filter_map(|&group| Some(state.groups.node(self.group_on(side, group)?).owner));
            for tenant in owners.into_set() {
                let Some(facts) = state.tenants.get(tenant) else { continue };
                let groups =
                    facts.groups.values().filter_map(|&group| state.group_facts.get(group));
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
    fn at(&self, scope: ScopeId) -> Vec<PersonId> {
        let roles = self.by_scope.roles_at(scope);
        roles
            .flat_map(|(effective, channel)| self.by_scope.holders(scope, effective, channel))
            .collect()
    }

    /// The roles that are this one or include it, as far as they can be held in a tenant.
    fn including(&self, id: RoleId, tenant: TenantId) -> Vec<RoleId> {
        let includes = |role: &RoleId| {
            self.role(*role).is_some_and(|rules| rules.closure.binary_search(&id).is_ok())
        };
        let built_in = self.policy.role_ids();
        let own = self.tenants.get(tenant).map(|tenant| tenant.roles.clone()).unwrap_or_default();
        built_in.chain(own.values().copied()).filter(includes).collect()
    }
}
