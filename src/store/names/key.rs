//! [`Key`]: a name as two words, and the name back from them.

use smol_str::SmolStr;

pub(super) const UUID: u32 = 17;
pub(super) const LONG: u32 = 18;
/// The form of a name that is forgotten. Its slot keeps the id, matches no name and does not end a
/// search.
pub(super) const GONE: u32 = 19;

/// A name as it is compared: two words and how to read them. `form` is the length of a short name,
/// [`UUID`] or [`LONG`]. Zero marks an empty slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) a: u64,
    pub(super) b: u64,
    pub(super) form: u32,
}

/// The key of a name of 1 to 16 bytes: its first and its last bytes, overlapping, which with the
/// length determine the name. `None` for other lengths.
#[inline(always)]
pub(super) fn short_key(bytes: &[u8]) -> Option<Key> {
    let form = bytes.len() as u32;
    let (a, b) = match bytes.len() {
        8..=16 => {
            (u64::from_le_bytes(*bytes.first_chunk()?), u64::from_le_bytes(*bytes.last_chunk()?))
        }
        4..=7 => {
            let (a, b) = (
                u32::from_le_bytes(*bytes.first_chunk()?),
                u32::from_le_bytes(*bytes.last_chunk()?),
            );
            (u64::from(a), u64::from(b))
        }
        1..=3 => {
            let (first, middle, last) =
                (bytes.first()?, bytes.get(bytes.len() / 2)?, bytes.last()?);
            (u64::from(u32::from_le_bytes([*first, *middle, *last, 0])), 0)
        }
        _ => return None,
    };
    Some(Key { a, b, form })
}

pub(super) fn short_text(key: Key) -> SmolStr {
    let len = key.form as usize;
    let behind = |width: usize| len.saturating_sub(width).saturating_mul(8) as u32;
    // Where the first and the last bytes overlap they are equal.
    let text = match len {
        8.. => u128::from(key.a) | u128::from(key.b) << behind(8),
        4..=7 => u128::from(key.a) | u128::from(key.b) << behind(4),
        // The word is the first, middle and last byte: of a name of two bytes its first two, of one
        // byte its first.
        _ => u128::from(key.a),
    };
    let text = text.to_le_bytes();
    // Always valid: these are the bytes of a string.
    str::from_utf8(text.get(..len).unwrap_or_default()).unwrap_or_default().into()
}

const ONES: u64 = 0x0101_0101_0101_0101;

/// Reads eight characters at once as hexadecimal digits in lower case, each digit in its byte. The
/// second word is not zero if one of them is anything else.
#[inline(always)]
fn hex_digits(text: u64) -> (u64, u64) {
    let letter = text >> 6 & ONES;
    let digits = (text & (0x0f * ONES)).wrapping_add(letter.wrapping_mul(9));
    let above_nine = digits.wrapping_add(6 * ONES) >> 4 & ONES;
    let written = digits.wrapping_add(0x30 * ONES).wrapping_add(above_nine.wrapping_mul(0x27));
    // A letter beyond `f` runs over its four bits although it is written back unchanged, and so is
    // tested apart.
    (digits, written ^ text | digits & (0xf0 * ONES))
}

/// The key of a UUID as it is usually written, in 36 characters of lower case. Each byte of a word
/// holds two digits that are eight digits apart in the text. `None` for other texts.
#[inline(always)]
pub(super) fn uuid_key(bytes: &[u8]) -> Option<Key> {
    let bytes: &[u8; 36] = bytes.try_into().ok()?;
    let [a0, a1, a2, a3, a4, a5, a6, a7, dash_0, middle @ .., f0, f1, f2, f3, f4, f5, f6, f7] =
        *bytes;
    let [b0, b1, b2, b3, dash_1, b4, b5, b6, b7, dash_2, c0, c1, c2, c3, dash_3, c4, c5, c6, c7] =
        middle;
    let (a, bad_a) = hex_digits(u64::from_le_bytes([a0, a1, a2, a3, a4, a5, a6, a7]));
    let (b, bad_b) = hex_digits(u64::from_le_bytes([b0, b1, b2, b3, b4, b5, b6, b7]));
    let (c, bad_c) = hex_digits(u64::from_le_bytes([c0, c1, c2, c3, c4, c5, c6, c7]));
    let (d, bad_d) = hex_digits(u64::from_le_bytes([f0, f1, f2, f3, f4, f5, f6, f7]));
    let dashes = (dash_0 ^ b'-') | (dash_1 ^ b'-') | (dash_2 ^ b'-') | (dash_3 ^ b'-');
    (bad_a | bad_b | bad_c | bad_d | u64::from(dashes) == 0).then_some(Key {
        a: a | b << 4,
        b: c | d << 4,
        form: UUID,
    })
}

pub(super) fn uuid_text(a: u64, b: u64) -> SmolStr {
    let digits = [a, a >> 4, b, b >> 4].map(|word| (word & (0x0f * ONES)).to_le_bytes());
    let mut text = String::with_capacity(36);
    for (n, digit) in digits.into_iter().flatten().enumerate() {
        if matches!(n, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
    }
    text.into()
}
