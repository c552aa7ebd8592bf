//! [`Area`]: what a grant, or a command, takes in; and whether somebody's scope
//! covers all of it, by its structure alone (ruling R28).

use crate::facts::{Person, ScopeId, State};
use crate::model::{Identifier, Scope};
use crate::store::{PersonId, TenantId, UnitId};

/// What is to be covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::admin) enum Area {
    /// All that a scope of units, of a group or of everything takes in.
    Scope(ScopeId),
    /// What is about one person of a tenant, wherever it is kept.
    AboutPerson { person: PersonId, tenant: TenantId },
    /// What is about one person of a tenant, as far as unit scopes reach it at this unit.
    AboutPersonAt { person: PersonId, tenant: TenantId, unit: UnitId },
}

impl Area {
    /// What a grant of a scope to a person takes in: `Own` is about that person.
    pub(in crate::admin) fn of(scope: ScopeId, holder: PersonId) -> Area {
        match scope {
            ScopeId::Own(tenant) => Area::AboutPerson { person: holder, tenant },
            scope => Area::Scope(scope),
        }
    }

    pub(in crate::admin) fn tenant(self, state: &State) -> TenantId {
        match self {
            Area::Scope(scope) => state.tenant_of(scope),
            Area::AboutPerson { tenant, .. } | Area::AboutPersonAt { tenant, .. } => tenant,
        }
    }

    /// The unit it lies in, or whose subtree it is.
    pub(in crate::admin) fn unit(self) -> Option<UnitId> {
        match self {
            Area::Scope(ScopeId::Unit(unit) | ScopeId::Subtree(unit))
            | Area::AboutPersonAt { unit, .. } => Some(unit),
            Area::Scope(_) | Area::AboutPerson { .. } => None,
        }
    }

    /// Whether it is what lies in units.
    pub(in crate::admin) fn is_of_units(self) -> bool {
        matches!(self, Area::Scope(ScopeId::Unit(_) | ScopeId::Subtree(_)))
    }

    /// In the host's names.
    pub(in crate::admin) fn named(self, state: &State) -> (Scope, Option<Identifier>) {
        match self {
            Area::Scope(scope) => (state.scope_name(scope), None),
            Area::AboutPerson { person, tenant } | Area::AboutPersonAt { person, tenant, .. } => {
                (Scope::Own { tenant: state.tenant_name(tenant) }, Some(state.identifier(person)))
            }
        }
    }
}

impl State {
    /// Whether the scope of a grant, held by this principal, takes in all of a reach
    /// for a permission. About people a `leader-only` permission is reached by no unit scope (ruling R17).
    pub(in crate::admin) fn takes_in(
        &self,
        scope: ScopeId,
        holder: (PersonId, Person<'_>),
        area: Area,
        leader_only: bool,
    ) -> bool {
        let (id, person) = holder;
        if scope == ScopeId::Everywhere {
            return true;
        }
        if self.tenant_of(scope) != area.tenant(self) {
            return false;
        }
        match (scope, area) {
            (ScopeId::Everywhere, _) => true,
            (_, Area::Scope(ScopeId::Everywhere)) => false,
            (
                ScopeId::Unit(_) | ScopeId::Subtree(_),
                Area::Scope(inner @ (ScopeId::Unit(_) | ScopeId::Subtree(_))),
            ) => {
                match (scope, inner) {
                    // A unit may get others below it: one scope of a single unit is never a subtree.
                    (ScopeId::Unit(_), ScopeId::Subtree(_)) => false,
                    (_, ScopeId::Unit(unit) | ScopeId::Subtree(unit)) => {
                        self.covers_unit(scope, unit)
                    }
                    _ => false,
                }
            }
            (ScopeId::Unit(_) | ScopeId::Subtree(_), Area::AboutPersonAt { unit, .. }) => {
                !leader_only && self.covers_unit(scope, unit)
            }
            (ScopeId::Subtree(unit), Area::Scope(_) | Area::AboutPerson { .. }) => {
                !leader_only && self.is_root(unit)
            }
            (ScopeId::Unit(_), _) => false,
            (ScopeId::Members(group), Area::Scope(ScopeId::Members(inner))) => {
                self.groups.covers(group, inner) && self.leads(person, group)
            }
            (
                ScopeId::Members(group),
                Area::AboutPerson { person: who, .. } | Area::AboutPersonAt { person: who, .. },
            ) => {
                self.leads(person, group)
                    && self.person(who).is_some_and(|who| self.is_of(who, group))
            }
            (
                ScopeId::Own(_),
                Area::AboutPerson { person: who, .. } | Area::AboutPersonAt { person: who, .. },
            ) => who == id,
            (ScopeId::Members(_) | ScopeId::Own(_), _) => false,
        }
    }

    /// Whether a restriction's scope can take away any of a reach; where that can't be told, it does.
    pub(in crate::admin) fn may_restrict(&self, cut: ScopeId, area: Area) -> bool {
        if cut == ScopeId::Everywhere || area == Area::Scope(ScopeId::Everywhere) {
            return true;
        }
        if self.tenant_of(cut) != area.tenant(self) {
            return false;
        }
        match (cut, area) {
            (
                ScopeId::Unit(unit) | ScopeId::Subtree(unit),
                Area::Scope(inner @ (ScopeId::Unit(other) | ScopeId::Subtree(other))),
            ) => self.covers_unit(cut, other) || self.covers_unit(inner, unit),
            _ => true,
        }
    }

    pub(in crate::admin) fn is_root(&self, unit: UnitId) -> bool {
        self.units.node(unit).parent == UnitId::NONE
    }
}
