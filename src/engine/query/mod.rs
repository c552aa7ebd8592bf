//! Questions that leave one part of a request open: who can, where, what, about whom.
//!
//! The indexes of the facts give candidates, in order, each once. Whether a candidate is an answer
//! is decided by the check alone, so that a question and a check never disagree.

mod answers;
mod candidates;
mod cells;
mod incits;
mod merge;
mod page;
mod question;
mod span;
mod stretches;
mod what_can;
mod where_can;
mod who_can;
mod why_all;

use super::decision::DenyReason;
use super::request::Target;
use crate::facts::Snapshot;
use crate::model::{Identifier, Name, Permission};
use crate::time::Instant;
pub use answers::{Answer, Answers};
pub use incits::Inheritance;
pub use page::{NoPage, Page, PageToken};
use question::{Open, Question};
use span::Span;
pub use stretches::{Stretch, Stretches};

impl Snapshot {
    /// Who may do this, to this target, at this instant, on the policy's first channel:
    /// everyone whom [`check`](Snapshot::check) allows, in the order in which they were
    /// first registered. Nobody if a name is unknown: see [`Answers::unknown`].
    ///
    /// ```
    /// use alcada::{Event, Facts, Instant, Permission, Policy, Snapshot, Target};
    /// let mut facts = Snapshot::new(Policy::from_toml(r#"
    ///     version = 1
    ///     functions.articles.actions = ["view", "edit"]
    ///     roles.editor.permissions = ["articles:*"]
    /// "#)?);
    /// facts.import(&Facts::from_toml(r#"
    ///     version = 1
    ///     people = [{ person = "ana" }, { person = "rui" }]
    ///     grants = [{ person = "ana", role = "editor", scope = "everywhere" }]
    /// "#)?)?;
    /// let edit = Permission::new("articles:edit");
    /// let editors: Vec<String> =
    ///     facts.who_can(edit, Target::Everywhere, Instant::now()).map(|answer| answer.name().to_string()).collect();
    /// assert_eq!(editors, ["ana"]);
    /// # Ok::<(), alcada::Error>(())
    /// ```
    ///
    /// # Complexity
    /// A check for each holder of a role with the permission at a scope that can cover
    /// the target, and little more. For [`Target::Anywhere`]: a check for everyone.
    pub fn who_can(
        &self,
        permission: Permission<'_>,
        target: Target<'_>,
        at: impl Into<Instant>,
    ) -> Answers<'_, Identifier> {
        let question =
            Question::ask(&self.0, Open::Principal, None, Some(permission), Some(target));
        Answers::new(question, at.into())
    }

    /// Who may do this at any time in `[from, until)`, with the stretches in which they
    /// may; the same order. Nobody if `until` does not come after `from`.
    ///
    /// # Complexity
    /// That of [`who_can`](Snapshot::who_can), times the stretches.
    pub fn who_can_between(
        &self,
        permission: Permission<'_>,
        target: Target<'_>,
        from: impl Into<Instant>,
        until: impl Into<Instant>,
    ) -> Stretches<'_, Identifier> {
        let question =
            Question::ask(&self.0, Open::Principal, None, Some(permission), Some(target));
        Stretches::new(question, Span::between(from.into(), until.into()))
    }

    /// In which units the principal may do this, at this instant, on the policy's first
    /// channel: each unit in which [`check`](Snapshot::check) allows it. Tenants come in
    /// the order in which they were created, and the units of each in the order of its
    /// tree, every unit before those below it. [`coverage`](Snapshot::coverage) says the
    /// same without expanding it.
    ///
    /// # Complexity
    /// A few checks for each grant and restriction of the principal, then a step for each unit.
    pub fn where_can(
        &self,
        principal: &str,
        permission: Permission<'_>,
        at: impl Into<Instant>,
    ) -> Answers<'_, Name> {
        Answers::new(
            Question::ask(&self.0, Open::Unit, Some(principal), Some(permission), None),
            at.into(),
        )
    }

    /// In which units the principal may do this at any time in `[from, until)`, with the
    /// stretches; the same order.
    ///
    /// # Complexity
    /// That of [`where_can`](Snapshot::where_can), times the stretches.
    pub fn where_can_between(
        &self,
        principal: &str,
        permission: Permission<'_>,
        from: impl Into<Instant>,
        until: impl Into<Instant>,
    ) -> Stretches<'_, Name> {
        let question = Question::ask(&self.0, Open::Unit, Some(principal), Some(permission), None);
        Stretches::new(question, Span::between(from.into(), until.into()))
    }

    /// What the principal may do to this target, at this instant, on the policy's first
    /// channel: each permission that [`check`](Snapshot::check) allows, functions in the
    /// order of their names, actions in that of the policy.
    ///
    /// # Complexity
    /// O(grants), a step for each permission of plain ones, and a check for each
    /// permission of the others.
    pub fn what_can(
        &self,
        principal: &str,
        target: Target<'_>,
        at: impl Into<Instant>,
    ) -> Answers<'_, Name> {
        Answers::new(
            Question::ask(&self.0, Open::Permission, Some(principal), None, Some(target)),
            at.into(),
        )
    }

    /// What the principal may do to this target at any time in `[from, until)`, with the
    /// stretches; the same order.
    ///
    /// # Complexity
    /// A check for each permission of the grants, times the stretches.
    pub fn what_can_between(
        &self,
        principal: &str,
        target: Target<'_>,
        from: impl Into<Instant>,
        until: impl Into<Instant>,
    ) -> Stretches<'_, Name> {
        let question =
            Question::ask(&self.0, Open::Permission, Some(principal), None, Some(target));
        Stretches::new(question, Span::between(from.into(), until.into()))
    }

    /// Whose records a principal may see, or do whatever the permission says: everyone
    /// about whom [`check`](Snapshot::check) allows it, in the order in which they were
    /// first registered. The tenant is the one that [`Target::About`] names; without one,
    /// people who are registered in several are left out, as a check denies them.
    ///
    /// Who may see one person's record is [`who_can`](Snapshot::who_can) with that target.
    ///
    /// # Complexity
    /// A check for each of the people of the groups that grants name; where a grant may
    /// reach people by their places or is held everywhere, one for everybody.
    pub fn records_visible_to(
        &self,
        principal: &str,
        permission: Permission<'_>,
        tenant: Option<&str>,
        at: impl Into<Instant>,
    ) -> Answers<'_, Identifier> {
        let id =
            tenant.map(|tenant| self.0.tenant(tenant).ok_or(DenyReason::UnknownTenant)).transpose();
        let open = Open::Person(id.unwrap_or_default());
        let mut question = Question::ask(&self.0, open, Some(principal), Some(permission), None);
        if let (Ok(_), Err(reason)) = (question.request, id) {
            question.request = Err(reason);
        }
        Answers::new(question, at.into())
    }
}
