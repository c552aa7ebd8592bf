//! [`Draft`]: what a command would do, as events, and over what its guard must be
//! held. Whether it may is not said here.

use std::collections::BTreeMap;

use super::administrators::Administrators;
use super::command::Command;
use super::eligibility::fits;
use super::reach::Reach;
use super::refusal::Rule;
use super::standing::Standing;
use crate::model::{
    Affiliation, Basis, CommandWord, Grant, Identifier, Name, Outcome, Registration, RoleRequest, Scope, Subject,
};
use crate::state::{Detail, Event, GrantId, Lookup, Misfit, PLATFORM, Person, ScopeId, State, SubjectId, Word};
use crate::time::Instant;

/// A command worked out.
pub(super) struct Draft {
    pub(super) events: Vec<Event>,
    /// The ids of the grants among the events that the state before can tell, each with the event's place.
    pub(super) granted: Vec<(usize, GrantId)>,
    pub(super) demands: Demands,
}

/// Over what guards must be held, and the first person each is about.
pub(super) type Demands = BTreeMap<Demand, Option<Identifier>>;

/// That the guard of a word, for a subject of a kind, is held over a reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Demand {
    pub(super) word: CommandWord,
    pub(super) kind: Option<u16>,
    pub(super) reach: Reach,
}

/// A rule, and whom it concerns.
pub(super) type Against = (Option<Identifier>, Rule);

impl From<Misfit> for Rule {
    fn from(Misfit { message, help, .. }: Misfit) -> Rule {
        Rule::Misfit { message, help }
    }
}

/// Something wrong with what a command names, of nobody in particular.
pub(super) fn shape(misfit: Misfit) -> Against {
    (None, misfit.into())
}

impl Draft {
    /// Works a command out in the state before it, and says what is wrong with it: then
    /// the draft goes as far as that, over what its guard must be held included.
    pub(super) fn of(command: &Command, standing: &Standing<'_>) -> (Draft, Result<(), Against>) {
        let mut drafting = Drafting { state: standing.state, standing, word: command.word(), draft: Draft::empty() };
        let outcome = drafting.command(command);
        (drafting.draft, outcome)
    }

    fn empty() -> Draft {
        Draft { events: Vec::new(), granted: Vec::new(), demands: BTreeMap::new() }
    }
}

struct Drafting<'s> {
    state: &'s State,
    standing: &'s Standing<'s>,
    word: CommandWord,
    draft: Draft,
}

impl Drafting<'_> {
    fn command(&mut self, command: &Command) -> Result<(), Against> {
        match command {
            Command::AddUnit(unit) => {
                let reach = match &unit.parent {
                    Some(parent) => Reach::Scope(ScopeId::Subtree(self.names().unit(parent).map_err(shape)?)),
                    None => Reach::Scope(ScopeId::Everywhere),
                };
                self.at(reach).event(Event::UnitAdded(unit.clone()));
            }
            Command::MoveUnit { unit, parent } => {
                let (id, above) = (self.unit(unit)?, self.unit(parent)?);
                self.at(Reach::Scope(ScopeId::Subtree(id)));
                self.at(Reach::Scope(ScopeId::Subtree(above)));
                self.event(Event::UnitMoved { unit: unit.clone(), parent: parent.clone() });
            }
            Command::CloseUnit { unit } => {
                let id = self.unit(unit)?;
                self.at(Reach::Scope(ScopeId::Unit(id))).event(Event::UnitClosed { unit: unit.clone() });
            }
            Command::Register(registration) => self.register(registration)?,
            Command::EditPerson { person, tenant, kind, unit } => {
                self.edit(person, tenant.as_ref(), kind.as_ref(), unit.as_ref())?;
            }
            Command::Suspend { person, tenant } => {
                self.over_person(person, tenant.as_ref(), true)?;
                self.event(Event::PersonSuspended { person: person.clone(), tenant: tenant.clone() });
            }
            Command::Resume { person, tenant } => {
                self.over_person(person, tenant.as_ref(), true)?;
                self.event(Event::PersonResumed { person: person.clone(), tenant: tenant.clone() });
            }
            Command::RemovePerson { person, tenant } => {
                self.over_person(person, tenant.as_ref(), false)?;
                self.event(Event::PersonRemoved { person: person.clone(), tenant: tenant.clone() });
            }
            Command::ErasePerson { person } => {
                self.everywhere();
                // Whoever was removed everywhere still has a name to forget.
                if self.names().find(person).is_none() {
                    return Err((Some(person.clone()), Misfit::absent("person", person.masked()).into()));
                }
                self.event(Event::PersonErased { person: person.clone() });
            }
            Command::RecordAffiliation(affiliation) => {
                let Affiliation { person, unit, .. } = affiliation;
                self.about_affiliation(person, unit)?;
                self.event(Event::AffiliationRecorded(affiliation.clone()));
            }
            Command::EndAffiliation { person, kind, unit, at } => {
                self.about_affiliation(person, unit)?;
                let (person, kind, unit) = (person.clone(), kind.clone(), unit.clone());
                self.event(Event::AffiliationEnded { person, kind, unit, at: *at });
            }
            Command::CreateGroup(_)
            | Command::MoveGroup { .. }
            | Command::DeleteGroup { .. }
            | Command::SetLeader { .. }
            | Command::AddMembers { .. }
            | Command::RemoveMembers { .. } => self.group_command(command)?,
            Command::CreateRole(role) => {
                self.over_tenant(&role.tenant)?;
                self.event(Event::RoleCreated(role.clone()));
            }
            Command::EditRole(role) => {
                self.over_tenant(&role.tenant)?;
                self.event(Event::RoleEdited(role.clone()));
            }
            Command::DeleteRole { tenant, role } => {
                self.over_tenant(tenant)?;
                self.event(Event::RoleDeleted { tenant: tenant.clone(), role: role.clone() });
            }
            Command::Grant { grants, replacing } => {
                for grant in grants {
                    self.give(grant, *replacing)?;
                }
            }
            Command::Revoke { grants } => {
                for grant in grants {
                    self.over_grant(grant)?;
                    self.event(Event::Revoked(grant.clone()));
                }
            }
            Command::SetValidity { grant, from, until } => {
                self.over_grant(grant)?;
                let renewed = Grant { from: *from, until: *until, ..grant.clone() };
                self.in_time(grant, renewed.from.filter(|_| renewed.from != grant.from), renewed.until)?;
                self.event(Event::Revoked(grant.clone())).granted(renewed)?;
            }
            Command::ImposeRestriction(restriction) => {
                let (person, kind, reach) = match &restriction.subject {
                    Subject::Person(person) => {
                        let scope = self.scope(&restriction.scope, Some(person))?;
                        let tenant = self.state.tenant_of(scope);
                        let id = self.registered(person, tenant)?;
                        let kind = self.kind_in(id, tenant);
                        self.over_everywhere(person, id, kind);
                        (Some(person), kind, Reach::of(scope, id))
                    }
                    Subject::Role(role) => {
                        let scope = self.scope(&restriction.scope, None)?;
                        if self.is_held_everywhere(self.state.tenant_of(scope), role) {
                            self.everywhere();
                        }
                        (None, None, self.over_holders(scope))
                    }
                };
                self.demand(kind, reach, person).event(Event::RestrictionImposed(restriction.clone()));
            }
            Command::LiftRestriction { tenant, name } => self.lift(tenant.as_ref(), name)?,
            Command::ContractSeats { tenant, role, unit, seats } => {
                let (tenant, role, unit) = (tenant.clone(), role.clone(), unit.clone());
                self.everywhere().event(Event::SeatsContracted { tenant, role, unit, seats: *seats });
            }
            Command::AskRole { name, tenant, grant, until } => {
                let id = self.over_grant(grant)?;
                self.in_time(grant, None, *until)?;
                fits(self.state, id).map_err(|rule| (Some(grant.person.clone()), rule))?;
                let by = match self.standing.actor() {
                    Some(actor) => self.state.identifier(actor),
                    None => grant.person.clone(),
                };
                let (name, tenant, grant) = (name.clone(), tenant.clone(), grant.clone());
                self.event(Event::RoleRequested(RoleRequest { name, tenant, by, grant, until: *until }));
            }
            Command::ApproveRequest { tenant, request } => self.answer(tenant, request, Outcome::Approved)?,
            Command::DenyRequest { tenant, request } => self.answer(tenant, request, Outcome::Denied)?,
            Command::WithdrawRequest { tenant, request } => self.answer(tenant, request, Outcome::Withdrawn)?,
            Command::Bootstrap(registration) => self.bootstrap(registration)?,
            Command::ReplaceAdministrator { old, new, attestation } => {
                self.replace(old, new)?;
                let tenant = new.tenant.as_ref();
                if attestation.about != new.person || Some(&attestation.tenant) != tenant {
                    let misfit = Misfit::shape("the attestation is not about the new administrator in that tenant");
                    return Err(shape(misfit.help("attest who the new administrator is")));
                }
                self.event(Event::Attested(attestation.clone()));
            }
            Command::AttestAdministrator(attestation) => {
                self.everywhere();
                let tenant = self.names().tenant(&attestation.tenant).map_err(shape)?;
                let about = self.registered(&attestation.about, tenant)?;
                if !Administrators::of(self.state, tenant, self.standing.at).holds(about) {
                    let rule = Rule::NotAdministrator { tenant: attestation.tenant.clone() };
                    return Err((Some(attestation.about.clone()), rule));
                }
                self.event(Event::Attested(attestation.clone()));
            }
        }
        if self.draft.events.is_empty() {
            return Err(shape(Misfit::shape("the command names nothing to change").help("name at least one")));
        }
        Ok(())
    }

    fn event(&mut self, event: Event) -> &mut Self {
        self.draft.events.push(event);
        self
    }

    fn demand(&mut self, kind: Option<u16>, reach: Reach, person: Option<&Identifier>) -> &mut Self {
        self.demand_as(self.word, kind, reach, person)
    }

    fn demand_as(
        &mut self,
        word: CommandWord,
        kind: Option<u16>,
        reach: Reach,
        person: Option<&Identifier>,
    ) -> &mut Self {
        self.draft.demands.entry(Demand { word, kind, reach }).or_insert_with(|| person.cloned());
        self
    }

    fn at(&mut self, reach: Reach) -> &mut Self {
        self.demand(None, reach, None)
    }

    fn everywhere(&mut self) -> &mut Self {
        self.at(Reach::Scope(ScopeId::Everywhere))
    }

    fn names(&self) -> Lookup<'_> {
        Lookup::of(self.state)
    }

    fn unit(&self, unit: &Name) -> Result<u32, Against> {
        self.names().unit(unit).map_err(shape)
    }

    fn scope(&self, scope: &Scope, person: Option<&Identifier>) -> Result<ScopeId, Against> {
        self.names().scope(scope, person).map_err(|misfit| (person.cloned(), misfit.into()))
    }

    fn registered(&self, person: &Identifier, tenant: u32) -> Result<u32, Against> {
        self.names().registered(person, tenant).map_err(|misfit| (Some(person.clone()), misfit.into()))
    }

    fn person(&self, id: u32) -> Option<Person<'_>> {
        self.state.person(id)
    }

    fn kind_in(&self, person: u32, tenant: u32) -> Option<u16> {
        self.person(person).and_then(|person| person.registration(tenant)).map(|registered| registered.kind)
    }

    fn root(&self, tenant: u32) -> ScopeId {
        match self.state.tenants.get(tenant as usize) {
            Some(found) if tenant != PLATFORM => ScopeId::Subtree(found.root),
            _ => ScopeId::Everywhere,
        }
    }

    fn over_tenant(&mut self, tenant: &Name) -> Result<u32, Against> {
        let tenant = self.names().tenant(tenant).map_err(shape)?;
        let root = self.root(tenant);
        self.at(Reach::Scope(root));
        Ok(tenant)
    }

    /// A scope that is meant of everybody who holds a role: `Own` is then of all the tenant's people.
    fn over_holders(&self, scope: ScopeId) -> Reach {
        Reach::Scope(match scope {
            ScopeId::Own(tenant) => self.root(tenant),
            scope => scope,
        })
    }

    fn register(&mut self, registration: &Registration) -> Result<(), Against> {
        let Registration { person, tenant, kind, unit } = registration;
        let tenant = self.names().tenant_or_platform(tenant.as_ref()).map_err(shape)?;
        let place = match (unit, self.root(tenant)) {
            (Some(unit), _) => ScopeId::Unit(self.unit(unit)?),
            (None, ScopeId::Subtree(root)) => ScopeId::Unit(root),
            (None, scope) => scope,
        };
        let kind = kind.as_ref().and_then(|kind| self.state.policy.kind(kind));
        self.demand(kind, Reach::Scope(place), Some(person)).event(Event::PersonRegistered(registration.clone()));
        Ok(())
    }

    fn edit(
        &mut self,
        person: &Identifier,
        tenant_name: Option<&Name>,
        kind: Option<&Name>,
        unit: Option<&Name>,
    ) -> Result<(), Against> {
        let tenant = self.names().tenant_or_platform(tenant_name).map_err(shape)?;
        let id = self.registered(person, tenant)?;
        let old = self.kind_in(id, tenant);
        let new = kind.and_then(|kind| self.state.policy.kind(kind)).or(old);
        // Guards may depend on the kind: both that of before and that of afterwards.
        for kind in [old, new] {
            self.over_registration(person, id, tenant, kind);
            if old != new {
                self.over_grants(person, id, tenant, kind);
            }
            if let Some(unit) = unit {
                let unit = self.unit(unit)?;
                self.demand(kind, Reach::Scope(ScopeId::Unit(unit)), Some(person));
            }
        }
        if let Some(kind) = kind {
            let (person, tenant) = (person.clone(), tenant_name.cloned());
            self.event(Event::PersonKindChanged { person, tenant, kind: kind.clone() });
        }
        if let Some(unit) = unit {
            let Some(tenant) = tenant_name.cloned() else {
                return Err(shape(Misfit::shape("the platform has no units").help("name the tenant")));
            };
            self.event(Event::PersonPlaced { person: person.clone(), tenant, unit: unit.clone() });
        }
        Ok(())
    }

    /// Over a registration's place and all that the person was granted in the tenant;
    /// where none is named: everywhere. What suspends also takes away what is held everywhere.
    fn over_person(&mut self, person: &Identifier, tenant: Option<&Name>, suspends: bool) -> Result<(), Against> {
        let Some(tenant) = tenant else {
            let known = |misfit: Misfit| (Some(person.clone()), misfit.into());
            let id = match suspends {
                true => self.names().person(person).map_err(known)?,
                false => self.registered(person, PLATFORM)?,
            };
            let kind = self.kind_in(id, PLATFORM);
            self.demand(kind, Reach::Scope(ScopeId::Everywhere), Some(person));
            return Ok(());
        };
        let tenant = self.names().tenant(tenant).map_err(shape)?;
        let id = self.registered(person, tenant)?;
        let kind = self.kind_in(id, tenant);
        self.over_registration(person, id, tenant, kind);
        self.over_grants(person, id, tenant, kind);
        if suspends {
            self.over_everywhere(person, id, kind);
        }
        Ok(())
    }

    /// Over everything, where somebody holds anything everywhere: what is denied in one
    /// tenant denies what is asked for everywhere (ruling R21).
    fn over_everywhere(&mut self, person: &Identifier, id: u32, kind: Option<u16>) {
        let words = |person: Person<'_>| person.words().any(|word| word.scope() == ScopeId::Everywhere);
        if self.person(id).is_some_and(words) {
            self.demand(kind, Reach::Scope(ScopeId::Everywhere), Some(person));
        }
    }

    /// Whether somebody holds a role, or one that includes it, everywhere.
    fn is_held_everywhere(&self, tenant: u32, role: &Name) -> bool {
        let Ok(role) = self.names().role(tenant, role) else { return false };
        let mut held = self.state.by_scope.roles_at(ScopeId::Everywhere);
        held.any(|(effective, _)| {
            let rules = self.state.rights.effective(effective).and_then(|effective| self.state.role(effective.role));
            rules.is_some_and(|rules| rules.closure.binary_search(&role).is_ok())
        })
    }

    fn over_registration(&mut self, person: &Identifier, id: u32, tenant: u32, kind: Option<u16>) {
        let reach = self.registration_reach(id, tenant);
        self.demand(kind, reach, Some(person));
    }

    fn registration_reach(&self, id: u32, tenant: u32) -> Reach {
        let place = self.person(id).and_then(|person| person.registration(tenant)).map(|registered| registered.place);
        Reach::Scope(match place {
            Some(place) if tenant != PLATFORM => ScopeId::Unit(place),
            _ => ScopeId::Everywhere,
        })
    }

    fn over_grants(&mut self, person: &Identifier, id: u32, tenant: u32, kind: Option<u16>) {
        let scopes: Vec<ScopeId> = self.person(id).into_iter().flat_map(Person::words).map(Word::scope).collect();
        for scope in scopes {
            if self.state.tenant_of(scope) == tenant {
                self.demand(kind, Reach::of(scope, id), Some(person));
            }
        }
    }

    fn about_affiliation(&mut self, person: &Identifier, unit: &Name) -> Result<(), Against> {
        let unit = self.unit(unit)?;
        let tenant = self.state.units.node(unit).owner;
        let id = self.registered(person, tenant)?;
        self.not_oneself(id, person)?;
        let kind = self.kind_in(id, tenant);
        self.demand(kind, Reach::Scope(ScopeId::Unit(unit)), Some(person));
        Ok(())
    }

    fn not_oneself(&self, id: u32, person: &Identifier) -> Result<(), Against> {
        if self.standing.actor() == Some(id) { Err((Some(person.clone()), Rule::Oneself)) } else { Ok(()) }
    }

    fn group_command(&mut self, command: &Command) -> Result<(), Against> {
        match command {
            Command::CreateGroup(group) => {
                let tenant = self.names().tenant(&group.tenant).map_err(shape)?;
                self.over_group_above(tenant, group.parent.as_ref())?;
                self.event(Event::GroupCreated(group.clone()));
            }
            Command::MoveGroup { tenant, group, parent } => {
                let id = self.over_group(tenant, group, &[])?;
                self.over_group_above(id, parent.as_ref())?;
                let (tenant, group, parent) = (tenant.clone(), group.clone(), parent.clone());
                self.event(Event::GroupMoved { tenant, group, parent });
            }
            Command::DeleteGroup { tenant, group } => {
                self.over_group(tenant, group, &[])?;
                self.event(Event::GroupDeleted { tenant: tenant.clone(), group: group.clone() });
            }
            Command::SetLeader { tenant, group, leader } => {
                self.over_group(tenant, group, leader.as_slice())?;
                let (tenant, group, leader) = (tenant.clone(), group.clone(), leader.clone());
                self.event(Event::LeaderSet { tenant, group, leader });
            }
            Command::AddMembers { tenant, group, people } => {
                self.over_group(tenant, group, people)?;
                for person in people.iter().cloned() {
                    self.event(Event::MemberAdded { tenant: tenant.clone(), group: group.clone(), person });
                }
            }
            Command::RemoveMembers { tenant, group, people } => {
                self.over_group(tenant, group, people)?;
                for person in people.iter().cloned() {
                    self.event(Event::MemberRemoved { tenant: tenant.clone(), group: group.clone(), person });
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Over a group, for each kind of the people concerned.
    fn over_group(&mut self, tenant: &Name, group: &Name, people: &[Identifier]) -> Result<u32, Against> {
        let tenant = self.names().tenant(tenant).map_err(shape)?;
        let group = self.names().group(tenant, group).map_err(shape)?;
        let reach = Reach::Scope(ScopeId::Members(group));
        if people.is_empty() {
            self.at(reach);
        }
        for person in people {
            let id = self.registered(person, tenant)?;
            let kind = self.kind_in(id, tenant);
            self.demand(kind, reach, Some(person));
        }
        Ok(tenant)
    }

    fn over_group_above(&mut self, tenant: u32, parent: Option<&Name>) -> Result<(), Against> {
        let scope = match parent {
            Some(parent) => ScopeId::Members(self.names().group(tenant, parent).map_err(shape)?),
            None => self.root(tenant),
        };
        self.at(Reach::Scope(scope));
        Ok(())
    }

    /// Over the scope of a grant.
    fn over_grant(&mut self, grant: &Grant) -> Result<GrantId, Against> {
        self.over_grant_as(self.word, grant)
    }

    fn over_grant_as(&mut self, word: CommandWord, grant: &Grant) -> Result<GrantId, Against> {
        let id = self.names().grant(grant).map_err(|misfit| (Some(grant.person.clone()), misfit.into()))?;
        self.demand_as(word, Some(id.kind), Reach::of(id.scope, id.person), Some(&grant.person));
        Ok(id)
    }

    /// A grant begins now at the earliest, and is not over (ruling R19).
    fn in_time(&self, grant: &Grant, from: Option<Instant>, until: Option<Instant>) -> Result<(), Against> {
        let now = Instant::from_micros(self.standing.at);
        if from.is_some_and(|from| from < now) || until.is_some_and(|until| until <= now) {
            return Err((Some(grant.person.clone()), Rule::Past { now }));
        }
        Ok(())
    }

    fn give(&mut self, grant: &Grant, replacing: bool) -> Result<(), Against> {
        let id = self.over_grant(grant)?;
        self.in_time(grant, grant.from, grant.until)?;
        if replacing {
            self.make_room(grant, id)?;
        }
        self.draft.granted.push((self.draft.events.len(), id));
        self.event(Event::Granted(grant.clone()));
        Ok(())
    }

    /// A grant by the command, of somebody who is registered before it.
    fn granted(&mut self, grant: Grant) -> Result<(), Against> {
        let id = self.names().grant(&grant).map_err(|misfit| (Some(grant.person.clone()), misfit.into()))?;
        self.draft.granted.push((self.draft.events.len(), id));
        self.event(Event::Granted(grant));
        Ok(())
    }

    /// Revokes what a grant excludes, or what excludes it; where the role is for one
    /// kind alone, the person becomes of that kind (T4, ruling R8).
    fn make_room(&mut self, grant: &Grant, id: GrantId) -> Result<(), Against> {
        let state = self.state;
        let tenant = state.tenant_of(id.scope);
        let policy = &state.policy;
        let excludes = |role: u32| {
            state.role(role).is_some_and(|rules| rules.closure.iter().any(|&role| policy.is_exclusive(role)))
        };
        let exclusive = excludes(id.role);
        let held: Vec<(Word, Detail)> = self.person(id.person).into_iter().flat_map(Person::grants).collect();
        for (word, detail) in held {
            let Some(effective) = state.rights.effective(word.role()) else { continue };
            let stands_against = state.tenant_of(word.scope()) == tenant
                && effective.role != id.role
                && (exclusive || excludes(effective.role));
            if stands_against && detail.until > self.standing.at {
                let revoked = state.grant_named(word, detail, grant.person.clone());
                let known =
                    self.draft.events.iter().any(|event| matches!(event, Event::Revoked(old) if *old == revoked));
                if !known {
                    self.over_grant_as(CommandWord::Revoke, &revoked)?;
                    self.event(Event::Revoked(revoked));
                }
            }
        }
        if let Some(&[only]) = state.role(id.role).map(|rules| rules.kinds.as_slice())
            && exclusive
            && only != id.kind
            && let Some(kind) = policy.kinds().get(usize::from(only))
        {
            for kind in [id.kind, only] {
                let place = self.registration_reach(id.person, tenant);
                self.demand_as(CommandWord::EditPerson, Some(kind), place, Some(&grant.person));
            }
            let person = grant.person.clone();
            self.event(Event::PersonKindChanged { person, tenant: state.tenant_name(tenant), kind: kind.name.clone() });
        }
        Ok(())
    }

    fn lift(&mut self, tenant_name: Option<&Name>, name: &Name) -> Result<(), Against> {
        let tenant = self.names().tenant_or_platform(tenant_name).map_err(shape)?;
        let found = self.state.tenants.get(tenant as usize).and_then(|tenant| tenant.restrictions.get(name)).cloned();
        let found = found.ok_or_else(|| shape(Misfit::absent("restriction", name)))?;
        match found.subject {
            SubjectId::Person(id) => {
                let person = self.state.identifier(id);
                self.not_oneself(id, &person)?;
                let kind = self.kind_in(id, tenant);
                self.demand(kind, Reach::of(found.scope, id), Some(&person));
            }
            SubjectId::Role(role) => {
                if self.standing.holds(role) {
                    return Err((None, Rule::Oneself));
                }
                let reach = self.over_holders(found.scope);
                self.at(reach);
            }
        }
        self.event(Event::RestrictionLifted { tenant: tenant_name.cloned(), name: name.clone() });
        Ok(())
    }

    fn answer(&mut self, tenant: &Name, name: &Name, outcome: Outcome) -> Result<(), Against> {
        let id = self.names().tenant(tenant).map_err(shape)?;
        let found = self.state.tenants.get(id as usize).and_then(|tenant| tenant.requests.get(name)).cloned();
        let found = found.ok_or_else(|| shape(Misfit::absent("open request", name)))?;
        let grant = &found.request.grant;
        let actor = self.standing.actor();
        let own = actor == Some(found.by);
        if outcome != Outcome::Withdrawn && (own || actor == Some(found.person)) {
            return Err((Some(grant.person.clone()), Rule::Oneself));
        }
        let reach = Reach::of(found.scope, found.person);
        if outcome != Outcome::Withdrawn || !own || self.standing.is_suspended(reach) {
            let kind = self.kind_in(found.person, id);
            self.demand(kind, reach, Some(&grant.person));
        }
        self.event(Event::RequestClosed { tenant: tenant.clone(), request: name.clone(), outcome });
        if outcome == Outcome::Approved {
            if let Some(until) = found.request.until.filter(|until| until.as_micros() <= self.standing.at) {
                let rule = Rule::RequestExpired { request: name.clone(), until };
                return Err((Some(grant.person.clone()), rule));
            }
            // Asked for from an instant that has passed meanwhile, it begins now.
            let now = Instant::from_micros(self.standing.at);
            let grant = Grant { from: grant.from.map(|from| from.max(now)), ..grant.clone() };
            self.in_time(&grant, None, grant.until)?;
            self.granted(grant)?;
        }
        Ok(())
    }

    /// The grant that makes somebody the administrator of a tenant (ruling R31).
    fn administration(&self, registration: &Registration) -> Result<(u32, Grant), Against> {
        let Some(tenant_name) = &registration.tenant else {
            return Err(shape(Misfit::shape("the platform has no administrator of this kind").help("name the tenant")));
        };
        let tenant = self.names().tenant(tenant_name).map_err(shape)?;
        let policy = &self.state.policy;
        let role = policy.administrator().and_then(|role| policy.roles().get(role as usize)).ok_or_else(|| {
            let misfit = Misfit::shape("the policy names no administrator's role");
            shape(misfit.help("add `administration.administrator`"))
        })?;
        let grant = Grant {
            person: registration.person.clone(),
            role: role.name.clone(),
            scope: Scope::Subtree(tenant_name.clone()),
            channel: None,
            basis: Basis::Standing,
            from: None,
            until: None,
        };
        Ok((tenant, grant))
    }

    fn bootstrap(&mut self, registration: &Registration) -> Result<(), Against> {
        self.everywhere();
        let (tenant, grant) = self.administration(registration)?;
        if !Administrators::of(self.state, tenant, self.standing.at).is_empty()
            && let Some(tenant) = registration.tenant.clone()
        {
            return Err((None, Rule::HasAdministrator { tenant }));
        }
        self.install(registration, tenant, grant)
    }

    fn replace(&mut self, old: &Identifier, new: &Registration) -> Result<(), Against> {
        self.everywhere();
        let (tenant, grant) = self.administration(new)?;
        let id = self.registered(old, tenant)?;
        if *old == new.person {
            return Err((
                Some(old.clone()),
                shape(Misfit::shape("the old administrator and the new one are the same")).1,
            ));
        }
        let state = self.state;
        let administrator = state.policy.administrator();
        let held: Vec<(Word, Detail)> = self.person(id).into_iter().flat_map(Person::grants).collect();
        let mut any = false;
        for (word, detail) in held {
            let role = state.rights.effective(word.role()).map(|effective| effective.role);
            if role == administrator && state.tenant_of(word.scope()) == tenant {
                self.event(Event::Revoked(state.grant_named(word, detail, old.clone())));
                any = true;
            }
        }
        if !any {
            let tenant = new.tenant.clone().unwrap_or_else(|| grant.role.clone());
            return Err((Some(old.clone()), Rule::NotAdministrator { tenant }));
        }
        self.install(new, tenant, grant)
    }

    /// Registers somebody if need be, and makes them administrator: never oneself.
    fn install(&mut self, registration: &Registration, tenant: u32, grant: Grant) -> Result<(), Against> {
        let person = &registration.person;
        if let Ok(id) = self.names().person(person) {
            self.not_oneself(id, person)?;
        }
        if self.names().registered(person, tenant).is_err() {
            self.event(Event::PersonRegistered(registration.clone()));
        }
        self.event(Event::Granted(grant));
        Ok(())
    }
}
