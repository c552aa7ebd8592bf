//! [`Diagnostic`]: one problem of a policy, with its place and its remedy; the
//! stable codes; and the [`Report`] that gathers them without growing past a bound.

use std::fmt;

use serde::Serialize;

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
