//! [`Coverage`]: where a principal has a permission, as scopes that a backend turns into the WHERE
//! clause of a list.

use serde::Serialize;

use super::request::ResolvedRequest;
use crate::engine::check::truth::Truth;
use crate::facts::{
    Detail, Head, NEVER, PLATFORM, Person, RestrictionFacts, ScopeId, Snapshot, State, Word,
};
use crate::model::{Permission, Scope};
use crate::store::{EffectiveRoleId, PermissionId, TenantId};
use crate::time::Instant;

/// Where a principal has a permission. A thing is covered if some reach takes it in: the scope of
/// the reach covers the thing, and none of its exceptions does.
///
/// A query over records that have a unit and a person becomes `WHERE` with the OR over the reaches
/// of (scope AND NOT exception …), where `Unit` stands for `unit = ?`, `Subtree` for `unit IN (the
/// subtree)`, `Members` for `person IN (the group and those below)`, `Own` for `person = ?` (in
/// that tenant), and `Everywhere` for true. The example `school_network` does so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// The scopes, each with its exceptions. Empty if nothing is covered.
    pub reaches: Vec<Reach>,
    pub(crate) until: Option<Instant>,
}

/// A part of a [`Coverage`]: a scope without some exceptions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reach {
    /// The scope that is covered.
    pub scope: Scope,
    /// The scopes that are not covered although they lie in `scope`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<Scope>,
}

impl Coverage {
    /// The first instant at which the reaches differ if nobody changes anything. `None` if time
    /// alone never changes them.
    #[must_use]
    pub const fn until(&self) -> Option<Instant> {
        self.until
    }

    /// Whether nothing is covered.
    #[must_use]
    pub fn is_nowhere(&self) -> bool {
        self.reaches.is_empty()
    }

    /// Whether everything is covered, without exception.
    #[must_use]
    pub fn is_everywhere(&self) -> bool {
        self.reaches.iter().any(|reach| reach.scope == Scope::Everywhere && reach.except.is_empty())
    }
}

/// A reach by ids: a scope and its exceptions.
type ReachId = (ScopeId, Vec<ScopeId>);

impl Snapshot {
    /// Where the principal has the permission at the instant `now`, on the policy's first channel.
    /// Nowhere if a name is unknown.
    ///
    /// Nothing is covered in tenants whose hours are closed to the principal at that instant
    /// ([contract D10](crate::docs::contract#d10)).
    ///
    /// Unit scopes mean what is kept in units here. A unit scope also covers people by their
    /// affiliations, though not for `leader-only` functions: a coverage does not spell that out, so
    /// ask about a person with [`check`](Snapshot::check).
    ///
    /// # Complexity
    /// O(grants × restrictions of the principal); with dated facts, times the edges of those until
    /// the coverage differs.
    #[must_use]
    pub fn coverage(
        &self,
        principal: &str,
        permission: Permission<'_>,
        now: impl Into<Instant>,
    ) -> Coverage {
        let channel = self.0.policy.channels().first().map_or("", |channel| channel.as_str());
        self.coverage_on(principal, permission, channel, now)
    }

    /// Where the principal has the permission at the instant `now`, on this channel; otherwise as
    /// [`coverage`](Snapshot::coverage).
    #[must_use]
    pub fn coverage_on(
        &self,
        principal: &str,
        permission: Permission<'_>,
        channel: &str,
        now: impl Into<Instant>,
    ) -> Coverage {
        let state = &*self.0;
        let asked = super::Request::by(principal).to(permission).on_channel(channel);
        let Ok(request) = state.resolve(&asked) else { return Coverage::default() };
        let Some(person) = state
            .person(request.principal)
            .filter(|person| !person.index.head.has(Head::SUSPENDED))
        else {
            return Coverage::default();
        };
        let at = now.into().as_micros();
        let reaches = state.reaches(person, &request, at);
        let until = state.reaches_until(person, &request, at, &reaches);
        let named = reaches.into_iter().map(|(scope, except)| Reach {
            scope: state.scope_name(scope),
            except: except.into_iter().map(|scope| state.scope_name(scope)).collect(),
        });
        let until = (until < NEVER).then_some(Instant::from_micros(until));
        Coverage { reaches: named.collect(), until }
    }
}

impl State {
    /// The reaches at an instant, in the order of their scopes.
    fn reaches(&self, person: Person<'_>, request: &ResolvedRequest, at: i64) -> Vec<ReachId> {
        let mut reaches: Vec<ReachId> = Vec::new();
        let somewhere = person.index.head.has(Head::SUSPENDED_SOMEWHERE);
        let registrations = if somewhere { person.registrations() } else { &[] };
        let suspended = registrations.iter().filter(|registered| registered.suspended);
        let suspended_in: Vec<TenantId> = suspended.map(|registered| registered.tenant).collect();
        // Tenants in which nothing is covered: suspended in, or closed.
        let mut sealed = suspended_in.clone();
        let binds = person.index.head.grids() != 0;
        let closed = |tenant: TenantId| binds && !self.hours_bound(person, tenant, at).holds;
        let enrolled = || self.grids_of(person).filter(|_| binds).map(|facts| facts.tenant);
        sealed.extend(enrolled().filter(|&tenant| closed(tenant)));
        // A grant everywhere counts by the hours of each tenant. While the platform's hours are
        // closed, it counts only in tenants that have open hours of their own.
        let off_platform = closed(PLATFORM);
        let shut_out = off_platform && enrolled().all(closed);
        let in_force = |restriction: &&std::sync::Arc<RestrictionFacts>| {
            restriction.permissions.contains(request.permission.index())
                && restriction.from <= at
                && at < restriction.until
        };
        for (word, detail) in person.grants() {
            let scope = word.scope();
            let tenant = self.tenant_of(scope);
            if !self.may_reach(person, request, word)
                || suspended_in.contains(&tenant)
                || if scope == ScopeId::Everywhere { shut_out } else { closed(tenant) }
                || !self.is_in_force(person, word, detail, at)
            {
                continue;
            }
            let rules =
                self.rights.effective(word.role()).and_then(|effective| self.role(effective.role));
            let on_role = rules
                .into_iter()
                .flat_map(|rules| &rules.closure)
                .filter_map(|role| self.role_restrictions.get(role))
                .flatten();
            let mut except: Vec<ScopeId> = person
                .restrictions()
                .iter()
                .chain(on_role)
                .filter(in_force)
                .map(|restriction| restriction.scope)
                .collect();
            if except.iter().any(|&cut| self.scope_contains(cut, scope, person)) {
                continue;
            }
            except.retain(|&cut| self.may_overlap(cut, scope));
            if scope == ScopeId::Everywhere {
                let all = self.tenants.keys();
                let others = off_platform.then_some(all).into_iter().flatten();
                let others = others.filter(|tenant| !enrolled().any(|open| open == *tenant));
                let roots =
                    sealed.iter().copied().chain(others).filter(|&tenant| tenant != PLATFORM);
                let roots = roots.filter_map(|tenant| self.tenants.get(tenant));
                except.extend(roots.map(|tenant| ScopeId::Subtree(tenant.root)));
                except.extend(off_platform.then_some(ScopeId::Own(PLATFORM)));
            }
            except.sort_unstable();
            except.dedup();
            reaches.push((scope, except));
        }
        reaches.sort_unstable();
        reaches.dedup();
        reaches
    }

    /// Whether a grant can reach anything for this request at some time: its role, its channel and
    /// the lead of its group pass.
    pub(super) fn may_reach(
        &self,
        person: Person<'_>,
        request: &ResolvedRequest,
        word: Word,
    ) -> bool {
        let leads = match word.scope() {
            ScopeId::Members(group) => self.leads(person, group),
            _ => true,
        };
        self.permits(word.role(), request.permission) && word.answers_on(request.channel) && leads
    }

    /// Whether an effective role has a permission, restrictions on the role apart.
    pub(super) fn permits(&self, role: EffectiveRoleId, permission: PermissionId) -> bool {
        let Some(effective) = self.rights.effective(role) else { return false };
        self.role(effective.role).is_some_and(|rules| rules.uncut.contains(permission.index()))
            && self.policy.under_ceilings(permission, effective.kind, effective.vision)
    }

    /// Whether a grant of the person's is in force at an instant: in its interval, and with a basis
    /// in force if it rests on one.
    pub(super) fn is_in_force(
        &self,
        person: Person<'_>,
        word: Word,
        detail: Detail,
        at: i64,
    ) -> bool {
        let tenant = self.tenant_of(word.scope());
        detail.from <= at
            && at < detail.until
            && detail.basis.is_none_or(|basis| {
                let mut affiliations = person.affiliations().iter();
                affiliations.any(|affiliated| {
                    affiliated.contains(at) && self.rests_on(basis, tenant, affiliated)
                })
            })
    }

    /// Whether an exception can take anything out of a scope.
    fn may_overlap(&self, cut: ScopeId, scope: ScopeId) -> bool {
        let of_one_tenant =
            self.tenant_of(cut) == self.tenant_of(scope) || self.tenant_of(scope) == PLATFORM;
        match (cut, scope) {
            (ScopeId::Unit(_) | ScopeId::Subtree(_), ScopeId::Unit(unit)) => {
                self.covers_unit(cut, unit)
            }
            (ScopeId::Unit(cut), ScopeId::Subtree(top)) => self.units.covers(top, cut),
            (ScopeId::Subtree(cut), ScopeId::Subtree(top)) => {
                self.units.covers(top, cut) || self.units.covers(cut, top)
            }
            _ => of_one_tenant,
        }
    }

    /// Where hours are closed to a person, a bit for each place: the platform, and every tenant in
    /// whose grids the person is enrolled.
    fn closed_at(&self, person: Person<'_>, at: i64) -> u32 {
        if person.index.head.grids() == 0 {
            return 0;
        }
        let tenants = self.grids_of(person).map(|facts| facts.tenant);
        let mut last = PLATFORM;
        let differing = tenants
            .filter(|&tenant| std::mem::replace(&mut last, tenant) != tenant)
            .chain([PLATFORM]);
        differing.fold(0, |closed, tenant| {
            closed << 1 | u32::from(!self.hours_bound(person, tenant, at).holds)
        })
    }

    /// The first instant after `at` at which the reaches differ from those at `at`, [`NEVER`] if
    /// there is none.
    fn reaches_until(
        &self,
        person: Person<'_>,
        request: &ResolvedRequest,
        at: i64,
        reaches: &[ReachId],
    ) -> i64 {
        let bound = person.index.head.grids() != 0
            && person.grants().any(|(word, _)| self.may_reach(person, request, word));
        let next_turn = |at: i64| {
            let grids = bound.then(|| self.grids_of(person)).into_iter().flatten();
            grids.map(|facts| facts.clock.at(at).1).fold(NEVER, i64::min)
        };
        let mut dated = self.next_dated(person, request, at);
        let mut closed = self.closed_at(person, at);
        let same = Truth { holds: true, until: dated.min(next_turn(at)) };
        let ask = |at: i64| {
            let passed = dated <= at;
            if passed {
                dated = self.next_dated(person, request, at);
            }
            // Where nothing dated changed and no tenant opened or closed, the reaches did not
            // either: working them out at every turn of a grid would cost a pass through all
            // grants.
            let before = std::mem::replace(&mut closed, self.closed_at(person, at));
            let steady = !passed && before == closed;
            Truth {
                holds: steady || self.reaches(person, request, at) == reaches,
                until: dated.min(next_turn(at)),
            }
        };
        let edge = |at: i64| {
            let dated = self.next_dated(person, request, at);
            if bound { dated.min(self.next_offset(person, at)) } else { dated }
        };
        same.extended(at, ask, edge).until
    }

    /// The next instant after `at` at which a fact that bears on the request begins or ends,
    /// [`NEVER`] if there is none.
    fn next_dated(&self, person: Person<'_>, request: &ResolvedRequest, at: i64) -> i64 {
        let mut next = NEVER;
        let mut edge = |instant: i64| {
            if instant > at {
                next = next.min(instant);
            }
        };
        let mut rests = false;
        for (word, detail) in
            person.grants().filter(|(word, _)| self.may_reach(person, request, *word))
        {
            edge(detail.from);
            edge(detail.until);
            rests |= detail.basis.is_some();
            let rules =
                self.rights.effective(word.role()).and_then(|effective| self.role(effective.role));
            for restriction in rules
                .into_iter()
                .flat_map(|rules| &rules.closure)
                .filter_map(|role| self.role_restrictions.get(role))
                .flatten()
            {
                edge(restriction.from);
                edge(restriction.until);
            }
        }
        for restriction in person.restrictions() {
            edge(restriction.from);
            edge(restriction.until);
        }
        if rests {
            for affiliated in person.affiliations() {
                edge(affiliated.from);
                edge(affiliated.until);
            }
        }
        next
    }
}
