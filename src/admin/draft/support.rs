//! Commands of support: open units to somebody on the support channel, and close them again (S10).

use std::collections::BTreeSet;

use super::drafter::Drafter;
use crate::admin::refusal::{Objection, Rule, unattributed};
use crate::admin::rules::area::Area;
use crate::facts::{Detail, Event, Fault, GrantId, NEVER, Person, ScopeId, Word};
use crate::model::{Basis, Grant, Identifier, Name, Scope};
use crate::store::{ChannelId, Order, PersonId, UnitId};
use crate::time::Instant;

impl Drafter<'_> {
    pub(super) fn open_support(
        &mut self,
        person: &Identifier,
        units: &[Name],
        role: &Name,
        until: Option<Instant>,
    ) -> Result<(), Objection> {
        let (_, channel) = self.support_channel()?;
        let mut known = BTreeSet::new();
        for unit in units {
            let mut grant = Grant {
                person: person.clone(),
                role: role.clone(),
                scope: Scope::Unit(unit.clone()),
                channel: Some(channel.clone()),
                basis: Basis::Standing,
                from: None,
                until: None,
            };
            let id = self.demand_over_grant(&grant)?;
            self.not_past(&grant, None, until)?;
            if !known.insert(id.scope) {
                continue;
            }
            let resting = self.support_basis(&grant, id)?;
            let mut since = self.issuer.at;
            let same: Vec<(Word, Detail)> = self.support_at(id, resting);
            if same.iter().any(|(_, open)| open.until >= until.map_or(NEVER, Instant::as_micros)) {
                continue;
            }
            for (word, open) in same {
                // An extended grant keeps its beginning, unless the old one is over.
                if open.until > self.issuer.at {
                    since = since.min(open.from);
                }
                let ended = self.state.grant_named(word, open, person.clone());
                self.event(Event::Revoked(ended));
            }
            grant.basis = self.state.basis_of(resting);
            (grant.from, grant.until) = (Some(Instant::from_micros(since)), until);
            self.grant_event(grant)?;
        }
        if self.reason.trim().is_empty() {
            return Err(unattributed(
                Fault::shape("support is opened for a reason").help("say which"),
            ));
        }
        if !units.is_empty() && self.draft.events.is_empty() {
            let fault = Fault::shape("support is open there already, for as long or longer");
            return Err((
                Some(person.clone()),
                fault.help("close it first to end it earlier").into(),
            ));
        }
        Ok(())
    }

    /// What a support grant rests on: what one of the actor's authorizing grants rests on (R14),
    /// rather one that rests on nothing. The supporting person must have the affiliation too.
    fn support_basis(&self, grant: &Grant, id: GrantId) -> Result<Detail, Objection> {
        let state = self.state;
        let area = Area::Scope(id.scope);
        let permission = state.policy.guard(self.word, Some(id.kind));
        let authorizing_grants = permission
            .into_iter()
            .flat_map(|permission| self.issuer.authorizing_grants(permission, area));
        let mut resting: Vec<Detail> = authorizing_grants.map(|held| held.detail()).collect();
        resting.order_by_key(|detail| detail.basis.is_some());
        // Empty for the host, and for actors without the guard: `permit` refuses those before this
        // outcome is looked at.
        let Some(_) = resting.first() else { return Ok(Detail::PLAIN) };
        let tenant = state.tenant_of(id.scope);
        let affiliations = self.person(id.person).map(Person::affiliations).unwrap_or_default();
        let mut wanting = Vec::new();
        for detail in resting {
            let Some(basis) = detail.basis else { return Ok(detail) };
            let has = affiliations
                .iter()
                .any(|a| a.contains(self.issuer.at) && state.rests_on(basis, tenant, a));
            if has {
                return Ok(detail);
            }
            if let Basis::Affiliation { kind: affiliation, place } = state.basis_name(basis) {
                let more = crate::admin::refusal::Wanting { affiliation, place };
                if !wanting.contains(&more) {
                    wanting.push(more);
                }
            }
        }
        let (role, scope) = (grant.role.clone(), Box::new(grant.scope.clone()));
        Err((Some(grant.person.clone()), Rule::NotEligible { role, scope, wanting, direct: false }))
    }

    /// The support grants of a person at a scope that have begun, in this role and with this basis.
    /// One that begins later stays as it is.
    fn support_at(&self, id: GrantId, resting: Detail) -> Vec<(Word, Detail)> {
        let grants = self.person(id.person).into_iter().flat_map(Person::grants);
        let same = grants.filter(|(word, detail)| {
            word.scope() == id.scope
                && word.channel() == id.channel
                && detail.from <= self.issuer.at
                && (detail.basis, detail.direct) == (resting.basis, resting.direct)
                && self
                    .state
                    .rights
                    .effective(word.role())
                    .is_some_and(|effective| effective.role == id.role)
        });
        same.collect()
    }

    pub(super) fn close_support(
        &mut self,
        tenant: &Name,
        people: &[Identifier],
        units: &[Name],
    ) -> Result<(), Objection> {
        let (channel, _) = self.support_channel()?;
        let tenant = self.names().tenant(tenant).map_err(unattributed)?;
        let mut among: BTreeSet<UnitId> = BTreeSet::new();
        for name in units {
            let unit = self.unit(name)?;
            if self.state.units.node(unit).owner != tenant {
                return Err(unattributed(Fault::absent("unit", name)));
            }
            among.insert(unit);
        }
        if units.is_empty() {
            among.extend(
                self.state.tenants.get(tenant).into_iter().flat_map(|tenant| &tenant.units),
            );
        }
        let mut holders: BTreeSet<PersonId> = BTreeSet::new();
        for person in people {
            holders.insert(self.registered(person, tenant)?);
        }
        if people.is_empty() {
            for &unit in &among {
                for scope in [ScopeId::Unit(unit), ScopeId::Subtree(unit)] {
                    let there =
                        self.state.by_scope.roles_at(scope).filter(|(_, on)| *on == channel);
                    holders.extend(
                        there.flat_map(|(role, on)| self.state.by_scope.holders(scope, role, on)),
                    );
                }
            }
        }
        for id in holders {
            let held: Vec<(Word, Detail)> =
                self.person(id).into_iter().flat_map(Person::grants).collect();
            for (word, detail) in held.into_iter().filter(|(word, _)| word.channel() == channel) {
                let (ScopeId::Unit(unit) | ScopeId::Subtree(unit)) = word.scope() else { continue };
                if !among.contains(&unit) {
                    continue;
                }
                let (person, area) = (self.state.identifier(id), Area::Scope(word.scope()));
                // Actors end their own support without a guard, unless they are suspended.
                if self.issuer.actor() != Some(id) || self.issuer.is_suspended(area) {
                    self.demand(self.kind_in(id, tenant), area, Some(&person));
                }
                self.event(Event::Revoked(self.state.grant_named(word, detail, person)));
            }
        }
        Ok(())
    }

    fn support_channel(&self) -> Result<(ChannelId, Name), Objection> {
        let policy = &self.state.policy;
        let channel = policy.support_channel();
        channel
            .and_then(|channel| Some((channel, policy.channels().get(channel.index())?.clone())))
            .ok_or_else(|| {
                unattributed(
                    Fault::shape("the policy has no door of support")
                        .help("add `support` to the policy"),
                )
            })
    }
}
