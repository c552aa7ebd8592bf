//! [`Lines`]: the lines and columns of byte offsets in a text.

use crate::policy::diagnostic::Position;

/// Finds the line and column of a byte offset. Characters are counted in advance up to every
/// 1024th byte, so that an offset far into a long line costs no more than one near its beginning.
#[derive(Debug, Default)]
pub(crate) struct Lines<'t> {
    text: &'t str,
    /// The offset at which each line begins.
    starts: Vec<usize>,
    /// How many characters begin before each multiple of [`STRIDE`].
    characters: Vec<usize>,
}

const STRIDE: usize = 1024;

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Lines<'t> {
        let starts = std::iter::once(0)
            .chain(
                text.bytes()
                    .enumerate()
                    .filter(|&(_, b)| b == b'\n')
                    .map(|(at, _)| at.saturating_add(1)),
            )
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

    /// The offset of a byte that is given by its line and its place in the line, both counted from
    /// 1, as serde_json tells the places of its errors.
    pub(crate) fn offset(&self, line: usize, byte: usize) -> usize {
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        start.saturating_add(byte.saturating_sub(1)).min(self.text.len())
    }

    /// How many characters of the text begin before the byte at this offset.
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
