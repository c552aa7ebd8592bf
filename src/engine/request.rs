//! [`Request`]: which principal asks for which permission, on which target and channel.

use std::fmt;

use crate::model::Permission;
use crate::model::mask;
use crate::store::{ChannelId, PermissionId, PersonId, TenantId, UnitId};

/// A question: may this principal do this, to this target, by this channel?
///
/// The instant is an argument of the call and not part of the request. A request borrows its
/// strings and allocates nothing. Without a target it asks for everywhere, the strictest ([contract
/// D6](crate::docs::contract#d6)); without a channel it comes by the first channel of the policy.
/// Its `Debug` form masks the people in it.
///
/// ```
/// use alcada::{Permission, Request};
/// const EDIT: Permission = Permission::new("expenses:edit");
/// let request = Request::by("7210418").to(EDIT).in_unit("094765");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    pub(crate) principal: &'a str,
    pub(crate) permission: Permission<'a>,
    pub(crate) target: Target<'a>,
    pub(crate) channel: Option<&'a str>,
}

/// The target of a request ([contract D6](crate::docs::contract#d6)).
#[derive(Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target<'a> {
    /// Something kept in a unit.
    InUnit(&'a str),
    /// Something about a person, in the tenant named; without one, in the only tenant in which the
    /// person is registered.
    About(&'a str, Option<&'a str>),
    /// A record of a person kept in a unit.
    Record {
        /// The unit in which the record is kept.
        unit: &'a str,
        /// The person whom the record is about.
        person: &'a str,
    },
    /// At least one place: may it be done somewhere?
    Anywhere,
    /// Every place there is.
    #[default]
    Everywhere,
}

/// The beginning of a [`Request`]: the principal, without the permission.
#[derive(Clone, Copy)]
#[must_use = "say what is asked: `.to(permission)`"]
pub struct Asking<'a> {
    principal: &'a str,
}

impl<'a> Asking<'a> {
    /// Asks for this permission, everywhere and on the first channel until the request says
    /// otherwise.
    pub const fn to(self, permission: Permission<'a>) -> Request<'a> {
        Request { principal: self.principal, permission, target: Target::Everywhere, channel: None }
    }
}

impl<'a> Request<'a> {
    /// Begins the request of a principal.
    pub const fn by(principal: &'a str) -> Asking<'a> {
        Asking { principal }
    }

    /// Aims at something kept in this unit; together with [`about`](Request::about), at a record of
    /// that person kept there.
    #[must_use]
    pub const fn in_unit(mut self, unit: &'a str) -> Request<'a> {
        self.target = match self.target {
            Target::About(person, _) | Target::Record { person, .. } => {
                Target::Record { unit, person }
            }
            Target::InUnit(_) | Target::Anywhere | Target::Everywhere => Target::InUnit(unit),
        };
        self
    }

    /// Aims at something about this person; together with [`in_unit`](Request::in_unit), at a
    /// record of that person kept there.
    #[must_use]
    pub const fn about(mut self, person: &'a str) -> Request<'a> {
        self.target = match self.target {
            Target::InUnit(unit) | Target::Record { unit, .. } => Target::Record { unit, person },
            Target::About(..) | Target::Anywhere | Target::Everywhere => {
                Target::About(person, None)
            }
        };
        self
    }

    /// Aims at something about this person as registered in this tenant.
    #[must_use]
    pub const fn about_in(mut self, person: &'a str, tenant: &'a str) -> Request<'a> {
        self.target = Target::About(person, Some(tenant));
        self
    }

    /// Asks whether the permission is had in at least one place.
    #[must_use]
    pub const fn anywhere(mut self) -> Request<'a> {
        self.target = Target::Anywhere;
        self
    }

    /// Asks whether the permission is had in every place there is.
    #[must_use]
    pub const fn everywhere(mut self) -> Request<'a> {
        self.target = Target::Everywhere;
        self
    }

    /// Asks by this channel instead of the policy's first.
    #[must_use]
    pub const fn on_channel(mut self, channel: &'a str) -> Request<'a> {
        self.channel = Some(channel);
        self
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request(`{}` to {} {:?}", mask(self.principal), self.permission, self.target)?;
        self.channel.map_or(Ok(()), |channel| write!(f, " on `{channel}`"))?;
        f.write_str(")")
    }
}

impl fmt::Debug for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::InUnit(unit) => write!(f, "in `{unit}`"),
            Target::About(person, None) => write!(f, "about `{}`", mask(person)),
            Target::About(person, Some(tenant)) => {
                write!(f, "about `{}` in `{tenant}`", mask(person))
            }
            Target::Record { unit, person } => write!(f, "about `{}`, in `{unit}`", mask(person)),
            Target::Anywhere => f.write_str("anywhere"),
            Target::Everywhere => f.write_str("everywhere"),
        }
    }
}

/// A [`Request`] with its names resolved, for loops that check it many times.
///
/// It stays right in every later snapshot of one [`Authority`](crate::Authority); another authority
/// denies it with [`DenyReason::ForeignHandle`](crate::DenyReason::ForeignHandle).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResolvedRequest {
    pub(crate) lineage: u32,
    pub(crate) principal: PersonId,
    pub(crate) permission: PermissionId,
    pub(crate) channel: ChannelId,
    pub(crate) target: TargetId,
}

/// A target with its names resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TargetId {
    InUnit(UnitId),
    /// A person, in a tenant. `None` if the request names no tenant.
    About(PersonId, Option<TenantId>),
    Record {
        unit: UnitId,
        person: PersonId,
    },
    Anywhere,
    Everywhere,
}
