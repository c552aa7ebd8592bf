//! From a tree to a [`Document`], with its functions, units, kinds, roles and ceilings.

use super::reader::Need::{Optional, Required};
use super::reader::Reader;
use super::tree::{Node, Value};
use crate::model::{Ceiling, IdentifierScheme, Role};
use crate::policy::diagnostic::{code, push_key, quoted};
use crate::policy::document::{DOCUMENT_VERSION, Document, Function, Kind, UnitKind, UnitSet};

impl Reader<'_> {
    /// Checks the version, and returns whether the rest is to be read. A document of another
    /// version may have other keys, of which this reader would report only nonsense.
    fn version(&mut self, node: &Node<'_>) -> bool {
        let Value::Table(table) = &node.value else { return true };
        let help = Some(format!("write `version = {DOCUMENT_VERSION}`"));
        self.within(
            |path| push_key(path, "version"),
            |reader| match table.get("version") {
                None => {
                    reader.problem(
                        node.at,
                        code::VERSION_MISSING,
                        "the version of the document is missing".to_owned(),
                        help,
                    );
                    true
                }
                Some((_, Node { at, value: Value::Integer(number) })) => {
                    let supported = *number == Some(i64::from(DOCUMENT_VERSION));
                    if !supported {
                        let number =
                            number.map_or_else(String::new, |number| format!(" `{number}`"));
                        let message = format!("the document version{number} is not supported");
                        reader.problem(*at, code::VERSION_UNSUPPORTED, message, help);
                    }
                    supported
                }
                Some((_, node)) => {
                    reader.wrong_type::<()>(node, "an integer");
                    true
                }
            },
        )
    }

    pub(super) fn document(&mut self, node: &Node<'_>) -> Option<Document> {
        if !self.version(node) {
            return None;
        }
        self.table(node, |r, f| {
            f.take("version");
            Document {
                version: DOCUMENT_VERSION,
                name: r.field(f, "name", Optional, Self::text),
                visions: r.list(f, "visions", Optional, Self::name),
                channels: r.list(f, "channels", Optional, Self::name),
                affiliations: r.list(f, "affiliations", Optional, Self::name),
                functions: r.map(f, "functions", Self::function),
                unit_kinds: r.map(f, "unit-kinds", Self::unit_kind),
                unit_sets: r.map(f, "unit-sets", Self::unit_set),
                kinds: r.map(f, "kinds", Self::kind),
                roles: r.map(f, "roles", Self::role),
                ceilings: r.list(f, "ceilings", Optional, Self::ceiling),
                guards: r.list(f, "guards", Optional, Self::guard),
                eligibility: r.list(f, "eligibility", Optional, Self::eligibility),
                separation: r.list(f, "separation", Optional, Self::separation),
                administration: r
                    .field(f, "administration", Optional, Self::administration)
                    .unwrap_or_default(),
                hours: r.field(f, "hours", Optional, Self::hours).unwrap_or_default(),
                support: r.field(f, "support", Optional, Self::support),
                revocation: r
                    .field(f, "revocation", Optional, Self::revocation)
                    .unwrap_or_default(),
                review: r.field(f, "review", Optional, Self::reviews).unwrap_or_default(),
                renamed: r.field(f, "renamed", Optional, Self::renamed).unwrap_or_default(),
                retired: r.field(f, "retired", Optional, Self::retired).unwrap_or_default(),
            }
        })
    }

    fn function(&mut self, node: &Node<'_>) -> Option<Function> {
        self.table(node, |r, f| Function {
            actions: r.list(f, "actions", Required, Self::name),
            label: r.field(f, "label", Optional, Self::text),
            visions: r.list(f, "visions", Optional, Self::name),
            leader_only: r.field(f, "leader-only", Optional, Self::truth).unwrap_or_default(),
        })
    }

    fn unit_kind(&mut self, node: &Node<'_>) -> Option<UnitKind> {
        self.table(node, |r, f| UnitKind { vision: r.field(f, "vision", Optional, Self::name) })
    }

    fn unit_set(&mut self, node: &Node<'_>) -> Option<UnitSet> {
        self.table(node, |r, f| UnitSet {
            kinds: r.list(f, "kinds", Optional, Self::name),
            prefixes: r.list(f, "prefixes", Optional, Self::name),
        })
    }

    fn kind(&mut self, node: &Node<'_>) -> Option<Kind> {
        self.table(node, |r, f| Kind {
            identifier: r
                .field(f, "identifier", Optional, Self::identifier_scheme)
                .unwrap_or_default(),
            channels: r.list(f, "channels", Optional, Self::name),
        })
    }

    fn identifier_scheme(&mut self, node: &Node<'_>) -> Option<IdentifierScheme> {
        match &node.value {
            Value::Text(text) => match text.as_ref() {
                "any" => Some(IdentifierScheme::Any),
                "cpf" => Some(IdentifierScheme::Cpf),
                other => {
                    let message = format!("the identifier scheme {} is not known", quoted(other));
                    let help = "write `\"any\"`, `\"cpf\"` or `{ digits = 7 }`".to_owned();
                    self.problem(node.at, code::INVALID_IDENTIFIER_SCHEME, message, Some(help));
                    None
                }
            },
            Value::Table(_) => self.table(node, |r, f| {
                r.field(f, "digits", Required, Self::digits).map(IdentifierScheme::Digits)
            })?,
            _ => self.wrong_type(node, "a string or a table"),
        }
    }

    fn digits(&mut self, node: &Node<'_>) -> Option<u8> {
        let Value::Integer(number) = &node.value else {
            return self.wrong_type(node, "an integer");
        };
        let digits = number.and_then(|number| u8::try_from(number).ok());
        if digits.is_none() {
            let message = "an identifier cannot have so many digits";
            let help = Some(format!("write a number from 1 to {}", u8::MAX));
            self.problem(node.at, code::INVALID_IDENTIFIER_SCHEME, message.to_owned(), help);
        }
        digits
    }

    fn role(&mut self, node: &Node<'_>) -> Option<Role> {
        self.table(node, |r, f| Role {
            label: r.field(f, "label", Optional, Self::text),
            permissions: r.list(f, "permissions", Optional, Self::pattern),
            includes: r.list(f, "includes", Optional, Self::name),
            except: r.list(f, "except", Optional, Self::pattern),
            visions: r.list(f, "visions", Optional, Self::name),
            kinds: r.list(f, "kinds", Optional, Self::name),
        })
    }

    fn ceiling(&mut self, node: &Node<'_>) -> Option<Ceiling> {
        self.table(node, |r, f| Ceiling {
            kinds: r.list(f, "kinds", Optional, Self::name),
            visions: r.list(f, "visions", Optional, Self::name),
            permissions: r.list(f, "permissions", Required, Self::pattern),
        })
    }
}
