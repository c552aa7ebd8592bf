//! A plan carried out: each row is judged once more by the evidence it keeps (R36).

use std::collections::HashSet;

use super::drafter::Drafter;
use crate::admin::plan::{self, Plan, RevocationRules};
use crate::admin::refusal::{Objection, Rule, unattributed};
use crate::facts::Fault;
use crate::time::Instant;

impl Drafter<'_> {
    pub(super) fn carry_out(&mut self, plan: &Plan, confirmed: bool) -> Result<(), Objection> {
        if plan.rows.len().max(plan.held_back.len()) > plan::MAX_ROWS {
            return Err(unattributed(Fault::limit("rows of a plan", plan::MAX_ROWS)));
        }
        let mut links = HashSet::new();
        let mut outdated = None;
        for row in &plan.rows {
            if !links.insert(&row.link) {
                return Err(unattributed(
                    Fault::shape("the plan has a row twice")
                        .help("carry out a plan as it was drawn"),
                ));
            }
            // Guards are demanded for rows that are outdated too, so that who may not issue the
            // command is told that first.
            match &row.link {
                plan::Link::Grant(grant) => {
                    if self.demand_over_grant(grant).is_err() {
                        outdated.get_or_insert(row);
                    }
                }
                plan::Link::Registration { person, tenant } => {
                    if self.demand_over_person(person, Some(tenant), true).is_err() {
                        outdated.get_or_insert(row);
                    }
                }
            }
        }
        links.extend(plan.held_back.iter().map(|row| &row.link));
        let rules = RevocationRules::of(self.state, Instant::from_micros(self.issuer.at));
        let outdated =
            outdated.or_else(|| plan.rows.iter().find(|row| !rules.still_draws(row, &links)));
        if let Some(row) = outdated {
            let rule = Rule::PlanOutdated { by: row.rule, link: Box::new(row.link.clone()) };
            return Err((Some(row.person().clone()), rule));
        }
        if !confirmed
            && let Some(mass) =
                plan::mass_of(self.state, &plan.rows, || plan::registered_by_tenant(self.state))
        {
            return Err((None, Rule::Mass(mass)));
        }
        let mut first_blocked = None;
        let blocked =
            plan::blocked(self.state, plan.rows.iter().map(|row| &row.link), self.issuer.at);
        for (row, against) in plan.rows.iter().zip(blocked) {
            match against {
                None => {
                    self.event(row.link.event());
                }
                Some(rule) => {
                    self.hold_back_row(row);
                    first_blocked.get_or_insert((row, rule));
                }
            }
        }
        // A plan of which every row is blocked is refused.
        match first_blocked {
            Some((row, rule)) if self.is_empty() => Err((Some(row.person().clone()), rule)),
            _ => Ok(()),
        }
    }
}
