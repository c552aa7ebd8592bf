//! `[support]`: the channel by which units are reached in support alone, and the roles
//! that may be held there.

use fixedbitset::FixedBitSet;
use serde::{Deserialize, Serialize};

use crate::model::{CommandWord, Name};
use crate::policy::Policy;
use crate::policy::diagnostic::{Diagnostic, Report, code};
use crate::policy::document::PolicyDocument;
use crate::policy::parse::positions::path;
use crate::policy::parse::reader::Need::Required;
use crate::policy::parse::reader::Reader;
use crate::policy::parse::tree::Node;
use crate::policy::validate::rules::{Rules, STANDARD_CHANNEL};

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

/// The same, numbered.
#[derive(Debug)]
pub(in crate::policy) struct SupportDoor {
    channel: u8,
    roles: FixedBitSet,
}

impl SupportDoor {
    pub(in crate::policy) fn of(policy: &Policy) -> Option<SupportDoor> {
        let SupportRules { channel, roles } = policy.document().support.as_ref()?;
        let roles = roles.iter().filter_map(|name| policy.role(name)).map(|role| role as usize).collect();
        Some(SupportDoor { channel: policy.channel(channel)?, roles })
    }
}

impl Policy {
    /// The channel of support, where the policy has one.
    #[inline]
    pub(crate) fn support_channel(&self) -> Option<u8> {
        self.support().map(|door| door.channel)
    }

    /// Whether a role may be granted on a channel: on that of support those named alone (ruling R18).
    pub(crate) fn fits_channel(&self, role: u32, channel: u8) -> bool {
        self.support().is_none_or(|door| door.channel != channel || door.roles.contains(role as usize))
    }
}

impl Reader<'_> {
    pub(in crate::policy) fn support(&mut self, node: &Node<'_>) -> Option<SupportRules> {
        self.table(node, |r, f| {
            let channel = r.field(f, "channel", Required, Self::name);
            let roles = r.list(f, "roles", Required, Self::name);
            channel.map(|channel| SupportRules { channel, roles })
        })?
    }
}

impl Rules<'_> {
    pub(in crate::policy) fn support(&mut self) {
        let document = self.document;
        let Some(SupportRules { channel, roles }) = &document.support else { return };
        let what = "support";
        let listed: Vec<&str> = match document.channels.as_slice() {
            [] => vec![STANDARD_CHANNEL],
            channels => channels.iter().map(Name::as_str).collect(),
        };
        let at = || path([what, "channel"]);
        let known = listed.contains(&channel.as_str());
        self.known(channel, (code::SUPPORT_UNKNOWN_CHANNEL, "channel", what), known, || listed.iter().copied(), at);
        if listed.first() == Some(&channel.as_str()) {
            let message = format!("support comes by the channel `{channel}`, which is the first: the standard one");
            let problem = Diagnostic::error(code::SUPPORT_FIRST_CHANNEL, at(), message);
            self.report.push(problem.help("list another in `channels` for support, after the first"));
        }
        let at = || path([what, "roles"]);
        self.distinct(roles, at);
        if roles.is_empty() {
            let message = "support names no role, so none can be opened";
            let problem = Diagnostic::error(code::SUPPORT_WITHOUT_ROLES, at(), message);
            self.report.push(problem.help("list at least one, or remove `support`"));
        }
        self.names(
            roles,
            (code::SUPPORT_UNKNOWN_ROLE, "role", what),
            |name| document.roles.contains_key(name),
            || document.roles.keys().map(Name::as_str),
            at,
        );
    }
}

/// A door that nobody can open.
pub(in crate::policy) fn lint(document: &PolicyDocument, report: &mut Report) {
    let word = CommandWord::OpenSupport.as_str();
    let guarded = |name: &Name| name.as_str() == word;
    if document.support.is_some() && !document.guards.iter().any(|guard| guard.commands.iter().any(guarded)) {
        let message = "no guard names `open-support`, so nobody but the host can open support";
        let problem = Diagnostic::warning(code::SUPPORT_UNGUARDED, "support", message);
        report.push(problem.help("say in `guards` which permission it takes"));
    }
}
