//! [`Event`]: one change of the facts. Events are the only way the facts change.
//!
//! How an event is applied is in [`apply`](super::apply).

mod people;

use serde::{Deserialize, Serialize};

use crate::model::{
    Affiliation, Attestation, Campaign, CustomRole, Grant, Grid, Group, Identifier, Name, Outcome,
    Registration, Restriction, ReviewAnswer, RoleRequest, Unit,
};
use crate::time::Instant;

/// One change of the facts. An event names the words of the policy and never numbers them, so that
/// it stays readable under a later policy.
///
/// In serde form the tag carries the version of the encoding of that event: `{"event": "granted/1",
/// "person": "7210418", …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", deny_unknown_fields)]
#[non_exhaustive]
pub enum Event {
    /// A unit was added. A unit without a parent is the root of a new tenant.
    #[serde(rename = "unit-added/1")]
    UnitAdded(Unit),
    /// A unit, with every unit below it, was moved under another unit of its tenant.
    #[serde(rename = "unit-moved/1")]
    UnitMoved {
        /// The name or code of what the event changes.
        unit: Name,
        /// The code of the unit directly above it from now on.
        parent: Name,
    },
    /// A unit was closed: it takes nothing new, and what is in force there stays ([ruling
    /// R12](crate::docs::contract#r12)).
    #[serde(rename = "unit-closed/1")]
    UnitClosed {
        /// The name or code of what the event changes.
        unit: Name,
    },
    /// A principal was registered in a tenant or on the platform.
    #[serde(rename = "person-registered/1")]
    PersonRegistered(Registration),
    /// The kind of a registration changed.
    #[serde(rename = "person-kind-changed/1")]
    PersonKindChanged {
        /// The identifier of the principal.
        person: Identifier,
        /// The tenant of the registration. `None` if the registration is on the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// The kind of the registration from now on.
        kind: Name,
    },
    /// The place of a registration changed to another unit of its tenant.
    #[serde(rename = "person-placed/1")]
    PersonPlaced {
        /// The identifier of the principal.
        person: Identifier,
        /// The tenant of the registration.
        tenant: Name,
        /// The unit at which unit scopes find the principal from now on.
        unit: Name,
    },
    /// A registration ended, with all that the principal had in that tenant ([ruling
    /// R12](crate::docs::contract#r12)).
    #[serde(rename = "person-removed/1")]
    PersonRemoved {
        /// The identifier of the principal.
        person: Identifier,
        /// The tenant of the registration. `None` if the registration is on the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
    },
    /// A principal was forgotten: every registration ended with all that belongs to it, the
    /// suspension was lifted, and the identifier no longer names anyone. A later registration with
    /// that identifier is of somebody else. The principal may have left every tenant before.
    #[serde(rename = "person-erased/1")]
    PersonErased {
        /// The identifier of the principal.
        person: Identifier,
    },
    /// A principal was suspended, in one tenant or altogether ([contract
    /// D2](crate::docs::contract#d2)).
    #[serde(rename = "person-suspended/1")]
    PersonSuspended {
        /// The identifier of the principal.
        person: Identifier,
        /// The tenant of the suspension. `None` if the principal is suspended altogether.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
    },
    /// A suspension ended.
    #[serde(rename = "person-resumed/1")]
    PersonResumed {
        /// The identifier of the principal.
        person: Identifier,
        /// The tenant of the suspension. `None` if the principal is suspended altogether.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
    },
    /// A person was given an affiliation.
    #[serde(rename = "affiliation-recorded/1")]
    AffiliationRecorded(Affiliation),
    /// A person's affiliations of a kind at a unit end at an instant. Affiliations in force at that
    /// instant are cut there, and those that begin later are dropped.
    #[serde(rename = "affiliation-ended/1")]
    AffiliationEnded {
        /// The identifier of the principal.
        person: Identifier,
        /// The kind of the affiliation.
        kind: Name,
        /// The code of the unit of the affiliation.
        unit: Name,
        /// The first instant at which the affiliation is no longer in force.
        at: Instant,
    },
    /// A group was created, with its leader and members.
    #[serde(rename = "group-created/1")]
    GroupCreated(Group),
    /// A group was moved under another group of its tenant, or to the top.
    #[serde(rename = "group-moved/1")]
    GroupMoved {
        /// The tenant, by the code of its root unit.
        tenant: Name,
        /// The name or code of what the event changes.
        group: Name,
        /// The group directly above it from now on. `None` if there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<Name>,
    },
    /// A group without subgroups was deleted, with the grants and restrictions scoped to it
    /// ([ruling R12](crate::docs::contract#r12)).
    #[serde(rename = "group-deleted/1")]
    GroupDeleted {
        /// The tenant, by the code of its root unit.
        tenant: Name,
        /// The name or code of what the event changes.
        group: Name,
    },
    /// The leader of a group changed.
    #[serde(rename = "leader-set/1")]
    LeaderSet {
        /// The tenant, by the code of its root unit.
        tenant: Name,
        /// The name of the group.
        group: Name,
        /// The leader from now on. `None` if the group has none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leader: Option<Identifier>,
    },
    /// A person became a member of a group.
    #[serde(rename = "member-added/1")]
    MemberAdded {
        /// The tenant, by the code of its root unit.
        tenant: Name,
        /// The name of the group.
        group: Name,
        /// The identifier of the principal.
        person: Identifier,
    },
    /// A person is no longer a member of a group.
    #[serde(rename = "member-removed/1")]
    MemberRemoved {
        /// The tenant, by the code of its root unit.
        tenant: Name,
        /// The name of the group.
        group: Name,
        /// The identifier of the principal.
        person: Identifier,
    },
    /// An access grid was created, of a tenant or of the platform.
    #[serde(rename = "grid-created/1")]
    GridCreated(Grid),
    /// An access grid was replaced by this one, for everybody enrolled in it.
    #[serde(rename = "grid-edited/1")]
    GridEdited(Grid),
    /// An access grid in which nobody is enrolled was deleted ([ruling
    /// R23](crate::docs::contract#r23)).
    #[serde(rename = "grid-deleted/1")]
    GridDeleted {
        /// The tenant of the grid. `None` if the grid is the platform's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// The name or code of what the event changes.
        grid: Name,
    },
    /// A person was enrolled in a grid, which binds them from now on ([contract
    /// D10](crate::docs::contract#d10)).
    #[serde(rename = "enrolled/1")]
    Enrolled {
        /// The tenant of the grid. `None` if the grid is the platform's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// The name of the grid.
        grid: Name,
        /// The identifier of the principal.
        person: Identifier,
    },
    /// A person is no longer enrolled in a grid.
    #[serde(rename = "unenrolled/1")]
    Unenrolled {
        /// The tenant of the grid. `None` if the grid is the platform's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// The name of the grid.
        grid: Name,
        /// The identifier of the principal.
        person: Identifier,
    },
    /// A tenant created a role of its own.
    #[serde(rename = "role-created/1")]
    RoleCreated(CustomRole),
    /// A tenant's own role was replaced by this one, for everybody who holds it.
    #[serde(rename = "role-edited/1")]
    RoleEdited(CustomRole),
    /// A tenant's own role was deleted, with its grants and restrictions ([ruling
    /// R12](crate::docs::contract#r12)).
    #[serde(rename = "role-deleted/1")]
    RoleDeleted {
        /// The tenant, by the code of its root unit.
        tenant: Name,
        /// The name or code of what the event changes.
        role: Name,
    },
    /// A principal was given a role at a scope.
    #[serde(rename = "granted/1")]
    Granted(Grant),
    /// A grant was revoked: the one that equals this in every part.
    #[serde(rename = "revoked/1")]
    Revoked(Grant),
    /// A restriction was imposed.
    #[serde(rename = "restriction-imposed/1")]
    RestrictionImposed(Restriction),
    /// A restriction was lifted.
    #[serde(rename = "restriction-lifted/1")]
    RestrictionLifted {
        /// The tenant of the scope of the restriction. `None` if that is the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// The name of the restriction.
        name: Name,
    },
    /// The number of seats of a role changed. With 0 nothing is contracted.
    #[serde(rename = "seats-contracted/1")]
    SeatsContracted {
        /// The tenant, by the code of its root unit.
        tenant: Name,
        /// A built-in role that the policy counts seats of.
        role: Name,
        /// The unit, given exactly if the policy counts the seats of the role per unit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Name>,
        /// The number of seats from now on.
        seats: u32,
    },
    /// Somebody asked for a role.
    #[serde(rename = "role-requested/1")]
    RoleRequested(RoleRequest),
    /// A request was closed.
    #[serde(rename = "request-closed/1")]
    RequestClosed {
        /// The tenant, by the code of its root unit.
        tenant: Name,
        /// The name or code of what the event changes.
        request: Name,
        /// What became of the request.
        outcome: Outcome,
    },
    /// Somebody vouched for an administrator. No fact changes.
    #[serde(rename = "attested/1")]
    Attested(Attestation),
    /// A campaign was opened: grants are put before reviewers.
    #[serde(rename = "campaign-opened/1")]
    CampaignOpened(Campaign),
    /// Grants of a campaign were reviewed. Events of their own revoke what the reviewers decided to
    /// revoke.
    #[serde(rename = "review-answered/1")]
    ReviewAnswered {
        /// The tenant, by the code of its root unit.
        tenant: Name,
        /// The name of the campaign.
        campaign: Name,
        /// The answer about each grant.
        answers: Vec<ReviewAnswer>,
    },
    /// A campaign was closed.
    #[serde(rename = "campaign-closed/1")]
    CampaignClosed {
        /// The tenant, by the code of its root unit.
        tenant: Name,
        /// The name of the campaign.
        campaign: Name,
    },
}

impl Event {
    /// The word of the event, as errors name it: `granted`.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Event::UnitAdded(_) => "unit-added",
            Event::UnitMoved { .. } => "unit-moved",
            Event::UnitClosed { .. } => "unit-closed",
            Event::PersonRegistered(_) => "person-registered",
            Event::PersonKindChanged { .. } => "person-kind-changed",
            Event::PersonPlaced { .. } => "person-placed",
            Event::PersonRemoved { .. } => "person-removed",
            Event::PersonErased { .. } => "person-erased",
            Event::PersonSuspended { .. } => "person-suspended",
            Event::PersonResumed { .. } => "person-resumed",
            Event::AffiliationRecorded(_) => "affiliation-recorded",
            Event::AffiliationEnded { .. } => "affiliation-ended",
            Event::GroupCreated(_) => "group-created",
            Event::GroupMoved { .. } => "group-moved",
            Event::GroupDeleted { .. } => "group-deleted",
            Event::LeaderSet { .. } => "leader-set",
            Event::MemberAdded { .. } => "member-added",
            Event::MemberRemoved { .. } => "member-removed",
            Event::GridCreated(_) => "grid-created",
            Event::GridEdited(_) => "grid-edited",
            Event::GridDeleted { .. } => "grid-deleted",
            Event::Enrolled { .. } => "enrolled",
            Event::Unenrolled { .. } => "unenrolled",
            Event::RoleCreated(_) => "role-created",
            Event::RoleEdited(_) => "role-edited",
            Event::RoleDeleted { .. } => "role-deleted",
            Event::Granted(_) => "granted",
            Event::Revoked(_) => "revoked",
            Event::RestrictionImposed(_) => "restriction-imposed",
            Event::RestrictionLifted { .. } => "restriction-lifted",
            Event::SeatsContracted { .. } => "seats-contracted",
            Event::RoleRequested(_) => "role-requested",
            Event::RequestClosed { .. } => "request-closed",
            Event::Attested(_) => "attested",
            Event::CampaignOpened(_) => "campaign-opened",
            Event::ReviewAnswered { .. } => "review-answered",
            Event::CampaignClosed { .. } => "campaign-closed",
        }
    }
}

/// Turns a row that a host would hand to `apply` into the event that adds the row to the facts.
macro_rules! event_from {
    ($($row:ty => $event:ident),* $(,)?) => {$(
        impl From<$row> for Event {
            fn from(row: $row) -> Event {
                Event::$event(row)
            }
        }
    )*};
}

event_from! {
    Unit => UnitAdded,
    Registration => PersonRegistered,
    Affiliation => AffiliationRecorded,
    Group => GroupCreated,
    Grid => GridCreated,
    CustomRole => RoleCreated,
    Grant => Granted,
    Restriction => RestrictionImposed,
    RoleRequest => RoleRequested,
    Attestation => Attested,
    Campaign => CampaignOpened,
}
