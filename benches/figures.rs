//! The scoreboard: `cargo bench --bench figures -- [GROUP …] [--quick]`.
//!
//! Every goal that the project has set itself, measured beside its yardstick in the
//! same run. One line a figure:
//!
//! `figure <group>/<name> <value> <unit> goal <=|>= <goal> met|short`
//!
//! Lines that begin with `note` say what stands behind a figure and have no goal.

#[path = "figures/admin/mod.rs"]
mod admin_group;
#[path = "figures/core/mod.rs"]
mod core_group;
#[path = "figures/hours/mod.rs"]
mod hours_group;
#[path = "figures/questions/mod.rs"]
mod questions_group;
mod support;

use std::alloc::System;

use cap::Cap;
use support::measure::{Board, Effort};

/// Counts the bytes that are alive; everything else is the system's own allocator.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// How many bytes are allocated now, as they were asked for.
fn live_bytes() -> usize {
    ALLOCATOR.allocated()
}

type Group = fn(&mut Board, Effort);

const GROUPS: [(&str, Group); 4] = [
    ("core", core_group::run),
    ("admin", admin_group::run),
    ("hours", hours_group::run),
    ("questions", questions_group::run),
];

fn main() {
    // `cargo bench` adds a `--bench` of its own.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let (flags, wanted): (Vec<&str>, Vec<&str>) =
        words.iter().map(String::as_str).partition(|w| w.starts_with("--"));
    let known = |name: &&&str| GROUPS.iter().any(|(group, _)| group == *name);
    let strange =
        flags.iter().find(|flag| **flag != "--quick").or(wanted.iter().find(|name| !known(name)));
    if let Some(word) = strange {
        let groups: Vec<&str> = GROUPS.iter().map(|(group, _)| *group).collect();
        eprintln!(
            "`{word}` is not understood; the groups are {}, the only flag is --quick",
            groups.join(", ")
        );
        std::process::exit(2);
    }
    let effort = Effort { quick: !flags.is_empty() };
    for (name, run) in GROUPS {
        if wanted.is_empty() || wanted.contains(&name) {
            let mut board = Board::new(name);
            run(&mut board, effort);
            board.close();
        }
    }
}
