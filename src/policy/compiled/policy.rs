//! [`Policy`]: a document that is valid, its words numbered and its roles worked out.

use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::administration::AdministrationRules;
use crate::error::Error;
use crate::model::{IdentifierScheme, Name, Pattern, Permission, Role};
use crate::policy::document::SupportDoor;
use crate::policy::document::{Function, PolicyDocument};
use crate::policy::parse::positions::Positions;
use crate::policy::parse::reader as read;
use crate::policy::{Diagnostic, nearest};
use crate::store::Names;

/// The number of no kind, where a policy has none.
pub(crate) const NO_KIND: u16 = u16::MAX;
/// The number of no vision, where a policy has none.
pub(crate) const NO_VISION: u8 = u8::MAX;

/// A policy: the constitution, written by the developer and fixed while the
/// program runs. Holding one means that it is valid.
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
    document: PolicyDocument,
    warnings: Vec<Diagnostic>,
    permissions: Names,
    /// The permissions of functions that are `leader-only`.
    leader_only: FixedBitSet,
    channels: Vec<Name>,
    kinds: Vec<KindRules>,
    unit_kinds: Vec<(Name, u8)>,
    unit_sets: Vec<(Name, SetRules)>,
    ceilings: Vec<CeilingRules>,
    roles: Vec<Arc<RoleRules>>,
    administration: AdministrationRules,
    support: Option<SupportDoor>,
}

#[derive(Debug)]
pub(crate) struct KindRules {
    pub(crate) name: Name,
    pub(crate) scheme: IdentifierScheme,
    /// One bit for each channel it acts on.
    pub(crate) channels: u16,
}

#[derive(Debug)]
struct SetRules {
    kinds: Vec<u16>,
    prefixes: Vec<Name>,
}

#[derive(Debug)]
struct CeilingRules {
    kinds: Vec<u16>,
    visions: Vec<u8>,
    permissions: FixedBitSet,
}

/// A role worked out: built-in, or one of a tenant.
#[derive(Clone, Debug)]
pub(crate) struct RoleRules {
    pub(crate) name: Name,
    /// The tenant's id; 0 for a built-in role.
    pub(crate) tenant: u32,
    pub(crate) role: Role,
    pub(crate) includes: Vec<u32>,
    /// The role itself and all that it includes, directly or not; sorted.
    pub(crate) closure: Vec<u32>,
    /// Effective permissions before ceilings (contract D5).
    pub(crate) uncut: FixedBitSet,
    /// The visions it may be granted at; none listed: all.
    pub(crate) visions: Vec<u8>,
    /// The kinds that may hold it; none listed: all.
    pub(crate) kinds: Vec<u16>,
}

impl RoleRules {
    /// What stands where there is no role.
    pub(crate) fn of_nothing() -> RoleRules {
        RoleRules {
            name: Name::trusted("?".into()),
            tenant: 0,
            role: Role::default(),
            includes: Vec::new(),
            closure: Vec::new(),
            uncut: FixedBitSet::new(),
            visions: Vec::new(),
            kinds: Vec::new(),
        }
    }
}

impl Policy {
    /// Reads a policy from TOML.
    ///
    /// # Errors
    /// When it is not valid; [`Error::diagnostics`] lists every problem at once,
    /// with its line and column.
    pub fn from_toml(text: &str) -> Result<Policy, Error> {
        Policy::build(read::read_toml(text))
    }

    /// Reads a policy from JSON; the same words with the same meaning as in TOML.
    ///
    /// # Errors
    /// When it is not valid; [`Error::diagnostics`] lists every problem at once.
    pub fn from_json(text: &str) -> Result<Policy, Error> {
        Policy::build(read::read_json(text))
    }

    /// Takes a document made in the program.
    ///
    /// # Errors
    /// When it is not valid; [`Error::diagnostics`] lists every problem at once.
    pub fn from_document(document: PolicyDocument) -> Result<Policy, Error> {
        Policy::build((Some(document), Vec::new(), Positions::default()))
    }

    fn build(reading: read::Reading<'_>) -> Result<Policy, Error> {
        let (document, found) = read::check(reading);
        let wrong = found.iter().any(Diagnostic::is_error);
        match document {
            Some(document) if !wrong => Ok(Policy::compile(document, found)),
            _ => Err(Error::policy(found)),
        }
    }

    /// Numbers the words of a valid document.
    fn compile(document: PolicyDocument, warnings: Vec<Diagnostic>) -> Policy {
        let mut permissions = Names::default();
        let mut leader_only = FixedBitSet::new();
        for (function, Function { actions, leader_only: leaders, .. }) in &document.functions {
            for action in actions {
                let Ok(id) = permissions.intern(&format!("{function}:{action}")) else { continue };
                leader_only.grow((id as usize).saturating_add(1));
                leader_only.set(id as usize, *leaders);
            }
        }
        let channels = match document.channels.as_slice() {
            [] => vec![Name::trusted("standard".into())],
            listed => listed.to_vec(),
        };
        let kinds = document.kinds.iter().map(|(name, kind)| KindRules {
            name: name.clone(),
            scheme: kind.identifier,
            channels: match kind.channels.as_slice() {
                [] => u16::MAX,
                listed => {
                    listed.iter().filter_map(|name| place(&channels, name)).fold(0, |mask, n| mask | 1u16 << (n & 15))
                }
            },
        });
        let kinds: Vec<KindRules> = kinds.collect();
        let vision = |name: &Name| place(&document.visions, name).map_or(NO_VISION, |n| n as u8);
        let kind_names: Vec<Name> = document.kinds.keys().cloned().collect();
        let kind = |name: &Name| place(&kind_names, name).map_or(NO_KIND, |n| n as u16);
        let unit_kinds: Vec<(Name, u8)> = document
            .unit_kinds
            .iter()
            .map(|(name, k)| (name.clone(), k.vision.as_ref().map_or(NO_VISION, vision)))
            .collect();
        let unit_kind =
            |name: &Name| unit_kinds.iter().position(|(known, _)| known == name).map_or(NO_KIND, |n| n as u16);
        let unit_sets = document.unit_sets.iter().map(|(name, set)| {
            (
                name.clone(),
                SetRules { kinds: set.kinds.iter().map(unit_kind).collect(), prefixes: set.prefixes.clone() },
            )
        });
        let unit_sets = unit_sets.collect();
        let mut policy = Policy {
            warnings,
            permissions,
            leader_only,
            channels,
            kinds,
            unit_kinds,
            unit_sets,
            ceilings: Vec::new(),
            roles: Vec::new(),
            administration: AdministrationRules::default(),
            support: None,
            document: PolicyDocument::default(),
        };
        policy.ceilings = document
            .ceilings
            .iter()
            .map(|ceiling| CeilingRules {
                kinds: ceiling.kinds.iter().map(kind).collect(),
                visions: ceiling.visions.iter().map(vision).collect(),
                permissions: policy.expand(&ceiling.permissions),
            })
            .collect();
        policy.document = document;
        policy.compile_roles();
        policy.administration = AdministrationRules::of(&policy);
        policy.support = SupportDoor::of(&policy);
        policy
    }

    /// Works the built-in roles out, included ones first. Inclusion has no cycle:
    /// validation has seen to it.
    fn compile_roles(&mut self) {
        let names: Vec<&Name> = self.document.roles.keys().collect();
        let ids = |wanted: &[Name]| -> Vec<u32> {
            wanted
                .iter()
                .filter_map(|name| names.binary_search(&name).ok())
                .filter_map(|n| u32::try_from(n).ok())
                .collect()
        };
        let mut graph = petgraph::graph::DiGraph::<u32, ()>::new();
        let nodes: Vec<_> = (0..u32::try_from(names.len()).unwrap_or(u32::MAX)).map(|id| graph.add_node(id)).collect();
        for (role, node) in self.document.roles.values().zip(&nodes) {
            for included in ids(&role.includes) {
                if let Some(included) = nodes.get(included as usize) {
                    graph.add_edge(*included, *node, ());
                }
            }
        }
        let order = petgraph::algo::toposort(&graph, None).unwrap_or_default();
        let mut done: Vec<Option<Arc<RoleRules>>> = vec![None; names.len()];
        for node in order {
            let Some((name, role)) = self.document.roles.iter().nth(node.index()) else { continue };
            let includes = ids(&role.includes);
            let id = u32::try_from(node.index()).unwrap_or(u32::MAX);
            let rules = self.work_out(id, 0, name, role, includes, |id| done.get(id as usize).cloned().flatten());
            if let Some(place) = done.get_mut(node.index()) {
                *place = Some(Arc::new(rules));
            }
        }
        self.roles = done.into_iter().flatten().collect();
    }

    /// Works a role out whose included roles are worked out (contract D5, ruling R7).
    pub(crate) fn work_out(
        &self,
        id: u32,
        tenant: u32,
        name: &Name,
        role: &Role,
        includes: Vec<u32>,
        known: impl Fn(u32) -> Option<Arc<RoleRules>>,
    ) -> RoleRules {
        let mut uncut = self.expand(&role.permissions);
        let mut closure = std::collections::BTreeSet::from([id]);
        for included in includes.iter().filter_map(|&id| known(id)) {
            uncut.union_with(&included.uncut);
            closure.extend(&included.closure);
        }
        uncut.difference_with(&self.expand(&role.except));
        let closure: Vec<u32> = closure.into_iter().collect();
        RoleRules {
            name: name.clone(),
            tenant,
            role: role.clone(),
            includes,
            closure,
            uncut,
            visions: role
                .visions
                .iter()
                .filter_map(|name| place(&self.document.visions, name))
                .map(|n| n as u8)
                .collect(),
            kinds: role.kinds.iter().filter_map(|name| self.kind(name)).collect(),
        }
    }

    /// The document it was made from.
    #[must_use]
    pub fn document(&self) -> &PolicyDocument {
        &self.document
    }

    /// What is valid and yet looks like a mistake.
    #[must_use]
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
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

    /// The catalogue, in the order of its numbers.
    pub(crate) fn permissions(&self) -> impl Iterator<Item = (u32, Name)> + '_ {
        (0..u32::try_from(self.permissions.len()).unwrap_or(u32::MAX)).map(|id| (id, self.permissions.name(id)))
    }

    pub(crate) fn permission_count(&self) -> usize {
        self.permissions.len()
    }

    #[inline]
    pub(crate) fn permission(&self, permission: Permission<'_>) -> Option<u32> {
        self.permissions.find(permission.as_str())
    }

    pub(crate) fn permission_names(&self) -> &Names {
        &self.permissions
    }

    /// The permissions that no unit scope reaches about people (ruling R17).
    pub(crate) fn leader_only(&self) -> &FixedBitSet {
        &self.leader_only
    }

    #[inline]
    pub(crate) fn is_leader_only(&self, permission: u32) -> bool {
        self.leader_only.contains(permission as usize)
    }

    /// The permissions of the catalogue that one of the patterns takes in.
    pub(crate) fn expand(&self, patterns: &[Pattern]) -> FixedBitSet {
        let mut set = FixedBitSet::with_capacity(self.permissions.len());
        let (exact, wild): (Vec<&Pattern>, Vec<&Pattern>) = patterns.iter().partition(|pattern| pattern.is_exact());
        set.extend(exact.iter().filter_map(|pattern| self.permissions.find(pattern.as_str())).map(|id| id as usize));
        if !wild.is_empty() {
            for (id, name) in self.permissions() {
                let Some((function, action)) = name.split_once(':') else { continue };
                if wild.iter().any(|pattern| pattern.matches(function, action)) {
                    set.insert(id as usize);
                }
            }
        }
        set
    }

    /// Cuts permissions by every ceiling that applies (contract D5).
    pub(crate) fn cut(&self, uncut: &FixedBitSet, kind: u16, vision: u8) -> FixedBitSet {
        let mut left = uncut.clone();
        for ceiling in self.ceilings.iter().filter(|ceiling| ceiling.applies(kind, vision)) {
            left.intersect_with(&ceiling.permissions);
        }
        left
    }

    /// Whether the ceilings leave this permission to that kind at that vision.
    pub(crate) fn under_ceilings(&self, permission: u32, kind: u16, vision: u8) -> bool {
        let mut applicable = self.ceilings.iter().filter(|ceiling| ceiling.applies(kind, vision));
        applicable.all(|ceiling| ceiling.permissions.contains(permission as usize))
    }

    pub(crate) fn has_ceilings(&self) -> bool {
        !self.ceilings.is_empty()
    }

    pub(crate) fn channels(&self) -> &[Name] {
        &self.channels
    }

    #[inline]
    pub(crate) fn channel(&self, name: &str) -> Option<u8> {
        self.channels.iter().position(|channel| channel == name).and_then(|n| u8::try_from(n).ok())
    }

    pub(crate) fn kinds(&self) -> &[KindRules] {
        &self.kinds
    }

    pub(crate) fn kind(&self, name: &str) -> Option<u16> {
        let n = self.kinds.binary_search_by(|kind| kind.name.as_str().cmp(name)).ok()?;
        u16::try_from(n).ok()
    }

    /// Whether a kind acts on a channel (contract D13).
    pub(crate) fn acts_on(&self, kind: u16, channel: u8) -> bool {
        self.kinds.get(usize::from(kind)).is_none_or(|kind| kind.channels >> (channel & 15) & 1 == 1)
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

    /// The vision of a unit kind.
    pub(crate) fn vision_of(&self, unit_kind: u16) -> u8 {
        self.unit_kinds.get(usize::from(unit_kind)).map_or(NO_VISION, |&(_, vision)| vision)
    }

    /// The widest vision, which `Everywhere`, `Own` and `Members` have (ruling R9).
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

    /// The sets that a unit of this kind and code lies in, one bit each (ruling R14).
    pub(crate) fn sets_of(&self, unit_kind: u16, code: &str) -> u64 {
        let lies_in = |set: &SetRules| {
            (set.kinds.is_empty() || set.kinds.contains(&unit_kind))
                && (set.prefixes.is_empty() || set.prefixes.iter().any(|prefix| code.starts_with(prefix.as_str())))
        };
        self.unit_sets.iter().take(64).rev().fold(0, |bits, (_, set)| bits << 1 | u64::from(lies_in(set)))
    }

    pub(in crate::policy) fn support(&self) -> Option<&SupportDoor> {
        self.support.as_ref()
    }

    pub(in crate::policy) fn administration(&self) -> &AdministrationRules {
        &self.administration
    }

    pub(crate) fn roles(&self) -> &[Arc<RoleRules>] {
        &self.roles
    }

    pub(crate) fn role(&self, name: &str) -> Option<u32> {
        let n = self.roles.binary_search_by(|role| role.name.as_str().cmp(name)).ok()?;
        u32::try_from(n).ok()
    }
}

impl CeilingRules {
    fn applies(&self, kind: u16, vision: u8) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&kind))
            && (self.visions.is_empty() || self.visions.contains(&vision))
    }
}

impl RoleRules {
    /// Whether it may be granted at a vision (contract D13).
    pub(crate) fn fits_vision(&self, vision: u8) -> bool {
        self.visions.is_empty() || self.visions.contains(&vision)
    }

    /// Whether a kind may hold it (ruling R8).
    pub(crate) fn fits_kind(&self, kind: u16) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

fn place(names: &[Name], wanted: &str) -> Option<usize> {
    names.iter().position(|name| name == wanted)
}
