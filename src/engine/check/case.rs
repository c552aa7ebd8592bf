//! [`Case`]: a request in all its generality, decided step by step as `src/docs/semantics.md` has
//! it. It allocates nothing.

use std::cell::Cell;

use super::aim::Aim;
use super::narrowing::Narrowing;
use super::truth::Truth;
use crate::engine::decision::DenyReason;
use crate::engine::request::ResolvedRequest;
use crate::facts::{Detail, Head, PLATFORM, Person, RestrictionFacts, ScopeId, State, Word};
use crate::policy::RoleRules;
use crate::store::{ChannelId, PermissionId, PersonId, TenantId, UnitId};

/// An outcome, and the first instant in microseconds at which it differs: `NEVER` if there is none.
pub(crate) type Outcome = (Result<(), DenyReason>, i64);

/// A request whose names are all known and whose principal is not suspended where the request aims.
/// The outcome depends on grants, restrictions and time alone.
#[derive(Clone, Copy)]
pub(in crate::engine) struct Case<'s> {
    pub(in crate::engine) state: &'s State,
    pub(in crate::engine) permission: PermissionId,
    pub(in crate::engine) channel: ChannelId,
    pub(in crate::engine) id: PersonId,
    pub(in crate::engine) principal: Person<'s>,
    pub(in crate::engine) target: Aim<'s>,
    /// What a session narrows. `None` outside of a session.
    pub(in crate::engine) session: Option<Narrowing<'s>>,
}

/// The last stage that a grant passed, in the order of the stages
/// ([contract R22](crate::docs::contract#r22)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::engine) enum Reached {
    Nothing,
    Permission,
    Ceiling,
    Scope,
    Channel,
    Time,
    Session,
    All,
}

impl Reached {
    /// The reason for a denial at the stage after this one.
    fn reason(self) -> DenyReason {
        match self {
            Reached::Nothing => DenyReason::NotPermitted,
            Reached::Permission => DenyReason::Ceiling,
            Reached::Ceiling => DenyReason::OtherScope,
            Reached::Scope => DenyReason::WrongChannel,
            Reached::Channel => DenyReason::NotInForce,
            Reached::Time => DenyReason::Session,
            Reached::Session => DenyReason::RoleRestricted,
            Reached::All => DenyReason::Restricted,
        }
    }
}

impl<'s> Case<'s> {
    /// Opens a request: steps 1 and 2 of `semantics.md`, which do not depend on the instant.
    ///
    /// # Errors
    /// The reason of the denial, if a name is unknown or the principal is suspended there.
    pub(in crate::engine) fn open(
        state: &'s State,
        request: &ResolvedRequest,
    ) -> Result<Case<'s>, DenyReason> {
        let principal = state.known(request.principal).ok_or(DenyReason::UnknownPrincipal)?;
        let target = Aim::of(state, request.target)?;
        let tenant_of = |unit: UnitId| {
            Some(state.units.node(unit).owner).filter(|&tenant| tenant != TenantId::NONE)
        };
        let permission = request.permission;
        let case = Case {
            state,
            permission,
            channel: request.channel,
            id: request.principal,
            principal,
            target,
            session: None,
        };
        let suspended = match target {
            Aim::Unit(unit) => tenant_of(unit).is_some_and(|tenant| case.is_suspended_in(tenant)),
            Aim::About { tenant, .. } | Aim::Record { tenant, .. } => case.is_suspended_in(tenant),
            Aim::Everywhere => principal.index.head.has(Head::SUSPENDED_SOMEWHERE),
            Aim::Anywhere => false,
        };
        if suspended || principal.index.head.has(Head::SUSPENDED) {
            Err(DenyReason::Suspended)
        } else {
            Ok(case)
        }
    }

    /// Decides the request: steps 3 and 4 of `semantics.md`, and exactly until when
    /// ([contract D11](crate::docs::contract#d11)).
    pub(in crate::engine) fn decide(&self, at: i64) -> Outcome {
        let hours = Cell::new(None);
        let (now, reason) = self.outcome(at, &hours);
        let Truth { holds, until } =
            now.extended(at, |at| self.outcome(at, &hours).0, |at| self.next_edge(at));
        (if holds { Ok(()) } else { Err(reason) }, until)
    }

    /// The next instant after `at` at which anything but the hour of the week matters: a dated fact
    /// begins or ends, or the offset of a zone changes. `at` itself where no grid binds: then there
    /// are no weeks to leap over, and the walk goes from one dated fact to the next.
    fn next_edge(&self, at: i64) -> i64 {
        let state = self.state;
        if !self.binds() {
            return at;
        }
        let mut next = state.next_offset(self.principal, at);
        let mut edges = |from: i64, until: i64| {
            for edge in [from, until] {
                if edge > at {
                    next = next.min(edge);
                }
            }
        };
        for (word, detail) in self.principal.grants() {
            edges(detail.from, detail.until);
            let rules = state
                .rights
                .effective(word.role())
                .and_then(|effective| state.role(effective.role));
            let closure = rules.into_iter().flat_map(|rules| &rules.closure);
            for restriction in
                closure.filter_map(|role| state.role_restrictions.get(role)).flatten()
            {
                edges(restriction.from, restriction.until);
            }
        }
        self.principal
            .restrictions()
            .iter()
            .for_each(|restriction| edges(restriction.from, restriction.until));
        let about = match self.target {
            Aim::About { person, .. } | Aim::Record { person, .. } => Some(person),
            Aim::Unit(_) | Aim::Anywhere | Aim::Everywhere => None,
        };
        for person in about.into_iter().chain([self.principal]) {
            person
                .affiliations()
                .iter()
                .for_each(|affiliated| edges(affiliated.from, affiliated.until));
        }
        next
    }

    /// Whether grids bind the principal's decisions: they are enrolled in some, and the policy
    /// enforces hours always.
    fn binds(&self) -> bool {
        self.principal.index.head.grids() != 0
    }

    /// Whether the principal is within hours in a tenant
    /// ([contract D10](crate::docs::contract#d10)). True where no grid binds.
    fn within_hours(&self, tenant: TenantId, at: i64) -> Truth {
        if self.binds() { self.state.hours_bound(self.principal, tenant, at) } else { Truth::YES }
    }

    /// Whether the principal is within hours where the target lies. True for anywhere: there hours
    /// are asked grant by grant.
    fn within_hours_there(&self, at: i64) -> Truth {
        match self.target {
            _ if !self.binds() => Truth::YES,
            Aim::Unit(unit) => self.within_hours(self.state.units.node(unit).owner, at),
            Aim::About { tenant, .. } | Aim::Record { tenant, .. } => self.within_hours(tenant, at),
            Aim::Everywhere => self.state.hours_bound_everywhere(self.principal, at),
            Aim::Anywhere => Truth::YES,
        }
    }

    /// Whether the principal is within hours where the target lies, and exactly until when.
    ///
    /// `hours` keeps the last answer for as long as it holds. Grids that fill the week together
    /// take many steps, and without this every step would be taken through all grants.
    fn within_hours_known(&self, at: i64, hours: &Cell<Option<Truth>>) -> Truth {
        if let Some(known) = hours.get().filter(|known| at < known.until) {
            return known;
        }
        let found = self.state.extended_hours(self.principal, at, |at| self.within_hours_there(at));
        hours.set(Some(found));
        found
    }

    /// The outcome at an instant, and the reason if it is Deny. `hours` keeps the hours found at an
    /// instant before, see [`Case::within_hours_known`].
    fn outcome(&self, at: i64, hours: &Cell<Option<Truth>>) -> (Truth, DenyReason) {
        let anywhere = matches!(self.target, Aim::Anywhere);
        let mut allowed = Truth::NO;
        let mut reached = Reached::Nothing;
        let (mut passed_suspended, mut out_of_hours) = (false, false);
        for (word, detail) in self.principal.grants() {
            let left = self.left_of(word);
            let (passes, stage) = self.evaluate(word, detail, left, at);
            let scope = left.unwrap_or(word.scope());
            if anywhere && self.is_suspended_in(self.state.tenant_of(scope)) {
                passed_suspended |= passes.holds;
                continue;
            }
            reached = reached.max(stage);
            let passes = if anywhere {
                let free = passes.and(!self.contained(scope, at));
                let within = self.within_hours(self.state.tenant_of(scope), at);
                out_of_hours |= free.holds && !within.holds;
                free.and(within)
            } else {
                passes
            };
            allowed = allowed.or(passes);
        }
        if !anywhere {
            let free = allowed.and(!self.restricted(at));
            allowed = if free.holds && self.binds() {
                free.and(self.within_hours_known(at, hours))
            } else {
                free
            };
            out_of_hours = free.holds;
        }
        let reason = match reached {
            Reached::All if out_of_hours => DenyReason::OutOfHours,
            Reached::All => DenyReason::Restricted,
            _ if passed_suspended => DenyReason::Suspended,
            stage => stage.reason(),
        };
        (allowed, reason)
    }

    /// The grants of which each alone would make the outcome Allow at an instant.
    pub(in crate::engine) fn sufficient(
        &self,
        at: i64,
    ) -> impl Iterator<Item = (Word, Detail)> + '_ {
        let anywhere = matches!(self.target, Aim::Anywhere);
        let free = anywhere || !self.restricted(at).holds && self.within_hours_there(at).holds;
        self.principal.grants().filter(move |&(word, detail)| {
            let left = self.left_of(word);
            let scope = left.unwrap_or(word.scope());
            let tenant = self.state.tenant_of(scope);
            let counts = !anywhere
                || !self.is_suspended_in(tenant)
                    && !self.contained(scope, at).holds
                    && self.within_hours(tenant, at).holds;
            free && counts && self.evaluate(word, detail, left, at).0.holds
        })
    }

    /// The part of a grant's scope that the session leaves: all of it outside of a session. `None`
    /// if the grant does not count in the session.
    fn left_of(&self, word: Word) -> Option<ScopeId> {
        self.session.map_or(Some(word.scope()), |session| session.left_of(self.state, word))
    }

    /// Whether the target lies where the session is, for a grant with the scope `left` in it.
    fn lies_in_session(&self, left: ScopeId, at: i64) -> Truth {
        let state = self.state;
        let Some(session) = self.session else { return Truth::YES };
        let Some(top) = session.top(state) else { return Truth::YES };
        match self.target {
            Aim::Anywhere => Truth::YES,
            Aim::Everywhere => Truth::NO,
            Aim::Unit(unit) | Aim::Record { unit, .. } => {
                Truth::always(state.units.covers(top, unit))
            }
            Aim::About { tenant, .. } if tenant == PLATFORM || Some(tenant) != session.tenant => {
                Truth::NO
            }
            // A grant over a group's people, or about oneself, lies in no unit.
            Aim::About { .. } if session.unit.is_none() => Truth::YES,
            Aim::About { .. } if matches!(left, ScopeId::Members(_) | ScopeId::Own(_)) => {
                Truth::YES
            }
            Aim::About { person, tenant, .. } => {
                self.placed(person, tenant, ScopeId::Subtree(top), at)
            }
        }
    }

    /// Evaluates one grant: whether it passes every stage, and the last stage it passed at this
    /// instant. `left` is its scope narrowed by the session, `None` if the session leaves nothing.
    fn evaluate(
        &self,
        word: Word,
        detail: Detail,
        left: Option<ScopeId>,
        at: i64,
    ) -> (Truth, Reached) {
        let state = self.state;
        let Some((effective, rules)) = state
            .rights
            .effective(word.role())
            .and_then(|effective| Some((effective, state.role(effective.role)?)))
        else {
            return (Truth::NO, Reached::Nothing);
        };
        if !rules.uncut.contains(self.permission.index()) {
            return (Truth::NO, Reached::Nothing);
        }
        if !state.policy.under_ceilings(self.permission, effective.kind, effective.vision) {
            return (Truth::NO, Reached::Permission);
        }
        let covers = self.covers(word.scope(), at);
        let answers = Truth::always(word.answers_on(self.channel));
        let in_force = self.in_force(word, detail, at);
        let inside = left.map_or(Truth::NO, |left| self.lies_in_session(left, at));
        let cut = self.role_restricted(rules, left.unwrap_or(word.scope()), at);
        let stage = match (covers.holds, answers.holds, in_force.holds, inside.holds, cut.holds) {
            (false, ..) => Reached::Ceiling,
            (_, false, ..) => Reached::Scope,
            (_, _, false, ..) => Reached::Channel,
            (_, _, _, false, _) => Reached::Time,
            (.., true) => Reached::Session,
            (true, true, true, true, false) => Reached::All,
        };
        (covers.and(answers).and(in_force).and(inside).and(!cut), stage)
    }

    /// Whether the scope of a grant covers the target.
    fn covers(&self, scope: ScopeId, at: i64) -> Truth {
        let state = self.state;
        match (self.target, scope) {
            (_, ScopeId::Everywhere) => Truth::YES,
            (Aim::Everywhere, _) => Truth::NO,
            (Aim::Anywhere, ScopeId::Members(group)) => {
                Truth::always(state.leads(self.principal, group))
            }
            (Aim::Anywhere, _) => Truth::YES,
            (Aim::Unit(unit), scope) => Truth::always(state.covers_unit(scope, unit)),
            (Aim::About { .. } | Aim::Record { .. }, ScopeId::Members(group)) => {
                Truth::always(state.leads(self.principal, group)).and(self.reaches(scope, at))
            }
            (Aim::About { .. } | Aim::Record { .. }, ScopeId::Own(_)) => self.reaches(scope, at),
            (Aim::About { .. } | Aim::Record { .. }, ScopeId::Unit(_) | ScopeId::Subtree(_)) => {
                Truth::always(!state.policy.is_leader_only(self.permission))
                    .and(self.reaches(scope, at))
            }
        }
    }

    /// Whether the target lies in a scope, a grant's or a restriction's. What a grant asks of its
    /// holder besides, such as to lead the group, is [`Case::covers`].
    fn reaches(&self, scope: ScopeId, at: i64) -> Truth {
        let state = self.state;
        let (person, id, tenant) = match self.target {
            Aim::Everywhere => return Truth::YES,
            Aim::Anywhere => return Truth::NO,
            Aim::Unit(unit) => {
                return Truth::always(
                    scope == ScopeId::Everywhere || state.covers_unit(scope, unit),
                );
            }
            Aim::About { person, id, tenant } | Aim::Record { person, id, tenant, .. } => {
                (person, id, tenant)
            }
        };
        match scope {
            ScopeId::Everywhere => Truth::YES,
            ScopeId::Own(own) => Truth::always(own == tenant && id == self.id),
            ScopeId::Members(group) => Truth::always(
                state.groups.node(group).owner == tenant && state.is_in_group(person, group),
            ),
            ScopeId::Unit(_) | ScopeId::Subtree(_) => match self.target {
                Aim::Record { unit, .. } => Truth::always(state.covers_unit(scope, unit)),
                _ if state.tenant_of(scope) != tenant => Truth::NO,
                _ => self.placed(person, tenant, scope, at),
            },
        }
    }

    /// Whether a person is placed in a unit scope of the tenant: by their registration, or by an
    /// affiliation in force.
    fn placed(&self, person: Person<'_>, tenant: TenantId, scope: ScopeId, at: i64) -> Truth {
        let registered =
            person.registration(tenant).is_some_and(|r| self.state.covers_unit(scope, r.place));
        let affiliations =
            person.affiliations().iter().filter(|a| self.state.covers_unit(scope, a.unit));
        affiliations.fold(Truth::always(registered), |placed, affiliated| {
            placed.or(Truth::affiliated(affiliated, at))
        })
    }

    /// Whether a grant of the principal's is in force.
    fn in_force(&self, word: Word, detail: Detail, at: i64) -> Truth {
        self.state.in_force_at(self.principal, word, detail, at)
    }

    /// Whether a restriction on the principal denies outright.
    fn restricted(&self, at: i64) -> Truth {
        let restrictions = self.principal.restrictions().iter();
        restrictions.fold(Truth::NO, |denied, restriction| denied.or(self.matches(restriction, at)))
    }

    /// Whether a restriction on the grant's role, or on one it includes, cuts the grant.
    fn role_restricted(&self, rules: &RoleRules, scope: ScopeId, at: i64) -> Truth {
        let state = self.state;
        if state.role_restrictions.is_empty() {
            return Truth::NO;
        }
        let restrictions =
            rules.closure.iter().filter_map(|role| state.role_restrictions.get(role)).flatten();
        restrictions.fold(Truth::NO, |cut, restriction| {
            cut.or(match self.target {
                Aim::Anywhere => self.contains(restriction, scope, at),
                _ => self.matches(restriction, at),
            })
        })
    }

    /// Whether a restriction is in force for the permission and takes in the target.
    fn matches(&self, restriction: &RestrictionFacts, at: i64) -> Truth {
        if !restriction.permissions.contains(self.permission.index()) {
            return Truth::NO;
        }
        Truth::within(restriction.from, restriction.until, at)
            .and(self.reaches(restriction.scope, at))
    }

    /// For a target anywhere: whether a single restriction on the principal takes in the whole
    /// scope of a grant ([contract R21](crate::docs::contract#r21)).
    fn contained(&self, scope: ScopeId, at: i64) -> Truth {
        let restrictions = self.principal.restrictions().iter();
        restrictions
            .fold(Truth::NO, |cut, restriction| cut.or(self.contains(restriction, scope, at)))
    }

    /// Whether a restriction is in force for the permission and takes in a whole scope.
    fn contains(&self, restriction: &RestrictionFacts, scope: ScopeId, at: i64) -> Truth {
        if !restriction.permissions.contains(self.permission.index()) {
            return Truth::NO;
        }
        let contains = self.state.scope_contains(restriction.scope, scope, self.principal);
        Truth::within(restriction.from, restriction.until, at).and(Truth::always(contains))
    }

    fn is_suspended_in(&self, tenant: TenantId) -> bool {
        self.principal.registration(tenant).is_some_and(|registered| registered.suspended)
    }
}

impl State {
    /// Whether a grant of the principal's is in force: in its interval, and with a basis in force
    /// if it rests on one.
    pub(in crate::engine) fn in_force_at(
        &self,
        principal: Person<'_>,
        word: Word,
        detail: Detail,
        at: i64,
    ) -> Truth {
        let interval = Truth::within(detail.from, detail.until, at);
        let Some(basis) = detail.basis else { return interval };
        let tenant = self.tenant_of(word.scope());
        let affiliations = principal.affiliations().iter();
        let resting = affiliations.filter(|affiliated| self.rests_on(basis, tenant, affiliated));
        interval.and(
            resting
                .fold(Truth::NO, |rests, affiliated| rests.or(Truth::affiliated(affiliated, at))),
        )
    }

    /// Whether scope `a` takes in all of scope `b`, where the principal holds a grant over `b`. The
    /// principal matters for what is about oneself alone.
    pub(crate) fn scope_contains(&self, a: ScopeId, b: ScopeId, principal: Person<'_>) -> bool {
        let whole = |unit: UnitId, node_width: u32| {
            let node = self.units.node(unit);
            let root = self.tenants.get(node.owner).map_or(UnitId::NONE, |tenant| tenant.root);
            root == unit && node.width() == node_width
        };
        let takes_whole_tenant = match a {
            ScopeId::Subtree(unit) => whole(unit, self.units.node(unit).width()),
            ScopeId::Unit(unit) => whole(unit, 1),
            _ => false,
        };
        match (a, b) {
            (ScopeId::Everywhere, _) => true,
            (_, ScopeId::Everywhere) => false,
            _ if takes_whole_tenant => self.tenant_of(a) == self.tenant_of(b),
            (_, ScopeId::Unit(unit)) => self.covers_unit(a, unit),
            (ScopeId::Subtree(top), ScopeId::Subtree(unit)) => self.units.covers(top, unit),
            (ScopeId::Unit(only), ScopeId::Subtree(unit)) => {
                only == unit && self.units.node(unit).width() == 1
            }
            (ScopeId::Members(above), ScopeId::Members(group)) => self.groups.covers(above, group),
            (ScopeId::Members(group), ScopeId::Own(tenant)) => {
                self.groups.node(group).owner == tenant && self.is_in_group(principal, group)
            }
            (ScopeId::Own(one), ScopeId::Own(other)) => one == other,
            _ => false,
        }
    }
}
