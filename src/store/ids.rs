//! The ids of what the store holds, one type for each kind of thing, so that the id of a unit is
//! never taken for that of a group. An id is an index into the containers of this folder.

use std::fmt::{Debug, Display};
use std::hash::Hash;

/// The key by which the elements of a container are found.
pub(crate) trait Index: Copy {
    fn index(self) -> usize;

    /// `None` if the type cannot hold the index.
    fn from_index(index: usize) -> Option<Self>;
}

/// A plain index, for containers whose elements have no id.
impl Index for usize {
    #[inline(always)]
    fn index(self) -> usize {
        self
    }

    #[inline(always)]
    fn from_index(index: usize) -> Option<usize> {
        Some(index)
    }
}

/// An index that stands for one thing and is never given to another.
pub(crate) trait Id: Index + Ord + Hash + Debug + Display {
    /// The id that is never given, as no container is long enough.
    const NONE: Self;

    fn get(self) -> u32;

    /// The id with the number that [`Id::get`] or `get` returned.
    fn from_raw(raw: u32) -> Self;
}

/// The ids of the first `count` elements of a container.
pub(crate) fn ids<K: Index>(count: usize) -> impl Iterator<Item = K> + Clone {
    (0..count).map_while(K::from_index)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident($raw:ident);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub(crate) struct $name($raw);

        impl $name {
            /// The id that is never given.
            pub(crate) const NONE: $name = $name($raw::MAX);

            #[inline(always)]
            pub(crate) const fn index(self) -> usize {
                self.0 as usize
            }

            #[inline(always)]
            pub(crate) const fn get(self) -> u32 {
                self.0 as u32
            }

            /// The id with the number that [`Id::get`] or `get` returned.
            #[inline(always)]
            pub(crate) const fn from_raw(raw: u32) -> $name {
                $name(raw as $raw)
            }

            /// `None` if the index is [`NONE`](Self::NONE) or beyond it.
            #[inline(always)]
            pub(crate) fn from_index(index: usize) -> Option<$name> {
                $raw::try_from(index).ok().map($name).filter(|&id| id != $name::NONE)
            }
        }

        impl Index for $name {
            #[inline(always)]
            fn index(self) -> usize {
                $name::index(self)
            }

            #[inline(always)]
            fn from_index(index: usize) -> Option<$name> {
                $name::from_index(index)
            }
        }

        impl Id for $name {
            const NONE: $name = $name::NONE;

            #[inline(always)]
            fn get(self) -> u32 {
                $name::get(self)
            }

            #[inline(always)]
            fn from_raw(raw: u32) -> $name {
                $name::from_raw(raw)
            }
        }

        impl Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                Display::fmt(&self.0, f)
            }
        }
    )*};
}

ids! {
    /// A principal, or a person whom records are about.
    PersonId(u32);
    /// A unit of a tenant's tree.
    UnitId(u32);
    /// A tenant, or the platform.
    TenantId(u32);
    /// A group of people.
    GroupId(u32);
    /// A role, of the policy or of a tenant.
    RoleId(u32);
    /// A role as a kind of person may use it at a vision.
    EffectiveRoleId(u32);
    /// An access grid.
    GridId(u32);
    /// A permission of the policy's catalogue; a policy has at most 4096.
    PermissionId(u16);
    /// A channel of the policy; a policy has at most 16.
    ChannelId(u8);
}

impl TenantId {
    /// The platform, which is a tenant without units ([ruling R3](crate::docs::contract#r3)).
    pub(crate) const PLATFORM: TenantId = TenantId(0);
}

impl ChannelId {
    /// The policy's first channel, which is that of requests and grants that name none.
    pub(crate) const FIRST: ChannelId = ChannelId(0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_too_large_for_an_id_is_refused_and_never_wraps() {
        assert_eq!(ChannelId::from_index(254).map(ChannelId::get), Some(254));
        assert_eq!(ChannelId::from_index(255), None);
        assert_eq!(PermissionId::from_index(1 << 16), None);
        assert_eq!(PersonId::from_index(u32::MAX as usize), None);
        assert_eq!(PersonId::from_index(1 << 32), None);
        assert_eq!(ids::<ChannelId>(300).count(), 255);
    }

    #[test]
    fn an_id_comes_back_from_its_number() {
        for id in ids::<PermissionId>(4096) {
            assert_eq!(PermissionId::from_raw(id.get()), id);
            assert_eq!(PermissionId::from_index(id.index()), Some(id));
        }
    }
}
