//! [`PolicyError`]: why a policy cannot be used.

use std::fmt;

use crate::policy::diagnostic::{Diagnostic, code};

/// Why a policy cannot be used: its document is not valid, or it lacks permissions that the host
/// requires.
///
/// Its `Debug` form is what it displays: what `main` prints is for people.
#[derive(Clone, PartialEq, Eq)]
pub struct PolicyError(Kind);

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    Invalid(Vec<Diagnostic>),
    /// Each permission, with the nearest that the policy has.
    Lacking(Vec<(String, Option<String>)>),
}

impl PolicyError {
    pub(crate) fn invalid(diagnostics: Vec<Diagnostic>) -> PolicyError {
        PolicyError(Kind::Invalid(diagnostics))
    }

    pub(crate) fn lacking(permissions: Vec<(String, Option<String>)>) -> PolicyError {
        PolicyError(Kind::Lacking(permissions))
    }

    /// What kind of error this is, as a word that stays the same in every version:
    ///
    /// | code | the policy |
    /// |---|---|
    /// | `policy-invalid` | has a document with errors, its [`diagnostics`](Self::diagnostics) |
    /// | `policy-lacking` | [lacks](Self::lacks) permissions that the host requires |
    #[must_use]
    pub fn code(&self) -> &'static str {
        match &self.0 {
            Kind::Invalid(_) => "policy-invalid",
            Kind::Lacking(_) => "policy-lacking",
        }
    }

    /// Every problem of a document that is not valid, warnings included. Empty if the document is
    /// valid.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match &self.0 {
            Kind::Invalid(diagnostics) => diagnostics,
            Kind::Lacking(_) => &[],
        }
    }

    /// The permissions that [`Policy::require`](super::Policy::require) did not find, each with the
    /// nearest one that the policy has, if any resembles it.
    pub fn lacks(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let lacking = match &self.0 {
            Kind::Invalid(_) => &[][..],
            Kind::Lacking(permissions) => permissions,
        };
        lacking.iter().map(|(permission, nearest)| (permission.as_str(), nearest.as_deref()))
    }

    /// Whether the document passes one of the [limits](crate::facts::limits): there is too much of
    /// something, the text is too long or it is nested too deeply.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        let limits = [
            code::LIMIT_EXCEEDED,
            code::TEXT_TOO_LONG,
            code::NESTING_TOO_DEEP,
            code::PERMISSION_TOO_LONG,
            code::ROLE_INCLUSION_TOO_DEEP,
        ];
        self.diagnostics().iter().any(|diagnostic| limits.contains(&diagnostic.code))
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Invalid(diagnostics) => {
                f.write_str("the policy is not valid")?;
                diagnostics.iter().try_for_each(|diagnostic| write!(f, "\n{diagnostic}"))
            }
            Kind::Lacking(permissions) => {
                f.write_str("the policy lacks permissions that the program requires:")?;
                permissions.iter().try_for_each(|(name, nearest)| match nearest {
                    Some(nearest) => write!(f, "\n  `{name}` (did you mean `{nearest}`?)"),
                    None => write!(f, "\n  `{name}`"),
                })
            }
        }
    }
}

impl fmt::Debug for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for PolicyError {}
