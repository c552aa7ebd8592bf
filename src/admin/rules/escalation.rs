//! Nobody gives what they don't hold (contract X2): each gain is covered by what the
//! actor holds, in permission, scope, channel and time; or by what a role of theirs
//! may assign; or by the policy's escalate permission held there (ruling R28).

use fixedbitset::FixedBitSet;

use super::gains::Gain;
use super::spans::Spans;
use super::standing::Standing;
use crate::admin::refusal::Uncovered;
use crate::facts::{NEVER, State};
use crate::store::PermissionId;
use crate::time::Instant;

impl Standing<'_> {
    /// What of a gain the actor does not cover; nothing: all is covered.
    pub(in crate::admin) fn uncovered(&self, gain: &Gain, after: &State) -> Vec<Uncovered> {
        if self.is_host() {
            return Vec::new();
        }
        let escalate = self.state.policy.escalate();
        if escalate.is_some_and(|permission| self.covers_now(permission, gain.reach)) {
            return Vec::new();
        }
        let assignable = self.assignable(gain);
        if gain.spans.minus(&assignable).is_empty() {
            return Vec::new();
        }
        let left = self.left_of(gain);
        let mut remainder: Vec<(Spans, FixedBitSet)> = Vec::new();
        for permission in left.ones() {
            let Some(id) = PermissionId::from_index(permission) else { continue };
            let held = self.held_for(gain, id);
            let gap = gain.spans.minus(&Spans::union(held.iter().chain(assignable.iter())));
            if gap.is_empty() {
                continue;
            }
            match remainder.iter_mut().find(|(spans, _)| *spans == gap) {
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
            .filter_map(|(spans, permissions)| named(after, gain, &spans, &permissions))
            .collect()
    }

    /// The permissions of a gain that no single holding covers for all of its time: the common case leaves none.
    fn left_of(&self, gain: &Gain) -> FixedBitSet {
        let mut left = gain.permissions.clone();
        for holding in self.counting(gain.reach) {
            let all = holding.channel() == gain.channel
                && gain.spans.minus(holding.spans()).is_empty()
                && self.is_unrestricted(holding)
                && self.takes_in_plainly(holding, gain.reach);
            if all {
                let covered: Vec<usize> = left
                    .intersection(holding.permissions())
                    .filter(|&permission| {
                        PermissionId::from_index(permission)
                            .is_some_and(|id| self.takes_in(holding, gain.reach, id))
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

    /// When some holding covers a permission of a gain: each covers the whole scope, and together they cover the time.
    fn held_for(&self, gain: &Gain, permission: PermissionId) -> Spans {
        let holdings = self.counting(gain.reach).filter(|holding| {
            holding.channel() == gain.channel
                && holding.permissions().contains(permission.index())
                && self.takes_in(holding, gain.reach, permission)
        });
        let spans: Vec<Spans> =
            holdings.map(|holding| self.uncut(holding, permission, gain.reach)).collect();
        Spans::union(spans.iter().flat_map(Spans::iter))
    }

    /// When a role that the actor holds over the whole scope may assign the gain's
    /// role: that replaces holding what is in it, never scope or time.
    fn assignable(&self, gain: &Gain) -> Spans {
        let policy = &self.state.policy;
        let holdings = self.counting(gain.reach).filter(|holding| {
            Some(holding.channel()) == self.channel()
                && holding
                    .rules
                    .closure
                    .iter()
                    .any(|&role| policy.assigns(role).binary_search(&gain.role).is_ok())
                && self.takes_in_plainly(holding, gain.reach)
        });
        let spans: Vec<Spans> = holdings
            .map(|holding| {
                let cuts = self.cuts(holding, gain.reach);
                holding.spans().minus(&cuts)
            })
            .collect();
        Spans::union(spans.iter().flat_map(Spans::iter))
    }
}

/// In the host's names, those of after the command: it may have made some.
fn named(
    after: &State,
    gain: &Gain,
    spans: &Spans,
    permissions: &FixedBitSet,
) -> Option<Uncovered> {
    let (from, until) = spans.first()?;
    let (scope, about) = gain.reach.named(after);
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
