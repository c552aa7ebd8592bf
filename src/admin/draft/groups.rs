//! Commands about groups.

use super::drafter::Drafter;
use crate::admin::command::Command;
use crate::admin::refusal::{Objection, unattributed};
use crate::admin::rules::area::Area;
use crate::facts::{Event, ScopeId};
use crate::model::{Identifier, Name};
use crate::store::TenantId;

impl Drafter<'_> {
    pub(super) fn group_command(&mut self, command: &Command) -> Result<(), Objection> {
        match command {
            Command::CreateGroup(group) => {
                let tenant = self.names().tenant(&group.tenant).map_err(unattributed)?;
                self.demand_over_group_above(tenant, group.parent.as_ref())?;
                self.event(Event::GroupCreated(group.clone()));
            }
            Command::MoveGroup { tenant, group, parent } => {
                let id = self.demand_over_group(tenant, group, &[])?;
                self.demand_over_group_above(id, parent.as_ref())?;
                let (tenant, group, parent) = (tenant.clone(), group.clone(), parent.clone());
                self.event(Event::GroupMoved { tenant, group, parent });
            }
            Command::DeleteGroup { tenant, group } => {
                self.demand_over_group(tenant, group, &[])?;
                self.event(Event::GroupDeleted { tenant: tenant.clone(), group: group.clone() });
            }
            Command::SetLeader { tenant, group, leader } => {
                self.demand_over_group(tenant, group, leader.as_slice())?;
                let (tenant, group, leader) = (tenant.clone(), group.clone(), leader.clone());
                self.event(Event::LeaderSet { tenant, group, leader });
            }
            Command::AddMembers { tenant, group, people } => {
                self.demand_over_group(tenant, group, people)?;
                for person in people.iter().cloned() {
                    self.event(Event::MemberAdded {
                        tenant: tenant.clone(),
                        group: group.clone(),
                        person,
                    });
                }
            }
            Command::RemoveMembers { tenant, group, people } => {
                self.demand_over_group(tenant, group, people)?;
                for person in people.iter().cloned() {
                    self.event(Event::MemberRemoved {
                        tenant: tenant.clone(),
                        group: group.clone(),
                        person,
                    });
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Demands the guard over a group, for the kind of each person concerned.
    pub(super) fn demand_over_group(
        &mut self,
        tenant: &Name,
        group: &Name,
        people: &[Identifier],
    ) -> Result<TenantId, Objection> {
        let tenant = self.names().tenant(tenant).map_err(unattributed)?;
        let group = self.names().group(tenant, group).map_err(unattributed)?;
        let area = Area::Scope(ScopeId::Members(group));
        if people.is_empty() {
            self.demand_over(area);
        }
        for person in people {
            let id = self.registered(person, tenant)?;
            let kind = self.kind_in(id, tenant);
            self.demand(kind, area, Some(person));
        }
        Ok(tenant)
    }

    pub(super) fn demand_over_group_above(
        &mut self,
        tenant: TenantId,
        parent: Option<&Name>,
    ) -> Result<(), Objection> {
        let scope = match parent {
            Some(parent) => {
                ScopeId::Members(self.names().group(tenant, parent).map_err(unattributed)?)
            }
            None => self.root(tenant),
        };
        self.demand_over(Area::Scope(scope));
        Ok(())
    }
}
