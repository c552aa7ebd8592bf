//! [`Attestation`]: a statement that somebody vouched for an administrator.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Identifier, Name};

/// The longest text of an [`Attestation`], in bytes of UTF-8.
pub const MAX_ATTESTATION_BYTES: usize = 1024;

/// A statement for the journal: who vouched for the data of an administrator, in which capacity,
/// how that was verified, and by which document. It changes no fact.
///
/// The texts are about people, so that the `Debug` form leaves them out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Attestation {
    /// The tenant, by the code of its root unit.
    pub tenant: Name,
    /// The administrator vouched for, registered in the tenant.
    pub about: Identifier,
    /// The name of the one who vouched.
    pub given_by: String,
    /// The capacity in which that one vouched.
    pub capacity: String,
    /// How the statement was verified.
    pub verified_by: String,
    /// A reference to the document.
    pub document: String,
}

impl Attestation {
    /// The texts, each with the word for it.
    pub(crate) fn texts(&self) -> [(&'static str, &str); 4] {
        let Attestation { given_by, capacity, verified_by, document, .. } = self;
        [
            ("given-by", given_by),
            ("capacity", capacity),
            ("verified-by", verified_by),
            ("document", document),
        ]
    }
}

impl fmt::Debug for Attestation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Attestation { tenant, about, .. } = self;
        f.debug_struct("Attestation")
            .field("tenant", tenant)
            .field("about", about)
            .finish_non_exhaustive()
    }
}
