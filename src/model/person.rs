//! [`Identifier`]: the key of a principal; [`Registration`]: what a principal is in a tenant.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{InvalidName, Name};

/// The identifier of a principal, unique on the platform ([ruling R1](crate::docs::contract#r1)):
/// the host's own key, like a CPF, a payroll number or a UUID. Its `Debug` form is masked, so that
/// it does not end in logs. [`Identifier::as_str`] and `Display` give it whole.
///
/// ```
/// let who = alcada::Identifier::new("7210418")?;
/// assert_eq!(format!("{who:?}"), "`*****18`");
/// # Ok::<(), alcada::facts::InvalidName>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Identifier(Name);

impl Identifier {
    /// An identifier from a text, within the bounds of a [`Name`].
    ///
    /// # Errors
    /// When the text is not a valid [`Name`].
    pub fn new(identifier: impl AsRef<str>) -> Result<Identifier, InvalidName> {
        Name::new(identifier).map(Identifier)
    }

    /// The identifier as a string, unmasked.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// A form that is safe in logs: stars for all but the last two characters, or for all of up to
    /// four.
    #[must_use]
    pub fn masked(&self) -> String {
        mask(self.as_str())
    }
}

/// Stars for all but the last two characters; stars alone for four and fewer.
pub(crate) fn mask(text: &str) -> String {
    let total = text.chars().count();
    let shown = if total > 4 { 2 } else { 0 };
    let hidden = total.saturating_sub(shown);
    let shown = |(i, c): (usize, char)| if i < hidden || c.is_control() { '*' } else { c };
    text.chars().enumerate().map(shown).collect()
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.masked())
    }
}

impl From<Name> for Identifier {
    fn from(name: Name) -> Identifier {
        Identifier(name)
    }
}

impl TryFrom<&str> for Identifier {
    type Error = InvalidName;
    fn try_from(text: &str) -> Result<Identifier, InvalidName> {
        Identifier::new(text)
    }
}

/// How the identifiers of a kind of principal are written ([requirement
/// S1](crate::docs::contract#s1)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentifierScheme {
    /// Anything a name may be.
    #[default]
    Any,
    /// Exactly this many ASCII digits.
    Digits(u8),
    /// A Brazilian CPF: eleven digits without punctuation, the last two of which
    /// check the others (Receita Federal; weights 10…2 and 11…2, modulo 11).
    Cpf,
}

impl IdentifierScheme {
    /// Checks that an identifier is written in this way.
    ///
    /// ```
    /// use alcada::policy::IdentifierScheme;
    /// assert!(IdentifierScheme::Cpf.check("52998224725").is_ok());
    /// assert!(IdentifierScheme::Cpf.check("52998224724").is_err());
    /// assert!(IdentifierScheme::Digits(7).check("7210418").is_ok());
    /// ```
    ///
    /// # Errors
    /// When it is not, with what is wrong.
    pub fn check(self, identifier: &str) -> Result<(), InvalidName> {
        let expected = match self {
            IdentifierScheme::Any => return Ok(()),
            IdentifierScheme::Digits(n) => n,
            IdentifierScheme::Cpf => 11,
        };
        let masked = || mask(identifier);
        if identifier.len() != usize::from(expected)
            || !identifier.bytes().all(|b| b.is_ascii_digit())
        {
            return Err(InvalidName::Digits { masked: masked(), expected });
        }
        if self == IdentifierScheme::Cpf && !cpf_checks(identifier.as_bytes()) {
            return Err(InvalidName::CheckDigits { masked: masked() });
        }
        Ok(())
    }
}

/// The two check digits of a CPF of eleven ASCII digits. Eleven equal digits
/// satisfy the sums but are never issued.
fn cpf_checks(digits: &[u8]) -> bool {
    let value = |b: &u8| u32::from(b.saturating_sub(b'0'));
    let check = |len: usize| {
        // The weights fall to 2 at the digit before the check digit.
        let sum: u32 = digits
            .iter()
            .take(len)
            .rev()
            .zip(2u32..)
            .map(|(b, w)| value(b).saturating_mul(w))
            .sum();
        let expected = match sum % 11 {
            0 | 1 => 0,
            rest => 11u32.saturating_sub(rest),
        };
        digits.get(len).map(value) == Some(expected)
    };
    let all_equal = digits.iter().all(|b| Some(b) == digits.first());
    !all_equal && check(9) && check(10)
}

/// What a principal is in one tenant, or on the platform ([ruling R1](crate::docs::contract#r1)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Registration {
    /// The identifier of the principal.
    pub person: Identifier,
    /// The tenant. `None` for the platform, which is the tenant without units ([ruling
    /// R3](crate::docs::contract#r3)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Name>,
    /// The kind of the principal, one of the policy's. `None` exactly if the policy has no kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Name>,
    /// The unit at which unit scopes find the principal ([ruling R2](crate::docs::contract#r2)).
    /// `None` for the root of the tenant, and on the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Name>,
}

impl Registration {
    /// A registration on the platform; `in_tenant`, `of_kind` and `at_unit` say more.
    ///
    /// ```
    /// use alcada::Registration;
    /// let maria = Registration::of("7210418")?.in_tenant("sp")?.of_kind("staff")?;
    /// # Ok::<(), alcada::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the identifier is not a valid [`Name`].
    pub fn of(person: impl AsRef<str>) -> Result<Registration, InvalidName> {
        Ok(Registration { person: Identifier::new(person)?, tenant: None, kind: None, unit: None })
    }

    /// The tenant, by the code of its root unit. Left out: the platform.
    ///
    /// # Errors
    /// When the text is not a valid [`Name`].
    pub fn in_tenant(self, tenant: impl AsRef<str>) -> Result<Registration, InvalidName> {
        Ok(Registration { tenant: Some(Name::new(tenant)?), ..self })
    }

    /// The kind of the principal, one of the policy's.
    ///
    /// # Errors
    /// When the text is not a valid [`Name`].
    pub fn of_kind(self, kind: impl AsRef<str>) -> Result<Registration, InvalidName> {
        Ok(Registration { kind: Some(Name::new(kind)?), ..self })
    }

    /// The unit of the tenant at which unit scopes find the principal. Left out: the root.
    ///
    /// # Errors
    /// When the text is not a valid [`Name`].
    pub fn at_unit(self, unit: impl AsRef<str>) -> Result<Registration, InvalidName> {
        Ok(Registration { unit: Some(Name::new(unit)?), ..self })
    }
}
