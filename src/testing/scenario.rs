//! [`Scenario`]: a scenario file that has been read, and [`run`], which puts it to the engine.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::asked::Asked;
use super::cases::Case;
use super::changes::Changes;
use super::commands::{Accepted, Refused};
use super::decisions::Expected as Decision;
use super::failure::{Failure, Missed, unreadable, wrong_row};
use super::questions::{What, Where, Who};
use super::row::{Mismatch, Row};
use crate::facts::{FACTS_VERSION, Facts, Snapshot};
use crate::form::{self, Form};
use crate::policy::{Document, Policy};
use crate::time::Instant;

/// Puts a scenario to the engine: a policy, facts, and what is expected of them.
/// Returns how many expectations held.
///
/// The text is TOML. It has
/// - `at`: the instant of every expectation that names no instant of its own;
/// - `[policy]`: a policy document, unless the caller gives a policy;
/// - the tables of [`Facts`];
/// - tables of expectations, at least one of them with a row. A row may have an `at` of its own.
///   Every row starts from the scenario's facts: what a row asks, or would change, changes nothing
///   for another row.
///
/// | table | asks | expects |
/// |---|---|---|
/// | `[[expect]]` | `who`, `to` (the permission), the target, `channel` | `answer` (`allow` or `deny`), `reason` for a denial, `until` |
/// | `[[who]]` | `to`, the target, `channel` | `people` |
/// | `[[where]]` | `who`, `to`, `channel` | `units` |
/// | `[[what]]` | `who`, the target, `channel` | `permissions` |
/// | `[[accept]]` | `actor`, `command`, its `reason` | `events`: how many there are; any number if left out |
/// | `[[refuse]]` | `actor`, `command`, its `reason` | `rule`, by its word, and `subject` |
/// | `[[diff]]` | `events`; or an `actor` and `commands`, one after the other, and their `reason` | `gained`, `lost` and `hours`: all of it |
///
/// A target is `in-unit`; `about` with `tenant`; `in-unit` and `about` together, for what a unit
/// keeps about a person; `anywhere = true`; or none of these, for everywhere.
///
/// `people`, `units` and `permissions` are the whole answer, in any order, each part a name or
/// `{ name, until }`. An `until` left out means that the answer never changes.
///
/// `actor`, `command` and `events` are written in the serde form of [`Actor`](crate::Actor),
/// [`Command`](crate::Command) and [`Event`](crate::Event).
///
/// A row of `gained` or `lost` has `people`, `permissions`, `reaches` (scopes, or
/// `{ scope, except }`), `everywhere`, `channel`, `from` and `until`, as a
/// [`Difference`](crate::diff::Difference) has, and `roles`, which are compared only if the row
/// names them; `hours` are the people whose hours change.
///
/// ```
/// let held = alcada::testing::run(r#"
///     at = "2026-03-02T12:00:00Z"
///     people = [{ person = "ana" }, { person = "rui" }]
///     grants = [{ person = "ana", role = "editor", scope = "everywhere", until = "2027-01-01T00:00:00Z" }]
///     [policy]
///     version = 1
///     functions = { articles = { actions = ["edit"] }, users = { actions = ["assign"] } }
///     roles = { editor = { permissions = ["articles:*"] }, chief = { permissions = ["users:*"] } }
///     guards = [{ commands = ["grant"], permission = "users:assign" }]
///     [[expect]]
///     who = "ana"
///     to = "articles:edit"
///     answer = "allow"
///     until = "2027-01-01T00:00:00Z"
///     [[who]]
///     to = "articles:edit"
///     people = [{ name = "ana", until = "2027-01-01T00:00:00Z" }]
///     [[refuse]]
///     actor = { user = "rui" }
///     command = { command = "grant", grants = [{ person = "rui", role = "chief", scope = "everywhere" }] }
///     rule = "not-permitted"
/// "#, None)?;
/// assert_eq!(held, 3);
/// # Ok::<(), alcada::testing::Failure>(())
/// ```
///
/// # Errors
/// [`Failure::Unreadable`] if the text is not a scenario; [`Failure::Missed`] if expectations do
/// not hold: it lists each of them, with what was expected, what the engine said, and its
/// explanation.
pub fn run(text: &str, policy: Option<Arc<Policy>>) -> Result<usize, Failure> {
    Scenario::from_toml(text)?.run(policy)
}

/// A scenario that has been read, in the format that [`run`] describes: to be put to the engine
/// under one policy or several, or case by case to something else that must answer alike, such as
/// a host's own queries.
///
/// ```
/// use alcada::testing::{Question, Scenario};
///
/// let scenario = Scenario::from_toml(r#"
///     at = "2026-03-02T12:00:00Z"
///     people = [{ person = "ana" }]
///     grants = [{ person = "ana", role = "editor", scope = "everywhere" }]
///     who = [{ to = "articles:edit", people = ["ana"] }]
///     [policy]
///     version = 1
///     functions.articles.actions = ["edit"]
///     roles.editor.permissions = ["articles:*"]
/// "#)?;
/// assert_eq!(scenario.run(None)?, 1);
/// for case in scenario.cases()? {
///     if let Question::Who { to, people, .. } = case.question {
///         println!("{to} at {}: {people:?}", case.at);
///     }
/// }
/// # Ok::<(), alcada::testing::Failure>(())
/// ```
pub struct Scenario {
    policy: Option<Document>,
    facts: Facts,
    at: Option<Instant>,
    tables: Tables,
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// [`Failure::Unreadable`] if the text is not a scenario.
    pub fn from_toml(text: &str) -> Result<Scenario, Failure> {
        let Form::Table(entries) = form::from_toml(text).map_err(|error| unreadable(&error))?
        else {
            return Err(unreadable(&"it is no table"));
        };
        let mut table: BTreeMap<String, Form> = entries.into_iter().collect();
        let at: Option<Instant> = part(&mut table, "at")?;
        let policy: Option<Document> = part(&mut table, "policy")?;
        let tables = Tables::taken_from(&mut table)?;
        table.entry("version".into()).or_insert_with(|| Form::Natural(FACTS_VERSION.into()));
        let facts = Form::Table(table.into_iter().collect());
        let facts: Facts = facts.read().map_err(|error| unreadable(&error))?;
        Ok(Scenario { policy, facts, at, tables })
    }

    /// The policy document in the text; `None` if the policy is left to the caller of [`run`].
    pub fn policy(&self) -> Option<&Document> {
        self.policy.as_ref()
    }

    /// The facts that the expectations are about.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The rows that ask a question: those of `[[expect]]`, `[[who]]`, `[[where]]` and `[[what]]`,
    /// in this order. Rows about commands and differences are not among them.
    ///
    /// # Errors
    /// [`Failure::Unreadable`] if a row names no instant, or asks for what can't be asked.
    pub fn cases(&self) -> Result<Vec<Case<'_>>, Failure> {
        let Tables { expected, who, units, what, .. } = &self.tables;
        let mut cases = Vec::new();
        self.add_cases(expected, &mut cases)?;
        self.add_cases(who, &mut cases)?;
        self.add_cases(units, &mut cases)?;
        self.add_cases(what, &mut cases)?;
        Ok(cases)
    }

    fn add_cases<'a, R: Asked>(
        &self,
        rows: &'a [R],
        cases: &mut Vec<Case<'a>>,
    ) -> Result<(), Failure> {
        for (n, row) in rows.iter().enumerate() {
            let question = row.question().map_err(|error| wrong_row(R::TABLE, n, &error))?;
            let at = instant(row.at(), self.at).map_err(|error| wrong_row(R::TABLE, n, &error))?;
            cases.push(Case { table: R::TABLE, row: n, at, channel: row.channel(), question });
        }
        Ok(())
    }

    /// Puts the scenario to the engine, as [`run`] does. `policy` must be given if the text holds
    /// none, and only then. Returns how many expectations held.
    ///
    /// # Errors
    /// Those of [`run`].
    pub fn run(&self, policy: Option<Arc<Policy>>) -> Result<usize, Failure> {
        let policy = match (&self.policy, policy) {
            (Some(document), None) => Policy::from_document(document.clone())
                .map(Arc::new)
                .map_err(|error| unreadable(&error))?,
            (None, Some(policy)) => policy,
            (None, None) => return Err(unreadable(&"there is no `policy`, in the text or given")),
            (Some(_), Some(_)) => {
                return Err(unreadable(&"there are two policies, one in the text and one given"));
            }
        };
        let mut snapshot = Snapshot::new(policy);
        snapshot.import(&self.facts).map_err(|error| unreadable(&error))?;
        self.tables.hold(&Setup { snapshot, at: self.at })
    }
}

impl fmt::Debug for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scenario").field("at", &self.at).finish_non_exhaustive()
    }
}

/// Takes one part out of the scenario's table and reads it; `None` if it is not there.
fn part<T: DeserializeOwned>(
    table: &mut BTreeMap<String, Form>,
    name: &str,
) -> Result<Option<T>, Failure> {
    table.remove(name).map(Form::read).transpose().map_err(|error| unreadable(&error))
}

/// The facts and the instant that rows are put to.
struct Setup {
    /// The scenario's policy and facts.
    snapshot: Snapshot,
    /// The instant of rows that name none.
    at: Option<Instant>,
}

/// The tables of expectations.
struct Tables {
    expected: Vec<Decision>,
    who: Vec<Who>,
    units: Vec<Where>,
    what: Vec<What>,
    accepted: Vec<Accepted>,
    refused: Vec<Refused>,
    changes: Vec<Changes>,
}

impl Tables {
    fn taken_from(table: &mut BTreeMap<String, Form>) -> Result<Tables, Failure> {
        fn rows<R: Row>(table: &mut BTreeMap<String, Form>) -> Result<Vec<R>, Failure> {
            Ok(part(table, R::TABLE)?.unwrap_or_default())
        }
        Ok(Tables {
            expected: rows(table)?,
            who: rows(table)?,
            units: rows(table)?,
            what: rows(table)?,
            accepted: rows(table)?,
            refused: rows(table)?,
            changes: rows(table)?,
        })
    }

    /// Puts every row to the facts, and returns how many there are, if all hold.
    fn hold(&self, setup: &Setup) -> Result<usize, Failure> {
        let mut missed = Vec::new();
        let held = [
            setup.put(&self.expected, &mut missed)?,
            setup.put(&self.who, &mut missed)?,
            setup.put(&self.units, &mut missed)?,
            setup.put(&self.what, &mut missed)?,
            setup.put(&self.accepted, &mut missed)?,
            setup.put(&self.refused, &mut missed)?,
            setup.put(&self.changes, &mut missed)?,
        ];
        match held.iter().fold(0, |all, rows| rows.saturating_add(all)) {
            _ if !missed.is_empty() => Err(Failure::Missed(missed)),
            0 => Err(unreadable(
                &"there is no `expect`, nor any other table of what is expected: nothing would be shown",
            )),
            held => Ok(held),
        }
    }
}

impl Setup {
    /// Puts the rows of one table to the facts, adds those that do not hold to `missed`, and
    /// returns how many rows there are.
    fn put<R: Row>(&self, rows: &[R], missed: &mut Vec<Missed>) -> Result<usize, Failure> {
        for (n, row) in rows.iter().enumerate() {
            let wrong = |error: &dyn fmt::Display| wrong_row(R::TABLE, n, error);
            let at = instant(row.at(), self.at).map_err(|error| wrong(&error))?;
            let mismatch = row.mismatch(&self.snapshot, at).map_err(|error| wrong(&error))?;
            if let Some(Mismatch { expected, got, explanation }) = mismatch {
                missed.push(Missed { table: R::TABLE, row: n, expected, got, explanation });
            }
        }
        Ok(rows.len())
    }
}

/// The instant that a row is about: its own, or else the scenario's.
fn instant(own: Option<Instant>, scenario: Option<Instant>) -> Result<Instant, &'static str> {
    own.or(scenario).ok_or("there is no `at`, here or for the whole scenario")
}
