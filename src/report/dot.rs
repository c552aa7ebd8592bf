//! [`Dot`]: graphs of roles and trees of units, as pictures for Graphviz.

use std::collections::HashMap;
use std::fmt;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::facts::Snapshot;
use crate::model::Name;
use crate::policy::RoleRules;
use crate::store::{Order, RoleId, TenantId, UnitId};

/// A picture in the language of Graphviz: `dot -Tsvg` reads its `Display` form.
///
/// All names are quoted, so they may hold any characters. Equal facts make equal text.
///
/// ```
/// use alcada::{Policy, Snapshot};
/// let facts = Snapshot::new(Policy::from_toml(r#"
///     version = 1
///     functions.articles.actions = ["view", "edit"]
///     roles.reader.permissions = ["*:view"]
///     roles.editor = { permissions = ["articles:edit"], includes = ["reader"] }
/// "#)?);
/// let dot = facts.role_graph(None).to_string();
/// assert!(dot.contains(r#""editor" -> "reader""#));
/// # Ok::<(), alcada::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Dot {
    title: String,
    graph: DiGraph<Node, ()>,
}

/// A node of a picture.
#[derive(Clone, Debug)]
struct Node {
    /// Unique in the picture.
    name: Name,
    /// The second line of the label.
    note: String,
    /// The Graphviz style, if it is not the default one.
    style: Option<&'static str>,
}

impl Snapshot {
    /// A picture of which role includes which. A tenant's own roles are drawn with round corners
    /// beside those of the policy. Each role is labelled with the number of permissions that it
    /// has, included ones among them.
    ///
    /// Without a tenant, or for one that does not exist, the policy's roles alone.
    ///
    /// # Complexity
    /// O(roles + inclusions).
    #[must_use]
    pub fn role_graph(&self, tenant: Option<&str>) -> Dot {
        let mut graph = DiGraph::new();
        let roles = self.roles_of(tenant);
        let mut nodes: HashMap<RoleId, NodeIndex> = HashMap::with_capacity(roles.len());
        for (id, rules) in &roles {
            let permissions = rules.uncut.count_ones(..);
            let note = format!(
                "{permissions} {}",
                if permissions == 1 { "permission" } else { "permissions" }
            );
            let style = (rules.tenant != TenantId::PLATFORM).then_some("rounded");
            nodes.insert(*id, graph.add_node(Node { name: rules.name.clone(), note, style }));
        }
        for (id, rules) in &roles {
            for included in &rules.includes {
                if let (Some(&from), Some(&to)) = (nodes.get(id), nodes.get(included)) {
                    graph.add_edge(from, to, ());
                }
            }
        }
        Dot { title: "roles".into(), graph }
    }

    /// A picture of a unit and all units below it, each labelled with its kind. Closed units are
    /// dashed. `None` if there is no such unit.
    ///
    /// # Complexity
    /// O(units of the tenant).
    #[must_use]
    pub fn unit_tree(&self, top: &str) -> Option<Dot> {
        let state = &*self.0;
        let top = state.unit_names.find(top)?;
        let tenant = state.tenants.get(state.units.node(top).owner)?;
        let mut units: Vec<UnitId> =
            tenant.units.iter().copied().filter(|&unit| state.units.covers(top, unit)).collect();
        units.order_by_key(|&unit| state.units.node(unit).order());
        let mut graph = DiGraph::new();
        let mut nodes: HashMap<UnitId, NodeIndex> = HashMap::with_capacity(units.len());
        for &unit in &units {
            let kind = state.policy.unit_kind_name(state.unit_kind(unit));
            let closed = state.unit_facts.get(unit).is_some_and(|facts| facts.closed);
            let node = Node {
                name: state.unit_names.name(unit),
                note: kind.map_or_else(String::new, Name::to_string),
                style: closed.then_some("dashed"),
            };
            nodes.insert(unit, graph.add_node(node));
            let parent =
                Some(state.units.node(unit).parent).filter(|&parent| parent != UnitId::NONE);
            if let (Some(&from), Some(&to)) =
                (parent.and_then(|parent| nodes.get(&parent)), nodes.get(&unit))
            {
                graph.add_edge(from, to, ());
            }
        }
        Some(Dot { title: "units".into(), graph })
    }

    /// The policy's roles, and then a tenant's own, each in the order of names.
    pub(super) fn roles_of(&self, tenant: Option<&str>) -> Vec<(RoleId, &RoleRules)> {
        let state = &*self.0;
        let built_in =
            state.policy.role_ids().zip(state.policy.roles()).map(|(id, rules)| (id, &**rules));
        let tenant =
            tenant.and_then(|tenant| state.tenant(tenant)).and_then(|id| state.tenants.get(id));
        let own = tenant.into_iter().flat_map(|tenant| tenant.roles.values());
        built_in.chain(own.filter_map(|&id| Some((id, &**state.role(id)?)))).collect()
    }
}

impl fmt::Display for Dot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "digraph {} {{", Quoted(&self.title))?;
        writeln!(f, "  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];")?;
        for Node { name, note, style } in self.graph.node_weights() {
            write!(f, "  {}", Quoted(name))?;
            // Graphviz reads HTML entities in labels.
            let label = [name.as_str(), note].join("\n").replace('&', "&amp;");
            write!(f, " [label={}", Quoted(label.trim_end_matches('\n')))?;
            style.iter().try_for_each(|style| write!(f, ", style={style}"))?;
            writeln!(f, "];")?;
        }
        for edge in self.graph.edge_references() {
            if let (Some(from), Some(to)) =
                (self.graph.node_weight(edge.source()), self.graph.node_weight(edge.target()))
            {
                writeln!(f, "  {} -> {};", Quoted(&from.name), Quoted(&to.name))?;
            }
        }
        f.write_str("}\n")
    }
}

/// A quoted string in the language of Graphviz. Quotation marks are escaped, and backslashes
/// doubled, since a label would take `\n` or `\N` for an escape.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        f.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                other => f.write_char(other)?,
            }
        }
        f.write_char('"')
    }
}
