//! Who holds a role: questions about people and roles that the index by scope answers.
//!
//! The index itself is [`ByScope`](super::index::by_scope::ByScope).

use super::rows::{PLATFORM, ScopeId};
use super::state::State;
use crate::model::Name;
use crate::store::{EffectiveRoleId, PersonId, RoleId, TenantId};

impl State {
    /// Calls `f` with each scope of a tenant at which a role can be held, and the effective role
    /// there.
    pub(crate) fn each_scope_of_role(
        &self,
        tenant: TenantId,
        role: RoleId,
        mut f: impl FnMut(ScopeId, EffectiveRoleId),
    ) {
        let effective = self.rights.of_role(role);
        if effective.is_empty() {
            return;
        }
        let Some(facts) = self.tenants.get(tenant) else { return };
        let units =
            facts.units.iter().flat_map(|&unit| [ScopeId::Unit(unit), ScopeId::Subtree(unit)]);
        let groups = facts.groups.values().map(|&group| ScopeId::Members(group));
        let everywhere = (tenant == PLATFORM).then_some(ScopeId::Everywhere);
        for scope in units.chain(groups).chain([ScopeId::Own(tenant)]).chain(everywhere) {
            let vision = self.vision_of(scope);
            effective
                .iter()
                .filter(|(it, _)| it.vision == vision)
                .for_each(|&(_, id)| f(scope, id));
        }
    }

    /// The people with a grant of exactly this role in a tenant, in ascending order, each once.
    pub(crate) fn holders_in(&self, tenant: TenantId, role: RoleId) -> Vec<PersonId> {
        let mut people = Vec::new();
        self.each_scope_of_role(tenant, role, |scope, effective| {
            people.extend(self.by_scope.all_holders(scope, effective))
        });
        people.sort();
        people.dedup();
        people
    }

    /// The people who hold a role in a tenant, directly or by a role that includes it. Somebody who
    /// holds several such roles comes several times. Empty if there is no such tenant or role.
    pub(crate) fn holders_of(&self, tenant: Option<&Name>, role: &Name) -> Vec<PersonId> {
        let Some(tenant) = tenant.map_or(Some(PLATFORM), |tenant| self.tenant(tenant)) else {
            return Vec::new();
        };
        let own = || self.tenants.get(tenant)?.roles.get(role).copied();
        let role = self.policy.role(role).or_else(own);
        role.map_or_else(Vec::new, |role| self.holders_through(tenant, role).collect())
    }

    /// The people who hold a role in a tenant, directly or by a role that includes it. Somebody who
    /// holds several such roles comes several times.
    pub(crate) fn holders_through(
        &self,
        tenant: TenantId,
        role: RoleId,
    ) -> impl Iterator<Item = PersonId> + '_ {
        let built_in = self.policy.role_ids();
        let own =
            self.tenants.get(tenant).into_iter().flat_map(|facts| facts.roles.values().copied());
        let includes = move |&it: &RoleId| {
            self.role(it).is_some_and(|rules| rules.closure.binary_search(&role).is_ok())
        };
        built_in.chain(own).filter(includes).flat_map(move |role| self.holders_in(tenant, role))
    }

    /// A bit for each channel on which exactly this role is granted in a tenant.
    pub(crate) fn channels_of(&self, tenant: TenantId, role: RoleId) -> u16 {
        let mut mask = 0;
        self.each_scope_of_role(tenant, role, |scope, effective| {
            mask |= self.by_scope.channels(scope, effective)
        });
        mask
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::model::{Grant, Scope};
    use crate::policy::Policy;
    use crate::store::{UnitId, ids};
    use crate::time::Instant;
    use crate::{Event, Facts, Snapshot};

    const POLICY: &str = r#"
        version = 1
        visions = ["city", "school"]
        channels = ["standard", "support"]
        functions.notes.actions = ["read", "write"]
        kinds = { staff = {}, guest = {} }
        unit-kinds = { city = { vision = "city" }, school = { vision = "school" } }
        roles.reader.permissions = ["notes:read"]
        roles.clerk.permissions = ["notes:write"]
        administration.seats = { reader = "tenant" }
    "#;

    const FACTS: &str = r#"
        version = 1
        units = [{ code = "t", kind = "city" }, { code = "a", kind = "school", parent = "t" }, { code = "u", kind = "city" }]
        people = [
            { person = "p0", tenant = "t", kind = "staff" }, { person = "p1", tenant = "t", kind = "guest" },
            { person = "p2", tenant = "t", kind = "staff" }, { person = "p0", tenant = "u", kind = "guest" },
            { person = "p1", kind = "staff" },
        ]
        groups = [{ tenant = "t", name = "g" }]
        roles = [{ tenant = "t", name = "own", role = { includes = ["reader"] } }]
    "#;

    /// One of many grants, a few of which differ in dates alone.
    fn grant(n: usize) -> Grant {
        let (person, n) = (["p0", "p1", "p2"][n % 3], n / 3);
        let (role, n) = (["reader", "clerk", "own"][n % 3], n / 3);
        let name = |text: &str| text.try_into().unwrap();
        let scopes = [
            Scope::Unit(name("t")),
            Scope::Subtree(name("t")),
            Scope::Unit(name("a")),
            Scope::Members { group: name("g"), tenant: Some(name("t")) },
            Scope::Own { tenant: Some(name("t")) },
            Scope::Own { tenant: Some(name("u")) },
            Scope::Everywhere,
        ];
        let (scope, n) = (scopes[n % 7].clone(), n / 7);
        let grant = Grant::role(role).to(person).on_channel(["standard", "support"][n % 2]);
        let grant = if n / 2 % 2 == 0 { grant } else { grant.until(Instant::MAX) };
        grant.scoped(scope).unwrap()
    }

    /// Compares every answer of the index with the grants of the people one by one.
    fn agree(state: &State) {
        let mut by_people = BTreeSet::new();
        for id in state.people.keys() {
            for word in state.person(id).unwrap().words() {
                by_people.insert((word.scope(), word.role(), word.channel(), id));
            }
        }
        let mut by_scope = BTreeSet::new();
        let units = ids(3).flat_map(|unit| [ScopeId::Unit(unit), ScopeId::Subtree(unit)]);
        let own = ids(3).map(ScopeId::Own);
        let groups = state.group_facts.keys().map(ScopeId::Members);
        for scope in units
            .chain(own)
            .chain(groups)
            .chain([ScopeId::Everywhere, ScopeId::Unit(UnitId::from_raw(9_999))])
        {
            for (effective, channel) in state.by_scope.roles_at(scope) {
                let holders: Vec<PersonId> =
                    state.by_scope.holders(scope, effective, channel).collect();
                assert!(holders.is_sorted() && !holders.is_empty());
                by_scope.extend(holders.into_iter().map(|id| (scope, effective, channel, id)));
            }
        }
        assert_eq!(by_scope, by_people);
        for tenant in state.tenants.keys().take(3) {
            for role in state.roles.keys() {
                let of_role = by_people.iter().filter(|(scope, effective, ..)| {
                    state.tenant_of(*scope) == tenant
                        && state.rights.effective(*effective).unwrap().role == role
                });
                let holders: BTreeSet<PersonId> = of_role.clone().map(|(.., id)| *id).collect();
                assert!(state.holders_in(tenant, role).into_iter().eq(holders));
                assert_eq!(
                    state.channels_of(tenant, role),
                    of_role.fold(0, |mask, (_, _, channel, _)| mask | 1 << channel.get())
                );
            }
        }
    }

    fn changes() -> impl Strategy<Value = Event> {
        let event = |json: &str| serde_json::from_str::<Event>(json).unwrap();
        let rare = vec![
            event(r#"{"event":"person-removed/1","person":"p0","tenant":"t"}"#),
            event(r#"{"event":"person-removed/1","person":"p1"}"#),
            event(r#"{"event":"person-kind-changed/1","person":"p1","tenant":"t","kind":"staff"}"#),
            event(r#"{"event":"person-kind-changed/1","person":"p2","tenant":"t","kind":"guest"}"#),
            event(
                r#"{"event":"role-edited/1","tenant":"t","name":"own","role":{"permissions":["notes:read"]}}"#,
            ),
            event(
                r#"{"event":"role-edited/1","tenant":"t","name":"own","role":{"includes":["clerk","reader"]}}"#,
            ),
            event(r#"{"event":"role-deleted/1","tenant":"t","role":"own"}"#),
            event(r#"{"event":"group-deleted/1","tenant":"t","group":"g"}"#),
            event(r#"{"event":"group-created/1","tenant":"t","name":"g"}"#),
        ];
        let some = || (0usize..252).prop_map(grant);
        prop_oneof![
            12 => some().prop_map(Event::Granted),
            6 => some().prop_map(Event::Revoked),
            2 => prop::sample::select(rare),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 8 + 1))]

        #[test]
        fn the_index_by_scope_is_the_grants_of_people(events in prop::collection::vec(changes(), 0..120)) {
            let mut snapshot = Snapshot::new(Policy::from_toml(POLICY).unwrap());
            snapshot.import(&Facts::from_toml(FACTS).unwrap()).unwrap();
            let mut kept = Vec::new();
            for (n, event) in events.iter().enumerate() {
                let _ = snapshot.apply(event);
                agree(&snapshot.0);
                snapshot.verify().unwrap();
                if n % 16 == 0 {
                    kept.push(snapshot.clone());
                }
            }
            for old in kept {
                agree(&old.0);
                old.verify().unwrap();
            }
        }
    }
}
