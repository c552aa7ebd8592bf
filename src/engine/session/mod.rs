//! Sessions: what somebody chose when they signed in, and what is left of their grants by
//! it. The host keeps the values; nothing is stored here, and there is no secret in them.

mod check;
mod entrance;
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

pub use sign_in::{SignIn, SignInReason, SignInRefused};

/// Somebody who is in: by which door, and with what choice. Made by
/// [`Snapshot::sign_in`](crate::Snapshot::sign_in) and kept by the host, for as long as it keeps sessions; its serde form is small.
///
/// It proves nothing: a host that lets it out of its hands signs it. What it names is looked up again each time
/// it is used, and one that names what is no more is denied everything. That somebody may be in is not
/// decided once: grants end, people are suspended, and the next [check](crate::Snapshot::check_in) sees it.
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
/// assert!(!facts.check_in(&session, &edit, now).is_allow()); // she came to read
///
/// let kept = serde_json::to_string(&session)?;
/// assert_eq!(serde_json::from_str::<Session>(&kept)?, session);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Session {
    /// Who.
    pub person: Identifier,
    /// By which door.
    pub channel: Name,
    /// In which tenant alone; none: in all of theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Name>,
    /// At which vision alone; none: at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vision: Option<Name>,
    /// In which unit, and below it; none: wherever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Name>,
    /// With which roles alone, sorted; none listed: with all they hold.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "few::<_, _, MAX_SESSION_ROLES>"
    )]
    pub roles: Vec<Name>,
    /// Since when.
    pub at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<Instant>,
    /// Where they have anything by this door, whatever they chose beside door and tenant (requirement S11, ruling R16): a unit, a
    /// unit and all below it, or everywhere; each once, not told one by one.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "few::<_, _, MAX_GRANTS>"
    )]
    pub units: Vec<Scope>,
    /// Where they had something by this door in the [session before](SignIn::after), and have it no longer.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "few::<_, _, MAX_GRANTS>"
    )]
    pub lost: Vec<Scope>,
}

impl Session {
    /// The first instant at which nothing can be done within the session any more, if nobody changes
    /// anything. `None` if time alone never ends it. Exact; hours count where the policy enforces
    /// them always.
    #[must_use]
    pub const fn until(&self) -> Option<Instant> {
        self.until
    }

    /// Whoever is in, for [commands](crate::Command): by its door, working at its unit, or at the root of its tenant where no unit was
    /// chosen. Vision and roles narrow checks alone: a guard looks at all that is held by the door, where one works.
    #[must_use]
    pub fn actor(&self) -> Actor {
        let actor = Actor::user(self.person.as_str()).on_channel(&self.channel);
        match self.unit.as_ref().or(self.tenant.as_ref()) {
            Some(unit) => actor.working_at(unit),
            None => actor,
        }
    }
}

/// A list from outside, of so many at most.
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
