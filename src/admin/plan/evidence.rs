//! [`Evidence`]: what the host's sources tell, and for what each is complete.

use serde::{Deserialize, Serialize};

use crate::model::{Grant, Identifier, InvalidName, Name};
use crate::time::Instant;

/// What the host's sources of facts tell at one instant: who is affiliated where, who was last seen
/// when, which grant was last used when. Each source says what it covers. About everything else it
/// is silent, and silence ends nothing ([contract R36](crate::docs::contract#r36)); a source that
/// could not be reached is silent about everything.
///
/// ```
/// use alcada::plan::{Covers, Current, Evidence, Source};
/// let current = Current::new("7210418", "exercise", "094765")?;
/// let evidence = Evidence::of([
///     Source::affiliations("staff-register", ["exercise"], [current])?
///         .covering(Covers::units(["108100"])?),
///     Source::unreachable("association-register")?,
/// ]);
/// # Ok::<(), alcada::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Evidence {
    /// The sources, in the order in which they are asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
}

/// One source of facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Source {
    /// The name that plans call the source by.
    pub name: Name,
    /// The people and units for which the source is complete.
    #[serde(default, skip_serializing_if = "Covers::is_nothing")]
    pub covers: Covers,
    /// What the source tells.
    pub tells: Tells,
}

/// The people and units for which a source is complete: what it does not list there does not exist.
/// A person or unit is covered if any field covers it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Covers {
    /// Whether the source is complete for everybody, everywhere.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub everything: bool,
    /// Units for which the source is complete, with all units below them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<Name>,
    /// People for whom the source is complete, at every unit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Identifier>,
}

/// What a source tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Tells {
    /// Nothing: the source could not be reached.
    Nothing,
    /// The affiliations in force now.
    Affiliations {
        /// The kinds of affiliation that the source knows of.
        kinds: Vec<Name>,
        /// Every affiliation that the source lists.
        #[serde(default)]
        current: Vec<Current>,
    },
    /// When people were last seen: signed in, or became known to the source.
    Seen {
        /// The first instant (UTC) from which the source would know.
        since: Instant,
        /// Everybody whom the source has seen.
        #[serde(default)]
        last: Vec<LastSeen>,
    },
    /// When grants were last used: a decision rested on one, or it was given.
    Used {
        /// The first instant (UTC) from which the source would know.
        since: Instant,
        /// Every grant that the source has seen used.
        #[serde(default)]
        last: Vec<LastUse>,
    },
}

/// An affiliation that is in force now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Current {
    /// The affiliated person.
    pub person: Identifier,
    /// The kind of affiliation.
    pub kind: Name,
    /// The unit of the affiliation.
    pub unit: Name,
}

/// When a person was last seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LastSeen {
    /// The person seen.
    pub person: Identifier,
    /// The instant (UTC) of the last sighting.
    pub at: Instant,
}

/// When a grant was last used. Grants of one role to one person at one scope and on one channel
/// count as one, whatever their intervals and bases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LastUse {
    /// The grant used.
    pub grant: Grant,
    /// The instant (UTC) of the last use.
    pub at: Instant,
}

impl Evidence {
    /// Evidence without any source: only ends that are on record are known.
    #[must_use]
    pub fn none() -> Evidence {
        Evidence::default()
    }

    /// Evidence of these sources.
    #[must_use]
    pub fn of(sources: impl IntoIterator<Item = Source>) -> Evidence {
        Evidence { sources: sources.into_iter().collect() }
    }
}

impl Source {
    /// A source that could not be reached, or that was complete for nothing.
    ///
    /// # Errors
    /// [`InvalidName`] if `name` is not a valid [`Name`].
    pub fn unreachable(name: impl AsRef<str>) -> Result<Source, InvalidName> {
        Source::telling(name, Tells::Nothing)
    }

    /// A source of affiliations of some kinds, with every one that it lists. It covers nothing
    /// until [`covering`](Source::covering) says what.
    ///
    /// # Errors
    /// [`InvalidName`] if a name is not a valid [`Name`].
    pub fn affiliations<'k>(
        name: impl AsRef<str>,
        kinds: impl IntoIterator<Item = &'k str>,
        current: impl IntoIterator<Item = Current>,
    ) -> Result<Source, InvalidName> {
        let kinds = kinds.into_iter().map(Name::new).collect::<Result<_, _>>()?;
        Source::telling(name, Tells::Affiliations { kinds, current: current.into_iter().collect() })
    }

    /// A source of when people were last seen. It covers nothing until
    /// [`covering`](Source::covering) says what.
    ///
    /// # Errors
    /// [`InvalidName`] if `name` is not a valid [`Name`].
    pub fn seen(
        name: impl AsRef<str>,
        since: impl Into<Instant>,
        last: impl IntoIterator<Item = LastSeen>,
    ) -> Result<Source, InvalidName> {
        Source::telling(name, Tells::Seen { since: since.into(), last: last.into_iter().collect() })
    }

    /// A source of when grants were last used. It covers nothing until
    /// [`covering`](Source::covering) says what.
    ///
    /// # Errors
    /// [`InvalidName`] if `name` is not a valid [`Name`].
    pub fn used(
        name: impl AsRef<str>,
        since: impl Into<Instant>,
        last: impl IntoIterator<Item = LastUse>,
    ) -> Result<Source, InvalidName> {
        Source::telling(name, Tells::Used { since: since.into(), last: last.into_iter().collect() })
    }

    /// This source, complete for `covers`, which replaces what it covered before.
    #[must_use]
    pub fn covering(self, covers: Covers) -> Source {
        Source { covers, ..self }
    }

    fn telling(name: impl AsRef<str>, tells: Tells) -> Result<Source, InvalidName> {
        Ok(Source { name: Name::new(name)?, covers: Covers::default(), tells })
    }
}

impl Covers {
    /// Everybody, everywhere.
    #[must_use]
    pub fn everything() -> Covers {
        Covers { everything: true, ..Covers::default() }
    }

    /// These units, with all units below them.
    ///
    /// # Errors
    /// [`InvalidName`] if a name is not a valid [`Name`].
    pub fn units<'u>(units: impl IntoIterator<Item = &'u str>) -> Result<Covers, InvalidName> {
        let units = units.into_iter().map(Name::new).collect::<Result<_, _>>()?;
        Ok(Covers { units, ..Covers::default() })
    }

    /// These people, at every unit.
    ///
    /// # Errors
    /// [`InvalidName`] if an identifier is not a valid [`Name`].
    pub fn people<'p>(people: impl IntoIterator<Item = &'p str>) -> Result<Covers, InvalidName> {
        let people = people.into_iter().map(Identifier::new).collect::<Result<_, _>>()?;
        Ok(Covers { people, ..Covers::default() })
    }

    fn is_nothing(&self) -> bool {
        *self == Covers::default()
    }
}

impl Current {
    /// An affiliation of a person at a unit that is in force now.
    ///
    /// # Errors
    /// [`InvalidName`] if a name is not a valid [`Name`].
    pub fn new(
        person: impl AsRef<str>,
        kind: impl AsRef<str>,
        unit: impl AsRef<str>,
    ) -> Result<Current, InvalidName> {
        Ok(Current {
            person: Identifier::new(person)?,
            kind: Name::new(kind)?,
            unit: Name::new(unit)?,
        })
    }
}
