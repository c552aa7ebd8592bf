//! [`run`]: a scenario file put to the engine: cases as data, for a host's own tests.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;

use crate::engine::{Decision, DenyReason, Explanation, Request};
use crate::model::Permission;
use crate::policy::{Policy, PolicyDocument};
use crate::state::{FACTS_VERSION, Facts, Snapshot};
use crate::time::Instant;

/// Puts a scenario to the engine: a policy, facts, and what is expected of them.
/// Returns how many expectations held.
///
/// The text is TOML: `at`, the instant of every expectation that names none;
/// `[policy]`, a policy document, unless one is given; the tables of [`Facts`]; and
/// `[[expect]]` with `who`, `to` (the permission), `channel`, the target (`in-unit`,
/// `about` with `tenant`, both for a record, `anywhere = true`, or none for
/// everywhere), `at`, then `answer` (`allow` or `deny`), `reason` for a denial, and
/// `until`, which left out means that the answer never changes.
///
/// ```
/// let held = alcada::scenario::run(r#"
///     at = "2026-03-02T12:00:00Z"
///     policy = { version = 1, functions.articles.actions = ["edit"], roles.editor.permissions = ["articles:*"] }
///     people = [{ person = "ana" }]
///     grants = [{ person = "ana", role = "editor", scope = "everywhere", until = "2027-01-01T00:00:00Z" }]
///     [[expect]]
///     who = "ana"
///     to = "articles:edit"
///     answer = "allow"
///     until = "2027-01-01T00:00:00Z"
/// "#, None)?;
/// assert_eq!(held, 1);
/// # Ok::<(), alcada::scenario::Failure>(())
/// ```
///
/// # Errors
/// When the text is not a scenario, or expectations do not hold: then every one of
/// them, with what was expected, what was got and the explanation.
pub fn run(text: &str, policy: Option<Arc<Policy>>) -> Result<usize, Failure> {
    let unreadable = |error: &dyn fmt::Display| Failure::Unreadable(error.to_string());
    let mut table: toml::Table = text.parse().map_err(|error: toml::de::Error| unreadable(&error))?;
    let mut part = |name: &str| table.remove(name);
    let at: Option<Instant> = part("at").map(toml::Value::try_into).transpose().map_err(|error| unreadable(&error))?;
    let document: Option<PolicyDocument> =
        part("policy").map(toml::Value::try_into).transpose().map_err(|error| unreadable(&error))?;
    let expectations: Vec<Expectation> =
        part("expect").map(toml::Value::try_into).transpose().map_err(|error| unreadable(&error))?.unwrap_or_default();
    table.entry("version").or_insert_with(|| FACTS_VERSION.into());
    let facts: Facts = toml::Value::Table(table).try_into().map_err(|error| unreadable(&error))?;
    let policy = match (document, policy) {
        (Some(document), None) => Policy::from_document(document).map(Arc::new).map_err(|error| unreadable(&error))?,
        (None, Some(policy)) => policy,
        (None, None) => return Err(unreadable(&"there is no `policy`, in the text or given")),
        (Some(_), Some(_)) => return Err(unreadable(&"there are two policies, one in the text and one given")),
    };
    if expectations.is_empty() {
        return Err(unreadable(&"there is no `expect`: nothing would be shown"));
    }
    let mut snapshot = Snapshot::new(policy);
    snapshot.import(&facts).map_err(|error| unreadable(&error))?;
    let mut missed = Vec::new();
    for (n, expected) in expectations.iter().enumerate() {
        let wrong = |error: &dyn fmt::Display| Failure::Unreadable(format!("expect[{n}]: {error}"));
        let request = expected.request().map_err(|error| wrong(&error))?;
        let now = expected.at.or(at).ok_or_else(|| wrong(&"there is no `at`, here or for the whole scenario"))?;
        let got = snapshot.check(&request, now);
        if !expected.holds(&got) {
            missed.push(Missed {
                row: n,
                expected: expected.words(),
                got,
                explanation: snapshot.explain(&request, now),
            });
        }
    }
    if missed.is_empty() { Ok(expectations.len()) } else { Err(Failure::Missed(missed)) }
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
    /// Its place among the expectations, from 0.
    pub row: usize,
    /// What was expected, in words.
    pub expected: String,
    /// What was got.
    pub got: Decision,
    /// Why.
    pub explanation: Explanation,
}

fn listed(missed: &[Missed]) -> String {
    let rows = missed.iter().map(|Missed { row, expected, got, explanation }| {
        format!("\nexpect[{row}]: expected {expected}\n  got {}\n{explanation}", words(got.reason(), got.until()))
    });
    rows.collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Expectation {
    who: String,
    to: String,
    channel: Option<String>,
    in_unit: Option<String>,
    about: Option<String>,
    tenant: Option<String>,
    #[serde(default)]
    anywhere: bool,
    at: Option<Instant>,
    answer: Answer,
    reason: Option<DenyReason>,
    until: Option<Instant>,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    Allow,
    Deny,
}

impl Expectation {
    fn request(&self) -> Result<Request<'_>, String> {
        let permission = Permission::parse(&self.to).map_err(|error| error.to_string())?;
        let request = Request::by(&self.who).to(permission);
        let request = match (&self.in_unit, &self.about, &self.tenant, self.anywhere) {
            (Some(unit), None, None, false) => request.in_unit(unit),
            (Some(unit), Some(person), None, false) => request.in_unit(unit).about(person),
            (None, Some(person), None, false) => request.about(person),
            (None, Some(person), Some(tenant), false) => request.about_in(person, tenant),
            (None, None, None, true) => request.anywhere(),
            (None, None, None, false) => request,
            _ => return Err("the target is named in ways that don't go together".into()),
        };
        match (self.answer, &self.reason) {
            (Answer::Allow, Some(_)) => Err("an `allow` has no `reason`".into()),
            (Answer::Deny, None) => Err("a `deny` takes a `reason`".into()),
            _ => Ok(self.channel.as_ref().map_or(request, |channel| request.on_channel(channel))),
        }
    }

    fn holds(&self, got: &Decision) -> bool {
        got.is_allow() == (self.answer == Answer::Allow) && got.reason() == self.reason && got.until() == self.until
    }

    fn words(&self) -> String {
        words(self.reason, self.until)
    }
}

fn words(reason: Option<DenyReason>, until: Option<Instant>) -> String {
    let answer = reason.map_or("allow".to_owned(), |reason| format!("deny, because {reason}"));
    until.map_or(format!("{answer}, for good"), |until| format!("{answer}, until {until}"))
}
