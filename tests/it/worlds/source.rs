//! Where choices come from.

/// A source of choices: the bytes given, then a generator seeded by them.
pub struct Source<'a> {
    pub raw: &'a [u8],
    pub seed: u64,
    pub state: u64,
}

impl Source<'_> {
    /// Starts a stretch of its own, so that dropping one item leaves the others.
    pub fn section(&mut self, tag: u64, item: u64) {
        self.state = self.seed ^ (tag << 32 | item).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    pub fn byte(&mut self) -> u8 {
        if let Some((&first, rest)) = self.raw.split_first() {
            self.raw = rest;
            return first;
        }
        // SplitMix64.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 17) as u8
    }

    /// Below a bound; 0 when there is nothing below it.
    pub fn below(&mut self, bound: usize) -> usize {
        if bound < 2 {
            0
        } else {
            (usize::from(self.byte()) << 8 | usize::from(self.byte())) % bound
        }
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, percent: u8) -> bool {
        self.byte() % 100 < percent
    }

    pub fn pick<'t, T>(&mut self, from: &'t [T]) -> Option<&'t T> {
        from.get(self.below(from.len()))
    }

    pub fn some_of<T: Clone>(&mut self, from: &[T], percent: u8) -> Vec<T> {
        from.iter().filter(|_| self.percent(percent)).cloned().collect()
    }
}
