//! [`Offers`]: what an operator may give to somebody, and why not the rest: what a
//! screen needs to draw itself.

use serde::Serialize;

use super::command::Command;
use super::decide::{judged, unknown_actor};
use super::draft::shape;
use super::refusal::{Refusal, Rule, Wanting};
use crate::admin::rules::eligibility::Asked;
use crate::admin::rules::reach::Reach;
use crate::admin::rules::standing::Standing;
use crate::engine::DenyReason;
use crate::facts::{Event, Lookup, ScopeId, Snapshot};
use crate::model::Actor;
use crate::model::{Basis, CommandWord, Grant, Identifier, Name, Scope};
use crate::store::UnitId;
use crate::time::Instant;

/// What an operator may give to a person at a unit, and at which units anything at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Offers {
    /// Each role, at the unit alone and with all below it: built-in ones first, each
    /// set in the order of names.
    pub roles: Vec<RoleOffer>,
    /// The unit and all below it, in the order of the tree.
    pub units: Vec<UnitOffer>,
}

/// Whether a role may be given at a scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RoleOffer {
    /// The role.
    pub role: Name,
    /// Where.
    pub scope: Scope,
    /// What the grant would rest on, or the rule against it. `Direct`: it must be
    /// asked for so.
    pub answer: Result<Basis, Rule>,
}

/// Whether anything may be given at a unit, as far as the place and the person go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnitOffer {
    /// The unit.
    pub unit: Name,
    /// What a grant there would rest on, or why there is none to give.
    pub answer: Result<Basis, NotOffered>,
}

/// Why nothing is to be given at a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NotOffered {
    /// It does not lie in the unit worked at, or below it (R27).
    OutsideWorkingUnit,
    /// The actor does not hold there what granting takes (R26).
    NotPermitted(DenyReason),
    /// The unit is closed (R12).
    Closed,
    /// No row of the policy's eligibility fits; with one of these affiliations one would (R16).
    NotEligible(Vec<Wanting>),
}

impl Snapshot {
    /// Which roles an operator may give to a person at a unit, and at which units at or
    /// below it anything: everything else with the reason. Nothing changes.
    ///
    /// ```
    /// use alcada::{Actor, Event, Grant, Instant, Policy, Registration, Snapshot, Unit};
    /// let policy = Policy::from_toml(r#"
    ///     version = 1
    ///     functions.users.actions = ["assign"]
    ///     functions.articles.actions = ["view", "edit"]
    ///     roles.chief.permissions = ["users:assign", "articles:view"]
    ///     roles.editor.permissions = ["articles:*"]
    ///     guards = [{ commands = ["grant"], permission = "users:assign" }]
    /// "#)?;
    /// let mut facts = Snapshot::new(policy);
    /// facts.apply(&Event::UnitAdded(Unit { code: "paper".try_into()?, kind: None, parent: None, tenant: None }))?;
    /// for person in ["ana", "rui"] {
    ///     facts.apply(&Event::PersonRegistered(Registration::of(person)?.in_tenant("paper")?))?;
    /// }
    /// facts.apply(&Event::Granted(Grant::role("chief").to("ana").in_and_below("paper")?))?;
    /// let offers = facts.offers(&Actor::user("ana"), "rui", "paper", Instant::now())?;
    /// let offered: Vec<&str> = offers.roles.iter().filter(|o| o.answer.is_ok()).map(|o| o.role.as_str()).collect();
    /// assert_eq!(offered, ["chief", "chief"]); // not the editor's, which ana does not hold
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Refusal`] when the actor, the person or the unit is not known there, or the actor may grant nothing in that tenant.
    ///
    /// # Complexity
    /// O(roles + units below), times what deciding one grant takes, and one row of eligibility.
    pub fn offers(
        &self,
        actor: &Actor,
        subject: &str,
        unit: &str,
        now: impl Into<Instant>,
    ) -> Result<Offers, Refusal> {
        let (word, now) = (CommandWord::Grant, now.into());
        let state = &*self.0;
        let refuse = |(subject, rule)| Refusal { command: word, subject, rule };
        let standing = Standing::open(state, actor, now)
            .map_err(|unknown| refuse((None, unknown_actor(state, word, unknown))))?;
        let names = Lookup::of(state);
        let invalid = |error: crate::model::InvalidName| {
            refuse((None, Rule::Misfit { message: error.to_string(), help: None }))
        };
        let subject = Identifier::new(subject).map_err(invalid)?;
        let unit_name = Name::new(unit).map_err(invalid)?;
        let top = names.unit(&unit_name).map_err(|fault| refuse(shape(fault)))?;
        let tenant = state.units.node(top).owner;
        if !standing.is_host() && !standing.guards_in(word, Some(tenant)) {
            return Err(refuse((
                None,
                standing.kept_out(word, None, Some(tenant), Scope::Subtree(unit_name)),
            )));
        }
        let person = names
            .registered(&subject, tenant)
            .map_err(|fault| refuse((Some(subject.clone()), fault.into())))?;
        let kind =
            state.person(person).and_then(|p| p.registration(tenant)).map_or(u16::MAX, |r| r.kind);
        let Some(facts) = state.tenants.get(tenant) else {
            return Ok(Offers { roles: vec![], units: vec![] });
        };

        let built_in = state.policy.roles().iter().map(|rules| &rules.name);
        let mut roles = Vec::new();
        for role in built_in.chain(facts.roles.keys()) {
            for scope in [Scope::Unit(unit_name.clone()), Scope::Subtree(unit_name.clone())] {
                let given = |basis| {
                    let grant = Grant {
                        person: subject.clone(),
                        role: role.clone(),
                        scope: scope.clone(),
                        channel: None,
                        basis,
                        from: None,
                        until: None,
                    };
                    let judged = judged(self, &standing, &Command::from(grant), "", now)
                        .map_err(|(_, rule)| rule)?;
                    judged.events.into_iter().find_map(granted).ok_or(Rule::Unguarded)
                };
                let answer = match given(Basis::Standing) {
                    Err(Rule::NotEligible { direct: true, .. }) => given(Basis::Direct),
                    answer => answer,
                };
                roles.push(RoleOffer { role: role.clone(), scope, answer });
            }
        }

        let guard = state.policy.guard(word, Some(kind));
        let vision = standing.vision(tenant);
        let at = now.as_micros();
        let mut below: Vec<UnitId> =
            facts.units.iter().copied().filter(|&unit| state.units.covers(top, unit)).collect();
        below.sort_unstable_by_key(|&unit| state.units.node(unit).order());
        let units = below.into_iter().map(|unit| {
            let reach = Reach::Scope(ScopeId::Unit(unit));
            let allowed = || {
                if state.unit_facts.get(unit).is_some_and(|facts| facts.closed) {
                    return Err(NotOffered::Closed);
                }
                if !standing.is_host() {
                    standing.stays_below(reach).map_err(|_| NotOffered::OutsideWorkingUnit)?;
                    let permission =
                        guard.ok_or(NotOffered::NotPermitted(DenyReason::NotPermitted))?;
                    standing.allowed(permission, reach).map_err(NotOffered::NotPermitted)?;
                }
                let asked = Asked { vision, person, kind, scope: ScopeId::Unit(unit), at };
                standing.place_offered(asked).map_err(NotOffered::NotEligible)
            };
            UnitOffer { unit: state.unit_names.name(unit), answer: allowed() }
        });
        Ok(Offers { roles, units: units.collect() })
    }
}

fn granted(event: Event) -> Option<Basis> {
    match event {
        Event::Granted(grant) => Some(grant.basis),
        _ => None,
    }
}
