//! Where things stand: paths in the document, and lines and columns in the text.

use std::collections::HashMap;

use crate::model::MAX_NAME_BYTES;

use crate::policy::diagnostic::{Diagnostic, Position};
use crate::policy::parse::tree::{Node, Value};

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
    // No name is longer, so that a path that is cut is never one to be looked up.
    for character in key.chars().take(MAX_NAME_BYTES) {
        match character {
            '"' | '\\' => path.extend(['\\', character]),
            c if c.is_control() => path.extend(c.escape_default()),
            c => path.push(c),
        }
    }
    path.push('"');
}

/// Appends the position in a list to a path.
pub(crate) fn push_index(path: &mut String, index: usize) {
    path.push('[');
    path.push_str(&index.to_string());
    path.push(']');
}

/// The path made of these keys.
pub(crate) fn path<'k>(keys: impl IntoIterator<Item = &'k str>) -> String {
    let mut path = String::new();
    for key in keys {
        push_key(&mut path, key);
    }
    path
}

/// The path of an element of the list at `path`.
pub(crate) fn at_index(path: &str, index: usize) -> String {
    let mut path = path.to_owned();
    push_index(&mut path, index);
    path
}

/// The path of a part of a row of the list at `list`.
pub(crate) fn row_path(list: &str, index: usize, key: &str) -> String {
    let mut path = at_index(list, index);
    push_key(&mut path, key);
    path
}

enum Segment {
    Key(String),
    Index(usize),
}

/// Splits the first key or index off a path.
fn split_segment(path: &str) -> Option<(Segment, &str)> {
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

/// Lines and columns of byte offsets, in little time wherever they are: the
/// characters are counted in advance at every thousandth byte.
#[derive(Debug, Default)]
pub(crate) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    characters: Vec<usize>,
}

const STRIDE: usize = 1024;

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Lines<'t> {
        let starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(at, _)| at.saturating_add(1)))
            .collect();
        let mut total = 0usize;
        let mut characters = vec![0];
        for chunk in text.as_bytes().chunks(STRIDE) {
            total = total.saturating_add(count(chunk));
            characters.push(total);
        }
        Lines { text, starts, characters }
    }

    pub(crate) fn position(&self, at: usize) -> Position {
        let line = self.starts.partition_point(|&start| start <= at).max(1);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.before(at).saturating_sub(self.before(start)).saturating_add(1);
        Position { line, column }
    }

    /// The offset of a line and a byte in it, both counted from 1.
    pub(crate) fn offset(&self, line: usize, byte: usize) -> usize {
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        start.saturating_add(byte.saturating_sub(1)).min(self.text.len())
    }

    /// How many characters begin before this byte.
    fn before(&self, at: usize) -> usize {
        let stride = at / STRIDE;
        let known = self.characters.get(stride).copied().unwrap_or(0);
        let rest = self.text.as_bytes().get(stride.saturating_mul(STRIDE)..at.min(self.text.len()));
        known.saturating_add(rest.map_or(0, count))
    }
}

fn count(bytes: &[u8]) -> usize {
    // Every byte of UTF-8 but the continuations begins a character.
    bytes.iter().filter(|&&b| b & 0xC0 != 0x80).count()
}

/// Where each part of a document stands in the text it was read from.
#[derive(Debug, Default)]
pub(crate) struct Positions<'t> {
    pub(in crate::policy) lines: Lines<'t>,
    pub(in crate::policy) root: Option<Node<'t>>,
    /// By the path of a list, the elements that could not be read: the document's
    /// list goes without them, and its indices are not the text's.
    pub(in crate::policy) skipped: HashMap<String, Vec<usize>>,
}

impl Positions<'_> {
    /// Gives a diagnostic about the document the path and the position that it has in the text.
    pub(crate) fn place(&self, diagnostic: &mut Diagnostic) {
        if diagnostic.path.is_empty() {
            return; // it is about no place in particular
        }
        let mut path = String::new();
        let mut rest = diagnostic.path.as_str();
        let mut node = self.root.as_ref();
        let mut found = node.map(|node| node.at);
        while let Some((segment, tail)) = split_segment(rest) {
            rest = tail;
            match segment {
                Segment::Index(index) => {
                    let index = self.index_in_text(&path, index);
                    push_index(&mut path, index);
                    node = match node.map(|node| &node.value) {
                        Some(Value::List(items)) => items.get(index),
                        _ => None,
                    };
                }
                Segment::Key(key) => {
                    push_key(&mut path, &key);
                    node = match node.map(|node| &node.value) {
                        Some(Value::Table(entries)) => entries.get(key.as_str()).map(|(_, node)| node),
                        _ => None,
                    };
                }
            }
            // What is not in the text, as a key that is missing, stands where its parent does.
            found = node.map(|node| node.at).or(found);
        }
        diagnostic.path = path;
        diagnostic.position = found.map(|at| self.lines.position(at));
    }

    fn index_in_text(&self, list: &str, index: usize) -> usize {
        let mut index = index;
        for &skipped in self.skipped.get(list).into_iter().flatten() {
            if skipped <= index {
                index = index.saturating_add(1);
            }
        }
        index
    }
}
