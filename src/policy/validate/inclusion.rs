//! [`Inclusions`]: which roles include which, as a graph: its circles, its depth, and what every
//! role grants before ceilings.
//!
//! Each role is looked at once, however many ways lead to it. Nothing recurses, however long a
//! chain of inclusions is: a hostile document must not overflow the stack.

use std::collections::{BTreeSet, HashMap, VecDeque};

use fixedbitset::FixedBitSet;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::catalogue::Catalogue;
use crate::model::{Name, Role};
use crate::policy::diagnostic::{Diagnostic, Report, code, path};
use crate::policy::document::Document;
use crate::policy::limits::MAX_INCLUSION_DEPTH;
use crate::store::{IntoSet, Order};

/// The roles of a document, with an edge from each role to each one that it includes. A name that
/// is no role's gets no edge, as it is reported elsewhere.
pub(crate) struct Inclusions<'d> {
    graph: DiGraph<(&'d Name, &'d Role), ()>,
    /// The strongly connected components, included roles before those that include them. A
    /// component of several roles is a circle, or several that touch.
    components: Vec<Vec<NodeIndex>>,
}

/// What one role grants before ceilings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uncut {
    /// Its own and its included roles' permissions, before its own exceptions.
    pub(crate) gathered: FixedBitSet,
    /// What is left of these after its own exceptions.
    pub(crate) permissions: FixedBitSet,
}

impl<'d> Inclusions<'d> {
    pub(crate) fn new(document: &'d Document) -> Inclusions<'d> {
        let mut graph = DiGraph::new();
        let nodes: HashMap<&str, NodeIndex> = document
            .roles
            .iter()
            .map(|(name, role)| (name.as_str(), graph.add_node((name, role))))
            .collect();
        for (name, role) in &document.roles {
            let included: BTreeSet<&str> = role.includes.iter().map(Name::as_str).into_set();
            for included in included {
                if let (Some(&from), Some(&to)) = (nodes.get(name.as_str()), nodes.get(included)) {
                    graph.add_edge(from, to, ());
                }
            }
        }
        // petgraph's other algorithm for components, `tarjan_scc`, recurses.
        let components = kosaraju_scc(&graph);
        Inclusions { graph, components }
    }

    fn name(&self, node: NodeIndex) -> &str {
        self.graph.node_weight(node).map_or("", |(name, _)| name.as_str())
    }

    /// Reports one circle, a shortest one, of each set of roles that include one another.
    pub(crate) fn cycles(&self, report: &mut Report) {
        for component in &self.components {
            // Roles were added in the order of their names, so this is the first by name.
            let Some(&first) = component.iter().min() else { continue };
            let cycle = if component.len() > 1 {
                self.cycle_through(first, component)
            } else if self.graph.contains_edge(first, first) {
                vec![first]
            } else {
                continue;
            };
            const SHOWN: usize = 64;
            let mut way: Vec<String> =
                cycle.iter().take(SHOWN).map(|&node| format!("`{}`", self.name(node))).collect();
            if cycle.len() > SHOWN {
                way.push("…".to_owned());
            }
            way.push(format!("`{}`", self.name(first)));
            let message = format!("roles include one another in a cycle: {}", way.join(" → "));
            let others = component.len().saturating_sub(cycle.len());
            let help = match others {
                0 => "take out one of these inclusions".to_owned(),
                1 => "take out one of these inclusions; 1 more role is in a cycle with these"
                    .to_owned(),
                n => format!(
                    "take out one of these inclusions; {n} more roles are in cycles with these"
                ),
            };
            let at = path(["roles", self.name(first), "includes"]);
            report.push(Diagnostic::error(code::ROLE_INCLUSION_CYCLE, at, message).help(help));
        }
    }

    /// A shortest way from a role back to itself within its component, by breadth-first search.
    fn cycle_through(&self, first: NodeIndex, component: &[NodeIndex]) -> Vec<NodeIndex> {
        let inside: BTreeSet<NodeIndex> = component.iter().copied().into_set();
        let mut come_from: HashMap<NodeIndex, NodeIndex> = HashMap::new();
        let mut queue = VecDeque::from([first]);
        while let Some(node) = queue.pop_front() {
            let mut next: Vec<NodeIndex> =
                self.graph.neighbors(node).filter(|n| inside.contains(n)).collect();
            next.order();
            for next in next {
                if next == first {
                    let mut way = vec![node];
                    let mut at = node;
                    while let Some(&before) = come_from.get(&at) {
                        way.push(before);
                        at = before;
                    }
                    way.reverse();
                    return way;
                }
                if let std::collections::hash_map::Entry::Vacant(vacant) = come_from.entry(next) {
                    vacant.insert(node);
                    queue.push_back(next);
                }
            }
        }
        vec![first]
    }

    /// Reports each role that is one inclusion too deep. Roles that are deeper still are not
    /// reported: each of them includes a role that is.
    pub(crate) fn depth(&self, report: &mut Report) {
        let mut depths: Vec<usize> = vec![0; self.graph.node_count()];
        for &node in self.components.iter().flatten() {
            let below =
                self.graph.neighbors(node).filter_map(|next| depths.get(next.index()).copied());
            let depth = below.max().map_or(0, |depth| depth.saturating_add(1));
            if let Some(slot) = depths.get_mut(node.index()) {
                *slot = depth;
            }
            if depth == MAX_INCLUSION_DEPTH.saturating_add(1) {
                let name = self.name(node);
                let message = format!("from role `{name}` {depth} inclusions follow one another");
                let at = path(["roles", name, "includes"]);
                let help = format!("at most {MAX_INCLUSION_DEPTH} are allowed");
                report
                    .push(Diagnostic::error(code::ROLE_INCLUSION_TOO_DEEP, at, message).help(help));
            }
        }
    }

    /// What each role grants before ceilings, in the order of the roles. The exceptions of an
    /// included role cut only what that role contributes. Roles in a circle get too little, so
    /// circles are to be reported first.
    pub(crate) fn uncut(&self, catalogue: &Catalogue<'_>) -> Vec<Uncut> {
        let mut all: Vec<Uncut> = vec![Uncut::default(); self.graph.node_count()];
        for &node in self.components.iter().flatten() {
            let Some((_, role)) = self.graph.node_weight(node) else { continue };
            let mut gathered = catalogue.empty();
            for pattern in role.permissions.iter().into_set() {
                catalogue.take_in(pattern, &mut gathered);
            }
            for included in self.graph.neighbors(node) {
                if let Some(included) = all.get(included.index()) {
                    gathered.union_with(&included.permissions);
                }
            }
            let mut except = catalogue.empty();
            for pattern in role.except.iter().into_set() {
                catalogue.take_in(pattern, &mut except);
            }
            let mut permissions = gathered.clone();
            permissions.difference_with(&except);
            if let Some(slot) = all.get_mut(node.index()) {
                *slot = Uncut { gathered, permissions };
            }
        }
        all
    }
}
