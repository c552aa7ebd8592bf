//! The way in: from a text or a document to a [`Policy`], and the program's own check of it.
//!
//! The only file that makes a [`PolicyError`].

use super::policy::Policy;
use crate::model::Permission;
use crate::policy::diagnostic::Diagnostic;
use crate::policy::document::Document;
use crate::policy::error::PolicyError;
use crate::policy::parse::{Positions, Reading, read_json, read_toml};
use crate::policy::suggest::nearest;
use crate::policy::validate::check;

impl Policy {
    /// Reads a policy from TOML.
    ///
    /// # Errors
    /// If the policy is not valid. [`PolicyError::diagnostics`] lists every problem at once, with
    /// its line and column.
    pub fn from_toml(text: &str) -> Result<Policy, PolicyError> {
        Policy::build(read_toml(text))
    }

    /// Reads a policy from JSON, which has the keys that TOML has, with their meaning.
    ///
    /// # Errors
    /// If the policy is not valid. [`PolicyError::diagnostics`] lists every problem at once, with
    /// its line and column.
    pub fn from_json(text: &str) -> Result<Policy, PolicyError> {
        Policy::build(read_json(text))
    }

    /// Makes a policy of a document that the program has built itself.
    ///
    /// # Errors
    /// If the document is not valid. [`PolicyError::diagnostics`] lists every problem at once, with
    /// its path in the document.
    pub fn from_document(document: Document) -> Result<Policy, PolicyError> {
        Policy::build((Some(document), Vec::new(), Positions::default()))
    }

    fn build(reading: Reading<'_>) -> Result<Policy, PolicyError> {
        let (document, found) = check(reading);
        let wrong = found.iter().any(Diagnostic::is_error);
        match document {
            Some(document) if !wrong => Ok(Policy::compile(document, found)),
            _ => Err(PolicyError::invalid(found)),
        }
    }

    /// Checks that the catalogue has all of these permissions. A host whose permissions are
    /// constants calls it when it starts, so that a permission which the policy lacks is found
    /// there and not in a decision.
    ///
    /// # Errors
    /// If the policy lacks any of them: the error names each one, with the nearest one it has.
    pub fn require<'a>(
        &self,
        permissions: impl IntoIterator<Item = Permission<'a>>,
    ) -> Result<(), PolicyError> {
        let lacking = permissions.into_iter().filter(|wanted| self.permission(*wanted).is_none());
        let lacking: Vec<(String, Option<String>)> = lacking
            .map(|wanted| {
                let catalogue = self.permissions().map(|(_, name)| name);
                (wanted.to_string(), nearest(wanted.as_str(), catalogue).map(String::from))
            })
            .collect();
        if lacking.is_empty() { Ok(()) } else { Err(PolicyError::lacking(lacking)) }
    }
}
