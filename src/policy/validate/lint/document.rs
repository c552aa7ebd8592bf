//! Every warning, in order; and those about the catalogue and the patterns over it.

use super::{administration, ceilings, roles};
use crate::model::{Name, Pattern, Role};
use crate::policy::diagnostic::{Diagnostic, Report, at_index, code, path, row_path};
use crate::policy::document::Document;
use crate::policy::suggest::Suggestions;
use crate::policy::validate::catalogue::Catalogue;
use crate::policy::validate::inclusion::{Inclusions, Uncut};

/// Reports every warning about a document that has no errors.
pub(crate) fn lint(
    document: &Document,
    catalogue: &Catalogue<'_>,
    inclusions: &Inclusions<'_>,
    suggestions: &Suggestions,
    report: &mut Report,
) {
    no_permissions(catalogue, report);
    patterns_match(document, catalogue, suggestions, report);
    let uncut = inclusions.uncut(catalogue);
    let roles: Vec<(&Name, &Role, &Uncut)> = document
        .roles
        .iter()
        .zip(&uncut)
        .map(|((name, role), uncut)| (name, role, uncut))
        .collect();
    roles::exceptions_remove(&roles, catalogue, report);
    roles::roles_grant(&roles, report);
    roles::roles_differ(&roles, report);
    ceilings::ceilings_leave_something(document, &roles, catalogue, report);
    administration::lint(document, &roles, catalogue, report);
}

fn no_permissions(catalogue: &Catalogue<'_>, report: &mut Report) {
    if catalogue.len() == 0 {
        let message = "the policy has no permissions, so everything is denied";
        let problem = Diagnostic::warning(code::NO_PERMISSIONS, "functions", message);
        report.push(problem.help("list in `functions` what can be done"));
    }
}

/// Warns of patterns that match nothing. They have a `*`: a pattern without one that matches
/// nothing is an error.
fn patterns_match(
    document: &Document,
    catalogue: &Catalogue<'_>,
    suggestions: &Suggestions,
    report: &mut Report,
) {
    let mut look = |patterns: &[Pattern], at: &dyn Fn() -> String| {
        for (index, pattern) in patterns.iter().enumerate() {
            if !catalogue.has(pattern) {
                let message = format!("the pattern `{pattern}` matches no permission");
                let problem = Diagnostic::warning(
                    code::PATTERN_MATCHES_NOTHING,
                    at_index(&at(), index),
                    message,
                );
                report.push(problem.maybe_help(near_pattern(pattern, catalogue, suggestions)));
            }
        }
    };
    for (name, role) in &document.roles {
        look(&role.permissions, &|| path(["roles", name, "permissions"]));
        look(&role.except, &|| path(["roles", name, "except"]));
    }
    for (index, ceiling) in document.ceilings.iter().enumerate() {
        look(&ceiling.permissions, &|| row_path("ceilings", index, "permissions"));
    }
    look(&document.administration.reserved, &|| path(["administration", "reserved"]));
}

/// The help for a pattern that matches nothing: one with a near word. `None` if no word is near.
fn near_pattern(
    pattern: &Pattern,
    catalogue: &Catalogue<'_>,
    suggestions: &Suggestions,
) -> Option<String> {
    let near = match pattern.as_str().split_once(':')? {
        ("*", action) => format!("*:{}", suggestions.nearest(action, catalogue.actions())?),
        (function, _) => format!("{}:*", suggestions.nearest(function, catalogue.functions())?),
    };
    Some(format!("did you mean `{near}`?"))
}
