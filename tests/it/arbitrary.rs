//! Bytes for a world, as proptest draws and shrinks them.

use proptest::prelude::*;

use crate::worlds::SIZES;

/// The sizes, which shrink, and a seed, which does not: a smaller world is the same
/// world with less in it.
pub fn bytes() -> impl Strategy<Value = Vec<u8>> {
    (any::<[u8; SIZES]>(), any::<u64>().no_shrink()).prop_map(|(sizes, seed)| {
        let mut bytes = sizes.to_vec();
        bytes.extend(seed.to_le_bytes());
        bytes
    })
}
