//! Whether a plan concerns more people than the policy lets pass without a confirmation.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::document::{Link, Mass, Row};
use crate::facts::State;
use crate::model::Name;
use crate::store::TenantId;

/// The first limit that rows exceed: of people altogether, then of each tenant's people. `None` if
/// they exceed none. `registered` is called only if the policy limits by percentage.
pub(in crate::admin) fn mass_of(
    state: &State,
    rows: &[Row],
    registered: impl FnOnce() -> HashMap<TenantId, usize>,
) -> Option<Mass> {
    let rules = &state.policy.document().revocation;
    if let Some(most) = rules.at_most {
        let people = rows.iter().map(Row::person).collect::<HashSet<_>>().len();
        let at_most = usize::try_from(most).unwrap_or(usize::MAX);
        if people > at_most {
            return Some(Mass { tenant: None, people, at_most });
        }
    }
    let percent = usize::try_from(rules.at_most_percent?).unwrap_or(usize::MAX);
    let mut concerned: BTreeMap<Name, HashSet<&str>> = BTreeMap::new();
    for row in rows {
        let tenant = match &row.link {
            Link::Grant(grant) => {
                let scope =
                    crate::facts::Lookup::of(state).scope(&grant.scope, Some(&grant.person));
                scope.ok().and_then(|scope| state.tenant_name(state.tenant_of(scope)))
            }
            Link::Registration { tenant, .. } => Some(tenant.clone()),
        };
        concerned.extend(
            tenant
                .clone()
                .filter(|tenant| !concerned.contains_key(tenant))
                .map(|t| (t, HashSet::new())),
        );
        if let Some(people) = tenant.and_then(|tenant| concerned.get_mut(&tenant)) {
            people.insert(row.person().as_str());
        }
    }
    let registered = registered();
    concerned.into_iter().find_map(|(name, people)| {
        let of =
            state.tenant(&name).and_then(|tenant| registered.get(&tenant)).copied().unwrap_or(0);
        let at_most = of.saturating_mul(percent) / 100;
        (people.len() > at_most).then_some(Mass {
            tenant: Some(name),
            people: people.len(),
            at_most,
        })
    })
}

/// The number of people registered in each tenant.
pub(in crate::admin) fn registered_by_tenant(state: &State) -> HashMap<TenantId, usize> {
    let mut registered: HashMap<TenantId, usize> = HashMap::new();
    for id in state.people.keys() {
        for registration in state.person(id).into_iter().flat_map(|person| person.registrations()) {
            let count = registered.entry(registration.tenant).or_default();
            *count = count.saturating_add(1);
        }
    }
    registered
}
