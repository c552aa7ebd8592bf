//! Writes a state as a document of facts, with its rows in the host's names.

use std::sync::Arc;

use super::import::{Enrolment, FACTS_VERSION, Facts, SeatContract, Suspension};
use crate::facts::index::people::Person;
use crate::facts::index::person::{Detail, EVER, Head, NEVER, Word};
use crate::facts::lookup::GrantId;
use crate::facts::rows::{
    Affiliated, BasisId, ItemFacts, PlaceId, RestrictionFacts, SeatId, SubjectId, Tenant,
};
use crate::facts::state::State;
use crate::model::{
    Affiliation, Basis, Campaign, CustomRole, Grant, Group, Identifier, Name, Place, Registration,
    Restriction, ReviewItem, Subject, Unit,
};
use crate::store::{ChannelId, GroupId, Order, PersonId, TenantId, UnitId};
use crate::time::Instant;

impl State {
    /// The facts as a document, in which people are named by `who`.
    pub(crate) fn facts_naming(&self, who: impl Fn(PersonId) -> Identifier) -> Facts {
        let mut facts =
            Facts { version: FACTS_VERSION, already_in_force: true, ..Facts::default() };
        let mut tenants: Vec<(TenantId, &Arc<Tenant>)> = self.tenants.entries().collect();
        tenants.sort_by_cached_key(|(id, _)| self.tenant_name(*id));
        for (id, tenant) in tenants {
            self.write_units(tenant, &mut facts);
            self.write_tenant(id, tenant, &who, &mut facts);
        }
        for id in self.people.keys() {
            if let Some(person) = self.person(id) {
                self.write_person(person, &who(id), &mut facts);
            }
        }
        facts.units.order_by(|a, b| a.code.cmp(&b.code));
        facts.closed.order();
        facts.people.order_by(|a, b| (&a.person, &a.tenant).cmp(&(&b.person, &b.tenant)));
        facts.suspended.order_by(|a, b| (&a.person, &a.tenant).cmp(&(&b.person, &b.tenant)));
        facts.affiliations.order_by(|a, b| {
            (&a.person, &a.unit, &a.kind, a.from, a.until)
                .cmp(&(&b.person, &b.unit, &b.kind, b.from, b.until))
        });
        facts.grids.order_by(|a, b| (&a.tenant, &a.name).cmp(&(&b.tenant, &b.name)));
        facts
            .enrolments
            .order_by(|a, b| (&a.tenant, &a.grid, &a.person).cmp(&(&b.tenant, &b.grid, &b.person)));
        facts.grants.order_by(|a, b| {
            let rest = |grant: &Grant| (grant.from, grant.until);
            (&a.person, &a.role, &a.scope, &a.channel, &a.basis, rest(a)).cmp(&(
                &b.person,
                &b.role,
                &b.scope,
                &b.channel,
                &b.basis,
                rest(b),
            ))
        });
        facts
            .seats
            .order_by(|a, b| (&a.tenant, &a.role, &a.unit).cmp(&(&b.tenant, &b.role, &b.unit)));
        facts
    }

    fn write_units(&self, tenant: &Tenant, facts: &mut Facts) {
        for &unit in &tenant.units {
            let code = self.unit_names.name(unit);
            let parent = self.units.node(unit).parent;
            if self.unit_facts.get(unit).is_some_and(|facts| facts.closed) {
                facts.closed.push(code.clone());
            }
            facts.units.push(Unit {
                code,
                kind: self.policy.unit_kind_name(self.unit_kind(unit)).cloned(),
                parent: (parent != UnitId::NONE).then(|| self.unit_names.name(parent)),
                tenant: None,
            });
        }
    }

    fn write_tenant(
        &self,
        id: TenantId,
        tenant: &Tenant,
        who: &impl Fn(PersonId) -> Identifier,
        facts: &mut Facts,
    ) {
        for restriction in tenant.restrictions.values() {
            facts.restrictions.push(self.restriction_named(restriction, who));
        }
        facts
            .grids
            .extend(tenant.grids.values().filter_map(|&grid| Some(self.grid(grid)?.grid.clone())));
        let Some(tenant_name) = self.tenant_name(id) else { return };
        for (&SeatId { role, unit }, &seats) in &tenant.seats {
            facts.seats.push(SeatContract {
                tenant: tenant_name.clone(),
                role: self.role(role).map_or_else(unknown, |rules| rules.name.clone()),
                unit: (unit != UnitId::NONE).then(|| self.unit_names.name(unit)),
                seats,
            });
        }
        for found in tenant.requests.values() {
            let mut request = found.request.clone();
            (request.by, request.grant.person) = (who(found.by), who(found.person));
            facts.requests.push(request);
        }
        for found in tenant.campaigns.values() {
            let item = |item: &ItemFacts| ReviewItem {
                grant: Grant { person: who(item.person), ..item.grant.clone() },
                answer: item.answer,
            };
            let items = found.items.iter().map(item).collect();
            facts.campaigns.push(Campaign { items, ..found.campaign.clone() });
        }
        for (name, &role) in &tenant.roles {
            if let Some(rules) = self.role(role) {
                let (tenant, name) = (tenant_name.clone(), name.clone());
                facts.roles.push(CustomRole { tenant, name, role: rules.role.clone() });
            }
        }
        for (name, &group) in &tenant.groups {
            let Some(found) = self.group_facts.get(group) else { continue };
            let parent = self.groups.node(group).parent;
            let mut members: Vec<Identifier> =
                found.members.iter().map(|&member| who(member)).collect();
            members.order();
            facts.groups.push(Group {
                tenant: tenant_name.clone(),
                name: name.clone(),
                parent: (parent != GroupId::NONE).then(|| self.group_name(parent)),
                leader: found.leader.map(who),
                members,
            });
        }
    }

    fn write_person(&self, person: Person<'_>, who: &Identifier, facts: &mut Facts) {
        if person.index.head.has(Head::SUSPENDED) {
            facts.suspended.push(Suspension { person: who.clone(), tenant: None });
        }
        for registered in person.registrations() {
            let tenant = self.tenant_name(registered.tenant);
            let root =
                self.tenants.get(registered.tenant).map_or(UnitId::NONE, |tenant| tenant.root);
            if registered.suspended {
                facts.suspended.push(Suspension { person: who.clone(), tenant: tenant.clone() });
            }
            facts.people.push(Registration {
                person: who.clone(),
                tenant,
                kind: self
                    .policy
                    .kinds()
                    .get(usize::from(registered.kind))
                    .map(|kind| kind.name.clone()),
                unit: (registered.place != root).then(|| self.unit_names.name(registered.place)),
            });
        }
        for affiliated in person.affiliations() {
            facts.affiliations.push(self.affiliation_named(affiliated, who.clone()));
        }
        facts.enrolments.extend(self.grids_of(person).map(|found| Enrolment {
            tenant: found.grid.tenant.clone(),
            grid: found.grid.name.clone(),
            person: who.clone(),
        }));
        facts.grants.extend(
            person.grants().map(|(word, detail)| self.grant_named(word, detail, who.clone())),
        );
    }

    /// An affiliation in the host's names.
    pub(crate) fn affiliation_named(
        &self,
        affiliated: &Affiliated,
        person: Identifier,
    ) -> Affiliation {
        Affiliation {
            person,
            kind: self.policy.affiliation_name(affiliated.kind).cloned().unwrap_or_else(unknown),
            unit: self.unit_names.name(affiliated.unit),
            from: instant(affiliated.from),
            until: instant(affiliated.until),
        }
    }

    /// A grant with its scope in full and the policy's first channel left out, as grants that are
    /// held are named.
    pub(crate) fn grant_as_named(&self, id: GrantId, grant: Grant) -> Grant {
        let channel = self
            .policy
            .channels()
            .get(id.channel.index())
            .filter(|_| id.channel != ChannelId::FIRST)
            .cloned();
        Grant { scope: self.scope_name(id.scope), channel, ..grant }
    }

    /// A grant in the host's names, with the policy's first channel left out.
    pub(crate) fn grant_named(&self, word: Word, detail: Detail, person: Identifier) -> Grant {
        let role =
            self.rights.effective(word.role()).and_then(|effective| self.role(effective.role));
        let channels = self.policy.channels();
        Grant {
            person,
            role: role.map_or_else(unknown, |rules| rules.name.clone()),
            scope: self.scope_name(word.scope()),
            channel: channels
                .get(word.channel().index())
                .filter(|_| word.channel() != ChannelId::FIRST)
                .cloned(),
            basis: self.basis_of(detail),
            from: instant(detail.from),
            until: instant(detail.until),
        }
    }

    fn restriction_named(
        &self,
        facts: &Arc<RestrictionFacts>,
        who: &impl Fn(PersonId) -> Identifier,
    ) -> Restriction {
        Restriction {
            name: facts.name.clone(),
            subject: match facts.subject {
                SubjectId::Person(id) => Subject::Person(who(id)),
                SubjectId::Role(id) => {
                    Subject::Role(self.role(id).map_or_else(unknown, |rules| rules.name.clone()))
                }
            },
            permissions: facts.patterns.clone(),
            scope: self.scope_name(facts.scope),
            from: instant(facts.from),
            until: instant(facts.until),
        }
    }

    /// The basis of a grant, in the host's names.
    pub(crate) fn basis_of(&self, detail: Detail) -> Basis {
        match detail.basis {
            Some(basis) => self.basis_name(basis),
            None if detail.direct => Basis::Direct,
            None => Basis::Standing,
        }
    }

    pub(crate) fn basis_name(&self, BasisId { kind, place }: BasisId) -> Basis {
        Basis::Affiliation {
            kind: self.policy.affiliation_name(kind).cloned().unwrap_or_else(unknown),
            place: match place {
                PlaceId::Unit(unit) => Place::Unit(self.unit_names.name(unit)),
                PlaceId::Subtree(unit) => Place::Subtree(self.unit_names.name(unit)),
                PlaceId::Set(set) => {
                    Place::Set(self.policy.unit_set_name(set).cloned().unwrap_or_else(unknown))
                }
            },
        }
    }
}

fn unknown() -> Name {
    Name::trusted("?".into())
}

fn instant(micros: i64) -> Option<Instant> {
    (micros != EVER && micros != NEVER).then(|| Instant::from_micros(micros))
}
