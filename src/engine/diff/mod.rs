//! [`Diff`]: who gained or lost which permission where, between two snapshots.

mod affected;
mod cells;
mod holders;
mod hours;
mod people;
mod person;
mod sides;
mod words;

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use fixedbitset::FixedBitSet;
use serde::Serialize;

use super::coverage::Reach;
use crate::facts::{NEVER, Revision, Snapshot};
use crate::model::{Grid, Identifier, Name};
use crate::store::PersonId;
use crate::time::{Instant, Interval};
use affected::Hung;
pub use people::People;
use person::Row;
use sides::{Side, Sides};
pub(crate) use words::{Told, Who};

/// What people may do in one snapshot and not in another, from an instant on: see [`Snapshot::diff`].
///
/// Written with `{}` it is a text to be read. It names people in clear; its `Debug` form masks them.
///
/// It keeps the two snapshots, to name its [`People`] by them, and so the names of those who are erased
/// later: what is to be kept for long is its text or its serde form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diff {
    /// The revision of the facts before.
    pub before: Revision,
    /// The revision of the facts after.
    pub after: Revision,
    /// The instant from which on the two are compared.
    pub at: Instant,
    /// What people have afterwards and did not have before, sorted by role and place.
    pub gained: Vec<Difference>,
    /// What they had before and don't have afterwards.
    pub lost: Vec<Difference>,
    /// Whose hours changed: what is gained and lost is said apart from them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<HoursDifference>,
}

/// People whose access grids are others, or have other hours, than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HoursDifference {
    /// The grids they were enrolled in; none: they were bound to no hours.
    pub before: Vec<Grid>,
    /// The grids they are enrolled in. The same ones where it is the policy that binds
    /// decisions to them on one side alone.
    pub after: Vec<Grid>,
    /// Whose.
    pub people: People,
}

/// Permissions that some people have on one side alone, in the same places at the same times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The roles by which they have it, on the side where they do; sorted. That can be a
    /// role that itself is as it was: where a restriction came or went, or a unit moved.
    pub roles: Vec<Name>,
    /// Where, in the trees of the side where they have it.
    pub reaches: Vec<Reach>,
    /// Whether a request that asks for every place at once is among it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub everywhere: bool,
    /// The permissions, sorted.
    pub permissions: Vec<Name>,
    /// On which channel.
    pub channel: Name,
    /// When: from then, or already at the instant asked; until then, or for good.
    pub interval: Interval,
    /// Who.
    pub people: People,
}

impl Difference {
    /// By role and place; what else tells two apart comes after.
    fn order(&self) -> impl Ord + '_ {
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

    /// Everybody who gained or lost something, or whose hours changed; sorted by name, each once.
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

impl Snapshot {
    /// Who gained or lost which permission where by going from this snapshot to another, and
    /// when that begins and ends, from an instant on. Complete: see [the changes](crate::docs::changes)
    /// for what exactly it claims.
    ///
    /// Everything is compared by name, people and permissions too, so that the two may
    /// have come about in any way: one from the other by changes, by
    /// [`as_of`](crate::Authority::as_of), or under different policies ([`Snapshot::with_policy`]).
    ///
    /// ```
    /// use alcada::{Event, Grant, Instant, Policy, Registration, Snapshot};
    /// let policy = Policy::from_toml(r#"
    ///     version = 1
    ///     functions.articles.actions = ["view", "edit"]
    ///     roles.reader.permissions = ["articles:view"]
    ///     roles.editor.permissions = ["articles:*"]
    /// "#)?;
    /// let mut before = Snapshot::new(policy);
    /// before.apply(&Event::PersonRegistered(Registration::of("ana")?))?;
    /// before.apply(&Event::Granted(Grant::role("reader").to("ana").everywhere()?))?;
    /// let mut after = before.clone();
    /// after.apply(&Event::Granted(Grant::role("editor").to("ana").everywhere()?))?;
    ///
    /// let diff = before.diff(&after, Instant::now());
    /// assert!(diff.lost.is_empty());
    /// assert_eq!(diff.gained[0].permissions, ["articles:edit"]); // she could view them before
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Complexity
    /// Where one came from the other by changes: what changed, and for a changed role its holders; for a
    /// moved unit, where the policy has affiliations, everybody. Otherwise everybody. For each person looked at: the
    /// edges of their dated facts × the units and groups named by what they hold × their grants and restrictions.
    #[must_use]
    pub fn diff(&self, after: &Snapshot, at: impl Into<Instant>) -> Diff {
        let at = at.into();
        let sides = Sides::of(&self.0, &after.0);
        let mut rows = [Rows::default(), Rows::default()];
        let mut add = |side: Side, row: Row, people: &[PersonId]| {
            let [lost, gained] = &mut rows;
            let rows = match side {
                Side::Before => lost,
                Side::After => gained,
            };
            rows.entry(row).or_default().extend(people.iter().map(|&id| People::number(side, id)));
        };
        let hung = Hung::between(&sides);
        for pair in sides.affected(&hung, at.as_micros(), &mut add) {
            sides.compare(pair, at.as_micros(), &hung, |side, row| {
                let who = match side {
                    Side::Before => pair.0,
                    Side::After => pair.1,
                };
                who.into_iter().for_each(|who| add(side, row.clone(), &[who]));
            });
        }
        let [lost, gained] = rows;
        let snapshots = Arc::new([self.clone(), after.clone()]);
        Diff {
            before: self.revision(),
            after: after.revision(),
            at,
            gained: sides.named(&snapshots, Side::After, gained, at),
            lost: sides.named(&snapshots, Side::Before, lost, at),
            hours: sides.hours(&snapshots),
        }
    }
}

/// Each with the people of whom just that is so.
type Rows = HashMap<Row, Vec<u32>, foldhash::fast::RandomState>;

impl Sides<'_> {
    fn named(
        &self,
        snapshots: &Arc<[Snapshot; 2]>,
        side: Side,
        rows: Rows,
        at: Instant,
    ) -> Vec<Difference> {
        let state = self.state(side);
        // Many rows are of the same permissions.
        let mut known: HashMap<usize, Name, foldhash::fast::RandomState> = HashMap::default();
        let mut sets: HashMap<Rc<FixedBitSet>, Vec<Name>, foldhash::fast::RandomState> =
            HashMap::default();
        let named = rows.into_iter().map(|(row, people)| {
            let Row { roles, channel, reaches, everywhere, span: (from, until), permissions } = row;
            let mut roles: Vec<Name> = roles
                .into_iter()
                .filter_map(|role| state.role(role))
                .map(|rules| rules.name.clone())
                .collect();
            roles.sort_unstable();
            let permissions = match sets.get(&permissions) {
                Some(known) => known.clone(),
                None => {
                    let name =
                        |n| known.entry(n).or_insert_with(|| self.permission_name(n)).clone();
                    let mut names: Vec<Name> = permissions.ones().map(name).collect();
                    names.sort_unstable();
                    sets.entry(permissions).or_insert(names).clone()
                }
            };
            let reaches = reaches.into_iter().map(|(scope, except)| {
                let mut except: Vec<_> =
                    except.into_iter().map(|scope| self.scope_name(side, scope)).collect();
                except.sort_unstable();
                Reach { scope: self.scope_name(side, scope), except }
            });
            let mut reaches: Vec<Reach> = reaches.collect();
            reaches.sort_unstable();
            let from = (from != at.as_micros()).then(|| Instant::from_micros(from));
            let until = (until != NEVER).then(|| Instant::from_micros(until));
            Difference {
                roles,
                reaches,
                everywhere,
                permissions,
                channel: self
                    .channel_name(channel)
                    .cloned()
                    .unwrap_or_else(|| Name::trusted("?".into())),
                interval: Interval::new(from, until).unwrap_or_default(),
                people: People::of(snapshots, people),
            }
        });
        let mut named: Vec<Difference> = named.collect();
        named.sort_unstable_by(|a, b| a.order().cmp(&b.order()));
        named
    }
}
