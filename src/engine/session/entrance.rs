//! [`Entrance`]: what lets somebody in by a door, and keeps them in: grants in force of
//! what was chosen, and hours.

use std::cell::RefCell;

use crate::engine::check::hours::exactly;
use crate::engine::check::narrowing::Narrowing;
use crate::engine::check::truth::Truth;
use crate::engine::explain::GridFinding;
use crate::facts::{Detail, Head, NEVER, PLATFORM, Person, ScopeId, State, Word};
use crate::model::Name;
use crate::store::{ChannelId, TenantId};
use crate::time::Instant;

/// A grant of somebody's that counts by a door, and what of its scope is left there.
#[derive(Clone, Copy)]
struct Counting {
    word: Word,
    detail: Detail,
    left: ScopeId,
}

/// What is known of hours, for what reaches everywhere or in a tenant, from an instant before on.
type KnownHours = RefCell<Vec<((bool, TenantId), Truth)>>;

/// Somebody at a door, with what they choose.
#[derive(Clone, Copy)]
pub(crate) struct Entrance<'s> {
    pub(crate) state: &'s State,
    pub(crate) principal: Person<'s>,
    pub(crate) channel: ChannelId,
    pub(crate) chosen: Narrowing<'s>,
}

impl<'s> Entrance<'s> {
    /// The grants that count, in force or not; those of tenants where the principal is suspended, too.
    fn counting(self) -> impl Iterator<Item = Counting> + 's {
        let answering =
            self.principal.grants().filter(move |(word, _)| word.answers_on(self.channel));
        let led = answering.filter(move |(word, _)| match word.scope() {
            ScopeId::Members(group) => self.state.leads(self.principal, group),
            _ => true,
        });
        led.filter_map(move |(word, detail)| {
            Some(Counting { word, detail, left: self.chosen.left_of(self.state, word)? })
        })
    }

    /// The same without those.
    fn free(self) -> impl Iterator<Item = Counting> + 's {
        self.counting().filter(move |grant| !self.is_suspended(self.state.tenant_of(grant.left)))
    }

    fn is_suspended(self, tenant: TenantId) -> bool {
        self.principal.index.head.has(Head::SUSPENDED)
            || self.principal.registration(tenant).is_some_and(|registered| registered.suspended)
    }

    /// What of the scopes of grants in force is left, each once.
    pub(crate) fn places(self, at: i64) -> Vec<ScopeId> {
        let in_force =
            self.free().filter(|grant| self.in_force(grant, at).holds).map(|grant| grant.left);
        let mut places: Vec<ScopeId> = in_force
            .filter(|left| !matches!(left, ScopeId::Members(_) | ScopeId::Own(_)))
            .collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    fn in_force(self, grant: &Counting, at: i64) -> Truth {
        self.state.in_force_at(self.principal, grant.word, grant.detail, at)
    }

    fn is_of(self, grant: &Counting, role: &Name) -> bool {
        let effective = self.state.rights.effective(grant.word.role());
        effective
            .and_then(|effective| self.state.role(effective.role))
            .is_some_and(|rules| rules.name == *role)
    }

    /// Whether some grant of these is in force; and, if that is asked, within hours in its tenant.
    fn held(self, which: impl Fn(&Counting) -> bool, hours: Option<&KnownHours>, at: i64) -> Truth {
        self.free().filter(which).fold(Truth::NO, |held, grant| {
            let in_force = self.in_force(&grant, at);
            held.or(match hours {
                Some(hours) if in_force.holds => {
                    in_force.and(self.within_hours_known(grant.left, at, hours))
                }
                _ => in_force,
            })
        })
    }

    /// Whether it is within hours where a scope reaches, exactly until when: found once for as long as it holds, as
    /// grids that fill the week together take many steps, which are not to be taken through all grants.
    fn within_hours_known(self, scope: ScopeId, at: i64, hours: &KnownHours) -> Truth {
        let place = (scope == ScopeId::Everywhere, self.state.tenant_of(scope));
        let mut hours = hours.borrow_mut();
        if let Some((_, known)) = hours.iter().find(|(of, known)| *of == place && at < known.until)
        {
            return *known;
        }
        let within = |at| self.within_hours(scope, at);
        let found =
            exactly(at, within(at), within, |at| self.state.next_offset(self.principal, at));
        hours.retain(|(of, _)| *of != place);
        hours.push((place, found));
        found
    }

    /// Whether it is within hours where a scope reaches: what reaches everywhere reaches something while any grid is open.
    fn within_hours(self, scope: ScopeId, at: i64) -> Truth {
        let open = self.state.hours_bound(self.principal, self.state.tenant_of(scope), at);
        if scope != ScopeId::Everywhere {
            return open;
        }
        let tenants = self.state.grids_of(self.principal).map(|facts| facts.tenant);
        tenants
            .fold(open, |open, tenant| open.or(self.state.hours_bound(self.principal, tenant, at)))
    }

    /// Whether some grant is in force over the unit chosen, and some of each role chosen; nothing chosen: some grant.
    fn chosen_held(self, hours: Option<&KnownHours>, at: i64) -> Truth {
        let over_unit =
            |grant: &Counting| matches!(grant.left, ScopeId::Unit(_) | ScopeId::Subtree(_));
        let any = self.held(|grant| self.chosen.unit.is_none() || over_unit(grant), hours, at);
        let roles = self.chosen.roles.iter();
        roles
            .map(|role| self.held(|grant| self.is_of(grant, role), hours, at))
            .fold(any, Truth::and)
    }

    /// Whether somebody holds what they choose, hours apart.
    pub(crate) fn holds(self, at: i64) -> bool {
        self.chosen_held(None, at).holds
    }

    /// Whether what they choose is theirs but for a suspension.
    pub(crate) fn is_sealed(self, at: i64) -> bool {
        let sealed = |grant: &Counting| self.is_suspended(self.state.tenant_of(grant.left));
        self.counting().any(|grant| sealed(&grant) && self.in_force(&grant, at).holds)
    }

    /// The first of the roles chosen of which no grant is in force.
    pub(crate) fn lacking(self, at: i64) -> Option<&'s Name> {
        self.chosen
            .roles
            .iter()
            .find(|role| !self.held(|grant| self.is_of(grant, role), None, at).holds)
    }

    /// Whether the door is open to them, and exactly until when.
    pub(crate) fn opens(self, at: i64) -> Truth {
        let hours = KnownHours::default();
        let truth = |at| self.chosen_held(Some(&hours), at);
        exactly(at, truth(at), truth, |at| self.next_edge(at))
    }

    /// Whether who is in can do anything, and exactly until when: hours bind them if the policy says always.
    pub(crate) fn lasts(self, at: i64) -> Truth {
        let hours = KnownHours::default();
        let bound = self.state.policy.enforces_hours().then_some(&hours);
        let truth = |at| self.held(|_| true, bound, at);
        exactly(at, truth(at), truth, |at| self.next_edge(at))
    }

    /// The next instant at which anything changes but the hour of the week.
    fn next_edge(self, at: i64) -> i64 {
        if self.principal.enrolments().is_empty() {
            return at;
        }
        let grants = self.principal.grants().flat_map(|(_, detail)| [detail.from, detail.until]);
        let ties = self
            .principal
            .affiliations()
            .iter()
            .flat_map(|affiliated| [affiliated.from, affiliated.until]);
        let dated = grants.chain(ties).filter(|&edge| edge > at).fold(NEVER, i64::min);
        dated.min(self.state.next_offset(self.principal, at))
    }

    /// The grid that opens the door at an instant; none: it is not hours that it waits for.
    pub(crate) fn opening(self, now: Instant, until: i64) -> Option<GridFinding> {
        let in_force = self.free().filter(|grant| self.in_force(grant, until).holds);
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
