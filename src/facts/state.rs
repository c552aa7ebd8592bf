//! [`State`]: the store behind a snapshot, and the questions about it that need no names.
//!
//! Nothing here changes a fact: events do, in [`apply`](super::apply). Names are resolved in
//! [`lookup`](super::lookup).

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use super::index::by_scope::ByScope;
use super::index::forest::Forest;
use super::index::grids::{GridFacts, GridSets, next_stamp};
use super::index::people::{People, Person};
use super::index::rights::Rights;
use super::person_number::numbered;
use super::rows::{
    Affiliated, BasisId, GroupFacts, PLATFORM, PlaceId, RestrictionFacts, ScopeId, Tenant,
    UnitFacts,
};
use crate::model::{Identifier, Name, Scope};
use crate::policy::{Policy, RoleRules};
use crate::store::{
    Full, GridId, GroupId, Map, Names, PersonId, RoleId, Table, TenantId, Tree, UnitId,
};
use crate::zones::Zones;

/// The number of a state of the facts. It grows by one with every change.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(transparent)]
pub struct Revision(pub u64);

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Revision {
    pub(crate) fn next(self) -> Revision {
        Revision(self.0.saturating_add(1))
    }
}

/// The store. Every field is shared with the snapshots it was cloned from, until it is written.
#[derive(Clone)]
pub(crate) struct State {
    /// Tells the snapshots that descend from one another apart from all others, whose ids mean
    /// something else.
    pub(crate) lineage: u32,
    /// The newest revision of the lineage. Changing an older revision branches off into a new
    /// lineage. `None` if only an `Authority` continues the lineage.
    line: Option<Arc<AtomicU64>>,
    pub(crate) revision: Revision,
    pub(crate) policy: Arc<Policy>,
    pub(crate) people: People,
    pub(crate) units: Forest<UnitId>,
    pub(crate) rights: Rights,
    /// The grants of all people, by scope.
    pub(crate) by_scope: ByScope,
    /// The restrictions on roles, by role.
    pub(crate) role_restrictions: Map<RoleId, Vec<Arc<RestrictionFacts>>>,
    /// A bit for each stage of the fast lane at which a denial needs the slow path to find its
    /// reason, as rows of restricted roles are empty and ceilings are cut in advance.
    pub(crate) unclear: u8,
    pub(crate) person_names: Names<PersonId>,
    pub(crate) unit_names: Names<UnitId>,
    pub(crate) unit_facts: Table<UnitId, UnitFacts>,
    pub(crate) tenants: Tree<TenantId, Arc<Tenant>>,
    pub(crate) groups: Forest<GroupId>,
    pub(crate) group_facts: Tree<GroupId, Arc<GroupFacts>>,
    pub(crate) roles: Tree<RoleId, Arc<RoleRules>>,
    /// Where the offsets of the grids' time zones come from.
    pub(crate) zones: Zones,
    /// The grids by number. `None` if the grid was deleted: numbers are not given again.
    pub(crate) grids: Tree<GridId, Option<Arc<GridFacts>>>,
    pub(crate) grid_sets: GridSets,
    /// A stamp that changes with every change of grids, enrolments or zones, in any snapshot. Two
    /// states with equal stamps have equal hours.
    pub(crate) hours_stamp: u64,
}

/// The next lineage. It begins at a random number, so that an id made from the facts of another
/// program, or in an earlier run, is not taken for one of this run.
static LINEAGES: LazyLock<AtomicU32> =
    LazyLock::new(|| AtomicU32::new(RandomState::new().build_hasher().finish() as u32));

impl State {
    /// A store without facts, of a lineage of its own. It holds the policy's roles and the
    /// platform.
    pub(crate) fn empty(policy: Arc<Policy>, zones: Zones) -> State {
        let mut state = State {
            lineage: LINEAGES.fetch_add(1, Ordering::Relaxed),
            line: Some(Arc::default()),
            revision: Revision(0),
            people: People::default(),
            units: Forest::default(),
            rights: Rights::new(policy.permission_count()),
            by_scope: ByScope::default(),
            role_restrictions: Map::new(),
            unclear: 0,
            person_names: Names::default(),
            unit_names: Names::default(),
            unit_facts: Table::default(),
            tenants: Tree::default(),
            groups: Forest::default(),
            group_facts: Tree::filled_with(Arc::new(GroupFacts::of_nothing())),
            roles: Tree::filled_with(Arc::new(RoleRules::of_nothing())),
            zones,
            grids: Tree::default(),
            grid_sets: GridSets::default(),
            hours_stamp: next_stamp(),
            policy,
        };
        // A policy has fewer roles than a tree has room for, and one tenant always fits.
        for role in state.policy.roles() {
            let _ = state.roles.push(Arc::clone(role));
        }
        let _ = state.tenants.push(Arc::new(Tenant { root: UnitId::NONE, ..Tenant::default() }));
        state.settle_unclear();
        state
    }

    /// Begins a lineage that only the caller continues.
    pub(crate) fn begin_line(&mut self) {
        self.lineage = LINEAGES.fetch_add(1, Ordering::Relaxed);
        self.line = None;
    }

    /// To be called after a change. Two branches of one revision reuse ids; the second gets a new
    /// lineage.
    pub(crate) fn branch_off(&mut self) {
        let (before, now) = (self.revision.0.saturating_sub(1), self.revision.0);
        let first = self.line.as_ref().is_some_and(|line| {
            line.compare_exchange(before, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        });
        if !first {
            self.lineage = LINEAGES.fetch_add(1, Ordering::Relaxed);
            self.line = Some(Arc::new(AtomicU64::new(now)));
        }
    }

    /// The name of a tenant, which is the code of its root unit. `None` for the platform.
    pub(crate) fn tenant_name(&self, tenant: TenantId) -> Option<Name> {
        let root = self.tenants.get(tenant)?.root;
        (root != UnitId::NONE).then(|| self.unit_names.name(root))
    }

    pub(crate) fn settle_unclear(&mut self) {
        self.unclear = match (self.role_restrictions.is_empty(), self.policy.has_ceilings()) {
            (true, false) => 0,
            (true, true) => 0b0001,
            (false, _) => 0b0111,
        };
    }

    /// The tenant with this name.
    pub(crate) fn tenant(&self, name: &str) -> Option<TenantId> {
        let unit = self.unit_names.find(name)?;
        let node = self.units.node(unit);
        (node.parent == UnitId::NONE).then_some(node.owner)
    }

    /// Whether every role has all its permissions: no ceiling cuts any, and no restriction is on a
    /// role.
    pub(crate) fn is_uncut(&self) -> bool {
        self.unclear == 0
    }

    pub(crate) fn unit_kind(&self, unit: UnitId) -> u16 {
        self.unit_facts.get(unit).map_or(u16::MAX, |facts| facts.kind)
    }

    pub(crate) fn role(&self, role: RoleId) -> Option<&Arc<RoleRules>> {
        self.roles.get(role)
    }

    pub(crate) fn person(&self, id: PersonId) -> Option<Person<'_>> {
        self.people.person(id)
    }

    /// The identifier of a person, or `#17` if the name is forgotten.
    pub(crate) fn identifier(&self, person: PersonId) -> Identifier {
        self.person_names
            .text(person)
            .map_or_else(|| numbered(person), |text| Name::trusted(text).into())
    }

    /// Gives the next id to a person of whom nothing else is known. `None` as the name if it is
    /// forgotten already.
    pub(crate) fn add_person(&mut self, name: Option<&str>) -> Result<PersonId, Full> {
        self.people.push()?;
        match name {
            Some(name) => self.person_names.intern(name),
            None => self.person_names.pass(),
        }
    }

    /// The tenant that a scope belongs to.
    pub(crate) fn tenant_of(&self, scope: ScopeId) -> TenantId {
        match scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => self.units.node(unit).owner,
            ScopeId::Members(group) => self.groups.node(group).owner,
            ScopeId::Own(tenant) => tenant,
            ScopeId::Everywhere => PLATFORM,
        }
    }

    /// The vision that a grant with this scope has ([ruling R9](crate::docs::contract#r9)).
    pub(crate) fn vision_of(&self, scope: ScopeId) -> u8 {
        match scope {
            ScopeId::Unit(unit) | ScopeId::Subtree(unit) => {
                self.policy.vision_of(self.unit_kind(unit))
            }
            ScopeId::Members(_) | ScopeId::Own(_) | ScopeId::Everywhere => self.policy.widest(),
        }
    }

    /// Whether a unit scope covers a unit; other scopes cover none.
    pub(crate) fn covers_unit(&self, scope: ScopeId, unit: UnitId) -> bool {
        match scope {
            ScopeId::Unit(only) => only == unit,
            ScopeId::Subtree(top) => self.units.covers(top, unit),
            ScopeId::Members(_) | ScopeId::Own(_) | ScopeId::Everywhere => false,
        }
    }

    /// Whether an affiliation satisfies a basis, while that affiliation is in force.
    pub(crate) fn rests_on(
        &self,
        basis: BasisId,
        tenant: TenantId,
        affiliated: &Affiliated,
    ) -> bool {
        affiliated.kind == basis.kind
            && self.units.node(affiliated.unit).owner == tenant
            && match basis.place {
                PlaceId::Unit(unit) => unit == affiliated.unit,
                PlaceId::Subtree(unit) => self.units.covers(unit, affiliated.unit),
                PlaceId::Set(set) => self
                    .unit_facts
                    .get(affiliated.unit)
                    .is_some_and(|facts| facts.sets >> (set & 63) & 1 == 1),
            }
    }

    /// Whether a person is a member or the leader of a group or of one below it ([ruling
    /// R17](crate::docs::contract#r17)).
    pub(crate) fn is_in_group(&self, person: Person<'_>, group: GroupId) -> bool {
        person.memberships().iter().any(|membership| self.groups.covers(group, membership.group))
    }

    /// Whether a person leads a group or one above it.
    pub(crate) fn leads(&self, person: Person<'_>, group: GroupId) -> bool {
        let mut led = person.memberships().iter().filter(|membership| membership.leader);
        led.any(|membership| self.groups.covers(membership.group, group))
    }

    /// A scope with its ids turned back into the host's names.
    pub(crate) fn scope_name(&self, scope: ScopeId) -> Scope {
        match scope {
            ScopeId::Unit(unit) => Scope::Unit(self.unit_names.name(unit)),
            ScopeId::Subtree(unit) => Scope::Subtree(self.unit_names.name(unit)),
            ScopeId::Members(group) => Scope::Members {
                group: self.group_name(group),
                tenant: self.tenant_name(self.groups.node(group).owner),
            },
            ScopeId::Own(tenant) => Scope::Own { tenant: self.tenant_name(tenant) },
            ScopeId::Everywhere => Scope::Everywhere,
        }
    }

    pub(crate) fn group_name(&self, group: GroupId) -> Name {
        self.group_facts
            .get(group)
            .map_or_else(|| Name::trusted("?".into()), |facts| facts.name.clone())
    }
}
