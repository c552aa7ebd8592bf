//! The scenarios of `tests/data/`: cases as data, each put to the oracle and to the
//! engine. The format is said in `tests/data/README.md`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use alcada::{Facts, Instant, policy};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::engine;
use crate::oracle::{Ask, Open, Reason, Target, World, answers, apply, decide};

struct Scenario {
    at: Instant,
    policy: policy::Document,
    facts: Facts,
    expect: Vec<Expect>,
    questions: Vec<(Open, Question)>,
    /// How many rows there are that only the engine is asked.
    others: usize,
}

/// A row of `[[who]]`, `[[where]]` or `[[what]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Question {
    who: Option<String>,
    to: Option<String>,
    channel: Option<String>,
    in_unit: Option<String>,
    about: Option<String>,
    tenant: Option<String>,
    #[serde(default)]
    anywhere: bool,
    at: Option<Instant>,
    #[serde(alias = "people", alias = "units", alias = "permissions")]
    all: Vec<Item>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Item {
    Name(String),
    Until { name: String, until: Instant },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Expect {
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
    reason: Option<String>,
    until: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    Allow,
    Deny,
}

impl Scenario {
    fn read(text: &str) -> Scenario {
        fn part<T: DeserializeOwned>(table: &mut toml::Table, name: &str) -> Option<T> {
            table.remove(name).map(|value| value.try_into().unwrap_or_else(|error| panic!("{name}: {error}")))
        }
        let mut table: toml::Table = text.parse().unwrap();
        let mut questions = Vec::new();
        for (name, open) in [("who", Open::Who), ("where", Open::Where), ("what", Open::What)] {
            let rows: Vec<Question> = part(&mut table, name).unwrap_or_default();
            questions.extend(rows.into_iter().map(|row| (open.clone(), row)));
        }
        let others = ["accept", "refuse", "diff"].iter().filter_map(|name| part::<Vec<toml::Value>>(&mut table, name));
        let others = others.map(|rows| rows.len()).sum();
        let (at, policy) = (part(&mut table, "at").unwrap(), part(&mut table, "policy").unwrap());
        let expect = part(&mut table, "expect").unwrap_or_default();
        table.insert("version".into(), 1.into());
        Scenario { at, policy, expect, questions, others, facts: table.try_into().unwrap() }
    }

    fn world(&self) -> World {
        let mut world = World::new(self.policy.clone());
        for event in self.facts.events().unwrap() {
            assert_eq!(apply(&mut world, &event), Ok(()), "{event:?}");
        }
        world
    }
}

fn target(in_unit: &Option<String>, about: &Option<String>, tenant: &Option<String>, anywhere: bool) -> Target {
    match (in_unit, about) {
        (Some(unit), Some(person)) => Target::Record { unit: unit.clone(), person: person.clone() },
        (Some(unit), None) => Target::InUnit(unit.clone()),
        (None, Some(person)) => Target::About { person: person.clone(), tenant: tenant.clone() },
        (None, None) if anywhere => Target::Anywhere,
        (None, None) => Target::Everywhere,
    }
}

impl Question {
    fn ask(&self) -> Ask {
        let target = target(&self.in_unit, &self.about, &self.tenant, self.anywhere);
        let (who, permission) = (self.who.clone().unwrap_or_default(), self.to.clone().unwrap_or_default());
        Ask { who, permission, channel: self.channel.clone(), target }
    }

    fn answers(&self) -> BTreeMap<String, Option<Instant>> {
        let answer = |item: &Item| match item {
            Item::Name(name) => (name.clone(), None),
            Item::Until { name, until } => (name.clone(), Some(*until)),
        };
        self.all.iter().map(answer).collect()
    }
}

impl Expect {
    fn ask(&self) -> Ask {
        let target = target(&self.in_unit, &self.about, &self.tenant, self.anywhere);
        Ask { who: self.who.clone(), permission: self.to.clone(), channel: self.channel.clone(), target }
    }

    fn answer(&self) -> (Answer, Option<String>, Option<Instant>) {
        (self.answer, self.reason.clone(), self.until)
    }
}

fn kebab(reason: Reason) -> String {
    let mut kebab = String::new();
    for (i, c) in format!("{reason:?}").char_indices() {
        if c.is_uppercase() && i > 0 {
            kebab.push('-');
        }
        kebab.push(c.to_ascii_lowercase());
    }
    kebab
}

fn scenarios() -> Vec<(String, Scenario)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "toml") {
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            found.push((file, Scenario::read(&text)));
        }
    }
    assert!(found.len() >= 6, "only {} scenarios are there", found.len());
    found
}

fn answer((outcome, until): engine::Answer) -> (Answer, Option<String>, Option<Instant>) {
    match outcome {
        Ok(()) => (Answer::Allow, None, until),
        Err(reason) => (Answer::Deny, Some(kebab(reason)), until),
    }
}

#[test]
fn scenarios_hold_by_the_oracle() {
    for (file, scenario) in scenarios() {
        let world = scenario.world();
        for expect in &scenario.expect {
            let decided = decide(&world, &expect.ask(), expect.at.unwrap_or(scenario.at));
            assert_eq!(answer(decided), expect.answer(), "{file}: {expect:#?}");
        }
        for (open, question) in &scenario.questions {
            let all = answers(&world, open, &question.ask(), question.at.unwrap_or(scenario.at));
            assert_eq!(all, question.answers(), "{file}: {question:#?}");
        }
    }
}

#[test]
fn scenarios_hold_by_the_engine() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    for (file, scenario) in scenarios() {
        let text = fs::read_to_string(folder.join(&file)).unwrap();
        let held = alcada::testing::run(&text, None).unwrap_or_else(|failure| panic!("{file}: {failure}"));
        assert_eq!(held, scenario.expect.len() + scenario.questions.len() + scenario.others);
    }
}

/// Some facts, and whatever is expected of them.
fn scenario(expected: &str) -> Result<usize, String> {
    let text = format!(
        r#"
        at = "2026-03-02T12:00:00Z"
        people = [{{ person = "ana" }}, {{ person = "rui" }}]
        grants = [{{ person = "rui", role = "editor", scope = "everywhere", until = "2026-04-01T00:00:00Z" }}]
        {expected}
        [policy]
        version = 1
        functions = {{ articles.actions = ["edit"], users.actions = ["assign"] }}
        roles = {{ editor.permissions = ["articles:*"], chief.permissions = ["*:*"] }}
        guards = [{{ commands = ["grant"], permission = "users:assign" }}]
        "#
    );
    alcada::testing::run(&text, None).map_err(|failure| failure.to_string())
}

#[track_caller]
fn says(expected: &str, parts: &[&str]) {
    let failure = scenario(expected).unwrap_err();
    for part in parts {
        assert!(failure.contains(part), "{part}\nis not in\n{failure}");
    }
}

#[test]
fn a_scenario_that_does_not_hold_says_what_was_expected_what_was_got_and_why() {
    says(
        r#"expect = [{ who = "ana", to = "articles:edit", answer = "allow" }]"#,
        &["expect[0]: expected allow, for good", "got deny, because", "the role `editor` is granted everywhere"],
    );
    says(r#"expect = [{ who = "ana", to = "articles:edit", anwser = "allow" }]"#, &["anwser"]);
    says("closed = []", &["there is no `expect`, nor any other table"]);
    says(r#"expcet = []"#, &["expcet"]);
}

#[test]
fn the_whole_answer_is_expected_of_who_where_and_what() {
    let all = r#"[{ name = "rui", until = "2026-04-01T00:00:00Z" }]"#;
    assert_eq!(scenario(&format!(r#"who = [{{ to = "articles:edit", people = {all} }}]"#)), Ok(1));
    says(
        r#"who = [{ to = "articles:edit", people = ["ana", "rui"] }]"#,
        &["who[0]: expected `ana`, for good; `rui`, for good", "got `rui`, until 2026-04-01T00:00:00Z"],
    );
    says(r#"who = [{ to = "articles:edit", people = ["rui", "rui"] }]"#, &["who[0]: `rui` is listed twice"]);
    says(r#"who = [{ to = "articles:edti", people = [] }]"#, &["nothing can be asked so"]);
    says(r#"who = [{ to = "articles", people = [] }]"#, &["who[0]: "]);
    says(
        r#"where = [{ who = "rui", to = "articles:edit", units = ["a"] }]"#,
        &["where[0]: expected `a`", "got nothing"],
    );
    let told =
        r#"what = [{ who = "rui", permissions = [{ name = "articles:edit", until = "2026-04-01T00:00:00Z" }] }]"#;
    assert_eq!(scenario(told), Ok(1));
    says(&told.replace("edit", "view"), &["what[0]: expected `articles:view`, until", "got `articles:edit`, until"]);
}

#[test]
fn commands_are_expected_to_be_carried_out_or_refused_by_a_rule() {
    let command =
        r#"command = { command = "grant", grants = [{ person = "ana", role = "chief", scope = "everywhere" }] }"#;
    let by_host = format!(r#"accept = [{{ actor = "host", events = 1, {command} }}]"#);
    assert_eq!(scenario(&by_host), Ok(1));
    says(
        &by_host.replace("events = 1", "events = 2"),
        &["accept[0]: expected it carried out, by 2 events", "got it carried out, by 1 event"],
    );
    says(&by_host.replace(r#""host""#, r#"{ user = "rui" }"#), &["accept[0]: ", "`users:assign`"]);
    let refused =
        format!(r#"refuse = [{{ actor = {{ user = "rui" }}, rule = "not-permitted", subject = "ana", {command} }}]"#);
    assert_eq!(scenario(&refused), Ok(1));
    assert_eq!(scenario(&refused.replace(r#"subject = "ana","#, "")), Ok(1));
    says(
        &refused.replace("not-permitted", "escalation"),
        &[
            "refuse[0]: expected the rule `escalation`, for `ana`",
            "got the rule `not-permitted`, for `ana`",
            "ask somebody who has it",
        ],
    );
    says(
        &refused.replace(r#"subject = "ana""#, r#"subject = "rui""#),
        &["expected the rule `not-permitted`, for `rui`"],
    );
    says(&refused.replace(r#"{ user = "rui" }"#, r#""host""#), &["refuse[0]: ", "got it carried out, by 1 event"]);
}

#[test]
fn all_that_is_gained_and_lost_is_expected_of_a_diff() {
    let revoked = r#"events = [{ event = "revoked/1", person = "rui", role = "editor", scope = "everywhere", until = "2026-04-01T00:00:00Z" }]"#;
    let lost = r#"lost = [{ people = ["rui"], permissions = ["articles:edit"], reaches = ["everywhere"], everywhere = true, until = "2026-04-01T00:00:00Z" }]"#;
    assert_eq!(scenario(&format!("diff = [{{ {revoked}, {lost} }}]")), Ok(1));
    says(
        &format!("diff = [{{ {revoked} }}]"),
        &["diff[0]: expected from revision", "nobody gained or lost anything", "lost `articles:edit` everywhere"],
    );
    says(
        &format!("diff = [{{ {revoked}, {} }}]", lost.replace("lost", "gained")),
        &["gained `articles:edit` everywhere"],
    );
    says(&format!("diff = [{{ {revoked}, {} }}]", lost.replace("everywhere = true, ", "")), &["diff[0]: expected"]);
    let twice = lost.replace("[{", "[{ people = [], permissions = [] }, {");
    says(&format!("diff = [{{ {revoked}, {twice} }}]"), &["diff[0]: expected"]);
    says(&format!("diff = [{{ {lost} }}]"), &["diff[0]: it takes `events`, or an `actor` and `commands`"]);
    says(
        r#"diff = [{ events = [{ event = "person-suspended/1", person = "nobody" }] }]"#,
        &["diff[0]: ", "no registered person"],
    );
    let command =
        r#"commands = [{ command = "grant", grants = [{ person = "ana", role = "chief", scope = "everywhere" }] }]"#;
    says(
        &format!(r#"diff = [{{ actor = {{ user = "rui" }}, {command} }}]"#),
        &["diff[0]: commands[0]: ", "`users:assign`"],
    );
    let gained = r#"gained = [{ people = ["ana"], permissions = ["users:assign", "articles:edit"], reaches = ["everywhere"], everywhere = true, roles = ["chief"] }]"#;
    assert_eq!(scenario(&format!(r#"diff = [{{ actor = "host", {command}, {gained} }}]"#)), Ok(1));
    says(
        &format!(r#"diff = [{{ actor = "host", {command}, {} }}]"#, gained.replace("chief", "editor")),
        &["by the role `editor`", "by the role `chief`"],
    );
}

/// What is expected and what came stand one below the other: people in one order in both, that of their names.
#[test]
fn a_diff_that_is_not_as_expected_lists_its_people_as_the_expectation_does() {
    let registered = |who: &str| format!(r#"{{ event = "person-registered/1", person = "{who}" }}"#);
    let granted =
        |who: &str| format!(r#"{{ event = "granted/1", person = "{who}", role = "editor", scope = "everywhere" }}"#);
    let events = [registered("zed"), registered("abe"), granted("zed"), granted("abe")].join(", ");
    let row = |people: &str, role: &str| {
        let rest = r#"permissions = ["articles:edit"], reaches = ["everywhere"], everywhere = true"#;
        format!(
            r#"diff = [{{ events = [{events}], gained = [{{ people = [{people}], roles = ["{role}"], {rest} }}] }}]"#
        )
    };
    assert_eq!(scenario(&row(r#""zed", "abe""#, "editor")), Ok(1));
    assert_eq!(scenario(&row(r#""abe", "zed""#, "editor")), Ok(1));
    let failure = scenario(&row(r#""zed", "abe""#, "chief")).unwrap_err();
    assert_eq!(failure.matches("    2 people: `abe`, `zed`\n").count(), 2, "{failure}");
    let line = "  gained `articles:edit` everywhere, by the role `editor`, on channel `standard`\n";
    assert_eq!((failure.matches(line).count(), failure.matches(&line.replace("editor", "chief")).count()), (1, 1));
    // Nobody twice, nobody else.
    for people in [r#""zed""#, r#""zed", "abe", "abe""#, r#""zed", "rui""#] {
        says(&row(people, "editor"), &["diff[0]: expected from revision", "2 people: `abe`, `zed`"]);
    }
}

/// Whose hours changed is part of what a change does: an expectation that says nothing of it does not hold.
#[test]
fn whose_hours_change_is_expected_of_a_diff() {
    let grid = r#"{ event = "grid-created/1", name = "office", hours = "mon-fri 08:00-18:00; UTC" }"#;
    let enrolled = r#"{ event = "enrolled/1", grid = "office", person = "rui" }"#;
    let row = |hours: &str| format!("diff = [{{ events = [{grid}, {enrolled}]{hours} }}]");
    says(&row(""), &["diff[0]: expected from revision", "hours `office`"]);
    assert_eq!(scenario(&row(r#", hours = ["rui"]"#)), Ok(1));
    says(&row(r#", hours = ["ana", "rui"]"#), &["diff[0]: expected from revision"]);
    // Where hours are all that is expected, nothing says that there is nothing.
    let failure = scenario(&row(r#", hours = ["ana"]"#)).unwrap_err();
    assert!(failure.contains("  hours of `ana`\n") && !failure.contains("nobody gained"), "{failure}");
}
