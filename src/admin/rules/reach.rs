//! [`Reach`]: what a grant, or a command, takes in; and whether somebody's scope
//! covers all of it, by its structure alone (ruling R28).

use crate::facts::{Detail, Person, RestrictionFacts, ScopeId, State, Word};
use crate::model::{Identifier, Scope};

use super::spans::Spans;
use crate::store::{PersonId, RoleId, TenantId, UnitId};

/// What is to be covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::admin) enum Reach {
    /// All that a scope of units, of a group or of everything takes in.
    Scope(ScopeId),
    /// What is about one person of a tenant, wherever it is kept.
    About { person: PersonId, tenant: TenantId },
    /// What is about one person of a tenant, as far as unit scopes reach it at this unit.
    Placed { person: PersonId, tenant: TenantId, unit: UnitId },
}

impl Reach {
    /// What a grant of a scope to a person takes in: `Own` is about that person.
    pub(in crate::admin) fn of(scope: ScopeId, holder: PersonId) -> Reach {
        match scope {
            ScopeId::Own(tenant) => Reach::About { person: holder, tenant },
            scope => Reach::Scope(scope),
        }
    }

    pub(in crate::admin) fn tenant(self, state: &State) -> TenantId {
        match self {
            Reach::Scope(scope) => state.tenant_of(scope),
            Reach::About { tenant, .. } | Reach::Placed { tenant, .. } => tenant,
        }
    }

    /// The unit it lies in, or whose subtree it is.
    pub(in crate::admin) fn unit(self) -> Option<UnitId> {
        match self {
            Reach::Scope(ScopeId::Unit(unit) | ScopeId::Subtree(unit))
            | Reach::Placed { unit, .. } => Some(unit),
            Reach::Scope(_) | Reach::About { .. } => None,
        }
    }

    /// Whether it is what lies in units.
    pub(in crate::admin) fn is_of_units(self) -> bool {
        matches!(self, Reach::Scope(ScopeId::Unit(_) | ScopeId::Subtree(_)))
    }

    /// In the host's names.
    pub(in crate::admin) fn named(self, state: &State) -> (Scope, Option<Identifier>) {
        match self {
            Reach::Scope(scope) => (state.scope_name(scope), None),
            Reach::About { person, tenant } | Reach::Placed { person, tenant, .. } => {
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
        reach: Reach,
        leader_only: bool,
    ) -> bool {
        let (id, person) = holder;
        if scope == ScopeId::Everywhere {
            return true;
        }
        if self.tenant_of(scope) != reach.tenant(self) {
            return false;
        }
        match (scope, reach) {
            (ScopeId::Everywhere, _) => true,
            (_, Reach::Scope(ScopeId::Everywhere)) => false,
            (
                ScopeId::Unit(_) | ScopeId::Subtree(_),
                Reach::Scope(inner @ (ScopeId::Unit(_) | ScopeId::Subtree(_))),
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
            (ScopeId::Unit(_) | ScopeId::Subtree(_), Reach::Placed { unit, .. }) => {
                !leader_only && self.covers_unit(scope, unit)
            }
            (ScopeId::Subtree(unit), Reach::Scope(_) | Reach::About { .. }) => {
                !leader_only && self.is_root(unit)
            }
            (ScopeId::Unit(_), _) => false,
            (ScopeId::Members(group), Reach::Scope(ScopeId::Members(inner))) => {
                self.groups.covers(group, inner) && self.leads(person, group)
            }
            (
                ScopeId::Members(group),
                Reach::About { person: who, .. } | Reach::Placed { person: who, .. },
            ) => {
                self.leads(person, group)
                    && self.person(who).is_some_and(|who| self.is_in_group(who, group))
            }
            (
                ScopeId::Own(_),
                Reach::About { person: who, .. } | Reach::Placed { person: who, .. },
            ) => who == id,
            (ScopeId::Members(_) | ScopeId::Own(_), _) => false,
        }
    }

    /// Whether a restriction's scope can take away any of a reach; where that can't be told, it does.
    pub(in crate::admin) fn may_cut(&self, cut: ScopeId, reach: Reach) -> bool {
        if cut == ScopeId::Everywhere || reach == Reach::Scope(ScopeId::Everywhere) {
            return true;
        }
        if self.tenant_of(cut) != reach.tenant(self) {
            return false;
        }
        match (cut, reach) {
            (
                ScopeId::Unit(unit) | ScopeId::Subtree(unit),
                Reach::Scope(inner @ (ScopeId::Unit(other) | ScopeId::Subtree(other))),
            ) => self.covers_unit(cut, other) || self.covers_unit(inner, unit),
            _ => true,
        }
    }

    pub(in crate::admin) fn is_root(&self, unit: UnitId) -> bool {
        self.units.node(unit).parent == UnitId::NONE
    }

    /// When a grant is in force: its interval, and its basis as far as affiliations are known.
    pub(crate) fn spans(&self, person: Person<'_>, word: Word, detail: Detail) -> Spans {
        let Some(basis) = detail.basis else { return Spans::of(detail.from, detail.until) };
        let tenant = self.tenant_of(word.scope());
        let resting = person
            .affiliations()
            .iter()
            .filter(|affiliated| self.rests_on(basis, tenant, affiliated));
        Spans::union(resting.map(|affiliated| (affiliated.from, affiliated.until)))
            .within(detail.from, detail.until)
    }

    /// The restrictions that a grant of a role to a person is under: on the person,
    /// and on the role or one it includes.
    pub(in crate::admin) fn restrictions_on<'s>(
        &'s self,
        person: Person<'s>,
        closure: &'s [RoleId],
    ) -> impl Iterator<Item = &'s RestrictionFacts> {
        let on_roles = closure.iter().filter_map(|role| self.role_restrictions.get(role)).flatten();
        person.restrictions().iter().chain(on_roles).map(std::sync::Arc::as_ref)
    }
}
