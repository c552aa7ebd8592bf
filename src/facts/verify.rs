//! [`Snapshot::verify`]: compares every index with the facts it is derived from. Nothing is
//! repaired.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::snapshot::Snapshot;
use super::state::State;
use crate::facts::index::people::{People, Person};
use crate::facts::index::person::{Head, Term, Word};
use crate::facts::rows::{
    CampaignFacts, PLATFORM, RequestFacts, RestrictionFacts, ScopeId, SeatId, SubjectId, Tenant,
};
use crate::policy::Extent;
use crate::store::{CHUNK, ChannelId, EffectiveRoleId, PersonId, RoleId, Set, TenantId, UnitId};

/// An index that does not agree with the facts: a defect of this crate, or of memory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store is damaged: {0}")]
pub struct Damage(String);

impl Snapshot {
    /// Checks every index against every other: for tests, and for a host that
    /// suspects its memory.
    ///
    /// # Errors
    /// The first disagreement found.
    ///
    /// # Complexity
    /// O(all facts).
    pub fn verify(&self) -> Result<(), Damage> {
        self.0.verify().map_err(Damage)
    }
}

fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}

impl State {
    fn verify(&self) -> Result<(), String> {
        self.person_names.verify().map_err(|damage| format!("people: {damage}"))?;
        self.unit_names.verify().map_err(|damage| format!("units: {damage}"))?;
        self.units.verify().map_err(|damage| format!("units: {damage}"))?;
        self.groups.verify().map_err(|damage| format!("groups: {damage}"))?;
        ensure(self.people.len() == self.person_names.len(), || {
            "people and their names differ in number".into()
        })?;
        ensure(
            self.units.len() == self.unit_names.len() && self.units.len() == self.unit_facts.len(),
            || "units, their names and their facts differ in number".into(),
        )?;
        self.verify_tenants()?;
        self.verify_roles()?;
        let mut entries = 0usize;
        let mut tracked = BTreeMap::<(TenantId, RoleId), Set<PersonId>>::new();
        for id in self.people.keys() {
            self.verify_person(id).map_err(|damage| format!("person {id}: {damage}"))?;
            entries = entries.saturating_add(self.entries_of(id).len());
            for held in self.tracked_of(id) {
                tracked.entry(held).or_default().insert(id);
            }
        }
        let listed = self.by_scope.verify(|scope, role, channel, id| {
            let is_it =
                |word: Word| (word.scope(), word.role(), word.channel()) == (scope, role, channel);
            self.person(id).is_some_and(|person| person.words().any(is_it))
        });
        let listed = listed.map_err(|damage| format!("grants by scope: {damage}"))?;
        ensure(listed == entries, || {
            format!("{entries} entries by scope are called for and {listed} are there")
        })?;
        for (id, tenant) in self.tenants.entries() {
            let there = tracked
                .range((id, RoleId::default())..=(id, RoleId::NONE))
                .map(|((_, role), people)| (role, people));
            ensure(tenant.tracked.iter().eq(there), || {
                format!("the holders of tracked roles in tenant {id}")
            })?;
        }
        self.verify_groups()?;
        self.verify_grids()
    }

    fn verify_tenants(&self) -> Result<(), String> {
        let mut listed = 0usize;
        for (id, tenant) in self.tenants.entries() {
            listed = listed.saturating_add(tenant.units.len());
            let ordered = (0..).zip(tenant.order.iter()).all(|(place, &unit)| {
                let node = self.units.node(unit);
                node.owner == id && node.order() == place
            });
            ensure(ordered && tenant.order.len() == tenant.units.len(), || {
                format!("the order of tenant {id}")
            })?;
            for &unit in &tenant.units {
                let node = self.units.node(unit);
                ensure(node.owner == id, || format!("unit {unit} is listed by tenant {id}"))?;
                ensure((node.parent == UnitId::NONE) == (unit == tenant.root), || {
                    format!("unit {unit} and the root of tenant {id}")
                })?;
                let name = self.unit_names.name(unit);
                let kind = self.unit_kind(unit);
                let sets = self.unit_facts.get(unit).map(|facts| facts.sets);
                ensure(sets == Some(self.policy.sets_of(kind, &name)), || {
                    format!("the sets of unit {unit}")
                })?;
            }
            self.verify_open(id, tenant)?;
            for (name, restriction) in &tenant.restrictions {
                ensure(restriction.name == *name && restriction.tenant == id, || {
                    format!("restriction `{name}`")
                })?;
                ensure(self.lists(restriction), || {
                    format!("restriction `{name}` is not with its subject")
                })?;
                ensure(
                    restriction.permissions == self.policy.expand(&restriction.patterns),
                    || format!("permissions of `{name}`"),
                )?;
            }
        }
        ensure(listed == self.units.len(), || "some units are of no tenant".into())
    }

    /// Checks that the seats, requests and campaigns of a tenant are of that tenant.
    fn verify_open(&self, id: TenantId, tenant: &Tenant) -> Result<(), String> {
        for (&SeatId { role, unit }, &seats) in &tenant.seats {
            let placed = match self.policy.seats(role) {
                Some(Extent::Tenant) => unit == UnitId::NONE,
                Some(Extent::Unit) => self.units.node(unit).owner == id,
                None => false,
            };
            ensure(placed && seats > 0, || format!("the seats of role {role} in tenant {id}"))?;
        }
        for (name, facts) in &tenant.requests {
            let RequestFacts { request, by, person, role, scope } = &**facts;
            let is_at = |person: PersonId, tenant| {
                self.person(person).is_some_and(|p| p.registration(tenant).is_some())
            };
            let grant = &request.grant;
            let named = request.name == *name
                && self.tenant_name(id).as_ref() == Some(&request.tenant)
                && self.identifier(*by) == request.by
                && self.identifier(*person) == grant.person
                && self.role(*role).is_some_and(|rules| {
                    rules.name == grant.role && [PLATFORM, id].contains(&rules.tenant)
                })
                && self.scope_name(*scope) == grant.scope;
            let sound = self.tenant_of(*scope) == id
                && is_at(*person, id)
                && (is_at(*by, id) || is_at(*by, PLATFORM));
            ensure(named && sound, || format!("request `{name}` of tenant {id}"))?;
        }
        for (name, facts) in &tenant.campaigns {
            let CampaignFacts { campaign, scope, items } = &**facts;
            let named = campaign.name == *name
                && self.tenant_name(id).as_ref() == Some(&campaign.tenant)
                && self.scope_name(*scope) == campaign.scope
                && self.tenant_of(*scope) == id
                && campaign.items.is_empty();
            let sound = items.iter().all(|item| {
                self.identifier(item.person) == item.grant.person
                    && self
                        .person(item.person)
                        .is_some_and(|person| person.registration(id).is_some())
            });
            ensure(named && sound, || format!("campaign `{name}` of tenant {id}"))?;
        }
        Ok(())
    }

    /// Whether the subject of a restriction lists it.
    fn lists(&self, restriction: &Arc<RestrictionFacts>) -> bool {
        let same = |other: &Arc<RestrictionFacts>| Arc::ptr_eq(other, restriction);
        match restriction.subject {
            SubjectId::Person(id) => {
                self.person(id).is_some_and(|person| person.restrictions().iter().any(same))
            }
            SubjectId::Role(id) => {
                self.role_restrictions.get(&id).is_some_and(|list| list.iter().any(same))
            }
        }
    }

    fn verify_roles(&self) -> Result<(), String> {
        let registered = |restriction: &RestrictionFacts| {
            let tenant = self.tenants.get(restriction.tenant);
            tenant.is_some_and(|tenant| tenant.restrictions.contains_key(&restriction.name))
        };
        let mut again = self.clone();
        again.settle_unclear();
        ensure(again.unclear == self.unclear, || "what the fast lane leaves".into())?;
        for (role, list) in &self.role_restrictions {
            ensure(!list.is_empty() && list.iter().all(|r| registered(r)), || {
                format!("restrictions on role {role}")
            })?;
        }
        for (id, rules) in self.roles.entries() {
            let again = self.policy.work_out(
                id,
                rules.tenant,
                &rules.name,
                &rules.role,
                rules.includes.clone(),
                |id| self.role(id).cloned(),
            );
            ensure(again.uncut == rules.uncut && again.closure == rules.closure, || {
                format!("role {id} is not worked out")
            })?;
            for (effective, row) in self.rights.of_role(id) {
                ensure(self.rights.effective(row) == Some(effective), || {
                    format!("effective role {row}")
                })?;
                let cut = self.policy.cut(&rules.uncut, effective.kind, effective.vision);
                let restricted = self.is_restricted(rules);
                for permission in self.policy.permission_ids() {
                    let expected = !restricted && cut.contains(permission.index());
                    ensure(self.rights.has(row, permission) == expected, || {
                        format!("row {row} for permission {permission}")
                    })?;
                }
            }
        }
        self.rights.verify()
    }

    /// The entries that the index by scope must have for a person.
    fn entries_of(&self, id: PersonId) -> BTreeSet<(ScopeId, EffectiveRoleId, ChannelId)> {
        let words = self.person(id).into_iter().flat_map(Person::words);
        words.map(|word| (word.scope(), word.role(), word.channel())).collect()
    }

    fn verify_person(&self, id: PersonId) -> Result<(), String> {
        let Some(person) = self.person(id) else { return Err("is in no leaf".into()) };
        let row = id.index() % CHUNK;
        if row == 0 {
            person.hot.verify()?;
            let cold = person.cold;
            cold.registrations.verify()?;
            cold.details.verify()?;
            cold.affiliations.verify()?;
            cold.memberships.verify()?;
            cold.restrictions.verify()?;
            cold.enrolments.verify()?;
        }
        self.verify_enrolments(id, person)?;
        let head = person.index.head;
        for (flag, on) in People::flags(person) {
            ensure(head.has(flag) == on, || format!("flag {flag:x}"))?;
        }
        ensure(person.words().count() == head.count(), || "the number of grants".into())?;
        ensure(person.is_known() || head.count() == 0, || "is gone, and yet not".into())?;
        let dated = person.words().any(Word::is_dated);
        ensure(dated || person.cold.details.row(row).is_empty(), || {
            "has details and no dated grant".into()
        })?;
        let mut complex = false;
        let mut terms = Vec::new();
        for (word, detail) in person.grants() {
            let Some(effective) = self.rights.effective(word.role()) else {
                return Err("a grant of no role".into());
            };
            let tenant = self.tenant_of(word.scope());
            let Some(registered) = person.registration(tenant) else {
                return Err("a grant where not registered".into());
            };
            let as_granted = effective.kind == registered.kind
                && effective.vision == self.vision_of(word.scope());
            ensure(as_granted, || "a grant of another kind's or vision's effective role".into())?;
            let lane = match word.scope() {
                ScopeId::Subtree(unit) => self.units.node(unit).lane(),
                _ => word.place(),
            };
            ensure(word.place() == lane, || "a grant in another unit's lane".into())?;
            let barred = !self.policy.acts_on(registered.kind, word.channel());
            ensure(word.answers_on(word.channel()) != barred, || "a grant barred, or not".into())?;
            ensure(
                word.is_dated() == (detail != crate::facts::index::person::Detail::PLAIN),
                || "a grant dated, or not".into(),
            )?;
            let term = self.term(person, word, detail);
            complex |= term.is_none();
            terms.push(term.unwrap_or(Term::NOT));
            self.named(id, word.scope())?;
            ensure(self.by_scope.holds(word.scope(), word.role(), word.channel(), id), || {
                "a grant that its scope does not list".into()
            })?;
        }
        ensure(head.has(Head::COMPLEX) == complex, || "terms too complex, or not".into())?;
        ensure(person.hot.terms(row) == if dated { &terms[..] } else { &[] }, || {
            "the terms".into()
        })?;
        for restriction in person.restrictions() {
            ensure(restriction.subject == SubjectId::Person(id), || {
                "another's restriction".into()
            })?;
            let tenant = self.tenants.get(restriction.tenant);
            let kept = tenant.and_then(|tenant| tenant.restrictions.get(&restriction.name));
            ensure(kept.is_some_and(|kept| Arc::ptr_eq(kept, restriction)), || {
                "a restriction of no tenant".into()
            })?;
            self.named(id, restriction.scope)?;
        }
        for affiliated in person.affiliations() {
            let tenant = self.units.node(affiliated.unit).owner;
            ensure(person.registration(tenant).is_some(), || {
                "an affiliation where not registered".into()
            })?;
        }
        for membership in person.memberships() {
            let facts = self.group_facts.get(membership.group);
            let agree = facts.is_some_and(|facts| {
                facts.members.contains(&id) == membership.member
                    && (facts.leader == Some(id)) == membership.leader
            });
            ensure(agree && (membership.member || membership.leader), || {
                "a membership that the group does not know".into()
            })?;
        }
        Ok(())
    }

    /// Checks the grids that a person is enrolled in, and the number of that set.
    fn verify_enrolments(&self, id: PersonId, person: Person<'_>) -> Result<(), String> {
        let grids = person.enrolments();
        ensure(grids.is_sorted_by(|a, b| a < b), || "enrolments out of order".into())?;
        for &grid in grids {
            let facts = self.grid(grid).ok_or("an enrolment in no grid")?;
            ensure(
                facts.people.contains(&id) && person.registration(facts.tenant).is_some(),
                || "an enrolment that the grid does not know, or where not registered".into(),
            )?;
        }
        let (number, binds) =
            (person.index.head.grids(), self.policy.enforces_hours() && !grids.is_empty());
        ensure(binds == (number != 0), || "hours bind, or not".into())?;
        let set = self.grid_sets.get(number).map(|set| set.iter().map(|binding| binding.grid));
        ensure(
            !binds
                || number == usize::from(Head::MANY_SETS)
                || set.is_some_and(|set| set.eq(grids.iter().copied())),
            || format!("the set of grids {number} is another"),
        )
    }

    fn verify_grids(&self) -> Result<(), String> {
        let named =
            self.tenants.iter().map(|tenant| tenant.grids.len()).fold(0, usize::saturating_add);
        ensure(self.grids.iter().flatten().count() == named, || {
            "grids and their names differ in number".into()
        })?;
        for (id, tenant) in self.tenants.entries() {
            for (name, &grid) in &tenant.grids {
                let facts = self.grid(grid).ok_or_else(|| format!("there is no grid `{name}`"))?;
                let known = facts.tenant == id && facts.grid.name == *name;
                let enrolled = |person: &PersonId| {
                    self.person(*person).is_some_and(|p| p.enrolments().contains(&grid))
                };
                ensure(known && facts.people.iter().all(enrolled), || {
                    format!("grid `{name}` of tenant {id}")
                })?;
            }
        }
        let mut people = BTreeMap::<usize, u32>::new();
        for id in self.people.keys() {
            let number = self.person(id).map_or(0, |person| person.index.head.grids());
            people.entry(number).and_modify(|count| *count = count.saturating_add(1)).or_insert(1);
        }
        for (grids, number, count) in self.grid_sets.counts() {
            let set = self.grid_sets.get(number.into()).unwrap_or_default();
            let same = set.iter().map(|binding| binding.grid).eq(grids.iter().copied());
            let current = set.iter().all(|b| {
                self.grid(b.grid).is_some_and(|facts| Arc::ptr_eq(&facts.clock, &b.clock))
            });
            ensure(same && current && people.get(&number.into()) == Some(&count), || {
                format!("set of grids {number}")
            })?;
        }
        Ok(())
    }

    fn named(&self, id: PersonId, scope: ScopeId) -> Result<(), String> {
        let ScopeId::Members(group) = scope else { return Ok(()) };
        let named = self.group_facts.get(group).is_some_and(|facts| facts.named_by.contains(&id));
        ensure(named, || format!("names group {group}, which does not know"))
    }

    fn verify_groups(&self) -> Result<(), String> {
        for (id, facts) in self.group_facts.entries() {
            let of = |person: PersonId| {
                self.person(person)
                    .and_then(|person| person.memberships().iter().find(|m| m.group == id))
            };
            ensure(
                facts.members.iter().all(|&member| of(member).is_some_and(|m| m.member)),
                || format!("members of group {id}"),
            )?;
            ensure(facts.leader.is_none_or(|leader| of(leader).is_some_and(|m| m.leader)), || {
                format!("leader of group {id}")
            })?;
            let names = |&person: &PersonId| {
                let scope = ScopeId::Members(id);
                self.person(person).is_some_and(|person| {
                    person.words().any(|word| word.scope() == scope)
                        || person.restrictions().iter().any(|r| r.scope == scope)
                })
            };
            ensure(facts.named_by.iter().all(names), || {
                format!("group {id} is not named by all it lists")
            })?;
        }
        Ok(())
    }
}
