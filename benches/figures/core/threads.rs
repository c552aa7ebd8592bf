//! Two threads beside one, each asking the Authority anew every time: a reference
//! count that readers share would show here, and nowhere else.

use std::sync::Barrier;
use std::time::Instant as Clock;

use alcada::Authority;

use super::{QUESTIONS, Questions};
use crate::support::city::{Ask, NOW, World};
use crate::support::floor::Floor;
use crate::support::measure::{Board, Effort, Goal, median, size};

pub fn run(board: &mut Board, effort: Effort, world: &World, authority: &Authority, people: u32) {
    let sets = [Questions::new(world, QUESTIONS, 31), Questions::new(world, QUESTIONS, 32)];
    let requests = [sets[0].by_names(), sets[1].by_names()];
    let resolved =
        [sets[0].resolved(&authority.snapshot()), sets[1].resolved(&authority.snapshot())];
    let floor = Floor::new(world);
    // Long enough that a thread's beginning does not count.
    let passes = effort.pick(8, 2) * if people == 1_000 { 4 } else { 1 };
    let by_names = |thread: usize| {
        requests[thread].iter().filter(|request| authority.check(request, NOW).is_allow()).count()
    };
    let handles = |thread: usize| {
        resolved[thread]
            .iter()
            .filter(|request| authority.check_resolved(request, NOW).is_allow())
            .count()
    };
    let yardstick =
        |thread: usize| sets[thread].asks.iter().filter(|&&ask: &&Ask| floor.check(ask)).count();
    let rounds = effort.pick(9, 3);
    let speedup = |work: &(dyn Fn(usize) -> usize + Sync)| {
        let ratios: Vec<f64> = (0..rounds)
            .map(|_| {
                let alone = seconds(1, passes, work);
                let together = seconds(2, passes, work);
                2.0 * alone / together
            })
            .collect();
        median(&ratios)
    };
    let at = size(people as usize);
    board.note(&format!("two-threads-floor/{at}"), speedup(&yardstick), "times");
    board.figure(
        &format!("two-threads-names/{at}"),
        speedup(&by_names),
        "times",
        Goal::AtLeast(1.8),
    );
    board.figure(
        &format!("two-threads-resolved/{at}"),
        speedup(&handles),
        "times",
        Goal::AtLeast(1.8),
    );
}

/// How long so many threads take, each for its own questions so many times over:
/// from when all are ready until the last has finished.
fn seconds(threads: usize, passes: usize, work: &(dyn Fn(usize) -> usize + Sync)) -> f64 {
    let ready = Barrier::new(threads);
    let run = |thread: usize| {
        std::hint::black_box(work(thread));
        ready.wait();
        let start = Clock::now();
        for _ in 0..passes {
            std::hint::black_box(work(thread));
        }
        start.elapsed().as_secs_f64()
    };
    std::thread::scope(|scope| {
        let run = &run;
        let handles: Vec<_> = (0..threads).map(|thread| scope.spawn(move || run(thread))).collect();
        handles.into_iter().map(|handle| handle.join().expect("the thread ran")).fold(0.0, f64::max)
    })
}
