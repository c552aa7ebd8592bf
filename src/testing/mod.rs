//! [`run`]: a scenario file put to the engine: cases as data, for a host's own tests.

mod cases;
mod changes;
mod commands;
mod decisions;
mod questions;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::engine::Target;
use crate::facts::{FACTS_VERSION, Facts, Snapshot};
use crate::form::{self, Form};
use crate::model::Permission;
use crate::policy::{Document, Policy};
use crate::time::Instant;
pub use cases::{Case, Expected, Question};
use changes::Changes;
use commands::{Accepted, Refused};
use decisions::Expected as Decision;
use questions::{What, Where, Who};

/// Puts a scenario to the engine: a policy, facts, and what is expected of them.
/// Returns how many expectations held.
///
/// The text is TOML: `at`, the instant of every expectation that names none;
/// `[policy]`, a policy document, unless one is given; the tables of [`Facts`]; and tables
/// of what is expected, of which at least one has a row. A row may have an `at` of its own. Nothing that one
/// row is about changes anything for another.
///
/// | table | asks | expects |
/// |---|---|---|
/// | `[[expect]]` | `who`, `to` (the permission), the target, `channel` | `answer` (`allow` or `deny`), `reason` for a denial, `until` |
/// | `[[who]]` | `to`, the target, `channel` | `people` |
/// | `[[where]]` | `who`, `to`, `channel` | `units` |
/// | `[[what]]` | `who`, the target, `channel` | `permissions` |
/// | `[[accept]]` | `actor`, `command`, its `reason` | `events`: how many there are; left out: any |
/// | `[[refuse]]` | `actor`, `command`, its `reason` | `rule`, by its word, and `subject` |
/// | `[[diff]]` | `events`; or an `actor` and `commands`, one after the other, and their `reason` | `gained`, `lost` and `hours`: all of it |
///
/// A target is `in-unit`, `about` with `tenant`, `in-unit` and `about` for a record,
/// `anywhere = true`, or none of these for everywhere. `people`, `units` and `permissions` are all that there are, in
/// any order, each a name or `{ name, until }`. An `until` left out means that the answer never changes. `actor`,
/// `command` and `events` are written as [`Actor`](crate::Actor), [`Command`](crate::Command) and [`Event`](crate::Event) are. What is
/// gained or lost is `people`, `permissions`, `reaches` (scopes, or `{ scope, except }`), `everywhere`, `channel`, `from`, `until`, as in a
/// [`Difference`](crate::diff::Difference), and `roles`, if they are to be looked at; `hours` are the people whose hours change.
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
/// When the text is not a scenario, or expectations do not hold: then every one of
/// them, with what was expected, what was got and, where there is one, the explanation.
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

    /// The policy that the text holds; `None` if it leaves that to its reader.
    pub fn policy(&self) -> Option<&Document> {
        self.policy.as_ref()
    }

    /// The facts that the expectations are about.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The rows that ask a question: those of `[[expect]]`, `[[who]]`, `[[where]]` and `[[what]]`, in
    /// this order. Rows about commands and differences are not among them.
    ///
    /// # Errors
    /// [`Failure::Unreadable`] if a row names no instant, or asks for what can't be asked.
    pub fn cases(&self) -> Result<Vec<Case<'_>>, Failure> {
        let Tables { expected, who, places, what, .. } = &self.tables;
        let mut cases = Vec::new();
        self.add_cases(expected, &mut cases)?;
        self.add_cases(who, &mut cases)?;
        self.add_cases(places, &mut cases)?;
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
        self.tables.hold(&Ground { snapshot, at: self.at })
    }
}

impl fmt::Debug for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scenario").field("at", &self.at).finish_non_exhaustive()
    }
}

/// Why a scenario failed.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The text is not a scenario.
    #[error("the scenario can't be run: {0}")]
    Unreadable(String),
    /// Expectations that do not hold.
    #[error("{} expectations do not hold{}", .0.len(), listed(.0))]
    Missed(Vec<Missed>),
}

/// One expectation that does not hold.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Missed {
    /// The table it stands in.
    pub table: &'static str,
    /// Its place in that table, from 0.
    pub row: usize,
    /// What was expected, in words.
    pub expected: String,
    /// What was got, in words.
    pub got: String,
    /// Why, where more can be said.
    pub explanation: Option<String>,
}

fn listed(missed: &[Missed]) -> String {
    let rows = missed.iter().map(|Missed { table, row, expected, got, explanation }| {
        let why =
            explanation.as_ref().map_or(String::new(), |explanation| format!("\n{explanation}"));
        format!("\n{table}[{row}]: expected {expected}\n  got {got}{why}")
    });
    rows.collect()
}

fn unreadable(error: &dyn fmt::Display) -> Failure {
    Failure::Unreadable(error.to_string())
}

/// Takes a part of the text out and reads it.
fn part<T: DeserializeOwned>(
    table: &mut BTreeMap<String, Form>,
    name: &str,
) -> Result<Option<T>, Failure> {
    table.remove(name).map(Form::read).transpose().map_err(|error| unreadable(&error))
}

/// What expectations are put to.
struct Ground {
    snapshot: Snapshot,
    at: Option<Instant>,
}

/// What was got instead of what was expected, in words.
struct Mismatch {
    expected: String,
    got: String,
    explanation: Option<String>,
}

/// A row of a table of what is expected.
trait Row: DeserializeOwned {
    /// What the table is called.
    const TABLE: &'static str;

    /// The instant it is about, where that is not the scenario's.
    fn at(&self) -> Option<Instant>;

    /// What does not hold of it, if anything; an error where it makes no sense.
    fn mismatch(&self, snapshot: &Snapshot, at: Instant) -> Result<Option<Mismatch>, String>;
}

/// A row that asks a question which something other than the engine can answer too.
trait Asked: DeserializeOwned {
    /// The name of the table.
    const TABLE: &'static str;

    /// The instant that the row is about; `None` if it is the scenario's.
    fn at(&self) -> Option<Instant>;

    /// The channel that the row names; `None` stands for the policy's first.
    fn channel(&self) -> Option<&str>;

    /// What is asked and expected; an error if the row makes no sense.
    fn question(&self) -> Result<Question<'_>, String>;
}

impl<R: Asked> Row for R {
    const TABLE: &'static str = R::TABLE;

    fn at(&self) -> Option<Instant> {
        Asked::at(self)
    }

    fn mismatch(&self, snapshot: &Snapshot, at: Instant) -> Result<Option<Mismatch>, String> {
        self.question()?.mismatch(snapshot, at, self.channel())
    }
}

/// All tables of what is expected.
struct Tables {
    expected: Vec<Decision>,
    who: Vec<Who>,
    places: Vec<Where>,
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
            places: rows(table)?,
            what: rows(table)?,
            accepted: rows(table)?,
            refused: rows(table)?,
            changes: rows(table)?,
        })
    }

    fn hold(&self, ground: &Ground) -> Result<usize, Failure> {
        let mut missed = Vec::new();
        let held = [
            ground.put(&self.expected, &mut missed)?,
            ground.put(&self.who, &mut missed)?,
            ground.put(&self.places, &mut missed)?,
            ground.put(&self.what, &mut missed)?,
            ground.put(&self.accepted, &mut missed)?,
            ground.put(&self.refused, &mut missed)?,
            ground.put(&self.changes, &mut missed)?,
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

impl Ground {
    /// Puts rows to the facts; how many there are.
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

fn wrong_row(table: &str, row: usize, error: &dyn fmt::Display) -> Failure {
    unreadable(&format!("{table}[{row}]: {error}"))
}

/// The instant that a row is about: its own, or that of the scenario.
fn instant(own: Option<Instant>, scenario: Option<Instant>) -> Result<Instant, &'static str> {
    own.or(scenario).ok_or("there is no `at`, here or for the whole scenario")
}

fn permission(text: &str) -> Result<Permission<'_>, String> {
    Permission::parse(text).map_err(|error| error.to_string())
}

/// A target, by the fields that name it.
#[derive(Clone, Copy)]
struct Aim<'a> {
    in_unit: &'a Option<String>,
    about: &'a Option<String>,
    tenant: &'a Option<String>,
    anywhere: bool,
}

impl<'a> Aim<'a> {
    fn target(self) -> Result<Target<'a>, String> {
        match (self.in_unit, self.about, self.tenant, self.anywhere) {
            (Some(unit), None, None, false) => Ok(Target::InUnit(unit)),
            (Some(unit), Some(person), None, false) => Ok(Target::Record { unit, person }),
            (None, Some(person), tenant, false) => Ok(Target::About(person, tenant.as_deref())),
            (None, None, None, true) => Ok(Target::Anywhere),
            (None, None, None, false) => Ok(Target::Everywhere),
            _ => Err("the target is named in ways that don't go together".into()),
        }
    }
}

/// A name with its end, or a name alone.
#[derive(Clone, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Item {
    Name(String),
    Until { name: String, until: Instant },
}

/// Until when an answer holds, in words.
fn ending(until: Option<Instant>) -> String {
    until.map_or(", for good".into(), |until| format!(", until {until}"))
}
