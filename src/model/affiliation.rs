//! [`Affiliation`]: a dated fact that ties a person to a unit.

use serde::{Deserialize, Serialize};

use super::{Identifier, InvalidName, Name};
use crate::time::Instant;

/// A dated fact about a person, like being in exercise at a unit or a member of its association.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Affiliation {
    /// The person, registered in the tenant of the unit.
    pub person: Identifier,
    /// The kind of the affiliation, one of the policy's.
    pub kind: Name,
    /// The code of the unit.
    pub unit: Name,
    /// The first instant, in UTC, at which the affiliation is in force. `None` if it always was. It
    /// may be in the past ([ruling R19](crate::docs::contract#r19)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// The first instant, in UTC, at which the affiliation is over. `None` if it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

impl Affiliation {
    /// Begins an affiliation by its kind; [`AffiliationBuilder::at`] completes it.
    ///
    /// ```
    /// use alcada::facts::Affiliation;
    /// # let end: alcada::Instant = "2027-01-01T00:00:00Z".parse()?;
    /// let exercise = Affiliation::kind("exercise").of("7210418").until(end).at("094765")?;
    /// assert_eq!(exercise.unit, "094765");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn kind(kind: impl Into<String>) -> AffiliationBuilder {
        AffiliationBuilder { kind: kind.into(), person: String::new(), from: None, until: None }
    }
}

/// An [`Affiliation`] under construction: made by [`Affiliation::kind`], completed by
/// [`at`](AffiliationBuilder::at).
#[derive(Clone, Debug)]
#[must_use = "an affiliation is made by saying at which unit: `at`"]
pub struct AffiliationBuilder {
    kind: String,
    person: String,
    from: Option<Instant>,
    until: Option<Instant>,
}

impl AffiliationBuilder {
    /// The person who has the affiliation, by identifier.
    pub fn of(mut self, person: impl Into<String>) -> AffiliationBuilder {
        self.person = person.into();
        self
    }

    /// The first instant, in UTC, at which the affiliation is in force. Left out: it always was.
    pub fn from(mut self, from: impl Into<Instant>) -> AffiliationBuilder {
        self.from = Some(from.into());
        self
    }

    /// The first instant, in UTC, at which the affiliation is over. Left out: it has no known end.
    pub fn until(mut self, until: impl Into<Instant>) -> AffiliationBuilder {
        self.until = Some(until.into());
        self
    }

    /// The unit of the affiliation, which completes it.
    ///
    /// # Errors
    /// When the kind, the person or the unit is not a valid [`Name`]; also when no person was
    /// named.
    pub fn at(self, unit: impl AsRef<str>) -> Result<Affiliation, InvalidName> {
        Ok(Affiliation {
            person: Identifier::new(self.person)?,
            kind: Name::new(self.kind)?,
            unit: Name::new(unit)?,
            from: self.from,
            until: self.until,
        })
    }
}

/// Where the affiliation that a grant rests on must be ([ruling R14](crate::docs::contract#r14)).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// At this unit alone.
    Unit(Name),
    /// At this unit or at any below it.
    Subtree(Name),
    /// At any unit of the grant's tenant that lies in this set of the policy.
    Set(Name),
}
