//! From a valid document to a [`Policy`]: numbers the words, then works out the roles, then what
//! refers to both.

use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::policy::{NO_KIND, NO_VISION, Policy, place};
use super::rules::{
    AdministrationRules, CeilingRules, KindRules, RoleRules, SetRules, SupportDoor,
};
use crate::model::{Name, Role};
use crate::policy::diagnostic::Diagnostic;
use crate::policy::document::{Document, Function, STANDARD_CHANNEL};
use crate::store::{Names, PermissionId, RoleId, TenantId, ids};

impl Policy {
    /// Makes the policy of a document that is valid, as validation has seen to. Of one that is not,
    /// names that do not exist would be dropped in silence.
    pub(super) fn compile(document: Document, warnings: Vec<Diagnostic>) -> Policy {
        let mut permissions = Names::<PermissionId>::default();
        let mut leader_only = FixedBitSet::new();
        for (function, Function { actions, leader_only: leaders, .. }) in &document.functions {
            for action in actions {
                let Ok(id) = permissions.intern(&format!("{function}:{action}")) else { continue };
                leader_only.grow(id.index().saturating_add(1));
                leader_only.set(id.index(), *leaders);
            }
        }
        let channels = match document.channels.as_slice() {
            [] => vec![Name::trusted(STANDARD_CHANNEL.into())],
            listed => listed.to_vec(),
        };
        let kinds = document.kinds.iter().map(|(name, kind)| KindRules {
            name: name.clone(),
            scheme: kind.identifier,
            channels: match kind.channels.as_slice() {
                [] => u16::MAX,
                listed => listed
                    .iter()
                    .filter_map(|name| place(&channels, name))
                    .fold(0, |mask, n| mask | 1u16 << (n & 15)),
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
        let unit_kind = |name: &Name| {
            unit_kinds.iter().position(|(known, _)| known == name).map_or(NO_KIND, |n| n as u16)
        };
        let unit_sets = document.unit_sets.iter().map(|(name, set)| {
            (
                name.clone(),
                SetRules {
                    kinds: set.kinds.iter().map(unit_kind).collect(),
                    prefixes: set.prefixes.clone(),
                },
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
            document: Document::default(),
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

    /// Works out the built-in roles, included roles before those that include them. There is such
    /// an order: validation refuses inclusions in a circle.
    fn compile_roles(&mut self) {
        let names: Vec<&Name> = self.document.roles.keys().collect();
        let ids_of = |wanted: &[Name]| -> Vec<RoleId> {
            wanted
                .iter()
                .filter_map(|name| names.binary_search(&name).ok())
                .filter_map(RoleId::from_index)
                .collect()
        };
        let mut graph = petgraph::graph::DiGraph::<RoleId, ()>::new();
        let nodes: Vec<_> = ids(names.len()).map(|id| graph.add_node(id)).collect();
        for (role, node) in self.document.roles.values().zip(&nodes) {
            for included in ids_of(&role.includes) {
                if let Some(included) = nodes.get(included.index()) {
                    graph.add_edge(*included, *node, ());
                }
            }
        }
        let order = petgraph::algo::toposort(&graph, None).unwrap_or_default();
        let mut done: Vec<Option<Arc<RoleRules>>> = vec![None; names.len()];
        for node in order {
            let Some((name, role)) = self.document.roles.iter().nth(node.index()) else { continue };
            let includes = ids_of(&role.includes);
            let Some(&id) = graph.node_weight(node) else { continue };
            let rules = self.work_out(id, TenantId::PLATFORM, name, role, includes, |id| {
                done.get(id.index()).cloned().flatten()
            });
            if let Some(place) = done.get_mut(node.index()) {
                *place = Some(Arc::new(rules));
            }
        }
        self.roles = done.into_iter().flatten().collect();
    }

    /// Works out one role, from the included roles that `known` returns. The exceptions of an
    /// included role have cut only what that role contributes.
    pub(crate) fn work_out(
        &self,
        id: RoleId,
        tenant: TenantId,
        name: &Name,
        role: &Role,
        includes: Vec<RoleId>,
        known: impl Fn(RoleId) -> Option<Arc<RoleRules>>,
    ) -> RoleRules {
        let mut uncut = self.expand(&role.permissions);
        let mut closure = std::collections::BTreeSet::from([id]);
        for included in includes.iter().filter_map(|&id| known(id)) {
            uncut.union_with(&included.uncut);
            closure.extend(&included.closure);
        }
        uncut.difference_with(&self.expand(&role.except));
        let closure: Vec<RoleId> = closure.into_iter().collect();
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
}
