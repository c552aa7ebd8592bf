//! A state machine: random people issue random commands, legal and not, under random
//! policies, and after each of them what was promised holds.

use std::collections::BTreeMap;
use std::sync::Mutex;

use alcada::{Command, CommandWord, Rule};
use proptest::prelude::*;
use proptest::test_runner::{Reason, TestCaseError, TestError, TestRunner};

use crate::campaign::{Campaign, Turn, rules};
use crate::properties::worlds;
use crate::worlds::Source;

/// So many campaigns of so many commands, so that the whole is thousands.
const CAMPAIGNS: u32 = 96;
const COMMANDS: usize = 90;

/// Fewer commands than this need not have met everything.
const TELLING: usize = 6000;

/// The name of a variant.
fn variant(of: &impl std::fmt::Debug) -> String {
    format!("{of:?}").split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}

/// What was met: how often a word was accepted, from users alone too, and each rule.
#[derive(Debug, Default)]
struct Met {
    commands: usize,
    accepted: BTreeMap<CommandWord, usize>,
    by_users: BTreeMap<CommandWord, usize>,
    rules: BTreeMap<String, usize>,
}

impl Met {
    fn note(&mut self, turn: &Turn) {
        self.commands += 1;
        match &turn.outcome {
            Ok(_) => {
                *self.accepted.entry(turn.act.command.word()).or_default() += 1;
                if !turn.act.actor.is_host() {
                    *self.by_users.entry(turn.act.command.word()).or_default() += 1;
                }
            }
            Err(refusal) => *self.rules.entry(variant(&refusal.rule)).or_default() += 1,
        }
    }

    fn is_everything(&self) {
        const RULES: [&str; 19] = [
            "Misfit",
            "Unguarded",
            "NotPermitted",
            "OutsideWorkingUnit",
            "Oneself",
            "Past",
            "Vision",
            "Kind",
            "NotEligible",
            "Ceiling",
            "Reserved",
            "Exclusive",
            "Separation",
            "Escalation",
            "Seats",
            "LastAdministrator",
            "HasAdministrator",
            "NotAdministrator",
            "RequestExpired",
        ];
        if self.commands < TELLING {
            return;
        }
        for &word in CommandWord::ALL {
            assert!(self.accepted.contains_key(&word), "no `{word}` was accepted: {self:#?}");
            assert!(self.by_users.contains_key(&word), "no `{word}` of a user was accepted: {self:#?}");
        }
        for rule in RULES {
            assert!(self.rules.contains_key(rule), "no command met {rule}: {self:#?}");
        }
        let known = |rule: &String| RULES.contains(&rule.as_str());
        assert!(self.rules.keys().all(known), "the list above lacks a rule: {:?}", self.rules.keys());
    }
}

/// Decided again, it is the same; and what is refused leaves no trace.
fn issue(campaign: &mut Campaign, source: &mut Source<'_>) -> Result<Turn, TestCaseError> {
    let (snapshot, facts) = (campaign.snapshot.clone(), campaign.facts.clone());
    let turn = campaign.turn(source, false);
    let again = snapshot.decide(&turn.act.actor, &turn.act.command, turn.act.now);
    match (&turn.outcome, again) {
        (Err(refusal), Err(again)) => {
            prop_assert_eq!(refusal, &again);
            prop_assert_eq!(campaign.snapshot.revision(), snapshot.revision());
            prop_assert_eq!(&campaign.snapshot.facts(), &facts);
            prop_assert!(campaign.snapshot.verify().is_ok());
        }
        (Ok(accepted), Ok(again)) => {
            prop_assert_eq!(&accepted.events, &again);
            // Whoever holds the old facts sees the old facts.
            prop_assert_eq!(&snapshot.facts(), &facts);
            rules::all(campaign, accepted, &turn.act).map_err(|broken| told(&turn, &broken))?;
        }
        (given, again) => prop_assert!(false, "{:?}, then {:?}", given.is_ok(), again.is_ok()),
    }
    Ok(turn)
}

/// What was issued and what is wrong, in full.
fn told(turn: &Turn, broken: &str) -> TestCaseError {
    let command = |command: &Command| serde_json::to_string(command).unwrap();
    let events = turn.outcome.as_ref().ok().map(|accepted| serde_json::to_string(&accepted.events).unwrap());
    TestCaseError::fail(format!(
        "{broken}\nby {:?} at {}: {}\nevents {events:?}",
        serde_json::to_string(&turn.act.actor).unwrap(),
        turn.act.now,
        command(&turn.act.command)
    ))
}

/// A failed campaign in words: what was accepted until then, and under which policy.
pub fn story(reason: &Reason, number: u64, host: &[u64], commands: &[u64]) -> String {
    let mut campaign = Campaign::begin(number, host);
    let mut text = format!("{reason}\nbegun with {number}, {host:?}; commands {commands:?}\n");
    text += &toml::to_string(&campaign.world.policy).unwrap();
    text += &format!("{}\n", serde_json::to_string(&campaign.facts).unwrap());
    for &command in commands {
        let turn = campaign.turn(&mut Source { raw: &[], seed: command, state: command }, false);
        if turn.outcome.is_ok() {
            text += &format!(
                "{} {:?}: {}\n",
                turn.act.now,
                turn.act.actor,
                serde_json::to_string(&turn.act.command).unwrap()
            );
        }
    }
    text
}

#[test]
fn whatever_people_command_the_promises_hold() {
    let met = Mutex::new(Met::default());
    let drawn = (
        any::<u64>(),
        prop::collection::vec(any::<u64>(), 0..12),
        prop::collection::vec(any::<u64>(), 1..2 * COMMANDS),
    );
    let outcome = TestRunner::new(worlds(CAMPAIGNS)).run(&drawn, |(number, host, commands)| {
        let mut campaign = Campaign::begin(number, &host);
        for command in commands {
            let turn = issue(&mut campaign, &mut Source { raw: &[], seed: command, state: command })?;
            met.lock().unwrap().note(&turn);
        }
        Ok(())
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, (number, host, commands))) => {
            panic!("{}", story(&reason, number, &host, &commands))
        }
        Err(error) => panic!("{error}"),
    }
    met.into_inner().unwrap().is_everything();
}

#[test]
fn the_list_of_rules_is_told_by_its_names() {
    assert_eq!(variant(&Rule::Unguarded), "Unguarded");
    assert_eq!(variant(&Rule::Past { now: alcada::Instant::MIN }), "Past");
}
