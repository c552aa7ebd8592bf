//! [`Name`]: any non-empty text that the host chooses, within bounds; [`InvalidName`]: why a text
//! is not one.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The longest name, in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 256;

/// A name given by the host: of a unit, a role, a group, a kind, in any script.
///
/// A name is not empty, has at most [`MAX_NAME_BYTES`] bytes of UTF-8, and holds no control
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

/// Why a text is not a [`Name`], or not of the form that was asked for: a
/// [`Permission`](super::Permission), a [`Pattern`](super::Pattern), an identifier of a
/// [scheme](super::IdentifierScheme). The error shows identifiers masked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidName {
    /// The string is empty.
    #[error("a name is empty; it takes at least one character")]
    Empty,
    /// The string is longer than [`MAX_NAME_BYTES`].
    #[error("a name of {bytes} bytes is too long; at most {MAX_NAME_BYTES} are allowed")]
    TooLong {
        /// The length of the text, in bytes.
        bytes: usize,
    },
    /// The string holds a control character.
    #[error("a name holds a control character, its character {place}; remove it")]
    Control {
        /// The position of the character in the text, from 1. The text is not shown, as it may be
        /// the identifier of a person.
        place: usize,
    },
    /// The string is not a permission or a pattern.
    #[error("`{text}` is not a {what}; write `function:action`{help}")]
    Permission {
        /// The text.
        text: String,
        /// What was asked for: `permission` or `pattern`.
        what: &'static str,
        /// What else such a text must satisfy.
        help: &'static str,
    },
    /// The identifier does not have the number of digits of its scheme.
    #[error(
        "`{masked}` is not an identifier of {expected} digits; write {expected} digits and nothing else"
    )]
    Digits {
        /// The identifier, with all but its last two characters masked.
        masked: String,
        /// The number of digits of the scheme.
        expected: u8,
    },
    /// The identifier has eleven digits, but is not a CPF.
    #[error("`{masked}` is not a CPF: its check digits are wrong")]
    CheckDigits {
        /// The identifier, with all but its last two characters masked.
        masked: String,
    },
}

impl Name {
    /// A name from a text.
    ///
    /// # Errors
    /// When the text is empty, too long or holds a control character.
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

    /// A name from a text that was a valid name before, which is not checked again.
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
