//! [`Reader`]: from a tree to a document, for parts of any kind: names, lists, tables.
//!
//! Every problem is reported and none ends the reading: each entry, and each element of a list, is
//! read by itself, and left out if it cannot be read. Which keys a document has is said in the
//! files beside this one.

use std::collections::{BTreeMap, HashMap};

use super::lines::Lines;
use super::positions::Positions;
use super::tree::{Flaw, Node, Table, Value};
use crate::model::{InvalidName, MAX_NAME_BYTES, Name, Pattern};
use crate::policy::diagnostic::{Diagnostic, Report, code, push_index, push_key, quoted};
use crate::policy::suggest::Suggestions;

/// A function that reads a node as a `T`. It returns `None` if the node is no `T`, having reported
/// that.
pub(super) trait Read<T, R>: Fn(&mut R, &Node<'_>) -> Option<T> {}
impl<T, R, F: Fn(&mut R, &Node<'_>) -> Option<T>> Read<T, R> for F {}

/// Reads the nodes of one tree, and collects what is wrong with them.
pub(super) struct Reader<'t> {
    lines: Lines<'t>,
    report: Report,
    /// The path of what is being read.
    path: String,
    suggestions: Suggestions,
    /// By the path of a list, the indices of its elements that could not be read.
    skipped: HashMap<String, Vec<usize>>,
}

/// A table whose keys are being asked for. Keys that are never asked for are unknown ones, so that
/// the code that reads a table is also the list of its keys.
pub(super) struct Fields<'n, 't> {
    at: usize,
    table: &'n Table<'t>,
    asked: Vec<&'static str>,
}

impl<'n, 't> Fields<'n, 't> {
    /// The value of a key, which is a known one from now on. `None` if the table lacks it.
    pub(super) fn take(&mut self, key: &'static str) -> Option<&'n Node<'t>> {
        self.asked.push(key);
        self.table.get(key).map(|(_, node)| node)
    }
}

/// Whether a key may be left out of its table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Optional,
    Required,
}

impl<'t> Reader<'t> {
    pub(super) fn new(lines: Lines<'t>) -> Reader<'t> {
        Reader {
            lines,
            report: Report::default(),
            path: String::new(),
            suggestions: Suggestions::new(),
            skipped: HashMap::new(),
        }
    }

    /// Everything that was reported, and where the parts of the tree stand.
    pub(super) fn finish(self, root: Option<Node<'t>>) -> (Vec<Diagnostic>, Positions<'t>) {
        (self.report.finish(), Positions::new(self.lines, root, self.skipped))
    }
}

impl Reader<'_> {
    /// Reports a flaw of the text, found before its tree is read.
    pub(super) fn flaw(&mut self, flaw: Flaw) {
        let help = match flaw.code {
            code::DUPLICATE_KEY => {
                Some("remove one of the two, or give it another name".to_owned())
            }
            _ => None,
        };
        self.path = flaw.path;
        self.problem(flaw.at, flaw.code, flaw.message, help);
        self.path.clear();
    }

    /// Reports an error at the current path and at an offset in the text.
    pub(super) fn problem(
        &mut self,
        at: usize,
        code: &'static str,
        message: String,
        help: Option<String>,
    ) {
        if !self.report.hides_error() {
            let diagnostic = Diagnostic::error(code, self.path.as_str(), message).maybe_help(help);
            self.report.push(Diagnostic { position: Some(self.lines.position(at)), ..diagnostic });
        }
    }

    /// Reports that a node is not of the expected type, unless its flaw was reported before.
    pub(super) fn wrong_type<T>(&mut self, node: &Node<'_>, expected: &str) -> Option<T> {
        self.report_type(node, expected);
        None
    }

    fn report_type(&mut self, node: &Node<'_>, expected: &str) {
        let help = match &node.value {
            Value::Unread => return, // its flaw was reported
            Value::Text(_) if expected == "a list" => {
                Some("put it in brackets, even if there is only one")
            }
            Value::Null => Some("leave it out"),
            _ => None,
        };
        let message = format!("expected {expected}, found {}", node.value.described());
        self.problem(node.at, code::WRONG_TYPE, message, help.map(str::to_owned));
    }

    /// Reads with the path extended by a key or an index, and restores the path.
    pub(super) fn within<T>(
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

    /// Reads a table, and reports every key of it that `read` did not ask for.
    pub(super) fn table<T>(
        &mut self,
        node: &Node<'_>,
        read: impl FnOnce(&mut Self, &mut Fields<'_, '_>) -> T,
    ) -> Option<T> {
        let Value::Table(table) = &node.value else { return self.wrong_type(node, "a table") };
        let mut fields = Fields { at: node.at, table, asked: Vec::new() };
        let result = read(self, &mut fields);
        self.unknown_keys(&fields);
        Some(result)
    }

    fn unknown_keys(&mut self, fields: &Fields<'_, '_>) {
        for (key, (at, _)) in fields.table {
            if fields.asked.contains(&key.as_ref()) || self.report.hides_error() {
                continue;
            }
            let help =
                self.suggestions.help(key, fields.asked.iter().copied()).unwrap_or_else(|| {
                    let known: Vec<String> =
                        fields.asked.iter().map(|key| format!("`{key}`")).collect();
                    format!("known here: {}", known.join(", "))
                });
            let message = format!("the key {} is not known here", quoted(key));
            self.within(
                |path| push_key(path, key),
                |reader| reader.problem(*at, code::UNKNOWN_KEY, message, Some(help)),
            );
        }
    }

    fn missing_key(&mut self, fields: &Fields<'_, '_>, key: &str, need: Need) {
        if need == Need::Required {
            let message = format!("the key `{key}` is missing");
            self.problem(fields.at, code::MISSING_KEY, message, None);
        }
    }

    /// Reads the value of a key. `None` if the key is missing, which is reported if it is required,
    /// or if the value cannot be read.
    pub(super) fn field<T>(
        &mut self,
        fields: &mut Fields<'_, '_>,
        key: &'static str,
        need: Need,
        read: impl Read<T, Self>,
    ) -> Option<T> {
        match fields.take(key) {
            Some(node) => self.within(|path| push_key(path, key), |reader| read(reader, node)),
            None => {
                self.missing_key(fields, key, need);
                None
            }
        }
    }

    /// Reads the value of a key as a list. Empty if the key is missing, which is reported if it is
    /// required.
    pub(super) fn list<T>(
        &mut self,
        fields: &mut Fields<'_, '_>,
        key: &'static str,
        need: Need,
        read: impl Read<T, Self>,
    ) -> Vec<T> {
        let Some(node) = fields.take(key) else {
            self.missing_key(fields, key, need);
            return Vec::new();
        };
        self.within(|path| push_key(path, key), |reader| reader.items(node, read))
    }

    /// Reads a node as a list, without the elements that cannot be read.
    pub(super) fn items<T>(&mut self, node: &Node<'_>, read: impl Read<T, Self>) -> Vec<T> {
        let Value::List(items) = &node.value else {
            return self.wrong_type(node, "a list").unwrap_or_default();
        };
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

    /// Reads the value of a key as a table of named things. A thing that cannot be read still
    /// stands under its name, with the default value, so that parts that mention it are not
    /// reported for naming something that does not exist.
    pub(super) fn map<T: Default>(
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

    /// Reads a text as a name, and reports why it is none.
    pub(super) fn parsed_name(&mut self, text: &str, at: usize) -> Option<Name> {
        let (message, help) = match Name::new(text) {
            Ok(name) => return Some(name),
            Err(InvalidName::Empty) => {
                ("a name is empty".to_owned(), "a name takes at least one character".to_owned())
            }
            Err(InvalidName::TooLong { bytes }) => (
                format!("the name {} is {bytes} bytes long", quoted(text)),
                format!("at most {MAX_NAME_BYTES} bytes are allowed"),
            ),
            Err(_) => (
                format!("the name {} holds a control character", quoted(text)),
                "remove the character".to_owned(),
            ),
        };
        self.problem(at, code::INVALID_NAME, message, Some(help));
        None
    }

    pub(super) fn text(&mut self, node: &Node<'_>) -> Option<String> {
        match &node.value {
            Value::Text(text) => Some(text.clone().into_owned()),
            _ => self.wrong_type(node, "a string"),
        }
    }

    pub(super) fn truth(&mut self, node: &Node<'_>) -> Option<bool> {
        match &node.value {
            Value::Truth(truth) => Some(*truth),
            _ => self.wrong_type(node, "`true` or `false`"),
        }
    }

    /// Reads a number from 0 to `u32::MAX`.
    pub(super) fn count(&mut self, node: &Node<'_>) -> Option<u32> {
        let Value::Integer(number) = &node.value else {
            return self.wrong_type(node, "an integer");
        };
        let count = number.and_then(|number| u32::try_from(number).ok());
        if count.is_none() {
            let help = Some(format!("write a number from 0 to {}", u32::MAX));
            self.problem(node.at, code::INVALID_COUNT, "the number is no count".to_owned(), help);
        }
        count
    }

    /// Reads one of two words. `what` is the name of the choice in messages.
    pub(super) fn either<T>(
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

    pub(super) fn name(&mut self, node: &Node<'_>) -> Option<Name> {
        match &node.value {
            Value::Text(text) => self.parsed_name(text, node.at),
            _ => self.wrong_type(node, "a string"),
        }
    }

    pub(super) fn pattern(&mut self, node: &Node<'_>) -> Option<Pattern> {
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
}
