//! [`Draft`]: what a command would do, as events, and over what its guard must be
//! held. Whether it may is not said here.

mod campaigns;
mod grants;
mod grids;
mod groups;
mod install;
mod people;
mod support;

use std::collections::{BTreeMap, HashSet};

use campaigns::Opening;

use crate::admin::command::Command;
use crate::admin::plan::PlanRow;
use crate::admin::refusal::Rule;
use crate::admin::rules::administrators::Administrators;
use crate::admin::rules::eligibility::{fits, plain};
use crate::admin::rules::reach::Reach;
use crate::admin::rules::standing::Standing;
use crate::facts::{Event, Fault, GrantId, Lookup, PLATFORM, Person, ScopeId, State};
use crate::model::{
    Affiliation, CommandWord, Grant, Identifier, Name, Outcome, RoleRequest, Scope, Subject,
};
use crate::store::{PersonId, TenantId, UnitId};

/// A command worked out.
pub(super) struct Draft {
    pub(super) events: Vec<Event>,
    /// The ids of the grants among the events that the state before can tell, each with the event's place.
    pub(super) granted: Vec<(usize, GrantId)>,
    pub(super) demands: Demands,
    /// The rows of a plan that are left out (ruling R36).
    pub(super) held_back: Vec<PlanRow>,
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

impl From<Fault> for Rule {
    fn from(Fault { message, help, .. }: Fault) -> Rule {
        Rule::Misfit { message, help }
    }
}

/// Something wrong with what a command names, of nobody in particular.
pub(super) fn shape(fault: Fault) -> Against {
    (None, fault.into())
}

impl Draft {
    /// Works a command out in the state before it, and says what is wrong with it: then
    /// the draft goes as far as that, over what its guard must be held included.
    pub(super) fn of(
        command: &Command,
        reason: &str,
        standing: &Standing<'_>,
    ) -> (Draft, Result<(), Against>) {
        let mut drafting = Drafting {
            state: standing.state,
            standing,
            word: command.word(),
            reason,
            draft: Draft::empty(),
            revoked: HashSet::new(),
        };
        let outcome = drafting.command(command);
        (drafting.draft, outcome)
    }

    fn empty() -> Draft {
        Draft {
            events: Vec::new(),
            granted: Vec::new(),
            demands: BTreeMap::new(),
            held_back: Vec::new(),
        }
    }
}

pub(super) struct Drafting<'s> {
    pub(super) state: &'s State,
    pub(super) standing: &'s Standing<'s>,
    word: CommandWord,
    /// Why the command is issued.
    reason: &'s str,
    draft: Draft,
    /// What a grant has made room by revoking already.
    revoked: HashSet<Grant>,
}

impl Drafting<'_> {
    fn command(&mut self, command: &Command) -> Result<(), Against> {
        match command {
            Command::AddUnit(unit) => {
                let reach = match &unit.parent {
                    Some(parent) => {
                        Reach::Scope(ScopeId::Subtree(self.names().unit(parent).map_err(shape)?))
                    }
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
                self.at(Reach::Scope(ScopeId::Unit(id)))
                    .event(Event::UnitClosed { unit: unit.clone() });
            }
            Command::Register(registration) => self.register(registration)?,
            Command::EditPerson { person, tenant, kind, unit } => {
                self.edit(person, tenant.as_ref(), kind.as_ref(), unit.as_ref())?;
            }
            Command::Suspend { person, tenant } => {
                self.over_person(person, tenant.as_ref(), true)?;
                self.event(Event::PersonSuspended {
                    person: person.clone(),
                    tenant: tenant.clone(),
                });
            }
            Command::Resume { person, tenant } => {
                self.over_person(person, tenant.as_ref(), true)?;
                self.event(Event::PersonResumed { person: person.clone(), tenant: tenant.clone() });
            }
            Command::RemovePerson { person, tenant } => {
                self.over_person(person, tenant.as_ref(), false)?;
                self.keeps_own_hours(person, tenant.as_ref())?;
                self.event(Event::PersonRemoved { person: person.clone(), tenant: tenant.clone() });
            }
            Command::ErasePerson { person } => {
                self.everywhere();
                // Whoever was removed everywhere still has a name to forget.
                if self.names().find(person).is_none() {
                    return Err((
                        Some(person.clone()),
                        Fault::absent("person", person.masked()).into(),
                    ));
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
            Command::CreateGrid(_)
            | Command::EditGrid(_)
            | Command::DeleteGrid { .. }
            | Command::Enrol { .. }
            | Command::Unenrol { .. } => self.grid_command(command)?,
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
                self.draft.events.reserve(grants.len());
                self.draft.granted.reserve(grants.len());
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
                self.in_time(
                    grant,
                    renewed.from.filter(|_| renewed.from != grant.from),
                    renewed.until,
                )?;
                self.event(Event::Revoked(grant.clone())).granted(renewed)?;
            }
            Command::OpenSupport { person, units, role, until } => {
                self.open_support(person, units, role, *until)?
            }
            Command::CloseSupport { tenant, people, units } => {
                self.close_support(tenant, people, units)?
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
                self.demand(kind, reach, person)
                    .event(Event::RestrictionImposed(restriction.clone()));
            }
            Command::LiftRestriction { tenant, name } => self.lift(tenant.as_ref(), name)?,
            Command::ContractSeats { tenant, role, unit, seats } => {
                let (tenant, role, unit) = (tenant.clone(), role.clone(), unit.clone());
                self.everywhere().event(Event::SeatsContracted {
                    tenant,
                    role,
                    unit,
                    seats: *seats,
                });
            }
            Command::AskRole { name, tenant, grant, until } => {
                let id = self.over_grant(grant)?;
                self.in_time(grant, None, *until)?;
                let fitting = fits(self.state, id).and_then(|()| plain(self.state, id));
                fitting.map_err(|rule| (Some(grant.person.clone()), rule))?;
                let by = match self.standing.actor() {
                    Some(actor) => self.state.identifier(actor),
                    None => grant.person.clone(),
                };
                let (name, tenant, grant) = (name.clone(), tenant.clone(), grant.clone());
                self.event(Event::RoleRequested(RoleRequest {
                    name,
                    tenant,
                    by,
                    grant,
                    until: *until,
                }));
            }
            Command::ApproveRequest { tenant, request } => {
                self.answer(tenant, request, Outcome::Approved)?
            }
            Command::DenyRequest { tenant, request } => {
                self.answer(tenant, request, Outcome::Denied)?
            }
            Command::WithdrawRequest { tenant, request } => {
                self.answer(tenant, request, Outcome::Withdrawn)?
            }
            Command::Bootstrap(registration) => self.bootstrap(registration)?,
            Command::ReplaceAdministrator { old, new, attestation } => {
                self.replace(old, new)?;
                let tenant = new.tenant.as_ref();
                if attestation.about != new.person || Some(&attestation.tenant) != tenant {
                    let fault = Fault::shape(
                        "the attestation is not about the new administrator in that tenant",
                    );
                    return Err(shape(fault.help("attest who the new administrator is")));
                }
                self.event(Event::Attested(attestation.clone()));
            }
            Command::OpenCampaign { tenant, name, scope, roles, reviewers, deadline } => {
                self.open_campaign(&Opening {
                    tenant,
                    name,
                    scope,
                    roles,
                    reviewers: *reviewers,
                    deadline: *deadline,
                })?;
            }
            Command::Review { tenant, campaign, answers } => {
                self.review(tenant, campaign, answers)?
            }
            Command::CloseCampaign { tenant, campaign } => self.close_campaign(tenant, campaign)?,
            Command::CarryOut { plan, confirmed } => self.carry_out(plan, *confirmed)?,
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
            return Err(shape(
                Fault::shape("the command names nothing to change").help("name at least one"),
            ));
        }
        Ok(())
    }

    /// Whether nothing is to change so far.
    pub(super) fn is_empty(&self) -> bool {
        self.draft.events.is_empty()
    }

    pub(super) fn hold_back(&mut self, row: &PlanRow) {
        self.draft.held_back.push(row.clone());
    }

    pub(super) fn event(&mut self, event: Event) -> &mut Self {
        self.draft.events.push(event);
        self
    }

    fn demand(
        &mut self,
        kind: Option<u16>,
        reach: Reach,
        person: Option<&Identifier>,
    ) -> &mut Self {
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

    fn unit(&self, unit: &Name) -> Result<UnitId, Against> {
        self.names().unit(unit).map_err(shape)
    }

    fn scope(&self, scope: &Scope, person: Option<&Identifier>) -> Result<ScopeId, Against> {
        self.names().scope(scope, person).map_err(|fault| (person.cloned(), fault.into()))
    }

    fn registered(&self, person: &Identifier, tenant: TenantId) -> Result<PersonId, Against> {
        self.names()
            .registered(person, tenant)
            .map_err(|fault| (Some(person.clone()), fault.into()))
    }

    fn person(&self, id: PersonId) -> Option<Person<'_>> {
        self.state.person(id)
    }

    fn kind_in(&self, person: PersonId, tenant: TenantId) -> Option<u16> {
        self.person(person)
            .and_then(|person| person.registration(tenant))
            .map(|registered| registered.kind)
    }

    fn root(&self, tenant: TenantId) -> ScopeId {
        match self.state.tenants.get(tenant) {
            Some(found) if tenant != PLATFORM => ScopeId::Subtree(found.root),
            _ => ScopeId::Everywhere,
        }
    }

    fn over_tenant(&mut self, tenant: &Name) -> Result<TenantId, Against> {
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

    fn not_oneself(&self, id: PersonId, person: &Identifier) -> Result<(), Against> {
        if self.standing.actor() == Some(id) {
            Err((Some(person.clone()), Rule::Oneself))
        } else {
            Ok(())
        }
    }
}
