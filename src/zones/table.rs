//! [`ZoneTable`]: the offsets of one time zone, segment by segment.

/// 1900-01-01T00:00:00Z, before which the first offset holds ([ruling
/// R20](crate::docs::contract#r20)).
pub(super) const FIRST_SECOND: i64 = -2_208_988_800;
/// 2100-01-01T00:00:00Z, from which the last offset holds ever after.
pub(super) const LAST_SECOND: i64 = 4_102_444_800;

const MICROS: i64 = 1_000_000;

/// A bucket of time is 2⁴⁴ µs, some 203 days: most hold one change of offset.
const BUCKET_BITS: u32 = 44;
/// 1900-01-01T00:00:00Z in µs, where the first bucket begins.
pub(super) const ORIGIN: i64 = FIRST_SECOND * MICROS;

/// The offsets of one time zone from 1900 to 2100 ([ruling R20](crate::docs::contract#r20)).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ZoneTable {
    /// Where each segment ends, in µs of UTC. The last entry is `i64::MAX`.
    ends: Box<[i64]>,
    /// Local time less UTC in each segment, in µs.
    offsets: Box<[i64]>,
    /// The segment in which each bucket begins.
    buckets: Box<[u16]>,
}

/// A stretch of time with one offset.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    index: usize,
    /// Local time less UTC, in µs.
    pub(super) offset: i64,
    /// The first µs after the segment, or `i64::MAX` if it never ends.
    pub(super) end: i64,
}

impl ZoneTable {
    /// A table from the offset in seconds at 1900 and, in order, each second at which another
    /// offset begins. Changes to an equal offset and changes outside of the years are left out.
    pub(super) fn new(first: i32, changes: impl IntoIterator<Item = (i64, i32)>) -> ZoneTable {
        let (mut ends, mut offsets) = (Vec::new(), vec![micros(first.into())]);
        let mut before = first;
        for (second, offset) in changes {
            if offset != before
                && second > FIRST_SECOND
                && second < LAST_SECOND
                && ends.len() < usize::from(u16::MAX)
            {
                ends.push(micros(second));
                offsets.push(micros(offset.into()));
                before = offset;
            }
        }
        let last = LAST_SECOND.saturating_sub(FIRST_SECOND).saturating_mul(MICROS) >> BUCKET_BITS;
        let begins = (0..=last).map(|bucket| ORIGIN.saturating_add(bucket << BUCKET_BITS));
        let buckets = begins.map(|begin| ends.partition_point(|&end| end <= begin));
        let buckets = buckets.map(|segment| u16::try_from(segment).unwrap_or(u16::MAX)).collect();
        ends.push(i64::MAX);
        ZoneTable { ends: ends.into(), offsets: offsets.into(), buckets }
    }

    /// The segment of an instant. The bucket leads to within a few segments of it.
    #[inline]
    pub(super) fn segment(&self, at: i64) -> Segment {
        let bucket = usize::try_from(at.saturating_sub(ORIGIN) >> BUCKET_BITS).unwrap_or(0);
        let bucket = bucket.min(self.buckets.len().saturating_sub(1));
        let mut index = self.buckets.get(bucket).map_or(0, |&first| usize::from(first));
        while self.ends.get(index).is_some_and(|&end| end <= at) {
            index = index.saturating_add(1);
        }
        self.at_index(index)
    }

    /// The segment after one that ends.
    #[inline]
    pub(super) fn after(&self, segment: Segment) -> Segment {
        self.at_index(segment.index.saturating_add(1))
    }

    /// The segment with an index. Past the last one: the last offset, without an end.
    #[inline]
    fn at_index(&self, index: usize) -> Segment {
        let last = || self.offsets.last().copied().unwrap_or(0);
        let offset = self.offsets.get(index).copied().unwrap_or_else(last);
        Segment { index, offset, end: self.ends.get(index).copied().unwrap_or(i64::MAX) }
    }
}

fn micros(seconds: i64) -> i64 {
    seconds.saturating_mul(MICROS)
}

#[cfg(test)]
impl ZoneTable {
    /// The seconds at which the offset changes, each with the new offset.
    pub(super) fn changes(&self) -> Vec<(i64, i64)> {
        self.ends
            .iter()
            .zip(&self.offsets[1..])
            .map(|(&end, &offset)| (end / MICROS, offset / MICROS))
            .collect()
    }
}
