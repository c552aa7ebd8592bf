//! `[support]`: the channel by which units are reached in support alone, and the roles
//! that may be held there.

use serde::{Deserialize, Serialize};

use crate::model::Name;

/// The door of support (requirement S10, ruling R18).
///
/// ```
/// let document: alcada::PolicyDocument = toml::from_str(r#"
///     version = 1
///     channels = ["standard", "support"]
///     roles.viewer = {}
///     support = { channel = "support", roles = ["viewer"] }
/// "#).unwrap();
/// assert!(alcada::Policy::from_document(document).is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SupportRules {
    /// One of the policy's channels, not the first.
    pub channel: Name,
    /// The built-in roles that alone are granted on it.
    pub roles: Vec<Name>,
}
