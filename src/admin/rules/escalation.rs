//! Nobody gives what they do not hold (X2). The actor covers a gain in one of three ways (R28): by
//! what they hold, in permission, scope, channel and time; by a role of theirs that may assign the
//! gain's role; or by the policy's escalate permission, held there.

use fixedbitset::FixedBitSet;

use super::gains::Gain;
use super::intervals::Intervals;
use super::issuer::Issuer;
use crate::admin::refusal::Uncovered;
use crate::facts::{NEVER, State};
use crate::store::PermissionId;
use crate::time::Instant;

impl Issuer<'_> {
    /// The part of a gain that the actor does not cover. Empty if all is covered.
    pub(in crate::admin) fn uncovered(&self, gain: &Gain, after: &State) -> Vec<Uncovered> {
        if self.is_host() {
            return Vec::new();
        }
        let escalate = self.state.policy.escalate();
        if escalate.is_some_and(|permission| self.covers_now(permission, gain.area)) {
            return Vec::new();
        }
        let assignable = self.assignable_intervals(gain);
        if gain.intervals.minus(&assignable).is_empty() {
            return Vec::new();
        }
        let left = self.not_covered_by_one_grant(gain);
        let mut remainder: Vec<(Intervals, FixedBitSet)> = Vec::new();
        for permission in left.ones() {
            let Some(id) = PermissionId::from_index(permission) else { continue };
            let held = self.covering_intervals(gain, id);
            let gap = gain.intervals.minus(&Intervals::union(held.iter().chain(assignable.iter())));
            if gap.is_empty() {
                continue;
            }
            match remainder.iter_mut().find(|(intervals, _)| *intervals == gap) {
                Some((_, permissions)) => permissions.grow_and_insert(permission),
                None => {
                    let mut permissions = FixedBitSet::new();
                    permissions.grow_and_insert(permission);
                    remainder.push((gap, permissions));
                }
            }
        }
        remainder
            .into_iter()
            .filter_map(|(intervals, permissions)| named(after, gain, &intervals, &permissions))
            .collect()
    }

    /// The permissions of a gain that no single unrestricted grant of the actor's covers for the
    /// whole time. Usually none: then the exact search over intervals is not needed.
    fn not_covered_by_one_grant(&self, gain: &Gain) -> FixedBitSet {
        let mut left = gain.permissions.clone();
        for held in self.usable_grants(gain.area) {
            let all = held.channel() == gain.channel
                && gain.intervals.minus(held.intervals()).is_empty()
                && self.is_unrestricted(held)
                && self.takes_in_ordinary(held, gain.area);
            if all {
                let covered: Vec<usize> = left
                    .intersection(held.permissions())
                    .filter(|&permission| {
                        PermissionId::from_index(permission)
                            .is_some_and(|id| self.takes_in(held, gain.area, id))
                    })
                    .collect();
                covered.into_iter().for_each(|permission| left.set(permission, false));
            }
            if left.is_clear() {
                break;
            }
        }
        left
    }

    /// When some grant of the actor's covers a permission of a gain. Each grant must cover the
    /// whole scope; together they may cover the time.
    fn covering_intervals(&self, gain: &Gain, permission: PermissionId) -> Intervals {
        let grants = self.usable_grants(gain.area).filter(|held| {
            held.channel() == gain.channel
                && held.permissions().contains(permission.index())
                && self.takes_in(held, gain.area, permission)
        });
        let intervals: Vec<Intervals> =
            grants.map(|held| self.unrestricted_intervals(held, permission, gain.area)).collect();
        Intervals::union(intervals.iter().flat_map(Intervals::iter))
    }

    /// When a role that the actor holds over the whole area may assign the gain's role. That stands
    /// in for holding the permissions, not for scope or time.
    fn assignable_intervals(&self, gain: &Gain) -> Intervals {
        let policy = &self.state.policy;
        let grants = self.usable_grants(gain.area).filter(|held| {
            Some(held.channel()) == self.channel()
                && held
                    .rules
                    .closure
                    .iter()
                    .any(|&role| policy.assigns(role).binary_search(&gain.role).is_ok())
                && self.takes_in_ordinary(held, gain.area)
        });
        let intervals: Vec<Intervals> = grants
            .map(|held| {
                let cuts = self.restricted_intervals(held, gain.area);
                held.intervals().minus(&cuts)
            })
            .collect();
        Intervals::union(intervals.iter().flat_map(Intervals::iter))
    }
}

/// A part of a gain in the host's names. They are taken from the state after the command, which may
/// have made some of them.
fn named(
    after: &State,
    gain: &Gain,
    intervals: &Intervals,
    permissions: &FixedBitSet,
) -> Option<Uncovered> {
    let (from, until) = intervals.first()?;
    let (scope, about) = gain.area.named(after);
    let names = after.policy.permission_names();
    Some(Uncovered {
        role: after.role(gain.role)?.name.clone(),
        permissions: permissions
            .ones()
            .filter_map(PermissionId::from_index)
            .map(|id| names.name(id))
            .collect(),
        scope,
        about,
        channel: after.policy.channels().get(gain.channel.index())?.clone(),
        from: Instant::from_micros(from),
        until: (until < NEVER).then(|| Instant::from_micros(until)),
    })
}
