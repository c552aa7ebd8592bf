//! `[[diff]]`: who would gain or lose what, by events of the host or by an actor's commands.

use serde::Deserialize;

use super::row::{Mismatch, Row};
use crate::admin::Command;
use crate::engine::{Diff, Difference, DifferenceInWords, PeopleInWords, Reach};
use crate::facts::{Event, Snapshot};
use crate::model::Actor;
use crate::model::{Identifier, Name, Scope};
use crate::store::Order;
use crate::time::{Instant, Interval};

/// A row of `[[diff]]`: the change, and the whole difference that it is expected to make.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Changes {
    at: Option<Instant>,
    #[serde(default)]
    events: Vec<Event>,
    actor: Option<Actor>,
    /// The reason that is given with the commands; empty if left out.
    #[serde(default)]
    reason: String,
    #[serde(default)]
    commands: Vec<Command>,
    #[serde(default)]
    gained: Vec<Change>,
    #[serde(default)]
    lost: Vec<Change>,
    /// The people whose hours change.
    #[serde(default)]
    hours: Vec<Identifier>,
}

/// Permissions that people would gain, or lose: a row of `gained` or `lost`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Change {
    people: Vec<Identifier>,
    permissions: Vec<Name>,
    #[serde(default)]
    reaches: Vec<Extent>,
    #[serde(default)]
    everywhere: bool,
    /// The channel; the policy's first if left out.
    channel: Option<Name>,
    /// The roles that carry the permissions; not compared if left out.
    roles: Option<Vec<Name>>,
    from: Option<Instant>,
    until: Option<Instant>,
}

/// A scope, or a scope without others that lie in it.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Extent {
    Without(Without),
    Scope(Scope),
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Without {
    scope: Scope,
    except: Vec<Scope>,
}

/// A row of `gained` or `lost` with its defaults filled in, or a [`Difference`] of the engine's,
/// both with their lists sorted: so the two are equal if they say one thing.
struct Expected {
    /// `None` if the row leaves the roles out: they are not compared then.
    roles: Option<Vec<Name>>,
    reaches: Vec<Reach>,
    everywhere: bool,
    permissions: Vec<Name>,
    channel: Name,
    interval: Interval,
    people: Vec<Identifier>,
}

impl Expected {
    fn of(difference: &Difference) -> Expected {
        let Difference { roles, reaches, everywhere, permissions, channel, interval, people } =
            difference;
        Expected {
            roles: Some(roles.clone()),
            reaches: sorted(reaches.clone()),
            everywhere: *everywhere,
            permissions: permissions.clone(),
            channel: channel.clone(),
            interval: *interval,
            people: sorted(people.iter().collect()),
        }
    }

    /// Whether the engine's difference is the expected one.
    fn is(&self, got: &Expected) -> bool {
        (self.roles.is_none() || self.roles == got.roles)
            && self.but_for_roles() == got.but_for_roles()
    }

    fn but_for_roles(&self) -> impl PartialEq + '_ {
        let Expected { roles: _, reaches, everywhere, permissions, channel, interval, people } =
            self;
        (reaches, everywhere, permissions, channel, interval, people)
    }

    fn told(&self) -> DifferenceInWords<'_> {
        let Expected { roles, reaches, everywhere, permissions, channel, interval, people } = self;
        let (everywhere, interval) = (*everywhere, *interval);
        let people = PeopleInWords::of(people.len(), people.iter().cloned());
        DifferenceInWords {
            roles: roles.as_deref().unwrap_or_default(),
            reaches,
            everywhere,
            permissions,
            channel,
            interval,
            people,
        }
    }
}

impl Change {
    fn expected(&self, first: &Name) -> Result<Expected, String> {
        let reach = |extent: Extent| match extent {
            Extent::Without(Without { scope, mut except }) => {
                except.order();
                Reach { scope, except }
            }
            Extent::Scope(scope) => Reach { scope, except: Vec::new() },
        };
        Ok(Expected {
            roles: self.roles.clone().map(sorted),
            reaches: sorted(self.reaches.iter().cloned().map(reach).collect()),
            everywhere: self.everywhere,
            permissions: sorted(self.permissions.clone()),
            channel: self.channel.clone().unwrap_or_else(|| first.clone()),
            interval: Interval::new(self.from, self.until).map_err(|error| error.to_string())?,
            people: sorted(self.people.clone()),
        })
    }
}

/// Sorts a list: an expectation says what there is, not in which order.
fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.order();
    items
}

impl Changes {
    /// The difference that the row's events or commands make.
    fn diff(&self, before: &Snapshot, at: Instant) -> Result<Diff, String> {
        match (&self.actor, self.commands.is_empty(), self.events.is_empty()) {
            (None, true, false) => {
                let mut after = before.clone();
                after.apply_all(&self.events).map_err(|error| error.to_string())?;
                Ok(before.diff(&after, at))
            }
            (Some(actor), false, true) => {
                let what_if = before.what_if(actor, &self.commands, &self.reason, at);
                let refused = what_if
                    .refusals()
                    .next()
                    .map(|(n, refusal)| format!("commands[{n}]: {refusal}"));
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
        let expected = |rows: &[Change]| {
            rows.iter().map(|row| row.expected(first)).collect::<Result<Vec<Expected>, String>>()
        };
        let of = |rows: &[Difference]| rows.iter().map(Expected::of).collect::<Vec<Expected>>();
        let (gained, lost, hours) =
            (expected(&self.gained)?, expected(&self.lost)?, sorted(self.hours.clone()));
        let (was_gained, was_lost) = (of(&got.gained), of(&got.lost));
        let told = sorted(got.hours.iter().flat_map(|row| &row.people).collect());
        if holds(&gained, &was_gained) && holds(&lost, &was_lost) && hours == told {
            return Ok(None);
        }
        // Both sides are told from sorted lists, so that they can be read side by side.
        let text = |gained: &[Expected], lost: &[Expected], hours: String| {
            let rows = |word, rows: &[Expected]| -> String {
                rows.iter().map(|row| format!("  {word} {}\n", row.told())).collect()
            };
            let rows = [rows("gained", gained), rows("lost", lost), hours].concat();
            format!("{}{}", got.heading(), if rows.is_empty() { Diff::NOTHING } else { &rows })
        };
        let expected = text(
            &gained,
            &lost,
            hours.iter().map(|person| format!("  hours of `{person}`\n")).collect(),
        );
        let hours = got.hours.iter().map(|row| format!("  hours {row}\n")).collect();
        Ok(Some(Mismatch { expected, got: text(&was_gained, &was_lost, hours), explanation: None }))
    }
}

/// Whether every difference is expected, and every expected difference is there. A difference
/// answers one expectation only, so that two rows which say one thing need two differences.
fn holds(expected: &[Expected], got: &[Expected]) -> bool {
    let mut left: Vec<&Expected> = got.iter().collect();
    let all = expected.iter().all(|row| {
        let found = left.iter().position(|got| row.is(got));
        found.is_some_and(|place| {
            left.swap_remove(place);
            true
        })
    });
    all && left.is_empty()
}
