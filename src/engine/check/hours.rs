//! Hours: whether the grids that bind somebody are open, and exactly until when
//! (contracts D10, D11, ruling R20).

use super::truth::Truth;
use crate::facts::{Binding, GridFacts, NEVER, PLATFORM, Path, Person, State};
use crate::store::TenantId;

/// A week in µs.
pub(in crate::engine) const WEEK: i64 = 7 * 24 * 3600 * 1_000_000;

/// What holds at an instant and the first one at which it does not, or the other way
/// round: from `bound` to bound at which it may differ.
///
/// `edge` gives the next instant, NEVER if none, at which anything but the hour of the
/// week counts: an offset changes, something dated begins or ends. From one edge to
/// the next what lasted a week lasts (ruling R20), so that the walk is bounded by the edges.
pub(in crate::engine) fn exactly(
    at: i64,
    now: Truth,
    truth: impl Fn(i64) -> Truth,
    edge: impl Fn(i64) -> i64,
) -> Truth {
    let (mut start, mut until) = (at, now.until);
    while until < NEVER {
        if until.saturating_sub(start) >= WEEK {
            until = edge(start).max(until);
            start = until;
            if until == NEVER {
                break;
            }
        }
        let next = truth(until);
        if next.holds != now.holds {
            break;
        }
        until = next.until;
    }
    Truth { holds: now.holds, until }
}

/// While any of several is open.
fn any_open<'g>(clocks: impl Iterator<Item = &'g GridFacts>, at: i64) -> Truth {
    let mut truths = clocks.map(|facts| truth(facts.clock.at(at)));
    let first = truths.next().unwrap_or(Truth::YES);
    truths.fold(first, Truth::or)
}

fn truth((holds, until): (bool, i64)) -> Truth {
    Truth { holds, until }
}

impl State {
    /// Whether a person is within hours in a tenant, whatever the policy says of when
    /// grids bind: open until a bound, as a [`Truth`] has it.
    pub(in crate::engine) fn hours_bound(
        &self,
        person: Person<'_>,
        tenant: TenantId,
        at: i64,
    ) -> Truth {
        any_open(self.binding_grids(person, tenant), at)
    }

    /// The same for everything there is: on the platform, and wherever the person is enrolled.
    pub(in crate::engine) fn hours_bound_everywhere(&self, person: Person<'_>, at: i64) -> Truth {
        let tenants = self.grids_of(person).map(|facts| facts.tenant);
        let on_platform = self.hours_bound(person, PLATFORM, at);
        tenants.fold(on_platform, |open, tenant| open.and(self.hours_bound(person, tenant, at)))
    }

    /// The next instant at which the offset of a zone of the person's grids changes.
    pub(in crate::engine) fn next_offset(&self, person: Person<'_>, at: i64) -> i64 {
        self.grids_of(person).map(|facts| facts.clock.steady_until(at)).fold(NEVER, i64::min)
    }

    /// Whether a person is within hours in a tenant, and exactly until when; whatever
    /// the policy says of when grids bind. Where no grid binds: always.
    pub(crate) fn hours_in(&self, person: Person<'_>, tenant: TenantId, at: i64) -> Truth {
        let open = |at| self.hours_bound(person, tenant, at);
        exactly(at, open(at), open, |at| self.next_offset(person, at))
    }

    /// The same for everything there is (ruling R21's sense of everywhere).
    pub(crate) fn hours_everywhere(&self, person: Person<'_>, at: i64) -> Truth {
        let open = |at| self.hours_bound_everywhere(person, at);
        exactly(at, open(at), open, |at| self.next_offset(person, at))
    }

    /// Whether a person is outside the windows of every grid they are enrolled in,
    /// whatever is allowed outside, and exactly until when (ruling R35). None: no grid
    /// of theirs hands work over.
    pub(crate) fn outside_windows(&self, person: Person<'_>, at: i64) -> Option<Truth> {
        if !self.grids_of(person).any(|facts| facts.grid.hand_over) {
            return None;
        }
        let inside = |at: i64| {
            let clocks = self.grids_of(person).map(|facts| truth(facts.clock.windows_at(at)));
            clocks.fold(Truth::NO, Truth::or)
        };
        Some(!exactly(at, inside(at), inside, |at| self.next_offset(person, at)))
    }

    /// Of a numbered set of grids, those that bind what has a path, which is whole: open
    /// until when, if one alone binds.
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
