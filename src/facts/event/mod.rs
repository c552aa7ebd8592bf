//! [`Event`]: one change of the facts, and the only way they change.

mod people;

use serde::{Deserialize, Serialize};

use crate::model::{
    Affiliation, Attestation, Campaign, CustomRole, Grant, Grid, Group, Identifier, Name, Outcome,
    Registration, Restriction, ReviewAnswer, RoleRequest, Unit,
};
use crate::time::Instant;

/// One change of the facts. The policy's words are named, never numbered, so that
/// an event stays readable under a later policy.
///
/// In serde form the tag carries the version of the event's own encoding:
/// `{"event": "granted/1", "person": "7210418", …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", deny_unknown_fields)]
#[non_exhaustive]
pub enum Event {
    /// A unit exists; without a parent, a tenant with it.
    #[serde(rename = "unit-added/1")]
    UnitAdded(Unit),
    /// A unit, and all below it, hangs under another of its tenant.
    #[serde(rename = "unit-moved/1")]
    UnitMoved {
        /// Which.
        unit: Name,
        /// The unit above it from now on.
        parent: Name,
    },
    /// A unit takes nothing new; what stands, stays (ruling R12).
    #[serde(rename = "unit-closed/1")]
    UnitClosed {
        /// Which.
        unit: Name,
    },
    /// A principal is registered in a tenant or on the platform.
    #[serde(rename = "person-registered/1")]
    PersonRegistered(Registration),
    /// A registration is of another kind from now on.
    #[serde(rename = "person-kind-changed/1")]
    PersonKindChanged {
        /// Who.
        person: Identifier,
        /// In which tenant; none: on the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// The kind from now on.
        kind: Name,
    },
    /// A registration has another place from now on: a unit of its tenant.
    #[serde(rename = "person-placed/1")]
    PersonPlaced {
        /// Who.
        person: Identifier,
        /// In which tenant.
        tenant: Name,
        /// The unit at which unit scopes find the person from now on.
        unit: Name,
    },
    /// A registration ends, and all that the principal had in that tenant (R12).
    #[serde(rename = "person-removed/1")]
    PersonRemoved {
        /// Who.
        person: Identifier,
        /// In which tenant; none: on the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
    },
    /// A principal is forgotten: every registration ends with all that goes with it,
    /// suspension too, and the identifier no longer names anyone. Who registers with
    /// it afterwards is somebody else. It may be one who left before.
    #[serde(rename = "person-erased/1")]
    PersonErased {
        /// Who.
        person: Identifier,
    },
    /// A principal is suspended, in a tenant or altogether (contract D2).
    #[serde(rename = "person-suspended/1")]
    PersonSuspended {
        /// Who.
        person: Identifier,
        /// In which tenant; none: altogether.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
    },
    /// That suspension is over.
    #[serde(rename = "person-resumed/1")]
    PersonResumed {
        /// Who.
        person: Identifier,
        /// In which tenant; none: altogether.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
    },
    /// A person has an affiliation.
    #[serde(rename = "affiliation-recorded/1")]
    AffiliationRecorded(Affiliation),
    /// A person's affiliations of a kind at a unit end at an instant: those under
    /// way are cut there, those that begin later are dropped.
    #[serde(rename = "affiliation-ended/1")]
    AffiliationEnded {
        /// Who.
        person: Identifier,
        /// Which kind.
        kind: Name,
        /// Where.
        unit: Name,
        /// The first instant without it.
        at: Instant,
    },
    /// A group exists, with its leader and members.
    #[serde(rename = "group-created/1")]
    GroupCreated(Group),
    /// A group hangs under another of its tenant, or under none.
    #[serde(rename = "group-moved/1")]
    GroupMoved {
        /// The tenant.
        tenant: Name,
        /// Which.
        group: Name,
        /// The group above it from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<Name>,
    },
    /// A group without subgroups ends, with the grants and restrictions scoped to it (R12).
    #[serde(rename = "group-deleted/1")]
    GroupDeleted {
        /// The tenant.
        tenant: Name,
        /// Which.
        group: Name,
    },
    /// Who leads a group from now on, if anyone.
    #[serde(rename = "leader-set/1")]
    LeaderSet {
        /// The tenant.
        tenant: Name,
        /// Which group.
        group: Name,
        /// The leader from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leader: Option<Identifier>,
    },
    /// A person belongs to a group.
    #[serde(rename = "member-added/1")]
    MemberAdded {
        /// The tenant.
        tenant: Name,
        /// Which group.
        group: Name,
        /// Who.
        person: Identifier,
    },
    /// A person no longer belongs to a group.
    #[serde(rename = "member-removed/1")]
    MemberRemoved {
        /// The tenant.
        tenant: Name,
        /// Which group.
        group: Name,
        /// Who.
        person: Identifier,
    },
    /// There is an access grid, of a tenant or of the platform.
    #[serde(rename = "grid-created/1")]
    GridCreated(Grid),
    /// A grid is this from now on, for all who are enrolled in it.
    #[serde(rename = "grid-edited/1")]
    GridEdited(Grid),
    /// A grid ends in which nobody is enrolled (ruling R23).
    #[serde(rename = "grid-deleted/1")]
    GridDeleted {
        /// The tenant; none: the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// Which.
        grid: Name,
    },
    /// A person is bound by a grid (contract D10).
    #[serde(rename = "enrolled/1")]
    Enrolled {
        /// The grid's tenant; none: the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// Which grid.
        grid: Name,
        /// Who.
        person: Identifier,
    },
    /// A person is bound by a grid no longer.
    #[serde(rename = "unenrolled/1")]
    Unenrolled {
        /// The grid's tenant; none: the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// Which grid.
        grid: Name,
        /// Who.
        person: Identifier,
    },
    /// A tenant has a role of its own.
    #[serde(rename = "role-created/1")]
    RoleCreated(CustomRole),
    /// A tenant's role is this from now on, for all who hold it.
    #[serde(rename = "role-edited/1")]
    RoleEdited(CustomRole),
    /// A tenant's role ends, with its grants and restrictions (R12).
    #[serde(rename = "role-deleted/1")]
    RoleDeleted {
        /// The tenant.
        tenant: Name,
        /// Which.
        role: Name,
    },
    /// A principal is given a role at a scope.
    #[serde(rename = "granted/1")]
    Granted(Grant),
    /// A grant ends at once: the one equal to this in all its parts.
    #[serde(rename = "revoked/1")]
    Revoked(Grant),
    /// A restriction is imposed.
    #[serde(rename = "restriction-imposed/1")]
    RestrictionImposed(Restriction),
    /// A restriction is lifted.
    #[serde(rename = "restriction-lifted/1")]
    RestrictionLifted {
        /// The tenant of its scope; none: the platform.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
        /// Its name.
        name: Name,
    },
    /// How many may hold a seated role from now on; with 0 nothing is contracted.
    #[serde(rename = "seats-contracted/1")]
    SeatsContracted {
        /// The tenant.
        tenant: Name,
        /// A built-in role that the policy counts seats of.
        role: Name,
        /// The unit, exactly where the policy counts per unit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Name>,
        /// How many.
        seats: u32,
    },
    /// Somebody asks for a role.
    #[serde(rename = "role-requested/1")]
    RoleRequested(RoleRequest),
    /// A request is open no longer.
    #[serde(rename = "request-closed/1")]
    RequestClosed {
        /// The tenant.
        tenant: Name,
        /// Which.
        request: Name,
        /// What became of it.
        outcome: Outcome,
    },
    /// Somebody vouched for an administrator; no fact changes.
    #[serde(rename = "attested/1")]
    Attested(Attestation),
    /// Grants are put before reviewers.
    #[serde(rename = "campaign-opened/1")]
    CampaignOpened(Campaign),
    /// Grants of a campaign were reviewed; what is revoked by it, is revoked by events of its own.
    #[serde(rename = "review-answered/1")]
    ReviewAnswered {
        /// The tenant.
        tenant: Name,
        /// Which campaign.
        campaign: Name,
        /// What was said of each.
        answers: Vec<ReviewAnswer>,
    },
    /// A campaign is open no longer.
    #[serde(rename = "campaign-closed/1")]
    CampaignClosed {
        /// The tenant.
        tenant: Name,
        /// Which campaign.
        campaign: Name,
    },
}

impl Event {
    /// The event's word, as errors name it.
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

/// An event for each row that a host would hand to `apply`: the row is added to the facts.
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
