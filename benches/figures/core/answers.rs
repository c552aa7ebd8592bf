//! The longer answers: why, and where.

use alcada::Snapshot;

use super::{LARGE, Questions};
use crate::support::city::{NOW, World};
use crate::support::measure::{Board, Contestant, Effort, Goal, race, size};

pub fn run(board: &mut Board, effort: Effort, world: &World, snapshot: &Snapshot, people: u32) {
    let questions = Questions::new(world, effort.pick(50_000, 10_000), 41);
    let requests = questions.by_names();
    let explain = || {
        requests.iter().filter(|request| snapshot.explain(request, NOW).decision.is_allow()).count()
    };
    let text = || {
        requests
            .iter()
            .map(|request| snapshot.explain(&request, NOW).to_string().len())
            .sum::<usize>()
    };
    let coverage = || {
        let reaches = questions.named.iter().zip(&requests.permissions);
        reaches
            .map(|((person, _, _), &permission)| {
                snapshot.coverage(person, permission, NOW).reaches.len()
            })
            .sum::<usize>()
    };
    let one = |name: &str, pass: &dyn Fn() -> usize| {
        let contestants = vec![Contestant::new(name, || pass() as u64)];
        race(effort.pick(7, 3), questions.len(), contestants).nanos(name) / 1e3
    };
    let (explain, coverage) = (one("explain", &explain), one("coverage", &coverage));
    let at = size(people as usize);
    if !effort.quick {
        board.note(&format!("explain-with-its-text/{at}"), one("text", &text), "us");
    }
    if people == LARGE {
        board.figure(&format!("explain/{at}"), explain, "us", Goal::AtMost(10.0));
        board.figure(&format!("coverage/{at}"), coverage, "us", Goal::AtMost(1.0));
    } else {
        board.note(&format!("explain/{at}"), explain, "us");
        board.note(&format!("coverage/{at}"), coverage, "us");
    }
}
