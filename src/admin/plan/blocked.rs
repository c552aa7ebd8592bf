//! Links that a plan must not take back, so that no tenant loses its last administrator (X3).

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::document::Link;
use crate::admin::refusal::Rule;
use crate::facts::{Event, PLATFORM, ScopeId, Snapshot, State};
use crate::store::TenantId;

/// For each link, the rule that blocks it, in the order given. Links are taken in that order, and
/// one after which a tenant would be without an administrator is blocked (X3).
///
/// Taking things back never makes an administrator. So either a whole run of links can be taken
/// back, or the first that cannot is found by halving the run: a tenant of many administrators does
/// not cost their square.
pub(in crate::admin) fn blocked<'l>(
    before: &State,
    links: impl Iterator<Item = &'l Link>,
    at: i64,
) -> Vec<Option<Rule>> {
    let mut blocked = Vec::new();
    let mut administering: BTreeMap<TenantId, VecDeque<(usize, Event)>> = BTreeMap::new();
    for (index, link) in links.enumerate() {
        blocked.push(None);
        if let Some(tenant) = before.administered_by(link) {
            administering.entry(tenant).or_default().push_back((index, link.event()));
        }
    }
    for (tenant, mut rest) in administering {
        let mut after = Snapshot(Arc::new(before.clone()));
        let mut run = rest.len();
        while let Some((first, _)) = rest.front() {
            let first = *first;
            let mut trial = after.clone();
            for (_, event) in rest.iter().take(run) {
                // An event that does not apply takes nothing from an administrator; the trial stays
                // unchanged.
                let _ = trial.apply_judged(std::slice::from_ref(event));
            }
            match State::keeps_administrator(before, &trial.0, tenant, at) {
                Ok(()) => {
                    after = trial;
                    rest.drain(..run.min(rest.len()));
                    run = run.saturating_mul(2);
                }
                Err(_) if run > 1 => run = run.min(rest.len()).div_ceil(2),
                Err(rule) => {
                    rest.pop_front();
                    run = rest.len();
                    if let Some(rule_against) = blocked.get_mut(first) {
                        *rule_against = Some(rule);
                    }
                }
            }
        }
    }
    blocked
}

impl State {
    /// The tenant that loses an administrator's grant or registration if the link is taken back.
    /// `None` if no tenant does.
    fn administered_by(&self, link: &Link) -> Option<TenantId> {
        let administrator = self.policy.administrator()?;
        match link {
            Link::Grant(grant) => {
                if self.policy.role(&grant.role) != Some(administrator) {
                    return None;
                }
                let scope =
                    crate::facts::Lookup::of(self).scope(&grant.scope, Some(&grant.person)).ok()?;
                let tenant = self.tenant_of(scope);
                let root = self.tenants.get(tenant)?.root;
                (tenant != PLATFORM && scope == ScopeId::Subtree(root)).then_some(tenant)
            }
            Link::Registration { person, tenant } => {
                let tenant = self.tenant(tenant)?;
                let person = self.person_names.find(person.as_str())?;
                let tracked = self.tenants.get(tenant)?.tracked.get(&administrator)?;
                tracked.contains(&person).then_some(tenant)
            }
        }
    }
}
