//! A plan carried out: each row judged once more by the evidence it keeps (ruling R36).

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::judge::{Kept, Routine};
use super::{MAX_PLAN_ROWS, Mass, Plan, PlanLink, PlanRow};
use crate::admin::draft::{Against, Drafting, shape};
use crate::admin::refusal::Rule;
use crate::facts::{Detail, Event, Fault, GrantId, PLATFORM, ScopeId, Snapshot, State, Word};
use crate::model::Name;
use crate::store::TenantId;
use crate::time::Instant;

impl Drafting<'_> {
    pub(in crate::admin) fn carry_out(
        &mut self,
        plan: &Plan,
        confirmed: bool,
    ) -> Result<(), Against> {
        if plan.rows.len().max(plan.held_back.len()) > MAX_PLAN_ROWS {
            return Err(shape(Fault::limit("rows of a plan", MAX_PLAN_ROWS)));
        }
        let mut links = HashSet::new();
        let mut outdated = None;
        for row in &plan.rows {
            if !links.insert(&row.link) {
                return Err(shape(
                    Fault::shape("the plan has a row twice")
                        .help("carry out a plan as it was drawn"),
                ));
            }
            // Over all of what is there, whether it stands against it or not.
            match &row.link {
                PlanLink::Grant(grant) => {
                    if self.over_grant(grant).is_err() {
                        outdated.get_or_insert(row);
                    }
                }
                PlanLink::Registration { person, tenant } => {
                    if self.over_person(person, Some(tenant), true).is_err() {
                        outdated.get_or_insert(row);
                    }
                }
            }
        }
        links.extend(plan.held_back.iter().map(|row| &row.link));
        let routine = Routine::of(self.state, Instant::from_micros(self.standing.at));
        let outdated =
            outdated.or_else(|| plan.rows.iter().find(|row| !routine.still_draws(row, &links)));
        if let Some(row) = outdated {
            let rule = Rule::PlanOutdated { by: row.rule, link: Box::new(row.link.clone()) };
            return Err((Some(row.person().clone()), rule));
        }
        if !confirmed
            && let Some(mass) = mass(self.state, &plan.rows, || registered_by_tenant(self.state))
        {
            return Err((None, Rule::Mass(mass)));
        }
        let mut kept = None;
        let held = held_back(self.state, plan.rows.iter().map(|row| &row.link), self.standing.at);
        for (row, held) in plan.rows.iter().zip(held) {
            match held {
                None => {
                    self.event(row.link.event());
                }
                Some(rule) => {
                    self.hold_back(row);
                    kept.get_or_insert((row, rule));
                }
            }
        }
        // Of a plan of nothing else, that is the answer.
        match kept {
            Some((row, rule)) if self.is_empty() => Err((Some(row.person().clone()), rule)),
            _ => Ok(()),
        }
    }
}

impl Routine<'_> {
    /// Whether a row would be drawn again, by what it keeps.
    fn still_draws(&self, row: &PlanRow, links: &HashSet<&PlanLink>) -> bool {
        let names = crate::facts::Lookup::of(self.state);
        let kept = Kept { state: self.state, person: row.person(), finding: &row.evidence, links };
        match &row.link {
            PlanLink::Grant(grant) => {
                let Ok(wanted) = names.grant(grant) else { return false };
                let Some(person) = self.state.person(wanted.person) else { return false };
                self.state.held_as(wanted).is_some_and(|found| {
                    self.grant_by(row.rule, (wanted.person, person), found, &kept).is_some()
                })
            }
            PlanLink::Registration { person, tenant } => {
                let Ok(tenant) = names.tenant(tenant) else { return false };
                let Ok(id) = names.registered(person, tenant) else { return false };
                self.state.person(id).is_some_and(|person| {
                    self.registration_by(row.rule, (id, person), tenant, &kept).is_some()
                })
            }
        }
    }
}

/// For each link, the rule that keeps it from being taken back, if any: taken in their
/// order, those that leave a tenant without an administrator are left out (contract X3).
///
/// What is taken back never brings an administrator, so that of a run of links either all can be
/// or the first that cannot is found by halves: a tenant of many administrators takes no square of them.
pub(crate) fn held_back<'l>(
    before: &State,
    links: impl Iterator<Item = &'l PlanLink>,
    at: i64,
) -> Vec<Option<Rule>> {
    let mut held = Vec::new();
    let mut administering: BTreeMap<TenantId, VecDeque<(usize, Event)>> = BTreeMap::new();
    for (place, link) in links.enumerate() {
        held.push(None);
        if let Some(tenant) = before.administered_by(link) {
            administering.entry(tenant).or_default().push_back((place, link.event()));
        }
    }
    for (tenant, mut rest) in administering {
        let mut after = Snapshot(Arc::new(before.clone()));
        let mut run = rest.len();
        while let Some((first, _)) = rest.front() {
            let first = *first;
            let mut trial = after.clone();
            for (_, event) in rest.iter().take(run) {
                // One that does not fit is not an administrator's, and changes nothing.
                let _ = trial.apply_judged(std::slice::from_ref(event));
            }
            match State::keeps_administrator(before, &trial.0, tenant, at) {
                Ok(()) => {
                    after = trial;
                    rest.drain(..run.min(rest.len()));
                    run = run.saturating_mul(2);
                }
                Err(_) if run > 1 => run = run.min(rest.len()).div_ceil(2),
                Err(rule) => {
                    rest.pop_front();
                    run = rest.len();
                    if let Some(place) = held.get_mut(first) {
                        *place = Some(rule);
                    }
                }
            }
        }
    }
    held
}

impl State {
    /// One of a person's grants, as it is held.
    pub(in crate::admin) fn held_as(&self, wanted: GrantId) -> Option<(Word, Detail)> {
        self.person(wanted.person)?.grants().find(|(word, detail)| {
            word.scope() == wanted.scope
                && word.channel() == wanted.channel
                && *detail == wanted.detail
                && self.rights.effective(word.role()).is_some_and(|held| held.role == wanted.role)
        })
    }

    /// The tenant of which a link may make an administrator.
    fn administered_by(&self, link: &PlanLink) -> Option<TenantId> {
        let administrator = self.policy.administrator()?;
        match link {
            PlanLink::Grant(grant) => {
                if self.policy.role(&grant.role) != Some(administrator) {
                    return None;
                }
                let scope =
                    crate::facts::Lookup::of(self).scope(&grant.scope, Some(&grant.person)).ok()?;
                let tenant = self.tenant_of(scope);
                let root = self.tenants.get(tenant)?.root;
                (tenant != PLATFORM && scope == ScopeId::Subtree(root)).then_some(tenant)
            }
            PlanLink::Registration { person, tenant } => {
                let tenant = self.tenant(tenant)?;
                let person = self.person_names.find(person.as_str())?;
                let tracked = self.tenants.get(tenant)?.tracked.get(&administrator)?;
                tracked.contains(&person).then_some(tenant)
            }
        }
    }
}

/// Whether rows concern more people than the policy lets pass, altogether or of a tenant.
pub(crate) fn mass(
    state: &State,
    rows: &[PlanRow],
    registered: impl FnOnce() -> HashMap<TenantId, usize>,
) -> Option<Mass> {
    let rules = &state.policy.document().revocation;
    if let Some(most) = rules.at_most {
        let people = rows.iter().map(PlanRow::person).collect::<HashSet<_>>().len();
        let at_most = usize::try_from(most).unwrap_or(usize::MAX);
        if people > at_most {
            return Some(Mass { tenant: None, people, at_most });
        }
    }
    let percent = usize::try_from(rules.at_most_percent?).unwrap_or(usize::MAX);
    let mut concerned: BTreeMap<Name, HashSet<&str>> = BTreeMap::new();
    for row in rows {
        let tenant = match &row.link {
            PlanLink::Grant(grant) => {
                let scope =
                    crate::facts::Lookup::of(state).scope(&grant.scope, Some(&grant.person));
                scope.ok().and_then(|scope| state.tenant_name(state.tenant_of(scope)))
            }
            PlanLink::Registration { tenant, .. } => Some(tenant.clone()),
        };
        concerned.extend(
            tenant
                .clone()
                .filter(|tenant| !concerned.contains_key(tenant))
                .map(|t| (t, HashSet::new())),
        );
        if let Some(people) = tenant.and_then(|tenant| concerned.get_mut(&tenant)) {
            people.insert(row.person().as_str());
        }
    }
    let registered = registered();
    concerned.into_iter().find_map(|(name, people)| {
        let of =
            state.tenant(&name).and_then(|tenant| registered.get(&tenant)).copied().unwrap_or(0);
        let at_most = of.saturating_mul(percent) / 100;
        (people.len() > at_most).then(|| Mass { tenant: Some(name), people: people.len(), at_most })
    })
}

/// How many people are registered in each tenant.
pub(crate) fn registered_by_tenant(state: &State) -> HashMap<TenantId, usize> {
    let mut registered: HashMap<TenantId, usize> = HashMap::new();
    for id in state.people.keys() {
        for registration in state.person(id).into_iter().flat_map(|person| person.registrations()) {
            let count = registered.entry(registration.tenant).or_default();
            *count = count.saturating_add(1);
        }
    }
    registered
}
