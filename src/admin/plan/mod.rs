//! Plans of what access should be taken back because it no longer holds.
//!
//! A plan is data (`document`). The policy's rules say of one grant or registration whether it is
//! taken back (`judge`), from what the host's sources tell (`evidence`, `sources`); `search` asks
//! them of everybody. `blocked` says which rows a plan leaves out, `mass` whether somebody must
//! confirm it.

mod blocked;
mod document;
mod evidence;
mod judge;
mod mass;
mod print;
mod search;
mod sources;

pub use document::{Ended, Grounds, Link, MAX_ROWS, Mass, Plan, RevocationRule, Row, SilentSource};
pub use evidence::{Covers, Current, Evidence, LastSeen, LastUse, Source, Tells};

pub(super) use blocked::blocked;
pub(super) use judge::RevocationRules;
pub(super) use mass::{mass_of, registered_by_tenant};
