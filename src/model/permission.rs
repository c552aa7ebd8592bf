//! [`Permission`]: `function:action`; [`Pattern`]: a permission in which either
//! part may be `*`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::name::MAX_NAME_BYTES;
use super::{InvalidName, Name};

/// A permission, which a request asks for: an action of a function, written `function:action`.
///
/// A borrowed text whose syntax is checked: two words that are not empty and hold no `:`, `*` nor
/// control character, joined by one `:`, of at most [`MAX_NAME_BYTES`](super::MAX_NAME_BYTES)
/// bytes. Whether the policy has the permission is for [`Policy::require`](crate::Policy::require)
/// to say.
///
/// ```
/// use alcada::Permission;
/// const EDIT: Permission = Permission::new("expenses:edit"); // checked by the compiler
/// assert_eq!(EDIT.function(), "expenses");
/// assert!(Permission::parse("expenses").is_err());
/// ```
///
/// A constant that is not a permission does not compile:
///
/// ```compile_fail
/// const BAD: alcada::Permission = alcada::Permission::new("expenses");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Permission<'a>(&'a str);

const fn well_formed(text: &str, star: bool) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() > MAX_NAME_BYTES {
        return false;
    }
    let mut rest = bytes;
    let mut colons = 0u32;
    let mut word = 0usize;
    let mut starred = false;
    while let Some((&byte, tail)) = rest.split_first() {
        match byte {
            b':' => {
                if word == 0 {
                    return false;
                }
                colons = colons.saturating_add(1);
                word = 0;
                starred = false;
            }
            b'*' => {
                if !star || word != 0 {
                    return false;
                }
                starred = true;
                word = 1;
            }
            0..=31 | 127 => return false,
            _ => {
                if starred {
                    return false;
                }
                word = word.saturating_add(1);
            }
        }
        rest = tail;
    }
    colons == 1 && word != 0
}

impl<'a> Permission<'a> {
    /// A permission known when the program is compiled. In a `const` a string
    /// that is not `function:action` is a compile error.
    ///
    /// # Panics
    /// When it is called at run time with a string that is not a permission;
    /// use [`Permission::parse`] there.
    #[must_use]
    #[allow(clippy::panic)] // the documented way for a `const fn` to refuse
    pub const fn new(text: &'a str) -> Permission<'a> {
        if !well_formed(text, false) {
            panic!("a permission is written `function:action`");
        }
        Permission(text)
    }

    /// Reads a permission.
    ///
    /// # Errors
    /// When the string is not `function:action`.
    pub fn parse(text: &'a str) -> Result<Permission<'a>, InvalidName> {
        if well_formed(text, false) {
            Ok(Permission(text))
        } else {
            Err(InvalidName::Permission {
                text: text.to_owned(),
                what: "permission",
                help: ", two words joined by one colon, without `*`",
            })
        }
    }

    /// The whole text, `function:action`.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        self.0
    }

    /// The part before the colon.
    #[must_use]
    pub fn function(self) -> &'a str {
        self.0.split_once(':').map_or(self.0, |(function, _)| function)
    }

    /// The part after the colon.
    #[must_use]
    pub fn action(self) -> &'a str {
        self.0.split_once(':').map_or("", |(_, action)| action)
    }
}

impl fmt::Display for Permission<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for Permission<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Permission({})", self.0)
    }
}

/// A permission in which the function, the action or both may be `*` ([contract
/// D5](crate::docs::contract#d5)): `expenses:*`, `*:view`, `*:*`, or `expenses:edit` for that one
/// alone.
///
/// ```
/// use alcada::policy::Pattern;
/// assert!(Pattern::parse("*:view")?.matches("expenses", "view"));
/// assert!(Pattern::parse("expenses:ed*").is_err());
/// # Ok::<(), alcada::facts::InvalidName>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern(Name);

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When the string is not `function:action` with `*` for whole words only.
    pub fn parse(text: impl AsRef<str>) -> Result<Pattern, InvalidName> {
        let text = text.as_ref();
        let invalid = || InvalidName::Permission {
            text: text.to_owned(),
            what: "permission pattern",
            help: ", `function:*`, `*:action` or `*:*`",
        };
        if !well_formed(text, true) {
            return Err(invalid());
        }
        Name::new(text).map(Pattern).map_err(|_| invalid())
    }

    /// The pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it holds no `*`, so that it names one permission.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.as_str().contains('*')
    }

    /// Whether the pattern takes in this action of this function.
    #[must_use]
    pub fn matches(&self, function: &str, action: &str) -> bool {
        let fits = |part: &str, word: &str| part == "*" || part == word;
        self.as_str().split_once(':').is_some_and(|(f, a)| fits(f, function) && fits(a, action))
    }
}

impl From<Permission<'_>> for Pattern {
    fn from(permission: Permission<'_>) -> Pattern {
        // Every permission is a valid pattern and a valid name.
        Pattern(Name::trusted(permission.as_str().into()))
    }
}

impl TryFrom<String> for Pattern {
    type Error = InvalidName;
    fn try_from(text: String) -> Result<Pattern, InvalidName> {
        Pattern::parse(text)
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> String {
        pattern.0.into()
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
