//! Questions about support and about when access grids bind.

use super::policy::Policy;
use super::rules::SupportDoor;
use crate::policy::document::{Enforced, SupportRules};
use crate::store::{ChannelId, RoleId};

impl SupportDoor {
    pub(super) fn of(policy: &Policy) -> Option<SupportDoor> {
        let SupportRules { channel, roles } = policy.document().support.as_ref()?;
        let roles =
            roles.iter().filter_map(|name| policy.role(name)).map(|role| role.index()).collect();
        Some(SupportDoor { channel: policy.channel(channel)?, roles })
    }
}

impl Policy {
    /// The channel of support. `None` in a policy without support.
    #[inline]
    pub(crate) fn support_channel(&self) -> Option<ChannelId> {
        self.support().map(|door| door.channel)
    }

    /// Whether a built-in role can be held on a channel. On the channel of support, only the roles
    /// listed with it can be.
    pub(crate) fn fits_channel(&self, role: RoleId, channel: ChannelId) -> bool {
        self.support()
            .is_none_or(|door| door.channel != channel || door.roles.contains(role.index()))
    }

    /// Whether access grids bind every decision. If not, they bind the sign-in alone.
    pub(crate) fn enforces_hours(&self) -> bool {
        self.document().hours.enforced == Enforced::Always
    }
}
