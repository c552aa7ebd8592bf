//! `[revocation]` and `[review]`: which access that no longer holds is taken back, how much of it
//! at once must be confirmed, and what silence means in a review.

use serde::{Deserialize, Serialize};

use crate::model::Name;

/// What a [revocation plan](crate::plan::Plan) looks for, and how many people it may concern before
/// it has to be confirmed.
///
/// Each rule that is left out draws no row. What each rule draws exactly stands in
/// [upkeep](crate::docs::upkeep). Days are counted back from the instant of the plan, as spans of
/// 24 hours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Revocation {
    /// The most people that a plan may concern without being confirmed. `None` if there is no such
    /// bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
    /// The greatest part of any one tenant's people, in percent, that a plan may concern without
    /// being confirmed. `None` if there is no such bound. Validation refuses more than 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most_percent: Option<u32>,
    /// Whether grants are revoked that rest on an affiliation which is over. `false` if left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub affiliation_ended: bool,
    /// Whether `affiliation-ended` also looks at standing grants at units, as if each rested on an
    /// affiliation of any kind at its unit. Grants given directly are never looked at. `false` if
    /// left out. Validation refuses it without `affiliation-ended`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub standing_too: bool,
    /// Who is a visitor: what visitors still hold when the visit is over is revoked. `None` if the
    /// policy knows no visits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<Visit>,
    /// Whether standing grants at units of a vision are revoked when the person has lost the last
    /// unit of that vision. `false` if left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vision_lost: bool,
    /// After how many days without use a grant is revoked. `None` if grants need no use.
    /// Validation refuses 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unused_days: Option<u32>,
    /// How many days after its beginning support is revoked. `None` if support does not age.
    /// Validation refuses 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support_days: Option<u32>,
    /// Whether people are suspended in a tenant when all of their affiliations there are over.
    /// `false` if left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left: bool,
    /// After how many days without being seen a person is suspended in a tenant. `None` if people
    /// need not be seen. Validation refuses 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen_days: Option<u32>,
}

/// Which grants are held for a visit, and what says how long the visit lasts.
///
/// Validation refuses a visit that names neither roles nor kinds: it would be nobody's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Visit {
    /// The built-in roles of which every grant is held for a visit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Name>,
    /// The kinds of principal of which every grant is held for a visit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Name>,
    /// The kind of affiliation that lasts as long as the visit. `None` if the end of the grant
    /// alone says how long the visit lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affiliation: Option<Name>,
}

/// How [review campaigns](crate::review::Campaign) go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Reviews {
    /// What becomes of a grant about which no reviewer answered by the deadline.
    /// [`Silence::Keep`] if left out.
    #[serde(default)]
    pub silence: Silence,
}

/// What it means that no reviewer answered for a grant by the deadline of a campaign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Silence {
    /// The grant stays.
    #[default]
    Keep,
    /// The grant is revoked when the campaign is closed.
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
