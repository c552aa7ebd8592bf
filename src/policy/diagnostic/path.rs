//! Paths in a document, as in `roles.clerk.permissions[2]`: how they are written and taken apart.
//!
//! Where a path leads in a text must not be here: that is for `parse`, which has the text.

use crate::model::MAX_NAME_BYTES;

/// Appends a key to a path, quoted as in TOML unless it is a plain word.
pub(crate) fn push_key(path: &mut String, key: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    if !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        path.extend(key.chars().take(MAX_NAME_BYTES));
        return;
    }
    path.push('"');
    // A longer key is no valid name, so that the path of anything valid is never cut here.
    for character in key.chars().take(MAX_NAME_BYTES) {
        match character {
            '"' | '\\' => path.extend(['\\', character]),
            c if c.is_control() => path.extend(c.escape_default()),
            c => path.push(c),
        }
    }
    path.push('"');
}

/// Appends an index in a list to a path.
pub(crate) fn push_index(path: &mut String, index: usize) {
    path.push('[');
    path.push_str(&index.to_string());
    path.push(']');
}

/// The path that leads down these keys, from the document's root.
pub(crate) fn path<'k>(keys: impl IntoIterator<Item = &'k str>) -> String {
    let mut path = String::new();
    for key in keys {
        push_key(&mut path, key);
    }
    path
}

/// The path of one element of the list at `path`.
pub(crate) fn at_index(path: &str, index: usize) -> String {
    let mut path = path.to_owned();
    push_index(&mut path, index);
    path
}

/// The path of the key `key` in one row of the list at `list`.
pub(crate) fn row_path(list: &str, index: usize, key: &str) -> String {
    let mut path = at_index(list, index);
    push_key(&mut path, key);
    path
}

/// One step of a path.
pub(crate) enum Segment {
    Key(String),
    Index(usize),
}

/// Splits the first step off a path, its quotes and escapes removed. `None` if the path is empty or
/// not well formed.
pub(crate) fn split_segment(path: &str) -> Option<(Segment, &str)> {
    let path = path.strip_prefix('.').unwrap_or(path);
    if let Some(inner) = path.strip_prefix('"') {
        let mut key = String::new();
        let mut characters = inner.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => return Some((Segment::Key(key), inner.get(at.saturating_add(1)..)?)),
                '\\' => key.push(characters.next()?.1),
                c => key.push(c),
            }
        }
        return None;
    }
    if let Some(inner) = path.strip_prefix('[') {
        let (index, rest) = inner.split_once(']')?;
        return Some((Segment::Index(index.parse().ok()?), rest));
    }
    let end = path.find(['.', '[']).unwrap_or(path.len());
    (end > 0).then_some(())?;
    Some((Segment::Key(path.get(..end)?.to_owned()), path.get(end..)?))
}
