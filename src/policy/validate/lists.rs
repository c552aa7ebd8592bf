//! Rules over every list of a document: how long it may be, and that it says nothing twice.

use super::former::plural;
use super::rules::Rules;
use crate::policy::diagnostic::{path, row_path};
use crate::policy::limits;

impl Rules<'_> {
    pub(super) fn limits(&mut self) {
        let document = self.document;
        self.limit(self.catalogue.len(), limits::MAX_PERMISSIONS, "permissions", "functions");
        // A function without actions makes no permission, and costs as much.
        self.limit(document.functions.len(), limits::MAX_PERMISSIONS, "functions", "functions");
        self.limit(document.roles.len(), limits::MAX_ROLES, "roles", "roles");
        self.limit(document.visions.len(), limits::MAX_VISIONS, "visions", "visions");
        self.limit(document.channels.len(), limits::MAX_CHANNELS, "channels", "channels");
        self.limit(document.kinds.len(), limits::MAX_KINDS, "kinds", "kinds");
        self.limit(document.unit_kinds.len(), limits::MAX_UNIT_KINDS, "unit kinds", "unit-kinds");
        self.limit(document.unit_sets.len(), limits::MAX_UNIT_SETS, "unit sets", "unit-sets");
        self.limit(
            document.affiliations.len(),
            limits::MAX_AFFILIATION_KINDS,
            "affiliation kinds",
            "affiliations",
        );
        self.limit(document.ceilings.len(), limits::MAX_CEILINGS, "ceilings", "ceilings");
        for (name, set) in &document.unit_sets {
            let what = format!("prefixes in the unit set `{name}`");
            self.limit(
                set.prefixes.len(),
                limits::MAX_PREFIXES,
                &what,
                path(["unit-sets", name, "prefixes"]),
            );
        }
        let minutes = usize::try_from(document.hours.hand_over_minutes).unwrap_or(usize::MAX);
        let most = usize::try_from(limits::MAX_HAND_OVER_MINUTES).unwrap_or(usize::MAX);
        self.limit(minutes, most, "minutes until a hand-over", "hours.hand-over-minutes");
        self.administration_limits();
    }

    pub(super) fn administration_limits(&mut self) {
        let document = self.document;
        self.limit(document.guards.len(), limits::MAX_GUARDS, "guards", "guards");
        self.limit(
            document.eligibility.len(),
            limits::MAX_ELIGIBILITY,
            "rows of eligibility",
            "eligibility",
        );
        self.limit(document.separation.len(), limits::MAX_SEPARATIONS, "separations", "separation");
        for (key, words) in document.renamed.lists() {
            let what = format!("renamed {}", plural(key));
            self.limit(words.len(), limits::MAX_FORMER_WORDS, &what, path(["renamed", key]));
        }
        for (key, words) in document.retired.lists() {
            let what = format!("retired {}", plural(key));
            self.limit(words.len(), limits::MAX_FORMER_WORDS, &what, path(["retired", key]));
        }
    }

    pub(super) fn duplicates(&mut self) {
        let document = self.document;
        self.distinct(&document.visions, || "visions".to_owned());
        self.distinct(&document.channels, || "channels".to_owned());
        self.distinct(&document.affiliations, || "affiliations".to_owned());
        for (name, function) in &document.functions {
            self.distinct(&function.actions, || path(["functions", name, "actions"]));
            self.distinct(&function.visions, || path(["functions", name, "visions"]));
        }
        for (name, set) in &document.unit_sets {
            self.distinct(&set.kinds, || path(["unit-sets", name, "kinds"]));
            self.distinct(&set.prefixes, || path(["unit-sets", name, "prefixes"]));
        }
        for (name, kind) in &document.kinds {
            self.distinct(&kind.channels, || path(["kinds", name, "channels"]));
        }
        for (name, role) in &document.roles {
            self.distinct_patterns(&role.permissions, || path(["roles", name, "permissions"]));
            self.distinct(&role.includes, || path(["roles", name, "includes"]));
            self.distinct_patterns(&role.except, || path(["roles", name, "except"]));
            self.distinct(&role.visions, || path(["roles", name, "visions"]));
            self.distinct(&role.kinds, || path(["roles", name, "kinds"]));
        }
        for (index, ceiling) in document.ceilings.iter().enumerate() {
            self.distinct(&ceiling.kinds, || row_path("ceilings", index, "kinds"));
            self.distinct(&ceiling.visions, || row_path("ceilings", index, "visions"));
            self.distinct_patterns(&ceiling.permissions, || {
                row_path("ceilings", index, "permissions")
            });
        }
    }

    pub(super) fn administration_duplicates(&mut self) {
        let document = self.document;
        for (index, guard) in document.guards.iter().enumerate() {
            self.distinct(&guard.commands, || row_path("guards", index, "commands"));
            self.distinct(&guard.kinds, || row_path("guards", index, "kinds"));
        }
        for (index, row) in document.eligibility.iter().enumerate() {
            self.distinct(&row.working_at, || row_path("eligibility", index, "working-at"));
            self.distinct(&row.kinds, || row_path("eligibility", index, "kinds"));
            self.distinct(&row.units, || row_path("eligibility", index, "units"));
            self.distinct(&row.roles, || row_path("eligibility", index, "roles"));
        }
        for (index, set) in document.separation.iter().enumerate() {
            self.distinct(&set.roles, || row_path("separation", index, "roles"));
        }
        let administration = &document.administration;
        self.distinct_patterns(&administration.reserved, || path(["administration", "reserved"]));
        self.distinct(&administration.exclusive, || path(["administration", "exclusive"]));
        for (role, assigned) in &administration.assigns {
            self.distinct(assigned, || path(["administration", "assigns", role]));
        }
        for (key, words) in document.retired.lists() {
            self.distinct(words, || path(["retired", key]));
        }
    }
}
