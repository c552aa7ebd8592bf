//! [`Diagnostic`]: one problem of a policy, with its place and its remedy.

use std::fmt;

use serde::Serialize;

/// One problem of a policy.
///
/// Its `Display` form is a block that a developer can read:
///
/// ```text
/// error[role-unknown-role]: the role `clerk` names the role `viewr`, which does not exist
///   at roles.clerk.includes[0], line 12, column 13
///   help: did you mean `viewer`?
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Diagnostic {
    /// Whether the problem makes the policy unusable.
    pub severity: Severity,
    /// The rule that is broken, as a word that never changes its meaning.
    pub code: &'static str,
    /// The place in the document, as in `roles.clerk.permissions[2]`, with keys quoted as in TOML
    /// unless they are plain words. Empty if the problem is the document's as a whole.
    pub path: String,
    /// The place in the text. `None` if the document was not read from a text, or if the problem is
    /// at no place in particular.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// What is wrong, for people.
    pub message: String,
    /// What would be right, for people. `None` if nothing likely is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// How bad a [`Diagnostic`] of a policy is, or a [`Finding`](crate::report::Finding) about the
/// facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Severity {
    /// The policy is refused. Of a finding: the facts break a rule of the policy.
    Error,
    /// The policy or the facts are taken as they are, which is probably not what was meant.
    Warning,
}

/// A place in the text of a policy. Lines and columns are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Position {
    /// The line, ended by `\n`.
    pub line: usize,
    /// The character in the line. A byte order mark at the beginning of the text does not count.
    pub column: usize,
}

impl Diagnostic {
    pub(crate) fn error(
        code: &'static str,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            code,
            path: path.into(),
            position: None,
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn warning(
        code: &'static str,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, path, message) }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Diagnostic {
        Diagnostic { help: Some(help.into()), ..self }
    }

    pub(crate) fn maybe_help(self, help: Option<String>) -> Diagnostic {
        Diagnostic { help, ..self }
    }

    /// Whether the problem makes the policy unusable.
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
