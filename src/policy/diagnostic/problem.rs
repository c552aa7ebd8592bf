//! [`Diagnostic`]: one problem of a policy, with its place and its remedy; the
//! stable codes; and the [`Report`] that gathers them without growing past a bound.

use std::fmt;

use serde::Serialize;

use crate::policy::limits::MAX_DIAGNOSTICS;

/// One problem of a policy.
///
/// Its `Display` form is a block that a developer can read:
///
/// ```text
/// error[role-unknown-permission]: the role `clerk` names the permission `expenses:edt`, which is not in the catalogue
///   at roles.clerk.permissions[2], line 12, column 5
///   help: did you mean `expenses:edit`?
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Diagnostic {
    /// Whether the policy can be used all the same.
    pub severity: Severity,
    /// What rule it is, in a word that stays the same from version to version.
    pub code: &'static str,
    /// Where in the document, as in `roles.clerk.permissions[2]`; empty for the
    /// document itself. A key that is not a plain word is quoted as in TOML.
    pub path: String,
    /// Where in the text, if the policy was read from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// How bad a [`Diagnostic`] of a policy is, or a [`Finding`](crate::Finding) about the facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Severity {
    /// The policy is refused; of facts: a rule of the policy does not hold of them.
    Error,
    /// It is taken as it is, and probably not what was meant.
    Warning,
}

/// A place in a text, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line; a byte order mark is none.
    pub column: usize,
}

impl Diagnostic {
    pub(crate) fn error(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            code,
            path: path.into(),
            position: None,
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn warning(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, path, message) }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Diagnostic {
        Diagnostic { help: Some(help.into()), ..self }
    }

    pub(crate) fn maybe_help(self, help: Option<String>) -> Diagnostic {
        Diagnostic { help, ..self }
    }

    /// Whether it makes the policy unusable.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Diagnostic { severity, code, path, position, message, help } = self;
        write!(f, "{severity}[{code}]: {message}")?;
        match (path.as_str(), position) {
            ("", None) => {}
            ("", Some(position)) => write!(f, "\n  at {position}")?,
            (path, None) => write!(f, "\n  at {path}")?,
            (path, Some(position)) => write!(f, "\n  at {path}, {position}")?,
        }
        match help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        })
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Diagnostics up to a bound: a hostile text has as many problems as it has bytes.
#[derive(Debug, Default)]
pub(crate) struct Report {
    listed: Vec<Diagnostic>,
    hidden_errors: usize,
    hidden_warnings: usize,
}

impl Report {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if self.listed.len() < MAX_DIAGNOSTICS {
            self.listed.push(diagnostic);
        } else if diagnostic.is_error() {
            self.hidden_errors = self.hidden_errors.saturating_add(1);
        } else {
            self.hidden_warnings = self.hidden_warnings.saturating_add(1);
        }
    }

    /// Counts an error without having it written out, if it would not be listed anyway.
    pub(crate) fn hides_error(&mut self) -> bool {
        let full = self.listed.len() >= MAX_DIAGNOSTICS;
        if full {
            self.hidden_errors = self.hidden_errors.saturating_add(1);
        }
        full
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.hidden_errors > 0 || self.listed.iter().any(Diagnostic::is_error)
    }

    /// The diagnostics in the order in which they came, and how many more there were.
    pub(crate) fn finish(self) -> Vec<Diagnostic> {
        let mut listed = self.listed;
        let more = |n: usize, what: &str| format!("{n} more {what} not shown");
        if self.hidden_errors > 0 {
            listed.push(Diagnostic::error(code::MORE_PROBLEMS, "", more(self.hidden_errors, "errors are")));
        }
        if self.hidden_warnings > 0 {
            listed.push(Diagnostic::warning(code::MORE_PROBLEMS, "", more(self.hidden_warnings, "warnings are")));
        }
        listed
    }
}

/// Text that came from the document, for a message: in backticks, on one line, not endless.
pub(crate) fn quoted(text: &str) -> String {
    const SHOWN: usize = 80;
    let mut out = String::from("`");
    for (count, character) in text.chars().enumerate() {
        if count == SHOWN {
            out.push('…');
            break;
        }
        if character.is_control() {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out.push('`');
    out
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        /// What rules there are, by their stable codes.
        pub(crate) mod code {
            $($(#[$doc])* pub(crate) const $name: &str = $code;)*
            #[cfg(test)]
            pub(crate) const ALL: &[&str] = &[$($name),*];
        }
    };
}

codes! {
    // Of the text.
    TEXT_TOO_LONG = "text-too-long";
    SYNTAX = "syntax";
    DUPLICATE_KEY = "duplicate-key";
    NESTING_TOO_DEEP = "nesting-too-deep";
    WRONG_TYPE = "wrong-type";
    UNKNOWN_KEY = "unknown-key";
    MISSING_KEY = "missing-key";
    INVALID_NAME = "invalid-name";
    INVALID_PATTERN = "invalid-pattern";
    INVALID_IDENTIFIER_SCHEME = "invalid-identifier-scheme";
    INVALID_PLACE = "invalid-place";
    INVALID_EXTENT = "invalid-extent";
    INVALID_ENFORCEMENT = "invalid-enforcement";
    INVALID_COUNT = "invalid-count";
    INVALID_SILENCE = "invalid-silence";
    VERSION_MISSING = "version-missing";
    // Of the document: errors.
    VERSION_UNSUPPORTED = "version-unsupported";
    MORE_PROBLEMS = "more-problems";
    LIMIT_EXCEEDED = "limit-exceeded";
    DUPLICATE_ENTRY = "duplicate-entry";
    FUNCTION_INVALID_NAME = "function-invalid-name";
    FUNCTION_WITHOUT_ACTIONS = "function-without-actions";
    ACTION_INVALID_NAME = "action-invalid-name";
    PERMISSION_TOO_LONG = "permission-too-long";
    UNIT_KIND_WITHOUT_VISION = "unit-kind-without-vision";
    UNIT_KIND_NEEDLESS_VISION = "unit-kind-needless-vision";
    UNIT_KIND_UNKNOWN_VISION = "unit-kind-unknown-vision";
    UNIT_SET_EMPTY = "unit-set-empty";
    UNIT_SET_UNKNOWN_UNIT_KIND = "unit-set-unknown-unit-kind";
    KIND_UNKNOWN_CHANNEL = "kind-unknown-channel";
    KIND_WITHOUT_DIGITS = "kind-without-digits";
    ROLE_UNKNOWN_PERMISSION = "role-unknown-permission";
    ROLE_UNKNOWN_ROLE = "role-unknown-role";
    ROLE_UNKNOWN_VISION = "role-unknown-vision";
    ROLE_UNKNOWN_KIND = "role-unknown-kind";
    ROLE_INCLUSION_CYCLE = "role-inclusion-cycle";
    ROLE_INCLUSION_TOO_DEEP = "role-inclusion-too-deep";
    CEILING_UNKNOWN_PERMISSION = "ceiling-unknown-permission";
    CEILING_UNKNOWN_VISION = "ceiling-unknown-vision";
    CEILING_UNKNOWN_KIND = "ceiling-unknown-kind";
    GUARD_WITHOUT_COMMANDS = "guard-without-commands";
    GUARD_UNKNOWN_COMMAND = "guard-unknown-command";
    GUARD_UNKNOWN_PERMISSION = "guard-unknown-permission";
    GUARD_UNKNOWN_KIND = "guard-unknown-kind";
    ELIGIBILITY_UNKNOWN_VISION = "eligibility-unknown-vision";
    ELIGIBILITY_UNKNOWN_KIND = "eligibility-unknown-kind";
    ELIGIBILITY_UNKNOWN_ROLE = "eligibility-unknown-role";
    ELIGIBILITY_UNKNOWN_AFFILIATION = "eligibility-unknown-affiliation";
    ELIGIBILITY_UNKNOWN_UNIT_SET = "eligibility-unknown-unit-set";
    ELIGIBILITY_DIRECT_REQUIRES = "eligibility-direct-requires";
    SEPARATION_DUPLICATE_NAME = "separation-duplicate-name";
    SEPARATION_UNKNOWN_ROLE = "separation-unknown-role";
    SEPARATION_TOO_FEW_ROLES = "separation-too-few-roles";
    SEPARATION_BOUND_OUT_OF_RANGE = "separation-bound-out-of-range";
    ADMINISTRATION_UNKNOWN_ROLE = "administration-unknown-role";
    ADMINISTRATION_UNKNOWN_PERMISSION = "administration-unknown-permission";
    SEATS_WITHOUT_UNITS = "seats-without-units";
    REVOCATION_PERCENT = "revocation-percent";
    REVOCATION_WITHOUT_DAYS = "revocation-without-days";
    REVOCATION_WIDENS_NOTHING = "revocation-widens-nothing";
    REVOCATION_VISIT_OF_NOBODY = "revocation-visit-of-nobody";
    REVOCATION_UNKNOWN_ROLE = "revocation-unknown-role";
    REVOCATION_UNKNOWN_KIND = "revocation-unknown-kind";
    REVOCATION_UNKNOWN_AFFILIATION = "revocation-unknown-affiliation";
    SUPPORT_UNKNOWN_CHANNEL = "support-unknown-channel";
    SUPPORT_FIRST_CHANNEL = "support-first-channel";
    SUPPORT_UNKNOWN_ROLE = "support-unknown-role";
    SUPPORT_WITHOUT_ROLES = "support-without-roles";
    RENAMED_STILL_CURRENT = "renamed-still-current";
    RENAMED_UNKNOWN_WORD = "renamed-unknown-word";
    RETIRED_STILL_CURRENT = "retired-still-current";
    RENAMED_AND_RETIRED = "renamed-and-retired";
    // Of the document: warnings.
    NO_PERMISSIONS = "no-permissions";
    FUNCTION_UNKNOWN_VISION = "function-unknown-vision";
    PATTERN_MATCHES_NOTHING = "pattern-matches-nothing";
    EXCEPTION_REMOVES_NOTHING = "exception-removes-nothing";
    ROLE_GRANTS_NOTHING = "role-grants-nothing";
    ROLE_EQUALS_ANOTHER = "role-equals-another";
    ROLE_EMPTIED_BY_CEILING = "role-emptied-by-ceiling";
    CEILINGS_NOT_EXAMINED = "ceilings-not-examined";
    NO_GUARDS = "no-guards";
    GUARD_UNREACHABLE = "guard-unreachable";
    SUPPORT_UNGUARDED = "support-unguarded";
    ELIGIBILITY_MATCHES_NOTHING = "eligibility-matches-nothing";
    SEPARATION_WITHOUT_UNITS = "separation-without-units";
    ADMINISTRATOR_BELOW_ROOT = "administrator-below-root";
    ROLE_UNRESERVED = "role-unreserved";
}
