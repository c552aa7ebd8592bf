//! From TOML to a tree.

use toml::de::{DeTable, DeValue};

use super::lines::Lines;
use super::tree::{Flaw, Node, Value, too_deep};
use crate::policy::diagnostic::{code, quoted};
use crate::policy::limits::MAX_TEXT_NESTING;
use crate::store::Order;

/// The tree of a TOML text, and its flaws. The tree is `None` if the text is not TOML.
pub(crate) fn tree<'t>(text: &'t str, lines: &Lines<'t>) -> (Option<Node<'t>>, Vec<Flaw>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut flaws = Vec::new();
    for error in &errors {
        let span = error.span().unwrap_or_default();
        let at = span.start;
        let message = error.message().trim_end_matches('.');
        flaws.push(if message.contains("recurs") {
            too_deep(at)
        } else if message.contains("duplicate key") {
            let key = text.get(span).unwrap_or_default().trim_matches(['"', '\'']);
            let message = format!("the key {} is given twice", quoted(key));
            Flaw { code: code::DUPLICATE_KEY, at, message, path: String::new() }
        } else {
            Flaw { code: code::SYNTAX, at, message: message.to_owned(), path: String::new() }
        });
    }
    // A key given twice still leaves a tree, whose other parts can be read.
    if flaws.iter().any(|flaw| flaw.code != code::DUPLICATE_KEY) {
        // The parser goes on after an error as well as it can. What it reports next on that line,
        // or much later, mostly follows from the first error and would mislead.
        const SHOWN: usize = 10;
        flaws.retain(|flaw| flaw.code != code::DUPLICATE_KEY);
        flaws.order_by_key(|flaw| flaw.at);
        flaws.dedup_by_key(|flaw| lines.position(flaw.at).line);
        flaws.truncate(SHOWN);
        return (None, flaws);
    }
    let value = toml_value(DeValue::Table(table.into_inner()), 0, 0, &mut flaws);
    (Some(Node { at: 0, value }), flaws)
}

fn toml_value<'t>(value: DeValue<'t>, at: usize, depth: usize, flaws: &mut Vec<Flaw>) -> Value<'t> {
    let nested = matches!(value, DeValue::Array(_) | DeValue::Table(_));
    if nested && depth > MAX_TEXT_NESTING {
        flaws.push(too_deep(at));
        return Value::Unread;
    }
    let deeper = depth.saturating_add(1);
    match value {
        DeValue::String(text) => Value::Text(text),
        DeValue::Integer(integer) => {
            Value::Integer(i64::from_str_radix(integer.as_str(), integer.radix()).ok())
        }
        DeValue::Float(_) => Value::Real,
        DeValue::Boolean(truth) => Value::Truth(truth),
        DeValue::Datetime(_) => Value::Date,
        DeValue::Array(items) => {
            let items = items.into_iter().map(|item| {
                let at = item.span().start;
                Node { at, value: toml_value(item.into_inner(), at, deeper, flaws) }
            });
            Value::List(items.collect())
        }
        DeValue::Table(entries) => {
            let entries = entries.into_iter().map(|(key, value)| {
                let key_at = key.span().start;
                let at = if value.get_ref().is_table() { key_at } else { value.span().start };
                let value = toml_value(value.into_inner(), at, deeper, flaws);
                (key.into_inner(), (key_at, Node { at, value }))
            });
            Value::Table(entries.collect())
        }
    }
}
