//! `[support]`: the channel by which units are reached in support, and the roles held there.

use serde::{Deserialize, Serialize};

use crate::model::Name;

/// How units are reached in support: by a channel of its own, with a few roles and no others.
///
/// Support is opened and closed by commands, never granted or asked for.
/// See [sessions and support](crate::docs::sessions).
///
/// ```
/// let document: alcada::policy::Document = toml::from_str(r#"
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
    /// The channel of support. Validation refuses the policy's first channel, which is the standard
    /// one.
    pub channel: Name,
    /// The built-in roles that can be held on the channel of support. Validation refuses an empty
    /// list.
    pub roles: Vec<Name>,
}
