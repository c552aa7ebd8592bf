//! [`Grant`]: a role given to a principal, with its scope and its basis.

use serde::{Deserialize, Serialize};

use super::{Identifier, InvalidName, Name, Place, Scope};
use crate::time::Instant;

/// What keeps a grant in force beside its interval (contract D8).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Basis {
    /// Nothing more.
    #[default]
    Standing,
    /// An affiliation of this kind at this place, in force.
    Affiliation {
        /// One of the policy's affiliation kinds.
        kind: Name,
        /// Where it must be.
        place: Place,
    },
    /// Nothing more: like `Standing`, and marked as given directly, where the policy
    /// asks for an affiliation of others (ruling R16).
    Direct,
}

impl Basis {
    fn is_standing(&self) -> bool {
        matches!(self, Basis::Standing)
    }
}

/// A role given to a principal at a scope (contract D4).
///
/// All of its parts together are its identity: giving the very same grant again
/// changes nothing, and two that differ in any part stand side by side.
///
/// ```
/// use alcada::Grant;
/// let grant = Grant::role("clerk").to("7210418").only_in("094765")?;
/// # Ok::<(), alcada::Error>(())
/// ```
///
/// A grant that does not say where does not compile:
///
/// ```compile_fail
/// let grant: alcada::Grant = alcada::Grant::role("clerk").to("7210418");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Grant {
    /// To whom; registered in the tenant of the scope.
    pub person: Identifier,
    /// A built-in role, or one of the tenant of the scope.
    pub role: Name,
    /// Where.
    pub scope: Scope,
    /// On which channel it answers; left out: the policy's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Name>,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Basis::is_standing")]
    pub basis: Basis,
    /// From when, `[from, until)` in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// The first instant at which it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

impl Grant {
    /// Starts a grant of a role: say to whom, then where.
    pub fn role(role: impl Into<String>) -> GrantBuilder {
        GrantBuilder {
            role: role.into(),
            person: String::new(),
            channel: None,
            basis: None,
            from: None,
            until: None,
        }
    }
}

/// A [`Grant`] in the making; it becomes one when it is told where it reaches.
#[derive(Clone, Debug)]
#[must_use = "a grant is made by saying where: `only_in`, `in_and_below`, `members_of`, `own` or `everywhere`"]
pub struct GrantBuilder {
    role: String,
    person: String,
    channel: Option<String>,
    basis: Option<Basis>,
    from: Option<Instant>,
    until: Option<Instant>,
}

impl GrantBuilder {
    /// To whom.
    pub fn to(mut self, person: impl Into<String>) -> GrantBuilder {
        self.person = person.into();
        self
    }

    /// On which channel it answers; otherwise the policy's first.
    pub fn on_channel(mut self, channel: impl Into<String>) -> GrantBuilder {
        self.channel = Some(channel.into());
        self
    }

    /// From this instant on.
    pub fn from(mut self, from: impl Into<Instant>) -> GrantBuilder {
        self.from = Some(from.into());
        self
    }

    /// Until this instant, itself no longer included.
    pub fn until(mut self, until: impl Into<Instant>) -> GrantBuilder {
        self.until = Some(until.into());
        self
    }

    /// Only while an affiliation is in force (contract D8).
    pub fn while_affiliated(mut self, kind: Name, place: Place) -> GrantBuilder {
        self.basis = Some(Basis::Affiliation { kind, place });
        self
    }

    /// Directly, without the affiliation that is asked of others (ruling R16): where
    /// the policy has a row for it.
    pub fn directly(mut self) -> GrantBuilder {
        self.basis = Some(Basis::Direct);
        self
    }

    /// In this unit alone.
    ///
    /// # Errors
    /// When one of the names is not a [`Name`].
    pub fn only_in(self, unit: impl AsRef<str>) -> Result<Grant, InvalidName> {
        let unit = Name::new(unit)?;
        self.scoped(Scope::Unit(unit))
    }

    /// In this unit and all below it.
    ///
    /// # Errors
    /// When one of the names is not a [`Name`].
    pub fn in_and_below(self, unit: impl AsRef<str>) -> Result<Grant, InvalidName> {
        let unit = Name::new(unit)?;
        self.scoped(Scope::Subtree(unit))
    }

    /// About the people of this group and of those below, while the holder leads.
    ///
    /// # Errors
    /// When one of the names is not a [`Name`].
    pub fn members_of(self, group: impl AsRef<str>) -> Result<Grant, InvalidName> {
        let group = Name::new(group)?;
        self.scoped(Scope::Members { group, tenant: None })
    }

    /// About the holder alone.
    ///
    /// # Errors
    /// When one of the names is not a [`Name`].
    pub fn own(self) -> Result<Grant, InvalidName> {
        self.scoped(Scope::Own { tenant: None })
    }

    /// Everywhere.
    ///
    /// # Errors
    /// When one of the names is not a [`Name`].
    pub fn everywhere(self) -> Result<Grant, InvalidName> {
        self.scoped(Scope::Everywhere)
    }

    /// At a scope made elsewhere.
    ///
    /// # Errors
    /// When one of the names is not a [`Name`].
    pub fn scoped(self, scope: Scope) -> Result<Grant, InvalidName> {
        Ok(Grant {
            person: Identifier::new(self.person)?,
            role: Name::new(self.role)?,
            scope,
            channel: self.channel.map(Name::new).transpose()?,
            basis: self.basis.unwrap_or_default(),
            from: self.from,
            until: self.until,
        })
    }
}
