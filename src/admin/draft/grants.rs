//! Commands that give and take: grants, lifted restrictions, answered requests.

use super::drafter::Drafter;
use crate::admin::refusal::{Objection, Rule, unattributed};
use crate::admin::rules::area::Area;
use crate::facts::{Detail, Event, Fault, GrantId, Person, SubjectId, Word};
use crate::model::{CommandWord, Grant, Name, Outcome};
use crate::store::RoleId;
use crate::time::Instant;

impl Drafter<'_> {
    /// Demands the command's guard over the scope of a grant.
    pub(super) fn demand_over_grant(&mut self, grant: &Grant) -> Result<GrantId, Objection> {
        self.demand_over_grant_as(self.word, grant)
    }

    pub(super) fn demand_over_grant_as(
        &mut self,
        word: CommandWord,
        grant: &Grant,
    ) -> Result<GrantId, Objection> {
        let id = self
            .names()
            .grant(grant)
            .map_err(|fault| (Some(grant.person.clone()), fault.into()))?;
        self.demand_as(word, Some(id.kind), Area::of(id.scope, id.person), Some(&grant.person));
        Ok(id)
    }

    /// Refuses an interval that begins in the past or is over already (R19).
    pub(super) fn not_past(
        &self,
        grant: &Grant,
        from: Option<Instant>,
        until: Option<Instant>,
    ) -> Result<(), Objection> {
        let now = Instant::from_micros(self.issuer.at);
        if from.is_some_and(|from| from < now) || until.is_some_and(|until| until <= now) {
            return Err((Some(grant.person.clone()), Rule::Past { now }));
        }
        Ok(())
    }

    pub(super) fn draft_grant(&mut self, grant: &Grant, replacing: bool) -> Result<(), Objection> {
        let id = self.demand_over_grant(grant)?;
        self.not_past(grant, grant.from, grant.until)?;
        if replacing {
            self.revoke_excluding(grant, id)?;
        }
        self.draft.granted.push((self.draft.events.len(), id));
        self.event(Event::Granted(grant.clone()));
        Ok(())
    }

    /// Adds the event of a grant to somebody who is registered before the command.
    pub(super) fn grant_event(&mut self, grant: Grant) -> Result<(), Objection> {
        let id = self
            .names()
            .grant(&grant)
            .map_err(|fault| (Some(grant.person.clone()), fault.into()))?;
        self.draft.granted.push((self.draft.events.len(), id));
        self.event(Event::Granted(grant));
        Ok(())
    }

    /// Revokes the grants that a new grant excludes, or that exclude it (T4). Where the role is for
    /// one kind alone, the person becomes of that kind (R8).
    pub(super) fn revoke_excluding(&mut self, grant: &Grant, id: GrantId) -> Result<(), Objection> {
        let state = self.state;
        let tenant = state.tenant_of(id.scope);
        let policy = &state.policy;
        let excludes = |role: RoleId| {
            state
                .role(role)
                .is_some_and(|rules| rules.closure.iter().any(|&role| policy.is_exclusive(role)))
        };
        let exclusive = excludes(id.role);
        let held: Vec<(Word, Detail)> =
            self.person(id.person).into_iter().flat_map(Person::grants).collect();
        for (word, detail) in held {
            let Some(effective) = state.rights.effective(word.role()) else { continue };
            let stands_against = state.tenant_of(word.scope()) == tenant
                && effective.role != id.role
                && (exclusive || excludes(effective.role));
            if stands_against && detail.until > self.issuer.at {
                let revoked = state.grant_named(word, detail, grant.person.clone());
                if self.revoked.insert(revoked.clone()) {
                    self.demand_over_grant_as(CommandWord::Revoke, &revoked)?;
                    self.event(Event::Revoked(revoked));
                }
            }
        }
        if let Some(&[only]) = state.role(id.role).map(|rules| rules.kinds.as_slice())
            && exclusive
            && only != id.kind
            && let Some(kind) = policy.kinds().get(usize::from(only))
        {
            for kind in [id.kind, only] {
                let place = self.registration_area(id.person, tenant);
                self.demand_as(CommandWord::EditPerson, Some(kind), place, Some(&grant.person));
            }
            let person = grant.person.clone();
            self.event(Event::PersonKindChanged {
                person,
                tenant: state.tenant_name(tenant),
                kind: kind.name.clone(),
            });
        }
        Ok(())
    }

    pub(super) fn lift(
        &mut self,
        tenant_name: Option<&Name>,
        name: &Name,
    ) -> Result<(), Objection> {
        let tenant = self.names().tenant_or_platform(tenant_name).map_err(unattributed)?;
        let found = self
            .state
            .tenants
            .get(tenant)
            .and_then(|tenant| tenant.restrictions.get(name))
            .cloned();
        let found = found.ok_or_else(|| unattributed(Fault::absent("restriction", name)))?;
        match found.subject {
            SubjectId::Person(id) => {
                let person = self.state.identifier(id);
                self.not_oneself(id, &person)?;
                let kind = self.kind_in(id, tenant);
                self.demand(kind, Area::of(found.scope, id), Some(&person));
            }
            SubjectId::Role(role) => {
                if self.issuer.holds_role(role) {
                    return Err((None, Rule::Oneself));
                }
                let area = self.area_of_holders(found.scope);
                self.demand_over(area);
            }
        }
        self.event(Event::RestrictionLifted { tenant: tenant_name.cloned(), name: name.clone() });
        Ok(())
    }

    pub(super) fn answer_request(
        &mut self,
        tenant: &Name,
        name: &Name,
        outcome: Outcome,
    ) -> Result<(), Objection> {
        let id = self.names().tenant(tenant).map_err(unattributed)?;
        let found =
            self.state.tenants.get(id).and_then(|tenant| tenant.requests.get(name)).cloned();
        let found = found.ok_or_else(|| unattributed(Fault::absent("open request", name)))?;
        let grant = &found.request.grant;
        let actor = self.issuer.actor();
        let own = actor == Some(found.by);
        if outcome != Outcome::Withdrawn && (own || actor == Some(found.person)) {
            return Err((Some(grant.person.clone()), Rule::Oneself));
        }
        let area = Area::of(found.scope, found.person);
        if outcome != Outcome::Withdrawn || !own || self.issuer.is_suspended(area) {
            let kind = self.kind_in(found.person, id);
            self.demand(kind, area, Some(&grant.person));
        }
        self.event(Event::RequestClosed { tenant: tenant.clone(), request: name.clone(), outcome });
        if outcome == Outcome::Approved {
            if let Some(until) =
                found.request.until.filter(|until| until.as_micros() <= self.issuer.at)
            {
                let rule = Rule::RequestExpired { request: name.clone(), until };
                return Err((Some(grant.person.clone()), rule));
            }
            // A request waits: a beginning that was in the future when it was made may have passed.
            let now = Instant::from_micros(self.issuer.at);
            let grant = Grant { from: grant.from.map(|from| from.max(now)), ..grant.clone() };
            self.not_past(&grant, None, grant.until)?;
            self.grant_event(grant)?;
        }
        Ok(())
    }
}
