//! [`Admission`]: whether a principal is let in by a channel, and how long they can stay: by grants
//! in force within what they chose, and by hours.

use std::cell::RefCell;

use crate::engine::check::narrowing::Narrowing;
use crate::engine::check::truth::Truth;
use crate::engine::explain::GridFinding;
use crate::facts::{Detail, Head, NEVER, PLATFORM, Person, ScopeId, State, Word};
use crate::model::Name;
use crate::store::{ChannelId, TenantId};
use crate::time::Instant;

/// A grant that answers on the channel and lies within the choice.
#[derive(Clone, Copy)]
struct ChosenGrant {
    word: Word,
    detail: Detail,
    /// The part of the scope that the choice leaves.
    left: ScopeId,
}

/// The hours found at an instant before, by place: whether the scope is everywhere, and its tenant.
type KnownHours = RefCell<Vec<((bool, TenantId), Truth)>>;

/// A principal who asks to be let in by a channel, with what they choose.
#[derive(Clone, Copy)]
pub(super) struct Admission<'s> {
    pub(super) state: &'s State,
    pub(super) principal: Person<'s>,
    pub(super) channel: ChannelId,
    pub(super) chosen: Narrowing<'s>,
}

impl<'s> Admission<'s> {
    /// The grants that answer on the channel and lie within the choice, whether in force or not,
    /// and also those of tenants in which the principal is suspended.
    fn chosen_grants(self) -> impl Iterator<Item = ChosenGrant> + 's {
        let answering =
            self.principal.grants().filter(move |(word, _)| word.answers_on(self.channel));
        let led = answering.filter(move |(word, _)| match word.scope() {
            ScopeId::Members(group) => self.state.leads(self.principal, group),
            _ => true,
        });
        led.filter_map(move |(word, detail)| {
            Some(ChosenGrant { word, detail, left: self.chosen.left_of(self.state, word)? })
        })
    }

    /// The chosen grants without those of tenants in which the principal is suspended.
    fn unsuspended_grants(self) -> impl Iterator<Item = ChosenGrant> + 's {
        self.chosen_grants()
            .filter(move |grant| !self.is_suspended_in(self.state.tenant_of(grant.left)))
    }

    fn is_suspended_in(self, tenant: TenantId) -> bool {
        self.principal.index.head.has(Head::SUSPENDED)
            || self.principal.registration(tenant).is_some_and(|registered| registered.suspended)
    }

    /// The scopes over units, or everywhere, of the chosen grants in force, each once.
    pub(super) fn scopes_in_force(self, at: i64) -> Vec<ScopeId> {
        let in_force = self.unsuspended_grants().filter(|grant| self.in_force(grant, at).holds);
        let mut scopes: Vec<ScopeId> = in_force
            .map(|grant| grant.left)
            .filter(|left| !matches!(left, ScopeId::Members(_) | ScopeId::Own(_)))
            .collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    fn in_force(self, grant: &ChosenGrant, at: i64) -> Truth {
        self.state.in_force_at(self.principal, grant.word, grant.detail, at)
    }

    fn is_of_role(self, grant: &ChosenGrant, role: &Name) -> bool {
        let effective = self.state.rights.effective(grant.word.role());
        effective
            .and_then(|effective| self.state.role(effective.role))
            .is_some_and(|rules| rules.name == *role)
    }

    /// Whether some grant that `which` picks is in force, and, if `hours` is given, within the
    /// hours of its tenant.
    fn any_in_force(
        self,
        which: impl Fn(&ChosenGrant) -> bool,
        hours: Option<&KnownHours>,
        at: i64,
    ) -> Truth {
        self.unsuspended_grants().filter(which).fold(Truth::NO, |any, grant| {
            let in_force = self.in_force(&grant, at);
            any.or(match hours {
                Some(hours) if in_force.holds => {
                    in_force.and(self.within_hours_known(grant.left, at, hours))
                }
                _ => in_force,
            })
        })
    }

    /// Whether it is within hours where a scope reaches, and exactly until when.
    ///
    /// `hours` keeps every answer for as long as it holds. Grids that fill the week together take
    /// many steps, and without this every step would be taken through all grants.
    fn within_hours_known(self, scope: ScopeId, at: i64, hours: &KnownHours) -> Truth {
        let place = (scope == ScopeId::Everywhere, self.state.tenant_of(scope));
        let mut hours = hours.borrow_mut();
        if let Some((_, known)) = hours.iter().find(|(of, known)| *of == place && at < known.until)
        {
            return *known;
        }
        let found =
            self.state.extended_hours(self.principal, at, |at| self.within_hours(scope, at));
        hours.retain(|(of, _)| *of != place);
        hours.push((place, found));
        found
    }

    /// Whether it is within hours where a scope reaches. A scope everywhere reaches something while
    /// any grid of the principal's is open.
    fn within_hours(self, scope: ScopeId, at: i64) -> Truth {
        let open = self.state.hours_bound(self.principal, self.state.tenant_of(scope), at);
        if scope != ScopeId::Everywhere {
            return open;
        }
        let tenants = self.state.grids_of(self.principal).map(|facts| facts.tenant);
        tenants
            .fold(open, |open, tenant| open.or(self.state.hours_bound(self.principal, tenant, at)))
    }

    /// Whether some grant is in force over the unit chosen, and one of each role chosen. Where
    /// nothing was chosen, whether some grant is in force.
    fn choice_in_force(self, hours: Option<&KnownHours>, at: i64) -> Truth {
        let over_unit =
            |grant: &ChosenGrant| matches!(grant.left, ScopeId::Unit(_) | ScopeId::Subtree(_));
        let any =
            self.any_in_force(|grant| self.chosen.unit.is_none() || over_unit(grant), hours, at);
        let roles = self.chosen.roles.iter();
        roles
            .map(|role| self.any_in_force(|grant| self.is_of_role(grant, role), hours, at))
            .fold(any, Truth::and)
    }

    /// Whether grants in force give the principal what they choose, whatever the hour.
    pub(super) fn has_choice(self, at: i64) -> bool {
        self.choice_in_force(None, at).holds
    }

    /// Whether grants in force would give the principal something of their choice in a tenant in
    /// which they are suspended.
    pub(super) fn is_held_back_by_suspension(self, at: i64) -> bool {
        let suspended =
            |grant: &ChosenGrant| self.is_suspended_in(self.state.tenant_of(grant.left));
        self.chosen_grants().any(|grant| suspended(&grant) && self.in_force(&grant, at).holds)
    }

    /// The first of the roles chosen of which no grant is in force.
    pub(super) fn missing_role(self, at: i64) -> Option<&'s Name> {
        self.chosen
            .roles
            .iter()
            .find(|role| !self.any_in_force(|grant| self.is_of_role(grant, role), None, at).holds)
    }

    /// Whether the principal is let in, and exactly until when that answer stays.
    pub(super) fn is_open(self, at: i64) -> Truth {
        let hours = KnownHours::default();
        let ask = |at| self.choice_in_force(Some(&hours), at);
        ask(at).extended(at, ask, |at| self.next_edge(at))
    }

    /// Whether anything can be done within the session, and exactly until when that answer stays.
    /// Hours count only if the policy enforces them always.
    pub(super) fn is_of_use(self, at: i64) -> Truth {
        let hours = KnownHours::default();
        let enforced = self.state.policy.enforces_hours().then_some(&hours);
        let ask = |at| self.any_in_force(|_| true, enforced, at);
        ask(at).extended(at, ask, |at| self.next_edge(at))
    }

    /// The next instant after `at` at which anything but the hour of the week matters. `at` itself
    /// where the principal is in no grid: then there are no weeks to leap over.
    fn next_edge(self, at: i64) -> i64 {
        if self.principal.enrolments().is_empty() {
            return at;
        }
        let grants = self.principal.grants().flat_map(|(_, detail)| [detail.from, detail.until]);
        let affiliations = self
            .principal
            .affiliations()
            .iter()
            .flat_map(|affiliated| [affiliated.from, affiliated.until]);
        let dated = grants.chain(affiliations).filter(|&edge| edge > at).fold(NEVER, i64::min);
        dated.min(self.state.next_offset(self.principal, at))
    }

    /// The grid that lets the principal in at the instant `until`, as it is at the instant `now`.
    /// `None` if the principal does not wait for hours.
    pub(super) fn awaited_grid(self, now: Instant, until: i64) -> Option<GridFinding> {
        let in_force = self.unsuspended_grants().filter(|grant| self.in_force(grant, until).holds);
        let mut grids = in_force.flat_map(|grant| {
            let (everywhere, tenant) =
                (grant.left == ScopeId::Everywhere, self.state.tenant_of(grant.left));
            let binds = move |of: TenantId| everywhere || of == tenant || of == PLATFORM;
            self.state.grids_of(self.principal).filter(move |facts| binds(facts.tenant))
        });
        grids
            .find(|facts| facts.clock.at(until).0)
            .map(|facts| GridFinding::of(facts, now.as_micros()))
    }
}
