//! Rules over guards, eligibility, separation and `[administration]`.

use std::collections::HashSet;

use super::rules::Rules;
use crate::model::{CommandWord, Name};
use crate::policy::diagnostic::{Diagnostic, at_index, code, path, row_path};
use crate::policy::document::{Extent, RequirementPlace};

/// What messages call a row of eligibility.
pub(super) const ROW: &str = "a row of eligibility";

impl<'d> Rules<'d> {
    pub(super) fn administration(&mut self) {
        self.administration_duplicates();
        self.guard_commands();
        self.guard_permissions();
        self.guard_kinds();
        self.eligibility_names();
        self.eligibility_requirements();
        self.separation_names();
        self.separation_roles();
        self.separation_bounds();
        self.administration_roles();
        self.administration_permissions();
        self.administration_seats();
        self.renamed_words();
        self.retired_words();
    }

    fn guard_commands(&mut self) {
        for (index, guard) in self.document.guards.iter().enumerate() {
            if guard.commands.is_empty() {
                let message = "a guard names no command, so it guards nothing";
                let problem = Diagnostic::error(
                    code::GUARD_WITHOUT_COMMANDS,
                    at_index("guards", index),
                    message,
                );
                self.report
                    .push(problem.help("list at least one in `commands`, or remove the guard"));
            }
            self.names(
                &guard.commands,
                (code::GUARD_UNKNOWN_COMMAND, "command", "a guard"),
                |name| CommandWord::named(name).is_some(),
                || CommandWord::ALL.iter().map(|word| word.as_str()),
                || row_path("guards", index, "commands"),
            );
        }
    }

    fn guard_permissions(&mut self) {
        for (index, guard) in self.document.guards.iter().enumerate() {
            let at = || row_path("guards", index, "permission");
            self.permission(&guard.permission, code::GUARD_UNKNOWN_PERMISSION, "a guard", at);
        }
    }

    fn guard_kinds(&mut self) {
        for (index, guard) in self.document.guards.iter().enumerate() {
            let at = || row_path("guards", index, "kinds");
            self.known_kinds(&guard.kinds, code::GUARD_UNKNOWN_KIND, "a guard", at);
        }
    }

    fn eligibility_names(&mut self) {
        let document = self.document;
        for (index, row) in document.eligibility.iter().enumerate() {
            let at = |key: &str| row_path("eligibility", index, key);
            for (key, visions) in [("working-at", &row.working_at), ("units", &row.units)] {
                self.names(
                    visions,
                    (code::ELIGIBILITY_UNKNOWN_VISION, "vision", ROW),
                    |name| document.visions.contains(name),
                    || document.visions.iter().map(Name::as_str),
                    || at(key),
                );
            }
            self.known_kinds(&row.kinds, code::ELIGIBILITY_UNKNOWN_KIND, ROW, || at("kinds"));
            self.known_roles(&row.roles, code::ELIGIBILITY_UNKNOWN_ROLE, ROW, || at("roles"));
        }
    }

    fn eligibility_requirements(&mut self) {
        let document = self.document;
        let affiliations: HashSet<&Name> = document.affiliations.iter().collect();
        for (index, row) in document.eligibility.iter().enumerate() {
            let Some(requirement) = &row.requires else { continue };
            if row.direct {
                let message =
                    "a row of eligibility cannot both require an affiliation and be `direct`";
                let at = row_path("eligibility", index, "direct");
                let problem = Diagnostic::error(code::ELIGIBILITY_DIRECT_REQUIRES, at, message);
                self.report.push(problem.help("remove one of the two, or make two rows of it"));
            }
            let at = |key: &str| format!("{}.{key}", row_path("eligibility", index, "requires"));
            self.known(
                &requirement.affiliation,
                (code::ELIGIBILITY_UNKNOWN_AFFILIATION, "affiliation", ROW),
                affiliations.contains(&requirement.affiliation),
                || document.affiliations.iter().map(Name::as_str),
                || at("affiliation"),
            );
            if let RequirementPlace::Set(set) = &requirement.at {
                self.known(
                    set,
                    (code::ELIGIBILITY_UNKNOWN_UNIT_SET, "unit set", ROW),
                    document.unit_sets.contains_key(set),
                    || document.unit_sets.keys().map(Name::as_str),
                    || at("at.set"),
                );
            }
        }
    }

    fn separation_names(&mut self) {
        let mut seen = HashSet::new();
        for (index, set) in self.document.separation.iter().enumerate() {
            if !seen.insert(&set.name) {
                let message = format!("two separations are called `{}`", set.name);
                let at = row_path("separation", index, "name");
                let problem = Diagnostic::error(code::SEPARATION_DUPLICATE_NAME, at, message);
                self.report.push(problem.help("give one of the two another name"));
            }
        }
    }

    fn separation_roles(&mut self) {
        for (index, set) in self.document.separation.iter().enumerate() {
            let at = || row_path("separation", index, "roles");
            let what = format!("the separation `{}`", set.name);
            self.known_roles(&set.roles, code::SEPARATION_UNKNOWN_ROLE, &what, at);
            if distinct(&set.roles) < 2 {
                let message =
                    format!("{what} has fewer than two roles, so there is nothing to hold apart");
                self.error(code::SEPARATION_TOO_FEW_ROLES, at(), message);
            }
        }
    }

    fn separation_bounds(&mut self) {
        for (index, set) in self.document.separation.iter().enumerate() {
            let roles = distinct(&set.roles);
            let possible = 1..roles;
            // Fewer than two roles are another rule's matter, and no bound would be right for them.
            if roles >= 2
                && !usize::try_from(set.at_most).is_ok_and(|at_most| possible.contains(&at_most))
            {
                let message = format!(
                    "the separation `{}` allows {} of its {roles} roles",
                    set.name, set.at_most
                );
                let at = row_path("separation", index, "at-most");
                let help = match possible.end.saturating_sub(1) {
                    1 => "write `1`, or leave it out".to_owned(),
                    most => format!("write a number from 1 to {most}"),
                };
                let problem = Diagnostic::error(code::SEPARATION_BOUND_OUT_OF_RANGE, at, message);
                self.report.push(problem.help(help));
            }
        }
    }

    fn administration_roles(&mut self) {
        let administration = &self.document.administration;
        let code = code::ADMINISTRATION_UNKNOWN_ROLE;
        let what = "administration";
        if let Some(role) = &administration.administrator {
            self.known_role(role, code, what, || path([what, "administrator"]));
        }
        self.known_roles(&administration.exclusive, code, what, || path([what, "exclusive"]));
        for role in administration.seats.keys() {
            self.known_role(role, code, what, || path([what, "seats", role]));
        }
        for (role, assigned) in &administration.assigns {
            let at = || path([what, "assigns", role]);
            self.known_role(role, code, what, at);
            self.known_roles(assigned, code, what, at);
        }
    }

    fn administration_permissions(&mut self) {
        let administration = &self.document.administration;
        let code = code::ADMINISTRATION_UNKNOWN_PERMISSION;
        let what = "administration";
        if let Some(permission) = &administration.escalate {
            self.permission(permission, code, what, || path([what, "escalate"]));
        }
        self.patterns(&administration.reserved, code, what, || path([what, "reserved"]));
    }

    fn administration_seats(&mut self) {
        if !self.document.unit_kinds.is_empty() {
            return;
        }
        for (role, extent) in &self.document.administration.seats {
            if *extent == Extent::Unit {
                let message = format!(
                    "the seats of the role `{role}` are counted per unit, but the policy has no unit kinds"
                );
                let at = path(["administration", "seats", role]);
                let problem = Diagnostic::error(code::SEATS_WITHOUT_UNITS, at, message);
                self.report.push(
                    problem.help("write `\"tenant\"`, or list the kinds of unit in `unit-kinds`"),
                );
            }
        }
    }
}

/// How many different names a list has. A name that is listed twice is reported elsewhere.
fn distinct(names: &[Name]) -> usize {
    names.iter().collect::<HashSet<_>>().len()
}
