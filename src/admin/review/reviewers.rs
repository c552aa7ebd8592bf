//! [`Snapshot::reviewers`]: who could answer in a review campaign.

use std::collections::{BTreeMap, BTreeSet};

use crate::admin::rules::area::Area;
use crate::admin::rules::issuer::Issuer;
use crate::facts::{CampaignFacts, Lookup, PLATFORM, Snapshot, State};
use crate::model::Actor;
use crate::model::{CommandWord, Identifier, Reviewers};
use crate::store::{PermissionId, PersonId, RoleId, TenantId};
use crate::time::Instant;

/// The open grants of a campaign, counted by the permission that guards an answer, the grant's
/// area, and the holder.
type Open = BTreeMap<(PermissionId, Area), BTreeMap<PersonId, usize>>;

impl Snapshot {
    /// Everybody who could answer in an open campaign at this instant, with the number of open
    /// grants they could answer about ([contract U7](crate::docs::contract#u7)). `None` if no
    /// campaign of that name is open.
    ///
    /// A person is counted if their `review` would be accepted from some unit and channel. Access
    /// hours are not asked, because a person outside them can answer later. Nobody is counted for
    /// their own grants, the host is not listed, and from the deadline on the map is empty.
    ///
    /// ```
    /// use alcada::{Facts, Instant, Policy, Snapshot};
    /// let mut facts = Snapshot::new(Policy::from_toml(r#"
    ///     version = 1
    ///     functions.team.actions = ["review", "look"]
    ///     unit-kinds.office = {}
    ///     roles.chief.permissions = ["team:*"]
    ///     roles.clerk.permissions = ["team:look"]
    ///     guards = [{ commands = ["review"], permission = "team:review" }]
    /// "#)?);
    /// facts.import(&Facts::from_toml(r#"
    ///     version = 1
    ///     units = [{ code = "office", kind = "office" }]
    ///     people = [{ person = "ana", tenant = "office" }, { person = "rui", tenant = "office" }]
    ///     grants = [{ person = "ana", role = "chief", scope = { unit = "office" } },
    ///         { person = "rui", role = "clerk", scope = { unit = "office" } }]
    ///     campaigns = [{
    ///         tenant = "office", name = "spring", scope = { unit = "office" },
    ///         reviewers = "administrators", deadline = "2026-04-01T00:00:00Z",
    ///         items = [
    ///             { grant = { person = "ana", role = "chief", scope = { unit = "office" } } },
    ///             { grant = { person = "rui", role = "clerk", scope = { unit = "office" } } }],
    ///     }]
    /// "#)?)?;
    /// let march: Instant = "2026-03-02T12:00:00Z".parse()?;
    /// let reviewers = facts.reviewers("office", "spring", march).unwrap();
    /// assert_eq!(reviewers, [("ana".try_into()?, 1)].into()); // about rui's grant, not her own
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Complexity
    /// O(people who hold a permission that guards `review` in the tenant, or lead somebody under
    /// review × areas and holders of the open grants).
    #[must_use]
    pub fn reviewers(
        &self,
        tenant: &str,
        campaign: &str,
        now: impl Into<Instant>,
    ) -> Option<BTreeMap<Identifier, usize>> {
        let state = &*self.0;
        let tenant = state.tenant(tenant)?;
        let facts = state.tenants.get(tenant)?.campaigns.get(campaign)?;
        let now = now.into();
        if facts.campaign.deadline <= now {
            return Some(BTreeMap::new());
        }
        let open = state.open_by_place(facts);
        let asked = match facts.campaign.reviewers {
            Reviewers::Leaders => {
                let holders: BTreeSet<PersonId> =
                    open.values().flat_map(BTreeMap::keys).copied().collect();
                holders.into_iter().flat_map(|holder| state.leaders_of(holder, tenant)).collect()
            }
            Reviewers::Administrators => state.holding_guards(CommandWord::Review, tenant),
        };
        let counted =
            asked.into_iter().map(|id| (id, state.answerable(id, tenant, facts, &open, now)));
        let counted = counted.filter(|(_, count)| *count > 0);
        Some(counted.map(|(id, count)| (state.identifier(id), count)).collect())
    }
}

impl State {
    fn open_by_place(&self, facts: &CampaignFacts) -> Open {
        let mut open = Open::new();
        for grant in self.open_grants(facts) {
            let Ok(id) = Lookup::of(self).grant(grant) else { continue };
            let Some(permission) = self.policy.guard(CommandWord::Review, Some(id.kind)) else {
                continue;
            };
            let holders = open.entry((permission, Area::of(id.scope, id.person))).or_default();
            let count = holders.entry(id.person).or_default();
            *count = count.saturating_add(1);
        }
        open
    }

    /// Everybody with a grant, in a tenant or everywhere, of a role that has a permission which
    /// guards the command.
    fn holding_guards(&self, word: CommandWord, tenant: TenantId) -> BTreeSet<PersonId> {
        let built_in = self.policy.role_ids();
        let own =
            self.tenants.get(tenant).into_iter().flat_map(|facts| facts.roles.values().copied());
        let guards = |role: &RoleId| {
            let rules = self.role(*role);
            let mut permissions = self.policy.guards_of(word);
            rules.is_some_and(|rules| {
                permissions.any(|permission| rules.uncut.contains(permission.index()))
            })
        };
        let roles = built_in.chain(own).filter(guards);
        roles
            .flat_map(|role| [tenant, PLATFORM].map(|of| self.holders_in(of, role)))
            .flatten()
            .collect()
    }

    /// How many of the open grants a principal could answer about, from some unit and channel: what
    /// `Drafter::demand_for_review` demands for each. Only the grant's own unit is tried as the
    /// working unit, because nothing counts at another that does not count there.
    fn answerable(
        &self,
        id: PersonId,
        tenant: TenantId,
        facts: &CampaignFacts,
        open: &Open,
        now: Instant,
    ) -> usize {
        let Ok(mut issuer) = Issuer::of(self, id, &Actor::user(""), now) else { return 0 };
        let channels = issuer.channels();
        let mut answerable = 0usize;
        for ((permission, over), holders) in open {
            let mut covers = |area: Area| {
                channels.iter().any(|&channel| {
                    issuer.work_at(over.unit(), channel);
                    issuer.covers_now(*permission, area)
                })
            };
            let whole = facts.campaign.reviewers == Reviewers::Administrators && covers(*over);
            for (&person, count) in holders.iter().filter(|(person, _)| **person != id) {
                let answers = whole
                    || covers(Area::AboutPerson { person, tenant })
                        && (facts.campaign.reviewers == Reviewers::Administrators
                            || self.leads_person(id, person, tenant));
                answerable = answerable.saturating_add(if answers { *count } else { 0 });
            }
        }
        answerable
    }
}
