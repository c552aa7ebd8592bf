//! What a policy says of upkeep: by which rules access is taken back that no longer
//! holds, how much of it at once stops and asks, and what silence means in a review.

use serde::{Deserialize, Serialize};

use crate::model::Name;
use crate::policy::diagnostic::{Diagnostic, code};
use crate::policy::parse::positions::path;
use crate::policy::parse::reader::Need::Optional;
use crate::policy::parse::reader::Reader;
use crate::policy::parse::tree::Node;
use crate::policy::validate::rules::Rules;

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
    #[serde(default, skip_serializing_if = "is_false")]
    pub affiliation_ended: bool,
    /// With `affiliation-ended`: standing grants at units too, as if each rested on an
    /// affiliation of whatever kind at its unit (ruling R16). Grants given directly never.
    #[serde(default, skip_serializing_if = "is_false")]
    pub standing_too: bool,
    /// What a visitor still holds when the visit is over (requirement T5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<Visit>,
    /// Standing grants at units of a vision at which the person has lost the last unit (S13).
    #[serde(default, skip_serializing_if = "is_false")]
    pub vision_lost: bool,
    /// Grants not used for so many days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unused_days: Option<u32>,
    /// Support that began so many days ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub support_days: Option<u32>,
    /// People all of whose affiliations in the tenant are over: suspended there (U7).
    #[serde(default, skip_serializing_if = "is_false")]
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

fn is_false(flag: &bool) -> bool {
    !flag
}

impl Reader<'_> {
    pub(in crate::policy) fn revocation(&mut self, node: &Node<'_>) -> Option<Revocation> {
        self.table(node, |r, f| Revocation {
            at_most: r.field(f, "at-most", Optional, Self::count),
            at_most_percent: r.field(f, "at-most-percent", Optional, Self::count),
            affiliation_ended: r.field(f, "affiliation-ended", Optional, Self::truth).unwrap_or_default(),
            standing_too: r.field(f, "standing-too", Optional, Self::truth).unwrap_or_default(),
            visit: r.field(f, "visit", Optional, Self::visit),
            vision_lost: r.field(f, "vision-lost", Optional, Self::truth).unwrap_or_default(),
            unused_days: r.field(f, "unused-days", Optional, Self::count),
            support_days: r.field(f, "support-days", Optional, Self::count),
            left: r.field(f, "left", Optional, Self::truth).unwrap_or_default(),
            unseen_days: r.field(f, "unseen-days", Optional, Self::count),
        })
    }

    fn visit(&mut self, node: &Node<'_>) -> Option<Visit> {
        self.table(node, |r, f| Visit {
            roles: r.list(f, "roles", Optional, Self::name),
            kinds: r.list(f, "kinds", Optional, Self::name),
            affiliation: r.field(f, "affiliation", Optional, Self::name),
        })
    }

    pub(in crate::policy) fn reviews(&mut self, node: &Node<'_>) -> Option<Reviews> {
        self.table(node, |r, f| Reviews { silence: r.field(f, "silence", Optional, Self::silence).unwrap_or_default() })
    }

    fn silence(&mut self, node: &Node<'_>) -> Option<Silence> {
        self.either(
            node,
            (code::INVALID_SILENCE, "meaning of silence"),
            [("keep", Silence::Keep), ("revoke", Silence::Revoke)],
        )
    }
}

/// What the table is called in messages.
const TABLE: &str = "the table `revocation`";

impl Rules<'_> {
    pub(in crate::policy) fn upkeep(&mut self) {
        let revocation = &self.document.revocation;
        if revocation.at_most_percent.is_some_and(|percent| percent > 100) {
            let at = path(["revocation", "at-most-percent"]);
            let problem = Diagnostic::error(code::REVOCATION_PERCENT, at, "more than 100 percent is nobody");
            self.report.push(problem.help("write a number from 0 to 100"));
        }
        for (key, days) in [
            ("unused-days", revocation.unused_days),
            ("support-days", revocation.support_days),
            ("unseen-days", revocation.unseen_days),
        ] {
            if days == Some(0) {
                let at = path(["revocation", key]);
                let problem = Diagnostic::error(code::REVOCATION_WITHOUT_DAYS, at, "0 days is everybody, at once");
                self.report.push(problem.help("write at least 1, or leave it out"));
            }
        }
        if revocation.standing_too && !revocation.affiliation_ended {
            let at = path(["revocation", "standing-too"]);
            let message = "`standing-too` widens a rule that is off";
            let problem = Diagnostic::error(code::REVOCATION_WIDENS_NOTHING, at, message);
            self.report.push(problem.help("add `affiliation-ended = true`, or remove it"));
        }
        let Some(visit) = &revocation.visit else { return };
        let at = |key: &str| path(["revocation", "visit", key]);
        if visit.roles.is_empty() && visit.kinds.is_empty() {
            let message = "the visit names neither roles nor kinds, so it is nobody's";
            let problem = Diagnostic::error(code::REVOCATION_VISIT_OF_NOBODY, path(["revocation", "visit"]), message);
            self.report.push(problem.help("list `roles` or `kinds`, or remove it"));
        }
        self.distinct(&visit.roles, || at("roles"));
        self.distinct(&visit.kinds, || at("kinds"));
        self.known_roles(&visit.roles, code::REVOCATION_UNKNOWN_ROLE, TABLE, || at("roles"));
        self.known_kinds(&visit.kinds, code::REVOCATION_UNKNOWN_KIND, TABLE, || at("kinds"));
        let known = &self.document.affiliations;
        if let Some(affiliation) = &visit.affiliation {
            self.known(
                affiliation,
                (code::REVOCATION_UNKNOWN_AFFILIATION, "affiliation", TABLE),
                known.contains(affiliation),
                || known.iter().map(Name::as_str),
                || at("affiliation"),
            );
        }
    }
}
