//! Many requests at once, step by step, so that the cache misses of one step overlap instead of
//! waiting for one another.

use arrayvec::ArrayVec;

use crate::engine::decision::{Decision, DenyReason};
use crate::engine::request::{Request, TargetId};
use crate::facts::{NEVER, Snapshot, State};
use crate::store::ChannelId;
use crate::time::Instant;

/// How many requests are under way together: enough to keep memory busy, few enough to stay in the
/// first-level cache.
const WAVE: usize = 64;

impl Snapshot {
    /// Decides every request, in their order. The decisions are those of
    /// [`check`](Snapshot::check), and take less time together than one by one.
    #[must_use]
    pub fn check_all(&self, requests: &[Request<'_>], now: impl Into<Instant>) -> Vec<Decision> {
        let now = now.into();
        let mut decisions = Vec::with_capacity(requests.len());
        for wave in requests.chunks(WAVE) {
            self.0.check_wave(wave, now, &mut decisions);
        }
        decisions
    }
}

impl State {
    fn check_wave(&self, wave: &[Request<'_>], now: Instant, decisions: &mut Vec<Decision>) {
        let hashed: ArrayVec<_, WAVE> =
            wave.iter().map(|request| self.person_names.hash(request.principal)).collect();
        // A bare load for each name, none of which waits for another: the searches below find their
        // cache lines loaded. The sum is what keeps the loads from being optimized away.
        let lines = hashed.iter().fold(0, |sum, hashed| sum ^ self.person_names.prefetch(*hashed));
        std::hint::black_box(lines);
        let resolved: ArrayVec<_, WAVE> = wave
            .iter()
            .zip(&hashed)
            .map(|(request, hashed)| {
                let permission = self
                    .policy
                    .permission(request.permission)
                    .ok_or(DenyReason::UnknownPermission)?;
                let principal = self.person_names.find_hashed(request.principal, *hashed);
                self.resolve_rest(
                    request,
                    permission,
                    principal.ok_or(DenyReason::UnknownPrincipal)?,
                )
            })
            .collect();
        let found: ArrayVec<_, WAVE> = resolved
            .iter()
            .map(|resolved| {
                self.people.hot(resolved.as_ref().ok()?.principal).map(|(_, record)| *record)
            })
            .collect();
        decisions.extend(resolved.iter().zip(&found).map(|(resolved, found)| match resolved {
            Ok(request) => {
                let plain = match (found, request.target, request.channel) {
                    (Some(record), TargetId::InUnit(unit), ChannelId::FIRST) => {
                        self.plain_lane_of(record, request.permission, unit)
                    }
                    _ => None,
                };
                match plain {
                    Some(stage) => self.by_stage(stage),
                    None => self.check_past_plain_lane(request, now),
                }
            }
            Err(reason) => self.decision((Err(*reason), NEVER)),
        }));
    }
}
