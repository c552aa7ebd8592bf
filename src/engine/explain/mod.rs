//! [`Explanation`]: a decision with all that led to it, for people. A second
//! evaluator, written for reasons, that shares no step with the check: it judges
//! every grant and restriction at one instant, in plain yes and no.

mod findings;
mod remedy;
pub(super) mod words;

use std::fmt;

use serde::Serialize;

use super::decision::{Decision, DenyReason};
use super::request::{Request, ResolvedRequest, TargetId};
use crate::engine::check::case::only_tenant;
use crate::engine::check::hours::WEEK;
use crate::engine::check::narrowing::Narrowing;
use crate::facts::{
    BasisId, Detail, EVER, Effective, Event, GridFacts, Head, NEVER, PLATFORM, Person,
    RestrictionFacts, ScopeId, Snapshot, State, Word,
};
use crate::model::Name;
use crate::policy::RoleRules;
use crate::store::{PersonId, TenantId, UnitId};
use crate::time::Instant;
pub use findings::{GrantFinding, GridFinding, RestrictionFinding, Stage};
use words::quoted;

/// A decision with what led to it. `Display` tells it in sentences that can be
/// read aloud; serde gives the same as data. It names people in full: it is for
/// those who may know, not for logs.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// Who asked.
    pub principal: String,
    /// For what.
    pub permission: String,
    /// Aimed at what, in words.
    pub target: String,
    /// By which channel.
    pub channel: String,
    /// When.
    pub at: Instant,
    /// The answer: the same as `check` gives.
    pub decision: Decision,
    /// What the principal is in the target's tenant.
    pub kind: Option<Name>,
    /// Every grant of the principal's, those that got farthest first.
    pub grants: Vec<GrantFinding>,
    /// The restrictions that deny.
    pub restrictions: Vec<RestrictionFinding>,
    /// The grids that bind where it is aimed; for anywhere and everywhere all of the principal's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grids: Vec<GridFinding>,
    /// For a denial, a smallest set of changes after which it would be Allow
    /// (ruling R22): every blocker, and one repair. None if no change of facts alone
    /// would do. At most eight are listed; [`changes_left_out`](Explanation::changes_left_out)
    /// says how many more it takes.
    pub changes: Option<Vec<Event>>,
    /// How many changes it takes beside those listed.
    #[serde(skip_serializing_if = "is_zero")]
    pub changes_left_out: usize,
}

/// Masked, unlike `Display`: this is what ends in logs.
impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Explanation { principal, permission, at, decision, .. } = self;
        write!(
            f,
            "Explanation(`{}` to {permission} at {at}: {decision:?})",
            crate::model::mask(principal)
        )
    }
}

/// The most changes that an explanation lists.
const MAX_CHANGES: usize = 8;

impl Snapshot {
    /// Why the answer is what it is, and what would make it Allow.
    ///
    /// # Complexity
    /// O(grants × (affiliations + restrictions)) of the principal, times the dated facts that bear on it.
    #[must_use]
    pub fn explain(&self, request: &Request<'_>, now: impl Into<Instant>) -> Explanation {
        self.explained(
            request,
            self.resolve(request).map_err(|denied| denied.reason),
            None,
            now.into(),
        )
    }

    /// The same, within a session or none.
    pub(crate) fn explained(
        &self,
        request: &Request<'_>,
        resolved: Result<ResolvedRequest, DenyReason>,
        session: Option<Narrowing<'_>>,
        at: Instant,
    ) -> Explanation {
        let state = &*self.0;
        let mut explanation = Explanation {
            principal: quoted(request.principal),
            permission: request.permission.to_string(),
            target: state.target_words(request),
            channel: quoted(
                request
                    .channel
                    .unwrap_or_else(|| state.policy.channels().first().map_or("", |c| c.as_str())),
            ),
            at,
            decision: Decision::Deny {
                reason: DenyReason::UnknownPermission,
                until: None,
                revision: state.revision,
            },
            kind: None,
            grants: Vec::new(),
            restrictions: Vec::new(),
            grids: Vec::new(),
            changes: None,
            changes_left_out: 0,
        };
        let opened = resolved.and_then(|resolved| Inquiry::open(state, resolved, session));
        match opened {
            Ok(inquiry) => inquiry.tell(&mut explanation),
            Err(reason) => {
                explanation.decision =
                    Decision::Deny { reason, until: None, revision: state.revision }
            }
        }
        explanation
    }
}

/// A request whose names are known, looked into at one instant after another.
pub(super) struct Inquiry<'s> {
    pub(super) state: &'s State,
    pub(super) request: ResolvedRequest,
    pub(super) principal: Person<'s>,
    /// The unit it aims at.
    pub(super) unit: Option<UnitId>,
    /// The person it aims at.
    pub(super) person: Option<(PersonId, Person<'s>)>,
    /// The tenant of what it aims at.
    pub(super) tenant: Option<TenantId>,
    /// The session in which it is asked.
    pub(super) session: Option<Narrowing<'s>>,
}

impl<'s> Inquiry<'s> {
    fn open(
        state: &'s State,
        request: ResolvedRequest,
        session: Option<Narrowing<'s>>,
    ) -> Result<Inquiry<'s>, DenyReason> {
        let person = |id: PersonId| {
            let found = state.person(id).filter(|person| !person.registrations().is_empty());
            found.map(|person| (id, person)).ok_or(DenyReason::UnknownPerson)
        };
        let principal = state.person(request.principal).ok_or(DenyReason::UnknownPrincipal)?;
        let mut inquiry =
            Inquiry { state, request, principal, unit: None, person: None, tenant: None, session };
        match request.target {
            TargetId::InUnit(unit) => inquiry.unit = Some(unit),
            TargetId::Record { unit, person: id } => {
                (inquiry.unit, inquiry.person) = (Some(unit), Some(person(id)?))
            }
            TargetId::About(id, tenant) => {
                let (id, found) = person(id)?;
                let tenant = tenant.map_or_else(|| only_tenant(found), Ok)?;
                if found.registration(tenant).is_none() {
                    return Err(DenyReason::UnknownPerson);
                }
                (inquiry.person, inquiry.tenant) = (Some((id, found)), Some(tenant));
            }
            TargetId::Anywhere | TargetId::Everywhere => {}
        }
        if let Some(unit) = inquiry.unit {
            inquiry.tenant = Some(state.units.node(unit).owner);
        }
        Ok(inquiry)
    }

    fn tell(&self, explanation: &mut Explanation) {
        let at = explanation.at.as_micros();
        let allowed = self.allowed(at);
        let until = self.differs_after(at).map(Instant::from_micros);
        let revision = self.state.revision;
        explanation.decision = match allowed {
            Ok(()) => Decision::Allow { until, revision },
            Err(reason) => Decision::Deny { reason, until, revision },
        };
        let registered = self
            .tenant
            .and_then(|tenant| self.principal.registration(tenant))
            .or(self.principal.registrations().first());
        let kinds = self.state.policy.kinds();
        explanation.kind =
            registered.and_then(|r| kinds.get(usize::from(r.kind))).map(|kind| kind.name.clone());
        explanation.grants =
            self.principal.grants().map(|(word, detail)| self.finding(word, detail, at)).collect();
        explanation.grants.sort_by_key(|finding| std::cmp::Reverse(finding.stage));
        explanation.restrictions = self
            .standing_restrictions(at)
            .into_iter()
            .map(|facts| self.restriction(facts))
            .collect();
        explanation.grids =
            self.binding(self.tenant).map(|facts| GridFinding::of(facts, at)).collect();
        explanation.changes = if allowed.is_err() { self.remedy(at) } else { None };
        if let Some(changes) = &mut explanation.changes {
            explanation.changes_left_out = changes.len().saturating_sub(MAX_CHANGES);
            changes.truncate(MAX_CHANGES);
        }
    }

    pub(super) fn is_anywhere(&self) -> bool {
        self.request.target == TargetId::Anywhere
    }

    /// The outcome at an instant.
    pub(super) fn allowed(&self, at: i64) -> Result<(), DenyReason> {
        if self.is_suspended() {
            return Err(DenyReason::Suspended);
        }
        let (mut furthest, mut suspended) = (Stage::NotPermitted, false);
        for (word, detail) in self.principal.grants() {
            let stage = self.stage(word, detail, at);
            let counts = self
                .effective(word)
                .is_some_and(|(_, rules)| self.counts(&rules.name, word.scope(), at));
            let scope = if counts { self.left(word.scope()) } else { word.scope() };
            if self.is_anywhere() && self.is_suspended_in(self.state.tenant_of(scope)) {
                suspended |= stage == Stage::Suspended;
            } else {
                furthest = furthest.max(stage);
            }
        }
        let denied = !self.is_anywhere() && !self.restrictions_on_principal(at).is_empty();
        match furthest {
            Stage::Passes if denied => Err(DenyReason::Restricted),
            Stage::Passes if self.is_out_of_hours(at) => Err(DenyReason::OutOfHours),
            Stage::Passes => Ok(()),
            Stage::OutOfHours => Err(DenyReason::OutOfHours),
            Stage::Restricted => Err(DenyReason::Restricted),
            _ if suspended => Err(DenyReason::Suspended),
            Stage::NotPermitted | Stage::Suspended => Err(DenyReason::NotPermitted),
            Stage::Ceiling => Err(DenyReason::Ceiling),
            Stage::OtherScope => Err(DenyReason::OtherScope),
            Stage::WrongChannel => Err(DenyReason::WrongChannel),
            Stage::NotInForce => Err(DenyReason::NotInForce),
            Stage::Session => Err(DenyReason::Session),
            Stage::RoleRestricted => Err(DenyReason::RoleRestricted),
        }
    }

    fn is_suspended(&self) -> bool {
        let somewhere =
            || self.principal.registrations().iter().any(|registered| registered.suspended);
        self.principal.index.head.has(Head::SUSPENDED)
            || self.tenant.is_some_and(|tenant| self.is_suspended_in(tenant))
            || (self.request.target == TargetId::Everywhere && somewhere())
    }

    pub(super) fn is_suspended_in(&self, tenant: TenantId) -> bool {
        self.principal.registration(tenant).is_some_and(|registered| registered.suspended)
    }

    pub(super) fn effective(&self, word: Word) -> Option<(Effective, &'s RoleRules)> {
        let effective = self.state.rights.effective(word.role())?;
        Some((effective, self.state.role(effective.role)?))
    }

    /// What becomes of a grant at an instant.
    pub(super) fn stage(&self, word: Word, detail: Detail, at: i64) -> Stage {
        let Some((effective, rules)) = self.effective(word) else { return Stage::NotPermitted };
        let (scope, left) = (word.scope(), self.left(word.scope()));
        let permission = self.request.permission.index();
        if !rules.uncut.contains(permission) {
            Stage::NotPermitted
        } else if !self.state.policy.under_ceilings(
            self.request.permission,
            effective.kind,
            effective.vision,
        ) {
            Stage::Ceiling
        } else if !self.is_covered(scope, at) {
            Stage::OtherScope
        } else if word.channel() != self.request.channel
            || !self.state.policy.acts_on(effective.kind, word.channel())
        {
            Stage::WrongChannel
        } else if !self.is_in_force(word, detail, at) {
            Stage::NotInForce
        } else if !self.counts(&rules.name, scope, at) {
            Stage::Session
        } else if !self.restrictions_on_role(rules, scope, at).is_empty() {
            Stage::RoleRestricted
        } else if self.is_anywhere() && self.is_suspended_in(self.state.tenant_of(left)) {
            Stage::Suspended
        } else if self.is_anywhere() && !self.restrictions_around(scope, at).is_empty() {
            Stage::Restricted
        } else if self.is_anywhere() && self.is_closed_in(self.state.tenant_of(left), at) {
            Stage::OutOfHours
        } else {
            Stage::Passes
        }
    }

    fn is_covered(&self, scope: ScopeId, at: i64) -> bool {
        let leads = |group| self.state.leads(self.principal, group);
        match (self.request.target, scope) {
            (_, ScopeId::Everywhere) => true,
            (TargetId::Everywhere, _) => false,
            (TargetId::Anywhere, ScopeId::Members(group)) => leads(group),
            (TargetId::Anywhere, _) => true,
            (_, ScopeId::Members(group)) => leads(group) && self.takes_in(scope, at),
            (_, ScopeId::Unit(_) | ScopeId::Subtree(_))
                if self.person.is_some() && self.is_leader_only() =>
            {
                false
            }
            _ => self.takes_in(scope, at),
        }
    }

    pub(super) fn is_leader_only(&self) -> bool {
        self.state.policy.is_leader_only(self.request.permission)
    }

    /// Whether the target lies in a scope, a grant's or a restriction's.
    pub(super) fn takes_in(&self, scope: ScopeId, at: i64) -> bool {
        let of_tenant = self.tenant == Some(self.state.tenant_of(scope));
        match scope {
            ScopeId::Everywhere => true,
            ScopeId::Own(_) => {
                of_tenant && self.person.is_some_and(|(id, _)| id == self.request.principal)
            }
            ScopeId::Members(group) => {
                of_tenant
                    && self.person.is_some_and(|(_, person)| self.state.is_in_group(person, group))
            }
            ScopeId::Unit(_) | ScopeId::Subtree(_) => match (self.unit, self.person) {
                (Some(unit), _) => self.state.covers_unit(scope, unit),
                (None, Some((_, person))) => {
                    let tenant = self.tenant.unwrap_or(TenantId::NONE);
                    let registered = person.registration(tenant).map(|registered| registered.place);
                    let affiliated =
                        person.affiliations().iter().filter(|a| a.contains(at)).map(|a| a.unit);
                    of_tenant
                        && registered
                            .into_iter()
                            .chain(affiliated)
                            .any(|place| self.state.covers_unit(scope, place))
                }
                (None, None) => false,
            },
        }
    }

    fn is_in_force(&self, word: Word, Detail { from, until, basis, .. }: Detail, at: i64) -> bool {
        let tenant = self.state.tenant_of(word.scope());
        from <= at && at < until && basis.is_none_or(|basis| self.rests(basis, tenant, at))
    }

    fn rests(&self, basis: BasisId, tenant: TenantId, at: i64) -> bool {
        self.principal
            .affiliations()
            .iter()
            .any(|a| a.contains(at) && self.state.rests_on(basis, tenant, a))
    }

    fn bears(&self, restriction: &RestrictionFacts, at: i64) -> bool {
        restriction.permissions.contains(self.request.permission.index())
            && restriction.from <= at
            && at < restriction.until
    }

    /// The restrictions on the principal that deny outright.
    pub(super) fn restrictions_on_principal(&self, at: i64) -> Vec<&'s RestrictionFacts> {
        let everywhere = self.request.target == TargetId::Everywhere;
        let all = self.principal.restrictions().iter().map(|facts| &**facts);
        all.filter(|facts| self.bears(facts, at) && (everywhere || self.takes_in(facts.scope, at)))
            .collect()
    }

    /// For "anywhere": those on the principal that take in a whole scope.
    pub(super) fn restrictions_around(&self, scope: ScopeId, at: i64) -> Vec<&'s RestrictionFacts> {
        let (all, left) =
            (self.principal.restrictions().iter().map(|facts| &**facts), self.left(scope));
        all.filter(|facts| {
            self.bears(facts, at) && self.state.scope_contains(facts.scope, left, self.principal)
        })
        .collect()
    }

    /// Those on a role, or on one it includes, that cut a grant with this scope.
    pub(super) fn restrictions_on_role(
        &self,
        rules: &RoleRules,
        scope: ScopeId,
        at: i64,
    ) -> Vec<&'s RestrictionFacts> {
        let everywhere = self.request.target == TargetId::Everywhere;
        let state = self.state;
        let all = rules
            .closure
            .iter()
            .filter_map(|role| state.role_restrictions.get(role))
            .flatten()
            .map(|facts| &**facts);
        let cuts = |facts: &RestrictionFacts| match self.is_anywhere() {
            true => state.scope_contains(facts.scope, self.left(scope), self.principal),
            false => everywhere || self.takes_in(facts.scope, at),
        };
        all.filter(|facts| self.bears(facts, at) && cuts(facts)).collect()
    }

    /// The grids that bind in a tenant; none: all that the principal is enrolled in.
    pub(super) fn binding(&self, tenant: Option<TenantId>) -> impl Iterator<Item = &'s GridFacts> {
        let binds = move |facts: &&GridFacts| {
            tenant.is_none_or(|tenant| [tenant, PLATFORM].contains(&facts.tenant))
        };
        let grids =
            if self.state.policy.enforces_hours() { self.principal.enrolments() } else { &[] };
        grids.iter().filter_map(|&grid| self.state.grid(grid)).map(|facts| &**facts).filter(binds)
    }

    /// Whether some grid binds in a tenant and none that does is open.
    pub(super) fn is_closed_in(&self, tenant: TenantId, at: i64) -> bool {
        let mut binding = self.binding(Some(tenant)).peekable();
        binding.peek().is_some() && !binding.any(|facts| facts.clock.at(at).0)
    }

    /// Whether hours deny whatever grants say; for anywhere that is asked of each grant.
    pub(super) fn is_out_of_hours(&self, at: i64) -> bool {
        match self.request.target {
            TargetId::Anywhere => false,
            TargetId::Everywhere => {
                let mut tenants = self.binding(None).map(|facts| facts.tenant).chain([PLATFORM]);
                tenants.any(|tenant| self.is_closed_in(tenant, at))
            }
            _ => self.tenant.is_some_and(|tenant| self.is_closed_in(tenant, at)),
        }
    }

    /// The first instant after this at which the outcome differs: looked for at every
    /// edge of what is dated and, where hours decide, every time a grid opens or closes;
    /// past a week without anything else, at the next such edge alone (ruling R20).
    fn differs_after(&self, at: i64) -> Option<i64> {
        let allowed = self.allowed(at).is_ok();
        let edges = self.edges(at);
        let (mut here, mut last_edge) = (at, at);
        // Between dated edges an outcome is another only where hours are.
        let mut known = None;
        loop {
            let closed = self.closed_at(here);
            let same = known.filter(|(then, _)| *then == closed).map(|(_, outcome)| outcome);
            let outcome = same.unwrap_or_else(|| self.allowed(here));
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

    /// Where hours close, a bit each: on the platform, and in every tenant in whose grids the principal is enrolled.
    fn closed_at(&self, at: i64) -> u32 {
        let tenants = self.binding(None).map(|facts| facts.tenant).enumerate();
        let first =
            tenants.filter(|&(n, of)| self.binding(None).take(n).all(|facts| facts.tenant != of));
        let tenants = first.map(|(_, tenant)| tenant).chain([PLATFORM]);
        tenants.fold(0, |closed, tenant| closed << 1 | u32::from(self.is_closed_in(tenant, at)))
    }

    /// Every instant after this at which some fact that could bear on it changes.
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

    /// The restrictions worth telling of: those that deny outright, and those on the roles of grants.
    fn standing_restrictions(&self, at: i64) -> Vec<&'s RestrictionFacts> {
        let mut standing =
            if self.is_anywhere() { Vec::new() } else { self.restrictions_on_principal(at) };
        for (word, _) in self.principal.grants() {
            let Some((_, rules)) = self.effective(word) else { continue };
            standing.extend(self.restrictions_on_role(rules, word.scope(), at));
            if self.is_anywhere() {
                standing.extend(self.restrictions_around(word.scope(), at));
            }
        }
        let mut told: Vec<&RestrictionFacts> = Vec::new();
        standing.into_iter().for_each(|facts| {
            if !told.contains(&facts) {
                told.push(facts);
            }
        });
        told
    }

    fn restriction(&self, facts: &RestrictionFacts) -> RestrictionFinding {
        let role = match facts.subject {
            crate::facts::SubjectId::Role(role) => {
                self.state.role(role).map(|rules| rules.name.clone())
            }
            crate::facts::SubjectId::Person(_) => None,
        };
        RestrictionFinding {
            name: facts.name.clone(),
            tenant: self.state.tenant_name(facts.tenant),
            role,
            scope: self.state.scope_name(facts.scope),
            from: instant(facts.from),
            until: instant(facts.until),
        }
    }

    fn finding(&self, word: Word, detail: Detail, at: i64) -> GrantFinding {
        let (role, through) = match self.effective(word) {
            Some((_, rules)) => (rules.name.clone(), self.through(rules)),
            None => (Name::trusted("?".into()), Vec::new()),
        };
        GrantFinding {
            role,
            through,
            scope: self.state.scope_name(word.scope()),
            channel: self
                .state
                .policy
                .channels()
                .get(word.channel().index())
                .cloned()
                .unwrap_or_else(|| Name::trusted("?".into())),
            basis: self.state.basis_of(detail),
            from: instant(detail.from),
            until: instant(detail.until),
            stage: self.stage(word, detail, at),
        }
    }

    /// From a role down to the one that has the permission of its own. Every step
    /// goes to an included role that has it effectively, so that it ends.
    fn through(&self, rules: &RoleRules) -> Vec<Name> {
        let permission = self.request.permission.index();
        let asked = self.state.policy.permission_names().name(self.request.permission);
        let (function, action) = asked.split_once(':').unwrap_or((&asked, ""));
        let mut path = Vec::new();
        let mut here = Some(rules);
        while let Some(rules) = here.filter(|rules| rules.uncut.contains(permission)) {
            path.push(rules.name.clone());
            here = match rules
                .role
                .permissions
                .iter()
                .any(|pattern| pattern.matches(function, action))
            {
                true => None,
                false => {
                    let included = rules.includes.iter().filter_map(|&role| self.state.role(role));
                    included.map(|rules| &**rules).find(|rules| rules.uncut.contains(permission))
                }
            };
        }
        path
    }
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

fn instant(micros: i64) -> Option<Instant> {
    (micros != EVER && micros != NEVER).then(|| Instant::from_micros(micros))
}
