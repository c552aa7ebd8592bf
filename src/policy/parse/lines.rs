//! [`Lines`]

use crate::policy::diagnostic::Position;

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
