//! Groups: created, moved, deleted; their leaders and members.

use std::sync::Arc;

use super::Writer;
use crate::facts::error::{Cause, Fault};
use crate::facts::index::forest::MAX_DEPTH;
use crate::facts::index::people::MAX_MEMBERSHIPS;
use crate::facts::rows::{GroupFacts, Membership, ScopeId};
use crate::model::{Group, Identifier, Name};
use crate::store::{GroupId, PersonId, Set, TREE_MAX, TenantId};

impl Writer<'_> {
    pub(super) fn create_group(&mut self, group: &Group) -> Result<(), Fault> {
        let tenant = self.lookup().tenant(&group.tenant)?;
        if self.lookup().group(tenant, &group.name).is_ok() {
            return Err(Fault::present("group", &group.name));
        }
        let above = match &group.parent {
            Some(parent) => self.lookup().group(tenant, parent)?,
            None => GroupId::NONE,
        };
        if self.state.groups.path(above).count() >= MAX_DEPTH {
            return Err(Fault::limit("levels of groups", MAX_DEPTH));
        }
        if self.state.group_facts.len() >= TREE_MAX {
            return Err(Fault::limit("groups", TREE_MAX));
        }
        let leader =
            group.leader.as_ref().map(|leader| self.joining(leader, tenant, None)).transpose()?;
        let members = group
            .members
            .iter()
            .map(|member| self.joining(member, tenant, None))
            .collect::<Result<Set<PersonId>, _>>()?;
        let id = self.state.groups.push(tenant, above)?;
        let facts = GroupFacts {
            name: group.name.clone(),
            leader,
            members: members.clone(),
            named_by: Set::new(),
        };
        self.state.group_facts.push(Arc::new(facts))?;
        self.write_tenant(tenant, |tenant| {
            tenant.groups.insert(group.name.clone(), id);
        });
        leader
            .into_iter()
            .for_each(|leader| self.mark(leader, id, |membership| membership.leader = true));
        members
            .iter()
            .for_each(|&member| self.mark(member, id, |membership| membership.member = true));
        self.changed_groups.insert(tenant);
        Ok(())
    }

    pub(super) fn move_group(
        &mut self,
        tenant: &Name,
        group: &Name,
        parent: Option<&Name>,
    ) -> Result<(), Fault> {
        let tenant = self.lookup().tenant(tenant)?;
        let id = self.lookup().group(tenant, group)?;
        let above = match parent {
            Some(parent) => self.lookup().group(tenant, parent)?,
            None => GroupId::NONE,
        };
        if self.state.groups.path(above).any(|above| above == id) {
            let parent = parent.unwrap_or(group);
            return Err(Fault::new(
                Cause::Cycle,
                format!("the group `{parent}` lies in `{group}`, which can't move under it"),
            ));
        }
        let groups =
            self.state.tenants.get(tenant).map(|tenant| tenant.groups.clone()).unwrap_or_default();
        let height = groups
            .values()
            .filter_map(|&below| self.state.groups.path(below).position(|up| up == id))
            .max();
        if self.state.groups.path(above).count().saturating_add(height.unwrap_or(0)) >= MAX_DEPTH {
            return Err(Fault::limit("levels of groups", MAX_DEPTH));
        }
        self.state.groups.set_parent(id, above);
        self.changed_groups.insert(tenant);
        Ok(())
    }

    pub(super) fn delete_group(&mut self, tenant: &Name, group: &Name) -> Result<(), Fault> {
        let tenant = self.lookup().tenant(tenant)?;
        let id = self.lookup().group(tenant, group)?;
        let Some(facts) = self.state.group_facts.get(id).cloned() else { return Ok(()) };
        let groups =
            self.state.tenants.get(tenant).map(|tenant| tenant.groups.clone()).unwrap_or_default();
        if groups.values().any(|&below| self.state.groups.node(below).parent == id) {
            let message = format!("the group `{group}` has subgroups");
            return Err(Fault::shape(message).help("move or delete those first"));
        }
        for &person in facts.members.iter().chain(&facts.leader) {
            self.state.people.write(person, |cold, row| {
                cold.memberships.retain(row, |membership| membership.group != id)
            });
        }
        let scope = ScopeId::Members(id);
        for &person in &facts.named_by {
            self.keep_grants(person, |_, word| word.scope() != scope);
        }
        self.drop_restrictions(tenant, |restriction| restriction.scope == scope);
        self.end_requests(tenant, |request| request.scope == scope);
        self.end_campaigns(tenant, scope);
        self.write_tenant(tenant, |tenant| {
            tenant.groups.remove(group);
        });
        self.write_group(id, |facts| {
            (facts.leader, facts.members, facts.named_by) = Default::default()
        });
        self.state.groups.remove(id);
        self.changed_groups.insert(tenant);
        Ok(())
    }

    pub(super) fn set_leader(
        &mut self,
        tenant: &Name,
        group: &Name,
        leader: Option<&Identifier>,
    ) -> Result<(), Fault> {
        let tenant = self.lookup().tenant(tenant)?;
        let id = self.lookup().group(tenant, group)?;
        let leader = leader.map(|leader| self.joining(leader, tenant, Some(id))).transpose()?;
        let old = self.state.group_facts.get(id).and_then(|facts| facts.leader);
        old.into_iter().for_each(|old| self.mark(old, id, |membership| membership.leader = false));
        leader
            .into_iter()
            .for_each(|leader| self.mark(leader, id, |membership| membership.leader = true));
        self.write_group(id, |facts| facts.leader = leader);
        Ok(())
    }

    pub(super) fn add_member(
        &mut self,
        tenant: &Name,
        group: &Name,
        person: &Identifier,
    ) -> Result<(), Fault> {
        let tenant = self.lookup().tenant(tenant)?;
        let id = self.lookup().group(tenant, group)?;
        let person = self.joining(person, tenant, Some(id))?;
        self.mark(person, id, |membership| membership.member = true);
        self.write_group(id, |facts| {
            facts.members.insert(person);
        });
        Ok(())
    }

    pub(super) fn remove_member(
        &mut self,
        tenant: &Name,
        group: &Name,
        person: &Identifier,
    ) -> Result<(), Fault> {
        let tenant = self.lookup().tenant(tenant)?;
        let id = self.lookup().group(tenant, group)?;
        let who = self.lookup().registered(person, tenant)?;
        if !self.state.group_facts.get(id).is_some_and(|facts| facts.members.contains(&who)) {
            return Err(Fault::absent("member", person.masked())
                .help(format!("the group `{group}` has no such member")));
        }
        self.mark(who, id, |membership| membership.member = false);
        self.write_group(id, |facts| {
            facts.members.remove(&who);
        });
        Ok(())
    }

    /// The id of a person of the tenant, if the person is in the group already or may be in one
    /// group more.
    fn joining(
        &self,
        person: &Identifier,
        tenant: TenantId,
        group: Option<GroupId>,
    ) -> Result<PersonId, Fault> {
        let id = self.lookup().registered(person, tenant)?;
        let memberships =
            self.state.person(id).map(|person| person.memberships()).unwrap_or_default();
        let is_in = memberships.iter().any(|membership| Some(membership.group) == group);
        if !is_in && memberships.len() >= MAX_MEMBERSHIPS {
            return Err(Fault::limit("groups of one person", MAX_MEMBERSHIPS));
        }
        Ok(id)
    }

    /// Changes what a person is in a group. A person who is neither member nor leader has no row.
    fn mark(&mut self, person: PersonId, group: GroupId, change: impl FnOnce(&mut Membership)) {
        self.state.people.write(person, |cold, row| {
            if !cold.memberships.row(row).iter().any(|membership| membership.group == group) {
                cold.memberships.push(row, Membership { group, member: false, leader: false });
            }
            let mut rows = cold.memberships.row_mut(row).iter_mut();
            if let Some(membership) = rows.find(|membership| membership.group == group) {
                change(membership);
            }
            cold.memberships.retain(row, |membership| membership.member || membership.leader);
        });
    }
}
