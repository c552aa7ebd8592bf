//! From a tree to the parts of a document that are about administration, and to the words of
//! earlier policies.

use std::collections::BTreeMap;

use super::reader::Need::{Optional, Required};
use super::reader::{Fields, Reader};
use super::tree::{Node, Value};
use crate::model::Name;
use crate::policy::diagnostic::{code, push_key, quoted};
use crate::policy::document::{
    Administration, Eligibility, Extent, Guard, Renamed, Requirement, RequirementPlace, Retired,
    Separation,
};

impl Reader<'_> {
    pub(super) fn guard(&mut self, node: &Node<'_>) -> Option<Guard> {
        self.table(node, |r, f| {
            let commands = r.list(f, "commands", Required, Self::name);
            let permission = r.field(f, "permission", Required, Self::name);
            let kinds = r.list(f, "kinds", Optional, Self::name);
            permission.map(|permission| Guard { commands, permission, kinds })
        })?
    }

    pub(super) fn eligibility(&mut self, node: &Node<'_>) -> Option<Eligibility> {
        self.table(node, |r, f| Eligibility {
            working_at: r.list(f, "working-at", Optional, Self::name),
            kinds: r.list(f, "kinds", Optional, Self::name),
            units: r.list(f, "units", Optional, Self::name),
            roles: r.list(f, "roles", Optional, Self::name),
            requires: r.field(f, "requires", Optional, Self::requirement),
            direct: r.field(f, "direct", Optional, Self::truth).unwrap_or_default(),
        })
    }

    fn requirement(&mut self, node: &Node<'_>) -> Option<Requirement> {
        self.table(node, |r, f| {
            let affiliation = r.field(f, "affiliation", Required, Self::name);
            let at = r.field(f, "at", Required, Self::requirement_place);
            affiliation.zip(at).map(|(affiliation, at)| Requirement { affiliation, at })
        })?
    }

    fn requirement_place(&mut self, node: &Node<'_>) -> Option<RequirementPlace> {
        match &node.value {
            Value::Text(text) => match text.as_ref() {
                "unit" => Some(RequirementPlace::Unit),
                "unit-or-below" => Some(RequirementPlace::UnitOrBelow),
                other => {
                    let message = format!("the place {} is not known", quoted(other));
                    let help =
                        "write `\"unit\"`, `\"unit-or-below\"` or `{ set = \"NAME\" }`".to_owned();
                    self.problem(node.at, code::INVALID_PLACE, message, Some(help));
                    None
                }
            },
            Value::Table(_) => self.table(node, |r, f| {
                r.field(f, "set", Required, Self::name).map(RequirementPlace::Set)
            })?,
            _ => self.wrong_type(node, "a string or a table"),
        }
    }

    pub(super) fn separation(&mut self, node: &Node<'_>) -> Option<Separation> {
        self.table(node, |r, f| {
            let name = r.field(f, "name", Required, Self::name);
            let roles = r.list(f, "roles", Required, Self::name);
            let at_most = r.field(f, "at-most", Optional, Self::count).unwrap_or(1);
            let per = r.field(f, "per", Optional, Self::extent).unwrap_or_default();
            name.map(|name| Separation { name, roles, at_most, per })
        })?
    }

    fn extent(&mut self, node: &Node<'_>) -> Option<Extent> {
        self.either(
            node,
            (code::INVALID_EXTENT, "extent"),
            [("tenant", Extent::Tenant), ("unit", Extent::Unit)],
        )
    }

    pub(super) fn administration(&mut self, node: &Node<'_>) -> Option<Administration> {
        self.table(node, |r, f| Administration {
            administrator: r.field(f, "administrator", Optional, Self::name),
            escalate: r.field(f, "escalate", Optional, Self::name),
            reserved: r.list(f, "reserved", Optional, Self::pattern),
            exclusive: r.list(f, "exclusive", Optional, Self::name),
            seats: r.map(f, "seats", Self::extent),
            assigns: r
                .map(f, "assigns", |r: &mut Self, node: &Node<'_>| Some(r.items(node, Self::name))),
        })
    }

    pub(super) fn renamed(&mut self, node: &Node<'_>) -> Option<Renamed> {
        self.table(node, |r, f| Renamed {
            roles: r.new_words(f, "roles"),
            permissions: r.new_words(f, "permissions"),
            kinds: r.new_words(f, "kinds"),
            unit_kinds: r.new_words(f, "unit-kinds"),
            affiliations: r.new_words(f, "affiliations"),
            channels: r.new_words(f, "channels"),
            unit_sets: r.new_words(f, "unit-sets"),
            visions: r.new_words(f, "visions"),
        })
    }

    /// Reads the value of a key as a table of `old = new`, without the lines that cannot be read.
    fn new_words(
        &mut self,
        fields: &mut Fields<'_, '_>,
        key: &'static str,
    ) -> BTreeMap<Name, Name> {
        let Some(node) = fields.take(key) else { return BTreeMap::new() };
        self.within(
            |path| push_key(path, key),
            |reader| {
                let Value::Table(table) = &node.value else {
                    return reader.wrong_type(node, "a table").unwrap_or_default();
                };
                let mut words = BTreeMap::new();
                for (key, (at, node)) in table {
                    reader.within(
                        |path| push_key(path, key),
                        |reader| {
                            let (old, new) = (reader.parsed_name(key, *at), reader.name(node));
                            words.extend(old.zip(new));
                        },
                    );
                }
                words
            },
        )
    }

    pub(super) fn retired(&mut self, node: &Node<'_>) -> Option<Retired> {
        self.table(node, |r, f| Retired {
            roles: r.list(f, "roles", Optional, Self::name),
            permissions: r.list(f, "permissions", Optional, Self::name),
            affiliations: r.list(f, "affiliations", Optional, Self::name),
            channels: r.list(f, "channels", Optional, Self::name),
        })
    }
}
