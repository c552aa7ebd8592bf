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
    /// Who may do this to this target, at this instant, on the policy's first channel: everyone
    /// whom [`check`](Snapshot::check) allows, in the order in which people were first registered.
    /// Nobody if a name is unknown; [`Answers::unknown`] says which kind of name.
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
    /// let editors = facts.who_can(edit, Target::Everywhere, Instant::now());
    /// let names: Vec<String> = editors.map(|answer| answer.name().to_string()).collect();
    /// assert_eq!(names, ["ana"]);
    /// # Ok::<(), alcada::Error>(())
    /// ```
    ///
    /// # Complexity
    /// One check for each holder of a role with the permission at a scope that can cover the
    /// target, and little more. For [`Target::Anywhere`], one check for every principal.
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

    /// Who may do this at some instant in `[from, until)`, each with the intervals in which they
    /// may, in the order of [`who_can`](Snapshot::who_can). Nobody if `until` does not come after
    /// `from`.
    ///
    /// # Complexity
    /// That of [`who_can`](Snapshot::who_can), times the intervals of each answer.
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

    /// In which units the principal may do this, at this instant, on the policy's first channel:
    /// each unit in which [`check`](Snapshot::check) allows it. Tenants come in the order in which
    /// they were created, and the units of each in the order of its tree, every unit before those
    /// below it. [`coverage`](Snapshot::coverage) answers in scopes instead of single units.
    ///
    /// # Complexity
    /// A few checks for each grant and restriction of the principal, then one step for each unit.
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

    /// In which units the principal may do this at some instant in `[from, until)`, each with the
    /// intervals in which they may, in the order of [`where_can`](Snapshot::where_can).
    ///
    /// # Complexity
    /// That of [`where_can`](Snapshot::where_can), times the intervals of each answer.
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

    /// What the principal may do to this target, at this instant, on the policy's first channel:
    /// each permission that [`check`](Snapshot::check) allows. Functions come in the order of their
    /// names, and the actions of each in the order of the policy.
    ///
    /// # Complexity
    /// O(grants), plus one check for each permission of the grants. For a target in a unit, and a
    /// principal whom nothing but grants concerns, the permissions of undated grants need no check.
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

    /// What the principal may do to this target at some instant in `[from, until)`, each permission
    /// with the intervals in which they may, in the order of [`what_can`](Snapshot::what_can).
    ///
    /// # Complexity
    /// One check for each permission of the grants, times the intervals of each answer.
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

    /// The people on whose records a principal may use a permission: everyone about whom
    /// [`check`](Snapshot::check) allows it, in the order in which people were first registered.
    /// The tenant is the one that [`Target::About`] names. Without a tenant, people who are
    /// registered in several tenants are left out, since a check about them is denied.
    ///
    /// For the opposite question, who may see the record of one person, use
    /// [`who_can`](Snapshot::who_can) with that target.
    ///
    /// # Complexity
    /// One check for each member of the groups that the principal's grants name. If a grant is held
    /// everywhere, or can reach people by their units, one check for every person.
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
