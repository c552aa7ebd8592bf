//! `[[diff]]`: who gains or loses what by events of the host's, or by commands if they were issued.

use serde::Deserialize;

use super::{Mismatch, Row};
use crate::admin::{Actor, Command};
use crate::engine::{Diff, Difference, Reach};
use crate::model::{Identifier, Name, Scope};
use crate::state::{Event, Snapshot};
use crate::time::{Instant, Interval};

/// All that is gained and lost.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Changes {
    at: Option<Instant>,
    #[serde(default)]
    events: Vec<Event>,
    actor: Option<Actor>,
    #[serde(default)]
    commands: Vec<Command>,
    #[serde(default)]
    gained: Vec<Change>,
    #[serde(default)]
    lost: Vec<Change>,
    /// Whose hours change.
    #[serde(default)]
    hours: Vec<Identifier>,
}

/// Permissions that people have on one side alone.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Change {
    people: Vec<Identifier>,
    permissions: Vec<Name>,
    #[serde(default)]
    reaches: Vec<Place>,
    #[serde(default)]
    everywhere: bool,
    /// Left out: the policy's first.
    channel: Option<Name>,
    /// Left out: it is not asked.
    roles: Option<Vec<Name>>,
    from: Option<Instant>,
    until: Option<Instant>,
}

/// A scope, or a scope without others.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Place {
    Without(Without),
    Scope(Scope),
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Without {
    scope: Scope,
    except: Vec<Scope>,
}

impl Change {
    fn difference(&self, first: &Name) -> Result<Difference, String> {
        let reach = |place: Place| match place {
            Place::Without(Without { scope, mut except }) => {
                except.sort_unstable();
                Reach { scope, except }
            }
            Place::Scope(scope) => Reach { scope, except: Vec::new() },
        };
        Ok(Difference {
            roles: sorted(self.roles.clone().unwrap_or_default()),
            reaches: sorted(self.reaches.iter().cloned().map(reach).collect()),
            everywhere: self.everywhere,
            permissions: sorted(self.permissions.clone()),
            channel: self.channel.clone().unwrap_or_else(|| first.clone()),
            interval: Interval::new(self.from, self.until).map_err(|error| error.to_string())?,
            people: sorted(self.people.clone()),
        })
    }
}

/// In an order of its own: a table says what there is, not which comes first.
fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort_unstable();
    items
}

impl Changes {
    fn diff(&self, before: &Snapshot, at: Instant) -> Result<Diff, String> {
        match (&self.actor, self.commands.is_empty(), self.events.is_empty()) {
            (None, true, false) => {
                let mut after = before.clone();
                after.apply_all(&self.events).map_err(|error| error.to_string())?;
                Ok(before.diff(&after, at))
            }
            (Some(actor), false, true) => {
                let what_if = before.what_if(actor, &self.commands, at);
                let refused = what_if.refusals().next().map(|(n, refusal)| format!("commands[{n}]: {refusal}"));
                refused.map_or(Ok(what_if.diff), Err)
            }
            _ => Err("it takes `events`, or an `actor` and `commands`".into()),
        }
    }
}

impl Row for Changes {
    const TABLE: &'static str = "diff";

    fn at(&self) -> Option<Instant> {
        self.at
    }

    fn mismatch(&self, snapshot: &Snapshot, at: Instant) -> Result<Option<Mismatch>, String> {
        let got = self.diff(snapshot, at)?;
        let first = snapshot.0.policy.channels().first().ok_or("the policy has no channel")?;
        let side = |rows: &[Change]| -> Result<Vec<Difference>, String> {
            rows.iter().map(|row| row.difference(first)).collect()
        };
        let (gained, lost) = (side(&self.gained)?, side(&self.lost)?);
        let hours = sorted(self.hours.clone());
        let told = sorted(got.hours.iter().flat_map(|row| row.people.iter().cloned()).collect());
        if holds(&self.gained, &gained, &got.gained) && holds(&self.lost, &lost, &got.lost) && hours == told {
            return Ok(None);
        }
        let mut expected = Diff { gained, lost, hours: Vec::new(), ..got.clone() }.to_string();
        expected.extend(hours.iter().map(|person| format!("  hours of `{person}`\n")));
        Ok(Some(Mismatch { expected, got: got.to_string(), explanation: None }))
    }
}

/// Whether each difference is expected, and each that is expected is there.
fn holds(rows: &[Change], expected: &[Difference], got: &[Difference]) -> bool {
    let mut left: Vec<&Difference> = got.iter().collect();
    let all = rows.iter().zip(expected).all(|(row, expected)| {
        let same = |got: &&&Difference| {
            let reaches = sorted(got.reaches.clone());
            let got = Difference { reaches, ..(**got).clone() };
            *expected == if row.roles.is_none() { Difference { roles: Vec::new(), ..got } } else { got }
        };
        let found = left.iter().position(|got| same(&got));
        found.is_some_and(|place| {
            left.swap_remove(place);
            true
        })
    });
    all && left.is_empty()
}
