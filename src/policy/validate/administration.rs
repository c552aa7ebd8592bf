//! Whether what a document says of administration makes sense: one function a rule.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use crate::model::{CommandWord, Name};
use crate::policy::diagnostic::{Diagnostic, code};
use crate::policy::document::{Extent, RequirementPlace};
use crate::policy::limits;
use crate::policy::parse::positions::{at_index, path, row_path};
use crate::policy::validate::rules::{Rules, STANDARD_CHANNEL};

/// What a row of eligibility is called in messages.
pub(in crate::policy) const ROW: &str = "a row of eligibility";

impl<'d> Rules<'d> {
    pub(in crate::policy) fn administration_limits(&mut self) {
        let document = self.document;
        self.limit(document.guards.len(), limits::MAX_GUARDS, "guards", "guards");
        self.limit(document.eligibility.len(), limits::MAX_ELIGIBILITY, "rows of eligibility", "eligibility");
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

    pub(in crate::policy) fn administration(&mut self) {
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

    fn administration_duplicates(&mut self) {
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

    fn guard_commands(&mut self) {
        for (index, guard) in self.document.guards.iter().enumerate() {
            if guard.commands.is_empty() {
                let message = "a guard names no command, so it guards nothing";
                let problem = Diagnostic::error(code::GUARD_WITHOUT_COMMANDS, at_index("guards", index), message);
                self.report.push(problem.help("list at least one in `commands`, or remove the guard"));
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
                let message = "a row of eligibility cannot both require an affiliation and be `direct`";
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
                let message = format!("{what} has fewer than two roles, so there is nothing to hold apart");
                self.error(code::SEPARATION_TOO_FEW_ROLES, at(), message);
            }
        }
    }

    fn separation_bounds(&mut self) {
        for (index, set) in self.document.separation.iter().enumerate() {
            let roles = distinct(&set.roles);
            let possible = 1..roles;
            // Of fewer than two roles something else is to be said.
            if roles >= 2 && !usize::try_from(set.at_most).is_ok_and(|at_most| possible.contains(&at_most)) {
                let message = format!("the separation `{}` allows {} of its {roles} roles", set.name, set.at_most);
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
                let message =
                    format!("the seats of the role `{role}` are counted per unit, but the policy has no unit kinds");
                let at = path(["administration", "seats", role]);
                let problem = Diagnostic::error(code::SEATS_WITHOUT_UNITS, at, message);
                self.report.push(problem.help("write `\"tenant\"`, or list the kinds of unit in `unit-kinds`"));
            }
        }
    }

    fn renamed_words(&mut self) {
        for (key, words) in self.document.renamed.lists() {
            if words.is_empty() {
                continue;
            }
            let current = self.current(key);
            let word = singular(key);
            for (old, new) in words {
                let at = || path(["renamed", key, old]);
                if current.contains(old.as_str()) {
                    let message = format!("the {word} `{old}` is renamed, but the policy still has it");
                    let problem = Diagnostic::error(code::RENAMED_STILL_CURRENT, at(), message);
                    self.report.push(problem.help(format!("remove this line, or the {word} itself")));
                }
                if !current.contains(new.as_str()) {
                    let message = format!("the {word} `{old}` is renamed to `{new}`, which does not exist");
                    let help = self.suggestions.help(new, &current);
                    let problem = Diagnostic::error(code::RENAMED_UNKNOWN_WORD, at(), message);
                    self.report.push(problem.maybe_help(help));
                }
            }
        }
    }

    fn retired_words(&mut self) {
        let renamed = self.document.renamed.lists();
        for (key, words) in self.document.retired.lists() {
            if words.is_empty() {
                continue;
            }
            let current = self.current(key);
            let word = singular(key);
            let renamed = renamed.iter().find(|(of, _)| *of == key).map(|(_, list)| *list);
            for (index, old) in words.iter().enumerate() {
                let at = || at_index(&path(["retired", key]), index);
                if current.contains(old.as_str()) {
                    let message = format!("the {word} `{old}` is retired, but the policy still has it");
                    let problem = Diagnostic::error(code::RETIRED_STILL_CURRENT, at(), message);
                    self.report.push(problem.help(format!("remove this entry, or the {word} itself")));
                }
                if renamed.is_some_and(|list| list.contains_key(old)) {
                    let message = format!("the {word} `{old}` is both renamed and retired");
                    let problem = Diagnostic::error(code::RENAMED_AND_RETIRED, at(), message);
                    self.report.push(problem.help("remove it from one of the two"));
                }
            }
        }
    }

    /// The words of this policy that a list of former ones is about.
    fn current(&self, key: &str) -> BTreeSet<Cow<'d, str>> {
        let document = self.document;
        let words = |names: &mut dyn Iterator<Item = &'d Name>| names.map(|n| Cow::Borrowed(n.as_str())).collect();
        match key {
            "roles" => words(&mut document.roles.keys()),
            "permissions" => {
                let written = |(function, action): &(&str, &str)| Cow::Owned(format!("{function}:{action}"));
                self.catalogue.permissions().iter().map(written).collect()
            }
            "kinds" => words(&mut document.kinds.keys()),
            "unit-kinds" => words(&mut document.unit_kinds.keys()),
            "affiliations" => words(&mut document.affiliations.iter()),
            "channels" if document.channels.is_empty() => BTreeSet::from([Cow::Borrowed(STANDARD_CHANNEL)]),
            "channels" => words(&mut document.channels.iter()),
            "unit-sets" => words(&mut document.unit_sets.keys()),
            _ => words(&mut document.visions.iter()),
        }
    }

    pub(in crate::policy) fn known_kinds(
        &mut self,
        kinds: &[Name],
        code: &'static str,
        what: &str,
        at: impl Fn() -> String,
    ) {
        let known = &self.document.kinds;
        let known_kind = |name: &Name| known.contains_key(name);
        self.names(kinds, (code, "kind", what), known_kind, || known.keys().map(Name::as_str), at);
    }

    pub(in crate::policy) fn known_roles(
        &mut self,
        roles: &[Name],
        code: &'static str,
        what: &str,
        at: impl Fn() -> String,
    ) {
        let known = &self.document.roles;
        let known_role = |name: &Name| known.contains_key(name);
        self.names(roles, (code, "role", what), known_role, || known.keys().map(Name::as_str), at);
    }

    fn known_role(&mut self, role: &Name, code: &'static str, what: &str, at: impl Fn() -> String) {
        let known = &self.document.roles;
        self.known(role, (code, "role", what), known.contains_key(role), || known.keys().map(Name::as_str), at);
    }

    /// Reports a permission that is not in the catalogue.
    fn permission(&mut self, name: &Name, code: &'static str, what: &str, at: impl Fn() -> String) {
        if !self.catalogue.has_permission(name) {
            let message = format!("{what} names the permission `{name}`, which is not in the catalogue");
            let help = self.near_permission(name);
            self.report.push(Diagnostic::error(code, at(), message).maybe_help(help));
        }
    }
}

fn distinct(names: &[Name]) -> usize {
    names.iter().collect::<HashSet<_>>().len()
}

/// What one of a list of former words is.
fn singular(key: &str) -> &'static str {
    match key {
        "roles" => "role",
        "permissions" => "permission",
        "kinds" => "kind",
        "unit-kinds" => "unit kind",
        "affiliations" => "affiliation",
        "channels" => "channel",
        "unit-sets" => "unit set",
        _ => "vision",
    }
}

fn plural(key: &str) -> String {
    format!("{}s", singular(key))
}
