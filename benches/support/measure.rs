//! The machinery: contestants side by side, rounds, medians, and the lines that are printed.

use std::hint::black_box;
use std::time::Duration;

/// A clock that stands still while someone else has the processor, so that a busy
/// machine does not end up in the figures: the processor time of this thread, the
/// kernel's work for it included. What another program does to the caches is not
/// taken out; that is what rounds, medians and yardsticks are for.
#[derive(Clone, Copy, Debug)]
pub struct CpuClock(Duration);

impl CpuClock {
    pub fn start() -> CpuClock {
        CpuClock(CpuClock::now())
    }

    pub fn elapsed(self) -> Duration {
        CpuClock::now().saturating_sub(self.0)
    }

    #[cfg(unix)]
    fn now() -> Duration {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Duration::try_from(time).expect("a time since the thread began")
    }

    /// Elsewhere the time of day, as good as the machine is quiet.
    #[cfg(not(unix))]
    fn now() -> Duration {
        static BEGINNING: std::sync::LazyLock<std::time::Instant> =
            std::sync::LazyLock::new(std::time::Instant::now);
        BEGINNING.elapsed()
    }
}

/// What the command line asked for.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Smaller counts, for a run of under a minute a group.
    pub quick: bool,
}

impl Effort {
    /// The first number, or the second when it has to be quick.
    pub fn pick<T>(self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }
}

/// Which side of the goal is good.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

/// Prints the lines of one group and remembers whether any goal was missed.
pub struct Board {
    group: &'static str,
    short: Vec<String>,
    met: usize,
}

impl Board {
    pub fn new(group: &'static str) -> Board {
        Board { group, short: Vec::new(), met: 0 }
    }

    /// A figure with a goal.
    pub fn figure(&mut self, name: &str, value: f64, unit: &str, goal: Goal) {
        let (sign, bound, met) = match goal {
            Goal::AtMost(bound) => ("<=", bound, value <= bound),
            Goal::AtLeast(bound) => (">=", bound, value >= bound),
        };
        let verdict = if met { "met" } else { "short" };
        println!(
            "figure {}/{name} {} {unit} goal {sign} {bound} {verdict}",
            self.group,
            digits(value)
        );
        if met {
            self.met += 1;
        } else {
            self.short.push(name.to_owned());
        }
    }

    /// What stands behind a figure, or beside it; no goal.
    pub fn note(&self, name: &str, value: f64, unit: &str) {
        println!("note   {}/{name} {} {unit}", self.group, digits(value));
    }

    /// The sum of it.
    pub fn close(self) {
        println!(
            "group  {}: {} met, {} short{}",
            self.group,
            self.met,
            self.short.len(),
            self.names()
        );
    }

    fn names(&self) -> String {
        if self.short.is_empty() { String::new() } else { format!(": {}", self.short.join(", ")) }
    }
}

/// Three digits that mean something.
fn digits(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// One who runs: a pass over all the questions, which says how many were allowed.
pub struct Contestant<'a> {
    name: String,
    /// Whether its count is that of the others.
    answers: bool,
    pass: Box<dyn FnMut() -> u64 + 'a>,
}

impl<'a> Contestant<'a> {
    pub fn new(name: impl Into<String>, pass: impl FnMut() -> u64 + 'a) -> Contestant<'a> {
        Contestant { name: name.into(), answers: true, pass: Box::new(pass) }
    }

    /// One who runs beside the others and answers no questions.
    pub fn aside(name: impl Into<String>, pass: impl FnMut() -> u64 + 'a) -> Contestant<'a> {
        Contestant { name: name.into(), answers: false, pass: Box::new(pass) }
    }
}

/// What each contestant took, in nanoseconds an operation, round by round.
pub struct Race {
    lanes: Vec<(String, Vec<f64>)>,
}

/// Lets all run `rounds` times in turn over the same `operations` questions. Right
/// before its timed pass each runs three that are not: what ran before it would
/// otherwise be part of its figure. Who begins changes from round to round.
///
/// All must count the same number of allowed questions.
pub fn race(rounds: usize, operations: usize, mut contestants: Vec<Contestant<'_>>) -> Race {
    let mut lanes: Vec<(String, Vec<f64>)> =
        contestants.iter().map(|c| (c.name.clone(), Vec::new())).collect();
    let mut allowed = None;
    for round in 0..rounds {
        for turn in 0..contestants.len() {
            let lane = (round + turn) % contestants.len();
            let contestant = &mut contestants[lane];
            for _ in 0..3 {
                black_box((contestant.pass)());
            }
            let start = CpuClock::start();
            let count = black_box((contestant.pass)());
            let taken = start.elapsed();
            if contestant.answers {
                let expected = *allowed.get_or_insert(count);
                assert_eq!(
                    count, expected,
                    "{} counts other answers than the first contestant",
                    contestant.name
                );
            }
            lanes[lane].1.push(taken.as_nanos() as f64 / operations as f64);
        }
    }
    Race { lanes }
}

impl Race {
    /// The median of a contestant, in nanoseconds an operation.
    pub fn nanos(&self, name: &str) -> f64 {
        median(self.lane(name))
    }

    /// The median over the rounds of one divided by the other: both ran within the
    /// same seconds, so what slows the machine for a while slows both.
    pub fn ratio(&self, of: &str, to: &str) -> f64 {
        self.paired(of, to, |of, to| of / to)
    }

    /// The median over the rounds of one less the other.
    pub fn difference(&self, of: &str, to: &str) -> f64 {
        self.paired(of, to, |of, to| of - to)
    }

    fn paired(&self, of: &str, to: &str, join: impl Fn(f64, f64) -> f64) -> f64 {
        let pairs: Vec<f64> =
            self.lane(of).iter().zip(self.lane(to)).map(|(&of, &to)| join(of, to)).collect();
        median(&pairs)
    }

    fn lane(&self, name: &str) -> &[f64] {
        &self
            .lanes
            .iter()
            .find(|(lane, _)| lane == name)
            .unwrap_or_else(|| panic!("no contestant `{name}`"))
            .1
    }

    /// A note a contestant.
    pub fn notes(&self, board: &Board, at: &str) {
        for (name, samples) in &self.lanes {
            board.note(&format!("{name}/{at}"), median(samples), "ns");
        }
    }
}

pub fn median(samples: &[f64]) -> f64 {
    percentile(samples, 50.0)
}

/// The sample below which so many in a hundred lie.
pub fn percentile(samples: &[f64], percent: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() as f64 * percent / 100.0) as usize;
    sorted.get(place.min(sorted.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

/// How long something takes this thread once, in seconds, and what it gives.
pub fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = CpuClock::start();
    let result = work();
    (start.elapsed().as_secs_f64(), result)
}

/// A number as people say it: `1k`, `100k`, `1m`.
pub fn size(count: usize) -> String {
    match count {
        c if c >= 1_000_000 && c.is_multiple_of(1_000_000) => format!("{}m", c / 1_000_000),
        c if c >= 1_000 && c.is_multiple_of(1_000) => format!("{}k", c / 1_000),
        c => c.to_string(),
    }
}
