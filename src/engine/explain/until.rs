//! Until when an outcome stays, in the second evaluator.

use super::inquiry::Inquiry;
use crate::engine::check::truth::WEEK;
use crate::engine::decision::DenyReason;
use crate::facts::NEVER;

impl Inquiry<'_> {
    /// The first instant after `at` at which the request turns from allowed to denied, or from
    /// denied to allowed. `None` if time alone never turns it.
    ///
    /// The outcome is asked for at every edge of a dated fact and, where hours decide, at every
    /// turn of a grid. Two weeks after the last edge, hours have repeated: then only the next edge
    /// matters ([contract R20](crate::docs::contract#r20)).
    pub(super) fn differs_after(&self, at: i64) -> Option<i64> {
        let allowed = self.allowed(at).is_ok();
        let edges = self.edges(at);
        let (mut here, mut last_edge) = (at, at);
        // The outcome found last, with the hours it was found in: between two dated edges it can
        // change only where those do.
        let mut known = None;
        loop {
            let closed = self.closed_at(here);
            let unchanged = known.filter(|(then, _)| *then == closed).map(|(_, outcome)| outcome);
            let outcome = unchanged.unwrap_or_else(|| self.allowed(here));
            if outcome.is_ok() != allowed {
                return Some(here);
            }
            let passed = edges.partition_point(|&edge| edge <= here);
            let dated = edges.get(passed).copied().unwrap_or(NEVER);
            let decide = matches!(outcome, Ok(()) | Err(DenyReason::OutOfHours));
            let clocks = || self.binding(None).filter(|_| decide).map(|facts| &facts.clock);
            let edge = clocks().map(|clock| clock.steady_until(here)).fold(dated, i64::min);
            let turn = clocks().map(|clock| clock.at(here).1).fold(NEVER, i64::min);
            here =
                if turn < edge && turn.saturating_sub(last_edge) <= 2 * WEEK { turn } else { edge };
            if here == NEVER {
                return None;
            }
            if here == edge {
                last_edge = here;
            }
            known = Some((closed, outcome)).filter(|_| here != dated);
        }
    }

    /// Every instant after `at` at which a dated fact that could bear on the request begins or
    /// ends, sorted.
    fn edges(&self, at: i64) -> Vec<i64> {
        let mut edges = Vec::new();
        for (word, detail) in self.principal.grants() {
            edges.extend([detail.from, detail.until]);
            let closure = self.effective(word).map(|(_, rules)| &rules.closure);
            let on_role = closure
                .into_iter()
                .flatten()
                .filter_map(|role| self.state.role_restrictions.get(role))
                .flatten();
            edges.extend(on_role.flat_map(|facts| [facts.from, facts.until]));
        }
        edges.extend(
            self.principal.restrictions().iter().flat_map(|facts| [facts.from, facts.until]),
        );
        let people = self.person.map(|(_, person)| person).into_iter().chain([self.principal]);
        edges.extend(
            people.flat_map(|person| person.affiliations()).flat_map(|a| [a.from, a.until]),
        );
        edges.retain(|&edge| edge > at && edge < NEVER);
        edges.sort_unstable();
        edges.dedup();
        edges
    }
}
