//! Sessions: what a principal chose when signing in, and what that leaves of their grants. The host
//! keeps sessions as values; nothing is stored here, and there is no secret in them.

mod admission;
mod check;
mod incits;
mod sign_in;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::facts::limits::MAX_GRANTS;
use crate::model::Actor;
use crate::model::{Identifier, MAX_SESSION_ROLES, Name, Scope};
use crate::time::Instant;

pub use sign_in::{Reason, Refused, SignIn};

/// A principal who has signed in: on which channel, and with what choice.
///
/// [`Snapshot::sign_in`](crate::Snapshot::sign_in) makes a session, and the host keeps it; its
/// serde form is small. A session is not a credential: sign it before sending it to a client. Its
/// names are looked up at every use, and a session that names something that no longer exists is
/// denied everything. Signing in decides nothing for later: when a grant ends or a principal is
/// suspended, the next [check](crate::Snapshot::check_session) sees it.
///
/// ```
/// use alcada::{Event, Grant, Instant, Permission, Policy, Registration, Request, Session, SignIn, Snapshot};
/// let policy = Policy::from_toml(r#"
///     version = 1
///     functions.articles.actions = ["view", "edit"]
///     roles.reader.permissions = ["articles:view"]
///     roles.editor.permissions = ["articles:*"]
/// "#)?;
/// let mut facts = Snapshot::new(policy);
/// facts.apply(&Event::PersonRegistered(Registration::of("ana")?))?;
/// for role in ["reader", "editor"] {
///     facts.apply(&Event::Granted(Grant::role(role).to("ana").everywhere()?))?;
/// }
/// let now = Instant::now();
/// let session = facts.sign_in(&SignIn::of("ana").with_roles(["reader"]), now)?;
/// let edit = Request::by("ana").to(Permission::new("articles:edit"));
/// assert!(facts.check(&edit, now).is_allow());
/// assert!(!facts.check_session(&session, &edit, now).is_allow()); // she came to read
///
/// let kept = serde_json::to_string(&session)?;
/// assert_eq!(serde_json::from_str::<Session>(&kept)?, session);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Session {
    /// The principal who signed in.
    pub person: Identifier,
    /// The channel of the session.
    pub channel: Name,
    /// The tenant chosen. `None` if the session takes in every tenant of the principal's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Name>,
    /// The vision chosen. `None` if grants of every vision count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vision: Option<Name>,
    /// The unit chosen: the session takes in the unit and those below it. `None` if it takes in
    /// every unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Name>,
    /// The roles chosen, sorted. Empty if every role of the principal's counts.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "few::<_, _, MAX_SESSION_ROLES>"
    )]
    pub roles: Vec<Name>,
    /// The instant of signing in.
    pub at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<Instant>,
    /// The scopes over units, or everywhere, in which the principal has any grant in force on the
    /// channel in the tenant chosen, whatever vision, unit and roles were chosen; each once, and a
    /// unit with all below it as one scope ([contract S11](crate::docs::contract#s11)).
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "few::<_, _, MAX_GRANTS>"
    )]
    pub units: Vec<Scope>,
    /// The scopes that the [session before](SignIn::after) listed in `units`, and that no grant
    /// covers any longer.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "few::<_, _, MAX_GRANTS>"
    )]
    pub lost: Vec<Scope>,
}

impl Session {
    /// The first instant at which nothing can be done within the session any more, if nobody
    /// changes anything. `None` if time alone never ends it. It is exact; hours count if the policy
    /// enforces them always.
    #[must_use]
    pub const fn until(&self) -> Option<Instant> {
        self.until
    }

    /// The principal as the actor of [commands](crate::Command): on the session's channel, working
    /// at its unit, or at the root of its tenant where no unit was chosen.
    ///
    /// Vision and roles narrow checks alone: a guard looks at every grant of the actor's on the
    /// channel that reaches where the actor works.
    #[must_use]
    pub fn actor(&self) -> Actor {
        let actor = Actor::user(self.person.as_str()).on_channel(&self.channel);
        match self.unit.as_ref().or(self.tenant.as_ref()) {
            Some(unit) => actor.working_at(unit),
            None => actor,
        }
    }
}

/// Reads a list of at most `MOST` items: the serde form may come from outside.
fn few<'de, D: Deserializer<'de>, T: Deserialize<'de>, const MOST: usize>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    struct Few<T, const MOST: usize>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for Few<T, MOST> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a list of at most {MOST}")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
            let mut list = Vec::new();
            while let Some(item) = items.next_element()? {
                if list.len() >= MOST {
                    return Err(A::Error::invalid_length(MOST.saturating_add(1), &self));
                }
                list.push(item);
            }
            Ok(list)
        }
    }

    deserializer.deserialize_seq(Few::<T, MOST>(PhantomData))
}
