//! `decide`: a command against the policy and the facts. Pure: what it says depends on
//! its arguments alone, and nothing has changed afterwards.
//!
//! The order of the questions: may the actor issue this here; vision, kind and
//! eligibility of the subject; ceilings; exclusive roles and separation; escalation;
//! seats; the last administrator. A command over many subjects is judged on its final state, as a whole.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::command::Command;
use super::draft::{Against, Demand, Draft, shape};
use super::plan::PlanRow;
use super::refusal::{Refusal, Rule};
use crate::admin::rules::eligibility::{fits, plain};
use crate::admin::rules::gains::Gains;
use crate::admin::rules::seats::Counted;
use crate::admin::rules::standing::{Standing, Unknown};
use crate::facts::{Event, GrantId, Lookup, PLATFORM, ScopeId, Snapshot, State};
use crate::model::Actor;
use crate::model::{CommandWord, CustomRole, Identifier, Name, Scope};
use crate::policy::Extent;
use crate::store::{PermissionId, PersonId, RoleId, TenantId, UnitId};
use crate::time::Instant;

/// A command that was accepted: its events, the facts with them applied, and what it left out.
pub(crate) struct Judged {
    pub(crate) events: Vec<Event>,
    pub(crate) after: Snapshot,
    pub(crate) held_back: Vec<PlanRow>,
}

impl Snapshot {
    /// What a command would change if it were issued for a reason, or why it is refused. Nothing changes: apply the
    /// events, or let an [`Authority`](crate::Authority) do both with `execute`.
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
    /// [`Refusal`] with the first rule that stands against it.
    ///
    /// # Complexity
    /// Independent of the number of people, but for what a command itself touches:
    /// the holders of a role that is edited so that it includes a counted one, and,
    /// where the policy has affiliations, everybody when a unit is moved.
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

/// Decides a command, and applies it to a snapshot that shares with the one it is decided on.
pub(crate) fn judge(
    before: &Snapshot,
    actor: &Actor,
    command: &Command,
    reason: &str,
    now: Instant,
) -> Result<Judged, Refusal> {
    let word = command.word();
    let refuse = |(subject, rule)| Refusal { command: word, subject, rule };
    let standing = Standing::open(&before.0, actor, now)
        .map_err(|unknown| refuse((None, unknown_actor(&before.0, word, unknown))))?;
    judged(before, &standing, command, reason, now).map_err(refuse)
}

/// The same for an actor who is looked up already.
pub(super) fn judged(
    before: &Snapshot,
    standing: &Standing<'_>,
    command: &Command,
    reason: &str,
    now: Instant,
) -> Result<Judged, Against> {
    let state = &*before.0;
    standing.reaches(command)?;
    let (Draft { mut events, mut granted, demands, held_back }, outcome) =
        Draft::of(command, reason, standing);
    // What is wrong with a command is told to those who may issue it.
    permit(standing, &demands)?;
    outcome?;
    fit(standing, &mut events, &mut granted, command)?;
    let mut after = before.clone();
    after.apply_judged(&events).map_err(shape)?;
    let granted = all_granted(&after.0, &events, granted)?;
    let (in_support, at) = (is_support(command), now.as_micros());
    let trial = Trial { before: state, after: &after.0, granted, standing, in_support, at };
    trial.reserved(&events)?;
    trial.apart(&events)?;
    if !is_exempt(command) {
        trial.covered(&events)?;
    }
    trial.seats(&events)?;
    trial.administrators(&events)?;
    Ok(Judged { events, after, held_back })
}

/// What the supplier does for a tenant on the strength of its guard alone: there provenance begins (requirements U2, U6).
fn is_exempt(command: &Command) -> bool {
    matches!(command, Command::Bootstrap(_) | Command::ReplaceAdministrator { .. })
}

pub(super) fn unknown_actor(state: &State, word: CommandWord, unknown: Unknown) -> Rule {
    let permission = state.policy.guard(word, None);
    let permission = permission.map(|permission| state.policy.permission_names().name(permission));
    unknown.rule(permission, Scope::Everywhere)
}

/// Whether a command says itself what its grants rest on: there it is not eligibility's to say.
fn says_basis(command: &Command) -> bool {
    is_exempt(command) || is_support(command) || matches!(command, Command::SetValidity { .. })
}

fn is_support(command: &Command) -> bool {
    matches!(command, Command::OpenSupport { .. })
}

/// The guards (ruling R26), where the actor works (R27).
fn permit<'d>(
    standing: &Standing<'_>,
    demands: impl IntoIterator<Item = (&'d Demand, &'d Option<Identifier>)>,
) -> Result<(), Against> {
    if standing.is_host() {
        return Ok(());
    }
    for (&Demand { word, kind, reach }, subject) in demands {
        let permission =
            standing.state.policy.guard(word, kind).ok_or((subject.clone(), Rule::Unguarded))?;
        let outcome =
            standing.stays_below(reach).and_then(|()| standing.guarded(permission, reach));
        outcome.map_err(|rule| (subject.clone(), rule))?;
    }
    Ok(())
}

/// What each grant says of vision, kind and ceilings, and the basis that eligibility gives it.
/// Without eligibility: an administrator whom the supplier installs is eligible by that,
/// a grant with another validity rests on what it rested on, and support on what lets it be opened.
fn fit(
    standing: &Standing<'_>,
    events: &mut [Event],
    granted: &mut [(usize, GrantId)],
    command: &Command,
) -> Result<(), Against> {
    let state = standing.state;
    let names = Lookup::of(state);
    // A command may change somebody's kind in a tenant before it grants there.
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
        let against = |rule| (Some(grant.person.clone()), rule);
        id.kind = kinds.get(&(id.person, state.tenant_of(id.scope))).copied().unwrap_or(id.kind);
        fits(state, *id).map_err(against)?;
        if !is_support(command) {
            plain(state, *id).map_err(against)?;
        }
        if !says_basis(command) {
            grant.basis = standing.basis(grant, *id).map_err(against)?;
        }
    }
    Ok(())
}

/// The ids of all grants of a command. Those of people whom it registers are known,
/// and fit what is said of vision, kind and ceilings, only after it.
fn all_granted(
    after: &State,
    events: &[Event],
    granted: Vec<(usize, GrantId)>,
) -> Result<Vec<GrantId>, Against> {
    let mut all: Vec<GrantId> = granted.iter().map(|(_, id)| *id).collect();
    for (at, event) in events.iter().enumerate() {
        if let Event::Granted(grant) = event
            && granted.binary_search_by_key(&at, |(at, _)| *at).is_err()
        {
            let against = |rule| (Some(grant.person.clone()), rule);
            let id = Lookup::of(after).grant(grant).map_err(|fault| against(fault.into()))?;
            fits(after, id).map_err(against)?;
            all.push(id);
        }
    }
    Ok(all)
}

/// A command in its final state, and the state before it.
struct Trial<'s> {
    before: &'s State,
    after: &'s State,
    /// What it grants.
    granted: Vec<GrantId>,
    standing: &'s Standing<'s>,
    /// Whether it opens support.
    in_support: bool,
    at: i64,
}

impl Trial<'_> {
    /// A tenant's roles hold nothing that is reserved (ruling R11).
    fn reserved(&self, events: &[Event]) -> Result<(), Against> {
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

    /// The roles that a command made or edited, each with its tenant.
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

    /// The roles that include more than before by the command, each with its tenant.
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

    /// Exclusive roles and separation of duty, for everybody whose roles, or units, changed.
    fn apart(&self, events: &[Event]) -> Result<(), Against> {
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

    /// Whoever was granted something at a unit or below it, where sets are kept apart by unit (ruling R30).
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

    /// Nobody gives what they don't hold (contract X2).
    fn covered(&self, events: &[Event]) -> Result<(), Against> {
        if self.standing.is_host() {
            return Ok(());
        }
        let mut gains = Gains::between(self.before, self.after, self.at);
        self.granted.iter().for_each(|id| gains.granted(*id));
        events.iter().for_each(|event| gains.of(event));
        let (mut remainder, mut known) = (Vec::new(), HashSet::new());
        let mut subject = None;
        for mut gain in gains.found() {
            // Another door to the same place: it is for whoever holds the place by the door they came by.
            if let Some(channel) = self.standing.channel().filter(|_| self.in_support) {
                gain.channel = channel;
            }
            let uncovered = self.standing.uncovered(&gain, self.after);
            if !uncovered.is_empty() && remainder.is_empty() {
                subject = gain.holder.map(|holder| self.after.identifier(holder));
            }
            remainder.extend(uncovered.into_iter().filter(|more| known.insert(more.clone())));
        }
        if remainder.is_empty() { Ok(()) } else { Err((subject, Rule::Escalation { remainder })) }
    }

    /// Seats, wherever a seated role is given, or fewer are contracted (requirement U1).
    fn seats(&self, events: &[Event]) -> Result<(), Against> {
        let mut counted: BTreeSet<Counted> =
            self.granted.iter().flat_map(|id| self.after.seats_of(id.role, id.scope)).collect();
        for event in events {
            if let Event::SeatsContracted { tenant, role, unit, .. } = event
                && let Some(tenant) = self.after.tenant(tenant)
                && let Ok(role) = Lookup::of(self.after).role(tenant, role)
            {
                let unit = unit
                    .as_ref()
                    .and_then(|unit| self.after.unit_names.find(unit))
                    .unwrap_or(UnitId::NONE);
                counted.insert(Counted { tenant, role, unit });
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
                    counted.extend(self.after.seats_of(held, word.scope()));
                }
            }
        }
        for counted in counted {
            State::keeps_seats(self.before, self.after, counted, self.at)
                .map_err(|rule| (None, rule))?;
        }
        Ok(())
    }

    /// The last administrator of a tenant stays (contract X3).
    fn administrators(&self, events: &[Event]) -> Result<(), Against> {
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
