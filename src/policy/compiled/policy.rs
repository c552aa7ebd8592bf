//! [`Policy`]: everything that a valid document says, and the numbers of its words.
//!
//! The questions about what the words mean are in the files beside this one.

use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::rules::{
    AdministrationRules, CeilingRules, KindRules, RoleRules, SetRules, SupportDoor,
};
use crate::model::{Name, Permission};
use crate::policy::diagnostic::Diagnostic;
use crate::policy::document::Document;
use crate::store::{ChannelId, Names, PermissionId, RoleId, ids};

/// The kind of a principal in a policy without kinds: the number of no kind.
pub(crate) const NO_KIND: u16 = u16::MAX;
/// The vision of everything in a policy without visions: the number of no vision.
pub(crate) const NO_VISION: u8 = u8::MAX;

/// The policy of a program: what can be done, which roles there are, and what no grant can exceed.
///
/// Its author writes it as a [`Document`], mostly in TOML, and it is fixed while the program
/// runs. A value of this type is valid: an invalid document makes an error, with every problem
/// listed. [The policy document](crate::docs::policy) explains every key.
///
/// ```
/// use alcada::{Permission, Policy};
/// let policy = Policy::from_toml(r#"
///     version = 1
///     functions.articles.actions = ["view", "edit"]
///     roles.editor.permissions = ["articles:*"]
/// "#)?;
/// policy.require([Permission::new("articles:edit")])?;
/// # Ok::<(), alcada::Error>(())
/// ```
#[derive(Debug)]
pub struct Policy {
    pub(super) document: Document,
    pub(super) warnings: Vec<Diagnostic>,
    pub(super) permissions: Names<PermissionId>,
    /// The permissions of functions that are `leader-only`, which no unit scope reaches about
    /// people.
    pub(super) leader_only: FixedBitSet,
    pub(super) channels: Vec<Name>,
    pub(super) kinds: Vec<KindRules>,
    pub(super) unit_kinds: Vec<(Name, u8)>,
    pub(super) unit_sets: Vec<(Name, SetRules)>,
    pub(super) ceilings: Vec<CeilingRules>,
    pub(super) roles: Vec<Arc<RoleRules>>,
    pub(super) administration: AdministrationRules,
    pub(super) support: Option<SupportDoor>,
}

impl Policy {
    /// The document that the policy was made from.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// What the document says and probably does not mean, although it is valid. At most
    /// [`MAX_DIAGNOSTICS`](crate::facts::limits::MAX_DIAGNOSTICS), and one more that counts the
    /// rest.
    #[must_use]
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// Every permission with its number, in the order of the numbers.
    pub(crate) fn permissions(&self) -> impl Iterator<Item = (PermissionId, Name)> + '_ {
        self.permission_ids().map(|id| (id, self.permissions.name(id)))
    }

    /// Every permission, in the order of the catalogue.
    pub(crate) fn permission_ids(&self) -> impl Iterator<Item = PermissionId> + Clone + use<> {
        self.permissions.keys()
    }

    pub(crate) fn permission_count(&self) -> usize {
        self.permissions.len()
    }

    #[inline]
    pub(crate) fn permission(&self, permission: Permission<'_>) -> Option<PermissionId> {
        self.permissions.find(permission.as_str())
    }

    pub(crate) fn permission_names(&self) -> &Names<PermissionId> {
        &self.permissions
    }

    pub(crate) fn channels(&self) -> &[Name] {
        &self.channels
    }

    #[inline]
    pub(crate) fn channel(&self, name: &str) -> Option<ChannelId> {
        self.channels.iter().position(|channel| channel == name).and_then(ChannelId::from_index)
    }

    pub(crate) fn kinds(&self) -> &[KindRules] {
        &self.kinds
    }

    pub(crate) fn kind(&self, name: &str) -> Option<u16> {
        let n = self.kinds.binary_search_by(|kind| kind.name.as_str().cmp(name)).ok()?;
        u16::try_from(n).ok()
    }

    /// Whether principals of a kind act on a channel. `true` for [`NO_KIND`].
    pub(crate) fn acts_on(&self, kind: u16, channel: ChannelId) -> bool {
        self.kinds
            .get(usize::from(kind))
            .is_none_or(|kind| kind.channels >> (channel.get() & 15) & 1 == 1)
    }

    pub(crate) fn has_unit_kinds(&self) -> bool {
        !self.unit_kinds.is_empty()
    }

    pub(crate) fn unit_kind(&self, name: &str) -> Option<u16> {
        let n = self.unit_kinds.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
        u16::try_from(n).ok()
    }

    pub(crate) fn unit_kind_name(&self, kind: u16) -> Option<&Name> {
        self.unit_kinds.get(usize::from(kind)).map(|(name, _)| name)
    }

    /// The vision that units of a kind work at. [`NO_VISION`] in a policy without visions.
    pub(crate) fn vision_of(&self, unit_kind: u16) -> u8 {
        self.unit_kinds.get(usize::from(unit_kind)).map_or(NO_VISION, |&(_, vision)| vision)
    }

    /// The widest vision, which is that of grants with the scope `Everywhere`, `Own` or `Members`.
    pub(crate) fn widest(&self) -> u8 {
        if self.document.visions.is_empty() { NO_VISION } else { 0 }
    }

    pub(crate) fn vision_name(&self, vision: u8) -> Option<&Name> {
        self.document.visions.get(usize::from(vision))
    }

    pub(crate) fn vision(&self, name: &str) -> Option<u8> {
        place(&self.document.visions, name).and_then(|n| u8::try_from(n).ok())
    }

    pub(crate) fn affiliation(&self, name: &str) -> Option<u16> {
        place(&self.document.affiliations, name).and_then(|n| u16::try_from(n).ok())
    }

    pub(crate) fn affiliation_name(&self, kind: u16) -> Option<&Name> {
        self.document.affiliations.get(usize::from(kind))
    }

    pub(crate) fn unit_set(&self, name: &str) -> Option<u32> {
        let n = self.unit_sets.binary_search_by(|(known, _)| known.as_str().cmp(name)).ok()?;
        u32::try_from(n).ok()
    }

    pub(crate) fn unit_set_name(&self, set: u32) -> Option<&Name> {
        self.unit_sets.get(set as usize).map(|(name, _)| name)
    }

    /// The unit sets that a unit of this kind and with this code lies in, as one bit for each set.
    pub(crate) fn sets_of(&self, unit_kind: u16, code: &str) -> u64 {
        let lies_in = |set: &SetRules| {
            (set.kinds.is_empty() || set.kinds.contains(&unit_kind))
                && (set.prefixes.is_empty()
                    || set.prefixes.iter().any(|prefix| code.starts_with(prefix.as_str())))
        };
        self.unit_sets
            .iter()
            .take(64)
            .rev()
            .fold(0, |bits, (_, set)| bits << 1 | u64::from(lies_in(set)))
    }

    pub(super) fn support(&self) -> Option<&SupportDoor> {
        self.support.as_ref()
    }

    pub(super) fn administration(&self) -> &AdministrationRules {
        &self.administration
    }

    pub(crate) fn roles(&self) -> &[Arc<RoleRules>] {
        &self.roles
    }

    /// Every built-in role, in the order of [`Policy::roles`].
    pub(crate) fn role_ids(&self) -> impl Iterator<Item = RoleId> + Clone + use<> {
        ids(self.roles.len())
    }

    pub(crate) fn role(&self, name: &str) -> Option<RoleId> {
        let n = self.roles.binary_search_by(|role| role.name.as_str().cmp(name)).ok()?;
        RoleId::from_index(n)
    }
}

/// The index of a name in a list. `None` if the list lacks it.
pub(super) fn place(names: &[Name], wanted: &str) -> Option<usize> {
    names.iter().position(|name| name == wanted)
}
