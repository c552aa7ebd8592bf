//! [`Diff`]: what people gained and lost between two snapshots, as data.

use serde::Serialize;

use super::people::People;
use crate::engine::coverage::Reach;
use crate::facts::Revision;
use crate::model::{Grid, Identifier, Name};
use crate::time::{Instant, Interval};

/// What people may do in one snapshot and not in another, from an instant on. Made by
/// [`Snapshot::diff`](crate::Snapshot::diff).
///
/// The `Display` form is a text for people to read, which names people in clear. The `Debug` form
/// masks them.
///
/// A diff keeps both snapshots alive, to look up the names of its [`People`], and with them the
/// names of people who are erased later. To keep a diff for long, keep its text or its serde form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diff {
    /// The revision of the facts before.
    pub before: Revision,
    /// The revision of the facts after.
    pub after: Revision,
    /// The instant from which on the snapshots are compared.
    pub at: Instant,
    /// What people have after and did not have before, sorted by roles and places.
    pub gained: Vec<Difference>,
    /// What people had before and do not have after, sorted by roles and places.
    pub lost: Vec<Difference>,
    /// The changes of access grids. `gained` and `lost` take no account of hours.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<HoursDifference>,
}

/// People who are enrolled in other access grids than before, or whose grids have other hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HoursDifference {
    /// The grids in which the people were enrolled before. Empty if no hours bound them.
    pub before: Vec<Grid>,
    /// The grids in which the people are enrolled after. Equal to `before` if only one of the two
    /// policies binds decisions to grids.
    pub after: Vec<Grid>,
    /// The people whose grids these are.
    pub people: People,
}

/// Permissions that some people have on one side alone, all of them in these places at these times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The roles that give the permissions, on the side that has them; sorted. A role may be listed
    /// although it did not change, if a restriction came or went, or a unit moved.
    pub roles: Vec<Name>,
    /// Where people have the permissions, in the trees of the side that has them.
    pub reaches: Vec<Reach>,
    /// Whether requests whose target is everywhere are allowed on that side alone too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub everywhere: bool,
    /// The permissions, sorted.
    pub permissions: Vec<Name>,
    /// The channel of the requests.
    pub channel: Name,
    /// When people have the permissions. Without a beginning if they have them at the instant of
    /// the diff already, and without an end if they have them for good.
    pub interval: Interval,
    /// The people who have the permissions.
    pub people: People,
}

impl Difference {
    /// The key to sort by: roles and places first, and then all else, so that the order is
    /// complete.
    pub(super) fn order(&self) -> impl Ord + '_ {
        let Difference { roles, reaches, everywhere, permissions, channel, interval, people } =
            self;
        let when = (interval.from(), interval.until());
        ((roles, !everywhere, reaches), (permissions, channel), (when, people.numbers()))
    }
}

impl Diff {
    /// Whether nobody gained or lost anything, and nobody's hours changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.gained.is_empty() && self.lost.is_empty() && self.hours.is_empty()
    }

    /// The names of everybody who gained or lost something, or whose hours changed; sorted, each
    /// once.
    #[must_use]
    pub fn people(&self) -> Vec<Identifier> {
        let all = self.gained.iter().chain(&self.lost).map(|difference| &difference.people);
        let all = all.chain(self.hours.iter().map(|hours| &hours.people));
        let mut people: Vec<Identifier> = all.flat_map(People::iter).collect();
        people.sort_unstable();
        people.dedup();
        people
    }
}
