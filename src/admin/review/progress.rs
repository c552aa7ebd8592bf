//! [`Snapshot::campaign`]: how far a review campaign has come.

use serde::{Deserialize, Serialize};

use crate::facts::{CampaignFacts, Snapshot, State};
use crate::model::{Campaign, Grant, Name, ReviewItem, Verdict};

/// How far a review campaign has come ([contract U7](crate::docs::contract#u7)).
/// [`Snapshot::reviewers`] tells who could answer about its open grants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Progress {
    /// The campaign, with its grants and the last answer about each.
    pub campaign: Campaign,
    /// The grants that are still held and have no answer.
    pub open: Vec<Grant>,
    /// The number of grants that were kept and are still held.
    pub kept: usize,
    /// The number of grants that an answer revoked.
    pub revoked: usize,
    /// The number of grants that ended in some other way since the campaign opened.
    pub gone: usize,
}

impl Progress {
    /// Whether no grant is open, so that the campaign can be closed before its deadline.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.open.is_empty()
    }
}

impl Snapshot {
    /// The names of the open campaigns of a tenant, in order. Empty if the tenant does not exist.
    #[must_use]
    pub fn campaigns(&self, tenant: &str) -> Vec<Name> {
        let tenant = self.0.tenant(tenant).and_then(|tenant| self.0.tenants.get(tenant));
        tenant.into_iter().flat_map(|tenant| tenant.campaigns.keys().cloned()).collect()
    }

    /// How far an open campaign has come. `None` if no campaign of that name is open.
    ///
    /// # Complexity
    /// O(grants of the campaign).
    #[must_use]
    pub fn campaign(&self, tenant: &str, campaign: &str) -> Option<Progress> {
        let state = &*self.0;
        let tenant = state.tenant(tenant)?;
        let facts = state.tenants.get(tenant)?.campaigns.get(campaign)?;
        Some(state.progress(facts))
    }
}

impl State {
    fn progress(&self, facts: &CampaignFacts) -> Progress {
        let items = facts.items.iter();
        let items = items
            .map(|item| ReviewItem { grant: item.grant.clone(), answer: item.answer })
            .collect();
        let mut progress = Progress {
            campaign: Campaign { items, ..facts.campaign.clone() },
            open: Vec::new(),
            kept: 0,
            revoked: 0,
            gone: usize::try_from(facts.campaign.gone).unwrap_or(usize::MAX),
        };
        for item in &facts.items {
            let held = self.is_held(&item.grant);
            let count = match item.answer {
                Some(Verdict::Revoke) => &mut progress.revoked,
                _ if !held => &mut progress.gone,
                Some(Verdict::Keep) => &mut progress.kept,
                None => {
                    progress.open.push(item.grant.clone());
                    continue;
                }
            };
            *count = count.saturating_add(1);
        }
        progress
    }
}
