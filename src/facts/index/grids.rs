//! [`GridFacts`] and [`GridSets`]: access grids and who is enrolled in which ([ruling
//! R23](crate::docs::contract#r23)), laid out for checks.
//!
//! People are enrolled in few distinct sets of grids. Each set has a number, which is in the head
//! of a person's index, and the clocks of its grids.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::forest::Path;
use crate::facts::error::Fault;
use crate::facts::index::person::Head;
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
    /// The people who are enrolled.
    pub(crate) people: Set<PersonId>,
}

/// A grid as it binds those enrolled in it.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    pub(crate) grid: GridId,
    /// The place in a target's path, and the id there, that say that the target is of the grid's
    /// tenant.
    pub(in crate::facts) place: u32,
    pub(in crate::facts) root: u32,
    pub(crate) clock: Arc<Clock>,
}

impl Binding {
    /// Whether the grid binds at a target with this path, which must be whole.
    #[inline(always)]
    pub(crate) fn binds(&self, path: &Path) -> bool {
        path.at(self.place) == self.root
    }
}

/// All the grids of one set.
pub(in crate::facts) type Bindings = Arc<[Binding]>;

/// The distinct sets of grids that people are enrolled in, by number. The number 0 stands for no
/// grid.
#[derive(Clone, Debug, Default)]
pub(crate) struct GridSets {
    /// The set with number `n` is in place `n - 1`. `None` if the number is free.
    pub(in crate::facts) sets: Arc<[Option<Bindings>]>,
    /// The number of a set and how many people are enrolled in exactly its grids, by the grids in
    /// order.
    index: Map<Arc<[GridId]>, (u16, u32)>,
}

impl GridSets {
    /// The set with a number. `None` for 0, and for a number that no set has.
    #[inline(always)]
    pub(crate) fn get(&self, number: usize) -> Option<&[Binding]> {
        self.sets.get(number.checked_sub(1)?)?.as_deref()
    }

    /// Every set: its grids, its number, and how many people have it.
    pub(in crate::facts) fn counts(&self) -> impl Iterator<Item = (&[GridId], u16, u32)> {
        self.index.iter().map(|(grids, &(number, people))| (&**grids, number, people))
    }

    /// Counts one more person who is enrolled in exactly these grids, and returns the number of the
    /// set. [`Head::MANY_SETS`] if every number is taken: such a person is not counted.
    pub(in crate::facts) fn enter(
        &mut self,
        grids: &[GridId],
        bindings: impl FnOnce() -> Bindings,
    ) -> u16 {
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

    /// Counts one person less who is enrolled in exactly these grids and had this number. A person
    /// with [`Head::MANY_SETS`] was never counted.
    pub(in crate::facts) fn leave(&mut self, grids: &[GridId], had: usize) {
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

/// The week of a grid, laid out in its time zone. A fault if there is no such zone.
pub(in crate::facts) fn clock(grid: &Grid, zones: &Zones) -> Result<Arc<Clock>, Fault> {
    let zone = grid.hours.zone();
    Clock::new(&grid.hours, grid.allow_outside, zones).map(Arc::new).ok_or_else(|| {
        let fault = Fault::absent("time zone", zone);
        match nearest(zone, zones.names()) {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None => fault.help("write a name of IANA's, like `America/Sao_Paulo`"),
        }
    })
}

static STAMPS: AtomicU64 = AtomicU64::new(1);

/// A stamp that was never given before.
pub(in crate::facts) fn next_stamp() -> u64 {
    STAMPS.fetch_add(1, Ordering::Relaxed)
}
