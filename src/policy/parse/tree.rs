//! The one kind of tree that a text becomes, be it TOML or JSON: values with the offsets at which
//! they stand.
//!
//! What the values mean in a policy must not be here.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::policy::diagnostic::code;
use crate::policy::limits::MAX_TEXT_NESTING;

/// A value, and the offset of the byte at which it begins. A table that is the value of a key
/// begins where its key does: that is where an author looks for it.
#[derive(Debug)]
pub(crate) struct Node<'t> {
    pub(crate) at: usize,
    pub(crate) value: Value<'t>,
}

/// The values of a table by their keys, each with the offset of its key. Sorted, as every word of a
/// text of 8 MiB may be a key: to look one up must not take long.
pub(crate) type Table<'t> = BTreeMap<Cow<'t, str>, (usize, Node<'t>)>;

#[derive(Debug)]
pub(crate) enum Value<'t> {
    Text(Cow<'t, str>),
    /// `None` if the number does not fit, which is more than any key of a policy allows.
    Integer(Option<i64>),
    Real,
    Truth(bool),
    Date,
    Null,
    List(Vec<Node<'t>>),
    Table(Table<'t>),
    /// A value that was not read, and whose flaw was reported.
    Unread,
}

impl Value<'_> {
    /// What a message calls a value of this type.
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

/// A problem of the text as TOML or JSON, whatever it means.
#[derive(Debug)]
pub(crate) struct Flaw {
    pub(crate) code: &'static str,
    pub(crate) at: usize,
    pub(crate) message: String,
    /// The path of the key that the flaw is about. Empty if it is about no one key.
    pub(crate) path: String,
}

/// The flaw of a table or list that is nested too deeply.
pub(super) fn too_deep(at: usize) -> Flaw {
    let message = format!("tables and lists are nested more than {MAX_TEXT_NESTING} deep");
    Flaw { code: code::NESTING_TOO_DEEP, at, message, path: String::new() }
}
