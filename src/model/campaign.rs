//! [`Campaign`]: grants put before reviewers, each to be kept or revoked.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Grant, Name, Scope};
use crate::time::Instant;

/// The most grants that one campaign puts before its reviewers.
pub const MAX_CAMPAIGN_ITEMS: usize = 10_000;

/// A campaign of review: the grants at a scope as they were when it was opened, each of
/// which is kept or revoked until a deadline (requirement U7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Campaign {
    /// The tenant.
    pub tenant: Name,
    /// Its name, unlike that of any open one of the tenant.
    pub name: Name,
    /// What it is about: the grants at a unit, at it and below, or of the people of a group.
    pub scope: Scope,
    /// Of these roles; none listed: of any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Name>,
    /// Who answers.
    pub reviewers: Reviewers,
    /// The first instant at which nobody answers any more.
    pub deadline: Instant,
    /// The grants, fixed when it was opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ReviewItem>,
    /// How many more there were, which ended with their person's registration.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub gone: u32,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// Who answers in a [`Campaign`]. Nobody answers about their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reviewers {
    /// Those who lead the holder, and hold the guard of `review` about them.
    Leaders,
    /// Those who hold the guard of `review` over the grant's scope, or about the holder.
    Administrators,
}

/// A grant in a [`Campaign`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReviewItem {
    /// Which.
    pub grant: Grant,
    /// What was answered last; none: nothing yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Verdict>,
}

/// What a reviewer says of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It stays.
    Keep,
    /// It is revoked.
    Revoke,
}

/// An answer about one grant. The `Debug` form leaves out the reason, which is about people.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReviewAnswer {
    /// Which.
    pub grant: Grant,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

impl ReviewAnswer {
    /// It stays, for this reason.
    pub fn keep(grant: Grant, reason: impl Into<String>) -> ReviewAnswer {
        ReviewAnswer { grant, verdict: Verdict::Keep, reason: reason.into() }
    }

    /// It is revoked, for this reason.
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
