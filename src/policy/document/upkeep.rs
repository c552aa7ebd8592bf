//! What a policy says of upkeep: by which rules access is taken back that no longer
//! holds, how much of it at once stops and asks, and what silence means in a review.

use serde::{Deserialize, Serialize};

use crate::model::Name;

/// What a [revocation plan](crate::Plan) looks for, and how many people it may concern
/// before somebody has to confirm it. A rule that is left out draws nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Revocation {
    /// More people than this in one plan: it is to be confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
    /// More than this part of the people of any one tenant, in percent: likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most_percent: Option<u32>,
    /// Grants that rest on an affiliation which is over (requirement S12).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub affiliation_ended: bool,
    /// With `affiliation-ended`: standing grants at units too, as if each rested on an
    /// affiliation of whatever kind at its unit (ruling R16). Grants given directly never.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub standing_too: bool,
    /// What a visitor still holds when the visit is over (requirement T5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<Visit>,
    /// Standing grants at units of a vision at which the person has lost the last unit (S13).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vision_lost: bool,
    /// Grants not used for so many days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unused_days: Option<u32>,
    /// Support that began so many days ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support_days: Option<u32>,
    /// People all of whose affiliations in the tenant are over: suspended there (U7).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left: bool,
    /// People not seen for so many days: suspended in the tenant (U7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen_days: Option<u32>,
}

/// Who visits, and what says until when (requirement T5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Visit {
    /// The built-in roles that are held for a visit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Name>,
    /// The kinds of principal whose every grant is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Name>,
    /// The affiliation that is the visit; left out: the end of the grant alone says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affiliation: Option<Name>,
}

/// What a policy says of [review campaigns](crate::Campaign).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Reviews {
    /// What becomes of a grant about which nobody said anything by the deadline.
    #[serde(default)]
    pub silence: Silence,
}

/// What it means that nobody answered by the deadline of a review.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Silence {
    /// The grant stays.
    #[default]
    Keep,
    /// The grant is revoked.
    Revoke,
}

impl Revocation {
    pub(in crate::policy) fn is_empty(&self) -> bool {
        *self == Revocation::default()
    }
}

impl Reviews {
    pub(in crate::policy) fn is_empty(&self) -> bool {
        *self == Reviews::default()
    }
}
