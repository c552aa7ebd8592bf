//! [`Draft`]: what a command comes to, as events, and where its guard must be held. [`Drafter`]
//! writes one.

use std::collections::{BTreeMap, HashSet};

use crate::admin::plan;
use crate::admin::refusal::{Objection, Rule, unattributed};
use crate::admin::rules::area::Area;
use crate::admin::rules::issuer::Issuer;
use crate::facts::{Event, GrantId, Lookup, PLATFORM, Person, ScopeId, State};
use crate::model::{CommandWord, Grant, Identifier, Name, Scope};
use crate::store::{PersonId, TenantId, UnitId};

/// What a command comes to.
pub(in crate::admin) struct Draft {
    pub(in crate::admin) events: Vec<Event>,
    /// The grants among the events, each with the index of its event. A grant to a person whom the
    /// command itself registers is missing: it has no id in the state before the command.
    pub(in crate::admin) granted: Vec<(usize, GrantId)>,
    pub(in crate::admin) demands: Demands,
    /// Rows of a plan that are left out (R36).
    pub(in crate::admin) held_back: Vec<plan::Row>,
}

/// Where guards must be held, each with the first person it is about.
pub(in crate::admin) type Demands = BTreeMap<Demand, Option<Identifier>>;

/// A demand that the actor holds a guard over an area: the guard of a command word, for subjects of
/// a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::admin) struct Demand {
    pub(in crate::admin) word: CommandWord,
    pub(in crate::admin) kind: Option<u16>,
    pub(in crate::admin) area: Area,
}

impl Draft {
    pub(super) fn empty() -> Draft {
        Draft {
            events: Vec::new(),
            granted: Vec::new(),
            demands: BTreeMap::new(),
            held_back: Vec::new(),
        }
    }
}

/// Writes the draft of one command, in the state before it.
pub(super) struct Drafter<'s> {
    pub(super) state: &'s State,
    pub(super) issuer: &'s Issuer<'s>,
    pub(super) word: CommandWord,
    /// The reason given with the command.
    pub(super) reason: &'s str,
    pub(super) draft: Draft,
    /// Grants revoked to make room for exclusive roles: each is revoked once, even if several new
    /// grants exclude it.
    pub(super) revoked: HashSet<Grant>,
}

impl Drafter<'_> {
    /// Whether the command has come to no event so far.
    pub(super) fn is_empty(&self) -> bool {
        self.draft.events.is_empty()
    }

    /// Leaves a row of a plan out.
    pub(super) fn hold_back_row(&mut self, row: &plan::Row) {
        self.draft.held_back.push(row.clone());
    }

    /// Adds an event.
    pub(super) fn event(&mut self, event: Event) -> &mut Self {
        self.draft.events.push(event);
        self
    }

    /// Demands the command's own guard over an area, for a subject of a kind. `person` is whom a
    /// refusal concerns.
    pub(super) fn demand(
        &mut self,
        kind: Option<u16>,
        area: Area,
        person: Option<&Identifier>,
    ) -> &mut Self {
        self.demand_as(self.word, kind, area, person)
    }

    /// Demands the guard of another command word, for what the command does by the way.
    pub(super) fn demand_as(
        &mut self,
        word: CommandWord,
        kind: Option<u16>,
        area: Area,
        person: Option<&Identifier>,
    ) -> &mut Self {
        self.draft.demands.entry(Demand { word, kind, area }).or_insert_with(|| person.cloned());
        self
    }

    /// Demands the command's guard over an area, for no subject in particular.
    pub(super) fn demand_over(&mut self, area: Area) -> &mut Self {
        self.demand(None, area, None)
    }

    pub(super) fn demand_everywhere(&mut self) -> &mut Self {
        self.demand_over(Area::Scope(ScopeId::Everywhere))
    }

    pub(super) fn names(&self) -> Lookup<'_> {
        Lookup::of(self.state)
    }

    pub(super) fn unit(&self, unit: &Name) -> Result<UnitId, Objection> {
        self.names().unit(unit).map_err(unattributed)
    }

    pub(super) fn scope(
        &self,
        scope: &Scope,
        person: Option<&Identifier>,
    ) -> Result<ScopeId, Objection> {
        self.names().scope(scope, person).map_err(|fault| (person.cloned(), fault.into()))
    }

    pub(super) fn registered(
        &self,
        person: &Identifier,
        tenant: TenantId,
    ) -> Result<PersonId, Objection> {
        self.names()
            .registered(person, tenant)
            .map_err(|fault| (Some(person.clone()), fault.into()))
    }

    pub(super) fn person(&self, id: PersonId) -> Option<Person<'_>> {
        self.state.person(id)
    }

    pub(super) fn kind_in(&self, person: PersonId, tenant: TenantId) -> Option<u16> {
        self.person(person)
            .and_then(|person| person.registration(tenant))
            .map(|registered| registered.kind)
    }

    /// The whole of a tenant: its root and all below. On the platform, everywhere.
    pub(super) fn root(&self, tenant: TenantId) -> ScopeId {
        match self.state.tenants.get(tenant) {
            Some(found) if tenant != PLATFORM => ScopeId::Subtree(found.root),
            _ => ScopeId::Everywhere,
        }
    }

    pub(super) fn demand_over_tenant(&mut self, tenant: &Name) -> Result<TenantId, Objection> {
        let tenant = self.names().tenant(tenant).map_err(unattributed)?;
        let root = self.root(tenant);
        self.demand_over(Area::Scope(root));
        Ok(tenant)
    }

    /// The area that a scope means for everybody who holds a role: `Own` then stands for all people
    /// of the tenant.
    pub(super) fn area_of_holders(&self, scope: ScopeId) -> Area {
        Area::Scope(match scope {
            ScopeId::Own(tenant) => self.root(tenant),
            scope => scope,
        })
    }

    /// Refuses what nobody does for themselves.
    pub(super) fn not_oneself(&self, id: PersonId, person: &Identifier) -> Result<(), Objection> {
        if self.issuer.actor() == Some(id) {
            Err((Some(person.clone()), Rule::Oneself))
        } else {
            Ok(())
        }
    }
}
