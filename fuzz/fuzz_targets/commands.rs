//! Any bytes as a policy of a few and a list of commands: nothing panics, every index
//! agrees with every other, seats and administrators are kept, a refusal leaves no trace.
#![no_main]
#![allow(dead_code, unused_imports)] // the tests use more of these modules

#[path = "../../tests/oracle/mod.rs"]
mod oracle;
#[path = "../../tests/it/random_commands/mod.rs"]
mod random_commands;
#[path = "../../tests/it/worlds/mod.rs"]
mod worlds;

use std::cell::RefCell;
use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use random_commands::{Run, rules};
use worlds::Source;

/// Policies to choose from, and commands to each input.
const POLICIES: u8 = 16;
const COMMANDS: usize = 48;

thread_local! {
    /// Each policy's beginning, made once.
    static BEGUN: RefCell<BTreeMap<u8, Run>> = const { RefCell::new(BTreeMap::new()) };
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&chosen, raw)) = bytes.split_first() else { return };
    let chosen = chosen % POLICIES;
    let mut run = BEGUN.with_borrow_mut(|begun| {
        let begun = begun.entry(chosen).or_insert_with(|| Run::begin(u64::from(chosen), &[]));
        begun.fork()
    });
    let mut source = Source { raw, seed: 1, state: 1 };
    for _ in 0..COMMANDS {
        if source.raw.is_empty() {
            break;
        }
        let (facts, revision) = (run.facts.clone(), run.authority.revision());
        let turn = run.turn(&mut source, false);
        match &turn.outcome {
            Ok(accepted) => {
                let held = rules::cheap(&run, accepted, &turn.act);
                held.unwrap_or_else(|broken| panic!("{broken}: {:?}", turn.act));
            }
            Err(refusal) => {
                assert!(!refusal.to_string().is_empty());
                assert_eq!(run.authority.revision(), revision);
                assert_eq!(run.authority.snapshot().facts(), facts);
            }
        }
    }
});
