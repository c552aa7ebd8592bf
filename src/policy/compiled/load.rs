//! l

use super::policy::Policy;
use crate::error::Error;
use crate::model::Permission;
use crate::policy::diagnostic::Diagnostic;
use crate::policy::document::PolicyDocument;
use crate::policy::parse::{Positions, Reading, read_json, read_toml};
use crate::policy::suggest::nearest;
use crate::policy::validate::check;

impl Policy {
    /// Reads a policy from TOML.
    ///
    /// # Errors
    /// When it is not valid; [`Error::diagnostics`] lists every problem at once,
    /// with its line and column.
    pub fn from_toml(text: &str) -> Result<Policy, Error> {
        Policy::build(read_toml(text))
    }

    /// Reads a policy from JSON; the same words with the same meaning as in TOML.
    ///
    /// # Errors
    /// When it is not valid; [`Error::diagnostics`] lists every problem at once.
    pub fn from_json(text: &str) -> Result<Policy, Error> {
        Policy::build(read_json(text))
    }

    /// Takes a document made in the program.
    ///
    /// # Errors
    /// When it is not valid; [`Error::diagnostics`] lists every problem at once.
    pub fn from_document(document: PolicyDocument) -> Result<Policy, Error> {
        Policy::build((Some(document), Vec::new(), Positions::default()))
    }

    fn build(reading: Reading<'_>) -> Result<Policy, Error> {
        let (document, found) = check(reading);
        let wrong = found.iter().any(Diagnostic::is_error);
        match document {
            Some(document) if !wrong => Ok(Policy::compile(document, found)),
            _ => Err(Error::policy(found)),
        }
    }

    /// Whether the catalogue has all of these permissions: a start-up check for a
    /// host whose permissions are constants.
    ///
    /// # Errors
    /// Names every permission that the policy lacks, with the nearest it has.
    pub fn require<'a>(&self, permissions: impl IntoIterator<Item = Permission<'a>>) -> Result<(), Error> {
        let lacking = permissions.into_iter().filter(|wanted| self.permission(*wanted).is_none());
        let lacking: Vec<(String, Option<String>)> = lacking
            .map(|wanted| {
                let catalogue = self.permissions().map(|(_, name)| name);
                (wanted.to_string(), nearest(wanted.as_str(), catalogue).map(String::from))
            })
            .collect();
        if lacking.is_empty() { Ok(()) } else { Err(Error::lacking(&lacking)) }
    }
}
