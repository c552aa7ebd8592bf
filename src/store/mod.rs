//! Persistent containers: cheap to clone, and copied only where they are written while a clone is
//! still read.
//!
//! Nothing here knows what the elements mean, apart from the names of the kinds of ids.

mod ids;
mod map;
mod names;
mod order;
mod ragged;
mod sorted;
mod tree;

pub(crate) use ids::{
    ChannelId, EffectiveRoleId, GridId, GroupId, Id, PermissionId, PersonId, RoleId, TenantId,
    UnitId, ids,
};
pub(crate) use map::{Map, Set};
pub(crate) use names::Names;
pub(crate) use order::{IntoSet, Order};
pub(crate) use ragged::Ragged;
pub(crate) use sorted::{Keyed, Sorted};
pub use tree::TREE_MAX;
pub(crate) use tree::{CHUNK, Full, Table, Tree};
