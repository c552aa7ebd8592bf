//! [`PersonIndex`]: what a check reads of a person, in half a cache line. It holds a [`Head`] and
//! [`Word`]s; beside it are [`Term`]s and [`Detail`]s.
//!
//! Every bit has a meaning here and nowhere else. How the rows are kept together is for
//! [`people`](super::people).

use super::forest::{ALONE, ANYWHERE, UNPLACED};
use super::rights::block;
use crate::facts::rows::{BasisId, ScopeId};
use crate::store::{ChannelId, EffectiveRoleId, GroupId, TenantId, UnitId};

/// The `from` of an interval that is open there, in microseconds.
pub(crate) const EVER: i64 = i64::MIN;
/// The `until` of an interval that is open there, in microseconds.
pub(crate) const NEVER: i64 = i64::MAX;

/// A grant in one word. From the lowest bit: the id that the scope names (32 bits), the effective
/// role (20), two bits for scopes of a group and of oneself, the channel (4), what keeps the grant
/// from answering (2), one unused bit, and where in a target's [`Path`] the id is looked for (3).
///
/// The zero word is no grant: the first effective role of each block has no permissions, so that
/// empty places of a [`PersonIndex`] need no test.
///
/// [`Path`]: super::forest::Path
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word(pub(crate) u64);

impl Word {
    const ROLE: u32 = 32;
    const MEMBERS: u64 = 1 << 52;
    const OWN: u64 = 1 << 53;
    /// Where the channel begins. The bit above it is [`Word::BARRED`].
    const CHANNEL: u32 = 54;
    /// The kind of the holder does not act on the channel of the grant ([contract
    /// D13](crate::docs::contract#d13)). It is the bit above the channel, so that comparing five
    /// bits with the channel of a request fails for a barred grant.
    const BARRED: u64 = 1 << 58;
    /// The grant has an interval or a basis: whether it is in force is for its [`Term`].
    const DATED: u64 = 1 << 59;
    const PLACE: u32 = 61;

    /// `lane` must be that of the unit of a `Subtree` scope. It is ignored for other scopes.
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
        let channel = u64::from(channel.get() & 15) << Word::CHANNEL;
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

    /// Where in a target's path the id is looked for. The three highest bits, so that a shift alone
    /// yields it.
    #[inline(always)]
    pub(crate) fn place(self) -> u32 {
        (self.0 >> Word::PLACE) as u32
    }

    #[inline(always)]
    pub(crate) fn role(self) -> EffectiveRoleId {
        EffectiveRoleId::from_raw((self.0 >> Word::ROLE) as u32 & 0xf_ffff)
    }

    pub(crate) fn channel(self) -> ChannelId {
        ChannelId::from_raw((self.0 >> Word::CHANNEL) as u32 & 15)
    }

    /// Whether the grant answers on a channel, whatever its dates.
    #[inline(always)]
    pub(crate) fn answers_on(self, channel: ChannelId) -> bool {
        (self.0 >> Word::CHANNEL) as u32 & 31 == channel.get()
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

/// What a check must know of a person beside the grants. From the lowest bit: the number of grants
/// (10 bits), where the further grants and the terms begin in the rows of the leaf (17 each), the
/// flags (9), and the number of the set of grids (11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head(u64);

impl Head {
    const COUNT: u64 = 0x3ff;
    /// The mask of where rows begin: a leaf has 256 rows of at most 512 grants.
    const BASE: u64 = 0x1_ffff;
    const MORE: u32 = 10;
    const TERMS: u32 = 27;
    /// Where the flags begin. [`Head::KNOWN`] is the first of them, so that a head of nothing but
    /// that flag is 1 when shifted.
    const FLAGS: u32 = 44;
    /// Registered somewhere.
    pub(crate) const KNOWN: u64 = 1 << Head::FLAGS;
    /// Suspended altogether. This flag is the fact itself; the others are derived.
    pub(crate) const SUSPENDED: u64 = 1 << 45;
    /// Suspended in some tenant.
    pub(crate) const SUSPENDED_SOMEWHERE: u64 = 1 << 46;
    /// Some restriction names the person.
    pub(crate) const RESTRICTED: u64 = 1 << 47;
    /// Some term is too complex for [`Term`], which then holds less than the truth: the cold half
    /// is read.
    pub(crate) const COMPLEX: u64 = 1 << 48;
    /// Some grant has dates or a basis.
    pub(crate) const DATED: u64 = 1 << 49;
    /// Some grant does not answer on the policy's first channel.
    pub(crate) const ASIDE: u64 = 1 << 50;
    /// The effective roles of the grants are in different blocks of
    /// [`Rights`](super::rights::Rights).
    pub(crate) const SPREAD: u64 = 1 << 51;
    /// There are more grants than the person index holds.
    pub(crate) const MANY: u64 = 1 << 52;
    /// Where the number of the set of grids that bind begins. 0 if none bind.
    const GRIDS: u32 = 53;
    const BELOW_GRIDS: u64 = (1 << Head::GRIDS) - 1;
    /// The person is enrolled in a set of grids that has no number: the cold half is read.
    pub(crate) const MANY_SETS: u16 = 0x7ff;
    /// The flags of which all but the first must be off for grants alone to decide.
    const PLAIN_MASK: u64 =
        Head::KNOWN | Head::SUSPENDED | Head::SUSPENDED_SOMEWHERE | Head::RESTRICTED;

    #[inline]
    pub(crate) fn has(self, flag: u64) -> bool {
        self.0 & flag != 0
    }

    /// Whether nothing but grants decides: no suspension and no restriction on the person.
    #[inline(always)]
    pub(crate) fn is_plain(self) -> bool {
        self.0 & Head::PLAIN_MASK == Head::KNOWN
    }

    /// Whether nothing but the grants in the person index decides: each has an effective role of
    /// the block of the first, is in force, and is for the first channel of the policy.
    /// [`Head::KNOWN`] is then the only flag, and no grid binds.
    #[inline(always)]
    pub(crate) fn is_plainest(self) -> bool {
        self.0 >> Head::FLAGS == 1
    }

    /// Like [`Head::is_plainest`], except that grids bind.
    #[inline(always)]
    pub(crate) fn is_plainest_within_hours(self) -> bool {
        (self.0 & Head::BELOW_GRIDS) >> Head::FLAGS == 1
    }

    /// The number of the set of grids that bind the person. 0 if none do.
    #[inline(always)]
    pub(crate) fn grids(self) -> usize {
        (self.0 >> Head::GRIDS) as usize
    }

    pub(in crate::facts) fn with_grids(self, set: u16) -> Head {
        Head(self.0 & Head::BELOW_GRIDS | u64::from(set) << Head::GRIDS)
    }

    /// The head with the flags that one more grant calls for. `first` is the first grant of the
    /// person, which may be that grant itself.
    pub(in crate::facts) fn with_grant(self, first: Word, word: Word) -> Head {
        Head::flags_of(first, word)
            .into_iter()
            .filter(|(_, on)| *on)
            .fold(self, |head, (flag, _)| head.with_flag(flag, true))
    }

    /// Each flag that a grant can call for, with whether it does.
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

    /// The head without where rows begin and without the number of the set of grids, which differ
    /// between equal people.
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

/// How many grants the person index itself holds.
pub(crate) const INLINE: usize = 3;

/// One person, in half a cache line, so that two lines are never loaded for one head.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, align(32))]
pub(crate) struct PersonIndex {
    pub(crate) head: Head,
    pub(crate) grants: [Word; INLINE],
}

/// When a grant is in force, as far as one interval and one place can say it: within `[from,
/// until)`, and while `via` is in the subtree of `place`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) from: i64,
    pub(crate) until: i64,
    /// The unit of a basis "at it or below". [`UnitId::NONE`] if the place of the affiliation does
    /// not matter any more.
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

/// What the word of a grant does not hold: the facts from which its [`Term`] is derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Detail {
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) basis: Option<BasisId>,
    /// The grant was given without the affiliation that others need ([ruling
    /// R16](crate::docs::contract#r16)).
    pub(crate) direct: bool,
}

impl Detail {
    pub(crate) const PLAIN: Detail =
        Detail { from: EVER, until: NEVER, basis: None, direct: false };
}
