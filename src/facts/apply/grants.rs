//! Grants: given and revoked; and the terms that say when they are in force.

use std::collections::BTreeSet;

use super::Writer;
use crate::facts::error::Fault;
use crate::facts::index::people::{MAX_GRANTS, Person};
use crate::facts::index::person::{Detail, Term, Word};
use crate::facts::index::rights::Effective;
use crate::facts::lookup::GrantId;
use crate::facts::rows::{Affiliated, PlaceId, ScopeId};
use crate::facts::state::State;
use crate::model::{Grant, Scope};
use crate::policy::RoleRules;
use crate::store::{ChannelId, IntoSet, PersonId, RoleId, UnitId};

impl Writer<'_> {
    pub(super) fn grant(&mut self, grant: &Grant) -> Result<(), Fault> {
        let GrantId { person, role, kind, scope, channel, detail } = self.lookup().grant(grant)?;
        self.takes_new(&grant.scope)?;
        if !self.reading.already_in_force {
            self.fits(role, kind, scope, channel, grant)?;
        }
        if self.find_grant(person, role, scope, channel, detail).is_some() {
            return Ok(());
        }
        if self.state.person(person).is_some_and(|person| person.index.head.count() >= MAX_GRANTS) {
            return Err(Fault::limit("grants of one person", MAX_GRANTS));
        }
        let dated = detail != Detail::PLAIN;
        let tenant = self.state.tenant_of(scope);
        let word = self.word(role, kind, scope, channel, dated)?;
        self.unlisted.push((scope, word.role(), channel, person));
        self.track(tenant, role, person);
        let had_terms =
            self.state.person(person).is_some_and(|person| person.words().any(Word::is_dated));
        self.state.people.add_grant(person, word, detail);
        if dated || had_terms {
            self.settle(person);
        }
        if let ScopeId::Members(group) = scope {
            self.write_group(group, |facts| {
                facts.named_by.insert(person);
            });
        }
        Ok(())
    }

    pub(super) fn revoke(&mut self, grant: &Grant) -> Result<(), Fault> {
        let GrantId { person, role, scope, channel, detail, .. } = self.lookup().grant(grant)?;
        let Some(found) = self.find_grant(person, role, scope, channel, detail) else {
            let message =
                format!("`{}` has no such grant of `{}`", grant.person.masked(), grant.role);
            return Err(Fault::new(super::Cause::Absent, message)
                .help("a revocation names the grant in all its parts"));
        };
        self.keep_grants(person, |n, _| n != found);
        Ok(())
    }

    /// Keeps the grants of a person that the predicate, which gets the place and the word of each,
    /// accepts.
    pub(super) fn keep_grants(&mut self, person: PersonId, keep: impl Fn(usize, Word) -> bool) {
        let Some(found) = self.state.person(person) else { return };
        let (kept, gone): (Vec<_>, Vec<_>) =
            found.grants().enumerate().partition(|(n, (word, _))| keep(*n, *word));
        if gone.is_empty() {
            return;
        }
        let kept: Vec<(Word, Detail)> = kept.into_iter().map(|(_, grant)| grant).collect();
        self.replace_grants(person, &kept);
        self.settle(person);
        gone.into_iter().for_each(|(_, (word, _))| self.forget_name(person, word.scope()));
    }

    /// Replaces a person's grants, in the indexes too. Grants that share scope, effective role and
    /// channel are one entry of the index by scope.
    pub(super) fn replace_grants(&mut self, person: PersonId, grants: &[(Word, Detail)]) {
        let entry = |word: Word| (word.scope(), word.role(), word.channel());
        let before: BTreeSet<_> =
            self.state.person(person).into_iter().flat_map(Person::words).map(entry).into_set();
        let after: BTreeSet<_> = grants.iter().map(|(word, _)| entry(*word)).into_set();
        for &(scope, role, channel) in before.difference(&after) {
            self.state.by_scope.remove(scope, role, channel, person);
        }
        for &(scope, role, channel) in after.difference(&before) {
            // A person who had grants at a scope has a row there, so that there is room.
            let _ = self.state.by_scope.add(scope, role, channel, person);
        }
        let state = &*self.state;
        let before = state.tracked_in(before.iter().map(|&(scope, role, _)| (scope, role)));
        let after = state.tracked_in(after.iter().map(|&(scope, role, _)| (scope, role)));
        for &(tenant, role) in before.difference(&after) {
            self.set_tracked(tenant, role, person, false);
        }
        for &(tenant, role) in after.difference(&before) {
            self.set_tracked(tenant, role, person, true);
        }
        self.state.people.set_grants(person, grants);
    }

    fn find_grant(
        &self,
        person: PersonId,
        role: RoleId,
        scope: ScopeId,
        channel: ChannelId,
        detail: Detail,
    ) -> Option<usize> {
        self.state.person(person)?.grants().position(|(word, other)| {
            word.scope() == scope
                && word.channel() == channel
                && other == detail
                && self
                    .state
                    .rights
                    .effective(word.role())
                    .is_some_and(|effective| effective.role == role)
        })
    }

    /// Refuses a scope that names a closed unit.
    pub(super) fn takes_new(&self, scope: &Scope) -> Result<(), Fault> {
        match scope {
            Scope::Unit(unit) | Scope::Subtree(unit) => self.lookup().open_unit(unit).map(|_| ()),
            Scope::Members { .. } | Scope::Own { .. } | Scope::Everywhere => Ok(()),
        }
    }

    /// Refuses a grant at a vision or to a kind that the role does not allow ([contract
    /// D13](crate::docs::contract#d13), [ruling R8](crate::docs::contract#r8)), or on a channel
    /// that the policy does not allow the role ([ruling R18](crate::docs::contract#r18)).
    pub(super) fn fits(
        &self,
        role: RoleId,
        kind: u16,
        scope: ScopeId,
        channel: ChannelId,
        grant: &Grant,
    ) -> Result<(), Fault> {
        let Some(rules) = self.state.role(role) else { return Ok(()) };
        let policy = &self.state.policy;
        let vision = self.state.vision_of(scope);
        if !rules.fits_vision(vision) {
            let name = policy.vision_name(vision).map_or("none", |name| name.as_str());
            let message =
                format!("the role `{}` can't be granted at the vision `{name}`", grant.role);
            return Err(Fault::shape(message)
                .help(format!("it is granted at {}", listed(&rules.role.visions))));
        }
        if !rules.fits_kind(kind) {
            let message = format!(
                "the role `{}` can't be held by `{}`, for its kind",
                grant.role,
                grant.person.masked()
            );
            return Err(
                Fault::shape(message).help(format!("it is held by {}", listed(&rules.role.kinds)))
            );
        }
        if !policy.fits_channel(role, channel) {
            let message = format!(
                "the role `{}` is not one of support, whose channel it would be on",
                grant.role
            );
            let roles = policy
                .document()
                .support
                .as_ref()
                .map_or(&[][..], |support| support.roles.as_slice());
            return Err(
                Fault::shape(message).help(format!("in support are granted {}", listed(roles)))
            );
        }
        Ok(())
    }

    /// The word of a grant. Its effective role is numbered if it is new.
    pub(super) fn word(
        &mut self,
        role: RoleId,
        kind: u16,
        scope: ScopeId,
        channel: ChannelId,
        dated: bool,
    ) -> Result<Word, Fault> {
        let effective = Effective { role, kind, vision: self.state.vision_of(scope) };
        let id = match self.state.rights.find(effective) {
            Some(id) => id,
            None => {
                let id = self.state.rights.add(effective)?;
                self.settle_role(role);
                id
            }
        };
        let barred = !self.state.policy.acts_on(kind, channel);
        let lane = match scope {
            ScopeId::Subtree(unit) => self.state.units.node(unit).lane(),
            _ => 0,
        };
        Ok(Word::new(id, scope, lane, channel, barred, dated))
    }
}

fn listed(names: &[crate::model::Name]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

impl State {
    /// The term of a grant. `None` if one interval and one place cannot say when the grant is in
    /// force.
    pub(crate) fn term(&self, person: Person<'_>, word: Word, detail: Detail) -> Option<Term> {
        let Detail { from, until, basis, .. } = detail;
        let Some(basis) = basis else { return Some(Term { from, until, ..Term::ALWAYS }) };
        let tenant = self.tenant_of(word.scope());
        // The tree may change under a subtree: any unit of the tenant may come to be in it.
        let candidate = |affiliated: &Affiliated| match basis.place {
            PlaceId::Subtree(_) => {
                affiliated.kind == basis.kind && self.units.node(affiliated.unit).owner == tenant
            }
            PlaceId::Unit(_) | PlaceId::Set(_) => self.rests_on(basis, tenant, affiliated),
        };
        let mut stretches: Vec<(i64, i64, UnitId)> = person
            .affiliations()
            .iter()
            .filter(|affiliated| candidate(affiliated))
            .map(|a| (a.from.max(from), a.until.min(until), a.unit))
            .filter(|(from, until, _)| from < until)
            .collect();
        stretches.sort_unstable();
        let (&(start, mut end, via), rest) =
            stretches.split_first().map_or((&(0, 0, UnitId::NONE), &[][..]), |split| split);
        if via == UnitId::NONE {
            return Some(Term::NOT);
        }
        let place = match basis.place {
            PlaceId::Subtree(unit) => unit,
            PlaceId::Unit(_) | PlaceId::Set(_) => UnitId::NONE,
        };
        for &(from, until, unit) in rest {
            if from > end || (place != UnitId::NONE && unit != via) {
                return None;
            }
            end = end.max(until);
        }
        Some(Term { from: start, until: end, place, via })
    }

    /// Whether some restriction is on this role or on one it includes.
    pub(crate) fn is_restricted(&self, rules: &RoleRules) -> bool {
        !self.role_restrictions.is_empty()
            && rules.closure.iter().any(|role| self.role_restrictions.contains_key(role))
    }
}
