//! Finds the people whose access may differ between two snapshots, so that only they are compared.
//!
//! Two snapshots of one lineage share the memory of what nobody has changed. People whose own facts
//! changed are found by that, and so is what changed around people: restrictions on roles, moved
//! units and groups, edited roles. The holders of these are added. Snapshots of two lineages share
//! nothing, so everybody is compared.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::moved::Moved;
use super::row::Row;
use super::sides::{Pair, Side, Sides};
use crate::facts::{GridFacts, PLATFORM, PlaceId, RestrictionFacts, ScopeId, State, SubjectId};
use crate::store::{PersonId, RoleId, TenantId, UnitId};

impl Sides<'_> {
    /// The people whose access may differ, each once, to be compared one by one.
    ///
    /// Holders whom only a changed role concerns are not among them: their rows are found many at a
    /// time, and passed to `each` at once.
    pub(super) fn affected(
        &self,
        moved: &Moved,
        at: i64,
        mut each: impl FnMut(Side, Row, &[PersonId]),
    ) -> BTreeSet<Pair> {
        if !self.same_lineage {
            return self.everybody();
        }
        let mut people: BTreeSet<PersonId> =
            self.before.people.changed(&self.after.people).into_iter().collect();
        for restriction in self.changed_role_restrictions() {
            self.add_restricted(&restriction, &mut people);
        }
        self.add_around_moved_units(moved, &mut people);
        self.add_around_moved_groups(moved, &mut people);
        // Last, since those who are to be compared one by one anyway need no faster way.
        self.add_holders_of_changed_roles(&mut people, at, &mut each);
        people.into_iter().map(|id| self.pair(id)).collect()
    }

    /// The people whose grids may have changed, each once.
    pub(super) fn affected_hours(&self) -> BTreeSet<Pair> {
        if !self.same_lineage {
            return self.everybody();
        }
        if self.before.hours_stamp == self.after.hours_stamp {
            return BTreeSet::new();
        }
        let mut people: BTreeSet<PersonId> =
            self.before.people.changed(&self.after.people).into_iter().collect();
        // Enrolment is part of a person's own facts, found above. This finds edited grids, which
        // concern all who are enrolled.
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

    /// The ids on both sides of a person with this id, for snapshots of one lineage.
    ///
    /// People are matched by name, since a name that was erased may have been registered again
    /// under another id. A person without a name is matched by id.
    fn pair(&self, id: PersonId) -> Pair {
        let names = Side::BOTH.map(|side| self.state(side).person_names.text(id));
        // Ids are given in order: one past the end was not given on that side.
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

    /// Everybody whom either side knows, matched by name; people without a name by id.
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

    /// The restrictions on roles that exist on one side alone, or differ.
    fn changed_role_restrictions(&self) -> Vec<Arc<RestrictionFacts>> {
        let (before, after) = (&self.before.role_restrictions, &self.after.role_restrictions);
        let roles: BTreeSet<RoleId> = before.keys().chain(after.keys()).copied().collect();
        let mut found = Vec::new();
        for role in roles {
            let [old, new] =
                [before, after].map(|all| all.get(&role).map(Vec::as_slice).unwrap_or_default());
            // A restriction that nobody has changed is one allocation in both snapshots.
            let known = [old, new].map(|all| all.iter().map(Arc::as_ptr).collect::<BTreeSet<_>>());
            let [old_known, new_known] = &known;
            found.extend(old.iter().filter(|&it| !new_known.contains(&Arc::as_ptr(it))).cloned());
            found.extend(new.iter().filter(|&it| !old_known.contains(&Arc::as_ptr(it))).cloned());
        }
        found
    }

    /// Adds everybody whom a restriction may concern, on either side: the person it names, or the
    /// holders of the role it names and of the roles that include it.
    fn add_restricted(&self, restriction: &RestrictionFacts, people: &mut BTreeSet<PersonId>) {
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
                for role in state.roles_that_include(role, tenant) {
                    people.extend(state.holders_in(tenant, role));
                }
            }
        }
    }

    /// Adds those whom moved units concern: holders at a subtree that gained or lost units, people
    /// with a restriction there, and people with a grant that rests on an affiliation there.
    fn add_around_moved_units(&self, moved: &Moved, people: &mut BTreeSet<PersonId>) {
        // The units, in shared ids, whose subtrees differ.
        let mut tops = BTreeSet::new();
        let mut tenants = BTreeSet::new();
        let mut any_on_both = false;
        for &unit in &moved.units {
            let [before, after] = Side::BOTH.map(|side| {
                let path = self
                    .unit_on(side, unit)
                    .into_iter()
                    .flat_map(|own| self.state(side).units.path(own));
                path.map(|own| self.unit(side, own)).collect::<BTreeSet<UnitId>>()
            });
            tops.extend(before.symmetric_difference(&after).copied());
            tenants.extend(Side::BOTH.into_iter().filter_map(|side| {
                let own = self.unit_on(side, unit)?;
                Some((side == Side::After, self.state(side).units.node(own).owner))
            }));
            if !before.is_empty() && !after.is_empty() {
                any_on_both = true;
            } else {
                // A new unit is gained, and a removed one lost, by those who hold a role
                // everywhere.
                people.extend(
                    Side::BOTH
                        .into_iter()
                        .flat_map(|side| self.state(side).holders_at(ScopeId::Everywhere)),
                );
            }
        }
        for side in Side::BOTH {
            let state = self.state(side);
            people.extend(tops.iter().flat_map(|&top| state.holders_at(ScopeId::Subtree(top))));
        }
        for &(later, tenant) in &tenants {
            let side = if later { Side::After } else { Side::Before };
            let facts = self.state(side).tenants.get(tenant);
            for restriction in facts.into_iter().flat_map(|tenant| tenant.restrictions.values()) {
                let is_concerned = match restriction.scope {
                    ScopeId::Subtree(top) => tops.contains(&top),
                    // A unit without a parent and without units below is its whole tenant, and so
                    // is its restriction. The unit that moved may have made or ended that.
                    ScopeId::Unit(unit) => self.state(side).units.node(unit).parent == UnitId::NONE,
                    _ => false,
                };
                if is_concerned {
                    self.add_restricted(restriction, people);
                }
            }
        }
        // An affiliation at a new or removed unit is a change of the person's own facts, which
        // finds the person. Only units that moved change what an old affiliation is at or below.
        if any_on_both && !self.after.policy.document().affiliations.is_empty() {
            self.add_resting_on(&tops, people);
        }
    }

    /// Adds those with a grant that rests on an affiliation at one of these units or below. No
    /// index answers that, so everybody with an affiliation is looked at.
    fn add_resting_on(&self, tops: &BTreeSet<UnitId>, people: &mut BTreeSet<PersonId>) {
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

    /// Adds those whom moved groups concern: in the tenants of these groups, everybody whose grants
    /// name a group, and everybody with a restriction over a group.
    fn add_around_moved_groups(&self, moved: &Moved, people: &mut BTreeSet<PersonId>) {
        for side in Side::BOTH {
            let state = self.state(side);
            let owners = moved
                .groups
                .iter()
                .filter_map(|&group| Some(state.groups.node(self.group_on(side, group)?).owner));
            for tenant in owners.collect::<BTreeSet<TenantId>>() {
                let Some(facts) = state.tenants.get(tenant) else { continue };
                let groups =
                    facts.groups.values().filter_map(|&group| state.group_facts.get(group));
                people.extend(groups.flat_map(|group| &group.named_by));
                for restriction in facts.restrictions.values() {
                    if matches!(restriction.scope, ScopeId::Members(_)) {
                        self.add_restricted(restriction, people);
                    }
                }
            }
        }
    }
}

impl State {
    /// Everybody with a grant at exactly this scope.
    fn holders_at(&self, scope: ScopeId) -> Vec<PersonId> {
        let roles = self.by_scope.roles_at(scope);
        roles
            .flat_map(|(effective, channel)| self.by_scope.holders(scope, effective, channel))
            .collect()
    }

    /// A role and the roles that include it, among those of the policy and of a tenant.
    fn roles_that_include(&self, id: RoleId, tenant: TenantId) -> Vec<RoleId> {
        let includes = |role: &RoleId| {
            self.role(*role).is_some_and(|rules| rules.closure.binary_search(&id).is_ok())
        };
        let built_in = self.policy.role_ids();
        let own = self.tenants.get(tenant).map(|tenant| tenant.roles.clone()).unwrap_or_default();
        built_in.chain(own.values().copied()).filter(includes).collect()
    }
}
