//! [`Record`]: what a check reads of a person, half a cache line; and in it [`Head`] and
//! [`Word`]s, beside it [`Term`]s and [`Detail`]s.

use super::forest::{ALONE, ANYWHERE, UNPLACED};
use super::rights::block;
use crate::facts::rows::{BasisId, ScopeId};
use crate::store::{ChannelId, EffectiveRoleId, GroupId, TenantId, UnitId};

/// The bare beginning of time, where an interval has none.
pub(crate) const EVER: i64 = i64::MIN;
/// Past the end of time, where an interval has none.
pub(crate) const NEVER: i64 = i64::MAX;

/// A grant in one word: what its scope names, the effective role, what kind of scope
/// it is, the channel, and where in a target's [`Path`] the id is looked for.
///
/// The zero word is no grant: the first effective role of each block has no permissions.
///
/// [`Path`]: super::forest::Path
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word(pub(crate) u64);

impl Word {
    const ROLE: u32 = 32;
    const MEMBERS: u64 = 1 << 52;
    const OWN: u64 = 1 << 53;
    /// From here on: the channel, and what keeps a grant from answering on it.
    const DOOR: u32 = 54;
    /// The holder's kind does not act on the grant's channel (contract D13).
    const BARRED: u64 = 1 << 58;
    /// It has an interval or a basis: whether it is in force is written in its term.
    const DATED: u64 = 1 << 59;
    const PLACE: u32 = 61;

    /// `lane` is that of the unit of a `Subtree` scope.
    pub(crate) fn new(
        role: EffectiveRoleId,
        scope: ScopeId,
        lane: u32,
        channel: ChannelId,
        barred: bool,
        dated: bool,
    ) -> Word {
        let (id, place, flag) = match scope {
            ScopeId::Unit(unit) => (unit.get(), ALONE, 0),
            ScopeId::Subtree(unit) => (unit.get(), lane, 0),
            ScopeId::Members(group) => (group.get(), UNPLACED, Word::MEMBERS),
            ScopeId::Own(tenant) => (tenant.get(), UNPLACED, Word::OWN),
            ScopeId::Everywhere => (ANYWHERE, UNPLACED, 0),
        };
        let barred = if barred { Word::BARRED } else { 0 };
        let dated = if dated { Word::DATED } else { 0 };
        let role = u64::from(role.get() & 0xf_ffff) << Word::ROLE;
        let channel = u64::from(channel.get() & 15) << Word::DOOR;
        Word(
            u64::from(id)
                | u64::from(place & 7) << Word::PLACE
                | role
                | channel
                | flag
                | barred
                | dated,
        )
    }

    /// The id that the scope names: of a unit, a group or a tenant.
    #[inline(always)]
    pub(crate) fn id(self) -> u32 {
        self.0 as u32
    }

    /// Where in a target's path the id is looked for.
    #[inline(always)]
    pub(crate) fn place(self) -> u32 {
        (self.0 >> Word::PLACE) as u32
    }

    #[inline(always)]
    pub(crate) fn role(self) -> EffectiveRoleId {
        EffectiveRoleId::from_raw((self.0 >> Word::ROLE) as u32 & 0xf_ffff)
    }

    pub(crate) fn channel(self) -> ChannelId {
        ChannelId::from_raw((self.0 >> Word::DOOR) as u32 & 15)
    }

    /// Whether it answers on this channel, its dates apart.
    #[inline(always)]
    pub(crate) fn answers_on(self, channel: ChannelId) -> bool {
        (self.0 >> Word::DOOR) as u32 & 31 == channel.get()
    }

    #[inline(always)]
    pub(crate) fn is_dated(self) -> bool {
        self.0 & Word::DATED != 0
    }

    pub(crate) fn scope(self) -> ScopeId {
        match (self.place(), self.0 & (Word::MEMBERS | Word::OWN)) {
            (ALONE, _) => ScopeId::Unit(UnitId::from_raw(self.id())),
            (UNPLACED, Word::MEMBERS) => ScopeId::Members(GroupId::from_raw(self.id())),
            (UNPLACED, Word::OWN) => ScopeId::Own(TenantId::from_raw(self.id())),
            (UNPLACED, _) => ScopeId::Everywhere,
            _ => ScopeId::Subtree(UnitId::from_raw(self.id())),
        }
    }
}

/// What a check must know of a person beside the grants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head(u64);

impl Head {
    const COUNT: u64 = 0x3ff;
    /// Where a leaf's rows begin: 256 of them, of at most 512.
    const BASE: u64 = 0x1_ffff;
    const MORE: u32 = 10;
    const TERMS: u32 = 27;
    /// From here on: the flags.
    const FLAGS: u32 = 44;
    /// Registered somewhere.
    pub(crate) const KNOWN: u64 = 1 << Head::FLAGS;
    /// Suspended altogether: the fact itself, not an index.
    pub(crate) const SUSPENDED: u64 = 1 << 45;
    /// Suspended in some tenant.
    pub(crate) const SUSPENDED_SOMEWHERE: u64 = 1 << 46;
    /// Some restriction names the person.
    pub(crate) const RESTRICTED: u64 = 1 << 47;
    /// Some term says less than the truth, which stands in the cold half.
    pub(crate) const COMPLEX: u64 = 1 << 48;
    /// Some grant has dates or a basis.
    pub(crate) const DATED: u64 = 1 << 49;
    /// Some grant does not answer on the policy's first channel.
    pub(crate) const ASIDE: u64 = 1 << 50;
    /// The effective roles stand in different blocks.
    pub(crate) const SPREAD: u64 = 1 << 51;
    /// There are more grants than the record holds.
    pub(crate) const MANY: u64 = 1 << 52;
    /// From here on: the number of the set of grids that bind; 0: none.
    const GRIDS: u32 = 53;
    const BELOW_GRIDS: u64 = (1 << Head::GRIDS) - 1;
    /// Some set that has no number: it stands in the cold half.
    pub(crate) const MANY_SETS: u16 = 0x7ff;
    /// Flags of which all but the first must be off for grants alone to decide.
    const PLAIN_MASK: u64 =
        Head::KNOWN | Head::SUSPENDED | Head::SUSPENDED_SOMEWHERE | Head::RESTRICTED;

    #[inline]
    pub(crate) fn has(self, flag: u64) -> bool {
        self.0 & flag != 0
    }

    /// Whether nothing but grants decides.
    #[inline(always)]
    pub(crate) fn is_plain(self) -> bool {
        self.0 & Head::PLAIN_MASK == Head::KNOWN
    }

    /// Whether nothing but the grants in the record decides, each of them of the
    /// first one's block, in force, and for the policy's first channel.
    #[inline(always)]
    pub(crate) fn is_plainest(self) -> bool {
        self.0 >> Head::FLAGS == 1
    }

    /// Whether the same holds, but that grids bind.
    #[inline(always)]
    pub(crate) fn is_plainest_within_hours(self) -> bool {
        (self.0 & Head::BELOW_GRIDS) >> Head::FLAGS == 1
    }

    /// The number of the set of grids that bind the person; 0: none do.
    #[inline(always)]
    pub(crate) fn grids(self) -> usize {
        (self.0 >> Head::GRIDS) as usize
    }

    pub(in crate::facts) fn with_grids(self, set: u16) -> Head {
        Head(self.0 & Head::BELOW_GRIDS | u64::from(set) << Head::GRIDS)
    }

    /// The flags that one more grant calls for, the first one being another or itself.
    pub(in crate::facts) fn with_grant(self, first: Word, word: Word) -> Head {
        Head::flags_of(first, word)
            .into_iter()
            .filter(|(_, on)| *on)
            .fold(self, |head, (flag, _)| head.with_flag(flag, true))
    }

    /// What a grant says of each of these flags.
    pub(in crate::facts) fn flags_of(first: Word, word: Word) -> [(u64, bool); 3] {
        [
            (Head::DATED, word.is_dated()),
            (Head::ASIDE, !word.answers_on(ChannelId::FIRST)),
            (Head::SPREAD, block(word.role()) != block(first.role())),
        ]
    }

    /// How many grants there are.
    #[inline]
    pub(crate) fn count(self) -> usize {
        (self.0 & Head::COUNT) as usize
    }

    pub(in crate::facts) fn more_base(self) -> usize {
        (self.0 >> Head::MORE & Head::BASE) as usize
    }

    pub(in crate::facts) fn terms_base(self) -> usize {
        (self.0 >> Head::TERMS & Head::BASE) as usize
    }

    pub(in crate::facts) fn with_flag(self, flag: u64, on: bool) -> Head {
        Head(if on { self.0 | flag } else { self.0 & !flag })
    }

    pub(in crate::facts) fn with_count(self, count: usize) -> Head {
        Head(self.0 & !Head::COUNT | (count as u64 & Head::COUNT))
            .with_flag(Head::MANY, count > INLINE)
    }

    /// What it says of the person, and not where the rest stands, the set of grids included.
    pub(in crate::facts) fn without_bases(self) -> Head {
        self.with_bases(0, 0).with_grids(0)
    }

    pub(in crate::facts) fn with_bases(self, more: usize, terms: usize) -> Head {
        let kept = self.0 & !(Head::BASE << Head::MORE | Head::BASE << Head::TERMS);
        Head(
            kept | (more as u64 & Head::BASE) << Head::MORE
                | (terms as u64 & Head::BASE) << Head::TERMS,
        )
    }
}

/// Grants that stand in the record itself.
pub(crate) const INLINE: usize = 3;

/// One person, half a cache line.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(32))]
pub(crate) struct Record {
    pub(crate) head: Head,
    pub(crate) grants: [Word; INLINE],
}

/// When a grant is in force, as far as one interval and one place can say it:
/// within `[from, until)`, and while `via` lies in the subtree of `place`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) from: i64,
    pub(crate) until: i64,
    /// The unit of a basis "at it or below"; [`UnitId::NONE`]: no more is asked.
    pub(crate) place: UnitId,
    /// The unit of the affiliation.
    pub(crate) via: UnitId,
}

impl Term {
    pub(crate) const ALWAYS: Term =
        Term { from: EVER, until: NEVER, place: UnitId::NONE, via: UnitId::NONE };
    pub(crate) const NOT: Term =
        Term { from: NEVER, until: NEVER, place: UnitId::NONE, via: UnitId::NONE };
}

/// What a grant's word does not say: the facts its term is derived from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Detail {
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) basis: Option<BasisId>,
    /// Given without the affiliation that others need (ruling R16).
    pub(crate) direct: bool,
}

impl Detail {
    pub(crate) const PLAIN: Detail =
        Detail { from: EVER, until: NEVER, basis: None, direct: false };
}
