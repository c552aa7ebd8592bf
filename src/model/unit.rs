//! [`Unit`]: a place in the tree of units; the tree's root is a tenant.

use serde::{Deserialize, Serialize};

use super::{InvalidName, Name};

/// A unit, like a school, a district or a city. Codes are unique on the platform ([ruling
/// R1](crate::docs::contract#r1)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Unit {
    /// The unit's code, as the host writes it.
    pub code: Name,
    /// The kind of the unit, one of the policy's, which gives the unit its vision. `None` exactly
    /// if the policy has no unit kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Name>,
    /// The code of the unit directly above. `None` if this unit is the root of a tenant of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Name>,
    /// The tenant for which the unit is meant, if the host wants that checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Name>,
}

impl Unit {
    /// A unit by its code. Without [`under`](Unit::under) it is the root of a tenant of its own.
    ///
    /// ```
    /// use alcada::Unit;
    /// let school = Unit::of("094765")?.of_kind("primary")?.under("SP")?;
    /// assert_eq!(school.parent.as_deref(), Some("SP"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the code is not a valid [`Name`].
    pub fn of(code: impl AsRef<str>) -> Result<Unit, InvalidName> {
        Ok(Unit { code: Name::new(code)?, kind: None, parent: None, tenant: None })
    }

    /// The unit's kind, one of the policy's.
    ///
    /// # Errors
    /// When the kind is not a valid [`Name`].
    pub fn of_kind(self, kind: impl AsRef<str>) -> Result<Unit, InvalidName> {
        Ok(Unit { kind: Some(Name::new(kind)?), ..self })
    }

    /// The code of the unit directly above this one.
    ///
    /// # Errors
    /// When the code is not a valid [`Name`].
    pub fn under(self, parent: impl AsRef<str>) -> Result<Unit, InvalidName> {
        Ok(Unit { parent: Some(Name::new(parent)?), ..self })
    }
}
