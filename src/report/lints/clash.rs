//! The grants behind a clash of roles that may not be held together.

use std::collections::BTreeSet;

use crate::admin::Rule;
use crate::facts::{Detail, Lookup, Person, ScopeId, State, Word};
use crate::model::Name;
use crate::store::{RoleId, TenantId, UnitId};

type Grants = Vec<(Word, Detail)>;

/// The grants of a person in a tenant that together break a rule, exclusive roles or a separation;
/// and those of them to revoke so that the rule holds: the later ones. Both empty for other rules.
pub(super) fn clashing(
    state: &State,
    person: Person<'_>,
    tenant: TenantId,
    rule: &Rule,
    at: i64,
) -> (Grants, Grants) {
    let id = |role: &Name| Lookup::of(state).role(tenant, role).unwrap_or(RoleId::NONE);
    let here = person
        .grants()
        .filter(|(word, detail)| detail.until > at && state.tenant_of(word.scope()) == tenant);
    let held = here.filter_map(|(word, detail)| {
        let role = state.rights.effective(word.role())?.role;
        Some(((word, detail), role, state.role(role)?))
    });
    match rule {
        Rule::Exclusive { role, with } => {
            let (role, with) = (id(role), id(with));
            let held: Vec<_> = held
                .filter(|(_, held, rules)| {
                    *held == with || rules.closure.binary_search(&role).is_ok()
                })
                .map(|(grant, held, _)| (grant, held == with))
                .collect();
            let later = held.last().is_some_and(|(_, is_with)| *is_with);
            let revoked = held
                .iter()
                .filter(|(_, is_with)| *is_with == later)
                .map(|(grant, _)| *grant)
                .collect();
            (held.into_iter().map(|(grant, _)| grant).collect(), revoked)
        }
        Rule::Separation { roles, at_most, unit, .. } => {
            let roles: BTreeSet<RoleId> = roles.iter().map(id).collect();
            let unit =
                unit.as_ref().map(|unit| state.unit_names.find(unit).unwrap_or(UnitId::NONE));
            let covers = |scope: ScopeId| {
                unit.is_none_or(|unit| {
                    scope == ScopeId::Everywhere || state.covers_unit(scope, unit)
                })
            };
            let (mut kept, mut grants, mut revoked) = (BTreeSet::new(), Vec::new(), Vec::new());
            for (grant, _, rules) in held.filter(|((word, _), ..)| covers(word.scope())) {
                let brings: BTreeSet<RoleId> = roles
                    .iter()
                    .copied()
                    .filter(|role| rules.closure.binary_search(role).is_ok())
                    .collect();
                if brings.is_empty() {
                    continue;
                }
                grants.push(grant);
                let more: BTreeSet<RoleId> = kept.union(&brings).copied().collect();
                if more.len() > *at_most {
                    revoked.push(grant);
                } else {
                    kept = more;
                }
            }
            (grants, revoked)
        }
        _ => (Vec::new(), Vec::new()),
    }
}
