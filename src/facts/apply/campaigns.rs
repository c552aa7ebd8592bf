//! Campaigns of review: opened, answered, closed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::Writer;
use crate::facts::error::Fault;
use crate::facts::rows::{CampaignFacts, ItemFacts, ScopeId};
use crate::model::{
    Campaign, Grant, MAX_CAMPAIGN_ITEMS, MAX_REASON_BYTES, Name, ReviewAnswer, Verdict,
};
use crate::store::{PersonId, TenantId};

/// The most campaigns that may be open in one tenant at a time.
pub const MAX_CAMPAIGNS: usize = 64;

impl Writer<'_> {
    pub(super) fn open_campaign(&mut self, campaign: &Campaign) -> Result<(), Fault> {
        let tenant = self.lookup().tenant(&campaign.tenant)?;
        let open = self.state.tenants.get(tenant).map(|tenant| &tenant.campaigns);
        if open.is_some_and(|open| open.contains_key(&campaign.name)) {
            return Err(Fault::present("campaign", &campaign.name));
        }
        if open.is_some_and(|open| open.len() >= MAX_CAMPAIGNS) {
            return Err(Fault::limit("open campaigns of one tenant", MAX_CAMPAIGNS));
        }
        if campaign.items.len() > MAX_CAMPAIGN_ITEMS {
            return Err(Fault::limit("grants of one campaign", MAX_CAMPAIGN_ITEMS));
        }
        let scope = self.lookup().scope(&campaign.scope, None)?;
        if matches!(scope, ScopeId::Own(_) | ScopeId::Everywhere)
            || self.state.tenant_of(scope) != tenant
        {
            let message = format!(
                "the campaign `{}` is not about a unit or a group of its tenant",
                campaign.name
            );
            return Err(Fault::shape(message)
                .help("name a unit, a unit and all below it, or a group's people"));
        }
        let mut items = Vec::with_capacity(campaign.items.len());
        // A renaming of words may have made two items equal.
        let mut known = HashSet::with_capacity(campaign.items.len());
        for item in &campaign.items {
            let person = self.lookup().registered(&item.grant.person, tenant)?;
            let grant = self.as_held(&item.grant, person);
            if known.insert(grant.clone()) {
                items.push(ItemFacts { person, grant, answer: item.answer });
            }
        }
        let campaign =
            Campaign { scope: self.state.scope_name(scope), items: Vec::new(), ..campaign.clone() };
        let name = campaign.name.clone();
        let facts = Arc::new(CampaignFacts { campaign, scope, items });
        self.write_tenant(tenant, |tenant| {
            tenant.campaigns.insert(name, facts);
        });
        Ok(())
    }

    /// A grant named as the facts name those that are held. A grant that cannot be held any more,
    /// as its role is gone, keeps its name.
    fn as_held(&self, grant: &Grant, person: PersonId) -> Grant {
        let grant_of = Grant { person: self.state.identifier(person), ..grant.clone() };
        match self.lookup().grant(grant) {
            Ok(id) => self.state.grant_as_named(id, grant_of),
            Err(_) => grant_of,
        }
    }

    pub(super) fn answer_review(
        &mut self,
        tenant: &Name,
        campaign: &Name,
        answers: &[ReviewAnswer],
    ) -> Result<(), Fault> {
        let tenant = self.lookup().tenant(tenant)?;
        let open = self.state.tenants.get(tenant).and_then(|tenant| tenant.campaigns.get(campaign));
        let open = Arc::clone(open.ok_or_else(|| Fault::absent("open campaign", campaign))?);
        let items: HashMap<&Grant, usize> =
            open.items.iter().enumerate().map(|(n, item)| (&item.grant, n)).collect();
        let mut given: Vec<(usize, Verdict)> = Vec::with_capacity(answers.len());
        for ReviewAnswer { grant, verdict, reason } in answers {
            // The journal keeps reasons apart from events, and may have forgotten them.
            if reason.len() > MAX_REASON_BYTES && !self.reading.by_number {
                return Err(Fault::limit("bytes of a reason", MAX_REASON_BYTES));
            }
            let person = self.lookup().registered(&grant.person, tenant)?;
            let Some(&item) = items.get(&self.as_held(grant, person)) else {
                let message = format!(
                    "the campaign `{campaign}` has no such grant of `{}`",
                    grant.person.masked()
                );
                return Err(Fault::new(super::Cause::Absent, message)
                    .help("an answer names the grant in all its parts"));
            };
            given.push((item, *verdict));
        }
        let mut facts = CampaignFacts::clone(&open);
        for (item, verdict) in given {
            if let Some(item) = facts.items.get_mut(item) {
                item.answer = Some(verdict);
            }
        }
        self.write_tenant(tenant, |tenant| {
            tenant.campaigns.insert(campaign.clone(), Arc::new(facts));
        });
        Ok(())
    }

    pub(super) fn close_campaign(&mut self, tenant: &Name, campaign: &Name) -> Result<(), Fault> {
        let tenant = self.lookup().tenant(tenant)?;
        if !self
            .state
            .tenants
            .get(tenant)
            .is_some_and(|tenant| tenant.campaigns.contains_key(campaign))
        {
            return Err(Fault::absent("open campaign", campaign));
        }
        self.write_tenant(tenant, |tenant| {
            tenant.campaigns.remove(campaign);
        });
        Ok(())
    }

    /// Ends the open campaigns about a group that was deleted ([ruling
    /// R12](crate::docs::contract#r12)).
    pub(super) fn end_campaigns(&mut self, tenant: TenantId, scope: ScopeId) {
        self.change_campaigns(tenant, |facts| (facts.scope != scope).then(|| Arc::clone(facts)));
    }

    /// Drops the items of campaigns of a tenant about a person whose registration there ended.
    pub(super) fn end_reviews_of(&mut self, person: PersonId, tenant: TenantId) {
        self.change_campaigns(tenant, |open| {
            let gone = open.items.iter().filter(|item| item.person == person).count();
            // Most campaigns are about other people, and stay as they are.
            if gone == 0 {
                return Some(Arc::clone(open));
            }
            let mut facts = CampaignFacts::clone(open);
            facts.items.retain(|item| item.person != person);
            facts.campaign.gone =
                facts.campaign.gone.saturating_add(u32::try_from(gone).unwrap_or(u32::MAX));
            Some(Arc::new(facts))
        });
    }

    fn change_campaigns(
        &mut self,
        tenant: TenantId,
        change: impl Fn(&Arc<CampaignFacts>) -> Option<Arc<CampaignFacts>>,
    ) {
        let open = self
            .state
            .tenants
            .get(tenant)
            .map(|tenant| tenant.campaigns.clone())
            .unwrap_or_default();
        if open.is_empty() {
            return;
        }
        let changed = open.iter().filter_map(|(name, facts)| Some((name.clone(), change(facts)?)));
        let changed = changed.collect();
        self.write_tenant(tenant, |tenant| tenant.campaigns = changed);
    }
}
