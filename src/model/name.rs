//! [`Name`]: any non-empty string of the host's choice, within bounds.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The longest name, in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 256;

/// A name given by the host: of a unit, a role, a group, a kind, in any script.
///
/// Not empty, at most [`MAX_NAME_BYTES`] bytes of UTF-8, without control
/// characters. Names are compared byte for byte: alcada does not normalise.
///
/// ```
/// use alcada::Name;
/// assert_eq!(Name::new("Diretoria Butantã")?, "Diretoria Butantã");
/// assert!(Name::new("").is_err());
/// # Ok::<(), alcada::facts::InvalidName>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(SmolStr);

/// Why a string is not a [`Name`], or not one of the form that was asked for: a [`Permission`](super::Permission), a
/// [`Pattern`](super::Pattern), an identifier of a [scheme](super::IdentifierScheme). It names identifiers masked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidName {
    /// The string is empty.
    #[error("a name is empty; it takes at least one character")]
    Empty,
    /// The string is longer than [`MAX_NAME_BYTES`].
    #[error("a name of {bytes} bytes is too long; at most {MAX_NAME_BYTES} are allowed")]
    TooLong {
        /// How many bytes it has.
        bytes: usize,
    },
    /// The string holds a control character.
    #[error("a name holds a control character, its character {place}; remove it")]
    Control {
        /// Which of its characters, from 1. The name itself may be a person's.
        place: usize,
    },
    /// The string is not a permission or a pattern.
    #[error("`{text}` is not a {what}; write `function:action`{help}")]
    Permission {
        /// The string.
        text: String,
        /// What it was to be: `permission` or `pattern`.
        what: &'static str,
        /// What more is asked of one.
        help: &'static str,
    },
    /// The identifier is not of so many digits.
    #[error(
        "`{masked}` is not an identifier of {expected} digits; write {expected} digits and nothing else"
    )]
    Digits {
        /// The identifier, masked.
        masked: String,
        /// How many digits it takes.
        expected: u8,
    },
    /// The identifier has eleven digits, but is not a CPF.
    #[error("`{masked}` is not a CPF: its check digits are wrong")]
    CheckDigits {
        /// The identifier, masked.
        masked: String,
    },
}

impl Name {
    /// Takes the string as a name.
    ///
    /// # Errors
    /// When it is empty, too long or holds a control character.
    pub fn new(name: impl AsRef<str>) -> Result<Name, InvalidName> {
        let name = name.as_ref();
        if name.is_empty() {
            return Err(InvalidName::Empty);
        }
        if name.len() > MAX_NAME_BYTES {
            return Err(InvalidName::TooLong { bytes: name.len() });
        }
        if let Some(before) = name.chars().position(char::is_control) {
            return Err(InvalidName::Control { place: before.saturating_add(1) });
        }
        Ok(Name(SmolStr::from(name)))
    }

    /// A text that was a name before.
    pub(crate) fn trusted(text: SmolStr) -> Name {
        Name(text)
    }

    /// The name as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Deref for Name {
    type Target = str;
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl TryFrom<String> for Name {
    type Error = InvalidName;
    fn try_from(name: String) -> Result<Name, InvalidName> {
        Name::new(name)
    }
}

impl TryFrom<&str> for Name {
    type Error = InvalidName;
    fn try_from(name: &str) -> Result<Name, InvalidName> {
        Name::new(name)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> String {
        name.0.into()
    }
}
