//! From JSON to a tree.
//!
//! serde_json tells no offsets of the values it reads, but it can hand out a value as the piece of
//! text that it is ([`RawValue`]). The offset of a piece is its address less the text's.

use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::lines::Lines;
use super::tree::{Flaw, Node, Table, Value, too_deep};
use crate::policy::diagnostic::{code, push_index, push_key, quoted};
use crate::policy::limits::MAX_TEXT_NESTING;

/// The tree of a JSON text, and its flaws. The tree is `None` if the text is not JSON.
pub(crate) fn tree<'t>(text: &'t str, lines: &Lines<'t>) -> (Option<Node<'t>>, Vec<Flaw>) {
    match serde_json::from_str::<&RawValue>(text) {
        Err(error) => {
            let at = lines.offset(error.line(), error.column());
            (
                None,
                vec![Flaw {
                    code: code::SYNTAX,
                    at,
                    message: json_message(&error),
                    path: String::new(),
                }],
            )
        }
        Ok(raw) => {
            let mut reading = Json {
                base: text.as_ptr().addr(),
                depth: 0,
                path: String::new(),
                flaws: Vec::new(),
            };
            let node = reading.node(raw, None);
            let broken = reading.flaws.iter().any(|flaw| flaw.code == code::SYNTAX);
            ((!broken).then_some(node), reading.flaws)
        }
    }
}

/// The message of an error of serde_json without the place in it, as a diagnostic has a position of
/// its own.
fn json_message(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    message.replace("EOF", "end of text")
}

/// Takes the text apart level by level. Each level looks at the bytes of the levels below it once
/// more, which the bound on nesting keeps cheap. In return every value is a piece of the text,
/// whose place is known.
struct Json {
    /// The address of the first byte of the text.
    base: usize,
    /// How many tables and lists surround what is being read.
    depth: usize,
    /// The path of what is being read.
    path: String,
    flaws: Vec<Flaw>,
}

impl Json {
    fn offset(&self, raw: &RawValue) -> usize {
        raw.get().as_ptr().addr().saturating_sub(self.base)
    }

    fn node<'t>(&mut self, raw: &'t RawValue, key_at: Option<usize>) -> Node<'t> {
        let at = self.offset(raw);
        let text = raw.get();
        let value = match text.bytes().next() {
            Some(b'{') => self.table(text, at),
            Some(b'[') => self.list(text, at),
            Some(b'"') => self.text(text, at).map_or(Value::Unread, Value::Text),
            Some(b't') => Value::Truth(true),
            Some(b'f') => Value::Truth(false),
            Some(b'n') => Value::Null,
            _ if text.contains(['.', 'e', 'E']) => Value::Real,
            _ => Value::Integer(text.parse().ok()),
        };
        let at = match (&value, key_at) {
            (Value::Table(_), Some(key_at)) => key_at,
            _ => at,
        };
        Node { at, value }
    }

    fn broken<T>(&mut self, at: usize, error: &serde_json::Error) -> Option<T> {
        let message = json_message(error);
        self.flaws.push(Flaw { code: code::SYNTAX, at, message, path: String::new() });
        None
    }

    fn text<'t>(&mut self, text: &'t str, at: usize) -> Option<Cow<'t, str>> {
        if let Some(plain) =
            text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).filter(|t| !t.contains('\\'))
        {
            return Some(Cow::Borrowed(plain));
        }
        match serde_json::from_str(text) {
            Ok(text) => Some(Cow::Owned(text)),
            Err(error) => self.broken(at, &error),
        }
    }

    /// Reads the inside of a table or list one level deeper, unless it is nested too deeply.
    fn within<'t>(&mut self, at: usize, read: impl FnOnce(&mut Self) -> Value<'t>) -> Value<'t> {
        if self.depth > MAX_TEXT_NESTING {
            self.flaws.push(too_deep(at));
            return Value::Unread;
        }
        self.depth = self.depth.saturating_add(1);
        let value = read(self);
        self.depth = self.depth.saturating_sub(1);
        value
    }

    fn list<'t>(&mut self, text: &'t str, at: usize) -> Value<'t> {
        self.within(at, |json| {
            let Items(items) = match serde_json::from_str(text) {
                Ok(items) => items,
                Err(error) => return json.broken(at, &error).unwrap_or(Value::Unread),
            };
            let length = json.path.len();
            let nodes = items.into_iter().enumerate().map(|(index, item)| {
                push_index(&mut json.path, index);
                let node = json.node(item, None);
                json.path.truncate(length);
                node
            });
            Value::List(nodes.collect())
        })
    }

    fn table<'t>(&mut self, text: &'t str, at: usize) -> Value<'t> {
        self.within(at, |json| {
            let Entries(entries) = match serde_json::from_str(text) {
                Ok(entries) => entries,
                Err(error) => return json.broken(at, &error).unwrap_or(Value::Unread),
            };
            let length = json.path.len();
            let mut table = Table::new();
            for (key, raw) in entries {
                let key_at = json.offset(key);
                let Some(key) = json.text(key.get(), key_at) else { continue };
                push_key(&mut json.path, &key);
                let node = json.node(raw, Some(key_at));
                match table.entry(key) {
                    Entry::Vacant(vacant) => {
                        vacant.insert((key_at, node));
                    }
                    Entry::Occupied(first) => {
                        let message = format!("the key {} is given twice", quoted(first.key()));
                        let path = json.path.clone();
                        json.flaws.push(Flaw {
                            code: code::DUPLICATE_KEY,
                            at: key_at,
                            message,
                            path,
                        });
                    }
                }
                json.path.truncate(length);
            }
            Value::Table(table)
        })
    }
}

/// The elements of a list as pieces of the text.
struct Items<'t>(Vec<&'t RawValue>);

/// The keys and values of a table as pieces of the text, in its order and with duplicate keys. A
/// map would lose the duplicates, which are to be reported.
struct Entries<'t>(Vec<(&'t RawValue, &'t RawValue)>);

struct Pieces;

impl<'de> Visitor<'de> for Pieces {
    type Value = Items<'de>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Items<'de>, A::Error> {
        let mut pieces = Vec::new();
        while let Some(item) = items.next_element()? {
            pieces.push(item);
        }
        Ok(Items(pieces))
    }
}

impl<'de: 't, 't> Deserialize<'de> for Items<'t> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Items<'t>, D::Error> {
        deserializer.deserialize_seq(Pieces)
    }
}

struct KeyedPieces;

impl<'de> Visitor<'de> for KeyedPieces {
    type Value = Entries<'de>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Entries<'de>, A::Error> {
        let mut pieces = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            pieces.push(entry);
        }
        Ok(Entries(pieces))
    }
}

impl<'de: 't, 't> Deserialize<'de> for Entries<'t> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Entries<'t>, D::Error> {
        deserializer.deserialize_map(KeyedPieces)
    }
}
