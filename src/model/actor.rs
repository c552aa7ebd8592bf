//! [`Actor`]: who issues a command, working where, on which channel.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{Identifier, mask};

/// Who issues a command: a principal, or the host itself.
///
/// A principal works at a unit, and so at the vision of that unit; if no unit is named, at the root
/// of the tenant ([ruling R27](crate::docs::contract#r27)). The host is the program itself, trusted
/// with everything ([ruling R5](crate::docs::contract#r5)); a missing name makes nobody the host.
///
/// Names are not checked here: a text that is not a name is refused when a command is decided.
///
/// In serde form the host is `"host"`, and a principal is `{"user": "maria", "unit": "108100",
/// "channel": "support"}`.
///
/// ```
/// use alcada::Actor;
/// let maria = Actor::user("7210418").working_at("108100");
/// assert_eq!((maria.id(), maria.unit()), (Some("7210418"), Some("108100")));
/// assert_eq!(format!("{maria:?}"), "Actor(`*****18` working at `108100`)");
/// assert!(Actor::host().is_host());
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "Written", from = "Written")]
pub struct Actor {
    user: Option<Box<str>>,
    unit: Option<Box<str>>,
    channel: Option<Box<str>>,
}

impl Actor {
    /// A principal, by identifier.
    #[must_use]
    pub fn user(id: impl AsRef<str>) -> Actor {
        Actor { user: Some(id.as_ref().into()), unit: None, channel: None }
    }

    /// The host itself.
    #[must_use]
    pub const fn host() -> Actor {
        Actor { user: None, unit: None, channel: None }
    }

    /// The unit at which the principal works. The host works at none and stays as it is.
    #[must_use]
    pub fn working_at(mut self, unit: impl AsRef<str>) -> Actor {
        self.unit = self.user.is_some().then(|| unit.as_ref().into());
        self
    }

    /// The channel on which the principal comes. Left out: the policy's first. The host comes on
    /// none and stays as it is.
    #[must_use]
    pub fn on_channel(mut self, channel: impl AsRef<str>) -> Actor {
        self.channel = self.user.is_some().then(|| channel.as_ref().into());
        self
    }

    /// The identifier of the principal. `None` for the host.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The actor with the name that `name` returns. `None` if it returns none. The host has no name
    /// to change.
    pub(crate) fn named(&self, name: impl FnOnce(&str) -> Option<Identifier>) -> Option<Actor> {
        let user = match &self.user {
            None => None,
            Some(user) => Some(name(user)?.as_str().into()),
        };
        Some(Actor { user, unit: self.unit.clone(), channel: self.channel.clone() })
    }

    /// The unit at which the principal works. `None` if none is named.
    #[must_use]
    pub fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }

    /// The channel on which the principal comes. `None` if none is named.
    #[must_use]
    pub fn channel(&self) -> Option<&str> {
        self.channel.as_deref()
    }

    /// Whether the actor is the host itself.
    #[must_use]
    pub const fn is_host(&self) -> bool {
        self.user.is_none()
    }
}

/// Shows the identifier masked.
impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(user) = &self.user else { return f.write_str("Actor(host)") };
        write!(f, "Actor(`{}`", mask(user))?;
        self.unit.iter().try_for_each(|unit| write!(f, " working at `{unit}`"))?;
        self.channel.iter().try_for_each(|channel| write!(f, " on `{channel}`"))?;
        f.write_str(")")
    }
}

/// The serde forms of an actor. The host has a word of its own, so that a forgotten user is an
/// error.
#[derive(Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Written {
    Host(Host),
    User {
        user: Box<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<Box<str>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<Box<str>>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Host {
    Host,
}

impl From<Actor> for Written {
    fn from(Actor { user, unit, channel }: Actor) -> Written {
        match user {
            None => Written::Host(Host::Host),
            Some(user) => Written::User { user, unit, channel },
        }
    }
}

impl From<Written> for Actor {
    fn from(written: Written) -> Actor {
        match written {
            Written::Host(Host::Host) => Actor::host(),
            Written::User { user, unit, channel } => Actor { user: Some(user), unit, channel },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_reads_back_and_nobody_becomes_the_host_by_a_missing_name() {
        let maria = Actor::user("7210418").working_at("108100").on_channel("support");
        for (actor, text) in [
            (Actor::host(), r#""host""#),
            (Actor::user("x"), r#"{"user":"x"}"#),
            (maria, r#"{"user":"7210418","unit":"108100","channel":"support"}"#),
        ] {
            assert_eq!(serde_json::to_string(&actor).unwrap(), text);
            assert_eq!(serde_json::from_str::<Actor>(text).unwrap(), actor);
        }
        for text in ["{}", r#"{"unit":"a"}"#, r#"{"user":"x","chanel":"a"}"#, "null", r#""hos""#] {
            assert!(serde_json::from_str::<Actor>(text).is_err(), "{text}");
        }
        assert_eq!(Actor::host().working_at("a").on_channel("b"), Actor::host());
    }
}
