//! [`Positions`]: from a path in the document to a line and column in the text.

use std::collections::HashMap;

use super::lines::Lines;
use super::tree::{Node, Value};
use crate::policy::diagnostic::{Diagnostic, Segment, push_index, push_key, split_segment};

/// Where each part of a document stands in the text it was read from.
#[derive(Debug, Default)]
pub(crate) struct Positions<'t> {
    lines: Lines<'t>,
    root: Option<Node<'t>>,
    /// By the path of a list, the indices in the text of the elements that could not be read. The
    /// document's list lacks them, so that its own indices differ from the text's.
    skipped: HashMap<String, Vec<usize>>,
}

impl<'t> Positions<'t> {
    pub(super) fn new(
        lines: Lines<'t>,
        root: Option<Node<'t>>,
        skipped: HashMap<String, Vec<usize>>,
    ) -> Positions<'t> {
        Positions { lines, root, skipped }
    }

    /// Translates a diagnostic about the document into one about the text: gives it a position, and
    /// gives indices in its path the values that they have in the text.
    pub(crate) fn place(&self, diagnostic: &mut Diagnostic) {
        if diagnostic.path.is_empty() {
            return; // the diagnostic is about no place in particular
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
                        Some(Value::Table(entries)) => {
                            entries.get(key.as_str()).map(|(_, node)| node)
                        }
                        _ => None,
                    };
                }
            }
            // A key that is missing has no place of its own: it gets the place of its parent.
            found = node.map(|node| node.at).or(found);
        }
        diagnostic.path = path;
        diagnostic.position = found.map(|at| self.lines.position(at));
    }

    /// The index that an element of the document's list has in the text.
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
