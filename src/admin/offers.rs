//! [`Offers`]: which roles an operator may give to a person, and the reason against each other one.
//! A screen draws its form from it.

use serde::Serialize;

use super::command::Command;
use super::decide::{judge_as, unknown_actor};
use super::refusal::{Refusal, Rule, Wanting, unattributed};
use crate::admin::rules::area::Area;
use crate::admin::rules::eligibility::EligibilityQuery;
use crate::admin::rules::issuer::Issuer;
use crate::engine::DenyReason;
use crate::facts::{Event, Lookup, ScopeId, Snapshot};
use crate::model::Actor;
use crate::model::{Basis, CommandWord, Grant, Identifier, Name, Scope};
use crate::store::UnitId;
use crate::time::Instant;

/// What an operator may give to a person: the roles at one unit, and the units below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Offers {
    /// Every role, once at the unit alone and once with all below it. Built-in roles come first;
    /// within each set, roles are in the order of the policy or of their names.
    pub roles: Vec<RoleOffer>,
    /// The unit and every unit below it, in the order of the tree.
    pub units: Vec<UnitOffer>,
}

/// Whether a role may be given at a scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RoleOffer {
    /// The role.
    pub role: Name,
    /// The scope of the grant.
    pub scope: Scope,
    /// What the grant would rest on, or the rule against it. The grant must say so itself if the
    /// answer is [`Basis::Direct`].
    pub answer: Result<Basis, Rule>,
}

/// Whether anything may be given at a unit. Only the unit and the person are judged, no role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct UnitOffer {
    /// The unit.
    pub unit: Name,
    /// What a grant there would rest on, or why nothing can be given there.
    pub answer: Result<Basis, NotOffered>,
}

/// Why nothing can be given at a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NotOffered {
    /// The unit lies neither at the unit worked at nor below it ([contract
    /// R27](crate::docs::contract#r27)).
    OutsideWorkingUnit,
    /// The actor does not hold the guard's permission for grants there ([contract
    /// R26](crate::docs::contract#r26)).
    NotPermitted(DenyReason),
    /// The unit is closed ([contract R12](crate::docs::contract#r12)).
    Closed,
    /// No row of the policy's eligibility fits. With any one of these affiliations a row would
    /// ([contract R16](crate::docs::contract#r16)).
    NotEligible(Vec<Wanting>),
}

impl Snapshot {
    /// Lists the roles that an operator may give to a person at a unit, and the units at or below
    /// it where anything may be given. Whatever may not be given comes with the reason. Nothing
    /// changes.
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
    /// facts.apply(&Event::UnitAdded(Unit::of("paper")?))?;
    /// for person in ["ana", "rui"] {
    ///     facts.apply(&Event::PersonRegistered(Registration::of(person)?.in_tenant("paper")?))?;
    /// }
    /// facts.apply(&Event::Granted(Grant::role("chief").to("ana").in_and_below("paper")?))?;
    /// let offers = facts.offers(&Actor::user("ana"), "rui", "paper", Instant::now())?;
    /// let offered = offers.roles.iter().filter(|offer| offer.answer.is_ok());
    /// let offered: Vec<&str> = offered.map(|offer| offer.role.as_str()).collect();
    /// assert_eq!(offered, ["chief", "chief"]); // not the editor's, which ana does not hold
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Refusal`] when the actor, the person or the unit is not known, or when the actor may grant
    /// nothing in the unit's tenant.
    ///
    /// # Complexity
    /// O(roles × the cost of deciding one grant + units below × rows of eligibility).
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
        let issuer = Issuer::find(state, actor, now)
            .map_err(|unknown| refuse((None, unknown_actor(state, word, unknown))))?;
        let names = Lookup::of(state);
        let invalid = |error: crate::model::InvalidName| {
            refuse((None, Rule::Misfit { message: error.to_string(), help: None }))
        };
        let subject = Identifier::new(subject).map_err(invalid)?;
        let unit_name = Name::new(unit).map_err(invalid)?;
        let top = names.unit(&unit_name).map_err(|fault| refuse(unattributed(fault)))?;
        let tenant = state.units.node(top).owner;
        if !issuer.is_host() && !issuer.holds_guard_in(word, Some(tenant)) {
            return Err(refuse((
                None,
                issuer.refusal_to_outsider(word, None, Some(tenant), Scope::Subtree(unit_name)),
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
                    let judged = judge_as(self, &issuer, &Command::from(grant), "", now)
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
        let vision = issuer.vision(tenant);
        let at = now.as_micros();
        let mut below: Vec<UnitId> =
            facts.units.iter().copied().filter(|&unit| state.units.covers(top, unit)).collect();
        below.sort_unstable_by_key(|&unit| state.units.node(unit).order());
        let units = below.into_iter().map(|unit| {
            let area = Area::Scope(ScopeId::Unit(unit));
            let allowed = || {
                if state.unit_facts.get(unit).is_some_and(|facts| facts.closed) {
                    return Err(NotOffered::Closed);
                }
                if !issuer.is_host() {
                    issuer.within_working_unit(area).map_err(|_| NotOffered::OutsideWorkingUnit)?;
                    let permission =
                        guard.ok_or(NotOffered::NotPermitted(DenyReason::NotPermitted))?;
                    issuer.allowed(permission, area).map_err(NotOffered::NotPermitted)?;
                }
                let query =
                    EligibilityQuery { vision, person, kind, scope: ScopeId::Unit(unit), at };
                issuer.basis_at_unit(query).map_err(NotOffered::NotEligible)
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
