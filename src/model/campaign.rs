//! [`Campaign`]: an access review, in which grants are put before reviewers, each to be kept or
//! revoked.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Grant, Name, Scope};
use crate::time::Instant;

/// The most grants that one campaign puts before its reviewers.
pub const MAX_CAMPAIGN_ITEMS: usize = 10_000;

/// A campaign of review: the grants at a scope as they were when it was opened, each of which is
/// kept or revoked until a deadline ([requirement U7](crate::docs::contract#u7)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Campaign {
    /// The tenant, by the code of its root unit.
    pub tenant: Name,
    /// The name of the campaign, unique among the open ones of the tenant.
    pub name: Name,
    /// The scope of the grants reviewed: a unit, a unit and all below it, or the people of a group.
    pub scope: Scope,
    /// The roles whose grants are reviewed. Empty: all roles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Name>,
    /// The people who answer.
    pub reviewers: Reviewers,
    /// The first instant at which nobody can answer any more.
    pub deadline: Instant,
    /// The grants, fixed when the campaign was opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ReviewItem>,
    /// How many more grants there were, which ended with their holder's registration.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub gone: u32,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// The people who answer in a [`Campaign`]. Nobody answers about their own grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reviewers {
    /// The leaders of the holder who hold the guard of `review` about them.
    Leaders,
    /// Everybody who holds the guard of `review` over the grant's scope, or about the holder.
    Administrators,
}

/// One grant in a [`Campaign`], with the answer about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReviewItem {
    /// The grant under review.
    pub grant: Grant,
    /// The latest answer. `None` if there is none yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Verdict>,
}

/// What a reviewer says of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The grant stays.
    Keep,
    /// The grant is revoked.
    Revoke,
}

/// An answer about one grant. The `Debug` form leaves out the reason, which is about people.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReviewAnswer {
    /// The grant under review.
    pub grant: Grant,
    /// Whether the grant stays.
    pub verdict: Verdict,
    /// The reason.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl ReviewAnswer {
    /// An answer that keeps a grant, with the reason.
    pub fn keep(grant: Grant, reason: impl Into<String>) -> ReviewAnswer {
        ReviewAnswer { grant, verdict: Verdict::Keep, reason: reason.into() }
    }

    /// An answer that revokes a grant, with the reason.
    pub fn revoke(grant: Grant, reason: impl Into<String>) -> ReviewAnswer {
        ReviewAnswer { grant, verdict: Verdict::Revoke, reason: reason.into() }
    }
}

impl fmt::Debug for ReviewAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ReviewAnswer { grant, verdict, .. } = self;
        f.debug_struct("ReviewAnswer")
            .field("grant", grant)
            .field("verdict", verdict)
            .finish_non_exhaustive()
    }
}
