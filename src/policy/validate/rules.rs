//! Whether a document makes sense: one function a rule, each of which reports all
//! that breaks it. Warnings, which leave the policy usable, are in `lint`.

use std::collections::HashSet;

use crate::model::{IdentifierScheme, MAX_NAME_BYTES, Name, Pattern};

use super::lint;
use crate::policy::diagnostic::{Diagnostic, Report, code, quoted};
use crate::policy::document::{DOCUMENT_VERSION, PolicyDocument};
use crate::policy::limits;
use crate::policy::parse::positions::{at_index, path, row_path};
use crate::policy::suggest::Suggestions;
use crate::policy::validate::catalogue::Catalogue;
use crate::policy::validate::inclusion::Inclusions;

/// The channel of a policy that lists none.
pub(crate) const STANDARD_CHANNEL: &str = "standard";

/// All that is wrong with a document; warnings only when there is no error, for
/// they would say what follows from the errors. Positions are the reader's to add.
pub(crate) fn validate(document: &PolicyDocument) -> Vec<Diagnostic> {
    let catalogue = Catalogue::new(document);
    let mut rules =
        Rules { document, catalogue: &catalogue, report: Report::default(), suggestions: Suggestions::new() };
    rules.version();
    rules.limits();
    if rules.report.has_errors() {
        // Past the limits the rules below would be as costly as the document is great.
        return rules.report.finish();
    }
    rules.duplicates();
    rules.function_names();
    rules.function_actions();
    rules.unit_kind_visions();
    rules.unit_sets();
    rules.kind_channels();
    rules.kind_identifiers();
    rules.role_patterns();
    rules.role_includes();
    rules.role_visions_and_kinds();
    rules.ceiling_names();
    rules.administration();
    rules.upkeep();
    rules.support();
    let inclusions = Inclusions::new(document);
    inclusions.cycles(&mut rules.report);
    if !rules.report.has_errors() {
        inclusions.depth(&mut rules.report);
    }
    rules.function_visions();
    if !rules.report.has_errors() {
        lint::lint(document, &catalogue, &inclusions, &rules.suggestions, &mut rules.report);
    }
    rules.report.finish()
}

pub(in crate::policy) struct Rules<'d> {
    pub(in crate::policy) document: &'d PolicyDocument,
    pub(in crate::policy) catalogue: &'d Catalogue<'d>,
    pub(in crate::policy) report: Report,
    pub(in crate::policy) suggestions: Suggestions,
}

impl Rules<'_> {
    pub(in crate::policy) fn error(&mut self, code: &'static str, path: impl Into<String>, message: String) {
        self.report.push(Diagnostic::error(code, path, message));
    }

    fn version(&mut self) {
        let version = self.document.version;
        if version != DOCUMENT_VERSION {
            let message = format!("the document version `{version}` is not supported");
            let help = format!("write `version = {DOCUMENT_VERSION}`");
            self.report.push(Diagnostic::error(code::VERSION_UNSUPPORTED, "version", message).help(help));
        }
    }

    fn limits(&mut self) {
        let document = self.document;
        self.limit(self.catalogue.len(), limits::MAX_PERMISSIONS, "permissions", "functions");
        // A function need not have a permission, and costs all the same.
        self.limit(document.functions.len(), limits::MAX_PERMISSIONS, "functions", "functions");
        self.limit(document.roles.len(), limits::MAX_ROLES, "roles", "roles");
        self.limit(document.visions.len(), limits::MAX_VISIONS, "visions", "visions");
        self.limit(document.channels.len(), limits::MAX_CHANNELS, "channels", "channels");
        self.limit(document.kinds.len(), limits::MAX_KINDS, "kinds", "kinds");
        self.limit(document.unit_kinds.len(), limits::MAX_UNIT_KINDS, "unit kinds", "unit-kinds");
        self.limit(document.unit_sets.len(), limits::MAX_UNIT_SETS, "unit sets", "unit-sets");
        self.limit(document.affiliations.len(), limits::MAX_AFFILIATION_KINDS, "affiliation kinds", "affiliations");
        self.limit(document.ceilings.len(), limits::MAX_CEILINGS, "ceilings", "ceilings");
        for (name, set) in &document.unit_sets {
            let what = format!("prefixes in the unit set `{name}`");
            self.limit(set.prefixes.len(), limits::MAX_PREFIXES, &what, path(["unit-sets", name, "prefixes"]));
        }
        let minutes = usize::try_from(document.hours.hand_over_minutes).unwrap_or(usize::MAX);
        let most = usize::try_from(limits::MAX_HAND_OVER_MINUTES).unwrap_or(usize::MAX);
        self.limit(minutes, most, "minutes until a hand-over", "hours.hand-over-minutes");
        self.administration_limits();
    }

    pub(in crate::policy) fn limit(&mut self, count: usize, most: usize, what: &str, path: impl Into<String>) {
        if count > most {
            let message = format!("the policy has {count} {what}; at most {most} are allowed");
            self.error(code::LIMIT_EXCEEDED, path, message);
        }
    }

    fn duplicates(&mut self) {
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
            self.distinct_patterns(&ceiling.permissions, || row_path("ceilings", index, "permissions"));
        }
    }

    pub(in crate::policy) fn distinct(&mut self, names: &[Name], path: impl Fn() -> String) {
        self.distinct_words(names.iter().map(Name::as_str), path);
    }

    pub(in crate::policy) fn distinct_patterns(&mut self, patterns: &[Pattern], path: impl Fn() -> String) {
        self.distinct_words(patterns.iter().map(Pattern::as_str), path);
    }

    fn distinct_words<'w>(&mut self, words: impl Iterator<Item = &'w str>, path: impl Fn() -> String) {
        let mut seen = HashSet::new();
        for (index, word) in words.enumerate() {
            if !seen.insert(word) {
                let message = format!("`{word}` is listed twice");
                let help = "remove one of the two";
                let problem = Diagnostic::error(code::DUPLICATE_ENTRY, at_index(&path(), index), message);
                self.report.push(problem.help(help));
            }
        }
    }

    /// A permission is written `function:action`, and in patterns `*` stands for
    /// any: words that hold either could not be told apart.
    fn function_names(&mut self) {
        let sound = |name: &Name| !name.contains([':', '*']);
        for (name, function) in &self.document.functions {
            if !sound(name) {
                let message = format!("the function name {} holds `:` or `*`", quoted(name));
                self.error(code::FUNCTION_INVALID_NAME, path(["functions", name]), message);
            }
            for (index, action) in function.actions.iter().enumerate() {
                let at = || at_index(&path(["functions", name, "actions"]), index);
                let bytes = name.len().saturating_add(action.len()).saturating_add(1);
                if !sound(action) {
                    let message = format!("the action name {} holds `:` or `*`", quoted(action));
                    self.error(code::ACTION_INVALID_NAME, at(), message);
                } else if bytes > MAX_NAME_BYTES {
                    let permission = quoted(&format!("{name}:{action}"));
                    let message = format!(
                        "the permission {permission} is {bytes} bytes long; at most {MAX_NAME_BYTES} are allowed"
                    );
                    self.error(code::PERMISSION_TOO_LONG, at(), message);
                }
            }
        }
    }

    fn function_actions(&mut self) {
        for (name, function) in &self.document.functions {
            if function.actions.is_empty() {
                let message = format!("the function `{name}` has no actions, so nothing can be done with it");
                let problem = Diagnostic::error(code::FUNCTION_WITHOUT_ACTIONS, path(["functions", name]), message);
                self.report.push(problem.help("list at least one in `actions`, or remove the function"));
            }
        }
    }

    /// Labels for people (ruling R13): an unknown one is worth a warning.
    fn function_visions(&mut self) {
        for (name, function) in &self.document.functions {
            for (index, vision) in function.visions.iter().enumerate() {
                if !self.document.visions.contains(vision) {
                    let at = at_index(&path(["functions", name, "visions"]), index);
                    let message =
                        format!("the function `{name}` is shown at the vision `{vision}`, which does not exist");
                    let help = self.suggestions.help(vision, self.document.visions.iter().map(Name::as_str));
                    let problem = Diagnostic::warning(code::FUNCTION_UNKNOWN_VISION, at, message);
                    self.report.push(problem.maybe_help(help));
                }
            }
        }
    }

    fn unit_kind_visions(&mut self) {
        let visions = &self.document.visions;
        for (name, kind) in &self.document.unit_kinds {
            let at = || path(["unit-kinds", name, "vision"]);
            match &kind.vision {
                None if !visions.is_empty() => {
                    let message = format!("the unit kind `{name}` has no vision, but the policy has visions");
                    let problem =
                        Diagnostic::error(code::UNIT_KIND_WITHOUT_VISION, path(["unit-kinds", name]), message);
                    self.report.push(problem.help("name the vision one works at in such a unit in `vision`"));
                }
                Some(vision) if visions.is_empty() => {
                    let message =
                        format!("the unit kind `{name}` has the vision `{vision}`, but the policy has no visions");
                    let problem = Diagnostic::error(code::UNIT_KIND_NEEDLESS_VISION, at(), message);
                    self.report
                        .push(problem.help("list the visions in `visions`, widest first, or leave `vision` out"));
                }
                Some(vision) if !visions.contains(vision) => {
                    let message = format!("the unit kind `{name}` has the vision `{vision}`, which does not exist");
                    let help = self.suggestions.help(vision, visions.iter().map(Name::as_str));
                    let problem = Diagnostic::error(code::UNIT_KIND_UNKNOWN_VISION, at(), message);
                    self.report.push(problem.maybe_help(help));
                }
                _ => {}
            }
        }
    }

    fn unit_sets(&mut self) {
        let known = &self.document.unit_kinds;
        for (name, set) in &self.document.unit_sets {
            if set.kinds.is_empty() && set.prefixes.is_empty() {
                let message = format!("the unit set `{name}` says nothing about its units");
                let problem = Diagnostic::error(code::UNIT_SET_EMPTY, path(["unit-sets", name]), message);
                self.report
                    .push(problem.help("list unit kinds in `kinds`, beginnings of codes in `prefixes`, or both"));
            }
            let what = format!("the unit set `{name}`");
            self.names(
                &set.kinds,
                (code::UNIT_SET_UNKNOWN_UNIT_KIND, "unit kind", &what),
                |name| known.contains_key(name),
                || known.keys().map(Name::as_str),
                || path(["unit-sets", name, "kinds"]),
            );
        }
    }

    fn kind_channels(&mut self) {
        let listed: Vec<&str> = match self.document.channels.as_slice() {
            [] => vec![STANDARD_CHANNEL],
            channels => channels.iter().map(Name::as_str).collect(),
        };
        for (name, kind) in &self.document.kinds {
            self.names(
                &kind.channels,
                (code::KIND_UNKNOWN_CHANNEL, "channel", &format!("the kind `{name}`")),
                |name| listed.contains(&name.as_str()),
                || listed.iter().copied(),
                || path(["kinds", name, "channels"]),
            );
        }
    }

    /// A name has at least one character, so that no identifier has no digits.
    fn kind_identifiers(&mut self) {
        for (name, kind) in &self.document.kinds {
            if kind.identifier == IdentifierScheme::Digits(0) {
                let message = format!("no identifier of the kind `{name}` could have `0` digits");
                let problem = Diagnostic::error(
                    code::KIND_WITHOUT_DIGITS,
                    path(["kinds", name, "identifier", "digits"]),
                    message,
                );
                self.report.push(problem.help("write at least `1`"));
            }
        }
    }

    fn role_patterns(&mut self) {
        for (name, role) in &self.document.roles {
            let what = format!("the role `{name}`");
            for (key, patterns) in [("permissions", &role.permissions), ("except", &role.except)] {
                let at = || path(["roles", name, key]);
                self.patterns(patterns, code::ROLE_UNKNOWN_PERMISSION, &what, at);
            }
        }
    }

    fn role_includes(&mut self) {
        let roles = &self.document.roles;
        for (name, role) in roles {
            self.names(
                &role.includes,
                (code::ROLE_UNKNOWN_ROLE, "role", &format!("the role `{name}`")),
                |name| roles.contains_key(name),
                || roles.keys().map(Name::as_str),
                || path(["roles", name, "includes"]),
            );
        }
    }

    fn role_visions_and_kinds(&mut self) {
        for (name, role) in &self.document.roles {
            let what = format!("the role `{name}`");
            let codes = (code::ROLE_UNKNOWN_VISION, code::ROLE_UNKNOWN_KIND);
            self.visions_and_kinds(&role.visions, &role.kinds, codes, &what, |key| path(["roles", name, key]));
        }
    }

    fn ceiling_names(&mut self) {
        for (index, ceiling) in self.document.ceilings.iter().enumerate() {
            let at = |key: &str| row_path("ceilings", index, key);
            let what = "a ceiling";
            let codes = (code::CEILING_UNKNOWN_VISION, code::CEILING_UNKNOWN_KIND);
            self.visions_and_kinds(&ceiling.visions, &ceiling.kinds, codes, what, at);
            self.patterns(&ceiling.permissions, code::CEILING_UNKNOWN_PERMISSION, what, || at("permissions"));
        }
    }

    fn visions_and_kinds(
        &mut self,
        visions: &[Name],
        kinds: &[Name],
        (vision_code, kind_code): (&'static str, &'static str),
        what: &str,
        at: impl Fn(&str) -> String,
    ) {
        let document = self.document;
        self.names(
            visions,
            (vision_code, "vision", what),
            |name| document.visions.contains(name),
            || document.visions.iter().map(Name::as_str),
            || at("visions"),
        );
        self.names(
            kinds,
            (kind_code, "kind", what),
            |name| document.kinds.contains_key(name),
            || document.kinds.keys().map(Name::as_str),
            || at("kinds"),
        );
    }

    /// Reports the names of a list that are not known.
    pub(in crate::policy) fn names<'k, K: Iterator<Item = &'k str>>(
        &mut self,
        names: &[Name],
        (code, word, what): (&'static str, &str, &str),
        is_known: impl Fn(&Name) -> bool,
        known: impl Fn() -> K,
        at: impl Fn() -> String,
    ) {
        for (index, name) in names.iter().enumerate() {
            self.known(name, (code, word, what), is_known(name), &known, || at_index(&at(), index));
        }
    }

    /// Reports a name unless it is known.
    pub(in crate::policy) fn known<'k, K: Iterator<Item = &'k str>>(
        &mut self,
        name: &Name,
        (code, word, what): (&'static str, &str, &str),
        is_known: bool,
        known: impl Fn() -> K,
        at: impl Fn() -> String,
    ) {
        if !is_known {
            let message = format!("{what} names the {word} `{name}`, which does not exist");
            let help = self.suggestions.help(name, known());
            self.report.push(Diagnostic::error(code, at(), message).maybe_help(help));
        }
    }

    /// Reports the patterns that name one permission which is not in the catalogue.
    pub(in crate::policy) fn patterns(
        &mut self,
        patterns: &[Pattern],
        code: &'static str,
        what: &str,
        at: impl Fn() -> String,
    ) {
        for (index, pattern) in patterns.iter().enumerate() {
            if pattern.is_exact() && !self.catalogue.has(pattern) {
                let message = format!("{what} names the permission `{pattern}`, which is not in the catalogue");
                let help = self.near_permission(pattern.as_str());
                self.report.push(Diagnostic::error(code, at_index(&at(), index), message).maybe_help(help));
            }
        }
    }

    /// A near action of the function named, or a near function's.
    pub(in crate::policy) fn near_permission(&self, permission: &str) -> Option<String> {
        let (function, action) = permission.split_once(':')?;
        let siblings = self.document.functions.get(function).map_or(&[][..], |body| body.actions.as_slice());
        let near = self.suggestions.nearest(action, siblings.iter().map(Name::as_str));
        match near {
            Some(action) => Some(format!("did you mean `{function}:{action}`?")),
            None => {
                let function = self.suggestions.nearest(function, self.catalogue.functions())?;
                let actions = self.document.functions.get(function)?.actions.iter().map(Name::as_str);
                let action = self.suggestions.nearest(action, actions)?;
                Some(format!("did you mean `{function}:{action}`?"))
            }
        }
    }
}
