//! [`Snapshot::diff`]: who gained or lost which permission where, between two snapshots.
//!
//! First the people are found whose access may differ; then each of them is compared, place by
//! place and stretch of time by stretch of time; then equal differences are put together.

mod affected;
mod changed_roles;
mod difference;
mod hours;
mod moved;
mod one_sided;
mod partition;
mod people;
mod person;
mod row;
mod side_person;
mod sides;
mod words;

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::coverage::Reach;
use crate::facts::{NEVER, Snapshot};
use crate::model::Name;
use crate::store::PersonId;
use crate::time::{Instant, Interval};
pub use difference::{Diff, Difference, HoursDifference};
use moved::Moved;
pub use people::People;
use row::Row;
use sides::{Side, Sides};
pub(crate) use words::{DifferenceInWords, PeopleInWords};

impl Snapshot {
    /// Who gained or lost which permission where, from this snapshot to another, and when each
    /// difference begins and ends, from an instant on. The diff is complete;
    /// [changes](crate::docs::changes) says what exactly it claims.
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
    /// // Before, she could view articles already.
    /// assert_eq!(diff.gained[0].permissions, ["articles:edit"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Complexity
    /// If one snapshot came from the other by changes: what changed, and for a changed role its
    /// holders. For a moved unit, if the policy has affiliations, and for snapshots that came about
    /// otherwise: everybody. For each person compared: the edges of dated facts × the units and
    /// groups that grants and restrictions name × the grants and restrictions.
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
        let moved = Moved::between(&sides);
        for pair in sides.affected(&moved, at.as_micros(), &mut add) {
            sides.compare(pair, at.as_micros(), &moved, |side, row| {
                let id = match side {
                    Side::Before => pair.0,
                    Side::After => pair.1,
                };
                if let Some(id) = id {
                    add(side, row, &[id]);
                }
            });
        }
        let [lost, gained] = rows;
        let snapshots = Arc::new([self.clone(), after.clone()]);
        Diff {
            before: self.revision(),
            after: after.revision(),
            at,
            gained: sides.differences(&snapshots, Side::After, gained, at),
            lost: sides.differences(&snapshots, Side::Before, lost, at),
            hours: sides.hours(&snapshots),
        }
    }
}

/// Rows, each with the [numbers](People::number) of the people whom exactly that row is about.
type Rows = HashMap<Row, Vec<u32>, foldhash::fast::RandomState>;

impl Sides<'_> {
    /// Rows of a side as differences, with names instead of ids; sorted.
    fn differences(
        &self,
        snapshots: &Arc<[Snapshot; 2]>,
        side: Side,
        rows: Rows,
        at: Instant,
    ) -> Vec<Difference> {
        let state = self.state(side);
        // Names and sets of names are kept, since many rows have equal permissions.
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
