//! Rules over functions, unit kinds, sets of units and kinds of principal.

use super::rules::Rules;
use crate::model::{IdentifierScheme, MAX_NAME_BYTES, Name};
use crate::policy::diagnostic::{Diagnostic, at_index, code, path, quoted};
use crate::policy::document::STANDARD_CHANNEL;

impl Rules<'_> {
    /// Refuses `:` and `*` in the names of functions and actions. A permission is written
    /// `function:action`, and in a pattern `*` stands for any word: with these characters in names,
    /// neither could be taken apart.
    pub(super) fn function_names(&mut self) {
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

    pub(super) fn function_actions(&mut self) {
        for (name, function) in &self.document.functions {
            if function.actions.is_empty() {
                let message =
                    format!("the function `{name}` has no actions, so nothing can be done with it");
                let problem = Diagnostic::error(
                    code::FUNCTION_WITHOUT_ACTIONS,
                    path(["functions", name]),
                    message,
                );
                self.report
                    .push(problem.help("list at least one in `actions`, or remove the function"));
            }
        }
    }

    /// Warns of unknown visions of a function. They are labels for people and decide nothing, which
    /// is why this is not an error.
    pub(super) fn function_visions(&mut self) {
        for (name, function) in &self.document.functions {
            for (index, vision) in function.visions.iter().enumerate() {
                if !self.document.visions.contains(vision) {
                    let at = at_index(&path(["functions", name, "visions"]), index);
                    let message = format!(
                        "the function `{name}` is shown at the vision `{vision}`, which does not exist"
                    );
                    let help = self
                        .suggestions
                        .help(vision, self.document.visions.iter().map(Name::as_str));
                    let problem = Diagnostic::warning(code::FUNCTION_UNKNOWN_VISION, at, message);
                    self.report.push(problem.maybe_help(help));
                }
            }
        }
    }

    pub(super) fn unit_kind_visions(&mut self) {
        let visions = &self.document.visions;
        for (name, kind) in &self.document.unit_kinds {
            let at = || path(["unit-kinds", name, "vision"]);
            match &kind.vision {
                None if !visions.is_empty() => {
                    let message =
                        format!("the unit kind `{name}` has no vision, but the policy has visions");
                    let problem = Diagnostic::error(
                        code::UNIT_KIND_WITHOUT_VISION,
                        path(["unit-kinds", name]),
                        message,
                    );
                    self.report.push(
                        problem.help("name the vision one works at in such a unit in `vision`"),
                    );
                }
                Some(vision) if visions.is_empty() => {
                    let message = format!(
                        "the unit kind `{name}` has the vision `{vision}`, but the policy has no visions"
                    );
                    let problem = Diagnostic::error(code::UNIT_KIND_NEEDLESS_VISION, at(), message);
                    self.report.push(problem.help(
                        "list the visions in `visions`, widest first, or leave `vision` out",
                    ));
                }
                Some(vision) if !visions.contains(vision) => {
                    let message = format!(
                        "the unit kind `{name}` has the vision `{vision}`, which does not exist"
                    );
                    let help = self.suggestions.help(vision, visions.iter().map(Name::as_str));
                    let problem = Diagnostic::error(code::UNIT_KIND_UNKNOWN_VISION, at(), message);
                    self.report.push(problem.maybe_help(help));
                }
                _ => {}
            }
        }
    }

    pub(super) fn unit_sets(&mut self) {
        let known = &self.document.unit_kinds;
        for (name, set) in &self.document.unit_sets {
            if set.kinds.is_empty() && set.prefixes.is_empty() {
                let message = format!("the unit set `{name}` says nothing about its units");
                let problem =
                    Diagnostic::error(code::UNIT_SET_EMPTY, path(["unit-sets", name]), message);
                self.report.push(problem.help(
                    "list unit kinds in `kinds`, beginnings of codes in `prefixes`, or both",
                ));
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

    pub(super) fn kind_channels(&mut self) {
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

    /// Refuses identifiers of 0 digits: an identifier is a name, and a name is not empty.
    pub(super) fn kind_identifiers(&mut self) {
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
}
