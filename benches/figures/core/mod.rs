//! The decision core: how fast it answers, how fast it changes, what it weighs.

mod answers;
mod build;
pub mod change;
mod checks;
mod saas;
mod terms;
mod threads;

use alcada::{Authority, Event, Permission, Policy, Request, ResolvedRequest, Snapshot};

use crate::support::city::{Ask, Ids, NOW, Terms, World};
use crate::support::floor::{Floor, NamedAsks};
use crate::support::measure::{Board, Contestant, Effort, timed};

/// So many people there are, from a hamlet to a metropolis.
const SIZES: [u32; 3] = [1_000, 100_000, 1_000_000];
/// The size at which what does not say its size is measured.
const LARGE: u32 = 1_000_000;

pub fn run(board: &mut Board, effort: Effort) {
    part("checks", || checks::run(board, effort));
    // One world and one Authority for all that begins with a million people.
    let world = World::city(LARGE, Ids::Short);
    let built = part("build", || build::run(board, effort, &world));
    part("terms", || terms::run(board, effort, &world, &built.authority));
    part("change", || change::run(board, effort, &world, &built));
    drop((world, built));
    part("saas", || saas::run(board, effort));
}

/// Says how far it is, apart from the figures, for whoever waits.
fn part<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let (seconds, result) = timed(work);
    eprintln!("core: {name} took {seconds:.1} s of processor time");
    result
}

/// How many questions a pass has, as the goals have it.
pub const QUESTIONS: usize = 200_000;

/// An Authority that holds the world.
pub fn authority(world: &World, terms: Terms) -> Authority {
    let authority = empty(world);
    authority
        .apply_all(&world.events(terms).collect::<Vec<Event>>())
        .expect("the world's facts fit its policy");
    authority
}

/// An Authority with the world's policy and no facts.
pub fn empty(world: &World) -> Authority {
    Authority::in_memory(policy(world))
}

pub fn policy(world: &World) -> Policy {
    Policy::from_document(world.policy()).expect("the world's policy is valid")
}

/// The same questions in the three forms in which they are put.
pub struct Questions {
    pub asks: Vec<Ask>,
    named: NamedAsks,
}

impl Questions {
    pub fn new(world: &World, count: usize, seed: u64) -> Questions {
        let asks = world.asks(count, seed);
        let named = NamedAsks::new(world, &asks);
        Questions { asks, named }
    }

    pub fn len(&self) -> usize {
        self.asks.len()
    }

    /// As a host asks them.
    fn by_names(&self) -> ByNames<'_> {
        let permission =
            |(_, text, _)| Permission::parse(text).expect("a permission of the catalogue");
        ByNames { named: &self.named, permissions: self.named.iter().map(permission).collect() }
    }

    /// With the names looked up beforehand.
    pub fn resolved(&self, snapshot: &Snapshot) -> Vec<ResolvedRequest> {
        let resolve =
            |request: Request<'_>| snapshot.resolve(&request).expect("all names are known");
        self.by_names().iter().map(resolve).collect()
    }
}

/// Questions by names. That a permission is one has been looked at before, as it has
/// in a host that writes its permissions as constants.
struct ByNames<'a> {
    named: &'a NamedAsks,
    permissions: Vec<Permission<'a>>,
}

impl<'a> ByNames<'a> {
    #[inline(always)]
    fn get(&self, index: usize) -> Request<'a> {
        let (person, _, unit) = self.named.get(index);
        Request::by(person).to(self.permissions[index]).in_unit(unit)
    }

    fn len(&self) -> usize {
        self.permissions.len()
    }

    fn iter(&self) -> impl Iterator<Item = Request<'a>> {
        (0..self.len()).map(|index| self.get(index))
    }
}

/// Every way of asking gives the generator's answers, question by question.
pub fn assert_equal(world: &World, questions: &Questions, snapshot: &Snapshot) {
    let resolved = questions.resolved(snapshot);
    for (index, request) in questions.by_names().iter().enumerate() {
        let expected = world.allows(questions.asks[index]);
        assert_eq!(snapshot.check(&request, NOW).is_allow(), expected, "{request:?}");
        assert_eq!(
            snapshot.check_resolved(&resolved[index], NOW).is_allow(),
            expected,
            "{request:?}, resolved"
        );
    }
}

pub fn floor_pass<'a>(floor: &'a Floor, questions: &'a Questions) -> Contestant<'a> {
    Contestant::new("floor", || questions.asks.iter().map(|&ask| u64::from(floor.check(ask))).sum())
}

pub fn resolved_pass<'a>(
    name: &str,
    snapshot: &'a Snapshot,
    resolved: &'a [ResolvedRequest],
) -> Contestant<'a> {
    Contestant::new(name, || {
        resolved
            .iter()
            .map(|request| u64::from(snapshot.check_resolved(request, NOW).is_allow()))
            .sum()
    })
}
