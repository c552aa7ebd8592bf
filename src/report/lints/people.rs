//! Lints about people and their grants.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::clash::clashing;
use super::covered::{LintedGrant, covered};
use super::finding::{Idle, Lint};
use super::linter::Linter;
use crate::admin::{Command, Rule, grant_fits};
use crate::facts::{Detail, GrantId, Person, ScopeId, State, Word};
use crate::model::{Grant, Name};
use crate::store::{PersonId, TenantId};

impl<'s> Linter<'s> {
    /// Looks at everybody.
    pub(super) fn people(&mut self) {
        for id in self.state.people.keys() {
            if let Some(person) = self.state.person(id).filter(|person| person.is_known()) {
                self.person(id, person);
            }
        }
    }

    /// Looks at a person: first each registration, then each grant, then the grants together.
    fn person(&mut self, id: PersonId, person: Person<'s>) {
        let mut any = false;
        for registered in person.registrations() {
            if self.looks_at(registered.tenant) {
                any = true;
                self.registration(id, person, registered.tenant);
            }
        }
        if !any {
            return;
        }
        let grants: Vec<LintedGrant<'s>> = person
            .grants()
            .filter_map(|(word, detail)| self.linted(person, word, detail))
            .collect();
        for grant in &grants {
            let tenant = self.state.tenant_of(grant.word.scope());
            if self.looks_at(tenant) {
                self.grant(id, person, tenant, grant);
            }
        }
        if grants.len() < 2 {
            return;
        }
        for (one, other) in covered(self.state, person, &grants, self.at) {
            let (Some(one), Some(other)) = (grants.get(one), grants.get(other)) else { continue };
            let tenant = self.state.tenant_of(one.word.scope());
            if self.looks_at(tenant) {
                self.add(tenant, |state| {
                    let named = |grant: &LintedGrant<'_>| {
                        state.grant_named(grant.word, grant.detail, state.identifier(id))
                    };
                    let (grant, by) = (named(one), Box::new(named(other)));
                    let mend = Command::revoke(grant.clone());
                    (Lint::GrantCovered { grant, by }, Some(mend))
                });
            }
        }
    }

    /// A grant with all that lints ask of it; `None` if its role does not exist. Notes the role as
    /// held.
    fn linted(
        &mut self,
        person: Person<'s>,
        word: Word,
        detail: Detail,
    ) -> Option<LintedGrant<'s>> {
        let state = self.state;
        let effective = state.rights.effective(word.role())?;
        let rules = &**state.role(effective.role)?;
        let cut = || Arc::new(state.policy.cut(&rules.uncut, effective.kind, effective.vision));
        let permissions = Arc::clone(self.permissions.entry(word.role()).or_insert_with(cut));
        if detail.until > self.at {
            self.held.grow_and_insert(effective.role.index());
        }
        let is_live = detail.until > self.at
            && !permissions.is_clear()
            && state.policy.acts_on(effective.kind, word.channel())
            && !is_without_leading(state, person, word.scope());
        Some(LintedGrant {
            word,
            detail,
            role: effective.role,
            kind: effective.kind,
            rules,
            permissions,
            is_live,
        })
    }

    /// Looks at one grant: whether it has no effect, and whether a command could give it.
    fn grant(
        &mut self,
        id: PersonId,
        person: Person<'s>,
        tenant: TenantId,
        linted: &LintedGrant<'s>,
    ) {
        let state = self.state;
        let &LintedGrant { word, detail, role, kind, .. } = linted;
        let scope = word.scope();
        let idle = if detail.until <= self.at {
            Some(Idle::Over)
        } else if linted.rules.uncut.is_clear() {
            Some(Idle::Empty)
        } else if is_without_leading(state, person, scope) {
            Some(Idle::NotLeading)
        } else {
            None
        };
        let named = move || state.grant_named(word, detail, state.identifier(id));
        if let Some(idle) = idle {
            self.add(tenant, |_| {
                let grant = named();
                let mend = Command::revoke(grant.clone());
                (Lint::GrantIdle { grant, idle }, Some(mend))
            });
            return;
        }
        let whole = GrantId { person: id, role, kind, scope, channel: word.channel(), detail };
        let fitting = self
            .fits
            .entry((word.role(), word.channel()))
            .or_insert_with(|| grant_fits(state, whole).is_ok());
        if *fitting {
            return;
        }
        if let Err(rule) = grant_fits(state, whole) {
            // A grant that a ceiling cuts only in part is still of use, so no revocation is
            // proposed.
            let stays = matches!(rule, Rule::Ceiling { .. }) && !linted.permissions.is_clear();
            self.add(tenant, |_| {
                let grant = named();
                let mend = (!stays).then(|| Command::revoke(grant.clone()));
                (Lint::GrantUnfit { grant, rule }, mend)
            });
        }
    }

    /// Looks at a person in one tenant.
    fn registration(&mut self, id: PersonId, person: Person<'s>, tenant: TenantId) {
        let state = self.state;
        let mut grids = state.binding_grids(person, tenant).peekable();
        if grids.peek().is_some() && grids.all(|facts| facts.clock.never_opens()) {
            self.add(tenant, |state| {
                let mut grids: Vec<Name> = state
                    .binding_grids(person, tenant)
                    .map(|facts| facts.grid.name.clone())
                    .collect();
                grids.sort_unstable();
                (Lint::LockedOut { person: state.identifier(id), grids }, None)
            });
        }
        let mut here =
            person.words().filter(|word| state.tenant_of(word.scope()) == tenant).peekable();
        if here.peek().is_none() {
            self.without_role(id, person, tenant);
            return;
        }
        drop(here);
        self.many_units(id, person, tenant);
        if state.policy.has_constraints() {
            self.clashes(id, person, tenant);
        }
    }

    /// Adds a finding for a person without grants in a tenant, unless the person leads a group
    /// there.
    fn without_role(&mut self, id: PersonId, person: Person<'s>, tenant: TenantId) {
        let state = self.state;
        let mut memberships =
            person.memberships().iter().filter(|m| state.groups.node(m.group).owner == tenant);
        if memberships.clone().any(|membership| membership.leader) {
            return;
        }
        // Removing the person is proposed only if no group, affiliation or request needs them.
        let affiliated = person
            .affiliations()
            .iter()
            .any(|a| state.units.node(a.unit).owner == tenant && a.until > self.at);
        let awaited = self.awaited.people.contains(&(id, tenant));
        let alone = memberships.next().is_none() && !affiliated && !awaited;
        self.add(tenant, |state| {
            let person = state.identifier(id);
            let mend = alone.then(|| Command::RemovePerson {
                person: person.clone(),
                tenant: state.tenant_name(tenant),
            });
            (Lint::PersonWithoutRole { person }, mend)
        });
    }

    /// Adds a finding for a person who holds grants at many units of a tenant.
    fn many_units(&mut self, id: PersonId, person: Person<'s>, tenant: TenantId) {
        let state = self.state;
        if person.index.head.count() <= self.lints.many_units {
            return;
        }
        // Grants in support end by themselves, and have a channel and a review of their own.
        let support = state.policy.support_channel();
        let held = person
            .grants()
            .filter(|(word, detail)| detail.until > self.at && Some(word.channel()) != support);
        let scopes: BTreeSet<ScopeId> = held.map(|(word, _)| word.scope()).collect();
        let mut units = BTreeSet::new();
        for &scope in &scopes {
            let (ScopeId::Unit(unit) | ScopeId::Subtree(unit)) = scope else { continue };
            let below = state
                .units
                .path(unit)
                .any(|above| above != unit && scopes.contains(&ScopeId::Subtree(above)));
            if state.units.node(unit).owner == tenant && !below {
                units.insert(unit);
            }
        }
        if units.len() > self.lints.many_units {
            self.add(tenant, |state| {
                let mut units: Vec<Name> =
                    units.iter().map(|&unit| state.unit_names.name(unit)).collect();
                units.sort_unstable();
                (Lint::ManyUnits { person: state.identifier(id), units }, None)
            });
        }
    }

    /// Adds a finding for each rule of a tenant against holding roles together that a person
    /// breaks.
    fn clashes(&mut self, id: PersonId, person: Person<'s>, tenant: TenantId) {
        let state = self.state;
        for rule in state.clashes(id, tenant, self.at) {
            let (grants, revoked) = clashing(state, person, tenant, &rule, self.at);
            self.add(tenant, |state| {
                let person = state.identifier(id);
                let named = |grants: Vec<(Word, Detail)>| -> Vec<Grant> {
                    grants
                        .into_iter()
                        .map(|(word, detail)| state.grant_named(word, detail, person.clone()))
                        .collect()
                };
                let mend = Some(named(revoked)).filter(|grants| !grants.is_empty());
                let mend = mend.map(|grants| Command::Revoke { grants });
                (Lint::RolesClash { grants: named(grants), rule, person }, mend)
            });
        }
    }
}

/// Whether a scope is over the people of a group that the person does not lead.
fn is_without_leading(state: &State, person: Person<'_>, scope: ScopeId) -> bool {
    matches!(scope, ScopeId::Members(group) if !state.leads(person, group))
}
