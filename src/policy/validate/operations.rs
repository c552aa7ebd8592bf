//! Rules over daily operation: support, revocation and visits.

use super::rules::Rules;
use crate::model::Name;
use crate::policy::diagnostic::{Diagnostic, code, path};
use crate::policy::document::{STANDARD_CHANNEL, SupportRules};

/// What messages call the table of revocation.
const TABLE: &str = "the table `revocation`";

impl Rules<'_> {
    pub(super) fn support(&mut self) {
        let document = self.document;
        let Some(SupportRules { channel, roles }) = &document.support else { return };
        let what = "support";
        let listed: Vec<&str> = match document.channels.as_slice() {
            [] => vec![STANDARD_CHANNEL],
            channels => channels.iter().map(Name::as_str).collect(),
        };
        let at = || path([what, "channel"]);
        let known = listed.contains(&channel.as_str());
        self.known(
            channel,
            (code::SUPPORT_UNKNOWN_CHANNEL, "channel", what),
            known,
            || listed.iter().copied(),
            at,
        );
        if listed.first() == Some(&channel.as_str()) {
            let message = format!(
                "support comes by the channel `{channel}`, which is the first: the standard one"
            );
            let problem = Diagnostic::error(code::SUPPORT_FIRST_CHANNEL, at(), message);
            self.report
                .push(problem.help("list another in `channels` for support, after the first"));
        }
        let at = || path([what, "roles"]);
        self.distinct(roles, at);
        if roles.is_empty() {
            let message = "support names no role, so none can be opened";
            let problem = Diagnostic::error(code::SUPPORT_WITHOUT_ROLES, at(), message);
            self.report.push(problem.help("list at least one, or remove `support`"));
        }
        self.names(
            roles,
            (code::SUPPORT_UNKNOWN_ROLE, "role", what),
            |name| document.roles.contains_key(name),
            || document.roles.keys().map(Name::as_str),
            at,
        );
    }

    pub(super) fn upkeep(&mut self) {
        let revocation = &self.document.revocation;
        if revocation.at_most_percent.is_some_and(|percent| percent > 100) {
            let at = path(["revocation", "at-most-percent"]);
            let problem =
                Diagnostic::error(code::REVOCATION_PERCENT, at, "more than 100 percent is nobody");
            self.report.push(problem.help("write a number from 0 to 100"));
        }
        for (key, days) in [
            ("unused-days", revocation.unused_days),
            ("support-days", revocation.support_days),
            ("unseen-days", revocation.unseen_days),
        ] {
            if days == Some(0) {
                let at = path(["revocation", key]);
                let problem = Diagnostic::error(
                    code::REVOCATION_WITHOUT_DAYS,
                    at,
                    "0 days is everybody, at once",
                );
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
            let problem = Diagnostic::error(
                code::REVOCATION_VISIT_OF_NOBODY,
                path(["revocation", "visit"]),
                message,
            );
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
