//! A state machine: random people issue random commands, legal and not, under random
//! policies, and after each of them what was promised holds.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use alcada::{
    Change, Command, Event, Facts, Identifier, Revision,
    admin::{CommandWord, Rule},
    facts::Suspension,
    journal::{Addition, Checkpoint, Journal, JournalError, MemoryJournal, Record},
};
use proptest::prelude::*;
use proptest::test_runner::{Reason, TestCaseError, TestError, TestRunner};

use crate::properties::worlds;
use crate::random_commands::{BECAUSE, Run, Turn, open, rules};
use crate::worlds::Source;

/// How many runs of how many commands each: thousands of commands in all.
const RUNS: u32 = 200;
const COMMANDS: usize = 90;

/// Fewer commands than this need not have met everything.
const TELLING: usize = 12_000;

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
        const RULES: [&str; 25] = [
            "Misfit",
            "Unguarded",
            "NotPermitted",
            "OutsideWorkingUnit",
            "Oneself",
            "Past",
            "Vision",
            "Kind",
            "Channel",
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
            "PlanOutdated",
            "Mass",
            "DeadlinePassed",
            "NotReviewer",
            "ReviewOpen",
        ];
        if self.commands < TELLING {
            return;
        }
        for &word in CommandWord::ALL {
            assert!(self.accepted.contains_key(&word), "no `{word}` was accepted: {self:#?}");
            assert!(
                self.by_users.contains_key(&word),
                "no `{word}` of a user was accepted: {self:#?}"
            );
        }
        for rule in RULES {
            assert!(self.rules.contains_key(rule), "no command met {rule}: {self:#?}");
        }
        let known = |rule: &String| RULES.contains(&rule.as_str());
        assert!(
            self.rules.keys().all(known),
            "the list above lacks a rule: {:?}",
            self.rules.keys()
        );
    }
}

/// Decided again, it is the same; and what is refused leaves no trace.
fn issue(run: &mut Run, source: &mut Source<'_>) -> Result<Turn, TestCaseError> {
    let (snapshot, facts) = (run.snapshot.clone(), run.facts.clone());
    let turn = run.turn(source, false);
    let again = snapshot.decide(&turn.act.actor, &turn.act.command, BECAUSE, turn.act.now);
    match (&turn.outcome, again) {
        (Err(refusal), Err(again)) => {
            prop_assert_eq!(refusal, &again);
            let now = run.authority.snapshot();
            prop_assert_eq!(now.revision(), snapshot.revision());
            prop_assert_eq!(&now.facts(), &facts);
            prop_assert!(now.verify().is_ok());
        }
        (Ok(accepted), Ok(again)) => {
            prop_assert_eq!(&accepted.events, &again);
            // Whoever holds the old facts sees the old facts.
            prop_assert_eq!(&snapshot.facts(), &facts);
            rules::all(run, accepted, &turn.act).map_err(|broken| told(&turn, &broken))?;
        }
        (given, again) => prop_assert!(false, "{:?}, then {:?}", given.is_ok(), again.is_ok()),
    }
    Ok(turn)
}

/// A journal without its checkpoints.
struct Bare(MemoryJournal);

impl Journal for Bare {
    fn append(&self, addition: &Addition) -> Result<(), JournalError> {
        self.0.append(addition)
    }
    fn read_from(
        &self,
        revision: Revision,
        at_most: usize,
    ) -> Result<Vec<Arc<Record>>, JournalError> {
        self.0.read_from(revision, at_most)
    }
    fn names_from(&self, number: u32) -> Result<Vec<Option<Identifier>>, JournalError> {
        self.0.names_from(number)
    }
    fn put_checkpoint(&self, _: Arc<Checkpoint>) -> Result<(), JournalError> {
        Ok(())
    }
    fn checkpoint(&self, _: Revision) -> Result<Option<Arc<Checkpoint>>, JournalError> {
        Ok(None)
    }
}

/// Of everybody registered, that they are suspended who are not, or the other way round; or as they
/// are.
fn turned(facts: &Facts, turned: bool) -> impl Iterator<Item = Event> + '_ {
    facts.people.iter().map(move |registration| {
        let (person, tenant) = (registration.person.clone(), registration.tenant.clone());
        let suspension = Suspension { person: person.clone(), tenant: tenant.clone() };
        match facts.suspended.contains(&suspension) != turned {
            true => Event::PersonSuspended { person, tenant },
            false => Event::PersonResumed { person, tenant },
        }
    })
}

/// The record from its beginning, or a checkpoint and the tail, makes the same facts; and as
/// records number people, the same numbers: what one writes of each of them, another reads so.
fn replays(run: &Run) -> Result<(), TestCaseError> {
    let policy = &run.world.policy;
    let again = [open(policy, Bare(run.journal.clone())), open(policy, run.journal.clone())];
    for other in &again {
        other.catch_up().unwrap();
        prop_assert_eq!(other.revision(), run.authority.revision());
        prop_assert_eq!(other.snapshot().people(), run.snapshot.people());
        prop_assert_eq!(&other.snapshot().facts(), &run.facts);
        prop_assert!(other.snapshot().verify().is_ok());
        for event in turned(&run.facts, true) {
            other.apply(Change::of([&event]).at(run.now)).unwrap();
        }
        run.authority.catch_up().unwrap();
        let (one, other) = (run.authority.snapshot(), other.snapshot());
        prop_assert_eq!(one.facts(), other.facts());
        // Back to as it was, for the next.
        for event in turned(&run.facts, false) {
            run.authority.apply(Change::of([&event]).at(run.now)).unwrap();
        }
        prop_assert_eq!(&run.authority.snapshot().facts(), &run.facts);
    }
    Ok(())
}

/// What was issued and what is wrong, in full.
fn told(turn: &Turn, broken: &str) -> TestCaseError {
    let command = |command: &Command| serde_json::to_string(command).unwrap();
    let events =
        turn.outcome.as_ref().ok().map(|accepted| serde_json::to_string(&accepted.events).unwrap());
    TestCaseError::fail(format!(
        "{broken}\nby {:?} at {}: {}\nevents {events:?}",
        serde_json::to_string(&turn.act.actor).unwrap(),
        turn.act.now,
        command(&turn.act.command)
    ))
}

/// So many, and half a minute for making one that fails smaller.
pub fn runs_of(count: u32) -> ProptestConfig {
    ProptestConfig { max_shrink_iters: 4000, max_shrink_time: 30_000, ..worlds(count) }
}

/// A failed run in words: what was accepted until then, and under which policy.
pub fn story(reason: &Reason, number: u64, host: &[u64], commands: &[u64]) -> String {
    let mut run = Run::begin(number, host);
    let mut text = format!("{reason}\nbegun with {number}, {host:?}; commands {commands:?}\n");
    text += &toml::to_string(&run.world.policy).unwrap();
    text += &format!("{}\n", serde_json::to_string(&run.facts).unwrap());
    for &command in commands {
        let turn = run.turn(&mut Source { raw: &[], seed: command, state: command }, false);
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

/// X2, X3, X4, U1, R33, R36: after every command of a random run each promise is judged in
/// plain lists and loops.
#[test]
fn whatever_people_command_the_promises_hold() {
    let met = Mutex::new(Met::default());
    let drawn = (
        any::<u64>(),
        prop::collection::vec(any::<u64>(), 0..12),
        prop::collection::vec(any::<u64>(), 1..2 * COMMANDS),
    );
    let outcome = TestRunner::new(runs_of(RUNS)).run(&drawn, |(number, host, commands)| {
        let mut run = Run::begin(number, &host);
        for (n, &command) in commands.iter().enumerate() {
            if n == commands.len() / 2 {
                run.authority.checkpoint().unwrap();
            }
            let turn = issue(&mut run, &mut Source { raw: &[], seed: command, state: command })?;
            met.lock().unwrap().note(&turn);
        }
        replays(&run)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, (number, host, commands))) => {
            panic!("{}", story(&reason, number, &host, &commands))
        }
        Err(error) => panic!("{error}"),
    }
    let met = met.into_inner().unwrap();
    met.is_everything();
}

#[test]
fn the_list_of_rules_is_told_by_its_names() {
    assert_eq!(variant(&Rule::Unguarded), "Unguarded");
    assert_eq!(variant(&Rule::Past { now: alcada::Instant::MIN }), "Past");
}
