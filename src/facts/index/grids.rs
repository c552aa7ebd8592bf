//! Access grids, and who is enrolled in which (ruling R23), laid out for checks: the
//! few distinct sets of grids that people are enrolled in, each with its clocks, by a
//! number that stands in the head of a person's record.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::forest::{ANYWHERE, Path, UNPLACED};
use super::people::Person;
use crate::facts::error::Misfit;
use crate::facts::index::person::Head;
use crate::facts::rows::PLATFORM;
use crate::facts::snapshot::State;
use crate::model::Grid;
use crate::policy::nearest;
use crate::store::{GridId, Map, PersonId, Set, TenantId};
use crate::zones::{Clock, Zones};

/// The most grids of one tenant, or of the platform.
pub const MAX_TENANT_GRIDS: usize = 4096;
/// The most grids one person may be enrolled in at a time.
pub const MAX_ENROLMENTS: usize = 16;

/// A grid with its names resolved and its week laid out.
#[derive(Clone, Debug)]
pub(crate) struct GridFacts {
    pub(crate) tenant: TenantId,
    pub(crate) grid: Grid,
    pub(crate) clock: Arc<Clock>,
    /// Who is enrolled.
    pub(crate) people: Set<PersonId>,
}

/// A grid as it binds those enrolled in it.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    pub(crate) grid: GridId,
    /// Where in a target's path, and which id there, says that the target is of the tenant.
    place: u32,
    root: u32,
    pub(crate) clock: Arc<Clock>,
}

impl Binding {
    /// Whether it binds what has this path, which is whole.
    #[inline(always)]
    pub(crate) fn binds(&self, path: &Path) -> bool {
        path.at(self.place) == self.root
    }
}

/// The grids that some people are enrolled in, all of them.
type Bindings = Arc<[Binding]>;

/// The distinct sets of grids that people are enrolled in, by number; 0 is none.
#[derive(Clone, Debug, Default)]
pub(crate) struct GridSets {
    /// The set with number `n` stands in place `n - 1`.
    sets: Arc<[Option<Bindings>]>,
    /// By the grids: the number, and how many people are enrolled in just these.
    index: Map<Arc<[GridId]>, (u16, u32)>,
}

impl GridSets {
    /// The set with a number.
    #[inline(always)]
    pub(crate) fn get(&self, number: usize) -> Option<&[Binding]> {
        self.sets.get(number.checked_sub(1)?)?.as_deref()
    }

    /// How many people have each set, by its grids.
    pub(in crate::facts) fn counts(&self) -> impl Iterator<Item = (&[GridId], u16, u32)> {
        self.index.iter().map(|(grids, &(number, people))| (&**grids, number, people))
    }

    /// One more person is enrolled in just these: the number of the set, or of none
    /// that has one where there are too many.
    fn enter(&mut self, grids: &[GridId], bindings: impl FnOnce() -> Bindings) -> u16 {
        if let Some((number, people)) = self.index.get_mut(grids) {
            *people = people.saturating_add(1);
            return *number;
        }
        let free = self.sets.iter().position(Option::is_none).unwrap_or(self.sets.len());
        let number =
            u16::try_from(free.saturating_add(1)).unwrap_or(Head::MANY_SETS).min(Head::MANY_SETS);
        if number < Head::MANY_SETS {
            let mut sets = self.sets.to_vec();
            sets.resize(sets.len().max(free.saturating_add(1)), None);
            if let Some(place) = sets.get_mut(free) {
                *place = Some(bindings());
            }
            self.sets = sets.into();
            self.index.insert(grids.into(), (number, 1));
        }
        number
    }

    /// One person less is, who had that number: whoever had none was never counted.
    fn leave(&mut self, grids: &[GridId], had: usize) {
        let counted = self.index.get_mut(grids).filter(|(number, _)| usize::from(*number) == had);
        let Some((number, people)) = counted else { return };
        *people = people.saturating_sub(1);
        if *people > 0 {
            return;
        }
        let place = usize::from(*number).checked_sub(1);
        self.index.remove(grids);
        let mut sets = self.sets.to_vec();
        if let Some(set) = place.and_then(|place| sets.get_mut(place)) {
            *set = None;
        }
        self.sets = sets.into();
    }
}

/// A grid's week, laid out in its zone.
pub(in crate::facts) fn clock(grid: &Grid, zones: &Zones) -> Result<Arc<Clock>, Misfit> {
    let zone = grid.hours.zone();
    Clock::new(&grid.hours, grid.allow_outside, zones).map(Arc::new).ok_or_else(|| {
        let misfit = Misfit::absent("time zone", zone);
        match nearest(zone, zones.names()) {
            Some(near) => misfit.help(format!("did you mean `{near}`?")),
            None => misfit.help("write a name of IANA's, like `America/Sao_Paulo`"),
        }
    })
}

static STAMPS: AtomicU64 = AtomicU64::new(1);

/// A stamp that was never given before.
pub(in crate::facts) fn next_stamp() -> u64 {
    STAMPS.fetch_add(1, Ordering::Relaxed)
}

impl State {
    pub(crate) fn grid(&self, id: GridId) -> Option<&Arc<GridFacts>> {
        self.grids.get(id)?.as_ref()
    }

    /// The grids that a person is enrolled in.
    pub(crate) fn grids_of<'s>(
        &'s self,
        person: Person<'s>,
    ) -> impl Iterator<Item = &'s GridFacts> + Clone + 's {
        person.enrolments().iter().filter_map(|&grid| self.grid(grid)).map(|facts| &**facts)
    }

    /// Those that bind the person in a tenant: its own and the platform's.
    pub(crate) fn binding_grids<'s>(
        &'s self,
        person: Person<'s>,
        tenant: TenantId,
    ) -> impl Iterator<Item = &'s GridFacts> + Clone + 's {
        self.grids_of(person)
            .filter(move |facts| facts.tenant == tenant || facts.tenant == PLATFORM)
    }

    /// The grids of a set as they bind.
    pub(in crate::facts) fn bindings(&self, grids: &[GridId]) -> Bindings {
        let binding = |&id: &GridId| {
            let facts = self.grid(id)?;
            let root = self.tenants.get(facts.tenant).map(|tenant| tenant.root);
            let (place, root) = match root.filter(|_| facts.tenant != PLATFORM) {
                // The root of a tree stands in the first lane of every whole path in it.
                Some(root) => (0, root.get()),
                None => (UNPLACED, ANYWHERE),
            };
            Some(Binding { grid: id, place, root, clock: Arc::clone(&facts.clock) })
        };
        grids.iter().filter_map(binding).collect()
    }

    /// Counts a person under another set of grids than that of the number they had, and
    /// gives its number: 0 where the policy does not enforce hours in decisions.
    pub(in crate::facts) fn move_set(
        &mut self,
        (before, had): (&[GridId], usize),
        after: &[GridId],
    ) -> u16 {
        if !self.policy.enforces_hours() {
            return 0;
        }
        self.grid_sets.leave(before, had);
        if after.is_empty() {
            return 0;
        }
        let mut sets = std::mem::take(&mut self.grid_sets);
        let number = sets.enter(after, || self.bindings(after));
        self.grid_sets = sets;
        number
    }

    /// Lays out anew the sets that a grid is in; of none: all of them.
    pub(in crate::facts) fn renew_sets(&mut self, grid: Option<GridId>) {
        let holds = |set: &Option<Bindings>| {
            set.as_ref().is_some_and(|set| {
                grid.is_none_or(|grid| set.iter().any(|binding| binding.grid == grid))
            })
        };
        if !self.grid_sets.sets.iter().any(holds) {
            return;
        }
        let renewed = self.grid_sets.sets.iter().map(|set| match set {
            Some(bindings) if holds(set) => {
                let grids: Vec<GridId> = bindings.iter().map(|binding| binding.grid).collect();
                Some(self.bindings(&grids))
            }
            same => same.clone(),
        });
        self.grid_sets.sets = renewed.collect();
    }
}
