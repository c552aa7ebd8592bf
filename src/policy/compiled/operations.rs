//! o

use super::policy::Policy;
use super::rules::SupportDoor;
use crate::policy::document::{Enforced, SupportRules};

impl SupportDoor {
    pub(super) fn of(policy: &Policy) -> Option<SupportDoor> {
        let SupportRules { channel, roles } = policy.document().support.as_ref()?;
        let roles = roles.iter().filter_map(|name| policy.role(name)).map(|role| role as usize).collect();
        Some(SupportDoor { channel: policy.channel(channel)?, roles })
    }
}

impl Policy {
    /// The channel of support, where the policy has one.
    #[inline]
    pub(crate) fn support_channel(&self) -> Option<u8> {
        self.support().map(|door| door.channel)
    }

    /// Whether a role may be granted on a channel: on that of support those named alone (ruling R18).
    pub(crate) fn fits_channel(&self, role: u32, channel: u8) -> bool {
        self.support().is_none_or(|door| door.channel != channel || door.roles.contains(role as usize))
    }

    /// Whether grids bind every decision, or the sign-in alone (contract D10).
    pub(crate) fn enforces_hours(&self) -> bool {
        self.document().hours.enforced == Enforced::Always
    }
}
