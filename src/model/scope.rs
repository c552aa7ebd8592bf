//! [`Scope`]: where a grant or a restriction reaches, and every form in which a scope is put into
//! words for people: nowhere else.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Name;

/// Where a grant or a restriction reaches ([contract D6](crate::docs::contract#d6)).
///
/// Displayed, a scope reads on from "is granted": "in `094765` alone", "in `SP` and all below".
///
/// ```
/// use alcada::{Grant, Scope};
/// let grant = Grant::role("clerk").to("7210418").in_and_below("108100")?;
/// assert_eq!(grant.scope.unit(), Some("108100"));
/// assert_eq!(grant.scope.to_string(), "in `108100` and all below");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Scope {
    /// One unit.
    Unit(Name),
    /// A unit and all units below it.
    Subtree(Name),
    /// The people of a group and of the groups below. A grant of this scope counts only while its
    /// holder leads the group, or one above it ([ruling R17](crate::docs::contract#r17)).
    Members {
        /// The group.
        group: Name,
        /// The group's tenant. Left out: the only tenant in which the principal is registered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
    },
    /// What is about the principal.
    Own {
        /// The tenant whose records are meant. Left out: the only tenant in which the principal is
        /// registered, or the platform for a principal who is registered there alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenant: Option<Name>,
    },
    /// Every place there is: for the platform's staff.
    Everywhere,
}

impl Scope {
    /// The unit that a `Unit` or a `Subtree` names. `None` for the other scopes.
    #[must_use]
    pub fn unit(&self) -> Option<&str> {
        match self {
            Scope::Unit(unit) | Scope::Subtree(unit) => Some(unit),
            Scope::Members { .. } | Scope::Own { .. } | Scope::Everywhere => None,
        }
    }

    /// The group that a `Members` names. `None` for the other scopes.
    #[must_use]
    pub fn group(&self) -> Option<&str> {
        match self {
            Scope::Members { group, .. } => Some(group),
            Scope::Unit(_) | Scope::Subtree(_) | Scope::Own { .. } | Scope::Everywhere => None,
        }
    }

    /// The tenant that a `Members` or an `Own` names. `None` where it is left out, and for the
    /// other scopes.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        match self {
            Scope::Members { tenant, .. } | Scope::Own { tenant } => tenant.as_deref(),
            Scope::Unit(_) | Scope::Subtree(_) | Scope::Everywhere => None,
        }
    }

    /// Whether the scope is every place there is.
    #[must_use]
    pub fn is_everywhere(&self) -> bool {
        matches!(self, Scope::Everywhere)
    }

    /// The scope as refusals and plans word it: what somebody acts on, not what somebody holds.
    pub(crate) fn acted_on(&self) -> impl fmt::Display + '_ {
        Worded(move |f: &mut fmt::Formatter<'_>| match self {
            Scope::Unit(unit) => write!(f, "in `{unit}`"),
            Scope::Subtree(unit) => write!(f, "in `{unit}` and below"),
            Scope::Members { group, .. } => write!(f, "over the people of `{group}`"),
            Scope::Own { tenant: Some(tenant) } => write!(f, "about a person of `{tenant}`"),
            Scope::Own { tenant: None } => f.write_str("about a person"),
            Scope::Everywhere => f.write_str("everywhere"),
        })
    }

    /// The scope as a cell of a table shows it: without quotation.
    pub(crate) fn in_a_cell(&self) -> impl fmt::Display + '_ {
        Worded(move |f: &mut fmt::Formatter<'_>| match self {
            Scope::Unit(unit) => f.write_str(unit),
            Scope::Subtree(unit) => write!(f, "{unit} and below"),
            Scope::Members { group, .. } => write!(f, "people of {group}"),
            Scope::Own { tenant: Some(tenant) } => write!(f, "oneself in {tenant}"),
            Scope::Own { tenant: None } => f.write_str("oneself"),
            Scope::Everywhere => f.write_str("everywhere"),
        })
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Unit(unit) => write!(f, "in `{unit}` alone"),
            Scope::Subtree(unit) => write!(f, "in `{unit}` and all below"),
            Scope::Members { group, .. } => write!(f, "about the people of group `{group}`"),
            Scope::Own { tenant: Some(tenant) } => write!(f, "about oneself in `{tenant}`"),
            Scope::Own { tenant: None } => f.write_str("about oneself"),
            Scope::Everywhere => f.write_str("everywhere"),
        }
    }
}

/// Words that are written by a closure (`std::fmt::from_fn` is younger than the oldest Rust that
/// builds this crate).
struct Worded<F>(F);

impl<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> fmt::Display for Worded<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}
