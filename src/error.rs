//! [`Error`]: the plumbing's one error.

use std::fmt;

use crate::model::{InvalidGrant, InvalidName};

/// Something that could not be done, with a text that names the input and what
/// would be right. Callers that must tell cases apart ask its predicates.
#[derive(Debug)]
pub struct Error(Box<Kind>);

#[derive(Debug)]
enum Kind {
    Name(InvalidName),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Name(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<InvalidName> for Error {
    fn from(error: InvalidName) -> Error {
        Error(Box::new(Kind::Name(error)))
    }
}

impl From<InvalidGrant> for Error {
    fn from(InvalidGrant(error): InvalidGrant) -> Error {
        error.into()
    }
}
