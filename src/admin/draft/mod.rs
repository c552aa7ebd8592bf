//! What a command comes to: its events, and where its guard must be held. The rules that may refuse
//! it are asked by `decide`.

mod campaigns;
mod carry_out;
mod drafter;
mod grants;
mod grids;
mod groups;
mod install;
mod people;
mod support;

use std::collections::HashSet;

use campaigns::CampaignDraft;
use drafter::Drafter;

use crate::admin::command::Command;
use crate::admin::refusal::{Objection, Rule, unattributed};
use crate::admin::rules::administrators::Administrators;
use crate::admin::rules::area::Area;
use crate::admin::rules::eligibility::{grant_fits, not_on_support_channel};
use crate::admin::rules::issuer::Issuer;
use crate::facts::{Event, Fault, ScopeId};
use crate::model::{Affiliation, Grant, Outcome, RoleRequest, Subject};

pub(super) use drafter::{Demand, Draft};

impl Draft {
    /// Drafts a command in the state before it. If something is wrong with the command, the draft
    /// goes as far as the error: its demands are still asked, so that only actors who may issue the
    /// command are told of the error.
    pub(super) fn of(
        command: &Command,
        reason: &str,
        issuer: &Issuer<'_>,
    ) -> (Draft, Result<(), Objection>) {
        let mut drafter = Drafter {
            state: issuer.state,
            issuer,
            word: command.word(),
            reason,
            draft: Draft::empty(),
            revoked: HashSet::new(),
        };
        let outcome = drafter.command(command);
        (drafter.draft, outcome)
    }
}

impl Drafter<'_> {
    fn command(&mut self, command: &Command) -> Result<(), Objection> {
        match command {
            Command::AddUnit(unit) => {
                let area = match &unit.parent {
                    Some(parent) => Area::Scope(ScopeId::Subtree(
                        self.names().unit(parent).map_err(unattributed)?,
                    )),
                    None => Area::Scope(ScopeId::Everywhere),
                };
                self.demand_over(area).event(Event::UnitAdded(unit.clone()));
            }
            Command::MoveUnit { unit, parent } => {
                let (id, above) = (self.unit(unit)?, self.unit(parent)?);
                self.demand_over(Area::Scope(ScopeId::Subtree(id)));
                self.demand_over(Area::Scope(ScopeId::Subtree(above)));
                self.event(Event::UnitMoved { unit: unit.clone(), parent: parent.clone() });
            }
            Command::CloseUnit { unit } => {
                let id = self.unit(unit)?;
                self.demand_over(Area::Scope(ScopeId::Unit(id)))
                    .event(Event::UnitClosed { unit: unit.clone() });
            }
            Command::Register(registration) => self.register(registration)?,
            Command::EditPerson { person, tenant, kind, unit } => {
                self.edit(person, tenant.as_ref(), kind.as_ref(), unit.as_ref())?;
            }
            Command::Suspend { person, tenant } => {
                self.demand_over_person(person, tenant.as_ref(), true)?;
                self.event(Event::PersonSuspended {
                    person: person.clone(),
                    tenant: tenant.clone(),
                });
            }
            Command::Resume { person, tenant } => {
                self.demand_over_person(person, tenant.as_ref(), true)?;
                self.event(Event::PersonResumed { person: person.clone(), tenant: tenant.clone() });
            }
            Command::RemovePerson { person, tenant } => {
                self.demand_over_person(person, tenant.as_ref(), false)?;
                self.keeps_own_hours(person, tenant.as_ref())?;
                self.event(Event::PersonRemoved { person: person.clone(), tenant: tenant.clone() });
            }
            Command::ErasePerson { person } => {
                self.demand_everywhere();
                // A principal without any registration left still has a name to forget.
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
                self.demand_for_affiliation(person, unit)?;
                self.event(Event::AffiliationRecorded(affiliation.clone()));
            }
            Command::EndAffiliation { person, kind, unit, at } => {
                self.demand_for_affiliation(person, unit)?;
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
                self.demand_over_tenant(&role.tenant)?;
                self.event(Event::RoleCreated(role.clone()));
            }
            Command::EditRole(role) => {
                self.demand_over_tenant(&role.tenant)?;
                self.event(Event::RoleEdited(role.clone()));
            }
            Command::DeleteRole { tenant, role } => {
                self.demand_over_tenant(tenant)?;
                self.event(Event::RoleDeleted { tenant: tenant.clone(), role: role.clone() });
            }
            Command::Grant { grants, replacing } => {
                self.draft.events.reserve(grants.len());
                self.draft.granted.reserve(grants.len());
                for grant in grants {
                    self.draft_grant(grant, *replacing)?;
                }
            }
            Command::Revoke { grants } => {
                for grant in grants {
                    self.demand_over_grant(grant)?;
                    self.event(Event::Revoked(grant.clone()));
                }
            }
            Command::SetValidity { grant, from, until } => {
                self.demand_over_grant(grant)?;
                let renewed = Grant { from: *from, until: *until, ..grant.clone() };
                self.not_past(
                    grant,
                    renewed.from.filter(|_| renewed.from != grant.from),
                    renewed.until,
                )?;
                self.event(Event::Revoked(grant.clone())).grant_event(renewed)?;
            }
            Command::OpenSupport { person, units, role, until } => {
                self.open_support(person, units, role, *until)?
            }
            Command::CloseSupport { tenant, people, units } => {
                self.close_support(tenant, people, units)?
            }
            Command::ImposeRestriction(restriction) => {
                let (person, kind, area) = match &restriction.subject {
                    Subject::Person(person) => {
                        let scope = self.scope(&restriction.scope, Some(person))?;
                        let tenant = self.state.tenant_of(scope);
                        let id = self.registered(person, tenant)?;
                        let kind = self.kind_in(id, tenant);
                        self.demand_if_held_everywhere(person, id, kind);
                        (Some(person), kind, Area::of(scope, id))
                    }
                    Subject::Role(role) => {
                        let scope = self.scope(&restriction.scope, None)?;
                        if self.is_held_everywhere(self.state.tenant_of(scope), role) {
                            self.demand_everywhere();
                        }
                        (None, None, self.area_of_holders(scope))
                    }
                };
                self.demand(kind, area, person)
                    .event(Event::RestrictionImposed(restriction.clone()));
            }
            Command::LiftRestriction { tenant, name } => self.lift(tenant.as_ref(), name)?,
            Command::ContractSeats { tenant, role, unit, seats } => {
                let (tenant, role, unit) = (tenant.clone(), role.clone(), unit.clone());
                self.demand_everywhere().event(Event::SeatsContracted {
                    tenant,
                    role,
                    unit,
                    seats: *seats,
                });
            }
            Command::AskRole { name, tenant, grant, until } => {
                let id = self.demand_over_grant(grant)?;
                self.not_past(grant, None, *until)?;
                let fitting = grant_fits(self.state, id)
                    .and_then(|()| not_on_support_channel(self.state, id));
                fitting.map_err(|rule| (Some(grant.person.clone()), rule))?;
                let by = match self.issuer.actor() {
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
                self.answer_request(tenant, request, Outcome::Approved)?
            }
            Command::DenyRequest { tenant, request } => {
                self.answer_request(tenant, request, Outcome::Denied)?
            }
            Command::WithdrawRequest { tenant, request } => {
                self.answer_request(tenant, request, Outcome::Withdrawn)?
            }
            Command::Bootstrap(registration) => self.bootstrap(registration)?,
            Command::ReplaceAdministrator { old, new, attestation } => {
                self.replace(old, new)?;
                let tenant = new.tenant.as_ref();
                if attestation.about != new.person || Some(&attestation.tenant) != tenant {
                    let fault = Fault::shape(
                        "the attestation is not about the new administrator in that tenant",
                    );
                    return Err(unattributed(fault.help("attest who the new administrator is")));
                }
                self.event(Event::Attested(attestation.clone()));
            }
            Command::OpenCampaign { tenant, name, scope, roles, reviewers, deadline } => {
                self.open_campaign(&CampaignDraft {
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
                self.demand_everywhere();
                let tenant = self.names().tenant(&attestation.tenant).map_err(unattributed)?;
                let about = self.registered(&attestation.about, tenant)?;
                if !Administrators::of(self.state, tenant, self.issuer.at).holds(about) {
                    let rule = Rule::NotAdministrator { tenant: attestation.tenant.clone() };
                    return Err((Some(attestation.about.clone()), rule));
                }
                self.event(Event::Attested(attestation.clone()));
            }
        }
        if self.draft.events.is_empty() {
            return Err(unattributed(
                Fault::shape("the command names nothing to change").help("name at least one"),
            ));
        }
        Ok(())
    }
}
