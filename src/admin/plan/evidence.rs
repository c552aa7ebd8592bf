//! [`Evidence`]: what the host's sources tell, each with what it covers.

use serde::{Deserialize, Serialize};

use crate::model::{Grant, Identifier, InvalidName, Name};
use crate::time::Instant;

/// What the host's sources of facts tell at an instant: who is affiliated where, who was
/// last seen when, what was last used when. Each says what it covers, and is silent of the
/// rest: silence ends nothing (ruling R36), and an unreachable source is silent of everything.
///
/// ```
/// use alcada::plan::{Covers, Current, Evidence, Source};
/// let evidence = Evidence::of([
///     Source::affiliations("staff-register", ["exercise"], [Current::new("7210418", "exercise", "094765")?])?
///         .covering(Covers::units(["108100"])?),
///     Source::unreachable("association-register")?,
/// ]);
/// # Ok::<(), alcada::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Evidence {
    /// The sources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
}

/// One source of facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Source {
    /// What a plan calls it.
    pub name: Name,
    /// For whom and where it is complete.
    #[serde(default, skip_serializing_if = "Covers::is_nothing")]
    pub covers: Covers,
    /// What it tells.
    pub tells: Tells,
}

/// For whom and where a source is complete: what it does not list there, is not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Covers {
    /// Everybody, everywhere.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub everything: bool,
    /// These units and all below them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<Name>,
    /// These people, wherever.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Identifier>,
}

/// What a source tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Tells {
    /// It could not be reached.
    Nothing,
    /// Who is affiliated where now.
    Affiliations {
        /// The kinds of affiliation it knows of.
        kinds: Vec<Name>,
        /// All that it lists.
        #[serde(default)]
        current: Vec<Current>,
    },
    /// Who was last seen when: signed in, or came to be known.
    Seen {
        /// From when on it would know.
        since: Instant,
        /// Everybody it has seen.
        #[serde(default)]
        last: Vec<LastSeen>,
    },
    /// What grant was last used when: a decision rested on it, or it was given.
    Used {
        /// From when on it would know.
        since: Instant,
        /// Every grant it has seen used.
        #[serde(default)]
        last: Vec<LastUse>,
    },
}

/// That somebody is affiliated somewhere now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Current {
    /// Who.
    pub person: Identifier,
    /// By which kind of affiliation.
    pub kind: Name,
    /// At which unit.
    pub unit: Name,
}

/// When somebody was last seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LastSeen {
    /// Who.
    pub person: Identifier,
    /// When.
    pub at: Instant,
}

/// When a grant was last used. Grants of one role to one person at one scope and channel are not told apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LastUse {
    /// Which.
    pub grant: Grant,
    /// When.
    pub at: Instant,
}

impl Evidence {
    /// No source at all: only ends that are on record are known.
    #[must_use]
    pub fn none() -> Evidence {
        Evidence::default()
    }

    /// What these sources tell.
    #[must_use]
    pub fn of(sources: impl IntoIterator<Item = Source>) -> Evidence {
        Evidence { sources: sources.into_iter().collect() }
    }
}

impl Source {
    /// A source that could not be reached, or was not complete for anything.
    ///
    /// # Errors
    /// When its name is not a [`Name`].
    pub fn unreachable(name: impl AsRef<str>) -> Result<Source, InvalidName> {
        Source::telling(name, Tells::Nothing)
    }

    /// A source of affiliations of some kinds, all that it lists: it covers nothing, until
    /// [`covering`](Source::covering) says what.
    ///
    /// # Errors
    /// When a name is not a [`Name`].
    pub fn affiliations<'k>(
        name: impl AsRef<str>,
        kinds: impl IntoIterator<Item = &'k str>,
        current: impl IntoIterator<Item = Current>,
    ) -> Result<Source, InvalidName> {
        let kinds = kinds.into_iter().map(Name::new).collect::<Result<_, _>>()?;
        Source::telling(name, Tells::Affiliations { kinds, current: current.into_iter().collect() })
    }

    /// A source of when people were last seen.
    ///
    /// # Errors
    /// When its name is not a [`Name`].
    pub fn seen(
        name: impl AsRef<str>,
        since: impl Into<Instant>,
        last: impl IntoIterator<Item = LastSeen>,
    ) -> Result<Source, InvalidName> {
        Source::telling(name, Tells::Seen { since: since.into(), last: last.into_iter().collect() })
    }

    /// A source of when grants were last used.
    ///
    /// # Errors
    /// When its name is not a [`Name`].
    pub fn used(
        name: impl AsRef<str>,
        since: impl Into<Instant>,
        last: impl IntoIterator<Item = LastUse>,
    ) -> Result<Source, InvalidName> {
        Source::telling(name, Tells::Used { since: since.into(), last: last.into_iter().collect() })
    }

    /// The same, complete for this.
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

    /// These units and all below them.
    ///
    /// # Errors
    /// When a name is not a [`Name`].
    pub fn units<'u>(units: impl IntoIterator<Item = &'u str>) -> Result<Covers, InvalidName> {
        let units = units.into_iter().map(Name::new).collect::<Result<_, _>>()?;
        Ok(Covers { units, ..Covers::default() })
    }

    /// These people, wherever.
    ///
    /// # Errors
    /// When an identifier is not a [`Name`].
    pub fn people<'p>(people: impl IntoIterator<Item = &'p str>) -> Result<Covers, InvalidName> {
        let people = people.into_iter().map(Identifier::new).collect::<Result<_, _>>()?;
        Ok(Covers { people, ..Covers::default() })
    }

    fn is_nothing(&self) -> bool {
        *self == Covers::default()
    }
}

impl Current {
    /// That somebody is affiliated somewhere now.
    ///
    /// # Errors
    /// When one of the names is not a [`Name`].
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
