//! The entrance: a text in, a document out, with what could not be read and where the rest stands.

use super::lines::Lines;
use super::positions::Positions;
use super::reader::Reader;
use super::tree::{Flaw, Node};
use super::{json, toml};
use crate::policy::diagnostic::{Diagnostic, code};
use crate::policy::document::Document;
use crate::policy::limits::MAX_TEXT_BYTES;

/// What a text says: the document as far as it could be read, the diagnostics about what could not
/// be, and where each part of the document stands. The document is `None` if nothing could be read.
pub(crate) type Reading<'t> = (Option<Document>, Vec<Diagnostic>, Positions<'t>);

/// Reads a document from TOML. Each entry, and each element of a list, that cannot be read is left
/// out of the document and has an error among the diagnostics.
pub(crate) fn read_toml(text: &str) -> Reading<'_> {
    read(text, toml::tree)
}

/// Reads a document from JSON, as [`read_toml`] does from TOML.
pub(crate) fn read_json(text: &str) -> Reading<'_> {
    read(text, json::tree)
}

fn read<'t>(
    text: &'t str,
    parse: impl FnOnce(&'t str, &Lines<'t>) -> (Option<Node<'t>>, Vec<Flaw>),
) -> Reading<'t> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MAX_TEXT_BYTES {
        let message =
            format!("the text has {} bytes; at most {MAX_TEXT_BYTES} are allowed", text.len());
        return (
            None,
            vec![Diagnostic::error(code::TEXT_TOO_LONG, "", message)],
            Positions::default(),
        );
    }
    let lines = Lines::new(text);
    let (root, flaws) = parse(text, &lines);
    let mut reader = Reader::new(lines);
    flaws.into_iter().for_each(|flaw| reader.flaw(flaw));
    let document = root.as_ref().and_then(|root| reader.document(root));
    let (found, positions) = reader.finish(root);
    (document, found, positions)
}
