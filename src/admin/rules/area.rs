//! [`Area`]: what a command acts on or a grant covers; and whether a scope covers an area, judged
//! by the structure of units and groups alone (R28).

use crate::facts::{Person, ScopeId, State};
use crate::model::{Identifier, Scope};
use crate::store::{PersonId, TenantId, UnitId};

/// What must be covered: by a guard's permission, or by what an actor holds of a gain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::admin) enum Area {
    /// Everything in a scope: units, a group's people, or everything there is.
    Scope(ScopeId),
    /// Everything about one person of a tenant, wherever it is kept.
    AboutPerson { person: PersonId, tenant: TenantId },
    /// What is about one person of a tenant, as far as scopes of units reach the person at this
    /// unit.
    AboutPersonAt { person: PersonId, tenant: TenantId, unit: UnitId },
}

impl Area {
    /// The area of a grant: `Own` is about its holder, every other scope is itself.
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

    /// The unit that the area is, or that its subtree begins with. `None` if the area is no part of
    /// the tree.
    pub(in crate::admin) fn unit(self) -> Option<UnitId> {
        match self {
            Area::Scope(ScopeId::Unit(unit) | ScopeId::Subtree(unit))
            | Area::AboutPersonAt { unit, .. } => Some(unit),
            Area::Scope(_) | Area::AboutPerson { .. } => None,
        }
    }

    /// Whether the area is a unit or a subtree.
    pub(in crate::admin) fn is_of_units(self) -> bool {
        matches!(self, Area::Scope(ScopeId::Unit(_) | ScopeId::Subtree(_)))
    }

    /// The area in the host's names: a scope, and the person whom `Own` is about.
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
    /// Whether a grant's scope covers all of an area, for this holder. `leader_only`: the
    /// permission is for leaders, so that scopes of units do not reach what is about people (R17).
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
                    // The unit may get children later, so that a single unit never covers a
                    // subtree.
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
                Area::AboutPerson { person: about, .. } | Area::AboutPersonAt { person: about, .. },
            ) => {
                self.leads(person, group)
                    && self.person(about).is_some_and(|about| self.is_in_group(about, group))
            }
            (
                ScopeId::Own(_),
                Area::AboutPerson { person: about, .. } | Area::AboutPersonAt { person: about, .. },
            ) => about == id,
            (ScopeId::Members(_) | ScopeId::Own(_), _) => false,
        }
    }

    /// Whether a restriction's scope takes away any part of an area. Where the structure does not
    /// tell, the answer is yes: then the actor must cover more.
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
