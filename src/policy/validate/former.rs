//! Rules over words of earlier policies: none is both old and current, and each has a successor
//! that exists, unless it is retired.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::rules::Rules;
use crate::model::Name;
use crate::policy::diagnostic::{Diagnostic, at_index, code, path};
use crate::policy::document::STANDARD_CHANNEL;

impl<'d> Rules<'d> {
    pub(super) fn renamed_words(&mut self) {
        for (key, words) in self.document.renamed.lists() {
            if words.is_empty() {
                continue;
            }
            let current = self.current(key);
            let word = singular(key);
            for (old, new) in words {
                let at = || path(["renamed", key, old]);
                if current.contains(old.as_str()) {
                    let message =
                        format!("the {word} `{old}` is renamed, but the policy still has it");
                    let problem = Diagnostic::error(code::RENAMED_STILL_CURRENT, at(), message);
                    self.report
                        .push(problem.help(format!("remove this line, or the {word} itself")));
                }
                if !current.contains(new.as_str()) {
                    let message =
                        format!("the {word} `{old}` is renamed to `{new}`, which does not exist");
                    let help = self.suggestions.help(new, &current);
                    let problem = Diagnostic::error(code::RENAMED_UNKNOWN_WORD, at(), message);
                    self.report.push(problem.maybe_help(help));
                }
            }
        }
    }

    pub(super) fn retired_words(&mut self) {
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
                    let message =
                        format!("the {word} `{old}` is retired, but the policy still has it");
                    let problem = Diagnostic::error(code::RETIRED_STILL_CURRENT, at(), message);
                    self.report
                        .push(problem.help(format!("remove this entry, or the {word} itself")));
                }
                if renamed.is_some_and(|list| list.contains_key(old)) {
                    let message = format!("the {word} `{old}` is both renamed and retired");
                    let problem = Diagnostic::error(code::RENAMED_AND_RETIRED, at(), message);
                    self.report.push(problem.help("remove it from one of the two"));
                }
            }
        }
    }

    /// The words that this policy declares, of the kind that a list of former words is about. `key`
    /// is the list's key in the document.
    fn current(&self, key: &str) -> BTreeSet<Cow<'d, str>> {
        let document = self.document;
        let words = |names: &mut dyn Iterator<Item = &'d Name>| {
            names.map(|n| Cow::Borrowed(n.as_str())).collect()
        };
        match key {
            "roles" => words(&mut document.roles.keys()),
            "permissions" => {
                let written =
                    |(function, action): &(&str, &str)| Cow::Owned(format!("{function}:{action}"));
                self.catalogue.permissions().iter().map(written).collect()
            }
            "kinds" => words(&mut document.kinds.keys()),
            "unit-kinds" => words(&mut document.unit_kinds.keys()),
            "affiliations" => words(&mut document.affiliations.iter()),
            "channels" if document.channels.is_empty() => {
                BTreeSet::from([Cow::Borrowed(STANDARD_CHANNEL)])
            }
            "channels" => words(&mut document.channels.iter()),
            "unit-sets" => words(&mut document.unit_sets.keys()),
            _ => words(&mut document.visions.iter()),
        }
    }
}

/// What messages call one word of the list of former words with this key.
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

/// What messages call several words of the list of former words with this key.
pub(super) fn plural(key: &str) -> String {
    format!("{}s", singular(key))
}
