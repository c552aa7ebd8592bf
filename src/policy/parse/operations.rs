//! From a tree to the parts of a document that are about daily operation: hours, support,
//! revocation and reviews.

use super::reader::Need::{Optional, Required};
use super::reader::Reader;
use super::tree::Node;
use crate::policy::diagnostic::code;
use crate::policy::document::{
    Enforced, HoursRules, Reviews, Revocation, Silence, SupportRules, USUAL_MINUTES, Visit,
};

impl Reader<'_> {
    pub(super) fn hours(&mut self, node: &Node<'_>) -> Option<HoursRules> {
        self.table(node, |r, f| HoursRules {
            enforced: r.field(f, "enforced", Optional, Self::enforced).unwrap_or_default(),
            hand_over_minutes: r
                .field(f, "hand-over-minutes", Optional, Self::count)
                .unwrap_or(USUAL_MINUTES),
        })
    }

    fn enforced(&mut self, node: &Node<'_>) -> Option<Enforced> {
        self.either(
            node,
            (code::INVALID_ENFORCEMENT, "enforcement"),
            [("always", Enforced::Always), ("sign-in", Enforced::SignIn)],
        )
    }

    pub(super) fn support(&mut self, node: &Node<'_>) -> Option<SupportRules> {
        self.table(node, |r, f| {
            let channel = r.field(f, "channel", Required, Self::name);
            let roles = r.list(f, "roles", Required, Self::name);
            channel.map(|channel| SupportRules { channel, roles })
        })?
    }

    pub(super) fn revocation(&mut self, node: &Node<'_>) -> Option<Revocation> {
        self.table(node, |r, f| Revocation {
            at_most: r.field(f, "at-most", Optional, Self::count),
            at_most_percent: r.field(f, "at-most-percent", Optional, Self::count),
            affiliation_ended: r
                .field(f, "affiliation-ended", Optional, Self::truth)
                .unwrap_or_default(),
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

    pub(super) fn reviews(&mut self, node: &Node<'_>) -> Option<Reviews> {
        self.table(node, |r, f| Reviews {
            silence: r.field(f, "silence", Optional, Self::silence).unwrap_or_default(),
        })
    }

    fn silence(&mut self, node: &Node<'_>) -> Option<Silence> {
        self.either(
            node,
            (code::INVALID_SILENCE, "meaning of silence"),
            [("keep", Silence::Keep), ("revoke", Silence::Revoke)],
        )
    }
}
