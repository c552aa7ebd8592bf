//! [`Problem`]: why something can't be read or printed.

use std::fmt;

/// Why a text or a form is not what was to be read: where, by the keys that lead there, and what.
#[derive(Debug)]
pub(crate) struct Problem(Box<Told>);

#[derive(Debug)]
struct Told {
    path: String,
    message: String,
}

impl Problem {
    #[cold]
    pub(super) fn new(message: String) -> Problem {
        Problem(Box::new(Told { path: String::new(), message }))
    }

    /// Found below a key.
    #[cold]
    pub(super) fn below(mut self, key: &str) -> Problem {
        let dot = if self.0.path.is_empty() || self.0.path.starts_with('[') { "" } else { "." };
        self.0.path = format!("{key}{dot}{}", self.0.path);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Told { path, message } if path.is_empty() => f.write_str(message),
            Told { path, message } => write!(f, "{path}: {message}"),
        }
    }
}

impl std::error::Error for Problem {}

impl serde::de::Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Problem {
        Problem::new(message.to_string())
    }
}

impl serde::ser::Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Problem {
        Problem::new(message.to_string())
    }
}
