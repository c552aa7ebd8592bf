//! [`WhatIf`]: what commands would change, before anybody issues them.

use super::command::Command;
use super::decide::{Judged, judge};
use super::refusal::Refusal;
use crate::engine::Diff;
use crate::facts::{Event, Snapshot};
use crate::model::Actor;
use crate::time::Instant;

/// What commands would change, issued one after the other. Made by [`Snapshot::what_if`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WhatIf {
    /// The outcome of each command, in the order given: its events, or its refusal.
    pub outcomes: Vec<Result<Vec<Event>, Refusal>>,
    /// Who would gain or lose which permissions by all of the commands together.
    pub diff: Diff,
}

impl WhatIf {
    /// The refused commands, each with its place in the order given, counted from 0.
    pub fn refusals(&self) -> impl Iterator<Item = (usize, &Refusal)> {
        self.outcomes
            .iter()
            .enumerate()
            .filter_map(|(n, outcome)| Some((n, outcome.as_ref().err()?)))
    }
}

impl Snapshot {
    /// Tells what commands would change if the actor issued them at `now`, all for one reason. They
    /// are decided one after the other, each on the facts that those before it led to; a refused
    /// command changes nothing. This snapshot does not change.
    ///
    /// ```
    /// use alcada::{Actor, Command, Event, Grant, Instant, Policy, Registration, Snapshot};
    /// let policy = Policy::from_toml(r#"
    ///     version = 1
    ///     functions.articles.actions = ["view", "edit"]
    ///     roles.editor.permissions = ["articles:*"]
    /// "#)?;
    /// let mut facts = Snapshot::new(policy);
    /// facts.apply(&Event::PersonRegistered(Registration::of("ana")?))?;
    /// let hire: Command = Grant::role("editor").to("ana").everywhere()?.into();
    /// let what_if = facts.what_if(&Actor::host(), [&hire], "hired", Instant::now());
    /// assert_eq!(what_if.refusals().count(), 0);
    /// assert_eq!(what_if.diff.gained[0].permissions, ["articles:edit", "articles:view"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Complexity
    /// The cost of deciding each command, and of one [`diff`](Snapshot::diff).
    #[must_use]
    pub fn what_if<'c>(
        &self,
        actor: &Actor,
        commands: impl IntoIterator<Item = &'c Command>,
        reason: &str,
        now: impl Into<Instant>,
    ) -> WhatIf {
        let now = now.into();
        let mut after = self.clone();
        let outcomes = commands.into_iter().map(|command| {
            let Judged { events, after: next, .. } = judge(&after, actor, command, reason, now)?;
            after = next;
            Ok(events)
        });
        let outcomes = outcomes.collect();
        WhatIf { outcomes, diff: self.diff(&after, now) }
    }
}
