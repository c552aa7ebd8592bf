//! The bounds of a policy. Past one, validation refuses the document; within them, the work of
//! reading, validating and compiling a policy is bounded too.

/// The longest text of a policy, in bytes.
pub const MAX_TEXT_BYTES: usize = 8 * 1024 * 1024;
/// How deep the tables and lists of a text may be nested. A policy needs five.
pub const MAX_TEXT_NESTING: usize = 16;
/// The most diagnostics that one reading, or one validation, lists. One more says how many are left
/// out.
pub const MAX_DIAGNOSTICS: usize = 1000;

/// The most permissions in the catalogue, all functions together.
pub const MAX_PERMISSIONS: usize = 4096;
/// The most built-in roles.
pub const MAX_ROLES: usize = 4096;
/// The most inclusions that may follow one another, from a role to the last one it includes.
pub const MAX_INCLUSION_DEPTH: usize = 64;
/// The most visions.
pub const MAX_VISIONS: usize = 64;
/// The most channels.
pub const MAX_CHANNELS: usize = 16;
/// The most kinds of principal.
pub const MAX_KINDS: usize = 1024;
/// The most kinds of unit.
pub const MAX_UNIT_KINDS: usize = 4096;
/// The most sets of units. The sets that a unit lies in are the 64 bits of one word.
pub const MAX_UNIT_SETS: usize = 64;
/// The most code prefixes in one set of units.
pub const MAX_PREFIXES: usize = 4096;
/// The most kinds of affiliation.
pub const MAX_AFFILIATION_KINDS: usize = 1024;
/// The most ceilings.
pub const MAX_CEILINGS: usize = 1024;
/// The most guards.
pub const MAX_GUARDS: usize = 1024;
/// The most rows of eligibility.
pub const MAX_ELIGIBILITY: usize = 1024;
/// The most separations, which are sets of roles that are held apart.
pub const MAX_SEPARATIONS: usize = 1024;
/// The most minutes between a sign-out and the hand-over of open work: a week.
pub const MAX_HAND_OVER_MINUTES: u32 = 10_080;
/// The most words in each list of renamed words, and in each list of retired ones.
pub const MAX_FORMER_WORDS: usize = 16_384;
