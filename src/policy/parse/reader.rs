//! Reads a policy from TOML or JSON, and reports every problem at once: each
//! entry, and each element of a list, is read on its own, and what is unreadable
//! is left out of the document.

use std::collections::{BTreeMap, HashMap};

use crate::model::{Ceiling, IdentifierScheme, InvalidName, MAX_NAME_BYTES, Name, Pattern, Role};

use crate::policy::diagnostic::{Diagnostic, Report, code, quoted};
use crate::policy::document::{DOCUMENT_VERSION, Function, Kind, PolicyDocument, UnitKind, UnitSet};
use crate::policy::limits::MAX_TEXT_BYTES;
use crate::policy::parse::positions::{Lines, Positions, push_index, push_key};
use crate::policy::parse::tree::{self, Flaw, Node, Table, Value};
use crate::policy::suggest::Suggestions;
use crate::policy::validate::rules::validate;

/// Validates what could be read: every diagnostic there is, those of the reader
/// included. The document is valid if none is an error.
pub(crate) fn check((document, read, positions): Reading<'_>) -> (Option<PolicyDocument>, Vec<Diagnostic>) {
    let mut all = read;
    if let Some(document) = &document {
        let found = validate(document).into_iter().map(|mut diagnostic| {
            positions.place(&mut diagnostic);
            diagnostic
        });
        let found: Vec<Diagnostic> = found.filter(|diagnostic| !follows(&all, diagnostic)).collect();
        all.extend(found);
    }
    // In the order of the text, which is that of whoever mends it.
    all.sort_by_key(|diagnostic| diagnostic.position.map_or((1, None), |position| (0, Some(position))));
    (document, all)
}

/// Whether what validation says of a half-read document is likely to follow from
/// what could not be read, so that saying it would mislead.
fn follows(read: &[Diagnostic], found: &Diagnostic) -> bool {
    if read.is_empty() {
        return false;
    }
    if !found.is_error() {
        return true;
    }
    // A list or a table that lost something: what it lacks is not what its author left out.
    let inside = |unread: &Diagnostic| {
        unread.path.strip_prefix(&found.path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    // Names that are unknown because the place that declares them is damaged.
    let declared_in = match found.code {
        code::ROLE_UNKNOWN_PERMISSION | code::CEILING_UNKNOWN_PERMISSION => "functions",
        code::GUARD_UNKNOWN_PERMISSION | code::ADMINISTRATION_UNKNOWN_PERMISSION => "functions",
        code::ROLE_UNKNOWN_ROLE | code::ELIGIBILITY_UNKNOWN_ROLE => "roles",
        code::SEPARATION_UNKNOWN_ROLE | code::ADMINISTRATION_UNKNOWN_ROLE => "roles",
        code::SUPPORT_UNKNOWN_ROLE | code::REVOCATION_UNKNOWN_ROLE => "roles",
        code::ROLE_UNKNOWN_KIND | code::CEILING_UNKNOWN_KIND => "kinds",
        code::GUARD_UNKNOWN_KIND | code::ELIGIBILITY_UNKNOWN_KIND | code::REVOCATION_UNKNOWN_KIND => "kinds",
        code::KIND_UNKNOWN_CHANNEL | code::SUPPORT_UNKNOWN_CHANNEL | code::SUPPORT_FIRST_CHANNEL => "channels",
        code::UNIT_SET_UNKNOWN_UNIT_KIND | code::SEATS_WITHOUT_UNITS => "unit-kinds",
        code::ELIGIBILITY_UNKNOWN_AFFILIATION | code::REVOCATION_UNKNOWN_AFFILIATION => "affiliations",
        code::ELIGIBILITY_UNKNOWN_UNIT_SET => "unit-sets",
        code::ROLE_UNKNOWN_VISION | code::CEILING_UNKNOWN_VISION | code::ELIGIBILITY_UNKNOWN_VISION => "visions",
        // Its path says of what the word would be.
        code::RENAMED_UNKNOWN_WORD => match found.path.split('.').nth(1) {
            Some("permissions") => "functions",
            Some(list) => list,
            None => return false,
        },
        code::UNIT_KIND_UNKNOWN_VISION | code::UNIT_KIND_NEEDLESS_VISION => "visions",
        _ => return read.iter().any(inside),
    };
    let damaged = |unread: &Diagnostic| {
        let top_level = !unread.path.contains(['.', '[']);
        let lost_name = matches!(declared_in, "functions" | "visions" | "channels" | "affiliations")
            || unread.code == code::INVALID_NAME;
        // A top-level key that is not known may be a declaration with its name misspelt.
        (unread.code == code::UNKNOWN_KEY && top_level)
            || unread.path == declared_in
            || (lost_name && unread.path.starts_with(declared_in))
    };
    read.iter().any(|unread| damaged(unread) || inside(unread))
}

/// A document as far as it could be read, what could not be, and where everything stands.
pub(crate) type Reading<'t> = (Option<PolicyDocument>, Vec<Diagnostic>, Positions<'t>);

/// Reads TOML. The document lacks what the diagnostics, errors all, say could not be read.
pub(crate) fn read_toml(text: &str) -> Reading<'_> {
    read(text, tree::toml)
}

/// Reads JSON. The same as [`read_toml`], from the other notation.
pub(crate) fn read_json(text: &str) -> Reading<'_> {
    read(text, tree::json)
}

fn read<'t>(text: &'t str, parse: impl FnOnce(&'t str, &Lines<'t>) -> (Option<Node<'t>>, Vec<Flaw>)) -> Reading<'t> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MAX_TEXT_BYTES {
        let message = format!("the text has {} bytes; at most {MAX_TEXT_BYTES} are allowed", text.len());
        return (None, vec![Diagnostic::error(code::TEXT_TOO_LONG, "", message)], Positions::default());
    }
    let lines = Lines::new(text);
    let (root, flaws) = parse(text, &lines);
    let mut reader = Reader {
        lines,
        report: Report::default(),
        path: String::new(),
        suggestions: Suggestions::new(),
        skipped: HashMap::new(),
    };
    for flaw in flaws {
        let help = match flaw.code {
            code::DUPLICATE_KEY => Some("remove one of the two, or give it another name".to_owned()),
            _ => None,
        };
        reader.path = flaw.path;
        reader.problem(flaw.at, flaw.code, flaw.message, help);
    }
    reader.path.clear();
    let document = root.as_ref().and_then(|root| reader.document(root));
    (document, reader.report.finish(), Positions { lines: reader.lines, root, skipped: reader.skipped })
}

/// Reads one kind of thing. None when it is not one, and has been reported.
pub(in crate::policy) trait Read<T, R>: Fn(&mut R, &Node<'_>) -> Option<T> {}
impl<T, R, F: Fn(&mut R, &Node<'_>) -> Option<T>> Read<T, R> for F {}

pub(in crate::policy) struct Reader<'t> {
    lines: Lines<'t>,
    report: Report,
    /// Of what is being read.
    path: String,
    suggestions: Suggestions,
    skipped: HashMap<String, Vec<usize>>,
}

/// A table whose keys are being asked for. Those never asked for are unknown.
pub(in crate::policy) struct Fields<'n, 't> {
    at: usize,
    table: &'n Table<'t>,
    asked: Vec<&'static str>,
}

impl<'n, 't> Fields<'n, 't> {
    pub(in crate::policy) fn take(&mut self, key: &'static str) -> Option<&'n Node<'t>> {
        self.asked.push(key);
        self.table.get(key).map(|(_, node)| node)
    }
}

/// Whether a key may be left out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::policy) enum Need {
    Optional,
    Required,
}
use Need::{Optional, Required};

impl Reader<'_> {
    pub(in crate::policy) fn problem(
        &mut self,
        at: usize,
        code: &'static str,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        if !self.report.hides_error() {
            let diagnostic = Diagnostic::error(code, self.path.as_str(), message).maybe_help(help);
            self.report.push(Diagnostic { position: Some(self.lines.position(at)), ..diagnostic });
        }
    }

    pub(in crate::policy) fn wrong_type<T>(&mut self, node: &Node<'_>, expected: &str) -> Option<T> {
        let help = match &node.value {
            Value::Unread => return None, // told already
            Value::Text(_) if expected == "a list" => Some("put it in brackets, even if there is only one"),
            Value::Null => Some("leave it out"),
            _ => None,
        };
        let message = format!("expected {expected}, found {}", node.value.described());
        self.problem(node.at, code::WRONG_TYPE, message, help.map(str::to_owned));
        None
    }

    /// Goes down to a key or an index, and comes back.
    pub(in crate::policy) fn within<T>(
        &mut self,
        push: impl FnOnce(&mut String),
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let length = self.path.len();
        push(&mut self.path);
        let result = read(self);
        self.path.truncate(length);
        result
    }

    pub(in crate::policy) fn table<T>(
        &mut self,
        node: &Node<'_>,
        read: impl FnOnce(&mut Self, &mut Fields<'_, '_>) -> T,
    ) -> Option<T> {
        let Value::Table(table) = &node.value else { return self.wrong_type(node, "a table") };
        let mut fields = Fields { at: node.at, table, asked: Vec::new() };
        let result = read(self, &mut fields);
        for (key, (at, _)) in table {
            if fields.asked.contains(&key.as_ref()) || self.report.hides_error() {
                continue;
            }
            let help = self.suggestions.help(key, fields.asked.iter().copied()).unwrap_or_else(|| {
                let known: Vec<String> = fields.asked.iter().map(|key| format!("`{key}`")).collect();
                format!("known here: {}", known.join(", "))
            });
            let message = format!("the key {} is not known here", quoted(key));
            self.within(
                |path| push_key(path, key),
                |reader| reader.problem(*at, code::UNKNOWN_KEY, message, Some(help)),
            );
        }
        Some(result)
    }

    pub(in crate::policy) fn field<T>(
        &mut self,
        fields: &mut Fields<'_, '_>,
        key: &'static str,
        need: Need,
        read: impl Read<T, Self>,
    ) -> Option<T> {
        match fields.take(key) {
            Some(node) => self.within(|path| push_key(path, key), |reader| read(reader, node)),
            None => {
                if need == Required {
                    self.problem(fields.at, code::MISSING_KEY, format!("the key `{key}` is missing"), None);
                }
                None
            }
        }
    }

    pub(in crate::policy) fn list<T>(
        &mut self,
        fields: &mut Fields<'_, '_>,
        key: &'static str,
        need: Need,
        read: impl Read<T, Self>,
    ) -> Vec<T> {
        let Some(node) = fields.take(key) else {
            if need == Required {
                self.problem(fields.at, code::MISSING_KEY, format!("the key `{key}` is missing"), None);
            }
            return Vec::new();
        };
        self.within(|path| push_key(path, key), |reader| reader.items(node, read))
    }

    pub(in crate::policy) fn items<T>(&mut self, node: &Node<'_>, read: impl Read<T, Self>) -> Vec<T> {
        let Value::List(items) = &node.value else { return self.wrong_type(node, "a list").unwrap_or_default() };
        let mut list = Vec::new();
        let mut skipped = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match self.within(|path| push_index(path, index), |reader| read(reader, item)) {
                Some(item) => list.push(item),
                None => skipped.push(index),
            }
        }
        if !skipped.is_empty() {
            self.skipped.insert(self.path.clone(), skipped);
        }
        list
    }

    /// A table of named things. One that is unreadable still lends its name, so
    /// that those who mention it are not told that it does not exist.
    pub(in crate::policy) fn map<T: Default>(
        &mut self,
        fields: &mut Fields<'_, '_>,
        key: &'static str,
        read: impl Read<T, Self>,
    ) -> BTreeMap<Name, T> {
        let Some(node) = fields.take(key) else { return BTreeMap::new() };
        self.within(
            |path| push_key(path, key),
            |reader| {
                let Value::Table(table) = &node.value else {
                    return reader.wrong_type(node, "a table").unwrap_or_default();
                };
                let mut map = BTreeMap::new();
                for (key, (at, node)) in table {
                    reader.within(
                        |path| push_key(path, key),
                        |reader| {
                            let name = reader.parsed_name(key, *at);
                            let entry = read(reader, node).unwrap_or_default();
                            map.extend(name.map(|name| (name, entry)));
                        },
                    );
                }
                map
            },
        )
    }

    pub(in crate::policy) fn parsed_name(&mut self, text: &str, at: usize) -> Option<Name> {
        let (message, help) = match Name::new(text) {
            Ok(name) => return Some(name),
            Err(InvalidName::Empty) => ("a name is empty".to_owned(), "a name takes at least one character".to_owned()),
            Err(InvalidName::TooLong { bytes }) => (
                format!("the name {} is {bytes} bytes long", quoted(text)),
                format!("at most {MAX_NAME_BYTES} bytes are allowed"),
            ),
            Err(_) => {
                (format!("the name {} holds a control character", quoted(text)), "remove the character".to_owned())
            }
        };
        self.problem(at, code::INVALID_NAME, message, Some(help));
        None
    }

    fn text(&mut self, node: &Node<'_>) -> Option<String> {
        match &node.value {
            Value::Text(text) => Some(text.clone().into_owned()),
            _ => self.wrong_type(node, "a string"),
        }
    }

    pub(in crate::policy) fn truth(&mut self, node: &Node<'_>) -> Option<bool> {
        match &node.value {
            Value::Truth(truth) => Some(*truth),
            _ => self.wrong_type(node, "`true` or `false`"),
        }
    }

    /// One of two words, for what a message calls `what`.
    pub(in crate::policy) fn either<T>(
        &mut self,
        node: &Node<'_>,
        (code, what): (&'static str, &str),
        [(one, is_one), (two, is_two)]: [(&str, T); 2],
    ) -> Option<T> {
        let Value::Text(text) = &node.value else { return self.wrong_type(node, "a string") };
        if text == one {
            return Some(is_one);
        }
        if text == two {
            return Some(is_two);
        }
        let message = format!("the {what} {} is not known", quoted(text));
        self.problem(node.at, code, message, Some(format!("write `\"{one}\"` or `\"{two}\"`")));
        None
    }

    pub(in crate::policy) fn name(&mut self, node: &Node<'_>) -> Option<Name> {
        match &node.value {
            Value::Text(text) => self.parsed_name(text, node.at),
            _ => self.wrong_type(node, "a string"),
        }
    }

    pub(in crate::policy) fn pattern(&mut self, node: &Node<'_>) -> Option<Pattern> {
        let Value::Text(text) = &node.value else { return self.wrong_type(node, "a string") };
        let pattern = Pattern::parse(text.as_ref()).ok();
        if pattern.is_none() {
            let message = format!("{} is not a permission pattern", quoted(text));
            let help = if text.len() > MAX_NAME_BYTES {
                format!("at most {MAX_NAME_BYTES} bytes are allowed")
            } else {
                "write `function:action`, `function:*`, `*:action` or `*:*`".to_owned()
            };
            self.problem(node.at, code::INVALID_PATTERN, message, Some(help));
        }
        pattern
    }

    /// Whether the rest is worth reading: what is written in another version is not this reader's to judge.
    fn version(&mut self, node: &Node<'_>) -> bool {
        let Value::Table(table) = &node.value else { return true };
        let help = Some(format!("write `version = {DOCUMENT_VERSION}`"));
        self.within(
            |path| push_key(path, "version"),
            |reader| match table.get("version") {
                None => {
                    reader.problem(node.at, code::VERSION_MISSING, "the version of the document is missing", help);
                    true
                }
                Some((_, Node { at, value: Value::Integer(number) })) => {
                    let supported = *number == Some(i64::from(DOCUMENT_VERSION));
                    if !supported {
                        let number = number.map_or_else(String::new, |number| format!(" `{number}`"));
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

    fn document(&mut self, node: &Node<'_>) -> Option<PolicyDocument> {
        if !self.version(node) {
            return None;
        }
        self.table(node, |r, f| {
            f.take("version");
            PolicyDocument {
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
                administration: r.field(f, "administration", Optional, Self::administration).unwrap_or_default(),
                hours: r.field(f, "hours", Optional, Self::hours).unwrap_or_default(),
                support: r.field(f, "support", Optional, Self::support),
                revocation: r.field(f, "revocation", Optional, Self::revocation).unwrap_or_default(),
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
            identifier: r.field(f, "identifier", Optional, Self::identifier_scheme).unwrap_or_default(),
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
            Value::Table(_) => {
                self.table(node, |r, f| r.field(f, "digits", Required, Self::digits).map(IdentifierScheme::Digits))?
            }
            _ => self.wrong_type(node, "a string or a table"),
        }
    }

    fn digits(&mut self, node: &Node<'_>) -> Option<u8> {
        let Value::Integer(number) = &node.value else { return self.wrong_type(node, "an integer") };
        let digits = number.and_then(|number| u8::try_from(number).ok());
        if digits.is_none() {
            let message = "an identifier cannot have so many digits";
            let help = Some(format!("write a number from 1 to {}", u8::MAX));
            self.problem(node.at, code::INVALID_IDENTIFIER_SCHEME, message, help);
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
