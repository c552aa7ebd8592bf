//! Every rule over a document, in order: what one rule takes for granted, an earlier one has seen
//! to.

use super::catalogue::Catalogue;
use super::inclusion::Inclusions;
use super::lint::lint;
use super::rules::Rules;
use crate::policy::diagnostic::{Diagnostic, Report, code};
use crate::policy::document::{DOCUMENT_VERSION, Document};
use crate::policy::suggest::Suggestions;

/// Everything that is wrong with a document. Warnings are among it only if there is no error, as
/// most of them would follow from the errors. The diagnostics have no positions in a text.
pub(crate) fn validate(document: &Document) -> Vec<Diagnostic> {
    let catalogue = Catalogue::new(document);
    let mut rules = Rules {
        document,
        catalogue: &catalogue,
        report: Report::default(),
        suggestions: Suggestions::new(),
    };
    rules.version();
    rules.limits();
    if rules.report.has_errors() {
        // The limits bound what the rules below cost: they must not see a document beyond them.
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
        lint(document, &catalogue, &inclusions, &rules.suggestions, &mut rules.report);
    }
    rules.report.finish()
}

impl Rules<'_> {
    pub(super) fn version(&mut self) {
        let version = self.document.version;
        if version != DOCUMENT_VERSION {
            let message = format!("the document version `{version}` is not supported");
            let help = format!("write `version = {DOCUMENT_VERSION}`");
            self.report
                .push(Diagnostic::error(code::VERSION_UNSUPPORTED, "version", message).help(help));
        }
    }
}
