//! Commands that give and take: grants, restrictions lifted, requests answered.

use super::{Against, Drafting, shape};
use crate::admin::refusal::Rule;
use crate::admin::rules::reach::Reach;
use crate::facts::{Detail, Event, Fault, GrantId, Person, SubjectId, Word};
use crate::model::{CommandWord, Grant, Name, Outcome};
use crate::store::RoleId;
use crate::time::Instant;

impl Drafting<'_> {
    /// Over the scope of a grant.
    pub(in crate::admin) fn over_grant(&mut self, grant: &Grant) -> Result<GrantId, Against> {
        self.over_grant_as(self.word, grant)
    }

    pub(super) fn over_grant_as(
        &mut self,
        word: CommandWord,
        grant: &Grant,
    ) -> Result<GrantId, Against> {
        let id = self
            .names()
            .grant(grant)
            .map_err(|fault| (Some(grant.person.clone()), fault.into()))?;
        self.demand_as(word, Some(id.kind), Reach::of(id.scope, id.person), Some(&grant.person));
        Ok(id)
    }

    /// A grant begins now at the earliest, and is not over (ruling R19).
    pub(super) fn in_time(
        &self,
        grant: &Grant,
        from: Option<Instant>,
        until: Option<Instant>,
    ) -> Result<(), Against> {
        let now = Instant::from_micros(self.standing.at);
        if from.is_some_and(|from| from < now) || until.is_some_and(|until| until <= now) {
            return Err((Some(grant.person.clone()), Rule::Past { now }));
        }
        Ok(())
    }

    pub(super) fn give(&mut self, grant: &Grant, replacing: bool) -> Result<(), Against> {
        let id = self.over_grant(grant)?;
        self.in_time(grant, grant.from, grant.until)?;
        if replacing {
            self.make_room(grant, id)?;
        }
        self.draft.granted.push((self.draft.events.len(), id));
        self.event(Event::Granted(grant.clone()));
        Ok(())
    }

    /// A grant by the command, of somebody who is registered before it.
    pub(super) fn granted(&mut self, grant: Grant) -> Result<(), Against> {
        let id = self
            .names()
            .grant(&grant)
            .map_err(|fault| (Some(grant.person.clone()), fault.into()))?;
        self.draft.granted.push((self.draft.events.len(), id));
        self.event(Event::Granted(grant));
        Ok(())
    }

    /// Revokes what a grant excludes, or what excludes it; where the role is for one
    /// kind alone, the person becomes of that kind (T4, ruling R8).
    pub(super) fn make_room(&mut self, grant: &Grant, id: GrantId) -> Result<(), Against> {
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
            if stands_against && detail.until > self.standing.at {
                let revoked = state.grant_named(word, detail, grant.person.clone());
                if self.revoked.insert(revoked.clone()) {
                    self.over_grant_as(CommandWord::Revoke, &revoked)?;
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
                let place = self.registration_reach(id.person, tenant);
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

    pub(super) fn lift(&mut self, tenant_name: Option<&Name>, name: &Name) -> Result<(), Against> {
        let tenant = self.names().tenant_or_platform(tenant_name).map_err(shape)?;
        let found = self
            .state
            .tenants
            .get(tenant)
            .and_then(|tenant| tenant.restrictions.get(name))
            .cloned();
        let found = found.ok_or_else(|| shape(Fault::absent("restriction", name)))?;
        match found.subject {
            SubjectId::Person(id) => {
                let person = self.state.identifier(id);
                self.not_oneself(id, &person)?;
                let kind = self.kind_in(id, tenant);
                self.demand(kind, Reach::of(found.scope, id), Some(&person));
            }
            SubjectId::Role(role) => {
                if self.standing.holds(role) {
                    return Err((None, Rule::Oneself));
                }
                let reach = self.over_holders(found.scope);
                self.at(reach);
            }
        }
        self.event(Event::RestrictionLifted { tenant: tenant_name.cloned(), name: name.clone() });
        Ok(())
    }

    pub(super) fn answer(
        &mut self,
        tenant: &Name,
        name: &Name,
        outcome: Outcome,
    ) -> Result<(), Against> {
        let id = self.names().tenant(tenant).map_err(shape)?;
        let found =
            self.state.tenants.get(id).and_then(|tenant| tenant.requests.get(name)).cloned();
        let found = found.ok_or_else(|| shape(Fault::absent("open request", name)))?;
        let grant = &found.request.grant;
        let actor = self.standing.actor();
        let own = actor == Some(found.by);
        if outcome != Outcome::Withdrawn && (own || actor == Some(found.person)) {
            return Err((Some(grant.person.clone()), Rule::Oneself));
        }
        let reach = Reach::of(found.scope, found.person);
        if outcome != Outcome::Withdrawn || !own || self.standing.is_suspended(reach) {
            let kind = self.kind_in(found.person, id);
            self.demand(kind, reach, Some(&grant.person));
        }
        self.event(Event::RequestClosed { tenant: tenant.clone(), request: name.clone(), outcome });
        if outcome == Outcome::Approved {
            if let Some(until) =
                found.request.until.filter(|until| until.as_micros() <= self.standing.at)
            {
                let rule = Rule::RequestExpired { request: name.clone(), until };
                return Err((Some(grant.person.clone()), rule));
            }
            // Asked for from an instant that has passed meanwhile, it begins now.
            let now = Instant::from_micros(self.standing.at);
            let grant = Grant { from: grant.from.map(|from| from.max(now)), ..grant.clone() };
            self.in_time(&grant, None, grant.until)?;
            self.granted(grant)?;
        }
        Ok(())
    }
}
