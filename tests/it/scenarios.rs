//! The scenarios of `tests/data/`: cases as data, each put to the oracle and to the
//! engine. The format is said in `tests/data/README.md`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use alcada::testing::{Case, Question, Scenario};

use crate::engine;
use crate::oracle::{Ask, Open, Target, World, answers, apply, decide};

/// The tables whose rows only the engine is asked.
const ENGINE_ALONE: [&str; 3] = ["accept", "refuse", "diff"];

fn world(scenario: &Scenario) -> World {
    let mut world = World::new(scenario.policy().unwrap().clone());
    for event in scenario.facts().events().unwrap() {
        assert_eq!(apply(&mut world, &event), Ok(()), "{event:?}");
    }
    world
}

/// A target in the oracle's words.
fn target(target: alcada::Target<'_>) -> Target {
    match target {
        alcada::Target::InUnit(unit) => Target::InUnit(unit.into()),
        alcada::Target::About(person, tenant) => {
            Target::About { person: person.into(), tenant: tenant.map(str::to_owned) }
        }
        alcada::Target::Record { unit, person } => {
            Target::Record { unit: unit.into(), person: person.into() }
        }
        alcada::Target::Anywhere => Target::Anywhere,
        alcada::Target::Everywhere => Target::Everywhere,
        other => panic!("the oracle does not know {other:?}"),
    }
}

/// Asks the oracle what a case asks, and compares the whole answer.
#[track_caller]
fn holds_by_the_oracle(world: &World, case: &Case<'_>, file: &str) {
    let told = format!("{file}: {case:#?}");
    let ask = |who: &str, to: &str, aim| Ask {
        who: who.into(),
        permission: to.into(),
        channel: case.channel.map(str::to_owned),
        target: target(aim),
    };
    let everywhere = alcada::Target::Everywhere;
    let (open, ask, expected) = match &case.question {
        Question::Check { who, to, target, reason, until } => {
            let expected = (reason.map_or(Ok(()), |reason| Err(engine::reason(reason))), *until);
            let decided = decide(world, &ask(who, &to.to_string(), *target), case.at);
            return assert_eq!(decided, expected, "{told}");
        }
        Question::Who { to, target, people } => {
            (Open::Who, ask("", &to.to_string(), *target), people)
        }
        Question::Where { who, to, units } => {
            (Open::Where, ask(who, &to.to_string(), everywhere), units)
        }
        Question::What { who, target, permissions } => {
            (Open::What, ask(who, "", *target), permissions)
        }
        other => panic!("the oracle is not asked {other:?}"),
    };
    let expected: BTreeMap<String, _> =
        expected.iter().map(|(name, until)| ((*name).to_owned(), *until)).collect();
    assert_eq!(answers(world, &open, &ask, case.at), expected, "{told}");
}

/// The scenarios, each as text and read.
fn scenarios() -> Vec<(String, String, Scenario)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "toml") {
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            let scenario =
                Scenario::from_toml(&text).unwrap_or_else(|failure| panic!("{file}: {failure}"));
            found.push((file, text, scenario));
        }
    }
    assert!(found.len() >= 6, "only {} scenarios are there", found.len());
    found
}

#[test]
fn scenarios_hold_by_the_oracle() {
    for (file, text, scenario) in scenarios() {
        let (world, cases) = (world(&scenario), scenario.cases().unwrap());
        for case in &cases {
            holds_by_the_oracle(&world, case, &file);
        }
        assert_eq!(cases.len(), rows(&text, &["expect", "who", "where", "what"]), "{file}");
    }
}

#[test]
fn scenarios_hold_by_the_engine() {
    for (file, text, scenario) in scenarios() {
        let held = scenario.run(None).unwrap_or_else(|failure| panic!("{file}: {failure}"));
        assert_eq!(held, scenario.cases().unwrap().len() + rows(&text, &ENGINE_ALONE), "{file}");
    }
}

/// How many rows stand in these tables, by the bare text: no row is passed over.
fn rows(text: &str, tables: &[&str]) -> usize {
    let text: toml::Table = text.parse().unwrap();
    tables.iter().filter_map(|table| text.get(*table)?.as_array()).map(Vec::len).sum()
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
        &[
            "expect[0]: expected allow, for good",
            "got deny, because",
            "the role `editor` is granted everywhere",
        ],
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
        &[
            "who[0]: expected `ana`, for good; `rui`, for good",
            "got `rui`, until 2026-04-01T00:00:00Z",
        ],
    );
    says(
        r#"who = [{ to = "articles:edit", people = ["rui", "rui"] }]"#,
        &["who[0]: `rui` is listed twice"],
    );
    says(r#"who = [{ to = "articles:edti", people = [] }]"#, &["nothing can be asked so"]);
    says(r#"who = [{ to = "articles", people = [] }]"#, &["who[0]: "]);
    says(
        r#"where = [{ who = "rui", to = "articles:edit", units = ["a"] }]"#,
        &["where[0]: expected `a`", "got nothing"],
    );
    let told = r#"what = [{ who = "rui", permissions = [{ name = "articles:edit", until = "2026-04-01T00:00:00Z" }] }]"#;
    assert_eq!(scenario(told), Ok(1));
    says(
        &told.replace("edit", "view"),
        &["what[0]: expected `articles:view`, until", "got `articles:edit`, until"],
    );
}

#[test]
fn commands_are_expected_to_be_carried_out_or_refused_by_a_rule() {
    let command = r#"command = { command = "grant", grants = [{ person = "ana", role = "chief", scope = "everywhere" }] }"#;
    let by_host = format!(r#"accept = [{{ actor = "host", events = 1, {command} }}]"#);
    assert_eq!(scenario(&by_host), Ok(1));
    says(
        &by_host.replace("events = 1", "events = 2"),
        &["accept[0]: expected it carried out, by 2 events", "got it carried out, by 1 event"],
    );
    says(&by_host.replace(r#""host""#, r#"{ user = "rui" }"#), &["accept[0]: ", "`users:assign`"]);
    let refused = format!(
        r#"refuse = [{{ actor = {{ user = "rui" }}, rule = "not-permitted", subject = "ana", {command} }}]"#
    );
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
    says(
        &refused.replace(r#"{ user = "rui" }"#, r#""host""#),
        &["refuse[0]: ", "got it carried out, by 1 event"],
    );
}

#[test]
fn all_that_is_gained_and_lost_is_expected_of_a_diff() {
    let revoked = r#"events = [{ event = "revoked/1", person = "rui", role = "editor", scope = "everywhere", until = "2026-04-01T00:00:00Z" }]"#;
    let lost = r#"lost = [{ people = ["rui"], permissions = ["articles:edit"], reaches = ["everywhere"], everywhere = true, until = "2026-04-01T00:00:00Z" }]"#;
    assert_eq!(scenario(&format!("diff = [{{ {revoked}, {lost} }}]")), Ok(1));
    says(
        &format!("diff = [{{ {revoked} }}]"),
        &[
            "diff[0]: expected from revision",
            "nobody gained or lost anything",
            "lost `articles:edit` everywhere",
        ],
    );
    says(
        &format!("diff = [{{ {revoked}, {} }}]", lost.replace("lost", "gained")),
        &["gained `articles:edit` everywhere"],
    );
    says(
        &format!("diff = [{{ {revoked}, {} }}]", lost.replace("everywhere = true, ", "")),
        &["diff[0]: expected"],
    );
    let twice = lost.replace("[{", "[{ people = [], permissions = [] }, {");
    says(&format!("diff = [{{ {revoked}, {twice} }}]"), &["diff[0]: expected"]);
    says(
        &format!("diff = [{{ {lost} }}]"),
        &["diff[0]: it takes `events`, or an `actor` and `commands`"],
    );
    says(
        r#"diff = [{ events = [{ event = "person-suspended/1", person = "nobody" }] }]"#,
        &["diff[0]: ", "no registered person"],
    );
    let command = r#"commands = [{ command = "grant", grants = [{ person = "ana", role = "chief", scope = "everywhere" }] }]"#;
    says(
        &format!(r#"diff = [{{ actor = {{ user = "rui" }}, {command} }}]"#),
        &["diff[0]: commands[0]: ", "`users:assign`"],
    );
    let gained = r#"gained = [{ people = ["ana"], permissions = ["users:assign", "articles:edit"], reaches = ["everywhere"], everywhere = true, roles = ["chief"] }]"#;
    assert_eq!(scenario(&format!(r#"diff = [{{ actor = "host", {command}, {gained} }}]"#)), Ok(1));
    says(
        &format!(
            r#"diff = [{{ actor = "host", {command}, {} }}]"#,
            gained.replace("chief", "editor")
        ),
        &["by the role `editor`", "by the role `chief`"],
    );
}

/// What is expected and what came stand one below the other: people in one order in both, that of their names.
#[test]
fn a_diff_that_is_not_as_expected_lists_its_people_as_the_expectation_does() {
    let registered =
        |who: &str| format!(r#"{{ event = "person-registered/1", person = "{who}" }}"#);
    let granted = |who: &str| {
        format!(
            r#"{{ event = "granted/1", person = "{who}", role = "editor", scope = "everywhere" }}"#
        )
    };
    let events = [registered("zed"), registered("abe"), granted("zed"), granted("abe")].join(", ");
    let row = |people: &str, role: &str| {
        let rest =
            r#"permissions = ["articles:edit"], reaches = ["everywhere"], everywhere = true"#;
        format!(
            r#"diff = [{{ events = [{events}], gained = [{{ people = [{people}], roles = ["{role}"], {rest} }}] }}]"#
        )
    };
    assert_eq!(scenario(&row(r#""zed", "abe""#, "editor")), Ok(1));
    assert_eq!(scenario(&row(r#""abe", "zed""#, "editor")), Ok(1));
    let failure = scenario(&row(r#""zed", "abe""#, "chief")).unwrap_err();
    assert_eq!(failure.matches("    2 people: `abe`, `zed`\n").count(), 2, "{failure}");
    let line = "  gained `articles:edit` everywhere, by the role `editor`, on channel `standard`\n";
    assert_eq!(
        (failure.matches(line).count(), failure.matches(&line.replace("editor", "chief")).count()),
        (1, 1)
    );
    // Nobody twice, nobody else.
    for people in [r#""zed""#, r#""zed", "abe", "abe""#, r#""zed", "rui""#] {
        says(
            &row(people, "editor"),
            &["diff[0]: expected from revision", "2 people: `abe`, `zed`"],
        );
    }
}

/// Whose hours changed is part of what a change does: an expectation that says nothing of it does not hold.
#[test]
fn whose_hours_change_is_expected_of_a_diff() {
    let grid =
        r#"{ event = "grid-created/1", name = "office", hours = "mon-fri 08:00-18:00; UTC" }"#;
    let enrolled = r#"{ event = "enrolled/1", grid = "office", person = "rui" }"#;
    let row = |hours: &str| format!("diff = [{{ events = [{grid}, {enrolled}]{hours} }}]");
    says(&row(""), &["diff[0]: expected from revision", "hours `office`"]);
    assert_eq!(scenario(&row(r#", hours = ["rui"]"#)), Ok(1));
    says(&row(r#", hours = ["ana", "rui"]"#), &["diff[0]: expected from revision"]);
    // Where hours are all that is expected, nothing says that there is nothing.
    let failure = scenario(&row(r#", hours = ["ana"]"#)).unwrap_err();
    assert!(
        failure.contains("  hours of `ana`\n") && !failure.contains("nobody gained"),
        "{failure}"
    );
}
