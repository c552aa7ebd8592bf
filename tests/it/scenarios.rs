//! The scenarios of `tests/data/`: cases as data, each put to the oracle and to the
//! engine. The format is said in `tests/data/README.md`.

use std::fs;
use std::path::Path;

use alcada::{
    Affiliation, CustomRole, Event, Grant, Group, Identifier, Instant, Name, PolicyDocument, Registration, Restriction,
    Unit,
};
use serde::Deserialize;

use crate::engine;
use crate::oracle::{Ask, Reason, Target, World, apply, decide};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    at: Instant,
    policy: PolicyDocument,
    #[serde(default)]
    units: Vec<Unit>,
    #[serde(default)]
    people: Vec<Registration>,
    #[serde(default)]
    affiliations: Vec<Affiliation>,
    #[serde(default)]
    groups: Vec<Group>,
    #[serde(default)]
    roles: Vec<CustomRole>,
    #[serde(default)]
    grants: Vec<Grant>,
    #[serde(default)]
    restrictions: Vec<Restriction>,
    #[serde(default)]
    suspended: Vec<Suspended>,
    expect: Vec<Expect>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Suspended {
    person: Identifier,
    tenant: Option<Name>,
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
    fn events(&self) -> Vec<Event> {
        let mut events: Vec<Event> = self.units.iter().cloned().map(Event::UnitAdded).collect();
        events.extend(self.people.iter().cloned().map(Event::PersonRegistered));
        events.extend(self.affiliations.iter().cloned().map(Event::AffiliationRecorded));
        events.extend(self.groups.iter().cloned().map(Event::GroupCreated));
        events.extend(self.roles.iter().cloned().map(Event::RoleCreated));
        events.extend(self.grants.iter().cloned().map(Event::Granted));
        events.extend(self.restrictions.iter().cloned().map(Event::RestrictionImposed));
        for Suspended { person, tenant } in self.suspended.iter().cloned() {
            events.push(Event::PersonSuspended { person, tenant });
        }
        events
    }
}

impl Expect {
    fn ask(&self) -> Ask {
        let target = match (&self.in_unit, &self.about) {
            (Some(unit), Some(person)) => Target::Record { unit: unit.clone(), person: person.clone() },
            (Some(unit), None) => Target::InUnit(unit.clone()),
            (None, Some(person)) => Target::About { person: person.clone(), tenant: self.tenant.clone() },
            (None, None) if self.anywhere => Target::Anywhere,
            (None, None) => Target::Everywhere,
        };
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
            let scenario = toml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
            found.push((file, scenario));
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
        let mut world = World::new(scenario.policy.clone());
        for event in scenario.events() {
            assert_eq!(apply(&mut world, &event), Ok(()), "{file}: {event:?}");
        }
        for expect in &scenario.expect {
            let decided = decide(&world, &expect.ask(), expect.at.unwrap_or(scenario.at));
            assert_eq!(answer(decided), expect.answer(), "{file}: {expect:#?}");
        }
    }
}

#[test]
fn scenarios_hold_by_the_engine() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    for (file, scenario) in scenarios() {
        let text = fs::read_to_string(folder.join(&file)).unwrap();
        let held = alcada::scenario::run(&text, None).unwrap_or_else(|failure| panic!("{file}: {failure}"));
        assert_eq!(held, scenario.expect.len());
    }
}

#[test]
fn a_scenario_that_does_not_hold_says_what_was_expected_what_was_got_and_why() {
    let text = r#"
        at = "2026-03-02T12:00:00Z"
        policy = { version = 1, functions.articles.actions = ["edit"], roles.editor.permissions = ["articles:*"] }
        people = [{ person = "ana" }]
        expect = [{ who = "ana", to = "articles:edit", answer = "allow" }]
    "#;
    let failure = alcada::scenario::run(text, None).unwrap_err().to_string();
    for part in ["expect[0]: expected allow, for good", "got deny, because", "the role `editor` is granted everywhere"]
    {
        assert!(failure.contains(part), "{failure}");
    }
    let unknown = text.replace("answer", "anwser");
    assert!(alcada::scenario::run(&unknown, None).unwrap_err().to_string().contains("anwser"));
    let silent = text.replace("expect = ", "closed = [] #");
    assert!(alcada::scenario::run(&silent, None).unwrap_err().to_string().contains("no `expect`"));
}
