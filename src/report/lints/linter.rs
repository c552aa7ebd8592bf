//! [`Linter`]: the facts that lints look through, and the findings so far.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::finding::{Finding, Findings, Lint};
use super::options::Lints;
use crate::admin::Command;
use crate::facts::State;
use crate::store::{ChannelId, EffectiveRoleId, PersonId, RoleId, TenantId};

/// What open requests need. Nothing of it can be deleted while they are open, so no finding
/// proposes to.
#[derive(Default)]
pub(super) struct Awaited {
    /// The people who made a request or for whom one was made, each with its tenant.
    pub(super) people: HashSet<(PersonId, TenantId)>,
    /// The roles asked for.
    pub(super) roles: HashSet<RoleId>,
}

impl Awaited {
    /// Goes through the open requests of all tenants.
    fn of(state: &State) -> Awaited {
        let mut awaited = Awaited::default();
        for (tenant, facts) in state.tenants.entries() {
            for request in facts.requests.values() {
                awaited.people.extend([(request.person, tenant), (request.by, tenant)]);
                awaited.roles.insert(request.role);
            }
        }
        awaited
    }
}

/// One run of all lints.
pub(super) struct Linter<'s> {
    pub(super) state: &'s State,
    /// The instant from which on the facts are looked at, in microseconds.
    pub(super) at: i64,
    /// The only tenant to look at; `None` for all of them and the platform.
    pub(super) tenant: Option<TenantId>,
    pub(super) lints: &'s Lints,
    /// The permissions after ceilings of each effective role seen so far.
    pub(super) permissions: HashMap<EffectiveRoleId, Arc<FixedBitSet>>,
    /// Whether a command could give an effective role on a channel, for those seen so far.
    pub(super) fits: HashMap<(EffectiveRoleId, ChannelId), bool>,
    /// The roles that somebody holds from the instant on, now or later.
    pub(super) held: FixedBitSet,
    pub(super) awaited: Awaited,
    /// The number of findings of each code, listed or not.
    counted: HashMap<&'static str, usize>,
    pub(super) found: Findings,
}

impl<'s> Linter<'s> {
    /// A run that has found nothing yet.
    pub(super) fn new(
        state: &'s State,
        lints: &'s Lints,
        tenant: Option<TenantId>,
        at: i64,
    ) -> Linter<'s> {
        Linter {
            state,
            at,
            tenant,
            lints,
            permissions: HashMap::new(),
            fits: HashMap::new(),
            held: FixedBitSet::with_capacity(state.roles.len()),
            awaited: Awaited::of(state),
            counted: HashMap::new(),
            found: Findings::default(),
        }
    }

    /// Lists a finding, or only counts it if enough of its code are listed.
    pub(super) fn add(
        &mut self,
        tenant: TenantId,
        finding: impl FnOnce(&'s State) -> (Lint, Option<Command>),
    ) {
        let (lint, mend) = finding(self.state);
        let code = lint.code();
        let count = self.counted.entry(code).or_default();
        *count = count.saturating_add(1);
        if *count > self.lints.at_most {
            let more = self.found.more.entry(code).or_default();
            *more = more.saturating_add(1);
        } else {
            self.found.listed.push(Finding { tenant: self.state.tenant_name(tenant), lint, mend });
        }
    }

    /// Whether a tenant, or the platform, is among those to look at.
    pub(super) fn looks_at(&self, tenant: TenantId) -> bool {
        self.tenant.is_none_or(|only| only == tenant)
    }
}
