//! Access hours: whether the grids that bind a person are open, and exactly until when
//! ([D10](crate::docs::contract#d10), [D11](crate::docs::contract#d11) and
//! [R20](crate::docs::contract#r20)).

use super::truth::Truth;
use crate::facts::{Binding, GridFacts, NEVER, PLATFORM, Path, Person, State};
use crate::store::TenantId;

/// Whether any of several grids is open; true where there is no grid.
fn any_open<'g>(clocks: impl Iterator<Item = &'g GridFacts>, at: i64) -> Truth {
    let mut truths = clocks.map(|facts| truth(facts.clock.at(at)));
    let first = truths.next().unwrap_or(Truth::YES);
    truths.fold(first, Truth::or)
}

fn truth((holds, until): (bool, i64)) -> Truth {
    Truth { holds, until }
}

impl State {
    /// Whether a person is within hours in a tenant. `until` is a lower bound of the end. Whether
    /// the policy enforces hours does not matter here.
    pub(in crate::engine) fn hours_bound(
        &self,
        person: Person<'_>,
        tenant: TenantId,
        at: i64,
    ) -> Truth {
        any_open(self.binding_grids(person, tenant), at)
    }

    /// Whether a person is within hours on the platform and in every tenant in whose grids they are
    /// enrolled. `until` is a lower bound of the end.
    pub(in crate::engine) fn hours_bound_everywhere(&self, person: Person<'_>, at: i64) -> Truth {
        let tenants = self.grids_of(person).map(|facts| facts.tenant);
        let on_platform = self.hours_bound(person, PLATFORM, at);
        tenants.fold(on_platform, |open, tenant| open.and(self.hours_bound(person, tenant, at)))
    }

    /// The next instant at which the offset of a zone of the person's grids changes.
    pub(in crate::engine) fn next_offset(&self, person: Person<'_>, at: i64) -> i64 {
        self.grids_of(person).map(|facts| facts.clock.steady_until(at)).fold(NEVER, i64::min)
    }

    /// A truth about the hours of a person alone, extended to its exact end.
    pub(in crate::engine) fn extended_hours(
        &self,
        person: Person<'_>,
        at: i64,
        within: impl Fn(i64) -> Truth,
    ) -> Truth {
        within(at).extended(at, &within, |at| self.next_offset(person, at))
    }

    /// Whether a person is within hours in a tenant, and exactly until when. Always, where no grid
    /// binds. Whether the policy enforces hours does not matter here.
    pub(crate) fn hours_in(&self, person: Person<'_>, tenant: TenantId, at: i64) -> Truth {
        self.extended_hours(person, at, |at| self.hours_bound(person, tenant, at))
    }

    /// Whether a person is within hours on the platform and in every tenant in whose grids they are
    /// enrolled, and exactly until when ([contract R21](crate::docs::contract#r21)).
    pub(crate) fn hours_everywhere(&self, person: Person<'_>, at: i64) -> Truth {
        self.extended_hours(person, at, |at| self.hours_bound_everywhere(person, at))
    }

    /// Whether a person is outside the windows of every grid they are enrolled in, and exactly
    /// until when ([contract R35](crate::docs::contract#r35)). That a grid allows access outside
    /// its windows does not matter here. `None` if no grid of the person's hands work over.
    pub(crate) fn outside_windows(&self, person: Person<'_>, at: i64) -> Option<Truth> {
        if !self.grids_of(person).any(|facts| facts.grid.hand_over) {
            return None;
        }
        let inside = |at: i64| {
            let clocks = self.grids_of(person).map(|facts| truth(facts.clock.windows_at(at)));
            clocks.fold(Truth::NO, Truth::or)
        };
        Some(!self.extended_hours(person, at, inside))
    }

    /// Whether the one grid of a set that binds at the target's path is open, and until when.
    /// Open for good if none binds. `None` if several bind: that takes more than one clock.
    ///
    /// The path must be whole, since a grid binds by the tenant at its root.
    #[inline]
    pub(in crate::engine) fn single_clock(
        bindings: &[Binding],
        path: &Path,
        at: i64,
    ) -> Option<(bool, i64)> {
        if let [only] = bindings {
            let (open, until) = only.clock.at_present(at);
            // Chosen, not branched on, as all that depends on the person.
            return Some(if only.binds(path) { (open, until) } else { (true, NEVER) });
        }
        let mut binding = bindings.iter().filter(|binding| binding.binds(path));
        match (binding.next(), binding.next()) {
            (Some(only), None) => Some(only.clock.at_present(at)),
            (None, _) => Some((true, NEVER)),
            (Some(_), Some(_)) => None,
        }
    }
}
