//! [`ByScope`]: grants the other way round: who holds what at exactly a scope.
//! An index, derived from the grants of people.

use std::sync::Arc;

use crate::facts::rows::{PLATFORM, ScopeId};
use crate::facts::snapshot::State;
use crate::model::Name;
use crate::store::{
    CHUNK, ChannelId, EffectiveRoleId, Full, Keyed, Map, PersonId, RoleId, Sorted, TenantId, Tree,
    UnitId, ids,
};

/// The units of a strip, and the strips of a block.
const STRIP: usize = 16;

/// What is held at one scope, or at a unit alone and at it and below; none: nothing.
type Row = Option<Sorted<Held>>;
type Strip = Arc<[Row; STRIP]>;
/// 256 units, in two steps, so that little is copied for one of them.
type Block = Arc<[Strip; CHUNK / STRIP]>;

/// Those who hold an effective role on a channel.
#[derive(Clone, Debug, Default)]
struct Held {
    key: u32,
    people: Sorted<PersonId>,
}

impl Keyed for Held {
    const MOST: usize = 64;

    fn key(&self) -> u32 {
        self.key
    }
}

/// Whether the scope is a unit and all below it, the effective role, the channel, in one word.
const BELOW: u32 = 1 << 24;
const CHANNELS: u32 = 1 << 4;

fn key(scope: ScopeId, effective: EffectiveRoleId, channel: ChannelId) -> u32 {
    let below = if let ScopeId::Subtree(_) = scope { BELOW } else { 0 };
    // Effective roles are numbered below 2^20, channels below 2^4.
    below | (effective.get() << 4 & (BELOW - CHANNELS)) | channel.get() & 15
}

/// The lowest key at a scope.
fn first(scope: ScopeId) -> u32 {
    key(scope, EffectiveRoleId::from_raw(0), ChannelId::FIRST)
}

fn effective(key: u32) -> EffectiveRoleId {
    EffectiveRoleId::from_raw((key & (BELOW - CHANNELS)) >> 4)
}

fn channel(key: u32) -> ChannelId {
    ChannelId::from_raw(key & 15)
}

/// Who holds what, by the scope it is held at.
#[derive(Clone, Debug, Default)]
pub(crate) struct ByScope {
    units: Tree<usize, Block>,
    others: Map<ScopeId, Sorted<Held>>,
}

impl ByScope {
    /// Adds a holder; one who is there already changes nothing.
    pub(crate) fn add(
        &mut self,
        scope: ScopeId,
        effective: EffectiveRoleId,
        channel: ChannelId,
        person: PersonId,
    ) -> Result<(), Full> {
        let key = key(scope, effective, channel);
        let held = || Held { key, people: Sorted::new(person) };
        let row = match scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => {
                let row = self.unit_mut(unit)?;
                if row.is_none() {
                    *row = Some(Sorted::new(held()));
                    return Ok(());
                }
                row.as_mut()
            }
            scope => {
                if !self.others.contains_key(&scope) {
                    self.others.insert(scope, Sorted::new(held()));
                    return Ok(());
                }
                self.others.get_mut(&scope)
            }
        };
        let Some(row) = row else { return Ok(()) };
        match row.get_mut(key) {
            Some(held) => held.people.insert(person),
            None => row.insert(held()),
        }
        Ok(())
    }

    /// Strikes a holder; one who is not there changes nothing.
    pub(crate) fn remove(
        &mut self,
        scope: ScopeId,
        effective: EffectiveRoleId,
        channel: ChannelId,
        person: PersonId,
    ) {
        let key = key(scope, effective, channel);
        let row = match scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => {
                self.unit_mut(unit).ok().and_then(Option::as_mut)
            }
            scope => self.others.get_mut(&scope),
        };
        let Some(row) = row else { return };
        let Some(held) = row.get_mut(key) else { return };
        held.people.remove(person.get());
        if held.people.is_empty() {
            row.remove(key);
        }
        if row.is_empty() {
            match scope {
                ScopeId::Unit(unit) | ScopeId::Subtree(unit) => {
                    if let Ok(row) = self.unit_mut(unit) {
                        *row = None;
                    }
                }
                scope => {
                    self.others.remove(&scope);
                }
            }
        }
    }

    /// The row of a unit, made if there is none.
    fn unit_mut(&mut self, unit: UnitId) -> Result<&mut Row, Full> {
        let at = unit.index();
        while self.units.len() <= at / CHUNK {
            let bare: Strip = Arc::default();
            self.units.push(Arc::new(std::array::from_fn(|_| Arc::clone(&bare))))?;
        }
        let block = Arc::make_mut(self.units.get_mut(at / CHUNK).ok_or(Full)?);
        let strip = Arc::make_mut(block.get_mut(at % CHUNK / STRIP).ok_or(Full)?);
        strip.get_mut(at % STRIP).ok_or(Full)
    }

    fn row(&self, scope: ScopeId) -> Option<&Sorted<Held>> {
        match scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => {
                let at = unit.index();
                self.units.get(at / CHUNK)?.get(at % CHUNK / STRIP)?.get(at % STRIP)?.as_ref()
            }
            scope => self.others.get(&scope),
        }
    }

    /// Which effective roles are held at exactly this scope, each with the channel.
    pub(crate) fn roles_at(
        &self,
        scope: ScopeId,
    ) -> impl Iterator<Item = (EffectiveRoleId, ChannelId)> + '_ {
        let first = first(scope);
        let past = first.saturating_add(BELOW);
        let held = self.row(scope).into_iter().flat_map(move |row| row.from(first));
        held.map(|held| held.key)
            .take_while(move |&key| key < past)
            .map(|key| (effective(key), channel(key)))
    }

    /// Which effective roles are held at exactly this scope on a channel, each with its holders.
    pub(crate) fn lists_at(
        &self,
        scope: ScopeId,
        on: ChannelId,
    ) -> impl Iterator<Item = (EffectiveRoleId, &Sorted<PersonId>)> + '_ {
        let first = first(scope);
        let past = first.saturating_add(BELOW);
        let held = self.row(scope).into_iter().flat_map(move |row| row.from(first));
        let here = held
            .take_while(move |held| held.key < past)
            .filter(move |held| channel(held.key) == on);
        here.map(|held| (effective(held.key), &held.people))
    }

    /// On which channels an effective role is held at exactly this scope, and by whom.
    fn held(&self, scope: ScopeId, effective: EffectiveRoleId) -> impl Iterator<Item = &Held> + '_ {
        let first = key(scope, effective, ChannelId::FIRST);
        let past = first.saturating_add(CHANNELS);
        let held = self.row(scope).into_iter().flat_map(move |row| row.from(first));
        held.take_while(move |held| held.key < past)
    }

    /// A bit for each channel on which an effective role is held at exactly this scope.
    pub(crate) fn channels(&self, scope: ScopeId, effective: EffectiveRoleId) -> u16 {
        self.held(scope, effective).fold(0, |mask, held| mask | 1 << channel(held.key).get())
    }

    /// Who holds an effective role at exactly this scope on whatever channel; those who
    /// hold it on several come as often.
    pub(crate) fn all_holders(
        &self,
        scope: ScopeId,
        effective: EffectiveRoleId,
    ) -> impl Iterator<Item = PersonId> + '_ {
        self.held(scope, effective).flat_map(|held| held.people.iter().copied())
    }

    /// Who holds an effective role at exactly this scope on a channel, in ascending order.
    pub(crate) fn holders(
        &self,
        scope: ScopeId,
        effective: EffectiveRoleId,
        channel: ChannelId,
    ) -> impl Iterator<Item = PersonId> + '_ {
        let held = self.row(scope).and_then(|row| row.get(key(scope, effective, channel)));
        held.into_iter().flat_map(|held| held.people.iter().copied())
    }

    /// Whether a person stands there.
    pub(crate) fn holds(
        &self,
        scope: ScopeId,
        effective: EffectiveRoleId,
        channel: ChannelId,
        person: PersonId,
    ) -> bool {
        let held = self.row(scope).and_then(|row| row.get(key(scope, effective, channel)));
        held.is_some_and(|held| held.people.get(person.get()).is_some())
    }

    /// Every entry, in no order: the scope, the effective role, the channel, the person.
    fn each(&self, mut f: impl FnMut(ScopeId, EffectiveRoleId, ChannelId, PersonId)) {
        let mut row = |scope: &dyn Fn(bool) -> ScopeId, row: &Sorted<Held>| {
            for held in row.iter() {
                let scope = scope(held.key & BELOW != 0);
                held.people
                    .iter()
                    .for_each(|&person| f(scope, effective(held.key), channel(held.key), person));
            }
        };
        let strips = self.units.iter().flat_map(|block| block.iter());
        for (unit, found) in ids(usize::MAX).zip(strips.flat_map(|strip| strip.iter())) {
            if let Some(found) = found {
                row(
                    &|below| if below { ScopeId::Subtree(unit) } else { ScopeId::Unit(unit) },
                    found,
                );
            }
        }
        self.others.iter().for_each(|(scope, found)| row(&|_| *scope, found));
    }

    /// Checks the lists, and that each entry is one of the grants; `holds` says whether it is.
    /// How many entries there are.
    pub(crate) fn verify(
        &self,
        holds: impl Fn(ScopeId, EffectiveRoleId, ChannelId, PersonId) -> bool,
    ) -> Result<usize, String> {
        let rows = self
            .units
            .iter()
            .flat_map(|block| block.iter())
            .flat_map(|strip| strip.iter().flatten());
        for row in rows.chain(self.others.values()) {
            row.verify()?;
            row.iter().try_for_each(|held| held.people.verify())?;
            if row.is_empty() || row.iter().any(|held| held.people.is_empty()) {
                return Err("a list of holders without any".into());
            }
        }
        let (mut count, mut wrong) = (0usize, None);
        self.each(|scope, effective, channel, person| {
            count = count.saturating_add(1);
            if !holds(scope, effective, channel, person) {
                wrong = Some(format!(
                    "person {person} is listed at {scope:?} with effective role {effective}"
                ));
            }
        });
        wrong.map_or(Ok(count), Err)
    }
}

impl State {
    /// Each scope of a tenant with each effective role of a role that can be held there.
    pub(crate) fn places_of(
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
        self.places_of(tenant, role, |scope, effective| {
            people.extend(self.by_scope.all_holders(scope, effective))
        });
        people.sort();
        people.dedup();
        people
    }

    /// Everyone who holds a role in a tenant, itself or by a role that includes it.
    pub(crate) fn holders_of(&self, tenant: Option<&Name>, role: &Name) -> Vec<PersonId> {
        let Some(tenant) = tenant.map_or(Some(PLATFORM), |tenant| self.tenant(tenant)) else {
            return Vec::new();
        };
        let own = || self.tenants.get(tenant)?.roles.get(role).copied();
        let role = self.policy.role(role).or_else(own);
        role.map_or_else(Vec::new, |role| self.holders_through(tenant, role).collect())
    }

    /// The same by number; those who hold several such roles come as often.
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
        self.places_of(tenant, role, |scope, effective| {
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

    /// Any of many grants, a few of which differ in dates alone.
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

    /// Asks the index whatever can be asked, and the people one by one.
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
