//! [`Snapshot`]: the facts at one revision. [`State`]: the store behind it.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use super::apply::{Newcomers, Writer};
use super::lookup::Reading;
use super::people_of::numbered;
use super::{Event, Facts, Row};
use crate::facts::error::{FactsError, Misfit};
use crate::facts::index::by_scope::ByScope;
use crate::facts::index::forest::Forest;
use crate::facts::index::grids::{GridFacts, GridSets, clock, next_stamp};
use crate::facts::index::people::{People, Person};
use crate::facts::index::rights::Rights;
use crate::facts::rows::{
    Affiliated, BasisId, GroupFacts, PLATFORM, PlaceId, RestrictionFacts, ScopeId, Tenant,
    UnitFacts,
};
use crate::model::{Identifier, Name, Scope};
use crate::policy::{Policy, RoleRules};
use crate::store::{
    Full, GridId, GroupId, Map, Names, PersonId, RoleId, Table, TenantId, Tree, UnitId,
};
use crate::zones::Zones;

/// The number of a state of the facts: it grows by one with every change.
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

/// The facts at one revision, indexed for decisions.
///
/// A clone is one reference count and never changes under its holder: a change
/// to one copies the little that it touches, and nothing if the snapshot is not
/// shared. Questions take the instant as an argument; nothing here reads a clock.
///
/// ```
/// use alcada::{Event, Grant, Instant, Permission, Policy, Registration, Request, Snapshot};
/// let policy = Policy::from_toml(r#"
///     version = 1
///     functions.articles.actions = ["view", "edit"]
///     roles.editor.permissions = ["articles:*"]
/// "#)?;
/// let mut facts = Snapshot::new(policy);
/// facts.apply(&Event::PersonRegistered(Registration::of("ana")?))?;
/// facts.apply(&Event::Granted(Grant::role("editor").to("ana").everywhere()?))?;
/// let request = Request::by("ana").to(Permission::new("articles:edit"));
/// assert!(facts.check(&request, Instant::now()).is_allow());
/// # Ok::<(), alcada::Error>(())
/// ```
#[derive(Clone)]
pub struct Snapshot(pub(crate) Arc<State>);

/// The store. Every field is shared with the snapshots it was cloned from, until
/// written.
#[derive(Clone)]
pub(crate) struct State {
    /// Tells apart the snapshots that descend from one another from all others,
    /// whose ids mean something else.
    pub(crate) lineage: u32,
    /// The newest revision of the lineage: whoever changes an older one branches off,
    /// into a lineage of its own. None: an Authority goes on with it, nobody else.
    line: Option<Arc<AtomicU64>>,
    pub(crate) revision: Revision,
    pub(crate) policy: Arc<Policy>,
    pub(crate) people: People,
    pub(crate) units: Forest<UnitId>,
    pub(crate) rights: Rights,
    /// The grants of people, by scope.
    pub(crate) by_scope: ByScope,
    /// The restrictions on roles, by role.
    pub(crate) role_restrictions: Map<RoleId, Vec<Arc<RestrictionFacts>>>,
    /// A bit for each reach of the fast lane that it can't tell the reason of: rows of
    /// restricted roles are empty, and ceilings are cut already.
    pub(crate) unclear: u8,
    pub(crate) person_names: Names<PersonId>,
    pub(crate) unit_names: Names<UnitId>,
    pub(crate) unit_facts: Table<UnitId, UnitFacts>,
    pub(crate) tenants: Tree<TenantId, Arc<Tenant>>,
    pub(crate) groups: Forest<GroupId>,
    pub(crate) group_facts: Tree<GroupId, Arc<GroupFacts>>,
    pub(crate) roles: Tree<RoleId, Arc<RoleRules>>,
    /// Where the offsets of the grids' zones come from.
    pub(crate) zones: Zones,
    /// None: there was a grid with this number.
    pub(crate) grids: Tree<GridId, Option<Arc<GridFacts>>>,
    pub(crate) grid_sets: GridSets,
    /// Another one after every change of grids, enrolments or zones, in whatever
    /// snapshot: where it is the same, so are they.
    pub(crate) hours_stamp: u64,
}

/// How much there is, and nothing of it: facts do not belong in logs.
impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let State { revision, people, units, .. } = &*self.0;
        write!(f, "Snapshot(revision {revision}, {} people, {} units)", people.len(), units.len())
    }
}

/// The next lineage. It begins anywhere, so that what was made of another program's facts, or by an
/// earlier run, is not taken for one of these.
static LINEAGES: LazyLock<AtomicU32> =
    LazyLock::new(|| AtomicU32::new(RandomState::new().build_hasher().finish() as u32));

impl Snapshot {
    /// A snapshot without facts, under a policy.
    #[must_use]
    pub fn new(policy: impl Into<Arc<Policy>>) -> Snapshot {
        Snapshot::with_zones(policy, Zones::bundled())
    }

    /// The same, with time zones from a source of the host's: see [`Zones`].
    #[must_use]
    pub fn with_zones(policy: impl Into<Arc<Policy>>, zones: Zones) -> Snapshot {
        let policy = policy.into();
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
        // A policy has fewer roles than a tree has room, and one tenant always fits.
        for role in state.policy.roles() {
            let _ = state.roles.push(Arc::clone(role));
        }
        let _ = state.tenants.push(Arc::new(Tenant { root: UnitId::NONE, ..Tenant::default() }));
        state.settle_unclear();
        Snapshot(Arc::new(state))
    }

    /// The policy it decides by.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// Where the offsets of its grids' time zones come from.
    #[must_use]
    pub fn zones(&self) -> &Zones {
        &self.0.zones
    }

    /// Takes time zones from another source: every grid is laid out anew by it. The
    /// facts are the same, and so is the revision; what was decided before is not to be
    /// kept.
    ///
    /// # Errors
    /// When the source lacks a grid's zone; then nothing has changed.
    ///
    /// # Complexity
    /// O(grids).
    pub fn use_zones(&mut self, zones: Zones) -> Result<(), FactsError> {
        let mut again = Vec::new();
        for (id, facts) in self.0.grids.entries() {
            let Some(facts) = facts else { continue };
            let unfit = |misfit| {
                FactsError::new(Some(format!("grid `{}`", facts.grid.name)), "use-zones", misfit)
            };
            let clock = clock(&facts.grid, &zones).map_err(unfit)?;
            again.push((id, GridFacts { clock, ..GridFacts::clone(facts) }));
        }
        let state = Arc::make_mut(&mut self.0);
        for (id, facts) in again {
            if let Some(place) = state.grids.get_mut(id) {
                *place = Some(Arc::new(facts));
            }
        }
        state.zones = zones;
        state.renew_sets(None);
        state.hours_stamp = next_stamp();
        Ok(())
    }

    /// Which state of the facts this is.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.0.revision
    }

    /// How many principals have ever been registered.
    #[must_use]
    pub fn people(&self) -> usize {
        self.0.people.len()
    }

    /// Changes the facts by one event.
    ///
    /// # Errors
    /// When the event does not fit the facts; then nothing has changed.
    ///
    /// # Complexity
    /// Grants, revocations, affiliations, suspensions and groups: independent of
    /// the number of people. Units: O(n log n) in the units of the tenant, so that many
    /// are better added by [`apply_all`](Snapshot::apply_all) or
    /// [`import`](Snapshot::import), which renumber once. Deleting a role: O(units of the
    /// tenant + its holders). Removing somebody from the platform: O(tenants).
    pub fn apply(&mut self, event: &Event) -> Result<Revision, FactsError> {
        let revision = self.apply_on_line(event)?;
        Arc::make_mut(&mut self.0).branch_off();
        Ok(revision)
    }

    /// The same without asking whether others have gone on from here: for the
    /// Authority, whose line this is.
    pub(crate) fn apply_on_line(&mut self, event: &Event) -> Result<Revision, FactsError> {
        let state = Arc::make_mut(&mut self.0);
        let mut writer = Writer::new(state);
        let outcome = writer.apply(event);
        writer.finish();
        outcome.map_err(|misfit| FactsError::new(None, event.word(), misfit))?;
        state.revision = state.revision.next();
        Ok(state.revision)
    }

    /// Changes the facts by many events, as one revision.
    ///
    /// # Errors
    /// When one of them does not fit; the error names it, and nothing has changed.
    pub fn apply_all<'e>(
        &mut self,
        events: impl IntoIterator<Item = &'e Event>,
    ) -> Result<Revision, FactsError> {
        let revision = self.apply_all_on_line(events)?;
        Arc::make_mut(&mut self.0).branch_off();
        Ok(revision)
    }

    pub(crate) fn apply_all_on_line<'e>(
        &mut self,
        events: impl IntoIterator<Item = &'e Event>,
    ) -> Result<Revision, FactsError> {
        let rows = events.into_iter().enumerate();
        self.apply_rows(
            rows.map(|(n, event)| (event, move || format!("events[{n}]"))),
            Reading::default(),
        )
    }

    /// The same for events that a command was decided to: on failure this snapshot is
    /// not to be used, so that nothing is kept to go back to.
    pub(crate) fn apply_judged(&mut self, events: &[Event]) -> Result<Revision, Misfit> {
        let state = Arc::make_mut(&mut self.0);
        let mut writer = Writer::new(state);
        let outcome = events.iter().try_for_each(|event| writer.apply(event));
        writer.finish();
        outcome?;
        state.revision = state.revision.next();
        Ok(state.revision)
    }

    /// Adds the facts of a document, as one revision. Rows may stand in any order.
    ///
    /// # Errors
    /// When a row does not fit; the error names it, and nothing has changed.
    pub fn import(&mut self, facts: &Facts) -> Result<Revision, FactsError> {
        let revision = self.import_on_line(&facts.rows()?, facts.standing)?;
        Arc::make_mut(&mut self.0).branch_off();
        Ok(revision)
    }

    /// The same for the rows of a document, without asking whether others have gone on from here.
    pub(crate) fn import_on_line(
        &mut self,
        rows: &[(Row, Event)],
        standing: bool,
    ) -> Result<Revision, FactsError> {
        let reading = Reading { standing, ..Reading::default() };
        self.apply_rows(rows.iter().map(|(label, event)| (event, || label.to_string())), reading)
    }

    /// For an Authority that begins here: a lineage of its own, which nobody else continues.
    pub(crate) fn into_line(mut self) -> Arc<State> {
        let state = Arc::make_mut(&mut self.0);
        state.lineage = LINEAGES.fetch_add(1, Ordering::Relaxed);
        state.line = None;
        self.0
    }

    fn apply_rows<'e, L: Fn() -> String>(
        &mut self,
        rows: impl IntoIterator<Item = (&'e Event, L)>,
        reading: Reading,
    ) -> Result<Revision, FactsError> {
        // What is written is copied while `before` shares it; on success it is dropped.
        let before = self.clone();
        let state = Arc::make_mut(&mut self.0);
        let mut writer = Writer::reading(state, reading, Newcomers::default());
        for (event, label) in rows {
            if let Err(misfit) = writer.apply(event) {
                *self = before;
                return Err(FactsError::new(Some(label()), event.word(), misfit));
            }
        }
        writer.finish();
        state.revision = state.revision.next();
        Ok(state.revision)
    }
}

impl Revision {
    pub(crate) fn next(self) -> Revision {
        Revision(self.0.saturating_add(1))
    }
}

impl State {
    /// After a change: whoever comes second from one revision gives ids that mean
    /// something else, and so takes a lineage of its own.
    fn branch_off(&mut self) {
        let (before, now) = (self.revision.0.saturating_sub(1), self.revision.0);
        let first = self.line.as_ref().is_some_and(|line| {
            line.compare_exchange(before, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        });
        if !first {
            self.lineage = LINEAGES.fetch_add(1, Ordering::Relaxed);
            self.line = Some(Arc::new(AtomicU64::new(now)));
        }
    }

    /// A tenant's name is the code of its root unit.
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

    /// Whether every role has all its permissions: no ceiling cuts any, no restriction.
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

    /// Who a number is; of someone whose name is forgotten, the number.
    pub(crate) fn identifier(&self, person: PersonId) -> Identifier {
        self.person_names
            .text(person)
            .map_or_else(|| numbered(person), |text| Name::trusted(text).into())
    }

    /// Gives the next number to someone of whom nothing else is known; without a
    /// name, to someone whose name is forgotten.
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

    /// The vision that a grant with this scope has (ruling R9).
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

    /// Whether a basis is satisfied by an affiliation, at the instants at which that is in force.
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

    /// Whether a person is of a group's people (ruling R17).
    pub(crate) fn is_of(&self, person: Person<'_>, group: GroupId) -> bool {
        person.memberships().iter().any(|membership| self.groups.covers(group, membership.group))
    }

    /// Whether a person leads a group or one above it.
    pub(crate) fn leads(&self, person: Person<'_>, group: GroupId) -> bool {
        let mut led = person.memberships().iter().filter(|membership| membership.leader);
        led.any(|membership| self.groups.covers(membership.group, group))
    }

    /// A scope in the host's names.
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
