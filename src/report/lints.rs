//! [`Lints`]: the facts looked through for what somebody should look at.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::covered::{Weighed, covered};
use super::finding::{Finding, Findings, Idle, Lint};
use crate::admin::{Administrators, Command, Rule, SeatPool, grant_fits};
use crate::facts::{Detail, GrantId, Lookup, PLATFORM, Person, ScopeId, Snapshot, State, Word};
use crate::model::{CustomRole, Grant, Name, Pattern};
use crate::store::{
    ChannelId, EffectiveRoleId, IntoSet, Order, PermissionId, PersonId, RoleId, TenantId, UnitId,
};
use crate::time::Instant;

/// Which facts are looked through, and what is said of them.
///
/// ```
/// use alcada::{report::Lints, Event, Instant, Policy, Registration, Snapshot};
/// let mut facts = Snapshot::new(Policy::from_toml("version = 1")?);
/// facts.apply(&Event::PersonRegistered(Registration::of("ana")?))?;
/// let found = facts.lint(&Lints::default(), Instant::now());
/// assert_eq!(found.listed[0].lint.code(), "person-without-role");
/// println!("{found}");
/// # Ok::<(), alcada::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lints {
    /// The only tenant that is looked at; none: all of them, and the platform.
    pub tenant: Option<Name>,
    /// At so many units, none of them part of another, a person may hold something without being named.
    pub many_units: usize,
    /// At most so many findings of a code are listed, the rest counted.
    pub at_most: usize,
}

impl Default for Lints {
    /// All tenants, 10 units, 1,000 findings of a code.
    fn default() -> Lints {
        Lints { tenant: None, many_units: 10, at_most: 1000 }
    }
}

impl Lints {
    /// The lints of one tenant alone.
    #[must_use]
    pub fn of_tenant(tenant: Name) -> Lints {
        Lints { tenant: Some(tenant), ..Lints::default() }
    }
}

impl Snapshot {
    /// What somebody should look at in the facts, as they are from this instant on: rules of the policy
    /// that do not hold of what a feed brought in (ruling R5), and what is of no use.
    ///
    /// Of a tenant that does not exist nothing is found. See [reports](crate::docs::reports) for the lints one by one.
    ///
    /// # Complexity
    /// O(people + their grants + tenants, groups, roles and restrictions); of one person, O(grants²), which their
    /// [limit](crate::facts::limits::MAX_GRANTS) bounds. Seats: O(holders log holders).
    #[must_use]
    pub fn lint(&self, lints: &Lints, now: impl Into<Instant>) -> Findings {
        let state = &*self.0;
        let tenant = match lints.tenant.as_ref().map(|name| state.tenant(name)) {
            Some(None) => return Findings::default(),
            Some(found) => found,
            None => None,
        };
        let mut linter = Linter {
            state,
            at: now.into().as_micros(),
            tenant,
            lints,
            cut: HashMap::new(),
            fitting: HashMap::new(),
            held: FixedBitSet::with_capacity(state.roles.len()),
            awaited: Awaited::of(state),
            counted: HashMap::new(),
            found: Findings::default(),
        };
        linter.people();
        linter.tenants();
        linter.roles();
        linter.found.sort();
        linter.found
    }
}

/// Whom and what open requests are about: what is waited for is not taken away (ruling R12).
#[derive(Default)]
struct Awaited {
    /// By tenant, those for whom or by whom it is.
    people: HashSet<(PersonId, TenantId)>,
    roles: HashSet<RoleId>,
}

impl Awaited {
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

struct Linter<'s> {
    state: &'s State,
    at: i64,
    tenant: Option<TenantId>,
    lints: &'s Lints,
    /// By effective role: its permissions after ceilings.
    cut: HashMap<EffectiveRoleId, Arc<FixedBitSet>>,
    /// By effective role and channel: whether a command would give it.
    fitting: HashMap<(EffectiveRoleId, ChannelId), bool>,
    /// The roles that somebody holds, now or later.
    held: FixedBitSet,
    awaited: Awaited,
    /// How many findings there are of each code.
    counted: HashMap<&'static str, usize>,
    found: Findings,
}

impl<'s> Linter<'s> {
    /// Lists a finding, or counts it where there are many.
    fn add(
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

    fn looks_at(&self, tenant: TenantId) -> bool {
        self.tenant.is_none_or(|only| only == tenant)
    }

    fn people(&mut self) {
        for id in self.state.people.keys() {
            if let Some(person) = self.state.person(id).filter(|person| person.is_known()) {
                self.person(id, person);
            }
        }
    }

    fn person(&mut self, id: PersonId, person: Person<'s>) {
        let mut any = false;
        for registered in person.registrations() {
            if self.looks_at(registered.tenant) {
                any = true;
                self.registration(id, person, registered.tenant);
            }
        }
        if !any {
            return;
        }
        let grants: Vec<Weighed<'s>> = person
            .grants()
            .filter_map(|(word, detail)| self.weighed(person, word, detail))
            .collect();
        for grant in &grants {
            let tenant = self.state.tenant_of(grant.word.scope());
            if self.looks_at(tenant) {
                self.grant(id, person, tenant, grant);
            }
        }
        if grants.len() < 2 {
            return;
        }
        for (one, other) in covered(self.state, person, &grants, self.at) {
            let (Some(one), Some(other)) = (grants.get(one), grants.get(other)) else { continue };
            let tenant = self.state.tenant_of(one.word.scope());
            if self.looks_at(tenant) {
                self.add(tenant, |state| {
                    let named = |grant: &Weighed<'_>| {
                        state.grant_named(grant.word, grant.detail, state.identifier(id))
                    };
                    let (grant, by) = (named(one), Box::new(named(other)));
                    let mend = Command::revoke(grant.clone());
                    (Lint::GrantCovered { grant, by }, Some(mend))
                });
            }
        }
    }

    fn weighed(&mut self, person: Person<'s>, word: Word, detail: Detail) -> Option<Weighed<'s>> {
        let state = self.state;
        let effective = state.rights.effective(word.role())?;
        let rules = &**state.role(effective.role)?;
        let cut = || Arc::new(state.policy.cut(&rules.uncut, effective.kind, effective.vision));
        let permissions = Arc::clone(self.cut.entry(word.role()).or_insert_with(cut));
        if detail.until > self.at {
            self.held.grow_and_insert(effective.role.index());
        }
        let is_live = detail.until > self.at
            && !permissions.is_clear()
            && state.policy.acts_on(effective.kind, word.channel())
            && !is_without_leading(state, person, word.scope());
        Some(Weighed {
            word,
            detail,
            role: effective.role,
            kind: effective.kind,
            rules,
            permissions,
            is_live,
        })
    }

    fn grant(&mut self, id: PersonId, person: Person<'s>, tenant: TenantId, weighed: &Weighed<'s>) {
        let state = self.state;
        let &Weighed { word, detail, role, kind, .. } = weighed;
        let scope = word.scope();
        let idle = if detail.until <= self.at {
            Some(Idle::Over)
        } else if weighed.rules.uncut.is_clear() {
            Some(Idle::Empty)
        } else if is_without_leading(state, person, scope) {
            Some(Idle::NotLeading)
        } else {
            None
        };
        let named = move || state.grant_named(word, detail, state.identifier(id));
        if let Some(idle) = idle {
            self.add(tenant, |_| {
                let grant = named();
                let mend = Command::revoke(grant.clone());
                (Lint::GrantIdle { grant, idle }, Some(mend))
            });
            return;
        }
        let whole = GrantId { person: id, role, kind, scope, channel: word.channel(), detail };
        let fitting = self
            .fitting
            .entry((word.role(), word.channel()))
            .or_insert_with(|| grant_fits(state, whole).is_ok());
        if *fitting {
            return;
        }
        if let Err(rule) = grant_fits(state, whole) {
            // What a ceiling leaves of a grant is as it should be.
            let stays = matches!(rule, Rule::Ceiling { .. }) && !weighed.permissions.is_clear();
            self.add(tenant, |_| {
                let grant = named();
                let mend = (!stays).then(|| Command::revoke(grant.clone()));
                (Lint::GrantUnfit { grant, rule }, mend)
            });
        }
    }

    fn registration(&mut self, id: PersonId, person: Person<'s>, tenant: TenantId) {
        let state = self.state;
        let mut grids = state.binding_grids(person, tenant).peekable();
        if grids.peek().is_some() && grids.all(|facts| facts.clock.never_opens()) {
            self.add(tenant, |state| {
                let mut grids: Vec<Name> = state
                    .binding_grids(person, tenant)
                    .map(|facts| facts.grid.name.clone())
                    .collect();
                grids.order();
                (Lint::LockedOut { person: state.identifier(id), grids }, None)
            });
        }
        let mut here =
            person.words().filter(|word| state.tenant_of(word.scope()) == tenant).peekable();
        if here.peek().is_none() {
            self.without_role(id, person, tenant);
            return;
        }
        drop(here);
        self.many_units(id, person, tenant);
        if state.policy.has_constraints() {
            self.clashes(id, person, tenant);
        }
    }

    fn without_role(&mut self, id: PersonId, person: Person<'s>, tenant: TenantId) {
        let state = self.state;
        let mut memberships =
            person.memberships().iter().filter(|m| state.groups.node(m.group).owner == tenant);
        if memberships.clone().any(|membership| membership.leader) {
            return;
        }
        // Whoever is there for others' sake is not simply to be removed.
        let affiliated = person
            .affiliations()
            .iter()
            .any(|a| state.units.node(a.unit).owner == tenant && a.until > self.at);
        let awaited = self.awaited.people.contains(&(id, tenant));
        let alone = memberships.next().is_none() && !affiliated && !awaited;
        self.add(tenant, |state| {
            let person = state.identifier(id);
            let mend = alone.then(|| Command::RemovePerson {
                person: person.clone(),
                tenant: state.tenant_name(tenant),
            });
            (Lint::PersonWithoutRole { person }, mend)
        });
    }

    fn many_units(&mut self, id: PersonId, person: Person<'s>, tenant: TenantId) {
        let state = self.state;
        if person.record.head.count() <= self.lints.many_units {
            return;
        }
        // Units in support come and go by themselves, and are looked after by their own door.
        let support = state.policy.support_channel();
        let held = person
            .grants()
            .filter(|(word, detail)| detail.until > self.at && Some(word.channel()) != support);
        let scopes: BTreeSet<ScopeId> = held.map(|(word, _)| word.scope()).into_set();
        let mut units = BTreeSet::new();
        for &scope in &scopes {
            let (ScopeId::Unit(unit) | ScopeId::Subtree(unit)) = scope else { continue };
            let below = state
                .units
                .path(unit)
                .any(|above| above != unit && scopes.contains(&ScopeId::Subtree(above)));
            if state.units.node(unit).owner == tenant && !below {
                units.insert(unit);
            }
        }
        if units.len() > self.lints.many_units {
            self.add(tenant, |state| {
                let mut units: Vec<Name> =
                    units.iter().map(|&unit| state.unit_names.name(unit)).collect();
                units.order();
                (Lint::ManyUnits { person: state.identifier(id), units }, None)
            });
        }
    }

    fn clashes(&mut self, id: PersonId, person: Person<'s>, tenant: TenantId) {
        let state = self.state;
        for rule in state.clashes(id, tenant, self.at) {
            let (grants, revoked) = clashing(state, person, tenant, &rule, self.at);
            self.add(tenant, |state| {
                let person = state.identifier(id);
                let named = |grants: Vec<(Word, Detail)>| -> Vec<Grant> {
                    grants
                        .into_iter()
                        .map(|(word, detail)| state.grant_named(word, detail, person.clone()))
                        .collect()
                };
                let mend = Some(named(revoked)).filter(|grants| !grants.is_empty());
                let mend = mend.map(|grants| Command::Revoke { grants });
                (Lint::RolesClash { grants: named(grants), rule, person }, mend)
            });
        }
    }

    fn tenants(&mut self) {
        let state = self.state;
        for (id, tenant) in state.tenants.entries() {
            if !self.looks_at(id) {
                continue;
            }
            self.administrators(id);
            self.seats(id);
            self.groups(id);
            for (name, &grid) in &tenant.grids {
                if state.grid(grid).is_some_and(|facts| facts.people.is_empty()) {
                    self.add(id, |state| {
                        let mend = Command::DeleteGrid {
                            tenant: state.tenant_name(id),
                            grid: name.clone(),
                        };
                        (Lint::GridUnused { grid: name.clone() }, Some(mend))
                    });
                }
            }
            for restriction in tenant.restrictions.values() {
                let idle = match (restriction.until <= self.at, restriction.permissions.is_clear())
                {
                    (true, _) => Idle::Over,
                    (_, true) => Idle::Empty,
                    _ => continue,
                };
                self.add(id, |state| {
                    let name = restriction.name.clone();
                    let mend = Command::LiftRestriction {
                        tenant: state.tenant_name(id),
                        name: name.clone(),
                    };
                    (Lint::RestrictionIdle { restriction: name, idle }, Some(mend))
                });
            }
        }
    }

    fn administrators(&mut self, tenant: TenantId) {
        if tenant == PLATFORM || self.state.policy.administrator().is_none() {
            return;
        }
        let administrators = Administrators::of(self.state, tenant, self.at);
        if let Some(from) = administrators.gap(self.at) {
            let from = Instant::from_micros(from);
            self.add(tenant, |_| (Lint::TenantWithoutAdministrator { from }, None));
        } else if administrators.people().len() == 1 {
            for only in administrators.people() {
                self.add(tenant, |state| {
                    (Lint::OneAdministrator { person: state.identifier(only) }, None)
                });
            }
        }
    }

    fn seats(&mut self, tenant: TenantId) {
        let state = self.state;
        let Some(facts) = state.tenants.get(tenant) else { return };
        let mut pools: BTreeSet<SeatPool> = BTreeSet::new();
        for (&role, holders) in
            facts.tracked.iter().filter(|(role, _)| state.policy.seats(**role).is_some())
        {
            for person in holders.iter().filter_map(|&holder| state.person(holder)) {
                for word in person.words() {
                    let held = state
                        .rights
                        .effective(word.role())
                        .map_or(RoleId::NONE, |effective| effective.role);
                    let seats = state.seats_of(held, word.scope());
                    pools.extend(seats.filter(|seat| seat.role == role && seat.tenant == tenant));
                }
            }
        }
        for pool in pools {
            if let Some(rule) = state.seats_exceeded(pool, self.at) {
                self.add(tenant, |_| (Lint::SeatsExceeded { rule }, None));
            }
        }
    }

    fn groups(&mut self, tenant: TenantId) {
        let state = self.state;
        let Some(facts) = state.tenants.get(tenant) else { return };
        for (name, &group) in &facts.groups {
            let Some(found) = state.group_facts.get(group).filter(|found| found.leader.is_none())
            else {
                continue;
            };
            let members = found.members.len();
            let bare =
                members == 0 && found.named_by.is_empty() && state.groups.node(group).width() == 1;
            self.add(tenant, |state| {
                let tenant = state.tenant_name(tenant).filter(|_| bare);
                let mend =
                    tenant.map(|tenant| Command::DeleteGroup { tenant, group: name.clone() });
                (Lint::GroupWithoutLeader { group: name.clone(), members }, mend)
            });
        }
    }

    /// Roles that nobody holds, once it is known which ones somebody does; and what tenants' own may not hold.
    fn roles(&mut self) {
        let state = self.state;
        let mut used = FixedBitSet::with_capacity(state.roles.len());
        for rules in
            self.held.ones().filter_map(RoleId::from_index).filter_map(|role| state.roles.get(role))
        {
            rules.closure.iter().for_each(|&role| used.grow_and_insert(role.index()));
        }
        if self.tenant.is_none() {
            for (_, rules) in
                (0..).zip(state.policy.roles()).filter(|&(role, _)| !used.contains(role))
            {
                self.add(PLATFORM, |_| {
                    (Lint::RoleUnheld { role: rules.name.clone(), included_by: Vec::new() }, None)
                });
            }
        }
        for (id, tenant) in state.tenants.entries() {
            if !self.looks_at(id) {
                continue;
            }
            let mut including: BTreeMap<RoleId, Vec<Name>> = BTreeMap::new();
            for (name, role) in &tenant.roles {
                for &included in
                    state.role(*role).map(|rules| rules.includes.as_slice()).unwrap_or_default()
                {
                    including.entry(included).or_default().push(name.clone());
                }
            }
            for (name, &role) in &tenant.roles {
                self.reserved(id, name, role);
                if used.contains(role.index()) {
                    continue;
                }
                let included_by = including.remove(&role).unwrap_or_default();
                let bare = included_by.is_empty() && !self.awaited.roles.contains(&role);
                self.add(id, |state| {
                    let tenant = state.tenant_name(id).filter(|_| bare);
                    let mend =
                        tenant.map(|tenant| Command::DeleteRole { tenant, role: name.clone() });
                    (Lint::RoleUnheld { role: name.clone(), included_by }, mend)
                });
            }
        }
    }

    fn reserved(&mut self, tenant: TenantId, name: &Name, role: RoleId) {
        let Some(rules) = self.state.role(role) else { return };
        let mut reserved = rules.uncut.clone();
        reserved.intersect_with(self.state.policy.reserved());
        if reserved.is_clear() {
            return;
        }
        self.add(tenant, |state| {
            let names = state.policy.permission_names();
            let permissions: Vec<Name> = reserved
                .ones()
                .filter_map(PermissionId::from_index)
                .map(|id| names.name(id))
                .collect();
            let mend = state.tenant_name(tenant).map(|tenant| {
                let mut role = rules.role.clone();
                role.except.extend(
                    permissions.iter().filter_map(|permission| Pattern::parse(permission).ok()),
                );
                Command::EditRole(CustomRole { tenant, name: name.clone(), role })
            });
            (Lint::RoleReserved { rule: Rule::Reserved { role: name.clone(), permissions } }, mend)
        });
    }
}

/// Whether a scope is of a group that the person does not lead.
fn is_without_leading(state: &State, person: Person<'_>, scope: ScopeId) -> bool {
    matches!(scope, ScopeId::Members(group) if !state.leads(person, group))
}

type Grants = Vec<(Word, Detail)>;

/// The grants that a rule against holding roles together is about, and those of them
/// that came last and without which it would hold.
fn clashing(
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
            let roles: BTreeSet<RoleId> = roles.iter().map(id).into_set();
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
                    .into_set();
                if brings.is_empty() {
                    continue;
                }
                grants.push(grant);
                let more: BTreeSet<RoleId> = kept.union(&brings).copied().into_set();
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

/// The person, for those who read the findings of one.
impl Findings {
    /// The findings that are about a person.
    pub fn about<'f>(&'f self, person: &'f str) -> impl Iterator<Item = &'f Finding> {
        self.listed.iter().filter(move |finding| {
            finding.lint.subject().is_some_and(|subject| subject.as_str() == person)
        })
    }
}
