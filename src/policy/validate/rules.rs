//! [`Rules`]: the document under examination, and what many rules do alike: look names up, find
//! duplicates, bound counts.
//!
//! No rule of its own: a rule belongs to the file of what it is about.

use std::collections::HashSet;

use super::catalogue::Catalogue;
use crate::model::{Name, Pattern};
use crate::policy::diagnostic::{Diagnostic, Report, at_index, code};
use crate::policy::document::Document;
use crate::policy::suggest::Suggestions;

/// A document under examination, and what was found so far. Each rule is a method.
pub(super) struct Rules<'d> {
    pub(super) document: &'d Document,
    pub(super) catalogue: &'d Catalogue<'d>,
    pub(super) report: Report,
    pub(super) suggestions: Suggestions,
}

impl Rules<'_> {
    /// Reports an error without help.
    pub(super) fn error(&mut self, code: &'static str, path: impl Into<String>, message: String) {
        self.report.push(Diagnostic::error(code, path, message));
    }

    /// Reports a count beyond its limit.
    pub(super) fn limit(&mut self, count: usize, most: usize, what: &str, path: impl Into<String>) {
        if count > most {
            let message = format!("the policy has {count} {what}; at most {most} are allowed");
            self.error(code::LIMIT_EXCEEDED, path, message);
        }
    }

    /// Reports each name of a list that the list has before.
    pub(super) fn distinct(&mut self, names: &[Name], path: impl Fn() -> String) {
        self.distinct_words(&mut names.iter().map(Name::as_str), &path);
    }

    /// Reports each pattern of a list that the list has before.
    pub(super) fn distinct_patterns(&mut self, patterns: &[Pattern], path: impl Fn() -> String) {
        self.distinct_words(&mut patterns.iter().map(Pattern::as_str), &path);
    }

    fn distinct_words(&mut self, words: &mut dyn Iterator<Item = &str>, path: &dyn Fn() -> String) {
        let mut seen = HashSet::new();
        for (index, word) in words.enumerate() {
            if !seen.insert(word) {
                let message = format!("`{word}` is listed twice");
                let help = "remove one of the two";
                let problem =
                    Diagnostic::error(code::DUPLICATE_ENTRY, at_index(&path(), index), message);
                self.report.push(problem.help(help));
            }
        }
    }

    /// Reports each name of a list that is not known. In messages, `what` names the `word` so and
    /// so.
    pub(super) fn names<'k, K: Iterator<Item = &'k str>>(
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

    /// Reports a name unless it is known, with the nearest known one as help.
    pub(super) fn known<'k, K: Iterator<Item = &'k str>>(
        &mut self,
        name: &Name,
        words: (&'static str, &str, &str),
        is_known: bool,
        known: impl Fn() -> K,
        at: impl Fn() -> String,
    ) {
        if !is_known {
            self.unknown(name, words, &mut known(), at());
        }
    }

    fn unknown(
        &mut self,
        name: &Name,
        (code, word, what): (&'static str, &str, &str),
        known: &mut dyn Iterator<Item = &str>,
        at: String,
    ) {
        let message = format!("{what} names the {word} `{name}`, which does not exist");
        let help = self.suggestions.help(name, known);
        self.report.push(Diagnostic::error(code, at, message).maybe_help(help));
    }

    /// Reports each pattern without a `*` that is not a permission of the catalogue. A pattern with
    /// a `*` that matches nothing is a warning of `lint`.
    pub(super) fn patterns(
        &mut self,
        patterns: &[Pattern],
        code: &'static str,
        what: &str,
        at: impl Fn() -> String,
    ) {
        for (index, pattern) in patterns.iter().enumerate() {
            if pattern.is_exact() && !self.catalogue.has(pattern) {
                let message = format!(
                    "{what} names the permission `{pattern}`, which is not in the catalogue"
                );
                let help = self.near_permission(pattern.as_str());
                self.report.push(
                    Diagnostic::error(code, at_index(&at(), index), message).maybe_help(help),
                );
            }
        }
    }

    /// The help for an unknown permission: a near action of its function, or, if it has none, a
    /// near action of a near function. `None` if nothing is near.
    pub(super) fn near_permission(&self, permission: &str) -> Option<String> {
        let (function, action) = permission.split_once(':')?;
        let siblings =
            self.document.functions.get(function).map_or(&[][..], |body| body.actions.as_slice());
        let near = self.suggestions.nearest(action, siblings.iter().map(Name::as_str));
        match near {
            Some(action) => Some(format!("did you mean `{function}:{action}`?")),
            None => {
                let function = self.suggestions.nearest(function, self.catalogue.functions())?;
                let actions =
                    self.document.functions.get(function)?.actions.iter().map(Name::as_str);
                let action = self.suggestions.nearest(action, actions)?;
                Some(format!("did you mean `{function}:{action}`?"))
            }
        }
    }

    pub(super) fn known_kinds(
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

    pub(super) fn known_roles(
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

    pub(super) fn known_role(
        &mut self,
        role: &Name,
        code: &'static str,
        what: &str,
        at: impl Fn() -> String,
    ) {
        let known = &self.document.roles;
        self.known(
            role,
            (code, "role", what),
            known.contains_key(role),
            || known.keys().map(Name::as_str),
            at,
        );
    }

    /// Reports a permission that is not in the catalogue, with the nearest one as help.
    pub(super) fn permission(
        &mut self,
        name: &Name,
        code: &'static str,
        what: &str,
        at: impl Fn() -> String,
    ) {
        if !self.catalogue.has_permission(name) {
            let message =
                format!("{what} names the permission `{name}`, which is not in the catalogue");
            let help = self.near_permission(name);
            self.report.push(Diagnostic::error(code, at(), message).maybe_help(help));
        }
    }
}
