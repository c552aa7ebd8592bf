//! Commands of review campaigns: open, answer, close (U7).

use std::collections::{BTreeSet, HashSet};

use super::drafter::Drafter;
use crate::admin::plan;
use crate::admin::refusal::{Objection, Rule, unattributed};
use crate::admin::rules::area::Area;
use crate::facts::{CampaignFacts, Event, Fault, GrantId, ScopeId, State};
use crate::model::{
    Campaign, CommandWord, Grant, Identifier, MAX_CAMPAIGN_ITEMS, Name, ReviewAnswer, ReviewItem,
    Reviewers, Scope, Verdict,
};
use crate::policy::Silence;
use crate::store::{EffectiveRoleId, Order, PersonId, RoleId, TenantId, UnitId};
use crate::time::Instant;

/// What `OpenCampaign` says, apart from who issues it.
pub(super) struct CampaignDraft<'c> {
    pub(super) tenant: &'c Name,
    pub(super) name: &'c Name,
    pub(super) scope: &'c Scope,
    pub(super) roles: &'c [Name],
    pub(super) reviewers: Reviewers,
    pub(super) deadline: Instant,
}

impl Drafter<'_> {
    pub(super) fn open_campaign(&mut self, opening: &CampaignDraft<'_>) -> Result<(), Objection> {
        let CampaignDraft {
            tenant: tenant_name,
            name,
            scope: scope_name,
            roles,
            reviewers,
            deadline,
        } = *opening;
        let tenant = self.names().tenant(tenant_name).map_err(unattributed)?;
        let scope = self.scope(scope_name, None)?;
        self.demand_over(self.area_of_holders(scope));
        let ids: Result<Vec<RoleId>, Fault> =
            roles.iter().map(|role| self.names().role(tenant, role)).collect();
        let ids = ids.map_err(unattributed)?;
        if deadline.as_micros() <= self.issuer.at {
            return Err((None, Rule::DeadlinePassed { campaign: name.clone(), deadline }));
        }
        if self.state.tenant_of(scope) != tenant {
            let fault = Fault::shape(format!("the scope is not of tenant `{tenant_name}`"));
            return Err(unattributed(fault.help("open the campaign in the tenant of the scope")));
        }
        let items = self.state.under_review(tenant, scope, &ids, self.issuer.at);
        if items.is_empty() {
            let fault =
                Fault::shape("no grant there is in force, so that there is nothing to review");
            return Err(unattributed(fault.help("name a wider scope, or other roles")));
        }
        if items.len() > MAX_CAMPAIGN_ITEMS {
            let fault = Fault::limit("grants of one campaign", MAX_CAMPAIGN_ITEMS);
            return Err(unattributed(fault.help("open several, each about a part")));
        }
        let items = items.into_iter().map(|grant| ReviewItem { grant, answer: None }).collect();
        self.event(Event::CampaignOpened(Campaign {
            tenant: tenant_name.clone(),
            name: name.clone(),
            scope: scope_name.clone(),
            roles: roles.to_vec(),
            reviewers,
            deadline,
            items,
            gone: 0,
        }));
        Ok(())
    }

    pub(super) fn review(
        &mut self,
        tenant_name: &Name,
        name: &Name,
        answers: &[ReviewAnswer],
    ) -> Result<(), Objection> {
        let tenant = self.names().tenant(tenant_name).map_err(unattributed)?;
        if answers.len() > MAX_CAMPAIGN_ITEMS {
            return Err(unattributed(Fault::limit("answers in one command", MAX_CAMPAIGN_ITEMS)));
        }
        let found = self.state.campaign(tenant, name)?;
        let items: HashSet<&Grant> = found.items.iter().map(|item| &item.grant).collect();
        let (mut given, mut revoked, mut known) = (Vec::new(), Vec::new(), HashSet::new());
        let mut wrong = None;
        for answer in answers {
            let objection = |rule: Rule| (Some(answer.grant.person.clone()), rule);
            let id = self.names().grant(&answer.grant).map_err(|fault| objection(fault.into()))?;
            if self.issuer.actor() == Some(id.person) {
                return Err(objection(Rule::Oneself));
            }
            self.demand_for_review(&found.campaign, id, &answer.grant.person)?;
            let person = self.state.identifier(id.person);
            let grant = self.state.grant_as_named(id, Grant { person, ..answer.grant.clone() });
            if !items.contains(&grant) || !self.state.holds_grant(id) {
                let fault =
                    Fault::shape(format!("the campaign `{name}` has no such grant, or it is gone"));
                wrong.get_or_insert(objection(fault.help("answer for those that are open").into()));
            }
            if !known.insert(grant.clone()) {
                let fault = Fault::shape("two answers are about one grant")
                    .help("give one answer for each");
                wrong.get_or_insert(objection(fault.into()));
            }
            if answer.verdict == Verdict::Revoke {
                revoked.push(Event::Revoked(grant.clone()));
            }
            given.push(ReviewAnswer { grant, ..answer.clone() });
        }
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
        let deadline = found.campaign.deadline;
        if deadline.as_micros() <= self.issuer.at {
            return Err((None, Rule::DeadlinePassed { campaign: name.clone(), deadline }));
        }
        if !given.is_empty() {
            let (tenant, campaign) = (tenant_name.clone(), name.clone());
            self.event(Event::ReviewAnswered { tenant, campaign, answers: given });
            revoked.into_iter().for_each(|event| {
                self.event(event);
            });
        }
        Ok(())
    }

    /// Demands the guard for reviewing one grant: over the grant's scope, or about its holder,
    /// depending on the campaign's reviewers. Among administrators one who holds the permission
    /// about the holder alone may answer too.
    fn demand_for_review(
        &mut self,
        campaign: &Campaign,
        id: GrantId,
        person: &Identifier,
    ) -> Result<(), Objection> {
        let tenant = self.state.tenant_of(id.scope);
        let about = Area::AboutPerson { person: id.person, tenant };
        let over = Area::of(id.scope, id.person);
        let guard = self.state.policy.guard(CommandWord::Review, Some(id.kind));
        let holds =
            |area: Area| guard.is_some_and(|permission| self.issuer.covers_now(permission, area));
        let area = match campaign.reviewers {
            Reviewers::Leaders => about,
            Reviewers::Administrators if !holds(over) && holds(about) => about,
            Reviewers::Administrators => over,
        };
        self.demand(Some(id.kind), area, Some(person));
        if campaign.reviewers == Reviewers::Leaders
            && let Some(actor) = self.issuer.actor()
            && !self.state.leads_person(actor, id.person, tenant)
        {
            return Err((
                Some(person.clone()),
                Rule::NotReviewer { campaign: campaign.name.clone() },
            ));
        }
        Ok(())
    }

    pub(super) fn close_campaign(
        &mut self,
        tenant_name: &Name,
        name: &Name,
    ) -> Result<(), Objection> {
        let tenant = self.names().tenant(tenant_name).map_err(unattributed)?;
        let found = self.state.campaign(tenant, name)?;
        self.demand_over(self.area_of_holders(found.scope));
        let open: Vec<&Grant> = self.state.open_grants(found).collect();
        let deadline = found.campaign.deadline;
        if !open.is_empty() {
            if self.issuer.at < deadline.as_micros() {
                return Err((
                    None,
                    Rule::ReviewOpen { campaign: name.clone(), open: open.len(), deadline },
                ));
            }
            if self.state.policy.document().review.silence == Silence::Revoke {
                let links: Vec<plan::Link> =
                    open.into_iter().cloned().map(plan::Link::Grant).collect();
                // Grants of a tenant's last administrator stay (X3), as they do when a plan is
                // carried out (R36).
                let blocked = plan::blocked(self.state, links.iter(), self.issuer.at);
                for (link, _) in links.iter().zip(blocked).filter(|(_, rule)| rule.is_none()) {
                    self.event(link.event());
                }
            }
        }
        self.event(Event::CampaignClosed { tenant: tenant_name.clone(), campaign: name.clone() });
        Ok(())
    }
}

impl State {
    fn campaign(&self, tenant: TenantId, name: &Name) -> Result<&CampaignFacts, Objection> {
        let found = self.tenants.get(tenant).and_then(|tenant| tenant.campaigns.get(name));
        found
            .map(std::sync::Arc::as_ref)
            .ok_or_else(|| unattributed(Fault::absent("open campaign", name)))
    }

    /// The grants in force at a scope, of the given roles or, if none is given, of any. Ordered by
    /// person, then as they are held.
    fn under_review(
        &self,
        tenant: TenantId,
        scope: ScopeId,
        roles: &[RoleId],
        at: i64,
    ) -> Vec<Grant> {
        let facts = self.tenants.get(tenant);
        let units = facts.map(|facts| facts.units.clone()).unwrap_or_default();
        let within = |unit: UnitId| match scope {
            ScopeId::Unit(only) => unit == only,
            ScopeId::Subtree(top) => self.units.covers(top, unit),
            _ => false,
        };
        let whole =
            matches!(scope, ScopeId::Subtree(top) if self.units.node(top).parent == UnitId::NONE);
        let about = |other: ScopeId| match (scope, other) {
            (ScopeId::Members(_), other) => self.tenant_of(other) == tenant,
            (_, ScopeId::Unit(unit) | ScopeId::Subtree(unit)) => within(unit),
            (_, other) => whole && self.tenant_of(other) == tenant,
        };
        let mut people: BTreeSet<PersonId> = BTreeSet::new();
        if let ScopeId::Members(group) = scope {
            let groups = facts.into_iter().flat_map(|facts| facts.groups.values());
            let below = groups.filter(|&&below| self.groups.covers(group, below));
            for found in below.filter_map(|&below| self.group_facts.get(below)) {
                people.extend(found.members.iter().chain(&found.leader));
            }
        } else {
            let at_units = units.iter().filter(|&&unit| within(unit));
            let mut scopes: Vec<ScopeId> =
                at_units.flat_map(|&unit| [ScopeId::Unit(unit), ScopeId::Subtree(unit)]).collect();
            if whole {
                let groups = facts.into_iter().flat_map(|facts| facts.groups.values());
                scopes.extend(groups.map(|&group| ScopeId::Members(group)));
                scopes.push(ScopeId::Own(tenant));
            }
            for scope in scopes {
                for (effective, channel) in self.by_scope.roles_at(scope) {
                    people.extend(self.by_scope.holders(scope, effective, channel));
                }
            }
        }
        let mut named: Vec<(Identifier, PersonId)> =
            people.into_iter().map(|id| (self.identifier(id), id)).collect();
        named.order();
        let mut items = Vec::new();
        for (name, id) in named {
            // One item more than the limit is enough for the caller to refuse the campaign.
            if items.len() > MAX_CAMPAIGN_ITEMS {
                break;
            }
            let Some(person) = self.person(id) else { continue };
            let of = |effective: EffectiveRoleId| {
                let role = self.rights.effective(effective).map(|effective| effective.role);
                roles.is_empty() || role.is_some_and(|role| roles.contains(&role))
            };
            for (word, detail) in person.grants() {
                if about(word.scope())
                    && of(word.role())
                    && self.grant_intervals(person, word, detail).contains(at)
                {
                    items.push(self.grant_named(word, detail, name.clone()));
                }
            }
        }
        items
    }
}
