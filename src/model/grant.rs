//! [`Grant`]: a role given to a principal at a scope; [`Basis`]: what keeps it in force.

use serde::{Deserialize, Serialize};

use super::{Identifier, InvalidName, Name, Place, Scope};
use crate::time::Instant;

/// What keeps a grant in force beside its interval ([contract D8](crate::docs::contract#d8)).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Basis {
    /// Nothing: the grant is in force for its whole interval.
    #[default]
    Standing,
    /// An affiliation of the holder, of this kind and at this place, while it is in force.
    Affiliation {
        /// The kind of the affiliation, one of the policy's.
        kind: Name,
        /// The place at which the affiliation must be.
        place: Place,
    },
    /// Nothing, as with `Standing`; and the grant is marked as given directly, where the policy
    /// asks others for an affiliation ([ruling R16](crate::docs::contract#r16)).
    Direct,
}

impl Basis {
    fn is_standing(&self) -> bool {
        matches!(self, Basis::Standing)
    }
}

/// A role given to a principal at a scope ([contract D4](crate::docs::contract#d4)).
///
/// All of its parts together are its identity: giving an equal grant again changes nothing, and two
/// grants that differ in any part exist side by side.
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
    /// The principal who holds the grant, registered in the tenant of the scope.
    pub person: Identifier,
    /// The role: a built-in one, or one of the tenant of the scope.
    pub role: Name,
    /// Where the grant reaches.
    pub scope: Scope,
    /// The channel on which the grant answers. `None` for the policy's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Name>,
    /// What keeps the grant in force beside its interval.
    #[serde(default, skip_serializing_if = "Basis::is_standing")]
    pub basis: Basis,
    /// The first instant, in UTC, at which the grant is in force. `None` if it always was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// The first instant, in UTC, at which the grant is over. `None` if it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

impl Grant {
    /// Begins a grant of a role: say to whom, then where.
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

/// A [`Grant`] under construction, completed by saying where it reaches:
/// [`only_in`](GrantBuilder::only_in) and its siblings.
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
    /// The principal who gets the grant, by identifier.
    pub fn to(mut self, person: impl Into<String>) -> GrantBuilder {
        self.person = person.into();
        self
    }

    /// The channel on which the grant answers. Left out: the policy's first.
    pub fn on_channel(mut self, channel: impl Into<String>) -> GrantBuilder {
        self.channel = Some(channel.into());
        self
    }

    /// The first instant at which the grant is in force. Left out: it always was.
    pub fn from(mut self, from: impl Into<Instant>) -> GrantBuilder {
        self.from = Some(from.into());
        self
    }

    /// The first instant at which the grant is over. Left out: it has no end.
    pub fn until(mut self, until: impl Into<Instant>) -> GrantBuilder {
        self.until = Some(until.into());
        self
    }

    /// The grant is in force only while the holder has an affiliation of this kind at this place
    /// ([contract D8](crate::docs::contract#d8)).
    pub fn while_affiliated(mut self, kind: Name, place: Place) -> GrantBuilder {
        self.basis = Some(Basis::Affiliation { kind, place });
        self
    }

    /// The grant is given directly, without the affiliation that is asked of others ([ruling
    /// R16](crate::docs::contract#r16)), where the policy has a row for that.
    pub fn directly(mut self) -> GrantBuilder {
        self.basis = Some(Basis::Direct);
        self
    }

    /// Completes the grant: in this unit alone.
    ///
    /// # Errors
    /// When one of the names given is not a valid [`Name`].
    pub fn only_in(self, unit: impl AsRef<str>) -> Result<Grant, InvalidName> {
        let unit = Name::new(unit)?;
        self.scoped(Scope::Unit(unit))
    }

    /// Completes the grant: in this unit and all below it.
    ///
    /// # Errors
    /// When one of the names given is not a valid [`Name`].
    pub fn in_and_below(self, unit: impl AsRef<str>) -> Result<Grant, InvalidName> {
        let unit = Name::new(unit)?;
        self.scoped(Scope::Subtree(unit))
    }

    /// Completes the grant: about the people of this group and of those below, while the holder
    /// leads it.
    ///
    /// # Errors
    /// When one of the names given is not a valid [`Name`].
    pub fn members_of(self, group: impl AsRef<str>) -> Result<Grant, InvalidName> {
        let group = Name::new(group)?;
        self.scoped(Scope::Members { group, tenant: None })
    }

    /// Completes the grant: about the holder alone.
    ///
    /// # Errors
    /// When one of the names given is not a valid [`Name`].
    pub fn own(self) -> Result<Grant, InvalidName> {
        self.scoped(Scope::Own { tenant: None })
    }

    /// Completes the grant: everywhere.
    ///
    /// # Errors
    /// When one of the names given is not a valid [`Name`].
    pub fn everywhere(self) -> Result<Grant, InvalidName> {
        self.scoped(Scope::Everywhere)
    }

    /// Completes the grant: at a scope made elsewhere.
    ///
    /// # Errors
    /// When one of the names given is not a valid [`Name`].
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
