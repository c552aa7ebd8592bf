//! The one tree that a text becomes, whether it is TOML or JSON: values with the
//! offsets at which they stand. Both formats mean the same from here on.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::policy::diagnostic::code;
use crate::policy::limits::MAX_TEXT_NESTING;

/// A value and the byte at which it begins; for a table with a name, at which the name does.
#[derive(Debug)]
pub(crate) struct Node<'t> {
    pub(crate) at: usize,
    pub(crate) value: Value<'t>,
}

/// By key, with the offset of the key. The text is no longer than 8 MiB, but every word of it may be a key.
pub(crate) type Table<'t> = BTreeMap<Cow<'t, str>, (usize, Node<'t>)>;

#[derive(Debug)]
pub(crate) enum Value<'t> {
    Text(Cow<'t, str>),
    /// None: greater than any that is meant.
    Integer(Option<i64>),
    Real,
    Truth(bool),
    Date,
    Null,
    List(Vec<Node<'t>>),
    Table(Table<'t>),
    /// What was not read, and was reported.
    Unread,
}

impl Value<'_> {
    /// What people call it.
    pub(crate) fn described(&self) -> &'static str {
        match self {
            Value::Text(_) => "a string",
            Value::Integer(_) => "an integer",
            Value::Real => "a fractional number",
            Value::Truth(_) => "a truth value",
            Value::Date => "a date or time",
            Value::Null => "null",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Unread => "something unreadable",
        }
    }
}

/// What is wrong with the text, before anything is asked of its meaning.
#[derive(Debug)]
pub(crate) struct Flaw {
    pub(crate) code: &'static str,
    pub(crate) at: usize,
    pub(crate) message: String,
    /// What it is about, if it is about one thing.
    pub(crate) path: String,
}

pub(super) fn too_deep(at: usize) -> Flaw {
    let message = format!("tables and lists are nested more than {MAX_TEXT_NESTING} deep");
    Flaw { code: code::NESTING_TOO_DEEP, at, message, path: String::new() }
}
