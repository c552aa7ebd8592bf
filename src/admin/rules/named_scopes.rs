//! The scopes that a command names. An actor who could issue no such command anywhere in a tenant
//! learns nothing of what exists in it (D14, R1).

use std::collections::BTreeSet;

use super::issuer::Issuer;
use crate::admin::command::Command;
use crate::admin::plan;
use crate::admin::refusal::Objection;
use crate::facts::{Lookup, PLATFORM, State};
use crate::model::{
    Affiliation, Group, Identifier, Name, Registration, Restriction, Scope, Subject,
};
use crate::store::TenantId;

impl Issuer<'_> {
    /// Refuses actors who hold, in some tenant that the command names, none of the permissions that
    /// guard it for any kind of subject. The refusal depends on nothing but the actor and the
    /// tenants of the names.
    pub(in crate::admin) fn admitted_to_tenants_of(
        &self,
        command: &Command,
    ) -> Result<(), Objection> {
        if self.is_host() || self.is_asker(command) || self.is_own_support(command) {
            return Ok(());
        }
        let word = command.word();
        let kind = match command {
            Command::Register(Registration { kind: Some(kind), .. }) => {
                self.state.policy.kind(kind)
            }
            _ => None,
        };
        let mut known: BTreeSet<Option<TenantId>> = BTreeSet::new();
        let mut refused = None;
        each_named_scope(command, &mut |scope, person| {
            let tenant = self.state.tenant_named(&scope);
            if refused.is_none() && known.insert(tenant) && !self.holds_guard_in(word, tenant) {
                refused =
                    Some((person.cloned(), self.refusal_to_outsider(word, kind, tenant, scope)));
            }
        });
        refused.map_or(Ok(()), Err)
    }

    /// Whether the command answers a request made by the actor or for them: they know of it.
    fn is_asker(&self, command: &Command) -> bool {
        let (Command::ApproveRequest { tenant, request }
        | Command::DenyRequest { tenant, request }) = command
        else {
            return false;
        };
        let tenant = self.state.tenant(tenant).and_then(|tenant| self.state.tenants.get(tenant));
        let found = tenant.and_then(|tenant| tenant.requests.get(request));
        found.is_some_and(|found| [found.by, found.person].map(Some).contains(&self.actor()))
    }

    /// Whether the command closes only the actor's own support, in a tenant where they are
    /// registered.
    fn is_own_support(&self, command: &Command) -> bool {
        let Command::CloseSupport { tenant, people, .. } = command else { return false };
        let own =
            |person: &Identifier| self.state.person_names.find(person.as_str()) == self.actor();
        let here = self.state.tenant(tenant).zip(self.actor().and_then(|id| self.state.person(id)));
        let registered = here.is_some_and(|(tenant, actor)| actor.registration(tenant).is_some());
        registered && !people.is_empty() && people.iter().all(own)
    }
}

impl State {
    /// The tenant that a scope names. `None` if it names no tenant, or one that does not exist.
    fn tenant_named(&self, scope: &Scope) -> Option<TenantId> {
        match scope {
            Scope::Unit(unit) | Scope::Subtree(unit) => {
                Lookup::of(self).unit(unit).ok().map(|unit| self.units.node(unit).owner)
            }
            Scope::Members { tenant, .. } | Scope::Own { tenant } => self.tenant(tenant.as_ref()?),
            Scope::Everywhere => Some(PLATFORM),
        }
    }
}

/// Calls `each` with every scope that the command names, and the person it concerns there.
fn each_named_scope(command: &Command, each: &mut impl FnMut(Scope, Option<&Identifier>)) {
    let within = |tenant: Option<&Name>| tenant.cloned().map_or(Scope::Everywhere, Scope::Subtree);
    let registered = |tenant: Option<&Name>| tenant.cloned().map_or(Scope::Everywhere, Scope::Unit);
    let of_group = |tenant: &Name, group: &Name| Scope::Members {
        group: group.clone(),
        tenant: Some(tenant.clone()),
    };
    match command {
        Command::AddUnit(unit) => each(within(unit.parent.as_ref()), None),
        Command::MoveUnit { unit, parent } => {
            each(Scope::Subtree(unit.clone()), None);
            each(Scope::Subtree(parent.clone()), None);
        }
        Command::CloseUnit { unit } => each(Scope::Unit(unit.clone()), None),
        Command::RecordAffiliation(Affiliation { person, unit, .. })
        | Command::EndAffiliation { person, unit, .. } => {
            each(Scope::Unit(unit.clone()), Some(person));
        }
        Command::Register(Registration { person, tenant, unit, .. }) => {
            each(
                registered(tenant.as_ref().map(|tenant| unit.as_ref().unwrap_or(tenant))),
                Some(person),
            );
        }
        Command::EditPerson { person, tenant, .. }
        | Command::Suspend { person, tenant }
        | Command::Resume { person, tenant }
        | Command::RemovePerson { person, tenant } => {
            each(registered(tenant.as_ref()), Some(person))
        }
        Command::CreateGroup(Group { tenant, parent, .. }) => match parent {
            Some(parent) => each(of_group(tenant, parent), None),
            None => each(within(Some(tenant)), None),
        },
        Command::MoveGroup { tenant, group, .. } | Command::DeleteGroup { tenant, group } => {
            each(of_group(tenant, group), None);
        }
        Command::SetLeader { tenant, group, leader } => {
            each(of_group(tenant, group), leader.as_ref())
        }
        Command::AddMembers { tenant, group, people }
        | Command::RemoveMembers { tenant, group, people } => {
            each(of_group(tenant, group), people.first());
        }
        Command::CreateGrid(grid) | Command::EditGrid(grid) => {
            each(within(grid.tenant.as_ref()), None)
        }
        Command::DeleteGrid { tenant, .. } => each(within(tenant.as_ref()), None),
        Command::Enrol { tenant, people, .. } | Command::Unenrol { tenant, people, .. } => {
            each(within(tenant.as_ref()), people.first());
        }
        Command::CreateRole(role) | Command::EditRole(role) => {
            each(within(Some(&role.tenant)), None)
        }
        Command::DeleteRole { tenant, .. }
        | Command::ApproveRequest { tenant, .. }
        | Command::DenyRequest { tenant, .. } => each(within(Some(tenant)), None),
        Command::Grant { grants, .. } | Command::Revoke { grants } => {
            grants.iter().for_each(|grant| each(grant.scope.clone(), Some(&grant.person)));
        }
        Command::SetValidity { grant, .. } => each(grant.scope.clone(), Some(&grant.person)),
        Command::AskRole { tenant, grant, .. } => {
            each(grant.scope.clone(), Some(&grant.person));
            each(within(Some(tenant)), Some(&grant.person));
        }
        Command::OpenSupport { person, units, .. } => {
            units.iter().for_each(|unit| each(Scope::Unit(unit.clone()), Some(person)));
        }
        Command::CloseSupport { tenant, people, .. } => each(within(Some(tenant)), people.first()),
        Command::ImposeRestriction(Restriction { subject, scope, .. }) => match subject {
            Subject::Person(person) => each(scope.clone(), Some(person)),
            Subject::Role(_) => each(scope.clone(), None),
        },
        Command::OpenCampaign { tenant, scope, .. } => {
            each(scope.clone(), None);
            each(within(Some(tenant)), None);
        }
        Command::Review { tenant, answers, .. } => {
            each(within(Some(tenant)), answers.first().map(|answer| &answer.grant.person));
            // Whatever the campaign is about, an answer may name a grant in any tenant.
            answers
                .iter()
                .for_each(|answer| each(answer.grant.scope.clone(), Some(&answer.grant.person)));
        }
        Command::CloseCampaign { tenant, .. } => each(within(Some(tenant)), None),
        Command::CarryOut { plan, .. } => plan.rows.iter().for_each(|row| match &row.link {
            plan::Link::Grant(grant) => each(grant.scope.clone(), Some(&grant.person)),
            plan::Link::Registration { person, tenant } => {
                each(registered(Some(tenant)), Some(person))
            }
        }),
        Command::LiftRestriction { tenant, .. } => each(within(tenant.as_ref()), None),
        // The principal who made a request takes it back without a guard.
        Command::WithdrawRequest { .. } => {}
        Command::ErasePerson { .. }
        | Command::ContractSeats { .. }
        | Command::Bootstrap(_)
        | Command::ReplaceAdministrator { .. }
        | Command::AttestAdministrator(_) => each(Scope::Everywhere, None),
    }
}
