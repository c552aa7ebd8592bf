//! Commands of review campaigns: opened, answered, closed (requirement U7).

use std::collections::{BTreeSet, HashSet};

use super::{Against, Drafting, shape};
use crate::admin::plan::{PlanLink, held_back};
use crate::admin::refusal::Rule;
use crate::admin::rules::reach::Reach;
use crate::facts::{CampaignFacts, Event, Fault, GrantId, ScopeId, State};
use crate::model::{
    Campaign, CommandWord, Grant, Identifier, MAX_CAMPAIGN_ITEMS, Name, ReviewAnswer, ReviewItem,
    Reviewers, Scope, Verdict,
};
use crate::policy::Silence;
use crate::store::{EffectiveRoleId, PersonId, RoleId, TenantId, UnitId};
use crate::time::Instant;

/// What a campaign is to be about.
pub(super) struct Opening<'c> {
    pub(super) tenant: &'c Name,
    pub(super) name: &'c Name,
    pub(super) scope: &'c Scope,
    pub(super) roles: &'c [Name],
    pub(super) reviewers: Reviewers,
    pub(super) deadline: Instant,
}

impl Drafting<'_> {
    pub(super) fn open_campaign(&mut self, opening: &Opening<'_>) -> Result<(), Against> {
        let Opening { tenant: tenant_name, name, scope: scope_name, roles, reviewers, deadline } =
            *opening;
        let tenant = self.names().tenant(tenant_name).map_err(shape)?;
        let scope = self.scope(scope_name, None)?;
        self.at(self.over_holders(scope));
        let ids: Result<Vec<RoleId>, Fault> =
            roles.iter().map(|role| self.names().role(tenant, role)).collect();
        let ids = ids.map_err(shape)?;
        if deadline.as_micros() <= self.standing.at {
            return Err((None, Rule::DeadlinePassed { campaign: name.clone(), deadline }));
        }
        if self.state.tenant_of(scope) != tenant {
            let fault = Fault::shape(format!("the scope is not of tenant `{tenant_name}`"));
            return Err(shape(fault.help("open the campaign in the tenant of the scope")));
        }
        let items = self.state.under_review(tenant, scope, &ids, self.standing.at);
        if items.is_empty() {
            let fault =
                Fault::shape("no grant there is in force, so that there is nothing to review");
            return Err(shape(fault.help("name a wider scope, or other roles")));
        }
        if items.len() > MAX_CAMPAIGN_ITEMS {
            let fault = Fault::limit("grants of one campaign", MAX_CAMPAIGN_ITEMS);
            return Err(shape(fault.help("open several, each about a part")));
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
    ) -> Result<(), Against> {
        let tenant = self.names().tenant(tenant_name).map_err(shape)?;
        if answers.len() > MAX_CAMPAIGN_ITEMS {
            return Err(shape(Fault::limit("answers in one command", MAX_CAMPAIGN_ITEMS)));
        }
        let found = self.state.campaign(tenant, name)?;
        let items: HashSet<&Grant> = found.items.iter().map(|item| &item.grant).collect();
        let (mut given, mut revoked, mut known) = (Vec::new(), Vec::new(), HashSet::new());
        let mut wrong = None;
        for answer in answers {
            let against = |rule: Rule| (Some(answer.grant.person.clone()), rule);
            let id = self.names().grant(&answer.grant).map_err(|fault| against(fault.into()))?;
            if self.standing.actor() == Some(id.person) {
                return Err(against(Rule::Oneself));
            }
            self.reviews(&found.campaign, id, &answer.grant.person)?;
            let person = self.state.identifier(id.person);
            let grant = self.state.grant_as_named(id, Grant { person, ..answer.grant.clone() });
            if !items.contains(&grant) || !self.state.holds_grant(id) {
                let fault =
                    Fault::shape(format!("the campaign `{name}` has no such grant, or it is gone"));
                wrong.get_or_insert(against(fault.help("answer for those that are open").into()));
            }
            if !known.insert(grant.clone()) {
                let fault = Fault::shape("two answers are about one grant")
                    .help("give one answer for each");
                wrong.get_or_insert(against(fault.into()));
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
        if deadline.as_micros() <= self.standing.at {
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

    /// What takes somebody to review a grant: as the campaign says, over its scope or about its holder.
    fn reviews(
        &mut self,
        campaign: &Campaign,
        id: GrantId,
        person: &Identifier,
    ) -> Result<(), Against> {
        let tenant = self.state.tenant_of(id.scope);
        let about = Reach::About { person: id.person, tenant };
        let over = Reach::of(id.scope, id.person);
        let guard = self.state.policy.guard(CommandWord::Review, Some(id.kind));
        let holds = |reach: Reach| {
            guard.is_some_and(|permission| self.standing.covers_now(permission, reach))
        };
        let reach = match campaign.reviewers {
            Reviewers::Leaders => about,
            Reviewers::Administrators if !holds(over) && holds(about) => about,
            Reviewers::Administrators => over,
        };
        self.demand(Some(id.kind), reach, Some(person));
        if campaign.reviewers == Reviewers::Leaders
            && let Some(actor) = self.standing.actor()
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
    ) -> Result<(), Against> {
        let tenant = self.names().tenant(tenant_name).map_err(shape)?;
        let found = self.state.campaign(tenant, name)?;
        self.at(self.over_holders(found.scope));
        let open: Vec<&Grant> = self.state.open_items(found).collect();
        let deadline = found.campaign.deadline;
        if !open.is_empty() {
            if self.standing.at < deadline.as_micros() {
                return Err((
                    None,
                    Rule::ReviewOpen { campaign: name.clone(), open: open.len(), deadline },
                ));
            }
            if self.state.policy.document().review.silence == Silence::Revoke {
                let links: Vec<PlanLink> = open.into_iter().cloned().map(PlanLink::Grant).collect();
                // What contract X3 forbids stays, as with a plan (ruling R36).
                let held = held_back(self.state, links.iter(), self.standing.at);
                for (link, _) in links.iter().zip(held).filter(|(_, held)| held.is_none()) {
                    self.event(link.event());
                }
            }
        }
        self.event(Event::CampaignClosed { tenant: tenant_name.clone(), campaign: name.clone() });
        Ok(())
    }
}

impl State {
    fn campaign(&self, tenant: TenantId, name: &Name) -> Result<&CampaignFacts, Against> {
        let found = self.tenants.get(tenant).and_then(|tenant| tenant.campaigns.get(name));
        found.map(std::sync::Arc::as_ref).ok_or_else(|| shape(Fault::absent("open campaign", name)))
    }

    /// The grants of a campaign that stand, and about which nothing was said.
    pub(crate) fn open_items<'s>(
        &'s self,
        facts: &'s CampaignFacts,
    ) -> impl Iterator<Item = &'s Grant> {
        let unanswered =
            facts.items.iter().filter(|item| item.answer.is_none()).map(|item| &item.grant);
        unanswered.filter(|grant| self.is_held(grant))
    }

    /// Whether a grant stands, in all its parts.
    pub(crate) fn is_held(&self, grant: &Grant) -> bool {
        crate::facts::Lookup::of(self).grant(grant).is_ok_and(|id| self.holds_grant(id))
    }

    fn holds_grant(&self, id: GrantId) -> bool {
        self.held_as(id).is_some()
    }

    /// Whether somebody leads a group of another's, or one above it.
    pub(crate) fn leads_person(
        &self,
        leader: PersonId,
        person: PersonId,
        tenant: TenantId,
    ) -> bool {
        let Some((leader, person)) = self.person(leader).zip(self.person(person)) else {
            return false;
        };
        let groups = person.memberships().iter().map(|membership| membership.group);
        let mut here = groups.filter(|&group| self.groups.node(group).owner == tenant);
        here.any(|group| self.leads(leader, group))
    }

    /// The grants in force at a scope, of these roles or of any, in the order of people and of what is held.
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
        named.sort_unstable();
        let mut items = Vec::new();
        for (name, id) in named {
            // Of so many there is no campaign: what is left needs no naming.
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
                    && self.spans(person, word, detail).contains(at)
                {
                    items.push(self.grant_named(word, detail, name.clone()));
                }
            }
        }
        items
    }
}
