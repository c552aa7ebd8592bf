//! `decide`: a command against the policy and the facts. The outcome depends on the arguments
//! alone, and nothing changes.
//!
//! The questions, in their order: may the actor issue this command here; does each grant fit, in
//! vision, kind, channel and ceilings; is the subject eligible; does a tenant's own role hold
//! reserved permissions; exclusive roles and separation; escalation; seats; the last administrator.
//! A command over many subjects is judged as a whole, on the facts that it would lead to.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::command::Command;
use super::draft::{Demand, Draft};
use super::plan;
use super::refusal::{Objection, Refusal, Rule, unattributed};
use crate::admin::rules::eligibility::{grant_fits, not_on_support_channel};
use crate::admin::rules::gains::Gains;
use crate::admin::rules::issuer::{Issuer, Unknown};
use crate::admin::rules::seats::SeatPool;
use crate::facts::{Event, GrantId, Lookup, PLATFORM, ScopeId, Snapshot, State};
use crate::model::Actor;
use crate::model::{CommandWord, CustomRole, Identifier, Name, Scope};
use crate::policy::Extent;
use crate::store::{IntoSet, PermissionId, PersonId, RoleId, TenantId, UnitId};
use crate::time::Instant;

/// An accepted command: its events, the facts after them, and the rows of a plan that it left out.
pub(crate) struct Judged {
    pub(crate) events: Vec<Event>,
    pub(crate) after: Snapshot,
    pub(crate) held_back: Vec<plan::Row>,
}

impl Snapshot {
    /// Decides what a command would change if the actor issued it at `now` for this reason, and
    /// refuses it if a rule stands against it. Nothing changes: apply the events, or let
    /// [`Authority::execute`](crate::Authority::execute) decide and record in one step.
    ///
    /// ```
    /// use alcada::{Actor, Command, Event, Grant, Instant, Policy, Registration, Snapshot};
    /// let policy = Policy::from_toml(r#"
    ///     version = 1
    ///     functions.users.actions = ["assign"]
    ///     functions.articles.actions = ["view", "edit"]
    ///     roles.chief.permissions = ["users:assign", "articles:*"]
    ///     roles.reader.permissions = ["articles:view"]
    ///     guards = [{ commands = ["grant", "revoke"], permission = "users:assign" }]
    /// "#)?;
    /// let mut facts = Snapshot::new(policy);
    /// for person in ["ana", "rui"] {
    ///     facts.apply(&Event::PersonRegistered(Registration::of(person)?))?;
    /// }
    /// facts.apply(&Event::Granted(Grant::role("chief").to("ana").everywhere()?))?;
    /// let command: Command = Grant::role("reader").to("rui").everywhere()?.into();
    /// let events = facts.decide(&Actor::user("ana"), &command, "hired", Instant::now())?;
    /// assert_eq!(events.len(), 1);
    /// assert!(facts.decide(&Actor::user("rui"), &command, "hired", Instant::now()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Refusal`] with the first rule against the command, in the
    /// [order of the questions](crate::docs::contract#in-which-order-a-command-is-judged).
    ///
    /// # Complexity
    /// Independent of the number of people, with two exceptions: editing a role so that it includes
    /// a counted one looks at the role's holders, and moving a unit, under a policy with
    /// affiliations, looks at everybody.
    pub fn decide(
        &self,
        actor: &Actor,
        command: &Command,
        reason: &str,
        now: impl Into<Instant>,
    ) -> Result<Vec<Event>, Refusal> {
        judge(self, actor, command, reason, now.into()).map(|judged| judged.events)
    }
}

/// Decides a command. The facts afterwards are a snapshot that shares all that did not change with
/// the one before.
pub(crate) fn judge(
    before: &Snapshot,
    actor: &Actor,
    command: &Command,
    reason: &str,
    now: Instant,
) -> Result<Judged, Refusal> {
    let word = command.word();
    let refuse = |(subject, rule)| Refusal { command: word, subject, rule };
    let issuer = Issuer::find(&before.0, actor, now)
        .map_err(|unknown| refuse((None, unknown_actor(&before.0, word, unknown))))?;
    judge_as(before, &issuer, command, reason, now).map_err(refuse)
}

/// Decides a command of an actor who has been looked up.
pub(super) fn judge_as(
    before: &Snapshot,
    issuer: &Issuer<'_>,
    command: &Command,
    reason: &str,
    now: Instant,
) -> Result<Judged, Objection> {
    let state = &*before.0;
    issuer.admitted_to_tenants_of(command)?;
    let (Draft { mut events, mut granted, demands, held_back }, outcome) =
        Draft::of(command, reason, issuer);
    // The guards are asked before the draft's error is returned: only actors who may issue the
    // command learn what is wrong with it.
    permit(issuer, &demands)?;
    outcome?;
    check_grants(issuer, &mut events, &mut granted, command)?;
    let mut after = before.clone();
    after.apply_judged(&events).map_err(unattributed)?;
    let granted = all_granted(&after.0, &events, granted)?;
    let (in_support, at) = (is_support(command), now.as_micros());
    let trial = Trial { before: state, after: &after.0, granted, issuer, in_support, at };
    trial.reserved(&events)?;
    trial.separation(&events)?;
    if !is_exempt(command) {
        trial.escalation(&events)?;
    }
    trial.seats(&events)?;
    trial.administrators(&events)?;
    Ok(Judged { events, after, held_back })
}

/// Whether a command is exempt from the rule on escalation (X2). A supplier installs administrators
/// on the strength of its guard alone: there provenance begins (U2, U6).
fn is_exempt(command: &Command) -> bool {
    matches!(command, Command::Bootstrap(_) | Command::ReplaceAdministrator { .. })
}

pub(super) fn unknown_actor(state: &State, word: CommandWord, unknown: Unknown) -> Rule {
    let permission = state.policy.guard(word, None);
    let permission = permission.map(|permission| state.policy.permission_names().name(permission));
    unknown.rule(permission, Scope::Everywhere)
}

/// Whether a command itself says what its grants rest on. Such a command does not ask eligibility.
fn sets_own_basis(command: &Command) -> bool {
    is_exempt(command) || is_support(command) || matches!(command, Command::SetValidity { .. })
}

fn is_support(command: &Command) -> bool {
    matches!(command, Command::OpenSupport { .. })
}

/// Asks the guards of a command (R26), within the unit that the actor works at (R27).
fn permit<'d>(
    issuer: &Issuer<'_>,
    demands: impl IntoIterator<Item = (&'d Demand, &'d Option<Identifier>)>,
) -> Result<(), Objection> {
    if issuer.is_host() {
        return Ok(());
    }
    for (&Demand { word, kind, area }, subject) in demands {
        let permission =
            issuer.state.policy.guard(word, kind).ok_or((subject.clone(), Rule::Unguarded))?;
        let outcome =
            issuer.within_working_unit(area).and_then(|()| issuer.require_guard(permission, area));
        outcome.map_err(|rule| (subject.clone(), rule))?;
    }
    Ok(())
}

/// Checks vision, kind, channel and ceilings of each grant, then asks eligibility for its basis.
///
/// Three sorts of grants do not ask eligibility: an administrator whom the supplier installs, a
/// grant with a new interval (which keeps its basis), and support (which rests on what its
/// authorizing grant rests on).
fn check_grants(
    issuer: &Issuer<'_>,
    events: &mut [Event],
    granted: &mut [(usize, GrantId)],
    command: &Command,
) -> Result<(), Objection> {
    let state = issuer.state;
    let names = Lookup::of(state);
    // `replacing` may change a person's kind and grant a role for the new kind in one command: the
    // grant is checked against the new kind.
    let changed = |event: &Event| match event {
        Event::PersonKindChanged { person, tenant, kind } => {
            let place =
                (names.person(person).ok()?, names.tenant_or_platform(tenant.as_ref()).ok()?);
            Some((place, state.policy.kind(kind)?))
        }
        _ => None,
    };
    let kinds: HashMap<(PersonId, TenantId), u16> = events.iter().filter_map(changed).collect();
    for (at, id) in granted {
        let Some(Event::Granted(grant)) = events.get_mut(*at) else { continue };
        let objection = |rule| (Some(grant.person.clone()), rule);
        id.kind = kinds.get(&(id.person, state.tenant_of(id.scope))).copied().unwrap_or(id.kind);
        grant_fits(state, *id).map_err(objection)?;
        if !is_support(command) {
            not_on_support_channel(state, *id).map_err(objection)?;
        }
        if !sets_own_basis(command) {
            grant.basis = issuer.basis(grant, *id).map_err(objection)?;
        }
    }
    Ok(())
}

/// The ids of all grants of a command. Grants to people whom the command itself registers get their
/// ids, and are checked for vision, kind, channel and ceilings, in the state after it.
fn all_granted(
    after: &State,
    events: &[Event],
    granted: Vec<(usize, GrantId)>,
) -> Result<Vec<GrantId>, Objection> {
    let mut all: Vec<GrantId> = granted.iter().map(|(_, id)| *id).collect();
    for (at, event) in events.iter().enumerate() {
        if let Event::Granted(grant) = event
            && granted.binary_search_by_key(&at, |(at, _)| *at).is_err()
        {
            let objection = |rule| (Some(grant.person.clone()), rule);
            let id = Lookup::of(after).grant(grant).map_err(|fault| objection(fault.into()))?;
            grant_fits(after, id).map_err(objection)?;
            all.push(id);
        }
    }
    Ok(all)
}

/// The states before and after a command, and the questions asked of both.
struct Trial<'s> {
    before: &'s State,
    after: &'s State,
    /// The grants that the command gives.
    granted: Vec<GrantId>,
    issuer: &'s Issuer<'s>,
    /// Whether the command opens support.
    in_support: bool,
    at: i64,
}

impl Trial<'_> {
    /// Refuses tenants' own roles that would hold a reserved permission (R11).
    fn reserved(&self, events: &[Event]) -> Result<(), Objection> {
        let policy = &self.after.policy;
        for (tenant, changed) in self.changed_roles(events) {
            for role in self.after.roles_including(changed, tenant) {
                let Some(rules) = self.after.role(role).filter(|rules| rules.tenant != PLATFORM)
                else {
                    continue;
                };
                let mut reserved = rules.uncut.clone();
                reserved.intersect_with(policy.reserved());
                if let Some(old) = self.before.role(role) {
                    reserved.difference_with(&old.uncut);
                }
                if !reserved.is_clear() {
                    let names = policy.permission_names();
                    let permissions = reserved
                        .ones()
                        .filter_map(PermissionId::from_index)
                        .map(|id| names.name(id))
                        .collect();
                    return Err((None, Rule::Reserved { role: rules.name.clone(), permissions }));
                }
            }
        }
        Ok(())
    }

    /// The roles that the command created or edited, each with its tenant.
    fn changed_roles<'e>(
        &'e self,
        events: &'e [Event],
    ) -> impl Iterator<Item = (TenantId, RoleId)> + 'e {
        events.iter().filter_map(|event| match event {
            Event::RoleCreated(CustomRole { tenant, name, .. })
            | Event::RoleEdited(CustomRole { tenant, name, .. }) => {
                let tenant = self.after.tenant(tenant)?;
                let role = self.after.tenants.get(tenant)?.roles.get(name).copied()?;
                Some((tenant, role))
            }
            _ => None,
        })
    }

    /// Roles that include a counted or constrained role after the command and not before, each with
    /// its tenant.
    fn widened_roles(&self, events: &[Event]) -> Vec<(TenantId, RoleId)> {
        let mut widened = Vec::new();
        for (tenant, changed) in self.changed_roles(events) {
            for role in self.after.roles_including(changed, tenant) {
                let (Some(new), Some(old)) = (self.after.role(role), self.before.role(role)) else {
                    continue;
                };
                let policy = &self.after.policy;
                let counts =
                    |role: &RoleId| policy.is_constrained(*role) || policy.is_tracked(*role);
                if new.closure.iter().filter(|role| !old.closure.contains(role)).any(counts) {
                    widened.push((tenant, role));
                }
            }
        }
        widened
    }

    /// Asks exclusive roles and separation of duty, for everybody whose roles or units changed.
    fn separation(&self, events: &[Event]) -> Result<(), Objection> {
        if !self.after.policy.has_constraints() {
            return Ok(());
        }
        let mut people: BTreeSet<(PersonId, TenantId)> =
            self.granted.iter().map(|id| (id.person, self.after.tenant_of(id.scope))).collect();
        for event in events {
            if let Event::UnitMoved { unit, .. } = event {
                people.extend(self.people_within(unit));
            }
        }
        for (tenant, role) in self.widened_roles(events) {
            people.extend(
                self.after.holders_in(tenant, role).into_iter().map(|person| (person, tenant)),
            );
        }
        for (person, tenant) in people {
            State::keeps_apart(self.before, self.after, person, tenant, self.at)
                .map_err(|rule| (Some(self.after.identifier(person)), rule))?;
        }
        Ok(())
    }

    /// Everybody with a grant at a unit or below it, each with the tenant. Empty unless the policy
    /// keeps sets apart by unit: only then does moving a unit bring roles together (R30).
    fn people_within(&self, unit: &Name) -> Vec<(PersonId, TenantId)> {
        let after = self.after;
        let per_unit = after.policy.separations().iter().any(|set| set.per == Extent::Unit);
        let Some(top) = after.unit_names.find(unit).filter(|_| per_unit) else { return Vec::new() };
        let tenant = after.units.node(top).owner;
        let units =
            after.tenants.get(tenant).map(|tenant| tenant.units.clone()).unwrap_or_default();
        let mut people = Vec::new();
        for &unit in units.iter().filter(|&&unit| after.units.covers(top, unit)) {
            for scope in [ScopeId::Unit(unit), ScopeId::Subtree(unit)] {
                for (effective, channel) in after.by_scope.roles_at(scope) {
                    let holders = after.by_scope.holders(scope, effective, channel);
                    people.extend(holders.map(|person| (person, tenant)));
                }
            }
        }
        people
    }

    /// Refuses to give what the actor does not hold (X2).
    fn escalation(&self, events: &[Event]) -> Result<(), Objection> {
        if self.issuer.is_host() {
            return Ok(());
        }
        let mut gains = Gains::between(self.before, self.after, self.at);
        self.granted.iter().for_each(|id| gains.granted(*id));
        events.iter().for_each(|event| gains.of(event));
        let (mut remainder, mut known) = (Vec::new(), HashSet::new());
        let mut subject = None;
        for mut gain in gains.into_found() {
            // The support channel leads to units that the actor reaches by another channel: holding
            // the permissions on the channel of the command suffices.
            if let Some(channel) = self.issuer.channel().filter(|_| self.in_support) {
                gain.channel = channel;
            }
            let uncovered = self.issuer.uncovered(&gain, self.after);
            if !uncovered.is_empty() && remainder.is_empty() {
                subject = gain.holder.map(|holder| self.after.identifier(holder));
            }
            remainder.extend(uncovered.into_iter().filter(|more| known.insert(more.clone())));
        }
        if remainder.is_empty() { Ok(()) } else { Err((subject, Rule::Escalation { remainder })) }
    }

    /// Asks seats, wherever a seated role is given or fewer seats are contracted (U1).
    fn seats(&self, events: &[Event]) -> Result<(), Objection> {
        let mut pools: BTreeSet<SeatPool> =
            self.granted.iter().flat_map(|id| self.after.seats_of(id.role, id.scope)).into_set();
        for event in events {
            if let Event::SeatsContracted { tenant, role, unit, .. } = event
                && let Some(tenant) = self.after.tenant(tenant)
                && let Ok(role) = Lookup::of(self.after).role(tenant, role)
            {
                let unit = unit
                    .as_ref()
                    .and_then(|unit| self.after.unit_names.find(unit))
                    .unwrap_or(UnitId::NONE);
                pools.insert(SeatPool { tenant, role, unit });
            }
        }
        for (tenant, role) in self.widened_roles(events) {
            for person in self.after.holders_in(tenant, role) {
                let grants =
                    self.after.person(person).into_iter().flat_map(|person| person.words());
                for word in grants.filter(|word| self.after.tenant_of(word.scope()) == tenant) {
                    let held = self
                        .after
                        .rights
                        .effective(word.role())
                        .map_or(RoleId::NONE, |effective| effective.role);
                    pools.extend(self.after.seats_of(held, word.scope()));
                }
            }
        }
        for pool in pools {
            State::keeps_seats(self.before, self.after, pool, self.at)
                .map_err(|rule| (None, rule))?;
        }
        Ok(())
    }

    /// Refuses to leave a tenant without an administrator (X3).
    fn administrators(&self, events: &[Event]) -> Result<(), Objection> {
        let Some(role) = self.after.policy.administrator() else { return Ok(()) };
        let name = self.after.role(role).map(|rules| rules.name.clone());
        let mut tenants: BTreeSet<TenantId> = BTreeSet::new();
        let all_of = |person: &Identifier| -> Vec<TenantId> {
            let person =
                Lookup::of(self.before).person(person).ok().and_then(|id| self.before.person(id));
            person
                .into_iter()
                .flat_map(|person| person.registrations())
                .map(|registered| registered.tenant)
                .collect()
        };
        for event in events {
            match event {
                Event::Revoked(grant) if Some(&grant.role) == name.as_ref() => {
                    if let Ok(scope) =
                        Lookup::of(self.before).scope(&grant.scope, Some(&grant.person))
                    {
                        tenants.insert(self.before.tenant_of(scope));
                    }
                }
                Event::PersonSuspended { person, .. }
                | Event::PersonRemoved { person, .. }
                | Event::PersonErased { person }
                | Event::PersonKindChanged { person, .. } => tenants.extend(all_of(person)),
                Event::GridEdited(grid) => match &grid.tenant {
                    Some(tenant) => tenants.extend(self.after.tenant(tenant)),
                    None => {
                        let id = Lookup::of(self.after).grid(PLATFORM, &grid.name).ok();
                        let people = id
                            .and_then(|id| self.after.grid(id))
                            .into_iter()
                            .flat_map(|facts| &facts.people);
                        let registrations = people
                            .filter_map(|&id| self.after.person(id))
                            .flat_map(|person| person.registrations());
                        tenants.extend(registrations.map(|registered| registered.tenant));
                    }
                },
                Event::Enrolled { tenant, person, .. }
                | Event::Unenrolled { tenant, person, .. } => match tenant {
                    Some(tenant) => tenants.extend(self.after.tenant(tenant)),
                    None => tenants.extend(all_of(person)),
                },
                Event::RestrictionImposed(restriction) => {
                    use crate::model::Subject;
                    match (&restriction.subject, &restriction.scope) {
                        (Subject::Person(person), _) => tenants.extend(all_of(person)),
                        (Subject::Role(_), Scope::Everywhere) => {
                            tenants.extend(self.after.tenants.keys());
                        }
                        (Subject::Role(_), scope) => {
                            if let Ok(scope) = Lookup::of(self.after).scope(scope, None) {
                                tenants.insert(self.after.tenant_of(scope));
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        for tenant in tenants {
            State::keeps_administrator(self.before, self.after, tenant, self.at)
                .map_err(|rule| (None, rule))?;
        }
        Ok(())
    }
}
